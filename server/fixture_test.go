package server

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
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
		Targets: coverage.PlanTargets(),
	}
}

func smallRoads() RoadData {
	return RoadData{Revision: "roads-1", LengthKm: 42, Roads: []layer.Road{
		{WayID: 7, Highway: "trunk", Name: "国道", Line: orb.LineString{{89.1, 42.5}, {89.9, 42.5}}},
		{WayID: 8, Highway: "track", Line: orb.LineString{{89.2, 42.5}, {89.2, 42.6}}},
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
