package shape_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/geo/shape"
)

// star is a polygon around a centre with random radii: valid, with many spikes.
func star(t *rapid.T, name string) orb.MultiPolygon {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, name), 1))
	n := 3 + random.IntN(40)
	centre := orb.Point{89 + random.Float64()/10, 42 + random.Float64()/10}
	var ring orb.Ring
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		radius := 0.1 * (0.3 + 0.7*random.Float64())
		ring = append(ring, orb.Point{centre[0] + radius*cos, centre[1] + radius*sin})
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

// scribble is a random ring on a small lattice: it crosses itself, overlaps itself, has spikes and repeated points.
func scribble(t *rapid.T, name string) orb.Ring {
	var ring orb.Ring
	for range rapid.IntRange(3, 12).Draw(t, name) {
		ring = append(ring, orb.Point{float64(rapid.IntRange(0, 5).Draw(t, name)), float64(rapid.IntRange(0, 5).Draw(t, name))})
	}
	return append(ring, ring[0])
}

func mustValid(t rapid.TB, what string, m orb.MultiPolygon) {
	if err := shape.Validate(m); err != nil {
		t.Fatalf("%s is not valid: %v\n%v", what, err, m)
	}
	for _, p := range m {
		for i, ring := range p {
			if want := orb.CCW; (ring.Orientation() == want) != (i == 0) {
				t.Fatalf("%s: ring %d winds the wrong way", what, i)
			}
		}
	}
}

func TestOperationsAgreeWithPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := star(t, "a"), star(t, "b")
		union, err1 := shape.Union(a, b)
		both, err2 := shape.Intersection(a, b)
		only, err3 := shape.Difference(a, b)
		box := orb.Bound{Min: orb.Point{89, 42}, Max: orb.Point{89.07, 42.03}}
		clip, err4 := shape.Clip(a, box)
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil {
				t.Fatal(err)
			}
		}
		mustValid(t, "union", union)
		mustValid(t, "intersection", both)
		mustValid(t, "difference", only)
		mustValid(t, "clip", clip)
		random := rand.New(rand.NewPCG(7, 7))
		for range 200 {
			p := orb.Point{88.9 + 0.3*random.Float64(), 41.9 + 0.3*random.Float64()}
			inA, inB := shape.Contains(a, p), shape.Contains(b, p)
			if shape.Contains(union, p) != (inA || inB) || shape.Contains(both, p) != (inA && inB) ||
				shape.Contains(only, p) != (inA && !inB) || shape.Contains(clip, p) != (inA && box.Contains(p)) {
				t.Fatalf("%v: in a %v, in b %v", p, inA, inB)
			}
		}
	})
}

func keepsOddWinding(t rapid.TB, ring orb.Ring) {
	fixed, err := shape.MakeValid(orb.MultiPolygon{{ring}})
	if err != nil {
		t.Fatal(err)
	}
	mustValid(t, "repaired ring", fixed)
	random := rand.New(rand.NewPCG(3, 3))
	for range 100 {
		p := orb.Point{5 * random.Float64(), 5 * random.Float64()}
		if shape.Contains(fixed, p) != shape.Contains(orb.MultiPolygon{{ring}}, p) {
			t.Fatalf("%v changed sides: %v became %v", p, ring, fixed)
		}
	}
}

// Rings that go out and back along one line leave slivers one bit wide where crossings are rounded differently.
func TestRepairOfSpikes(t *testing.T) {
	for _, ring := range []orb.Ring{
		{{0, 0}, {0, 2}, {0, 1}, {2, 2}, {0, 3}, {0, 0}, {1, 5}, {0, 0}, {0, 0}, {0, 2}, {0, 0}},
		{{0, 5}, {0, 0}, {3, 0}, {2, 4}, {0, 5}, {4, 0}, {0, 5}},
	} {
		keepsOddWinding(t, ring)
	}
}

func TestRepairKeepsOddWinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ring := scribble(t, "ring")
		keepsOddWinding(t, ring)
		union, err := shape.Union(orb.MultiPolygon{{ring}}, orb.MultiPolygon{{scribble(t, "other")}})
		if err != nil {
			t.Fatal(err)
		}
		mustValid(t, "union of scribbles", union)
	})
}

