package server

import (
	"context"
	"fmt"
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/problem"
)

// Planner answers questions about people, money and rounds; it is part of what an [Analyst] does.
type Planner interface {
	Pair(ctx context.Context, q coverage.PairQuestion) (*coverage.PairPlan, error)
	Circuit(ctx context.Context, q coverage.CircuitQuestion) (*coverage.CircuitPlan, error)
	CircuitsOnRecord(ctx context.Context, q coverage.Query, from, to coverage.Date) (*coverage.CircuitAccess, error)
	Equity(ctx context.Context, q coverage.EquityQuestion) (*coverage.Equity, error)
	OfferTable(ctx context.Context, q coverage.Query, cross bool) ([]coverage.OfferCoverage, error)
	AdviserLoads(ctx context.Context, profile string, asOf coverage.Date) ([]coverage.AdviserLoad, error)
	CostCurve(ctx context.Context, q coverage.CostQuestion) (*coverage.CostCurve, error)
}

// planned is a question that a job will answer: about which study, and as which run.
type planned struct {
	study Study
	run   runAnswer
}

// plan settles everything that a job needs to know of the project before it starts, so that it answers for the state in which it was asked.
// profiles are those that the question names; body is what was asked, which identifies the run.
func (s *Server) plan(c *call, kind string, q question, body any, profiles ...string) (planned, error) {
	ctx, snapshot := c.ctx(), c.snapshot
	if snapshot.County == nil { // of a route that is not versioned
		var err error
		if snapshot, err = s.deps.Snapshot(ctx); err != nil {
			return planned{}, fmt.Errorf("loading the project: %w", err)
		}
	}
	study, err := s.study(ctx, snapshot, q.Scenario)
	if err != nil {
		return planned{}, err
	}
	for _, profile := range append(profiles, q.Profile) {
		if err := s.checkProfile(ctx, profile); err != nil {
			return planned{}, err
		}
	}
	run, err := s.runOf(ctx, snapshot, kind, q, study)
	if err != nil {
		return planned{}, err
	}
	run.Question = body
	if run, err = run.Identify(); err != nil {
		return planned{}, err
	}
	s.recent.Set(run.ID, run)
	return planned{study, toRun(run, "")}, nil
}

// plainQuestion reads a question that no composite rule takes part in.
func (b questionBody) plainQuestion() (question, error) {
	q, err := b.parse()
	if err == nil && q.Rule != "" {
		err = problem.BadField("rule", "这里只回答单一条件，请去掉 rule", "only a plain question is answered here; leave rule out")
	}
	return q, err
}

// placeName names a host, point or settlement.
type placeName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func hostNames(hosts []coverage.Host) []placeName {
	out := []placeName{}
	for _, h := range hosts {
		out = append(out, placeName{h.ID, h.Name})
	}
	return out
}

func (s *Server) plannerRoutes() []route {
	var out []route
	for _, routes := range [][]route{s.pairRoutes(), s.circuitRoutes(), s.costRoutes(), s.supplyRoutes(), s.mismatchRoutes()} {
		out = append(out, routes...)
	}
	for i := range out {
		if out[i].method == http.MethodGet {
			out[i].versioned = true
		}
	}
	return out
}
