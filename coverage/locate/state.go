package locate

// state is a set of open columns of a cover programme with everything that follows from it, kept up to date by add and
// remove at the cost of the touched rows.
type state struct {
	c      *cover
	open   []bool
	list   []int32 // open columns in the order they were opened
	count  []int32 // row → open columns
	lack   []int32 // class → rows that are not met
	gain   []int64 // column → profit of opening it; kept only for simple programmes
	value  int64   // objective of the programme, base included
	part   int64   // profit in classes that are begun but not met: guides the search where single steps earn nothing
	people int64
	group  []int64 // people met per group
	short  int64   // units by which floors and required rows are missed
	used   []int64 // pack → what the open columns use
}

func newState(c *cover) *state {
	s := &state{
		c: c, open: make([]bool, c.columns), count: make([]int32, c.rows()), lack: make([]int32, c.classes()),
		group: make([]int64, len(c.groupFloor)), value: c.base,
	}
	for k := range s.lack {
		s.lack[k] = c.classStart[k+1] - c.classStart[k]
		if c.must[k] {
			for r := c.classStart[k]; r < c.classStart[k+1]; r++ {
				s.short += int64(c.need[r])
			}
		}
	}
	s.short += max(0, c.floor)
	for _, f := range c.groupFloor {
		s.short += max(0, f)
	}
	if c.simple {
		s.gain = make([]int64, c.columns)
		for r, w := range c.profit {
			for _, i := range c.columnsOf(r) {
				s.gain[i] += w
			}
		}
	}
	s.used = make([]int64, len(c.packs))
	return s
}

// allowed reports whether column i may be opened now without passing the number or a pack.
func (s *state) allowed(i int) bool {
	c := s.c
	if s.open[i] || c.role[i] == roleOut || len(s.list) >= c.pick {
		return false
	}
	if c.packsOf != nil {
		for _, u := range c.packsOf[i] {
			if s.used[u.pack]+u.use > c.packs[u.pack].most {
				return false
			}
		}
	}
	return true
}

func (s *state) add(i int) {
	c := s.c
	s.open[i] = true
	s.list = append(s.list, int32(i))
	s.value -= c.price[i]
	s.pack(i, 1)
	if c.simple {
		s.addSimple(i)
		return
	}
	for _, r := range c.rowsOf(i) {
		s.count[r]++
		if s.count[r] > c.need[r] {
			continue
		}
		k := c.rowClass[r]
		if c.must[k] {
			s.short--
		}
		s.part += c.profit[k] / int64(c.need[r])
		if s.count[r] == c.need[r] {
			if s.lack[k]--; s.lack[k] == 0 {
				s.meet(k, 1)
			}
		}
	}
}

func (s *state) remove(i int) {
	c := s.c
	s.open[i] = false
	for n, k := range s.list {
		if k == int32(i) {
			s.list = append(s.list[:n], s.list[n+1:]...)
			break
		}
	}
	s.value += c.price[i]
	s.pack(i, -1)
	if c.simple {
		s.removeSimple(i)
		return
	}
	for _, r := range c.rowsOf(i) {
		s.count[r]--
		if s.count[r] >= c.need[r] {
			continue
		}
		k := c.rowClass[r]
		if c.must[k] {
			s.short++
		}
		s.part -= c.profit[k] / int64(c.need[r])
		if s.count[r] == c.need[r]-1 {
			if s.lack[k]++; s.lack[k] == 1 {
				s.meet(k, -1)
			}
		}
	}
}

// pack counts what column i uses of its packs.
func (s *state) pack(i int, sign int64) {
	if s.c.packsOf == nil {
		return
	}
	for _, u := range s.c.packsOf[i] {
		s.used[u.pack] += sign * u.use
	}
}

// meet counts class k as met (sign 1) or no longer met (sign −1).
func (s *state) meet(k int32, sign int64) {
	c := s.c
	s.value += sign * c.profit[k]
	if c.people == nil {
		return
	}
	before := max(0, c.floor-s.people)
	s.people += sign * c.people[k]
	s.short += max(0, c.floor-s.people) - before
	if g := c.group[k]; g >= 0 {
		before = max(0, c.groupFloor[g]-s.group[g])
		s.group[g] += sign * c.people[k]
		s.short += max(0, c.groupFloor[g]-s.group[g]) - before
	}
}

func (s *state) addSimple(i int) {
	c := s.c
	for _, r := range c.rowsOf(i) {
		s.count[r]++
		if s.count[r] == 1 {
			w := c.profit[r]
			s.value += w
			for _, k := range c.columnsOf(int(r)) {
				s.gain[k] -= w
			}
		}
	}
}

func (s *state) removeSimple(i int) {
	c := s.c
	for _, r := range c.rowsOf(i) {
		s.count[r]--
		if s.count[r] == 0 {
			w := c.profit[r]
			s.value -= w
			for _, k := range c.columnsOf(int(r)) {
				s.gain[k] += w
			}
		}
	}
}

// reset closes everything and opens the given columns.
func (s *state) reset(columns []int32) {
	for len(s.list) > 0 {
		s.remove(int(s.list[len(s.list)-1]))
	}
	for _, i := range columns {
		s.add(int(i))
	}
}

// mark is a comparable rating of a state.
type mark struct{ short, value, part int64 }

func (s *state) mark() mark { return mark{s.short, s.value, s.part} }

func (m mark) betterThan(o mark) bool {
	switch {
	case m.short != o.short:
		return m.short < o.short
	case m.value != o.value:
		return m.value > o.value
	}
	return m.part > o.part
}
