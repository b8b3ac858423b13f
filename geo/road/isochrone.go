package road

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
	"lawcircle/geo/contour"
)

// IsochroneOptions say which areas are wanted.
type IsochroneOptions struct {
	Limits []time.Duration // rising
	// StepM is the grid's spacing in metres; 0 chooses: 20 m and more, about 1/512 of the way that the limit allows on the fastest road,
	// and so that at most about a million places are asked.
	StepM float64
	// Quick estimates from the times of the nodes where the border lies between two of them, instead of asking the places there. It is for
	// areas that follow the hand: between two nodes the border is up to a step off, also across a wall.
	Quick bool
	// WithoutSizes leaves the sizes of the areas out.
	WithoutSizes bool
	// Progress is told how many areas are done. Nil for no reports.
	Progress func(done, total int64)
}

// Isochrone is the area from which the facilities are reached within each limit.
type Isochrone struct {
	StepM float64 // spacing of the grid that was used
	Areas []Area  // one per limit
}

// Area is the area within one limit: every place whose answer, as NearestFacilities gives it, is at most the limit. Every node of the grid
// is on its right side; vertices lie on the grid lines between an inside and an outside node, within 1/64 of a step of where the time meets
// the limit; what is narrower than a step may be missed.
type Area struct {
	Limit time.Duration
	// Shape is in lon/lat degrees: valid, closed, with holes, winding as RFC 7946 asks; empty where nothing is reached.
	Shape orb.MultiPolygon
	// M2 is the size of Shape on the ellipsoid. CertainM2 counts the grid cells with all four corners inside, PossibleM2 those with any
	// corner inside; features wider than a step cannot make the size leave this range.
	M2, CertainM2, PossibleM2 float64
}

// Isochrone is the area from which at least one of the facilities is reached, dissolved into one per limit. It is sampled from the same
// function that answers for demand points, so area and answer agree; a longer limit contains a shorter one.
func (g *Graph) Isochrone(ctx context.Context, facilities []Place, opts IsochroneOptions) (Isochrone, error) {
	if err := firstError(checkPlaces("facility", facilities), opts.check()); err != nil {
		return Isochrone{}, err
	}
	sites, err := g.attach(ctx, facilities)
	if err != nil {
		return Isochrone{}, fmt.Errorf("putting facilities on the road: %w", err)
	}
	n := g.newNearest(facilities, sites, NearestOptions{Limit: slices.Max(opts.Limits)})
	defer n.done()
	if err := n.search(ctx); err != nil {
		return Isochrone{}, fmt.Errorf("searching from %d facilities: %w", len(facilities), err)
	}
	return n.isochrone(ctx, opts)
}

