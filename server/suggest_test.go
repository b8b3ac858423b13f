package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lawcircle/server/job"
)

// finish waits for the job of a 202 answer.
func finish(t *testing.T, s *Server, id string) job.Record {
	t.Helper()
	updates, stop, err := s.deps.Jobs.Watch(id)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var last job.Record
	for last = range updates {
	}
	return last
}

func TestSuggestionsAreJobs(t *testing.T) {
	s := newTestServer(t)
	accepted, status := post[jobAccepted](t, s, "/api/v1/suggestions", map[string]any{"sites": 2, "candidates": "settlements", "minutes": 10})
	if status != http.StatusAccepted {
		t.Fatalf("status %d", status)
	}
	record := finish(t, s, accepted.Job)
	var answer suggestionAnswer
	if err := json.Unmarshal(record.Result, &answer); err != nil || record.State != job.Done {
		t.Fatalf("%+v %v", record, err)
	}
	if len(answer.Sites) != 2 || answer.Sites[1].Rank != 2 || *answer.Sites[1].PeopleShareCumulative != 0.01 || len(answer.Curve) != 3 ||
		answer.Unreachable.Settlements != 1 || answer.Unreachable.IDs[0] != "v4" || answer.Run.ID == "" || answer.Status != "feasible" {
		t.Errorf("%+v", answer)
	}
	if record.Progress.Best == nil || *record.Progress.Best != 5 || *record.Progress.Bound != 6 {
		t.Errorf("progress %+v", record.Progress)
	}
}

func TestSuggestionIsCancelled(t *testing.T) {
	s := newTestServer(t)
	accepted, _ := post[jobAccepted](t, s, "/api/v1/suggestions", map[string]any{"sites": 99})
	ask(s, http.MethodDelete, "/api/v1/jobs/"+accepted.Job, "")
	record := finish(t, s, accepted.Job)
	if record.State != job.Cancelled {
		t.Errorf("%+v", record)
	}
	if record.Started != nil && !strings.Contains(string(record.Result), `"objective":5`) {
		t.Errorf("the best so far is lost: %s", record.Result)
	}
}

func TestPlanOverYears(t *testing.T) {
	s := newTestServer(t)
	accepted, _ := post[jobAccepted](t, s, "/api/v1/suggestions", map[string]any{"candidates": "settlements",
		"years": []yearBody{{Year: 2019, Sites: 1}, {Year: 2020, Budget: 5000}}})
	var answer suggestionAnswer
	if err := json.Unmarshal(finish(t, s, accepted.Job).Result, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Years) != 2 || len(answer.Sites) != 2 || answer.Sites[0].Year != 2019 || answer.Sites[1].Year != 2020 {
		t.Errorf("%+v", answer)
	}
}

func TestSuggestionsAreChecked(t *testing.T) {
	s := newTestServer(t)
	for _, body := range []string{
		`{}`, `{"sites":1,"cover":0.5}`, `{"sites":-1}`, `{"cover":1.5}`, `{"budget":-5}`, `{"sites":1,"candidates":"castles"}`, `{"sites":1,"time_limit":99999}`,
		`{"sites":1,"floors":[{"unit":"650402100000","people":2}]}`, `{"sites":1,"minutes":0}`, `{"site":1}`, `{"sites":1,"profile":"rocket"}`,
		`{"sites":1,"years":[{"year":2019,"sites":1}]}`, `{"years":[{"year":2019}]}`, `{"years":[{"year":2019,"sites":1},{"year":2018,"sites":1}]}`, `{"sites":1,"curve":-1}`,
	} {
		if answer := ask(s, http.MethodPost, "/api/v1/suggestions", body); answer.Code != 400 {
			t.Errorf("%s: %d %s", body, answer.Code, answer.Body)
		}
	}
}

