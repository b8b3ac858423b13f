// Package ogc publishes layers by OGC API – Features (Part 1 core, GeoJSON, HTML, OpenAPI 3.0; Part 2 coordinate systems; Part 3 CQL2
// text filters, queryables; Part 5 schemas) and OGC API – Tiles, in the form that QGIS, GDAL and ArcGIS Pro understand.
package ogc

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lawcircle/server/etag"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// Source is what is published at one moment.
type Source struct {
	Revision    string // two sources of the same revision are the same
	Title       string // of the project
	Synthetic   bool   // a generated demonstration: every page says so
	Collections []*Collection
}

// Options of the service.
type Options struct {
	Source  func(ctx context.Context) (Source, error)
	Base    func(r *http.Request) string // absolute URL of the service, without a slash at the end
	Now     func() time.Time
	Version string
}

// Service answers the OGC API.
type Service struct {
	options Options
	pages   *template.Template
}

// New makes the service.
func New(options Options) (*Service, error) {
	pages, err := parsePages()
	if err != nil {
		return nil, err
	}
	return &Service{options, pages}, nil
}

// Media types.
const (
	mediaJSON    = "application/json"
	mediaGeoJSON = "application/geo+json"
	mediaHTML    = "text/html"
	mediaSchema  = "application/schema+json"
	mediaAPI     = "application/vnd.oai.openapi+json;version=3.0"
	mediaMVT     = "application/vnd.mapbox-vector-tile"
)

// request is one question on its way through a handler.
type request struct {
	echo.Context
	source  Source
	base    string
	lang    locale.Language
	html    bool
	service *Service
}

// Register adds the routes below a group, which is the root of the service, behind the middleware given.
func (s *Service) Register(group *echo.Group, behind ...echo.MiddlewareFunc) {
	add := func(path string, handle func(*request) error) {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			group.Add(method, path, s.wrap(handle), behind...)
		}
	}
	add("", (*request).landing)
	add("/", (*request).landing)
	add("/api", (*request).api)
	add("/conformance", (*request).conformance)
	add("/collections", (*request).collections)
	add("/collections/:id", (*request).collection)
	add("/collections/:id/items", (*request).items)
	add("/collections/:id/items/:feature", (*request).item)
	add("/collections/:id/queryables", (*request).queryables)
	add("/collections/:id/schema", (*request).schema)
	add("/collections/:id/tiles", (*request).tilesets)
	add("/collections/:id/tiles/:matrix", (*request).tileset)
	add("/collections/:id/tiles/:matrix/:z/:y/:x", (*request).tile)
	add("/tileMatrixSets", (*request).matrixSets)
	add("/tileMatrixSets/:matrix", (*request).matrixSet)
}

func (s *Service) wrap(handle func(*request) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		source, err := s.options.Source(c.Request().Context())
		if err != nil {
			return fmt.Errorf("loading what is published: %w", err)
		}
		r := &request{Context: c, source: source, base: s.options.Base(c.Request()), lang: locale.Of(c.Request()), service: s}
		r.html = wantsHTML(c.Request())
		header := c.Response().Header()
		header.Add("Vary", "Accept, Accept-Language")
		tag := etag.Of(s.options.Version, source.Revision, string(r.lang), fmt.Sprint(r.html), r.base, c.Request().URL.String())
		if etag.Matches(c.Request().Header.Get("If-None-Match"), tag) {
			header.Set("ETag", tag)
			return c.NoContent(http.StatusNotModified)
		}
		header.Set("ETag", tag)
		header.Set("Cache-Control", "private, no-cache")
		return handle(r)
	}
}

// wantsHTML is true for f=html, and for browsers: clients that accept HTML and say nothing of JSON.
func wantsHTML(r *http.Request) bool {
	switch r.URL.Query().Get("f") {
	case "html":
		return true
	case "json":
		return false
	}
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, mediaHTML) && !strings.Contains(accept, "json")
}

// check parses the parameters of a page that takes none but the format and the language.
func (r *request) check(set query.Set) (query.Values, error) { return set.Parse(r.QueryParams()) }

// link is a web link (RFC 8288) in JSON.
type link struct {
	Href      string `json:"href"`
	Rel       string `json:"rel"`
	Type      string `json:"type,omitempty"`
	Title     string `json:"title,omitempty"`
	Templated bool   `json:"templated,omitempty"`
}

