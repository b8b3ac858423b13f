package road

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// Tobler's function normalised on the flat, at 5 km/h: the values that access models publish.
func TestToblerPublishedValues(t *testing.T) {
	for _, test := range []struct{ gradient, want float64 }{{0, 5}, {0.05, 4.20}, {0.10, 3.52}, {-0.05, 5.96}, {-0.10, 5.00}} {
		if got := 5 * toblerFactor(test.gradient); math.Abs(got-test.want) > 0.005 {
			t.Errorf("at %g: %.3f km/h, want %.2f", test.gradient, got, test.want)
		}
	}
	if got := toblerFactor(10); got != 0.05 {
		t.Errorf("up a wall: factor %g", got)
	}
}

// The bicycle's speed balances its power: put into the published equation, speed and gradient give the power of the flat again.
func TestCyclingBalancesPower(t *testing.T) {
	const flat = 14.0
	power := func(gradient, kmh float64) float64 { // written out once more, in the order of the textbook
		v, slope := kmh/3.6, math.Atan(gradient)
		rolling := 0.012 * 95 * 9.81 * math.Cos(slope)
		climbing := 95 * 9.81 * math.Sin(slope)
		air := 0.5 * 1.225 * 0.445 * v * v
		return (rolling + climbing + air) * v
	}
	for _, gradient := range []float64{-0.08, -0.03, 0, 0.01, 0.03, 0.05} {
		if got := cyclingKmh(gradient, flat); math.Abs(power(gradient, got)-power(0, flat)) > 0.01 {
			t.Errorf("at %g: %.2f km/h takes %.1f W, the flat %.1f", gradient, got, power(gradient, got), power(0, flat))
		}
	}
	// A climb of 5 % costs three quarters of the speed, not a fiftieth of it (as when percent are taken for a hundredth of a percent).
	if got := cyclingKmh(0.05, flat); math.Abs(got-3.6) > 0.15 {
		t.Errorf("up 5 %%: %.2f km/h, published 3.6", got)
	}
	if got := cyclingKmh(0.2, flat); got != pushingKmh {
		t.Errorf("up 20 %%: %.2f km/h, want pushing", got)
	}
	last := math.Inf(1)
	for gradient := -0.3; gradient <= 0.3; gradient += 0.01 {
		if got := cyclingKmh(gradient, flat); got > last+1e-9 {
			t.Errorf("faster on a steeper climb, at %g", gradient)
		} else {
			last = got
		}
	}
}

// hill rises 10 m in every 100 m to the east.
func hill(p orb.Point) (float64, bool) {
	return 0.1 * (p[0] - drawnOrigin[0]) * 81380, true
}

func buildHill(t *testing.T, d *drawing, profile *Profile, elevation func(orb.Point) (float64, bool)) *Graph {
	t.Helper()
	graph, err := Build(context.Background(), d.network, profile, BuildOptions{Elevation: elevation})
	if err != nil {
		t.Fatal(err)
	}
	return graph
}

func TestSlopeOnDrawnMaps(t *testing.T) {
	const line = "a---b---c"
	up, down := int(math.Round(160/toblerFactor(0.1))), int(math.Round(160/toblerFactor(-0.1)))
	walking := "slope: {rule: tobler, max_kmh: 10, step_m: 30}\n"
	for name, test := range map[string]struct {
		tags        map[string]string
		elevation   func(orb.Point) (float64, bool)
		there, back int
	}{
		"a hill":             {nil, hill, up, down},
		"no elevation":       {nil, nil, 160, 160},
		"unknown everywhere": {nil, func(orb.Point) (float64, bool) { return 0, false }, 160, 160},
		"level":              {nil, func(orb.Point) (float64, bool) { return 800, true }, 160, 160},
		// Under a bridge the ground falls away, and the bridge does not.
		"bridge over a gorge": {map[string]string{"ab": "bridge=yes", "bc": "bridge=yes"}, func(p orb.Point) (float64, bool) {
			if at := (p[0] - drawnOrigin[0]) * 81380; at > 20 && at < 140 {
				return -100, true
			}
			return 0, true
		}, 160, 160},
		"a hole in the data": {nil, func(p orb.Point) (float64, bool) {
			height, _ := hill(p)
			at := (p[0] - drawnOrigin[0]) * 81380
			return height, at < 40 || at > 120
		}, up, down},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, line, test.tags)
			graph := buildHill(t, d, plainProfile(t, "foot", walking), test.elevation)
			a, c := d.place('a'), d.place('c')
			if there := graph.seconds(t, a, c); there != test.there {
				t.Errorf("up takes %d s, want %d", there, test.there)
			}
			if back := graph.seconds(t, c, a); back != test.back {
				t.Errorf("down takes %d s, want %d", back, test.back)
			}
		})
	}
	d := draw(t, line, nil)
	bicycle := buildHill(t, d, plainProfile(t, "bicycle", "speeds: {residential: 14.4}\nslope: {rule: cycling, max_kmh: 20, step_m: 20}\n"), hill)
	if up, down := bicycle.seconds(t, d.place('a'), d.place('c')), bicycle.seconds(t, d.place('c'), d.place('a')); up != 192 || down != 29 {
		t.Errorf("by bicycle %d s up and %d s down, want 192 (pushing at 3 km/h) and 29 (at most 20 km/h)", up, down)
	}
}

// Going up a crooked road and down again, the height profile is the same whichever way it is read: contraction and direction do not matter.
func TestSlopeAddsUpOverChains(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 12))
	profile := plainProfile(t, "foot", "slope: {rule: tobler, max_kmh: 10, step_m: 10}\n")
	waves := func(p orb.Point) (float64, bool) { return 20 * math.Sin(p[0]*20000) * math.Cos(p[1]*15000), true }
	way := Way{ID: 1, Tags: Tags{"highway": "footway"}}
	plane := geo.NewPlane(drawnOrigin)
	for i := range 30 {
		way.NodeIDs = append(way.NodeIDs, int64(i+1))
		way.Line = append(way.Line, snapTo7(plane.From(geo.XY{X: float64(i) * 15, Y: random.Float64() * 10})))
	}
	back := Way{ID: 1, Tags: way.Tags}
	for i := len(way.Line) - 1; i >= 0; i-- {
		back.NodeIDs, back.Line = append(back.NodeIDs, way.NodeIDs[i]), append(back.Line, way.Line[i])
	}
	there := buildHill(t, &drawing{network: &Network{Ways: []Way{way}}}, profile, waves)
	reverse := buildHill(t, &drawing{network: &Network{Ways: []Way{back}}}, profile, waves)
	ahead, behind := there.totals(0)
	ahead2, behind2 := reverse.totals(0)
	if math.Abs(float64(ahead-behind2)) > 1 || math.Abs(float64(behind-ahead2)) > 1 || ahead == behind {
		t.Errorf("drawn one way %d and %d ms, the other way %d and %d", ahead, behind, ahead2, behind2)
	}
}
