package field

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// Field is the reach of an Input sampled on a grid. Its methods other than Update may be called from several goroutines at once.
type Field struct {
	grid    grid
	plane   geo.Plane
	frame   Frame
	capM    float64
	maxMs   float64
	walls   *fence
	workers int
	limits  []time.Duration
	order   []int32 // living segments from near to far in time

	progress func(done, total int)
}

// New samples the reach field of an input. The result does not depend on the order of the edges, the sites or the workers. Time and
// memory grow with the reached area over the square of the step, at most 64 million nodes.
func New(ctx context.Context, in Input, o Options) (*Field, error) {
	if err := in.check(); err != nil {
		return nil, fmt.Errorf("making a reach field: %w", err)
	}
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("making a reach field: %w", err)
	}
	f := &Field{frame: o.Frame, capM: in.CapM, workers: max(1, o.Workers), limits: slices.Clone(o.Limits), progress: o.Progress}
	if f.frame.Reference == (orb.Point{}) {
		f.frame.Reference = middle(&in)
	}
	f.plane = geo.NewPlane(f.frame.Reference)
	f.grid = grid{walkPace: 1000 / in.OffRoadMps, keepTimes: o.Times}
	for _, limit := range o.Limits {
		f.grid.limits = append(f.grid.limits, float64(limit)/float64(time.Millisecond))
	}
	f.maxMs = f.grid.limits[len(f.grid.limits)-1]
	f.walls = newFence(f.plane, in.Walls)
	f.grid.segments = f.prepare(in.Edges, in.Sites)
	if err := f.build(ctx); err != nil {
		return nil, fmt.Errorf("making a reach field: %w", err)
	}
	return f, nil
}

func (f *Field) prepare(edges []Edge, sites []Site) []segment {
	p := preparer{plane: f.plane, cosLat: math.Cos(f.frame.Reference[1] * math.Pi / 180), walkPace: f.grid.walkPace, cap: f.capM, maxMs: f.maxMs}
	p.edges(edges)
	p.sites(sites)
	f.walls.attach(p.out)
	return p.out
}

// build lays out the grid and computes all of it.
func (f *Field) build(ctx context.Context) error {
	g := &f.grid
	step, err := chooseStep(reachedArea(g.segments, f.capM), f.frame.StepM, f.capM)
	if err != nil {
		return err
	}
	f.frame.StepM, g.step = step, step
	g.squareM = g.step * squareNodes
	all := make([]int32, len(g.segments))
	for i := range all {
		all[i] = int32(i)
	}
	f.order = byTime(g.segments, all, f.maxMs)
	low, high, ok := extent(g.segments)
	if !ok {
		return nil
	}
	if err := g.layOut(low, high); err != nil {
		return err
	}
	return f.fill(ctx, nil)
}

// fill computes the wanted tiles, all if wanted is nil, row by row.
func (f *Field) fill(ctx context.Context, wanted func(tile int) bool) error {
	rows := f.rows()
	var next atomic.Int64
	var group sync.WaitGroup
	tell := counter{total: len(rows), progress: f.progress}
	for range min(f.workers, len(rows)) {
		group.Go(func() {
			for row := int(next.Add(1)) - 1; row < len(rows) && ctx.Err() == nil; row = int(next.Add(1)) - 1 {
				f.fillRow(row, rows[row], wanted)
				tell.one()
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

// rows lists the segments that reach each row of tiles, from near to far in time.
func (f *Field) rows() [][]int32 {
	g := &f.grid
	rows := make([][]int32, g.tilesY)
	size := g.step * tileNodes
	for _, k := range f.order {
		s := &g.segments[k]
		for row := int(math.Floor(s.low.Y / size)); row <= int(math.Floor(s.high.Y/size)); row++ {
			rows[row-g.tileJ] = append(rows[row-g.tileJ], k)
		}
	}
	return rows
}

// fillRow computes the wanted tiles of a row.
func (f *Field) fillRow(row int, segments []int32, wanted func(tile int) bool) {
	for _, k := range segments {
		f.grid.assign(k, row, wanted)
	}
	for column := range f.grid.tilesX {
		at := row*f.grid.tilesX + column
		if t := f.grid.tiles[at]; t != nil && (wanted == nil || wanted(at)) {
			f.grid.settle(t, column, row)
		}
	}
}

// Frame is the frame in use, with the parts that were chosen.
func (f *Field) Frame() Frame { return f.frame }

// Limits are the limits of the field.
func (f *Field) Limits() []time.Duration { return slices.Clone(f.limits) }

// TimeErrorMs bounds the difference between the exact time at a place and the bilinear interpolation between the four grid nodes
// around it, where neither the cap nor a wall decides the time at any of the five: step/(√2·w), the time being 1/w-Lipschitz.
func (f *Field) TimeErrorMs() float64 { return f.frame.StepM / math.Sqrt2 * f.grid.walkPace }

// quarter returns the quarter of a place on the plane.
func (g *grid) quarter(p geo.XY) (t *tile, quarter int) {
	side := g.step * quarterNodes
	t, i, j := g.tileAt(int(math.Floor(p.X/side))*quarterNodes, int(math.Floor(p.Y/side))*quarterNodes)
	return t, quarterOf(i, j)
}

// quarterOf is the index in its tile of the quarter of a node.
func quarterOf(i, j int) int { return j/quarterNodes*tileQuarters + i/quarterNodes }

// At is the exact time from a place to the facility in milliseconds: no grid is involved. There is none where the facility cannot be
// reached within the longest limit. It takes about a microsecond in a field made with Options.Times, else the time to ask every segment.
func (f *Field) At(p orb.Point) (ms float64, ok bool) {
	xy, g := f.plane.To(p), &f.grid
	best := math.Inf(1)
	if g.keepTimes {
		if t, quarter := g.quarter(xy); t != nil {
			best = g.least(t, quarter, xy.X, xy.Y)
		}
	} else {
		for _, k := range f.order {
			if g.segments[k].leastMs < best {
				best = min(best, g.segments[k].reach(xy.X, xy.Y, g.walkPace))
			}
		}
	}
	return best, best <= f.maxMs
}

// Class is the index of the shortest limit within which the facility is reached from a place; there is none beyond the longest. It is
// exact, whatever the grid, and costs well under a microsecond.
func (f *Field) Class(p orb.Point) (limit int, ok bool) {
	xy, g := f.plane.To(p), &f.grid
	t, quarter := g.quarter(xy)
	if t == nil {
		return 0, false
	}
	rank := max(g.rankOf(t.upper[quarter]), g.rankOf(g.least(t, quarter, xy.X, xy.Y)))
	return len(g.limits) - int(rank), rank > 0
}

func (f *Field) fromPlane(x, y float64) orb.Point { return f.plane.From(geo.XY{X: x, Y: y}) }
