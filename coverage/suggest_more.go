package coverage

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/coverage/locate"
	"lawcircle/geo"
)

// Extras says what should stand beside a proposal. Each costs further solutions of the same size.
type Extras struct {
	RunnersUp   bool // for each site its best replacement
	Curve       int  // the best that 1…Curve sites can do; 0 = none
	Sensitivity bool // coverage of the same sites at speeds of 80 % and 120 %
}

// ProposalExtras is what stands beside a proposal.
type ProposalExtras struct {
	RunnersUp   []SiteRunnerUp // in the order of the sites
	Curve       []CurvePoint
	Sensitivity []SpeedVariant
}

// SiteRunnerUp is the best replacement of one chosen site while the others stay.
type SiteRunnerUp struct {
	Site  Candidate
	Other Candidate
	Found bool  // false: no candidate can take its place
	Loss  int64 // of the objective when it is taken
}

// CurvePoint is the proven best of a number of sites.
type CurvePoint struct {
	Sites  int
	Served locate.Count
	Bound  int64
	Status string
}

// SpeedVariant is coverage when every speed is multiplied.
type SpeedVariant struct {
	Speed float64
	Sums  Sums
}

// SuggestWith proposes sites and compiles what should stand beside the proposal.
func (e Engine) SuggestWith(ctx context.Context, s SiteQuestion, extras Extras) (*Proposal, ProposalExtras, error) {
	proposal, m, err := e.suggest(ctx, s)
	if err != nil || ctx.Err() != nil { // cancelled: the best so far, and nothing beside it
		return proposal, ProposalExtras{}, err
	}
	quiet := s.Options
	quiet.Progress = nil
	var out ProposalExtras
	if extras.RunnersUp {
		if out.RunnersUp, err = m.runnersUp(ctx, proposal.Solution, quiet); err != nil {
			return nil, out, err
		}
	}
	if extras.Curve > 0 && m.problem.Kind == locate.MaxCoverage {
		if out.Curve, err = m.curve(ctx, extras.Curve, quiet); err != nil {
			return nil, out, err
		}
	}
	if extras.Sensitivity {
		out.Sensitivity, err = e.speedVariants(ctx, s, m, proposal.chosen())
	}
	return proposal, out, err
}

func (m *siteModel) runnersUp(ctx context.Context, solution *locate.Solution, o locate.Options) ([]SiteRunnerUp, error) {
	lines, err := locate.RunnerUp(ctx, &m.problem, solution, o)
	if err != nil {
		return nil, fmt.Errorf("finding the runners-up: %w", err)
	}
	out := make([]SiteRunnerUp, len(lines))
	for i, line := range lines {
		out[i] = SiteRunnerUp{Site: m.candidate(line.Site), Found: line.Found && line.Kept, Loss: line.Loss}
		if out[i].Found {
			out[i].Other = m.candidate(line.Candidate)
		}
	}
	return out, nil
}

// candidate returns the candidate of a column.
func (m *siteModel) candidate(column int32) Candidate {
	return m.candidates[int(column)-len(m.existing)]
}

func (m *siteModel) curve(ctx context.Context, most int, o locate.Options) ([]CurvePoint, error) {
	problem := m.problem
	problem.Budget, problem.SiteCosts = 0, nil
	points, err := locate.Curve(ctx, &problem, min(most, len(m.candidates)), o)
	if err != nil {
		return nil, fmt.Errorf("computing the curve: %w", err)
	}
	out := make([]CurvePoint, len(points))
	for i, p := range points {
		out[i] = CurvePoint{p.Sites, p.Served, p.Bound, p.Status.String()}
	}
	return out, nil
}

