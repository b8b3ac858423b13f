package locate

import (
	"math"
	"slices"
)

// interior solves the linear relaxation of a plain programme (one row per class, no floors) by a primal–dual interior
// point method (Mehrotra 1992):
//
//	max  Σ w_r·z_r − Σ price_i·y_i
//	s.t. k_r·z_r + s_r = Σ_{i∈row r} y_i    (multiplier λ_r ≥ 0)
//	     z_r + t_r = 1                        (ν_r = w_r − k_r·λ_r ≥ 0; required classes have z_r = 1 and no ν_r)
//	     Σ use_qi·y_i + h_q = most_q          (ρ_q ≥ 0; packs and the number of sites)
//	     0 ≤ y ≤ 1                            (a_i, b_i ≥ 0)
//
// Everything but y leaves the Newton system in closed form, so what is factored is dense and only as large as there are
// free columns, whatever the number of classes. A few dozen steps reach what a first-order method needs thousands for.
type interior struct {
	c    *cover
	ids  []int32 // free columns of the node
	rows []innerRow
	cols []int32 // of the rows, as positions in ids
	caps []innerPack
	m    *cholesky

	y, a, b, rd   []float64 // per free column: value, multipliers of 0 ≤ y and y ≤ 1, dual residual
	dy, da, db    []float64
	rhs           []float64
	scale         float64 // profit in one unit of the inner objective
	primal, dual  float64 // step lengths
	complementary float64 // Σ of all products
	products      int     // their number
}

// innerRow is a row that the columns already in do not meet.
type innerRow struct {
	id, from, to int32
	must         bool
	w, k, base   float64 // profit, need, open columns that are already in
	s, z, l      float64 // slack, share met, multiplier
	ds, dz, dl   float64
	e1, e2       float64 // products of the predictor's changes
}

type innerPack struct {
	cols     []int32
	use      []float64
	most     float64
	h, rho   float64
	dh, drho float64
	e        float64
}

const (
	maxInner     = 2000    // free columns whose system is factored
	maxInnerWork = 4 << 30 // multiplications to build one system
)

// plain reports whether the relaxation of the programme has the form that interior solves.
func (c *cover) plain() bool {
	return c.rows() == c.classes() && c.floor <= 0 && !slices.ContainsFunc(c.groupFloor, func(f int64) bool { return f > 0 })
}

// newInterior prepares a node, or returns nil when it is not of the right form or too large.
func newInterior(c *cover, role []int8) *interior {
	if !c.plain() {
		return nil
	}
	q := &interior{c: c}
	at := make([]int32, c.columns)
	in := 0
	for i, r := range role {
		at[i] = -1
		switch r {
		case roleFree:
			at[i] = int32(len(q.ids))
			q.ids = append(q.ids, int32(i))
		case roleIn:
			in++
		}
	}
	if len(q.ids) == 0 || len(q.ids) > maxInner || !q.addRows(role, at) {
		return nil
	}
	q.addPacks(role, at, in)
	n := len(q.ids)
	q.m = newCholesky(n)
	for _, v := range []*[]float64{&q.y, &q.a, &q.b, &q.rd, &q.dy, &q.da, &q.db, &q.rhs} {
		*v = make([]float64, n)
	}
	return q
}

// addRows copies the rows that are still open to decision; false when the system would cost too much to build.
func (q *interior) addRows(role []int8, at []int32) bool {
	work := 0
	for r, k := range q.c.need {
		row := innerRow{id: int32(r), from: int32(len(q.cols)), must: q.c.must[r], w: float64(q.c.profit[r]), k: float64(k)}
		for _, i := range q.c.columnsOf(r) {
			if role[i] == roleIn {
				row.base++
			} else if at[i] >= 0 {
				q.cols = append(q.cols, at[i])
			}
		}
		row.to = int32(len(q.cols))
		if row.base >= row.k || row.to == row.from || row.w == 0 && !row.must {
			q.cols = q.cols[:row.from]
			continue
		}
		work += int(row.to-row.from) * int(row.to-row.from)
		q.rows = append(q.rows, row)
	}
	return work <= maxInnerWork
}

func (q *interior) addPacks(role []int8, at []int32, in int) {
	all := innerPack{most: float64(q.c.pick - in)}
	for i := range q.ids {
		all.cols, all.use = append(all.cols, int32(i)), append(all.use, 1)
	}
	q.caps = append(q.caps, all)
	for _, p := range q.c.packs {
		k := innerPack{most: float64(p.most)}
		for n, i := range p.cols {
			switch {
			case role[i] == roleIn:
				k.most -= float64(p.use[n])
			case at[i] >= 0:
				k.cols, k.use = append(k.cols, at[i]), append(k.use, float64(p.use[n]))
			}
		}
		q.caps = append(q.caps, k)
	}
}

