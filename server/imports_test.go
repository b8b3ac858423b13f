package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"lawcircle/server/job"
)

// shelf is an importer that counts bytes.
type shelf struct{ path string }

func (*shelf) Preview(_ context.Context, u Upload) (ImportPreview, error) {
	return ImportPreview{Columns: []string{"名称"}, CRS: u.Options.CRS}, nil
}

func (h *shelf) Import(_ context.Context, u Upload, progress func(done, total int64)) (ImportResult, error) {
	h.path = u.Path
	text, err := os.ReadFile(u.Path)
	if err != nil {
		return ImportResult{}, err
	}
	if string(text) == "bad" {
		return ImportResult{}, errors.New("第 3 行：不是经度")
	}
	progress(1, 2)
	return ImportResult{ID: int64(len(text)), Quality: json.RawMessage(fmt.Sprintf(`{"file":%q,"kind":%q}`, u.Name, u.Kind))}, nil
}

func (*shelf) Imports(context.Context, int) ([]ImportEntry, error) {
	return []ImportEntry{{ID: 7, File: "a.csv"}}, nil
}

func (*shelf) Undo(_ context.Context, id int64, _ string) error {
	switch id {
	case 7:
		return nil
	case 8:
		return errors.New("a later change touched a row")
	default:
		return ErrNoImport
	}
}

func (*shelf) Quality(_ context.Context, id int64) (json.RawMessage, error) {
	if id != 7 {
		return nil, ErrNoImport
	}
	return json.RawMessage(`{"read":1}`), nil
}

func (h *shelf) WriteQuality(ctx context.Context, id int64, w io.Writer) error {
	if _, err := h.Quality(ctx, id); err != nil {
		return err
	}
	_, err := io.WriteString(w, "PK")
	return err
}

// part is one part of a multipart body; a file when name is set.
type part struct{ field, name, content string }

