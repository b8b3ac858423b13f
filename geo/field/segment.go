package field

import (
	"math"

	"lawcircle/geo"
)

// segment is a straight piece of an edge, or a site (of length 0), ready to be asked for the time from a place.
//
// From a place at distance h beside the piece's line and s0 along it, walking to position s and on along the road takes
// aheadMs - aheadPace·s + walkPace·√(h²+(s-s0)²), a convex function of s whose minimum follows from Snell's law:
// s = s0 + h·tan φ with sin φ = aheadPace/walkPace; and likewise backwards. The walk being at most cap long bounds s.
type segment struct {
	a                   geo.XY  // start on the grid's plane, metres
	stretch             float64 // east–west metres on the ground per metre on the plane, at this latitude
	ux, uy              float64 // direction, on the ground
	length              float64 // metres on the ground
	cap                 float64
	aheadMs, backMs     float64 // from the start to the facility: ahead over the end, back from the start; +Inf if closed
	aheadPace, backPace float64 // ms per metre
	aheadTan, backTan   float64 // tan φ; huge where the road is no faster than walking
	leastMs             float64 // at the better place of the piece
	edge                int64
	site                bool
	walls               []wall
}

// steep stands for the tangent of a right angle or more: a walk straight to the end of the piece.
const steep = 1e15

// reach returns the time in ms from a place on the plane to the facility by this piece; +Inf if it cannot be reached by it.
func (g *segment) reach(x, y, walkPace float64) float64 {
	if g.walls == nil {
		return g.free(x, y, g.cap, walkPace)
	}
	return g.reachAround(x, y, walkPace)
}

// free is reach without walls, with walks of at most cap metres.
func (g *segment) free(x, y, cap, walkPace float64) float64 {
	dx, dy := (x-g.a.X)*g.stretch, y-g.a.Y
	s0, h := dx*g.ux+dy*g.uy, math.Abs(dx*g.uy-dy*g.ux)
	low, high, ok := g.window(s0, h, cap)
	if !ok {
		return math.Inf(1)
	}
	h2 := h * h
	best := math.Inf(1)
	if g.aheadMs < best {
		s := s0 + (h+1e-12)*g.aheadTan
		s = min(max(s, low), high)
		best = g.aheadMs - g.aheadPace*s + walkPace*math.Sqrt(h2+(s-s0)*(s-s0))
	}
	if g.backMs < math.Inf(1) {
		s := s0 - (h+1e-12)*g.backTan
		s = min(max(s, low), high)
		best = min(best, g.backMs+g.backPace*s+walkPace*math.Sqrt(h2+(s-s0)*(s-s0)))
	}
	return best
}

// window is the range of positions within the cap of a place at s0 along and h beside the piece.
func (g *segment) window(s0, h, cap float64) (low, high float64, ok bool) {
	if h > cap {
		return 0, 0, false
	}
	span := math.Sqrt(cap*cap - h*h)
	low, high = max(0, s0-span), min(g.length, s0+span)
	return low, high, low <= high
}

// tangent is tan φ of Snell's law for a road and a walk of given paces.
func tangent(roadPace, walkPace float64) float64 {
	sin := roadPace / walkPace
	if !(sin < 1) {
		return steep
	}
	return sin / math.Sqrt(1-sin*sin)
}

// grown returns the box of the places from which the piece may be reached within maxMs, on the plane.
func (g *segment) grown(maxMs, walkPace float64) (low, high geo.XY) {
	radius := math.Min(g.cap, (maxMs-g.leastMs)/walkPace)
	b := g.end()
	rx := radius / g.stretch
	return geo.XY{X: math.Min(g.a.X, b.X) - rx, Y: math.Min(g.a.Y, b.Y) - radius},
		geo.XY{X: math.Max(g.a.X, b.X) + rx, Y: math.Max(g.a.Y, b.Y) + radius}
}

func (g *segment) end() geo.XY {
	return geo.XY{X: g.a.X + g.length*g.ux/g.stretch, Y: g.a.Y + g.length*g.uy}
}
