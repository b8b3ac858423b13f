package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

func loadDocument(t *testing.T, s *Server) (*openapi3.T, routers.Router) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(get(s, "/api/openapi.json").Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

func TestEveryRouteIsDocumented(t *testing.T) {
	s := newTestServer(t)
	doc, _ := loadDocument(t, s)
	documented := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			documented[method+" "+path] = true
		}
	}
	byPath := map[string]string{}
	for _, r := range s.routes {
		byPath[r.path] = r.documentPath()
	}
	for _, registered := range s.echo.Routes() {
		if registered.Path == "/*" || registered.Method == http.MethodHead || strings.HasPrefix(registered.Path, "/ogc") {
			continue // the workspace's files; HEAD is GET without a body; /ogc has a document of its own
		}
		if key := registered.Method + " " + byPath[registered.Path]; !documented[key] {
			t.Errorf("%s %s is not in the document", registered.Method, registered.Path)
		}
	}
}

// validate checks a real answer against the document.
func validate(t *testing.T, router routers.Router, method, target, body string, answer *httptest.ResponseRecorder) {
	t.Helper()
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	found, pathParams, err := router.FindRoute(request)
	if err != nil {
		t.Errorf("%s %s: %v", method, target, err)
		return
	}
	input := &openapi3filter.RequestValidationInput{Request: request, PathParams: pathParams, Route: found}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil && answer.Code < 400 {
		t.Errorf("%s %s: accepted, but against the document: %v", method, target, err)
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: answer.Code, Header: answer.Header(), Body: io.NopCloser(bytes.NewReader(answer.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), response); err != nil {
		t.Errorf("%s %s: %d answers against the document: %.600v", method, target, answer.Code, err)
	}
}

func TestMain(m *testing.M) {
	text := func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
		data, err := io.ReadAll(body)
		return string(data), err
	}
	for _, media := range []string{mvtMedia, "application/yaml", "text/event-stream", "image/svg+xml", "text/csv"} {
		openapi3filter.RegisterBodyDecoder(media, text)
	}
	for _, media := range []string{"application/geo+json", openAPIMedia, "application/vnd.oai.openapi+json"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.JSONBodyDecoder)
	}
	m.Run()
}

func TestRealAnswersFollowTheDocument(t *testing.T) {
	s := newTestServer(t, editable(&notebook{}))
	_, router := loadDocument(t, s)
	for _, target := range []string{
		"/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/v1/project", "/api/v1/units", "/api/v1/units.geojson?level=3",
		"/api/v1/settlements", "/api/v1/roads.geojson", "/api/v1/roads.geojson?bbox=89.15,42.55,89.3,42.7", "/api/v1/roads.geojson?bbox=2,1,1,2", "/api/v1/hosts.geojson", "/api/v1/points.geojson", "/api/v1/settlements.geojson", "/api/v1/profiles",
		"/api/v1/profiles/walk", "/api/v1/profiles/rocket", "/api/v1/units.geojson?level=9", "/tiles/points.json",
		"/tiles/roads/4/11/5.mvt", "/tiles/roads/9/0/0.mvt", "/api/v1/jobs", "/api/v1/jobs/none",
		"/api/v1/coverage?minutes=15", "/api/v1/coverage?kind=police_post,studio&minutes=x", "/api/v1/coverage/times", "/api/v1/coverage/settlements.geojson",
		"/api/v1/coverage/areas.csv", "/api/v1/coverage/access.csv", "/api/v1/coverage/circles.geojson?minutes=5,10", "/api/v1/coverage/gaps.geojson",
		"/api/v1/isochrones?lon=89.5&lat=42.5", "/api/v1/hosts", "/api/v1/points", "/api/v1/hosts/h1", "/api/v1/points/p1", "/api/v1/edits",
		"/api/v1/indicators", "/api/v1/questions", "/api/v1/scenarios", "/api/v1/explain/settlement/v1", "/api/v1/explain/site/h3", "/api/v1/explain/site/h1",
		"/api/v1/standards", "/api/v1/map.svg", "/api/v1/map.svg?bbox=89,42,90,43&width=300&lang=en", "/api/v1/runs", "/api/v1/runs/none",
		"/api/v1/checklist", "/api/v1/checklist?as_of=2018-12-31&unit=650402100000&level=4", "/api/v1/checklist.geojson", "/api/v1/board", "/api/v1/board?unit=650402000000",
		"/api/v1/mediation", "/api/v1/windows?tier=station,centre", "/api/v1/coverage/units", "/api/v1/rules", "/api/v1/rules/plan10", "/api/v1/tables",
	} {
		validate(t, router, http.MethodGet, target, "", get(s, target))
	}
	for _, test := range []struct{ method, target, body string }{
		{http.MethodPost, "/api/v1/what-if", `{"minutes":12,"edits":[{"op":"add_point","host_id":"h3"}],"circle":true}`},
		{http.MethodPost, "/api/v1/what-if", `{"edits":[{"op":"add_point","host_id":"h3"}],"circle":true,"circle_changed":true}`},
		{http.MethodPost, "/api/v1/scenarios", `{"name":"x","base":"","note":"","edits":[{"op":"close_point","point_id":"p1"}]}`},
		{http.MethodPost, "/api/v1/scenarios", `{"nam":"x"}`},
		{http.MethodPost, "/api/v1/hosts", `{"kind":"police_post","name":"新站","code":"","lon":89.4,"lat":42.4,"address":"","quality":"","ready":null,"set_up_cost":null}`},
		{http.MethodPost, "/api/v1/matrix", `{"minutes":30,"from":[{"id":"a","lon":89,"lat":42}],"to":[{"id":"b","lon":89,"lat":42}]}`},
		{http.MethodPost, "/api/v1/suggestions", `{"sites":1,"candidates":"all"}`},
		{http.MethodPost, "/api/v1/questions/1", `{"minutes":10}`},
		{http.MethodPost, "/api/v1/questions/5", `{}`},
		{http.MethodPost, "/api/v1/questions/19", `{}`},
		{http.MethodPost, "/api/v1/questions/99", `{}`},
		{http.MethodGet, "/api/v1/jobs", ""},
		{http.MethodGet, "/api/v1/edits", ""},
		{http.MethodGet, "/api/v1/scenarios", ""},
	} {
		validate(t, router, test.method, test.target, test.body, ask(s, test.method, test.target, test.body))
	}
}

func TestTheDocumentListsWhatCanBeExported(t *testing.T) {
	doc, _ := loadDocument(t, newTestServer(t, func(d *Deps) { d.Exporter = press{} }))
	parameters := doc.Paths.Value("/api/v1/export/{layer}.{format}").Get.Parameters
	for name, want := range map[string]string{"layer": "[settlements broken half]", "format": "[csv shp.zip]"} {
		if got := fmt.Sprint(parameters.GetByInAndName("path", name).Schema.Value.Enum); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestOperationIdsAreUniqueAndNamesPlain(t *testing.T) {
	doc, _ := loadDocument(t, newTestServer(t))
	plain, seen := regexp.MustCompile(`^[a-z][A-Za-z0-9]+$`), map[string]string{}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if other := seen[operation.OperationID]; other != "" || !plain.MatchString(operation.OperationID) {
				t.Errorf("%s %s: operation id %q, also of %q", method, path, operation.OperationID, other)
			}
			seen[operation.OperationID] = method + " " + path
		}
	}
}
