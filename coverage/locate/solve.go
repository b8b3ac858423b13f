package locate

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Solve answers a problem. It returns an error only for a problem that has no meaning; a problem without an answer
// returns a Solution with status Infeasible and the conflicting rules. When ctx is cancelled or the time limit passes,
// the best answer so far is returned with its bound.
func Solve(ctx context.Context, p *Problem, o Options) (*Solution, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("locating (%v): %w", p.Kind, err)
	}
	r := newRun(ctx, o)
	s := &Solution{Kind: p.Kind}
	solve, ok := solvers[p.Kind]
	if !ok {
		return nil, fmt.Errorf("locating: unknown kind %v", p.Kind)
	}
	if err := solve(r, p, s); err != nil {
		return nil, fmt.Errorf("locating (%v): %w", p.Kind, err)
	}
	s.Iterations, s.Elapsed = r.iterations, time.Since(r.start)
	return s, nil
}

var solvers = map[Kind]func(*run, *Problem, *Solution) error{
	MaxCoverage: solveCoverage,
}

// solveCoverage: max Σ people·z, z ≤ Σ y over the candidates within the limit.
func solveCoverage(r *run, p *Problem, s *Solution) error {
	c := p.newCover()
	c.addDemand(p, demandClasses{rules: p.rules(), scale: 1, people: true})
	set := r.solveCover(c, s)
	p.describe(s, set)
	return nil
}

// solveCover runs all phases on a finished programme and writes objective, bound and status in programme units.
func (r *run) solveCover(c *cover, s *Solution) []int32 {
	if len(c.conflicts) > 0 {
		s.Status, s.Stop, s.Conflicts = Infeasible, StopProved, c.conflicts
		return nil
	}
	c.finish()
	h := newHeuristic(c, r.options.Seed, r.expired)
	h.greedy()
	h.descend()
	h.iterate(min(max(20*h.work, 1<<16), 1<<24))
	t := &search{c: c, h: h, r: newRelaxation(c), run: r}
	bound := t.solve()
	s.Nodes = t.nodes
	r.finish(s, t.found(), h.best.value, bound)
	set := slices.Clone(h.set)
	slices.Sort(set)
	return set
}

// finish writes the verdict, turning programme units into the problem's.
func (r *run) finish(s *Solution, found bool, value int64, bound float64) {
	s.Objective, s.Bound = value, max(value, whole(bound))
	switch {
	case !found && r.stopped == "":
		s.Status, s.Stop = Infeasible, StopProved
		s.Objective, s.Bound = 0, 0
		return
	case !found:
		s.Status, s.Stop = Unknown, r.stopped
		s.Objective, s.Bound = 0, r.sign*whole(bound)
		return
	case s.Bound <= value:
		s.Status, s.Stop = Optimal, StopProved
	case r.stopped == "":
		s.Status, s.Stop = Feasible, StopSize
	default:
		s.Status, s.Stop = Feasible, r.stopped
	}
	s.Objective, s.Bound = r.sign*s.Objective, r.sign*s.Bound
	s.Gap = gap(float64(s.Objective), float64(s.Bound))
}
