package job

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrFull says that too many jobs are waiting already.
var ErrFull = errors.New("too many jobs are waiting")

// ErrUnknown says that there is no job of that id.
var ErrUnknown = errors.New("no such job")

// Interrupted is the error of a job whose process ended before it did.
const Interrupted = "interrupted: the program stopped before the job was done"

// Options of a queue; zero numbers take the defaults.
type Options struct {
	Workers int // jobs running at once, default 1
	Waiting int // jobs waiting at most, default 32
	Keep    int // finished jobs kept, default 200
	Store   Store
	Now     func() time.Time
	Logger  *slog.Logger
}

// Queue runs jobs in the order in which they were asked for.
type Queue struct {
	options Options
	ctx     context.Context // ends when the queue closes
	stop    context.CancelFunc
	wait    chan *entry
	workers sync.WaitGroup

	mu      sync.Mutex
	entries map[string]*entry
	closed  bool
}

// entry is one job with what is needed to run and watch it. Its fields are guarded by the queue's mutex.
type entry struct {
	record    Record
	work      Work
	cancel    context.CancelFunc // of a running job
	listeners map[chan Record]struct{}
}

// Open starts a queue and reads the records of former processes; a job that had not ended is marked failed.
func Open(ctx context.Context, options Options) (*Queue, error) {
	options.Workers, options.Waiting, options.Keep = orDefault(options.Workers, 1), orDefault(options.Waiting, 32), orDefault(options.Keep, 200)
	q := &Queue{options: options, wait: make(chan *entry, options.Waiting), entries: map[string]*entry{}}
	q.ctx, q.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := q.restore(ctx); err != nil {
		return nil, err
	}
	for range options.Workers {
		q.workers.Go(q.serve)
	}
	return q, nil
}

func orDefault(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

func (q *Queue) restore(ctx context.Context) error {
	if q.options.Store == nil {
		return nil
	}
	records, err := q.options.Store.Jobs(ctx)
	if err != nil {
		return fmt.Errorf("reading the jobs of earlier: %w", err)
	}
	for _, r := range records {
		if !r.State.Final() {
			now := q.options.Now()
			r.State, r.Error, r.Ended = Failed, Interrupted, &now
			q.save(r)
		}
		q.entries[r.ID] = &entry{record: r}
	}
	return nil
}

// Submit puts work in the queue. question is kept with the record.
func (q *Queue) Submit(kind, owner string, question any, work Work) (Record, error) {
	asked, err := json.Marshal(question)
	if err != nil {
		return Record{}, fmt.Errorf("recording the question of a job: %w", err)
	}
	e := &entry{work: work, listeners: map[chan Record]struct{}{}, record: Record{
		ID: newID(), Kind: kind, Owner: owner, State: Queued, Created: q.options.Now(), Question: asked,
	}}
	record := e.record
	q.save(record) // before anyone can begin it, so that no later state is overwritten
	if !q.enqueue(e) {
		q.forget(record.ID)
		return Record{}, ErrFull
	}
	q.forgetOldest()
	return record, nil
}

// enqueue puts a job in the line; false when the line is full or closed.
func (q *Queue) enqueue(e *entry) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	select {
	case q.wait <- e:
		q.entries[e.record.ID] = e
		return true
	default:
		return false
	}
}

func newID() string {
	var bytes [8]byte
	_, _ = rand.Read(bytes[:]) // crypto/rand.Read never fails
	return hex.EncodeToString(bytes[:])
}

// Get returns one record.
func (q *Queue) Get(id string) (Record, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e, ok := q.entries[id]
	if !ok {
		return Record{}, ErrUnknown
	}
	return e.record, nil
}

