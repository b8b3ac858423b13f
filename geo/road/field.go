package road

import (
	"context"
	"math/bits"
	"slices"
)

// field tells which places of a ground meet each of some limits, sampled from the labels of a search.
type field struct {
	n         *nearest
	a         *ground
	limits    []int64     // milliseconds, rising
	siteEdges []int32     // edges on which facilities stand, ascending
	tiles     []fieldTile // by rows from the south-west
	rowFrom   []int32     // of every row of tiles from the first to the last: where it begins in tiles, and the end
	index     []int32     // a hash table of the places in tiles, and one more; its size is a power of two
}

// fieldTile is a tile of a field.
type fieldTile struct {
	at     tileAt
	places *groundTile
	doors  []door     // to which people may walk straight from here
	widths widths     // for the doors
	within []placeSet // per limit; nil where nobody meets any
}

// placeSet is a set of places of a tile: bit i of word j is column i of row j.
type placeSet [groundNodes]uint32

// unreached is a time that stays beyond every limit whatever is added.
const unreached = int64(1) << 40

// field samples the places of some tiles, given by rows.
func (n *nearest) field(ctx context.Context, a *ground, tiles []tileAt, limits []int64) (*field, error) {
	f := n.emptyField(a, tiles, limits)
	all := make([]*fieldTile, len(f.tiles))
	for k := range f.tiles {
		all[k] = &f.tiles[k]
	}
	return f, f.fillAll(ctx, all)
}

// emptyField is a field whose tiles have yet to be filled.
func (n *nearest) emptyField(a *ground, tiles []tileAt, limits []int64) *field {
	f := &field{n: n, a: a, limits: limits}
	for edge, sites := range n.byEdge {
		if len(sites) > 0 {
			f.siteEdges = append(f.siteEdges, edge)
		}
	}
	slices.Sort(f.siteEdges)
	if len(tiles) == 0 {
		return f
	}
	f.tiles = make([]fieldTile, len(tiles))
	f.index = make([]int32, 4<<bits.Len(uint(len(tiles))))
	for k, at := range tiles {
		f.tiles[k].at = at
		for len(f.rowFrom) <= int(at.j-tiles[0].j) {
			f.rowFrom = append(f.rowFrom, int32(k))
		}
		slot := f.slot(at)
		for f.index[slot] != 0 {
			slot = (slot + 1) & uint32(len(f.index)-1)
		}
		f.index[slot] = int32(k + 1)
	}
	f.rowFrom = append(f.rowFrom, int32(len(tiles)))
	return f
}

// slot is where the search for a tile in the table begins.
func (f *field) slot(at tileAt) uint32 {
	const mix = 0x9E3779B1 // 2³² divided by the golden ratio (Knuth, "The Art of Computer Programming", 6.4)
	return (uint32(at.i)*mix ^ uint32(at.j)) * mix >> 8 & uint32(len(f.index)-1)
}

// fillAll fills tiles on all processors.
func (f *field) fillAll(ctx context.Context, tiles []*fieldTile) error {
	return inPieces(ctx, len(tiles), 16, func(from, to int) error {
		var found []foundShare
		for _, t := range tiles[from:to] {
			found = f.fill(t, found)
		}
		return nil
	})
}

// tile is a tile of the field, nil when it was not asked for.
func (f *field) tile(at tileAt) *fieldTile {
	if len(f.tiles) == 0 {
		return nil
	}
	for slot := f.slot(at); f.index[slot] != 0; slot = (slot + 1) & uint32(len(f.index)-1) {
		if t := &f.tiles[f.index[slot]-1]; t.at == at {
			return t
		}
	}
	return nil
}

// rows are the first and the last row of nodes of the tiles.
func (f *field) rows() (first, last int) {
	first = int(f.tiles[0].at.j) * groundNodes
	return first, first + (len(f.rowFrom)-1)*groundNodes - 1
}

// fill finds which places of a tile meet each limit.
func (f *field) fill(t *fieldTile, found []foundShare) []foundShare {
	t.places = f.a.tile(t.at)
	t.widths = f.a.widths(t.at, f.n.direct.maxM)
	t.doors = f.doorsAround(t.at)
	found = f.find(t.places, found[:0])
	within := make([]placeSet, len(f.limits))
	for k := range f.limits {
		if len(found) > 0 {
			f.fillShares(t.places, found, f.limits[k], &within[k])
		}
		if len(t.doors) > 0 {
			f.fillWalks(t, f.limits[k], &within[k])
		}
	}
	if within[len(within)-1] != (placeSet{}) {
		t.within = within
	}
	return found
}

// foundShare is a share from which somebody may meet the longest limit.
type foundShare struct {
	*share
	ahead, back int64 // as exitsOf gives them
	least, most int64 // bounds of the times of its places
	bySite      bool  // facilities stand on the edge, so the exits do not tell
}

