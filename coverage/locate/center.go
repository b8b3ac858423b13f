package locate

import (
	"fmt"
	"slices"
)

// solveCenter: min T, every point that can be reached at all has an open site within T, Σ y ≤ p. Solved as a search over
// the distinct costs: a T is possible when the covering problem with limit T needs at most p sites (Minieka 1970).
func solveCenter(r *run, p *Problem, s *Solution) error {
	if len(p.Clauses) > 0 {
		return fmt.Errorf("clauses do not go with a center problem")
	}
	t := &centerSearch{run: r, p: p, costs: p.distinctCosts()}
	t.solve()
	s.Nodes = t.nodes
	t.verdict(s)
	p.describe(s, t.set)
	s.Assignment = p.nearest(append(slices.Clone(p.Fixed), t.set...))
	return nil
}

// distinctCosts lists 0 and the costs of points with people in ascending order, each once.
func (p *Problem) distinctCosts() []int64 {
	seen := []uint32{0}
	for n, j := range p.Matrix.demand {
		if p.weight(int(j)) > 0 {
			seen = append(seen, p.Matrix.cost[n])
		}
	}
	slices.Sort(seen)
	seen = slices.Compact(seen)
	costs := make([]int64, len(seen))
	for n, c := range seen {
		costs[n] = int64(c)
	}
	return costs
}

// centerSearch narrows the interval of costs: everything below low is impossible, costs[high] is reached by set.
type centerSearch struct {
	run       *run
	p         *Problem
	costs     []int64
	low, high int
	set       []int32
	found     bool
	nodes     int64
	conflicts []Conflict
	people    int64 // to be served by the problem's own rules, for lexicographic goals; 0: no such rule
}

func (t *centerSearch) solve() {
	t.high = len(t.costs) - 1
	t.found = t.possible(t.high)
	if !t.found {
		return
	}
	t.tighten()
	t.guess()
	for t.low < t.high && !t.run.expired() {
		t.run.report("binary search", true, -t.costs[t.high], float64(-t.costs[t.low]))
		mid := (t.low + t.high) / 2
		switch {
		case t.possible(mid):
			t.high = mid
			t.tighten()
		case !t.run.expired():
			t.low = mid + 1
		}
	}
}

// possible reports whether the covering problem at the given cost has an answer, and keeps its sites.
func (t *centerSearch) possible(at int) bool {
	q := *t.p
	q.Kind, q.Clauses, q.NoLimit, q.Limits, q.Limit = PCenter, nil, false, nil, t.costs[at]
	c := t.p.newCover()
	c.floor = t.people
	c.addFloors(t.p)
	c.requireReachable(&q)
	sub := newRun(t.run.ctx, Options{TimeLimit: t.run.options.TimeLimit, Seed: t.run.options.Seed})
	sub.start = t.run.start
	set, yes := sub.anyCover(c, &q)
	t.run.iterations += sub.iterations
	t.nodes += sub.nodes
	if sub.stopped != "" {
		t.run.stopped = sub.stopped
	}
	t.conflicts = c.conflicts
	if yes {
		t.set = set
	}
	return yes
}

// requireReachable makes every point with people that some open or openable site reaches in the matrix a required class;
// a point out of reach within the limit makes the programme infeasible.
func (c *cover) requireReachable(p *Problem) {
	wide := *p
	wide.NoLimit = true
	lost := make([]bool, p.Matrix.Demands())
	for _, j := range wide.unreachable() {
		lost[j] = true
	}
	for _, j := range p.unreachable() {
		if !lost[j] && p.weight(int(j)) > 0 {
			c.conflicts = append(c.conflicts, Conflict{Rule: "reach", Text: fmt.Sprintf("no candidate reaches demand %d within %d", j, p.Limit)})
			return
		}
	}
	c.addDemand(p, demandClasses{rules: p.rules(), must: true, skipEmpty: true})
}

// anyCover looks for any set that keeps the rules of c.
func (r *run) anyCover(c *cover, p *Problem) ([]int32, bool) {
	if len(c.conflicts) > 0 {
		return nil, false
	}
	c.finish()
	if pick := c.pick; c.canCountSites() {
		for i := range c.price {
			c.price[i] = 1
		}
		c.pick = c.columns
		if s, ok := r.coverAll(c, int64(pick), int64(pick)); ok {
			r.nodes += s.nodes
			return s.set, s.best <= int64(pick)
		}
	}
	s := &Solution{}
	set := r.solveCover(c, p, s)
	r.nodes += s.Nodes
	return set, s.Status == Optimal || s.Status == Feasible
}

// canCountSites reports whether the number of sites is the only rule beside covering.
func (c *cover) canCountSites() bool {
	d := *c
	d.pick = d.columns
	return d.isBareCover()
}

// tighten lowers high to the greatest cost that the present set really causes.
func (t *centerSearch) tighten() {
	weight := t.p.weight
	worst := int64(0)
	for _, s := range t.p.nearest(append(slices.Clone(t.p.Fixed), t.set...)) {
		if weight(int(s.Demand)) > 0 {
			worst = max(worst, s.Cost)
		}
	}
	if at, ok := slices.BinarySearch(t.costs, worst); ok {
		t.high = min(t.high, at)
	}
}

// guess starts the interval near the answer: a farthest-first choice of sites is at most about twice the best (Gonzalez
// 1985), and a first probe at half of it narrows from the other side.
func (t *centerSearch) guess() {
	half, _ := slices.BinarySearch(t.costs, t.costs[t.high]/3)
	if half <= t.low || half >= t.high || t.run.expired() {
		return
	}
	if t.possible(half) {
		t.high = half
		t.tighten()
	} else if !t.run.expired() {
		t.low = half + 1
	}
}

func (t *centerSearch) verdict(s *Solution) {
	if !t.found {
		s.Status, s.Stop, s.Conflicts = Infeasible, StopProved, t.conflicts
		if t.run.stopped != "" {
			s.Status, s.Stop = Unknown, t.run.stopped
		}
		return
	}
	s.Objective, s.Bound = t.costs[t.high], t.costs[min(t.low, t.high)]
	s.Gap = gap(float64(s.Objective), float64(s.Bound))
	s.Status, s.Stop = Optimal, StopProved
	if t.low < t.high {
		s.Status, s.Stop = Feasible, t.run.stopped
	}
}
