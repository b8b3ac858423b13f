package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"lawcircle/server/problem"
)

func TestEveryRouteHasItsStatus(t *testing.T) {
	s := newTestServer(t)
	for _, test := range []struct {
		target string
		status int
		media  string
	}{
		{"/healthz", 200, "application/json"},
		{"/readyz", 200, "application/json"},
		{"/metrics", 200, "text/plain"},
		{"/", 200, "text/html"},
		{"/siting", 404, problem.MediaType}, // screens of the workspace are told apart by the query
		{"/assets/app-1234.js", 200, "text/javascript"},
		{"/assets/none.js", 404, problem.MediaType},
		{"/api/v1/project", 200, "application/json"},
		{"/api/v1/units", 200, "application/json"},
		{"/api/v1/units.geojson?level=4", 200, "application/geo+json"},
		{"/api/v1/units.geojson?level=6", 400, problem.MediaType},
		{"/api/v1/units.geojson?levle=4", 400, problem.MediaType},
		{"/api/v1/settlements", 200, "application/json"},
		{"/api/v1/settlements.geojson", 200, "application/geo+json"},
		{"/api/v1/hosts.geojson", 200, "application/geo+json"},
		{"/api/v1/points.geojson", 200, "application/geo+json"},
		{"/api/v1/profiles", 200, "application/json"},
		{"/api/v1/profiles/walk", 200, "application/yaml"},
		{"/api/v1/profiles/rocket", 404, problem.MediaType},
		{"/api/v1/nothing", 404, problem.MediaType},
		{"/api", 404, problem.MediaType},
		{"/tiles/roads.json", 200, "application/json"},
		{"/tiles/rivers.json", 404, problem.MediaType},
		{"/tiles/roads", 404, problem.MediaType},
		{"/tiles/settlements/0/0/0.mvt", 200, mvtMedia},
		{"/tiles/roads/0/0/1.mvt", 404, problem.MediaType},
		{"/tiles/roads/17/0/0.mvt", 404, problem.MediaType},
		{"/tiles/roads/8/0/0.mvt", 204, ""},
		{"/tiles/roads/8/-1/0.mvt", 404, problem.MediaType},
		{"/tiles/roads/8/0/0.png", 404, problem.MediaType},
		{"/%2e%2e/%2e%2e/etc/passwd", 404, problem.MediaType}, // cleaned to a path of the workspace, never to a file outside
	} {
		answer := get(s, test.target)
		media := answer.Header().Get("Content-Type")
		if answer.Code != test.status || !strings.HasPrefix(media, test.media) {
			t.Errorf("%s: %d %s, want %d %s: %.200s", test.target, answer.Code, media, test.status, test.media, answer.Body)
		}
	}
}

func TestWritesNeedAWritingRoute(t *testing.T) {
	if answer := ask(newTestServer(t), http.MethodPost, "/api/v1/units", "{}"); answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST to a list: %d", answer.Code)
	}
}

func TestProblemsSpeakTheClientsLanguage(t *testing.T) {
	s := newTestServer(t)
	for _, test := range []struct{ target, accept, title string }{
		{"/api/v1/profiles/rocket", "", "没有找到"},
		{"/api/v1/profiles/rocket", "en-GB,en;q=0.9", "Not Found"},
		{"/api/v1/profiles/rocket", "fr,zh;q=0.5", "没有找到"},
		{"/api/v1/profiles/rocket?lang=en", "zh-CN", "Not Found"},
		{"/api/v1/profiles/rocket", ";;;,", "没有找到"},
	} {
		doc := decodeJSON[problem.Document](t, get(s, test.target, "Accept-Language: "+test.accept))
		if doc.Title != test.title || doc.Status != 404 || doc.Code != "not_found" || doc.Instance == "" || !strings.Contains(doc.Detail, "rocket") {
			t.Errorf("%s in %q: %+v", test.target, test.accept, doc)
		}
	}
}

func TestSameRevisionIsNotSentTwice(t *testing.T) {
	revision := "r1"
	s := newTestServer(t, func(d *Deps) {
		d.Snapshot = func(context.Context) (Snapshot, error) {
			return Snapshot{Revision: revision, County: smallCounty()}, nil
		}
	})
	tag := get(s, "/api/v1/units").Header().Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if again := get(s, "/api/v1/units", "If-None-Match: "+tag); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("same revision: %d with %d bytes", again.Code, again.Body.Len())
	}
	if other := get(s, "/api/v1/units?lang=en", "If-None-Match: "+tag); other.Code != http.StatusOK {
		t.Errorf("another query: %d", other.Code)
	}
	revision = "r2"
	if changed := get(s, "/api/v1/units", "If-None-Match: "+tag); changed.Code != http.StatusOK {
		t.Errorf("new revision: %d", changed.Code)
	}
}