// find gathers the shares of a tile in reach.
func (f *field) find(t *groundTile, list []foundShare) []foundShare {
	if len(t.shares) == 0 {
		return nil
	}
	longest := f.limits[len(f.limits)-1]
	from, _ := slices.BinarySearch(f.siteEdges, t.shares[0].edge)
	sites := f.siteEdges[from:]
	for k := range t.shares {
		s := &t.shares[k]
		for len(sites) > 0 && sites[0] < s.edge {
			sites = sites[1:]
		}
		if len(sites) > 0 && sites[0] == s.edge {
			list = append(list, foundShare{share: s, bySite: true, most: unreached})
			continue
		}
		ahead, back := f.n.exitsOf(s.edge, s.atStart)
		if least := min(int64(s.aheadLeast)+ahead, int64(s.backLeast)+back); least <= longest {
			list = append(list, foundShare{s, ahead, back, least, min(int64(s.aheadMost)+ahead, int64(s.backMost)+back), false})
		}
	}
	return list
}

// exitsOf gives the least time to a facility from where one comes out of an edge, ahead and back, within the search's limit. In the closed
// direction of a one-way edge that is from the junction where it begins, which only those get to who stand there.
func (n *nearest) exitsOf(edge int32, atStart bool) (ahead, back int64) {
	ahead, back = unreached, unreached
	if head := n.g.heads[2*edge]; head != none {
		ahead = n.labelMs(head)
	} else if atStart {
		ahead = n.departureMs(uint32(2*edge + 1))
	}
	if head := n.g.heads[2*edge+1]; head != none {
		back = n.labelMs(head)
	} else if atStart {
		back = n.departureMs(uint32(2 * edge))
	}
	return ahead, back
}

// labelMs is the time from a state, unreached beyond the limit.
func (n *nearest) labelMs(state uint32) int64 { return n.withinMs(n.one.labels[state]) }

// withinMs is the time of a label. A session may know labels beyond the limit asked for; an area must not depend on them.
func (n *nearest) withinMs(l label) int64 {
	if l == noLabel || l.ms() > int64(n.limit) {
		return unreached
	}
	return l.ms()
}

func (n *nearest) departureMs(directed uint32) int64 {
	var buffer [8]foothold
	best := unreached
	for _, exit := range n.g.departures(directed, buffer[:0]) {
		best = min(best, exit.ms+n.labelMs(exit.state))
	}
	return best
}

// fillShares marks the places of shares that meet a limit. Where most do, it begins with all places of the tile and takes away.
func (f *field) fillShares(t *groundTile, found []foundShare, limit int64, within *placeSet) {
	inside := 0
	for i := range found {
		if s := &found[i]; s.most <= limit {
			inside += int(s.beyondRow - s.firstRow)
		}
	}
	if 2*inside < len(t.rows) {
		for i := range found {
			if s := &found[i]; s.most <= limit {
				for _, r := range t.rows[s.firstRow:s.beyondRow] {
					within[r.row] |= r.columns
				}
			} else if s.least <= limit {
				f.fillShare(t, s, limit, within)
			}
		}
		return
	}
	*within = t.all
	next := 0
	for k := range t.shares {
		s := &t.shares[k]
		if next < len(found) && found[next].share == s {
			next++
			if found[next-1].most <= limit {
				continue
			}
		}
		for _, r := range t.rows[s.firstRow:s.beyondRow] {
			within[r.row] &^= r.columns
		}
	}
	for i := range found {
		if s := &found[i]; s.most > limit && s.least <= limit {
			f.fillShare(t, s, limit, within)
		}
	}
}

// fillShare marks the places of a share that meet a limit, one after the other.
func (f *field) fillShare(t *groundTile, s *foundShare, limit int64, within *placeSet) {
	next := int(s.firstSpot)
	for _, r := range t.rows[s.firstRow:s.beyondRow] {
		for rest := r.columns; rest != 0; rest &= rest - 1 {
			spot := &t.spots[next]
			next++
			ms := min(int64(spot.aheadMs)+s.ahead, int64(spot.backMs)+s.back)
			if s.bySite {
				ms = f.byRoad(spot)
			}
			inTime := uint32((ms - limit - 1) >> 63) // all ones or none: a jump would be mispredicted half of the time
			within[r.row] |= rest & -rest & inTime
		}
	}
}

// byRoad is the least time of a place without straight walks to the door, unreached or more when there is no way.
func (f *field) byRoad(from *spot) int64 {
	n := f.n
	ahead, back := n.g.heads[2*from.edge], n.g.heads[2*from.edge+1]
	oneWay := ahead == none || back == none
	aheadMs, backMs := n.exitsOf(from.edge, oneWay && n.g.atStart(*from))
	best := min(int64(from.aheadMs)+aheadMs, int64(from.backMs)+backMs)
	if _, stands := slices.BinarySearch(f.siteEdges, from.edge); stands {
		for _, i := range n.byEdge[from.edge] {
			if ms, ok := n.g.alongEdge(n.g.positionOf(*from), n.sites[i].position); ok {
				best = min(best, int64(from.legMs)+ms+n.sites[i].legMs)
			}
		}
	}
	return best
}

