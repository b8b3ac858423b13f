package server

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/server/job"
	"lawcircle/server/layer"
)

func TestMapIsWellFormedAndSaysWhatItShows(t *testing.T) {
	s := newTestServer(t)
	for target, wants := range map[string][]string{
		"/api/v1/map.svg":                    {"圈内 1200 人", "圈外 800 人", "演示数据", "内部使用", "东一村"},
		"/api/v1/map.svg?lang=en&minutes=15": {"inside: 1200 people", "15-minute circle"},
		"/api/v1/map.svg?rule=plan10":        {"圈内 1200 人"},
		"/api/v1/map.svg?bbox=0,0,1,1":       {"圈内 1200 人"}, // figures do not depend on the view
	} {
		answer := get(s, target)
		if answer.Code != 200 || answer.Header().Get("Content-Type") != svgMedia {
			t.Fatalf("%s: %d %s", target, answer.Code, answer.Body)
		}
		decoder := xml.NewDecoder(strings.NewReader(answer.Body.String()))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", target, err)
			}
		}
		for _, want := range wants {
			if !strings.Contains(answer.Body.String(), want) {
				t.Errorf("%s: %q is missing", target, want)
			}
		}
	}
	for _, query := range []string{"bbox=1,0,0,1", "bbox=0,0,0,1", "width=1", "height=99999", "bbox=1,2,3"} {
		if answer := get(s, "/api/v1/map.svg?"+query); answer.Code != 400 {
			t.Errorf("%s: %d", query, answer.Code)
		}
	}
}

func TestPublicMapNeedsApprovalForBoundariesAndHidesPosts(t *testing.T) {
	const boundary, post = `fill="none" stroke="#555"`, "警务站甲服务点"
	for _, test := range []struct {
		use             MapUse
		boundary, posts bool
	}{
		{MapUse{Use: "internal"}, true, true},
		{MapUse{Use: "public"}, false, false},
		{MapUse{Use: "public", ApprovalNo: "新S（2020）001号"}, true, false},
	} {
		s := newTestServer(t, func(d *Deps) {
			d.Snapshot = func(context.Context) (Snapshot, error) {
				return Snapshot{Revision: "r1", County: smallCounty(), Map: test.use}, nil
			}
		})
		body := get(s, "/api/v1/map.svg?status=any&level=any").Body.String()
		if got := strings.Contains(body, boundary); got != test.boundary {
			t.Errorf("%+v: boundaries drawn %v", test.use, got)
		}
		if got := strings.Contains(body, post); got != test.posts {
			t.Errorf("%+v: police posts drawn %v", test.use, got)
		}
	}
}

func TestMapKeepsPlacesInsideThePage(t *testing.T) {
	body := get(newTestServer(t), "/api/v1/map.svg?width=400&height=300").Body.String()
	marks := regexp.MustCompile(`<circle cx="([-0-9.]+)" cy="([-0-9.]+)" r="3.5"`).FindAllStringSubmatch(body, -1)
	if len(marks) != 4 {
		t.Fatalf("%d settlements drawn, want 4", len(marks))
	}
	for _, m := range marks {
		x, errX := strconv.ParseFloat(m[1], 64)
		y, errY := strconv.ParseFloat(m[2], 64)
		if errX != nil || errY != nil || x < 0 || x > 400 || y < 0 || y > 300 {
			t.Errorf("a settlement at %s, %s", m[1], m[2])
		}
	}
	// v2 lies east of v1, v4 north of v3
	if marks[1][1] <= marks[0][1] || marks[3][2] >= marks[2][2] {
		t.Errorf("east is not right or north not up: %v", marks)
	}
}

// cabinet keeps one run.
type cabinet struct{ kept *coverage.Run }

func (k *cabinet) Runs(context.Context) ([]coverage.Run, error) { return []coverage.Run{*k.kept}, nil }

func (k *cabinet) Run(_ context.Context, id string) (coverage.Run, json.RawMessage, error) {
	if k.kept == nil || k.kept.ID != id {
		return coverage.Run{}, nil, ErrNoRun
	}
	return *k.kept, json.RawMessage(`{"people":1}`), nil
}

func (k *cabinet) KeepRun(_ context.Context, run coverage.Run, _ Study, _ *coverage.Result) error {
	k.kept = &run
	return nil
}

func (k *cabinet) Layers(context.Context, int) ([]*layer.Layer, error) {
	if k.kept == nil {
		return nil, nil
	}
	return []*layer.Layer{{ID: "run_" + k.kept.ID + "_access", Features: []layer.Feature{{ID: "1", Geometry: orb.Point{89.5, 42.5}}}}}, nil
}

func TestRunsAreFoundAndKept(t *testing.T) {
	s := newTestServer(t, func(d *Deps) { d.Runs = &cabinet{} })
	id := decodeJSON[coverageAnswer](t, get(s, "/api/v1/coverage?minutes=11")).Run.ID
	if record := decodeJSON[runRecord](t, get(s, "/api/v1/runs/"+id)); record.Run.ID != id || record.Kept || record.Run.LimitMs != 660_000 {
		t.Errorf("%+v", record)
	}
	accepted, status := post[jobAccepted](t, s, "/api/v1/runs", map[string]any{"minutes": 11})
	if record := finish(t, s, accepted.Job); status != http.StatusAccepted || record.State != job.Done {
		t.Errorf("%d %+v", status, record)
	}
	if record := decodeJSON[runRecord](t, get(s, "/api/v1/runs/"+id)); !record.Kept || string(record.Result) != `{"people":1}` {
		t.Errorf("%+v", record)
	}
	if page := items(t, s, "/ogc/collections/run_"+id+"_access/items"); *page.NumberMatched != 1 {
		t.Errorf("the kept result has %d features in the OGC API", *page.NumberMatched)
	}
	if answer := get(s, "/api/v1/runs/none"); answer.Code != 404 {
		t.Errorf("unknown run: %d", answer.Code)
	}
}

func TestOGCOffersTheResults(t *testing.T) {
	s := newTestServer(t)
	for id, want := range map[string]int{"settlement_access": 4, "coverage_areas": 3, "gaps": 3} {
		if page := items(t, s, "/ogc/collections/"+id+"/items"); *page.NumberMatched != want {
			t.Errorf("%s: %d features, want %d", id, *page.NumberMatched, want)
		}
	}
	if page := items(t, s, "/ogc/collections/settlement_access/items?status=covered"); len(page.Features) != 1 || page.Features[0].ID != "v1" {
		t.Errorf("covered: %v", page.ids())
	}
	if page := items(t, s, "/ogc/collections/coverage_areas/items?minutes=10"); len(page.Features) != 1 {
		t.Errorf("10 minutes: %v", page.ids())
	}
}
