package locate

import (
	"cmp"
	"fmt"
	"slices"
)

// capacitated is a location problem in which a site takes no more people than its capacity:
//
//	min Σ cost_ij·x_ij + Σ left_j·u_j,  Σ_i x_ij + u_j = people_j,  Σ_j x_ij ≤ capacity_i·y_i,  x_ij ≤ people_j·y_i,
//	Σ y ≤ p and the other rules on sites;  whole: x_ij and u_j are 0 or people_j
//
// Coverage is the case cost 0, left 1. With required set no u may be positive.
type capacitated struct {
	c        *cover // the rules on sites; no demand classes
	fixed    []int32
	people   []int64
	left     []int64
	capacity []int64
	whole    bool
	required bool

	colRow  [][]int32 // candidate → demand points it may take
	colCost [][]int64
}

// solveCapacitated answers both capacitated kinds.
func solveCapacitated(r *run, p *Problem, s *Solution) error {
	m, err := newCapacitated(p)
	if err != nil {
		return err
	}
	if s.Conflicts = m.conflicts(); len(s.Conflicts) > 0 {
		s.Status, s.Stop = Infeasible, StopProved
		p.describe(s, nil)
		return nil
	}
	if p.Kind == CapacitatedPMedian {
		r.sign = -1
	} else {
		for _, w := range m.people {
			r.offset += w
		}
	}
	t := newCapacitySearch(m, r)
	bound := t.solve()
	s.Nodes = t.nodes
	r.finish(s, t.found, -t.best.value, -bound)
	if s.Status == Infeasible {
		s.Conflicts = m.shortage()
	}
	p.describe(s, t.best.set)
	if t.found {
		p.reportCapacity(s, m, t.best)
	}
	return nil
}

func newCapacitated(p *Problem) (*capacitated, error) {
	switch {
	case p.Capacity == nil:
		return nil, fmt.Errorf("a capacitated problem needs capacities")
	case len(p.Clauses) > 0:
		return nil, fmt.Errorf("clauses do not go with capacities")
	case slices.ContainsFunc(p.Groups, func(g Group) bool { return g.MinPeople > 0 }):
		return nil, fmt.Errorf("floors of people do not go with capacities; floors of sites do")
	}
	m := &capacitated{
		c: p.newCover(), fixed: slices.Clone(p.Fixed), capacity: p.Capacity, whole: p.Whole,
		people: make([]int64, p.Matrix.Demands()), left: make([]int64, p.Matrix.Demands()),
		colRow: make([][]int32, p.Matrix.Candidates()), colCost: make([][]int64, p.Matrix.Candidates()),
	}
	slices.Sort(m.fixed)
	m.fixed = slices.Compact(m.fixed)
	m.c.finish()
	coverage := p.Kind == CapacitatedCoverage
	m.required = !coverage && p.LeftOut == 0
	left := p.LeftOut
	if m.required { // more than any chain of re-allotments can save, so that nobody is left out who need not be
		left = (p.greatestCost() + 1) * int64(p.Matrix.Candidates()+2)
	}
	if coverage {
		left = 1
	}
	if err := p.fits(left); err != nil {
		return nil, err
	}
	for j := range m.people {
		m.people[j], m.left[j] = p.weight(j), left
	}
	m.addPairs(p, coverage)
	return m, nil
}

// addPairs lists who may go where; points that nobody can take leave the problem unless they count as left out.
func (m *capacitated) addPairs(p *Problem, coverage bool) {
	reached := make([]bool, len(m.people))
	shut := p.shut()
	for i := range m.colRow {
		if shut[i] {
			continue
		}
		js, costs := p.Matrix.column(i)
		for n, j := range js {
			c := int64(costs[n])
			if coverage {
				if c > p.limit(int(j)) {
					continue
				}
				c = 0
			}
			reached[j] = true
			if m.people[j] == 0 || c > m.left[j] || m.whole && m.people[j] > m.capacity[i] {
				continue
			}
			m.colRow[i], m.colCost[i] = append(m.colRow[i], j), append(m.colCost[i], c)
		}
	}
	for j, yes := range reached {
		if !yes && !coverage {
			m.people[j] = 0
		}
	}
}

