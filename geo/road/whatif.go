package road

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// WhatIf answers for a fixed set of demands while facilities come, go and move. Every change works only on the roads whose nearest
// facility changes, and gives exactly the answers of NearestFacilities for the facilities that are then open. One goroutine at a time.
//
// Facilities keep their numbers: those given at the start first, added ones after them; a closed one's number is not used again.
type WhatIf struct {
	n       *nearest
	demands []Place
	at      []attached
	answers []Answer
	closed  []bool

	byExit     map[uint32][]int32 // demands by the states where they come out
	byEdge     map[int32][]int32
	nearby     directSites // demands by place
	seedStates map[uint32][]label
	journal    []labelChange
	stale      map[int32]bool // demands to answer again
	edited     []int          // facilities of the change at hand
	kept       *keptArea      // what is kept of the area drawn last
}

// NewWhatIf answers for the facilities given and keeps what changes need: 8 bytes per state of the graph and some hundred per demand.
// Only the nearest facility is kept; opts.K must be 0 or 1.
func (g *Graph) NewWhatIf(ctx context.Context, facilities, demands []Place, opts NearestOptions) (*WhatIf, error) {
	if opts.K > 1 {
		return nil, fmt.Errorf("what-if keeps the nearest facility only, not %d", opts.K)
	}
	if err := firstError(checkPlaces("facility", facilities), checkPlaces("demand point", demands)); err != nil {
		return nil, err
	}
	sites, err := g.attach(ctx, facilities)
	if err != nil {
		return nil, fmt.Errorf("putting facilities on the road: %w", err)
	}
	at, err := g.attach(ctx, demands)
	if err != nil {
		return nil, fmt.Errorf("putting demand points on the road: %w", err)
	}
	w := &WhatIf{n: g.newNearest(slices.Clone(facilities), sites, opts), demands: demands, at: at, closed: make([]bool, len(facilities))}
	w.index()
	if err := w.restart(ctx); err != nil {
		return nil, err
	}
	return w, nil
}

// index finds demands by what can change their answer.
func (w *WhatIf) index() {
	w.byExit, w.byEdge, w.stale = map[uint32][]int32{}, map[int32][]int32{}, map[int32]bool{}
	for i, a := range w.at {
		if !a.report.OK {
			continue
		}
		w.byEdge[a.position.Edge] = append(w.byEdge[a.position.Edge], int32(i))
		for _, exit := range w.n.g.exits(a.position, nil) {
			w.byExit[exit.state] = append(w.byExit[exit.state], int32(i))
		}
	}
	w.nearby = newDirectSites(w.demands, w.n.g.profile.DirectWalkMaxM)
}

// restart searches everything anew, for a longer limit.
func (w *WhatIf) restart(ctx context.Context) error {
	n := w.n
	w.kept = nil
	n.one = newSearch(n.g.States())
	n.one.queue.reset(n.g.meta.MeanArcMs)
	w.seedStates = map[uint32][]label{}
	for i := range n.sites {
		if !w.closed[i] {
			w.seed(i)
		}
	}
	if err := n.one.runFolded(ctx, n.g.fold.inward(), n.limit); err != nil {
		return fmt.Errorf("searching from %d facilities: %w", len(n.sites), err)
	}
	w.answers = make([]Answer, len(w.demands))
	return inParallel(ctx, len(w.demands), func(from, to int) error {
		for i := from; i < to; i++ {
			w.answers[i] = n.answer(w.demands[i].Point, w.at[i])
		}
		return nil
	})
}

// seed gives a facility's labels to its states and remembers them for when another facility goes away.
func (w *WhatIf) seed(i int) {
	w.n.seedsOf(i, func(state uint32, l label) {
		w.seedStates[state] = append(w.seedStates[state], l)
		w.n.one.seed(state, l)
	})
}

// Answers are the answers for the demands now, in their order; they change with the next change. Do not change them.
func (w *WhatIf) Answers() []Answer { return w.answers }

// Facility is a facility's place, and whether it is open.
func (w *WhatIf) Facility(i int) (place Place, open bool) { return w.n.facilities[i], !w.closed[i] }

// Facilities is the number of facilities there ever were.
func (w *WhatIf) Facilities() int { return len(w.n.facilities) }

// Add opens a facility and returns its number and the demands whose answers changed, ascending.
func (w *WhatIf) Add(ctx context.Context, place Place) (facility int, changed []int, err error) {
	if err := firstError(ctx.Err(), checkPlaces("facility", []Place{place})); err != nil {
		return 0, nil, err
	}
	facility = len(w.n.facilities)
	w.n.facilities = append(w.n.facilities, place)
	w.n.sites = append(w.n.sites, attached{})
	w.closed = append(w.closed, true)
	return facility, w.change(facility, func() { w.insert(facility, place.Point) }), nil
}

// Close takes a facility out and returns the demands whose answers changed, ascending.
func (w *WhatIf) Close(ctx context.Context, facility int) (changed []int, err error) {
	if err := firstError(ctx.Err(), w.checkOpen(facility)); err != nil {
		return nil, err
	}
	return w.change(facility, func() { w.remove(facility) }), nil
}

// Move puts a facility elsewhere and returns the demands whose answers changed, ascending.
func (w *WhatIf) Move(ctx context.Context, facility int, to orb.Point) (changed []int, err error) {
	if err := firstError(ctx.Err(), w.checkOpen(facility), checkPlaces("facility", []Place{{w.n.facilities[facility].ID, to}})); err != nil {
		return nil, err
	}
	return w.change(facility, func() {
		w.remove(facility)
		w.insert(facility, to)
	}), nil
}

func (w *WhatIf) checkOpen(facility int) error {
	if facility < 0 || facility >= len(w.closed) || w.closed[facility] {
		return fmt.Errorf("there is no open facility %d", facility)
	}
	return nil
}

