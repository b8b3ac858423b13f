package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"lawcircle/coverage"
)

func TestCoverageAddsUp(t *testing.T) {
	s := newTestServer(t)
	for _, query := range []string{"", "?minutes=200&status=any&level=board", "?group=elderly", "?service=notary", "?hosts=true&minutes=5",
		"?as_of=2018-11-30", "?rule=plan10", "?kind=police_post,station&status=any&level=any", "?same_county=true", "?weekday=1&time=09:30"} {
		answer := decodeJSON[coverageAnswer](t, get(s, "/api/v1/coverage"+query))
		sum := answer.Totals
		if sum.Settlements != 4 || sum.SettlementsCovered+sum.SettlementsUncovered+sum.SettlementsUnknown != 4 ||
			sum.PeopleCovered+sum.PeopleUncovered+sum.PeopleUnknown != sum.People {
			t.Errorf("%s: %+v", query, sum)
		}
		if answer.Run.ID == "" || answer.Run.Profile != "walk" || !answer.Run.Synthetic {
			t.Errorf("%s: run %+v", query, answer.Run)
		}
		if len(answer.Gaps) != sum.SettlementsUncovered+sum.SettlementsUnknown {
			t.Errorf("%s: %d gaps for %+v", query, len(answer.Gaps), sum)
		}
	}
}

func TestCoverageOfTheSmallCounty(t *testing.T) {
	answer := decodeJSON[coverageAnswer](t, get(newTestServer(t), "/api/v1/coverage"))
	if sum := answer.Totals; sum.PeopleCovered != 1200 || sum.SettlementsCovered != 1 || sum.PointsCounted != 1 || *sum.PeopleShare != 0.6 || sum.SettlementsUnknown != 1 {
		t.Errorf("%+v", sum)
	}
	var ids []string
	for _, gap := range answer.Gaps {
		ids = append(ids, gap.ID)
	}
	if !slices.Equal(ids, []string{"v2", "v3", "v4"}) { // most people first, unknown last
		t.Errorf("gaps %v", ids)
	}
	if gap := answer.Gaps[0]; gap.Nearest == nil || gap.Nearest.ID != "p1" || gap.Nearest.Ms != *gap.Ms || gap.Reason != "beyond_limit" {
		t.Errorf("%+v", gap)
	}
	if gap := answer.Gaps[2]; gap.People != nil || gap.Status != "unknown" || gap.Reason != "no_population" {
		t.Errorf("%+v", gap)
	}
	if area := answer.Areas[2]; area.AdminCode != "650402200000" || area.PeopleShare != nil {
		t.Errorf("a unit without people has a share: %+v", area)
	}
	if short := decodeJSON[coverageAnswer](t, get(newTestServer(t), "/api/v1/coverage?limit=1")); len(short.Gaps) != 1 {
		t.Errorf("%d gaps, asked for 1", len(short.Gaps))
	}
}

func TestSameQuestionIsTheSameRun(t *testing.T) {
	s := newTestServer(t)
	first := get(s, "/api/v1/coverage?minutes=12")
	if again := get(s, "/api/v1/coverage?minutes=12"); again.Body.String() != first.Body.String() {
		t.Error("the same question had another answer")
	}
	run := decodeJSON[coverageAnswer](t, first).Run
	if other := decodeJSON[coverageAnswer](t, get(s, "/api/v1/coverage?minutes=12.001")).Run; other.ID == run.ID || other.LimitMs != 720_060 {
		t.Errorf("runs %+v and %+v", run, other)
	}
}

func TestBadQuestions(t *testing.T) {
	s := newTestServer(t)
	for query, status := range map[string]int{
		"minutes=0": 400, "minutes=-1": 400, "minutes=10000": 400, "minutes=x": 400, "profile=rocket": 400, "kind=castle": 400, "service=magic": 400,
		"status=maybe": 400, "level=god": 400, "weekday=1": 400, "time=09:00": 400, "weekday=8&time=09:00": 400, "as_of=2019": 400, "limit=9999": 400,
		"rule=none": 404, "scenario=none": 404, "unknown=1": 400,
	} {
		if answer := get(s, "/api/v1/coverage?"+query); answer.Code != status {
			t.Errorf("%s: %d, want %d: %.200s", query, answer.Code, status, answer.Body)
		}
	}
}

