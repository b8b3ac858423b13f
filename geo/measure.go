package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// EarthRadiusM is the mean radius of the Earth (IUGG), the sphere on which all distances of the program are measured.
const EarthRadiusM = 6371008.8

// Distance is the great-circle distance in metres by the haversine formula on a sphere of EarthRadiusM; within 0.6 % of the ellipsoid.
func Distance(a, b orb.Point) float64 {
	sinLat, sinLon := math.Sin(radians(b[1]-a[1])/2), math.Sin(radians(b[0]-a[0])/2)
	h := sinLat*sinLat + math.Cos(radians(a[1]))*math.Cos(radians(b[1]))*sinLon*sinLon
	return 2 * EarthRadiusM * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Length is the sum of the distances between the points of a line, in metres.
func Length(line orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += Distance(line[i-1], line[i])
	}
	return sum
}

// Area is the area of a polygon in square metres on the WGS-84 ellipsoid, holes taken off. Rings may be closed or open and wind
// either way. The area is exact for the equal-area cylindrical projection (Snyder, "Map Projections: a Working Manual", 1987,
// equation 3-12), that is for edges straight on that map; the longest edge of a county border makes less than 0.01 % difference.
func Area(p orb.Polygon) float64 {
	area := 0.0
	for i, ring := range p {
		if i == 0 {
			area = math.Abs(ringArea(ring))
		} else {
			area -= math.Abs(ringArea(ring))
		}
	}
	return area
}

// MultiArea is the sum of the areas of polygons which do not overlap, in square metres; see Area.
func MultiArea(m orb.MultiPolygon) float64 {
	area := 0.0
	for _, p := range m {
		area += Area(p)
	}
	return area
}

// ringArea is positive for anticlockwise rings. It sums trapezoids between the ring and its own first latitude, which keeps small
// rings far from the equator exact.
func ringArea(ring orb.Ring) float64 {
	if len(ring) < 3 {
		return 0
	}
	const half = wgs84EquatorM * wgs84EquatorM / 2
	base, sum := equalAreaLat(ring[0][1]), 0.0
	last := ring[len(ring)-1]
	lastQ := equalAreaLat(last[1]) - base
	for _, p := range ring {
		q := equalAreaLat(p[1]) - base
		sum -= radians(p[0]-last[0]) * (q + lastQ) / 2
		last, lastQ = p, q
	}
	return half * sum
}

const (
	wgs84EquatorM      = 6378137.0
	wgs84Eccentricity2 = 0.0066943799901413165
)

// equalAreaLat is Snyder's q (equation 3-12): twice the area between the equator and a latitude, over radius squared and radian.
func equalAreaLat(lat float64) float64 {
	const e2 = wgs84Eccentricity2
	sin := math.Sin(radians(lat))
	x := e2 * sin * sin
	atanh := 1 + x*(1./3+x*(1./5+x*(1./7+x*(1./9+x*(1./11+x/13))))) // of e·sin, divided by it; the next term is below 10⁻¹⁶
	return (1 - e2) * sin * (1/(1-x) + atanh)
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }
