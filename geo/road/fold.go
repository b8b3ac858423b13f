package road

import (
	"math"
	"slices"
)

// A fold takes states out of a search that need not take part in it. A state that is passed through is replaced by shortcuts between
// its neighbours; what is left is the core. A search runs over the core (and from its seeds up to it), and one sweep over the states
// taken out, in the reverse order of their going, then gives every one of them its label: the same as that of a search over all.
// (Contraction as in Geisberger et al., "Contraction Hierarchies", 2008, stopped where it ceases to pay; the sweep as in Delling et al.,
// "PHAST", 2011. Without witness searches: it depends on no order and costs about a microsecond per state.)
//
// States are taken out only within blocks of neighbouring numbers, so that a sweep can leave out the blocks that a search never came to.
const (
	blockBits = 12
	// maxFill is by how many arcs the taking out of one state may add to what it takes away.
	maxFill = 4
	// maxFoldArcs bounds the arcs into or out of a state taken out.
	maxFoldArcs = 6
)

// fold is the state graph so reduced, with states numbered anew: in every block the core comes first, then the states taken out in the
// order of sweeping. Arcs of a core state are those to other core states; those of a state taken out are the ones it had when it went:
// to core states and to states that went later.
type fold struct {
	outStart []uint32 // per state
	out      []arc
	inStart  []uint32
	in       []arc
	core     []uint32 // per block: how many of its states are core
}

// blocksOf is the number of blocks of so many states.
func blocksOf(states int) int { return (states + 1<<blockBits - 1) >> blockBits }

// foldedAdjacency is a folded state graph in one direction.
type foldedAdjacency struct {
	up   adjacency // where a search goes on from a state
	down adjacency // whence a sweep brings the label of a state taken out
	core []uint32
}

func (f *fold) outward() foldedAdjacency {
	return foldedAdjacency{adjacency{f.outStart, f.out}, adjacency{f.inStart, f.in}, f.core}
}

func (f *fold) inward() foldedAdjacency {
	return foldedAdjacency{adjacency{f.inStart, f.in}, adjacency{f.outStart, f.out}, f.core}
}

// blocksOf are the blocks of some states, ascending: those that a sweep must go through.
func (f *foldedAdjacency) blocksOf(list []uint32) []uint32 {
	seen := make([]bool, len(f.core))
	for _, state := range list {
		seen[state>>blockBits] = true
	}
	var blocks []uint32
	for block, is := range seen {
		if is {
			blocks = append(blocks, uint32(block))
		}
	}
	return blocks
}

// taken are the states taken out of a block: from first to before last.
func (f *foldedAdjacency) taken(block uint32) (first, last uint32) {
	return block<<blockBits + f.core[block], min((block+1)<<blockBits, uint32(len(f.down.start)-1))
}

// sweepBlock gives the states that were taken out of a block their labels, within the limit, and adds those newly labelled to a list.
func (f *foldedAdjacency) sweepBlock(block uint32, labels []label, limit uint32, touched []uint32) []uint32 {
	highest := makeLabel(int64(limit), math.MaxUint32)
	start, arcs := f.down.start, f.down.arcs
	first, last := f.taken(block)
	for state := first; state < last; state++ {
		old := labels[state]
		best := old
		for _, a := range arcs[start[state]:start[state+1]] {
			best = min(best, labels[a.To].plus(a.Ms))
		}
		if best >= old || best > highest {
			continue
		}
		if old == noLabel {
			touched = append(touched, state)
		}
		labels[state] = best
	}
	return touched
}

// foldStates reduces a state graph, whose in are the arcs of out from their other ends. It returns the new number of every state.
func foldStates(out, in adjacency) (f fold, number []uint32) {
	states := len(out.start) - 1
	number = make([]uint32, states)
	f = fold{outStart: make([]uint32, 1, states+1), inStart: make([]uint32, 1, states+1), out: make([]arc, 0, len(out.arcs)), in: make([]arc, 0, len(in.arcs))}
	b := folder{taken: make([]bool, 1<<blockBits), fixed: make([]bool, 1<<blockBits), out: make([][]arc, 1<<blockBits), in: make([][]arc, 1<<blockBits)}
	for first := 0; first < states; first += 1 << blockBits {
		b.load(out, in, uint32(first), min(states-first, 1<<blockBits))
		for fill := -1; fill <= maxFill; fill++ {
			for b.pass(fill) {
			}
		}
		order := b.sweepOrder()
		f.core = append(f.core, uint32(len(order)-len(b.order)))
		for i, old := range order {
			number[first+int(old)] = uint32(first + i)
			f.out, f.in = append(f.out, b.out[old]...), append(f.in, b.in[old]...)
			f.outStart, f.inStart = append(f.outStart, uint32(len(f.out))), append(f.inStart, uint32(len(f.in)))
		}
	}
	for i := range f.out {
		f.out[i].To = number[f.out[i].To]
	}
	for i := range f.in {
		f.in[i].To = number[f.in[i].To]
	}
	return f, number
}

// renumber gives the states of a graph other numbers.
func (a adjacency) renumber(number []uint32) adjacency {
	old := make([]uint32, len(number))
	for i, n := range number {
		old[n] = uint32(i)
	}
	b := adjacency{make([]uint32, 1, len(a.start)), make([]arc, 0, len(a.arcs))}
	for _, i := range old {
		for _, x := range a.arcs[a.start[i]:a.start[i+1]] {
			b.arcs = append(b.arcs, arc{number[x.To], x.Ms})
		}
		b.start = append(b.start, uint32(len(b.arcs)))
	}
	return b
}

// folder works on one block at a time. Its states are counted from the block's first.
type folder struct {
	first   uint32
	states  int
	taken   []bool
	fixed   []bool // not to be taken: with arcs to other blocks
	out, in [][]arc
	order   []uint32 // of taking
}

func (b *folder) load(out, in adjacency, first uint32, states int) {
	b.first, b.states, b.order = first, states, b.order[:0]
	for i := range states {
		b.taken[i], b.fixed[i] = false, false
		b.out[i], b.in[i] = b.loadArcs(b.out[i], i, out), b.loadArcs(b.in[i], i, in)
	}
}

func (b *folder) loadArcs(own []arc, i int, along adjacency) []arc {
	own = own[:0]
	state := b.first + uint32(i)
	for _, a := range along.arcs[along.start[state]:along.start[state+1]] {
		if a.To>>blockBits != state>>blockBits {
			b.fixed[i] = true
		}
		if a.To != state {
			own = append(own, a)
		}
	}
	return own
}

// pass takes out every state that adds no more than so many arcs, and tells whether there was any.
func (b *folder) pass(fill int) (any bool) {
	for i := range b.states {
		if !b.taken[i] && !b.fixed[i] && b.fits(i, fill) {
			b.take(i)
			any = true
		}
	}
	return any
}

// sweepOrder is the core in its old order, then the states taken, the last one first.
func (b *folder) sweepOrder() []uint32 {
	order := make([]uint32, 0, b.states)
	for i, taken := range b.taken[:b.states] {
		if !taken {
			order = append(order, uint32(i))
		}
	}
	for i := len(b.order) - 1; i >= 0; i-- {
		order = append(order, b.order[i])
	}
	return order
}

// fits tells whether taking a state out adds no more than so many arcs, none of them too long to add up with a label.
func (b *folder) fits(i, fill int) bool {
	out, in := b.out[i], b.in[i]
	if len(out) > maxFoldArcs || len(in) > maxFoldArcs {
		return false
	}
	pairs := 0
	for _, a := range in {
		for _, c := range out {
			if a.To != c.To {
				pairs++
			}
			if a.Ms+c.Ms > maxMs {
				return false
			}
		}
	}
	return pairs-len(out)-len(in) <= fill
}

// take replaces a state by shortcuts between its neighbours.
func (b *folder) take(i int) {
	state := b.first + uint32(i)
	b.taken[i] = true
	b.order = append(b.order, uint32(i))
	for _, a := range b.in[i] {
		from := a.To - b.first
		b.out[from] = without(b.out[from], state)
		for _, c := range b.out[i] {
			if c.To != a.To {
				b.out[from] = withArc(b.out[from], arc{c.To, a.Ms + c.Ms})
			}
		}
	}
	for _, c := range b.out[i] {
		to := c.To - b.first
		b.in[to] = without(b.in[to], state)
		for _, a := range b.in[i] {
			if a.To != c.To {
				b.in[to] = withArc(b.in[to], arc{a.To, a.Ms + c.Ms})
			}
		}
	}
}

func without(list []arc, state uint32) []arc {
	return slices.DeleteFunc(list, func(a arc) bool { return a.To == state })
}

// withArc adds an arc, or makes the one to the same state as short.
func withArc(list []arc, a arc) []arc {
	for i := range list {
		if list[i].To == a.To {
			list[i].Ms = min(list[i].Ms, a.Ms)
			return list
		}
	}
	return append(list, a)
}