func TestForeignPagesCannotWriteAndForeignNamesCannotRead(t *testing.T) {
	s := newTestServer(t)
	for _, test := range []struct {
		method  string
		headers []string
		status  int
	}{
		{http.MethodGet, []string{"Host: localhost:8080"}, 200},
		{http.MethodGet, []string{"Host: [::1]:8080"}, 200},
		{http.MethodGet, []string{"Host: attacker.example"}, 421},
		{http.MethodGet, []string{"Host: 127.0.0.1.attacker.example"}, 421},
		{http.MethodPost, []string{"Origin: http://attacker.example"}, 403},
		{http.MethodPost, []string{"Sec-Fetch-Site: cross-site"}, 403},
		{http.MethodPost, []string{"Origin: null"}, 403},
		{http.MethodPost, []string{"Origin: http://127.0.0.1:8080"}, 405},
		{http.MethodPost, nil, 405},
	} {
		if answer := ask(s, test.method, "/api/v1/project", "", test.headers...); answer.Code != test.status {
			t.Errorf("%s %v: %d, want %d", test.method, test.headers, answer.Code, test.status)
		}
	}
}

func TestConfiguredSitesMayReadAndNotWrite(t *testing.T) {
	const site = "https://gis.example.cn"
	shared := newTestServer(t, func(d *Deps) { d.CORSOrigins = []string{site} })
	for _, test := range []struct {
		name, method, origin string
		server               *Server
		status               int
		allowed              string
	}{
		{"configured", http.MethodGet, site, shared, 200, site},
		{"asking first", http.MethodOptions, site, shared, 204, site},
		{"writing", http.MethodPost, site, shared, 403, site},
		{"another site", http.MethodGet, "https://other.example.cn", shared, 200, ""},
		{"nothing configured", http.MethodGet, site, newTestServer(t), 200, ""},
	} {
		answer := ask(test.server, test.method, "/api/v1/project", "", "Origin: "+test.origin)
		if got := answer.Header().Get("Access-Control-Allow-Origin"); answer.Code != test.status || got != test.allowed {
			t.Errorf("%s: %d, allowed %q; want %d, %q", test.name, answer.Code, got, test.status, test.allowed)
		}
		if answer.Header().Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: cookies are let through", test.name)
		}
	}
}

func TestPageMayLoadNothingFromElsewhere(t *testing.T) {
	policy := get(newTestServer(t), "/").Header().Get("Content-Security-Policy")
	if strings.Contains(policy, "http") || !strings.Contains(policy, "default-src 'self'") {
		t.Errorf("policy %q", policy)
	}
	withMap := get(newTestServer(t, func(d *Deps) { d.BasemapOrigins = []string{"https://t0.tianditu.gov.cn"} }), "/").Header()
	if !strings.Contains(withMap.Get("Content-Security-Policy"), "img-src 'self' data: blob: https://t0.tianditu.gov.cn;") {
		t.Errorf("configured basemap is missing from %q", withMap.Get("Content-Security-Policy"))
	}
}

func TestFailureInsideIsHiddenAndLoggedById(t *testing.T) {
	s := newTestServer(t, func(d *Deps) {
		d.Snapshot = func(context.Context) (Snapshot, error) { return Snapshot{}, errors.New("secret path /srv/x") }
	})
	for target, status := range map[string]int{"/api/v1/units": 500, "/readyz": 503} {
		answer := get(s, target)
		if answer.Code != status || strings.Contains(answer.Body.String(), "secret") {
			t.Errorf("%s: %d %s", target, answer.Code, answer.Body)
		}
	}
	panicking := newTestServer(t, func(d *Deps) { d.Snapshot = func(context.Context) (Snapshot, error) { panic("oops") } })
	if answer := get(panicking, "/api/v1/units"); answer.Code != 500 || strings.Contains(answer.Body.String(), "oops") {
		t.Errorf("panic: %d %s", answer.Code, answer.Body)
	}
}

