package shape

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// overlay does one operation of the library on valid areas. Corners that differ by the last bit can make it fail; the areas are then
// brought to ever coarser grids, all to the same one, until it succeeds.
func overlay(what string, areas []geom.Geometry, operation func([]geom.Geometry) (geom.Geometry, error)) (result geom.Geometry, err error) {
	try := func(areas []geom.Geometry) error {
		return guard(what, func() (err error) {
			result, err = operation(areas)
			return err
		})
	}
	first := try(areas)
	if first == nil {
		return result, nil
	}
	for power := finestPower; power >= coarsestPower; power-- {
		snapped, ok := snapAll(areas, power)
		if ok && try(snapped) == nil {
			return result, nil
		}
	}
	return result, first
}

// snapAll rounds areas to one grid; ok is false when one of them cannot be made valid there.
func snapAll(areas []geom.Geometry, power int) (out []geom.Geometry, ok bool) {
	shapes := make([]orb.MultiPolygon, len(areas))
	largest := 0.0
	for i, g := range areas {
		shapes[i] = fromGeom(g)
		largest = math.Max(largest, extent(shapes[i]))
	}
	out = make([]geom.Geometry, len(areas))
	for i, m := range shapes {
		m = snapTo(m, stepOf(largest, power))
		g, err := toGeom(m)
		if err == nil && guard("validating", func() error { return g.Validate() }) != nil {
			g, err = evenOdd(m)
		}
		if err != nil {
			return nil, false
		}
		out[i] = g
	}
	return out, true
}

// evenOdd puts an area that was valid before its corners were rounded together again: what its rings wind around an odd number of times.
// Slivers that have become lines vanish.
func evenOdd(m orb.MultiPolygon) (area geom.Geometry, err error) {
	for _, polygon := range m {
		for _, ring := range polygon {
			loops, err := simpleLoops(tidyRing(ring), 0)
			if err != nil {
				return area, err
			}
			for _, loop := range loops {
				err := guard("joining loops", func() (err error) {
					area, err = geom.SymmetricDifference(area, loop)
					return err
				})
				if err != nil {
					return area, err
				}
			}
		}
	}
	return area, nil
}

// pair makes an operation on two areas one on a list.
func pair(operation func(a, b geom.Geometry) (geom.Geometry, error)) func([]geom.Geometry) (geom.Geometry, error) {
	return func(areas []geom.Geometry) (geom.Geometry, error) { return operation(areas[0], areas[1]) }
}
