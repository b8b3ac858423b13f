package road

import (
	"slices"

	"github.com/paulmach/orb"
)

// tileCover counts how many spans each tile lies in, while spans come and go.
type tileCover struct {
	spans    tileSpans
	low      tileAt // of the tiles over the road data, which are counted in a table
	columns  int
	counts   []int32
	beyond   map[tileAt]int32 // the others
	distinct int              // tiles that lie in some span
}

// mostCounts bounds the table of a cover; the tiles of larger road data are all counted in the map.
const mostCounts = 1 << 24

func newTileCover(a *ground) *tileCover {
	c := &tileCover{spans: newTileSpans(a), beyond: map[tileAt]int32{}}
	bounds := a.g.Bounds()
	over := c.spans.around(boxOf(orb.Bound{Min: bounds.Min, Max: bounds.Max}), 0, 1)
	columns, rows := int(over.to.i-over.from.i)+1, int(over.to.j-over.from.j)+1
	if columns*rows <= mostCounts {
		c.low, c.columns, c.counts = over.from, columns, make([]int32, columns*rows)
	}
	return c
}

// change adds a span, or takes it away when by is -1.
func (c *tileCover) change(s tileSpan, by int32) {
	for j := s.from.j; j <= s.to.j; j++ {
		for i := s.from.i; i <= s.to.i; i++ {
			c.distinct += c.count(tileAt{i, j}, by)
		}
	}
}

// count changes the count of a tile and returns by how many tiles more lie in some span.
func (c *tileCover) count(at tileAt, by int32) int {
	var before int32
	i, j := int(at.i-c.low.i), int(at.j-c.low.j)
	if i >= 0 && j >= 0 && i < c.columns && j*c.columns < len(c.counts) {
		count := &c.counts[j*c.columns+i]
		before = *count
		*count += by
	} else {
		before = c.beyond[at]
		c.beyond[at] = before + by
		if before+by == 0 {
			delete(c.beyond, at)
		}
	}
	switch {
	case before == 0:
		return 1
	case before+by == 0:
		return -1
	default:
		return 0
	}
}

// tiles lists the tiles that lie in some span, by rows.
func (c *tileCover) tiles() []tileAt {
	out := make([]tileAt, 0, c.distinct)
	for k, count := range c.counts {
		if count > 0 {
			out = append(out, tileAt{c.low.i + int32(k%c.columns), c.low.j + int32(k/c.columns)})
		}
	}
	if len(c.beyond) > 0 {
		for at := range c.beyond {
			out = append(out, at)
		}
		slices.SortFunc(out, byRows)
	}
	return out
}
