package locate

import (
	"fmt"
	"slices"
)

var solvers = map[Kind]func(*run, *Problem, *Solution) error{
	MaxCoverage:         solveCoverage,
	SetCover:            solveSetCover,
	PartialCover:        solvePartial,
	BackupCoverage:      solveBackup,
	GradualCoverage:     solveGradual,
	Assess:              solveAssess,
	PMedian:             solvePMedian,
	PCenter:             solveCenter,
	MaxAttendance:       solveAttendance,
	CapacitatedCoverage: solveCapacitated,
	CapacitatedPMedian:  solveCapacitated,
	PDispersion:         solveDispersion,
	Lexicographic:       solveLexicographic,
}

// solveCoverage: max Σ people·z, z ≤ Σ y over the candidates within the limit.
func solveCoverage(r *run, p *Problem, s *Solution) error {
	c := p.newCover()
	c.addDemand(p, demandClasses{rules: p.rules(), scale: 1, people: true})
	p.describe(s, r.solveCover(c, p, s))
	return nil
}

// solveSetCover: min Σ cost·y, Σ y ≥ 1 over the candidates within the limit of each point that can be served at all.
func solveSetCover(r *run, p *Problem, s *Solution) error {
	c := p.newCover()
	c.addPrices(p)
	c.addDemand(p, demandClasses{rules: p.rules(), must: true, people: true})
	r.sign = -1
	p.describe(s, r.cheapestCover(c, p, s))
	return nil
}

// solvePartial: min Σ cost·y, Σ people·z ≥ target, z ≤ Σ y.
func solvePartial(r *run, p *Problem, s *Solution) error {
	c := p.newCover()
	c.addPrices(p)
	c.floor = p.Target
	c.addDemand(p, demandClasses{rules: p.rules(), people: true})
	r.sign = -1
	p.describe(s, r.solveCover(c, p, s))
	return nil
}

// addPrices makes the objective the negative cost of the chosen sites.
func (c *cover) addPrices(p *Problem) {
	for i := range c.price {
		c.price[i] = p.siteCost(i)
	}
}

// solveBackup: max Σ people·z, k·z ≤ Σ y. Without a number of sites the cheapest full cover is found first and its cost is
// kept: Σ y ≥ 1 for every point that can be served, Σ cost·y ≤ that cost.
func solveBackup(r *run, p *Problem, s *Solution) error {
	backup := p.Backup
	if backup == 0 {
		backup = 2
	}
	q := *p
	rules := q.rules()
	for k := range rules {
		rules[k].Need = max(rules[k].Need, backup)
	}
	if p.Sites > 0 || p.Budget > 0 {
		c := q.newCover()
		c.addFloors(&q)
		c.addDemand(&q, demandClasses{rules: rules, scale: 1})
		p.describe(s, r.solveCover(c, p, s))
		return nil
	}
	q.Kind = SetCover
	first := &Solution{}
	if err := solveSetCover(r, &q, first); err != nil {
		return err
	}
	r.sign = 1
	if first.Status != Optimal {
		s.Status, s.Stop, s.Conflicts = first.Status, first.Stop, first.Conflicts
		if first.Status == Feasible {
			s.Status = Unknown
		}
		p.describe(s, first.Candidates())
		return nil
	}
	c := q.newCover()
	if p.SiteCosts == nil {
		c.pick = int(first.Objective)
	} else {
		c.setBudget(p, first.Objective)
	}
	c.addDemand(&q, demandClasses{rules: q.rules(), must: true, people: true})
	c.addDemand(&q, demandClasses{rules: rules, scale: 1})
	p.describe(s, r.solveCover(c, p, s))
	return nil
}

// solveGradual: the rings of the steps are layers of a coverage problem: max Σ_k Σ people·(share_k − share_{k+1})·z_k.
func solveGradual(r *run, p *Problem, s *Solution) error {
	if len(p.Steps) == 0 {
		return fmt.Errorf("gradual coverage needs steps")
	}
	if len(p.Clauses) > 0 || p.Limits != nil {
		return fmt.Errorf("gradual coverage takes its limits from the steps: clauses and limits per point do not go with it")
	}
	q := *p
	q.NoLimit = false
	q.Limit = p.Steps[len(p.Steps)-1].Limit
	c := q.newCover()
	for k, step := range p.Steps {
		share := step.PerMille
		outer := k+1 == len(p.Steps)
		if !outer {
			share -= p.Steps[k+1].PerMille
		}
		ring := q
		ring.Limit = step.Limit
		if share > 0 || outer {
			c.addDemand(&ring, demandClasses{rules: ring.rules(), scale: share, people: outer})
		}
	}
	q.describe(s, r.solveCover(c, p, s))
	return nil
}

// solveAssess allots the demand to the nearest fixed site and counts.
func solveAssess(r *run, p *Problem, s *Solution) error {
	q := *p
	q.Sites, q.Budget, q.Locked = 0, 0, nil
	q.describe(s, nil)
	s.Assignment = q.nearest(q.Fixed)
	s.Objective, s.Bound = s.Served.People, s.Served.People
	s.Status, s.Stop = Optimal, StopProved
	return nil
}

// nearest allots every demand point that an open site reaches in the matrix to the one of least cost, ties to the lower
// id. The limit plays no part: whether a point is served is another question than who is nearest.
func (p *Problem) nearest(open []int32) []Serving {
	m := p.Matrix.Demands()
	site, cost := make([]int32, m), make([]uint32, m)
	for j := range site {
		site[j] = -1
	}
	sorted := slices.Clone(open)
	slices.Sort(sorted)
	for _, i := range sorted {
		js, costs := p.Matrix.column(int(i))
		for n, j := range js {
			if site[j] < 0 || costs[n] < cost[j] {
				site[j], cost[j] = i, costs[n]
			}
		}
	}
	var servings []Serving
	for j, i := range site {
		if i >= 0 {
			servings = append(servings, Serving{int32(j), i, p.weight(j), int64(cost[j])})
		}
	}
	return servings
}
