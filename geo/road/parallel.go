package road

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// inParallel cuts 0…n-1 into pieces and runs them on all processors; the first error, or the context's, stops it.
func inParallel(ctx context.Context, n int, work func(from, to int) error) error {
	return inPieces(ctx, n, 256, work)
}

// inPieces is inParallel with pieces of a given size.
func inPieces(ctx context.Context, n, piece int, work func(from, to int) error) error {
	var next atomic.Int64
	var group sync.WaitGroup
	errs := make([]error, runtime.GOMAXPROCS(0))
	for w := range errs {
		group.Go(func() {
			for {
				from := int(next.Add(int64(piece))) - piece
				if from >= n {
					return
				}
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = work(from, min(from+piece, n))
				}
				if errs[w] != nil {
					next.Store(int64(n))
					return
				}
			}
		})
	}
	group.Wait()
	return firstError(errs...)
}

// inOrder computes 0…n-1 on all processors, each with a worker of its own, and hands the results out in order, at most a few ahead.
func inOrder[T any](ctx context.Context, n int, newWorker func() func(int) (T, error), yield func(int, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slots := make(chan chan T, 4*runtime.GOMAXPROCS(0)) // results in order, each promised before it is there
	type job struct {
		index  int
		result chan T
	}
	jobs := make(chan job)
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			work := newWorker()
			for j := range jobs {
				result, err := work(j.index)
				if err != nil {
					cancel(err)
					return
				}
				j.result <- result
			}
		})
	}
	go func() {
		defer close(slots)
		defer close(jobs)
		for i := range n {
			result := make(chan T, 1)
			select {
			case slots <- result:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- job{i, result}:
			case <-ctx.Done():
				return
			}
		}
	}()
	defer group.Wait()
	for i := range n {
		result, ok := <-slots
		if !ok {
			return context.Cause(ctx)
		}
		select {
		case value := <-result:
			if err := yield(i, value); err != nil {
				cancel(err)
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
