package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
)

// The assertions of the conformance suite ets-ogcapi-features10 (Part 1 and Part 2), one function for each of its test classes, and those
// of the clients QGIS, GDAL and ArcGIS Pro that go beyond it.

const (
	root  = "http://127.0.0.1:8080/ogc"
	crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	epsg  = "http://www.opengis.net/def/crs/EPSG/0/"
)

type webLink struct{ Href, Rel, Type string }

type ogcCollection struct {
	ID, Title, Description string
	Extent                 json.RawMessage
	CRS                    []string
	StorageCRS             string `json:"storageCrs"`
	Links                  []webLink
}

type ogcItems struct {
	Type           string
	NumberMatched  *int
	NumberReturned *int
	TimeStamp      string
	Links          []webLink
	Features       []struct {
		Type       string
		ID         string
		Geometry   *geojson.Geometry
		Properties map[string]any
	}
}

func (i ogcItems) ids() []string {
	ids := []string{}
	for _, f := range i.Features {
		ids = append(ids, f.ID)
	}
	return ids
}

func linkOf(links []webLink, rel string) webLink {
	i := slices.IndexFunc(links, func(l webLink) bool { return l.Rel == rel })
	if i < 0 {
		return webLink{}
	}
	return links[i]
}

func items(t *testing.T, s *Server, target string) ogcItems {
	t.Helper()
	answer := get(s, target, "Accept: application/geo+json")
	if answer.Code != 200 || answer.Header().Get("Content-Type") != "application/geo+json" {
		t.Fatalf("%s: %d %s %.300s", target, answer.Code, answer.Header().Get("Content-Type"), answer.Body)
	}
	return decodeJSON[ogcItems](t, answer)
}

func collections(t *testing.T, s *Server) []ogcCollection {
	t.Helper()
	list := decodeJSON[struct{ Collections []ogcCollection }](t, get(s, "/ogc/collections")).Collections
	if len(list) != 8 {
		t.Fatalf("%d collections, want 8", len(list))
	}
	return list
}

func TestOGCLandingPage(t *testing.T) {
	s := newTestServer(t)
	for _, target := range []string{"/ogc", "/ogc/"} {
		page := decodeJSON[struct{ Links []webLink }](t, get(s, target))
		for _, want := range []webLink{
			{root + "/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0"},
			{root + "/api?f=html", "service-doc", "text/html"},
			{root + "/conformance", "conformance", "application/json"},
			{root + "/collections", "data", "application/json"}, // no suffix, no query: QGIS builds upon it
			{root, "self", "application/json"},
			{root + "?f=html", "alternate", "text/html"},
		} {
			if got := linkOf(page.Links, want.Rel); got != want {
				t.Errorf("%s: link %s is %+v, want %+v", target, want.Rel, got, want)
			}
		}
	}
}

func TestOGCApiDefinition(t *testing.T) {
	answer := get(newTestServer(t), "/ogc/api")
	if answer.Header().Get("Content-Type") != "application/vnd.oai.openapi+json;version=3.0" {
		t.Errorf("content type %q", answer.Header().Get("Content-Type"))
	}
	doc, err := openapi3.NewLoader().LoadFromData(answer.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.0") || doc.Paths.Find("/conformance") == nil || doc.Paths.Find("/") == nil {
		t.Error("version 3.0 with / and /conformance is wanted")
	}
	limit := doc.Components.Parameters["limit"].Value
	if *limit.Schema.Value.Min != 1 || *limit.Schema.Value.Max != 10000 || limit.Schema.Value.Default != 10.0 || limit.Style != "form" || *limit.Explode {
		t.Errorf("limit %+v", limit.Schema.Value)
	}
	bbox := doc.Components.Parameters["bbox"].Value
	if schema := bbox.Schema.Value; !schema.Type.Is("array") || schema.MinItems != 4 || *schema.MaxItems != 6 || !schema.Items.Value.Type.Is("number") || *bbox.Explode {
		t.Errorf("bbox %+v", bbox.Schema.Value)
	}
	for _, id := range []string{"admin_units", "settlements", "host_sites", "service_points"} {
		operation := doc.Paths.Find("/collections/" + id + "/items").Get
		for _, name := range []string{"limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "name"} {
			if operation.Parameters.GetByInAndName("query", name) == nil {
				t.Errorf("%s: parameter %s is not declared", id, name)
			}
		}
	}
}

