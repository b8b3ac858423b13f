package field

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Change is what differs between two inputs with the same speed, cap and walls.
type Change struct {
	RemoveEdges []int64 // by ID
	RemoveSites []int64 // by ID
	AddEdges    []Edge
	AddSites    []Site
}

// Diff returns the change that makes before into after. Edges and sites are compared by ID, shape and times; speed, cap and walls must
// be the same. It costs O(n).
func Diff(before, after Input) Change {
	var c Change
	c.RemoveEdges, c.AddEdges = diff(before.Edges, after.Edges, func(e Edge) int64 { return e.ID }, func(a, b Edge) bool {
		return a.Ahead == b.Ahead && a.Back == b.Back && slices.Equal(a.Line, b.Line)
	})
	c.RemoveSites, c.AddSites = diff(before.Sites, after.Sites, func(s Site) int64 { return s.ID }, func(a, b Site) bool { return a == b })
	return c
}

// diff compares groups of the same ID, order within a group counting.
func diff[T any](before, after []T, id func(T) int64, same func(a, b T) bool) (remove []int64, add []T) {
	old := make(map[int64][]T, len(before))
	for _, v := range before {
		old[id(v)] = append(old[id(v)], v)
	}
	now := make(map[int64][]T, len(after))
	var order []int64
	for _, v := range after {
		if _, seen := now[id(v)]; !seen {
			order = append(order, id(v))
		}
		now[id(v)] = append(now[id(v)], v)
	}
	for _, key := range order {
		if !slices.EqualFunc(old[key], now[key], same) {
			if len(old[key]) > 0 {
				remove = append(remove, key)
			}
			add = append(add, now[key]...)
		}
	}
	for _, v := range before {
		if _, still := now[id(v)]; !still {
			remove = append(remove, id(v))
			now[id(v)] = nil
		}
	}
	return remove, add
}

// Update changes the field as if it had been made from the changed input with the same frame. Only the tiles which a changed stretch
// reaches are computed again. On an error the field must be made anew. No other method may run at the same time.
func (f *Field) Update(ctx context.Context, c Change) error {
	in := Input{Edges: c.AddEdges, Sites: c.AddSites, OffRoadMps: 1000 / f.grid.walkPace, CapM: f.capM}
	if err := in.check(); err != nil {
		return fmt.Errorf("updating a reach field: %w", err)
	}
	if err := f.change(ctx, c); err != nil {
		return fmt.Errorf("updating a reach field: %w", err)
	}
	return nil
}

func (f *Field) change(ctx context.Context, c Change) error {
	g := &f.grid
	gone := f.remove(c)
	added := f.prepare(c.AddEdges, c.AddSites)
	for i := range added {
		f.order = append(f.order, int32(len(g.segments)+i))
	}
	g.segments = append(g.segments, added...)
	if len(g.segments) > 2*len(f.order)+1000 || !g.holds(added) {
		return f.rebuild(ctx)
	}
	f.order = byTime(g.segments, f.order, f.maxMs)
	dirty := make([]bool, len(g.tiles))
	for _, k := range gone {
		g.mark(&g.segments[k], dirty)
	}
	for i := range added {
		g.mark(&added[i], dirty)
	}
	for at := range dirty {
		if dirty[at] {
			g.tiles[at] = nil
		}
	}
	return f.fill(ctx, func(tile int) bool { return dirty[tile] })
}

// remove takes segments out of the order and returns them.
func (f *Field) remove(c Change) (gone []int32) {
	edges, sites := setOf(c.RemoveEdges), setOf(c.RemoveSites)
	f.order = slices.DeleteFunc(f.order, func(k int32) bool {
		s := &f.grid.segments[k]
		_, out := edges[s.edge]
		if s.site {
			_, out = sites[s.edge]
		}
		if out {
			gone = append(gone, k)
		}
		return out
	})
	return gone
}

func setOf(ids []int64) map[int64]struct{} {
	set := make(map[int64]struct{}, len(ids))
	for _, id := range ids {
		set[id] = struct{}{}
	}
	return set
}

// rebuild drops what was removed and computes everything again, on a grid that holds all segments.
func (f *Field) rebuild(ctx context.Context) error {
	living := make([]segment, 0, len(f.order))
	slices.Sort(f.order)
	for _, k := range f.order {
		living = append(living, f.grid.segments[k])
	}
	f.grid.segments, f.grid.tiles, f.grid.tilesX, f.grid.tilesY = living, nil, 0, 0
	return f.build(ctx)
}

// holds reports whether the grid has room for all segments.
func (g *grid) holds(segments []segment) bool {
	size := g.step * tileNodes
	for i := range segments {
		s := &segments[i]
		if int(math.Floor(s.low.X/size)) < g.tileI || int(math.Floor(s.high.X/size)) >= g.tileI+g.tilesX ||
			int(math.Floor(s.low.Y/size)) < g.tileJ || int(math.Floor(s.high.Y/size)) >= g.tileJ+g.tilesY {
			return false
		}
	}
	return true
}

// mark marks the tiles a segment reaches.
func (g *grid) mark(s *segment, dirty []bool) {
	size := g.step * tileNodes
	for row := int(math.Floor(s.low.Y / size)); row <= int(math.Floor(s.high.Y/size)); row++ {
		for column := int(math.Floor(s.low.X / size)); column <= int(math.Floor(s.high.X/size)); column++ {
			dirty[(row-g.tileJ)*g.tilesX+column-g.tileI] = true
		}
	}
}
