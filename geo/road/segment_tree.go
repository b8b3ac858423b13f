package road

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

const (
	chunkSegments = 8  // segments of one edge in a leaf
	treeFan       = 16 // children of a node
)

// segmentTree finds road segments near a point: an R-tree packed along the Hilbert curve (Kamel and Faloutsos, 1993), in flat arrays.
// Level 0 has one box per chunk; node i of a level covers nodes 16i to 16i+15 of the level below.
type segmentTree struct {
	boxes  []int32  // west, south, east, north in 1e-7 degrees, all levels one after the other
	levels []uint32 // where each level begins in boxes, counted in boxes, and the end
	chunks []chunk  // of level 0
}

// chunk is up to chunkSegments successive segments of one edge.
type chunk struct {
	Edge, First, Segments uint32
}

// indexSegments packs all edges at which one may stop into the tree.
func (b *builder) indexSegments() {
	g := &b.graph
	var chunks []chunk
	for e, flags := range g.edgeFlags {
		if flags&edgeMayStop == 0 || flags&(edgeAhead|edgeBack) == 0 {
			continue
		}
		for first := g.edgeStart[e]; first+1 < g.edgeStart[e+1]; first += chunkSegments {
			chunks = append(chunks, chunk{uint32(e), first, min(chunkSegments, g.edgeStart[e+1]-1-first)})
		}
	}
	g.tree = packTree(chunks, g.lonLat)
}

func packTree(chunks []chunk, lonLat []int32) segmentTree {
	type leaf struct {
		chunk
		box [4]int32
		key uint32
	}
	leaves := make([]leaf, len(chunks))
	whole := emptyBox()
	for i, c := range chunks {
		box := emptyBox()
		for p := c.First; p <= c.First+c.Segments; p++ {
			box = joinBoxes(box, [4]int32{lonLat[2*p], lonLat[2*p+1], lonLat[2*p], lonLat[2*p+1]})
		}
		leaves[i] = leaf{chunk: c, box: box}
		whole = joinBoxes(whole, box)
	}
	line := newCurve(whole[0], whole[1], whole[2], whole[3])
	for i := range leaves {
		box := leaves[i].box
		leaves[i].key = line.at(int32((int64(box[0])+int64(box[2]))/2), int32((int64(box[1])+int64(box[3]))/2))
	}
	slices.SortStableFunc(leaves, func(x, y leaf) int { return cmp.Compare(x.key, y.key) })
	tree := segmentTree{levels: []uint32{0}, chunks: make([]chunk, 0, len(leaves)), boxes: make([]int32, 0, len(leaves)*4*(treeFan+1)/treeFan+64)}
	for _, l := range leaves {
		tree.chunks = append(tree.chunks, l.chunk)
		tree.boxes = append(tree.boxes, l.box[:]...)
	}
	for start, end := 0, len(leaves); ; start, end = end, len(tree.boxes)/4 {
		tree.levels = append(tree.levels, uint32(end))
		if end-start <= 1 {
			return tree
		}
		for i := start; i < end; i += treeFan {
			box := emptyBox()
			for k := i; k < min(i+treeFan, end); k++ {
				box = joinBoxes(box, tree.box(k))
			}
			tree.boxes = append(tree.boxes, box[:]...)
		}
	}
}

func emptyBox() [4]int32 { return [4]int32{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32} }

func joinBoxes(a, b [4]int32) [4]int32 {
	return [4]int32{min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])}
}

func (t *segmentTree) box(i int) [4]int32 { return [4]int32(t.boxes[4*i : 4*i+4]) }

// foot is a place on a segment near a point.
type foot struct {
	edge      int32
	segment   uint32 // index of the point before it
	share     float64
	distanceM float64
}

// query is one search of the tree.
type query struct {
	g      *Graph
	at     orb.Point
	plane  geo.Plane
	accept func(edge int32) bool
	open   bool // no wall is near, or none matters
	best   foot
	found  bool
}