func TestOGCConformance(t *testing.T) {
	classes := decodeJSON[struct{ ConformsTo []string }](t, get(newTestServer(t), "/ogc/conformance")).ConformsTo
	for _, want := range []string{
		"ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/oas30", "ogcapi-features-1/1.0/conf/html", "ogcapi-features-1/1.0/conf/geojson",
		"ogcapi-features-2/1.0/conf/crs", "ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter",
		"cql2/1.0/conf/cql2-text", "cql2/1.0/conf/basic-cql2", "cql2/1.0/conf/basic-spatial-functions", "cql2/1.0/conf/basic-spatial-operators",
	} {
		if !slices.Contains(classes, "http://www.opengis.net/spec/"+want) {
			t.Errorf("%s is not declared", want)
		}
	}
}

func TestOGCCollections(t *testing.T) {
	s := newTestServer(t)
	answer := get(s, "/ogc/collections", "Accept: application/json")
	if answer.Header().Get("Content-Type") != "application/json" {
		t.Errorf("GDAL refuses content type %q", answer.Header().Get("Content-Type"))
	}
	page := decodeJSON[struct {
		Links       []webLink
		CRS         []string
		Collections []ogcCollection
	}](t, answer)
	if page.CRS[0] != crs84 || linkOf(page.Links, "self").Type != "application/json" || linkOf(page.Links, "alternate").Type != "text/html" {
		t.Errorf("crs %v links %v", page.CRS, page.Links)
	}
	for _, c := range page.Collections {
		single := decodeJSON[ogcCollection](t, get(s, "/ogc/collections/"+c.ID))
		if fmt.Sprint(single) != fmt.Sprint(c) {
			t.Errorf("%s differs between the list and its own page:\n%v\n%v", c.ID, c, single)
		}
		if c.Title == "" || c.Description == "" || strings.Contains(c.ID, ".") || c.StorageCRS != crs84 || c.CRS[0] != crs84 {
			t.Errorf("%+v", c)
		}
		for _, code := range []string{"4326", "4490", "3857", "4539"} {
			if !slices.Contains(c.CRS, epsg+code) || !slices.Contains(page.CRS, epsg+code) {
				t.Errorf("%s is not offered in EPSG:%s", c.ID, code)
			}
		}
		if l := linkOf(c.Links, "items"); l.Type != "application/geo+json" || l.Href != root+"/collections/"+c.ID+"/items" {
			t.Errorf("items link %+v", l)
		}
	}
}

