package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	questions "lawcircle/coverage/ask"
	"lawcircle/coverage/locate"
	"lawcircle/geo"
	"lawcircle/geo/road"
	"lawcircle/server/job"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
)

// smallCounty is a county of two townships, four villages, three hosts and two service points.
func smallCounty() *coverage.County {
	box := func(w, s, e, n float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{w, s}, {w, n}, {e, n}, {e, s}, {w, s}}}} // clockwise: published the other way round
	}
	return &coverage.County{
		Name: "试验县", Synthetic: true, DataDate: "2019-12-31",
		Units: []coverage.Unit{
			{Code: "650402000000", Name: "试验县", NameEn: "Test County", Level: 3, Kind: coverage.UnitCounty, Statutory: true, Geometry: box(89, 42, 90, 43)},
			{Code: "650402100000", Name: "东镇", Level: 4, Kind: coverage.UnitTown, Parent: "650402000000", Statutory: true, Geometry: box(89.5, 42, 90, 43)},
			{Code: "650402200000", Name: "西乡", Level: 4, Kind: coverage.UnitTownship, Parent: "650402000000", Statutory: true, Geometry: box(89, 42, 89.5, 43)},
		},
		Settlements: []coverage.Settlement{
			{ID: "v1", Code: "650402100000", Name: "东一村", Point: orb.Point{89.6, 42.5}, People: coverage.KnownPeople(1200),
				Groups: map[coverage.Group]int64{coverage.GroupElderly: 200}},
			{ID: "v2", Code: "650402100000", Name: "东二村", Point: orb.Point{89.7, 42.5}, People: coverage.KnownPeople(800)},
			{ID: "v3", Code: "650402200000", Name: "西一村", Point: orb.Point{89.2, 42.5}, People: coverage.KnownPeople(0)},
			{ID: "v4", Code: "650402200000", Name: "西二村", Point: orb.Point{89.3, 42.6}},
		},
		Hosts: []coverage.Host{
			{ID: "h1", Kind: coverage.HostJudicialOffice, Name: "东镇司法所", Code: "650402100000", Point: orb.Point{89.6, 42.5}},
			{ID: "h2", Kind: coverage.HostPolicePost, Name: "警务站甲", Code: "650402100000", Point: orb.Point{89.7, 42.51}},
			{ID: "h3", Kind: coverage.HostPolicePost, Name: "警务站乙", Code: "650402200000", Point: orb.Point{89.2, 42.5}},
		},
		Points: []coverage.ServicePoint{
			{ID: "p1", HostID: "h1", Name: "东镇工作站", Tier: coverage.TierStation, Level: coverage.LevelResident, Status: coverage.StatusBuilt,
				Point: orb.Point{89.6, 42.5}, Code: "650402100000", AcceptedOn: "2018-12-01"},
			{ID: "p2", HostID: "h2", Name: "警务站甲服务点", Tier: coverage.TierPost, Level: coverage.LevelBoard, Status: coverage.StatusPlanned,
				Point: orb.Point{89.7, 42.51}, Code: "650402100000", PlannedOn: "2020"},
		},
		Targets: append(coverage.PlanTargets(), coverage.Target{ID: "satisfied", Indicator: "satisfaction", UnitLevel: coverage.LevelCounty, Year: 2020, Op: ">=", Value: 0.9, Clause: "七"}),
		Measures: []coverage.Measure{{Indicator: "awareness", Unit: "650402100000", Date: "2019-06", Num: 30, Den: 50, Source: "调查"},
			{Indicator: "satisfaction", Unit: "650402000000", Date: "2018", Value: 0.8}, {Indicator: "satisfaction", Unit: "650402000000", Date: "2019", Value: 0.95}},
		ChecklistItems: coverage.PlanChecklist(),
		ChecklistMarks: []coverage.ChecklistMark{{Code: "650402000000", ItemID: "county-1", DoneOn: "2018-05-01", Point: &orb.Point{89.5, 42.5}},
			{Code: "650402100000", ItemID: "township-1"}},
		Honours: []coverage.Honour{{Code: "650402100000", Kind: coverage.HonourVillage, Name: "东一村", AwardedOn: "2019-01-01"}},
	}
}