func TestRepair(t *testing.T) {
	square := orb.Ring{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}
	inner := orb.Ring{{1, 1}, {2, 1}, {2, 2}, {1, 2}, {1, 1}}
	for _, row := range []struct {
		name     string
		area     orb.MultiPolygon
		polygons int
		rings    int // of all polygons
		size     float64
	}{
		{"nothing", nil, 0, 0, 0},
		{"valid, wound the wrong way", orb.MultiPolygon{{{{0, 0}, {0, 4}, {4, 4}, {4, 0}, {0, 0}}}}, 1, 1, 16},
		{"open ring", orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 4}, {0, 4}}}}, 1, 1, 16},
		{"bow tie", orb.MultiPolygon{{{{0, 0}, {4, 4}, {4, 0}, {0, 4}, {0, 0}}}}, 2, 2, 8},
		{"spike", orb.MultiPolygon{{{{0, 0}, {4, 0}, {9, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}}}, 1, 1, 16},
		{"line", orb.MultiPolygon{{{{0, 0}, {4, 0}, {0, 0}}}}, 0, 0, 0},
		{"hole by a bridge", orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}, {1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}, {0, 0}}}}, 1, 2, 15},
		{"hole outside", orb.MultiPolygon{{square, {{9, 9}, {10, 9}, {10, 10}, {9, 10}, {9, 9}}}}, 1, 1, 16},
		{"hole twice", orb.MultiPolygon{{square, inner, inner}}, 1, 2, 15},
		{"same polygon twice", orb.MultiPolygon{{square}, {square}}, 1, 1, 16},
		{"island in the hole of another", orb.MultiPolygon{{square, {{1, 1}, {3, 1}, {3, 3}, {1, 3}, {1, 1}}}, {inner}}, 1, 2, 13},
	} {
		fixed, err := shape.MakeValid(row.area)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		rings, size := 0, 0.0
		for _, p := range fixed {
			rings += len(p)
			for _, ring := range p {
				size += flatArea(ring)
			}
		}
		if len(fixed) != row.polygons || rings != row.rings || math.Abs(size-row.size) > 1e-12 || shape.Validate(fixed) != nil {
			t.Errorf("%s: %d polygons, %d rings, area %g: %v", row.name, len(fixed), rings, size, fixed)
		}
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		if got, err := shape.MakeValid(orb.MultiPolygon{{{{0, 0}, {1, bad}, {1, 1}, {0, 0}}}}); err == nil {
			t.Errorf("a point at %g became %v", bad, got)
		}
	}
}

func flatArea(ring orb.Ring) float64 {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		sum += ring[i-1][0]*ring[i][1] - ring[i][0]*ring[i-1][1]
	}
	return sum / 2
}

func TestPointOnSurfaceIsInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := star(t, "a")
		p, err := shape.PointOnSurface(a)
		if err != nil || !shape.Contains(a, p) {
			t.Fatalf("%v (%v) is not inside %v", p, err, a)
		}
	})
	if _, err := shape.PointOnSurface(nil); err == nil {
		t.Error("nothing has a point inside")
	}
}

// wobblyMap is a partition of a square into n×n units with winding common borders.
func wobblyMap(n int, seed uint64) []orb.MultiPolygon {
	random := rand.New(rand.NewPCG(seed, 2))
	const steps = 20
	corner := func(i, j int) orb.Point { return orb.Point{float64(i), float64(j)} }
	borders := map[[4]int][]orb.Point{}
	border := func(i, j, k, l int) []orb.Point {
		if line, ok := borders[[4]int{i, j, k, l}]; ok {
			return line
		}
		a, b := corner(i, j), corner(k, l)
		line := []orb.Point{a}
		for s := 1; s < steps; s++ {
			share := float64(s) / steps
			off := 0.8 * share * (1 - share) * (random.Float64() - 0.5)
			line = append(line, orb.Point{a[0] + share*(b[0]-a[0]) + off*(b[1]-a[1]), a[1] + share*(b[1]-a[1]) + off*(b[0]-a[0])})
		}
		borders[[4]int{i, j, k, l}] = append(line, b)
		return borders[[4]int{i, j, k, l}]
	}
	var units []orb.MultiPolygon
	for i := range n {
		for j := range n {
			var ring orb.Ring
			ring = append(ring, border(i, j, i+1, j)...)
			ring = append(ring, border(i+1, j, i+1, j+1)[1:]...)
			top, left := border(i, j+1, i+1, j+1), border(i, j, i, j+1)
			for s := steps - 1; s >= 0; s-- {
				ring = append(ring, top[s])
			}
			for s := steps - 1; s >= 0; s-- {
				ring = append(ring, left[s])
			}
			units = append(units, orb.MultiPolygon{{ring}})
		}
	}
	return units
}

