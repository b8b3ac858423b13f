package locate

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// allotBrute tries every way to allot the points from j on to the open sites with the given room, and returns the least
// cost; a point may be left out at cost left per person, or not at all when left is negative.
func allotBrute(p *Problem, open []int, room []int64, j int, left int64) int64 {
	if j == p.Matrix.Demands() {
		return 0
	}
	best := int64(math.MaxInt64)
	var spread func(k int, people, cost int64)
	spread = func(k int, people, cost int64) {
		if k == len(open) {
			if people > 0 && left < 0 {
				return
			}
			if p.Whole && people != 0 && people != p.weight(j) {
				return
			}
			if rest := allotBrute(p, open, room, j+1, left); rest < math.MaxInt64 {
				best = min(best, cost+people*max(left, 0)+rest)
			}
			return
		}
		c, ok := p.Matrix.Cost(j, open[k])
		if p.Kind == CapacitatedCoverage {
			ok = ok && c <= p.limit(j)
			c = 0
		}
		for v := int64(0); v <= people && v <= room[k]; v++ {
			if v > 0 && !ok || p.Whole && v != 0 && v != p.weight(j) {
				continue
			}
			room[k] -= v
			spread(k+1, people-v, cost+v*c)
			room[k] += v
		}
	}
	spread(0, p.weight(j), 0)
	return best
}

func TestCapacitatedEqualsEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 0))
	for n := range 400 {
		p := randomCapacitated(rng)
		wide := *p
		wide.NoLimit = true
		lost := map[int]bool{}
		for _, j := range wide.unreachable() {
			lost[int(j)] = true
		}
		q := *p
		q.Weights = make([]int64, len(p.Weights))
		total := int64(0)
		for j, w := range p.Weights {
			if p.Kind == CapacitatedCoverage || !lost[j] {
				q.Weights[j] = w
			}
			total += w
		}
		left := p.LeftOut
		switch {
		case p.Kind == CapacitatedCoverage:
			left = 1
		case left == 0:
			left = -1
		}
		want := int64(math.MaxInt64)
		everySet(p, func(mask uint64, chosen int) {
			if !keepsRules(p, mask, chosen) {
				return
			}
			var open []int
			var room []int64
			for i := range p.Matrix.Candidates() {
				if mask>>i&1 == 1 {
					open, room = append(open, i), append(room, p.Capacity[i])
				}
			}
			want = min(want, allotBrute(&q, open, room, 0, left))
		})
		s, err := Solve(context.Background(), p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want == math.MaxInt64 {
			if s.Status != Infeasible || len(s.Conflicts) == 0 {
				t.Fatalf("case %d: %v, want infeasible with a reason", n, s.Status)
			}
			continue
		}
		if p.Kind == CapacitatedCoverage {
			want = total - want
		}
		if s.Status != Optimal || s.Objective != want || s.Bound != want {
			t.Fatalf("case %d (%+v): %v %d (bound %d), want %d", n, p, s.Status, s.Objective, s.Bound, want)
		}
		checkAllotment(t, p, s)
	}
}

// checkAllotment checks capacities, people and the reported sums of an allotment.
func checkAllotment(t *testing.T, p *Problem, s *Solution) {
	t.Helper()
	load, given := map[int32]int64{}, map[int32]int64{}
	cost, people := int64(0), int64(0)
	for _, a := range s.Assignment {
		load[a.Candidate] += a.People
		given[a.Demand] += a.People
		cost += a.People * a.Cost
		people += a.People
		if p.Whole && a.People != p.weight(int(a.Demand)) {
			t.Fatalf("demand %d is split: %d of %d", a.Demand, a.People, p.weight(int(a.Demand)))
		}
	}
	for i, v := range load {
		if v > p.Capacity[i] {
			t.Fatalf("site %d takes %d of %d", i, v, p.Capacity[i])
		}
	}
	for j, v := range given {
		if v > p.weight(int(j)) {
			t.Fatalf("demand %d has %d of %d people", j, v, p.weight(int(j)))
		}
	}
	if people != s.Served.People || p.Kind == CapacitatedCoverage && people != s.Objective || p.Kind == CapacitatedPMedian && p.LeftOut == 0 && cost != s.Objective {
		t.Fatalf("allotment of %d people at %d does not add up to %d, %d", people, cost, s.Served.People, s.Objective)
	}
}

func randomCapacitated(rng *rand.Rand) *Problem {
	m, n := 1+rng.IntN(5), 1+rng.IntN(5)
	var entries []Entry
	for j := range m {
		for i := range n {
			if rng.IntN(4) > 0 {
				entries = append(entries, Entry{int32(j), int32(i), int64(rng.IntN(12))})
			}
		}
	}
	matrix, err := NewMatrix(m, n, entries)
	if err != nil {
		panic(err)
	}
	p := &Problem{Kind: CapacitatedCoverage, Matrix: matrix, Limit: int64(rng.IntN(12)), Sites: 1 + rng.IntN(3), Whole: rng.IntN(2) == 0}
	if rng.IntN(2) == 0 {
		p.Kind = CapacitatedPMedian
		p.LeftOut = int64(rng.IntN(2) * 9)
	}
	for range m {
		p.Weights = append(p.Weights, int64(rng.IntN(5)))
	}
	for range n {
		p.Capacity = append(p.Capacity, int64(rng.IntN(8)))
	}
	if rng.IntN(3) == 0 {
		p.Budget = int64(1 + rng.IntN(3))
	}
	for i := range int32(n) {
		switch rng.IntN(9) {
		case 0:
			p.Fixed = append(p.Fixed, i)
		case 1:
			p.Forbidden = append(p.Forbidden, i)
		case 2:
			p.Locked = append(p.Locked, i)
		}
	}
	if rng.IntN(4) == 0 {
		p.MinSpacing = 5
		for a := range int32(n) {
			for b := range a {
				p.Spacing = append(p.Spacing, Pair{a, b, int64(rng.IntN(20))})
			}
		}
	}
	return p
}
