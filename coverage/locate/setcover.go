package locate

import (
	"math"
	"slices"
)

// setCover is the set covering problem
//
//	min Σ price_i·y_i,  Σ_{i∈row r} y_i ≥ 1 for every row,  y binary
//
// searched depth first. At every node: dominated rows and columns go, rows with one column force it (to a fixpoint), a
// Lagrangian bound with fixing by reduced cost (Beasley 1990), then one child per column of the shortest row; a column that
// has been tried is closed for its later siblings.
type setCover struct {
	price  []int64
	run    *run
	best   int64   // cost that must be beaten
	set    []int32 // columns of the best cover
	enough int64   // a cover that costs no more ends the search
	nodes  int64
	steps  int64
	root   float64 // bound at the root
}

// subCover is what is left to decide at a node. Rows and columns are numbered afresh; ids maps columns back.
type subCover struct {
	ids  []int32
	rows [][]int32 // row → columns
	cols [][]int32 // column → rows
}

// done reports whether the search can end.
func (s *setCover) done() bool { return s.best <= s.enough || s.run.expired() }

// visit searches below a node with the columns taken so far, and reports nothing: s.best and s.set change.
func (s *setCover) visit(sub *subCover, taken []int32, multipliers []float64) {
	s.nodes++
	first := s.nodes == 1
	for {
		var ok bool
		sub, taken, multipliers, ok = s.reduce(sub, taken, multipliers)
		cost := s.cost(taken)
		if !ok || cost >= s.best {
			return
		}
		if len(sub.rows) == 0 {
			s.keep(taken)
			return
		}
		b := s.bound(sub, taken, multipliers, first)
		if first {
			s.root = float64(cost) + b.value
			first = false
		}
		if s.done() || s.hopeless(float64(cost)+b.value) {
			return
		}
		multipliers = b.best
		forced := s.fix(sub, b, cost)
		if !forced.any() {
			s.branch(sub, taken, b)
			return
		}
		sub, taken, multipliers = sub.apply(forced, taken, multipliers)
	}
}

func (s *setCover) cost(columns []int32) int64 {
	sum := int64(0)
	for _, i := range columns {
		sum += s.price[i]
	}
	return sum
}

func (s *setCover) keep(columns []int32) {
	if cost := s.cost(columns); cost < s.best {
		s.best, s.set = cost, slices.Clone(columns)
	}
}

// hopeless reports whether no cover of whole cost below the best lies at or above the bound.
func (s *setCover) hopeless(bound float64) bool {
	return math.Ceil(bound-margin(bound)) >= float64(s.best)
}

// branch tries the columns of the shortest row, the cheapest under the multipliers first.
func (s *setCover) branch(sub *subCover, taken []int32, b coverBound) {
	row := 0
	for r := range sub.rows {
		if len(sub.rows[r]) < len(sub.rows[row]) {
			row = r
		}
	}
	order := slices.Clone(sub.rows[row])
	slices.SortStableFunc(order, func(a, c int32) int {
		switch {
		case b.reduced[a] < b.reduced[c]:
			return -1
		case b.reduced[a] > b.reduced[c]:
			return 1
		}
		return int(sub.ids[a]) - int(sub.ids[c])
	})
	closed := newChoice(len(sub.ids))
	for _, i := range order {
		if s.done() {
			return
		}
		closed.in[i] = true
		child, childTaken, u := sub.apply(closed, taken, b.best)
		s.visit(child, childTaken, u)
		closed.in[i] = false
		closed.out[i] = true
	}
}

// choice marks columns to take and columns to close.
type choice struct{ in, out []bool }

func newChoice(columns int) choice { return choice{make([]bool, columns), make([]bool, columns)} }

func (c choice) any() bool { return slices.Contains(c.in, true) || slices.Contains(c.out, true) }

// apply returns the smaller problem after a choice, with the multipliers of the rows that stay.
func (s *subCover) apply(c choice, taken []int32, u []float64) (*subCover, []int32, []float64) {
	taken = slices.Clone(taken)
	gone := make([]bool, len(s.rows))
	for i, in := range c.in {
		if in {
			taken = append(taken, s.ids[i])
			for _, r := range s.cols[i] {
				gone[r] = true
			}
		}
	}
	next, kept := s.keepOnly(gone, func(i int) bool { return !c.in[i] && !c.out[i] })
	v := make([]float64, len(kept))
	for n, r := range kept {
		v[n] = u[r]
	}
	return next, taken, v
}

