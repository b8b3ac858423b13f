package road

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// blockNodes is the side of the blocks of places for which the roads nearby are looked up together.
const blockNodes = 4

// block is a square of neighbouring places and the roads among which each of them has its nearest.
type block struct {
	middle orb.Point
	half   float64 // bound on the metres from the middle to a place
	near   []nearChunk
}

// nearChunk is a leaf of the segment tree and its distance from the middle of the block.
type nearChunk struct {
	leaf      int
	distanceM float64
}

// mostNear is how many roads a block may have nearby before looking up place by place costs less.
const mostNear = 96

// findBlock finds the ways onto the road of the block of a tile that begins at a row and column.
func (a *ground) findBlock(at tileAt, row, column int, spots *[groundNodes * groundNodes]spot) {
	i, j := int(at.i)*groundNodes+column, int(at.j)*groundNodes+row
	const toMiddle = (blockNodes - 1) / 2.
	b := block{middle: a.place(float64(i)+toMiddle, float64(j)+toMiddle), half: math.Sqrt2*toMiddle*a.farM() + 1}
	known := a.lookAround(&b)
	hintM := 0.0
	for k := range blockNodes * blockNodes {
		dj := k / blockNodes
		di := k % blockNodes
		if dj%2 == 1 {
			di = blockNodes - 1 - di // to and fro, so that the next place is a neighbour
		}
		p := a.place(float64(i+di), float64(j+dj))
		var found spot
		if known {
			found = a.wayAmong(&b, p)
		} else {
			found = a.wayOnto(p, hintM)
		}
		spots[(row+dj)<<groundBits+column+di] = found
		hintM = a.hint(found)
	}
}

// lookAround finds the roads of the main network that may be the nearest of some place of a block. It fails where walls are near, which make
// places beside each other go different ways, and where roads are too many or so far that islands count.
func (a *ground) lookAround(b *block) bool {
	g := a.g
	isMain := func(edge int32) bool { return g.isMain(g.edgePart[edge]) }
	nearest, found := g.nearestFoot(b.middle, g.snapLimit(), isMain)
	if !found || nearest.distanceM+b.half > g.snapLimit() {
		return false
	}
	const slack = 1.01 // distances on the planes of two places differ a little
	reach := (nearest.distanceM + 2*b.half) * slack
	box := boxOf(boundAround(orb.Bound{Min: b.middle, Max: b.middle}, reach))
	walls := false
	g.walls.tree.leavesWithin(box, func(int) bool { walls = true; return false })
	if walls {
		return false
	}
	q := query{g: g, at: b.middle, plane: geo.NewPlane(b.middle)}
	g.tree.leavesWithin(box, func(leaf int) bool {
		if distance := q.boxDistance(g.tree.box(leaf)); distance <= reach && isMain(int32(g.tree.chunks[leaf].Edge)) {
			b.near = append(b.near, nearChunk{leaf, distance})
		}
		return len(b.near) <= mostNear
	})
	slices.SortFunc(b.near, func(x, y nearChunk) int {
		return cmp.Or(cmp.Compare(x.distanceM, y.distanceM), cmp.Compare(x.leaf, y.leaf))
	})
	return len(b.near) <= mostNear
}

// wayAmong is wayOnto for a place of a block.
func (a *ground) wayAmong(b *block, p orb.Point) spot {
	tree := &a.g.tree
	q := query{g: a.g, at: p, plane: geo.NewPlane(p), accept: func(int32) bool { return true }, open: true}
	q.best.distanceM = a.g.snapLimit()
	for _, c := range b.near {
		if c.distanceM > q.best.distanceM+b.half {
			break
		}
		if q.boxDistance(tree.box(c.leaf)) <= q.best.distanceM+tieM {
			q.scan(tree.chunks[c.leaf])
		}
	}
	return a.spotOn(q.best)
}

// snapLimit is how far, in metres, the road of a place may be.
func (g *Graph) snapLimit() float64 {
	if g.profile.SnapMaxM == 0 {
		return math.Inf(1)
	}
	return g.profile.SnapMaxM
}
