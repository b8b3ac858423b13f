package locate

import (
	"context"
	"fmt"
	"slices"
)

// Stage is one step of a plan over several years: what may be added in it.
type Stage struct {
	Name   string
	Sites  int   // greatest number of sites added in this stage; 0: none when Budget is 0 too, else unlimited
	Budget int64 // greatest sum of site costs added in this stage; 0: no budget rule
	Weight int64 // of this stage's people in the sum over all stages; 0: 1
}

// StageResult is one stage of a plan.
type StageResult struct {
	Stage  Stage
	Sites  []Site // added in this stage, the one that gains most first
	Served Count  // by fixed sites and all sites up to this stage

	// Alone is the answer of a problem of its own with all sites and money up to this stage and no duty to build on the
	// stages before. Price is the people that the nested plan serves fewer at this stage: the price of nesting.
	Alone *Solution
	Price int64
}

// Plan is a nested sequence of site sets that together serve the most people, summed over the stages by weight.
type Plan struct {
	Solution *Solution // of the joint problem; Objective and Bound are weighted sums over the stages
	Stages   []StageResult
}

// Stages finds nested sets of sites, one more for each stage, that make Σ_t weight_t·people_t greatest:
//
//	max Σ_t weight_t Σ_c people_c·z_ct,  z_ct ≤ Σ_{i∈I(c)} Σ_{s≤t} y_is,  Σ_s y_is ≤ 1,  Σ_i y_it ≤ sites_t,
//	Σ_i cost_i·y_it ≤ budget_t
//
// The rules of p on number and money are replaced by those of the stages; floors of groups have to hold in the last
// stage. The kind of p must be MaxCoverage.
func Stages(ctx context.Context, p *Problem, stages []Stage, o Options) (*Plan, error) {
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("planning stages: %w", err)
	}
	if p.Kind != MaxCoverage {
		return nil, fmt.Errorf("planning stages: only %v can be staged, not %v", MaxCoverage, p.Kind)
	}
	if len(stages) == 0 || len(stages) > 50 {
		return nil, fmt.Errorf("planning stages: %d stages, want 1 to 50", len(stages))
	}
	for _, st := range stages {
		if st.Sites < 0 || st.Budget < 0 || st.Weight < 0 {
			return nil, fmt.Errorf("planning stages: stage %q has a negative number", st.Name)
		}
	}
	r := newRun(ctx, o)
	plan := &Plan{Solution: &Solution{Kind: p.Kind}}
	base := p.stageBase()
	columns := r.solveCover(base.staged(p, stages), p, plan.Solution)
	plan.Solution.Iterations = r.iterations
	if plan.Solution.Status == Infeasible || plan.Solution.Status == Unknown {
		p.describe(plan.Solution, nil)
		return plan, nil
	}
	added := make([][]int32, len(stages))
	var all []int32
	for _, k := range columns {
		i, t := k/int32(len(stages)), int(k)%len(stages)
		added[t] = append(added[t], i)
		all = append(all, i)
	}
	slices.Sort(all)
	p.describe(plan.Solution, all)
	return plan, plan.fill(ctx, p, stages, stageFill{added, o})
}

type stageFill struct {
	added   [][]int32
	options Options
}

// fill writes the stages of a plan and solves each of them alone.
func (plan *Plan) fill(ctx context.Context, p *Problem, stages []Stage, f stageFill) error {
	so := *p
	so.Fixed = slices.Clone(p.Fixed)
	for t, st := range stages {
		step := &Solution{}
		so.describe(step, f.added[t])
		so.Fixed = append(so.Fixed, f.added[t]...)
		result := StageResult{Stage: st, Sites: step.Sites, Served: step.Served}
		alone := *p
		alone.Locked, alone.Groups = nil, nil
		alone.Sites, alone.Budget = allowedUpTo(stages[:t+1], p.Matrix.Candidates())
		s, err := Solve(ctx, &alone, f.options)
		if err != nil {
			return fmt.Errorf("stage %q alone: %w", st.Name, err)
		}
		result.Alone, result.Price = s, s.Objective-result.Served.People
		plan.Stages = append(plan.Stages, result)
	}
	return nil
}

