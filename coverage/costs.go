package coverage

import (
	"context"
	"errors"
	"fmt"
	"math"

	"lawcircle/coverage/locate"
)

// CostQuestion asks what each amount of money buys.
type CostQuestion struct {
	Query      Query
	Candidates CandidateSet   // "" = every host
	Budget     int64          // yuan, the highest; 0 = what the most useful sites cost together
	Steps      int            // points of the curve; 0 = 10
	Options    locate.Options `json:"-"`
}

// CostCurve is coverage against budget. Only hosts whose set-up cost is stated can be bought: a cost that nobody stated is not zero.
type CostCurve struct {
	Question  CostQuestion
	Points    []CostPoint
	Before    Sums
	Priced    []Candidate
	Unpriced  []Candidate
	TotalCost int64 // yuan, of all priced candidates
}

// CostPoint is the best that a budget buys.
type CostPoint struct {
	Budget, Spent int64 // yuan
	Sites         []ProposedSite
	Served        locate.Count // people and settlements within the limit, the existing points included
	Share         float64      // of all people; meaningful when People > 0
	Bound         int64        // no set of sites within the budget serves more people
	Proven        bool         // nothing better exists
}

// maxCostSteps bounds the work of one curve.
const maxCostSteps = 50

// CostCurve solves each budget by itself, so that the curve is the best possible at each and not one order of building.
func (e Engine) CostCurve(ctx context.Context, q CostQuestion) (*CostCurve, error) {
	if q.Steps < 0 || q.Steps > maxCostSteps || q.Budget < 0 {
		return nil, fmt.Errorf("a curve has 1 to %d points and a budget that is not negative", maxCostSteps)
	}
	if q.Steps == 0 {
		q.Steps = 10
	}
	if q.Candidates == "" {
		q.Candidates = CandidateHosts
	}
	out := &CostCurve{Question: q}
	var hosts []string
	for _, c := range e.County.Candidates(q.Candidates) {
		if c.SetUpCost <= 0 {
			out.Unpriced = append(out.Unpriced, c)
			continue
		}
		out.Priced, hosts = append(out.Priced, c), append(hosts, c.ID)
		out.TotalCost += yuan(c)
	}
	if len(hosts) == 0 {
		return nil, errors.New("no candidate states what setting up a point costs: import 建设费用 (set_up_cost) of the hosts")
	}
	s := SiteQuestion{Query: q.Query, Budget: out.TotalCost, Candidates: q.Candidates, Hosts: hosts, Options: q.Options}
	m, err := e.siteModel(ctx, s)
	if err != nil {
		return nil, err
	}
	if out.Before, err = e.sumsWith(ctx, q.Query, m.existing); err != nil {
		return nil, err
	}
	return out, out.follow(ctx, m, s)
}

// follow solves the steps. Without a budget of its own the curve ends where the last site that serves anyone has been bought.
func (c *CostCurve) follow(ctx context.Context, m *siteModel, s SiteQuestion) error {
	top := c.Question.Budget
	if top == 0 {
		all, err := c.at(ctx, m, s, c.TotalCost)
		if err != nil {
			return err
		}
		top = all.Spent
	}
	for step := range c.Question.Steps {
		budget := top * int64(step+1) / int64(c.Question.Steps)
		if budget == 0 || ctx.Err() != nil {
			continue
		}
		point, err := c.at(ctx, m, s, budget)
		if err != nil {
			return err
		}
		c.Points = append(c.Points, point)
	}
	return nil
}

func (c *CostCurve) at(ctx context.Context, m *siteModel, s SiteQuestion, budget int64) (CostPoint, error) {
	problem := m.problem
	problem.Budget = budget
	solution, err := locate.Solve(ctx, &problem, s.Options)
	if err != nil {
		return CostPoint{}, fmt.Errorf("choosing sites for %d yuan: %w", budget, err)
	}
	point := CostPoint{Budget: budget, Served: locate.Count{People: c.Before.PeopleCovered, Demands: c.Before.SettlementsCovered},
		Bound: solution.Bound, Proven: solution.Status == locate.Optimal}
	for _, site := range m.proposal(s, solution).Sites {
		if site.Gain.People == 0 {
			continue // it serves nobody: money is not spent for it
		}
		point.Sites = append(point.Sites, site)
		point.Spent += yuan(site.Candidate)
		point.Served = site.Cumulative
	}
	if c.Before.People > 0 {
		point.Share = float64(point.Served.People) / float64(c.Before.People)
	}
	return point, nil
}

// yuan is the set-up cost as the solver counts it, in whole yuan.
func yuan(c Candidate) int64 { return int64(math.Ceil(c.SetUpCost)) }
