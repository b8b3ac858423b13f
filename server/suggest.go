package server

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
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
	Objective  string      `json:"objective,omitempty"`  // people (default), settlements, mean, worst, ladder, backup, gradual, attendance, spread
	Candidates string      `json:"candidates,omitempty"` // posts, hosts (default), villages, offices, settlements, all, or a host kind
	HostIDs    []string    `json:"host_ids,omitempty"`   // only these candidates
	Locked     []string    `json:"locked,omitempty"`
	Forbidden  []string    `json:"forbidden,omitempty"`
	Preferred  []string    `json:"preferred,omitempty"`
	Floors     []floorBody `json:"floors,omitempty"`
	Spacing    float64     `json:"spacing,omitempty"`    // two points stand at least so many straight metres apart
	Capacity   int64       `json:"capacity,omitempty"`   // people that one point can take
	Whole      bool        `json:"whole,omitempty"`      // with a capacity: a settlement goes to one point, not split
	Bundles    []bundle    `json:"bundles,omitempty"`    // with a rule: what the new points offer
	Years      []yearBody  `json:"years,omitempty"`      // several years at once, in the place of sites, cover and budget
	Curve      *int        `json:"curve,omitempty"`      // how far to follow the curve of 1…n sites; default: as many as are proposed, 0 = not at all
	TimeLimit  float64     `json:"time_limit,omitempty"` // seconds of each search, default 60
}

// yearBody is what may be added in one year.
type yearBody struct {
	Year   int   `json:"year"`
	Sites  int   `json:"sites,omitempty"`
	Budget int64 `json:"budget,omitempty"` // yuan
}

// bundle is what a new point in hosts of a kind offers.
type bundle struct {
	HostKind string   `json:"host_kind,omitempty"` // default: all that no other bundle names
	Services []string `json:"services"`
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
	Conflicts    []sentence        `json:"conflicts"` // why there is no answer, when there is none
	Curve        []curvePoint      `json:"curve"`     // the best that n sites can do
	Years        []yearAnswer      `json:"years"`     // of a plan over several years
	Sensitivity  []speedAnswer     `json:"sensitivity"`
	TotalsBefore sums              `json:"totals_before"`
	TotalsAfter  sums              `json:"totals_after"`
}

// yearAnswer is one year of a plan; each year keeps the sites of the years before.
type yearAnswer struct {
	Year        int   `json:"year"`
	Sites       int   `json:"sites"` // added in this year
	People      int64 `json:"people"`
	Settlements int   `json:"settlements"`
	AlonePeople int64 `json:"alone_people"` // served by the best plan for this year alone
	Proven      bool  `json:"proven"`       // that nothing better exists for the year alone
	Price       int64 `json:"price"`        // people fewer than alone: the price of keeping the years before
}

// sentence is said in both languages, because a job outlives the request that chose one.
type sentence struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

type siteAnswer struct {
	Rank                  int          `json:"rank"`
	HostID                string       `json:"host_id"`
	Name                  string       `json:"name"`
	Kind                  string       `json:"kind"`
	Code                  string       `json:"code"`
	Lon                   float64      `json:"lon"`
	Lat                   float64      `json:"lat"`
	PeopleGained          int64        `json:"people_gained"`
	SettlementsGained     int          `json:"settlements_gained"`
	PeopleCumulative      int64        `json:"people_cumulative"`
	SettlementsCumulative int          `json:"settlements_cumulative"`
	PeopleShareCumulative *float64     `json:"people_share_cumulative"`
	Year                  int          `json:"year,omitempty"`
	RunnerUp              *replacement `json:"runner_up"` // the best that could take its place
}

type replacement struct {
	HostID string `json:"host_id"`
	Name   string `json:"name"`
	Cost   int64  `json:"cost"` // what the objective loses
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
	maxYears         = 20
	maxCurve         = 200
)

func (s *Server) suggestionRoutes() []route {
	return []route{{method: http.MethodPost, path: "/api/v1/suggestions", body: suggestionBody{}, answer: jobAccepted{}, status: http.StatusAccepted, handle: s.suggest,
		summary: locale.Text{Zh: "建议新点选址（任务；结果见 /jobs/{id}）", En: "Where new points should stand; a job whose result is at /jobs/{id}"}}}
}

