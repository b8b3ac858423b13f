package field_test

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/geo"
	"lawcircle/geo/field"
	"lawcircle/geo/shape"
)

func newField(t testing.TB, in field.Input, o field.Options) *field.Field {
	t.Helper()
	f, err := field.New(context.Background(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func contours(t testing.TB, f *field.Field) []field.Contour {
	t.Helper()
	c, err := f.Contours(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// smallInput draws a small town with one or two facilities, now and then with sites and walls.
func smallInput(seed uint64) field.Input {
	random := rand.New(rand.NewPCG(seed, 5))
	town := newTown(seed, 5, 150, 1+4*random.Float64())
	in := town.input(random.IntN(25), random.IntN(25))
	in.CapM = 40 + 160*random.Float64()
	plane := geo.NewPlane(centre)
	at := func() orb.Point {
		return plane.From(geo.XY{X: 900 * (random.Float64() - 0.5), Y: 900 * (random.Float64() - 0.5)})
	}
	for i := range random.IntN(3) {
		in.Sites = append(in.Sites, field.Site{ID: int64(i), Point: at(), DirectM: 200 * random.Float64()})
	}
	for range random.IntN(4) {
		in.Walls = append(in.Walls, orb.LineString{at(), at(), at()})
	}
	return in
}

func somewhere(random *rand.Rand) orb.Point {
	return geo.NewPlane(centre).From(geo.XY{X: 1300 * (random.Float64() - 0.5), Y: 1300 * (random.Float64() - 0.5)})
}

func TestTimeEqualsThePlainOne(t *testing.T) {
	decided := 0
	for seed := range uint64(25) {
		in := smallInput(seed)
		f := newField(t, in, field.Options{Limits: minutes(5, 20), Times: true})
		scan := newField(t, in, field.Options{Limits: minutes(5, 20)})
		random := rand.New(rand.NewPCG(seed, 1))
		for range 40 {
			p := somewhere(random)
			got, ok := f.At(p)
			if again, okAgain := scan.At(p); again != got && ok || ok != okAgain {
				t.Fatalf("seed %d %v: %v %v with kept times, %v %v without", seed, p, got, ok, again, okAgain)
			}
			if !ok {
				got = math.Inf(1)
			} else {
				decided++
			}
			// Standing on positions 0.25 m apart, the plain time is late by up to 0.21 s, and blind at the rim of the cap and the ends of
			// walls: it is asked again with both eased. It measures on the sphere, which makes up to 3 ms on a walk.
			late, early := plainTime(&in, p, 0.25), plainTime(eased(in), p, 0.25)-300
			if late < 20*60_000 && got > late+3 || got < early {
				t.Errorf("seed %d %v: %.1f ms, plain %.1f, eased %.1f", seed, p, got, late, early)
			}
		}
	}
	if decided < 300 {
		t.Errorf("only %d places were compared", decided)
	}
}

// eased has a cap longer by 5 cm and walls shorter by 0.5 m at both ends.
func eased(in field.Input) *field.Input {
	in.CapM += 0.05
	in.Walls = in.Walls.Clone()
	pull := func(a, b orb.Point) orb.Point {
		share := 0.5 / geo.Distance(a, b)
		return orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
	}
	for _, w := range in.Walls {
		n := len(w) - 1
		w[0], w[n] = pull(w[0], w[1]), pull(w[n], w[n-1])
	}
	return &in
}

func TestWallsHold(t *testing.T) {
	plane := geo.NewPlane(centre)
	at := func(x, y float64) orb.Point { return plane.From(geo.XY{X: x, Y: y}) }
	road := field.Edge{Line: orb.LineString{at(-300, 0), at(300, 0)}, Ahead: field.Way{OK: true, TravelMs: 100_000}, Back: field.Way{OK: true, EndMs: 5, TravelMs: 100_000}}
	for _, row := range []struct {
		name  string
		walls orb.MultiLineString
		place orb.Point
		want  float64 // metres walked to the road, with the road costing nothing to speak of; 0 = not reached
	}{
		{"no wall", nil, at(0, 60), 60},
		{"a river between", orb.MultiLineString{{at(-1000, 30), at(1000, 30)}}, at(0, 60), 0},
		{"a river behind the road", orb.MultiLineString{{at(-1000, -30), at(1000, -30)}}, at(0, 60), 60},
		{"a river behind the place", orb.MultiLineString{{at(-1000, 90), at(1000, 90)}}, at(0, 60), 60},
		{"a short wall is walked around", orb.MultiLineString{{at(-20, 30), at(20, 30)}}, at(0, 60), math.Hypot(60, 40)},
		{"a bent wall has no hole at its bend", orb.MultiLineString{{at(-1000, 30), at(0, 30), at(1000, 31)}}, at(0, 60), 0},
		{"two walls with a gap", orb.MultiLineString{{at(-1000, 30), at(-10, 30)}, {at(-5, 30), at(1000, 30)}}, at(0, 60), math.Hypot(60, 10)},
		{"a wall across the road", orb.MultiLineString{{at(50, -300), at(50, 300)}}, at(0, 60), 60},
		{"the wall's far side is reached from the crossing", orb.MultiLineString{{at(-300, -500), at(-300, 500)}}, at(-310, 60), math.Hypot(10, 60)},
	} {
		in := field.Input{Edges: []field.Edge{road}, OffRoadMps: 1, CapM: 100, Walls: row.walls}
		in.Edges[0].Ahead.TravelMs, in.Edges[0].Back.TravelMs = 1, 1
		f := newField(t, in, field.Options{Limits: minutes(5), Times: true})
		got, ok := f.At(row.place)
		if ok != (row.want > 0) || ok && math.Abs(got/1000-row.want) > 0.05 {
			t.Errorf("%s: %.3f m, reached %v, want %.3f", row.name, got/1000, ok, row.want)
		}
	}
}

func TestDefinitionInClosedForm(t *testing.T) {
	plane := geo.NewPlane(centre)
	at := func(x, y float64) orb.Point { return plane.From(geo.XY{X: x, Y: y}) }
	in := field.Input{OffRoadMps: 1, CapM: 100, Edges: []field.Edge{{
		Line: orb.LineString{at(0, 0), at(1000, 0)}, Ahead: field.Way{OK: true, EndMs: 7000, TravelMs: 500_000},
	}}}
	f := newField(t, in, field.Options{Limits: minutes(20), Times: true})
	// Two metres a second on the road, one beside it: the walk meets the road at an angle with sin φ = 1/2 (Snell).
	slant := 80 / math.Cos(math.Pi/6)
	for _, row := range []struct{ x, y, want float64 }{
		{400, 80, 507_000 - 500*(400+80*math.Tan(math.Pi/6)) + 1000*slant},
		{400, -80, 507_000 - 500*(400+80*math.Tan(math.Pi/6)) + 1000*slant},
		{1000, 80, 7000 + 80_000},
		{1060, 0, 7000 + 60_000},
		{990, 80, 7000 + 1000*math.Hypot(10, 80)}, // the slant would end beyond the road
		{-59.999, 80, 507_000 + 100_000},          // the cap of 100 m just reaches the start of the road
	} {
		if got, ok := f.At(at(row.x, row.y)); !ok || math.Abs(got-row.want) > 1 {
			t.Errorf("(%g, %g): %.2f %v, want %.2f", row.x, row.y, got, ok, row.want)
		}
	}
	for _, p := range []geo.XY{{X: 500, Y: 100.01}, {X: 1100.1, Y: 0}, {X: -100.1, Y: 0}} {
		if ms, ok := f.At(plane.From(p)); ok {
			t.Errorf("%v is beyond the cap, yet reached in %.0f ms", p, ms)
		}
	}
	// One-way: the start of the road costs the whole road, although the end is near.
	if got, _ := f.At(at(0, 0)); math.Abs(got-507_000) > 1 {
		t.Errorf("the start of a one-way road: %.1f", got)
	}
}

func TestContoursAreValidNestedAndTrue(t *testing.T) {
	wrong, asked := 0, 0
	for seed := range uint64(25) {
		in := smallInput(seed)
		f := newField(t, in, field.Options{Limits: minutes(2, 4, 6, 9), Frame: field.Frame{StepM: 8}})
		areas := contours(t, f)
		random := rand.New(rand.NewPCG(seed, 3))
		for k, c := range areas {
			if err := shape.Validate(c.Area); err != nil {
				t.Fatalf("seed %d, %v: %v", seed, c.Limit, err)
			}
			for _, p := range c.Area {
				for i, ring := range p {
					if (ring.Orientation() == orb.CCW) != (i == 0) {
						t.Fatalf("seed %d, %v: ring %d winds the wrong way", seed, c.Limit, i)
					}
				}
			}
			if k > 0 {
				rest, err := shape.Difference(areas[k-1].Area, c.Area)
				if err != nil || geo.MultiArea(rest) > 1e-3 {
					t.Errorf("seed %d: %v is not inside %v: %g m² outside (%v)", seed, areas[k-1].Limit, c.Limit, geo.MultiArea(rest), err)
				}
			}
		}
		for range 300 {
			p := somewhere(random)
			class, ok := f.Class(p)
			for k, c := range areas {
				asked++
				if shape.Contains(c.Area, p) != (ok && class <= k) {
					wrong++
					if !nearRim(f, p, k, 8*math.Sqrt2) {
						t.Errorf("seed %d: %v is on the wrong side of %v, and no border within a cell", seed, p, c.Limit)
					}
				}
			}
		}
	}
	if float64(wrong) > 0.01*float64(asked) {
		t.Errorf("%d of %d answers differ", wrong, asked)
	}
}

// nearRim reports whether the exact answer changes within a distance of p.
func nearRim(f *field.Field, p orb.Point, limit int, distanceM float64) bool {
	plane := geo.NewPlane(p)
	class, ok := f.Class(p)
	inside := ok && class <= limit
	for r := 0.25; r <= distanceM; r += 0.25 {
		for a := 0.0; a < 2*math.Pi; a += math.Pi / 32 {
			class, ok := f.Class(plane.From(geo.XY{X: r * math.Cos(a), Y: r * math.Sin(a)}))
			if (ok && class <= limit) != inside {
				return true
			}
		}
	}
	return false
}

func TestInterpolationStaysWithinItsBound(t *testing.T) {
	town := newTown(3, 9, 120, 6)
	in := town.input(40)
	in.CapM = 5000 // nowhere does it bind
	f := newField(t, in, field.Options{Limits: minutes(60), Times: true, Frame: field.Frame{StepM: 25, Reference: centre}})
	plane := geo.NewPlane(centre)
	random := rand.New(rand.NewPCG(1, 1))
	worst := 0.0
	for range 20_000 {
		x, y := 40*(random.Float64()-0.5), 40*(random.Float64()-0.5)
		i, j := math.Floor(x), math.Floor(y)
		node := func(di, dj float64) float64 {
			ms, ok := f.At(plane.From(geo.XY{X: (i + di) * 25, Y: (j + dj) * 25}))
			if !ok {
				t.Fatal("a node is not reached")
			}
			return ms
		}
		u, v := x-i, y-j
		interpolated := (1-v)*((1-u)*node(0, 0)+u*node(1, 0)) + v*((1-u)*node(0, 1)+u*node(1, 1))
		exact, _ := f.At(plane.From(geo.XY{X: x * 25, Y: y * 25}))
		worst = max(worst, math.Abs(interpolated-exact))
	}
	if bound := f.TimeErrorMs(); worst > bound*1.001 || math.Abs(bound-14731.39) > 0.01 {
		t.Errorf("interpolation is wrong by %.0f ms, bound %.0f", worst, bound)
	}
}

func TestMoreRoadsNeverTakeAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(0, 1<<40).Draw(t, "seed")
		in := smallInput(seed)
		less := in
		cut := rapid.IntRange(0, len(in.Edges)).Draw(t, "edges kept")
		less.Edges, less.Sites = in.Edges[:cut], in.Sites[:min(len(in.Sites), 1)]
		o := field.Options{Limits: minutes(3, 6), Frame: field.Frame{StepM: 15, Reference: centre}}
		a, err1 := field.New(context.Background(), less, o)
		b, err2 := field.New(context.Background(), in, o)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		small, _ := a.Contours(context.Background())
		large, _ := b.Contours(context.Background())
		for k := range small {
			rest, err := shape.Difference(small[k].Area, large[k].Area)
			if err != nil || geo.MultiArea(rest) > 1e-3 {
				t.Fatalf("%v: with more roads %g m² are lost (%v)", small[k].Limit, geo.MultiArea(rest), err)
			}
		}
	})
}

func TestOrderAndWorkersDoNotMatter(t *testing.T) {
	for seed := range uint64(10) {
		in := smallInput(seed)
		o := field.Options{Limits: minutes(3, 6)}
		want := contours(t, newField(t, in, o))
		random := rand.New(rand.NewPCG(seed, 9))
		in.Edges, in.Walls = slices.Clone(in.Edges), slices.Clone(in.Walls)
		random.Shuffle(len(in.Edges), func(i, j int) { in.Edges[i], in.Edges[j] = in.Edges[j], in.Edges[i] })
		random.Shuffle(len(in.Walls), func(i, j int) { in.Walls[i], in.Walls[j] = in.Walls[j], in.Walls[i] })
		o.Workers = 4
		if got := contours(t, newField(t, in, o)); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: another order, other areas", seed)
		}
		o.Times = true
		if got := contours(t, newField(t, in, o)); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: with times kept, other areas", seed)
		}
	}
}

