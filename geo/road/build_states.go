package road

import (
	"cmp"
	"math"
	"slices"
)

// transition is a step from one state through a directed edge to another.
type transition struct {
	from, to uint32
	edge     uint32 // directed
	turnMs   uint32 // before the edge
}

// makeStates lays out the state graph: junctions where turns are free, ends of directed edges where they are not.
func (b *builder) makeStates() {
	g := &b.graph
	directed := 2 * len(g.edgeFlags)
	b.tails = make([]uint32, directed)
	g.heads = make([]uint32, directed)
	for e, flags := range g.edgeFlags {
		from, to := uint32(b.edgeEnds[2*e]), uint32(b.edgeEnds[2*e+1])
		b.tails[2*e], b.tails[2*e+1] = from, to
		g.heads[2*e], g.heads[2*e+1] = none, none
		if flags&edgeAhead != 0 {
			g.heads[2*e] = to
		}
		if flags&edgeBack != 0 {
			g.heads[2*e+1] = from
		}
	}
	states := b.junctions
	var transitions []transition
	if b.profile.Turns == nil {
		transitions = make([]transition, 0, directed)
		for d, head := range g.heads {
			if head != none {
				transitions = append(transitions, transition{b.tails[d], head, uint32(d), 0})
			}
		}
	} else {
		states, transitions = b.turnStatesAndTransitions()
	}
	number := b.foldStates(states, transitions)
	if b.profile.Turns == nil {
		b.listInto(states)
	}
	g.entryStart, g.entries = arcsBy(directed, transitions, func(t transition) (uint32, arc) { return t.edge, arc{number[t.from], t.turnMs} })
	b.tails, b.edgeEnds = nil, nil
}

// foldStates folds the state graph and gives the states the numbers that go with it.
func (b *builder) foldStates(states int, transitions []transition) (number []uint32) {
	g := &b.graph
	var out, in adjacency
	out.start, out.arcs = arcsBy(states, transitions, func(t transition) (uint32, arc) { return t.from, arc{t.to, b.arcMs(t)} })
	in.start, in.arcs = arcsBy(states, transitions, func(t transition) (uint32, arc) { return t.to, arc{t.from, b.arcMs(t)} })
	g.fold, number = foldStates(out, in)
	if slices.Equal(out.arcs, in.arcs) && slices.Equal(out.start, in.start) { // all roads go both ways alike: once in memory is enough
		out = out.renumber(number)
		in = out
	} else {
		out, in = out.renumber(number), in.renumber(number)
	}
	g.outStart, g.out, g.inStart, g.in = out.start, out.arcs, in.start, in.arcs
	if f := &g.fold; slices.Equal(f.out, f.in) && slices.Equal(f.outStart, f.inStart) {
		f.inStart, f.in = f.outStart, f.out
	}
	for d, head := range g.heads {
		if head != none {
			g.heads[d] = number[head]
		}
	}
	for old, edge := range slices.Clone(g.stateEdge) {
		g.stateEdge[number[old]] = edge
	}
	return number
}

// listInto lists the directed edges that end at each junction.
func (b *builder) listInto(states int) {
	g := &b.graph
	g.intoStart = make([]uint32, states+1)
	for _, head := range g.heads {
		if head != none {
			g.intoStart[head+1]++
		}
	}
	for s := range states {
		g.intoStart[s+1] += g.intoStart[s]
	}
	g.into = make([]uint32, g.intoStart[states])
	fill := slices.Clone(g.intoStart)
	for d, head := range g.heads {
		if head != none {
			g.into[fill[head]] = uint32(d)
			fill[head]++
		}
	}
}

func (b *builder) arcMs(t transition) uint32 { return uint32(b.graph.directedMs(t.edge)) + t.turnMs }

// arcsBy gathers arcs under their keys, each key's sorted by state, one per state: the fastest.
func arcsBy(keys int, transitions []transition, split func(transition) (uint32, arc)) (start []uint32, arcs []arc) {
	start = make([]uint32, keys+1)
	for _, t := range transitions {
		key, _ := split(t)
		start[key+1]++
	}
	for k := range keys {
		start[k+1] += start[k]
	}
	arcs = make([]arc, len(transitions))
	fill := slices.Clone(start)
	for _, t := range transitions {
		key, a := split(t)
		arcs[fill[key]] = a
		fill[key]++
	}
	kept := uint32(0)
	for k := range keys {
		group := arcs[start[k]:start[k+1]]
		slices.SortFunc(group, func(x, y arc) int { return cmp.Or(cmp.Compare(x.To, y.To), cmp.Compare(x.Ms, y.Ms)) })
		group = slices.CompactFunc(group, func(x, y arc) bool { return x.To == y.To })
		start[k] = kept
		kept += uint32(copy(arcs[kept:], group))
	}
	start[keys] = kept
	return start, slices.Clip(arcs[:kept])
}