func TestProject(t *testing.T) {
	answer := decodeJSON[projectAnswer](t, get(newTestServer(t), "/api/v1/project"))
	want := projectCounts{Units: 3, Settlements: 4, People: 2000, Missing: 1, Hosts: 3, Points: 2, RoadKm: 42, Ways: 2}
	if answer.Counts != want {
		t.Errorf("counts %+v, want %+v", answer.Counts, want)
	}
	if answer.Bounds == nil || *answer.Bounds != [4]float64{89, 42, 90, 43} {
		t.Errorf("bounds %v", answer.Bounds)
	}
	if !slices.Equal(answer.Years, []int{2018, 2019, 2020}) || !answer.Synthetic || answer.User != nil {
		t.Errorf("years %v synthetic %v user %v", answer.Years, answer.Synthetic, answer.User)
	}
}

func TestUnitsSumTheirSettlements(t *testing.T) {
	units := decodeJSON[[]unitAnswer](t, get(newTestServer(t), "/api/v1/units"))
	got := map[string]int64{}
	for _, u := range units {
		if u.People == nil {
			t.Fatalf("%s has no people", u.Code)
		}
		got[u.Code] = *u.People
		if u.Label == nil || u.Label[0] <= 89 || u.Label[0] >= 90 || u.Label[1] <= 42 || u.Label[1] >= 43 {
			t.Errorf("label of %s at %v", u.Code, u.Label)
		}
	}
	if got["650402000000"] != 2000 || got["650402100000"] != 2000 || got["650402200000"] != 0 || units[0].Settlements != 4 {
		t.Errorf("people %v, settlements of the county %d", got, units[0].Settlements)
	}
}

func TestUnknownPeopleAreNullNotZero(t *testing.T) {
	columns := decodeJSON[settlementColumns](t, get(newTestServer(t), "/api/v1/settlements"))
	if columns.People[2] == nil || *columns.People[2] != 0 || columns.People[3] != nil {
		t.Errorf("people of v3, v4: %v %v", columns.People[2], columns.People[3])
	}
	elderly := columns.Groups["elderly"]
	if len(elderly) != 4 || elderly[0] == nil || *elderly[0] != 200 || elderly[1] != nil {
		t.Errorf("elderly %v", elderly)
	}
}

func TestGeoJSONFollowsTheRightHandRule(t *testing.T) {
	answer := get(newTestServer(t), "/api/v1/units.geojson?level=4")
	features, err := geojson.UnmarshalFeatureCollection(answer.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(features.Features) != 2 {
		t.Fatalf("%d townships, want 2", len(features.Features))
	}
	for _, f := range features.Features {
		ring := f.Geometry.(orb.MultiPolygon)[0][0]
		if ring.Orientation() != orb.CCW {
			t.Errorf("%v: outer ring is not counter-clockwise", f.ID)
		}
		if f.Properties["id"] != f.ID {
			t.Errorf("id %v, property %v", f.ID, f.Properties["id"])
		}
	}
}

func TestHostWithoutAPointIsACandidate(t *testing.T) {
	features, err := geojson.UnmarshalFeatureCollection(get(newTestServer(t), "/api/v1/hosts.geojson").Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features.Features {
		if f.Properties["candidate"] != (f.ID == "h3") {
			t.Errorf("%v: candidate %v", f.ID, f.Properties["candidate"])
		}
	}
}

func TestTilesShowWhatTheTileJSONPromises(t *testing.T) {
	s := newTestServer(t)
	for _, l := range tileLayers() {
		doc := decodeJSON[tileJSON](t, get(s, "/tiles/"+l.name+".json"))
		at := maptile.At(orb.Point{89.6, 42.5}, 14)
		template := strings.TrimPrefix(doc.Tiles[0], "http://127.0.0.1:8080")
		target := strings.NewReplacer("{z}", "14", "{x}", strconv.Itoa(int(at.X)), "{y}", strconv.Itoa(int(at.Y))).Replace(template)
		answer := get(s, target)
		if answer.Code != 200 || !strings.Contains(answer.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %q", target, answer.Code, answer.Header().Get("Cache-Control"))
			continue
		}
		layers, err := mvt.Unmarshal(answer.Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range layers[0].Features {
			for key := range f.Properties {
				if doc.VectorLayers[0].Fields[key] == "" {
					t.Errorf("%s: attribute %s is not in the TileJSON", l.name, key)
				}
			}
		}
	}
}

func TestLoopbackAddresses(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:0": true, "[::1]:80": true, "127.1.2.3:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.168.1.2:80": false, "example.org:80": false, "nonsense": false,
	} {
		if IsLoopback(addr) != want {
			t.Errorf("IsLoopback(%q) = %v", addr, !want)
		}
	}
}
