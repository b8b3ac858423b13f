package shape

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Simplify leaves out points of areas that share borders, moving no border by more than tolerance (in the units of the coordinates).
// Borders between the same two areas are simplified once, so that no gaps or overlaps appear; points where three or more areas meet
// stay. Where the simplified areas would not be valid, the tolerance is halved until they are. Areas keep their order and never
// vanish. The reduction is that of Ramer (1972) and Douglas & Peucker (1973).
func Simplify(areas []orb.MultiPolygon, tolerance float64) ([]orb.MultiPolygon, error) {
	if !(tolerance >= 0) || math.IsInf(tolerance, 0) {
		return nil, fmt.Errorf("simplifying areas: tolerance %v is not a length", tolerance)
	}
	fixed := make([]orb.MultiPolygon, len(areas))
	for i, m := range areas {
		valid, err := MakeValid(m)
		if err != nil {
			return nil, fmt.Errorf("simplifying areas: area %d: %w", i, err)
		}
		fixed[i] = valid
	}
	joints := findJoints(fixed)
	for range 12 {
		if out := simplifyAll(fixed, joints, tolerance); allValid(out) {
			return out, nil
		}
		tolerance /= 2
	}
	return fixed, nil
}

func allValid(areas []orb.MultiPolygon) bool {
	for _, m := range areas {
		if Validate(m) != nil {
			return false
		}
	}
	return true
}

// findJoints returns the points where borders part: those whose neighbours along the rings are more than two.
func findJoints(areas []orb.MultiPolygon) map[orb.Point]bool {
	neighbours := map[orb.Point][]orb.Point{}
	note := func(p, q orb.Point) {
		if !slices.Contains(neighbours[p], q) {
			neighbours[p] = append(neighbours[p], q)
		}
	}
	eachRing(areas, func(ring orb.Ring) orb.Ring {
		for i := 1; i < len(ring); i++ {
			note(ring[i-1], ring[i])
			note(ring[i], ring[i-1])
		}
		return ring
	})
	joints := map[orb.Point]bool{}
	for p, around := range neighbours {
		if len(around) > 2 {
			joints[p] = true
		}
	}
	return joints
}

func eachRing(areas []orb.MultiPolygon, change func(orb.Ring) orb.Ring) {
	for _, m := range areas {
		for _, p := range m {
			for i := range p {
				p[i] = change(p[i])
			}
		}
	}
}

func simplifyAll(areas []orb.MultiPolygon, joints map[orb.Point]bool, tolerance float64) []orb.MultiPolygon {
	out := make([]orb.MultiPolygon, len(areas))
	for i, m := range areas {
		out[i] = m.Clone()
	}
	eachRing(out, func(ring orb.Ring) orb.Ring { return simplifyRing(ring, joints, tolerance) })
	return out
}

// simplifyRing reduces each stretch of a ring between joints. A ring without joints is anchored at its least point and the point
// farthest from it, so that the hole and the island that fills it are reduced alike.
func simplifyRing(ring orb.Ring, joints map[orb.Point]bool, tolerance float64) orb.Ring {
	open := ring[:len(ring)-1]
	start := slices.IndexFunc(open, func(p orb.Point) bool { return joints[p] })
	anchor := func(p orb.Point) bool { return joints[p] }
	if start < 0 {
		start = least(open)
		first, far := open[start], farthest(open, open[start])
		anchor = func(p orb.Point) bool { return p == first || p == far }
	}
	turned := append(append(slices.Clone(open[start:]), open[:start]...), open[start])
	var out orb.Ring
	from := 0
	for i := 1; i < len(turned); i++ {
		if anchor(turned[i]) {
			out = append(out, reduceStretch(turned[from:i+1], tolerance)...)
			out = out[:len(out)-1] // the next stretch begins with it
			from = i
		}
	}
	out = append(out, turned[from])
	if len(out) < 4 {
		return ring
	}
	return out
}

func least(points []orb.Point) int {
	best := 0
	for i, p := range points {
		if before(p, points[best]) {
			best = i
		}
	}
	return best
}

func farthest(points []orb.Point, from orb.Point) orb.Point {
	best, bestD := from, -1.0
	for _, p := range points {
		d := math.Hypot(p[0]-from[0], p[1]-from[1])
		if d > bestD || d == bestD && before(p, best) {
			best, bestD = p, d
		}
	}
	return best
}

func before(p, q orb.Point) bool { return p[0] < q[0] || p[0] == q[0] && p[1] < q[1] }

// reduceStretch gives the same points whichever end it starts from.
func reduceStretch(line []orb.Point, tolerance float64) []orb.Point {
	backward := before(line[len(line)-1], line[0]) ||
		line[0] == line[len(line)-1] && len(line) > 2 && before(line[len(line)-2], line[1])
	if !backward {
		return reduce(line, tolerance)
	}
	turned := slices.Clone(line)
	slices.Reverse(turned)
	out := reduce(turned, tolerance)
	slices.Reverse(out)
	return out
}

// reduce is the Ramer–Douglas–Peucker reduction without recursion.
func reduce(line []orb.Point, tolerance float64) []orb.Point {
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	for stack := [][2]int{{0, len(line) - 1}}; len(stack) > 0; {
		span := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		worst, worstD := -1, tolerance
		for i := span[0] + 1; i < span[1]; i++ {
			if d := edgeDistance(line[i], line[span[0]], line[span[1]]); d > worstD {
				worst, worstD = i, d
			}
		}
		if worst >= 0 {
			keep[worst] = true
			stack = append(stack, [2]int{span[0], worst}, [2]int{worst, span[1]})
		}
	}
	out := make([]orb.Point, 0, len(line))
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

func edgeDistance(p, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if length2 := dx*dx + dy*dy; length2 > 0 {
		t = math.Max(0, math.Min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/length2))
	}
	return math.Hypot(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy)
}
