package shape

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// Union is what lies in any of the areas. Invalid areas are repaired first, as MakeValid does.
func Union(areas ...orb.MultiPolygon) (orb.MultiPolygon, error) {
	all := make([]geom.Geometry, len(areas))
	for i, m := range areas {
		g, err := prepare(m)
		if err != nil {
			return nil, fmt.Errorf("uniting: area %d: %w", i, err)
		}
		all[i] = g
	}
	union, err := overlay("uniting areas", all, geom.UnionMany)
	if err != nil {
		return nil, err
	}
	return settle(fromGeom(union))
}

// Intersection is what lies in both areas; where they only touch there is none. Invalid areas are repaired first.
func Intersection(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return combine("intersecting areas", geom.Intersection, a, b)
}

// Difference is what lies in a and not in b. Invalid areas are repaired first.
func Difference(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return combine("subtracting areas", geom.Difference, a, b)
}

// Clip is the part of an area inside a box.
func Clip(m orb.MultiPolygon, box orb.Bound) (orb.MultiPolygon, error) {
	if b := m.Bound(); box.Contains(b.Min) && box.Contains(b.Max) && Validate(m) == nil {
		return Wind(m), nil
	}
	return Intersection(m, orb.MultiPolygon{box.ToPolygon()})
}

func combine(what string, operation func(a, b geom.Geometry) (geom.Geometry, error), a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	first, err := prepare(a)
	if err != nil {
		return nil, fmt.Errorf("%s: first area: %w", what, err)
	}
	second, err := prepare(b)
	if err != nil {
		return nil, fmt.Errorf("%s: second area: %w", what, err)
	}
	result, err := overlay(what, []geom.Geometry{first, second}, pair(operation))
	if err != nil {
		return nil, err
	}
	return settle(fromGeom(result))
}

// prepare returns a valid geometry for the library.
func prepare(m orb.MultiPolygon) (geom.Geometry, error) {
	g, err := toGeom(m)
	if err != nil {
		return g, err
	}
	if guard("validating", func() error { return g.Validate() }) == nil {
		return g, nil
	}
	fixed, err := MakeValid(m)
	if err != nil {
		return g, err
	}
	return toGeom(fixed)
}

// ErrNoArea is returned where an area without any extent cannot give an answer.
var ErrNoArea = errors.New("the area is empty")

// PointOnSurface returns a point inside the area, in the middle of a wide place, for a label or as the area's stand-in.
func PointOnSurface(m orb.MultiPolygon) (orb.Point, error) {
	g, err := prepare(m)
	if err != nil {
		return orb.Point{}, fmt.Errorf("finding a point inside: %w", err)
	}
	var at geom.XY
	found := false
	err = guard("finding a point inside", func() error {
		at, found = g.PointOnSurface().XY()
		return nil
	})
	if err == nil && !found {
		err = ErrNoArea
	}
	return orb.Point{at.X, at.Y}, err
}

// Contains reports whether a point is in an area. A point on a border belongs to exactly one of the two sides (the one to its east,
// or north for a horizontal border), so that areas which share their borders never count it twice or not at all. Valid areas only;
// O(n) in the number of points.
func Contains(m orb.MultiPolygon, p orb.Point) bool {
	for _, polygon := range m {
		inside := false
		for _, ring := range polygon {
			inside = inside != ringContains(ring, p)
		}
		if inside {
			return true
		}
	}
	return false
}

// ringContains counts the edges crossed by a ray to the west; an edge is asked the same way whichever ring it belongs to.
func ringContains(ring orb.Ring, p orb.Point) bool {
	inside := false
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		if a[1] > b[1] {
			a, b = b, a
		}
		if a[1] <= p[1] && p[1] < b[1] && a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) <= p[0] {
			inside = !inside
		}
	}
	return inside
}
