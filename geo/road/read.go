package road

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/paulmach/orb"
)

// ReadOptions narrow and watch an import.
type ReadOptions struct {
	// BBox keeps only ways with a node inside; such ways are kept whole. Nil keeps all.
	BBox *orb.Bound
	// Progress is told how many of the file's bytes are done, of how many to read in both passes. Nil for no reports.
	Progress func(done, total int64)
}

// ReadReport counts what an import met.
type ReadReport struct {
	// Ways are the roads kept, Walls the rivers, railways and the like; Nodes are all nodes of both.
	Ways, Walls, Nodes, Restrictions int
	// WaterRelations and SquareRelations are multipolygons: their ways are among the walls and the roads.
	WaterRelations, SquareRelations int
	// MissingNodes are references to nodes that the file does not have; BrokenWays the ways that they broke, the first few by id.
	MissingNodes    int
	BrokenWays      int
	BrokenExamples  []int64
	OutsideBBox     int // ways left out by the box
	DuplicateWays   int // further ways with an id already read, left out
	BadRestrictions int // restrictions without usable members
	// ConditionalTurns are turn restrictions that bind at certain times only, ConditionalWays roads that are open, closed or one-way at
	// certain times only, the first few by id. Times do not depend on the hour, so the conditions are left out of account: such a
	// restriction does not bind, and such a road is what its tags without a condition say.
	ConditionalTurns    int
	ConditionalWays     int
	ConditionalExamples []int64
	Bounds              orb.Bound
}

const brokenExamples = 10

// ReadPBF reads the roads of an OpenStreetMap PBF file in two passes, keeping in memory only the nodes of roads: about 40 bytes per
// node of a road, plus one block per processor. The file may be in any order. Ways of areas drawn as relations that come before their relation
// are read in a third pass over the blocks that hold them. Ways are broken where their nodes are missing. The
// result depends on the file's content only.
func ReadPBF(ctx context.Context, source io.ReadSeeker, opts ReadOptions) (*Network, ReadReport, error) {
	file, err := openPBF(ctx, source)
	if err != nil {
		return nil, ReadReport{}, fmt.Errorf("reading OpenStreetMap file: %w", err)
	}
	var total, done int64
	for _, blob := range file.blobs {
		total += 2 * int64(blob.size)
	}
	step := func(i int) {
		done += int64(file.blobs[i].size)
		if opts.Progress != nil {
			opts.Progress(done, total)
		}
	}
	reading := newReading()
	nodesOf, err := reading.roads(ctx, file, step)
	if err != nil {
		return nil, ReadReport{}, fmt.Errorf("reading ways: %w", err)
	}
	if err := reading.places(ctx, file, nodesOf, step); err != nil {
		return nil, ReadReport{}, fmt.Errorf("reading nodes: %w", err)
	}
	network, report := reading.assemble(opts.BBox)
	return network, report, nil
}

// reading gathers what the passes find.
type reading struct {
	intern       interner
	ways         []rawWay
	refs         []int64 // of all ways, one after the other
	restrictions []Restriction
	bad          int
	conditional  int // restrictions
	areas        []areaRelation

	ids     []int64 // of the nodes of roads, ascending
	lonLat  []int32 // two per id
	present []bool
	nodes   []Node
	nodeAt  map[int64]bool
	shapes  shapeSlab
	indexes []int // of the nodes in the pieces of the way at hand
}

// shapeSlab hands out the memory of many ways' shapes from few pieces, which spares the garbage collector.
type shapeSlab struct {
	ids    []int64
	points orb.LineString
}

func (s *shapeSlab) take(n int) ([]int64, orb.LineString) {
	if len(s.ids) < n {
		s.ids, s.points = make([]int64, max(n, 1<<13)), make(orb.LineString, max(n, 1<<13))
	}
	ids, points := s.ids[:0:n], s.points[:0:n]
	s.ids, s.points = s.ids[n:], s.points[n:]
	return ids, points
}

// rawWay is a way before its nodes are known.
type rawWay struct {
	id         int64
	name       string
	tags       Tags
	start, end int // in refs
	// conditional tells whether tags that hold at certain times only concern it.
	conditional bool
}

func newReading() *reading {
	return &reading{intern: interner{}, nodeAt: map[int64]bool{}}
}

