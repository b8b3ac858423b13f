package road

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"
)

// MatrixOptions bound a matrix.
type MatrixOptions struct {
	Limit time.Duration // longest trip that counts, to the millisecond; 0 means none
	// Progress is told how many rows are done. Nil for no reports.
	Progress func(done, total int64)
}

// Matrix finds the times from every place to every other place within the limit and hands them out row by row, in the order of from:
// the cells of a row in the order of to, those beyond the limit left out. Memory: a row per processor and 20 bytes per state. row may
// keep nothing of cells; its error stops everything. Rows are computed on all processors, one search each from the row's place.
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
	return inOrder(ctx, len(from), func() func(int) ([]Cell, error) {
		s := newMatrixSearch(m)
		return func(i int) ([]Cell, error) { return s.row(ctx, i) }
	}, func(i int, cells []Cell) error {
		if err := row(i, cells); err != nil {
			return err
		}
		if opts.Progress != nil {
			opts.Progress(int64(i+1), int64(len(from)))
		}
		return nil
	})
}

// matrix is what all rows share.
type matrix struct {
	g            *Graph
	from         []Place
	origins      []attached
	destinations []attached
	byEdge       onEdges
	byState      []waiting // destinations under the states from which they are entered, ascending by state
	stateStart   []uint32
	direct       directSites
	limit        uint32
}

// waiting is a destination at the end of a search: from its state it is so far.
type waiting struct {
	state uint32
	to    int32
	ms    int64
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
			m.byState = append(m.byState, waiting{f.state, int32(i), f.ms + d.legMs})
		}
	}
	slices.SortFunc(m.byState, func(a, b waiting) int { return cmp.Or(cmp.Compare(a.state, b.state), cmp.Compare(a.to, b.to)) })
	m.stateStart = make([]uint32, g.States()+1)
	for _, w := range m.byState {
		m.stateStart[w.state+1]++
	}
	for s := range g.States() {
		m.stateStart[s+1] += m.stateStart[s]
	}
	return m
}

// matrixSearch is the memory of one row at a time.
type matrixSearch struct {
	*matrix
	search *search
	best   []int64 // per destination, -1 where there is none yet
	found  []int32
}

func newMatrixSearch(m *matrix) *matrixSearch {
	s := &matrixSearch{matrix: m, search: m.g.takeSearch(), best: make([]int64, len(m.destinations))}
	for i := range s.best {
		s.best[i] = -1
	}
	return s
}

func (s *matrixSearch) row(ctx context.Context, i int) ([]Cell, error) {
	origin := s.origins[i]
	s.found = s.found[:0]
	if origin.report.OK {
		if err := s.alongRoads(ctx, origin); err != nil {
			return nil, err
		}
	}
	s.straight(s.from[i].Point)
	return s.cells(), nil
}

// cells takes the row's results out in the order of destinations: by sorting what was found, or where that is much by looking at all.
func (s *matrixSearch) cells() []Cell {
	cells := make([]Cell, 0, len(s.found))
	take := func(to int) {
		cells = append(cells, Cell{to, s.best[to]})
		s.best[to] = -1
	}
	if len(s.found) > len(s.best)/16 {
		for to, ms := range s.best {
			if ms >= 0 {
				take(to)
			}
		}
		return cells
	}
	slices.Sort(s.found)
	for _, to := range s.found {
		take(int(to))
	}
	return cells
}

func (s *matrixSearch) alongRoads(ctx context.Context, origin attached) error {
	s.search.clear()
	s.search.queue.reset(s.g.meta.MeanArcMs)
	var buffer [8]foothold
	for _, exit := range s.g.exits(origin.position, buffer[:0]) {
		if ms := origin.legMs + exit.ms; ms <= int64(s.limit) {
			s.search.seed(exit.state, makeLabel(ms, 0))
		}
	}
	if err := s.search.run(ctx, s.g.outward(), s.limit); err != nil {
		return err
	}
	for _, state := range s.search.touched {
		base := s.search.labels[state].ms()
		for _, w := range s.byState[s.stateStart[state]:s.stateStart[state+1]] {
			s.offer(w.to, base+w.ms)
		}
	}
	for _, to := range s.byEdge.on(origin.position.Edge) {
		if ms, ok := s.g.alongEdge(origin.position, s.destinations[to].position); ok {
			s.offer(to, origin.legMs+ms+s.destinations[to].legMs)
		}
	}
	return nil
}

func (s *matrixSearch) straight(p orb.Point) {
	s.direct.near(p, func(to int, metres float64) {
		if !s.g.walls.crossed(p, s.direct.points[to]) {
			s.offer(int32(to), s.g.legMs(metres))
		}
	})
}

func (s *matrixSearch) offer(to int32, ms int64) {
	switch old := s.best[to]; {
	case ms > int64(s.limit):
	case old < 0:
		s.best[to] = ms
		s.found = append(s.found, to)
	case ms < old:
		s.best[to] = ms
	}
}

// inOrder computes 0…n-1 on all processors, each with a worker of its own, and hands the results out in order, at most a few ahead.
func inOrder[T any](ctx context.Context, n int, newWorker func() func(int) (T, error), yield func(int, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slots := make(chan chan T, 4*runtime.GOMAXPROCS(0)) // results in order, each promised before it is there
	type job struct {
		index  int
		result chan T
	}
	jobs := make(chan job)
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			work := newWorker()
			for j := range jobs {
				result, err := work(j.index)
				if err != nil {
					cancel(err)
					return
				}
				j.result <- result
			}
		})
	}
	go func() {
		defer close(slots)
		defer close(jobs)
		for i := range n {
			result := make(chan T, 1)
			select {
			case slots <- result:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- job{i, result}:
			case <-ctx.Done():
				return
			}
		}
	}()
	defer group.Wait()
	for i := range n {
		result, ok := <-slots
		if !ok {
			return context.Cause(ctx)
		}
		select {
		case value := <-result:
			if err := yield(i, value); err != nil {
				cancel(err)
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
