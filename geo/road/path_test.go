package road

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// Routes take exactly the matrix's time, their parts add up, and their line starts and ends at the doors.
func TestPathAgreesWithMatrix(t *testing.T) {
	for name, profile := range map[string]*Profile{
		"junctions": plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\ndirect_walk_max_m: 120\n"),
		"turns":     plainProfile(t, "car", turnsYAML, "snap_max_m: 60\naccess: {keys: [motorcar, motor_vehicle, vehicle, access], closed: [\"no\"], ends: [destination]}\n"),
	} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprint(name, " seed ", seed), func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 4))
				network := randomNetwork(random, 9)
				for i := range network.Ways {
					if random.IntN(5) == 0 {
						network.Ways[i].Tags["access"] = "destination"
					}
				}
				graph := buildWith(t, network, profile)
				from, to := randomPlaces(random, 15, 9), randomPlaces(random, 8, 9)
				cells := matrixOf(t, graph, from, to, 0)
				for i := range from {
					for j := range to {
						route, ok, err := graph.Path(context.Background(), from[i], to[j])
						ms, want := cells[[2]int{i, j}]
						if err != nil || ok != want || route.Ms != ms {
							t.Fatalf("%d to %d: %d ms (%v, %v), want %d (%v)", i, j, route.Ms, ok, err, ms, want)
						}
						if ok {
							checkRoute(t, route, from[i].Point, to[j].Point)
						}
					}
				}
			})
		}
	}
}

// A route names every way that it uses, also those that are one edge of the graph.
func TestPathNamesEveryWay(t *testing.T) {
	d := draw(t, "a---b---c---d", map[string]string{"bc": "highway=primary"})
	graph := buildWith(t, d.network, plainProfile(t, "foot", ""))
	ids := []int64{d.ways["ab"].ID, d.ways["bc"].ID, d.ways["cd"].ID}
	for name, test := range map[string]struct {
		from, to orb.Point
		ways     []int64
		seconds  []int64
	}{
		"ahead": {d.off('a', 20, 0), d.off('c', 40, 0), ids, []int64{60, 8, 40}},
		"back":  {d.off('c', 40, 0), d.off('a', 20, 0), []int64{ids[2], ids[1], ids[0]}, []int64{40, 8, 60}},
	} {
		route, ok, err := graph.Path(context.Background(), Place{Point: test.from}, Place{Point: test.to})
		if err != nil || !ok || len(route.Steps) != 3 {
			t.Fatalf("%s: %+v, %v, %v", name, route, ok, err)
		}
		for i, step := range route.Steps {
			if step.WayID != test.ways[i] || (step.Ms+500)/1000 != test.seconds[i] {
				t.Errorf("%s: step %d is %+v, want way %d in %d s", name, i, step, test.ways[i], test.seconds[i])
			}
		}
	}
}

func checkRoute(t *testing.T, route Route, from, to orb.Point) {
	t.Helper()
	sum, length := route.AccessMs+route.EgressMs, route.AccessM+route.EgressM
	for _, step := range route.Steps {
		sum += step.Ms
		length += step.LengthM
	}
	if sum != route.Ms {
		t.Errorf("the parts take %d ms, the whole %d: %+v", sum, route.Ms, route)
	}
	if math.Abs(length-route.DistanceM()) > 0.1 {
		t.Errorf("the parts are %.2f m, the whole %.2f: %+v", length, route.DistanceM(), route)
	}
	if route.Line[0] != from || route.Line[len(route.Line)-1] != to {
		t.Errorf("the line runs from %v to %v, not from %v to %v", route.Line[0], route.Line[len(route.Line)-1], from, to)
	}
}

// Anywhere along a stretch in reach the time by its ends is the time that a search from there finds; and no place with an answer is
// missing.
func TestReachedEdgesAgreeWithNearest(t *testing.T) {
	profile := plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\n")
	limit := 5 * time.Minute
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 5))
		graph := buildWith(t, randomNetwork(random, 10), profile)
		facilities := randomPlaces(random, 4, 10)
		stretches, err := graph.ReachedEdges(context.Background(), facilities, limit)
		if err != nil {
			t.Fatal(err)
		}
		bestAt := map[int32][]ReachedEdge{}
		for _, s := range stretches {
			bestAt[s.Edge] = append(bestAt[s.Edge], s)
		}
		for range 300 {
			edge := int32(random.IntN(graph.Edges()))
			line := graph.EdgeLine(edge)
			k := random.IntN(len(line) - 1)
			p := between(line[k], line[k+1], random.Float64())
			position, report, ok := graph.Snap(p)
			if !ok || position.Edge != edge || report.DistanceM > 0.01 {
				continue // another edge runs over the place
			}
			answers, err := graph.NearestFacilities(context.Background(), facilities, []Place{{Point: p}}, NearestOptions{Limit: limit})
			if err != nil {
				t.Fatal(err)
			}
			got := timeOnStretches(bestAt[edge], p)
			switch want := answers[0].Nearest; {
			case len(want) == 0 && got < float64(limit.Milliseconds())-20:
				t.Errorf("seed %d: %.1f ms by the stretches, no answer by search (%s)", seed, got, answers[0].Reason)
			case len(want) > 0 && math.Abs(got-float64(want[0].Ms)) > 20:
				t.Errorf("seed %d: %.1f ms by the stretches, %d by search", seed, got, want[0].Ms)
			}
		}
	}
}

// timeOnStretches evaluates the stretches' promise at a place on them.
func timeOnStretches(stretches []ReachedEdge, p orb.Point) float64 {
	best, nearest := math.Inf(1), 0.02 // metres; farther stretches are other parts of the edge
	for _, s := range stretches {
		foot, _ := geo.FootOnLine(p, s.Line)
		along := geo.Length(append(append(orb.LineString{}, s.Line[:foot.Segment+1]...), foot.Point))
		share := along / geo.Length(s.Line)
		if foot.DistanceM > nearest+0.005 {
			continue
		}
		if foot.DistanceM < nearest-0.005 {
			best, nearest = math.Inf(1), foot.DistanceM
		}
		if s.Ahead.OK {
			best = min(best, float64(s.Ahead.EndMs)+(1-share)*float64(s.Ahead.TravelMs))
		}
		if s.Back.OK {
			best = min(best, float64(s.Back.EndMs)+share*float64(s.Back.TravelMs))
		}
	}
	return best
}
