package locate

import "slices"

// wholeSearch finds the best allotment to given sites. Split allotments are a transport problem. Whole ones are searched
// depth first: the split optimum is the bound, and a point that it splits is sent to each of its sites or left out.
type wholeSearch struct {
	m     *capacitated
	sites []int32
	limit int
	nodes int
	stop  func() bool

	best  allotment
	found bool
	exact bool
	lower int64
}

// Marks of a point in a partial decision: not decided, or left out; other values are indexes of sites.
const (
	free     int32 = -1
	leftAway int32 = -2

	wholeNodes = 2000
)

func freeAll(n int) []int32 {
	forced := make([]int32, n)
	for j := range forced {
		forced[j] = free
	}
	return forced
}

func (g *wholeSearch) run() {
	g.exact = true
	g.visit(freeAll(len(g.m.people)))
}

func (g *wholeSearch) visit(forced []int32) {
	g.nodes++
	if g.nodes > g.limit || g.nodes > 1 && g.stop() {
		g.exact = false
		return
	}
	t, fixed, ok := g.relax(forced)
	if !ok || g.m.required && t.leavesOut() {
		return
	}
	value := fixed + t.total
	if g.nodes == 1 {
		g.lower = value
	}
	if g.found && value >= g.best.value {
		return
	}
	j := t.splitPoint(g.m.people)
	if !g.m.whole || j < 0 {
		g.best, g.found = g.collect(t, forced, value), true
		return
	}
	for n := range g.sites {
		if t.cost[n][j] >= 0 {
			next := slices.Clone(forced)
			next[j] = int32(n)
			g.visit(next)
		}
	}
	if g.m.required {
		return
	}
	next := slices.Clone(forced)
	next[j] = leftAway
	g.visit(next)
}

func (t *transport) leavesOut() bool {
	return slices.ContainsFunc(t.out, func(v int64) bool { return v > 0 })
}

// relax solves the split problem with the forced points at their sites; ok is false when they do not fit.
func (g *wholeSearch) relax(forced []int32) (t *transport, fixed int64, ok bool) {
	t = g.m.transportOf(g.sites, forced)
	for j, s := range forced {
		switch {
		case s >= 0:
			t.room[s] -= t.people[j]
			fixed += t.people[j] * t.cost[s][j]
			t.people[j] = 0
			if t.room[s] < 0 {
				return nil, 0, false
			}
		case s == leftAway:
			fixed += t.people[j] * t.left[j]
			t.people[j] = 0
		}
	}
	t.solve()
	return t, fixed, true
}

// splitPoint returns a point whose people went to more than one place, the one with most people, or −1.
func (t *transport) splitPoint(people []int64) int {
	best := -1
	consider := func(j int, v int64) {
		if v > 0 && v < t.people[j] && (best < 0 || people[j] > people[best] || people[j] == people[best] && j < best) {
			best = j
		}
	}
	for _, parts := range t.parts {
		for _, p := range parts {
			consider(int(p.demand), p.people)
		}
	}
	return best
}

func (g *wholeSearch) collect(t *transport, forced []int32, value int64) allotment {
	a := allotment{value: value, parts: make([][]part, len(g.sites))}
	for s := range g.sites {
		a.parts[s] = slices.Clone(t.parts[s])
	}
	for j, v := range t.out {
		if forced[j] == leftAway {
			v = g.m.people[j]
		}
		a.out += v
	}
	for j, s := range forced {
		if s >= 0 && g.m.people[j] > 0 {
			a.parts[s] = append(a.parts[s], part{int32(j), g.m.people[j]})
		}
	}
	return a
}
