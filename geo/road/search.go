package road

import (
	"context"
	"math"
	"math/bits"
)

// label is a time and whose it is, in one word: milliseconds in the high half, owner in the low one. Smaller is sooner; of two owners
// equally near the lower one counts. Adding an arc's time keeps the order, so the smallest labels do not depend on the order of work.
type label uint64

const noLabel = ^label(0)

func makeLabel(ms int64, owner int) label { return label(ms)<<32 | label(uint32(owner)) }

func (l label) ms() int64  { return int64(l >> 32) }
func (l label) owner() int { return int(uint32(l)) }

func (l label) plus(ms uint32) label { return l + label(ms)<<32 }

// maxMs bounds every label, so that adding an arc cannot overflow: 24 days.
const maxMs = math.MaxInt32

// limitMs is the longest time that counts.
func limitMs(ms int64) uint32 {
	if ms <= 0 || ms > maxMs {
		return maxMs
	}
	return uint32(ms)
}

// queue holds labels in buckets of time. Inside a bucket the order is free: a search over it corrects labels until the bucket is empty.
// (Dial 1969; the correction inside wide buckets as in Meyer and Sanders, "Δ-stepping", 2003.)
type queue struct {
	shift uint
	heads []int32 // per bucket the first item, or -1
	items []queued
	free  int32
	low   int
}

type queued struct {
	label label
	state uint32
	next  int32
}

// reset empties the queue; buckets are as wide as a fraction of the mean arc.
func (q *queue) reset(meanArcMs uint32) {
	q.shift = uint(max(bits.Len32(meanArcMs)-queueShift, queueMinShift)) + 32
	q.heads, q.items, q.free, q.low = q.heads[:0], q.items[:0], -1, 0
}

const (
	queueShift    = 2
	queueMinShift = 8
)

func (q *queue) push(l label, state uint32) {
	bucket := int(l >> q.shift)
	for bucket >= len(q.heads) {
		q.heads = append(q.heads, -1)
	}
	item := queued{l, state, q.heads[bucket]}
	if at := q.free; at >= 0 {
		q.free = q.items[at].next
		q.items[at] = item
		q.heads[bucket] = at
	} else {
		q.heads[bucket] = int32(len(q.items))
		q.items = append(q.items, item)
	}
	q.low = min(q.low, bucket)
}

// pop takes a label of the first bucket that has any.
func (q *queue) pop() (l label, state uint32, ok bool) {
	for ; q.low < len(q.heads); q.low++ {
		if at := q.heads[q.low]; at >= 0 {
			item := q.items[at]
			q.heads[q.low] = item.next
			q.items[at].next, q.free = q.free, at
			return item.label, item.state, true
		}
	}
	return 0, 0, false
}

// search is the memory of one search at a time: labels of all states, reset by what was touched.
type search struct {
	labels  []label
	touched []uint32
	queue   queue
	journal *[]labelChange // when not nil, what every change of a label replaced
}

// labelChange is what a state's label was before it changed.
type labelChange struct {
	state uint32
	old   label
}

func newSearch(states int) *search {
	s := &search{labels: make([]label, states)}
	for i := range s.labels {
		s.labels[i] = noLabel
	}
	return s
}

// clear makes the search as new.
func (s *search) clear() {
	for _, state := range s.touched {
		s.labels[state] = noLabel
	}
	s.touched = s.touched[:0]
}

// seed gives a state a label, if it is better than the one it has.
func (s *search) seed(state uint32, l label) {
	old := s.labels[state]
	if l >= old {
		return
	}
	if old == noLabel {
		s.touched = append(s.touched, state)
	}
	if s.journal != nil {
		*s.journal = append(*s.journal, labelChange{state, old})
	}
	s.labels[state] = l
	s.queue.push(l, state)
}

// run settles everything within the limit: afterwards each state has the smallest label that any seed and path gives it. It returns the
// context's error when cancelled.
func (s *search) run(ctx context.Context, start []uint32, arcs []arc, limit uint32) error {
	highest := makeLabel(int64(limit), math.MaxUint32)
	for n := 0; ; n++ {
		if n&0x3fff == 0x3fff && ctx.Err() != nil {
			return ctx.Err()
		}
		l, state, ok := s.queue.pop()
		if !ok {
			return nil
		}
		if l != s.labels[state] {
			continue // it got better since
		}
		for _, a := range arcs[start[state]:start[state+1]] {
			next := l.plus(a.Ms)
			old := s.labels[a.To]
			if next >= old || next > highest {
				continue
			}
			if old == noLabel {
				s.touched = append(s.touched, a.To)
			}
			if s.journal != nil {
				*s.journal = append(*s.journal, labelChange{a.To, old})
			}
			s.labels[a.To] = next
			s.queue.push(next, a.To)
		}
	}
}
