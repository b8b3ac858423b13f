package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo/road"
	"lawcircle/server/job"
	"lawcircle/server/locale"
)

// crossroads is a road through the small county from west to east, with branches to its villages.
var crossroads = sync.OnceValues(func() (map[string]*road.Graph, error) {
	network := &road.Network{}
	at := func(x, y float64) int64 { return int64(x*1000)*100_000 + int64(y*1000) }
	for i, line := range []orb.LineString{{{89.1, 42.5}, {89.2, 42.5}, {89.3, 42.5}, {89.6, 42.5}, {89.7, 42.5}, {89.9, 42.5}}, {{89.3, 42.5}, {89.3, 42.6}}, {{89.7, 42.5}, {89.7, 42.51}}} {
		way := road.Way{ID: int64(i + 1), Tags: road.Tags{"highway": "residential"}, Line: line}
		for _, p := range line {
			way.NodeIDs = append(way.NodeIDs, at(p[0], p[1]))
		}
		network.Ways = append(network.Ways, way)
	}
	graphs := map[string]*road.Graph{}
	for _, name := range []string{"walk", "car"} {
		profile, err := road.BuiltinProfile(name)
		if err != nil {
			return nil, err
		}
		if graphs[name], err = road.Build(context.Background(), network, profile, road.BuildOptions{}); err != nil {
			return nil, err
		}
	}
	return graphs, nil
})

// withRoads gives the server a county with firms, advisers and circuits, and roads to reach them.
func withRoads(d *Deps) {
	county := smallCounty()
	cost := func(i int, yuan float64) { county.Hosts[i].SetUpCost = yuan }
	cost(2, 20_000)
	county.Hosts = append(county.Hosts, coverage.Host{ID: "h4", Kind: coverage.HostLawFirm, Name: "东方律师事务所", Code: "650402100000", Point: orb.Point{89.6, 42.5}},
		coverage.Host{ID: "h5", Kind: coverage.HostPolicePost, Name: "警务站丙", Code: "650402200000", Point: orb.Point{89.3, 42.6}})
	county.Units = append(county.Units, coverage.Unit{Code: "650402100201", Name: "东一村", Level: 5, Parent: "650402100000", Statutory: true},
		coverage.Unit{Code: "650402200201", Name: "西一村", Level: 5, Parent: "650402200000", Statutory: true})
	county.Settlements[2].Code, county.Settlements[2].People = "650402200201", coverage.KnownPeople(300)
	county.Advisers = []coverage.Adviser{{ID: "a1", Kind: "lawyer", Firm: "h4", Languages: []string{"ug"}, Capacity: 1}}
	county.Assignments = []coverage.Assignment{{Village: "650402200201", AdviserID: "a1", From: "2018", VisitsPlanned: 12, VisitsDone: 5}}
	county.Pairings = []coverage.Pairing{{PostID: "h2", PartnerID: "a1"}}
	county.Circuits = []coverage.Circuit{{ID: "c1", Name: "巡回", Service: coverage.ServiceNotary, Stops: []string{"v3", "gone"}, IntervalDays: 30, FirstDate: "2019-01-08"}}
	d.Snapshot = func(context.Context) (Snapshot, error) { return Snapshot{Revision: "r1", County: county}, nil }
	d.Profiles = func(context.Context) ([]Profile, error) {
		return []Profile{{Name: "walk", Title: locale.Text{Zh: "步行"}}, {Name: "car", Title: locale.Text{Zh: "汽车"}}}, nil
	}
	d.Analyst = func(study Study) Analyst {
		return crow{study.County, coverage.Engine{County: study.County, Graph: func(_ context.Context, name string) (*road.Graph, error) {
			graphs, err := crossroads()
			return graphs[name], err
		}}}
	}
}

