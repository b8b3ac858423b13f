package road

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// randomStates is a directed graph of so many states in no order at all, its arcs mostly to near numbers.
func randomStates(random *rand.Rand, states int) (out, in adjacency) {
	var list []transition
	for range 3 * states {
		from := random.IntN(states)
		to := min(max(from+random.IntN(80)-40, 0), states-1)
		if random.IntN(100) == 0 {
			to = random.IntN(states)
		}
		list = append(list, transition{from: uint32(from), to: uint32(to), turnMs: uint32(1 + random.IntN(20_000))})
	}
	out.start, out.arcs = arcsBy(states, list, func(t transition) (uint32, arc) { return t.from, arc{t.to, t.turnMs} })
	in.start, in.arcs = arcsBy(states, list, func(t transition) (uint32, arc) { return t.to, arc{t.from, t.turnMs} })
	return out, in
}

// A search over the folded graph gives every state the label of a search over all of it, either way, and touches the same states.
func TestFoldedSearchEqualsPlain(t *testing.T) {
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 12))
		states := []int{1, 50, 1 << blockBits, 3<<blockBits + 100}[seed%4]
		out, in := randomStates(random, states)
		folding, number := foldStates(out, in)
		if sorted := slices.Sorted(slices.Values(number)); sorted[0] != 0 || int(sorted[states-1]) != states-1 || len(slices.Compact(sorted)) != states {
			t.Fatalf("seed %d: the numbers of %d states are not all different", seed, states)
		}
		taken := states
		for _, core := range folding.core {
			taken -= int(core)
		}
		if states > 1 && taken < states/4 {
			t.Errorf("seed %d: only %d of %d states are taken out", seed, taken, states)
		}
		for _, limit := range []uint32{maxMs, 40_000} {
			seeds := randomSeeds(random, 5, states)
			for way, pair := range map[string]struct {
				plain  adjacency
				folded foldedAdjacency
			}{"outward": {out.renumber(number), folding.outward()}, "inward": {in.renumber(number), folding.inward()}} {
				plain, folded := newSearch(states), newSearch(states)
				plain.runPlain(t, pair.plain, seeds, limit)
				folded.runFoldedFrom(t, pair.folded, seeds, limit)
				if !slices.Equal(plain.labels, folded.labels) {
					t.Errorf("seed %d, limit %d, %s: the labels differ", seed, limit, way)
				}
				if !slices.Equal(slices.Sorted(slices.Values(plain.touched)), slices.Sorted(slices.Values(folded.touched))) {
					t.Errorf("seed %d, limit %d, %s: the touched states differ", seed, limit, way)
				}
			}
		}
	}
}

// plainRow is a row of a matrix by one search over all states.
func plainRow(t *testing.T, m *matrix, from int) []Cell {
	t.Helper()
	best := map[int]int64{}
	offer := func(to int, ms int64) {
		if old, ok := best[to]; ms <= int64(m.limit) && (!ok || ms < old) {
			best[to] = ms
		}
	}
	if origin := m.origins[from]; origin.report.OK {
		s := newSearch(m.g.States())
		s.queue.reset(m.g.meta.MeanArcMs)
		for _, exit := range m.g.exits(origin.position, nil) {
			if ms := origin.legMs + exit.ms; ms <= int64(m.limit) {
				s.seed(exit.state, makeLabel(ms, 0))
			}
		}
		if err := s.run(context.Background(), m.g.outward(), m.limit); err != nil {
			t.Fatal(err)
		}
		for to, d := range m.destinations {
			if !d.report.OK {
				continue
			}
			for _, entrance := range m.g.entrances(d.position, nil) {
				if l := s.labels[entrance.state]; l != noLabel {
					offer(to, l.ms()+entrance.ms+d.legMs)
				}
			}
			if ms, ok := m.g.alongEdge(origin.position, d.position); ok && origin.position.Edge == d.position.Edge {
				offer(to, origin.legMs+ms+d.legMs)
			}
		}
	}
	m.direct.near(m.from[from].Point, func(to int, metres float64) { offer(to, m.g.legMs(metres)) })
	var cells []Cell
	for to := range m.destinations {
		if ms, ok := best[to]; ok {
			cells = append(cells, Cell{to, ms})
		}
	}
	return cells
}

// Rows computed together are those that plain searches give, whatever the batch, with turns and without.
func TestMatrixEqualsPlainSearches(t *testing.T) {
	const turns = "snap_max_m: 60\ndirect_walk_max_m: 150\none_way: {obey: true}\nturns: {restrictions: true, turn_s: 7.5, bias: 1.1, u_turn_s: 20, signal_s: 2}\n"
	for _, profile := range []*Profile{
		plainProfile(t, "car", turns), plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\n"),
	} {
		for seed, side := range []int{8, 30, 75} {
			t.Run(fmt.Sprint(profile.Mode, " seed ", seed), func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(seed), 13))
				graph := buildWith(t, randomNetwork(random, side), profile)
				from, to := randomPlaces(random, 30, side), randomPlaces(random, 200, side)
				origins, _ := graph.attach(t.Context(), from)
				destinations, _ := graph.attach(t.Context(), to)
				for _, opts := range []MatrixOptions{{}, {Limit: 200 * time.Second}} {
					m := graph.newMatrix(from, origins, to, destinations, opts)
					for _, piece := range []int{len(from), 11, 1} {
						for first := 0; first < len(from); first += piece {
							rows, err := m.rows(t.Context(), first, min(first+piece, len(from)))
							if err != nil {
								t.Fatal(err)
							}
							for i, row := range rows {
								if want := plainRow(t, m, first+i); !slices.Equal(row, want) {
									t.Fatalf("row %d of pieces of %d is %v, want %v", first+i, piece, row, want)
								}
							}
						}
					}
				}
			})
		}
	}
}
