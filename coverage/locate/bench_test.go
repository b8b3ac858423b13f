package locate

import (
	"testing"
	"time"
)

// BenchmarkProof measures the processor time to the proof on the instances of docs/benchmarks.md.
func BenchmarkProof(b *testing.B) {
	sjc := func(b *testing.B) *Problem {
		p := planar(b, "SJC_SJC324.txt", 800)
		p.Sites = 3
		return p
	}
	kind := func(name string, k Kind) func(*testing.B) *Problem {
		return func(b *testing.B) *Problem {
			p := pmed(b, name)
			p.Kind = k
			return p
		}
	}
	layout := func(k county, sites int) func(*testing.B) *Problem {
		return func(b *testing.B) *Problem {
			p := clustered(b, k, 7)
			p.Sites = sites
			return p
		}
	}
	far := towns(10_000_000, 100)
	far.radius = 5.5
	for _, c := range []struct {
		name string
		make func(*testing.B) *Problem
		gap  float64
	}{
		{"SJC324_p3", sjc, 0},
		{"pmed1_median", kind("pmed1", PMedian), 0},
		{"pmed1_center", kind("pmed1", PCenter), 0},
		{"pmed39_median", kind("pmed39", PMedian), 0},
		{"pmed27_center", kind("pmed27", PCenter), 0},
		{"county_2000x300_p10", layout(towns(2000, 300), 10), 0},
		{"1e6x1000_p20", layout(towns(1_000_000, 1000), 20), 0},
		{"1e6x1000_p50", layout(towns(1_000_000, 1000), 50), 0},
		{"1e6x1000_p50_to_0.2%", layout(towns(1_000_000, 1000), 50), 0.002},
		{"wide_1e6x1000_p20", layout(wide(1_000_000, 1000), 20), 0},
		{"wide_1e6x1000_p50", layout(wide(1_000_000, 1000), 50), 0},
		{"1e7x100_p10", layout(far, 10), 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := c.make(b)
			used := time.Duration(0)
			for b.Loop() {
				s, d := solveWithin(b, p, Options{GapLimit: c.gap}, 30*time.Second)
				used += d
				b.ReportMetric(100*s.Gap, "%gap")
				b.ReportMetric(float64(s.Nodes), "nodes")
			}
			b.ReportMetric(float64(used.Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}