func TestAreasBracketTheTruth(t *testing.T) {
	for seed := range uint64(12) {
		in := smallInput(seed)
		in.Walls = nil
		coarse := newField(t, in, field.Options{Limits: minutes(3, 6), Frame: field.Frame{StepM: 16}})
		fine := newField(t, in, field.Options{Limits: minutes(3, 6), Frame: field.Frame{StepM: 2}})
		areas, truth := coarse.Areas(contours(t, coarse)), fine.Areas(contours(t, fine))
		for k, a := range areas {
			if truth[k].M2 < a.CertainM2*0.9999 || truth[k].M2 > a.PossibleM2*1.0001 || a.CertainM2 > a.M2 || a.M2 > a.PossibleM2 {
				t.Errorf("seed %d, %v: %.0f in [%.0f, %.0f], truth %.0f", seed, a.Limit, a.M2, a.CertainM2, a.PossibleM2, truth[k].M2)
			}
			if gap, finer := a.PossibleM2-a.CertainM2, truth[k].PossibleM2-truth[k].CertainM2; gap > 0 && finer > gap/3 {
				t.Errorf("seed %d, %v: the interval is %.0f m² wide at 16 m and %.0f at 2 m", seed, a.Limit, gap, finer)
			}
		}
	}
}

func TestNothingReached(t *testing.T) {
	for name, in := range map[string]field.Input{
		"no edges":    {OffRoadMps: 1, CapM: 100},
		"all closed":  {OffRoadMps: 1, CapM: 100, Edges: []field.Edge{{Line: orb.LineString{{89, 43}, {89.01, 43}}}}},
		"all too far": {OffRoadMps: 1, CapM: 100, Edges: []field.Edge{{Line: orb.LineString{{89, 43}, {89.01, 43}}, Ahead: field.Way{OK: true, EndMs: 600_001, TravelMs: 5}}}},
	} {
		f := newField(t, in, field.Options{Limits: minutes(10)})
		c := contours(t, f)
		if len(c) != 1 || len(c[0].Area) != 0 || f.Areas(c)[0].PossibleM2 != 0 {
			t.Errorf("%s: %v", name, c)
		}
		if _, ok := f.At(orb.Point{89, 43}); ok {
			t.Errorf("%s: reached", name)
		}
		if _, ok := f.Class(orb.Point{89, 43}); ok {
			t.Errorf("%s: has a class", name)
		}
	}
}

