package locate

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// everySet calls f with every set of candidates outside fixed and forbidden as a bit mask, fixed ones included.
func everySet(p *Problem, f func(mask uint64, chosen int)) {
	fixed, out := uint64(0), uint64(0)
	for _, i := range p.Fixed {
		fixed |= 1 << i
	}
	for _, i := range p.Forbidden {
		out |= 1 << i
	}
	for mask := range uint64(1) << p.Matrix.Candidates() {
		if mask&(fixed|out) == 0 {
			f(mask|fixed, bits.OnesCount64(mask))
		}
	}
}

// serves counts by the definition whether the open set serves demand j.
func serves(p *Problem, mask uint64, j int) bool {
	clauses := p.Clauses
	if len(clauses) == 0 {
		clauses = []Clause{{}}
	}
	for _, c := range clauses {
		limit := c.Limit
		if limit == 0 {
			limit = p.limit(j)
		}
		met := 0
		for i := range p.Matrix.Candidates() {
			if mask>>i&1 == 0 || c.Services != 0 && p.Services != nil && p.Services[i]&c.Services == 0 {
				continue
			}
			if c.Reach != nil {
				if _, ok := c.Reach.Cost(j, i); ok {
					met++
				}
			} else if cost, ok := p.Matrix.Cost(j, i); ok && cost <= limit {
				met++
			}
		}
		if met < max(1, c.Need) {
			return false
		}
	}
	return true
}

func peopleServed(p *Problem, mask uint64) int64 {
	sum := int64(0)
	for j := range p.Matrix.Demands() {
		if serves(p, mask, j) {
			sum += p.weight(j)
		}
	}
	return sum
}

// keepsRules checks number, budget, locks, groups and spacing by their definitions.
func keepsRules(p *Problem, mask uint64, chosen int) bool {
	fixed := uint64(0)
	for _, i := range p.Fixed {
		fixed |= 1 << i
	}
	if (p.Sites > 0 || p.Budget == 0 && !p.Kind.buysSites()) && chosen > p.Sites {
		return false
	}
	spent := int64(0)
	for i := range p.Matrix.Candidates() {
		if mask>>i&1 == 1 && fixed>>i&1 == 0 {
			spent += p.siteCost(i)
		}
	}
	if p.Budget > 0 && spent > p.Budget {
		return false
	}
	for _, i := range p.Locked {
		if mask>>i&1 == 0 {
			return false
		}
	}
	for _, g := range p.Groups {
		people, sites := int64(0), 0
		for _, j := range g.Demands {
			if serves(p, mask, int(j)) {
				people += p.weight(int(j))
			}
		}
		for _, i := range g.Candidates {
			sites += int(mask >> i & 1)
		}
		if people < g.MinPeople || sites < g.MinSites {
			return false
		}
	}
	for _, s := range p.Spacing {
		both := uint64(1)<<s.A | uint64(1)<<s.B
		if s.Distance < p.MinSpacing && mask&both == both && fixed&both != both {
			return false
		}
	}
	return true
}

// randomProblem draws a small covering problem with a random choice of all rules.
func randomProblem(rng *rand.Rand, kind Kind) *Problem {
	m, n := 1+rng.IntN(14), 1+rng.IntN(9)
	var entries []Entry
	for j := range m {
		for i := range n {
			if rng.IntN(3) > 0 {
				entries = append(entries, Entry{int32(j), int32(i), int64(rng.IntN(20))})
			}
		}
	}
	matrix, err := NewMatrix(m, n, entries)
	if err != nil {
		panic(err)
	}
	p := &Problem{Kind: kind, Matrix: matrix, Limit: int64(2 + rng.IntN(12)), Sites: 1 + rng.IntN(4)}
	p.Weights = make([]int64, m)
	for j := range p.Weights {
		p.Weights[j] = int64(rng.IntN(10))
	}
	chance := func(k int) bool { return rng.IntN(k) == 0 }
	if chance(3) {
		p.Limits = make([]int64, m)
		for j := range p.Limits {
			p.Limits[j] = int64(rng.IntN(14))
		}
	}
	if chance(2) {
		p.SiteCosts = make([]int64, n)
		for i := range p.SiteCosts {
			p.SiteCosts[i] = int64(rng.IntN(6))
		}
		if chance(2) {
			p.Budget = int64(1 + rng.IntN(10))
			if chance(2) {
				p.Sites = 0
			}
		}
	}
	for i := range int32(n) {
		switch rng.IntN(12) {
		case 0:
			p.Fixed = append(p.Fixed, i)
		case 1:
			p.Forbidden = append(p.Forbidden, i)
		case 2:
			p.Locked = append(p.Locked, i)
		case 3:
			p.Preferred = append(p.Preferred, i)
		}
	}
	if chance(3) {
		p.Services = make([]uint64, n)
		for i := range p.Services {
			p.Services[i] = uint64(1 + rng.IntN(7))
		}
		p.Clauses = []Clause{{Services: 1}, {Services: 6, Limit: int64(rng.IntN(12)), Need: 1 + rng.IntN(2)}}
		if chance(3) {
			p.Clauses = append(p.Clauses, Clause{Services: uint64(rng.IntN(8)), Reach: randomReach(rng, m, n), Need: rng.IntN(3)})
		}
	} else if chance(4) {
		p.Clauses = []Clause{{Need: 2}}
	}
	if chance(3) {
		p.Groups = randomGroups(rng, m, n)
	}
	if chance(3) {
		p.MinSpacing = 5
		for a := range int32(n) {
			for b := range a {
				p.Spacing = append(p.Spacing, Pair{a, b, int64(rng.IntN(20))})
			}
		}
	}
	return p
}