func smallRoads() RoadData {
	return RoadData{Revision: "roads-1", LengthKm: 42, Roads: []layer.Road{
		{WayID: 7, Highway: "trunk", Name: "国道", Line: orb.LineString{{89.1, 42.5}, {89.9, 42.5}}},
		{WayID: 8, Highway: "track", Line: orb.LineString{{89.2, 42.5}, {89.2, 42.6}}},
		{WayID: 9, Wall: "water", Name: "河", Line: orb.LineString{{89.3, 42.4}, {89.3, 42.6}}},
	}}
}

func testDeps() Deps {
	return Deps{
		Snapshot: func(context.Context) (Snapshot, error) {
			return Snapshot{Revision: "r1", County: smallCounty(), Map: MapUse{Use: "internal", Source: "测试"}, Editable: true}, nil
		},
		Roads: func(context.Context) (RoadData, error) { return smallRoads(), nil },
		Profiles: func(context.Context) ([]Profile, error) {
			return []Profile{{Name: "walk", Title: locale.Text{Zh: "步行", En: "Walking"}, YAML: []byte("name: walk\n")}}, nil
		},
		Analyst:   func(study Study) Analyst { return crow{county: study.County} },
		Scenarios: &scenarioList{},
		WriteAreas: func(w io.Writer, r *coverage.Result) error {
			_, err := fmt.Fprintf(w, "areas,%d\n", len(r.Areas))
			return err
		},
		WriteAccess: func(w io.Writer, c *coverage.County, r *coverage.Result) error {
			_, err := fmt.Fprintf(w, "%s,%d\n", c.Name, len(r.Verdicts))
			return err
		},
		Web: fstest.MapFS{
			"index.html":         {Data: []byte("<!doctype html><title>工作台</title>")},
			"assets/app-1234.js": {Data: []byte("export {}")},
		},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now:    func() time.Time { return time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC) }, Version: "test", Loopback: true,
	}
}

