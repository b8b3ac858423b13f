package road

import (
	"context"
	"fmt"
	"slices"
)

// Isochrone is the area that the open facilities reach, exactly as Graph.Isochrone draws it. The grid's ways onto the road are known from the
// first call on, so that further calls cost some nanoseconds per place and tracing. The longest limit must not be beyond the session's own.
func (w *WhatIf) Isochrone(ctx context.Context, opts IsochroneOptions) (Isochrone, error) {
	if err := opts.check(); err != nil {
		return Isochrone{}, err
	}
	longest := limitMs(slices.Max(opts.Limits).Milliseconds())
	if longest > w.n.limit {
		return Isochrone{}, fmt.Errorf("isochrone: limits %v must be within the session's %d ms", opts.Limits, w.n.limit)
	}
	within := *w.n
	within.limit = longest
	one := *w.n.one
	one.touched = nil
	for state, l := range one.labels {
		if l != noLabel && l.ms() <= int64(longest) {
			one.touched = append(one.touched, uint32(state))
		}
	}
	within.one, within.closed = &one, w.closed
	return within.isochrone(ctx, opts)
}
