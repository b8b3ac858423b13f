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
	maxFill = 2
	// maxFoldArcs bounds the arcs into or out of a state taken out.
	maxFoldArcs = 6
)

// fold is the state graph so reduced. Arcs of a core state are those to other core states; those of a state taken out are the ones it
// had when it went: to core states and to states that went later.
type fold struct {
	outStart   []uint32 // per state
	out        []arc
	inStart    []uint32
	in         []arc
	sweepStart []uint32 // per block
	sweep      []uint32 // the states taken out, in the order of sweeping
}

// blocksOf is the number of blocks of so many states.
func blocksOf(states int) int { return (states + 1<<blockBits - 1) >> blockBits }

// foldedAdjacency is a folded state graph in one direction.
type foldedAdjacency struct {
	up         adjacency // where a search goes on from a state
	down       adjacency // whence a sweep brings the label of a state taken out
	sweepStart []uint32
	sweep      []uint32
}

func (f *fold) outward() foldedAdjacency {
	return foldedAdjacency{adjacency{f.outStart, f.out}, adjacency{f.inStart, f.in}, f.sweepStart, f.sweep}
}

func (f *fold) inward() foldedAdjacency {
	return foldedAdjacency{adjacency{f.inStart, f.in}, adjacency{f.outStart, f.out}, f.sweepStart, f.sweep}
}

// blocksOf are the blocks of some states, ascending: those that a sweep must go through.
func (f *foldedAdjacency) blocksOf(list []uint32, states int) []uint32 {
	seen := make([]bool, blocksOf(states))
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

// sweepBlock gives the states that were taken out of a block their labels, within the limit, and adds those newly labelled to a list.
func (f *foldedAdjacency) sweepBlock(block uint32, labels []label, limit uint32, touched []uint32) []uint32 {
	highest := makeLabel(int64(limit), math.MaxUint32)
	start, arcs := f.down.start, f.down.arcs
	for _, state := range f.sweep[f.sweepStart[block]:f.sweepStart[block+1]] {
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

// foldStates reduces a state graph, whose in are the arcs of out from their other ends.
func foldStates(out, in adjacency) fold {
	states := len(out.start) - 1
	f := fold{outStart: make([]uint32, 1, states+1), inStart: make([]uint32, 1, states+1), sweepStart: []uint32{0}}
	b := folder{taken: make([]bool, 1<<blockBits), out: make([][]arc, 1<<blockBits), in: make([][]arc, 1<<blockBits)}
	for first := 0; first < states; first += 1 << blockBits {
		n := min(states-first, 1<<blockBits)
		b.load(out, in, uint32(first), n)
		for fill := -1; fill <= maxFill; fill++ {
			for b.pass(n, fill) {
			}
		}
		for i := range n {
			f.out, f.in = append(f.out, b.out[i]...), append(f.in, b.in[i]...)
			f.outStart, f.inStart = append(f.outStart, uint32(len(f.out))), append(f.inStart, uint32(len(f.in)))
		}
		slices.Reverse(b.order)
		f.sweep = append(f.sweep, b.order...)
		f.sweepStart = append(f.sweepStart, uint32(len(f.sweep)))
	}
	return f
}

// folder works on one block at a time.
type folder struct {
	first   uint32
	taken   []bool // or not to be taken, because it has arcs to other blocks
	out, in [][]arc
	order   []uint32
}

func (b *folder) load(out, in adjacency, first uint32, n int) {
	b.first, b.order = first, b.order[:0]
	for i := range n {
		state := first + uint32(i)
		b.taken[i] = false
		load := func(own []arc, along adjacency) []arc {
			own = own[:0]
			for _, a := range along.arcs[along.start[state]:along.start[state+1]] {
				if a.To>>blockBits != state>>blockBits {
					b.taken[i] = true
				}
				if a.To != state {
					own = append(own, a)
				}
			}
			return own
		}
		b.out[i], b.in[i] = load(b.out[i], out), load(b.in[i], in)
	}
}

// pass takes out every state that adds no more than so many arcs, and tells whether there was any.
func (b *folder) pass(n, fill int) (any bool) {
	for i := range n {
		if !b.taken[i] && b.fits(i, fill) {
			b.take(i)
			any = true
		}
	}
	return any
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
	b.order = append(b.order, state)
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
