package server

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
	"lawcircle/server/job"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// suggestionBody asks where new points should stand; one of sites, cover, everyone and budget is given.
type suggestionBody struct {
	questionBody
	Sites      int         `json:"sites,omitempty"`      // at most so many new points
	Cover      float64     `json:"cover,omitempty"`      // fewest points that bring this share of the people inside, 0–1
	Everyone   bool        `json:"everyone,omitempty"`   // fewest points that bring everyone inside who can be served
	Budget     int64       `json:"budget,omitempty"`     // yuan
	Objective  string      `json:"objective,omitempty"`  // people (default), settlements, mean, worst, ladder, backup
	Candidates string      `json:"candidates,omitempty"` // posts, hosts (default), villages, offices, settlements, all, or a host kind
	HostIDs    []string    `json:"host_ids,omitempty"`   // only these candidates
	Locked     []string    `json:"locked,omitempty"`
	Forbidden  []string    `json:"forbidden,omitempty"`
	Preferred  []string    `json:"preferred,omitempty"`
	Floors     []floorBody `json:"floors,omitempty"`
	TimeLimit  float64     `json:"time_limit,omitempty"` // seconds, default 60
}

type floorBody struct {
	Unit   string  `json:"unit"`
	Sites  int     `json:"sites,omitempty"`
	People float64 `json:"people,omitempty"` // share of the unit's people
}

// suggestionAnswer is the result of a suggestion job.
type suggestionAnswer struct {
	Run          runAnswer         `json:"run"`
	Sites        []siteAnswer      `json:"sites"`
	Objective    int64             `json:"objective"`
	Bound        int64             `json:"bound"` // no set of sites does better
	Gap          float64           `json:"gap"`
	Status       string            `json:"status"`
	StopReason   string            `json:"stop_reason"`
	Seconds      float64           `json:"seconds"`
	Unreachable  unreachableAnswer `json:"unreachable"`
	Conflicts    []string          `json:"conflicts"`
	Curve        []curvePoint      `json:"curve"` // people served by the first n of these sites
	TotalsBefore sums              `json:"totals_before"`
	TotalsAfter  sums              `json:"totals_after"`
}

type siteAnswer struct {
	Rank                  int      `json:"rank"`
	HostID                string   `json:"host_id"`
	Name                  string   `json:"name"`
	Kind                  string   `json:"kind"`
	Code                  string   `json:"code"`
	Lon                   float64  `json:"lon"`
	Lat                   float64  `json:"lat"`
	PeopleGained          int64    `json:"people_gained"`
	SettlementsGained     int      `json:"settlements_gained"`
	PeopleCumulative      int64    `json:"people_cumulative"`
	SettlementsCumulative int      `json:"settlements_cumulative"`
	PeopleShareCumulative *float64 `json:"people_share_cumulative"`
}

type unreachableAnswer struct {
	Settlements int      `json:"settlements"`
	People      int64    `json:"people"`
	IDs         []string `json:"ids"`
}

type curvePoint struct {
	N           int      `json:"n"`
	People      int64    `json:"people"`
	Settlements int      `json:"settlements"`
	PeopleShare *float64 `json:"people_share"`
}

const (
	defaultSolveTime = time.Minute
	maxSolveTime     = time.Hour
	maxSites         = 5000
	maxListed        = 5000
)

func (s *Server) suggestionRoutes() []route {
	return []route{{method: http.MethodPost, path: "/api/v1/suggestions", body: suggestionBody{}, answer: jobAccepted{}, status: http.StatusAccepted, handle: s.suggest,
		summary: locale.Text{Zh: "建议新点选址（任务；结果见 /jobs/{id}）", En: "Where new points should stand; a job whose result is at /jobs/{id}"}}}
}

