package locate

import "slices"

// demandClasses says how demand points enter a cover programme.
type demandClasses struct {
	rules     []rule
	scale     int64 // profit per person
	must      bool  // every class that can be met is required
	people    bool  // the classes count for floors
	skipEmpty bool  // points without people are left out even when required
}

// isFixed marks the fixed candidates.
func (p *Problem) isFixed() []bool {
	fixed := make([]bool, p.Matrix.Candidates())
	for _, i := range p.Fixed {
		fixed[i] = true
	}
	return fixed
}

// addDemand merges the demand points that the same candidates reach by all rules and adds one class for each merged set. It
// returns the class of each demand point, −1 for those that nothing can be decided about.
func (c *cover) addDemand(p *Problem, d demandClasses) []int32 {
	part := p.merge(d)
	classes := len(part.size)
	agg := make([]class, classes)
	first := make([]int32, classes)
	for k := range first {
		first[k] = -1
	}
	group := p.groupOf()
	for j, k := range part.class {
		if k < 0 {
			continue
		}
		if first[k] < 0 {
			first[k] = int32(j)
			agg[k] = class{must: d.must, group: -1}
			if group != nil && d.people {
				agg[k].group = group[j]
			}
		}
		agg[k].profit += p.weight(j) * d.scale
		if d.people {
			agg[k].people += p.weight(j)
		}
	}
	rows := p.representativeRows(d.rules, part.class, first)
	number := c.addClasses(p, d.rules, agg, rows)
	for j, k := range part.class {
		if k >= 0 {
			part.class[j] = number[k]
		}
	}
	return part.class
}

// addFloors adds classes that count people for the floors and earn nothing, for kinds whose objective counts otherwise.
func (c *cover) addFloors(p *Problem) {
	if c.floor > 0 || len(c.groupFloor) > 0 {
		c.addDemand(p, demandClasses{rules: p.rules(), people: true})
	}
}

// merge refines the demand points by the reach of every candidate under every rule.
func (p *Problem) merge(d demandClasses) *partition {
	class := make([]int32, p.Matrix.Demands())
	group := p.groupOf()
	for j := range class {
		switch {
		case p.weight(j) == 0 && (!d.must || d.skipEmpty):
			class[j] = -1
		case group != nil && d.people:
			class[j] = group[j] + 1
		}
	}
	part := newPartition(class, len(p.Groups)+1)
	var buf []int32
	for i := range p.Matrix.Candidates() {
		for _, r := range d.rules {
			buf = r.reach(i, buf)
			part.split(buf)
		}
	}
	return part
}

// groupOf returns the group index of each demand point, −1 outside all groups; nil when no group has a floor of people.
func (p *Problem) groupOf() []int32 {
	if !slices.ContainsFunc(p.Groups, func(g Group) bool { return g.MinPeople > 0 }) {
		return nil
	}
	group := make([]int32, p.Matrix.Demands())
	for j := range group {
		group[j] = -1
	}
	for g, gr := range p.Groups {
		for _, j := range gr.Demands {
			group[j] = int32(g)
		}
	}
	return group
}

// representativeRows lists for each class and rule the candidates that reach its first member: rows[class·rules+rule].
func (p *Problem) representativeRows(rules []rule, classOf, first []int32) [][]int32 {
	rows := make([][]int32, len(first)*len(rules))
	var buf []int32
	for i := range p.Matrix.Candidates() {
		for k, r := range rules {
			buf = r.reach(i, buf)
			for _, j := range buf {
				if c := classOf[j]; c >= 0 && first[c] == j {
					at := int(c)*len(rules) + k
					rows[at] = append(rows[at], int32(i))
				}
			}
		}
	}
	return rows
}

// addClasses takes fixed and forbidden candidates out of the rows and adds what is still open to decision. It returns the
// number that each class was added under, −1 for the others.
func (c *cover) addClasses(p *Problem, rules []rule, agg []class, rows [][]int32) []int32 {
	fixed := p.isFixed()
	number := make([]int32, len(agg))
	for k, a := range agg {
		var open [][]int32
		var needs []int32
		reachable := true
		for n, r := range rules {
			cols, need := c.strip(rows[k*len(rules)+n], fixed, int32(r.Need))
			if need <= 0 {
				continue
			}
			if len(cols) < int(need) {
				reachable = false
				break
			}
			open, needs = append(open, cols), append(needs, need)
		}
		number[k] = -1
		switch {
		case !reachable:
		case len(open) == 0:
			c.base += a.profit
			c.settle(a)
		default:
			number[k] = int32(c.classes())
			c.add(a, open, needs)
		}
	}
	return number
}

func (c *cover) strip(cols []int32, fixed []bool, need int32) ([]int32, int32) {
	kept := cols[:0]
	for _, i := range cols {
		switch {
		case fixed[i]:
			need--
		case c.role[i] != roleOut:
			kept = append(kept, i)
		}
	}
	return kept, need
}

// settle counts a class that the fixed sites meet already towards the floors.
func (c *cover) settle(a class) {
	c.floor -= a.people
	if a.group >= 0 {
		c.groupFloor[a.group] -= a.people
	}
}

