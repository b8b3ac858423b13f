package road

import (
	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// maxSquareNodes bounds the nodes of a square between which one walks straight: the ways in, and the corners that one walks round.
const maxSquareNodes = 32

// addSquares lets people walk straight across squares (closed ways with area=yes), from every way in to every other that can be seen from
// it, or round the corners that stand between. Holes are the inner ways of the relation that a square is drawn as. A square with more
// ways in than maxSquareNodes is walked along its rim, as all are by profiles that do not cross areas; one with too many corners is
// crossed in straight lines only.
func (b *builder) addSquares() {
	if !b.profile.CrossAreas {
		return
	}
	var squares []usedWay
	holes := map[string][]usedWay{}
	for _, way := range b.ways {
		switch {
		case way.Tags["area"] != "yes" || len(way.nodes) < 4 || way.nodes[0] != way.nodes[len(way.nodes)-1]:
		case way.Tags[holeTag] == "yes":
			holes[way.Tags[squareTag]] = append(holes[way.Tags[squareTag]], way)
		default:
			squares = append(squares, way)
		}
	}
	for _, square := range squares {
		around := outline{}
		around.add(square, b.degree, false)
		if id := square.Tags[squareTag]; id != "" {
			for _, hole := range holes[id] {
				around.add(hole, b.degree, true)
			}
		}
		b.addSquare(square, around)
	}
}

func (b *builder) addSquare(square usedWay, around outline) {
	var doors, stops []int
	for i := range around {
		if around[i].isDoor {
			doors = append(doors, i)
		}
		if around[i].isDoor || around[i].isReflex {
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
			if around.sees(from, to) {
				b.addChord(square, around[from], around[to])
			}
		}
	}
}

// addChord adds the straight way between two corners of a square.
func (b *builder) addChord(square usedWay, from, to corner) {
	chord := *square.Way
	chord.NodeIDs = []int64{from.id, to.id}
	chord.Line = orb.LineString{from.point, to.point}
	nodes := []int32{from.node, to.node}
	for _, node := range nodes {
		b.degree[node] = min(b.degree[node]+1, 100)
	}
	b.ways = append(b.ways, usedWay{Way: &chord, wayRule: square.wayRule, nodes: nodes})
}

// outline is the rim of a square and those of its holes.
type outline []corner

// corner is a node of an outline.
type corner struct {
	id       int64
	node     int32
	point    orb.Point
	at       geo.XY // in metres
	next     int    // corner of the same rim
	isDoor   bool   // other ways meet the rim here
	isReflex bool   // the rim turns into the square here, so that one walks round it
}

// add adds the rim of the square or of a hole.
func (o *outline) add(way usedWay, degree []uint8, hole bool) {
	first, n := len(*o), len(way.nodes)-1
	plane := geo.NewPlane(way.Line[0])
	if first > 0 {
		plane = geo.NewPlane((*o)[0].point)
	}
	for i := range n {
		*o = append(*o, corner{
			id: way.NodeIDs[i], node: way.nodes[i], point: way.Line[i], at: plane.To(way.Line[i]), next: first + (i+1)%n, isDoor: degree[way.nodes[i]] > 2,
		})
	}
	rim, area := (*o)[first:], 0.0
	for i := range rim {
		area += turn(rim[0].at, rim[i].at, rim[(i+1)%n].at)
	}
	for i := range rim {
		bend := turn(rim[(i+n-1)%n].at, rim[i].at, rim[(i+1)%n].at)
		rim[i].isReflex = bend != 0 && (bend > 0) != (area > 0) != hole
	}
}

// turn is twice the area of a triangle: positive where a, b, c turn to the left.
func turn(a, b, c geo.XY) float64 { return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X) }

// sees tells whether the straight line between two corners runs inside the square and touches its outline nowhere else. Neighbours are
// not asked about: the rim itself joins them.
func (o outline) sees(i, k int) bool {
	if o[i].next == k || o[k].next == i {
		return false
	}
	a, b := o[i].at, o[k].at
	for s := range o {
		e := o[s].next
		p, q := o[s].at, o[e].at
		if s != i && s != k && turn(a, b, p) == 0 && isBetween(a.X, b.X, p.X) && isBetween(a.Y, b.Y, p.Y) {
			return false // the corner is on the line
		}
		if s == i || s == k || e == i || e == k {
			continue // meets the line at its end
		}
		if turn(a, b, p)*turn(a, b, q) <= 0 && turn(p, q, a)*turn(p, q, b) <= 0 {
			return false
		}
	}
	return o.holds(geo.XY{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2})
}

func isBetween(a, b, x float64) bool { return min(a, b) <= x && x <= max(a, b) }

// holds tells whether a point is inside the square and in no hole, by how often the outline passes to the right of it.
func (o outline) holds(p geo.XY) bool {
	inside := false
	for s := range o {
		a, b := o[s].at, o[o[s].next].at
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(p.Y-a.Y)/(b.Y-a.Y)*(b.X-a.X) {
			inside = !inside
		}
	}
	return inside
}
