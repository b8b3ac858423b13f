package locate

import (
	"math"
	"slices"
)

// relaxation is the linear relaxation of a cover programme, solved by a primal–dual first-order method (Chambolle, Pock
// 2011, with the diagonal steps of Pock, Chambolle 2011 and restarts to the average as in PDLP, Applegate et al. 2021).
//
//	max  Σ profit·z − Σ price·y   over 0 ≤ y ≤ 1, Σ y ≤ pick, low ≤ z ≤ 1, and the rows, floors and packs.
//
// The number of sites stays in the primal set; all other rules get multipliers ≥ 0. Whatever the multipliers, the
// Lagrangian value is a bound, so an early stop costs tightness, never correctness.
type relaxation struct {
	c    *cover
	role []int8 // of columns at the present node

	x, avgX, startX primal
	d, avgD, startD dual
	best            dual // multipliers of the best bound
	bound           float64
	weight          float64 // balance of primal and dual steps
	count           int     // steps in the average

	tauY, tauZ, sigmaR []float64
	scaleR             []float64
	sigmaF             float64
	sigmaG, sigmaP     []float64
	reward, next       []float64 // per column
	nextZ, groupSum    []float64
	order              []float64
	Steps              int64 // of all runs
}

type primal struct{ y, z []float64 }

type dual struct {
	row   []float64 // per row
	floor float64
	group []float64
	pack  []float64
}

func newPrimal(c *cover) primal {
	return primal{make([]float64, c.columns), make([]float64, c.classes())}
}

func newDual(c *cover) dual {
	return dual{row: make([]float64, c.rows()), group: make([]float64, len(c.groupFloor)), pack: make([]float64, len(c.packs))}
}

func (p primal) set(o primal) { copy(p.y, o.y); copy(p.z, o.z) }

func (d *dual) set(o dual) {
	copy(d.row, o.row)
	copy(d.group, o.group)
	copy(d.pack, o.pack)
	d.floor = o.floor
}

func newRelaxation(c *cover) *relaxation {
	r := &relaxation{
		c: c, role: slices.Clone(c.role),
		x: newPrimal(c), avgX: newPrimal(c), startX: newPrimal(c),
		d: newDual(c), avgD: newDual(c), startD: newDual(c), best: newDual(c),
		weight: 1, bound: math.Inf(1),
		reward: make([]float64, c.columns), next: make([]float64, c.columns), order: make([]float64, 0, c.columns),
		nextZ: make([]float64, c.classes()), groupSum: make([]float64, len(c.groupFloor)),
	}
	r.scale()
	for k, w := range c.profit {
		rows := c.classStart[k+1] - c.classStart[k]
		for n := c.classStart[k]; n < c.classStart[k+1]; n++ {
			r.d.row[n] = float64(w) / float64(rows*c.need[n]) / 2
		}
	}
	return r
}

// scale chooses the diagonal steps. Multipliers of a row are of the size of its class's profit; rows without profit
// (required ones, floors) are measured in the mean price of a column.
func (r *relaxation) scale() {
	c := r.c
	r.tauY, r.tauZ = make([]float64, c.columns), make([]float64, c.classes())
	r.sigmaR, r.scaleR = make([]float64, c.rows()), make([]float64, c.rows())
	price, perPerson := r.typicalPrices()
	for k := range c.profit {
		s := float64(c.profit[k])
		if c.must[k] {
			s = max(s, price)
		} else if c.floor > 0 || c.group[k] >= 0 {
			s += perPerson * float64(c.people[k])
		}
		if c.floor > 0 {
			r.tauZ[k] += perPerson * float64(c.people[k])
		}
		if c.group[k] >= 0 {
			r.tauZ[k] += perPerson * float64(c.people[k])
		}
		s = max(s, 1e-3)
		for n := c.classStart[k]; n < c.classStart[k+1]; n++ {
			r.scaleR[n] = s
			r.tauZ[k] += s * float64(c.need[n])
			r.sigmaR[n] = s / float64(int32(len(c.columnsOf(int(n))))+c.need[n])
			for _, i := range c.columnsOf(int(n)) {
				r.tauY[i] += s
			}
		}
	}
	r.scaleRules(price, perPerson)
	for i := range r.tauY {
		r.tauY[i] = 1 / max(r.tauY[i], 1e-9)
	}
	for k := range r.tauZ {
		r.tauZ[k] = 1 / max(r.tauZ[k], 1e-9)
	}
}

func (r *relaxation) scaleRules(price, perPerson float64) {
	c := r.c
	total, groups := 0.0, make([]float64, len(c.groupFloor))
	for k, people := range c.people {
		total += float64(people)
		if g := c.group[k]; g >= 0 {
			groups[g] += float64(people)
		}
	}
	r.sigmaF = perPerson / max(total, 1)
	r.sigmaG = make([]float64, len(groups))
	for g, sum := range groups {
		r.sigmaG[g] = perPerson / max(sum, 1)
	}
	r.sigmaP = make([]float64, len(c.packs))
	for q, p := range c.packs {
		sum := 0.0
		for _, v := range p.use {
			sum += float64(v)
		}
		s := price * float64(len(p.cols)) / max(sum, 1)
		for n, i := range p.cols {
			r.tauY[i] += s * float64(p.use[n])
		}
		r.sigmaP[q] = s / max(sum, 1)
	}
}

// typicalPrices estimates what one column and what one person is worth in the objective's unit.
func (r *relaxation) typicalPrices() (column, person float64) {
	c := r.c
	sum, n, people := 0.0, 0.0, 0.0
	for i := range c.columns {
		if c.role[i] == roleOut || len(c.rowsOf(i)) == 0 {
			continue
		}
		own, heads := 0.0, 0.0
		for _, row := range c.rowsOf(i) {
			own += float64(c.profit[c.rowClass[row]])
			heads += float64(c.people[c.rowClass[row]])
		}
		sum += max(float64(c.price[i]), own/4)
		people += heads
		n++
	}
	reach := max(people, 1)
	return max(sum/max(n, 1), 1), max(sum, 1) / reach
}