// nearestFoot finds the nearest place on an accepted edge within maxM metres, measured on the plane at the point's latitude. Of places
// equally near, one on a two-way edge is preferred (it is reached from both sides), then the lower edge.
func (g *Graph) nearestFoot(p orb.Point, maxM float64, accept func(edge int32) bool) (foot, bool) {
	q := query{g: g, at: p, plane: geo.NewPlane(p), accept: accept}
	return q.within(maxM)
}

// nearestStraight is nearestFoot for any edge however far, also across walls: where they bar every way, looking past each would take long.
func (g *Graph) nearestStraight(p orb.Point) (foot, bool) {
	q := query{g: g, at: p, plane: geo.NewPlane(p), accept: func(int32) bool { return true }, open: true}
	return q.within(math.Inf(1))
}

func (q *query) within(maxM float64) (foot, bool) {
	q.best.distanceM = maxM
	if len(q.g.tree.chunks) > 0 {
		top := len(q.g.tree.levels) - 2
		q.visit(top, int(q.g.tree.levels[top]))
	}
	return q.best, q.found
}

func (q *query) visit(level, node int) {
	tree := &q.g.tree
	if level == 0 {
		q.scan(tree.chunks[node])
		return
	}
	below := int(tree.levels[level-1])
	first := below + (node-int(tree.levels[level]))*treeFan
	last := min(first+treeFan, int(tree.levels[level]))
	var near [treeFan]struct {
		distance float64
		node     int
	}
	n := 0
	for child := first; child < last; child++ {
		distance := q.boxDistance(tree.box(child))
		if distance > q.best.distanceM+tieM {
			continue
		}
		at := n
		for at > 0 && near[at-1].distance > distance {
			near[at] = near[at-1]
			at--
		}
		near[at].distance, near[at].node = distance, child
		n++
	}
	for _, child := range near[:n] {
		if child.distance <= q.best.distanceM+tieM {
			q.visit(level-1, child.node)
		}
	}
}

func (q *query) boxDistance(box [4]int32) float64 {
	low := q.plane.To(orb.Point{float64(box[0]) / 1e7, float64(box[1]) / 1e7})
	high := q.plane.To(orb.Point{float64(box[2]) / 1e7, float64(box[3]) / 1e7})
	dx, dy := max(low.X, 0, -high.X), max(low.Y, 0, -high.Y)
	return math.Sqrt(dx*dx + dy*dy)
}

// tieM is within what two distances are the same: far below the centimetre of OpenStreetMap's coordinates.
const tieM = 1e-6

func (q *query) scan(c chunk) {
	edge := int32(c.Edge)
	if !q.accept(edge) {
		return
	}
	a := q.plane.To(q.g.point(c.First))
	for segment := c.First; segment < c.First+c.Segments; segment++ {
		b := q.plane.To(q.g.point(segment + 1))
		share, distance := geo.Foot(geo.XY{}, a, b)
		if candidate := (foot{edge, segment, share, distance}); q.better(candidate) && (q.open || !q.g.walls.crossed(q.at, between(q.g.point(segment), q.g.point(segment+1), share))) {
			q.best, q.found = candidate, true
		}
		a = b
	}
}

func (q *query) better(f foot) bool {
	if !q.found {
		return f.distanceM <= q.best.distanceM
	}
	if math.Abs(f.distanceM-q.best.distanceM) > tieM {
		return f.distanceM < q.best.distanceM
	}
	both := func(edge int32) int { return int(q.g.edgeFlags[edge] & (edgeAhead | edgeBack)) }
	return cmp.Or(cmp.Compare(twoWay(both(q.best.edge)), twoWay(both(f.edge))), cmp.Compare(f.edge, q.best.edge),
		cmp.Compare(f.segment, q.best.segment)) < 0
}

func twoWay(directions int) int {
	if directions == edgeAhead|edgeBack {
		return 1
	}
	return 0
}
