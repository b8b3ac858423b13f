package road

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// syntheticStates is a road network of side² crossings on a grid of 100 m, numbered along the Hilbert curve: every eighth line a main
// road, every 64th a fast one, three in ten of the minor links missing. All links go both ways, so that the arcs serve either direction.
func syntheticStates(side int) (along adjacency, folding fold) {
	n := side * side
	order := make([]uint64, n) // key<<32 | cell
	scale := 65535 / float64(side)
	for cell := range n {
		x, y := cell%side, cell/side
		order[cell] = uint64(hilbert(uint32(float64(x)*scale), uint32(float64(y)*scale)))<<32 | uint64(cell)
	}
	slices.Sort(order)
	number := make([]uint32, n)
	for i, key := range order {
		number[uint32(key)] = uint32(i)
	}
	link := func(x, y, dx, dy int) (uint32, bool) {
		hash := uint64(x*side+y)*0x9E3779B97F4A7C15 + uint64(dx)*0xBF58476D1CE4E5B9
		hash ^= hash >> 29
		hash *= 0x94D049BB133111EB
		line := y
		if dx == 0 {
			line = x
		}
		jitter := uint32(hash>>40) % 1000
		switch {
		case line%64 == 0:
			return 4500 + jitter, true // 80 km/h
		case line%8 == 0:
			return 7200 + jitter, true // 50 km/h
		}
		return 12000 + 2*jitter, hash%10 >= 3 // 30 km/h
	}
	start, arcs := make([]uint32, 1, n+1), make([]arc, 0, 3*n)
	for _, key := range order {
		cell := int(uint32(key))
		x, y := cell%side, cell/side
		add := func(fx, fy, dx, dy, to int) {
			if ms, ok := link(fx, fy, dx, dy); ok {
				arcs = append(arcs, arc{number[to], ms})
			}
		}
		if x+1 < side {
			add(x, y, 1, 0, cell+1)
		}
		if x > 0 {
			add(x-1, y, 1, 0, cell-1)
		}
		if y+1 < side {
			add(x, y, 0, 1, cell+side)
		}
		if y > 0 {
			add(x, y-1, 0, 1, cell-side)
		}
		start = append(start, uint32(len(arcs)))
	}
	folding, renumbered := foldStates(adjacency{start, arcs}, adjacency{start, arcs})
	return adjacency{start, arcs}.renumber(renumbered), folding
}

const syntheticMeanMs = 10_000

func randomSeeds(random *rand.Rand, n, states int) []arrival {
	seeds := make([]arrival, n)
	for i := range seeds {
		seeds[i] = arrival{makeLabel(int64(random.IntN(60_000)), i), uint32(random.IntN(states))}
	}
	return seeds
}

func (s *search) runPlain(tb testing.TB, along adjacency, seeds []arrival, limit uint32) {
	tb.Helper()
	s.clear()
	s.queue.reset(syntheticMeanMs)
	for _, seed := range seeds {
		s.seed(seed.state, seed.label)
	}
	if err := s.run(context.Background(), along, limit); err != nil {
		tb.Fatal(err)
	}
}

func (s *search) runFoldedFrom(tb testing.TB, along foldedAdjacency, seeds []arrival, limit uint32) {
	tb.Helper()
	s.clear()
	s.queue.reset(syntheticMeanMs)
	for _, seed := range seeds {
		s.seed(seed.state, seed.label)
	}
	if err := s.runFolded(context.Background(), along, limit); err != nil {
		tb.Fatal(err)
	}
}

