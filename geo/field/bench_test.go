package field_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"

	"lawcircle/geo/field"
)

// cpuTime reports the processor time of the whole process per operation, which the neighbours on a shared machine do not disturb.
func cpuTime(b *testing.B) func() {
	used := func() int64 {
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
		return u.Utime.Nano() + u.Stime.Nano()
	}
	before := used()
	return func() { b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op") }
}

func BenchmarkField(b *testing.B) {
	for _, row := range []struct {
		name    string
		size    int
		spacing float64
		mps     float64
	}{
		{"walk", 25, 80, 1.2},
		{"car", 160, 100, 11},
	} {
		town := newTown(1, row.size, row.spacing, row.mps)
		in := town.input(row.size*row.size/2 + row.size/2)
		var near []field.Edge
		for _, e := range in.Edges {
			if e.Ahead.OK && e.Ahead.EndMs < 600_000 || e.Back.OK && e.Back.EndMs < 600_000 {
				near = append(near, e)
			}
		}
		in.Edges = near
		b.Run(fmt.Sprintf("%s/field/%d", row.name, len(near)), func(b *testing.B) {
			defer cpuTime(b)()
			for b.Loop() {
				if _, err := field.New(context.Background(), in, field.Options{Limits: minutes(10)}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(row.name+"/contours", func(b *testing.B) {
			f, _ := field.New(context.Background(), in, field.Options{Limits: minutes(10)})
			c, _ := f.Contours(context.Background())
			points := 0
			for _, p := range c[0].Area {
				for _, r := range p {
					points += len(r)
				}
			}
			b.ReportMetric(float64(points), "points")
			b.ReportMetric(f.Frame().StepM, "m/step")
			defer cpuTime(b)()
			for b.Loop() {
				if _, err := f.Contours(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkUpdate closes and reopens the streets around a place in the car town: one step of a dragged point.
func BenchmarkUpdate(b *testing.B) {
	town := newTown(1, 160, 100, 11)
	in := town.input(160*80 + 80)
	o := field.Options{Limits: minutes(10), Frame: field.Frame{StepM: 25}}
	f, err := field.New(context.Background(), in, o)
	if err != nil {
		b.Fatal(err)
	}
	var close, open field.Change
	for _, e := range in.Edges[12_000:12_200] {
		close.RemoveEdges = append(close.RemoveEdges, e.ID)
		open.AddEdges = append(open.AddEdges, e)
	}
	defer cpuTime(b)()
	for b.Loop() {
		if err := f.Update(context.Background(), close); err != nil {
			b.Fatal(err)
		}
		if err := f.Update(context.Background(), open); err != nil {
			b.Fatal(err)
		}
	}
}
