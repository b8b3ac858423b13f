package locate

import (
	"fmt"
	"math/bits"
	"slices"
)

// solveDispersion: max D, y_i + y_k ≤ 1 for every pair closer than D of which not both are fixed, Σ y = p. Solved as a
// search over the distinct distances: D is possible when p candidates are mutually at least D apart (Kuby 1987).
func solveDispersion(r *run, p *Problem, s *Solution) error {
	d, err := newDispersion(p)
	if err != nil {
		return err
	}
	d.run = r
	set, ok := d.possible(0)
	if !ok {
		s.Status, s.Stop = Infeasible, StopProved
		if r.stopped != "" {
			s.Status, s.Stop = Unknown, r.stopped
		} else {
			s.Conflicts = []Conflict{{Rule: "sites", Text: fmt.Sprintf("the rules leave no %d candidates to choose", p.Sites)}}
		}
		p.describe(s, nil)
		return nil
	}
	low, high := d.least(set), len(d.levels)-1 // levels[low] is possible, levels above high are not
	for low < high && !r.expired() {
		r.report("binary search", true, d.levels[low], float64(d.levels[high]))
		mid := (low + high + 1) / 2
		better, ok := d.possible(mid)
		switch {
		case ok:
			set, low = better, d.least(better)
		case !r.expired():
			high = mid - 1
		}
	}
	s.Objective, s.Bound = d.levels[low], d.levels[max(low, high)]
	s.Gap = gap(float64(s.Objective), float64(s.Bound))
	s.Status, s.Stop, s.Nodes = Optimal, StopProved, d.nodes
	if low < high {
		s.Status, s.Stop = Feasible, r.stopped
	}
	p.describe(s, set)
	return nil
}

// dispersion is a dispersion problem with its distances in a square table.
type dispersion struct {
	p      *Problem
	run    *run
	n      int
	open   []int32 // candidates that may be chosen
	fixed  []bool
	at     []int64 // distance of a and b at a·n+b, −1: not given
	levels []int64 // distinct distances, ascending
	nodes  int64
}

func newDispersion(p *Problem) (*dispersion, error) {
	n := p.Matrix.Candidates()
	if n > 5000 {
		return nil, fmt.Errorf("dispersion of %d candidates: at most 5000", n)
	}
	d := &dispersion{p: p, n: n, fixed: p.isFixed(), at: make([]int64, n*n)}
	for k := range d.at {
		d.at[k] = -1
	}
	for _, s := range p.Spacing {
		if v := d.at[int(s.A)*n+int(s.B)]; v < 0 || s.Distance < v {
			d.at[int(s.A)*n+int(s.B)], d.at[int(s.B)*n+int(s.A)] = s.Distance, s.Distance
		}
	}
	for i, shut := range p.shut() {
		if !shut && !d.fixed[i] {
			d.open = append(d.open, int32(i))
		}
	}
	for _, a := range d.open {
		for b := range n {
			if int32(b) == a || !d.fixed[b] && !slices.Contains(d.open, int32(b)) {
				continue
			}
			v := d.at[int(a)*n+b]
			if v < 0 {
				return nil, fmt.Errorf("dispersion needs the distance of every pair; that of candidates %d and %d is missing", a, b)
			}
			d.levels = append(d.levels, v)
		}
	}
	d.levels = append(d.levels, 0)
	slices.Sort(d.levels)
	d.levels = slices.Compact(d.levels)
	return d, nil
}

// least returns the level of the least distance within a set and to the fixed sites; the greatest level when there is
// no pair at all.
func (d *dispersion) least(set []int32) int {
	least := d.levels[len(d.levels)-1]
	for n, a := range set {
		for _, b := range set[n+1:] {
			least = min(least, d.at[int(a)*d.n+int(b)])
		}
		for b, fixed := range d.fixed {
			if fixed {
				least = min(least, d.at[int(a)*d.n+b])
			}
		}
	}
	at, _ := slices.BinarySearch(d.levels, least)
	return at
}

// possible looks for a set of the wanted size with all distances at least levels[level].
func (d *dispersion) possible(level int) ([]int32, bool) {
	apart := d.levels[level]
	if !d.p.onlyCountsAndSpacing() {
		return d.possibleUnderRules(apart)
	}
	g := d.compatible(max(apart, d.p.MinSpacing))
	c := &cliqueSearch{near: g.near, words: g.words, want: d.p.Sites - len(g.locked), stop: d.run.expired}
	if !g.ok || c.want < 0 {
		return nil, false
	}
	c.visit(g.candidates, nil)
	d.nodes += c.nodes
	d.run.iterations += c.nodes
	if !c.found {
		return nil, false
	}
	set := slices.Clone(g.locked)
	for _, v := range c.set {
		set = append(set, int32(v))
	}
	slices.Sort(set)
	return set, true
}

