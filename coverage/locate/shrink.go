package locate

import (
	"encoding/binary"
	"slices"
)

// shrunk is a simple cover programme after its root has decided most columns: those that are in are paid off, those that
// are out are gone, and rows that the remaining columns do not tell apart are merged. Its nodes cost a fraction.
type shrunk struct {
	c   *cover
	ids []int32 // column → column of the larger programme
	in  []int32 // columns of the larger programme that are chosen
}

// shrink returns the smaller programme, or nil when the rules are not simple or too little was decided to be worth it.
func (s *search) shrink() *shrunk {
	before, after := 0, 0
	for i, role := range s.r.role {
		if s.root[i] == roleFree {
			before++
		}
		if role == roleFree {
			after++
		}
	}
	if !s.c.simple || after == 0 || 4*after > 3*before {
		return nil
	}
	k := &shrunk{}
	number := make([]int32, s.c.columns)
	for i, role := range s.r.role {
		switch role {
		case roleIn:
			k.in = append(k.in, int32(i))
		case roleFree:
			number[i] = int32(len(k.ids))
			k.ids = append(k.ids, int32(i))
		}
	}
	k.c = newCover(len(k.ids))
	k.c.unit, k.c.base, k.c.pick = s.c.unit, s.c.base, s.c.pick-len(k.in)
	k.addRows(s, number)
	k.c.finish()
	return k
}

func (k *shrunk) addRows(s *search, number []int32) {
	classOf := make(map[string]int32)
	var key []byte
	for r, profit := range s.c.profit {
		var cols []int32
		met := false
		for _, i := range s.c.columnsOf(r) {
			switch s.r.role[i] {
			case roleIn:
				met = true
			case roleFree:
				cols = append(cols, number[i])
			}
		}
		switch {
		case met:
			k.c.base += profit
			continue
		case len(cols) == 0:
			continue
		}
		key = key[:0]
		for _, i := range cols {
			key = binary.LittleEndian.AppendUint32(key, uint32(i))
		}
		if old, ok := classOf[string(key)]; ok {
			k.c.profit[old] += profit
			continue
		}
		classOf[string(key)] = int32(k.c.classes())
		k.c.add(class{profit: profit, group: -1}, [][]int32{cols}, []int32{1})
	}
}

// inside translates a set of the larger programme, or returns nil when it holds columns that are gone: its value is to be
// beaten all the same.
func (k *shrunk) inside(set []int32) []int32 {
	var out []int32
	for _, i := range set {
		if slices.Contains(k.in, i) {
			continue
		}
		n, ok := slices.BinarySearch(k.ids, i)
		if !ok {
			return nil
		}
		out = append(out, int32(n))
	}
	return out
}

// solveShrunk searches the smaller programme for something better than the best so far and takes over what it finds.
func (s *search) solveShrunk(k *shrunk) int64 {
	h := newHeuristic(k.c, s.run.options.Seed, s.run.expired)
	h.best, h.set = s.h.best, k.inside(s.h.set)
	inner := &search{c: k.c, h: h, r: newRelaxation(k.c), run: s.run}
	bound := inner.solve()
	s.nodes += inner.nodes
	s.r.Steps += inner.r.Steps
	if h.best.value > s.h.best.value {
		s.h.best = h.best
		s.h.set = slices.Clone(k.in)
		for _, i := range h.set {
			s.h.set = append(s.h.set, k.ids[i])
		}
	}
	return max(bound, s.h.best.value)
}
