package server

import (
	"encoding/json"
	"net/http"

	"github.com/paulmach/orb/geojson"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// explanationAnswer says why a settlement is or is not in the circle.
type explanationAnswer struct {
	Run        runAnswer          `json:"run"`
	Settlement settlementAnswer   `json:"settlement"`
	Status     string             `json:"status"`
	Reason     string             `json:"reason"`
	Ms         *int64             `json:"ms"`
	SnapM      *float64           `json:"snap_m"`
	Nearest    []approachAnswer   `json:"nearest"` // at most three, however far
	ByService  []serviceApproach  `json:"by_service"`
	NotCounted []notCountedAnswer `json:"not_counted"`
	Sentences  []string           `json:"sentences"` // in the language of the answer
}

type settlementAnswer struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Code   string  `json:"code"`
	Lon    float64 `json:"lon"`
	Lat    float64 `json:"lat"`
	People *int64  `json:"people"`
}

type approachAnswer struct {
	Point  approachPoint   `json:"point"`
	Ms     int64           `json:"ms"`
	Direct bool            `json:"direct"` // straight, without a road
	Path   json.RawMessage `json:"path"`   // GeoJSON LineString, null when it was not traced
}

type approachPoint struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Tier  string  `json:"tier"`
	Level string  `json:"level"`
	Lon   float64 `json:"lon"`
	Lat   float64 `json:"lat"`
}

type serviceApproach struct {
	Service string           `json:"service"`
	Nearest []approachAnswer `json:"nearest"`
}

type notCountedAnswer struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	StraightM float64 `json:"straight_m"`
	Why       string  `json:"why"`
}

// dossierAnswer tells what a new point in a host would bring.
type dossierAnswer struct {
	Run          runAnswer       `json:"run"`
	Host         hostRecord      `json:"host"`
	Rank         int             `json:"rank"` // by people gained among all candidates
	Of           int             `json:"of"`
	PeopleGained int64           `json:"people_gained"`
	Gained       []changedPeople `json:"gained"`
	Doubled      []changedPeople `json:"doubled"` // inside already, would get a second point within the limit
	TotalsBefore sums            `json:"totals_before"`
	TotalsAfter  sums            `json:"totals_after"`
	Sensitivity  []speedAnswer   `json:"sensitivity"`
	RunnerUp     *runnerUp       `json:"runner_up"`
	Circle       json.RawMessage `json:"circle"` // FeatureCollection: the area from which the host is reached within the limit
}

type speedAnswer struct {
	Speed         float64 `json:"speed"` // factor on all speeds
	PeopleCovered int64   `json:"people"`
}

type runnerUp struct {
	HostID string `json:"host_id"`
	Name   string `json:"name"`
	People int64  `json:"people_gained"`
	Cost   int64  `json:"cost"` // people fewer than with the site itself
}

func (s *Server) explainRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/api/v1/explain/settlement/:id", answer: explanationAnswer{}, versioned: true, params: questionParams(),
			handle: s.explainSettlement, summary: locale.Text{Zh: "为什么这个居民点在圈内或不在", En: "Why a settlement is in the circle or not"}},
		{method: http.MethodGet, path: "/api/v1/explain/site/:id", answer: dossierAnswer{}, versioned: true, params: questionParams(),
			handle: s.explainSite, summary: locale.Text{Zh: "在这个场所设点会带来什么", En: "What a point in this host would bring"}},
	}
}

// askedStudy parses the question of the URL and finds its study.
func (s *Server) askedStudy(c *call) (question, Study, runAnswer, error) {
	q, err := parseQuestion(c.values)
	if err != nil {
		return q, Study{}, runAnswer{}, err
	}
	if q.Rule != "" {
		return q, Study{}, runAnswer{}, problem.BadField("rule", "这里只回答单一条件，请去掉 rule", "only a plain question is answered here; leave rule out")
	}
	study, err := s.study(c.ctx(), c.snapshot, q.Scenario)
	if err != nil {
		return q, study, runAnswer{}, err
	}
	run, err := s.runOf(c.ctx(), c.snapshot, "explain", q, study)
	return q, study, toRun(run, ""), err
}

