package field

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// A piece longer than maxPieceM is cut, so that its box stays small. A line spanning more latitude than maxSpanDeg takes the scale of
// the parallel piece by piece; within it one scale is exact to 0.05 %.
const (
	maxPieceM  = 1000.0
	maxSpanDeg = 0.05
)

// preparer turns edges and sites into segments.
type preparer struct {
	plane    geo.Plane
	cosLat   float64 // of the plane's reference
	walkPace float64 // ms per metre
	cap      float64
	maxMs    float64
	out      []segment
}

func (p *preparer) edges(edges []Edge) {
	pieces := 0
	for i := range edges {
		pieces += len(edges[i].Line) - 1
	}
	p.out = slices.Grow(p.out, pieces)
	for i := range edges {
		p.edge(&edges[i])
	}
}

// edge appends the pieces of an edge from which the facility is reached in time.
func (p *preparer) edge(e *Edge) {
	south, north := e.Line[0][1], e.Line[0][1]
	for _, q := range e.Line {
		south, north = min(south, q[1]), max(north, q[1])
	}
	shared := p.stretchAt((south + north) / 2)
	stretch := func(i int) float64 {
		if north-south <= maxSpanDeg {
			return shared
		}
		return p.stretchAt((e.Line[i][1] + e.Line[i+1][1]) / 2)
	}
	total := 0.0
	for i := range len(e.Line) - 1 {
		total += groundLength(p.plane.To(e.Line[i]), p.plane.To(e.Line[i+1]), stretch(i))
	}
	base := segment{edge: e.ID, cap: p.cap, aheadMs: math.Inf(1), backMs: math.Inf(1)}
	if e.Ahead.OK {
		base.aheadMs = float64(e.Ahead.EndMs + e.Ahead.TravelMs)
	}
	if e.Back.OK {
		base.backMs = float64(e.Back.EndMs)
	}
	if total > 0 {
		base.aheadPace, base.backPace = float64(e.Ahead.TravelMs)/total, float64(e.Back.TravelMs)/total
	} else {
		base.aheadMs = math.Inf(1) // a line without length has its ends at one place
		if e.Ahead.OK {
			base.aheadMs = float64(e.Ahead.EndMs)
		}
	}
	base.aheadTan, base.backTan = tangent(base.aheadPace, p.walkPace), tangent(base.backPace, p.walkPace)
	p.pieces(e.Line, base, stretch)
}

// pieces appends the straight pieces of a line; base has the times at the line's start.
func (p *preparer) pieces(line orb.LineString, base segment, stretch func(int) float64) {
	done, aheadMs, backMs := 0.0, base.aheadMs, base.backMs
	start := p.plane.To(line[0])
	for i := range len(line) - 1 {
		next := p.plane.To(line[i+1])
		base.stretch = stretch(i)
		length := groundLength(start, next, base.stretch)
		if length == 0 && (len(line) > 2 || i > 0) {
			continue
		}
		base.ux = 1
		if length > 0 {
			base.ux, base.uy = (next.X-start.X)*base.stretch/length, (next.Y-start.Y)/length
		}
		parts := max(1, math.Ceil(length/maxPieceM))
		base.length = length / parts
		for k := range int(parts) {
			share := float64(k) / parts
			base.a = geo.XY{X: start.X + share*(next.X-start.X), Y: start.Y + share*(next.Y-start.Y)}
			base.aheadMs, base.backMs = aheadMs-base.aheadPace*done, backMs+base.backPace*done
			p.add(&base)
			done += base.length
		}
		start = next
	}
}

func (p *preparer) sites(sites []Site) {
	for _, s := range sites {
		if s.DirectM > 0 {
			p.add(&segment{
				a: p.plane.To(s.Point), stretch: p.stretchAt(s.Point[1]), cap: s.DirectM, ux: 1, backMs: math.Inf(1),
				edge: s.ID, site: true,
			})
		}
	}
}

// add keeps a copy of a segment from which the facility is reached in time.
func (p *preparer) add(g *segment) {
	g.leastMs = max(0, min(g.aheadMs-g.aheadPace*g.length, g.backMs))
	if g.leastMs <= p.maxMs {
		g.bound(p.maxMs, p.walkPace)
		p.out = append(p.out, *g)
	}
}

func (p *preparer) stretchAt(lat float64) float64 {
	return math.Cos(lat*math.Pi/180) / p.cosLat
}

func groundLength(a, b geo.XY, stretch float64) float64 {
	return geo.XY{X: (b.X - a.X) * stretch, Y: b.Y - a.Y}.Length()
}

// byTime orders segments, given by index, roughly from near to far in time, by a counting sort. The order decides no result, only how
// early squares are settled.
func byTime(segments []segment, which []int32, maxMs float64) []int32 {
	const buckets = 1 << 12
	bucket := func(k int32) int { return int(segments[k].leastMs / (maxMs + 1) * buckets) }
	var start [buckets + 1]int32
	for _, k := range which {
		start[bucket(k)+1]++
	}
	for b := range buckets {
		start[b+1] += start[b]
	}
	order := make([]int32, len(which))
	for _, k := range which {
		b := bucket(k)
		order[start[b]] = k
		start[b]++
	}
	return order
}
