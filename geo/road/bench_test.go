package road

import (
	"context"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"
)

// reportCPU reports the processor time of an operation, which other programs on the machine do not disturb as much as the clock.
func reportCPU(b *testing.B, before time.Duration) {
	b.Helper()
	b.ReportMetric(float64(cpuTime(b)-before)/1e6/float64(b.N), "cpu-ms/op")
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Skip(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func poaFacilities(b *testing.B) []Place {
	return readTable(b, "reference/poa_facilities.csv").places(b)
}

// nodeTimes evaluates the time at every point inside an edge's shape: with the labels of the states, which stand for the ends, what a full
// graph of nodes has.
func (n *nearest) nodeTimes(times []int32) {
	heads, labels, starts, ahead, back := n.g.heads, n.one.labels, n.g.edgeStart, n.g.ahead, n.g.back
	found := 0
	for e := range n.g.edgeFlags {
		first, last := starts[e], starts[e+1]-1
		if last-first < 2 {
			continue
		}
		const never = maxMs
		end, begin := int32(never), int32(never)
		if head := heads[2*e]; head != none {
			end = int32(min(labels[head].ms(), never))
		}
		if head := heads[2*e+1]; head != none {
			begin = int32(min(labels[head].ms(), never))
		}
		end += ahead[last]
		there, back := ahead[first+1:last], back[first+1:last]
		inner := times[found : found+len(there)]
		found += len(there)
		for p := range inner {
			inner[p] = min(end-there[p], begin+back[p])
		}
	}
}

// Time to the nearest of 100 facilities for every node of the map, on foot: 38,378 in Porto Alegre, and nineteen times as many.
func BenchmarkNearestWholeMap(b *testing.B) {
	for _, name := range []string{"porto_alegre_r5r", "merged_dev"} {
		b.Run(name, func(b *testing.B) {
			graph := buildShared(b, "osm/"+name+".osm.pbf", "reference_walk")
			facilities := poaFacilities(b)
			if name != "porto_alegre_r5r" {
				for i := range facilities { // anywhere on the main network
					facilities[i].Point = graph.EdgeLine(int32(i * graph.Edges() / len(facilities)))[0]
				}
			}
			sites, err := graph.attach(context.Background(), facilities)
			if err != nil {
				b.Fatal(err)
			}
			times := make([]int32, len(graph.ahead))
			b.ReportAllocs()
			cpu := cpuTime(b)
			for b.Loop() {
				n := graph.newNearest(facilities, sites, NearestOptions{})
				if err := n.search(context.Background()); err != nil {
					b.Fatal(err)
				}
				n.nodeTimes(times)
				n.done()
			}
			reportCPU(b, cpu)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(graph.Nodes()), "ns/node")
		})
	}
}

func BenchmarkNearestFacilities(b *testing.B) {
	graph := buildShared(b, poa, "walk")
	facilities, demands := poaFacilities(b), readTable(b, "reference/poa_demand.csv").places(b)
	cpu := cpuTime(b)
	for b.Loop() {
		if _, err := graph.NearestFacilities(context.Background(), facilities, demands, NearestOptions{Limit: 10 * time.Minute}); err != nil {
			b.Fatal(err)
		}
	}
	reportCPU(b, cpu)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(demands)), "ns/demand")
}

// 100 isochrones of 10 minutes, each a valid polygon. The first round, which finds the ways onto the road, is reported apart; of the others
// the mean and the best.
func BenchmarkIsochrones(b *testing.B) {
	for _, name := range []string{"walk", "walk/quick", "car", "car/quick"} {
		b.Run(name, func(b *testing.B) {
			profile, _, quick := strings.Cut(name, "/")
			graph := buildShared(b, poa, profile)
			facilities := poaFacilities(b)
			opts := IsochroneOptions{Limits: []time.Duration{10 * time.Minute}, WithoutSizes: true, Quick: quick}
			round := func() time.Duration {
				before := cpuTime(b)
				if err := graph.Isochrones(context.Background(), facilities, opts, func(int, Isochrone) error { return nil }); err != nil {
					b.Fatal(err)
				}
				return cpuTime(b) - before
			}
			first := round()
			best, cpu := first, cpuTime(b)
			for b.Loop() {
				best = min(best, round())
			}
			reportCPU(b, cpu)
			b.ReportMetric(float64(best)/1e6, "best-cpu-ms")
			b.ReportMetric(float64(first)/1e6, "first-cpu-ms")
		})
	}
}

func BenchmarkReachedEdges(b *testing.B) {
	for _, profile := range []string{"walk", "car"} {
		b.Run(profile, func(b *testing.B) {
			graph := buildShared(b, poa, profile)
			facilities := poaFacilities(b)
			cpu := cpuTime(b)
			for b.Loop() {
				for i := range facilities {
					if _, err := graph.ReachedEdges(context.Background(), facilities[i:i+1], 10*time.Minute); err != nil {
						b.Fatal(err)
					}
				}
			}
			reportCPU(b, cpu)
		})
	}
}