func (s *Server) explainSettlement(c *call) error {
	q, study, run, err := s.askedStudy(c)
	if err != nil {
		return err
	}
	if !hasSettlement(study.County, c.Param("id")) {
		return problem.NotFound("居民点", "settlement", c.Param("id"))
	}
	x, err := s.deps.Analyst(study).Explain(c.ctx(), q.Query, c.Param("id"))
	if err != nil {
		return explainFailure(err)
	}
	out := explanationAnswer{
		Run: run, Status: string(x.Verdict.Status), Reason: string(x.Verdict.Reason), Ms: knownMs(x.Verdict.Time),
		SnapM: known(x.Verdict.Time.SnapM, x.Verdict.Time.Snapped), ByService: []serviceApproach{}, NotCounted: []notCountedAnswer{},
		Settlement: settlementAnswer{x.Settlement.ID, x.Settlement.Name, x.Settlement.Code, x.Settlement.Point.Lon(), x.Settlement.Point.Lat(),
			knownCount(x.Settlement.People)},
		Sentences: append([]string{}, x.Zh...),
	}
	if c.lang == locale.English {
		out.Sentences = append([]string{}, x.En...)
	}
	if out.Nearest, err = toApproaches(x.Nearest); err != nil {
		return err
	}
	for _, one := range x.ByService {
		nearest, err := toApproaches(one.Nearest)
		if err != nil {
			return err
		}
		out.ByService = append(out.ByService, serviceApproach{string(one.Service), nearest})
	}
	for _, n := range x.NotCounted {
		out.NotCounted = append(out.NotCounted, notCountedAnswer{n.PointID, n.Name, n.StraightM, locale.Text{Zh: n.Zh, En: n.En}.In(c.lang)})
	}
	return c.ok(out)
}

func hasSettlement(county *coverage.County, id string) bool {
	for _, s := range county.Settlements {
		if s.ID == id {
			return true
		}
	}
	return false
}

func toApproaches(list []coverage.Approach) ([]approachAnswer, error) {
	out := []approachAnswer{}
	for _, a := range list {
		f := a.Facility
		one := approachAnswer{Ms: a.Duration.Milliseconds(), Direct: a.Direct,
			Point: approachPoint{f.ID, f.Name, string(f.Tier), string(f.Level), f.Point.Lon(), f.Point.Lat()}}
		if len(a.Path) > 1 {
			path, err := geojson.NewGeometry(a.Path).MarshalJSON()
			if err != nil {
				return nil, err
			}
			one.Path = path
		}
		out = append(out, one)
	}
	return out, nil
}

func (s *Server) explainSite(c *call) error {
	q, study, run, err := s.askedStudy(c)
	if err != nil {
		return err
	}
	host, found := findHost(study.County, c.Param("id"))
	if !found {
		return problem.NotFound("场所", "host", c.Param("id"))
	}
	if !candidatesOf(study.County)[host.ID] {
		return problem.New(http.StatusConflict, "not_a_candidate", "这个场所已有或已规划服务点", "a point stands or is planned in this host already")
	}
	analyst := s.deps.Analyst(study)
	d, err := analyst.Dossier(c.ctx(), q.Query, host.ID)
	if err != nil {
		return explainFailure(err)
	}
	out := dossierAnswer{
		Run: run, Host: toHostRecord(host, !host.Kind.IsInstitution()), Rank: d.Rank, Of: d.Of, PeopleGained: d.After.PeopleCovered - d.Before.PeopleCovered,
		Gained: toReached(study.County, d.Gained), Doubled: toReached(study.County, d.Doubled), TotalsBefore: toSums(d.Before), TotalsAfter: toSums(d.After),
		Sensitivity: []speedAnswer{{0.8, d.Slower.PeopleCovered}, {1.2, d.Faster.PeopleCovered}},
	}
	if r := d.RunnerUp; r != nil {
		out.RunnerUp = &runnerUp{r.Host.ID, r.Host.Name, r.People, r.Fewer}
	}
	if out.Circle, err = s.circleOfHost(c, analyst, q, host); err != nil {
		return err
	}
	return c.ok(out)
}

func toReached(county *coverage.County, list []coverage.Reached) []changedPeople {
	out := []changedPeople{}
	for _, r := range list {
		ms := r.Duration.Milliseconds()
		out = append(out, changedPeople{county.Settlements[r.Settlement].ID, knownCount(r.People), &ms})
	}
	return out
}