// The tiled search gives the labels of the plain one, on any number of processors.
func TestTiledSearchEqualsPlain(t *testing.T) {
	along, folding := syntheticStates(600)
	folded := folding.inward()
	states := len(along.start) - 1
	random := rand.New(rand.NewPCG(1, 11))
	for _, limit := range []uint32{200_000, 1_800_000} {
		seeds := randomSeeds(random, 300, states)
		plain, tiled := newSearch(states), newSearch(states)
		plain.runPlain(t, along, seeds, limit)
		for _, processors := range []int{1, 4} {
			old := runtime.GOMAXPROCS(processors)
			tiled.clear()
			err := tiled.runTiled(context.Background(), folded, seeds, limit, syntheticMeanMs)
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(plain.labels, tiled.labels) {
				t.Errorf("limit %d, %d processors: the labels differ", limit, processors)
			}
			sortedTouched := func(s *search) []uint32 { return slices.Sorted(slices.Values(s.touched)) }
			if !slices.Equal(sortedTouched(plain), sortedTouched(tiled)) {
				t.Errorf("limit %d, %d processors: the touched states differ", limit, processors)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := newSearch(states).runTiled(ctx, folded, randomSeeds(random, 3, states), maxMs, syntheticMeanMs); err == nil {
		t.Error("the tiled search goes on when cancelled")
	}
}

// Ten million crossings: a local search by settled state, the whole map from 20,000 facilities, and one facility moved among them.
func BenchmarkTenMillion(b *testing.B) {
	along, folding := syntheticStates(3163)
	folded := folding.inward()
	states := len(along.start) - 1
	random := rand.New(rand.NewPCG(2, 11))
	s := newSearch(states)
	seeds := randomSeeds(random, 20_000, states)
	b.Run("local", func(b *testing.B) {
		settled := 0
		b.ResetTimer()
		cpu := cpuTime(b)
		for b.Loop() {
			s.runFoldedFrom(b, folded, seeds[settled%1000:][:1], 900_000)
			settled += len(s.touched)
		}
		b.ReportMetric(float64((cpuTime(b)-cpu).Nanoseconds())/float64(settled), "cpu-ns/state")
		b.ReportMetric(float64(settled)/float64(b.N), "states")
	})
	for _, processors := range []int{1, 2} {
		b.Run(fmt.Sprint("whole map on ", processors), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			cpu := time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				for i := range s.labels {
					s.labels[i] = noLabel
				}
				s.touched = s.touched[:0]
				before := cpuTime(b)
				b.StartTimer()
				if err := s.runTiled(context.Background(), folded, seeds, 1_800_000, syntheticMeanMs); err != nil {
					b.Fatal(err)
				}
				cpu += cpuTime(b) - before
			}
			b.ReportMetric(float64(cpu)/1e6/float64(b.N), "cpu-ms/op")
		})
	}
}

// syntheticGraph puts streets enough edges on a synthetic network to snap facilities and demands to.
func syntheticGraph(streets int) *Graph {
	along, folding := syntheticStates(3163)
	states := len(along.start) - 1
	random := rand.New(rand.NewPCG(3, 11))
	g := &Graph{profile: &Profile{OffRoad: OffRoad{Kmh: 4, Detour: 1}, SnapMaxM: 0}, searches: &sync.Pool{}}
	g.meta.States, g.meta.MeanArcMs = states, syntheticMeanMs
	g.fold = folding
	g.outStart, g.out, g.inStart, g.in = along.start, along.arcs, along.start, along.arcs
	g.edgeStart, g.entryStart = []uint32{0}, []uint32{0}
	var chunks []chunk
	for e := range uint32(streets) {
		u := uint32(random.IntN(states))
		if along.start[u] == along.start[u+1] {
			u = 0
		}
		a := along.arcs[along.start[u]]
		lon, lat := int32(random.IntN(3e7)), int32(random.IntN(3e7))
		g.lonLat = append(g.lonLat, lon, lat, lon+5000, lat)
		g.ahead, g.back = append(g.ahead, 0, int32(a.Ms)), append(g.back, 0, int32(a.Ms))
		g.heads = append(g.heads, a.To, u)
		g.entries = append(g.entries, arc{u, 0}, arc{a.To, 0})
		g.edgeStart, g.entryStart = append(g.edgeStart, 2*e+2), append(g.entryStart, 2*e+1, 2*e+2)
		g.edgeFlags, g.edgePart = append(g.edgeFlags, edgeAhead|edgeBack|edgeMayStop), append(g.edgePart, 0)
		chunks = append(chunks, chunk{e, 2 * e, 1})
	}
	g.runStart, g.runWay, g.partLengthMm = []uint32{0}, []int64{1}, []int64{1}
	g.tree = packTree(chunks, g.lonLat)
	return g
}

// One of 20,000 facilities dragged about on ten million crossings, answers for 20,000 demands kept.
func BenchmarkTenMillionWhatIf(b *testing.B) {
	ctx := context.Background()
	graph := syntheticGraph(60_000)
	random := rand.New(rand.NewPCG(4, 11))
	somewhere := func() Place {
		p := graph.point(2 * uint32(random.IntN(graph.Edges())))
		return Place{Point: p}
	}
	places := make([]Place, 40_000)
	for i := range places {
		places[i] = somewhere()
	}
	w, err := graph.NewWhatIf(ctx, places[:20_000], places[20_000:], NearestOptions{Limit: 30 * time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime(b)
	for b.Loop() {
		if _, err := w.Move(ctx, random.IntN(20_000), somewhere().Point); err != nil {
			b.Fatal(err)
		}
	}
	reportCPU(b, cpu)
}
