package field

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// Batch is work on many facilities apart, each with its own area.
type Batch struct {
	Count int
	// Input returns the input of one facility. It is called from several goroutines at once, each facility once.
	Input func(ctx context.Context, facility int) (Input, error)
	// Options are the same for all; Options.Workers is the number of facilities worked on at once, 0 meaning one, and Options.Progress is
	// told how many of them are done.
	Options Options
}

// Apart returns the contours of every facility of a batch, in their order. An error ends the work.
func Apart(ctx context.Context, b Batch) ([][]Contour, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := make([][]Contour, b.Count)
	var next atomic.Int64
	var group sync.WaitGroup
	tell := counter{total: b.Count, progress: b.Options.Progress}
	for range min(max(1, b.Options.Workers), b.Count) {
		group.Go(func() {
			for k := int(next.Add(1)) - 1; k < b.Count && ctx.Err() == nil; k = int(next.Add(1)) - 1 {
				areas, err := b.one(ctx, k)
				if err != nil {
					stop(fmt.Errorf("facility %d: %w", k, err))
					return
				}
				out[k] = areas
				tell.one()
			}
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return out, nil
}

func (b *Batch) one(ctx context.Context, k int) ([]Contour, error) {
	in, err := b.Input(ctx, k)
	if err != nil {
		return nil, err
	}
	o := b.Options
	o.Workers, o.Progress = 1, nil
	f, err := New(ctx, in, o)
	if err != nil {
		return nil, err
	}
	return f.Contours(ctx)
}

// counter reports progress of several goroutines one at a time.
type counter struct {
	mutex       sync.Mutex
	done, total int
	progress    func(done, total int)
}

func (c *counter) one() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.done++; c.progress != nil {
		c.progress(c.done, c.total)
	}
}