// siteQuestion checks the body and turns it into a question for the solver.
func (b suggestionBody) siteQuestion(q question) (coverage.SiteQuestion, error) {
	out := coverage.SiteQuestion{
		Query: q.Query, Objective: coverage.Objective(b.Objective), Sites: b.Sites, Cover: b.Cover, Everyone: b.Everyone, Budget: b.Budget,
		SpacingM: b.Spacing, Capacity: b.Capacity, Whole: b.Whole,
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
	out.Bundles = b.bundles(k)
	if !(b.Spacing >= 0) || math.IsInf(b.Spacing, 0) || b.Capacity < 0 {
		k.fault("spacing", "间距与容量不能是负数", "spacing and capacity must not be negative")
	}
	b.checkYears(k)
	if err := k.err(); err != nil {
		return out, err
	}
	return out, nil
}

// refuse says why a question makes no sense as a whole, its rule included.
func (b suggestionBody) refuse(asked coverage.SiteQuestion) error {
	if len(b.Years) > 0 {
		asked.Sites = 1 // the years say how many
	}
	if err := asked.Validate(); err != nil {
		return problem.Refused(http.StatusBadRequest, "bad_question", err)
	}
	return nil
}

// bundles reads what the new points offer.
func (b suggestionBody) bundles(k *checker) []coverage.Bundle {
	if len(b.Bundles) > 0 && b.Rule == "" {
		k.fault("bundles", "要与 rule 同用", "goes with a rule")
	}
	if len(b.Bundles) > maxListed {
		k.fault("bundles", fmt.Sprintf("最多 %d 项", maxListed), fmt.Sprintf("at most %d items", maxListed))
		return nil
	}
	var out []coverage.Bundle
	for _, body := range b.Bundles {
		var one coverage.Bundle
		var err error
		if body.HostKind != "" {
			if one.HostKind, err = coverage.ParseHostKind(body.HostKind); err != nil {
				k.fault("bundles", "没有这种场所类型", err.Error())
			}
		}
		for _, name := range body.Services {
			service, err := coverage.ParseService(name)
			if err != nil {
				k.fault("bundles", "没有这种服务", err.Error())
			}
			one.Services = append(one.Services, service)
		}
		out = append(out, one)
	}
	return out
}

func (b suggestionBody) checkYears(k *checker) {
	if len(b.Years) > maxYears || len(b.Years) > 0 && (b.Sites != 0 || b.Cover != 0 || b.Budget != 0 || b.Everyone) {
		k.fault("years", "最多 20 年，且不能与 sites、cover、budget 同用", "at most 20 years, and not together with sites, cover or budget")
	}
	for i, y := range b.Years {
		if (y.Sites > 0) == (y.Budget > 0) || y.Sites < 0 || y.Sites > maxSites || y.Budget < 0 || i > 0 && y.Year <= b.Years[i-1].Year {
			k.fault("years", "每年给出 sites 或 budget，年份递增", "each year has sites or a budget, and years rise")
		}
	}
	if b.Curve != nil && (*b.Curve < 0 || *b.Curve > maxCurve) {
		k.fault("curve", fmt.Sprintf("要在 0 到 %d 之间", maxCurve), fmt.Sprintf("must be between 0 and %d", maxCurve))
	}
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
	if q.Rule != "" {
		rule, err := s.ruleOf(c.ctx(), &q)
		if err != nil {
			return err
		}
		asked.Rule = &rule
	}
	if err := body.refuse(asked); err != nil {
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
	run.Question = struct {
		suggestionBody
		RuleBody *coverage.Rule `json:",omitempty"` // a rule of the project's own, whole: its id alone would not say what was asked
	}{body, q.ruleBody}
	if run, err = run.Identify(); err != nil {
		return err
	}
	return s.submit(c, "suggest", body, func(ctx context.Context, report func(job.Progress)) (any, error) {
		asked.Options.Progress = reportSearch(asked.Options.TimeLimit, report)
		if len(body.Years) > 0 {
			return s.stage(ctx, study, asked, body.Years, toRun(run, ""))
		}
		return s.propose(ctx, study, asked, body.Curve, toRun(run, ""))
	})
}

// reportSearch turns the solver's progress into that of the job. A bound is told once an answer stands beside it.
func reportSearch(limit time.Duration, report func(job.Progress)) func(locate.Progress) {
	return func(p locate.Progress) {
		progress := job.Progress{Phase: p.Phase, Done: p.Elapsed.Milliseconds(), Total: limit.Milliseconds()}
		if p.Found {
			best, bound := float64(p.Objective), float64(p.Bound)
			progress.Best = &best
			if bound < noBound && bound > -noBound {
				progress.Bound = &bound
			}
		}
		report(progress)
	}
}

// noBound is far beyond any number of people or milliseconds: the solver has no bound yet.
const noBound = 1e15

// propose solves; it is the work of a job.
func (s *Server) propose(ctx context.Context, study Study, asked coverage.SiteQuestion, curve *int, run runAnswer) (any, error) {
	extras := coverage.Extras{RunnersUp: true, Sensitivity: true, Curve: min(asked.Sites, maxCurve)}
	if curve != nil {
		extras.Curve = *curve
	}
	p, beside, err := s.deps.Analyst(study).SuggestWith(ctx, asked, extras)
	if p == nil || p.Solution == nil {
		return nil, err
	}
	answer := toSuggestion(study.County, p)
	answer.Run = run
	answer.add(beside, p.Before.People)
	if err == nil {
		err = ctx.Err() // a cancelled search gives its best so far
	}
	return answer, err
}

// add fills in what stands beside a proposal; whole is the number of all people.
func (a *suggestionAnswer) add(beside coverage.ProposalExtras, whole int64) {
	for i, r := range beside.RunnersUp {
		if i < len(a.Sites) && r.Found {
			a.Sites[i].RunnerUp = &replacement{r.Other.ID, r.Other.Name, r.Loss}
		}
	}
	if len(beside.Curve) > 0 {
		a.Curve = a.Curve[:1] // the present state
	}
	for _, point := range beside.Curve {
		a.Curve = append(a.Curve, curvePoint{point.Sites, point.Served.People, point.Served.Demands, known(shareOf(point.Served.People, whole))})
	}
	for _, variant := range beside.Sensitivity {
		a.Sensitivity = append(a.Sensitivity, speedAnswer{variant.Speed, variant.Sums.PeopleCovered})
	}
}

// stage plans several years; it is the work of a job.
func (s *Server) stage(ctx context.Context, study Study, asked coverage.SiteQuestion, years []yearBody, run runAnswer) (any, error) {
	stages := make([]locate.Stage, len(years))
	for i, y := range years {
		stages[i] = locate.Stage{Name: strconv.Itoa(y.Year), Sites: y.Sites, Budget: y.Budget}
	}
	plan, err := s.deps.Analyst(study).Stage(ctx, asked, stages)
	if err != nil {
		return nil, err
	}
	all := &coverage.Proposal{Question: plan.Question, Solution: plan.Solution, Before: plan.Before, After: plan.After}
	yearOf := []int{}
	var list []yearAnswer
	for i, y := range plan.Years {
		all.Sites = append(all.Sites, y.Sites...)
		for range y.Sites {
			yearOf = append(yearOf, years[i].Year)
		}
		list = append(list, yearAnswer{years[i].Year, len(y.Sites), y.Served.People, y.Served.Demands, y.Alone.People, y.Proven, y.Price})
	}
	answer := toSuggestion(study.County, all)
	answer.Run, answer.Years = run, append(answer.Years, list...)
	for i := range answer.Sites {
		answer.Sites[i].Year = yearOf[i]
	}
	return answer, nil
}

func toSuggestion(county *coverage.County, p *coverage.Proposal) suggestionAnswer {
	solution := p.Solution
	out := suggestionAnswer{
		Sites: []siteAnswer{}, Objective: solution.Objective, Bound: solution.Bound, Gap: solution.Gap, Status: solution.Status.String(),
		StopReason: string(solution.Stop), Seconds: solution.Elapsed.Seconds(), Conflicts: []sentence{}, Curve: []curvePoint{},
		Years: []yearAnswer{}, Sensitivity: []speedAnswer{},
		Unreachable: unreachableAnswer{Settlements: len(p.Unreachable), IDs: []string{}}, TotalsBefore: toSums(p.Before), TotalsAfter: toSums(p.After),
	}
	out.Curve = append(out.Curve, curvePoint{0, p.Before.PeopleCovered, p.Before.SettlementsCovered, known(p.Before.PeopleShare())})
	for i, site := range p.Sites {
		share := known(shareOf(site.Cumulative.People, p.Before.People))
		out.Sites = append(out.Sites, siteAnswer{i + 1, site.ID, site.Name, string(site.HostKind), site.Code, site.Point.Lon(), site.Point.Lat(),
			site.Gain.People, site.Gain.Demands, site.Cumulative.People, site.Cumulative.Demands, share, 0, nil})
		out.Curve = append(out.Curve, curvePoint{i + 1, site.Cumulative.People, site.Cumulative.Demands, share})
	}
	for _, i := range p.Unreachable {
		out.Unreachable.People += county.Settlements[i].People.Count
		out.Unreachable.IDs = append(out.Unreachable.IDs, county.Settlements[i].ID)
	}
	for _, conflict := range p.Conflicts {
		out.Conflicts = append(out.Conflicts, sentence{conflict.Zh, conflict.En})
	}
	return out
}

func shareOf(part, whole int64) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}
