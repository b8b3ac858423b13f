package locate

import (
	"math/rand/v2"
	"slices"
)

// swapper walks over sets of exactly as many columns as may be opened in a simple programme. What a swap changes is known
// before it is made: opening i and closing k changes the objective by
//
//	gain[i] − loss[k] + both[i][k]
//
// where gain is the profit that no open column meets and i would, loss what k alone meets, both what k alone meets and i
// would meet too (Teitz, Bart 1968, with the accounting of Resende, Werneck 2007). A move repairs only the classes whose
// number of open columns passes 0, 1 or 2, so the best of all swaps costs one look at columns × open numbers.
type swapper struct {
	c     *cover
	slots int     // columns that may be opened
	slot  []int32 // column → its slot when open, −1
	open  []int32 // slot → column
	count []int32 // class → open columns
	sum   []int32 // class → sum of the slots of its open columns: the slot itself when there is one
	gain  []int64 // column
	loss  []int64 // slot
	both  []int64 // column · slots + slot
	value int64
	tabu  []int64 // column → the move up to which it may neither come in nor go out
	moves int64
	rng   *rand.Rand
	work  int64
}

// maxBoth bounds the table of the swapper, 8 bytes an entry.
const maxBoth = 16 << 20

// newSwapper returns nil when the programme is not simple or the table would be too large.
func newSwapper(c *cover, seed uint64) *swapper {
	slots := min(c.pick, c.columns)
	if !c.simple || slots == 0 || c.columns*slots > maxBoth {
		return nil
	}
	return &swapper{
		c: c, slots: slots, slot: make([]int32, c.columns), open: make([]int32, 0, slots),
		count: make([]int32, c.rows()), sum: make([]int32, c.rows()),
		gain: make([]int64, c.columns), loss: make([]int64, slots), both: make([]int64, c.columns*slots),
		tabu: make([]int64, c.columns), rng: rand.New(rand.NewPCG(seed, 0x5a4b)),
	}
}

// start opens the given columns, as many as fit, and fills up with the ones that gain most. False: there are fewer columns
// than slots.
func (w *swapper) start(columns []int32) bool {
	w.value = w.c.base
	w.open = w.open[:0]
	clear(w.count)
	clear(w.sum)
	clear(w.loss)
	clear(w.both)
	clear(w.gain)
	clear(w.tabu)
	for i := range w.slot {
		w.slot[i] = -1
	}
	for r, profit := range w.c.profit {
		for _, i := range w.c.columnsOf(r) {
			w.gain[i] += profit
		}
	}
	for _, i := range columns {
		if len(w.open) < w.slots {
			w.open = append(w.open, i)
			w.enter(i, int32(len(w.open)-1))
		}
	}
	for len(w.open) < w.slots {
		best := int32(-1)
		for i, g := range w.gain {
			if w.slot[i] < 0 && w.c.role[i] != roleOut && (best < 0 || g > w.gain[best]) {
				best = int32(i)
			}
		}
		if best < 0 {
			return false
		}
		w.open = append(w.open, best)
		w.enter(best, int32(len(w.open)-1))
	}
	return true
}

// turn changes the open set into another of the same size, at the cost of the difference.
func (w *swapper) turn(columns []int32) {
	wanted := make(map[int32]bool, len(columns))
	for _, i := range columns {
		wanted[i] = true
	}
	var free []int32
	for k, i := range w.open {
		if !wanted[i] {
			free = append(free, int32(k))
		}
	}
	for _, i := range columns {
		if w.slot[i] < 0 {
			w.swap(i, free[0])
			free = free[1:]
		}
	}
	clear(w.tabu)
}

