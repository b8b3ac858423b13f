package locate

import "slices"

// pool keeps the best sets that a swapper has found, all of different value, and makes new ones of them.
type pool struct {
	w    *swapper
	sets []poolSet
}

type poolSet struct {
	value   int64
	columns []int32
}

const (
	poolSize     = 12
	poolPatience = 12 // moves without progress after which a walk ends
)

// add takes a set in while there is room, or in the place of the worst one.
func (p *pool) add(s poolSet) {
	worst := 0
	for k, old := range p.sets {
		if old.value == s.value {
			return
		}
		if old.value < p.sets[worst].value {
			worst = k
		}
	}
	switch {
	case len(p.sets) < poolSize:
		p.sets = append(p.sets, s)
	case s.value > p.sets[worst].value:
		p.sets[worst] = s
	}
}

// seed starts the swapper at a set of any size and keeps what a walk makes of it. False: there are too few columns to swap.
func (p *pool) seed(columns []int32, stop func() bool) bool {
	if !p.w.start(columns) {
		return false
	}
	p.walk(stop)
	return true
}

func (p *pool) walk(stop func() bool) {
	value, columns := p.w.walk(poolPatience, stop)
	p.add(poolSet{value, columns})
}

// next makes one more set: by exchanging up to two fifths of the columns of a set at random, or on the way from one set to
// another (path relinking; Glover, Laguna, Martí 2000), and improves it. At first it collects sets from random starts.
func (p *pool) next(stop func() bool) {
	w := p.w
	if len(p.sets) < poolSize && w.rng.IntN(4) > 0 {
		w.shake(2 * w.slots)
		p.walk(stop)
		return
	}
	from, to := p.sets[w.rng.IntN(len(p.sets))].columns, p.sets[w.rng.IntN(len(p.sets))].columns
	w.turn(from)
	if apart := w.missing(to); w.rng.IntN(2) == 0 && apart >= 3 {
		w.relink(to, 1+w.rng.IntN(apart-1))
		w.shake(1 + w.rng.IntN(3))
	} else {
		w.shake(2 + w.rng.IntN(1+2*w.slots/5))
	}
	p.walk(stop)
}

// best returns the best set; it must not be changed.
func (p *pool) best() poolSet {
	return slices.MaxFunc(p.sets, func(a, b poolSet) int { return compareInt64(a.value, b.value) })
}

// missing counts the columns of a set that are closed.
func (w *swapper) missing(set []int32) int {
	n := 0
	for _, i := range set {
		if w.slot[i] < 0 {
			n++
		}
	}
	return n
}

// relink makes the given number of swaps towards another set, the best one first.
func (w *swapper) relink(to []int32, steps int) {
	wanted := make(map[int32]bool, len(to))
	for _, i := range to {
		wanted[i] = true
	}
	for range steps {
		in, out, best := int32(-1), int32(-1), int64(0)
		for _, i := range to {
			if w.slot[i] >= 0 {
				continue
			}
			for k, o := range w.open {
				if d := w.change(i, int32(k)); !wanted[o] && (in < 0 || d > best) {
					in, out, best = i, int32(k), d
				}
			}
		}
		if in < 0 {
			return
		}
		w.swap(in, out)
	}
}
