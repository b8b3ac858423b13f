package locate

import (
	"fmt"
	"math"
	"slices"
)

// allocation is a problem in which every point costs something according to the open site it is allotted to.
type allocation struct {
	cost func(j int, c int64) int64 // cost of one person; negative: the pair may not be used
	left func(j int) int64          // cost of one person who is allotted nowhere
}

// solvePMedian: min Σ people·cost·x, Σ_i x_ij = 1, x_ij ≤ y_i, Σ y ≤ p, where being allotted nowhere costs LeftOut.
func solvePMedian(r *run, p *Problem, s *Solution) error {
	a, err := p.medianCosts()
	if err != nil {
		return err
	}
	r.sign = -1
	set := r.allocate(p, a, s)
	p.describe(s, set)
	s.Assignment = p.nearest(append(slices.Clone(p.Fixed), set...))
	return nil
}

// LeftOutCost is what a person whom no open site reaches costs in a median: LeftOut, or one more than the greatest stored cost.
func (p *Problem) LeftOutCost() int64 {
	if p.LeftOut != 0 {
		return p.LeftOut
	}
	return p.greatestCost() + 1
}

// LeftOutBy counts those whom some candidate reaches in the matrix, whatever the limit, and neither a fixed site nor a site of the answer
// does. O(pairs).
func (p *Problem) LeftOutBy(s *Solution) Count {
	away := make([]bool, p.Matrix.Demands())
	lost := p.lost()
	for j := range away {
		away[j] = !lost[j]
	}
	open := slices.Clone(p.Fixed)
	for _, site := range s.Sites {
		open = append(open, site.Candidate)
	}
	for _, i := range open {
		demands, _ := p.Matrix.column(int(i))
		for _, j := range demands {
			away[j] = false
		}
	}
	var out Count
	for j, left := range away {
		if left {
			out.Demands++
			out.People += p.weight(j)
		}
	}
	return out
}

// lost tells which demand points no candidate reaches at all.
func (p *Problem) lost() []bool {
	wide := *p
	wide.NoLimit = true
	lost := make([]bool, p.Matrix.Demands())
	for _, j := range wide.unreachable() {
		lost[j] = true
	}
	return lost
}

// medianCosts is the allocation of a p-median problem.
func (p *Problem) medianCosts() (allocation, error) {
	if len(p.Clauses) > 0 {
		return allocation{}, fmt.Errorf("clauses do not go with a median problem")
	}
	left := p.LeftOutCost()
	if err := p.fits(left); err != nil {
		return allocation{}, err
	}
	lost := p.lost()
	return allocation{
		cost: func(_ int, c int64) int64 { return c },
		left: func(j int) int64 {
			if lost[j] {
				return 0
			}
			return left
		},
	}, nil
}

// fits checks that people × greatest cost stays exact in the search.
func (p *Problem) fits(greatest int64) error {
	total := float64(0)
	for j := range p.Matrix.Demands() {
		total += float64(p.weight(j))
	}
	if total*float64(greatest)*float64(len(p.Preferred)+1) > 1<<61 {
		return fmt.Errorf("people × cost passes 2⁶¹; choose a coarser unit of cost")
	}
	return nil
}

func (p *Problem) greatestCost() int64 {
	top := uint32(0)
	for _, c := range p.Matrix.cost {
		top = max(top, c)
	}
	return int64(top)
}

// solveAttendance: max Σ people·share(cost of the nearest site). It is a median problem in what each person does not
// attend: 1000 − share per mille.
func solveAttendance(r *run, p *Problem, s *Solution) error {
	if len(p.Clauses) > 0 {
		return fmt.Errorf("clauses do not go with attendance")
	}
	decay, err := p.decay()
	if err != nil {
		return err
	}
	if err := p.fits(1000); err != nil {
		return err
	}
	for j := range p.Matrix.Demands() {
		r.offset += 1000 * p.weight(j)
	}
	p.describe(s, r.allocate(p, allocation{decay, func(int) int64 { return 1000 }}, s))
	return nil
}

