package field

import (
	"math"
	"math/bits"

	"lawcircle/geo"
)

// The grid is cut into squares of squareNodes² nodes, and these into tiles of tileSquares² squares. Tiles nobody reaches are not kept.
const (
	squareNodes = 4
	tileSquares = 16
	tileNodes   = squareNodes * tileSquares
)

// roundingM is added to radii so that rounded bounds stay bounds.
const roundingM = 1e-6

// tile is a block of the grid. Its nodes' ranks count the limits met: 0 is outside all of them.
type tile struct {
	upper   [tileSquares * tileSquares]float64 // ms within which every place of the square is reached
	first   [tileSquares * tileSquares]int32   // chain of the segments that matter in the square, -1 ends it
	last    [tileSquares * tileSquares]int32
	open    [tileSquares]uint16 // per row of squares, a bit for each that is not settled
	entries []entry
	rank    [tileNodes * tileNodes]uint8
	inside  bool // some node has a rank
}

// entry says that a segment reaches a square, at lower ms at the earliest.
type entry struct {
	lower   float64
	segment int32
	next    int32
}

func newTile() *tile {
	t := &tile{entries: make([]entry, 0, 1024)}
	for i := range t.open {
		t.open[i] = math.MaxUint16
	}
	for i := range t.upper {
		t.upper[i], t.first[i], t.last[i] = math.Inf(1), -1, -1
	}
	return t
}

func (t *tile) add(square int, e entry) {
	e.next = -1
	at := int32(len(t.entries))
	t.entries = append(t.entries, e)
	if t.first[square] < 0 {
		t.first[square] = at
	} else {
		t.entries[t.last[square]].next = at
	}
	t.last[square] = at
}

