package road

import (
	"sync"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// Flags of edges.
const (
	edgeAhead   = 1 << iota // may be travelled from its first point to its last
	edgeBack                // may be travelled the other way
	edgeMayStop             // people may join and leave it
	edgeEnds                // for the first and last stretch of a trip only
	edgeUneven              // its pace changes along its length
)

// none marks the absence of a state or component in the flat arrays.
const none = ^uint32(0)

// arc is a step of a search: to a state, in so many milliseconds.
type arc struct {
	To uint32
	Ms uint32
}

// Graph is the road network as one profile sees it: immutable, safe for any number of goroutines.
//
// It is a set of flat arrays, so that a file can be used where it lies in memory. An edge is a chain of road between two junctions with
// its shape; directed edge 2e travels edge e ahead, 2e+1 back. A state is what a search settles: a junction, or, where turns cost or
// are restricted, the end of a directed edge.
type Graph struct {
	meta    graphMeta
	profile *Profile

	// Per edge, in the order of the Hilbert curve.
	edgeStart []uint32 // first point of each edge, and the number of points at the end
	edgeFlags []uint8
	edgePart  []uint32 // the part of the network it belongs to (0 is the longest), or none when one cannot go and come back

	// Per point of the edges' shapes.
	lonLat []int32 // 1e-7 degrees, two per point
	ahead  []int32 // milliseconds from the edge's first point to this one
	back   []int32 // milliseconds from this point back to the first

	// The ways that edges are made of: from point runStart[i] on it is way runWay[i].
	runStart []uint32
	runWay   []int64

	// The state graph.
	heads        []uint32 // per directed edge: the state in which one is at its end; none when closed
	entryStart   []uint32 // per directed edge
	entries      []arc    // the states from which one turns into it, with the turn's cost
	outStart     []uint32 // per state
	out          []arc
	inStart      []uint32
	in           []arc // To is the state before
	fold         fold
	partLengthMm []int64

	// Which directed edges end in a state: for junctions a list, for states with turns the one.
	intoStart []uint32
	into      []uint32
	stateEdge []uint32

	tree     segmentTree
	walls    wallSet
	searches *sync.Pool // of *search: the memory of one search each
	grounds  *sync.Map  // spacing in metres → *ground
}

// graphMeta is the small, readable part of a graph.
type graphMeta struct {
	Format        int        `json:"format"`
	Program       string     `json:"program"`
	Profile       *Profile   `json:"profile"`
	NetworkDigest string     `json:"network_digest"`
	ProfileDigest string     `json:"profile_digest"`
	Nodes         int        `json:"nodes"` // of the roads, before chains were contracted
	States        int        `json:"states"`
	MaxArcMs      uint32     `json:"max_arc_ms"`
	MeanArcMs     uint32     `json:"mean_arc_ms"`
	Bounds        [4]float64 `json:"bounds"` // west, south, east, north of the whole road data
	Elevation     bool       `json:"elevation"`
}

// Profile is the profile that the graph was built for; do not change it.
func (g *Graph) Profile() *Profile { return g.profile }

// NetworkDigest and ProfileDigest identify what the graph was built from; a cache is stale when either differs.
func (g *Graph) NetworkDigest() string { return g.meta.NetworkDigest }

// ProfileDigest identifies the profile that the graph was built for.
func (g *Graph) ProfileDigest() string { return g.meta.ProfileDigest }

// Edges is the number of edges: chains of road between junctions.
func (g *Graph) Edges() int { return len(g.edgeFlags) }

// States is the number of places that a search can settle.
func (g *Graph) States() int { return g.meta.States }

// Nodes is the number of nodes of the roads, before chains were contracted.
func (g *Graph) Nodes() int { return g.meta.Nodes }

// Parts is the number of parts of the network that one cannot leave and come back to, the longest first.
func (g *Graph) Parts() int { return len(g.partLengthMm) }

// PartLengthKm is the length of road in one part.
func (g *Graph) PartLengthKm(part int) float64 { return float64(g.partLengthMm[part]) / 1e6 }

// Bounds is the box of the road data.
func (g *Graph) Bounds() orb.Bound {
	b := g.meta.Bounds
	return orb.Bound{Min: orb.Point{b[0], b[1]}, Max: orb.Point{b[2], b[3]}}
}

// isMain tells whether a part counts as network, not as an island.
func (g *Graph) isMain(part uint32) bool {
	if part == none {
		return false
	}
	return part == 0 || g.profile.MainNetworkKm > 0 && float64(g.partLengthMm[part]) >= g.profile.MainNetworkKm*1e6
}

// EdgeLine is the shape of an edge.
func (g *Graph) EdgeLine(edge int32) orb.LineString {
	line := make(orb.LineString, 0, g.edgeStart[edge+1]-g.edgeStart[edge])
	for i := g.edgeStart[edge]; i < g.edgeStart[edge+1]; i++ {
		line = append(line, g.point(i))
	}
	return line
}

// edgeM is the length of an edge in metres.
func (g *Graph) edgeM(edge int32) float64 {
	sum := 0.0
	for p := g.edgeStart[edge] + 1; p < g.edgeStart[edge+1]; p++ {
		sum += geo.Distance(g.point(p-1), g.point(p))
	}
	return sum
}

func (g *Graph) point(i uint32) orb.Point {
	return orb.Point{float64(g.lonLat[2*i]) / 1e7, float64(g.lonLat[2*i+1]) / 1e7}
}

// totals are the milliseconds of an edge ahead and back.
func (g *Graph) totals(edge int32) (ahead, back int32) {
	last := g.edgeStart[edge+1] - 1
	return g.ahead[last], g.back[last]
}

// directedMs is the time of a whole directed edge.
func (g *Graph) directedMs(d uint32) int32 {
	ahead, back := g.totals(int32(d >> 1))
	if d&1 == 0 {
		return ahead
	}
	return back
}

// takeSearch lends the memory of one search, cleared.
func (g *Graph) takeSearch() *search {
	s, ok := g.searches.Get().(*search)
	if !ok {
		s = newSearch(g.States())
	}
	s.queue.reset(g.meta.MeanArcMs)
	return s
}

func (g *Graph) giveSearch(s *search) {
	s.clear()
	g.searches.Put(s)
}

// alongM are the metres from the first point of an edge to each of its points.
func (g *Graph) alongM(first, last uint32) []float64 {
	along := make([]float64, last-first+1)
	for p := first + 1; p <= last; p++ {
		along[p-first] = along[p-first-1] + geo.Distance(g.point(p-1), g.point(p))
	}
	return along
}

// adjacency is the state graph in one direction.
type adjacency struct {
	start []uint32
	arcs  []arc
}

func (g *Graph) outward() adjacency { return adjacency{g.outStart, g.out} }

func (g *Graph) inward() adjacency { return adjacency{g.inStart, g.in} }
