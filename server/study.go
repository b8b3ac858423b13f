package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"lawcircle/coverage"
	questions "lawcircle/coverage/ask"
	"lawcircle/coverage/locate"
	"lawcircle/geo/road"
	"lawcircle/server/problem"
)

// Study is a county as of one scenario, with the edits that led there from the project's present state.
type Study struct {
	County   *coverage.County
	Scenario string
	Edits    []coverage.Edit // roads and barriers among them are for the analyst
}

// Analyst answers the domain's questions about one study.
type Analyst interface {
	Planner
	Assess(ctx context.Context, q coverage.Query) (*coverage.Result, error)
	JudgeRule(ctx context.Context, rule coverage.Rule, base coverage.Query) (*coverage.RuleResult, error)
	// WhatIf answers like Assess, fast when asked again and again about the same county with a few points changed; with circle it draws
	// the area too. It is not asked for SameCounty.
	WhatIf(ctx context.Context, q coverage.Query, circle bool) (*coverage.Result, *coverage.Circle, error)
	Circles(ctx context.Context, q coverage.Query, limits []time.Duration) ([]coverage.Circle, error)
	Gaps(ctx context.Context, r *coverage.Result) ([]coverage.Gap, error)
	Isochrone(ctx context.Context, profile string, places []road.Place, limits []time.Duration) ([]coverage.Circle, error)
	Isochrones(ctx context.Context, profile string, places []road.Place, o coverage.RingOptions, yield func(place int, circles []coverage.Circle) error) error
	// Matrix gives, for every origin, the destinations within the limit.
	Matrix(ctx context.Context, profile string, from, to []road.Place, limit time.Duration) ([][]road.Cell, error)
	Explain(ctx context.Context, q coverage.Query, settlementID string) (*coverage.Explanation, error)
	Dossier(ctx context.Context, q coverage.Query, hostID string) (*coverage.Dossier, error)
	// SuggestWith returns the best proposal so far when ctx ends while it searches.
	SuggestWith(ctx context.Context, s coverage.SiteQuestion, extras coverage.Extras) (*coverage.Proposal, coverage.ProposalExtras, error)
	Stage(ctx context.Context, s coverage.SiteQuestion, stages []locate.Stage) (*coverage.StagedPlan, error)
	// Ask answers a saved question; the inquiry's engine is the analyst's own.
	Ask(ctx context.Context, question questions.Question, in questions.Inquiry) (*questions.Answer, error)
}

// study resolves the scenario of a question.
func (s *Server) study(ctx context.Context, snapshot Snapshot, scenario string) (Study, error) {
	study := Study{County: snapshot.County, Scenario: scenario}
	if scenario == "" {
		return study, nil
	}
	if s.deps.Scenarios == nil {
		return study, problem.NotFound("方案", "scenario", scenario)
	}
	all, err := s.deps.Scenarios.Scenarios(ctx)
	if err != nil {
		return study, fmt.Errorf("loading the scenarios: %w", err)
	}
	if !slices.ContainsFunc(all, func(one coverage.Scenario) bool { return one.ID == scenario }) {
		return study, problem.NotFound("方案", "scenario", scenario)
	}
	edits, err := coverage.EditsOf(all, scenario)
	if err != nil {
		return study, problem.Refused(http.StatusUnprocessableEntity, "bad_scenario", err)
	}
	return study.with(edits)
}

// with adds edits to a study.
func (s Study) with(edits []coverage.Edit) (Study, error) {
	county, err := s.County.With(edits)
	if err != nil {
		return s, problem.Refused(http.StatusUnprocessableEntity, "bad_edit", err)
	}
	return Study{county, s.Scenario, slices.Concat(s.Edits, edits)}, nil
}

// assessment is an answered coverage question.
type assessment struct {
	run    coverage.Run
	study  Study
	result *coverage.Result
}

