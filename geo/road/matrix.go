package road

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
	"unsafe"
)

// MatrixOptions bound a matrix.
type MatrixOptions struct {
	Limit time.Duration // longest trip that counts, to the millisecond; 0 means none
	// Progress is told how many rows are done. Nil for no reports.
	Progress func(done, total int64)
}

// Matrix finds the times from every place to every other place within the limit and hands them out row by row, in the order of from:
// the cells of a row in the order of to, those beyond the limit left out. row may keep nothing of cells; its error stops everything.
//
// Rows are computed many at a time, those that begin near each other in one search, on all processors. Memory: for every processor 36
// bytes per state and 32 per place of to; and rows that wait for their turn, up to 64 MB or 16 rows.
func (g *Graph) Matrix(ctx context.Context, from, to []Place, opts MatrixOptions, row func(from int, cells []Cell) error) error {
	if err := firstError(checkPlaces("origin", from), checkPlaces("destination", to)); err != nil {
		return err
	}
	origins, err := g.attach(ctx, from)
	if err != nil {
		return fmt.Errorf("putting origins on the road: %w", err)
	}
	destinations, err := g.attach(ctx, to)
	if err != nil {
		return fmt.Errorf("putting destinations on the road: %w", err)
	}
	m := g.newMatrix(from, origins, to, destinations, opts)
	const waiting = 64 << 20 / int(unsafe.Sizeof(Cell{}))
	window := max(waiting/max(len(to), 1), 2*lanes)
	for first := 0; first < len(from); first += window {
		rows, err := m.rows(ctx, first, min(first+window, len(from)))
		if err != nil {
			return err
		}
		for i, cells := range rows {
			if err := row(first+i, cells); err != nil {
				return err
			}
			if opts.Progress != nil {
				opts.Progress(int64(first+i+1), int64(len(from)))
			}
		}
	}
	return nil
}

// matrix is what all rows share.
type matrix struct {
	g            *Graph
	from         []Place
	origins      []attached
	destinations []attached
	byEdge       onEdges
	byState      []waiting // destinations under the states from which they are entered, ascending by state
	blockStart   []uint32  // where the states of each block begin in byState
	direct       directSites
	limit        uint32
	searches     sync.Pool // of *laneSearch
}

// waiting is a destination at the end of a search: from its state it is so far.
type waiting struct {
	state uint32
	to    int32
	ms    uint32
}

func (g *Graph) newMatrix(from []Place, origins []attached, to []Place, destinations []attached, opts MatrixOptions) *matrix {
	m := &matrix{g: g, from: from, origins: origins, destinations: destinations, byEdge: indexByEdge(destinations)}
	m.limit = limitMs(opts.Limit.Milliseconds())
	m.direct = newDirectSites(to, g.profile.DirectWalkMaxM)
	var list []foothold
	for i, d := range destinations {
		if !d.report.OK {
			continue
		}
		list = g.entrances(d.position, list[:0])
		for _, f := range list {
			if ms := f.ms + d.legMs; ms <= int64(m.limit) {
				m.byState = append(m.byState, waiting{f.state, int32(i), uint32(ms)})
			}
		}
	}
	slices.SortFunc(m.byState, func(a, b waiting) int { return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.to, b.to)) })
	m.blockStart = make([]uint32, blocksOf(g.States())+1)
	for _, w := range m.byState {
		m.blockStart[w.state>>blockBits+1]++
	}
	for b := range blocksOf(g.States()) {
		m.blockStart[b+1] += m.blockStart[b]
	}
	return m
}

// rows computes the rows of some origins, on all processors.
func (m *matrix) rows(ctx context.Context, first, last int) ([][]Cell, error) {
	order := make([]int, last-first)
	for i := range order {
		order[i] = first + i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.origins[a].position.Edge, m.origins[b].position.Edge) })
	rows := make([][]Cell, last-first)
	err := inPieces(ctx, len(order), lanes, func(from, to int) error {
		s, ok := m.searches.Get().(*laneSearch)
		if !ok {
			s = newLaneSearch(m)
		}
		if err := s.search(ctx, order[from:to]); err != nil {
			return err
		}
		for lane, i := range order[from:to] {
			rows[i-first] = s.cells(lane)
		}
		s.clear()
		m.searches.Put(s)
		return nil
	})
	return rows, err
}