// newCover starts a programme with the rules on candidates: roles, prices, budget, number, spacing, floors.
func (p *Problem) newCover() *cover {
	c := newCover(p.Matrix.Candidates())
	for i, shut := range p.shut() {
		if shut {
			c.role[i] = roleOut
		}
	}
	for _, i := range p.Fixed {
		c.role[i] = roleOut
	}
	for _, i := range p.Locked {
		c.role[i] = roleIn
	}
	if p.Sites > 0 || p.Budget == 0 && !p.Kind.buysSites() {
		c.pick = p.Sites
	}
	if p.Budget > 0 {
		c.setBudget(p, p.Budget)
	}
	if slices.ContainsFunc(p.Groups, func(g Group) bool { return g.MinPeople > 0 }) {
		c.groupFloor = make([]int64, len(p.Groups))
		for g, gr := range p.Groups {
			c.groupFloor[g] = gr.MinPeople
		}
	}
	c.conflicts = p.lockConflicts(c)
	c.addSpacing(p)
	c.addSiteFloors(p)
	return c
}

// shut marks the candidates that can never be opened: forbidden ones and those too close to a fixed site.
func (p *Problem) shut() []bool {
	shut := make([]bool, p.Matrix.Candidates())
	for _, i := range p.Forbidden {
		shut[i] = true
	}
	if p.MinSpacing == 0 {
		return shut
	}
	fixed := p.isFixed()
	for _, s := range p.Spacing {
		switch {
		case s.Distance >= p.MinSpacing || fixed[s.A] == fixed[s.B]:
		case fixed[s.A]:
			shut[s.B] = true
		default:
			shut[s.A] = true
		}
	}
	return shut
}

// buysSites reports whether the kind looks for the cheapest set rather than for the best set of given size.
func (k Kind) buysSites() bool { return k == SetCover || k == PartialCover }

// addSiteFloors adds MinSites of each group as a required class whose only row holds the group's candidates.
func (c *cover) addSiteFloors(p *Problem) {
	fixed := p.isFixed()
	for _, g := range p.Groups {
		if g.MinSites == 0 {
			continue
		}
		cols := slices.Clone(g.Candidates)
		slices.Sort(cols)
		cols, need := c.strip(slices.Compact(cols), fixed, int32(g.MinSites))
		if need > 0 {
			c.add(class{must: true, group: -1}, [][]int32{cols}, []int32{need})
		}
	}
}

// addSpacing records which candidates stand too close to each other.
func (c *cover) addSpacing(p *Problem) {
	if p.MinSpacing == 0 {
		return
	}
	clashes := make([][]int32, c.columns)
	for _, s := range p.Spacing {
		if s.Distance < p.MinSpacing && c.role[s.A] != roleOut && c.role[s.B] != roleOut {
			clashes[s.A] = append(clashes[s.A], s.B)
			clashes[s.B] = append(clashes[s.B], s.A)
		}
	}
	for i := range clashes {
		slices.Sort(clashes[i])
		clashes[i] = slices.Compact(clashes[i])
	}
	for _, clique := range coverByCliques(clashes) {
		c.packs = append(c.packs, pack{cols: clique, use: ones(len(clique)), most: 1})
	}
}

func ones(n int) []int64 {
	v := make([]int64, n)
	for i := range v {
		v[i] = 1
	}
	return v
}

// coverByCliques returns sets of mutually clashing columns that together hold every clash, grown greedily in id order.
func coverByCliques(clashes [][]int32) [][]int32 {
	type edge struct{ a, b int32 }
	done := make(map[edge]bool)
	has := func(a, b int32) bool { _, ok := slices.BinarySearch(clashes[a], b); return ok }
	var cliques [][]int32
	for a := range clashes {
		for _, b := range clashes[a] {
			if b < int32(a) || done[edge{int32(a), b}] {
				continue
			}
			clique := []int32{int32(a), b}
			for _, k := range clashes[a] {
				if k != b && !slices.ContainsFunc(clique, func(m int32) bool { return m != k && !has(m, k) || m == k }) {
					clique = append(clique, k)
				}
			}
			slices.Sort(clique)
			for n, u := range clique {
				for _, v := range clique[n+1:] {
					done[edge{u, v}] = true
				}
			}
			cliques = append(cliques, clique)
		}
	}
	return cliques
}

func (c *cover) setBudget(p *Problem, budget int64) {
	b := pack{most: budget}
	for i := range c.columns {
		if c.role[i] != roleOut {
			b.cols, b.use = append(b.cols, int32(i)), append(b.use, p.siteCost(i))
		}
	}
	c.packs = append(c.packs, b)
}

// preferTies makes preferred candidates win ties and only ties: every objective unit becomes more units than there are
// preferred candidates, and each of those earns one.
func (c *cover) preferTies(p *Problem) {
	if len(p.Preferred) == 0 || c.unit != 1 {
		return
	}
	preferred := slices.Clone(p.Preferred)
	slices.Sort(preferred)
	preferred = slices.Compact(preferred)
	c.unit = int64(len(preferred) + 1)
	c.base *= c.unit
	for k := range c.profit {
		c.profit[k] *= c.unit
	}
	for i := range c.price {
		c.price[i] *= c.unit
	}
	for _, i := range preferred {
		c.price[i]--
	}
}
