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
	r := newRun(ctx, o)
	s, err := solveRun(r, p)
	if err != nil {
		return nil, fmt.Errorf("locating (%v): %w", p.Kind, err)
	}
	if s.Status == Infeasible && len(s.Conflicts) == 0 {
		s.Conflicts = r.explain(p)
	}
	s.Elapsed = time.Since(r.start)
	return s, nil
}

// solveRun checks the problem and runs the solver of its kind.
func solveRun(r *run, p *Problem) (*Solution, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	solve, ok := solvers[p.Kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind")
	}
	s := &Solution{Kind: p.Kind}
	if err := solve(r, p, s); err != nil {
		return nil, err
	}
	s.Iterations, s.Elapsed = r.iterations, time.Since(r.start)
	return s, nil
}

// solveCover runs all phases on a finished programme and writes objective, bound and status in programme units.
func (r *run) solveCover(c *cover, p *Problem, s *Solution) []int32 {
	c.preferTies(p)
	if len(c.conflicts) > 0 {
		s.Status, s.Stop, s.Conflicts = Infeasible, StopProved, c.conflicts
		return nil
	}
	c.finish()
	r.unit = c.unit
	h := newHeuristic(c, r.options.Seed, r.expired)
	h.greedy()
	h.descend()
	if h.pool != nil {
		h.walk(min(max(8*h.work, 1<<16), 1<<26))
	} else {
		h.iterate(min(max(20*h.work, 1<<16), 1<<24))
	}
	t := &search{c: c, h: h, r: newRelaxation(c), run: r}
	bound := t.solve()
	s.Nodes = t.nodes
	r.finish(s, t.found(), h.best.value, bound)
	set := slices.Clone(h.set)
	slices.Sort(set)
	return set
}

// finish writes the verdict on the best value and the upper bound, turning programme units into the problem's.
func (r *run) finish(s *Solution, found bool, value, upper int64) {
	value, upper = floorDiv(value, r.unit), floorDiv(upper, r.unit)
	s.Objective, s.Bound = value, max(value, upper)
	switch {
	case !found && r.stopped == "":
		s.Status, s.Stop = Infeasible, StopProved
		s.Objective, s.Bound = 0, 0
		return
	case !found:
		s.Status, s.Stop = Unknown, r.stopped
		s.Objective, s.Bound = 0, r.sign*upper+r.offset
		return
	case s.Bound <= value:
		s.Status, s.Stop = Optimal, StopProved
	case r.stopped == "":
		s.Status, s.Stop = Feasible, StopSize
	default:
		s.Status, s.Stop = Feasible, r.stopped
	}
	s.Objective, s.Bound = r.sign*s.Objective+r.offset, r.sign*s.Bound+r.offset
	s.Gap = gap(float64(s.Objective), float64(s.Bound))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
