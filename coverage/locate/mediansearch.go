package locate

import (
	"container/heap"
	"math"
	"slices"
)

// medianNode is an open subproblem of the median search.
type medianNode struct {
	parent *medianNode
	fixed  []decision // this node's branching decision and what the bound added
	bound  float64
	id     int64
	lambda []float64 // of the parent's best bound, shared
}

type medianHeap []*medianNode

func (h medianHeap) Len() int { return len(h) }
func (h medianHeap) Less(a, b int) bool {
	if h[a].bound != h[b].bound {
		return h[a].bound < h[b].bound
	}
	return h[a].id > h[b].id
}
func (h medianHeap) Swap(a, b int) { h[a], h[b] = h[b], h[a] }
func (h *medianHeap) Push(x any)   { *h = append(*h, x.(*medianNode)) }
func (h *medianHeap) Pop() any {
	old := *h
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return n
}

// medianSearch is a best-first branch and bound over the columns of a median problem.
type medianSearch struct {
	x     *interchange
	b     *medianBound
	run   *run
	root  []int8
	open  medianHeap
	ids   int64
	nodes int64
}

const (
	medianRootSteps = 2500
	medianNodeSteps = 150
)

// worthwhile bounds the work of one local search: the fewer columns, the sooner branching has looked at everything.
func (m *median) worthwhile() int64 { return int64(len(m.rowCol)) * int64(m.columns) / 4 }

// solveMedian runs all phases and returns the best set with its value and a whole lower bound.
func (r *run) solveMedian(m *median) (set []int32, value int64, bound int64, nodes int64) {
	x := newInterchange(m, r.options.Seed, r.expired)
	x.greedy()
	x.descend()
	x.iterate(min(max(10*x.work, int64(16*len(m.rowCol))), 1<<26, m.worthwhile()), math.MinInt64)
	s := &medianSearch{x: x, b: newMedianBound(m), run: r}
	bound = s.solve()
	set = slices.Clone(x.bestSet)
	slices.Sort(set)
	return set, x.best, bound, s.nodes
}

func (s *medianSearch) pruned(bound float64) bool {
	return math.Ceil(bound-margin(bound)) >= float64(s.x.best)
}

func (s *medianSearch) solve() int64 {
	s.startMultipliers()
	s.improveRoot()
	if s.pruned(s.b.bound) {
		return s.x.best
	}
	s.root = slices.Clone(s.b.role)
	s.b.m = s.b.m.compact(s.root)
	s.push(&medianNode{bound: s.b.bound, lambda: slices.Clone(s.b.best)})
	for len(s.open) > 0 {
		top := s.open[0]
		if s.pruned(top.bound) {
			break
		}
		s.run.iterations = s.b.Steps + s.nodes
		s.run.report("branch and bound", true, -s.x.best, -top.bound)
		if s.run.stopAt(true, -s.x.best, -top.bound) || s.nodes >= maxNodes {
			return -whole(-top.bound)
		}
		heap.Pop(&s.open)
		s.visit(top)
	}
	return s.x.best
}

// startMultipliers begins between the cheapest and the second cheapest site of the best set.
func (s *medianSearch) startMultipliers() {
	s.x.set(s.x.bestSet)
	for j := range s.b.lambda {
		s.b.lambda[j] = float64(s.x.first[j]+s.x.second[j]) / 2
	}
}

// improveRoot alternates bounding and local search while either side still moves.
func (s *medianSearch) improveRoot() {
	b := s.b
	for round := range 3 {
		b.upper, b.factor = float64(s.x.best), 1.2/float64(1+round)
		before := s.x.best
		b.run(float64(s.x.best), medianRootSteps, s.run.expired)
		s.run.iterations = b.Steps
		if s.pruned(b.bound) || s.run.stopAt(true, -s.x.best, -b.bound) {
			return
		}
		s.x.offer(b.chosen)
		s.x.iterate(min(max(4*s.x.work, int64(64*len(s.x.m.rowCol))), 1<<27, s.x.m.worthwhile()), int64(math.Ceil(b.bound-margin(b.bound))))
		if s.pruned(b.bound) || s.x.best == before && round > 0 {
			return
		}
	}
}

func (s *medianSearch) push(n *medianNode) {
	n.id = s.ids
	s.ids++
	heap.Push(&s.open, n)
}

func (s *medianSearch) visit(n *medianNode) {
	s.nodes++
	b := s.b
	copy(b.role, s.root)
	for k := n; k != nil; k = k.parent {
		for _, d := range k.fixed {
			b.role[d.column] = d.role
		}
	}
	if s.leaf() {
		return
	}
	copy(b.lambda, n.lambda)
	b.upper, b.factor = float64(s.x.best), 0.6
	bound := max(n.bound, b.run(float64(s.x.best), medianNodeSteps, s.run.expired))
	n.bound = bound
	if s.pruned(bound) {
		return
	}
	s.x.set(b.chosen)
	s.x.keep()
	if s.nodes%16 == 1 {
		s.x.descend()
	}
	if s.run.expired() {
		s.push(n)
		return
	}
	n.fixed = append(n.fixed, b.fixes...)
	n.lambda = nil
	if s.pruned(bound) || s.leaf() {
		return
	}
	column, lambda := s.choose(), slices.Clone(b.best)
	for _, role := range []int8{roleOut, roleIn} {
		s.push(&medianNode{parent: n, fixed: []decision{{column, role}}, bound: bound, lambda: lambda})
	}
}

// leaf rates the node when all sites are used up or all columns are decided.
func (s *medianSearch) leaf() bool {
	var in []int32
	free := false
	for i, r := range s.b.role {
		switch r {
		case roleIn:
			in = append(in, int32(i))
		case roleFree:
			free = true
		}
	}
	if len(in) > s.x.m.pick {
		return true
	}
	if free && len(in) < s.x.m.pick {
		return false
	}
	s.x.set(in)
	s.x.keep()
	return true
}

// choose returns the free column that the last steps chose about half of the time, ties to the lower id.
func (s *medianSearch) choose() int32 {
	best, score := int32(-1), -1.0
	for i, r := range s.b.role {
		if r != roleFree {
			continue
		}
		if f := min(s.b.use[i], 1-s.b.use[i]); f > score {
			best, score = int32(i), f
		}
	}
	return best
}
