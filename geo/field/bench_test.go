package field_test

import (
	"context"
	"fmt"
	"testing"

	"lawcircle/geo/field"
)

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
			for b.Loop() {
				if _, err := f.Contours(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