// randomReach draws the pairs of a way to travel of its own.
func randomReach(rng *rand.Rand, demands, candidates int) *Matrix {
	b := NewBuilder(demands)
	for range candidates {
		var js []int32
		for j := range int32(demands) {
			if rng.IntN(3) > 0 {
				js = append(js, j)
			}
		}
		if err := b.Add(js, make([]int64, len(js))); err != nil {
			panic(err)
		}
	}
	return b.Matrix()
}

func randomGroups(rng *rand.Rand, m, n int) []Group {
	groups := []Group{{Name: "east"}, {Name: "west"}}
	for j := range int32(m) {
		if g := rng.IntN(3); g < 2 {
			groups[g].Demands = append(groups[g].Demands, j)
		}
	}
	for i := range int32(n) {
		if g := rng.IntN(3); g < 2 {
			groups[g].Candidates = append(groups[g].Candidates, i)
		}
	}
	groups[0].MinPeople = int64(rng.IntN(8))
	groups[1].MinSites = rng.IntN(2)
	return groups
}

// siteCosts is the negative cost of the chosen sites.
func siteCosts(p *Problem, mask uint64) int64 {
	sum := int64(0)
	for i := range p.Matrix.Candidates() {
		if mask>>i&1 == 1 && !slices.Contains(p.Fixed, int32(i)) {
			sum -= p.siteCost(i)
		}
	}
	return sum
}

// full is the greatest set of open candidates that the problem allows to imagine.
func full(p *Problem) uint64 {
	mask := uint64(1)<<p.Matrix.Candidates() - 1
	for _, i := range p.Forbidden {
		mask &^= 1 << i
	}
	for _, s := range p.Spacing {
		a, b := slices.Contains(p.Fixed, s.A), slices.Contains(p.Fixed, s.B)
		if s.Distance < p.MinSpacing && a != b {
			if a {
				mask &^= 1 << s.B
			} else {
				mask &^= 1 << s.A
			}
		}
	}
	return mask
}

func coversAll(p *Problem, mask uint64) bool {
	all := full(p)
	for j := range p.Matrix.Demands() {
		if serves(p, all, j) && !serves(p, mask, j) {
			return false
		}
	}
	return true
}

func backupPeople(p *Problem, mask uint64) int64 {
	q := *p
	q.Clauses = slices.Clone(p.Clauses)
	if len(q.Clauses) == 0 {
		q.Clauses = []Clause{{}}
	}
	backup := p.Backup
	if backup == 0 {
		backup = 2
	}
	for k := range q.Clauses {
		q.Clauses[k].Need = max(q.Clauses[k].Need, backup)
	}
	return peopleServed(&q, mask)
}

func gradualPeople(p *Problem, mask uint64) int64 {
	sum := int64(0)
	for j := range p.Matrix.Demands() {
		share := int64(0)
		for i := range p.Matrix.Candidates() {
			cost, ok := p.Matrix.Cost(j, i)
			for _, step := range p.Steps {
				if ok && mask>>i&1 == 1 && cost <= step.Limit {
					share = max(share, step.PerMille)
				}
			}
		}
		sum += share * p.weight(j)
	}
	return sum
}

