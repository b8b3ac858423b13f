package demo

import (
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// grid is the road grid of an oasis: a spot wherever two lines may meet.
type grid struct {
	id    oasisID
	oasis *oasis
	cores []core
	spots map[step]int
	reach step
}

// newGrid makes the spots of an oasis: every second step, every step in built-up squares.
func newGrid(r *rand.Rand, n *network, l *land, d *division, id oasisID) *grid {
	g := &grid{id: id, oasis: &l.oases[id], cores: d.cores(id), spots: map[step]int{}}
	g.reach.u, g.reach.v = g.oasis.reach()
	for v := -g.reach.v; v <= g.reach.v; v++ {
		for u := -g.reach.u; u <= g.reach.u; u++ {
			s := step{u, v}
			core, builtUp := g.core(s)
			if !g.oasis.has(s) || (!builtUp && (odd(u) || odd(v))) {
				continue
			}
			shake := 14.0
			if core.town {
				shake = 3
			}
			g.spots[s] = n.addSpot(add(g.oasis.place(s), orb.Point{between(r, -shake, shake), between(r, -shake, shake)}))
		}
	}
	return g
}

func odd(n int) bool { return n&1 == 1 }

// core returns the built-up square that holds a step; a town's before a village's.
func (g *grid) core(s step) (core, bool) {
	var found core
	has := false
	for _, c := range g.cores {
		if c.has(s) && (!has || c.town) {
			found, has = c, true
		}
	}
	return found, has
}

// rank orders lines: 2 main roads, 1 village roads, 0 field tracks and lanes.
func rank(line int) int {
	switch {
	case line%16 == 0:
		return 2
	case line%4 == 0:
		return 1
	default:
		return 0
	}
}

// nearestMain returns the spot on a main road nearest to a position.
func (g *grid) nearestMain(n *network, at orb.Point) int {
	best := -1
	for _, s := range g.steps() {
		if odd(s.u) || odd(s.v) || (rank(s.u) < 2 && rank(s.v) < 2) {
			continue
		}
		if i := g.spots[s]; best < 0 || distance(n.spots[i].at, at) < distance(n.spots[best].at, at) {
			best = i
		}
	}
	return best
}

// steps lists the grid's steps row by row.
func (g *grid) steps() []step {
	var all []step
	for v := -g.reach.v; v <= g.reach.v; v++ {
		for u := -g.reach.u; u <= g.reach.u; u++ {
			if _, ok := g.spots[step{u, v}]; ok {
				all = append(all, step{u, v})
			}
		}
	}
	return all
}

// fences are the lines that streets do not simply cross.
type fences struct {
	river, rail orb.LineString
	roads       []orb.LineString // desert roads
}

// line is one row (v fixed) or column (u fixed) of a grid.
type line struct {
	row     bool
	number  int
	surface string
	lean    float64 // random number of the line: makes its lanes alike along its length
}

// layStreets makes the ways of a grid, line by line, and returns the spots where they cross the railway.
func (g *grid) layStreets(r *rand.Rand, n *network, f *fences) (railCrossings []int) {
	lay := func(row bool, number, reach int) {
		l := line{row: row, number: number, lean: r.Float64()}
		l.surface = []string{"asphalt", "concrete", "gravel", "dirt"}[min(int(l.lean*2.2)+2-rank(number), 3)]
		run := &run{net: n}
		last, has := step{}, false
		for k := -reach; k <= reach; k++ {
			s := step{k, number}
			if !row {
				s = step{number, k}
			}
			if _, ok := g.spots[s]; !ok {
				continue
			}
			if has {
				railCrossings = append(railCrossings, g.laySide(r, run, f, l, last, s)...)
			}
			last, has = s, true
		}
		run.flush()
	}
	for v := -g.reach.v; v <= g.reach.v; v++ {
		lay(true, v, g.reach.u)
	}
	for u := -g.reach.u; u <= g.reach.u; u++ {
		lay(false, u, g.reach.v)
	}
	return railCrossings
}

// laySide adds the piece of a line between two neighbouring steps to the run, or ends the run when there is no road.
func (g *grid) laySide(r *rand.Rand, to *run, f *fences, l line, a, b step) (railCrossing []int) {
	gap := max(b.u-a.u, b.v-a.v)
	spotA, spotB := g.spots[a], g.spots[b]
	pointA, pointB := to.net.spots[spotA].at, to.net.spots[spotB].at
	s := g.style(l, a, b)
	missing := rank(l.number) == 0 && s.value == "track" && chance(r, 0.28)
	if gap > 2 || (gap > 1 && odd(l.number)) || missing || f.cutsRoad(pointA, pointB) {
		to.flush()
		return nil
	}
	if len(crossings(f.river, pointA, pointB)) > 0 {
		switch {
		case l.row && slices.Contains(g.oasis.bridgeRows, l.number):
			s.bridge = true
		case l.row && slices.Contains(g.oasis.ferryRows, l.number):
			s = style{key: "route", value: "ferry", name: "胡杨渡口", foot: "yes", motor: "no"}
		default:
			to.flush()
			return nil
		}
	}
	if across := crossings(f.rail, pointA, pointB); len(across) > 0 {
		if rank(l.number) < 2 {
			to.flush()
			return nil
		}
		at := to.net.addSpot(across[0].at, osm.Tag{Key: "railway", Value: "level_crossing"})
		to.extend(s, spotA, at, spotB)
		return []int{at}
	}
	to.extend(s, spotA, spotB)
	if g.endsWays(l, b) {
		to.flush()
	}
	return nil
}

// endsWays tells whether ways end at a step: at junctions of avenues, so that turns there can be restricted.
func (g *grid) endsWays(l line, at step) bool {
	core, ok := g.core(at)
	return ok && core.town && at.u%8 == 0 && at.v%8 == 0
}

func (f *fences) cutsRoad(a, b orb.Point) bool {
	return slices.ContainsFunc(f.roads, func(road orb.LineString) bool { return len(crossings(road, a, b)) > 0 })
}

// run grows a way as long as its style stays.
type run struct {
	net   *network
	style style
	spots []int
}

func (w *run) extend(s style, spots ...int) {
	if len(w.spots) == 0 || w.style != s {
		w.flush()
		w.style, w.spots = s, spots[:1]
	}
	w.spots = append(w.spots, spots[1:]...)
}

func (w *run) flush() {
	w.net.addWay(w.style, w.spots...)
	w.spots = nil
}

// style chooses the kind of road between two steps of a line.
func (g *grid) style(l line, a, b step) style {
	if l.row && g.oasis.hasTrunk && l.number == g.oasis.trunkRow {
		return trunkStyle()
	}
	coreA, inA := g.core(a)
	coreB, inB := g.core(b)
	switch {
	case inA && inB && coreA.town && coreB.town:
		return townStyle(l, a)
	case rank(l.number) == 2:
		return style{key: "highway", value: "tertiary", surface: "asphalt", maxspeed: 60, name: countyRoadName(g.id, l)}
	case inA && inB:
		return style{key: "highway", value: "residential", surface: l.surface}
	case rank(l.number) == 1:
		return style{key: "highway", value: "unclassified", surface: l.surface}
	case g.id == farm && l.number%12 == 6:
		return style{key: "highway", value: "track", surface: "dirt", access: "private"}
	default:
		return style{key: "highway", value: "track", surface: l.surface}
	}
}

func trunkStyle() style {
	return style{key: "highway", value: "trunk", ref: "G000", name: "示范国道（虚构）", surface: "asphalt", maxspeed: 80}
}

// townStyle chooses the streets of the county town: avenues, streets, one-way pairs in the old town, a shopping street for walking only.
func townStyle(l line, a step) style {
	switch {
	case l.number%8 == 0:
		return style{key: "highway", value: "secondary", surface: "asphalt", maxspeed: 50, name: avenueName(l)}
	case l.number%4 == 0:
		return style{key: "highway", value: "tertiary", surface: "asphalt", maxspeed: 40}
	case l.row && l.number == 10 && a.u >= 4 && a.u < 14:
		return style{key: "highway", value: "pedestrian", surface: "paving_stones", name: "示范步行街"}
	case l.row && l.number%4 == 2 && a.u < -2:
		direction := "yes"
		if l.number%8 == 2 {
			direction = "-1"
		}
		return style{key: "highway", value: "residential", surface: "asphalt", maxspeed: 30, oneway: direction}
	case l.lean < 0.15:
		return style{key: "highway", value: "living_street", surface: "concrete"}
	default:
		return style{key: "highway", value: "residential", surface: "asphalt", maxspeed: 30}
	}
}
