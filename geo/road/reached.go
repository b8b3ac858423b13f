package road

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// ReachedEdges finds every stretch of road from which some facility is reached within the limit, with the times still needed at its ends.
// Facilities split the edges that they stand on; edges on which the pace changes are split where it does. In the order of edges. Cost:
// that of the search plus some hundred nanoseconds per edge.
func (g *Graph) ReachedEdges(ctx context.Context, facilities []Place, limit time.Duration) ([]ReachedEdge, error) {
	if err := checkPlaces("facility", facilities); err != nil {
		return nil, err
	}
	sites, err := g.attach(ctx, facilities)
	if err != nil {
		return nil, fmt.Errorf("putting facilities on the road: %w", err)
	}
	n := g.newNearest(facilities, sites, NearestOptions{Limit: limit})
	defer n.done()
	if err := n.search(ctx); err != nil {
		return nil, fmt.Errorf("searching from %d facilities: %w", len(facilities), err)
	}
	return n.reachedEdges(n.edgesInReach()), nil
}

// edgesInReach are the edges that lead to a settled state or bear a facility, ascending.
func (n *nearest) edgesInReach() []int32 {
	edges := make([]int32, 0, len(n.one.touched)+len(n.byEdge))
	for _, state := range n.one.touched {
		for _, d := range n.g.edgesInto(state) {
			edges = append(edges, int32(d>>1))
		}
	}
	for edge := range n.byEdge {
		edges = append(edges, edge)
	}
	if len(edges) > n.g.Edges()/64 {
		return sortedByBits(edges, n.g.Edges())
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

// sortedByBits sorts many numbers below a bound, each once.
func sortedByBits(list []int32, bound int) []int32 {
	set := make([]uint64, (bound+63)/64)
	for _, i := range list {
		set[i/64] |= 1 << (i % 64)
	}
	list = list[:0]
	for word, rest := range set {
		for ; rest != 0; rest &= rest - 1 {
			list = append(list, int32(64*word+bits.TrailingZeros64(rest)))
		}
	}
	return list
}

// edgesInto are the directed edges at whose end one is in a state.
func (g *Graph) edgesInto(state uint32) []uint32 {
	if len(g.stateEdge) > 0 {
		return g.stateEdge[state : state+1]
	}
	return g.into[g.intoStart[state]:g.intoStart[state+1]]
}

func (n *nearest) reachedEdges(edges []int32) []ReachedEdge {
	list := make([]ReachedEdge, 0, len(edges))
	points := 0
	for _, edge := range edges {
		points += int(n.g.edgeStart[edge+1] - n.g.edgeStart[edge])
	}
	lines := make(orb.LineString, 0, points) // of all plain edges, in one piece
	for _, edge := range edges {
		if n.g.edgeFlags[edge]&edgeUneven == 0 && len(n.byEdge[edge]) == 0 {
			if stretch, ok := n.plainStretch(edge); ok {
				first := len(lines)
				for p := n.g.edgeStart[edge]; p < n.g.edgeStart[edge+1]; p++ {
					lines = append(lines, n.g.point(p))
				}
				stretch.Line = lines[first:len(lines):len(lines)]
				list = append(list, stretch)
			}
			continue
		}
		for _, stretch := range n.stretches(edge) {
			if stretch.Ahead.OK || stretch.Back.OK {
				list = append(list, stretch)
			}
		}
	}
	return list
}

// plainStretch is an edge of even pace without a facility, but for its line; ok is false when it is out of reach.
func (n *nearest) plainStretch(edge int32) (stretch ReachedEdge, ok bool) {
	stretch = ReachedEdge{Edge: edge, MayStop: n.g.edgeFlags[edge]&edgeMayStop != 0}
	ahead, back := n.g.totals(edge)
	if head := n.g.heads[2*edge]; head != none {
		stretch.Ahead = n.way(n.one.labels[head], ahead)
	}
	if head := n.g.heads[2*edge+1]; head != none {
		stretch.Back = n.way(n.one.labels[head], back)
	}
	return stretch, stretch.Ahead.OK || stretch.Back.OK
}

// mark is a place on an edge where stretches end: a point of its shape, or a facility.
type mark struct {
	point       uint32 // the shape's point at the place or before it
	share       float64
	ahead, back int32 // as in Position
	at          orb.Point
	onward      label // ahead from here: the least over the facility here and what comes after
	backward    label
	site        bool
}

// stretches splits an edge at its facilities and where its pace changes.
func (n *nearest) stretches(edge int32) []ReachedEdge {
	marks := n.marks(edge)
	n.sweep(edge, marks)
	flags := n.g.edgeFlags[edge]
	list := make([]ReachedEdge, 0, len(marks)-1)
	for i := 1; i < len(marks); i++ {
		from, to := &marks[i-1], &marks[i]
		stretch := ReachedEdge{Edge: edge, Line: n.g.lineBetween(from, to), MayStop: flags&edgeMayStop != 0}
		if flags&edgeAhead != 0 {
			stretch.Ahead = n.way(to.onward, to.ahead-from.ahead)
		}
		if flags&edgeBack != 0 {
			stretch.Back = n.way(from.backward, to.back-from.back)
		}
		list = append(list, stretch)
	}
	return list
}

func (n *nearest) way(end label, travelMs int32) ReachedWay {
	if end == noLabel || end.ms() > int64(n.limit) {
		return ReachedWay{}
	}
	return ReachedWay{OK: true, EndMs: end.ms(), TravelMs: int64(travelMs), Facility: end.owner()}
}

// marks are the ends of an edge, its facilities, and where its pace changes, in order.
func (n *nearest) marks(edge int32) []mark {
	g := n.g
	first, last := g.edgeStart[edge], g.edgeStart[edge+1]-1
	marks := []mark{g.markAt(first)}
	if g.edgeFlags[edge]&edgeUneven != 0 {
		for _, point := range g.paceChanges(first, last) {
			marks = append(marks, g.markAt(point))
		}
	}
	marks = append(marks, g.markAt(last))
	for _, i := range n.byEdge[edge] {
		p := n.sites[i].position
		l := makeLabel(n.sites[i].legMs, int(i))
		marks = append(marks, mark{point: p.segment, share: p.share, ahead: p.AheadMs, back: p.BackMs, at: p.Point, onward: l, backward: l, site: true})
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.point, b.point), cmp.Compare(a.share, b.share)) })
	return marks
}

