package locate

import (
	"fmt"
	"math"
	"slices"
)

// Entry says that Candidate serves Demand at Cost (0 ≤ Cost < 2³²; milliseconds of travel in this program).
type Entry struct {
	Demand, Candidate int32
	Cost              int64
}

// Matrix is a sparse cost matrix between candidates and demand points. A pair that is not stored is out of reach.
// It is immutable once built and safe for concurrent use. Memory: 8 bytes per stored pair.
type Matrix struct {
	demands int
	start   []int   // candidate → first pair, length candidates+1
	demand  []int32 // ascending inside a candidate
	cost    []uint32
}

// NewMatrix builds a matrix from pairs in any order. A pair given twice keeps the lower cost. It fails on an index out of
// range and on a cost that is negative or does not fit 32 bits.
func NewMatrix(demands, candidates int, entries []Entry) (*Matrix, error) {
	if demands < 0 || candidates < 0 || demands > math.MaxInt32 || candidates > math.MaxInt32 {
		return nil, fmt.Errorf("matrix of %d demand points and %d candidates: size out of range", demands, candidates)
	}
	start := make([]int, candidates+1)
	for n, e := range entries {
		if e.Demand < 0 || int(e.Demand) >= demands || e.Candidate < 0 || int(e.Candidate) >= candidates {
			return nil, fmt.Errorf("entry %d: pair (demand %d, candidate %d) is outside a matrix of %d × %d", n, e.Demand, e.Candidate, demands, candidates)
		}
		start[e.Candidate+1]++
	}
	for i := range candidates {
		start[i+1] += start[i]
	}
	sorted := make([]Entry, len(entries))
	next := slices.Clone(start)
	for _, e := range entries {
		sorted[next[e.Candidate]] = e
		next[e.Candidate]++
	}
	b := NewBuilder(demands)
	for i := range candidates {
		if err := b.addEntries(sorted[start[i]:start[i+1]]); err != nil {
			return nil, err
		}
	}
	return b.Matrix(), nil
}

// Builder collects a matrix candidate by candidate, without ever holding a second copy of the pairs.
type Builder struct{ m Matrix }

// NewBuilder starts a matrix over the given number of demand points.
func NewBuilder(demands int) *Builder {
	return &Builder{m: Matrix{demands: demands, start: []int{0}}}
}

// Add appends the next candidate: the demand points it reaches and the cost of each, in any order.
func (b *Builder) Add(demands []int32, costs []int64) error {
	if len(demands) != len(costs) {
		return fmt.Errorf("candidate %d: %d demand points but %d costs", b.Candidates(), len(demands), len(costs))
	}
	entries := make([]Entry, len(demands))
	for n, j := range demands {
		entries[n] = Entry{Demand: j, Cost: costs[n]}
	}
	return b.addEntries(entries)
}

// Candidates returns how many candidates were added so far.
func (b *Builder) Candidates() int { return len(b.m.start) - 1 }

// Matrix returns the finished matrix; the builder must not be used afterwards.
func (b *Builder) Matrix() *Matrix { return &b.m }

func (b *Builder) addEntries(entries []Entry) error {
	ordered := func(a, e Entry) int {
		if a.Demand != e.Demand {
			return int(a.Demand) - int(e.Demand)
		}
		return compareInt64(a.Cost, e.Cost)
	}
	if !slices.IsSortedFunc(entries, ordered) {
		slices.SortFunc(entries, ordered)
	}
	for n, e := range entries {
		if e.Demand < 0 || int(e.Demand) >= b.m.demands {
			return fmt.Errorf("candidate %d: demand %d is outside 0…%d", b.Candidates(), e.Demand, b.m.demands-1)
		}
		if e.Cost < 0 || e.Cost > math.MaxUint32 {
			return fmt.Errorf("candidate %d, demand %d: cost %d is outside 0…%d; choose a coarser unit", b.Candidates(), e.Demand, e.Cost, uint32(math.MaxUint32))
		}
		if n > 0 && entries[n-1].Demand == e.Demand {
			continue
		}
		b.m.demand = append(b.m.demand, e.Demand)
		b.m.cost = append(b.m.cost, uint32(e.Cost))
	}
	b.m.start = append(b.m.start, len(b.m.demand))
	return nil
}

func compareInt64(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Demands returns the number of demand points.
func (m *Matrix) Demands() int { return m.demands }

// Candidates returns the number of candidates.
func (m *Matrix) Candidates() int { return len(m.start) - 1 }

// Pairs returns the number of stored pairs.
func (m *Matrix) Pairs() int { return len(m.demand) }

// Cost returns the cost between a demand point and a candidate; ok is false when the pair is out of reach.
func (m *Matrix) Cost(demand, candidate int) (cost int64, ok bool) {
	js, cs := m.column(candidate)
	n, found := slices.BinarySearch(js, int32(demand))
	if !found {
		return 0, false
	}
	return int64(cs[n]), true
}

func (m *Matrix) column(i int) ([]int32, []uint32) {
	a, b := m.start[i], m.start[i+1]
	return m.demand[a:b], m.cost[a:b]
}