func TestTimesLetThePageJudge(t *testing.T) {
	s := newTestServer(t)
	for _, minutes := range []string{"1", "10", "130"} {
		times := decodeJSON[timesAnswer](t, get(s, "/api/v1/coverage/times?minutes="+minutes))
		answer := decodeJSON[coverageAnswer](t, get(s, "/api/v1/coverage?minutes="+minutes))
		covered := 0
		for i, ms := range times.Settlement.Ms {
			place := smallCounty().Settlements[i]
			if ms != nil && *ms <= answer.Run.LimitMs && place.People.Known {
				covered++
			}
			if ms == nil && times.Settlement.Reason[i] == "" || times.Settlement.ID[i] != place.ID {
				t.Errorf("settlement %d: no time and no reason", i)
			}
		}
		if covered != answer.Totals.SettlementsCovered {
			t.Errorf("%s min: times give %d covered, the server says %d", minutes, covered, answer.Totals.SettlementsCovered)
		}
	}
}

func TestShapesAreGeoJSON(t *testing.T) {
	s := newTestServer(t)
	for target, want := range map[string]int{
		"/api/v1/coverage/circles.geojson?minutes=5,10,15": 3,
		"/api/v1/coverage/circles.geojson?service=notary":  0, // nothing is covered
		"/api/v1/coverage/gaps.geojson":                    3,
		"/api/v1/isochrones?lon=89.6&lat=42.5":             3,
		"/api/v1/isochrones?lon=89.6&lat=42.5&minutes=7":   1,
		"/api/v1/coverage/settlements.geojson":             4,
	} {
		features, err := geojson.UnmarshalFeatureCollection(get(s, target).Body.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		if len(features.Features) != want {
			t.Errorf("%s: %d features, want %d", target, len(features.Features), want)
		}
		for _, f := range features.Features {
			if area, ok := f.Geometry.(orb.MultiPolygon); ok && area[0][0].Orientation() != orb.CCW {
				t.Errorf("%s: outer ring runs clockwise", target)
			}
		}
	}
	for _, target := range []string{"/api/v1/isochrones?lon=89.6", "/api/v1/isochrones?lon=189&lat=1", "/api/v1/isochrones?lon=1&lat=1&minutes=1,2,3,4,5,6,7,8,9,10,11",
		"/api/v1/coverage/circles.geojson?rule=bundle"} {
		if answer := get(s, target); answer.Code != 400 {
			t.Errorf("%s: %d", target, answer.Code)
		}
	}
}

func TestAreasOfManyPlaces(t *testing.T) {
	s := newTestServer(t)
	type collection struct {
		Features []struct {
			ID         string
			Properties map[string]any
		}
	}
	places := []map[string]any{{"id": "a", "lon": 89.6, "lat": 42.5}, {"id": "b", "lon": 89.2, "lat": 42.5}}
	for _, test := range []struct {
		body map[string]any
		want []string // ids of the features; nil: refused
	}{
		{map[string]any{"places": places, "minutes": []float64{5, 10}}, []string{"walk-5", "walk-10"}},
		{map[string]any{"places": places, "minutes": []float64{5, 10}, "apart": true}, []string{"0-walk-5", "0-walk-10", "1-walk-5", "1-walk-10"}},
		{map[string]any{"places": places}, nil},
		{map[string]any{"places": places, "minutes": []float64{0}}, nil},
		{map[string]any{"places": places, "minutes": []float64{5}, "profile": "rocket"}, nil},
		{map[string]any{"places": []any{}, "minutes": []float64{5}}, nil},
		{map[string]any{"places": []map[string]any{{"id": "a", "lon": 200, "lat": 0}}, "minutes": []float64{5}}, nil},
	} {
		got, status := post[collection](t, s, "/api/v1/isochrones", test.body)
		if test.want == nil {
			if status != http.StatusBadRequest {
				t.Errorf("%v: %d", test.body, status)
			}
			continue
		}
		var ids []string
		for _, f := range got.Features {
			ids = append(ids, f.ID)
		}
		if status != http.StatusOK || !slices.Equal(ids, test.want) {
			t.Errorf("%v: %d, %v, want %v", test.body, status, ids, test.want)
		}
	}
}

func TestTablesComeFromTheDataSide(t *testing.T) {
	s := newTestServer(t)
	if answer := get(s, "/api/v1/coverage/areas.csv"); answer.Body.String() != "areas,3\n" || !strings.Contains(answer.Header().Get("Content-Disposition"), "areas.csv") {
		t.Errorf("%s %v", answer.Body, answer.Header())
	}
	if answer := get(s, "/api/v1/coverage/access.csv"); answer.Body.String() != "试验县,4\n" {
		t.Errorf("%s", answer.Body)
	}
}

func post[T any](t *testing.T, s *Server, target string, body any) (T, int) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	answer := ask(s, http.MethodPost, target, string(text), "Content-Type: application/json")
	return decodeJSON[T](t, answer), answer.Code
}

