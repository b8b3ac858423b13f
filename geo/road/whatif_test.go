package road

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
)

// openFacilities are the open facilities of a session, and their numbers.
func (w *WhatIf) openFacilities() (places []Place, numbers []int) {
	for i := range w.Facilities() {
		if place, open := w.Facility(i); open {
			places, numbers = append(places, place), append(numbers, i)
		}
	}
	return places, numbers
}

// Whatever the sequence of edits, the answers and the area are, to the bit, those of a computation from nothing.
func TestWhatIfEqualsFullRecomputation(t *testing.T) {
	ctx := context.Background()
	profiles := map[string]*Profile{
		"junctions": plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\ndirect_walk_max_m: 90\n"),
		"turns":     plainProfile(t, "car", turnsYAML, "snap_max_m: 60\n"),
	}
	for name, profile := range profiles {
		for seed := range uint64(6) {
			t.Run(fmt.Sprint(name, " seed ", seed), func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 10))
				network := randomNetwork(random, 10)
				if seed%2 == 1 {
					network = must(network.Edit(randomRoadEdits(random, network)))
				}
				graph := buildWith(t, network, profile)
				demands := randomPlaces(random, 80, 10)
				opts := NearestOptions{Limit: 6 * time.Minute}
				w, err := graph.NewWhatIf(ctx, randomPlaces(random, 5, 10), demands, opts)
				if err != nil {
					t.Fatal(err)
				}
				area := IsochroneOptions{Limits: []time.Duration{2 * time.Minute, 4 * time.Minute}, StepM: []float64{0, 6, 15}[seed%3]}
				before := slices.Clone(w.Answers())
				for step := range 40 {
					if random.IntN(3) == 0 { // the area follows several edits at once
						checkSessionArea(t, graph, w, area, fmt.Sprint("before step ", step))
					}
					changed, what := randomEdit(t, w, random, &opts)
					checkSession(t, graph, w, opts, fmt.Sprint("step ", step, ": ", what))
					checkChanged(t, before, w.Answers(), changed)
					before = slices.Clone(w.Answers())
					if t.Failed() {
						return
					}
				}
				checkSessionArea(t, graph, w, area, "at the end")
			})
		}
	}
}

func randomEdit(t *testing.T, w *WhatIf, random *rand.Rand, opts *NearestOptions) (changed []int, what string) {
	t.Helper()
	ctx := context.Background()
	place := randomPlaces(random, 1, 10)[0]
	_, open := w.openFacilities()
	var err error
	switch kind := random.IntN(10); {
	case kind < 3 || len(open) == 0:
		what = "add"
		_, changed, err = w.Add(ctx, place)
	case kind < 5:
		what = "close"
		changed, err = w.Close(ctx, open[random.IntN(len(open))])
	case kind < 9:
		what = "move"
		changed, err = w.Move(ctx, open[random.IntN(len(open))], place.Point)
	default:
		opts.Limit = time.Duration(300+random.IntN(300)) * time.Second
		what = fmt.Sprint("limit ", opts.Limit)
		changed, err = w.SetLimit(ctx, opts.Limit)
	}
	if err != nil {
		t.Fatal(err)
	}
	return changed, what
}

func checkSession(t *testing.T, g *Graph, w *WhatIf, opts NearestOptions, what string) {
	t.Helper()
	places, numbers := w.openFacilities()
	want, err := g.NearestFacilities(context.Background(), places, w.demands, opts)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		for k := range want[i].Nearest {
			want[i].Nearest[k].Facility = numbers[want[i].Nearest[k].Facility]
		}
		if !reflect.DeepEqual(w.Answers()[i], want[i]) {
			t.Errorf("%s: demand %d has %+v, from nothing %+v", what, i, w.Answers()[i], want[i])
		}
	}
}

func checkChanged(t *testing.T, before, after []Answer, changed []int) {
	t.Helper()
	var want []int
	for i := range before {
		if !reflect.DeepEqual(before[i], after[i]) {
			want = append(want, i)
		}
	}
	if !slices.Equal(changed, want) {
		t.Errorf("says that %v changed, not %v", changed, want)
	}
}

