package demo

import (
	"math/rand/v2"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// roadMap is the finished road map with the grids that it grew from.
type roadMap struct {
	*network
	grids []*grid
}

// buildRoads makes every road, the railway and the river.
func buildRoads(l *land, d *division) *roadMap {
	r := stream("roads")
	n := &network{}
	m := &roadMap{network: n}
	for id := range oasisCount {
		m.grids = append(m.grids, newGrid(r, n, l, d, id))
	}
	desert := planDesertRoads(r, n, m.grids)
	f := &fences{river: l.river, rail: l.rail}
	for _, road := range desert {
		f.roads = append(f.roads, road.line)
	}
	var levelCrossings []int
	for _, g := range m.grids {
		levelCrossings = append(levelCrossings, g.layStreets(r, n, f)...)
		g.layLanes(r, n, f)
	}
	var ramps []interchange
	for _, road := range desert {
		crossed, met := layDesertRoad(n, l, road)
		levelCrossings, ramps = append(levelCrossings, crossed...), append(ramps, met...)
	}
	layRail(n, l.rail, levelCrossings)
	var course []int
	for _, p := range l.river {
		course = append(course, n.addSpot(p))
	}
	n.addWay(style{key: "waterway", value: "river", name: "示范河（虚构）"}, course...)
	layExpressway(n, l, ramps) // last: it bridges all that lies there
	n.keepConnected(m.grids[central].spots[countyTown().centre], m.grids[sandSea].spots[step{0, 0}])
	n.gateFarm()
	n.banTurns()
	return m
}

// layLanes fills some blocks of the built-up squares: footpaths across, steps by the river, gated compounds.
func (g *grid) layLanes(r *rand.Rand, n *network, f *fences) {
	for _, s := range g.steps() {
		core, builtUp := g.core(s)
		corners, whole := g.block(s)
		if !builtUp || !whole {
			continue
		}
		roll := r.Float64()
		if !core.town {
			roll *= 3 // villages have fewer
		}
		a, b := n.spots[corners[0]].at, n.spots[corners[2]].at
		middle := onTheWay(a, b, 0.5)
		if f.cutsRoad(a, b) || len(crossings(f.river, a, b)) > 0 || len(crossings(f.rail, a, b)) > 0 {
			continue
		}
		switch {
		case core.town && roll < 0.4 && nearLine(f.river, middle, 160):
			n.addWay(style{key: "highway", value: "steps", surface: "concrete"}, corners[0], n.addSpot(middle), corners[2])
		case roll < 0.12:
			n.addWay(style{key: "highway", value: "footway", surface: "paving_stones"}, corners[0], corners[2])
		case roll < 0.20:
			g.layCompound(r, n, corners[0], middle)
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
func (g *grid) layCompound(r *rand.Rand, n *network, corner int, middle orb.Point) {
	gate := n.addSpot(onTheWay(n.spots[corner].at, middle, 0.3), osm.Tag{Key: "barrier", Value: []string{"gate", "lift_gate"}[r.IntN(2)]})
	s := style{key: "highway", value: "service", surface: "concrete", access: "private"}
	if chance(r, 0.5) {
		s.foot = "yes"
	}
	n.addWay(s, corner, gate, n.addSpot(middle))
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
