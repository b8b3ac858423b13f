package locate

import "math"

// transport allots people to sites of limited capacity at least cost:
//
//	min Σ cost_sj·x_sj + Σ left_j·u_j,  Σ_s x_sj + u_j = people_j,  Σ_j x_sj ≤ capacity_s,  x, u ≥ 0 whole
//
// by successive shortest paths over the sites (Ford, Fulkerson 1962; Tomizawa 1971): each point in turn is sent along the
// cheapest chain of re-allotments, so the allotment is optimal for the points so far at every moment.
type transport struct {
	people []int64   // demand → people to allot
	left   []int64   // demand → cost of one person left out
	cost   [][]int64 // site → demand → cost of one person, negative: not possible
	room   []int64   // site → free places
	parts  [][]part  // site → allotted parts
	out    []int64   // demand → people left out
	total  int64

	link [][]link // from site, to site: the cheapest part to move
	dist []int64
	from []int
}

// part is a number of people of a demand point at a site.
type part struct {
	demand int32
	people int64
}

type link struct {
	delta int64
	part  int // index in parts of the from site, −1: none
}

const far = math.MaxInt64 / 4

// solve allots every point in order.
func (t *transport) solve() {
	n := len(t.room)
	t.parts = make([][]part, n)
	t.out = make([]int64, len(t.people))
	t.dist, t.from = make([]int64, n), make([]int, n)
	t.link = make([][]link, n)
	for s := range t.link {
		t.link[s] = make([]link, n)
		t.relink(s)
	}
	for j, people := range t.people {
		for people > 0 {
			people -= t.send(int32(j), people)
		}
	}
}

// relink finds for a site the cheapest part to move to each other site.
func (t *transport) relink(s int) {
	for k := range t.room {
		best := link{far, -1}
		for n, p := range t.parts[s] {
			if c := t.cost[k][p.demand]; k != s && c >= 0 && c-t.cost[s][p.demand] < best.delta {
				best = link{c - t.cost[s][p.demand], n}
			}
		}
		t.link[s][k] = best
	}
}

// leave returns the cheapest way to push one person out of site s: the part and what it adds.
func (t *transport) leave(s int) link {
	best := link{far, -1}
	for n, p := range t.parts[s] {
		if d := t.left[p.demand] - t.cost[s][p.demand]; d < best.delta {
			best = link{d, n}
		}
	}
	return best
}

// send allots up to people of point j along the cheapest chain and returns how many it allotted.
func (t *transport) send(j int32, people int64) int64 {
	for s := range t.dist {
		t.dist[s], t.from[s] = far, -1
		if c := t.cost[s][j]; c >= 0 {
			t.dist[s] = c
		}
	}
	for changed := true; changed; { // Bellman–Ford: deltas may be negative, cycles never are
		changed = false
		for s, d := range t.dist {
			if d == far {
				continue
			}
			for k, l := range t.link[s] {
				if l.part >= 0 && d+l.delta < t.dist[k] {
					t.dist[k], t.from[k] = d+l.delta, s
					changed = true
				}
			}
		}
	}
	end, best, push := -1, t.left[j], link{part: -1}
	for s, d := range t.dist {
		if d == far {
			continue
		}
		if t.room[s] > 0 && d < best {
			end, best, push = s, d, link{part: -1}
		}
		if l := t.leave(s); t.room[s] == 0 && l.part >= 0 && d+l.delta < best {
			end, best, push = s, d+l.delta, l
		}
	}
	if end < 0 {
		t.out[j] += people
		t.total += people * t.left[j]
		return people
	}
	return t.apply(j, people, end, push, best)
}

// apply moves as many people as the chain that ends at site end allows.
func (t *transport) apply(j int32, people int64, end int, push link, unit int64) int64 {
	amount := people
	if push.part >= 0 {
		amount = min(amount, t.parts[end][push.part].people)
	} else {
		amount = min(amount, t.room[end])
	}
	for s := end; t.from[s] >= 0; s = t.from[s] {
		f := t.from[s]
		amount = min(amount, t.parts[f][t.link[f][s].part].people)
	}
	if push.part >= 0 {
		p := t.parts[end][push.part].demand
		t.out[p] += amount
		t.take(end, p, amount)
	} else {
		t.room[end] -= amount
	}
	type hop struct {
		from, to int
		demand   int32
	}
	var hops []hop
	first := end
	for s := end; t.from[s] >= 0; s = t.from[s] {
		f := t.from[s]
		hops = append(hops, hop{f, s, t.parts[f][t.link[f][s].part].demand})
		first = f
	}
	touched := map[int]bool{end: true, first: true}
	for _, h := range hops {
		t.take(h.from, h.demand, amount)
		t.put(h.to, h.demand, amount)
		touched[h.from], touched[h.to] = true, true
	}
	t.put(first, j, amount)
	for s := range t.room {
		if touched[s] {
			t.relink(s)
		}
	}
	t.total += amount * unit
	return amount
}

func (t *transport) put(s int, j int32, people int64) {
	for n := range t.parts[s] {
		if t.parts[s][n].demand == j {
			t.parts[s][n].people += people
			return
		}
	}
	t.parts[s] = append(t.parts[s], part{j, people})
}

func (t *transport) take(s int, j int32, people int64) {
	for n := range t.parts[s] {
		if t.parts[s][n].demand != j {
			continue
		}
		if t.parts[s][n].people -= people; t.parts[s][n].people == 0 {
			t.parts[s] = append(t.parts[s][:n], t.parts[s][n+1:]...)
		}
		return
	}
}
