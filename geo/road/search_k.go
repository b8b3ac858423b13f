package road

import (
	"context"
	"math"
)

// searchK finds for every state the k smallest labels of different owners.
type searchK struct {
	k      int
	labels []label // k per state, ascending, noLabel where there are fewer
	queue  queue
}

func newSearchK(states, k int) *searchK {
	s := &searchK{k: k, labels: make([]label, states*k)}
	for i := range s.labels {
		s.labels[i] = noLabel
	}
	return s
}

// at are the labels of a state.
func (s *searchK) at(state uint32) []label {
	own := s.labels[int(state)*s.k : int(state+1)*s.k]
	n := 0
	for n < len(own) && own[n] != noLabel {
		n++
	}
	return own[:n]
}

// insert puts a label among a state's, unless the state has k better ones or a better one of the same owner.
func (s *searchK) insert(state uint32, l label) bool {
	own := s.labels[int(state)*s.k : int(state+1)*s.k]
	last := len(own) - 1 // where the label that must go is
	for i, old := range own {
		if old == noLabel || old.owner() == l.owner() {
			last = i
			break
		}
	}
	if own[last] <= l {
		return false
	}
	for ; last > 0 && own[last-1] > l; last-- {
		own[last] = own[last-1]
	}
	own[last] = l
	return true
}

func (s *searchK) seed(state uint32, l label) {
	if s.insert(state, l) {
		s.queue.push(l, state)
	}
}

// run settles everything within the limit.
func (s *searchK) run(ctx context.Context, along adjacency, limit uint32) error {
	highest := makeLabel(int64(limit), math.MaxUint32)
	for n := 0; ; n++ {
		if n&0x3fff == 0x3fff && ctx.Err() != nil {
			return ctx.Err()
		}
		ms, state, ok := s.queue.pop()
		if !ok {
			return nil
		}
		for _, l := range s.at(state) {
			if l.ms() != int64(ms) {
				continue // waits for its own turn, or had it
			}
			for _, a := range along.arcs[along.start[state]:along.start[state+1]] {
				if next := l.plus(a.Ms); next <= highest {
					s.seed(a.To, next)
				}
			}
		}
	}
}
