package crs

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"
)

// Limits of the projected systems: a transverse Mercator point farther than this from its central meridian is a mistake.
const (
	maxOffMeridianDeg = 20.0
	maxOffMeridianM   = 2.3e6
	mercatorMaxLat    = 85.06
	mercatorRadiusM   = 6378137.0
)

// Transform converts one point from one system to another; see the package comment for the order of coordinates. Not-finite
// coordinates and points outside the domain of either system are an error that says what to check. Safe for concurrent use.
type Transform func(orb.Point) (orb.Point, error)

// NewTransform returns the conversion between two systems. Converting between a system and itself, or between WGS-84 and CGCS2000,
// only checks the domain. The zero System is an error.
func NewTransform(from, to System) (Transform, error) {
	if from.kind == none || to.kind == none {
		return nil, fmt.Errorf("converting from %s to %s: no coordinate system given", from, to)
	}
	in, out := inward(from), outward(to)
	return func(p orb.Point) (orb.Point, error) {
		lonlat, err := in(p)
		if err != nil {
			return orb.Point{}, fmt.Errorf("converting (%v, %v) from %s: %w", p[0], p[1], from, err)
		}
		if from == to {
			return p, nil
		}
		q, err := out(lonlat)
		if err != nil {
			return orb.Point{}, fmt.Errorf("converting (%v, %v) from %s to %s: %w", p[0], p[1], from, to, err)
		}
		return q, nil
	}, nil
}

// Geometry converts a copy of any geometry; the first point outside the domain is the error. A nil geometry stays nil.
func (t Transform) Geometry(g orb.Geometry) (orb.Geometry, error) {
	if g == nil {
		return nil, nil
	}
	var first error
	converted := project.Geometry(orb.Clone(g), func(p orb.Point) orb.Point {
		q, err := t(p)
		if err != nil && first == nil {
			first = err
		}
		return q
	})
	if first != nil {
		return nil, first
	}
	return converted, nil
}

// inward returns the conversion from a system to WGS-84 degrees.
func inward(s System) Transform {
	switch s.kind {
	case gcj02:
		return checked(gcjToWGS)
	case bd09:
		return checked(func(p orb.Point) (orb.Point, error) {
			q, err := bdToGCJ(p)
			if err != nil {
				return q, err
			}
			return gcjToWGS(q)
		})
	case webMercator:
		return fromMercator
	case gaussKruger, utm:
		projection := s.projection()
		return func(p orb.Point) (orb.Point, error) {
			if err := s.checkMetres(p, projection); err != nil {
				return orb.Point{}, err
			}
			lon, lat := projection.unproject(p[0], p[1])
			return orb.Point{wrapLon(lon), lat}, nil
		}
	}
	return checked(func(p orb.Point) (orb.Point, error) { return p, nil })
}

// outward returns the conversion from WGS-84 degrees to a system.
func outward(s System) Transform {
	switch s.kind {
	case gcj02:
		return func(p orb.Point) (orb.Point, error) { return wgsToGCJ(p), nil }
	case bd09:
		return func(p orb.Point) (orb.Point, error) { return gcjToBD(wgsToGCJ(p)), nil }
	case webMercator:
		return toMercator
	case gaussKruger, utm:
		projection := s.projection()
		return func(p orb.Point) (orb.Point, error) {
			off := wrapLon(p[0] - projection.centralLon)
			if math.Abs(off) > maxOffMeridianDeg {
				return orb.Point{}, fmt.Errorf("%.1f° from the central meridian %g°: wrong zone", math.Abs(off), projection.centralLon)
			}
			east, north := projection.project(projection.centralLon+off, p[1])
			return orb.Point{east, north}, nil
		}
	}
	return func(p orb.Point) (orb.Point, error) { return p, nil }
}

func (s System) projection() *transverseMercator {
	shape, scale, eastFalse, northFalse := cgcs2000Ellipsoid(), 1.0, 500000+float64(s.zone)*1e6, 0.0
	if s.kind == utm {
		shape, scale = wgs84Ellipsoid(), 0.9996
	}
	if s.south {
		northFalse = 1e7
	}
	t := newTransverseMercator(shape, float64(s.centralLon), scale, eastFalse, northFalse)
	return &t
}

// checkMetres refuses what is not an easting and northing of the system and names the usual mistakes.
func (s System) checkMetres(p orb.Point, t *transverseMercator) error {
	east, north := p[0]-t.eastFalse, p[1]-t.norFalse
	switch {
	case !finite(p):
		return errNotFinite
	case math.Abs(east) <= maxOffMeridianM && math.Abs(north) <= 1.01e7:
		return nil
	case math.Abs(p[1]-t.eastFalse) <= maxOffMeridianM && math.Abs(p[0]-t.norFalse) <= 1.01e7:
		return fmt.Errorf("looks like northing before easting: swap the two")
	case s.kind == gaussKruger && s.zone == 0 && p[0] > 1.2e7:
		return fmt.Errorf("the easting carries a zone number: use the system with zone %d", int(p[0]/1e6))
	case s.zone != 0 && math.Abs(p[0]-500000) <= maxOffMeridianM:
		return fmt.Errorf("the easting carries no zone number: use the system without it (central meridian %d°)", s.centralLon)
	}
	return fmt.Errorf("not an easting and northing in metres of central meridian %g°", t.centralLon)
}

func toMercator(p orb.Point) (orb.Point, error) {
	if math.Abs(p[1]) > mercatorMaxLat {
		return orb.Point{}, fmt.Errorf("latitude beyond %g° has no place in EPSG:3857", mercatorMaxLat)
	}
	return orb.Point{mercatorRadiusM * radians(p[0]), mercatorRadiusM * math.Asinh(math.Tan(radians(p[1])))}, nil
}

func fromMercator(p orb.Point) (orb.Point, error) {
	const edge = mercatorRadiusM*math.Pi + 1
	if !finite(p) {
		return orb.Point{}, errNotFinite
	}
	if math.Abs(p[0]) > edge || math.Abs(p[1]) > edge+30000 {
		return orb.Point{}, fmt.Errorf("outside the square of EPSG:3857")
	}
	return orb.Point{
		math.Max(-180, math.Min(180, degrees(p[0]/mercatorRadiusM))),
		degrees(math.Atan(math.Sinh(p[1] / mercatorRadiusM))),
	}, nil
}

// checked refuses what is not longitude and latitude in degrees before converting it.
func checked(convert Transform) Transform {
	return func(p orb.Point) (orb.Point, error) {
		switch {
		case !finite(p):
			return orb.Point{}, errNotFinite
		case math.Abs(p[1]) > 90 && math.Abs(p[0]) <= 90 && math.Abs(p[1]) <= 180:
			return orb.Point{}, fmt.Errorf("not longitude, latitude in degrees: swapped?")
		case math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90:
			return orb.Point{}, fmt.Errorf("not longitude, latitude in degrees: projected metres?")
		}
		return convert(p)
	}
}

func finite(p orb.Point) bool { return !math.IsNaN(p[0]-p[0]) && !math.IsNaN(p[1]-p[1]) }

// wrapLon brings a longitude into [-180, 180].
func wrapLon(lon float64) float64 {
	if lon >= -180 && lon <= 180 {
		return lon
	}
	return math.Remainder(lon, 360)
}
