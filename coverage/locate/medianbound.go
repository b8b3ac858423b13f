package locate

import (
	"math"
	"slices"
)

// medianBound bounds a median problem by Lagrangian relaxation of "every point is served once" (Geoffrion 1974;
// Christofides, Beasley 1982), with the multipliers λ_j ≤ rest_j moved by a deflected subgradient:
//
//	L(λ) = Σ_j λ_j + min_{S} Σ_{i∈S} ρ_i,   ρ_i = price_i + Σ_j min(0, cost_ij − λ_j)
type medianBound struct {
	m      *median
	role   []int8
	lambda []float64
	cap    []float64 // rest, or what the sites that are in at this node cost
	best   []float64
	bound  float64

	rho     []float64
	grad    []float64
	dir     []float64
	use     []float64 // column → running share of the steps in which it was chosen
	chosen  []int32
	order   []int32
	Steps   int64
	factor  float64
	worstIn float64 // greatest ρ that is chosen, ≤ 0
	bestOut float64 // least ρ that is not, ≤ 0 when the number of sites binds
	fixes   []decision
	upper   float64 // value that must be beaten
}

func newMedianBound(m *median) *medianBound {
	return &medianBound{
		m: m, role: slices.Clone(m.role), lambda: make([]float64, m.demands), cap: make([]float64, m.demands),
		best: make([]float64, m.demands), rho: make([]float64, m.columns), grad: make([]float64, m.demands),
		dir: make([]float64, m.demands), use: make([]float64, m.columns),
	}
}

// limit sets the caps for the present roles and brings the multipliers below them.
func (b *medianBound) limit() {
	for j := range b.cap {
		cols, costs := b.m.row(j)
		c := b.m.rest[j]
		for n, i := range cols {
			if b.role[i] == roleIn {
				c = costs[n]
				break
			}
		}
		b.cap[j] = float64(c)
		b.lambda[j] = min(b.lambda[j], b.cap[j])
	}
}

// evaluate returns L at the present multipliers and prepares b.chosen, b.worstIn and b.bestOut.
func (b *medianBound) evaluate() float64 {
	for i, p := range b.m.price {
		b.rho[i] = float64(p)
	}
	sum := 0.0
	for j, l := range b.lambda {
		sum += l
		cols, costs := b.m.row(j)
		for n, i := range cols {
			d := float64(costs[n]) - l
			if d >= 0 {
				break
			}
			b.rho[i] += d
		}
	}
	left := b.m.pick
	b.chosen, b.order = b.chosen[:0], b.order[:0]
	for i, role := range b.role {
		switch {
		case role == roleIn:
			b.chosen = append(b.chosen, int32(i))
			sum += b.rho[i]
			left--
		case role == roleFree && b.rho[i] < 0:
			b.order = append(b.order, int32(i))
		}
	}
	b.worstIn, b.bestOut = 0, 0
	left = max(left, 0)
	if len(b.order) > left {
		smallest(b.order, b.rho, left)
		for _, i := range b.order[left:] {
			b.bestOut = min(b.bestOut, b.rho[i])
		}
		b.worstIn = math.Inf(-1)
		for _, i := range b.order[:left] {
			b.worstIn = max(b.worstIn, b.rho[i])
		}
		if left == 0 {
			b.worstIn = b.bestOut
		}
		b.order = b.order[:left]
	}
	for _, i := range b.order {
		sum += b.rho[i]
	}
	b.chosen = append(b.chosen, b.order...)
	return sum
}

// smallest moves the k columns of least key to the front (quickselect; equal keys by id).
func smallest(ids []int32, key []float64, k int) {
	less := func(a, b int32) bool { return key[a] < key[b] || key[a] == key[b] && a < b }
	lo, hi := 0, len(ids)-1
	for lo < hi {
		pivot := ids[(lo+hi)/2]
		i, j := lo, hi
		for i <= j {
			for less(ids[i], pivot) {
				i++
			}
			for less(pivot, ids[j]) {
				j--
			}
			if i <= j {
				ids[i], ids[j] = ids[j], ids[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return
		}
	}
}

// run improves the multipliers until the bound passes target, the steps are used up or progress ends. Columns that the
// bound decides are put into role and appended to b.fixes.
func (b *medianBound) run(target float64, steps int, stop func() bool) float64 {
	b.limit()
	b.bound = math.Inf(-1)
	clear(b.dir)
	b.fixes = b.fixes[:0]
	stall, factor := 0, b.factor
	for n := range steps {
		value := b.evaluate()
		b.Steps++
		if value > b.bound {
			if value > b.bound+1e-4*math.Abs(target-b.bound) {
				stall = 0
			}
			b.bound = value
			copy(b.best, b.lambda)
			b.fix(value)
			if value >= target-margin(target) {
				break
			}
		} else {
			stall++
		}
		if stall >= 12 {
			factor /= 2
			stall = 0
			if factor < 0.005 {
				break
			}
			copy(b.lambda, b.best)
			clear(b.dir)
			continue
		}
		if n%32 == 31 && stop() {
			break
		}
		b.move(value, target, factor)
	}
	copy(b.lambda, b.best)
	return b.bound
}

// move takes one deflected subgradient step towards target.
func (b *medianBound) move(value, target, factor float64) {
	for i := range b.use {
		b.use[i] *= 0.95
	}
	for _, i := range b.chosen {
		b.use[i] += 0.05
	}
	for j := range b.grad {
		b.grad[j] = 1
	}
	for _, i := range b.chosen {
		js, costs := b.m.column(int(i))
		for n, j := range js {
			if float64(costs[n]) < b.lambda[j] {
				b.grad[j]--
			}
		}
	}
	norm := 0.0
	for j, g := range b.grad {
		if b.lambda[j] >= b.cap[j] && g > 0 {
			g = 0
		}
		b.dir[j] = 0.7*b.dir[j] + g
		norm += b.dir[j] * b.dir[j]
	}
	if norm == 0 {
		return
	}
	step := factor * (target*1.0005 - value + 1e-9*math.Abs(target)) / norm
	for j, d := range b.dir {
		b.lambda[j] = min(b.cap[j], b.lambda[j]+step*d)
	}
}

// fix decides columns whose other choice cannot lead below b.upper.
func (b *medianBound) fix(value float64) {
	for i, role := range b.role {
		if role != roleFree {
			continue
		}
		v := b.rho[i]
		switch {
		case v < 0 && v <= b.worstIn && b.closed(value-v+b.bestOut):
			b.role[i] = roleIn
			b.fixes = append(b.fixes, decision{int32(i), roleIn})
		case v > b.worstIn && b.closed(value+v-b.worstIn):
			b.role[i] = roleOut
			b.fixes = append(b.fixes, decision{int32(i), roleOut})
		}
	}
}

// closed reports whether no whole objective below b.upper lies at or above the bound.
func (b *medianBound) closed(bound float64) bool { return math.Ceil(bound-margin(bound)) >= b.upper }
