package job

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

type memory struct {
	mu   sync.Mutex
	kept map[string]Record
}

func (m *memory) SaveJob(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[r.ID] = r
	return nil
}

// once waits until the store holds what is wanted, and returns a copy of it.
func (m *memory) once(t *testing.T, wanted func(map[string]Record) bool) map[string]Record {
	t.Helper()
	for range 10_000 {
		m.mu.Lock()
		kept := maps.Clone(m.kept)
		m.mu.Unlock()
		if wanted(kept) {
			return kept
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the store never holds what is wanted")
	return nil
}

func (m *memory) DeleteJob(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, id)
	return nil
}

func (m *memory) Jobs(context.Context) ([]Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Record
	for _, r := range m.kept {
		out = append(out, r)
	}
	return out, nil
}

func open(t *testing.T, options Options) *Queue {
	t.Helper()
	var clock time.Time
	var mu sync.Mutex
	options.Now = func() time.Time { // every moment is later than the one before
		mu.Lock()
		defer mu.Unlock()
		clock = clock.Add(time.Second)
		return clock
	}
	options.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	q, err := Open(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close(context.Background()) })
	return q
}

// final waits for the last record of a job.
func final(t *testing.T, q *Queue, id string) Record {
	t.Helper()
	updates, stop, err := q.Watch(id)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var last Record
	for r := range updates {
		last = r
	}
	return last
}

