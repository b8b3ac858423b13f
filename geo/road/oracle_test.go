package road

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// randomNetwork is a town of crooked streets on a grid: some missing, some one-way, some of several nodes, in no particular order.
func randomNetwork(random *rand.Rand, side int) *Network {
	plane := geo.NewPlane(drawnOrigin)
	at := map[int64]orb.Point{}
	node := func(x, y, k int) int64 {
		id := int64(1 + x + y*100 + k*10000)
		if _, ok := at[id]; !ok {
			at[id] = snapTo7(plane.From(geo.XY{X: float64(x)*90 + random.Float64()*40, Y: float64(y)*90 + random.Float64()*40}))
		}
		return id
	}
	n := &Network{}
	classes := []string{"residential", "residential", "footway", "primary", "steps"}
	add := func(x, y, dx, dy int) {
		if random.IntN(100) < 25 {
			return
		}
		way := Way{ID: int64(len(n.Ways) + 1), Tags: Tags{"highway": classes[random.IntN(len(classes))]}}
		way.NodeIDs = append(way.NodeIDs, node(x, y, 0))
		for k := range random.IntN(4) {
			id := int64(100000 + len(at))
			p, q := at[node(x, y, 0)], at[node(x+dx, y+dy, 0)]
			at[id] = between(p, q, float64(k+1)/5)
			at[id] = snapTo7(orb.Point{at[id][0] + (random.Float64()-0.5)*1e-4, at[id][1]})
			way.NodeIDs = append(way.NodeIDs, id)
		}
		way.NodeIDs = append(way.NodeIDs, node(x+dx, y+dy, 0))
		switch random.IntN(6) {
		case 0:
			way.Tags["oneway"] = "yes"
		case 1:
			way.Tags["oneway"] = "-1"
		}
		for _, id := range way.NodeIDs {
			way.Line = append(way.Line, at[id])
		}
		n.Ways = append(n.Ways, way)
	}
	for x := range side {
		for y := range side {
			add(x, y, 1, 0)
			add(x, y, 0, 1)
		}
	}
	random.Shuffle(len(n.Ways), func(i, j int) { n.Ways[i], n.Ways[j] = n.Ways[j], n.Ways[i] })
	return n
}

func randomPlaces(random *rand.Rand, n, side int) []Place {
	plane := geo.NewPlane(drawnOrigin)
	places := make([]Place, n)
	for i := range places {
		p := plane.From(geo.XY{X: random.Float64() * float64(side) * 100, Y: random.Float64() * float64(side) * 100})
		places[i] = Place{fmt.Sprint(i), p}
	}
	return places
}

// oracle is the plainest possible answer: every node of every way a vertex, floating point, no contraction, no index, no queue.
type oracle struct {
	profile  *Profile
	segments []oracleSegment
}

type oracleSegment struct {
	a, b        int64
	p, q        orb.Point
	ahead, back float64 // seconds, +Inf when closed
}

func newOracle(n *Network, p *Profile) *oracle {
	o := &oracle{profile: p}
	for i := range n.Ways {
		way := &n.Ways[i]
		rule := p.rule(way.Tags, way.Line)
		for k := 1; k < len(way.NodeIDs); k++ {
			length := geo.Distance(way.Line[k-1], way.Line[k])
			s := oracleSegment{way.NodeIDs[k-1], way.NodeIDs[k], way.Line[k-1], way.Line[k], math.Inf(1), math.Inf(1)}
			if rule.aheadKmh > 0 {
				s.ahead = length * 3.6 / rule.aheadKmh
			}
			if rule.backKmh > 0 {
				s.back = length * 3.6 / rule.backKmh
			}
			if rule.open() {
				o.segments = append(o.segments, s)
			}
		}
	}
	return o
}

// seconds is the time between two positions given as segment and share, by repeated relaxation (Bellman 1958).
func (o *oracle) seconds(from, to int, fromShare, toShare float64) float64 {
	best := math.Inf(1)
	s, t := o.segments[from], o.segments[to]
	if from == to {
		if toShare >= fromShare {
			best = s.ahead * (toShare - fromShare)
		}
		if toShare <= fromShare && !math.IsInf(s.back, 1) {
			best = min(best, s.back*(fromShare-toShare))
		}
	}
	times := map[int64]float64{}
	relax := func(id int64, seconds float64) bool {
		if old, ok := times[id]; math.IsInf(seconds, 1) || math.IsNaN(seconds) || ok && old <= seconds {
			return false
		}
		times[id] = seconds
		return true
	}
	relax(s.b, s.ahead*(1-fromShare))
	relax(s.a, s.back*fromShare)
	if fromShare == 0 {
		relax(s.a, 0)
	}
	if fromShare == 1 {
		relax(s.b, 0)
	}
	for changed := true; changed; {
		changed = false
		for _, e := range o.segments {
			if at, ok := times[e.a]; ok && relax(e.b, at+e.ahead) {
				changed = true
			}
			if at, ok := times[e.b]; ok && relax(e.a, at+e.back) {
				changed = true
			}
		}
	}
	if at, ok := times[t.a]; ok {
		best = min(best, at+t.ahead*toShare)
		if toShare == 0 {
			best = min(best, at)
		}
	}
	if at, ok := times[t.b]; ok {
		best = min(best, at+t.back*(1-toShare))
		if toShare == 1 {
			best = min(best, at)
		}
	}
	return best
}