// enter opens column i in slot k.
func (w *swapper) enter(i, k int32) {
	w.slot[i], w.open[k] = k, i
	for _, r := range w.c.rowsOf(int(i)) {
		profit, cols := w.c.profit[r], w.c.columnsOf(int(r))
		switch w.count[r] {
		case 0:
			w.value += profit
			w.loss[k] += profit
			for _, c := range cols {
				w.gain[c] -= profit
				w.both[int(c)*w.slots+int(k)] += profit
			}
			w.work += int64(len(cols))
		case 1:
			alone := int(w.sum[r])
			w.loss[alone] -= profit
			for _, c := range cols {
				w.both[int(c)*w.slots+alone] -= profit
			}
			w.work += int64(len(cols))
		}
		w.count[r]++
		w.sum[r] += k
	}
}

// leave closes the column in slot k.
func (w *swapper) leave(k int32) {
	i := w.open[k]
	w.slot[i] = -1
	for _, r := range w.c.rowsOf(int(i)) {
		profit, cols := w.c.profit[r], w.c.columnsOf(int(r))
		w.count[r]--
		w.sum[r] -= k
		switch w.count[r] {
		case 0:
			w.value -= profit
			w.loss[k] -= profit
			for _, c := range cols {
				w.gain[c] += profit
				w.both[int(c)*w.slots+int(k)] -= profit
			}
			w.work += int64(len(cols))
		case 1:
			alone := int(w.sum[r])
			w.loss[alone] += profit
			for _, c := range cols {
				w.both[int(c)*w.slots+alone] += profit
			}
			w.work += int64(len(cols))
		}
	}
}

// swap replaces the column in slot k by i.
func (w *swapper) swap(i, k int32) {
	w.leave(k)
	w.enter(i, k)
	w.moves++
}

// bestSwap returns the best swap that is not tabu, or that leads above aspire; ties to the lower column and slot.
func (w *swapper) bestSwap(aspire int64) (in, out int32, delta int64) {
	in, out = -1, -1
	for i, g := range w.gain {
		if w.slot[i] >= 0 || w.c.role[i] == roleOut {
			continue
		}
		held := w.tabu[i] > w.moves
		row := w.both[i*w.slots : (i+1)*w.slots]
		for k, b := range row {
			d := g - w.loss[k] + b
			if in >= 0 && d <= delta {
				continue
			}
			if w.c.role[w.open[k]] == roleIn || (held || w.tabu[w.open[k]] > w.moves) && w.value+d <= aspire {
				continue
			}
			in, out, delta = int32(i), int32(k), d
		}
	}
	w.work += int64(len(w.both))
	return in, out, delta
}

// change is what replacing the column in slot k by i adds to the objective.
func (w *swapper) change(i, k int32) int64 {
	return w.gain[i] - w.loss[k] + w.both[int(i)*w.slots+int(k)]
}

// walk makes the best swap again and again, also when it is a step down, and keeps columns that have just moved where
// they are for a while (tabu search; Glover 1989), until nothing better was found in patience moves. It returns the best
// set it saw.
func (w *swapper) walk(patience int, stop func() bool) (best int64, set []int32) {
	best, set = w.value, slices.Clone(w.open)
	for idle := 0; idle < patience && !stop(); idle++ {
		in, out, _ := w.bestSwap(best)
		if in < 0 {
			break
		}
		old := w.open[out]
		w.swap(in, out)
		w.tabu[old] = w.moves + 5 + int64(w.rng.IntN(10))
		w.tabu[in] = w.moves + 2 + int64(w.rng.IntN(5))
		if w.value > best {
			best, idle = w.value, 0
			set = append(set[:0], w.open...)
		}
	}
	return best, set
}

// shake replaces a number of random columns by random ones.
func (w *swapper) shake(times int) {
	for range times {
		k := int32(w.rng.IntN(w.slots))
		i := int32(w.rng.IntN(w.c.columns))
		if w.slot[i] < 0 && w.c.role[i] != roleOut && w.c.role[w.open[k]] != roleIn && len(w.c.rowsOf(int(i))) > 0 {
			w.swap(i, k)
		}
	}
}
