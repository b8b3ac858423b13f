package locate

import (
	"math/rand/v2"
	"slices"
)

// heuristic improves a state: greedy opening, best swap for each open column, and random kicks (iterated local search).
// Its work is counted in touched entries, never in time, so that it ends at the same point on every machine.
type heuristic struct {
	s    *state
	pool *pool // for simple programmes
	rng  *rand.Rand
	best mark
	set  []int32 // columns of the best state
	work int64
	stop func() bool
}

func newHeuristic(c *cover, seed uint64, stop func() bool) *heuristic {
	h := &heuristic{s: newState(c), rng: rand.New(rand.NewPCG(seed, 0x10ca7e)), stop: stop}
	if w := newSwapper(c, seed); w != nil {
		h.pool = &pool{w: w}
	}
	for i, role := range c.role {
		if role == roleIn {
			h.s.add(i)
		}
	}
	h.best, h.set = h.s.mark(), append([]int32(nil), h.s.list...)
	return h
}

// keep records the present state when it is the best so far.
func (h *heuristic) keep() bool {
	if m := h.s.mark(); m.betterThan(h.best) {
		h.best = m
		h.set = append(h.set[:0], h.s.list...)
		return true
	}
	return false
}

// greedy opens columns one by one, always the one that helps most; ties go to the lower id.
func (h *heuristic) greedy() {
	for !h.stop() {
		i, m := h.bestAddition()
		if i < 0 || !m.betterThan(h.s.mark()) {
			break
		}
		h.s.add(i)
	}
	h.keep()
}

// bestAddition returns the allowed column whose opening rates best, or −1.
func (h *heuristic) bestAddition() (int, mark) {
	s := h.s
	if s.c.simple {
		return h.bestSimple()
	}
	best, bestMark := -1, mark{}
	for i := range s.c.columns {
		if !s.allowed(i) {
			continue
		}
		s.add(i)
		m := s.mark()
		s.remove(i)
		h.work += int64(2 * len(s.c.rowsOf(i)))
		if best < 0 || m.betterThan(bestMark) {
			best, bestMark = i, m
		}
	}
	return best, bestMark
}

func (h *heuristic) bestSimple() (int, mark) {
	s := h.s
	best, gain := -1, int64(0)
	if len(s.list) < s.c.pick {
		for i, g := range s.gain {
			if g > gain && !s.open[i] && s.c.role[i] != roleOut {
				best, gain = i, g
			}
		}
	}
	h.work += int64(s.c.columns)
	return best, mark{value: s.value + gain}
}

// descend swaps, opens and closes columns until no single move helps.
func (h *heuristic) descend() {
	s := h.s
	for moved := true; moved && !h.stop(); {
		moved = h.fill()
		order := append([]int32(nil), s.list...)
		for _, out := range order {
			if s.c.role[out] == roleIn || !s.open[out] {
				continue
			}
			before := s.mark()
			s.remove(int(out))
			h.work += int64(2 * len(s.c.rowsOf(int(out))))
			in, m := h.bestAddition()
			switch after := s.mark(); {
			case in >= 0 && m.betterThan(before) && m.betterThan(after):
				s.add(in)
				moved = true
			case after.betterThan(before):
				moved = true
			default:
				s.add(int(out))
			}
		}
	}
	h.keep()
}

// fill opens columns while that helps.
func (h *heuristic) fill() bool {
	moved := false
	for {
		i, m := h.bestAddition()
		if i < 0 || !m.betterThan(h.s.mark()) {
			return moved
		}
		h.s.add(i)
		moved = true
	}
}

// iterate kicks and descends until the given amount of work is done.
func (h *heuristic) iterate(work int64) {
	end := h.work + work
	for h.work < end && !h.stop() {
		if len(h.set) == 0 {
			return
		}
		h.s.reset(h.set)
		h.kick()
		h.descend()
		h.work += int64(h.s.c.columns)
	}
}

// kick closes 1–4 random open columns and opens as many random others.
func (h *heuristic) kick() {
	s := h.s
	times := 1 + h.rng.IntN(min(4, 1+len(s.list)/2))
	for range times {
		if out := s.list[h.rng.IntN(len(s.list))]; s.c.role[out] != roleIn {
			s.remove(int(out))
		}
		for range 8 {
			if in := h.rng.IntN(s.c.columns); s.allowed(in) && len(s.c.rowsOf(in)) > 0 {
				s.add(in)
				break
			}
		}
		if len(s.list) == 0 {
			return
		}
	}
}

// round draws sets of columns with the probabilities of a relaxed point, completes and descends from each, and kicks the
// best with columns drawn the same way, until the given amount of work is done.
func (h *heuristic) round(y []float64, work int64) {
	var support []int32
	for i, v := range y {
		if v > 1e-3 && h.s.c.role[i] != roleOut {
			support = append(support, int32(i))
		}
	}
	if len(support) == 0 {
		return
	}
	end := h.work + work
	for n := 0; h.work < end && !h.stop(); n++ {
		if n%4 == 0 {
			h.s.reset(h.lockedColumns())
			for _, k := range h.rng.Perm(len(support)) {
				if i := int(support[k]); h.rng.Float64() < y[i] && h.s.allowed(i) {
					h.s.add(i)
				}
			}
		} else {
			h.s.reset(h.set)
			for range 2 + h.rng.IntN(4) {
				if out := h.drop(); out < 0 {
					break
				}
				if in := int(support[h.rng.IntN(len(support))]); h.s.allowed(in) {
					h.s.add(in)
				}
			}
		}
		h.descend()
		h.work += int64(h.s.c.columns)
	}
}

// drop closes a random open column that is not locked and returns it, or −1.
func (h *heuristic) drop() int {
	if len(h.s.list) == 0 {
		return -1
	}
	out := h.s.list[h.rng.IntN(len(h.s.list))]
	if h.s.c.role[out] == roleIn {
		return -1
	}
	h.s.remove(int(out))
	return int(out)
}

func (h *heuristic) lockedColumns() []int32 {
	var locked []int32
	for i, role := range h.s.c.role {
		if role == roleIn {
			locked = append(locked, int32(i))
		}
	}
	return locked
}

// offer tries a set of columns from elsewhere (a rounded relaxation): it opens what is allowed, fills up and descends.
func (h *heuristic) offer(columns []int32) bool {
	s := h.s
	s.reset(h.lockedColumns())
	for _, i := range columns {
		if s.allowed(int(i)) {
			s.add(int(i))
		}
	}
	before := h.best
	h.descend()
	return h.best.betterThan(before)
}

// walk searches by swaps from the best set and its like, until the given amount of work is done.
func (h *heuristic) walk(work int64) {
	w := h.pool.w
	end := w.work + work
	for more := h.pool.seed(h.set, h.stop); more && w.work < end && !h.stop(); {
		h.pool.next(h.stop)
	}
	if len(h.pool.sets) == 0 {
		return
	}
	if best := h.pool.best(); best.value > h.best.value {
		h.best, h.set = mark{value: best.value}, slices.Clone(best.columns)
	}
}
