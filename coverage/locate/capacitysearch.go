package locate

import (
	"container/heap"
	"math"
	"slices"
)

// capacitySearch is a best-first branch and bound over the sites of a capacitated problem. The bound relaxes "every point
// is allotted once" (Lagrange): each site then fills up with the people it gains most from,
//
//	L(λ) = Σ_j people_j·min(λ_j, left_j) + min_S Σ_{i∈S} K_i(λ),  K_i = min Σ_j (cost_ij − λ_j)·x_ij within capacity
type capacitySearch struct {
	m     *capacitated
	run   *run
	best  allotment
	found bool
	loose float64 // least bound of leaves whose whole allotment could not be settled
	role  []int8

	lambda, bestLambda []float64
	gain               []float64 // K
	use                []float64
	served             []float64
	take               [][]part // what each site takes at the present multipliers
	tried              map[string]bool

	open  medianHeap
	ids   int64
	nodes int64
	steps int64
}

func newCapacitySearch(m *capacitated, r *run) *capacitySearch {
	n := len(m.colRow)
	s := &capacitySearch{
		m: m, run: r, loose: math.Inf(1), role: slices.Clone(m.c.role), gain: make([]float64, n), use: make([]float64, n),
		lambda: make([]float64, len(m.people)), bestLambda: make([]float64, len(m.people)),
		served: make([]float64, len(m.people)), take: make([][]part, n), tried: map[string]bool{},
	}
	for j, v := range m.left {
		s.lambda[j] = float64(v) / 2
	}
	return s
}

const (
	capacityRootSteps = 400
	capacityNodeSteps = 40
)

func (s *capacitySearch) pruned(bound float64) bool {
	return s.found && math.Ceil(bound-margin(bound)) >= float64(s.best.value)
}

func (s *capacitySearch) solve() int64 {
	s.greedy()
	heap.Push(&s.open, &medianNode{bound: math.Inf(-1), lambda: slices.Clone(s.lambda)})
	for len(s.open) > 0 {
		top := s.open[0]
		if s.pruned(top.bound) {
			break
		}
		s.run.iterations = s.steps + s.nodes
		s.run.report("branch and bound", s.found, -s.best.value, -top.bound)
		if s.run.stopAt(s.found, -s.best.value, -top.bound) || s.nodes >= maxNodes {
			return -whole(-min(top.bound, s.loose))
		}
		heap.Pop(&s.open)
		s.visit(top)
	}
	if !s.found {
		return -whole(-s.loose)
	}
	return min(s.best.value, -whole(-s.loose))
}

// greedy opens the site that helps most, again and again, rated by full allotments.
func (s *capacitySearch) greedy() {
	var set []int32
	for i, r := range s.m.c.role {
		if r == roleIn {
			set = append(set, int32(i))
		}
	}
	s.try(set)
	state := newState(s.m.c)
	state.reset(set)
	for range s.m.c.pick {
		if len(s.m.colRow) > 400 || s.run.expired() {
			return
		}
		best, value := int32(-1), s.splitValue(set)
		for i := range s.m.colRow {
			if state.allowed(i) && len(s.m.colRow[i]) > 0 {
				if v := s.splitValue(append(slices.Clone(set), int32(i))); v < value {
					best, value = int32(i), v
				}
			}
		}
		if best < 0 {
			break
		}
		set = append(set, best)
		state.add(int(best))
		s.try(set)
	}
}

func (s *capacitySearch) splitValue(set []int32) int64 {
	sites := append(slices.Clone(s.m.fixed), set...)
	slices.Sort(sites)
	t := s.m.transportOf(sites, freeAll(len(s.m.people)))
	t.solve()
	return t.total
}

// try rates a set of new sites that keeps the rules and remembers it when it is the best.
func (s *capacitySearch) try(set []int32) {
	sorted := slices.Clone(set)
	slices.Sort(sorted)
	key := setKey(sorted)
	if s.tried[key] || !s.keepsRules(sorted) {
		return
	}
	s.tried[key] = true
	a, ok, exact := s.m.allot(sorted, s.run.expired)
	if ok && (!s.found || a.value < s.best.value) {
		s.best, s.found = a, true
	}
	if !exact {
		delete(s.tried, key)
	}
}

func setKey(sorted []int32) string {
	key := make([]byte, 0, 4*len(sorted))
	for _, i := range sorted {
		key = append(key, byte(i), byte(i>>8), byte(i>>16), byte(i>>24))
	}
	return string(key)
}

func (s *capacitySearch) keepsRules(set []int32) bool {
	role := slices.Clone(s.m.c.role)
	for i, r := range role {
		if r == roleFree {
			role[i] = roleOut
		} else if r == roleIn && !slices.Contains(set, int32(i)) {
			return false
		}
	}
	for _, i := range set {
		role[i] = roleIn
	}
	return propagate(s.m.c, role)
}

func (s *capacitySearch) visit(n *medianNode) {
	s.nodes++
	copy(s.role, s.m.c.role)
	for k := n; k != nil; k = k.parent {
		for _, d := range k.fixed {
			s.role[d.column] = d.role
		}
	}
	if !propagate(s.m.c, s.role) {
		return
	}
	if !slices.Contains(s.role, roleFree) {
		s.leaf()
		return
	}
	copy(s.lambda, n.lambda)
	steps := capacityNodeSteps
	if n.parent == nil {
		steps = capacityRootSteps
	}
	n.bound = max(n.bound, s.bound(steps))
	if s.pruned(n.bound) {
		return
	}
	if s.run.expired() {
		heap.Push(&s.open, n)
		return
	}
	n.lambda = nil
	column, lambda := s.choose(), slices.Clone(s.bestLambda)
	for _, role := range []int8{roleOut, roleIn} {
		s.ids++
		heap.Push(&s.open, &medianNode{parent: n, fixed: []decision{{column, role}}, bound: n.bound, id: s.ids, lambda: lambda})
	}
}

