package field

import (
	"math"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// wall is a straight piece of a wall in the frame of a segment: s along it, t across, both in metres on the ground.
type wall struct{ s1, t1, s2, t2 float64 }

// sight is a look from a place onto a segment: its foot s0 and signed distance t0 across, and the range of positions within the cap.
type sight struct{ s0, t0, low, high, walkPace float64 }

// span is a range of positions hidden by a wall.
type span struct{ low, high float64 }

// reachAround is reach for a segment with walls near it. The cost being convex along the segment, its minimum over the visible
// positions is the free one, or else at one of the ends of the hidden stretch around it; a graze of a wall's end is allowed.
func (g *segment) reachAround(x, y, walkPace float64) float64 {
	dx, dy := (x-g.a.X)*g.stretch, y-g.a.Y
	v := sight{s0: dx*g.ux + dy*g.uy, t0: dx*g.uy - dy*g.ux, walkPace: walkPace}
	h, ok := math.Abs(v.t0), false
	if v.low, v.high, ok = g.window(v.s0, h, g.cap); !ok {
		return math.Inf(1)
	}
	hidden := make([]span, 0, 16)
	for i := range g.walls {
		if s, ok := g.walls[i].shadow(v.s0, v.t0); ok {
			hidden = append(hidden, s)
		}
	}
	best := math.Inf(1)
	if g.aheadMs < best {
		best = v.least(hidden, v.s0+(h+1e-12)*g.aheadTan, g.aheadMs, -g.aheadPace)
	}
	if g.backMs < math.Inf(1) {
		best = min(best, v.least(hidden, v.s0-(h+1e-12)*g.backTan, g.backMs, g.backPace))
	}
	return best
}

// least returns the least cost over the visible positions, given the position that is best without walls.
func (v sight) least(hidden []span, s, startMs, pace float64) float64 {
	cost := func(s float64) float64 {
		if s < v.low || s > v.high {
			return math.Inf(1)
		}
		return startMs + pace*s + v.walkPace*math.Hypot(v.t0, s-v.s0)
	}
	s = min(max(s, v.low), v.high)
	around := span{s, s}
	covered := false
	for grew := true; grew; {
		grew = false
		for _, h := range hidden {
			if covered && (h.low > around.high || h.high < around.low || h.low >= around.low && h.high <= around.high) {
				continue
			}
			if !covered && (s <= h.low || s >= h.high) {
				continue
			}
			around = span{min(around.low, h.low), max(around.high, h.high)}
			covered, grew = true, true
		}
	}
	if !covered {
		return v.touching(hidden, s, cost)
	}
	return min(cost(around.low), cost(around.high))
}

// touching handles a best position exactly between two hidden ranges, the image of a bend in a wall: it is hidden as well.
func (v sight) touching(hidden []span, s float64, cost func(float64) float64) float64 {
	left, right := s, s
	for grew := true; grew; {
		grew = false
		for _, h := range hidden {
			if h.high >= left && h.low < left {
				left, grew = h.low, true
			}
			if h.low <= right && h.high > right {
				right, grew = h.high, true
			}
		}
	}
	if left < s && right > s {
		return min(cost(left), cost(right))
	}
	return cost(s)
}

// shadow returns the open range of positions on the line t = 0 which the wall hides from (s0, t0).
func (w wall) shadow(s0, t0 float64) (span, bool) {
	if t0 < 0 {
		t0, w.t1, w.t2 = -t0, -w.t1, -w.t2
	}
	if t0 < 1e-9 {
		return w.shadowAlong(s0)
	}
	// The part of the wall between the line and the place.
	near, far := 0.0, t0*(1-1e-12)
	if max(w.t1, w.t2) <= near || min(w.t1, w.t2) >= far {
		return span{}, false
	}
	s1, t1 := w.clip(w.s1, w.t1, near, far)
	s2, t2 := w.clip(w.s2, w.t2, near, far)
	a, b := s0+(s1-s0)*t0/(t0-t1), s0+(s2-s0)*t0/(t0-t2)
	return span{min(a, b), max(a, b)}, a != b
}

// clip moves an end of the wall onto the border of the band near ≤ t ≤ far if it is outside.
func (w wall) clip(s, t, near, far float64) (float64, float64) {
	to := min(max(t, near), far)
	if to == t {
		return s, t
	}
	return w.s1 + (w.s2-w.s1)*(to-w.t1)/(w.t2-w.t1), to
}

// shadowAlong is shadow for a place on the segment's own line: a wall crossing the line hides what is behind it.
func (w wall) shadowAlong(s0 float64) (span, bool) {
	if w.t1*w.t2 > 0 || w.t1 == w.t2 {
		return span{}, false
	}
	s := w.s1 - (w.s2-w.s1)*w.t1/(w.t2-w.t1)
	switch {
	case s > s0:
		return span{s, math.Inf(1)}, true
	case s < s0:
		return span{math.Inf(-1), s}, true
	}
	return span{}, false
}

// fence is the index of the walls on the plane.
type fence struct {
	pieces [][2]geo.XY
	index  geo.Index[int32]
}

func newFence(plane geo.Plane, walls orb.MultiLineString) *fence {
	f := &fence{}
	for _, line := range walls {
		for i := 1; i < len(line); i++ {
			a, b := plane.To(line[i-1]), plane.To(line[i])
			f.index.Insert(orb.MultiPoint{{a.X, a.Y}, {b.X, b.Y}}.Bound(), int32(len(f.pieces)))
			f.pieces = append(f.pieces, [2]geo.XY{a, b})
		}
	}
	return f
}

// attach gives each segment the walls that could stand in a walk to it.
func (f *fence) attach(segments []segment) {
	if len(f.pieces) == 0 {
		return
	}
	for i := range segments {
		g := &segments[i]
		box := orb.Bound{Min: orb.Point{g.low.X, g.low.Y}, Max: orb.Point{g.high.X, g.high.Y}}
		f.index.Search(box, func(k int32) bool {
			s1, t1 := g.local(f.pieces[k][0])
			s2, t2 := g.local(f.pieces[k][1])
			g.walls = append(g.walls, wall{s1, t1, s2, t2})
			return true
		})
	}
}

func (g *segment) local(p geo.XY) (s, t float64) {
	dx, dy := (p.X-g.a.X)*g.stretch, p.Y-g.a.Y
	return dx*g.ux + dy*g.uy, dx*g.uy - dy*g.ux
}