// allotment is a set of new sites with the people allotted to it.
type allotment struct {
	set   []int32
	value int64
	sites []int32 // fixed and new
	parts [][]part
	out   int64
}

// allot finds the best allotment to the fixed sites and set. ok is false when people are left out who must not be, or
// when the search for a whole allotment was cut off (then exact is false as well and value is a lower bound).
func (m *capacitated) allot(set []int32, stop func() bool) (a allotment, ok, exact bool) {
	sites := append(slices.Clone(m.fixed), set...)
	slices.Sort(sites)
	g := &wholeSearch{m: m, sites: sites, limit: wholeNodes, stop: stop}
	g.run()
	a = g.best
	a.set, a.sites = slices.Clone(set), sites
	if !g.found {
		a.value = g.lower
		return a, false, g.exact
	}
	return a, !m.required || a.out == 0, g.exact
}

// transportOf sets up the allotment of everyone who is not forced to the given sites.
func (m *capacitated) transportOf(sites []int32, forced []int32) *transport {
	t := &transport{people: slices.Clone(m.people), left: m.left}
	for n, i := range sites {
		cost := make([]int64, len(m.people))
		for j := range cost {
			cost[j] = -1
		}
		for k, j := range m.colRow[i] {
			if forced[j] == free || forced[j] == int32(n) {
				cost[j] = m.colCost[i][k]
			}
		}
		t.cost, t.room = append(t.cost, cost), append(t.room, m.capacity[i])
	}
	return t
}

// conflicts lists rules that fail whatever is chosen: locks, and too little capacity in all.
func (m *capacitated) conflicts() []Conflict {
	found := slices.Clone(m.c.conflicts)
	if !m.required {
		return found
	}
	need, have := int64(0), int64(0)
	for _, w := range m.people {
		need += w
	}
	var sizes []int64
	for i, role := range m.c.role {
		if role != roleOut {
			sizes = append(sizes, m.capacity[i])
		}
	}
	slices.SortFunc(sizes, func(a, b int64) int { return cmp.Compare(b, a) })
	for _, i := range m.fixed {
		have += min(m.capacity[i], maxTotal)
	}
	for _, v := range sizes[:min(len(sizes), m.c.pick)] {
		have += min(v, maxTotal)
	}
	if have < need {
		found = append(found, Conflict{Rule: "capacity", Text: fmt.Sprintf("%d people need a place; the fixed sites and the %d largest candidates take %d", need, min(len(sizes), m.c.pick), have)})
	}
	return found
}

// shortage explains an infeasible capacitated problem by what stays without a place when every candidate is open.
func (m *capacitated) shortage() []Conflict {
	var all []int32
	for i := range m.colRow {
		if m.c.role[i] != roleOut {
			all = append(all, int32(i))
		}
	}
	sites := append(slices.Clone(m.fixed), all...)
	slices.Sort(sites)
	t := m.transportOf(sites, freeAll(len(m.people)))
	t.solve()
	out := int64(0)
	for _, v := range t.out {
		out += v
	}
	if out > 0 {
		return []Conflict{{Rule: "capacity", Text: fmt.Sprintf("even with every candidate open, %d people find no place within reach", out)}}
	}
	return []Conflict{{Rule: "sites", Text: "the capacity within reach suffices only with more sites than the rules allow"}}
}

// reportCapacity replaces the plain counts by those of the allotment.
func (p *Problem) reportCapacity(s *Solution, m *capacitated, a allotment) {
	whole := make([]int64, len(m.people))
	for n, i := range a.sites {
		for _, part := range a.parts[n] {
			cost, _ := p.Matrix.Cost(int(part.demand), int(i))
			s.Assignment = append(s.Assignment, Serving{part.demand, i, part.people, cost})
			whole[part.demand] += part.people
		}
	}
	slices.SortFunc(s.Assignment, func(a, b Serving) int {
		return cmp.Or(cmp.Compare(a.Demand, b.Demand), cmp.Compare(a.Candidate, b.Candidate))
	})
	s.Served = Count{}
	for j, v := range whole {
		s.Served.People += v
		if v > 0 && v == p.weight(j) {
			s.Served.Demands++
		}
	}
}