func newTestServer(t *testing.T, change ...func(*Deps)) *Server {
	t.Helper()
	deps := testDeps()
	queue, err := job.Open(t.Context(), job.Options{Now: deps.Now, Logger: deps.Logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Close(context.Background()) })
	deps.Jobs = queue
	for _, f := range change {
		f(&deps)
	}
	s, err := New(deps)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request as a browser on this computer would; headers are "Name: value".
func ask(s http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	request.Host = "127.0.0.1:8080"
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

func get(s http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	return ask(s, http.MethodGet, target, "", headers...)
}

func decodeJSON[T any](t *testing.T, recorder *httptest.ResponseRecorder) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(recorder.Body.Bytes(), &value); err != nil {
		t.Fatalf("status %d, body %.300s: %v", recorder.Code, recorder.Body, err)
	}
	return value
}

// crow is an analyst who walks straight at 4 km/h.
type crow struct {
	county  *coverage.County
	Planner // nil: what needs roads is not asked of it
}

func (a crow) times(_ context.Context, _ string, facilities []coverage.Facility) ([]coverage.Time, error) {
	times := make([]coverage.Time, len(a.county.Settlements))
	for i, s := range a.county.Settlements {
		times[i] = coverage.Time{Reason: coverage.ReasonNoFacility, Snapped: true}
		for j, f := range facilities {
			ms := time.Duration(geo.Distance(s.Point, f.Point)/4000*3600*1000) * time.Millisecond
			if !times[i].OK || ms < times[i].Duration {
				times[i] = coverage.Time{Duration: ms, Facility: j, OK: true, Snapped: true}
			}
		}
	}
	return times, nil
}

func (a crow) Assess(ctx context.Context, q coverage.Query) (*coverage.Result, error) {
	selection := a.county.Select(q)
	times, err := a.times(ctx, q.Profile, selection.Facilities)
	if err != nil {
		return nil, err
	}
	return a.county.Judge(q, selection, times)
}

func (a crow) JudgeRule(ctx context.Context, rule coverage.Rule, base coverage.Query) (*coverage.RuleResult, error) {
	return a.county.JudgeRule(ctx, rule, base, a.times)
}

func (a crow) WhatIf(ctx context.Context, q coverage.Query, circle bool) (*coverage.Result, *coverage.Circle, error) {
	r, err := a.Assess(ctx, q)
	if err != nil || !circle {
		return r, nil, err
	}
	circles, err := a.Circles(ctx, q, []time.Duration{q.Limit})
	return r, &circles[0], err
}

// Circles draws a square of a thousandth of a degree per minute around every facility, clockwise, which publication must turn.
func (a crow) Circles(ctx context.Context, q coverage.Query, limits []time.Duration) ([]coverage.Circle, error) {
	var places []road.Place
	for _, f := range a.county.Select(q).Facilities {
		places = append(places, road.Place{ID: f.ID, Point: f.Point})
	}
	return a.Isochrone(ctx, q.Profile, places, limits)
}

func (a crow) Isochrones(ctx context.Context, profile string, places []road.Place, o coverage.RingOptions, yield func(int, []coverage.Circle) error) error {
	for i := range places {
		circles, err := a.Isochrone(ctx, profile, places[i:i+1], o.Limits)
		if err == nil {
			err = yield(i, circles)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (crow) Isochrone(_ context.Context, _ string, places []road.Place, limits []time.Duration) ([]coverage.Circle, error) {
	out := make([]coverage.Circle, len(limits))
	for i, limit := range limits {
		out[i].Limit = limit
		for _, p := range places {
			r := limit.Minutes() / 1000
			x, y := p.Point[0], p.Point[1]
			out[i].Area = append(out[i].Area, orb.Polygon{{{x - r, y - r}, {x - r, y + r}, {x + r, y + r}, {x + r, y - r}, {x - r, y - r}}})
		}
	}
	return out, nil
}

func (a crow) Gaps(_ context.Context, r *coverage.Result) ([]coverage.Gap, error) {
	var out []coverage.Gap
	for _, area := range r.Areas {
		out = append(out, coverage.Gap{Unit: area.Unit, Area: area.Unit.Geometry, People: area.PeopleUncovered})
	}
	return out, nil
}

func (crow) Matrix(_ context.Context, _ string, from, to []road.Place, limit time.Duration) ([][]road.Cell, error) {
	out := make([][]road.Cell, len(from))
	for i, a := range from {
		for j, b := range to {
			if ms := int64(geo.Distance(a.Point, b.Point) / 4000 * 3600 * 1000); ms <= limit.Milliseconds() {
				out[i] = append(out[i], road.Cell{To: j, Ms: ms})
			}
		}
	}
	return out, nil
}

func (a crow) Explain(ctx context.Context, q coverage.Query, id string) (*coverage.Explanation, error) {
	r, err := a.Assess(ctx, q)
	if err != nil {
		return nil, err
	}
	for i, s := range a.county.Settlements {
		if s.ID != id {
			continue
		}
		x := &coverage.Explanation{Settlement: s, Query: q, Verdict: r.Verdicts[i], Zh: []string{"中文"}, En: []string{"English"}}
		for _, f := range r.Selection.Facilities {
			x.Nearest = append(x.Nearest, coverage.Approach{Facility: f, Duration: time.Minute, Path: orb.LineString{s.Point, f.Point}})
		}
		return x, nil
	}
	return nil, fmt.Errorf("settlement %q does not exist", id)
}

func (a crow) Dossier(ctx context.Context, q coverage.Query, hostID string) (*coverage.Dossier, error) {
	before, err := a.Assess(ctx, q)
	if err != nil {
		return nil, err
	}
	return &coverage.Dossier{Host: a.county.Hosts[2], Query: q, Before: before.Totals, After: before.Totals, Rank: 1, Of: 1,
		Gained: []coverage.Reached{{Settlement: 2, Duration: time.Minute, People: coverage.KnownPeople(0)}}}, nil
}

// SuggestWith proposes the first candidates, and waits to be cancelled when asked for 99.
func (a crow) SuggestWith(ctx context.Context, s coverage.SiteQuestion, extras coverage.Extras) (*coverage.Proposal, coverage.ProposalExtras, error) {
	p := &coverage.Proposal{Question: s, Solution: &locate.Solution{Objective: 5, Bound: 6, Gap: 0.2, Status: locate.Feasible, Stop: locate.StopTime}, Unreachable: []int{3}}
	if s.Sites == 99 {
		<-ctx.Done()
		return p, coverage.ProposalExtras{}, nil
	}
	s.Options.Progress(locate.Progress{Phase: "search", Found: true, Objective: 5, Bound: 6})
	p.Sites = a.firstSites(s, s.Sites)
	p.Before.People, p.After.People = 2000, 2000
	beside := coverage.ProposalExtras{Sensitivity: []coverage.SpeedVariant{{Speed: 0.8}}}
	for n := range extras.Curve {
		beside.Curve = append(beside.Curve, coverage.CurvePoint{Sites: n + 1, Served: locate.Count{People: 100, Demands: 1}})
	}
	return p, beside, nil
}

func (a crow) firstSites(s coverage.SiteQuestion, n int) []coverage.ProposedSite {
	var out []coverage.ProposedSite
	for i, c := range a.county.Candidates(s.Candidates) {
		if i < n {
			out = append(out, coverage.ProposedSite{Candidate: c, Gain: locate.Count{People: 10, Demands: 1}, Cumulative: locate.Count{People: 10 * int64(i+1), Demands: i + 1}})
		}
	}
	return out
}

// Stage gives every year its own first candidate.
func (a crow) Stage(_ context.Context, s coverage.SiteQuestion, stages []locate.Stage) (*coverage.StagedPlan, error) {
	plan := &coverage.StagedPlan{Question: s, Solution: &locate.Solution{Status: locate.Optimal}}
	for i, stage := range stages {
		plan.Years = append(plan.Years, coverage.PlanYear{Stage: stage, Sites: a.firstSites(s, i+1)[i:]})
	}
	return plan, nil
}

// scenarioList keeps scenarios in memory.
type scenarioList struct {
	mu   sync.Mutex
	list []coverage.Scenario
}

func (l *scenarioList) Scenarios(context.Context) ([]coverage.Scenario, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list), nil
}

func (l *scenarioList) SaveScenario(_ context.Context, s coverage.Scenario) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(slices.DeleteFunc(l.list, func(o coverage.Scenario) bool { return o.ID == s.ID }), s)
	return nil
}

func (l *scenarioList) DeleteScenario(_ context.Context, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(o coverage.Scenario) bool { return o.ID == id })
	return nil
}

// notebook is an editor on a county in memory.
type notebook struct {
	mu      sync.Mutex
	county  *coverage.County
	changes []Change
}

func (n *notebook) snapshot(context.Context) (Snapshot, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	county := *n.county
	county.Points, county.Hosts = slices.Clone(n.county.Points), slices.Clone(n.county.Hosts)
	return Snapshot{Revision: fmt.Sprint(len(n.changes)), County: &county, Editable: true}, nil
}

func (n *notebook) write(change Change, edit func()) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	edit()
	n.changes = append([]Change{change}, n.changes...)
	return nil
}