// begin chooses a start well inside: columns near the warm point, multipliers balanced.
func (q *interior) begin(warm []float64) {
	n := float64(len(q.ids))
	even := min(0.5, max(0.02, q.caps[0].most/n))
	total := 0.0
	for _, row := range q.rows {
		total += row.w
	}
	for _, i := range q.ids {
		total += math.Abs(float64(q.c.price[i]))
	}
	q.scale = max(total/n, 1)
	for i, id := range q.ids {
		q.y[i] = min(0.95, max(0.05*even, 0.5*warm[id]+0.5*even))
		q.a[i], q.b[i] = 1, 1
	}
	for k := range q.rows {
		row := &q.rows[k]
		row.w /= q.scale
		u := q.sum(row)
		if row.must {
			row.z, row.s, row.l = 1, max(u-row.k, 0.1*row.k), 1
			continue
		}
		row.z = 0.9 * min(1, u/row.k)
		row.s = u - row.k*row.z
		share := 0.5
		if u > row.k {
			share = 0.2
		}
		row.l = share * row.w / row.k
	}
	for k := range q.caps {
		p := &q.caps[k]
		used := p.used(q.y)
		p.h = max(p.most-used, 0.05*max(p.most, 1))
		p.rho = 1 / max(1, p.heaviest())
	}
}

func (p *innerPack) used(y []float64) float64 {
	sum := 0.0
	for n, i := range p.cols {
		sum += p.use[n] * y[i]
	}
	return sum
}

func (p *innerPack) heaviest() float64 {
	most := 0.0
	for _, u := range p.use {
		most = max(most, u)
	}
	return most
}

// sum is Σ y over a row, columns that are in included.
func (q *interior) sum(row *innerRow) float64 {
	u := row.base
	for _, i := range q.cols[row.from:row.to] {
		u += q.y[i]
	}
	return u
}

// export writes the multipliers and the point into those of the relaxation, in programme units.
func (q *interior) export(r *relaxation) {
	d := &r.d
	for n, k := range r.c.need { // rows left out: met ones need no price, dead ones are worth nothing to anyone
		d.row[n] = 0
		if !r.c.must[n] && !r.met(n) {
			d.row[n] = float64(r.c.profit[n]) / float64(k)
		}
	}
	for k := range q.rows {
		d.row[q.rows[k].id] = q.rows[k].l * q.scale
	}
	for k := range q.caps[1:] {
		d.pack[k] = q.caps[k+1].rho * q.scale
	}
	for i, role := range r.role {
		r.avgX.y[i] = 0
		if role == roleIn {
			r.avgX.y[i] = 1
		}
	}
	for i, id := range q.ids {
		r.avgX.y[id] = q.y[i]
	}
}

// met reports whether the columns that are in meet a row.
func (r *relaxation) met(row int) bool {
	left := r.c.need[row]
	for _, i := range r.c.columnsOf(row) {
		if r.role[i] == roleIn {
			left--
		}
	}
	return left <= 0
}

// value is the relaxed objective of the present point, columns at fractions as they are; NaN when a pack or a required
// row is broken by more than rounding.
func (q *interior) value(r *relaxation) float64 {
	sum := 0.0
	for k := range q.caps {
		if p := &q.caps[k]; p.used(q.y) > p.most+1e-6*max(1, p.most) {
			return math.NaN()
		}
	}
	for k := range q.rows {
		row := &q.rows[k]
		u := q.sum(row) / row.k
		if row.must && u < 1-1e-6 {
			return math.NaN()
		}
		sum += row.w * min(1, u)
	}
	sum *= q.scale
	for i, id := range q.ids {
		sum -= float64(q.c.price[id]) * q.y[i]
	}
	return sum + r.settledValue()
}

// settledValue is what the decided columns earn: classes that are met or required, and the share of rows without free columns.
func (r *relaxation) settledValue() float64 {
	c := r.c
	sum := float64(c.base)
	for n := range c.need {
		in, free := 0.0, false
		for _, i := range c.columnsOf(n) {
			switch r.role[i] {
			case roleIn:
				in++
			case roleFree:
				free = true
			}
		}
		if need := float64(c.need[n]); in >= need || !free {
			sum += float64(c.profit[n]) * min(1, in/need)
		}
	}
	for i, role := range r.role {
		if role == roleIn {
			sum -= float64(c.price[i])
		}
	}
	return sum
}
