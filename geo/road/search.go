package road

import (
	"context"
	"math"
	"math/bits"
)

// label is a time and whose it is, in one word: milliseconds in the high half, owner in the low one. Smaller is sooner; of two owners
// equally near the lower one counts. Adding an arc's time keeps the order, so the smallest labels do not depend on the order of work.
type label uint64

// noLabel is greater than every label, also when the time of an arc is added to it.
const noLabel = label(math.MaxInt64)

func makeLabel(ms int64, owner int) label { return label(ms)<<32 | label(uint32(owner)) }

func (l label) ms() int64  { return int64(l >> 32) }
func (l label) owner() int { return int(uint32(l)) }

func (l label) plus(ms uint32) label { return l + label(ms)<<32 }

// maxMs bounds every label and every arc, so that adding them cannot overflow: 12 days.
const maxMs = 1<<30 - 1

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
	shift   uint
	buckets [][]label // an entry is a time and, in place of an owner, a state
	low     int
}

// reset empties the queue; buckets are as wide as a fraction of the mean arc.
func (q *queue) reset(meanArcMs uint32) {
	q.shift = uint(max(bits.Len32(meanArcMs)-queueShift, queueMinShift)) + 32
	for i := q.low; i < len(q.buckets); i++ {
		q.buckets[i] = q.buckets[i][:0]
	}
	q.low = 0
}

const (
	queueShift    = 2
	queueMinShift = 8
)

func (q *queue) push(l label, state uint32) {
	bucket := int(l >> q.shift)
	if bucket >= len(q.buckets) {
		q.grow(bucket)
	}
	q.buckets[bucket] = append(q.buckets[bucket], l&^math.MaxUint32|label(state))
	q.low = min(q.low, bucket)
}

func (q *queue) grow(bucket int) {
	for bucket >= len(q.buckets) {
		q.buckets = append(q.buckets, nil)
	}
}

// pop takes a time and a state from the first bucket that has any. A state whose label has another time by now got better since.
func (q *queue) pop() (ms, state uint32, ok bool) {
	for ; q.low < len(q.buckets); q.low++ {
		if bucket := q.buckets[q.low]; len(bucket) > 0 {
			item := bucket[len(bucket)-1]
			q.buckets[q.low] = bucket[:len(bucket)-1]
			return uint32(item >> 32), uint32(item), true
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
	if len(s.touched) > len(s.labels)/8 { // in one sweep
		for i := range s.labels {
			s.labels[i] = noLabel
		}
		s.touched = s.touched[:0]
	}
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
func (s *search) run(ctx context.Context, along adjacency, limit uint32) error {
	highest := makeLabel(int64(limit), math.MaxUint32)
	start, arcs, labels := along.start, along.arcs, s.labels
	for n := 0; ; n++ {
		if n&0x3fff == 0x3fff && ctx.Err() != nil {
			return ctx.Err()
		}
		ms, state, ok := s.queue.pop()
		if !ok {
			return nil
		}
		l := labels[state]
		if uint32(l>>32) != ms {
			continue
		}
		for _, a := range arcs[start[state]:start[state+1]] {
			next, old := l.plus(a.Ms), labels[a.To]
			if next >= old || next > highest {
				continue
			}
			if old == noLabel {
				s.touched = append(s.touched, a.To)
			}
			labels[a.To] = next
			s.queue.push(next, a.To)
		}
	}
}

// runFolded is run over a folded state graph: the same labels for less work.
func (s *search) runFolded(ctx context.Context, along foldedAdjacency, limit uint32) error {
	if err := s.run(ctx, along.up, limit); err != nil {
		return err
	}
	for _, block := range along.blocksOf(s.touched) {
		s.touched = along.sweepBlock(block, s.labels, limit, s.touched)
	}
	return ctx.Err()
}

// correct is run for a few changed labels, and writes down in the journal what they replace.
func (s *search) correct(along adjacency, limit uint32) {
	highest := makeLabel(int64(limit), math.MaxUint32)
	for {
		ms, state, ok := s.queue.pop()
		if !ok {
			return
		}
		l := s.labels[state]
		if uint32(l>>32) != ms {
			continue
		}
		for _, a := range along.arcs[along.start[state]:along.start[state+1]] {
			next, old := l.plus(a.Ms), s.labels[a.To]
			if next < old && next <= highest {
				*s.journal = append(*s.journal, labelChange{a.To, old})
				s.labels[a.To] = next
				s.queue.push(next, a.To)
			}
		}
	}
}
