package road

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
	"lawcircle/geo/field"
)

// IsochroneOptions say which areas are wanted.
type IsochroneOptions struct {
	Limits []time.Duration // rising
	// Walls are lines that no straight walk crosses, besides those that the graph knows from the profile.
	Walls orb.MultiLineString
	// StepM is the grid's spacing in metres; 0 chooses by the size of the area.
	StepM float64
	// CapM is the longest straight walk between a place and the road; 0 means the profile's snap limit, so that every point whose
	// answer is within a limit lies in its area.
	CapM float64
	// WithoutAreas leaves the sizes out, which take about a third of the time.
	WithoutAreas bool
	// Progress is told how many areas are done. Nil for no reports.
	Progress func(done, total int64)
}

// Isochrone is the area from which the facilities are reached within each limit, with its size.
type Isochrone struct {
	Contours []field.Contour
	Areas    []field.Areas // nil when left out
}

// Isochrone is the area from which at least one of the facilities is reached, dissolved into one per limit: every place from which one
// walks straight to a road (off-road speed, capped) and along it, or straight to the door. A longer limit contains a shorter one.
func (g *Graph) Isochrone(ctx context.Context, facilities []Place, opts IsochroneOptions) (Isochrone, error) {
	input, err := g.ReachInput(ctx, facilities, opts)
	if err != nil {
		return Isochrone{}, err
	}
	return traced(ctx, input, opts)
}

func traced(ctx context.Context, input field.Input, opts IsochroneOptions) (Isochrone, error) {
	reach, err := field.New(ctx, input, field.Options{Limits: opts.Limits, Frame: field.Frame{StepM: opts.StepM}})
	if err != nil {
		return Isochrone{}, fmt.Errorf("sampling the reach: %w", err)
	}
	contours, err := reach.Contours(ctx)
	if err != nil {
		return Isochrone{}, fmt.Errorf("tracing the reach: %w", err)
	}
	if opts.WithoutAreas {
		return Isochrone{Contours: contours}, nil
	}
	return Isochrone{contours, reach.Areas(contours)}, nil
}

// Isochrones makes the areas of each facility apart, on all processors, and hands them out in the order of facilities. Its error stops
// everything.
func (g *Graph) Isochrones(ctx context.Context, facilities []Place, opts IsochroneOptions, yield func(int, Isochrone) error) error {
	worker := func() func(int) (Isochrone, error) {
		return func(i int) (Isochrone, error) { return g.Isochrone(ctx, facilities[i:i+1], opts) }
	}
	return inOrder(ctx, len(facilities), worker, func(i int, isochrone Isochrone) error {
		if opts.Progress != nil {
			opts.Progress(int64(i+1), int64(len(facilities)))
		}
		return yield(i, isochrone)
	})
}

// ReachInput is the input of a reach field for the facilities, as far as the longest limit.
func (g *Graph) ReachInput(ctx context.Context, facilities []Place, opts IsochroneOptions) (field.Input, error) {
	if len(opts.Limits) == 0 || opts.Limits[0] <= 0 {
		return field.Input{}, fmt.Errorf("isochrone: needs limits above zero, got %v", opts.Limits)
	}
	longest := slices.Max(opts.Limits)
	stretches, err := g.ReachedEdges(ctx, facilities, longest)
	if err != nil {
		return field.Input{}, err
	}
	input := field.Input{OffRoadMps: g.profile.OffRoad.Mps(), CapM: g.capM(opts.CapM, longest)}
	input.Edges = fieldEdges(stretches)
	for i, facility := range facilities {
		input.Sites = append(input.Sites, field.Site{ID: int64(i), Point: facility.Point, DirectM: g.profile.DirectWalkMaxM})
	}
	input.Walls = append(g.wallsAround(input), opts.Walls...)
	return input, nil
}

// wallsAround are the graph's walls that may stand in the way of a walk from the input's edges or sites.
func (g *Graph) wallsAround(input field.Input) orb.MultiLineString {
	bound, empty := orb.Bound{}, true
	extend := func(b orb.Bound) {
		if empty {
			bound, empty = b, false
		}
		bound = bound.Union(b)
	}
	reach := input.CapM
	for _, edge := range input.Edges {
		extend(edge.Line.Bound())
	}
	for _, site := range input.Sites {
		extend(site.Point.Bound())
		reach = max(reach, site.DirectM)
	}
	const metresPerDegree = math.Pi / 180 * geo.EarthRadiusM
	lat := max(math.Abs(bound.Min[1]), math.Abs(bound.Max[1]))
	dLat := reach / metresPerDegree * 1.01
	dLon := dLat / max(math.Cos(lat*math.Pi/180), 0.01)
	return g.walls.inBox(orb.Bound{Min: orb.Point{bound.Min[0] - dLon, bound.Min[1] - dLat}, Max: orb.Point{bound.Max[0] + dLon, bound.Max[1] + dLat}})
}

// capM is the longest straight walk that counts: nothing is won beyond what the limit allows.
func (g *Graph) capM(capM float64, longest time.Duration) float64 {
	if capM == 0 {
		capM = g.profile.SnapMaxM
	}
	whole := g.profile.OffRoad.Mps() * longest.Seconds()
	if capM == 0 {
		return whole
	}
	return min(capM, whole)
}

// fieldEdges are the stretches that people may leave.
func fieldEdges(stretches []ReachedEdge) []field.Edge {
	way := func(w ReachedWay) field.Way { return field.Way{OK: w.OK, EndMs: w.EndMs, TravelMs: w.TravelMs} }
	edges := make([]field.Edge, 0, len(stretches))
	for _, s := range stretches {
		if s.MayStop {
			edges = append(edges, field.Edge{ID: int64(s.Edge), Line: s.Line, Ahead: way(s.Ahead), Back: way(s.Back)})
		}
	}
	return edges
}
