package raster_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/geo"
	"lawcircle/geo/raster"
	"lawcircle/geo/shape"
)

func star(random *rand.Rand) orb.MultiPolygon {
	n := 3 + random.IntN(30)
	x, y := 89+random.Float64(), 42+random.Float64()
	var ring orb.Ring
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		radius := 0.6 * (0.3 + 0.7*random.Float64())
		ring = append(ring, orb.Point{x + radius*cos, y + radius*sin})
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

// Every cell must be given to the first area that contains its centre, asked point by point.
func TestZonesAgreeWithPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		g := raster.Grid{West: 88.7, North: 43.3, Width: 0.01 + 0.05*random.Float64(), Height: 0.01 + 0.05*random.Float64(), Columns: 1 + random.IntN(40), Rows: 1 + random.IntN(40)}
		var areas []orb.MultiPolygon
		for range random.IntN(5) {
			areas = append(areas, star(random))
		}
		// A square whose borders run through cell centres.
		areas = append(areas, orb.MultiPolygon{orb.Bound{Min: g.Centre(3, 9), Max: g.Centre(8, 2)}.ToPolygon()})
		rows := 0
		err := raster.Zones(context.Background(), g, areas, func(row int, zone []int32) error {
			rows++
			for column, got := range zone {
				want := int32(raster.Outside)
				for k := len(areas) - 1; k >= 0; k-- {
					if shape.Contains(areas[k], g.Centre(column, row)) {
						want = int32(k)
					}
				}
				if got != want {
					t.Fatalf("cell %d, %d is in %d, want %d", column, row, got, want)
				}
			}
			return nil
		})
		if err != nil || rows != g.Rows {
			t.Fatalf("%d rows, %v", rows, err)
		}
	})
}

func TestSumsKeepTheTotal(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	g := raster.Grid{West: 88, North: 44, Width: 0.01, Height: 0.01, Columns: 300, Rows: 300}
	// A partition of the whole: two halves along a zigzag, and a hole filled by a third.
	zigzag := orb.Ring{{88, 44}, {88, 41}, {89.5, 41}, {89.4, 42}, {89.7, 43}, {89.5, 44}, {88, 44}}
	rest := orb.Ring{{91, 44}, {89.5, 44}, {89.7, 43}, {89.4, 42}, {89.5, 41}, {91, 41}, {91, 44}}
	hole := orb.Ring{{90, 42.005}, {90.505, 42.5}, {90, 43}, {90, 42.005}}
	areas := []orb.MultiPolygon{{{zigzag}}, {{rest, hole}}, {{hole}}}
	total, cells, missing := 0.0, 0, 0
	sums, outside, err := raster.Sums(context.Background(), g, areas, func(_ int, out []float64) error {
		for i := range out {
			out[i] = float64(random.IntN(1000))
			if random.IntN(10) == 0 {
				out[i] = math.NaN()
				missing++
				continue
			}
			total += out[i]
			cells++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sums {
		if s.Cells == 0 {
			t.Error("an area without cells")
		}
		total, cells, missing = total-s.Total, cells-s.Cells, missing-s.Missing
	}
	if total != 0 || cells != 0 || missing != 0 || outside != (raster.Sum{}) {
		t.Errorf("lost: %g people, %d cells, %d without value; outside %+v", total, cells, missing, outside)
	}
}

func TestErrors(t *testing.T) {
	good := raster.Grid{Width: 1, Height: 1, Columns: 2, Rows: 2}
	nothing := func(int, []int32) error { return nil }
	for name, spoil := range map[string]func(*raster.Grid){
		"finite": func(g *raster.Grid) { g.West = math.NaN() }, "more than zero": func(g *raster.Grid) { g.Height = -1 },
		"at least one": func(g *raster.Grid) { g.Rows = 0 }, "at most": func(g *raster.Grid) { g.Columns, g.Rows = 1<<30, 1<<30 },
	} {
		g := good
		spoil(&g)
		if err := raster.Zones(context.Background(), g, nil, nothing); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%+v: %v, want it to say %q", g, err, name)
		}
	}
	broken := errors.New("broken file")
	if _, _, err := raster.Sums(context.Background(), good, nil, func(int, []float64) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("a reading error became %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := raster.Zones(ctx, good, nil, nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestCellsAndCentres(t *testing.T) {
	g := raster.Grid{West: 88, North: 44, Width: 0.5, Height: 0.25, Columns: 4, Rows: 8}
	for row := range g.Rows {
		for column := range g.Columns {
			if i, j, ok := g.Cell(g.Centre(column, row)); !ok || i != column || j != row {
				t.Errorf("the centre of %d, %d lies in %d, %d", column, row, i, j)
			}
		}
	}
	for _, p := range []orb.Point{{87.99, 43}, {90, 43}, {89, 44.01}, {89, 42}, {math.NaN(), 43}} {
		if i, j, ok := g.Cell(p); ok {
			t.Errorf("%v lies in %d, %d", p, i, j)
		}
	}
	if b := g.Bound(); b.Min != (orb.Point{88, 42}) || b.Max != (orb.Point{90, 44}) {
		t.Errorf("bound %v", b)
	}
}

func TestAtLeastOfACone(t *testing.T) {
	r, err := raster.New(raster.Grid{West: -50, North: 50, Width: 1, Height: 1, Columns: 100, Rows: 100})
	if err != nil {
		t.Fatal(err)
	}
	for row := range r.Rows {
		for column := range r.Columns {
			if column < 98 {
				r.Values[row*r.Columns+column] = 40 - math.Hypot(r.X(column), r.Y(row)) // a cone of height 40
			}
		}
	}
	var before orb.MultiPolygon
	for _, level := range []float64{5, 10, 20, 30} {
		area, err := r.AtLeast(level)
		if err != nil || len(area) != 1 || len(area[0]) != 1 || shape.Validate(area) != nil {
			t.Fatalf("level %g: %v %v", level, area, err)
		}
		for _, p := range area[0][0] {
			if radius := math.Hypot(p[0], p[1]); math.Abs(radius-(40-level)) > 0.02 {
				t.Errorf("level %g: %v is %g from the middle", level, p, radius)
			}
		}
		if before != nil {
			if rest, err := shape.Difference(area, before); err != nil || geo.MultiArea(rest) > 0 {
				t.Errorf("level %g is not inside the one before (%v)", level, err)
			}
		}
		before = area
	}
	if v, ok := r.At(99, 0); ok {
		t.Errorf("a missing cell has %g", v)
	}
	if v, ok := r.AtPoint(orb.Point{0.5, 0.5}); !ok || math.Abs(v-(40-math.Hypot(0.5, 0.5))) > 1e-12 {
		t.Errorf("the value in the middle is %g %v", v, ok)
	}
}

func BenchmarkSums(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	var areas []orb.MultiPolygon
	for range 200 {
		areas = append(areas, star(random))
	}
	g := raster.Grid{West: 88, North: 44, Width: 0.001, Height: 0.001, Columns: 3000, Rows: 2333}
	for b.Loop() {
		if _, _, err := raster.Sums(context.Background(), g, areas, func(int, []float64) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
