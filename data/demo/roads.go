package demo

import (
	"math/rand/v2"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// roadMap is the road map with what it is built from and what its parts must know of each other.
type roadMap struct {
	*network
	r              *rand.Rand
	land           *land
	division       *division
	grids          []*grid // one per oasis
	desert         []desertRoad
	levelCrossings []int // spots
	interchanges   []interchange
}

// buildRoads makes every road, the railway and the river.
func buildRoads(l *land, d *division) *roadMap {
	m := &roadMap{network: &network{}, r: stream("roads"), land: l, division: d}
	for id := range oasisCount {
		m.grids = append(m.grids, m.newGrid(id))
	}
	m.planDesertRoads()
	for _, g := range m.grids {
		m.layStreets(g)
		m.layLanes(g)
	}
	for _, road := range m.desert {
		m.layDesertRoad(road)
	}
	m.layRail()
	m.addCourse(course{line: l.river, start: -1, end: -1, style: style{key: "waterway", value: "river", name: "示范河（虚构）"}})
	m.layExpressway() // last: it bridges all that lies there
	m.keepConnected(m.grids[central].spots[countyTown().centre], m.grids[sandSea].spots[step{0, 0}])
	m.gateFarm()
	m.banTurns()
	return m
}

// layLanes fills some blocks of the built-up squares: footpaths across, steps by the river, gated compounds.
func (m *roadMap) layLanes(g *grid) {
	for _, s := range g.steps() {
		core, builtUp := g.core(s)
		corners, whole := g.block(s)
		if !builtUp || !whole {
			continue
		}
		roll := m.r.Float64()
		if !core.town {
			roll *= 3 // villages have fewer
		}
		a, b := m.spots[corners[0]].at, m.spots[corners[2]].at
		middle := onTheWay(a, b, 0.5)
		if m.cutsDesertRoad(a, b) || len(crossings(m.land.river, a, b)) > 0 || len(crossings(m.land.rail, a, b)) > 0 {
			continue
		}
		switch {
		case core.town && roll < 0.4 && nearLine(m.land.river, middle, 160):
			m.addWay(style{key: "highway", value: "steps", surface: "concrete"}, corners[0], m.addSpot(middle), corners[2])
		case roll < 0.12:
			m.addWay(style{key: "highway", value: "footway", surface: "paving_stones"}, corners[0], corners[2])
		case roll < 0.20:
			m.layCompound(corners[0], middle)
		}
	}
}

// block returns the four corners of the block whose lower left is s, counterclockwise; whole is false when one is missing.
func (g *grid) block(s step) (corners [4]int, whole bool) {
	for i, c := range [4]step{s, {s.u + 1, s.v}, {s.u + 1, s.v + 1}, {s.u, s.v + 1}} {
		spot, ok := g.spots[c]
		if !ok {
			return corners, false
		}
		corners[i] = spot
	}
	return corners, true
}

// layCompound leads a private road through a gate into a block; walkers may use every second one.
func (m *roadMap) layCompound(corner int, middle orb.Point) {
	gate := m.addSpot(onTheWay(m.spots[corner].at, middle, 0.3), osm.Tag{Key: "barrier", Value: []string{"gate", "lift_gate"}[m.r.IntN(2)]})
	s := style{key: "highway", value: "service", surface: "concrete", access: "private"}
	if chance(m.r, 0.5) {
		s.foot = "yes"
	}
	m.addWay(s, corner, gate, m.addSpot(middle))
}

func nearLine(line orb.LineString, p orb.Point, within float64) bool {
	return distance(pointAt(line, nearestAlong(line, p)), p) <= within
}

// gateFarm closes the private tracks of the farm with a gate at their first spot between junctions.
func (n *network) gateFarm() {
	for i, w := range n.ways {
		if w.style.value != "track" || w.style.access == "" {
			continue
		}
		a, b := n.spots[w.spots[0]].at, n.spots[w.spots[1]].at
		gate := n.addSpot(onTheWay(a, b, 0.1), osm.Tag{Key: "barrier", Value: "gate"})
		n.ways[i].spots = append([]int{w.spots[0], gate}, w.spots[1:]...)
	}
}