// grid lays tiles over the plane: node (i, j) is at i·step, j·step from the reference.
type grid struct {
	step           float64
	tileI, tileJ   int // of the first tile
	tilesX, tilesY int
	tiles          []*tile // nil: nobody reaches it
	limits         []float64
	keepTimes      bool
	walkPace       float64
	squareM        float64 // side of a square on the plane
	segments       []segment
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// tileAt returns the tile of a node, nil where there is none, and the node's place in it.
func (g *grid) tileAt(i, j int) (t *tile, ii, jj int) {
	ti, tj := floorDiv(i, tileNodes)-g.tileI, floorDiv(j, tileNodes)-g.tileJ
	if ti < 0 || tj < 0 || ti >= g.tilesX || tj >= g.tilesY {
		return nil, 0, 0
	}
	return g.tiles[tj*g.tilesX+ti], i - (ti+g.tileI)*tileNodes, j - (tj+g.tileJ)*tileNodes
}

// matters reports whether a segment which reaches a square at lower ms at the earliest can change anything there, all of it being
// reached within upper ms already.
func (g *grid) matters(lower, upper float64) bool {
	if lower >= upper {
		return false
	}
	if g.keepTimes {
		return lower <= g.limits[len(g.limits)-1]
	}
	for _, limit := range g.limits {
		if limit >= lower {
			return limit < upper
		}
	}
	return false
}

// rankOf counts the limits which a time meets.
func (g *grid) rankOf(ms float64) uint8 {
	for k, limit := range g.limits {
		if ms <= limit {
			return uint8(len(g.limits) - k)
		}
	}
	return 0
}

// assign enters a segment into the squares of one row of tiles.
func (g *grid) assign(index int32, row int, wanted func(tile int) bool) {
	s := &g.segments[index]
	firstX, lastX := int(math.Floor(s.low.X/g.squareM)), int(math.Floor(s.high.X/g.squareM))
	firstY, lastY := int(math.Floor(s.low.Y/g.squareM)), int(math.Floor(s.high.Y/g.squareM))
	base := (row + g.tileJ) * tileSquares
	firstY, lastY = max(firstY, base), min(lastY, base+tileSquares-1)
	for column := floorDiv(firstX, tileSquares); column <= floorDiv(lastX, tileSquares); column++ {
		at := row*g.tilesX + column - g.tileI
		if wanted != nil && !wanted(at) {
			continue
		}
		if g.tiles[at] == nil {
			g.tiles[at] = newTile()
		}
		left := column * tileSquares
		mask := uint16(math.MaxUint16)
		if firstX > left {
			mask &= math.MaxUint16 << (firstX - left)
		}
		if lastX < left+tileSquares-1 {
			mask &= math.MaxUint16 >> (left + tileSquares - 1 - lastX)
		}
		for y := firstY; y <= lastY; y++ {
			if open := g.tiles[at].open[y-base] & mask; open != 0 {
				g.assignRow(g.tiles[at], index, open, left, y)
			}
		}
	}
}

// assignRow enters a segment into the squares of a row y of a tile that are set in the mask; left is the tile's first column.
func (g *grid) assignRow(t *tile, index int32, mask uint16, left, y int) {
	s := &g.segments[index]
	radius := g.squareM/2*math.Sqrt(1+s.stretch*s.stretch) + roundingM
	row := y - floorDiv(y, tileSquares)*tileSquares
	for ; mask != 0; mask &= mask - 1 {
		column := bits.TrailingZeros16(mask)
		square := row*tileSquares + column
		if !g.matters(s.leastMs, t.upper[square]) {
			continue
		}
		earliest, latest := s.bracket((float64(left+column)+0.5)*g.squareM, (float64(y)+0.5)*g.squareM, radius, g.walkPace)
		if !g.matters(earliest, t.upper[square]) {
			continue
		}
		t.add(square, entry{lower: earliest, segment: index})
		if s.walls == nil && latest < t.upper[square] {
			t.upper[square] = latest
			if latest <= g.limits[0] && !g.keepTimes {
				t.open[row] &^= 1 << column
			}
		}
	}
}

// settle computes the ranks of a tile's nodes.
func (g *grid) settle(t *tile, column, row int) {
	var room [256]int32
	for square := range t.first {
		if t.first[square] < 0 {
			continue
		}
		i0, j0 := square%tileSquares*squareNodes, square/tileSquares*squareNodes
		whole := g.rankOf(t.upper[square])
		t.inside = t.inside || whole > 0
		for j := j0; j < j0+squareNodes; j += 2 {
			for i := i0; i < i0+squareNodes; i += 2 {
				x := float64((column+g.tileI)*tileNodes+i) * g.step
				y := float64((row+g.tileJ)*tileNodes+j) * g.step
				if int(whole) == len(g.limits) {
					t.setFour(i, j, whole)
					continue
				}
				near := g.around(t, square, x+g.step/2, y+g.step/2, g.step*math.Sqrt2/2, g.limits[len(g.limits)-1], room[:0])
				g.settleFour(t, geo.XY{X: x, Y: y}, [2]int{i, j}, whole, near)
			}
		}
	}
}

func (t *tile) setFour(i, j int, rank uint8) {
	at := j*tileNodes + i
	t.rank[at], t.rank[at+1], t.rank[at+tileNodes], t.rank[at+tileNodes+1] = rank, rank, rank, rank
}

// settleFour ranks four neighbouring nodes, given the segments that may reach them; whole is what they have at least.
func (g *grid) settleFour(t *tile, corner geo.XY, node [2]int, whole uint8, near []int32) {
	for k := range 4 {
		x, y := corner.X+float64(k%2)*g.step, corner.Y+float64(k/2)*g.step
		rank := whole
		for _, s := range near {
			for int(rank) < len(g.limits) && g.segments[s].within(x, y, g.walkPace, g.limits[len(g.limits)-1-int(rank)]) {
				rank++
			}
		}
		t.rank[(node[1]+k/2)*tileNodes+node[0]+k%2] = rank
		t.inside = t.inside || rank > 0
	}
}

// least is the least time from a place of a square by the segments entered for it. Without keepTimes it may stop at the first time
// within the shortest limit, and is right only up to the limits it meets.
func (g *grid) least(t *tile, square int, x, y float64) float64 {
	best := math.Inf(1)
	for at := t.first[square]; at >= 0; at = t.entries[at].next {
		e := &t.entries[at]
		if e.lower >= best || !g.matters(e.lower, t.upper[square]) {
			continue
		}
		best = min(best, g.segments[e.segment].reach(x, y, g.walkPace))
		if best <= g.limits[0] && !g.keepTimes {
			break
		}
	}
	return best
}

// within reports whether a place of a square is reached within a limit.
func (g *grid) within(t *tile, square int, x, y, limitMs float64) bool {
	if t.upper[square] <= limitMs {
		return true
	}
	for at := t.first[square]; at >= 0; at = t.entries[at].next {
		e := &t.entries[at]
		if e.lower <= limitMs && g.segments[e.segment].within(x, y, g.walkPace, limitMs) {
			return true
		}
	}
	return false
}

// around appends the segments of a square by which some place within radius metres (on the plane) may be reached within a limit.
func (g *grid) around(t *tile, square int, x, y, radius, limitMs float64, out []int32) []int32 {
	for at := t.first[square]; at >= 0; at = t.entries[at].next {
		e := &t.entries[at]
		if e.lower > limitMs {
			continue
		}
		s := &g.segments[e.segment]
		far := radius*max(1, s.stretch) + roundingM
		if s.freeWithin(x, y, s.cap+far, g.walkPace, limitMs+far*g.walkPace) {
			out = append(out, e.segment)
		}
	}
	return out
}
