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
	low, high           geo.XY  // box of the places from which the piece may be reached in time, on the plane
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
	s0, h := g.foot(x, y)
	if h > cap {
		return math.Inf(1)
	}
	best := math.Inf(1)
	if g.aheadMs < best {
		if s, d2, ok := g.stand(s0, h, s0+(h+1e-12)*g.aheadTan, cap); ok {
			best = g.aheadMs - g.aheadPace*s + walkPace*math.Sqrt(d2)
		}
	}
	if g.backMs < math.Inf(1) {
		if s, d2, ok := g.stand(s0, h, s0-(h+1e-12)*g.backTan, cap); ok {
			best = min(best, g.backMs+g.backPace*s+walkPace*math.Sqrt(d2))
		}
	}
	return best
}

// freeWithin reports whether free is at most limitMs, without a square root.
func (g *segment) freeWithin(x, y, cap, walkPace, limitMs float64) bool {
	s0, h := g.foot(x, y)
	if h > cap {
		return false
	}
	if g.aheadMs < math.Inf(1) {
		if s, d2, ok := g.stand(s0, h, s0+(h+1e-12)*g.aheadTan, cap); ok {
			if spare := limitMs - g.aheadMs + g.aheadPace*s; spare >= 0 && walkPace*walkPace*d2 <= spare*spare {
				return true
			}
		}
	}
	if g.backMs < math.Inf(1) {
		if s, d2, ok := g.stand(s0, h, s0-(h+1e-12)*g.backTan, cap); ok {
			if spare := limitMs - g.backMs - g.backPace*s; spare >= 0 && walkPace*walkPace*d2 <= spare*spare {
				return true
			}
		}
	}
	return false
}

// within reports whether a place is reached within a limit by this piece.
func (g *segment) within(x, y, walkPace, limitMs float64) bool {
	if !g.freeWithin(x, y, g.cap, walkPace, limitMs) {
		return false
	}
	return g.walls == nil || g.reachAround(x, y, walkPace) <= limitMs
}

// foot returns a place's position along the piece's line and its distance beside it.
func (g *segment) foot(x, y float64) (s0, h float64) {
	dx, dy := (x-g.a.X)*g.stretch, y-g.a.Y
	return dx*g.ux + dy*g.uy, math.Abs(dx*g.uy - dy*g.ux)
}

// stand brings a position onto the piece and within the cap, and returns it with the square of the walk to it.
func (g *segment) stand(s0, h, s, cap float64) (at, d2 float64, ok bool) {
	s = min(max(s, 0), g.length)
	if d2 := h*h + (s-s0)*(s-s0); d2 <= cap*cap {
		return s, d2, true
	}
	low, high, ok := g.window(s0, h, cap)
	s = min(max(s, low), high)
	return s, h*h + (s-s0)*(s-s0), ok
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

// bracket returns bounds of the times, walls aside, from all places within radius metres of a place: at the earliest from any of them,
// and at the latest from all of them.
func (g *segment) bracket(x, y, radius, walkPace float64) (earliest, latest float64) {
	s0, h := g.foot(x, y)
	earliest, latest = math.Inf(1), math.Inf(1)
	if h > g.cap+radius {
		return earliest, latest
	}
	slack := radius * walkPace
	for back := range 2 {
		startMs, pace, best := g.aheadMs, -g.aheadPace, s0+(h+1e-12)*g.aheadTan
		if back == 1 {
			startMs, pace, best = g.backMs, g.backPace, s0-(h+1e-12)*g.backTan
		}
		if math.IsInf(startMs, 1) {
			continue
		}
		s, d2, ok := g.stand(s0, h, best, g.cap+radius)
		if !ok {
			continue
		}
		ms := startMs + pace*s + walkPace*math.Sqrt(d2)
		earliest = min(earliest, ms-slack)
		if near := g.cap - radius; near > 0 && d2 > near*near {
			if s, d2, ok = g.stand(s0, h, best, near); ok {
				latest = min(latest, startMs+pace*s+walkPace*math.Sqrt(d2)+slack)
			}
		} else if near > 0 {
			latest = min(latest, ms+slack)
		}
	}
	return max(earliest, g.leastMs), latest
}

// bound computes the piece's box.
func (g *segment) bound(maxMs, walkPace float64) {
	radius := min(g.cap, (maxMs-g.leastMs)/walkPace)
	bx, by := g.a.X+g.length*g.ux/g.stretch, g.a.Y+g.length*g.uy
	rx := radius / g.stretch
	g.low = geo.XY{X: min(g.a.X, bx) - rx, Y: min(g.a.Y, by) - radius}
	g.high = geo.XY{X: max(g.a.X, bx) + rx, Y: max(g.a.Y, by) + radius}
}