func TestExplanations(t *testing.T) {
	s := newTestServer(t)
	x := decodeJSON[explanationAnswer](t, get(s, "/api/v1/explain/settlement/v2"))
	if x.Status != "uncovered" || x.Settlement.Name != "东二村" || len(x.Nearest) != 1 || x.Nearest[0].Point.ID != "p1" || x.Sentences[0] != "中文" ||
		string(x.Nearest[0].Path) != `{"type":"LineString","coordinates":[[89.7,42.5],[89.6,42.5]]}` {
		t.Errorf("%+v", x)
	}
	if en := decodeJSON[explanationAnswer](t, get(s, "/api/v1/explain/settlement/v2?lang=en")); en.Sentences[0] != "English" {
		t.Errorf("%+v", en.Sentences)
	}
	d := decodeJSON[dossierAnswer](t, get(s, "/api/v1/explain/site/h3"))
	if d.Host.ID != "h3" || len(d.Gained) != 1 || d.Gained[0].ID != "v3" || d.Circle == nil || len(d.Sensitivity) != 2 {
		t.Errorf("%+v", d)
	}
	for target, status := range map[string]int{
		"/api/v1/explain/settlement/none": 404, "/api/v1/explain/site/none": 404, "/api/v1/explain/site/h1": 409, "/api/v1/explain/settlement/v2?rule=bundle": 400,
		"/api/v1/explain/settlement/v2?scenario=none": 404,
	} {
		if answer := get(s, target); answer.Code != status {
			t.Errorf("%s: %d, want %d", target, answer.Code, status)
		}
	}
}

func TestMatrixIsSparse(t *testing.T) {
	s := newTestServer(t)
	entries, status := post[[]matrixEntry](t, s, "/api/v1/matrix", map[string]any{
		"minutes": 30, "from": []matrixPlace{{"a", 89.6, 42.5}, {"b", 89.2, 42.5}}, "to": []matrixPlace{{"x", 89.6, 42.5}, {"y", 89.61, 42.5}},
	})
	if status != 200 || len(entries) != 2 || entries[0] != (matrixEntry{"a", "x", 0}) || entries[1].To != "y" || entries[1].Ms <= 0 {
		t.Errorf("%d %+v", status, entries)
	}
	for _, body := range []string{
		`{"minutes":30,"from":[],"to":[{"id":"x","lon":1,"lat":1}]}`, `{"minutes":0,"from":[{"id":"x","lon":1,"lat":1}],"to":[{"id":"x","lon":1,"lat":1}]}`,
		`{"minutes":30,"from":[{"id":"x","lon":1,"lat":100}],"to":[{"id":"x","lon":1,"lat":1}]}`,
	} {
		if answer := ask(s, http.MethodPost, "/api/v1/matrix", body); answer.Code != 400 {
			t.Errorf("%s: %d", body, answer.Code)
		}
	}
}

func TestSuggestionsTakeRulesAndBundles(t *testing.T) {
	s := newTestServer(t)
	for _, c := range []struct {
		body   map[string]any
		status int
	}{
		{map[string]any{"sites": 1, "rule": "bundle", "bundles": []any{map[string]any{"services": []string{"consult", "mediation"}}}}, http.StatusAccepted},
		{map[string]any{"sites": 1, "rule": "nobody's"}, http.StatusNotFound},
		{map[string]any{"sites": 1, "bundles": []any{map[string]any{"services": []string{"consult"}}}}, http.StatusBadRequest},
		{map[string]any{"sites": 1, "rule": "bundle", "bundles": []any{map[string]any{"services": []string{"tea"}}}}, http.StatusBadRequest},
		{map[string]any{"sites": 1, "rule": "bundle", "objective": "mean"}, http.StatusBadRequest},
		{map[string]any{"sites": 1, "spacing": -5}, http.StatusBadRequest},
		{map[string]any{"years": []any{map[string]any{"year": 2019, "sites": 2}}, "rule": "bundle", "objective": "worst"}, http.StatusBadRequest},
	} {
		_, status := post[jobAccepted](t, s, "/api/v1/suggestions", c.body)
		if status != c.status {
			t.Errorf("%v: status %d, want %d", c.body, status, c.status)
		}
	}
}