// siteQuestion checks the body and turns it into a question for the solver.
func (b suggestionBody) siteQuestion(q question) (coverage.SiteQuestion, error) {
	out := coverage.SiteQuestion{
		Query: q.Query, Objective: coverage.Objective(b.Objective), Sites: b.Sites, Cover: b.Cover, Everyone: b.Everyone, Budget: b.Budget,
		Hosts: b.HostIDs, Locked: b.Locked, Forbidden: b.Forbidden, Preferred: b.Preferred, Candidates: coverage.CandidateHosts,
		Options: locate.Options{TimeLimit: defaultSolveTime},
	}
	k := &checker{}
	if b.Candidates != "" {
		set, err := coverage.ParseCandidateSet(b.Candidates)
		if err != nil {
			k.fault("candidates", "没有这种候选范围", err.Error())
		}
		out.Candidates = set
	}
	if b.Sites < 0 || b.Sites > maxSites {
		k.fault("sites", fmt.Sprintf("要在 1 到 %d 之间", maxSites), fmt.Sprintf("must be between 1 and %d", maxSites))
	}
	if !(b.Cover >= 0 && b.Cover <= 1) {
		k.fault("cover", "要在 0 到 1 之间", "must be between 0 and 1")
	}
	if b.Budget < 0 {
		k.fault("budget", "不能是负数", "must not be negative")
	}
	if b.TimeLimit < 0 || b.TimeLimit > maxSolveTime.Seconds() {
		k.fault("time_limit", "要在 0 到 3600 秒之间", "must be between 0 and 3600 seconds")
	} else if b.TimeLimit > 0 {
		out.Options.TimeLimit = time.Duration(b.TimeLimit * float64(time.Second))
	}
	for name, list := range map[string]int{"host_ids": len(b.HostIDs), "locked": len(b.Locked), "forbidden": len(b.Forbidden), "preferred": len(b.Preferred), "floors": len(b.Floors)} {
		if list > maxListed {
			k.fault(name, fmt.Sprintf("最多 %d 项", maxListed), fmt.Sprintf("at most %d items", maxListed))
		}
	}
	for _, f := range b.Floors {
		if f.Sites < 0 || !(f.People >= 0 && f.People <= 1) {
			k.fault("floors", "数量不能是负数，比例在 0 到 1 之间", "counts must not be negative, shares are between 0 and 1")
		}
		out.Floors = append(out.Floors, coverage.Floor(f))
	}
	if err := k.err(); err != nil {
		return out, err
	}
	if err := out.Validate(); err != nil {
		return out, problem.Refused(http.StatusBadRequest, "bad_question", err)
	}
	return out, nil
}

func (s *Server) suggest(c *call) error {
	var body suggestionBody
	if err := c.decode(&body); err != nil {
		return err
	}
	q, err := body.parse()
	if err != nil {
		return err
	}
	asked, err := body.siteQuestion(q)
	if err != nil {
		return err
	}
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return fmt.Errorf("loading the project: %w", err)
	}
	study, err := s.study(c.ctx(), snapshot, q.Scenario)
	if err != nil {
		return err
	}
	if err := s.checkProfile(c.ctx(), q.Profile); err != nil {
		return err
	}
	run, err := s.runOf(c.ctx(), snapshot, "suggest", q, study)
	if err != nil {
		return err
	}
	run.Question = asked
	if run, err = run.Identify(); err != nil {
		return err
	}
	return s.submit(c, "suggest", body, func(ctx context.Context, report func(job.Progress)) (any, error) {
		return s.propose(ctx, study, asked, run, report)
	})
}

// propose solves; it is the work of a job.
func (s *Server) propose(ctx context.Context, study Study, asked coverage.SiteQuestion, run coverage.Run, report func(job.Progress)) (any, error) {
	asked.Options.Progress = func(p locate.Progress) {
		progress := job.Progress{Phase: p.Phase, Done: p.Elapsed.Milliseconds(), Total: asked.Options.TimeLimit.Milliseconds()}
		if p.Found {
			best, bound := float64(p.Objective), float64(p.Bound)
			progress.Best, progress.Bound = &best, &bound
		}
		report(progress)
	}
	p, err := s.deps.Analyst(study).Suggest(ctx, asked)
	if p == nil || p.Solution == nil {
		return nil, err
	}
	answer := toSuggestion(study.County, p)
	answer.Run = toRun(run, "")
	if err == nil {
		err = ctx.Err() // a cancelled search gives its best so far
	}
	return answer, err
}

func toSuggestion(county *coverage.County, p *coverage.Proposal) suggestionAnswer {
	solution := p.Solution
	out := suggestionAnswer{
		Sites: []siteAnswer{}, Objective: solution.Objective, Bound: solution.Bound, Gap: solution.Gap, Status: solution.Status.String(),
		StopReason: string(solution.Stop), Seconds: solution.Elapsed.Seconds(), Conflicts: []string{}, Curve: []curvePoint{},
		Unreachable: unreachableAnswer{Settlements: len(p.Unreachable), IDs: []string{}}, TotalsBefore: toSums(p.Before), TotalsAfter: toSums(p.After),
	}
	out.Curve = append(out.Curve, curvePoint{0, p.Before.PeopleCovered, p.Before.SettlementsCovered, known(p.Before.PeopleShare())})
	for i, site := range p.Sites {
		share := known(shareOf(site.Cumulative.People, p.Before.People))
		out.Sites = append(out.Sites, siteAnswer{i + 1, site.ID, site.Name, string(site.HostKind), site.Code, site.Point.Lon(), site.Point.Lat(),
			site.Gain.People, site.Gain.Demands, site.Cumulative.People, site.Cumulative.Demands, share})
		out.Curve = append(out.Curve, curvePoint{i + 1, site.Cumulative.People, site.Cumulative.Demands, share})
	}
	for _, i := range p.Unreachable {
		out.Unreachable.People += county.Settlements[i].People.Count
		out.Unreachable.IDs = append(out.Unreachable.IDs, county.Settlements[i].ID)
	}
	for _, conflict := range solution.Conflicts {
		out.Conflicts = append(out.Conflicts, conflict.Text)
	}
	return out
}

func shareOf(part, whole int64) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}
