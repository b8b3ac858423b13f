package server

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// minFarDeg is the least distance, in degrees (about 100 km), at which a place can be taken to lie somewhere else.
const minFarDeg = 1.0

// firstView returns the box that a map opens with, and how many settlements, hosts and points lie far outside of it: one wrong coordinate
// must not shrink the county to a dot. A place is far when it is more than three widths, and never less than a degree, away from the box of
// the middle four fifths of all places. Nothing is far in an ordinary project, and the view is the whole. Costs a sort of the places.
func firstView(county *coverage.County, whole *[4]float64) (view *[4]float64, far int) {
	places := placesOf(county)
	usual := usualBox(places)
	box := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for _, p := range places {
		if usual.Contains(p) {
			box = box.Extend(p)
			continue
		}
		far++
	}
	if far == 0 || far == len(places) {
		return whole, 0
	}
	return &[4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}, far
}

func placesOf(county *coverage.County) []orb.Point {
	places := make([]orb.Point, 0, len(county.Settlements)+len(county.Hosts)+len(county.Points))
	for _, s := range county.Settlements {
		places = append(places, s.Point)
	}
	for _, h := range county.Hosts {
		places = append(places, h.Point)
	}
	for _, p := range county.Points {
		places = append(places, p.Point)
	}
	return places
}

// usualBox is the box of the middle four fifths of the places in either direction, widened to what is still taken to belong to them.
func usualBox(places []orb.Point) orb.Bound {
	if len(places) == 0 {
		return orb.Bound{}
	}
	var box orb.Bound
	values := make([]float64, len(places))
	for axis := range 2 {
		for i, p := range places {
			values[i] = p[axis]
		}
		slices.Sort(values)
		tenth := len(values) / 10
		box.Min[axis], box.Max[axis] = values[tenth], values[len(values)-1-tenth]
	}
	return box.Pad(max(minFarDeg, 3*(box.Max[0]-box.Min[0]), 3*(box.Max[1]-box.Min[1])))
}
