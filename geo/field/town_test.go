package field_test

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
	"lawcircle/geo/field"
)

var centre = orb.Point{89.2, 42.95}

// town is a made-up lattice of roads with bends, gaps and one-way streets, and the times to facilities on it by plain Bellman-Ford.
type town struct {
	size    int
	spacing float64
	nodes   []orb.Point
	roads   []road
}

type road struct {
	from, to int
	line     orb.LineString
	travelMs int64
	oneWay   bool
}

func newTown(seed uint64, size int, spacing, mps float64) *town {
	random := rand.New(rand.NewPCG(seed, 11))
	plane := geo.NewPlane(centre)
	t := &town{size: size, spacing: spacing}
	place := func(x, y float64) orb.Point { return plane.From(geo.XY{X: x, Y: y}) }
	jitter := func() float64 { return spacing * 0.5 * (random.Float64() - 0.5) }
	for k := range size * size {
		x, y := float64(k%size-size/2)*spacing, float64(k/size-size/2)*spacing
		t.nodes = append(t.nodes, place(x+jitter(), y+jitter()))
	}
	link := func(a, b int) {
		if random.Float64() < 0.25 {
			return
		}
		p, q := plane.To(t.nodes[a]), plane.To(t.nodes[b])
		line := orb.LineString{t.nodes[a], place((p.X+q.X)/2+jitter()/3, (p.Y+q.Y)/2+jitter()/3), t.nodes[b]}
		speed := mps * (0.5 + random.Float64())
		t.roads = append(t.roads, road{a, b, line, int64(geo.Length(line) / speed * 1000), random.Float64() < 0.2})
	}
	for k := range size * size {
		if k%size+1 < size {
			link(k, k+1)
		}
		if k/size+1 < size {
			link(k, k+size)
		}
	}
	return t
}

// times returns the time from each node to the nearest facility, standing on nodes, -1 if none is reached.
func (t *town) times(facilities ...int) []int64 {
	times := make([]int64, len(t.nodes))
	for i := range times {
		times[i] = -1
	}
	for _, f := range facilities {
		times[f] = 0
	}
	relax := func(from, to int, ms int64) bool {
		if times[to] >= 0 && (times[from] < 0 || times[to]+ms < times[from]) {
			times[from] = times[to] + ms
			return true
		}
		return false
	}
	for changed := true; changed; {
		changed = false
		for _, r := range t.roads {
			changed = relax(r.from, r.to, r.travelMs) || changed
			changed = !r.oneWay && relax(r.to, r.from, r.travelMs) || changed
		}
	}
	return times
}

func (t *town) input(facilities ...int) field.Input {
	times := t.times(facilities...)
	in := field.Input{OffRoadMps: 1.2, CapM: 200}
	for i, r := range t.roads {
		e := field.Edge{ID: int64(i), Line: r.line}
		if times[r.to] >= 0 {
			e.Ahead = field.Way{OK: true, EndMs: times[r.to], TravelMs: r.travelMs}
		}
		if times[r.from] >= 0 && !r.oneWay {
			e.Back = field.Way{OK: true, EndMs: times[r.from], TravelMs: r.travelMs}
		}
		in.Edges = append(in.Edges, e)
	}
	return in
}

func minutes(m ...int) []time.Duration {
	var out []time.Duration
	for _, v := range m {
		out = append(out, time.Duration(v)*time.Minute)
	}
	return out
}

// plainTime asks every edge at many positions, the slow and simple way; it is a little above the exact time.
func plainTime(in *field.Input, p orb.Point, stepM float64) float64 {
	best := math.Inf(1)
	for i := range in.Edges {
		best = min(best, plainEdge(in, &in.Edges[i], p, stepM))
	}
	for _, s := range in.Sites {
		if d := geo.Distance(p, s.Point); d <= s.DirectM && !blocked(in.Walls, s.Point, p) {
			best = min(best, d/in.OffRoadMps*1000)
		}
	}
	return best
}

func plainEdge(in *field.Input, e *field.Edge, p orb.Point, stepM float64) float64 {
	best, done, total := math.Inf(1), 0.0, geo.Length(e.Line)
	for k := 1; k < len(e.Line); k++ {
		a, b := e.Line[k-1], e.Line[k]
		length := geo.Distance(a, b)
		n := math.Ceil(length/stepM) + 1
		for i := range int(n) + 1 {
			share := float64(i) / n
			q := orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
			d := geo.Distance(p, q)
			if d > in.CapM || blocked(in.Walls, q, p) {
				continue
			}
			walk := d / in.OffRoadMps * 1000
			along := (done + share*length) / total
			if e.Ahead.OK {
				best = min(best, walk+float64(e.Ahead.EndMs)+(1-along)*float64(e.Ahead.TravelMs))
			}
			if e.Back.OK {
				best = min(best, walk+float64(e.Back.EndMs)+along*float64(e.Back.TravelMs))
			}
		}
		done += length
	}
	return best
}

// blocked reports whether a wall crosses the walk from q on the road to p, a touch at q aside.
func blocked(walls orb.MultiLineString, q, p orb.Point) bool {
	side := func(a, b, c orb.Point) float64 { return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0]) }
	for _, w := range walls {
		for k := 1; k < len(w); k++ {
			if side(q, p, w[k-1])*side(q, p, w[k]) <= 0 && side(w[k-1], w[k], q)*side(w[k-1], w[k], p) < 0 {
				return true
			}
		}
	}
	return false
}
