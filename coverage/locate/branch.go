package locate

import (
	"container/heap"
	"math"
	"slices"
)

// node is an open subproblem: its parent's decisions and one more.
type node struct {
	parent *node
	column int32
	role   int8
	fixed  []decision // drawn from the bound when the node was worked on
	bound  float64
	id     int64
	warm   *warm
}

type decision struct {
	column int32
	role   int8
}

// warm is the end of the parent's bounding run, from which the children start. It is shared by both.
type warm struct {
	row    []float32
	d      dual // without rows
	y      []float32
	weight float64
	users  int // children that have not started yet
}

func (w *warm) size() int64 { return int64(4 * (len(w.row) + len(w.y))) }

type nodeHeap []*node

func (h nodeHeap) Len() int { return len(h) }
func (h nodeHeap) Less(a, b int) bool {
	if h[a].bound != h[b].bound {
		return h[a].bound > h[b].bound
	}
	return h[a].id > h[b].id
}
func (h nodeHeap) Swap(a, b int) { h[a], h[b] = h[b], h[a] }
func (h *nodeHeap) Push(x any)   { *h = append(*h, x.(*node)) }
func (h *nodeHeap) Pop() any {
	old := *h
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return n
}

// search is a best-first branch and bound over the columns of a cover programme.
type search struct {
	c     *cover
	h     *heuristic
	r     *relaxation
	run   *run
	root  []int8
	open  nodeHeap
	ids   int64
	nodes int64
	inner *shrunk // what the root left to decide, when that is much smaller
	snap  int64   // bytes held by warm starts
	exact bool    // the last relaxation was solved by the interior point method
}

const (
	firstSteps = 400
	rootSteps  = 3000
	nodeSteps  = 120
	maxNodes   = 4_000_000
	maxSnap    = 512 << 20
)

// worst is the least value that any set of columns can have.
func (c *cover) worst() int64 {
	v := c.base
	for _, p := range c.price {
		v -= max(0, p)
	}
	return v
}

// found reports whether an answer that keeps the rules is known.
func (s *search) found() bool { return s.h.best.short == 0 }

// target is the bound at or below which a node cannot hold a better answer.
func (s *search) target() float64 {
	if !s.found() {
		return float64(s.c.worst()) - 1
	}
	return float64(s.h.best.value+1) - 2*margin(float64(s.h.best.value))
}

// pruned reports whether no better whole objective lies below the bound.
func (s *search) pruned(bound float64) bool {
	if !s.found() {
		return math.Floor(bound+margin(bound)) < float64(s.c.worst())
	}
	return math.Floor(bound+margin(bound)) <= float64(s.h.best.value)
}

// solve works through the tree and returns a bound on all answers.
func (s *search) solve() int64 {
	s.root = slices.Clone(s.c.role)
	s.push(&node{column: -1, bound: math.Inf(1)})
	for len(s.open) > 0 {
		top := s.open[0]
		if s.pruned(top.bound) {
			break
		}
		s.run.report("branch and bound", s.found(), s.h.best.value, top.bound)
		if s.run.stopAt(s.found(), s.h.best.value, top.bound) || s.nodes >= maxNodes {
			return whole(top.bound)
		}
		heap.Pop(&s.open)
		s.visit(top)
		if s.inner != nil {
			return min(s.solveShrunk(s.inner), whole(top.bound))
		}
	}
	if !s.found() {
		return math.MinInt64 / 2
	}
	return s.h.best.value
}

func (s *search) push(n *node) {
	n.id = s.ids
	s.ids++
	heap.Push(&s.open, n)
}

// visit bounds one node, looks for a better answer there, and branches.
func (s *search) visit(n *node) {
	s.nodes++
	s.load(n)
	if !propagate(s.c, s.r.role) {
		return
	}
	if !s.mustCover() {
		return
	}
	if s.settled() {
		s.h.check(s.r.role)
		return
	}
	n.bound = min(n.bound, s.bound(n))
	bound := n.bound
	s.run.iterations = s.r.Steps + s.nodes
	if s.pruned(bound) {
		return
	}
	if s.run.expired() { // the node was not finished: it goes back with what is known
		s.push(n)
		return
	}
	before := len(n.fixed)
	n.fixed = s.fixByReward(n.fixed, bound)
	if len(n.fixed) > before && !propagate(s.c, s.r.role) {
		return
	}
	if s.settled() {
		s.h.check(s.r.role)
		return
	}
	if n.parent == nil {
		s.inner = s.shrink()
	}
	if s.inner == nil {
		s.split(n, bound)
	}
}

// bound relaxes the present node and looks for better answers near the relaxed point: thoroughly at the root, now and
// then below.
func (s *search) bound(n *node) float64 {
	if n.parent == nil {
		s.relax(firstSteps)
		if s.pruned(s.r.bound) {
			return s.r.bound
		}
		s.h.offer(s.r.rounded())
		if s.c.simple && whole(s.r.bound) >= s.c.most() && !s.pruned(s.r.bound) {
			s.coverWhole()
		}
		s.explore()
		s.run.report("bound", s.found(), s.h.best.value, s.r.bound)
		if s.pruned(s.r.bound) || s.run.stopAt(s.found(), s.h.best.value, s.r.bound) {
			return s.r.bound
		}
		if s.exact {
			return s.r.bound
		}
		return min(s.r.bound, s.relax(rootSteps))
	}
	bound := s.relax(nodeSteps)
	if !s.pruned(bound) && s.nodes%16 == 0 {
		s.h.offer(s.r.rounded())
		if s.h.pool != nil {
			s.h.walk(int64(16 * len(s.c.rowCols)))
		} else {
			s.h.round(s.r.avgX.y, int64(4*len(s.c.rowCols)))
		}
	}
	return bound
}