// randomRoadEdits close, slow down and draw roads and barriers.
func randomRoadEdits(random *rand.Rand, network *Network) Edits {
	way := func() int64 { return network.Ways[random.IntN(len(network.Ways))].ID }
	places := randomPlaces(random, 2, 10)
	return Edits{
		Close: []int64{way()}, Lines: randomWalls(random, 2, 10), Speeds: []SpeedEdit{{WayID: network.Ways[0].ID, Kmh: 2}},
		Add: []NewRoad{{Line: orb.LineString{places[0].Point, places[1].Point}, Tags: Tags{"highway": "residential"}}},
	}
}

// The counts of a kept area are those of the tiles in reach, on both grids, whatever the sequence of edits.
func TestKeptAreaKnowsTheTilesInReach(t *testing.T) {
	ctx := context.Background()
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 10))
	graph := buildWith(t, randomNetwork(random, 12), plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\ndirect_walk_max_m: 90\n"))
	opts := NearestOptions{Limit: 4 * time.Minute}
	w := must(graph.NewWhatIf(ctx, randomPlaces(random, 5, 12), nil, opts))
	w.kept = newKeptArea(w.n, IsochroneOptions{Limits: []time.Duration{opts.Limit}, StepM: 1})
	w.kept.used = w.n.cover(3)
	for step := range 60 {
		randomMove(t, w, random)
		n := *w.n
		n.closed, n.one = w.closed, w.n.one
		if step%3 != 0 {
			continue
		}
		if !w.kept.follow(&n) {
			t.Fatal("gives up")
		}
		for _, c := range w.kept.covers() {
			want := n.tilesInReach(c.spans.a, allEdges(graph))
			if got := c.tiles(); !slices.Equal(got, want) || c.distinct != len(want) {
				t.Fatalf("seed %d, step %d, %v m: %d tiles (%d counted), in reach are %d", seed, step, c.spans.a.stepM, len(got), c.distinct, len(want))
			}
		}
	}
}

func allEdges(g *Graph) []int32 {
	edges := make([]int32, g.Edges())
	for i := range edges {
		edges[i] = int32(i)
	}
	return edges
}

func randomMove(t *testing.T, w *WhatIf, random *rand.Rand) {
	t.Helper()
	ctx := context.Background()
	place := randomPlaces(random, 1, 14)[0] // some beyond the roads
	_, open := w.openFacilities()
	var err error
	switch kind := random.IntN(5); {
	case kind == 0 || len(open) == 0:
		_, _, err = w.Add(ctx, place)
	case kind == 1:
		_, err = w.Close(ctx, open[random.IntN(len(open))])
	default:
		_, err = w.Move(ctx, open[random.IntN(len(open))], place.Point)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func checkSessionArea(t *testing.T, g *Graph, w *WhatIf, opts IsochroneOptions, what string) {
	t.Helper()
	ctx := context.Background()
	got, err := w.Isochrone(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	places, _ := w.openFacilities()
	want, err := g.Isochrone(ctx, places, opts)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: the area is not that of a computation from nothing", what)
	}
}

func TestWhatIfRefusesNonsense(t *testing.T) {
	ctx := context.Background()
	random := rand.New(rand.NewPCG(1, 10))
	graph := buildWith(t, randomNetwork(random, 4), plainProfile(t, "foot", ""))
	w, err := graph.NewWhatIf(ctx, randomPlaces(random, 1, 4), randomPlaces(random, 5, 4), NearestOptions{Limit: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(ctx, 1); err == nil {
		t.Error("closes what is not there")
	}
	if _, err := w.Close(ctx, 0); err != nil {
		t.Error(err)
	}
	if _, err := w.Move(ctx, 0, drawnOrigin); err == nil {
		t.Error("moves what is closed")
	}
	if _, _, err := w.Add(ctx, Place{"swapped", [2]float64{43, 189}}); err == nil {
		t.Error("adds a facility off the Earth")
	}
	if _, err := w.Isochrone(ctx, IsochroneOptions{Limits: []time.Duration{time.Hour}}); err == nil {
		t.Error("draws beyond its limit")
	}
	if _, err := graph.NewWhatIf(ctx, nil, nil, NearestOptions{K: 2}); err == nil {
		t.Error("keeps more than one")
	}
}