func TestSimplifyKeepsThePartition(t *testing.T) {
	for seed := range uint64(20) {
		units := wobblyMap(4, seed)
		simple, err := shape.Simplify(units, 0.08)
		if err != nil {
			t.Fatal(err)
		}
		before, after, size := 0, 0, 0.0
		for i, m := range simple {
			if err := shape.Validate(m); err != nil {
				t.Fatalf("seed %d, unit %d: %v", seed, i, err)
			}
			before += len(units[i][0][0])
			after += len(m[0][0])
			size += flatArea(m[0][0])
		}
		union, err := shape.Union(simple...)
		if err != nil {
			t.Fatal(err)
		}
		if after > before/2 || len(union) != 1 || len(union[0]) != 1 || math.Abs(flatArea(union[0][0])-size) > 1e-9 {
			t.Errorf("seed %d: %d points became %d; %d polygons, gaps or overlaps of %g", seed, before, after, len(union), flatArea(union[0][0])-size)
		}
	}
}

func TestSimplifyMovesNoBorderFarAndRefusesNonsense(t *testing.T) {
	unit := wobblyMap(1, 9)
	simple, err := shape.Simplify(unit, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	outer := simple[0][0][0]
	for _, p := range unit[0][0][0] {
		nearest := math.Inf(1)
		for i := 1; i < len(outer); i++ {
			for s := 0.0; s <= 1; s += 1.0 / 256 {
				nearest = math.Min(nearest, math.Hypot(outer[i-1][0]+s*(outer[i][0]-outer[i-1][0])-p[0], outer[i-1][1]+s*(outer[i][1]-outer[i-1][1])-p[1]))
			}
		}
		if nearest > 0.051 {
			t.Errorf("%v is now %g away", p, nearest)
		}
	}
	for _, tolerance := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := shape.Simplify(unit, tolerance); err == nil {
			t.Errorf("tolerance %g is accepted", tolerance)
		}
	}
	tiny, err := shape.Simplify(unit, 100)
	if err != nil || len(tiny[0]) != 1 || len(tiny[0][0][0]) < 4 {
		t.Errorf("a unit smaller than the tolerance vanished: %v %v", tiny, err)
	}
}

func TestEveryPointOfAPartitionIsInOneUnit(t *testing.T) {
	units := wobblyMap(3, 4)
	count := func(p orb.Point) (n int) {
		for _, m := range units {
			if shape.Contains(m, p) {
				n++
			}
		}
		return n
	}
	for i, m := range units {
		for _, p := range m[0][0] {
			inner := p[0] > 0.3 && p[0] < 2.7 && p[1] > 0.3 && p[1] < 2.7
			if inner && count(p) != 1 {
				t.Errorf("border point %v of unit %d is in %d units", p, i, count(p))
			}
		}
	}
}

func FuzzMakeValid(f *testing.F) {
	f.Add([]byte{0, 0, 4, 4, 4, 0, 0, 4})
	f.Add([]byte{0, 0, 9, 0, 9, 9, 3, 0, 0, 9})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 400 {
			return
		}
		var ring orb.Ring
		for len(raw) >= 4 {
			ring = append(ring, orb.Point{float64(int16(binary.LittleEndian.Uint16(raw))) / 64, float64(int16(binary.LittleEndian.Uint16(raw[2:]))) / 64})
			raw = raw[4:]
		}
		if len(ring) == 0 {
			return
		}
		fixed, err := shape.MakeValid(orb.MultiPolygon{{ring}})
		if err != nil {
			t.Fatal(err)
		}
		if err := shape.Validate(fixed); err != nil {
			t.Fatalf("%v became %v: %v", ring, fixed, err)
		}
	})
}