func sendParts(t *testing.T, s *Server, target string, parts ...part) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range parts {
		var w io.Writer
		var err error
		if p.name != "" {
			w, err = form.CreateFormFile(p.field, p.name)
		} else {
			w, err = form.CreateFormField(p.field)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return ask(s, http.MethodPost, target, body.String(), "Content-Type: "+form.FormDataContentType())
}

func TestImportIsAJobAndLeavesNoFileBehind(t *testing.T) {
	h := &shelf{}
	s := newTestServer(t, func(d *Deps) { d.Importer = h })
	answer := sendParts(t, s, "/api/v1/imports", part{"kind", "", "facilities"}, part{"options", "", `{"crs":"gcj02","columns":{"名称":"name"}}`},
		part{"file", "../../警务站.csv", "名称,经度\n"})
	if answer.Code != http.StatusAccepted {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	record := finish(t, s, decodeJSON[jobAccepted](t, answer).Job)
	if record.State != job.Done || !strings.Contains(string(record.Result), `"file":"警务站.csv"`) || record.Progress.Done != 1 {
		t.Errorf("%+v %s", record, record.Result)
	}
	if _, err := os.Stat(h.path); !os.IsNotExist(err) {
		t.Errorf("the upload is still at %s: %v", h.path, err)
	}
}

func TestImportPreviewAndFailure(t *testing.T) {
	s := newTestServer(t, func(d *Deps) { d.Importer = &shelf{} })
	preview := sendParts(t, s, "/api/v1/imports?preview=true", part{"kind", "", "areas"}, part{"options", "", `{"crs":"bd09"}`}, part{"file", "a.csv", "x"})
	if record := finish(t, s, decodeJSON[jobAccepted](t, preview).Job); record.State != job.Done || !strings.Contains(string(record.Result), `"crs":"bd09"`) {
		t.Errorf("%+v", record)
	}
	bad := sendParts(t, s, "/api/v1/imports", part{"kind", "", "areas"}, part{"file", "a.csv", "bad"})
	if record := finish(t, s, decodeJSON[jobAccepted](t, bad).Job); record.State != job.Failed || record.Error != "第 3 行：不是经度" {
		t.Errorf("%+v", record)
	}
}

func TestUploadsAreChecked(t *testing.T) {
	s := newTestServer(t, func(d *Deps) { d.Importer = &shelf{} })
	file := part{"file", "a.csv", "x"}
	for name, parts := range map[string][]part{
		"no kind": {file}, "odd kind": {{"kind", "", "castles"}, file}, "no file": {{"kind", "", "areas"}},
		"two files": {{"kind", "", "areas"}, file, file}, "odd part": {{"kind", "", "areas"}, {"x", "", "y"}, file},
		"odd option": {{"kind", "", "areas"}, {"options", "", `{"csr":"x"}`}, file}, "no name": {{"kind", "", "areas"}, {"file", "/", "x"}},
		"long field": {{"kind", "", strings.Repeat("x", maxFormField+1)}, file},
	} {
		if answer := sendParts(t, s, "/api/v1/imports", parts...); answer.Code != 400 {
			t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
		}
	}
	if answer := ask(s, http.MethodPost, "/api/v1/imports", "{}", "Content-Type: application/json"); answer.Code != http.StatusUnsupportedMediaType {
		t.Errorf("JSON: %d", answer.Code)
	}
	if answer := ask(s, http.MethodPost, "/api/v1/imports", "--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nare", "Content-Type: multipart/form-data; boundary=x"); answer.Code != 400 {
		t.Errorf("broken off: %d", answer.Code)
	}
}

func TestImportHistory(t *testing.T) {
	s := newTestServer(t, func(d *Deps) { d.Importer = &shelf{} })
	for _, test := range []struct {
		method, path string
		status       int
	}{
		{http.MethodGet, "", 200}, {http.MethodPost, "/7/undo", 204}, {http.MethodPost, "/8/undo", 409}, {http.MethodPost, "/9/undo", 404},
		{http.MethodPost, "/x/undo", 404}, {http.MethodGet, "/7/quality", 200}, {http.MethodGet, "/7/quality.json", 200},
		{http.MethodGet, "/7/quality.xlsx", 200}, {http.MethodGet, "/9/quality.xlsx", 404}, {http.MethodGet, "/9/quality", 404},
	} {
		if answer := ask(s, test.method, "/api/v1/imports"+test.path, ""); answer.Code != test.status {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, answer.Code, test.status)
		}
	}
}

// press is an exporter that fails when told to.
type press struct{}

func (press) Layers() []string { return []string{"settlements", "broken", "half"} }

func (press) Formats() map[string]string {
	return map[string]string{"csv": "text/csv; charset=utf-8", "shp.zip": "application/zip"}
}

func (press) Export(_ context.Context, w io.Writer, what Export) error {
	if what.Layer == "broken" {
		return errors.New("EPSG:1 is not supported")
	}
	if _, err := fmt.Fprintf(w, "%s %s %s %d", what.Layer, what.Format, what.CRS, len(what.Result.Verdicts)); err != nil {
		return err
	}
	if what.Layer == "half" {
		return errors.New("the disk is full")
	}
	return nil
}

func (press) Report(_ context.Context, w io.Writer, what Export) error {
	_, err := fmt.Fprintf(w, "%s %s %s", what.Unit, what.Language, what.Format)
	return err
}

func TestExports(t *testing.T) {
	s := newTestServer(t, func(d *Deps) { d.Exporter = press{} })
	for target, want := range map[string]string{
		"/api/v1/export/settlements.csv":                          "settlements csv  4",
		"/api/v1/export/settlements.shp.zip?crs=gcj02&minutes=20": "settlements shp.zip gcj02 4",
		"/api/v1/report.html?unit=650402100000&lang=en":           "650402100000 en html",
	} {
		answer := get(s, target)
		if answer.Code != 200 || answer.Body.String() != want || !strings.HasPrefix(answer.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %q %q", target, answer.Code, answer.Body, answer.Header().Get("Content-Disposition"))
		}
	}
	for target, status := range map[string]int{
		"/api/v1/export/settlements.exe": 404, "/api/v1/export/castles.csv": 404, "/api/v1/export/settlements": 404, "/api/v1/report.docx": 404,
		"/api/v1/export/broken.csv": 422, "/api/v1/export/settlements.csv?minutes=x": 400,
	} {
		if answer := get(s, target); answer.Code != status {
			t.Errorf("%s: %d, want %d", target, answer.Code, status)
		}
	}
}

func TestHalfADownloadIsCutOff(t *testing.T) {
	s := newTestServer(t, func(d *Deps) { d.Exporter = press{} })
	listening := httptest.NewServer(s)
	defer listening.Close()
	response, err := http.Get(listening.URL + "/api/v1/export/half.csv")
	if err != nil {
		return // cut off before the headers: just as well
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.ReadAll(response.Body); err == nil {
		t.Error("half a file was taken for a whole one")
	}
}