// roadsFound is what the first pass finds in one block.
type roadsFound struct {
	ways         []rawWay
	refs         []int64
	restrictions []Restriction
	bad          int
	conditional  int
	areas        []areaRelation
	kinds        kindSet
	span         idSpan // of all ways, kept or not
}

// roads reads ways and restrictions, and tells which blocks have nodes.
func (r *reading) roads(ctx context.Context, file *pbfFile, step func(int)) (nodesOf []bool, err error) {
	nodesOf = make([]bool, len(file.blobs))
	waysOf := make([]idSpan, len(file.blobs))
	work := func(block *osmBlock) (roadsFound, error) {
		found := roadsFound{kinds: block.kinds()}
		local := interner{}
		err := block.visit(visitor{
			way: func(b *osmBlock, e *element) {
				found.span.add(e.id)
				found.addWay(b, e, local)
			},
			relation: func(b *osmBlock, e *element) {
				found.addRestriction(b, e)
				if area, ok := parseArea(b, e); ok {
					found.areas = append(found.areas, area)
				}
			},
		})
		return found, err
	}
	collect := func(i int, found roadsFound) {
		nodesOf[i], waysOf[i] = found.kinds.nodes, found.span
		r.add(found)
		step(i)
	}
	if err := readBlocks(ctx, file, [2]int{0, len(file.blobs)}, work, collect); err != nil {
		return nil, err
	}
	return nodesOf, r.readAreas(ctx, file, waysOf)
}

// add takes over what one block had.
func (r *reading) add(found roadsFound) {
	base := len(r.refs)
	for _, way := range found.ways {
		way.tags = r.intern.shared(way.tags)
		way.start, way.end = way.start+base, way.end+base
		r.ways = append(r.ways, way)
	}
	r.refs = append(r.refs, found.refs...)
	r.restrictions = append(r.restrictions, found.restrictions...)
	r.areas = append(r.areas, found.areas...)
	r.bad += found.bad
	r.conditional += found.conditional
}

func (f *roadsFound) addWay(block *osmBlock, e *element, local interner) {
	if len(e.refs) < 2 || !isRoad(block, e) && !isWallWay(block, e) {
		return
	}
	f.keep(block, e, local)
}

func (f *roadsFound) keep(block *osmBlock, e *element, local interner) {
	tags, name := local.wayTags(block, e)
	start := len(f.refs)
	f.refs = append(f.refs, e.refs...)
	f.ways = append(f.ways, rawWay{id: e.id, name: name, tags: tags, start: start, end: len(f.refs), conditional: isConditional(block, e)})
}

// placesFound is what the second pass finds in one block.
type placesFound struct {
	indexes []int32
	lonLat  []int32
	nodes   []Node
}

// places reads where the nodes of roads stand, and their tags.
func (r *reading) places(ctx context.Context, file *pbfFile, nodesOf []bool, step func(int)) error {
	r.ids = slices.Clone(r.refs)
	slices.Sort(r.ids)
	r.ids = slices.Compact(r.ids)
	r.lonLat = make([]int32, 2*len(r.ids))
	r.present = make([]bool, len(r.ids))
	sieve := newSieve(r.ids)
	work := func(block *osmBlock) (placesFound, error) {
		var found placesFound
		local := interner{}
		err := block.visit(visitor{node: func(b *osmBlock, e *element) {
			if !sieve.mayHave(e.id) {
				return
			}
			index, ok := slices.BinarySearch(r.ids, e.id)
			if !ok {
				return
			}
			found.indexes = append(found.indexes, int32(index))
			found.lonLat = append(found.lonLat, e.lon, e.lat)
			if tags := local.nodeTags(b, e); tags != nil {
				found.nodes = append(found.nodes, Node{e.id, tags})
			}
		}})
		return found, err
	}
	collect := func(i int, found placesFound) {
		for k, index := range found.indexes {
			r.present[index] = true
			copy(r.lonLat[2*index:], found.lonLat[2*k:2*k+2])
		}
		for _, node := range found.nodes {
			if !r.nodeAt[node.ID] {
				r.nodeAt[node.ID] = true
				r.nodes = append(r.nodes, Node{node.ID, r.intern.shared(node.Tags)})
			}
		}
		step(i)
	}
	for i, has := range nodesOf {
		if !has {
			step(i)
		}
	}
	return readMarked(ctx, file, nodesOf, work, collect)
}

