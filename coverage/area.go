package coverage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
	"lawcircle/geo/road"
	"lawcircle/geo/shape"
)

// Circle is the covered area of a query at one limit: every place from which some counted point is reached within it by walking straight to a
// road and along it. It is drawn from the same times as the verdicts.
type Circle struct {
	Limit                         time.Duration
	Area                          orb.MultiPolygon // WGS-84, valid; nil when nothing is covered
	AreaM2, CertainM2, PossibleM2 float64          // size as drawn, and what is surely and at most inside
}

// Circles draws the covered area at each limit (rising); the area of a longer limit contains that of a shorter one.
func (e Engine) Circles(ctx context.Context, q Query, limits []time.Duration) ([]Circle, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	return e.circlesOf(ctx, q.Profile, e.County.Select(q).Facilities, limits)
}

func (e Engine) circlesOf(ctx context.Context, profile string, facilities []Facility, limits []time.Duration) ([]Circle, error) {
	return e.Isochrone(ctx, profile, facilityPlaces(facilities), limits)
}

// Isochrone draws the area from which at least one of some places is reached within each limit.
func (e Engine) Isochrone(ctx context.Context, profile string, places []road.Place, limits []time.Duration) ([]Circle, error) {
	graph, err := e.Graph(ctx, profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", profile, err)
	}
	limits = slices.Compact(slices.Sorted(slices.Values(limits)))
	out := make([]Circle, len(limits))
	for i := range out {
		out[i].Limit = limits[i]
	}
	if len(places) == 0 {
		return out, nil
	}
	iso, err := graph.Isochrone(ctx, places, road.IsochroneOptions{Limits: limits})
	if err != nil {
		return nil, fmt.Errorf("drawing the circle of %d points: %w", len(places), err)
	}
	return toCircles(iso), nil
}

// Isochrones draws the areas of each place apart, on all processors, and hands them out in the order of the places: one circle per limit,
// rising. An error of yield stops everything.
func (e Engine) Isochrones(ctx context.Context, profile string, places []road.Place, o RingOptions, yield func(place int, circles []Circle) error) error {
	graph, err := e.Graph(ctx, profile)
	if err != nil {
		return fmt.Errorf("opening the roads for %s: %w", profile, err)
	}
	options := road.IsochroneOptions{Limits: slices.Compact(slices.Sorted(slices.Values(o.Limits))), Progress: o.Progress}
	err = graph.Isochrones(ctx, places, options, func(i int, iso road.Isochrone) error { return yield(i, toCircles(iso)) })
	if err != nil {
		return fmt.Errorf("drawing the circles of %d points: %w", len(places), err)
	}
	return nil
}

// RingOptions say which circles are drawn.
type RingOptions struct {
	Limits   []time.Duration
	Progress func(done, total int64) // places; nil for no reports
}

func toCircles(iso road.Isochrone) []Circle {
	out := make([]Circle, len(iso.Areas))
	for i, a := range iso.Areas {
		out[i] = Circle{a.Limit, a.Shape, a.M2, a.CertainM2, a.PossibleM2}
	}
	return out
}

// Gap is the part of a unit outside the circle, with the people who live in the unit and are not covered.
type Gap struct {
	Unit        Unit // the zero Unit when the project has no boundaries: the box of the settlements is taken instead
	Area        orb.MultiPolygon
	AreaM2      float64
	People      int64 // uncovered
	Settlements int   // uncovered
	PeopleBlank int64 // unknown
}

// Gaps subtracts the circle of a result from every unit of the lowest level, township or above, that has boundaries. Units without a gap are
// left out. People are counted by verdict, not by area.
func (e Engine) Gaps(ctx context.Context, r *Result) ([]Gap, error) {
	circles, err := e.circlesOf(ctx, r.Query.Profile, r.Selection.Facilities, []time.Duration{r.Query.Limit})
	if err != nil {
		return nil, err
	}
	var out []Gap
	for _, a := range e.County.boundaries(r) {
		gap := Gap{Unit: a.Unit, People: a.PeopleUncovered, Settlements: a.SettlementsUncovered, PeopleBlank: a.PeopleUnknown}
		if gap.Area, err = subtract(a.Unit.Geometry, circles[0].Area); err != nil {
			return nil, fmt.Errorf("gap of %s: %w", a.Unit.Name, err)
		}
		if len(gap.Area) > 0 {
			gap.AreaM2 = geo.MultiArea(gap.Area)
			out = append(out, gap)
		}
	}
	return out, nil
}

// subtract clips the circle to the unit's box first: a difference costs more than a clip.
func subtract(unit, circle orb.MultiPolygon) (orb.MultiPolygon, error) {
	near, err := shape.Clip(circle, unit.Bound())
	if err != nil || len(near) == 0 {
		return unit, err
	}
	return shape.Difference(unit, near)
}

// boundaries lists the areas of the lowest level from township upwards that has boundaries, or one box around all settlements.
func (c *County) boundaries(r *Result) []AreaSum {
	for level := LevelTownship; level >= LevelProvince; level-- {
		var out []AreaSum
		for _, a := range r.Areas {
			if a.Unit.Level == level && len(a.Unit.Geometry) > 0 {
				out = append(out, a)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	if len(c.Settlements) == 0 {
		return nil
	}
	var points orb.MultiPoint
	for _, s := range c.Settlements {
		points = append(points, s.Point)
	}
	const marginDegrees = 0.005 // so that the outermost settlements do not lie on the edge
	box := points.Bound().Pad(marginDegrees)
	return []AreaSum{{Unit: Unit{Geometry: orb.MultiPolygon{box.ToPolygon()}}, Sums: r.Totals}}
}
