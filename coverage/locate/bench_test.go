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
	county := func(demands, candidates int, radius float64, sites int) func(*testing.B) *Problem {
		return func(b *testing.B) *Problem {
			p := clustered(b, demands, candidates, radius, 7)
			p.Sites = sites
			return p
		}
	}
	for _, c := range []struct {
		name string
		make func(*testing.B) *Problem
	}{
		{"SJC324_p3", sjc},
		{"pmed1_median", kind("pmed1", PMedian)},
		{"pmed1_center", kind("pmed1", PCenter)},
		{"pmed39_median", kind("pmed39", PMedian)},
		{"pmed27_center", kind("pmed27", PCenter)},
		{"county_2000x300_p10", county(2000, 300, 2, 10)},
		{"1e6x1000_p20", county(1_000_000, 1000, 2, 20)},
		{"1e6x1000_p50", county(1_000_000, 1000, 2, 50)},
		{"1e7x100_p10", county(10_000_000, 100, 5.5, 10)},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := c.make(b)
			used := time.Duration(0)
			for b.Loop() {
				s, d := solveWithin(b, p, 30*time.Second)
				used += d
				b.ReportMetric(100*s.Gap, "%gap")
				b.ReportMetric(float64(s.Nodes), "nodes")
			}
			b.ReportMetric(float64(used.Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}
