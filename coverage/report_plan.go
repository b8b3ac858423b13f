package coverage

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"lawcircle/coverage/locate"
)

// ReportPlan is the list of proposed points of a report.
type ReportPlan struct {
	Sites      []PlannedSite // in order of year, the one that gains most first
	Before     Sums
	After      Sums
	Solution   *locate.Solution // nil when there was nothing to plan
	Stages     []PlanYear       // when the plan has years
	Asked      int              // how many points were asked for in all
	Candidates CandidateSet     // where the proposed points could stand
	Missing    *Sentence        // why there is no proposal
}

// PlannedSite is a proposed point with the year in which it is to stand.
type PlannedSite struct {
	Year string // "" without stages
	ProposedSite
}

// ReportAdvice is who advises whom.
type ReportAdvice struct {
	Villages []VillageAdvice // every village of the scope, in code order
	Loads    []AdviserLoad   // advisers with villages in the scope
	Pairs    []Pair          // proposed pairing of police posts of the scope with law firms, in place order
	Unpaired []Host
	Missing  []Sentence // what could not be said, and which data are missing
}

// VillageAdvice is the adviser of one village; Assigned is false where there is none.
type VillageAdvice struct {
	Unit       Unit
	Assigned   bool
	Assignment Assignment
	Adviser    Adviser // without a name; the zero Adviser when the register does not have the id
}

// local is the scope with its own hosts and points only: what may be built on and what was built.
func (r *Report) local() *County {
	if r.Unit.Code == "" {
		return r.County
	}
	holds := r.holds()
	hosts := r.Whole.hostsByID()
	local := *r.County
	local.Hosts, local.Points = nil, nil
	for _, h := range r.Whole.Hosts {
		if holds(h.Code) {
			local.Hosts = append(local.Hosts, h)
		}
	}
	for _, p := range r.Whole.Points {
		if holds(cmp.Or(p.Code, hosts[p.HostID].Code)) {
			local.Points = append(local.Points, p)
		}
	}
	return &local
}

func (r *Report) plan(ctx context.Context, e Engine) error {
	s := SiteQuestion{Query: r.Question.Query, Sites: cmp.Or(r.Question.Sites, 10), Candidates: r.Question.Candidates, Options: r.Question.Options}
	if s.Options.TimeLimit == 0 {
		s.Options.TimeLimit = 20 * time.Second
	}
	r.Plan.Before, r.Plan.After = r.Result.Totals, r.Result.Totals
	local := r.local()
	stages := r.Question.Stages
	if len(stages) == 0 && r.Question.Sites == 0 && r.Unit.Level <= LevelCounty { // the plan's targets are for counties
		set := cmp.Or(s.Candidates, CandidatePosts)
		if planned, err := local.StagesOfPlan(set, r.Question.Query.AsOf); err == nil {
			stages, s.Candidates = planned, set
		}
	}
	s.Candidates = cmp.Or(s.Candidates, CandidateHosts)
	r.Plan.Candidates = s.Candidates
	candidates := local.Candidates(s.Candidates)
	if len(candidates) == 0 {
		r.Plan.Missing = &Sentence{"范围内没有可依托的候选场所（没有服务点的场所），不能提出选址建议。",
			"There is no host without a point in this area to propose a site in."}
		return nil
	}
	if r.Unit.Code != "" {
		for _, c := range candidates {
			s.Hosts = append(s.Hosts, c.ID)
		}
	}
	if len(stages) > 0 {
		return r.planYears(ctx, e, s, stages)
	}
	p, err := e.Suggest(ctx, s)
	if err != nil {
		return fmt.Errorf("proposing sites: %w", err)
	}
	r.Plan.Before, r.Plan.After, r.Plan.Solution, r.Plan.Asked = p.Before, p.After, p.Solution, s.Sites
	for _, site := range p.Sites {
		r.Plan.Sites = append(r.Plan.Sites, PlannedSite{"", site})
	}
	return nil
}

func (r *Report) planYears(ctx context.Context, e Engine, s SiteQuestion, stages []locate.Stage) error {
	p, err := e.Stage(ctx, s, stages)
	if err != nil {
		return fmt.Errorf("planning the years: %w", err)
	}
	r.Plan.Before, r.Plan.After, r.Plan.Solution, r.Plan.Stages = p.Before, p.After, p.Solution, p.Years
	for _, y := range p.Years {
		r.Plan.Asked += y.Stage.Sites
		for _, site := range y.Sites {
			r.Plan.Sites = append(r.Plan.Sites, PlannedSite{y.Stage.Name, site})
		}
	}
	return nil
}

func (r *Report) advise(ctx context.Context, e Engine) error {
	holds := r.holds()
	drive := cmp.Or(r.Question.Drive, "car")
	a := &r.Advice
	if len(r.Whole.Assignments) == 0 {
		a.Missing = append(a.Missing, Sentence{"缺少法律顾问分配表（村、顾问、起止日期）。", "The table of advisers and their villages is missing."})
	}
	advisers := map[string]Adviser{}
	for _, one := range r.Whole.Advisers {
		one.Name = "" // names never leave the restricted table
		advisers[one.ID] = one
	}
	board := newBoard(r.County, r.Question.Query.AsOf, r.Question.Query.StatutoryOnly)
	assigned := map[string]Assignment{}
	serves := map[string]bool{}
	for _, one := range r.Whole.Assignments {
		if board.holds(one) && holds(one.Village) {
			assigned[one.Village], serves[one.AdviserID] = one, true
		}
	}
	for _, u := range r.County.Units {
		if u.Level == LevelVillage && board.counts(u) && holds(u.Code) {
			one, has := assigned[u.Code]
			a.Villages = append(a.Villages, VillageAdvice{u, has, one, advisers[one.AdviserID]})
		}
	}
	loads, err := Engine{County: r.Whole, Graph: e.Graph}.AdviserLoads(ctx, drive, r.Question.Query.AsOf)
	if err != nil {
		return err
	}
	for _, load := range loads {
		if serves[load.AdviserID] {
			a.Loads = append(a.Loads, load)
		}
	}
	return r.pairPosts(ctx, e, drive)
}

// pairPosts pairs all posts of the project, since firms are shared, and keeps those of the scope.
func (r *Report) pairPosts(ctx context.Context, e Engine, drive string) error {
	if len(r.Whole.hostsOf(HostLawFirm)) == 0 || len(r.Whole.hostsOf(HostPolicePost)) == 0 {
		r.Advice.Missing = append(r.Advice.Missing, Sentence{"缺少律师事务所或便民警务站，不能提出结对建议。", "Pairing needs law firms and police posts."})
		return nil
	}
	plan, err := Engine{County: r.Whole, Graph: e.Graph}.Pair(ctx, PairQuestion{Profile: drive, Partners: HostLawFirm, With: HostPolicePost})
	if err != nil {
		return fmt.Errorf("pairing posts with firms: %w", err)
	}
	holds := r.holds()
	for _, pair := range plan.Pairs {
		if holds(pair.Place.Code) {
			r.Advice.Pairs = append(r.Advice.Pairs, pair)
		}
	}
	for _, host := range plan.Unpaired {
		if holds(host.Code) {
			r.Advice.Unpaired = append(r.Advice.Unpaired, host)
		}
	}
	return nil
}
