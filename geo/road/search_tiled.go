package road

import (
	"context"
	"math"
	"runtime"
	"sync"
)

// A search over a large graph works tile by tile: states that are near on the map are near in memory, so that the labels and arcs of
// a tile of 16,384 states stay in the cache while it is worked on. Inside a tile labels are set in order of time; what leaves it waits
// in the box of the next tile, which may have to be opened again. The labels come out as those of a plain search whatever the order, and
// so tiles that wait can be worked on at the same time.
const (
	tileBits  = 14
	tiledFrom = 16 << tileBits // states; a smaller graph is in the cache anyway
)

// tiledSearch is one search at work.
type tiledSearch struct {
	labels []label
	along  adjacency
	limit  uint32
	mean   uint32

	mutex   sync.Mutex
	wake    *sync.Cond
	tiles   []tile
	ready   []int32 // tiles that wait to be worked on, a heap would gain nothing
	running int
	err     error
}

type tile struct {
	box           []arrival
	queued, taken bool
}

// arrival is a label that comes to a state from outside its tile.
type arrival struct {
	label label
	state uint32
}

// runTiled settles everything within the limit from the given seeds, on all processors, as run does. The labels must be clear.
func (s *search) runTiled(ctx context.Context, along foldedAdjacency, seeds []arrival, limit, meanArcMs uint32) error {
	t := &tiledSearch{labels: s.labels, along: along.up, limit: limit, mean: meanArcMs}
	t.wake = sync.NewCond(&t.mutex)
	t.tiles = make([]tile, (len(s.labels)+1<<tileBits-1)>>tileBits)
	t.deliver(seeds)
	workers := make([]tileWorker, min(runtime.GOMAXPROCS(0), len(t.tiles)))
	var group sync.WaitGroup
	for i := range workers {
		workers[i].tiledSearch = t
		group.Go(func() { workers[i].work(ctx) })
	}
	group.Wait()
	for i := range workers {
		s.touched = append(s.touched, workers[i].touched...)
	}
	if t.err != nil {
		return t.err
	}
	return s.sweepTiled(ctx, along, limit)
}

// sweepTiled sweeps on all processors.
func (s *search) sweepTiled(ctx context.Context, along foldedAdjacency, limit uint32) error {
	blocks := along.blocksOf(s.touched)
	lists := make([][]uint32, len(blocks))
	err := inPieces(ctx, len(blocks), 1, func(from, to int) error {
		for i := from; i < to; i++ {
			lists[i] = along.sweepBlock(blocks[i], s.labels, limit, nil)
		}
		return nil
	})
	for _, list := range lists {
		s.touched = append(s.touched, list...)
	}
	return err
}

// deliver puts arrivals into the boxes of their tiles. The caller holds the mutex, or is alone.
func (t *tiledSearch) deliver(list []arrival) {
	for _, a := range list {
		i := a.state >> tileBits
		own := &t.tiles[i]
		own.box = append(own.box, a)
		if !own.queued {
			own.queued = true
			t.ready = append(t.ready, int32(i))
		}
	}
}

// take waits for a tile that has arrivals and nobody works on; ok is false when all is done.
func (t *tiledSearch) take() (i int32, box []arrival, ok bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for {
		for k, i := range t.ready {
			own := &t.tiles[i]
			if own.taken {
				continue
			}
			t.ready = append(t.ready[:k], t.ready[k+1:]...)
			box := own.box
			own.box, own.queued, own.taken = nil, false, true
			t.running++
			return i, box, true
		}
		if t.running == 0 || t.err != nil {
			t.wake.Broadcast()
			return 0, nil, false
		}
		t.wake.Wait()
	}
}

func (t *tiledSearch) finish(i int32, out []arrival, err error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.tiles[i].taken = false
	t.running--
	t.deliver(out)
	if err != nil {
		t.err = err
	}
	t.wake.Broadcast()
}

// tileWorker works on one tile at a time.
type tileWorker struct {
	*tiledSearch
	queue   queue
	touched []uint32
	out     []arrival
}

func (w *tileWorker) work(ctx context.Context) {
	for {
		i, box, ok := w.take()
		if !ok {
			return
		}
		w.out = w.out[:0]
		err := ctx.Err()
		if err == nil {
			w.settle(uint32(i), box)
		}
		w.finish(i, w.out, err)
	}
}

// settle sets the labels of one tile from what has arrived.
func (w *tileWorker) settle(own uint32, box []arrival) {
	w.queue.reset(w.mean)
	for _, a := range box {
		w.improve(a.state, a.label)
	}
	highest := makeLabel(int64(w.limit), math.MaxUint32)
	labels, start, arcs := w.labels, w.along.start, w.along.arcs
	for {
		ms, state, ok := w.queue.pop()
		if !ok {
			return
		}
		l := labels[state]
		if uint32(l>>32) != ms {
			continue
		}
		for _, a := range arcs[start[state]:start[state+1]] {
			next := l.plus(a.Ms)
			if next > highest {
				continue
			}
			if a.To>>tileBits != own {
				w.out = append(w.out, arrival{next, a.To})
				continue
			}
			w.improve(a.To, next)
		}
	}
}

func (w *tileWorker) improve(state uint32, l label) {
	old := w.labels[state]
	if l >= old {
		return
	}
	if old == noLabel {
		w.touched = append(w.touched, state)
	}
	w.labels[state] = l
	w.queue.push(l, state)
}