// assess answers a coverage question, from memory when it was asked before of the same revision.
func (s *Server) assess(ctx context.Context, snapshot Snapshot, q question) (assessment, error) {
	key := snapshot.Revision + "|" + q.key()
	if known, ok := s.assessed.GetIfPresent(key); ok {
		return known, nil
	}
	study, err := s.study(ctx, snapshot, q.Scenario)
	if err != nil {
		return assessment{}, err
	}
	answer, err := s.judge(ctx, snapshot, study, q)
	if err == nil {
		s.assessed.Set(key, answer)
		s.recent.Set(answer.run.ID, answer.run)
	}
	return answer, err
}

// judge answers a coverage question about a study, without memory.
func (s *Server) judge(ctx context.Context, snapshot Snapshot, study Study, q question) (answer assessment, err error) {
	if err := s.checkProfile(ctx, q.Profile); err != nil {
		return answer, err
	}
	q = q.limited(study.Edits)
	answer.study = study
	var rule coverage.Rule
	if q.Rule != "" {
		if rule, err = s.ruleOf(ctx, &q); err != nil {
			return answer, err
		}
		q.Query = q.OfRule()
	}
	if answer.run, err = s.runOf(ctx, snapshot, "coverage", q, study); err != nil {
		return answer, err
	}
	analyst := s.deps.Analyst(study)
	if q.Rule == "" {
		answer.result, err = analyst.Assess(ctx, q.Query)
		return answer, explainFailure(err)
	}
	judged, err := analyst.JudgeRule(ctx, rule, q.Query)
	if err != nil {
		return answer, explainFailure(err)
	}
	answer.result = judged.Result
	return answer, nil
}

// ruleOf finds the rule of a question. A rule of the project's own goes into the question whole: its id alone would not say what was asked.
func (s *Server) ruleOf(ctx context.Context, q *question) (coverage.Rule, error) {
	own, err := s.ownRules(ctx)
	if err != nil {
		return coverage.Rule{}, err
	}
	rule, known := coverage.FindRule(own, q.Rule)
	if !known {
		return rule, problem.NotFound("规则", "rule", q.Rule)
	}
	if isOwn(own, rule.ID) {
		q.ruleBody = &rule
	}
	return rule, nil
}

// limited returns the question with the limit that the edits set, if they set one.
func (q question) limited(edits []coverage.Edit) question {
	q.Limit = coverage.LimitOf(edits, q.Limit)
	return q
}

// explainFailure lets the reason of an analysis' failure through to the user: it speaks of the data and the question, not of the server.
func explainFailure(err error) error {
	var known *problem.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return problem.Refused(http.StatusUnprocessableEntity, "not_answerable", err)
}

func (s *Server) checkProfile(ctx context.Context, name string) error {
	_, err := s.profileOf(ctx, name)
	return err
}

func (s *Server) profileOf(ctx context.Context, name string) (Profile, error) {
	profiles, err := s.deps.Profiles(ctx)
	if err != nil {
		return Profile{}, fmt.Errorf("listing the profiles: %w", err)
	}
	for _, p := range profiles {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, problem.BadField("profile", "没有出行方式“"+name+"”", "there is no travel profile "+name)
}

// runOf writes down what an answer is computed from.
func (s *Server) runOf(ctx context.Context, snapshot Snapshot, kind string, q question, study Study) (coverage.Run, error) {
	profile, err := s.profileOf(ctx, q.Profile)
	if err != nil {
		return coverage.Run{}, err
	}
	asked := coverage.RuleQuestion{Query: q.Query, Rule: q.Rule, RuleBody: q.ruleBody}
	return coverage.Run{
		At: s.deps.Now().UTC().Format(time.RFC3339), Kind: kind, Question: asked, Profile: profile.Name, ProfileSum: profile.Digest,
		LimitMs: q.Limit.Milliseconds(), Scenario: study.Scenario, Edits: study.Edits,
		DataDigest: snapshot.DataDigest, RoadsDigest: snapshot.RoadsDigest, Elevation: snapshot.Elevation,
		DataDate: snapshot.County.DataDate, Program: s.deps.Version, Synthetic: snapshot.County.Synthetic,
	}.Identify()
}

// unavailable says that this program was put together without what the route needs.
func unavailable() error {
	return problem.New(http.StatusServiceUnavailable, "not_available", "这项功能没有启用", "this is not available here")
}
