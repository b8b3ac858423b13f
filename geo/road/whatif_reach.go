package road

import (
	"context"
	"fmt"
	"slices"

	"lawcircle/geo/field"
)

// whatIfReach is the reach field that follows the changes of a WhatIf.
type whatIfReach struct {
	field   *field.Field
	opts    IsochroneOptions
	touched map[int32]bool // edges whose stretches may have changed
	sites   map[int64]bool // facilities in the field
}

// Isochrone is the area that the open facilities reach, as Graph.Isochrone draws it on the same grid. After the first call every change
// keeps the field up to date where roads' times changed, so that the next call only traces it. The options of the first call stay until
// the limit changes; the longest limit must not be beyond the session's own.
func (w *WhatIf) Isochrone(ctx context.Context, opts IsochroneOptions) (Isochrone, error) {
	if w.reach == nil {
		if err := w.startReach(ctx, opts); err != nil {
			return Isochrone{}, err
		}
	}
	contours, err := w.reach.field.Contours(ctx)
	if err != nil {
		return Isochrone{}, fmt.Errorf("tracing the reach: %w", err)
	}
	if opts.WithoutAreas {
		return Isochrone{Contours: contours}, nil
	}
	return Isochrone{contours, w.reach.field.Areas(contours)}, nil
}

func (w *WhatIf) startReach(ctx context.Context, opts IsochroneOptions) error {
	if len(opts.Limits) == 0 || limitMs(slices.Max(opts.Limits).Milliseconds()) > w.n.limit {
		return fmt.Errorf("isochrone: limits %v must be given and within the session's %d ms", opts.Limits, w.n.limit)
	}
	g := w.n.g
	input := field.Input{OffRoadMps: g.profile.OffRoad.Mps(), CapM: g.capM(opts.CapM, slices.Max(opts.Limits))}
	input.Walls = append(g.walls.inBox(g.Bounds().Pad(0.1)), opts.Walls...) // facilities may move anywhere
	w.n.one.touched = w.n.one.touched[:0]
	for state, l := range w.n.one.labels {
		if l != noLabel {
			w.n.one.touched = append(w.n.one.touched, uint32(state))
		}
	}
	input.Edges = fieldEdges(w.n.reachedEdges(w.n.edgesInReach()))
	reach := &whatIfReach{opts: opts, touched: map[int32]bool{}, sites: map[int64]bool{}}
	for i := range w.closed {
		if !w.closed[i] {
			input.Sites = append(input.Sites, w.site(i))
			reach.sites[int64(i)] = true
		}
	}
	made, err := field.New(ctx, input, field.Options{Limits: opts.Limits, Frame: field.Frame{StepM: opts.StepM}})
	if err != nil {
		return fmt.Errorf("sampling the reach: %w", err)
	}
	reach.field = made
	w.reach = reach
	return nil
}

func (w *WhatIf) site(i int) field.Site {
	return field.Site{ID: int64(i), Point: w.n.facilities[i].Point, DirectM: w.n.g.profile.DirectWalkMaxM}
}

func (w *WhatIf) touchReach(edge int32) {
	if w.reach != nil {
		w.reach.touched[edge] = true
	}
}

// followReach brings the field up to date with the last change.
func (w *WhatIf) followReach(ctx context.Context) error {
	if w.reach == nil {
		return nil
	}
	for _, c := range w.journal {
		for _, d := range w.n.g.edgesInto(c.state) {
			w.reach.touched[int32(d>>1)] = true
		}
	}
	var edges []int32
	var change field.Change
	for edge := range w.reach.touched {
		edges = append(edges, edge)
		change.RemoveEdges = append(change.RemoveEdges, int64(edge))
	}
	clear(w.reach.touched)
	slices.Sort(edges)
	slices.Sort(change.RemoveEdges)
	change.AddEdges = fieldEdges(w.n.reachedEdges(edges))
	w.changeSites(&change)
	if err := w.reach.field.Update(context.WithoutCancel(ctx), change); err != nil {
		w.reach = nil
		return fmt.Errorf("following the change in the reach: %w", err)
	}
	return nil
}

// changeSites takes moved and closed facilities out of the field and puts moved and added ones in.
func (w *WhatIf) changeSites(change *field.Change) {
	for _, i := range w.edited {
		id := int64(i)
		if w.reach.sites[id] {
			change.RemoveSites = append(change.RemoveSites, id)
			delete(w.reach.sites, id)
		}
		if !w.closed[i] {
			change.AddSites = append(change.AddSites, w.site(i))
			w.reach.sites[id] = true
		}
	}
}