// assemble puts ways and nodes together, in the order of their ids.
func (r *reading) assemble(box *orb.Bound) (*Network, ReadReport) {
	report := ReadReport{BadRestrictions: r.bad, ConditionalTurns: r.conditional}
	for _, area := range r.areas {
		if area.square {
			report.SquareRelations++
		} else {
			report.WaterRelations++
		}
	}
	slices.SortStableFunc(r.ways, func(a, b rawWay) int { return cmp.Compare(a.id, b.id) })
	network := &Network{Ways: make([]Way, 0, len(r.ways))}
	used := make([]bool, len(r.ids))
	kept := map[int64]bool{}
	for i, way := range r.ways {
		if i > 0 && r.ways[i-1].id == way.id {
			report.DuplicateWays++
			continue
		}
		pieces, missing := r.pieces(way)
		if missing > 0 {
			report.MissingNodes += missing
			report.BrokenWays++
			if len(report.BrokenExamples) < brokenExamples {
				report.BrokenExamples = append(report.BrokenExamples, way.id)
			}
		}
		if box != nil && !anyInside(pieces, *box) {
			report.OutsideBBox++
			continue
		}
		for _, index := range r.indexes {
			used[index] = true
		}
		if len(pieces) > 0 {
			kept[way.id] = true
			report.count(way)
		}
		network.Ways = append(network.Ways, pieces...)
	}
	for _, is := range used {
		if is {
			report.Nodes++
		}
	}
	report.Bounds = network.Bounds()
	r.assembleRest(network, &report, used, kept)
	return network, report
}

// count counts a way that is kept.
func (r *ReadReport) count(way rawWay) {
	if classOf(way.tags) == "" {
		r.Walls++
		return
	}
	r.Ways++
	if way.conditional {
		r.ConditionalWays++
		if len(r.ConditionalExamples) < brokenExamples {
			r.ConditionalExamples = append(r.ConditionalExamples, way.id)
		}
	}
}

func (r *reading) assembleRest(network *Network, report *ReadReport, used []bool, kept map[int64]bool) {
	for _, node := range r.nodes {
		if index, _ := slices.BinarySearch(r.ids, node.ID); used[index] {
			network.Nodes = append(network.Nodes, node)
		}
	}
	slices.SortFunc(network.Nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	for _, restriction := range r.restrictions {
		if kept[restriction.From] && kept[restriction.To] {
			network.Restrictions = append(network.Restrictions, restriction)
		}
	}
	slices.SortStableFunc(network.Restrictions, func(a, b Restriction) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	report.Restrictions = len(network.Restrictions)
}

// pieces are the stretches of a way between missing nodes.
func (r *reading) pieces(way rawWay) (pieces []Way, missing int) {
	piece := Way{ID: way.id, Name: way.name, Tags: way.tags}
	r.indexes = r.indexes[:0]
	begin := 0 // of the piece, in r.indexes
	finish := func() {
		if len(piece.NodeIDs) > 1 {
			pieces, begin = append(pieces, piece), len(r.indexes)
		}
		r.indexes = r.indexes[:begin]
		piece.NodeIDs, piece.Line = nil, nil
	}
	for _, id := range r.refs[way.start:way.end] {
		index, _ := slices.BinarySearch(r.ids, id)
		if !r.present[index] {
			missing++
			finish()
			continue
		}
		if n := len(piece.NodeIDs); n > 0 && piece.NodeIDs[n-1] == id {
			continue // the same node twice in a row is one
		}
		if piece.NodeIDs == nil {
			piece.NodeIDs, piece.Line = r.shapes.take(way.end - way.start)
		}
		r.indexes = append(r.indexes, index)
		piece.NodeIDs = append(piece.NodeIDs, id)
		piece.Line = append(piece.Line, orb.Point{float64(r.lonLat[2*index]) / 1e7, float64(r.lonLat[2*index+1]) / 1e7})
	}
	finish()
	return pieces, missing
}

func anyInside(pieces []Way, box orb.Bound) bool {
	for _, piece := range pieces {
		for _, p := range piece.Line {
			if box.Contains(p) {
				return true
			}
		}
	}
	return false
}

// emptyBound contains nothing; extending it by a point makes it that point.
func emptyBound() orb.Bound { return orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}} }