func submit(t *testing.T, q *Queue, work Work) Record {
	t.Helper()
	r, err := q.Submit("test", "", map[string]int{"n": 1}, work)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestJobsEndAsTheirWorkDoes(t *testing.T) {
	for name, test := range map[string]struct {
		work   Work
		state  State
		result string
		fault  string
	}{
		"result":      {func(context.Context, func(Progress)) (any, error) { return []int{1, 2}, nil }, Done, "[1,2]", ""},
		"error":       {func(context.Context, func(Progress)) (any, error) { return nil, errors.New("no roads") }, Failed, "", "no roads"},
		"panic":       {func(context.Context, func(Progress)) (any, error) { panic("oops") }, Failed, "", "oops"},
		"unencodable": {func(context.Context, func(Progress)) (any, error) { return func() {}, nil }, Failed, "", "json"},
	} {
		q := open(t, Options{})
		r := final(t, q, submit(t, q, test.work).ID)
		if r.State != test.state || string(r.Result) != test.result || !strings.Contains(r.Error, test.fault) || r.Started == nil || r.Ended == nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestCancelKeepsTheBestAnswerSoFar(t *testing.T) {
	q := open(t, Options{})
	began := make(chan struct{})
	r := submit(t, q, func(ctx context.Context, _ func(Progress)) (any, error) {
		close(began)
		<-ctx.Done()
		return "best so far", ctx.Err()
	})
	<-began
	if _, err := q.Cancel(r.ID); err != nil {
		t.Fatal(err)
	}
	if got := final(t, q, r.ID); got.State != Cancelled || string(got.Result) != `"best so far"` {
		t.Errorf("%+v", got)
	}
}

func TestWaitingJobIsCancelledWithoutRunning(t *testing.T) {
	q := open(t, Options{})
	release := make(chan struct{})
	first := submit(t, q, func(context.Context, func(Progress)) (any, error) { <-release; return nil, nil })
	second := submit(t, q, func(context.Context, func(Progress)) (any, error) { t.Error("a cancelled job ran"); return nil, nil })
	if r, err := q.Cancel(second.ID); err != nil || r.State != Cancelled {
		t.Errorf("%+v %v", r, err)
	}
	close(release)
	final(t, q, first.ID)
	third := submit(t, q, func(context.Context, func(Progress)) (any, error) { return 3, nil })
	if got := final(t, q, third.ID); got.State != Done {
		t.Errorf("after a cancelled one: %+v", got)
	}
}

func TestQueueIsBounded(t *testing.T) {
	q := open(t, Options{Waiting: 2})
	release, began := make(chan struct{}), make(chan struct{})
	defer close(release)
	submit(t, q, func(context.Context, func(Progress)) (any, error) { close(began); <-release; return nil, nil })
	<-began
	idle := func(context.Context, func(Progress)) (any, error) { return nil, nil }
	submit(t, q, idle)
	submit(t, q, idle)
	if _, err := q.Submit("test", "", nil, idle); !errors.Is(err, ErrFull) {
		t.Errorf("third waiting job: %v", err)
	}
}

func TestSlowListenerHoldsNothingUpAndSeesTheEnd(t *testing.T) {
	q := open(t, Options{})
	watching := make(chan struct{})
	r := submit(t, q, func(_ context.Context, report func(Progress)) (any, error) {
		<-watching
		for i := range int64(1000) {
			report(Progress{Done: i, Total: 1000})
		}
		return "end", nil
	})
	updates, stop, err := q.Watch(r.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	close(watching)
	final(t, q, r.ID) // the job ends although updates is not read
	var seen []Record
	for u := range updates {
		seen = append(seen, u)
	}
	if len(seen) != 1 || seen[0].State != Done || seen[0].Progress.Done != 999 {
		t.Errorf("a listener that slept saw %+v", seen)
	}
}

func TestListenerSeesProgressInOrder(t *testing.T) {
	q := open(t, Options{})
	step := make(chan int64)
	r := submit(t, q, func(_ context.Context, report func(Progress)) (any, error) {
		for n := range step {
			report(Progress{Done: n})
		}
		return nil, nil
	})
	updates, stop, err := q.Watch(r.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var seen []int64
	for n := int64(1); n <= 3; n++ {
		step <- n
		for u := range updates {
			if u.Progress.Done == n {
				seen = append(seen, n)
				break
			}
		}
	}
	close(step)
	if !slices.Equal(seen, []int64{1, 2, 3}) {
		t.Errorf("seen %v", seen)
	}
}

func TestRecordsOutliveTheProcess(t *testing.T) {
	store := &memory{kept: map[string]Record{}}
	first := open(t, Options{Store: store})
	done := submit(t, first, func(context.Context, func(Progress)) (any, error) { return 42, nil })
	final(t, first, done.ID)
	began := make(chan struct{})
	running := submit(t, first, func(ctx context.Context, _ func(Progress)) (any, error) {
		close(began)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	<-began
	crashed := store.once(t, func(kept map[string]Record) bool { // as after a power cut; a record is saved just after it is shown
		return kept[done.ID].State == Done && kept[running.ID].State == Running
	})
	second := open(t, Options{Store: &memory{kept: crashed}})
	if r, err := second.Get(done.ID); err != nil || r.State != Done || string(r.Result) != "42" {
		t.Errorf("done job: %+v %v", r, err)
	}
	if r, err := second.Get(running.ID); err != nil || r.State != Failed || r.Error != Interrupted {
		t.Errorf("running job: %+v %v", r, err)
	}
	if err := first.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if r, _ := first.Get(running.ID); r.State != Failed || r.Error != Interrupted {
		t.Errorf("job running at a clean stop: %+v", r)
	}
}

func TestOldRecordsAreForgotten(t *testing.T) {
	store := &memory{kept: map[string]Record{}}
	q := open(t, Options{Keep: 3, Store: store})
	var last Record
	for range 10 {
		last = submit(t, q, func(context.Context, func(Progress)) (any, error) { return nil, nil })
		final(t, q, last.ID)
	}
	if n := len(q.List()); n > 4 || q.List()[0].ID != last.ID || len(store.kept) > 4 {
		t.Errorf("%d records in the queue, %d in the store", n, len(store.kept))
	}
}

func TestUnknownJobs(t *testing.T) {
	q := open(t, Options{})
	_, errGet := q.Get("x")
	_, errCancel := q.Cancel("x")
	_, _, errWatch := q.Watch("x")
	for _, err := range []error{errGet, errCancel, errWatch} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("got %v", err)
		}
	}
}
