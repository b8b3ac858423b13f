package crs

import (
	"errors"
	"math"

	"github.com/paulmach/orb"
)

// The constants of the published GCJ-02 shift: the Krasovsky 1940 ellipsoid.
const (
	krasovskyRadiusM = 6378245.0
	krasovskyE2      = 0.00669342162296594323
	bdAngle          = math.Pi * 3000 / 180
	bdLon, bdLat     = 0.0065, 0.006
)

// inverseToleranceDeg is how closely an inverted GCJ-02 or BD-09 point maps back onto its source: 1e-10° is a hundredth of a millimetre.
const inverseToleranceDeg = 1e-10

// errNoInverse is returned where the shift cannot be undone, which happens only at the edge of the shifted rectangle.
var errNoInverse = errors.New("the shift has no inverse here (edge of the area where GCJ-02 applies)")

var errNotFinite = errors.New("the coordinates are not finite numbers")

// outsideChina is the rule of the published shift: a rectangle, so that parts of the neighbouring countries are shifted as well.
// Points outside it are the same in WGS-84 and GCJ-02.
func outsideChina(p orb.Point) bool {
	return p[0] < 72.004 || p[0] > 137.8347 || p[1] < 0.8293 || p[1] > 55.8271
}

// wgsToGCJ applies the GCJ-02 shift.
func wgsToGCJ(p orb.Point) orb.Point {
	if outsideChina(p) {
		return p
	}
	x, y := p[0]-105, p[1]-35
	phi := radians(p[1])
	w2 := 1 - krasovskyE2*math.Sin(phi)*math.Sin(phi)
	north := krasovskyRadiusM * (1 - krasovskyE2) / (w2 * math.Sqrt(w2))
	east := krasovskyRadiusM / math.Sqrt(w2) * math.Cos(phi)
	return orb.Point{p[0] + degrees(shiftEast(x, y)/east), p[1] + degrees(shiftNorth(x, y)/north)}
}

func shiftEast(x, y float64) float64 {
	return 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + ripple(x) +
		2.0/3*(20*math.Sin(math.Pi*x)+40*math.Sin(math.Pi/3*x)+150*math.Sin(math.Pi/12*x)+300*math.Sin(math.Pi/30*x))
}

func shiftNorth(x, y float64) float64 {
	return -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + ripple(x) +
		2.0/3*(20*math.Sin(math.Pi*y)+40*math.Sin(math.Pi/3*y)+160*math.Sin(math.Pi/12*y)+320*math.Sin(math.Pi/30*y))
}

func ripple(x float64) float64 {
	return 2.0 / 3 * (20*math.Sin(6*math.Pi*x) + 20*math.Sin(2*math.Pi*x))
}

// gcjToBD applies Baidu's further shift.
func gcjToBD(p orb.Point) orb.Point {
	radius := math.Hypot(p[0], p[1]) + 0.00002*math.Sin(p[1]*bdAngle)
	angle := math.Atan2(p[1], p[0]) + 0.000003*math.Cos(p[0]*bdAngle)
	sin, cos := math.Sincos(angle)
	return orb.Point{radius*cos + bdLon, radius*sin + bdLat}
}

func gcjToWGS(p orb.Point) (orb.Point, error) { return invert(wgsToGCJ, p) }

func bdToGCJ(p orb.Point) (orb.Point, error) { return invert(gcjToBD, p) }

// invert finds q with shift(q) = p by fixed-point iteration, which converges because neighbouring points are shifted almost alike.
func invert(shift func(orb.Point) orb.Point, p orb.Point) (orb.Point, error) {
	q := p
	for range 50 {
		now := shift(q)
		dx, dy := now[0]-p[0], now[1]-p[1]
		if math.Max(math.Abs(dx), math.Abs(dy)) <= inverseToleranceDeg {
			return q, nil
		}
		q = orb.Point{q[0] - dx, q[1] - dy}
	}
	return orb.Point{}, errNoInverse
}