// relax bounds the present node by the interior point method when the programme has the form for it, else by the given
// number of first-order steps.
func (s *search) relax(steps int) float64 {
	if q := newInterior(s.c, s.r.role); q != nil {
		s.exact = true
		return q.run(s.r, s.target(), s.run.expired)
	}
	return s.r.run(s.target(), steps, s.run.expired)
}

// explore looks for a better answer around the relaxed point of the root, the longer the larger the programme.
func (s *search) explore() {
	if s.h.pool != nil {
		s.h.walk(min(max(int64(64*len(s.c.rowCols)*s.h.pool.w.slots), 1<<21), 1<<32))
		return
	}
	s.h.round(s.r.avgX.y, min(max(10*s.h.work, 1<<18), 1<<26))
}

func (s *search) split(n *node, bound float64) {
	column := s.choose()
	w := s.snapshot()
	for _, role := range []int8{roleOut, roleIn} {
		s.push(&node{parent: n, column: column, role: role, bound: bound, warm: w})
	}
}

// load sets the roles and the warm start of a node.
func (s *search) load(n *node) {
	copy(s.r.role, s.root)
	for k := n; k != nil; k = k.parent {
		for _, d := range k.fixed {
			s.r.role[d.column] = d.role
		}
		if k.column >= 0 {
			s.r.role[k.column] = k.role
		}
	}
	if n.warm != nil {
		s.r.warmStart(n.warm)
		if n.warm.users--; n.warm.users == 0 {
			s.snap -= n.warm.size()
		}
		n.warm = nil
	}
}

// settled reports whether every column is decided.
func (s *search) settled() bool {
	return !slices.Contains(s.r.role, roleFree)
}

// fixByReward decides columns whose other choice would bring the bound down to the incumbent.
func (s *search) fixByReward(fixed []decision, bound float64) []decision {
	if !s.found() {
		return fixed
	}
	value, worstIn, bestOut := s.r.evaluate(&s.r.best)
	for i, role := range s.r.role {
		if role != roleFree {
			continue
		}
		v := s.r.reward[i]
		switch {
		case v > 0 && v >= worstIn && s.pruned(value-v+bestOut):
			fixed = append(fixed, decision{int32(i), roleIn})
			s.r.role[i] = roleIn
		case v < worstIn && s.pruned(value+v-worstIn), v <= 0 && s.pruned(value+v):
			fixed = append(fixed, decision{int32(i), roleOut})
			s.r.role[i] = roleOut
		}
	}
	return fixed
}

// choose returns the free column to branch on: the one the averaged relaxation is least sure about, ties to the larger
// reward, then to the lower id.
func (s *search) choose() int32 {
	best, score, reward := int32(-1), -1.0, 0.0
	for i, role := range s.r.role {
		if role != roleFree {
			continue
		}
		y := s.r.avgX.y[i]
		f := min(y, 1-y)
		if best < 0 || f > score+1e-9 || f > score-1e-9 && s.r.reward[i] > reward {
			best, score, reward = int32(i), f, s.r.reward[i]
		}
	}
	return best
}

func (s *search) snapshot() *warm {
	size := int64(4 * (len(s.r.d.row) + len(s.r.x.y)))
	if s.snap+size > maxSnap {
		return nil
	}
	s.snap += size
	w := &warm{users: 2, row: make([]float32, len(s.r.d.row)), y: make([]float32, len(s.r.avgX.y)), weight: s.r.weight}
	for n, v := range s.r.best.row {
		w.row[n] = float32(v)
	}
	for i, v := range s.r.avgX.y {
		w.y[i] = float32(v)
	}
	w.d = dual{floor: s.r.best.floor, group: slices.Clone(s.r.best.group), pack: slices.Clone(s.r.best.pack)}
	return w
}

// warmStart puts the relaxation at a parent's end point.
func (r *relaxation) warmStart(w *warm) {
	for n, v := range w.row {
		r.d.row[n] = float64(v)
	}
	copy(r.d.group, w.d.group)
	copy(r.d.pack, w.d.pack)
	r.d.floor, r.weight = w.d.floor, w.weight
	for i, v := range w.y {
		r.x.y[i] = float64(v)
	}
	c := r.c
	for k := range r.x.z {
		z := 1.0
		for n := c.classStart[k]; n < c.classStart[k+1]; n++ {
			sum := 0.0
			for _, i := range c.columnsOf(int(n)) {
				sum += r.x.y[i]
			}
			z = min(z, sum/float64(c.need[n]))
		}
		r.x.z[k] = z
	}
}

// check rates a fully decided set of columns.
func (h *heuristic) check(role []int8) {
	var columns []int32
	for i, r := range role {
		if r == roleIn {
			columns = append(columns, int32(i))
		}
	}
	h.s.reset(columns)
	h.keep()
}
