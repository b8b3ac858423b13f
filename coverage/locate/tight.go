package locate

// A coverage problem in which nearly everyone can be covered is a covering problem in disguise, and its relaxation says
// nothing. Two arguments help then: what must be covered to beat the best answer, and a covering search for the whole.

// mustCover draws what follows from the people that a better answer may lose: a row that loses more than that has to be
// met, so its last open column is in. False means that no better answer is left. Only for simple programmes.
func (s *search) mustCover() bool {
	if !s.c.simple {
		return true
	}
	spare := s.c.most() - s.h.best.value - 1
	for {
		lost, forced := int64(0), false
		for r, profit := range s.c.profit {
			last, open := int32(-1), 0
			for _, i := range s.c.columnsOf(r) {
				if s.r.role[i] == roleIn {
					open = 2
					break
				}
				if s.r.role[i] == roleFree {
					last = i
					open++
				}
			}
			switch {
			case open == 0:
				lost += profit
			case open == 1 && profit > spare:
				s.r.role[last] = roleIn
				forced = true
			}
		}
		if lost > spare || !propagate(s.c, s.r.role) {
			return false
		}
		if !forced {
			return true
		}
	}
}

// most is the objective when every class is met.
func (c *cover) most() int64 {
	v := c.base
	for _, p := range c.profit {
		v += p
	}
	return v
}

// coverWhole looks for a set that meets every class, and keeps it.
func (s *search) coverWhole() {
	c := *s.c
	c.must = make([]bool, len(c.must))
	for k := range c.must {
		c.must[k] = true
	}
	c.profit, c.price = make([]int64, len(c.profit)), ones(c.columns)
	c.pick = c.columns
	t, ok := s.run.coverAll(&c, int64(s.c.pick), int64(s.c.pick))
	if ok && t.best <= int64(s.c.pick) {
		s.h.s.reset(t.set)
		s.h.keep()
	}
}