// keepOnly returns the problem without the gone rows and with the wanted columns that still meet a row.
func (s *subCover) keepOnly(gone []bool, wanted func(i int) bool) (*subCover, []int32) {
	next := &subCover{}
	number := make([]int32, len(s.rows))
	var kept []int32
	for r, g := range gone {
		if !g {
			number[r] = int32(len(kept))
			kept = append(kept, int32(r))
		}
	}
	next.rows = make([][]int32, len(kept))
	for i := range s.ids {
		if !wanted(i) {
			continue
		}
		var rows []int32
		for _, r := range s.cols[i] {
			if !gone[r] {
				rows = append(rows, number[r])
			}
		}
		if len(rows) == 0 {
			continue
		}
		for _, r := range rows {
			next.rows[r] = append(next.rows[r], int32(len(next.ids)))
		}
		next.ids, next.cols = append(next.ids, s.ids[i]), append(next.cols, rows)
	}
	return next, kept
}

// reduce removes dominated rows and columns and takes forced columns until nothing changes; ok is false when a row has no
// column left.
func (s *setCover) reduce(sub *subCover, taken []int32, u []float64) (*subCover, []int32, []float64, bool) {
	for {
		c := newChoice(len(sub.ids))
		changed := false
		for _, cols := range sub.rows {
			switch len(cols) {
			case 0:
				return sub, taken, u, false
			case 1:
				c.in[cols[0]] = true
				changed = true
			}
		}
		if changed {
			sub, taken, u = sub.apply(c, taken, u)
			continue
		}
		gone, fewer := contained(sub.rows, sub.cols, func(int, int) bool { return true })
		shut, less := contained(sub.cols, sub.rows, func(big, small int) bool {
			return s.price[sub.ids[big]] <= s.price[sub.ids[small]]
		})
		if !fewer && !less {
			return sub, taken, u, true
		}
		next, kept := sub.keepOnly(gone.larger, func(i int) bool { return !shut.smaller[i] })
		v := make([]float64, len(kept))
		for n, r := range kept {
			v[n] = u[r]
		}
		sub, u = next, v
	}
}

// containment marks sets that contain another kept set, and sets that are contained in another kept set.
type containment struct{ larger, smaller []bool }

// contained compares sets (sets[a] lists its elements; at[e] lists the sets that hold e). For a pair small ⊆ big with
// allowed(big, small) it marks big in larger and small in smaller, but never both sets of an equal pair.
func contained(sets, at [][]int32, allowed func(big, small int) bool) (containment, bool) {
	words := (len(at) + 63) / 64
	bit := make([]uint64, words*len(sets))
	for a, elements := range sets {
		for _, e := range elements {
			bit[a*words+int(e)/64] |= 1 << (e % 64)
		}
	}
	c := containment{make([]bool, len(sets)), make([]bool, len(sets))}
	found := false
	for small, elements := range sets {
		rarest := elements[0]
		for _, e := range elements {
			if len(at[e]) < len(at[rarest]) {
				rarest = e
			}
		}
		own := bit[small*words : small*words+words]
		for _, b := range at[rarest] {
			big := int(b)
			if big == small || len(sets[big]) < len(elements) || !subset(own, bit[big*words:big*words+words]) || !allowed(big, small) {
				continue
			}
			if len(sets[big]) == len(elements) && allowed(small, big) && big > small {
				// equal sets: only the later one is contained, only the later one contains
				c.larger[big] = true
				found = true
				continue
			}
			if len(sets[big]) == len(elements) && allowed(small, big) {
				c.smaller[small] = true
				found = true
				continue
			}
			c.larger[big], c.smaller[small] = true, true
			found = true
		}
	}
	return c, found
}

func subset(small, big []uint64) bool {
	for w, v := range small {
		if v&^big[w] != 0 {
			return false
		}
	}
	return true
}
