package demo

import (
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
func (m *roadMap) newGrid(id oasisID) *grid {
	g := &grid{id: id, oasis: &m.land.oases[id], cores: m.division.cores(id), spots: map[step]int{}}
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
			g.spots[s] = m.addSpot(add(g.oasis.place(s), orb.Point{between(m.r, -shake, shake), between(m.r, -shake, shake)}))
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

// line is one row (v fixed) or column (u fixed) of a grid.
type line struct {
	row     bool
	number  int
	surface string
	lean    float64 // random number of the line: makes its lanes alike along its length
}

// layStreets makes the ways of a grid, line by line.
func (m *roadMap) layStreets(g *grid) {
	for v := -g.reach.v; v <= g.reach.v; v++ {
		m.layLine(g, line{row: true, number: v})
	}
	for u := -g.reach.u; u <= g.reach.u; u++ {
		m.layLine(g, line{row: false, number: u})
	}
}

func (m *roadMap) layLine(g *grid, l line) {
	l.lean = m.r.Float64()
	l.surface = []string{"asphalt", "concrete", "gravel", "dirt"}[min(int(l.lean*2.2)+2-rank(l.number), 3)]
	reach := g.reach.u
	if !l.row {
		reach = g.reach.v
	}
	run := &run{roads: m, grid: g, line: l}
	var last *step
	for k := -reach; k <= reach; k++ {
		s := step{k, l.number}
		if !l.row {
			s = step{l.number, k}
		}
		if _, ok := g.spots[s]; !ok {
			continue
		}
		if last != nil {
			run.side(*last, s)
		}
		last = &s
	}
	run.flush()
}

// run walks along a line and grows a way as long as its style stays.
type run struct {
	roads *roadMap
	grid  *grid
	line  line
	style style
	spots []int
}

// side adds the piece of road between two neighbouring steps, or ends the way when there is none.
func (w *run) side(a, b step) {
	m, g := w.roads, w.grid
	spotA, spotB := g.spots[a], g.spots[b]
	pointA, pointB := m.spots[spotA].at, m.spots[spotB].at
	s, ok := w.overRiver(g.style(w.line, a, b), pointA, pointB)
	gap := max(b.u-a.u, b.v-a.v)
	missing := rank(w.line.number) == 0 && s.value == "track" && chance(m.r, 0.28)
	if !ok || gap > 2 || (gap > 1 && odd(w.line.number)) || missing || m.cutsDesertRoad(pointA, pointB) {
		w.flush()
		return
	}
	across := crossings(m.land.rail, pointA, pointB)
	switch {
	case len(across) == 0:
		w.extend(s, spotA, spotB)
	case rank(w.line.number) == 2:
		w.extend(s, spotA, m.levelCrossing(across[0].at), spotB)
	default:
		w.flush()
	}
	if g.endsWays(b) {
		w.flush()
	}
}

// overRiver makes a piece of road that crosses the river a bridge or a ferry; ok is false when there is neither.
func (w *run) overRiver(s style, a, b orb.Point) (over style, ok bool) {
	if len(crossings(w.roads.land.river, a, b)) == 0 {
		return s, true
	}
	switch {
	case w.line.row && slices.Contains(w.grid.oasis.bridgeRows, w.line.number):
		s.bridge = true
	case w.line.row && slices.Contains(w.grid.oasis.ferryRows, w.line.number):
		s = style{key: "route", value: "ferry", name: "胡杨渡口", foot: "yes", motor: "no"}
	default:
		return s, false
	}
	return s, true
}

func (w *run) extend(s style, spots ...int) {
	if len(w.spots) == 0 || w.style != s {
		w.flush()
		w.style, w.spots = s, spots[:1]
	}
	w.spots = append(w.spots, spots[1:]...)
}

func (w *run) flush() {
	w.roads.addWay(w.style, w.spots...)
	w.spots = nil
}

// endsWays tells whether ways end at a step: at junctions of avenues, so that turns there can be restricted.
func (g *grid) endsWays(at step) bool {
	core, ok := g.core(at)
	return ok && core.town && at.u%8 == 0 && at.v%8 == 0
}

// cutsDesertRoad tells whether a street from a to b would cross a desert road without a junction.
func (m *roadMap) cutsDesertRoad(a, b orb.Point) bool {
	return slices.ContainsFunc(m.desert, func(d desertRoad) bool { return len(crossings(d.line, a, b)) > 0 })
}

// levelCrossing makes a spot that the railway will pass through.
func (m *roadMap) levelCrossing(at orb.Point) int {
	spot := m.addSpot(at, osm.Tag{Key: "railway", Value: "level_crossing"})
	m.levelCrossings = append(m.levelCrossings, spot)
	return spot
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
