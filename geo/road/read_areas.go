package road

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
)

// Water and squares are often drawn as multipolygon relations: a riverbank or lake of many ways, islands in it, and the tags on the
// relation alone. Their ways are walls like any river, or the rim of a square like any way with area=yes, and most of them have no tags
// of their own, so that they are known only once the relations are, which commonly come last in a file. They are then read in a pass of
// their own over the blocks that hold them.

// Tags that the reader gives to the ways of square relations, for [builder.addSquares].
const (
	squareTag = "square" // the relation's id
	holeTag   = "hole"   // on inner ways
)

// areaRelation is a multipolygon relation that makes walls or a square of its ways.
type areaRelation struct {
	id           int64
	square       bool
	tags         Tags
	outer, inner []int64 // ways
}

// wallTags are the tags of a relation that make walls of its ways, or unmake them.
var wallTags = keySet("waterway natural landuse intermittent seasonal covered")

// parseArea reads a relation; ok is false when it is neither water nor a square.
func parseArea(b *osmBlock, e *element) (area areaRelation, ok bool) {
	multipolygon := false
	for i, key := range e.keys {
		multipolygon = multipolygon || string(b.strings[key]) == "type" && string(b.strings[e.vals[i]]) == "multipolygon"
	}
	area = areaRelation{id: e.id, square: isRoad(b, e), tags: Tags{}}
	if !multipolygon || !area.square && !isWallWay(b, e) {
		return areaRelation{}, false
	}
	keep := wallTags
	if area.square {
		keep = wayKeys
	}
	for i, key := range e.keys {
		if keep[string(b.strings[key])] {
			area.tags[string(b.strings[key])] = string(b.strings[e.vals[i]])
		}
	}
	if area.square {
		area.tags["area"], area.tags[squareTag] = "yes", strconv.FormatInt(area.id, 10)
	}
	for i, ref := range e.refs {
		switch {
		case e.kinds[i] != 1:
		case string(b.strings[e.roles[i]]) == "inner":
			area.inner = append(area.inner, ref)
		default:
			area.outer = append(area.outer, ref)
		}
	}
	return area, true
}

// idSpan is from the least to the greatest id of something.
type idSpan struct{ first, last int64 }

func (s *idSpan) add(id int64) {
	if *s == (idSpan{}) {
		*s = idSpan{id, id}
	}
	s.first, s.last = min(s.first, id), max(s.last, id)
}

// rims are the tags that ways get from the relations they are part of, by way; of two relations the one with the lower id counts.
type rims struct{ walls, squares map[int64]Tags }

func (r *reading) rims() rims {
	slices.SortFunc(r.areas, func(a, b areaRelation) int { return cmp.Compare(a.id, b.id) })
	found := rims{map[int64]Tags{}, map[int64]Tags{}}
	add := func(to map[int64]Tags, ways []int64, tags Tags) {
		for _, id := range ways {
			both := maps.Clone(tags)
			maps.Copy(both, to[id])
			to[id] = both
		}
	}
	for _, area := range r.areas {
		if !area.square {
			add(found.walls, area.outer, area.tags)
			add(found.walls, area.inner, area.tags)
			continue
		}
		add(found.squares, area.outer, area.tags)
		hole := maps.Clone(area.tags)
		hole[holeTag] = "yes"
		add(found.squares, area.inner, hole)
	}
	return found
}

// over are a way's own tags with those of its relations: a wall whatever it is, the rim of a square when it is no road of its own.
func (r rims) over(id int64, own Tags) Tags {
	both := maps.Clone(own)
	if square, ok := r.squares[id]; ok && classOf(own) == "" {
		maps.Copy(both, square)
	}
	maps.Copy(both, r.walls[id])
	return both
}

func (r rims) has(id int64) bool { return r.walls[id] != nil || r.squares[id] != nil }

// readAreas gives the ways of area relations their tags: those that are there already, and the others, which it reads.
func (r *reading) readAreas(ctx context.Context, file *pbfFile, waysOf []idSpan) error {
	rims := r.rims()
	there := map[int64]bool{}
	for i := range r.ways {
		if way := &r.ways[i]; rims.has(way.id) {
			way.tags, there[way.id] = r.intern.shared(rims.over(way.id, way.tags)), true
		}
	}
	var missing []int64
	for _, side := range []map[int64]Tags{rims.walls, rims.squares} {
		for id := range side {
			if !there[id] {
				missing = append(missing, id)
			}
		}
	}
	slices.Sort(missing)
	marked := make([]bool, len(file.blobs))
	for i, span := range waysOf {
		at, _ := slices.BinarySearch(missing, span.first)
		marked[i] = at < len(missing) && missing[at] <= span.last
	}
	work := func(block *osmBlock) (roadsFound, error) {
		var found roadsFound
		local := interner{}
		err := block.visit(visitor{way: func(b *osmBlock, e *element) {
			if rims.has(e.id) && !there[e.id] && len(e.refs) > 1 {
				found.keep(b, e, local)
			}
		}})
		return found, err
	}
	return readMarked(ctx, file, marked, work, func(_ int, found roadsFound) {
		for i, way := range found.ways {
			own := maps.Clone(way.tags)
			delete(own, "highway") // of what is no road any more, or not yet
			found.ways[i].tags = rims.over(way.id, own)
		}
		r.add(found)
	})
}