// findParts finds the strongly connected parts of the network and gives each edge the part on which it can go and come back.
func (b *builder) findParts() {
	g := &b.graph
	component := b.stateComponents()
	partOf := func(d uint32) uint32 {
		if g.heads[d] == none {
			return none
		}
		for _, entry := range g.entries[g.entryStart[d]:g.entryStart[d+1]] {
			if component[entry.To] == component[g.heads[d]] {
				return component[g.heads[d]]
			}
		}
		return none
	}
	lengths := map[uint32]int64{}
	parts := make([][2]uint32, len(g.edgeFlags))
	for e := range g.edgeFlags {
		length := int64(math.Round(g.edgeM(int32(e)) * 1000))
		a, c := partOf(uint32(2*e)), partOf(uint32(2*e+1))
		parts[e] = [2]uint32{a, c}
		for _, part := range []uint32{a, c} {
			if part != none {
				lengths[part] += length
			}
			if a == c {
				break
			}
		}
	}
	b.rankParts(parts, lengths)
}

// stateComponents are the strongly connected components of the states. Where an edge has several states (copies for rules that look
// back) they count as one: a road for the ends of a trip belongs to the network although nobody passes through it.
func (b *builder) stateComponents() []uint32 {
	g := &b.graph
	if b.graph.stateEdge == nil {
		return components(g.outStart, g.out)
	}
	var merged []transition
	for s := range b.graph.stateEdge {
		for _, a := range g.out[g.outStart[s]:g.outStart[s+1]] {
			merged = append(merged, transition{from: b.graph.stateEdge[s], to: b.graph.stateEdge[a.To]})
		}
	}
	start, arcs := arcsBy(len(g.heads), merged, func(t transition) (uint32, arc) { return t.from, arc{To: t.to} })
	ofEdge := components(start, arcs)
	component := make([]uint32, len(b.graph.stateEdge))
	for s, d := range b.graph.stateEdge {
		component[s] = ofEdge[d]
	}
	return component
}

// rankParts numbers the parts by length, longest first; equal lengths by their first edge.
func (b *builder) rankParts(parts [][2]uint32, lengths map[uint32]int64) {
	g := &b.graph
	var order []uint32
	seen := map[uint32]bool{none: true}
	for _, pair := range parts {
		for _, part := range pair {
			if !seen[part] {
				seen[part] = true
				order = append(order, part)
			}
		}
	}
	slices.SortStableFunc(order, func(x, y uint32) int { return cmp.Compare(lengths[y], lengths[x]) })
	rank := map[uint32]uint32{none: none}
	g.partLengthMm = make([]int64, len(order))
	for i, part := range order {
		rank[part] = uint32(i)
		g.partLengthMm[i] = lengths[part]
	}
	g.edgePart = make([]uint32, len(parts))
	for e, pair := range parts {
		g.edgePart[e] = min(rank[pair[0]], rank[pair[1]])
	}
}

// components numbers the strongly connected components of a graph (Tarjan 1972, without recursion).
func components(start []uint32, arcs []arc) []uint32 {
	n := len(start) - 1
	component := make([]uint32, n)
	index := make([]uint32, n) // order of discovery, from 1
	low := make([]uint32, n)
	next := make([]uint32, n) // the arc to look at next
	var stack, path []uint32
	found, count := uint32(0), uint32(0)
	enter := func(v uint32) {
		found++
		index[v], low[v], next[v] = found, found, start[v]
		component[v] = none
		stack, path = append(stack, v), append(path, v)
	}
	for root := range n {
		if index[root] != 0 {
			continue
		}
		enter(uint32(root))
		for len(path) > 0 {
			v := path[len(path)-1]
			if next[v] < start[v+1] {
				w := arcs[next[v]].To
				next[v]++
				if index[w] == 0 {
					enter(w)
				} else if component[w] == none {
					low[v] = min(low[v], index[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				parent := path[len(path)-1]
				low[parent] = min(low[parent], low[v])
			}
			if low[v] == index[v] {
				for {
					w := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					component[w] = count
					if w == v {
						break
					}
				}
				count++
			}
		}
	}
	return component
}