// find is the oracle's segment at a graph's position.
func (o *oracle) find(p orb.Point) (segment int, share float64) {
	best := math.Inf(1)
	plane := geo.NewPlane(p)
	for i, s := range o.segments {
		at, distance := geo.Foot(geo.XY{}, plane.To(s.p), plane.To(s.q))
		if distance < best-1e-3 || distance < best+1e-3 && !math.IsInf(s.ahead+s.back, 1) && math.IsInf(o.segments[segment].ahead+o.segments[segment].back, 1) {
			best, segment, share = distance, i, at
		}
	}
	return segment, share
}

func TestEqualsPlainDijkstraOnRandomMaps(t *testing.T) {
	profile := plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 200\n")
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			network := randomNetwork(random, 7)
			graph, oracle := buildWith(t, network, profile), newOracle(network, profile)
			from, to := randomPlaces(random, 12, 7), randomPlaces(random, 6, 7)
			cells := matrixOf(t, graph, from, to, 0)
			for i := range from {
				a, fromReport, ok := graph.Snap(from[i].Point)
				if !ok {
					continue
				}
				for j := range to {
					b, toReport, ok := graph.Snap(to[j].Point)
					if !ok {
						continue
					}
					s, share := oracle.find(a.Point)
					u, toShare := oracle.find(b.Point)
					want := oracle.seconds(s, u, share, toShare) + fromReport.DistanceM + toReport.DistanceM
					got, ok := cells[[2]int{i, j}]
					if !ok && !math.IsInf(want, 1) || ok && math.Abs(float64(got)/1000-want) > 0.02 {
						t.Errorf("%d to %d: %d ms (%v), want %.3f s", i, j, got, ok, want)
					}
				}
			}
		})
	}
}

func matrixOf(t testing.TB, g *Graph, from, to []Place, limit time.Duration) map[[2]int]int64 {
	t.Helper()
	cells := map[[2]int]int64{}
	row := 0
	err := g.Matrix(context.Background(), from, to, MatrixOptions{Limit: limit}, func(i int, list []Cell) error {
		if i != row || !slices.IsSortedFunc(list, func(a, b Cell) int { return a.To - b.To }) {
			t.Fatalf("row %d comes as row %d, or its cells are out of order", i, row)
		}
		row++
		for _, cell := range list {
			cells[[2]int{i, cell.To}] = cell.Ms
		}
		return nil
	})
	if err != nil || row != len(from) {
		t.Fatalf("%d rows, %v", row, err)
	}
	return cells
}

// The searches with and against travel, for one and for several facilities, with and without a limit, must give the same milliseconds.
func TestNearestAgreesWithMatrix(t *testing.T) {
	profile := plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\ndirect_walk_max_m: 120\n")
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 2))
		graph := buildWith(t, randomNetwork(random, 12), profile)
		facilities, demands := randomPlaces(random, 9, 12), randomPlaces(random, 60, 12)
		limit := time.Duration(random.IntN(900)) * time.Second
		cells := matrixOf(t, graph, demands, facilities, limit)
		for _, k := range []int{1, 2, 4, 20} {
			answers, err := graph.NearestFacilities(context.Background(), facilities, demands, NearestOptions{Limit: limit, K: k})
			if err != nil {
				t.Fatal(err)
			}
			for i, answer := range answers {
				var want []Reach
				for f := range facilities {
					if ms, ok := cells[[2]int{i, f}]; ok {
						want = append(want, Reach{Facility: f, Ms: ms})
					}
				}
				slices.SortStableFunc(want, func(a, b Reach) int { return int(a.Ms - b.Ms) })
				want = want[:min(k, len(want))]
				same := slices.EqualFunc(want, answer.Nearest, func(a, b Reach) bool { return a.Facility == b.Facility && a.Ms == b.Ms })
				if !same {
					t.Fatalf("seed %d, k %d, demand %d: %v, want %v", seed, k, i, answer.Nearest, want)
				}
				if (len(answer.Nearest) == 0) != (answer.Reason != ReasonNone) {
					t.Fatalf("seed %d, demand %d: %d facilities and reason %q", seed, i, len(answer.Nearest), answer.Reason)
				}
			}
		}
	}
}
