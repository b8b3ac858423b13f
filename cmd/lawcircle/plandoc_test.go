package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"lawcircle/data"
	"lawcircle/server"
	"lawcircle/server/job"
)

// TestPlanDocument runs every command of docs/plan.md on the demonstration county, and sends every request to a server on it.
func TestPlanDocument(t *testing.T) {
	text, err := os.ReadFile("../../docs/plan.md")
	if err != nil {
		t.Fatal(err)
	}
	project := demonstration(t)
	fill := strings.NewReplacer(exampleIDs(t, project)...)
	t.Chdir(t.TempDir()) // what the commands write goes there
	ask := serving(t, project)
	row := regexp.MustCompile("(?m)^\\| ?(.*?) ?\\| .*? \\| `lawcircle (.*?)` \\| `(GET|POST) (\\S+) ?(.*?)` \\|$")
	systems, rows := 0, row.FindAllStringSubmatch(string(text), -1)
	for _, cells := range rows {
		if cells[1] != "" {
			systems++
		}
		if out := must(t, strings.Fields(fill.Replace(cells[2]))...); strings.TrimSpace(out) == "" && !strings.HasPrefix(cells[2], "export") {
			t.Errorf("lawcircle %s answers nothing", cells[2])
		}
		ask(t, cells[3], cells[4], fill.Replace(cells[5]))
	}
	if lines := strings.Count(string(text), "| `lawcircle "); systems < 13 || len(rows) != lines || lines < 25 {
		t.Errorf("%d systems in %d rows were run, of %d lines with commands", systems, len(rows), lines)
	}
}

// serving opens the project for a server and returns a function that sends it requests; those that become jobs are awaited.
func serving(t *testing.T, path string) func(t *testing.T, method, target, body string) {
	t.Helper()
	send := requesting(t, path)
	return func(t *testing.T, method, target, body string) {
		t.Helper()
		answer := send(method, target, body)
		if answer.Code == http.StatusAccepted {
			answer = await(t, answer, send)
		}
		if answer.Code != http.StatusOK || answer.Body.Len() < 20 {
			t.Errorf("%s %s %s: %d %.300s", method, target, body, answer.Code, answer.Body)
		}
	}
}

// requesting opens the project for a server and returns a function that sends it one request.
func requesting(t *testing.T, path string) func(method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	project, err := data.Open(t.Context(), path, data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(project.Close)
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	queue, err := job.Open(t.Context(), job.Options{Now: time.Now, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = queue.Close(context.Background()) })
	desk, err := serveOptions{}.desk(project, &terminal{out: io.Discard, err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := server.New(desk.deps(queue, logger))
	if err != nil {
		t.Fatal(err)
	}
	return func(method, target, body string) *httptest.ResponseRecorder {
		request := httptest.NewRequest(method, target, strings.NewReader(body))
		request.Host = "127.0.0.1:8080"
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		return answer
	}
}

// await asks for a job until it has ended.
func await(t *testing.T, accepted *httptest.ResponseRecorder, send func(method, target, body string) *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	t.Helper()
	for {
		answer := send(http.MethodGet, accepted.Header().Get("Location"), "")
		var record job.Record
		if err := json.Unmarshal(answer.Body.Bytes(), &record); err != nil {
			t.Fatalf("%d %s", answer.Code, answer.Body)
		}
		if record.State.Final() {
			if record.State != job.Done {
				t.Errorf("%s: %.300s", record.Kind, answer.Body)
			}
			return answer
		}
		time.Sleep(20 * time.Millisecond)
	}
}
