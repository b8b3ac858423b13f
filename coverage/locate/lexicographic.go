package locate

import "slices"

// Goal is one level of a lexicographic answer.
type Goal struct {
	Name   string // "people", "worst" or "sum"
	Value  int64
	Proved bool
}

// solveLexicographic serves the most people; then, keeping their number, makes the worst cost of any point that can be
// reached least; then the sum of people × cost. The worst cost is left out when no set of sites that serves the most
// people also reaches every point. A point out of reach enters the sum with LeftOut, as in PMedian.
func solveLexicographic(r *run, p *Problem, s *Solution) error {
	c := p.newCover()
	c.addDemand(p, demandClasses{rules: p.rules(), scale: 1, people: true})
	set := r.solveCover(c, p, s)
	if s.Status == Feasible || s.Status == Optimal {
		s.Goals = append(s.Goals, Goal{"people", s.Objective, s.Status == Optimal})
	}
	if s.Status == Optimal {
		set = r.refine(p, s, set)
	}
	p.describe(s, set)
	s.Assignment = p.nearest(append(slices.Clone(p.Fixed), set...))
	return nil
}

// refine solves the second and third level below a proven first one.
func (r *run) refine(p *Problem, s *Solution, set []int32) []int32 {
	t := &centerSearch{run: r, p: p, costs: p.distinctCosts(), people: s.Objective}
	t.solve()
	s.Nodes += t.nodes
	worst := int64(-1)
	if t.found {
		set, worst = t.set, t.costs[t.high]
		s.Goals = append(s.Goals, Goal{"worst", worst, t.low >= t.high})
	}
	if r.stopped != "" {
		s.Status, s.Stop = Feasible, r.stopped
		return set
	}
	third := &Solution{}
	sites := r.refineSum(p, third, s.Objective, worst)
	s.Nodes += third.Nodes
	switch third.Status {
	case Optimal, Feasible:
		set = sites
		s.Goals = append(s.Goals, Goal{"sum", third.Objective, third.Status == Optimal})
	}
	if third.Status != Optimal {
		s.Status, s.Stop = Feasible, third.Stop
	}
	return set
}

// refineSum makes the sum of people × cost least while people are served and, unless worst is negative, every point that
// can be reached is reached within worst.
func (r *run) refineSum(p *Problem, s *Solution, people, worst int64) []int32 {
	a, err := (&Problem{Matrix: p.Matrix, Weights: p.Weights, Forbidden: p.Forbidden, LeftOut: p.LeftOut, Preferred: p.Preferred}).medianCosts()
	if err != nil {
		s.Status, s.Stop = Unknown, StopSize
		return nil
	}
	c := p.newCover()
	c.floor = people
	c.addDemand(p, demandClasses{rules: p.rules(), people: true})
	if worst >= 0 {
		within := *p
		within.Clauses, within.Limits, within.NoLimit, within.Limit = nil, nil, false, worst
		c.requireReachable(&within)
	}
	if !c.addRings(newMedian(p, a)) {
		s.Status, s.Stop = Unknown, StopSize
		return nil
	}
	sub := newRun(r.ctx, r.options)
	sub.start, sub.sign = r.start, -1
	set := sub.solveCover(c, p, s)
	r.iterations += sub.iterations
	r.stopped = sub.stopped
	return set
}