// decay returns the cost in shares lost of each pair, after a check of the user's function on every stored pair.
func (p *Problem) decay() (func(j int, c int64) int64, error) {
	share := func(_ int, c int64) int64 { return p.Decay(c) }
	switch {
	case p.Decay == nil && p.NoLimit:
		return nil, fmt.Errorf("attendance without a decay function needs a limit at which it ends")
	case p.Decay == nil:
		share = func(j int, c int64) int64 {
			limit := p.limit(j)
			return (limit + 1 - c) * 1000 / (limit + 1)
		}
	default:
		for n, c := range p.Matrix.cost {
			if v := p.Decay(int64(c)); v < 0 || v > 1000 {
				return nil, fmt.Errorf("the decay function gives %d for the cost %d (pair %d), want 0…1000", v, c, n)
			}
		}
	}
	return func(j int, c int64) int64 {
		if c > p.limit(j) {
			return -1
		}
		return 1000 - share(j, c)
	}, nil
}

// allocate solves an allocation problem: by the median search when only the number of sites is ruled, else as layers of a
// cover programme.
func (r *run) allocate(p *Problem, a allocation, s *Solution) []int32 {
	if p.onlyCounts() {
		return r.allocateBare(p, a, s)
	}
	c := p.newCover()
	if !c.addRings(newMedian(p, a)) {
		s.Status, s.Stop = Unknown, StopSize
		return nil
	}
	c.addFloors(p)
	return r.solveCover(c, p, s)
}

// onlyCounts reports whether the number of sites is the only rule about the sites that are chosen freely.
func (p *Problem) onlyCounts() bool {
	hasFloor := func(g Group) bool { return g.MinPeople > 0 || g.MinSites > 0 }
	return p.Budget == 0 && p.MinSpacing == 0 && !slices.ContainsFunc(p.Groups, hasFloor)
}

func (r *run) allocateBare(p *Problem, a allocation, s *Solution) []int32 {
	if c := p.newCover(); len(c.conflicts) > 0 {
		s.Status, s.Stop, s.Conflicts = Infeasible, StopProved, c.conflicts
		return nil
	}
	unit := int64(1)
	preferred := slices.Clone(p.Preferred)
	slices.Sort(preferred)
	preferred = slices.Compact(preferred)
	if len(preferred) > 0 {
		unit = int64(len(preferred) + 1)
	}
	m := newMedian(p, allocation{
		cost: func(j int, c int64) int64 { return a.cost(j, c) * unit },
		left: func(j int) int64 { return a.left(j) * unit },
	})
	for _, i := range preferred {
		m.price[i] = -1
	}
	r.unit = unit
	set, value, bound, nodes := r.solveMedian(m)
	s.Nodes = nodes
	r.finish(s, true, -value, -bound)
	return set
}

// maxRingEntries bounds the memory of rings: 4 bytes for each entry on either side.
const maxRingEntries = 100_000_000

// addRings adds a median problem as layers: for each point and each of its distinct costs d_1 < d_2 < …, opening a site
// within d_k saves people·(d_{k+1} − d_k) (Cornuéjols, Nemhauser, Wolsey 1980). False: too many entries.
func (c *cover) addRings(m *median) bool {
	entries := 0
	for j := range m.demands {
		cols, costs := m.row(j)
		for n := range cols {
			if n+1 == len(cols) || costs[n+1] > costs[n] {
				entries += n + 1
			}
		}
	}
	if entries > min(maxRingEntries, math.MaxInt32) {
		return false
	}
	for j := range m.demands {
		c.base -= m.rest[j]
		cols, costs := m.row(j)
		for n := range cols {
			next := m.rest[j]
			if n+1 < len(cols) {
				next = costs[n+1]
			}
			if next > costs[n] {
				ring := slices.Clone(cols[:n+1])
				slices.Sort(ring)
				c.add(class{profit: next - costs[n], group: -1}, [][]int32{ring}, []int32{1})
			}
		}
	}
	return true
}