func TestPlannersQuestionsOverHTTP(t *testing.T) {
	s := newTestServer(t, withRoads)
	_, router := loadDocument(t, s)
	for _, target := range []string{"/api/v1/supply", "/api/v1/supply?of=advisers&profile=car&minutes=60&lang=en", "/api/v1/services?minutes=15", "/api/v1/mismatch", "/api/v1/mismatch?rule=plan10",
		"/api/v1/advisers/loads", "/api/v1/advisers/loads?max_minutes=1", "/api/v1/circuits?from=2019-01-01&to=2019-12-31", "/api/v1/advisers/loads?profile=rocket", "/api/v1/supply?of=gold"} {
		answer := get(s, target)
		validate(t, router, http.MethodGet, target, "", answer)
		if bad := strings.Contains(target, "rocket") || strings.Contains(target, "gold"); (answer.Code == http.StatusOK) == bad {
			t.Errorf("%s: %d %.200s", target, answer.Code, answer.Body)
		}
	}
	loads := decodeJSON[adviserLoadsAnswer](t, get(s, "/api/v1/advisers/loads?max_minutes=1"))
	if len(loads.Advisers) != 1 || *loads.Advisers[0].Capacity != 1 || loads.Advisers[0].Overloaded || len(loads.Advisers[0].TooFar) != 1 || loads.Advisers[0].TooFar[0].Name != "西一村" {
		t.Errorf("%+v", loads)
	}
	if len(loads.VillagesWithout) != 1 || loads.VillagesWithout[0].Code != "650402100201" || loads.Advisers[0].FirmName != "东方律师事务所" {
		t.Errorf("%+v", loads)
	}
	circuits := decodeJSON[circuitsAnswer](t, get(s, "/api/v1/circuits?from=2019-01-01&to=2019-03-31"))
	one := circuits.Circuits[0]
	if len(one.Dates) != 3 || len(one.Unknown) != 1 || len(one.Reached) != 1 || one.Reached[0].ID != "v3" || circuits.TotalsDays.PeopleCovered != circuits.TotalsFixed.PeopleCovered+300 {
		t.Errorf("%+v", circuits)
	}
}

func TestPlannersJobsGiveWhatTheDocumentSays(t *testing.T) {
	s := newTestServer(t, withRoads)
	doc, router := loadDocument(t, s)
	for _, test := range []struct{ target, body, has string }{
		{"/api/v1/pairs", `{}`, `"partner_id":"h4"`},
		{"/api/v1/pairs", `{"of":"adviser","capacity":3,"language":"ug","minutes":200}`, `"partner_id":"a1"`},
		{"/api/v1/circuits", `{"from":"h1","minutes":20,"service":"notary"}`, `"base":{"id":"h1"`},
		{"/api/v1/costs", `{"candidates":"posts","steps":2}`, `"host_ids":["h3"]`},
	} {
		answer := ask(s, http.MethodPost, test.target, test.body)
		validate(t, router, http.MethodPost, test.target, test.body, answer)
		if answer.Code != http.StatusAccepted {
			t.Fatalf("%s: %d %s", test.target, answer.Code, answer.Body)
		}
		record := finish(t, s, decodeJSON[jobAccepted](t, answer).Job)
		if record.State != job.Done || !strings.Contains(string(record.Result), test.has) {
			t.Errorf("%s %s: %+v %.600s", test.target, test.body, record, record.Result)
			continue
		}
		text, _ := json.Marshal(doc.Paths.Value(test.target).Post.Extensions[jobResult])
		var schema openapi3.Schema
		var result any
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(record.Result, &result); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(result); err != nil {
			t.Errorf("%s: %.600v", test.target, err)
		}
	}
	for target, bodies := range map[string][]string{
		"/api/v1/pairs":    {`{"of":"castle"}`, `{"minutes":0}`, `{"capacity":-1}`, `{"profile":"rocket"}`, `{"scenario":"none"}`, `{"extra":1}`},
		"/api/v1/circuits": {`{}`, `{"from":"h1","cover":2}`, `{"from":"h1","drive":"rocket"}`, `{"from":"h1","rule":"plan10"}`},
		"/api/v1/costs":    {`{"budget":-1}`, `{"steps":99}`, `{"candidates":"castle"}`, `{"time_limit":-1}`},
	} {
		for _, body := range bodies {
			if answer := ask(s, http.MethodPost, target, body); answer.Code < 400 || answer.Code >= 500 {
				t.Errorf("%s %s: %d", target, body, answer.Code)
			}
		}
	}
}
