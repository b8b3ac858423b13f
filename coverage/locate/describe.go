package locate

import "slices"

// describe fills in what every answer says about people and points: totals, order of gain, unreachable demand.
func (p *Problem) describe(s *Solution, set []int32) {
	m := p.Matrix.Demands()
	s.Total.Demands = m
	for j := range m {
		s.Total.People += p.weight(j)
	}
	t := newTally(p)
	for _, i := range p.Fixed {
		t.open(i)
	}
	s.Existing = t.met
	left := slices.Clone(set)
	for len(left) > 0 {
		at, gain := t.bestOf(left, p.isPreferred())
		t.open(left[at])
		s.Sites = append(s.Sites, Site{Candidate: left[at], Gain: gain, Cumulative: t.met})
		left = slices.Delete(left, at, at+1)
	}
	s.Served = t.met
	s.Unreachable = p.unreachable()
}

func (p *Problem) isPreferred() map[int32]bool {
	preferred := make(map[int32]bool, len(p.Preferred))
	for _, i := range p.Preferred {
		preferred[i] = true
	}
	return preferred
}

// tally counts the demand that a growing set of open sites serves.
type tally struct {
	p     *Problem
	rules []rule
	count [][]int16 // rule → demand → open sites that count
	lack  []int16   // demand → rules not met
	met   Count
	buf   []int32
}

func newTally(p *Problem) *tally {
	t := &tally{p: p, rules: p.rules()}
	t.lack = make([]int16, p.Matrix.Demands())
	for range t.rules {
		t.count = append(t.count, make([]int16, p.Matrix.Demands()))
	}
	for j := range t.lack {
		t.lack[j] = int16(len(t.rules))
	}
	return t
}

func (t *tally) open(i int32) {
	for k, r := range t.rules {
		t.buf = r.reach(int(i), t.buf)
		for _, j := range t.buf {
			t.count[k][j]++
			if int(t.count[k][j]) == r.Need {
				if t.lack[j]--; t.lack[j] == 0 {
					t.met.People += t.p.weight(int(j))
					t.met.Demands++
				}
			}
		}
	}
}

func (t *tally) close(i int32) {
	for k, r := range t.rules {
		t.buf = r.reach(int(i), t.buf)
		for _, j := range t.buf {
			if int(t.count[k][j]) == r.Need {
				if t.lack[j]++; t.lack[j] == 1 {
					t.met.People -= t.p.weight(int(j))
					t.met.Demands--
				}
			}
			t.count[k][j]--
		}
	}
}

// bestOf returns the position of the candidate that adds most people, then most points, then is preferred, then has the
// lowest id.
func (t *tally) bestOf(candidates []int32, preferred map[int32]bool) (at int, gain Count) {
	at = -1
	for n, i := range candidates {
		before := t.met
		t.open(i)
		g := Count{t.met.People - before.People, t.met.Demands - before.Demands}
		t.close(i)
		switch {
		case at < 0, g.People > gain.People:
		case g.People < gain.People || g.Demands < gain.Demands:
			continue
		case g.Demands > gain.Demands:
		case preferred[i] != preferred[candidates[at]]:
			if !preferred[i] {
				continue
			}
		case i > candidates[at]:
			continue
		}
		at, gain = n, g
	}
	return at, gain
}

// unreachable lists the demand points that no allowed set of candidates can serve, however many are opened.
func (p *Problem) unreachable() []int32 {
	t := newTally(p)
	for i, shut := range p.shut() {
		if !shut {
			t.open(int32(i))
		}
	}
	var ids []int32
	for j, lack := range t.lack {
		if lack > 0 {
			ids = append(ids, int32(j))
		}
	}
	return ids
}

// Unreachable lists the demand points that no allowed set of candidates can serve, however many are opened. It is known
// before anything is solved. Cost: one look at all pairs.
func (p *Problem) Unreachable() ([]int32, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.Kind == GradualCoverage && len(p.Steps) > 0 {
		q := *p
		q.NoLimit, q.Limits, q.Limit = false, nil, p.Steps[len(p.Steps)-1].Limit
		return q.unreachable(), nil
	}
	return p.unreachable(), nil
}
