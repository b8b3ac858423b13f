package locate

import "slices"

// solvePMedian: min Σ people·cost to the nearest open site. Demand that stays out of reach comes first: the most people
// that the sites can reach at all is found before, and kept.
func solvePMedian(r *run, p *Problem, s *Solution) error {
	q := *p
	q.NoLimit = true
	q.Limits = nil
	unit := int64(len(p.Preferred) + 1)
	top := q.greatestCost()
	m := newMedian(&q, func(_ int, c int64) int64 { return c * unit }, func(int) int64 { return (top + 1) * unit })
	for _, i := range p.Preferred {
		m.price[i] = -1
	}
	set, value, bound, nodes := r.solveMedian(m)
	r.sign, r.unit = -1, unit
	s.Nodes = nodes
	r.finish(s, true, -value, -bound)
	p.describe(s, set)
	s.Assignment = p.nearest(append(slices.Clone(p.Fixed), set...))
	return nil
}

func (p *Problem) greatestCost() int64 {
	top := uint32(0)
	for _, c := range p.Matrix.cost {
		top = max(top, c)
	}
	return int64(top)
}