func (g *Graph) markAt(point uint32) mark {
	return mark{point: point, ahead: g.ahead[point], back: g.back[point], at: g.point(point), onward: noLabel, backward: noLabel}
}

// sweep carries the times from both ends of the edge past the marks.
func (n *nearest) sweep(edge int32, marks []mark) {
	best := noLabel
	if head := n.g.heads[2*edge]; head != none {
		best = n.one.labels[head]
	}
	for i := len(marks) - 1; i >= 0; i-- {
		if i < len(marks)-1 && best != noLabel {
			best = best.plus(uint32(marks[i+1].ahead - marks[i].ahead))
		}
		best = min(best, marks[i].onward)
		marks[i].onward = best
	}
	best = noLabel
	if head := n.g.heads[2*edge+1]; head != none {
		best = n.one.labels[head]
	}
	for i := range marks {
		if i > 0 && best != noLabel {
			best = best.plus(uint32(marks[i].back - marks[i-1].back))
		}
		best = min(best, marks[i].backward)
		marks[i].backward = best
	}
}

// lineBetween is the shape of an edge between two marks; it has at least two points.
func (g *Graph) lineBetween(from, to *mark) orb.LineString {
	line := orb.LineString{from.at}
	for point := from.point + 1; point < to.point || point == to.point && to.share > 0; point++ {
		line = append(line, g.point(point))
	}
	return append(line, to.at)
}

// paceMs is by how much a point may be off the even pace of its stretch: what rounding to milliseconds explains, and a little more.
const paceMs = 2

// paceChanges are the inner points of an edge between which the pace is even in both directions.
func (g *Graph) paceChanges(first, last uint32) []uint32 {
	along := g.alongM(first, last)
	even := func(times []int32, from, to uint32) bool {
		size := along[to-first] - along[from-first]
		for p := from + 1; p < to; p++ {
			share := (along[p-first] - along[from-first]) / size
			off := float64(times[p]-times[from]) - share*float64(times[to]-times[from])
			if off > paceMs || off < -paceMs {
				return false
			}
		}
		return true
	}
	if even(g.ahead, first, last) && even(g.back, first, last) {
		return nil
	}
	var changes []uint32
	from := first
	for to := first + 2; to <= last; to++ {
		if !even(g.ahead, from, to) || !even(g.back, from, to) {
			changes = append(changes, to-1)
			from = to - 1
		}
	}
	return changes
}