// speedVariants judges the county with points in the chosen candidates at other speeds.
func (e Engine) speedVariants(ctx context.Context, s SiteQuestion, m *siteModel, chosen []Candidate) ([]SpeedVariant, error) {
	facilities := append(slices.Clone(m.existing), facilitiesIn(chosen)...)
	var times []Time
	var err error
	if s.Rule == nil {
		if times, err = e.times(ctx, s.Query, facilities); err != nil {
			return nil, err
		}
	}
	var out []SpeedVariant
	for _, speed := range []float64{0.8, 1.2} {
		variant := SpeedVariant{Speed: speed}
		if s.Rule != nil {
			variant.Sums, err = e.ruleSums(ctx, s, chosen, 1/speed)
		} else {
			var r *Result
			if r, err = e.County.Judge(s.Query, Selection{Facilities: facilities}, scaled(times, 1/speed)); err == nil {
				variant.Sums = r.Totals
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, variant)
	}
	return out, nil
}

// StagedPlan is a plan over several years: each year keeps the sites of the years before.
type StagedPlan struct {
	Question SiteQuestion
	Years    []PlanYear
	Solution *locate.Solution // of the joint problem: status, objective and bound are sums over the years
	Before   Sums
	After    Sums // at the end of the last year
}

// PlanYear is one year of a staged plan.
type PlanYear struct {
	Stage  locate.Stage
	Sites  []ProposedSite // added in this year
	Served locate.Count   // by existing points and all sites up to this year
	Alone  locate.Count   // served by the best plan for this year alone, which need not keep the years before
	Proven bool           // Alone is proven best
	Price  int64          // people fewer than Alone: the price of nesting
}

// Stage plans several years at once, so that the sum of people served over all years is greatest. The question's Sites, Cover and Budget
// are replaced by those of the stages.
func (e Engine) Stage(ctx context.Context, s SiteQuestion, stages []locate.Stage) (*StagedPlan, error) {
	s.Sites, s.Cover, s.Budget, s.Everyone = 1, 0, 0, false
	for _, stage := range stages {
		if stage.Budget > 0 {
			s.Sites, s.Budget = 0, 1 // so that the model carries site costs
		}
	}
	if err := s.checkRule(); err != nil {
		return nil, err
	}
	m, err := e.siteModel(ctx, s)
	if err != nil {
		return nil, err
	}
	m.problem.Sites, m.problem.Budget = 0, 0
	planned, err := locate.Stages(ctx, &m.problem, stages, s.Options)
	if err != nil {
		return nil, err
	}
	out := &StagedPlan{Question: s, Solution: planned.Solution}
	var chosen []Candidate
	if out.Before, err = e.sums(ctx, s, m, nil); err != nil {
		return nil, err
	}
	for _, year := range planned.Stages {
		y := PlanYear{Stage: year.Stage, Served: year.Served, Price: year.Price}
		if year.Alone != nil {
			y.Alone, y.Proven = year.Alone.Served, year.Alone.Status == locate.Optimal
		}
		for _, site := range year.Sites {
			y.Sites = append(y.Sites, ProposedSite{m.candidate(site.Candidate), site.Gain, site.Cumulative})
			chosen = append(chosen, m.candidate(site.Candidate))
		}
		out.Years = append(out.Years, y)
	}
	out.After, err = e.sums(ctx, s, m, chosen)
	return out, err
}

// StagesOfPlan turns the plan's yearly rates for a kind of point into stages: how many sites are to be added in each year so that the rate
// of its target is met. Only people who are candidates of the set can be added.
func (c *County) StagesOfPlan(set CandidateSet, asOf Date) ([]locate.Stage, error) {
	kind := map[CandidateSet]IndicatorKind{CandidatePosts: IndicatorPostRate, CandidateVillages: IndicatorStudioRate,
		CandidateOffices: IndicatorStationRate}[set]
	if kind == "" {
		return nil, fmt.Errorf("the plan has yearly targets for posts, villages and offices, not for %q", set)
	}
	toDo := map[int]int{}
	var years []int
	for _, in := range c.Indicators(asOf, "", false) {
		if in.Target.Indicator == string(kind) {
			if _, seen := toDo[in.Target.Year]; !seen {
				years = append(years, in.Target.Year)
			}
			toDo[in.Target.Year] += in.ToDo
		}
	}
	slices.Sort(years)
	var stages []locate.Stage
	done, left := 0, len(c.Candidates(set))
	for _, year := range years {
		add := min(max(0, toDo[year]-done), left)
		done, left = done+add, left-add
		if add > 0 {
			stages = append(stages, locate.Stage{Name: fmt.Sprint(year), Sites: add})
		}
	}
	if len(stages) == 0 {
		return nil, fmt.Errorf("the plan's targets for %q are met, or there are none: nothing to stage", set)
	}
	return stages, nil
}

// spacing lists the pairs of columns that stand nearer than the least spacing, in straight metres.
func (m *siteModel) spacing(least float64) []locate.Pair {
	points := make([]orb.Point, 0, len(m.existing)+len(m.candidates))
	for _, f := range m.existing {
		points = append(points, f.Point)
	}
	for _, c := range m.candidates {
		points = append(points, c.Point)
	}
	var out []locate.Pair
	for a := range points {
		for b := a + 1; b < len(points); b++ {
			if d := geo.Distance(points[a], points[b]); d < least {
				out = append(out, locate.Pair{A: int32(a), B: int32(b), Distance: int64(d)})
			}
		}
	}
	return out
}

// limits gives every settlement its own limit in milliseconds.
func (c *County) limits(q Query) []int64 {
	out := make([]int64, len(c.Settlements))
	for j, s := range c.Settlements {
		out[j] = q.limitFor(s).Milliseconds()
	}
	return out
}

// NodeCandidates lists places on the roads, at least spacing metres apart, as candidates: crossings first come first served in the order of
// the road graph. Cost: linear in edges.
func (e Engine) NodeCandidates(ctx context.Context, profile string, spacing float64) ([]Candidate, error) {
	if !(spacing >= 50) {
		return nil, fmt.Errorf("a spacing of %v m is too narrow: 50 m at least", spacing)
	}
	graph, err := e.Graph(ctx, profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", profile, err)
	}
	plane := geo.NewPlane(graph.Bounds().Center())
	taken := map[[2]int][]geo.XY{}
	var out []Candidate
	for edge := range int32(graph.Edges()) {
		p := graph.EdgeLine(edge)[0]
		at := plane.To(p)
		cell := [2]int{int(math.Floor(at.X / spacing)), int(math.Floor(at.Y / spacing))}
		if crowded(taken, cell, at, spacing) {
			continue
		}
		taken[cell] = append(taken[cell], at)
		out = append(out, Candidate{Place: Place{ID: fmt.Sprintf("node-%.6f-%.6f", p[0], p[1]), Point: p}})
	}
	slices.SortFunc(out, func(a, b Candidate) int { return compareIDs(a.ID, b.ID) })
	return out, nil
}

func crowded(taken map[[2]int][]geo.XY, cell [2]int, at geo.XY, spacing float64) bool {
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			for _, other := range taken[[2]int{cell[0] + dx, cell[1] + dy}] {
				if at.Sub(other).Length() < spacing {
					return true
				}
			}
		}
	}
	return false
}
