package road

import (
	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// maxSquareNodes bounds the nodes of a square between which one walks straight: the ways in, and the corners that one walks round.
const maxSquareNodes = 32

// addSquares lets people walk straight across squares (closed ways with area=yes), from every way in to every other that can be seen from
// it, or round the corners that stand between. A square with more ways in than maxSquareNodes is walked along its rim, as all are by
// profiles that do not cross areas; one with too many corners is crossed in straight lines only.
func (b *builder) addSquares() {
	if !b.profile.CrossAreas {
		return
	}
	for w := range b.ways { // not over the ways that are added
		if way := b.ways[w]; way.Tags["area"] == "yes" && len(way.nodes) > 3 && way.nodes[0] == way.nodes[len(way.nodes)-1] {
			b.addSquare(way)
		}
	}
}

func (b *builder) addSquare(way usedWay) {
	ring := newRing(way.Line)
	var doors, stops []int // positions in the ring
	for i := range ring {
		isDoor := b.degree[way.nodes[i]] > 2
		if isDoor {
			doors = append(doors, i)
		}
		if isDoor || ring.isReflex(i) {
			stops = append(stops, i)
		}
	}
	if len(stops) > maxSquareNodes {
		stops = doors
	}
	if len(doors) < 2 || len(stops) > maxSquareNodes {
		return
	}
	for k, from := range stops {
		for _, to := range stops[k+1:] {
			if ring.sees(from, to) {
				b.addChord(way, from, to)
			}
		}
	}
}

// addChord adds the straight way between two nodes of a square.
func (b *builder) addChord(square usedWay, from, to int) {
	chord := *square.Way
	chord.NodeIDs = []int64{square.NodeIDs[from], square.NodeIDs[to]}
	chord.Line = orb.LineString{square.Line[from], square.Line[to]}
	nodes := []int32{square.nodes[from], square.nodes[to]}
	for _, node := range nodes {
		b.degree[node] = min(b.degree[node]+1, 100)
	}
	b.ways = append(b.ways, usedWay{Way: &chord, wayRule: square.wayRule, nodes: nodes})
}

// ring is the outline of a square in metres, counterclockwise or not, without the first point again at the end.
type ring []geo.XY

func newRing(line orb.LineString) ring {
	plane := geo.NewPlane(line[0])
	r := make(ring, len(line)-1)
	for i := range r {
		r[i] = plane.To(line[i])
	}
	return r
}

func (r ring) next(i int) int { return (i + 1) % len(r) }

func (r ring) before(i int) int { return (i + len(r) - 1) % len(r) }

// turn is twice the area of a triangle: positive where a, b, c turn to the left.
func turn(a, b, c geo.XY) float64 { return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X) }

func (r ring) isLeft() bool {
	area := 0.0
	for i := range r {
		area += turn(r[0], r[i], r[r.next(i)])
	}
	return area > 0
}

// isReflex tells whether the outline turns into the square at a point, so that one walks round it.
func (r ring) isReflex(i int) bool {
	bend := turn(r[r.before(i)], r[i], r[r.next(i)])
	return bend != 0 && (bend > 0) != r.isLeft()
}

// sees tells whether the straight line between two points of the outline runs inside it and touches it nowhere else. Neighbours are not
// asked about: the outline itself joins them.
func (r ring) sees(i, k int) bool {
	if r.next(i) == k || r.next(k) == i {
		return false
	}
	a, b := r[i], r[k]
	for s := range r {
		e := r.next(s)
		if s == i || s == k || e == i || e == k {
			continue
		}
		if turn(a, b, r[s])*turn(a, b, r[e]) <= 0 && turn(r[s], r[e], a)*turn(r[s], r[e], b) <= 0 {
			return false
		}
	}
	// The outline's segments at both ends are left out above: the line must leave between them, and no point may lie on it.
	for s := range r {
		if s != i && s != k && turn(a, b, r[s]) == 0 && isBetween(a.X, b.X, r[s].X) && isBetween(a.Y, b.Y, r[s].Y) {
			return false
		}
	}
	return r.holds(geo.XY{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2})
}

func isBetween(a, b, x float64) bool { return min(a, b) <= x && x <= max(a, b) }

// holds tells whether a point is inside, by the outline's crossings to the right of it.
func (r ring) holds(p geo.XY) bool {
	inside := false
	for s := range r {
		a, b := r[s], r[r.next(s)]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(p.Y-a.Y)/(b.Y-a.Y)*(b.X-a.X) {
			inside = !inside
		}
	}
	return inside
}
