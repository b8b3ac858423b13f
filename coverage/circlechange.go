package coverage

import (
	"github.com/paulmach/orb"
)

// Since compares the circle with what it was before a change, polygon by polygon: come holds the polygons that were not there before, gone
// those that are there no longer; polygons that are the same on both sides are in neither. A polygon that grew is in both, in its two forms.
// The order of each circle is kept. Cost: linear in the points.
func (c Circle) Since(before Circle) (come, gone orb.MultiPolygon) {
	return without(c.Area, before.Area), without(before.Area, c.Area)
}

// without lists the polygons of a that b has not, as drawn.
func without(a, b orb.MultiPolygon) (out orb.MultiPolygon) {
	alike := map[orb.Bound][]orb.Polygon{}
	for _, p := range b {
		alike[p.Bound()] = append(alike[p.Bound()], p)
	}
	for _, p := range a {
		if !holds(alike[p.Bound()], p) {
			out = append(out, p)
		}
	}
	return out
}

func holds(list []orb.Polygon, p orb.Polygon) bool {
	for _, q := range list {
		if q.Equal(p) {
			return true
		}
	}
	return false
}
