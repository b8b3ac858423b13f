package road

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// wallSet are the lines that no straight walk crosses, findable by place: rivers, railways, expressways, barriers drawn by users.
type wallSet struct {
	lonLat []int32  // 1e-7 degrees, two per point
	start  []uint32 // first point of each line, and the number of points at the end
	tree   segmentTree
}

// isWall tells whether nobody walks across a way. What is bridged over, led through a tunnel or dry for most of the year is no wall.
func (p *Profile) isWall(tags Tags) bool {
	if tags[userWall] != "" {
		return true
	}
	if isBridge(tags) || tags["tunnel"] != "" && tags["tunnel"] != "no" || tags["covered"] == "yes" || tags["intermittent"] == "yes" || tags["seasonal"] == "yes" {
		return false
	}
	for key, values := range p.Walls {
		if value, ok := tags[key]; ok && slices.Contains(values, value) {
			return true
		}
	}
	return false
}

// findWalls gathers the walls of the network, in the order of their ways.
func (b *builder) findWalls() {
	var walls []*Way
	for i := range b.network.Ways {
		if way := &b.network.Ways[i]; len(way.Line) > 1 && b.profile.isWall(way.Tags) {
			walls = append(walls, way)
		}
	}
	slices.SortStableFunc(walls, func(x, y *Way) int {
		return cmp.Or(cmp.Compare(x.ID, y.ID), slices.Compare(x.NodeIDs, y.NodeIDs))
	})
	set := &b.graph.walls
	set.start = []uint32{0}
	var chunks []chunk
	for i, way := range walls {
		first := uint32(len(set.lonLat) / 2)
		for _, p := range way.Line {
			set.lonLat = append(set.lonLat, int32(math.Round(p[0]*1e7)), int32(math.Round(p[1]*1e7)))
		}
		last := uint32(len(set.lonLat)/2) - 1
		for at := first; at < last; at += chunkSegments {
			chunks = append(chunks, chunk{uint32(i), at, min(chunkSegments, last-at)})
		}
		set.start = append(set.start, last+1)
	}
	set.tree = packTree(chunks, set.lonLat)
}

// wallTouchM is how near its ends a walk may meet a wall: a road along a bank, a level crossing.
const wallTouchM = 0.05

// crossed tells whether the straight walk between two points crosses a wall; ending at one is no crossing.
func (w *wallSet) crossed(from, to orb.Point) bool {
	if len(w.tree.chunks) == 0 || from == to {
		return false
	}
	found := false
	w.tree.within(boxOf(orb.Bound{Min: from, Max: from}.Extend(to)), func(c chunk) bool {
		found = w.crossedIn(c, from, to)
		return !found
	})
	return found
}

// crossedIn is crossed for a few segments.
func (w *wallSet) crossedIn(c chunk, from, to orb.Point) bool {
	for p := c.First; p < c.First+c.Segments; p++ {
		if share, _, ok := crossing(from, to, w.point(p), w.point(p+1)); ok {
			if touch := wallTouchM / math.Max(geo.Distance(from, to), wallTouchM); share > touch && share < 1-touch {
				return true
			}
		}
	}
	return false
}

// boxOf is the smallest box of the tree's units around a bound.
func boxOf(b orb.Bound) [4]int32 {
	return [4]int32{
		int32(math.Floor(b.Min[0] * 1e7)), int32(math.Floor(b.Min[1] * 1e7)), int32(math.Ceil(b.Max[0] * 1e7)), int32(math.Ceil(b.Max[1] * 1e7)),
	}
}

func (w *wallSet) point(i uint32) orb.Point {
	return orb.Point{float64(w.lonLat[2*i]) / 1e7, float64(w.lonLat[2*i+1]) / 1e7}
}

// within calls yield for every chunk whose box meets the given one, until it returns false.
func (t *segmentTree) within(box [4]int32, yield func(chunk) bool) {
	t.leavesWithin(box, func(leaf int) bool { return yield(t.chunks[leaf]) })
}

// leavesWithin calls yield for the number of every chunk whose box meets the given one, until it returns false.
func (t *segmentTree) leavesWithin(box [4]int32, yield func(leaf int) bool) {
	if len(t.chunks) == 0 {
		return
	}
	top := len(t.levels) - 2
	t.visitWithin(top, int(t.levels[top]), box, yield)
}

func (t *segmentTree) visitWithin(level, node int, box [4]int32, yield func(leaf int) bool) bool {
	own := t.box(node)
	if own[0] > box[2] || own[2] < box[0] || own[1] > box[3] || own[3] < box[1] {
		return true
	}
	if level == 0 {
		return yield(node)
	}
	first := int(t.levels[level-1]) + (node-int(t.levels[level]))*treeFan
	for child := first; child < min(first+treeFan, int(t.levels[level])); child++ {
		if !t.visitWithin(level-1, child, box, yield) {
			return false
		}
	}
	return true
}