// allowedUpTo adds up number and money of the stages; a rule that one building stage does not have is no rule in sum.
func allowedUpTo(stages []Stage, candidates int) (sites int, budget int64) {
	numbered, funded := true, true
	for _, st := range stages {
		if st.Sites == 0 && st.Budget == 0 {
			continue
		}
		sites, budget = sites+st.Sites, budget+st.Budget
		numbered, funded = numbered && st.Sites > 0, funded && st.Budget > 0
	}
	if !funded {
		budget = 0
	}
	if !numbered {
		sites = candidates
	}
	return sites, budget
}

// stageBase is the programme of a single stage without number and money.
func (p *Problem) stageBase() *cover {
	q := *p
	q.Sites, q.Budget = p.Matrix.Candidates(), 0
	c := q.newCover()
	c.addDemand(&q, demandClasses{rules: q.rules(), scale: 1, people: true})
	return c
}

// staged repeats a programme for every stage: column i of stage t becomes i·stages + t, and a class of stage t is met by
// columns of stages up to t.
func (c *cover) staged(p *Problem, stages []Stage) *cover {
	n := len(stages)
	d := newCover(c.columns * n)
	d.conflicts, d.floor = c.conflicts, c.floor
	d.groupFloor = slices.Clone(c.groupFloor)
	for i, role := range c.role {
		for t, st := range stages {
			if role == roleOut || st.Sites == 0 && st.Budget == 0 {
				d.role[i*n+t] = roleOut
			}
		}
	}
	for t, st := range stages {
		weight := max(1, st.Weight)
		d.base += c.base * weight
		last := t == n-1
		for k := range c.profit {
			if c.must[k] && !last {
				continue
			}
			var rows [][]int32
			var needs []int32
			for r := c.classStart[k]; r < c.classStart[k+1]; r++ {
				rows, needs = append(rows, c.upTo(int(r), t, n)), append(needs, c.need[r])
			}
			cl := class{profit: c.profit[k] * weight, must: c.must[k], group: -1}
			if last {
				cl.people, cl.group = c.people[k], c.group[k]
			}
			d.add(cl, rows, needs)
		}
	}
	d.stageRules(c, p, stages)
	return d
}

// upTo lists the columns of a row in stages 0…t of n.
func (c *cover) upTo(row, t, n int) []int32 {
	var cols []int32
	for _, i := range c.columnsOf(row) {
		for s := 0; s <= t; s++ {
			cols = append(cols, i*int32(n)+int32(s))
		}
	}
	return cols
}

// stageRules adds what the stages allow, that a site opens once, spacing, and that locked sites open by the last stage.
func (c *cover) stageRules(base *cover, p *Problem, stages []Stage) {
	n := len(stages)
	locked := make(map[int32]bool)
	for _, i := range p.Locked {
		locked[i] = true
	}
	for i, role := range base.role {
		if role == roleOut {
			continue
		}
		var own []int32
		for t := range n {
			own = append(own, int32(i*n+t))
		}
		c.packs = append(c.packs, pack{own, ones(n), 1})
		if locked[int32(i)] {
			c.add(class{must: true, group: -1}, [][]int32{own}, []int32{1})
		}
	}
	for t, st := range stages {
		number, money := pack{most: int64(st.Sites)}, pack{most: st.Budget}
		for i, role := range base.role {
			if role == roleOut {
				continue
			}
			k := int32(i*n + t)
			number.cols, number.use = append(number.cols, k), append(number.use, 1)
			money.cols, money.use = append(money.cols, k), append(money.use, p.siteCost(i))
		}
		if st.Sites > 0 {
			c.packs = append(c.packs, number)
		}
		if st.Budget > 0 {
			c.packs = append(c.packs, money)
		}
	}
	for _, q := range base.packs {
		wide := pack{most: q.most}
		for m, i := range q.cols {
			for t := range n {
				wide.cols, wide.use = append(wide.cols, i*int32(n)+int32(t)), append(wide.use, q.use[m])
			}
		}
		c.packs = append(c.packs, wide)
	}
}
