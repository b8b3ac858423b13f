package road

import (
	"cmp"
	"slices"
)

// Flags of nodes while building.
const (
	nodeBlocked = 1 << iota // a barrier that cannot be passed
	nodeSignal              // a traffic signal that costs time
	nodeVia                 // a turn restriction speaks of it
)

// link is a stretch of one way between two vertices, with no junction inside.
type link struct {
	way         int32 // index into builder.ways
	first, last int32 // positions in the way
	from, to    int32 // vertices
}

// vertex is where links end. A node that cannot be passed is a vertex of its own for every link.
type vertex struct {
	node  int32 // index into builder.ids
	ends  int32 // how many link ends are here
	links [2]int32
}

// prepare interprets the ways and counts how they meet.
func (b *builder) prepare() {
	b.ways = make([]usedWay, 0, len(b.network.Ways))
	total := 0
	for i := range b.network.Ways {
		way := &b.network.Ways[i]
		rule := b.profile.rule(way.Tags, way.Line)
		if rule.open() && len(way.NodeIDs) == len(way.Line) && len(way.Line) > 1 {
			b.ways = append(b.ways, usedWay{Way: way, wayRule: rule})
			total += len(way.NodeIDs)
		}
	}
	slices.SortStableFunc(b.ways, func(x, y usedWay) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), slices.Compare(x.NodeIDs, y.NodeIDs))
	})
	ids := make([]int64, 0, total)
	for _, way := range b.ways {
		ids = append(ids, way.NodeIDs...)
	}
	slices.Sort(ids)
	b.ids = slices.Clone(slices.Compact(ids))
	nodes := make([]int32, total)
	b.flags = make([]uint8, len(b.ids))
	degree := make([]uint8, len(b.ids))
	for w := range b.ways {
		way := &b.ways[w]
		way.nodes, nodes = nodes[:len(way.NodeIDs)], nodes[len(way.NodeIDs):]
		for i, id := range way.NodeIDs {
			node, _ := slices.BinarySearch(b.ids, id)
			way.nodes[i] = int32(node)
			add := uint8(2)
			if i == 0 || i == len(way.NodeIDs)-1 {
				add = 1
			}
			degree[node] = min(degree[node]+add, 100)
		}
	}
	b.degree = degree
	b.addSquares()
	b.flagNodes()
}

func (b *builder) flagNodes() {
	for _, node := range b.network.Nodes {
		i, ok := slices.BinarySearch(b.ids, node.ID)
		if !ok {
			continue
		}
		if b.profile.blocks(node.Tags) {
			b.flags[i] |= nodeBlocked
		}
		if t := b.profile.Turns; t != nil && t.SignalS > 0 && node.Tags["highway"] == "traffic_signals" {
			b.flags[i] |= nodeSignal
		}
	}
	b.flagVias()
}

// cut splits the ways into links at every junction, way end and flagged node.
func (b *builder) cut() {
	b.vertexOf = make([]int32, len(b.ids))
	for i := range b.vertexOf {
		b.vertexOf[i] = -1
	}
	for w := range b.ways {
		nodes, start := b.ways[w].nodes, 0
		for i := 1; i < len(nodes); i++ {
			if i < len(nodes)-1 && b.degree[nodes[i]] == 2 && b.flags[nodes[i]] == 0 {
				continue
			}
			if nodes[start] == nodes[i] && i-start == 1 {
				start = i
				continue
			}
			l := int32(len(b.links))
			from, to := b.vertexAt(nodes[start]), b.vertexAt(nodes[i])
			b.links = append(b.links, link{int32(w), int32(start), int32(i), from, to})
			b.attach(from, l)
			b.attach(to, l)
			start = i
		}
	}
}

func (b *builder) vertexAt(node int32) int32 {
	blocked := b.flags[node]&nodeBlocked != 0
	if v := b.vertexOf[node]; v >= 0 && !blocked {
		return v
	}
	v := int32(len(b.vertices))
	b.vertices = append(b.vertices, vertex{node: node})
	b.vertexOf[node] = v
	return v
}

func (b *builder) attach(v, l int32) {
	at := &b.vertices[v]
	if at.ends < 2 {
		at.links[at.ends] = l
	}
	at.ends++
}

// part is a link as travelled along an edge.
type part struct {
	link    int32
	reverse bool
}

// chains joins links over vertices where nothing can be decided; every link is in exactly one chain.
func (b *builder) chains(yield func(chain []part)) {
	done := make([]bool, len(b.links))
	var chain []part
	for l := range b.links {
		if done[l] {
			continue
		}
		start := b.chainStart(part{int32(l), false})
		chain = chain[:0]
		for next, ok := start, true; ok && !done[next.link]; next, ok = b.following(next) {
			done[next.link] = true
			chain = append(chain, next)
		}
		yield(chain)
	}
}

// chainStart walks back from a link to where its chain begins; a ring begins with the link itself. The result travels as the first
// link of the ring or the way is drawn, so that it does not depend on anything else.
func (b *builder) chainStart(from part) part {
	at := part{from.link, true}
	for {
		next, ok := b.following(at)
		if !ok {
			return part{at.link, !at.reverse}
		}
		if next.link == from.link {
			return from
		}
		at = next
	}
}

// following is the link that continues a chain behind p.
func (b *builder) following(p part) (part, bool) {
	l := &b.links[p.link]
	v := l.to
	if p.reverse {
		v = l.from
	}
	at := &b.vertices[v]
	if at.ends != 2 || at.links[0] == at.links[1] || b.flags[at.node] != 0 {
		return part{}, false
	}
	other := at.links[0] + at.links[1] - p.link
	next := part{other, b.links[other].to == v}
	if b.links[other].from == b.links[other].to {
		return part{}, false
	}
	x, y := b.partRule(p), b.partRule(next)
	same := x.mayStop == y.mayStop && x.ends == y.ends && (x.aheadKmh > 0) == (y.aheadKmh > 0) && (x.backKmh > 0) == (y.backKmh > 0)
	return next, same
}

// partRule is the rule of a link in the direction of its chain.
func (b *builder) partRule(p part) wayRule {
	rule := b.ways[b.links[p.link].way].wayRule
	if p.reverse {
		rule.aheadKmh, rule.backKmh = rule.backKmh, rule.aheadKmh
	}
	return rule
}
