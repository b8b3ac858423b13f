package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"github.com/paulmach/orb"
)

// The middle of the county: empty desert between the Lop Nur basin and the oases of the north.
const (
	middleLon = 91.0
	middleLat = 41.4
)

const (
	metresPerDegreeLat = 111_061.0 // at the middle latitude
	metresPerDegreeLon = 83_617.0
)

// wgs84 places a position of the plane on the earth, rounded to 1e-7 degree.
func wgs84(p orb.Point) orb.Point {
	return orb.Point{round(middleLon+p[0]/metresPerDegreeLon, 7), round(middleLat+p[1]/metresPerDegreeLat, 7)}
}

func round(value float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(value*scale) / scale
}

// seed fixes the county. Another seed is another county.
const seed = 20171204

// stream returns the random numbers of one step, independent of how many numbers other steps draw.
func stream(step string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(step))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// between draws a number from low to high.
func between(r *rand.Rand, low, high float64) float64 { return low + r.Float64()*(high-low) }

// chance is true with probability p.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

func km(x, y float64) orb.Point { return orb.Point{x * 1000, y * 1000} }

func add(a, b orb.Point) orb.Point { return orb.Point{a[0] + b[0], a[1] + b[1]} }

func subtract(a, b orb.Point) orb.Point { return orb.Point{a[0] - b[0], a[1] - b[1]} }

func scale(a orb.Point, k float64) orb.Point { return orb.Point{a[0] * k, a[1] * k} }

func distance(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

// cross is twice the signed area of the triangle a, b, c: positive when c lies to the left of a→b.
func cross(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

// onTheWay is the point at share t of the way from a to b.
func onTheWay(a, b orb.Point, t float64) orb.Point { return add(a, scale(subtract(b, a), t)) }

// rotate turns p about the origin, counterclockwise.
func rotate(p orb.Point, degrees float64) orb.Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return orb.Point{p[0]*cos - p[1]*sin, p[0]*sin + p[1]*cos}
}

// turn returns a step of the given length in direction a→b, turned left by a quarter.
func turn(a, b orb.Point, length float64) orb.Point {
	d := subtract(b, a)
	return scale(orb.Point{-d[1], d[0]}, length/math.Hypot(d[0], d[1]))
}

// meet tells where the inner parts of the segments a–b and c–d cross, as shares of both.
func meet(a, b, c, d orb.Point) (onAB, onCD float64, ok bool) {
	c1, c2 := cross(c, d, a), cross(c, d, b)
	d1, d2 := cross(a, b, c), cross(a, b, d)
	if c1*c2 >= 0 || d1*d2 >= 0 {
		return 0, 0, false
	}
	return c1 / (c1 - c2), d1 / (d1 - d2), true
}

// winding says how much a line winds: the middle of every piece longer than step is moved sideways by up to rough times its length, and
// by no more than most metres.
type winding struct{ rough, step, most float64 }

// line draws a line from a to b that a river, a border or a desert road might take. The ends stay.
func (w winding) line(r *rand.Rand, a, b orb.Point) orb.LineString {
	length := distance(a, b)
	if length <= w.step {
		return orb.LineString{a, b}
	}
	middle := add(onTheWay(a, b, 0.5), turn(a, b, min(length*w.rough, w.most)*between(r, -1, 1)))
	left := w.line(r, a, middle)
	return append(left, w.line(r, middle, b)[1:]...)
}

// through joins winding lines through all the given points.
func (w winding) through(r *rand.Rand, points ...orb.Point) orb.LineString {
	line := orb.LineString{points[0]}
	for i := 1; i < len(points); i++ {
		line = append(line, w.line(r, points[i-1], points[i])[1:]...)
	}
	return line
}

// crossing is a place where a line is crossed.
type crossing struct {
	segment int     // index of the segment of the line
	share   float64 // share of that segment
	at      orb.Point
}

// crossings lists where segment a–b crosses a line, in the line's order.
func crossings(line orb.LineString, a, b orb.Point) []crossing {
	var found []crossing
	for i := 1; i < len(line); i++ {
		if max(line[i-1][0], line[i][0]) < min(a[0], b[0]) || min(line[i-1][0], line[i][0]) > max(a[0], b[0]) {
			continue
		}
		if _, share, ok := meet(a, b, line[i-1], line[i]); ok {
			found = append(found, crossing{i - 1, share, onTheWay(line[i-1], line[i], share)})
		}
	}
	return found
}