// here returns the URL of this very page with some parameters set ("" = taken away) and all others kept.
func (r *request) here(change map[string]string) string {
	values := url.Values{}
	for name, list := range r.QueryParams() {
		values[name] = list
	}
	for name, value := range change {
		values.Del(name)
		if value != "" {
			values.Set(name, value)
		}
	}
	_, path, _ := strings.Cut(r.Request().URL.EscapedPath(), "/ogc")
	out := r.base + strings.TrimSuffix(path, "/")
	if query := values.Encode(); query != "" {
		out += "?" + query
	}
	return out
}

// selfLinks links a page to itself and to its other encoding.
func (r *request) selfLinks(media string) []link {
	self := link{Href: r.here(nil), Rel: "self", Type: media, Title: r.say("本页", "this document")}
	other := link{Href: r.here(map[string]string{"f": "html"}), Rel: "alternate", Type: mediaHTML, Title: r.say("网页", "as HTML")}
	if r.html {
		self.Type = mediaHTML
		other = link{Href: r.here(map[string]string{"f": "json"}), Rel: "alternate", Type: media, Title: "JSON"}
	}
	return []link{self, other}
}

func (r *request) say(zh, en string) string { return locale.Text{Zh: zh, En: en}.In(r.lang) }

// send answers with JSON, or with the page that shows the same.
func (r *request) send(media string, value any, page view) error {
	if r.html {
		return r.show(page)
	}
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	return r.Blob(http.StatusOK, media, append(body, '\n'))
}

// landingPage is the answer at the root.
type landingPage struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Links       []link `json:"links"`
}

func (r *request) landing() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	page := landingPage{Title: r.source.Title, Description: r.say("公共法律服务圈空间数据（OGC API 要素服务）", "Spatial data of the legal service circle (OGC API – Features)")}
	if r.source.Synthetic {
		page.Description += r.say("。演示数据，由程序生成，并非真实", ". Demonstration data, generated by the program, not real")
	}
	page.Links = append(r.selfLinks(mediaJSON),
		link{Href: r.base + "/api", Rel: "service-desc", Type: mediaAPI, Title: r.say("接口说明（OpenAPI）", "API definition")},
		link{Href: r.base + "/api?f=html", Rel: "service-doc", Type: mediaHTML, Title: r.say("接口说明（网页）", "API documentation")},
		link{Href: r.base + "/conformance", Rel: "conformance", Type: mediaJSON, Title: r.say("符合的标准", "Conformance classes")},
		link{Href: r.base + "/collections", Rel: "data", Type: mediaJSON, Title: r.say("数据集", "Collections")},
		link{Href: r.base + "/tileMatrixSets", Rel: "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", Type: mediaJSON, Title: r.say("瓦片方案", "Tiling schemes")},
	)
	return r.send(mediaJSON, page, view{Title: page.Title, Text: page.Description, Links: page.Links, Rows: collectionRows(r), Help: true})
}

// conformanceClasses lists what the service keeps to. The class of spatial functions is listed under both names in use: clients differ.
func conformanceClasses() []string {
	const spec = "http://www.opengis.net/spec/"
	var out []string
	add := func(prefix string, names ...string) {
		for _, name := range names {
			out = append(out, spec+prefix+"/conf/"+name)
		}
	}
	add("ogcapi-common-1/1.0", "core", "landing-page", "json", "html", "oas30")
	add("ogcapi-common-2/1.0", "collections")
	add("ogcapi-features-1/1.0", "core", "geojson", "html", "oas30")
	add("ogcapi-features-2/1.0", "crs")
	add("ogcapi-features-3/1.0", "queryables", "queryables-query-parameters", "filter", "features-filter")
	add("ogcapi-features-5/1.0", "schemas")
	add("cql2/1.0", "cql2-text", "basic-cql2", "advanced-comparison-operators", "basic-spatial-functions", "basic-spatial-operators",
		"case-insensitive-comparison")
	add("ogcapi-tiles-1/1.0", "core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
	return out
}

func (r *request) conformance() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	classes := conformanceClasses()
	answer := struct {
		Links      []link   `json:"links"`
		ConformsTo []string `json:"conformsTo"`
	}{r.selfLinks(mediaJSON), classes}
	return r.send(mediaJSON, answer, view{Title: r.say("符合的标准", "Conformance classes"), Links: answer.Links, List: classes})
}

func (r *request) api() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	if r.html {
		return r.show(view{Title: r.say("接口说明", "API documentation"), Links: r.selfLinks(mediaAPI), Rows: r.apiRows(), Help: true})
	}
	body, err := r.describe()
	if err != nil {
		return err
	}
	return r.Blob(http.StatusOK, mediaAPI, body)
}
