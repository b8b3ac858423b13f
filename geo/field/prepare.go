package field

import (
	"cmp"
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
	walkPace float64 // ms per metre
	cap      float64
	maxMs    float64
	out      []segment
}

func (p *preparer) edges(edges []Edge) {
	for i := range edges {
		p.edge(&edges[i])
	}
}

// edge appends the pieces of an edge from which the facility is reached in time.
func (p *preparer) edge(e *Edge) {
	box := e.Line.Bound()
	shared := p.stretchAt((box.Min[1] + box.Max[1]) / 2)
	stretch := func(i int) float64 {
		if box.Max[1]-box.Min[1] <= maxSpanDeg {
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
	done := 0.0
	start := p.plane.To(line[0])
	for i := range len(line) - 1 {
		next := p.plane.To(line[i+1])
		g := base
		g.stretch = stretch(i)
		length := groundLength(start, next, g.stretch)
		if length == 0 && (len(line) > 2 || i > 0) {
			continue
		}
		g.ux = 1
		if length > 0 {
			g.ux, g.uy = (next.X-start.X)*g.stretch/length, (next.Y-start.Y)/length
		}
		parts := max(1, math.Ceil(length/maxPieceM))
		for k := range int(parts) {
			share := float64(k) / parts
			g.a = geo.XY{X: start.X + share*(next.X-start.X), Y: start.Y + share*(next.Y-start.Y)}
			g.length = length / parts
			g.aheadMs, g.backMs = base.aheadMs-base.aheadPace*done, base.backMs+base.backPace*done
			p.add(g)
			done += g.length
		}
		start = next
	}
}

func (p *preparer) sites(sites []Site) {
	for _, s := range sites {
		if s.DirectM > 0 {
			p.add(segment{
				a: p.plane.To(s.Point), stretch: p.stretchAt(s.Point[1]), cap: s.DirectM, ux: 1, backMs: math.Inf(1),
				edge: s.ID, site: true,
			})
		}
	}
}

func (p *preparer) add(g segment) {
	g.leastMs = max(0, min(g.aheadMs-g.aheadPace*g.length, g.backMs))
	if g.leastMs <= p.maxMs {
		p.out = append(p.out, g)
	}
}

func (p *preparer) stretchAt(lat float64) float64 {
	return math.Cos(lat*math.Pi/180) / math.Cos(p.plane.Reference()[1]*math.Pi/180)
}

func groundLength(a, b geo.XY, stretch float64) float64 {
	return geo.XY{X: (b.X - a.X) * stretch, Y: b.Y - a.Y}.Length()
}

// byTime orders segments from near to far in time. The order decides no result, only how early squares are settled.
func byTime(segments []segment) {
	slices.SortStableFunc(segments, func(a, b segment) int { return cmp.Compare(a.leastMs, b.leastMs) })
}