// List returns all records, the newest first.
func (q *Queue) List() []Record {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := make([]Record, 0, len(q.entries))
	for _, e := range q.entries {
		out = append(out, e.record)
	}
	slices.SortFunc(out, func(a, b Record) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// Cancel stops a job: at once when it is waiting, soon when it runs. Cancelling a finished job changes nothing.
func (q *Queue) Cancel(id string) (Record, error) {
	q.mu.Lock()
	e, ok := q.entries[id]
	if !ok {
		q.mu.Unlock()
		return Record{}, ErrUnknown
	}
	if e.record.State == Running {
		e.cancel()
	}
	if e.record.State != Queued {
		record := e.record
		q.mu.Unlock()
		return record, nil
	}
	q.mu.Unlock()
	return q.change(e, func(r *Record) { q.end(r, Cancelled) }), nil
}

func (q *Queue) end(r *Record, state State) {
	now := q.options.Now()
	r.State, r.Ended = state, &now
}

// change applies a change to a record unless it is final, tells the listeners and saves it when its state changed.
func (q *Queue) change(e *entry, apply func(*Record)) Record {
	q.mu.Lock()
	if e.record.State.Final() {
		record := e.record
		q.mu.Unlock()
		return record
	}
	before := e.record.State
	apply(&e.record)
	record := e.record
	for listener := range e.listeners {
		offer(listener, record)
		if record.State.Final() {
			close(listener)
			delete(e.listeners, listener)
		}
	}
	q.mu.Unlock()
	if record.State != before {
		q.save(record)
	}
	return record
}

// offer replaces what a listener has not read yet, so that a slow one skips states instead of holding up the work. The queue's mutex
// is held: there is no other sender.
func offer(listener chan Record, record Record) {
	select {
	case <-listener:
	default:
	}
	listener <- record
}

// Watch returns a channel that first gives the present record and then the newest one after every change; it is closed after the final
// one. Call stop when no longer interested.
func (q *Queue) Watch(id string) (updates <-chan Record, stop func(), err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e, ok := q.entries[id]
	if !ok {
		return nil, nil, ErrUnknown
	}
	listener := make(chan Record, 1)
	listener <- e.record
	if e.record.State.Final() {
		close(listener)
		return listener, func() {}, nil
	}
	e.listeners[listener] = struct{}{}
	return listener, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		delete(e.listeners, listener)
	}, nil
}

// Close cancels running jobs, refuses new ones and waits until the workers have stopped or ctx ends.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.wait)
	}
	q.mu.Unlock()
	q.stop()
	stopped := make(chan struct{})
	go func() { q.workers.Wait(); close(stopped) }()
	select {
	case <-stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for running jobs to stop: %w", ctx.Err())
	}
}

func (q *Queue) serve() {
	for e := range q.wait {
		q.run(e)
	}
}

func (q *Queue) run(e *entry) {
	ctx, cancel := context.WithCancel(q.ctx)
	defer cancel()
	started := q.change(e, func(r *Record) {
		now := q.options.Now()
		r.State, r.Started = Running, &now
		e.cancel = cancel
	})
	if started.State != Running {
		return // cancelled while waiting
	}
	result, err := safely(e.work, ctx, func(p Progress) { q.change(e, func(r *Record) { r.Progress = p }) })
	kept, encodeErr := json.Marshal(result)
	q.change(e, func(r *Record) {
		if result != nil && encodeErr == nil {
			r.Result = kept
		}
		switch {
		case err != nil && ctx.Err() != nil && q.ctx.Err() == nil:
			q.end(r, Cancelled)
		case err != nil && q.ctx.Err() != nil:
			r.Error = Interrupted
			q.end(r, Failed)
		case err != nil || encodeErr != nil:
			r.Error = errors.Join(err, encodeErr).Error()
			q.end(r, Failed)
		default:
			q.end(r, Done)
		}
	})
	q.mu.Lock()
	e.work = nil // lets go of what the work held
	q.mu.Unlock()
}

// safely turns a panic of the work into an error: one bad job must not end the server.
func safely(work Work, ctx context.Context, report func(Progress)) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			result, err = nil, fmt.Errorf("the job failed inside: %v", p)
		}
	}()
	return work(ctx, report)
}

// save writes a record to the store. A store that fails does not stop the job: its record stays in memory and the failure is logged.
func (q *Queue) save(record Record) {
	if q.options.Store == nil {
		return
	}
	if err := q.options.Store.SaveJob(context.WithoutCancel(q.ctx), record); err != nil {
		q.options.Logger.Error("saving a job", "job", record.ID, "err", err)
	}
}

// forgetOldest drops the oldest finished records beyond the number kept.
func (q *Queue) forgetOldest() {
	finished := slices.DeleteFunc(q.List(), func(r Record) bool { return !r.State.Final() })
	for _, r := range finished[min(q.options.Keep, len(finished)):] {
		q.mu.Lock()
		delete(q.entries, r.ID)
		q.mu.Unlock()
		q.forget(r.ID)
	}
}

// forget takes a record out of the store.
func (q *Queue) forget(id string) {
	if q.options.Store == nil {
		return
	}
	if err := q.options.Store.DeleteJob(context.WithoutCancel(q.ctx), id); err != nil {
		q.options.Logger.Error("forgetting a job", "job", id, "err", err)
	}
}
