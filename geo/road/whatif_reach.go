package road

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// Isochrone is the area that the open facilities reach, exactly as Graph.Isochrone draws it. What was sampled for the call before is kept:
// further calls with the same options sample only the tiles of the ground in which a time may have changed, and trace the border. The
// longest limit must not be beyond the session's own.
func (w *WhatIf) Isochrone(ctx context.Context, opts IsochroneOptions) (Isochrone, error) {
	if err := opts.check(); err != nil {
		return Isochrone{}, err
	}
	longest := limitMs(slices.Max(opts.Limits).Milliseconds())
	if longest > w.n.limit {
		return Isochrone{}, fmt.Errorf("isochrone: limits %v must be within the session's %d ms", opts.Limits, w.n.limit)
	}
	within := *w.n
	within.limit, within.closed = longest, w.closed
	kept := w.kept
	w.kept = nil // until it is whole again
	if kept == nil || !kept.asked(opts) || !kept.follow(&within) {
		kept = newKeptArea(&within, opts)
	}
	if err := kept.sample(ctx, &within); err != nil {
		return Isochrone{}, fmt.Errorf("sampling the area: %w", err)
	}
	w.kept = kept
	return kept.field.isochrone(ctx, opts)
}

// keptArea is what a session keeps of an area that it drew: the sampled tiles, the counts by which it knows the tiles in reach, and what
// changed since.
type keptArea struct {
	limits []int64
	stepM  float64 // as asked for
	field  *field  // nil before the first sampling
	// The tiles in reach, on the grid on which the choice begins and on the one that is used, which are mostly the same.
	first, used *tileCover

	before map[uint32]label // what the labels were that changed since
	sites  []siteChange     // facilities that came or went since, in order
	stale  map[tileAt]bool  // tiles of the used grid to sample again
}

// siteChange is a facility that comes, by 1, or goes, by -1.
type siteChange struct {
	edge  int32 // on which it stands, -1 for none
	point orb.Point
	by    int32
}

// mostBefore bounds what a kept area remembers of changes; beyond, it is begun anew.
const mostBefore = 1 << 20

func (d *keptArea) asked(opts IsochroneOptions) bool {
	return d.stepM == opts.StepM && slices.Equal(d.limits, opts.limitsMs())
}

// newKeptArea counts the tiles in reach.
func newKeptArea(n *nearest, opts IsochroneOptions) *keptArea {
	d := &keptArea{limits: opts.limitsMs(), stepM: opts.StepM, before: map[uint32]label{}, stale: map[tileAt]bool{}}
	first := n.g.profile.finestStep(n.limit)
	if opts.StepM == 0 {
		d.first = n.cover(groundSteps[first])
	} else {
		d.first = n.cover(opts.StepM)
	}
	d.used = d.first
	if step := d.step(n); opts.StepM == 0 && step > first {
		d.used = n.cover(groundSteps[step])
	}
	return d
}

// step is the choice among groundSteps for the tiles in reach.
func (d *keptArea) step(n *nearest) int {
	return coarseEnough(n.g.profile.finestStep(n.limit), d.first.distinct)
}

// cover counts the tiles in reach on a grid.
func (n *nearest) cover(stepM float64) *tileCover {
	c := newTileCover(n.g.groundOf(stepM))
	add := func(s tileSpan) { c.change(s, 1) }
	for edge := range int32(n.g.Edges()) {
		if ms, ok := n.spare(edge, n.labelOf); ok {
			c.spans.ofEdge(edge, ms, add)
		}
	}
	for i := range n.facilities {
		n.spansOfSite(i, &c.spans, add)
	}
	return c
}

// note remembers the labels that a change replaced.
func (d *keptArea) note(journal []labelChange) {
	for _, c := range journal {
		if _, known := d.before[c.state]; !known {
			d.before[c.state] = c.old
		}
	}
}

// follow brings the counts up to date and marks the tiles to sample again; it is false when to begin anew costs less or another grid is due.
func (d *keptArea) follow(n *nearest) bool {
	if len(d.before)+len(d.sites) > mostBefore {
		return false
	}
	clear(d.stale)
	for _, edge := range d.edgesChanged(n) {
		d.followEdge(n, edge)
	}
	for _, s := range d.sites {
		d.followSite(n, s)
	}
	clear(d.before)
	d.sites = d.sites[:0]
	return d.stepM != 0 || groundSteps[d.step(n)] == d.used.spans.a.stepM
}

// edgesChanged are the edges with another label at one of their ends, once each.
func (d *keptArea) edgesChanged(n *nearest) []int32 {
	var edges []int32
	for state, old := range d.before {
		if n.withinMs(old) != n.withinMs(n.one.labels[state]) {
			for _, directed := range n.g.edgesInto(state) {
				edges = append(edges, int32(directed>>1))
			}
		}
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

func (d *keptArea) followEdge(n *nearest, edge int32) {
	oldMs, wasReached := n.spare(edge, func(state uint32) label {
		if old, known := d.before[state]; known {
			return old
		}
		return n.one.labels[state]
	})
	newMs, isReached := n.spare(edge, n.labelOf)
	for _, c := range d.covers() {
		if wasReached && (!isReached || oldMs != newMs) {
			c.spans.ofEdge(edge, oldMs, func(s tileSpan) { c.change(s, -1) })
		}
		if isReached && (!wasReached || oldMs != newMs) {
			c.spans.ofEdge(edge, newMs, func(s tileSpan) { c.change(s, 1) })
		}
	}
	if wasReached || isReached {
		d.used.spans.ofEdge(edge, max(oldMs, newMs), d.mark)
	}
}

func (d *keptArea) followSite(n *nearest, s siteChange) {
	for _, c := range d.covers() {
		change := func(span tileSpan) { c.change(span, s.by) }
		if s.edge >= 0 {
			c.spans.ofEdge(s.edge, int64(n.limit), change)
		}
		change(c.spans.ofDoor(s.point, int64(n.limit)))
	}
	if s.edge >= 0 {
		d.used.spans.ofEdge(s.edge, int64(n.limit), d.mark)
	}
	const slack = 1.01 // all tiles that list it among their doors, and some more
	a := d.used.spans.a
	d.mark(d.used.spans.around(boxOf(orb.Bound{Min: s.point, Max: s.point}), slack*n.g.profile.DirectWalkMaxM, slack*a.stretch(s.point[1])))
}

func (d *keptArea) covers() []*tileCover {
	if d.first == d.used {
		return []*tileCover{d.first}
	}
	return []*tileCover{d.first, d.used}
}

func (d *keptArea) mark(s tileSpan) {
	for j := s.from.j; j <= s.to.j; j++ {
		for i := s.from.i; i <= s.to.i; i++ {
			d.stale[tileAt{i, j}] = true
		}
	}
}

// sample makes the field of the tiles in reach, of what was sampled before where nothing changed.
func (d *keptArea) sample(ctx context.Context, n *nearest) error {
	f := n.emptyField(d.used.spans.a, d.used.tiles(), d.limits)
	var anew []*fieldTile
	for k := range f.tiles {
		t := &f.tiles[k]
		if d.field != nil && !d.stale[t.at] {
			if old := d.field.tile(t.at); old != nil {
				*t = *old
				continue
			}
		}
		anew = append(anew, t)
	}
	d.field = f
	return f.fillAll(ctx, anew)
}
