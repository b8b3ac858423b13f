package locate

import (
	"math/rand/v2"
	"slices"
)

// interchange is the swap search for a median problem: for every column that could come in, the saving and the best
// column to go out are found in one pass over its pairs (Whitaker 1983; Hansen, Mladenović 1997).
type interchange struct {
	m      *median
	open   []bool
	list   []int32
	first  []int64 // demand → cost of the cheapest open column, or rest
	second []int64 // the next one, or rest
	who    []int32 // demand → cheapest open column, −1: rest
	loss   []int64 // column → what its closing costs; scratch per candidate
	base   []int64 // column → what its closing costs now
	value  int64

	best    int64
	bestSet []int32
	rng     *rand.Rand
	work    int64
	stop    func() bool
}

func newInterchange(m *median, seed uint64, stop func() bool) *interchange {
	x := &interchange{
		m: m, open: make([]bool, m.columns), first: make([]int64, m.demands), second: make([]int64, m.demands),
		who: make([]int32, m.demands), loss: make([]int64, m.columns), base: make([]int64, m.columns),
		rng: rand.New(rand.NewPCG(seed, 0x9edfa)), stop: stop,
	}
	for i, r := range m.role {
		if r == roleIn {
			x.open[i] = true
			x.list = append(x.list, int32(i))
		}
	}
	x.refresh()
	x.best, x.bestSet = x.value, slices.Clone(x.list)
	return x
}

// refresh recomputes everything that follows from the open set.
func (x *interchange) refresh() {
	x.value = 0
	for i, p := range x.m.price {
		x.base[i] = -p
		if x.open[i] {
			x.value += p
		}
	}
	for j := range x.m.demands {
		x.refreshRow(j)
		x.value += x.first[j]
		if x.who[j] >= 0 {
			x.base[x.who[j]] += x.second[j] - x.first[j]
		}
	}
}

func (x *interchange) refreshRow(j int) {
	cols, costs := x.m.row(j)
	x.who[j], x.first[j], x.second[j] = -1, x.m.rest[j], x.m.rest[j]
	for n, i := range cols {
		if !x.open[i] {
			continue
		}
		if x.who[j] < 0 {
			x.who[j], x.first[j] = i, costs[n]
			continue
		}
		x.second[j] = costs[n]
		break
	}
}

// change opens column in and closes column out (−1: none) and repairs the touched rows.
func (x *interchange) change(in, out int32) {
	if out >= 0 {
		x.open[out] = false
		x.value -= x.m.price[out]
		x.list = slices.DeleteFunc(x.list, func(i int32) bool { return i == out })
	}
	if in >= 0 {
		x.open[in] = true
		x.value += x.m.price[in]
		x.list = append(x.list, in)
	}
	for _, k := range []int32{in, out} {
		if k < 0 {
			continue
		}
		js, costs := x.m.column(int(k))
		for n, j := range js {
			if costs[n] > x.second[j] || k == in && costs[n] == x.second[j] {
				continue
			}
			x.value -= x.first[j]
			if x.who[j] >= 0 {
				x.base[x.who[j]] -= x.second[j] - x.first[j]
			}
			x.refreshRow(int(j))
			x.value += x.first[j]
			if x.who[j] >= 0 {
				x.base[x.who[j]] += x.second[j] - x.first[j]
			}
		}
	}
	x.work += int64(len(x.list))
}

func (x *interchange) greedy() {
	for len(x.list) < x.m.pick && !x.stop() {
		best, saving := int32(-1), int64(0)
		for i := range x.m.columns {
			if x.open[i] || x.m.role[i] == roleOut {
				continue
			}
			if s := x.saving(i); s > saving {
				best, saving = int32(i), s
			}
		}
		if best < 0 {
			break
		}
		x.change(best, -1)
	}
	x.keep()
}

func (x *interchange) saving(i int) int64 {
	js, costs := x.m.column(i)
	x.work += int64(len(js))
	sum := -x.m.price[i]
	for n, j := range js {
		if d := x.first[j] - costs[n]; d > 0 {
			sum += d
		}
	}
	return sum
}

func (x *interchange) keep() {
	if x.value < x.best {
		x.best, x.bestSet = x.value, slices.Clone(x.list)
	}
}

// bestSwap returns the saving of opening column i with the best column to close, which is −1 while sites are left.
func (x *interchange) bestSwap(i int) (saving int64, out int32) {
	js, costs := x.m.column(i)
	x.work += int64(len(js) + len(x.list))
	saving = -x.m.price[i]
	for _, k := range x.list {
		x.loss[k] = x.base[k]
	}
	for n, j := range js {
		c := costs[n]
		switch {
		case c < x.first[j]:
			saving += x.first[j] - c
			if x.who[j] >= 0 {
				x.loss[x.who[j]] -= x.second[j] - x.first[j]
			}
		case c < x.second[j]:
			x.loss[x.who[j]] -= x.second[j] - c
		}
	}
	out = -1
	if len(x.list) < x.m.pick {
		return saving, out
	}
	least := int64(0)
	for _, k := range x.list {
		if x.m.role[k] == roleIn {
			continue
		}
		if out < 0 || x.loss[k] < least || x.loss[k] == least && k < out {
			out, least = k, x.loss[k]
		}
	}
	if out < 0 {
		return 0, -1
	}
	return saving - least, out
}

// descend makes swaps until none saves anything.
func (x *interchange) descend() {
	for idle, i := 0, 0; idle < x.m.columns; i = (i + 1) % x.m.columns {
		idle++
		if x.open[i] || x.m.role[i] == roleOut || x.colEmpty(i) {
			continue
		}
		if saving, out := x.bestSwap(i); saving > 0 {
			x.change(int32(i), out)
			idle = 0
		}
		if i%64 == 0 && x.stop() {
			break
		}
	}
	x.drop()
	x.keep()
}

// drop closes columns that cost more than they save.
func (x *interchange) drop() {
	for _, k := range slices.Clone(x.list) {
		if x.base[k] < 0 && x.m.role[k] != roleIn {
			x.change(-1, k)
		}
	}
}

func (x *interchange) colEmpty(i int) bool { return x.m.colStart[i] == x.m.colStart[i+1] }

// iterate kicks the best set and descends until the given amount of work is done or the target is met.
func (x *interchange) iterate(work, target int64) {
	end := x.work + work
	for x.work < end && x.best > target && !x.stop() {
		x.set(x.bestSet)
		x.kick()
		x.descend()
		x.work += int64(x.m.columns)
	}
}

func (x *interchange) set(columns []int32) {
	clear(x.open)
	x.list = append(x.list[:0], columns...)
	for _, i := range columns {
		x.open[i] = true
	}
	x.refresh()
	x.work += int64(x.m.demands)
}

// kick replaces 2–5 random columns.
func (x *interchange) kick() {
	for range 2 + x.rng.IntN(4) {
		if len(x.list) == 0 {
			return
		}
		out := x.list[x.rng.IntN(len(x.list))]
		in := int32(x.rng.IntN(x.m.columns))
		if x.m.role[out] == roleIn || x.open[in] || x.m.role[in] == roleOut {
			continue
		}
		x.change(in, out)
	}
}

// offer tries a set from elsewhere.
func (x *interchange) offer(columns []int32) {
	x.set(columns)
	x.keep()
	x.descend()
}
