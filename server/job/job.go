// Package job runs long work in the background: bounded workers, progress, cancelling, listeners that may be slow, and records that
// outlive the browser and, through a Store, the process.
package job

import (
	"context"
	"encoding/json"
	"time"
)

// State is where a job stands.
type State string

// States. The last three are final.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Final reports whether a job in this state will never change again.
func (s State) Final() bool { return s == Done || s == Failed || s == Cancelled }

// Progress tells how far work is. Best and Bound are of an optimisation: the best answer so far and what no answer can beat.
type Progress struct {
	Done  int64    `json:"done"`
	Total int64    `json:"total"` // 0 = not known
	Phase string   `json:"phase"`
	Best  *float64 `json:"best,omitempty"`
	Bound *float64 `json:"bound,omitempty"`
}

// Record is one job as clients see it and as it is kept.
type Record struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Owner    string          `json:"owner,omitempty"` // user who asked, "" without accounts
	State    State           `json:"state"`
	Progress Progress        `json:"progress"`
	Created  time.Time       `json:"created"`
	Started  *time.Time      `json:"started"`
	Ended    *time.Time      `json:"ended"`
	Question json.RawMessage `json:"question,omitempty"` // the request, as asked
	Result   json.RawMessage `json:"result,omitempty"`   // of a done job; of a cancelled one the best answer so far, if there was any
	Error    string          `json:"error,omitempty"`
}

// Work is what a job does. It must return soon after ctx ends; a result returned together with an error of ctx is kept as the best so
// far. report may be called as often as the work likes, from one goroutine at a time.
type Work func(ctx context.Context, report func(Progress)) (result any, err error)

// Store keeps records beyond the life of the process.
type Store interface {
	SaveJob(ctx context.Context, record Record) error
	Jobs(ctx context.Context) ([]Record, error)
	DeleteJob(ctx context.Context, id string) error
}