func (n *notebook) SavePoint(_ context.Context, p coverage.ServicePoint, change Change) error {
	return n.write(change, func() {
		n.county.Points = append(slices.DeleteFunc(slices.Clone(n.county.Points), func(o coverage.ServicePoint) bool { return o.ID == p.ID }), p)
	})
}

func (n *notebook) DeletePoint(_ context.Context, id string, change Change) error {
	return n.write(change, func() {
		n.county.Points = slices.DeleteFunc(slices.Clone(n.county.Points), func(o coverage.ServicePoint) bool { return o.ID == id })
	})
}

func (n *notebook) SaveHost(_ context.Context, h coverage.Host, change Change) error {
	return n.write(change, func() {
		n.county.Hosts = append(slices.DeleteFunc(slices.Clone(n.county.Hosts), func(o coverage.Host) bool { return o.ID == h.ID }), h)
	})
}

func (n *notebook) DeleteHost(_ context.Context, id string, change Change) error {
	return n.write(change, func() {
		n.county.Hosts = slices.DeleteFunc(slices.Clone(n.county.Hosts), func(o coverage.Host) bool { return o.ID == id })
	})
}

func (n *notebook) Changes(_ context.Context, limit int) ([]Change, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.changes[:min(limit, len(n.changes))], nil
}

func editable(n *notebook) func(*Deps) {
	n.county = smallCounty()
	return func(d *Deps) { d.Snapshot, d.Editor = n.snapshot, n }
}

// Ask answers what needs no roads; the crow has none.
func (a crow) Ask(ctx context.Context, question questions.Question, in questions.Inquiry) (*questions.Answer, error) {
	in.Engine = coverage.Engine{County: a.county, Graph: func(context.Context, string) (*road.Graph, error) {
		return nil, errors.New("a crow has no roads")
	}}
	return question.Ask(ctx, in)
}
