package demo

import (
	"math"
	"sync"
	"testing"

	"github.com/paulmach/orb"
)

// theRoads are made once for all tests that only look at them.
var theRoads = sync.OnceValue(func() *roadMap {
	l := newLand()
	return buildRoads(l, divide(l))
})

// segmentsOf counts the pieces of roads between junctions, as a routing program splits them.
func segmentsOf(n *network) int {
	uses := map[int]int{}
	for _, w := range n.ways {
		for _, s := range w.spots {
			if w.style.isRoad() {
				uses[s]++
			}
		}
	}
	segments := 0
	for _, w := range n.ways {
		if !w.style.isRoad() {
			continue
		}
		segments++
		for _, s := range w.spots[1 : len(w.spots)-1] {
			if uses[s] > 1 {
				segments++
			}
		}
	}
	return segments
}

func TestRoadMapHasTheSizeOfARealCounty(t *testing.T) {
	m := theRoads()
	if got := segmentsOf(m.network); got < 36_000 || got > 46_000 {
		t.Errorf("%d road segments, want about 40,000", got)
	}
	kinds := map[string]int{}
	gates := 0
	for _, w := range m.ways {
		kinds[w.style.key+"="+w.style.value]++
		for _, extra := range []struct {
			name string
			has  bool
		}{{"bridge", w.style.bridge}, {"tunnel", w.style.tunnel}, {"oneway -1", w.style.oneway == "-1"}, {"private", w.style.access == "private"}} {
			if extra.has {
				kinds[extra.name]++
			}
		}
	}
	for _, s := range m.spots {
		for _, tag := range s.tags {
			if tag.Key == "barrier" {
				gates++
			}
		}
	}
	for _, kind := range []string{"highway=motorway", "highway=motorway_link", "highway=trunk", "highway=secondary", "highway=tertiary",
		"highway=unclassified", "highway=residential", "highway=living_street", "highway=pedestrian", "highway=service", "highway=track",
		"highway=footway", "highway=steps", "route=ferry", "railway=rail", "waterway=river", "bridge", "tunnel", "oneway -1", "private"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s", kind)
		}
	}
	if gates == 0 || len(m.bans) < 5 {
		t.Errorf("%d gates, %d turn restrictions", gates, len(m.bans))
	}
	t.Logf("%d segments, %d spots, %d ways: %v, %d gates, %d bans", segmentsOf(m.network), len(m.spots), len(m.ways), kinds, gates, len(m.bans))
}

// TestRoadsMeetOnlyAtSpots looks for two roads that cross at the same level without a common spot.
func TestRoadsMeetOnlyAtSpots(t *testing.T) {
	m := theRoads()
	type side struct{ way, a, b int }
	const square = 500.0
	squares := map[[2]int][]side{}
	for i, w := range m.ways {
		if w.style.key == "waterway" || w.style.bridge || w.style.tunnel || w.style.value == "ferry" {
			continue
		}
		for k := 1; k < len(w.spots); k++ {
			s := side{i, w.spots[k-1], w.spots[k]}
			box := orb.MultiPoint{m.spots[s.a].at, m.spots[s.b].at}.Bound()
			for x := math.Floor(box.Min[0] / square); x <= box.Max[0]/square; x++ {
				for y := math.Floor(box.Min[1] / square); y <= box.Max[1]/square; y++ {
					key := [2]int{int(x), int(y)}
					squares[key] = append(squares[key], s)
				}
			}
		}
	}
	bad := 0
	for _, sides := range squares {
		for i, s := range sides {
			for _, o := range sides[:i] {
				if _, _, crossed := meet(m.spots[s.a].at, m.spots[s.b].at, m.spots[o.a].at, m.spots[o.b].at); crossed &&
					s.a != o.a && s.a != o.b && s.b != o.a && s.b != o.b {
					if bad++; bad < 8 {
						t.Errorf("%s crosses %s at %v without a junction", m.ways[s.way].style.value, m.ways[o.way].style.value, m.spots[s.a].at)
					}
				}
			}
		}
	}
}

func TestRiverIsCrossedOnlyOnBridgesAndTheFerry(t *testing.T) {
	m := theRoads()
	bridges, ferries := 0, 0
	for _, w := range m.ways {
		line := m.lineOf(w)
		if w.style.key == "waterway" || w.style.key == "railway" || len(crossedBy(m.land.river, line)) == 0 {
			continue
		}
		switch {
		case w.style.value == "ferry":
			ferries++
		case w.style.bridge:
			bridges++
		default:
			t.Errorf("a %s crosses the river at %v", w.style.value, line[0])
		}
	}
	if bridges < 5 || bridges > 14 || ferries != 1 {
		t.Errorf("%d bridges and %d ferries", bridges, ferries)
	}
}

// TestNearlyAllRoadsAreConnected holds the one island and nothing else apart.
func TestNearlyAllRoadsAreConnected(t *testing.T) {
	m := theRoads()
	neighbours := map[int][]int{}
	for _, w := range m.ways {
		for k := 1; k < len(w.spots) && w.style.isRoad(); k++ {
			a, b := w.spots[k-1], w.spots[k]
			neighbours[a], neighbours[b] = append(neighbours[a], b), append(neighbours[b], a)
		}
	}
	visit := func(from int) int {
		seen, todo := map[int]bool{from: true}, []int{from}
		for len(todo) > 0 {
			s := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, next := range neighbours[s] {
				if !seen[next] {
					seen[next] = true
					todo = append(todo, next)
				}
			}
		}
		return len(seen)
	}
	mainland := visit(m.grids[central].spots[countyTown().centre])
	island := visit(m.grids[sandSea].spots[step{0, 0}])
	if mainland+island != len(neighbours) || island < 20 || float64(mainland) < 0.98*float64(len(neighbours)) {
		t.Errorf("mainland %d spots, island %d, all %d", mainland, island, len(neighbours))
	}
}
