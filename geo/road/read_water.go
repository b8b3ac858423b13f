package road

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// Water is often drawn as a multipolygon relation: a riverbank or lake of many ways, islands in it, and the tags on the relation alone.
// Its ways are walls like any river, and most of them have no tags of their own, so that they are known only once the relations are,
// which commonly come last in a file. They are then read in a pass of their own over the blocks that hold them.

// waterRelation is a multipolygon relation whose rings nobody walks across.
type waterRelation struct {
	id      int64
	tags    Tags
	members []int64 // ways
}

// wallTags are the tags of a relation that make walls of its ways, or unmake them.
var wallTags = keySet("waterway natural landuse intermittent seasonal covered")

// parseWater reads a relation; ok is false when it is no water.
func parseWater(b *osmBlock, e *element) (water waterRelation, ok bool) {
	multipolygon := false
	tags := Tags{}
	for i, key := range e.keys {
		name, value := string(b.strings[key]), string(b.strings[e.vals[i]])
		multipolygon = multipolygon || name == "type" && value == "multipolygon"
		if wallTags[name] {
			tags[name] = value
		}
	}
	if !multipolygon || !isWallWay(b, e) {
		return water, false
	}
	water = waterRelation{id: e.id, tags: tags}
	for i, ref := range e.refs {
		if e.kinds[i] == 1 {
			water.members = append(water.members, ref)
		}
	}
	return water, true
}

// idSpan is from the least to the greatest id of something.
type idSpan struct{ first, last int64 }

func (s *idSpan) add(id int64) {
	if s.first == 0 && s.last == 0 {
		*s = idSpan{id, id}
	}
	s.first, s.last = min(s.first, id), max(s.last, id)
}

// water makes walls of the ways of water relations: tags those that are there already, and reads the others.
func (r *reading) water(ctx context.Context, file *pbfFile, waysOf []idSpan) error {
	slices.SortFunc(r.waters, func(a, b waterRelation) int { return cmp.Compare(a.id, b.id) })
	wanted := map[int64]Tags{}
	for _, water := range r.waters {
		for _, id := range water.members {
			merged := maps.Clone(water.tags)
			maps.Copy(merged, wanted[id]) // of the relation with the lower id
			wanted[id] = merged
		}
	}
	for i := range r.ways {
		if tags, ok := wanted[r.ways[i].id]; ok {
			r.ways[i].tags = r.asWall(r.ways[i].tags, tags)
			delete(wanted, r.ways[i].id)
		}
	}
	missing := slices.Sorted(maps.Keys(wanted))
	marked := make([]bool, len(file.blobs))
	for i, span := range waysOf {
		at, _ := slices.BinarySearch(missing, span.first)
		marked[i] = at < len(missing) && missing[at] <= span.last
	}
	work := func(block *osmBlock) (roadsFound, error) {
		var found roadsFound
		local := interner{}
		err := block.visit(visitor{way: func(b *osmBlock, e *element) {
			if _, ok := wanted[e.id]; ok && len(e.refs) > 1 {
				found.keep(b, e, local)
			}
		}})
		return found, err
	}
	return readMarked(ctx, file, marked, work, func(_ int, found roadsFound) {
		for i := range found.ways {
			found.ways[i].tags = r.asWall(found.ways[i].tags, wanted[found.ways[i].id])
		}
		r.add(found)
	})
}

// asWall are a way's own tags under those of a water relation that it is part of.
func (r *reading) asWall(own, water Tags) Tags {
	both := maps.Clone(own)
	maps.Copy(both, water)
	return r.intern.shared(both)
}
