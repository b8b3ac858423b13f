package road

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// maxViaEdges bounds the edges between a restriction's from and to.
const maxViaEdges = 32

// turnRules are the turn restrictions in terms of directed edges.
type turnRules struct {
	no   map[[2]uint32]bool     // from, to
	only map[uint32][]uint32    // from: the only ways on
	root map[[2]uint32]*viaNode // from, first via edge
	// viaNodes are all nodes of the tries below root, in the order of their making.
	viaNodes []*viaNode
}

// viaNode is a place within the via ways of restrictions: the edges so far since the from way.
type viaNode struct {
	edge     uint32
	state    uint32
	children map[uint32]*viaNode
	no, only []uint32 // where restrictions end here
}

func (r *turnRules) forbids(from, to uint32) bool {
	if r.no[[2]uint32{from, to}] {
		return true
	}
	only, ok := r.only[from]
	return ok && !slices.Contains(only, to)
}

func (r *turnRules) start(from, to uint32) *viaNode { return r.root[[2]uint32{from, to}] }

func (v *viaNode) allows(next uint32) bool {
	return !slices.Contains(v.no, next) && (len(v.only) == 0 || slices.Contains(v.only, next))
}

// binds tells whether a restriction means this profile's vehicle.
func (t *Turns) binds(r Restriction) bool {
	if t == nil || !t.Restrictions || r.Vehicle != "" && !slices.Contains(t.Vehicles, r.Vehicle) {
		return false
	}
	return !slices.ContainsFunc(r.Except, func(except string) bool { return slices.Contains(t.Vehicles, except) })
}

// flagVias makes the nodes that restrictions speak of junctions: via nodes, and the nodes where their ways meet.
func (b *builder) flagVias() {
	if b.profile.Turns == nil {
		return
	}
	wanted := map[int64]bool{}
	for _, r := range b.network.Restrictions {
		for _, way := range append([]int64{r.From, r.To}, r.ViaWays...) {
			wanted[way] = true
		}
	}
	nodesOf := map[int64][]int32{}
	for _, way := range b.ways {
		if wanted[way.ID] {
			nodesOf[way.ID] = append(nodesOf[way.ID], way.nodes...)
		}
	}
	for _, r := range b.network.Restrictions {
		if !b.profile.Turns.binds(r) {
			continue
		}
		if node, ok := slices.BinarySearch(b.ids, r.ViaNode); ok && len(r.ViaWays) == 0 {
			b.flags[node] |= nodeVia
		}
		ways := append(append([]int64{r.From}, r.ViaWays...), r.To)
		for i := 1; i < len(ways) && len(r.ViaWays) > 0; i++ {
			for _, node := range nodesOf[ways[i]] {
				if slices.Contains(nodesOf[ways[i-1]], node) {
					b.flags[node] |= nodeVia
				}
			}
		}
	}
}

// resolveRestrictions finds the directed edges that the restrictions speak of. A restriction whose ways are not there or do not meet is
// of no effect.
func (b *builder) resolveRestrictions(leaving [][]uint32) turnRules {
	rules := turnRules{no: map[[2]uint32]bool{}, only: map[uint32][]uint32{}, root: map[[2]uint32]*viaNode{}}
	arriving := make([][]uint32, len(leaving))
	for d, head := range b.graph.heads {
		if head != none {
			arriving[head] = append(arriving[head], uint32(d))
		}
	}
	order := sortedIndexes(len(b.network.Restrictions), func(x, y int) int {
		return b.network.Restrictions[x].compare(b.network.Restrictions[y])
	})
	fromWays := map[int64][]uint32{} // edges by the way that they end with
	for _, i := range order {
		if r := b.network.Restrictions[i]; len(r.ViaWays) > 0 {
			fromWays[r.From] = nil
		}
	}
	for d, head := range b.graph.heads {
		if head == none {
			continue
		}
		if way := b.firstWay(uint32(d) ^ 1); len(fromWays) > 0 {
			if list, ok := fromWays[way]; ok {
				fromWays[way] = append(list, uint32(d))
			}
		}
	}
	for _, i := range order {
		r := b.network.Restrictions[i]
		if !b.profile.Turns.binds(r) {
			continue
		}
		if len(r.ViaWays) > 0 {
			b.resolveViaWays(r, fromWays[r.From], leaving, &rules)
		} else if junction, ok := b.junctionAt(r.ViaNode); ok {
			b.resolveViaNode(r, arriving[junction], leaving[junction], &rules)
		}
	}
	return rules
}

// junctionAt is the junction of a node, if it is one that can be passed.
func (b *builder) junctionAt(id int64) (junction int32, ok bool) {
	node, found := slices.BinarySearch(b.ids, id)
	if !found || b.vertexOf[node] < 0 || b.flags[node]&nodeBlocked != 0 {
		return 0, false
	}
	junction = b.junctionOf[b.vertexOf[node]]
	return junction, junction >= 0
}