// SetLimit changes the longest trip that counts, 0 meaning none, and returns the demands whose answers changed. A change of the limit
// costs a new search.
func (w *WhatIf) SetLimit(ctx context.Context, limit time.Duration) (changed []int, err error) {
	before := w.answers
	w.n.limit = limitMs(limit.Milliseconds())
	if err := w.restart(ctx); err != nil {
		return nil, err
	}
	for i := range before {
		if !sameAnswer(before[i], w.answers[i]) {
			changed = append(changed, i)
		}
	}
	return changed, nil
}

func sameAnswer(a, b Answer) bool {
	return a.Reason == b.Reason && slices.Equal(a.Nearest, b.Nearest)
}

// change makes an edit, which cannot be broken off, corrects the labels, and answers the demands that it may concern.
func (w *WhatIf) change(facility int, edit func()) (changed []int) {
	n := w.n
	w.journal, w.edited = w.journal[:0], append(w.edited[:0], facility)
	n.one.journal = &w.journal
	n.one.queue.reset(n.g.meta.MeanArcMs)
	openBefore, partsBefore := n.open, slices.Sorted(maps.Keys(n.parts))
	edit()
	n.one.correct(n.g.inward(), n.limit)
	n.one.journal, n.one.touched = nil, n.one.touched[:0] // nobody asks for what was touched, and it would grow for ever
	if w.kept != nil {
		w.kept.note(w.journal)
	}
	for _, c := range w.journal {
		for _, i := range w.byExit[c.state] {
			w.stale[i] = true
		}
	}
	if (n.open == 0) != (openBefore == 0) || !slices.Equal(partsBefore, slices.Sorted(maps.Keys(n.parts))) { // reasons change anywhere
		for i := range w.demands {
			w.stale[int32(i)] = true
		}
	}
	for i := range w.stale {
		if answer := n.answer(w.demands[i].Point, w.at[i]); !sameAnswer(answer, w.answers[i]) {
			w.answers[i] = answer
			changed = append(changed, int(i))
		}
	}
	clear(w.stale)
	slices.Sort(changed)
	return changed
}

// insert opens a facility at a place.
func (w *WhatIf) insert(i int, p orb.Point) {
	n := w.n
	n.facilities[i].Point = p
	n.sites[i] = n.g.attachOne(n.facilities[i])
	w.closed[i] = false
	n.open++
	n.direct.insert(i, p)
	w.touch(i, 1)
	if site := n.sites[i]; site.report.OK {
		edge := site.position.Edge
		n.parts[n.g.edgePart[edge]]++
		list := n.byEdge[edge]
		at, _ := slices.BinarySearch(list, int32(i))
		n.byEdge[edge] = slices.Insert(list, at, int32(i))
		w.seed(i)
	}
}

// touch marks what a facility that comes, by 1, or goes, by -1, serves without the labels: on its edge, and near enough for a straight walk.
func (w *WhatIf) touch(i int, by int32) {
	edge := int32(-1)
	if site := w.n.sites[i]; site.report.OK {
		edge = site.position.Edge
		for _, d := range w.byEdge[site.position.Edge] {
			w.stale[d] = true
		}
	}
	w.nearby.near(w.n.facilities[i].Point, func(d int, _ float64) { w.stale[int32(d)] = true })
	if w.kept != nil {
		w.kept.sites = append(w.kept.sites, siteChange{edge, w.n.facilities[i].Point, by})
	}
}

// remove closes a facility: clears the labels that it owns and seeds their states from the rim.
func (w *WhatIf) remove(i int) {
	n := w.n
	w.touch(i, -1)
	n.direct.remove(i)
	w.closed[i] = true
	n.open--
	site := n.sites[i]
	n.sites[i] = attached{}
	if !site.report.OK {
		return
	}
	edge := site.position.Edge
	if part := n.g.edgePart[edge]; n.parts[part] > 1 {
		n.parts[part]--
	} else {
		delete(n.parts, part)
	}
	n.byEdge[edge] = slices.DeleteFunc(n.byEdge[edge], func(f int32) bool { return f == int32(i) })
	if len(n.byEdge[edge]) == 0 {
		delete(n.byEdge, edge)
	}
	w.reseed(w.clearCell(i, site))
}

// clearCell takes away the labels of a facility and returns their states.
func (w *WhatIf) clearCell(i int, site attached) []uint32 {
	n := w.n
	var cell []uint32
	take := func(state uint32) {
		if l := n.one.labels[state]; l != noLabel && l.owner() == i {
			w.journal = append(w.journal, labelChange{state, l})
			n.one.labels[state] = noLabel
			cell = append(cell, state)
		}
	}
	for _, f := range n.g.entrances(site.position, nil) {
		w.seedStates[f.state] = slices.DeleteFunc(w.seedStates[f.state], func(l label) bool { return l.owner() == i })
		take(f.state)
	}
	for at := 0; at < len(cell); at++ {
		for _, a := range n.g.in[n.g.inStart[cell[at]]:n.g.inStart[cell[at]+1]] {
			take(a.To)
		}
	}
	return cell
}

// reseed gives cleared states the best label of their neighbours and of facilities right there.
func (w *WhatIf) reseed(cell []uint32) {
	n := w.n
	highest := makeLabel(int64(n.limit)+1, 0) // the first label beyond the limit
	for _, state := range cell {
		best := noLabel
		for _, a := range n.g.out[n.g.outStart[state]:n.g.outStart[state+1]] {
			if l := n.one.labels[a.To]; l != noLabel {
				best = min(best, l.plus(a.Ms))
			}
		}
		for _, l := range w.seedStates[state] {
			best = min(best, l)
		}
		if best < highest {
			n.one.seed(state, best)
		}
	}
}