// positionOf is where a way onto the road leads, as far as alongEdge wants to know.
func (g *Graph) positionOf(s spot) Position {
	ahead, _ := g.totals(s.edge)
	return Position{Edge: s.edge, AheadMs: ahead - (s.aheadMs - s.legMs), BackMs: s.backMs - s.legMs}
}

// isWithin tells whether a node meets limit k.
func (f *field) isWithin(k, i, j int) bool {
	at, number := tileOf(i, j)
	set := f.within(k, at)
	return set != nil && set[number>>groundBits]>>(number&(groundNodes-1))&1 != 0
}

// msAt is the time of a node, unreached or more where there is none.
func (f *field) msAt(i, j int) int64 {
	at, number := tileOf(i, j)
	t := f.tile(at)
	if t == nil { // beside the tiles
		t = &fieldTile{at: at, places: f.a.tile(at), doors: f.doorsAround(at), widths: f.a.widths(at, f.n.direct.maxM)}
	}
	best := unreached
	if slot := t.places.slot[number]; slot != noSlot {
		best = f.byRoad(&t.places.spots[slot])
	}
	if len(t.doors) == 0 {
		return best
	}
	p := f.a.place(float64(i), float64(j))
	xy, reach := f.a.plane.To(p), f.walkReach(best)
	for i := range t.doors {
		d := &t.doors[i]
		if dx, dy := (xy.X-d.X)*t.widths.least, xy.Y-d.Y; dx*dx+dy*dy <= reach*reach {
			best = f.n.walkMs(p, d, best)
		}
	}
	return best
}

// within are the places of a tile that meet limit k, nil when there are none.
func (f *field) within(k int, at tileAt) *placeSet {
	if t := f.tile(at); t != nil && t.within != nil {
		return &t.within[k]
	}
	return nil
}

// changes lists where row j enters and leaves limit k: the columns before.
func (f *field) changes(k, j int, list []int) []int {
	row := j>>groundBits - int(f.tiles[0].at.j)
	last := uint32(0) // whether the node before is inside
	next := int32(0)  // the tile in which it would go on
	for n := f.rowFrom[row]; n < f.rowFrom[row+1]; n++ {
		t := &f.tiles[n]
		if t.within == nil {
			continue
		}
		first := int(t.at.i) * groundNodes
		if last != 0 && t.at.i != next {
			list, last = append(list, int(next)*groundNodes-1), 0
		}
		word := t.within[k][j&(groundNodes-1)]
		for rest := word ^ (word<<1 | last); rest != 0; rest &= rest - 1 {
			list = append(list, first+bits.TrailingZeros32(rest)-1)
		}
		last, next = word>>(groundNodes-1), t.at.i+1
	}
	if last != 0 {
		list = append(list, int(next)*groundNodes-1)
	}
	return list
}

// cells is how many grid cells of a row have all, and any, of their corners inside.
type cells struct{ certain, possible int }

// count counts the cells for limit k, by the row of their lower corners, beginning a tile below the first.
func (f *field) count(k int) []cells {
	rows := make([]cells, len(f.rowFrom)*groundNodes)
	below := f.tiles[0].at.j - 1
	for n := range f.tiles {
		t := &f.tiles[n]
		if t.within == nil {
			continue
		}
		// Cells belong to the tile of their lower left corner. Those of a tile without anybody are counted with the first neighbour that has.
		for _, at := range [4]tileAt{t.at, {t.at.i - 1, t.at.j}, {t.at.i, t.at.j - 1}, {t.at.i - 1, t.at.j - 1}} {
			square := f.square(k, at)
			if i := slices.IndexFunc(square[:], func(s *placeSet) bool { return s != nil }); square[i] == &t.within[k] {
				countCells(square, rows[int(at.j-below)*groundNodes:])
			}
		}
	}
	return rows
}

// square are the places inside of a tile and its neighbours to the right, above, and both.
func (f *field) square(k int, at tileAt) [4]*placeSet {
	return [4]*placeSet{f.within(k, at), f.within(k, tileAt{at.i + 1, at.j}), f.within(k, tileAt{at.i, at.j + 1}), f.within(k, tileAt{at.i + 1, at.j + 1})}
}

func countCells(square [4]*placeSet, rows []cells) {
	var column, right [groundNodes + 1]uint32
	for side, words := range []*[groundNodes + 1]uint32{&column, &right} {
		if square[side] != nil {
			copy(words[:], square[side][:])
		}
		if square[side+2] != nil {
			words[groundNodes] = square[side+2][0]
		}
	}
	for j := range groundNodes {
		all, some := column[j]&column[j+1], column[j]|column[j+1]
		nextAll, nextSome := (right[j]&right[j+1])<<(groundNodes-1), (right[j]|right[j+1])<<(groundNodes-1)
		rows[j].certain += bits.OnesCount32(all & (all>>1 | nextAll))
		rows[j].possible += bits.OnesCount32(some | some>>1 | nextSome)
	}
}
