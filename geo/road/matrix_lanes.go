package road

import (
	"context"
	"slices"
)

// lanes is how many rows of a matrix one search works on at once. Rows that begin near each other take almost the same ways, so that
// each road is looked at once or twice for all of them instead of once for each.
const lanes = 8

// laneTimes are the times of one state in all lanes, in milliseconds, two to a word: the first in the low half. The highest bit of each
// half is free, so that one subtraction compares both. (As in PHAST, Delling et al. 2011, without the instructions for vectors.)
type laneTimes [lanes / 2]uint64

const (
	// laneArcs is how many times wider the buckets of the queue are than for one row: a state that waits for more lanes is looked at
	// less often.
	laneArcs = 4
	laneTops = 1<<63 | 1<<31
	bothOnes = 1<<32 | 1
)

// improve lowers times to those of another state and the milliseconds from there, where that is less, and tells whether it was anywhere.
// Written out for four words: a loop takes half as long again.
func (t *laneTimes) improve(from *laneTimes, ms uint32) bool {
	both := uint64(ms) * bothOnes
	a, b, c, d := from[0]+both, from[1]+both, from[2]+both, from[3]+both
	// By how much each is more than what it would replace; the top bits are clear where it is less.
	moreA, moreB, moreC, moreD := (a|laneTops)-t[0], (b|laneTops)-t[1], (c|laneTops)-t[2], (d|laneTops)-t[3]
	topA, topB, topC, topD := moreA&laneTops, moreB&laneTops, moreC&laneTops, moreD&laneTops
	if topA&topB&topC&topD == laneTops {
		return false
	}
	t[0], t[1], t[2], t[3] = a-moreA&(topA-topA>>31), b-moreB&(topB-topB>>31), c-moreC&(topC-topC>>31), d-moreD&(topD-topD>>31)
	return true
}

// at is the time of one lane.
func (t *laneTimes) at(lane int) uint32 { return uint32(t[lane/2] >> (lane % 2 * 32)) }

// lower lowers the time of one lane.
func (t *laneTimes) lower(lane int, ms uint32) bool {
	if ms >= t.at(lane) {
		return false
	}
	shift := lane % 2 * 32
	t[lane/2] = t[lane/2]&^(0xffffffff<<shift) | uint64(ms)<<shift
	return true
}

// laneSearch is the memory of one search at a time for a few rows. Times that are not known are one more than the limit.
type laneSearch struct {
	*matrix
	unknown laneTimes
	times   []laneTimes
	waits   []uint32 // per state: the time under which it waits in the queue
	blocks  []bool   // with states that have times
	queue   queue
	best    []laneTimes // per destination
	found   []int32     // destinations with times
}

func newLaneSearch(m *matrix) *laneSearch {
	s := &laneSearch{matrix: m, waits: slices.Repeat([]uint32{none}, m.g.States()), blocks: make([]bool, blocksOf(m.g.States()))}
	for i := range s.unknown {
		s.unknown[i] = uint64(m.limit+1) * bothOnes
	}
	s.times, s.best = slices.Repeat([]laneTimes{s.unknown}, m.g.States()), slices.Repeat([]laneTimes{s.unknown}, len(m.destinations))
	s.queue.reset(laneArcs * m.g.meta.MeanArcMs)
	return s
}

// search finds the times of some origins, one lane each.
func (s *laneSearch) search(ctx context.Context, origins []int) error {
	for lane, i := range origins {
		s.seed(lane, s.origins[i])
	}
	if err := s.run(ctx); err != nil {
		return err
	}
	for block, is := range s.blocks {
		if is {
			s.sweep(uint32(block))
			s.arrive(block)
		}
	}
	for lane, i := range origins {
		s.withoutJunctions(lane, s.origins[i])
		s.straight(lane, i)
	}
	slices.Sort(s.found)
	return nil
}

