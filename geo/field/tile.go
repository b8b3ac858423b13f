package field

import (
	"math"
	"math/bits"
	"slices"

	"lawcircle/geo"
)

// The grid is cut into quarters of quarterNodes² nodes and squares of squareNodes², and these into tiles of tileNodes². Tiles nobody
// reaches are not kept.
const (
	quarterNodes = 2
	squareNodes  = 4
	tileSquares  = 16
	tileNodes    = squareNodes * tileSquares
	tileQuarters = tileNodes / quarterNodes
)

// roundingM is added to radii so that rounded bounds stay bounds.
const roundingM = 1e-6

// tile is a block of the grid. Its nodes' ranks count the limits met: 0 is outside all of them.
type tile struct {
	upper    [tileQuarters * tileQuarters]float64 // ms within which every place of the quarter is reached
	start    [tileQuarters*tileQuarters + 1]int32 // of the quarter's list in segments
	segments []int32                              // that decide the quarter beyond its upper bound
	rank     [tileNodes * tileNodes]uint8
	inside   bool // some node has a rank
	draft    *draft
}

// draft is what a tile needs while it is computed: the segments that matter in each square.
type draft struct {
	upper   [tileSquares * tileSquares]float64
	first   [tileSquares * tileSquares]int32 // chain of entries, -1 ends it
	last    [tileSquares * tileSquares]int32
	open    [tileSquares]uint16 // per row of squares, a bit for each that is not settled
	entries []entry
}

// entry says that a segment reaches a square, at lower ms at the earliest.
type entry struct {
	lower   float64
	segment int32
	next    int32
}

func newTile() *tile {
	d := &draft{entries: make([]entry, 0, 1024)}
	for i := range d.open {
		d.open[i] = math.MaxUint16
	}
	for i := range d.upper {
		d.upper[i], d.first[i], d.last[i] = math.Inf(1), -1, -1
	}
	return &tile{draft: d}
}

func (d *draft) add(square int, e entry) {
	e.next = -1
	at := int32(len(d.entries))
	d.entries = append(d.entries, e)
	if d.first[square] < 0 {
		d.first[square] = at
	} else {
		d.entries[d.last[square]].next = at
	}
	d.last[square] = at
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
			if open := g.tiles[at].draft.open[y-base] & mask; open != 0 {
				g.assignRow(g.tiles[at].draft, index, open, left, y)
			}
		}
	}
}

// assignRow enters a segment into the squares of a row y that are set in the mask; left is the tile's first column.
func (g *grid) assignRow(t *draft, index int32, mask uint16, left, y int) {
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

// settle computes a tile from its draft.
func (g *grid) settle(t *tile, column, row int) {
	d := t.draft
	t.draft = nil
	for quarter := range t.upper {
		i, j := quarter%tileQuarters*quarterNodes, quarter/tileQuarters*quarterNodes
		square := j/squareNodes*tileSquares + i/squareNodes
		corner := geo.XY{X: float64((column+g.tileI)*tileNodes+i) * g.step, Y: float64((row+g.tileJ)*tileNodes+j) * g.step}
		t.upper[quarter] = d.upper[square]
		if d.first[square] >= 0 && (g.keepTimes || d.upper[square] > g.limits[0]) {
			g.sift(t, d, quarter, square, corner)
		}
		t.start[quarter+1] = int32(len(t.segments))
		g.rankQuarter(t, quarter, corner, j*tileNodes+i)
	}
	t.segments = slices.Clip(t.segments)
}

// sift lists the segments of a square that matter in one of its quarters.
func (g *grid) sift(t *tile, d *draft, quarter, square int, corner geo.XY) {
	upper := t.upper[quarter]
	var room [128]entry
	list := room[:0]
	for at := d.first[square]; at >= 0; at = d.entries[at].next {
		e := &d.entries[at]
		if !g.matters(e.lower, upper) {
			continue
		}
		s := &g.segments[e.segment]
		radius := g.step*math.Sqrt(1+s.stretch*s.stretch) + roundingM
		earliest, latest := s.bracket(corner.X+g.step, corner.Y+g.step, radius, g.walkPace)
		if g.matters(earliest, upper) {
			list = append(list, entry{lower: earliest, segment: e.segment})
			if s.walls == nil {
				upper = min(upper, latest)
			}
		}
	}
	for _, e := range list {
		if g.matters(e.lower, upper) {
			t.segments = append(t.segments, e.segment)
		}
	}
	t.upper[quarter] = upper
}

// rankQuarter ranks the nodes of a quarter, the first of which is at the given place of the tile.
func (g *grid) rankQuarter(t *tile, quarter int, corner geo.XY, at int) {
	whole, all := g.rankOf(t.upper[quarter]), uint8(len(g.limits))
	for k := range quarterNodes * quarterNodes {
		rank := whole
		x, y := corner.X+float64(k%quarterNodes)*g.step, corner.Y+float64(k/quarterNodes)*g.step
		for _, s := range t.list(quarter) {
			for rank < all && g.segments[s].within(x, y, g.walkPace, g.limits[all-1-rank]) {
				rank++
			}
		}
		t.rank[at+k/quarterNodes*tileNodes+k%quarterNodes] = rank
		t.inside = t.inside || rank > 0
	}
}

// list is the segments that decide a quarter beyond its upper bound.
func (t *tile) list(quarter int) []int32 { return t.segments[t.start[quarter]:t.start[quarter+1]] }

// least is the least time from a place of a quarter by the segments listed for it. Without keepTimes it is right only together with
// the quarter's upper bound, and for telling which limits are met.
func (g *grid) least(t *tile, quarter int, x, y float64) float64 {
	best := math.Inf(1)
	for _, k := range t.list(quarter) {
		if s := &g.segments[k]; s.leastMs < best {
			best = min(best, s.reach(x, y, g.walkPace))
		}
	}
	return best
}

// within reports whether a place of a quarter is reached within a limit.
func (g *grid) within(t *tile, quarter int, x, y, limitMs float64) bool {
	if t.upper[quarter] <= limitMs {
		return true
	}
	for _, k := range t.list(quarter) {
		if g.segments[k].within(x, y, g.walkPace, limitMs) {
			return true
		}
	}
	return false
}

// around appends the segments by which some place of a quarter within radius metres (on the plane) may be reached within a limit.
func (g *grid) around(t *tile, quarter int, place geo.XY, radius, limitMs float64, out []int32) []int32 {
	for _, k := range t.list(quarter) {
		s := &g.segments[k]
		far := radius*max(1, s.stretch) + roundingM
		if s.freeWithin(place.X, place.Y, s.cap+far, g.walkPace, limitMs+far*g.walkPace) {
			out = append(out, k)
		}
	}
	return out
}