// firstWay is the way that a directed edge begins with; that of its reverse is the one it ends with.
func (b *builder) firstWay(d uint32) int64 {
	g := &b.graph
	segment := g.edgeStart[d>>1]
	if d&1 != 0 {
		segment = g.edgeStart[d>>1+1] - 2
	}
	return g.runWay[runFinder{g.runStart}.at(segment)]
}

func (b *builder) resolveViaNode(r Restriction, arriving, leaving []uint32, rules *turnRules) {
	for _, from := range arriving {
		if b.firstWay(from^1) != r.From {
			continue
		}
		targets := b.restrictedTargets(r, from, leaving)
		if len(targets) == 0 {
			continue
		}
		if strings.HasPrefix(r.Kind, "only_") {
			rules.only[from] = append(rules.only[from], targets...)
			continue
		}
		for _, to := range targets {
			rules.no[[2]uint32{from, to}] = true
		}
	}
}

// restrictedTargets are the edges of the to way that a restriction means: of a way that passes through the junction, those on the side
// that its name says; of the from way itself, turning round.
func (b *builder) restrictedTargets(r Restriction, from uint32, leaving []uint32) []uint32 {
	var targets []uint32
	for _, to := range leaving {
		if b.firstWay(to) == r.To && (r.From != r.To || to == from^1 || !strings.HasSuffix(r.Kind, "u_turn")) {
			targets = append(targets, to)
		}
	}
	side := 0.0
	switch {
	case strings.HasSuffix(r.Kind, "left_turn"):
		side = -1
	case strings.HasSuffix(r.Kind, "right_turn"):
		side = 1
	}
	if len(targets) < 2 || side == 0 {
		return targets
	}
	best := slices.MaxFunc(targets, func(x, y uint32) int {
		return cmp.Compare(sideward(side*b.angle(from, x)), sideward(side*b.angle(from, y)))
	})
	return []uint32{best}
}

// sideward is how well an angle fits a turn to the right: best at 90 degrees.
func sideward(degrees float64) float64 { return -math.Abs(degrees - 90) }

// resolveViaWays puts the path from each from edge over the via ways to the to way into the tries.
func (b *builder) resolveViaWays(r Restriction, fromEdges []uint32, leaving [][]uint32, rules *turnRules) {
	for _, from := range fromEdges {
		path, ok := b.viaPath(r, from, leaving)
		if !ok {
			continue
		}
		var via *viaNode
		for i, edge := range path {
			via = rules.descend(via, from, edge, i == 0)
		}
		junction := b.tails[via.edge^1]
		for _, to := range b.restrictedTargets(r, via.edge, leaving[junction]) {
			if strings.HasPrefix(r.Kind, "only_") {
				via.only = append(via.only, to)
			} else {
				via.no = append(via.no, to)
			}
		}
	}
}

func (r *turnRules) descend(parent *viaNode, from, edge uint32, first bool) *viaNode {
	var node *viaNode
	if first {
		node = r.root[[2]uint32{from, edge}]
	} else {
		node = parent.children[edge]
	}
	if node != nil {
		return node
	}
	node = &viaNode{edge: edge, children: map[uint32]*viaNode{}}
	r.viaNodes = append(r.viaNodes, node)
	if first {
		r.root[[2]uint32{from, edge}] = node
	} else {
		parent.children[edge] = node
	}
	return node
}

// viaPath is the shortest run of edges along the via ways, in their order, from the end of a from edge to where the to way begins.
func (b *builder) viaPath(r Restriction, from uint32, leaving [][]uint32) ([]uint32, bool) {
	type step struct {
		edge   uint32
		way    int
		parent int
	}
	steps := []step{{from, -1, -1}}
	for at := 0; at < len(steps) && at < maxViaEdges*8; at++ {
		s := steps[at]
		junction := b.tails[s.edge^1]
		if s.way == len(r.ViaWays)-1 && slices.ContainsFunc(leaving[junction], func(d uint32) bool { return b.firstWay(d) == r.To }) {
			var path []uint32
			for i := at; steps[i].parent >= 0; i = steps[i].parent {
				path = append(path, steps[i].edge)
			}
			slices.Reverse(path)
			return path, len(path) <= maxViaEdges
		}
		for _, next := range leaving[junction] {
			if next == s.edge^1 {
				continue
			}
			for way := max(s.way, 0); way <= min(s.way+1, len(r.ViaWays)-1); way++ {
				if b.firstWay(next) == r.ViaWays[way] {
					steps = append(steps, step{next, way, at})
				}
			}
		}
	}
	return nil, false
}