func TestWhatIf(t *testing.T) {
	s := newTestServer(t)
	answer, status := post[whatIfAnswer](t, s, "/api/v1/what-if", map[string]any{
		"minutes": 10, "circle": true, "edits": []coverage.Edit{{Op: coverage.EditAddPoint, HostID: "h2"}, {Op: coverage.EditClosePoint, PointID: "p1"}},
	})
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	if len(answer.Lost) != 1 || answer.Lost[0].ID != "v1" || len(answer.Gained) != 0 || len(answer.Changed) != 4 {
		t.Errorf("%+v", answer)
	}
	if answer.TotalsBefore.PeopleCovered != 1200 || answer.TotalsAfter.PeopleCovered != 0 {
		t.Errorf("%+v", answer)
	}
	if circle, err := geojson.UnmarshalFeatureCollection(answer.Circle); err != nil || len(circle.Features) != 1 {
		t.Errorf("circle %s: %v", answer.Circle, err)
	}
	closer, _ := post[whatIfAnswer](t, s, "/api/v1/what-if", map[string]any{"edits": []coverage.Edit{{Op: coverage.EditAddPoint, Lon: 89.7, Lat: 42.5}}})
	if len(closer.Gained) != 1 || closer.Gained[0].ID != "v2" || *closer.Gained[0].People != 800 || string(closer.Circle) != "null" {
		t.Errorf("%+v", closer)
	}
	wider, _ := post[whatIfAnswer](t, s, "/api/v1/what-if", map[string]any{"edits": []coverage.Edit{{Op: coverage.EditChangeLimit, Minutes: 240}}})
	if wider.TotalsAfter.SettlementsCovered <= wider.TotalsBefore.SettlementsCovered || wider.Run.LimitMs != 240*60_000 {
		t.Errorf("%+v", wider)
	}
}

// What the edits leave alone is not drawn again; what differs, together with what is left out, is the whole circle.
func TestWhatIfDrawsOnlyWhatChanges(t *testing.T) {
	s := newTestServer(t)
	polygons := func(edits []coverage.Edit, changed bool) (come, gone map[string]bool) {
		answer, status := post[whatIfAnswer](t, s, "/api/v1/what-if", map[string]any{"circle": true, "circle_changed": changed, "edits": edits})
		drawn, err := geojson.UnmarshalFeatureCollection(answer.Circle)
		if status != 200 || err != nil {
			t.Fatalf("status %d, circle %s: %v", status, answer.Circle, err)
		}
		come, gone = map[string]bool{}, map[string]bool{}
		for _, f := range drawn.Features {
			into := come
			if f.Properties.MustString("change", "") == "gone" {
				into = gone
			}
			for _, polygon := range f.Geometry.(orb.MultiPolygon) {
				into[fmt.Sprint(polygon)] = true
			}
		}
		return come, gone
	}
	edits := []coverage.Edit{{Op: coverage.EditAddPoint, Lon: 89.7, Lat: 42.5}}
	before, _ := polygons(nil, false)
	after, _ := polygons(edits, false)
	come, gone := polygons(edits, true)
	if len(before) == 0 || len(come) == 0 || len(come) == len(after) {
		t.Fatalf("%d polygons before, %d after, %d told as new: the example shows nothing", len(before), len(after), len(come))
	}
	maps.DeleteFunc(before, func(p string, _ bool) bool { return gone[p] })
	maps.Copy(before, come)
	if !maps.Equal(before, after) {
		t.Errorf("the change does not lead from the one circle to the other")
	}
	if come, gone := polygons(nil, true); len(come)+len(gone) != 0 {
		t.Errorf("no edit draws %d and %d polygons", len(come), len(gone))
	}
}