func TestOGCFeatures(t *testing.T) {
	s := newTestServer(t)
	for _, c := range collections(t, s) {
		page := items(t, s, "/ogc/collections/"+c.ID+"/items?limit=10")
		if page.Type != "FeatureCollection" || page.NumberMatched == nil || page.NumberReturned == nil || *page.NumberReturned != len(page.Features) {
			t.Errorf("%s: %+v", c.ID, page)
		}
		if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`).MatchString(page.TimeStamp) {
			t.Errorf("timeStamp %q", page.TimeStamp)
		}
		if linkOf(page.Links, "self").Type != "application/geo+json" || linkOf(page.Links, "alternate").Type != "text/html" {
			t.Errorf("links %v", page.Links)
		}
		if again := items(t, s, "/ogc/collections/"+c.ID+"/items?limit=10"); !slices.Equal(page.ids(), again.ids()) {
			t.Errorf("order changed: %v, %v", page.ids(), again.ids())
		}
		for _, f := range page.Features {
			if f.Properties["id"] != nil || f.Properties["fid"] != nil || f.Properties["geom"] != nil {
				t.Errorf("a property takes a name of the GIS: %v", f.Properties)
			}
			feature := decodeJSON[struct {
				ID    string
				Links []webLink
			}](t, get(s, "/ogc/collections/"+c.ID+"/items/"+f.ID))
			for rel, media := range map[string]string{"self": "application/geo+json", "alternate": "text/html", "collection": "application/json"} {
				if l := linkOf(feature.Links, rel); l.Type != media || feature.ID != f.ID {
					t.Errorf("feature %s: %s is %+v", f.ID, rel, l)
				}
			}
		}
	}
}

func TestOGCErrorConditions(t *testing.T) {
	s := newTestServer(t)
	for _, query := range []string{
		"limit=unlimited", "limit=0", "limit=-1", "unknownQueryParameter1xxxx=1", "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=0,10,1,5", "bbox=a,b,c,d",
		"datetime=yesterday", "datetime=2019-12-31/2018-01-01", "crs=http://example.org/crs", "bbox=1,2,3,4&bbox-crs=http://example.org/crs",
		"filter=nam%20=%20'x'", "filter=name%20=", "filter-lang=cql2-json&filter=TRUE", "filter-crs=x&filter=TRUE", "people=many", "offset=-1",
		"f=gml", "bbox=1,2,3,4&bbox=5,6,7,8",
	} {
		answer := get(s, "/ogc/collections/settlements/items?"+query)
		if answer.Code != 400 || !strings.HasPrefix(answer.Header().Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %.200s", query, answer.Code, answer.Body)
		}
	}
	for _, path := range []string{"/nothing", "/collections/none", "/collections/none/items", "/collections/settlements/items/none",
		"/collections/settlements/tiles/Other", "/collections/settlements/tiles/WebMercatorQuad/1/0/2", "/tileMatrixSets/Other"} {
		if answer := get(s, "/ogc"+path); answer.Code != 404 {
			t.Errorf("%s: %d", path, answer.Code)
		}
	}
	if answer := ask(s, http.MethodPost, "/ogc/collections/settlements/items", "{}"); answer.Code != 405 {
		t.Errorf("POST: %d", answer.Code)
	}
}

func TestOGCBoundingBoxes(t *testing.T) {
	s := newTestServer(t)
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"bbox=89,42,90,43", []string{"v1", "v2", "v3", "v4"}},
		{"bbox=89.15,42.4,89.25,42.55", []string{"v3"}},
		{"bbox=89.6,42.5,89.6,42.5", []string{"v1"}}, // a box of no width
		{"bbox=89.15,42.4,-100,89.25,42.55,9000", []string{"v3"}},
		{"bbox=177,65,-177,70", nil},
		{"bbox=89.65,42,-177,43", []string{"v2"}}, // across the 180th meridian
		{"bbox=-180,85,180,90", nil},
		{"bbox=-180,-90,180,-85", nil},
		{"bbox=-180.0000000,-90.0000000,180.0000000,.5000000e2", []string{"v1", "v2", "v3", "v4"}},
		{"bbox=42.4,89.15,42.55,89.25&bbox-crs=" + epsg + "4326", []string{"v3"}},
		{"bbox=42.4,89.15,42.55,89.25&bbox-crs=" + epsg + "4490", []string{"v3"}},
		{"bbox=89.15,42.4,89.25,42.55&bbox-crs=" + crs84, []string{"v3"}},
		{"bbox=9924100,5221000,9935300,5244000&bbox-crs=" + epsg + "3857", []string{"v3"}},
		{"bbox=4690000,429000,4715000,440000&bbox-crs=" + epsg + "4539", []string{"v3"}},
	} {
		page := items(t, s, "/ogc/collections/settlements/items?"+test.query)
		if !slices.Equal(page.ids(), append([]string{}, test.want...)) || *page.NumberMatched != len(test.want) {
			t.Errorf("%s: %v, want %v", test.query, page.ids(), test.want)
		}
	}
	inHole := items(t, s, "/ogc/collections/admin_units/items?bbox=89.1,42.1,89.2,42.2")
	if !slices.Equal(inHole.ids(), []string{"650402000000", "650402200000"}) {
		t.Errorf("units around a box: %v", inHole.ids())
	}
}

func TestOGCLimitAndPaging(t *testing.T) {
	s := newTestServer(t)
	if got := items(t, s, "/ogc/collections/settlements/items?limit=10000000"); *got.NumberReturned != 4 {
		t.Errorf("a limit above the maximum returned %d", *got.NumberReturned)
	}
	var seen []string
	target := "/ogc/collections/settlements/items?bbox=80,40,95,45&limit=3"
	for pages := 0; target != ""; pages++ {
		page := items(t, s, target)
		seen = append(seen, page.ids()...)
		next := linkOf(page.Links, "next")
		if next.Href == "" {
			break
		}
		parsed, err := url.Parse(next.Href)
		if err != nil || parsed.Host != "127.0.0.1:8080" || parsed.Query().Get("bbox") == "" || next.Type != "application/geo+json" || pages > 4 {
			t.Fatalf("next is %+v", next)
		}
		for pair := range strings.SplitSeq(parsed.RawQuery, "&") {
			if strings.Count(pair, "=") != 1 {
				t.Errorf("query pair %q", pair)
			}
		}
		target = parsed.RequestURI()
	}
	if !slices.Equal(seen, []string{"v1", "v2", "v3", "v4"}) {
		t.Errorf("pages gave %v", seen)
	}
	beyond := items(t, s, "/ogc/collections/settlements/items?offset=99")
	if *beyond.NumberMatched != 4 || *beyond.NumberReturned != 0 || linkOf(beyond.Links, "next").Href != "" || linkOf(beyond.Links, "prev").Href == "" {
		t.Errorf("beyond the end: %+v", beyond)
	}
}

func TestOGCDatetime(t *testing.T) {
	s := newTestServer(t, func(d *Deps) {
		d.Snapshot = func(context.Context) (Snapshot, error) {
			county := smallCounty()
			county.Points[0].OpenedOn, county.Points[0].ClosedOn = "2018-06", "2019"
			return Snapshot{Revision: "dated", County: county}, nil
		}
	})
	for _, test := range []struct {
		datetime string
		want     []string // p2 has no date and is valid at any time
	}{
		{"2018-05-31", []string{"p2"}},
		{"2018-06-15", []string{"p1", "p2"}}, // opened some day of that month
		{"2018-07-01T12:00:00Z", []string{"p1", "p2"}},
		{"2019-12-31", []string{"p1", "p2"}},
		{"2020-01-01", []string{"p2"}},
		{"2017-01-01/2018-12-31", []string{"p1", "p2"}},
		{"../2018-05-01", []string{"p2"}},
		{"2020-01-01/..", []string{"p2"}},
		{"/2018-12-31", []string{"p1", "p2"}},
		{"2018-05-01/P1M", []string{"p1", "p2"}},
		{"2018-05-01/P30D", []string{"p2"}},
		{"../..", []string{"p1", "p2"}},
	} {
		if got := items(t, s, "/ogc/collections/service_points/items?datetime="+url.QueryEscape(test.datetime)); !slices.Equal(got.ids(), test.want) {
			t.Errorf("%s: %v, want %v", test.datetime, got.ids(), test.want)
		}
	}
	if got := items(t, s, "/ogc/collections/settlements/items?datetime=2018-01-01"); *got.NumberMatched != 4 {
		t.Errorf("a collection without time: %v", got.ids())
	}
}

func TestOGCCoordinateSystems(t *testing.T) {
	s := newTestServer(t)
	for _, test := range []struct {
		crs  string
		want orb.Point // of v1 at 89.6, 42.5
		by   float64
	}{
		{"", orb.Point{89.6, 42.5}, 1e-9},
		{crs84, orb.Point{89.6, 42.5}, 1e-9},
		{epsg + "4326", orb.Point{42.5, 89.6}, 1e-9},
		{epsg + "4490", orb.Point{42.5, 89.6}, 1e-9},
		{epsg + "3857", orb.Point{9974226.37, 5236173.78}, 0.02}, // PROJ
		{epsg + "4539", orb.Point{4707253.49, 467120.37}, 0.02},  // PROJ: northing first
	} {
		for _, path := range []string{"/items?limit=1", "/items/v1?"} {
			target := "/ogc/collections/settlements" + path
			if test.crs != "" {
				target += "&crs=" + test.crs
			}
			answer := get(s, target)
			want := test.crs
			if want == "" {
				want = crs84
			}
			if answer.Header().Get("Content-Crs") != "<"+want+">" {
				t.Errorf("%s: Content-Crs %q", target, answer.Header().Get("Content-Crs"))
			}
			match := regexp.MustCompile(`"coordinates":\[([-0-9.]+),([-0-9.]+)\]`).FindStringSubmatch(answer.Body.String())
			if match == nil {
				t.Fatalf("%s: %.300s", target, answer.Body)
			}
			var got orb.Point
			if _, err := fmt.Sscan(match[1]+" "+match[2], &got[0], &got[1]); err != nil {
				t.Fatal(err)
			}
			if abs(got[0]-test.want[0]) > test.by || abs(got[1]-test.want[1]) > test.by {
				t.Errorf("%s: %v, want %v", target, got, test.want)
			}
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }

func TestOGCFilters(t *testing.T) {
	s := newTestServer(t)
	for query, want := range map[string][]string{
		"filter=people > 900":                                                    {"v1"},
		"filter=people IS NULL":                                                  {"v4"},
		"filter=name LIKE '东%'&filter-lang=cql2-text":                            {"v1", "v2"},
		"filter=S_INTERSECTS(geom,BBOX(89,42,89.25,43))":                         {"v3"},
		"filter=S_INTERSECTS(geom,POINT(42.5 89.2))&filter-crs=" + epsg + "4326": {"v3"},
		"name=东一村":                                                               {"v1"},
		"people=0":                                                               {"v3"},
		"code=650402100000&people=800":                                           {"v2"},
	} {
		parsed := url.Values{}
		for pair := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			parsed.Set(name, value)
		}
		if got := items(t, s, "/ogc/collections/settlements/items?"+parsed.Encode()); !slices.Equal(got.ids(), want) {
			t.Errorf("%s: %v, want %v", query, got.ids(), want)
		}
	}
	for _, path := range []string{"queryables", "schema"} {
		answer := get(s, "/ogc/collections/settlements/"+path)
		doc := decodeJSON[struct {
			Schema     string `json:"$schema"`
			ID         string `json:"$id"`
			Type       string
			Properties map[string]map[string]any
		}](t, answer)
		if answer.Header().Get("Content-Type") != "application/schema+json" || doc.Type != "object" || doc.ID != root+"/collections/settlements/"+path ||
			doc.Properties["people"]["type"] != "integer" || doc.Properties["name"]["title"] != "名称" ||
			doc.Properties["geom"]["x-ogc-role"] != "primary-geometry" {
			t.Errorf("%s: %+v", path, doc)
		}
	}
}

func TestOGCPagesForPeople(t *testing.T) {
	s := newTestServer(t)
	for _, path := range []string{"", "/api", "/conformance", "/collections", "/collections/admin_units", "/collections/admin_units/items",
		"/collections/settlements/items?limit=2", "/collections/settlements/items/v1", "/collections/settlements/queryables",
		"/collections/settlements/schema", "/collections/settlements/tiles", "/collections/settlements/tiles/WebMercatorQuad", "/tileMatrixSets",
		"/tileMatrixSets/WebMercatorQuad"} {
		answer := get(s, "/ogc"+path, "Accept: text/html,application/xhtml+xml,*/*;q=0.8")
		body := answer.Body.String()
		if answer.Code != 200 || !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") || !strings.Contains(body, "演示数据") {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Header().Get("Content-Type"))
		}
		if strings.Contains(body, "<script") || strings.Contains(body, "src=") {
			t.Errorf("%s: the page loads something", path)
		}
	}
}

func TestOGCTilesNameTheRowFirst(t *testing.T) {
	s := newTestServer(t)
	at := maptile.At(orb.Point{89.6, 42.5}, 10)
	answer := get(s, fmt.Sprintf("/ogc/collections/settlements/tiles/WebMercatorQuad/%d/%d/%d", at.Z, at.Y, at.X))
	if answer.Code != 200 {
		t.Fatalf("%d", answer.Code)
	}
	layers, err := mvt.Unmarshal(answer.Body.Bytes())
	if err != nil || len(layers[0].Features) == 0 || layers[0].Name != "settlements" {
		t.Errorf("%v %v", layers, err)
	}
	swapped := get(s, fmt.Sprintf("/ogc/collections/settlements/tiles/WebMercatorQuad/%d/%d/%d", at.Z, at.X, at.Y))
	if swapped.Code != 204 {
		t.Errorf("column before row: %d", swapped.Code)
	}
}

func TestOGCAnswersBehindAProxyUnderItsName(t *testing.T) {
	page := decodeJSON[struct{ Links []webLink }](t, get(newTestServer(t), "/ogc/collections",
		"X-Forwarded-Proto: https", "X-Forwarded-Host: gis.example.org", "X-Forwarded-Prefix: /turpan/"))
	if got := linkOf(page.Links, "self").Href; got != "https://gis.example.org/turpan/ogc/collections" {
		t.Errorf("self is %s", got)
	}
}