func TestCoverKindsEqualEnumeration(t *testing.T) {
	const seed = 11
	everything := func(*Problem, uint64) bool { return true }
	for _, c := range []struct {
		kind  Kind
		draw  func(*rand.Rand, *Problem)
		keeps func(*Problem, uint64) bool
		value func(*Problem, uint64) int64
	}{
		{MaxCoverage, nil, everything, peopleServed},
		{SetCover, nil, coversAll, siteCosts},
		{SetCover, func(_ *rand.Rand, p *Problem) { p.Sites = 0 }, coversAll, siteCosts},
		{
			PartialCover,
			func(rng *rand.Rand, p *Problem) { p.Sites, p.Target = rng.IntN(4), int64(rng.IntN(40)) },
			func(p *Problem, mask uint64) bool { return peopleServed(p, mask) >= p.Target },
			siteCosts,
		},
		{BackupCoverage, func(rng *rand.Rand, p *Problem) { p.Sites, p.Backup = 1+rng.IntN(5), rng.IntN(4) }, everything, backupPeople},
		{GradualCoverage, drawSteps, everything, gradualPeople},
		{PMedian, noClauses, everything, medianCost},
		{PMedian, onlyNumber, everything, medianCost},
		{PCenter, noClauses, reachesAll, centerCost},
		{PCenter, onlyNumber, reachesAll, centerCost},
		{MaxAttendance, noClauses, everything, attendance},
		{MaxAttendance, func(rng *rand.Rand, p *Problem) {
			onlyNumber(rng, p)
			p.Decay = func(cost int64) int64 { return 1000 / (1 + cost) }
		}, everything, attendance},
	} {
		t.Run(c.kind.String(), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, uint64(c.kind)))
			for n := range 250 {
				p := randomProblem(rng, c.kind)
				if c.draw != nil {
					c.draw(rng, p)
				}
				q := *p
				if c.kind == GradualCoverage {
					q.Limit = p.Steps[len(p.Steps)-1].Limit
				}
				want, feasible := int64(math.MinInt64), false
				everySet(p, func(mask uint64, chosen int) {
					if keepsRules(&q, mask, chosen) && c.keeps(p, mask) {
						feasible = true
						want = max(want, c.value(p, mask))
					}
				})
				compare(t, n, p, expected{&q, feasible, want, c.value})
			}
		})
	}
}

func noClauses(rng *rand.Rand, p *Problem) {
	p.Clauses = nil
	p.LeftOut = int64(rng.IntN(2) * 17)
}

func onlyNumber(rng *rand.Rand, p *Problem) {
	noClauses(rng, p)
	p.Budget, p.Groups, p.MinSpacing, p.Sites = 0, nil, 0, 1+rng.IntN(4)
}

// cheapest is the least cost of demand j to an open candidate.
func cheapest(p *Problem, mask uint64, j int) (int64, bool) {
	best, found := int64(0), false
	for i := range p.Matrix.Candidates() {
		if cost, ok := p.Matrix.Cost(j, i); ok && mask>>i&1 == 1 && (!found || cost < best) {
			best, found = cost, true
		}
	}
	return best, found
}

func medianCost(p *Problem, mask uint64) int64 {
	left := p.LeftOut
	if left == 0 {
		left = p.greatestCost() + 1
	}
	sum := int64(0)
	for j := range p.Matrix.Demands() {
		if _, ok := cheapest(p, full(p), j); !ok {
			continue
		}
		cost, ok := cheapest(p, mask, j)
		if !ok {
			cost = left
		}
		sum -= p.weight(j) * min(cost, left)
	}
	return sum
}

func reachesAll(p *Problem, mask uint64) bool {
	for j := range p.Matrix.Demands() {
		_, could := cheapest(p, full(p), j)
		if _, does := cheapest(p, mask, j); could && !does && p.weight(j) > 0 {
			return false
		}
	}
	return true
}

func centerCost(p *Problem, mask uint64) int64 {
	worst := int64(0)
	for j := range p.Matrix.Demands() {
		if cost, ok := cheapest(p, mask, j); ok && p.weight(j) > 0 {
			worst = max(worst, cost)
		}
	}
	return -worst
}

func attendance(p *Problem, mask uint64) int64 {
	sum := int64(0)
	for j := range p.Matrix.Demands() {
		limit := p.limit(j)
		if cost, ok := cheapest(p, mask, j); ok && cost <= limit {
			share := (limit + 1 - cost) * 1000 / (limit + 1)
			if p.Decay != nil {
				share = p.Decay(cost)
			}
			sum += p.weight(j) * share
		}
	}
	return sum
}

func TestLexicographicEqualsEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 0))
	for n := range 200 {
		p := randomProblem(rng, Lexicographic)
		if n%2 == 0 {
			p.MinSpacing, p.Groups = 0, nil
		}
		var best []int64
		everySet(p, func(mask uint64, chosen int) {
			if !keepsRules(p, mask, chosen) {
				return
			}
			worst := int64(math.MinInt64)
			if reachesAll(p, mask) {
				worst = centerCost(p, mask)
			}
			if v := []int64{peopleServed(p, mask), worst, medianCost(p, mask)}; best == nil || slices.Compare(v, best) > 0 {
				best = v
			}
		})
		s, err := Solve(context.Background(), p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if best == nil {
			if s.Status != Infeasible {
				t.Fatalf("case %d: %v, want infeasible", n, s.Status)
			}
			continue
		}
		got := []int64{s.Objective, math.MinInt64, 0}
		for _, g := range s.Goals {
			switch g.Name {
			case "worst":
				got[1] = -g.Value
			case "sum":
				got[2] = -g.Value
			}
		}
		if s.Status != Optimal || slices.Compare(got, best) != 0 {
			t.Fatalf("case %d (%+v): %v %v, want %v", n, p, s.Status, got, best)
		}
	}
}

func TestDispersionEqualsEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for n := range 250 {
		p := randomProblem(rng, PDispersion)
		p.Spacing, p.Clauses, p.Sites = nil, nil, 1+rng.IntN(4)
		if n%2 == 0 {
			p.Groups, p.Budget = nil, 0
		}
		top := int64(0)
		for a := range int32(p.Matrix.Candidates()) {
			for b := range a {
				p.Spacing = append(p.Spacing, Pair{a, b, int64(rng.IntN(20))})
			}
		}
		allowed := full(p)
		for _, s := range p.Spacing {
			fixed := slices.Contains(p.Fixed, s.A) && slices.Contains(p.Fixed, s.B)
			if allowed>>s.A&1 == 1 && allowed>>s.B&1 == 1 && !fixed {
				top = max(top, s.Distance)
			}
		}
		value := func(p *Problem, mask uint64) int64 {
			least := top
			for _, s := range p.Spacing {
				fixed := slices.Contains(p.Fixed, s.A) && slices.Contains(p.Fixed, s.B)
				if mask>>s.A&1 == 1 && mask>>s.B&1 == 1 && !fixed {
					least = min(least, s.Distance)
				}
			}
			return least
		}
		want, feasible := int64(-1), false
		everySet(p, func(mask uint64, chosen int) {
			if chosen == p.Sites && keepsRules(p, mask, chosen) {
				feasible = true
				want = max(want, value(p, mask))
			}
		})
		compare(t, n, p, expected{p, feasible, want, value})
	}
}

func drawSteps(rng *rand.Rand, p *Problem) {
	p.Limits, p.Clauses = nil, nil
	limit, share := int64(rng.IntN(5)), int64(1000)
	for range 1 + rng.IntN(4) {
		p.Steps = append(p.Steps, Step{limit, share})
		limit += int64(1 + rng.IntN(6))
		share -= int64(rng.IntN(int(share) + 1))
	}
}

// TestBackupOfTheCheapestCover checks the two-stage backup model (LSCP-B).
func TestBackupOfTheCheapestCover(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	for n := range 300 {
		p := randomProblem(rng, BackupCoverage)
		p.Sites, p.Budget, p.Groups = 0, 0, nil
		q := *p
		q.Kind = SetCover
		best, want, feasible := int64(math.MinInt64), int64(math.MinInt64), false
		everySet(p, func(mask uint64, chosen int) {
			if !keepsRules(&q, mask, chosen) || !coversAll(p, mask) {
				return
			}
			if cost := siteCosts(p, mask); cost > best {
				best, want = cost, backupPeople(p, mask)
			} else if cost == best {
				want = max(want, backupPeople(p, mask))
			}
			feasible = true
		})
		compare(t, n, p, expected{&q, feasible, want, backupPeople})
	}
}

// expected is an independent answer: rules keeps the rules of the sites.
type expected struct {
	rules    *Problem
	feasible bool
	want     int64
	value    func(*Problem, uint64) int64
}

// compare solves p and checks verdict, bound, reported set and counts against an independent answer.
func compare(t *testing.T, n int, p *Problem, e expected) {
	t.Helper()
	feasible, want, value := e.feasible, e.want, e.value
	s, err := Solve(context.Background(), p, Options{})
	if err != nil {
		t.Fatalf("case %d: %v", n, err)
	}
	if !feasible {
		if s.Status != Infeasible {
			t.Fatalf("case %d (%+v): %v with objective %d, want infeasible", n, p, s.Status, s.Objective)
		}
		return
	}
	if p.Kind.buysSites() || p.Kind == PMedian || p.Kind == PCenter {
		want = -want
	}
	if s.Status != Optimal || s.Objective != want || s.Bound != want {
		t.Fatalf("case %d (%+v): %v, objective %d, bound %d, want %d", n, p, s.Status, s.Objective, s.Bound, want)
	}
	mask := uint64(0)
	for _, i := range append(s.Candidates(), p.Fixed...) {
		mask |= 1 << i
	}
	if !keepsRules(e.rules, mask, len(s.Sites)) || value(p, mask) != e.want {
		t.Fatalf("case %d (%+v): sites %v break the rules or are worth %d, not %d", n, p, s.Candidates(), value(p, mask), want)
	}
	if s.Served.People != peopleServed(e.rules, mask) {
		t.Fatalf("case %d: %d people reported, %d served", n, s.Served.People, peopleServed(e.rules, mask))
	}
}