func TestWhatIfRefusesNonsense(t *testing.T) {
	s := newTestServer(t)
	for body, status := range map[string]int{
		"": 400, "[]": 400, "{": 400, `{"edits":[]} {}`: 400, `{"edist":[]}`: 400, `{"minutes":-1,"edits":[]}`: 400,
		`{"edits":[{"op":"close_point","point_id":"none"}]}`: 422, `{"edits":[{"op":"explode"}]}`: 422,
		`{"edits":[{"op":"add_point","lon":500,"lat":1}]}`: 422, `{"profile":"rocket","edits":[]}`: 400,
		`{"edits":[` + strings.Repeat(`{"op":"add_road"},`, 500) + `{"op":"add_road"}]}`: 400,
		`{"edits":[]` + strings.Repeat(" ", 3<<20) + `}`:                                 413,
	} {
		if answer := ask(s, http.MethodPost, "/api/v1/what-if", body); answer.Code != status {
			t.Errorf("%.60s: %d, want %d: %.200s", body, answer.Code, status, answer.Body)
		}
	}
}

func TestScenariosLiveAndCompare(t *testing.T) {
	s := newTestServer(t)
	made, status := post[scenarioRecord](t, s, "/api/v1/scenarios", map[string]any{
		"name": "方案一", "edits": []coverage.Edit{{Op: coverage.EditAddPoint, PointID: "new", Lon: 89.7, Lat: 42.5}},
	})
	if status != 201 || made.ID == "" || made.CreatedAt == "" {
		t.Fatalf("%d %+v", status, made)
	}
	child, status := post[scenarioRecord](t, s, "/api/v1/scenarios", map[string]any{
		"name": "方案二", "base": made.ID, "edits": []coverage.Edit{{Op: coverage.EditClosePoint, PointID: "p1"}, {Op: coverage.EditClosePoint, PointID: "new"}},
	})
	if status != 201 {
		t.Fatalf("%d %+v", status, child)
	}
	if list := decodeJSON[[]scenarioRecord](t, get(s, "/api/v1/scenarios")); len(list) != 2 {
		t.Errorf("%d scenarios", len(list))
	}
	compared := decodeJSON[comparisonAnswer](t, get(s, fmt.Sprintf("/api/v1/scenarios/current/compare/%s", made.ID)))
	if compared.GainedPeople != 800 || len(compared.Gained) != 1 || compared.Unchanged != 3 || compared.RunB.Scenario != made.ID {
		t.Errorf("%+v", compared)
	}
	both := decodeJSON[comparisonAnswer](t, get(s, fmt.Sprintf("/api/v1/scenarios/%s/compare/%s", made.ID, child.ID)))
	if both.LostPeople != 2000 || len(both.Lost) != 2 || len(both.Units) != 2 || both.Units[0].LostPeople != 2000 || both.Units[0].GainedPeople != 0 {
		t.Errorf("%+v", both)
	}
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{http.MethodDelete, "/" + made.ID, "", 409},
		{http.MethodPut, "/" + made.ID, `{"name":"改名","base":"` + child.ID + `","note":"","edits":[]}`, 422}, // derived from itself
		{http.MethodPut, "/" + made.ID, `{"name":"","base":"","note":"","edits":[]}`, 400},
		{http.MethodPut, "/none", `{"name":"x","base":"","note":"","edits":[]}`, 404},
		{http.MethodPost, "", `{"name":"x","base":"none","note":"","edits":[]}`, 422},
		{http.MethodPost, "", `{"name":"x","base":"","note":"","edits":[{"op":"close_point","point_id":"none"}]}`, 422},
		{http.MethodDelete, "/" + child.ID, "", 204},
		{http.MethodDelete, "/" + made.ID, "", 204},
		{http.MethodGet, "/" + made.ID, "", 404},
	} {
		if answer := ask(s, test.method, "/api/v1/scenarios"+test.path, test.body); answer.Code != test.status {
			t.Errorf("%s %s %s: %d, want %d: %.200s", test.method, test.path, test.body, answer.Code, test.status, answer.Body)
		}
	}
}

func TestIndicatorsHaveNoFalseZero(t *testing.T) {
	list := decodeJSON[[]indicatorAnswer](t, get(newTestServer(t), "/api/v1/indicators?as_of=2019-12-31"))
	if len(list) == 0 {
		t.Fatal("no indicators")
	}
	for _, in := range list {
		if in.Den == 0 && in.Value != nil && !in.Reported || in.TitleZh == "" || in.Clause == "" || in.Value == nil && in.ToDo != nil {
			t.Errorf("%+v", in)
		}
	}
}