func (p *Problem) onlyCountsAndSpacing() bool {
	q := *p
	q.MinSpacing = 0
	return q.onlyCounts()
}

// possibleUnderRules uses the cover engine when there are more rules than number and spacing.
func (d *dispersion) possibleUnderRules(apart int64) ([]int32, bool) {
	q := *d.p
	q.MinSpacing = max(apart, q.MinSpacing)
	c := q.newCover()
	var all []int32
	for i, role := range c.role {
		if role != roleOut {
			all = append(all, int32(i))
		}
	}
	if q.Sites > 0 {
		c.add(class{must: true, group: -1}, [][]int32{all}, []int32{int32(q.Sites)})
	}
	c.addFloors(&q)
	sub := newRun(d.run.ctx, d.run.options)
	sub.start = d.run.start
	set, ok := sub.anyCover(c, &q)
	d.nodes += sub.nodes
	d.run.iterations += sub.iterations
	d.run.stopped = sub.stopped
	return set, ok
}

// compatibility is the graph of candidates that may stand together.
type compatibility struct {
	words      int
	near       [][]uint64 // candidate → candidates that are compatible with it
	candidates []uint64
	locked     []int32
	ok         bool // locked candidates are compatible
}

func (d *dispersion) compatible(apart int64) compatibility {
	g := compatibility{words: (d.n + 63) / 64, near: make([][]uint64, d.n), ok: true}
	g.candidates = make([]uint64, g.words)
	for _, a := range d.open {
		g.near[a] = make([]uint64, g.words)
		standing := true
		for b, fixed := range d.fixed {
			standing = standing && (!fixed || d.at[int(a)*d.n+b] >= apart)
		}
		for _, b := range d.open {
			if a != b && d.at[int(a)*d.n+int(b)] >= apart {
				g.near[a][b/64] |= 1 << (b % 64)
			}
		}
		if standing {
			g.candidates[a/64] |= 1 << (a % 64)
		}
	}
	g.locked = slices.Clone(d.p.Locked)
	slices.Sort(g.locked)
	g.locked = slices.Compact(g.locked)
	for _, a := range g.locked {
		if g.candidates[a/64]>>(a%64)&1 == 0 { // too near a fixed or an earlier locked site, or shut
			g.ok = false
			return g
		}
		for w := range g.candidates {
			g.candidates[w] &= g.near[a][w]
		}
	}
	return g
}

// cliqueSearch looks for want vertices that are all neighbours, depth first, bounded by a greedy colouring (Tomita, Seki
// 2003).
type cliqueSearch struct {
	near  [][]uint64
	words int
	want  int
	set   []int
	found bool
	nodes int64
	stop  func() bool
}

func (c *cliqueSearch) visit(candidates []uint64, chosen []int) {
	c.nodes++
	if len(chosen) >= c.want {
		c.set, c.found = slices.Clone(chosen), true
		return
	}
	if c.nodes%1024 == 0 && c.stop() {
		return
	}
	order, colour := c.colour(candidates)
	rest := slices.Clone(candidates)
	for n := len(order) - 1; n >= 0 && !c.found; n-- {
		if len(chosen)+colour[n] < c.want {
			return
		}
		v := order[n]
		next := make([]uint64, c.words)
		for w := range next {
			next[w] = rest[w] & c.near[v][w]
		}
		c.visit(next, append(chosen, v))
		rest[v/64] &^= 1 << (v % 64)
		if c.stop() {
			return
		}
	}
}

// colour lists the candidates by ascending colour; vertices of one colour are never neighbours.
func (c *cliqueSearch) colour(candidates []uint64) (order, colour []int) {
	left := slices.Clone(candidates)
	for k := 1; ; k++ {
		free := slices.Clone(left)
		any := false
		for w := range free {
			for free[w] != 0 {
				v := w*64 + bits.TrailingZeros64(free[w])
				any = true
				order, colour = append(order, v), append(colour, k)
				left[w] &^= 1 << (v % 64)
				free[w] &^= 1 << (v % 64)
				for x := w; x < c.words; x++ {
					free[x] &^= c.near[v][x]
				}
			}
		}
		if !any {
			return order, colour
		}
	}
}
