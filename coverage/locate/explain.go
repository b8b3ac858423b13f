package locate

import (
	"context"
	"fmt"
)

// relaxable is a rule that can be taken out of a problem.
type relaxable struct {
	conflict Conflict
	drop     func(p *Problem)
	group    int // −1: not the floor of a group
}

// explain finds rules that cannot be kept together although all but any one of them could (an irreducible infeasible
// set, by the deletion filter of Chinneck, Dravnieks 1991), each with what it asks.
func (r *run) explain(p *Problem) []Conflict {
	rules := p.relaxables()
	in := make([]bool, len(rules))
	for k := range in {
		in[k] = true
	}
	without := func(skip int) *Problem {
		q := p.copyForRelaxing()
		for k, rule := range rules {
			if !in[k] || k == skip {
				rule.drop(q)
			}
		}
		return q
	}
	for k := range rules {
		if r.expired() {
			return nil
		}
		if r.isInfeasible(without(k)) {
			in[k] = false
		}
	}
	var conflicts []Conflict
	for k, rule := range rules {
		if !in[k] {
			continue
		}
		c := rule.conflict
		if rule.group >= 0 {
			if most, ok := r.mostInGroup(without(k), rule.group); ok {
				c.Text += fmt.Sprintf("; the other rules leave at most %d", most)
			}
		}
		conflicts = append(conflicts, c)
	}
	return conflicts
}

func (p *Problem) copyForRelaxing() *Problem {
	q := *p
	q.Groups = append([]Group(nil), p.Groups...)
	q.Locked = append([]int32(nil), p.Locked...)
	return &q
}

// relaxables lists the rules of a problem, the ones that a planner would rather keep first out.
func (p *Problem) relaxables() []relaxable {
	var rules []relaxable
	add := func(rule, name, text string, group int, drop func(*Problem)) {
		rules = append(rules, relaxable{Conflict{rule, name, text}, drop, group})
	}
	if p.MinSpacing > 0 {
		add("spacing", "", fmt.Sprintf("sites stand at least %d apart", p.MinSpacing), -1, func(q *Problem) { q.MinSpacing = 0 })
	}
	for _, i := range p.Locked {
		add("locked", "", fmt.Sprintf("candidate %d must be chosen", i), -1, func(q *Problem) {
			for n, k := range q.Locked {
				if k == i {
					q.Locked = append(q.Locked[:n:n], q.Locked[n+1:]...)
					break
				}
			}
		})
	}
	for g, group := range p.Groups {
		if group.MinSites > 0 {
			add("sites in group", group.Name, fmt.Sprintf("%s asks for %d sites", group.Name, group.MinSites), -1, func(q *Problem) { q.Groups[g].MinSites = 0 })
		}
		if group.MinPeople > 0 {
			add("floor", group.Name, fmt.Sprintf("%s asks for %d people served", group.Name, group.MinPeople), g, func(q *Problem) { q.Groups[g].MinPeople = 0 })
		}
	}
	if p.Budget > 0 {
		add("budget", "", fmt.Sprintf("at most %d is spent", p.Budget), -1, func(q *Problem) {
			q.Budget = 0
			if q.Sites == 0 {
				q.Sites = q.Matrix.Candidates()
			}
		})
	}
	if p.Sites > 0 || p.Budget == 0 && !p.Kind.buysSites() {
		add("sites", "", fmt.Sprintf("at most %d sites are chosen", p.Sites), -1, func(q *Problem) { q.Sites = q.Matrix.Candidates() })
	}
	if p.Kind == PartialCover {
		add("target", "", fmt.Sprintf("%d people are to be served", p.Target), -1, func(q *Problem) { q.Target = 0 })
	}
	return rules
}

// isInfeasible solves a relaxed problem until any answer or the proof that there is none.
func (r *run) isInfeasible(q *Problem) bool {
	s, err := solveQuietly(r.ctx, q, Options{GapLimit: 1e18, TimeLimit: r.left()})
	return err == nil && s.Status == Infeasible
}

// mostInGroup returns the most people that can be served in a group under the rules of q.
func (r *run) mostInGroup(q *Problem, group int) (int64, bool) {
	members := make(map[int32]bool)
	for _, j := range q.Groups[group].Demands {
		members[j] = true
	}
	weights := make([]int64, q.Matrix.Demands())
	for j := range weights {
		if members[int32(j)] {
			weights[j] = q.weight(j)
		}
	}
	for g := range q.Groups {
		if q.Groups[g].MinPeople > 0 { // other floors count people whose weight would be lost here
			return 0, false
		}
	}
	if q.Kind != MaxCoverage {
		return 0, false
	}
	q.Weights = weights
	s, err := solveQuietly(r.ctx, q, Options{TimeLimit: r.left()})
	if err != nil || s.Status != Optimal {
		return 0, false
	}
	return s.Objective, true
}

// solveQuietly solves a problem without explaining why it has no answer.
func solveQuietly(ctx context.Context, p *Problem, o Options) (*Solution, error) {
	return solveRun(newRun(ctx, o), p)
}
