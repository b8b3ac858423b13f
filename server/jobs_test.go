package server

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lawcircle/server/job"
)

func TestJobIsWatchedOverHTTP(t *testing.T) {
	s := newTestServer(t)
	watching := make(chan struct{})
	record, err := s.deps.Jobs.Submit("test", "", nil, func(_ context.Context, report func(job.Progress)) (any, error) {
		<-watching
		report(job.Progress{Done: 1, Total: 2, Phase: "half"})
		return "答案", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(s)
	defer listening.Close()
	response, err := http.Get(listening.URL + "/api/v1/jobs/" + record.ID + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var events []string
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			events = append(events, event)
			if len(events) == 1 {
				close(watching)
			}
		}
	}
	if len(events) < 2 || events[len(events)-1] != "done" {
		t.Errorf("events %v", events)
	}
	if got := decodeJSON[job.Record](t, get(s, "/api/v1/jobs/"+record.ID)); got.State != job.Done || string(got.Result) != `"答案"` {
		t.Errorf("%+v", got)
	}
	if list := decodeJSON[[]job.Record](t, get(s, "/api/v1/jobs")); len(list) != 1 || list[0].Result != nil {
		t.Errorf("list %+v", list)
	}
}

func TestJobIsCancelledOverHTTP(t *testing.T) {
	s := newTestServer(t)
	record, err := s.deps.Jobs.Submit("test", "", nil, func(ctx context.Context, _ func(job.Progress)) (any, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	updates, stop, err := s.deps.Jobs.Watch(record.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if answer := ask(s, http.MethodDelete, "/api/v1/jobs/"+record.ID, ""); answer.Code != http.StatusOK {
		t.Errorf("cancel: %d", answer.Code)
	}
	var last job.Record
	for last = range updates {
	}
	if last.State != job.Cancelled {
		t.Errorf("%+v", last)
	}
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if answer := ask(s, method, "/api/v1/jobs/none", ""); answer.Code != http.StatusNotFound {
			t.Errorf("%s of an unknown job: %d", method, answer.Code)
		}
	}
}