// 500 by 5,000 travel times by car, without a limit.
func BenchmarkMatrix(b *testing.B) {
	for _, profile := range []string{"reference_car", "car"} {
		b.Run(profile, func(b *testing.B) {
			graph := buildShared(b, poa, profile)
			from, to := readTable(b, "reference/poa_sources500.csv").places(b), readTable(b, "reference/poa_targets5000.csv").places(b)
			cells := 0
			cpu := cpuTime(b)
			for b.Loop() {
				cells = 0
				err := graph.Matrix(context.Background(), from, to, MatrixOptions{}, func(_ int, row []Cell) error {
					cells += len(row)
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			reportCPU(b, cpu)
			b.ReportMetric(float64(cells), "cells")
		})
	}
}

// A facility dragged across Porto Alegre, 100 others standing: answers for 1,227 demands, and with the area redrawn.
func BenchmarkWhatIfMove(b *testing.B) {
	for _, withArea := range []bool{false, true} {
		name := "answers"
		if withArea {
			name = "answers and area"
		}
		b.Run(name, func(b *testing.B) {
			ctx := context.Background()
			graph := buildShared(b, poa, "walk")
			facilities, demands := poaFacilities(b), readTable(b, "reference/poa_demand.csv").places(b)
			w, err := graph.NewWhatIf(ctx, facilities, demands, NearestOptions{Limit: 10 * time.Minute})
			if err != nil {
				b.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, 1))
			opts := IsochroneOptions{Limits: []time.Duration{10 * time.Minute}, WithoutSizes: true, Quick: true}
			cpu := cpuTime(b)
			for b.Loop() {
				if _, err := w.Move(ctx, 0, demands[random.IntN(len(demands))].Point); err != nil {
					b.Fatal(err)
				}
				if withArea {
					if _, err := w.Isochrone(ctx, opts); err != nil {
						b.Fatal(err)
					}
				}
			}
			reportCPU(b, cpu)
		})
	}
}

// One of 2,000 facilities dragged over the roads of a region (merged_dev, 244,000 ways) on foot: its area redrawn.
func BenchmarkWhatIfRegion(b *testing.B) {
	ctx := context.Background()
	graph := buildShared(b, "osm/merged_dev.osm.pbf", "walk")
	random := rand.New(rand.NewPCG(1, 2))
	onRoad := func() Place {
		edge := random.IntN(graph.Edges())
		for graph.edgeFlags[edge]&edgeMayStop == 0 || !graph.isMain(graph.edgePart[edge]) {
			edge = random.IntN(graph.Edges())
		}
		return Place{Point: graph.point(graph.edgeStart[edge])}
	}
	var facilities []Place
	for range 2000 {
		facilities = append(facilities, onRoad())
	}
	w := must(graph.NewWhatIf(ctx, facilities, nil, NearestOptions{Limit: 10 * time.Minute}))
	opts := IsochroneOptions{Limits: []time.Duration{10 * time.Minute}, Quick: true}
	before := cpuTime(b)
	first := must(w.Isochrone(ctx, opts))
	b.ReportMetric(float64(cpuTime(b)-before)/1e6, "first-cpu-ms")
	cpu := cpuTime(b)
	for b.Loop() {
		if _, err := w.Move(ctx, 0, onRoad().Point); err != nil {
			b.Fatal(err)
		}
		must(w.Isochrone(ctx, opts))
	}
	reportCPU(b, cpu)
	vertices := 0
	for _, polygon := range first.Areas[0].Shape {
		for _, ring := range polygon {
			vertices += len(ring)
		}
	}
	b.ReportMetric(float64(vertices), "vertices")
	b.ReportMetric(first.StepM, "step-m")
}

func BenchmarkBuild(b *testing.B) {
	for _, name := range []string{"porto_alegre_r5r", "merged_dev"} {
		for _, profile := range []string{"walk", "car"} {
			b.Run(name+"/"+profile, func(b *testing.B) {
				network, _ := readShared(b, "osm/"+name+".osm.pbf")
				b.ReportAllocs()
				cpu := cpuTime(b)
				for b.Loop() {
					buildWith(b, network, mustProfile(b, profile))
				}
				reportCPU(b, cpu)
			})
		}
	}
}

// From the file to the ready graph.
func BenchmarkImport(b *testing.B) {
	for _, name := range []string{"porto_alegre_r5r", "merged_dev"} {
		b.Run(name, func(b *testing.B) {
			cpu := cpuTime(b)
			for b.Loop() {
				network, _ := readShared(b, "osm/"+name+".osm.pbf")
				buildWith(b, network, mustProfile(b, "walk"))
			}
			reportCPU(b, cpu)
		})
	}
}

// Opening a kept graph where it lies in memory.
func BenchmarkOpen(b *testing.B) {
	data := graphBytes(b, buildShared(b, "osm/merged_dev.osm.pbf", "walk"))
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			if _, err := Open(data); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(data))/1e6, "MB")
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if err := Verify(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
