package locate

import (
	"math"
	"slices"
)

// coverAll solves "cover every class at the least price" for a programme whose classes are required, have one row of need
// 1 and no other rules, or reports that the programme is not of that form. A cover of cost enough or less ends the search;
// covers dearer than atMost are not looked for.
func (r *run) coverAll(c *cover, enough, atMost int64) (s *setCover, ok bool) {
	if !c.isBareCover() {
		return nil, false
	}
	sub := &subCover{}
	number := make([]int32, c.columns)
	for i := range c.columns {
		if c.role[i] != roleOut && len(c.rowsOf(i)) > 0 {
			number[i] = int32(len(sub.ids))
			sub.ids = append(sub.ids, int32(i))
			sub.cols = append(sub.cols, c.rowsOf(i))
		}
	}
	for k := range c.rows() {
		cols := slices.Clone(c.columnsOf(k))
		for n, i := range cols {
			cols[n] = number[i]
		}
		sub.rows = append(sub.rows, cols)
	}
	s = &setCover{price: c.price, run: r, best: atMost + 1, enough: enough, root: math.Inf(-1)}
	s.visit(sub, nil, make([]float64, len(sub.rows)))
	r.iterations += s.nodes + s.steps
	return s, true
}

// isBareCover reports whether nothing but covering every class at the least price is asked.
func (c *cover) isBareCover() bool {
	if c.rows() != c.classes() || c.floor > 0 || len(c.groupFloor) > 0 || len(c.packs) > 0 || c.pick < c.columns {
		return false
	}
	for r, k := range c.need {
		if k != 1 || !c.must[r] || c.profit[r] != 0 {
			return false
		}
	}
	for i, price := range c.price {
		if price < 0 || c.role[i] == roleIn {
			return false
		}
	}
	return true
}

// cheapestCover solves a programme of required classes by the search that fits it.
func (r *run) cheapestCover(c *cover, p *Problem, s *Solution) []int32 {
	c.preferTies(p)
	r.unit = c.unit
	c.finish()
	if len(c.conflicts) == 0 && c.isBareCover() {
		total := int64(0)
		for _, v := range c.price {
			total += v
		}
		t, _ := r.coverAll(c, 0, total)
		bound := -whole(-t.root)
		if r.stopped == "" {
			bound = t.best
		}
		s.Nodes = t.nodes
		r.finish(s, t.best <= total, -t.best, -bound)
		return t.set
	}
	return r.solveCover(c, p, s)
}
