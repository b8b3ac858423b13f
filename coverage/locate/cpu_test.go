package locate

import (
	"context"
	"syscall"
	"testing"
	"time"
)

// cpuTime is the processor time that this process has used: on a shared machine the only fair clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// solveWithin solves a problem within a limit of processor time, of which making the problem is no part, and returns the
// time used.
func solveWithin(tb testing.TB, p *Problem, o Options, limit time.Duration) (*Solution, time.Duration) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	start := cpuTime()
	go func() {
		for ctx.Err() == nil {
			if cpuTime()-start > limit {
				cancel()
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	s, err := Solve(ctx, p, o)
	if err != nil {
		tb.Fatal(err)
	}
	return s, cpuTime() - start
}