func TestLimitIsInclusiveToTheMillisecond(t *testing.T) {
	plane := geo.NewPlane(centre)
	line := orb.LineString{centre, plane.From(geo.XY{X: 100})}
	for endMs, want := range map[int64]bool{600_000: true, 600_001: false} {
		in := field.Input{OffRoadMps: 1, CapM: 100, Edges: []field.Edge{{Line: line, Ahead: field.Way{OK: true, EndMs: endMs}}}}
		f := newField(t, in, field.Options{Limits: minutes(10), Times: true})
		if _, ok := f.At(centre); ok != want {
			t.Errorf("%d ms: reached %v", endMs, ok)
		}
	}
}

func TestBadInputIsNamed(t *testing.T) {
	good := func() (field.Input, field.Options) {
		return smallInput(1), field.Options{Limits: minutes(5)}
	}
	for says, spoil := range map[string]func(*field.Input, *field.Options){
		"off-road speed":      func(in *field.Input, _ *field.Options) { in.OffRoadMps = 0 },
		"longest straight":    func(in *field.Input, _ *field.Options) { in.CapM = math.NaN() },
		"edge 3 (id 3)":       func(in *field.Input, _ *field.Options) { in.Edges[3].Line = in.Edges[3].Line[:1] },
		"negative time":       func(in *field.Input, _ *field.Options) { in.Edges[2].Ahead = field.Way{OK: true, EndMs: -1} },
		"85°":                 func(in *field.Input, _ *field.Options) { in.Edges[0].Line = orb.LineString{{1, 2}, {math.NaN(), 3}} },
		"wall 0":              func(in *field.Input, _ *field.Options) { in.Walls = orb.MultiLineString{{{0, 99}}} },
		"site 0":              func(in *field.Input, _ *field.Options) { in.Sites = []field.Site{{DirectM: -1}} },
		"limits must rise":    func(_ *field.Input, o *field.Options) { o.Limits = minutes(5, 5) },
		"0 limits":            func(_ *field.Input, o *field.Options) { o.Limits = nil },
		"grid step":           func(_ *field.Input, o *field.Options) { o.Frame.StepM = 0.1 },
		"take a coarser step": func(in *field.Input, o *field.Options) { in.CapM, o.Frame.StepM = 19_000, 1 },
	} {
		in, o := good()
		in.Edges = slices.Clone(in.Edges)
		if says == "take a coarser step" {
			in.OffRoadMps = 90
			in.Walls = nil
		}
		spoil(&in, &o)
		if _, err := field.New(context.Background(), in, o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	in, o := good()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := field.New(ctx, in, o); err == nil {
		t.Error("a cancelled field is made")
	}
}