// leaf settles a fully decided set of sites.
func (s *capacitySearch) leaf() {
	var set []int32
	for i, r := range s.role {
		if r == roleIn {
			set = append(set, int32(i))
		}
	}
	if s.tried[setKey(set)] {
		return
	}
	a, ok, exact := s.m.allot(set, s.run.expired)
	if ok && (!s.found || a.value < s.best.value) {
		s.best, s.found = a, true
	}
	if !exact {
		s.loose = min(s.loose, float64(s.splitValue(set)))
	}
}

// bound improves the multipliers by a subgradient and tries the sites it chooses on the way.
func (s *capacitySearch) bound(steps int) float64 {
	bound, factor, stall := math.Inf(-1), 1.0, 0
	for n := range steps {
		value, chosen := s.evaluate()
		s.steps++
		if value > bound {
			if value > bound+1e-4*math.Abs(bound) {
				stall = 0
			}
			bound = value
			copy(s.bestLambda, s.lambda)
			if n%8 == 0 || s.pruned(bound) {
				s.try(s.newSites(chosen))
			}
			if s.pruned(bound) || s.run.expired() {
				break
			}
		} else if stall++; stall >= 8 {
			factor, stall = factor/2, 0
			copy(s.lambda, s.bestLambda)
			if factor < 0.01 {
				break
			}
			continue
		}
		s.move(value, chosen, factor)
	}
	return bound
}

func (s *capacitySearch) newSites(chosen []int32) []int32 {
	return slices.DeleteFunc(slices.Clone(chosen), func(i int32) bool { return slices.Contains(s.m.fixed, i) })
}

// evaluate returns the bound at the present multipliers and the sites it opens, fixed ones included.
func (s *capacitySearch) evaluate() (float64, []int32) {
	sum := 0.0
	for j, l := range s.lambda {
		sum += float64(s.m.people[j]) * min(l, float64(s.m.left[j]))
	}
	var chosen, order []int32
	left := s.m.c.pick
	for i, role := range s.role {
		fixed := slices.Contains(s.m.fixed, int32(i))
		if role == roleOut && !fixed {
			continue
		}
		s.gain[i] = s.fillSite(i)
		switch {
		case fixed:
			sum += s.gain[i]
			chosen = append(chosen, int32(i))
		case role == roleIn:
			sum += s.gain[i]
			chosen = append(chosen, int32(i))
			left--
		case s.gain[i] < 0:
			order = append(order, int32(i))
		}
	}
	left = max(left, 0)
	slices.SortStableFunc(order, func(a, b int32) int {
		switch {
		case s.gain[a] < s.gain[b]:
			return -1
		case s.gain[a] > s.gain[b]:
			return 1
		}
		return int(a - b)
	})
	order = order[:min(left, len(order))]
	for _, i := range order {
		sum += s.gain[i]
	}
	return sum, append(chosen, order...)
}

// fillSite computes K_i: the people with the greatest saving each, up to the capacity. It holds for whole allotments too,
// as their relaxation.
func (s *capacitySearch) fillSite(i int) float64 {
	type offer struct {
		demand int32
		value  float64
	}
	var offers []offer
	for n, j := range s.m.colRow[i] {
		if v := float64(s.m.colCost[i][n]) - min(s.lambda[j], float64(s.m.left[j])); v < 0 {
			offers = append(offers, offer{j, v})
		}
	}
	slices.SortStableFunc(offers, func(a, b offer) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	room, sum := s.m.capacity[i], 0.0
	s.take[i] = s.take[i][:0]
	for _, o := range offers {
		people := min(room, s.m.people[o.demand])
		if people == 0 {
			break
		}
		room -= people
		sum += o.value * float64(people)
		s.take[i] = append(s.take[i], part{o.demand, people})
	}
	return sum
}

func (s *capacitySearch) move(value float64, chosen []int32, factor float64) {
	for i := range s.use {
		s.use[i] *= 0.9
	}
	clear(s.served)
	for _, i := range chosen {
		s.use[i] += 0.1
		for _, p := range s.take[i] {
			s.served[p.demand] += float64(p.people)
		}
	}
	norm := 0.0
	for j, v := range s.served {
		g := float64(s.m.people[j]) - v
		if s.lambda[j] >= float64(s.m.left[j]) && g > 0 {
			g = 0
		}
		s.served[j] = g
		norm += g * g
	}
	if norm == 0 {
		return
	}
	target := value + max(1, math.Abs(value)*0.05)
	if s.found {
		target = float64(s.best.value) + 1e-3*math.Abs(float64(s.best.value))
	}
	step := factor * max(target-value, 1e-3) / norm
	for j, g := range s.served {
		s.lambda[j] = min(float64(s.m.left[j]), s.lambda[j]+step*g)
	}
}

// choose returns the free column that the last steps opened about half of the time, ties to the lower id.
func (s *capacitySearch) choose() int32 {
	best, score := int32(-1), -1.0
	for i, r := range s.role {
		if r == roleFree {
			if f := min(s.use[i], 1-s.use[i]); f > score {
				best, score = int32(i), f
			}
		}
	}
	return best
}
