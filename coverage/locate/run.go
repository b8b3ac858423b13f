package locate

import (
	"context"
	"math"
	"time"
)

// run is one call of Solve: its clock, its way to stop and to report.
type run struct {
	ctx        context.Context
	options    Options
	start      time.Time
	told       time.Time
	stopped    StopReason
	iterations int64
	nodes      int64
	sign       int64 // −1 when the programme's objective is the negative of the problem's
	unit       int64 // programme units in one unit of the problem
	offset     int64 // what the problem's objective is above the programme's
}

func newRun(ctx context.Context, o Options) *run {
	return &run{ctx: ctx, options: o, start: time.Now(), sign: 1, unit: 1}
}

// expired reports whether the search has to end now because of the context or the clock.
func (r *run) expired() bool {
	switch {
	case r.stopped == StopTime || r.stopped == StopCancelled:
		return true
	case r.ctx.Err() != nil:
		r.stopped = StopCancelled
		return true
	case r.options.TimeLimit > 0 && time.Since(r.start) >= r.options.TimeLimit:
		r.stopped = StopTime
		return true
	}
	return false
}

// left is the time that remains; 0: no limit.
func (r *run) left() time.Duration {
	if r.options.TimeLimit == 0 {
		return 0
	}
	return max(r.options.TimeLimit-time.Since(r.start), time.Millisecond)
}

// stopAt reports whether the search has to end, now also because the gap is small enough.
func (r *run) stopAt(found bool, value int64, bound float64) bool {
	if r.expired() {
		return true
	}
	if found && r.options.GapLimit > 0 && gap(float64(value), bound) <= r.options.GapLimit {
		r.stopped = StopGap
		return true
	}
	return false
}

const reportEvery = 100 * time.Millisecond

// report passes on progress, at most ten times a second.
func (r *run) report(phase string, found bool, value int64, bound float64) {
	if r.options.Progress == nil || time.Since(r.told) < reportEvery {
		return
	}
	r.told = time.Now()
	r.options.Progress(Progress{
		Phase: phase, Found: found, Objective: r.sign*floorDiv(value, r.unit) + r.offset, Bound: r.sign*floorDiv(whole(bound), r.unit) + r.offset,
		Iterations: r.iterations, Elapsed: time.Since(r.start),
	})
}

// whole rounds a floating upper bound down to the whole objective it still allows.
func whole(bound float64) int64 {
	v := math.Floor(bound + margin(bound))
	switch {
	case v >= math.MaxInt64/2:
		return math.MaxInt64 / 2
	case v <= math.MinInt64/2:
		return math.MinInt64 / 2
	}
	return int64(v)
}

// gap is the distance of the bound from the value, relative to the value.
func gap(value, bound float64) float64 {
	return math.Abs(bound-value) / max(math.Abs(value), 1)
}
