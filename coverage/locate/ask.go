package locate

import (
	"context"
	"fmt"
	"slices"
)

// CurvePoint is the best that a number of new sites can do.
type CurvePoint struct {
	Sites     int
	Objective int64
	Bound     int64
	Status    Status
	Served    Count
}

// Curve solves the problem for 1…most new sites, each by itself, so that the curve is the true best and not one greedy
// order. A point that cannot be solved under the rules has status Infeasible. The time limit holds for each point.
func Curve(ctx context.Context, p *Problem, most int, o Options) ([]CurvePoint, error) {
	if most < 0 || most > p.candidates() {
		return nil, fmt.Errorf("curve up to %d sites: there are %d candidates", most, p.candidates())
	}
	var points []CurvePoint
	for n := 1; n <= most; n++ {
		q := *p
		q.Sites = n
		s, err := Solve(ctx, &q, o)
		if err != nil {
			return points, fmt.Errorf("curve at %d sites: %w", n, err)
		}
		points = append(points, CurvePoint{n, s.Objective, s.Bound, s.Status, s.Served})
		if ctx.Err() != nil {
			break
		}
	}
	return points, nil
}

func (p *Problem) candidates() int {
	if p.Matrix == nil {
		return 0
	}
	return p.Matrix.Candidates()
}

// Replacement is the best candidate to take the place of a chosen site while the others stay.
type Replacement struct {
	Site      int32 // the chosen site that is given up
	Candidate int32 // its best replacement; meaningless unless Found
	Found     bool  // false: no candidate can take its place, Objective is that of the other sites alone if Kept
	Kept      bool  // the rules hold with the answer of this line
	Objective int64
	Loss      int64 // how much worse than the answer, ≥ 0 for a proven answer
	Served    Count
}

// RunnerUp finds for each chosen site of an answer its best replacement and what taking it would cost. The order is that
// of s.Sites.
func RunnerUp(ctx context.Context, p *Problem, s *Solution, o Options) ([]Replacement, error) {
	chosen := s.Candidates()
	var lines []Replacement
	for _, site := range chosen {
		q := *p
		q.Locked = slices.DeleteFunc(slices.Clone(chosen), func(i int32) bool { return i == site })
		q.Forbidden = append(slices.Clone(p.Forbidden), site)
		if p.Sites > 0 {
			q.Sites = max(len(chosen), 1)
		}
		t, err := solveQuietly(ctx, &q, o)
		if err != nil {
			return lines, fmt.Errorf("replacing site %d: %w", site, err)
		}
		line := Replacement{Site: site, Objective: t.Objective, Served: t.Served, Kept: t.Status == Optimal || t.Status == Feasible}
		for _, i := range t.Candidates() {
			if !slices.Contains(q.Locked, i) {
				line.Candidate, line.Found = i, true
				break
			}
		}
		if line.Kept {
			line.Loss = s.Objective - t.Objective
			if p.Kind.smallIsGood() {
				line.Loss = -line.Loss
			}
		}
		lines = append(lines, line)
		if ctx.Err() != nil {
			break
		}
	}
	return lines, nil
}

// smallIsGood reports whether the objective is to be small.
func (k Kind) smallIsGood() bool {
	return k.buysSites() || k == PMedian || k == PCenter || k == CapacitatedPMedian
}