func (s *laneSearch) seed(lane int, origin attached) {
	if !origin.report.OK {
		return
	}
	var buffer [8]foothold
	for _, exit := range s.g.exits(origin.position, buffer[:0]) {
		if ms := origin.legMs + exit.ms; ms <= int64(s.limit) && s.times[exit.state].lower(lane, uint32(ms)) {
			s.enqueue(exit.state, uint32(ms))
		}
	}
}

// enqueue has a state wait for its arcs to be looked at, at the time of the first lane to come there.
func (s *laneSearch) enqueue(state, ms uint32) {
	s.blocks[state>>blockBits] = true
	if ms < s.waits[state] {
		s.waits[state] = ms
		s.queue.push(makeLabel(int64(ms), 0), state)
	}
}

// run works through the queue until no time gets better in any lane. The order is a matter of speed only.
func (s *laneSearch) run(ctx context.Context) error {
	along := s.g.fold.outward().up
	for n := 0; ; n++ {
		if n&0xfff == 0xfff && ctx.Err() != nil {
			return ctx.Err()
		}
		ms, state, ok := s.queue.pop()
		if !ok {
			return nil
		}
		if s.waits[state] != ms {
			continue
		}
		s.waits[state] = none
		from := s.times[state]
		for _, a := range along.arcs[along.start[state]:along.start[state+1]] {
			if s.times[a.To].improve(&from, a.Ms) {
				s.enqueue(a.To, min(ms+a.Ms, s.limit))
			}
		}
	}
}

// sweep gives the states taken out of a block their times.
func (s *laneSearch) sweep(block uint32) {
	along := s.g.fold.outward()
	first, last := along.taken(block)
	for state := first; state < last; state++ {
		times := &s.times[state]
		for _, a := range along.down.arcs[along.down.start[state]:along.down.start[state+1]] {
			times.improve(&s.times[a.To], a.Ms)
		}
	}
}

// arrive brings the times of a block to the destinations there.
func (s *laneSearch) arrive(block int) {
	for _, w := range s.byState[s.blockStart[block]:s.blockStart[block+1]] {
		fresh := s.best[w.to] == s.unknown
		if s.best[w.to].improve(&s.times[w.state], w.ms) && fresh {
			s.found = append(s.found, w.to)
		}
	}
}

// withoutJunctions goes to destinations on the edge of the origin.
func (s *laneSearch) withoutJunctions(lane int, origin attached) {
	if !origin.report.OK {
		return
	}
	for _, to := range s.byEdge.on(origin.position.Edge) {
		if ms, ok := s.g.alongEdge(origin.position, s.destinations[to].position); ok {
			s.offer(lane, to, origin.legMs+ms+s.destinations[to].legMs)
		}
	}
}

// straight goes to destinations without a road.
func (s *laneSearch) straight(lane, from int) {
	p := s.from[from].Point
	s.direct.near(p, func(to int, metres float64) {
		if !s.g.walls.crossed(p, s.direct.points[to]) {
			s.offer(lane, int32(to), s.g.legMs(metres))
		}
	})
}

func (s *laneSearch) offer(lane int, to int32, ms int64) {
	if ms > int64(s.limit) {
		return
	}
	fresh := s.best[to] == s.unknown
	if s.best[to].lower(lane, uint32(ms)) && fresh {
		s.found = append(s.found, to)
	}
}

// cells takes out one lane's row.
func (s *laneSearch) cells(lane int) []Cell {
	cells := make([]Cell, 0, len(s.found))
	for _, to := range s.found {
		if ms := s.best[to].at(lane); ms <= s.limit {
			cells = append(cells, Cell{int(to), int64(ms)})
		}
	}
	return cells
}

// clear makes the search as new.
func (s *laneSearch) clear() {
	for _, to := range s.found {
		s.best[to] = s.unknown
	}
	s.found = s.found[:0]
	for block, is := range s.blocks {
		if is {
			first := block << blockBits
			for i := range s.times[first:min(first+1<<blockBits, len(s.times))] {
				s.times[first+i] = s.unknown
			}
			s.blocks[block] = false
		}
	}
}