func (o IsochroneOptions) check() error {
	if len(o.Limits) == 0 || o.Limits[0] <= 0 || !slices.IsSorted(o.Limits) || len(o.Limits) > 64 {
		return fmt.Errorf("isochrone: needs 1 to 64 rising limits above zero, got %v", o.Limits)
	}
	if o.StepM != 0 && !(o.StepM >= 1 && o.StepM <= 10_000) {
		return fmt.Errorf("isochrone: a grid of %v m is outside 1 to 10000", o.StepM)
	}
	return nil
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

// targetPlaces is about how many places a grid of chosen spacing has at most.
const targetPlaces = 1 << 20

// chooseGround takes the finest grid for the limit that keeps to targetPlaces over the area in reach, and returns it with its tiles in reach.
func (n *nearest) chooseGround(edges []int32) (*ground, []tileAt) {
	first := n.g.profile.finestStep(n.limit)
	a := n.g.groundOf(groundSteps[first])
	tiles := n.tilesInReach(a, edges)
	if step := coarseEnough(first, len(tiles)); step > first {
		a = n.g.groundOf(groundSteps[step])
		tiles = n.tilesInReach(a, edges)
	}
	return a, tiles
}

// coarseEnough is the finest step that keeps to targetPlaces for an area of so many tiles of a step.
func coarseEnough(step, tiles int) int {
	for places := tiles * groundNodes * groundNodes; places > targetPlaces && step+1 < len(groundSteps); places /= 4 {
		step++
	}
	return step
}

// isochrone samples and traces the areas from the labels of a search that went as far as the longest limit.
func (n *nearest) isochrone(ctx context.Context, opts IsochroneOptions) (Isochrone, error) {
	edges := n.edgesInReach()
	var a *ground
	var tiles []tileAt
	if opts.StepM == 0 {
		a, tiles = n.chooseGround(edges)
	} else {
		a = n.g.groundOf(opts.StepM)
		tiles = n.tilesInReach(a, edges)
	}
	f, err := n.field(ctx, a, tiles, opts.limitsMs())
	if err != nil {
		return Isochrone{}, fmt.Errorf("sampling the area: %w", err)
	}
	return f.isochrone(ctx, opts)
}

func (o IsochroneOptions) limitsMs() []int64 {
	limits := make([]int64, len(o.Limits))
	for k, limit := range o.Limits {
		limits[k] = limit.Milliseconds()
	}
	return limits
}

// tilesInReach are the tiles with places from which a facility may be reached, by rows: those around the roads in reach, as far as people
// walk to a road and the limit allows, and those around the facilities as far as people walk straight to the door.
func (n *nearest) tilesInReach(a *ground, edges []int32) []tileAt {
	spans := newTileSpans(a)
	var set tileSet
	for _, edge := range edges {
		if ms, ok := n.spare(edge, n.labelOf); ok {
			spans.ofEdge(edge, ms, set.add)
		}
	}
	for i := range n.facilities {
		n.spansOfSite(i, &spans, set.add)
	}
	return set.tiles()
}

// spansOfSite calls yield for the tiles of the places that may reach a facility without passing a junction.
func (n *nearest) spansOfSite(i int, spans *tileSpans, yield func(tileSpan)) {
	if n.closed != nil && n.closed[i] {
		return
	}
	if site := n.sites[i]; site.report.OK {
		spans.ofEdge(site.position.Edge, int64(n.limit), yield)
	}
	yield(spans.ofDoor(n.facilities[i].Point, int64(n.limit)))
}

// spare is how much of the limit is left at the better end of an edge; ok is false when neither is in reach.
func (n *nearest) spare(edge int32, labelOf func(state uint32) label) (ms int64, ok bool) {
	best := unreached
	for _, head := range n.g.heads[2*edge : 2*edge+2] {
		if head != none {
			if l := labelOf(head); l != noLabel {
				best = min(best, l.ms())
			}
		}
	}
	return int64(n.limit) - best, best <= int64(n.limit)
}

func (n *nearest) labelOf(state uint32) label { return n.one.labels[state] }

// isochrone traces the areas of all limits.
func (f *field) isochrone(ctx context.Context, opts IsochroneOptions) (Isochrone, error) {
	out := Isochrone{StepM: f.a.stepM}
	for k, limit := range opts.Limits {
		if err := ctx.Err(); err != nil {
			return Isochrone{}, err
		}
		area, err := f.area(k, opts)
		if err != nil {
			return Isochrone{}, fmt.Errorf("drawing the area of %v: %w", limit, err)
		}
		area.Limit = limit
		out.Areas = append(out.Areas, area)
	}
	return out, nil
}

// area traces the area of limit k and measures it.
func (f *field) area(k int, opts IsochroneOptions) (Area, error) {
	var out Area
	cross, joined := f.border(f.limits[k]), func(n contour.Node) bool { return f.meets(float64(n.I)+0.5, float64(n.J)+0.5, 0, f.limits[k]) }
	if opts.Quick {
		cross, joined = f.crossing(f.limits[k]), func(n contour.Node) bool { return f.joined(k, n) }
	}
	if len(f.tiles) == 0 {
		return out, nil
	}
	firstRow, lastRow := f.rows()
	shape, err := contour.Trace(contour.Lattice{
		FirstRow: firstRow, LastRow: lastRow,
		Changes: func(j int, list []int) []int { return f.changes(k, j, list) },
		Inside:  func(n contour.Node) bool { return f.isWithin(k, n.I, n.J) },
		Cross:   cross,
		Joined:  joined,
	})
	if err != nil {
		return out, err
	}
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = f.a.place(p[0], p[1])
			}
		}
	}
	out.Shape = shape
	if !opts.WithoutSizes {
		out.M2 = geo.MultiArea(shape)
		f.measure(k, &out)
	}
	return out, nil
}

// crossing takes the time as linear between an inside and an outside node that both have one; where the outside one has none, the border is
// as far as one walks in the time left at the inside one. Both rules put the border of a longer limit nowhere before that of a shorter one.
func (f *field) crossing(limit int64) func(in, out contour.Node) float64 {
	var lastIn, lastOut contour.Node // along a border every other crossing has a node of the one before
	msIn, msOut := f.msAt(0, 0), f.msAt(0, 0)
	stepMs := 1000 * f.a.stepM / f.n.g.profile.OffRoad.Mps()
	return func(in, out contour.Node) float64 {
		if in != lastIn {
			lastIn, msIn = in, f.msAt(in.I, in.J)
		}
		if out != lastOut {
			lastOut, msOut = out, f.msAt(out.I, out.J)
		}
		if msOut < unreached {
			return float64(limit-msIn) / float64(msOut-msIn)
		}
		return float64(limit-msIn) / stepMs
	}
}

// joined takes the mean time of the four corners for that of the middle of a cell.
func (f *field) joined(k int, n contour.Node) bool {
	sum := f.msAt(n.I, n.J) + f.msAt(n.I+1, n.J) + f.msAt(n.I, n.J+1) + f.msAt(n.I+1, n.J+1)
	return sum <= 4*f.limits[k]
}

// measure counts cells by their corners.
func (f *field) measure(k int, area *Area) {
	firstRow, _ := f.rows()
	for row, n := range f.count(k) {
		if n.possible > 0 {
			j := float64(firstRow - groundNodes + row)
			cell := geo.Area(orb.Bound{Min: f.a.place(0, j), Max: f.a.place(1, j+1)}.ToPolygon())
			area.CertainM2 += float64(n.certain) * cell
			area.PossibleM2 += float64(n.possible) * cell
		}
	}
}
