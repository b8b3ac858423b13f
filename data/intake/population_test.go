package intake_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data/intake"
	"lawcircle/data/intake/geotiff"
	"lawcircle/geo/shape"
	"lawcircle/internal/testdata"
)

func square(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

// A county of two townships beside each other, one of which has a village with a boundary inside.
func threeUnits() *coverage.County {
	return &coverage.County{Units: []coverage.Unit{
		{Code: "650402000000", Level: coverage.LevelCounty, Geometry: square(89, 42, 89.8, 42.6)},
		{Code: "650402100000", Level: coverage.LevelTownship, Geometry: square(89, 42, 89.4, 42.6)},
		{Code: "650402100200", Level: coverage.LevelVillage, Geometry: square(89.1, 42.1, 89.2, 42.2)},
		{Code: "650402101000", Level: coverage.LevelTownship, Geometry: square(89.4, 42, 89.8, 42.6)},
	}}
}

var testGrid = geotiff.Grid{West: 88.95, North: 42.65, Width: 0.007, Height: 0.007, Columns: 130, Rows: 100}

// randomPeople writes a raster of fractional people, a third of the cells empty, some without data, and returns the exact sums by the
// deepest unit of the cell's centre, "" for outside.
func randomPeople(t testing.TB, seed uint64, county *coverage.County) (intake.Source, map[string]float64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	sums := map[string]float64{}
	var out bytes.Buffer
	err := geotiff.Write(&out, testGrid, func(y int, row []float64) error {
		for x := range row {
			switch v := random.Float64(); {
			case v < 0.33:
				row[x] = 0
			case v < 0.36:
				row[x] = math.NaN()
			default:
				row[x] = float64(float32(random.ExpFloat64()))
				place := orb.Point{testGrid.West + (float64(x)+0.5)*testGrid.Width, testGrid.North - (float64(y)+0.5)*testGrid.Height}
				code, level := "", coverage.LevelUnknown
				for _, u := range county.Units {
					if u.Level > level && shape.Contains(u.Geometry, place) {
						code, level = u.Code, u.Level
					}
				}
				sums[code] += row[x]
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return intake.BytesSource("people.tif", out.Bytes()), sums
}

// Every person exactly once: the sum of every unit and of all is that of the raster to the person, however many cells are allowed.
func TestPopulationKeepsEveryPersonOnce(t *testing.T) {
	for seed := range uint64(8) {
		county := threeUnits()
		src, exact := randomPeople(t, seed, county)
		for _, maxCells := range []int{0, 2000, 50, 1} {
			b, err := intake.Population(context.Background(), src, intake.Options{MaxCells: maxCells}, county, intake.CRSReference{})
			if err != nil {
				t.Fatal(err)
			}
			accounted(t, &b.Quality)
			got := map[string]int64{}
			total, exactTotal := int64(0), 0.0
			for _, s := range b.Settlements {
				got[s.Code] += s.People.Count
				total += s.People.Count
				if s.People.Count <= 0 {
					t.Errorf("seed %d: cell %s has %d people", seed, s.ID, s.People.Count)
				}
			}
			for code, sum := range exact {
				if code == "" {
					continue
				}
				exactTotal += sum
				if math.Abs(float64(got[code])-sum) > 1 {
					t.Errorf("seed %d, at most %d cells: %s has %d people, the raster %.3f", seed, maxCells, code, got[code], sum)
				}
			}
			if math.Abs(float64(total)-exactTotal) > 0.5+1e-6 || got[""] != 0 {
				t.Errorf("seed %d: %d people, the raster has %.3f; %d outside", seed, total, exactTotal, got[""])
			}
			if outside, _ := b.Quality.Count("people_outside"); math.Abs(float64(outside)-exact[""]) > 0.5+1e-6 {
				t.Errorf("seed %d: %d people outside, the raster has %.3f", seed, outside, exact[""])
			}
		}
	}
}

func TestPopulationAddedToSettlements(t *testing.T) {
	county := threeUnits()
	random := rand.New(rand.NewPCG(7, 7))
	for i := range 40 {
		county.Settlements = append(county.Settlements, coverage.Settlement{ID: string(rune('A'+i%26)) + string(rune('a'+i/26)),
			Point: orb.Point{89 + 0.8*random.Float64(), 42 + 0.6*random.Float64()}, People: coverage.KnownPeople(999)})
	}
	src, exact := randomPeople(t, 3, county)
	if _, err := intake.Population(context.Background(), src, intake.Options{}, county, intake.CRSReference{}); err == nil {
		t.Error("cells beside settlements with people would count people twice, yet they are taken")
	}
	b, err := intake.Population(context.Background(), src, intake.Options{As: intake.AsSettlements}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	total, want := int64(0), 0.0
	for _, s := range b.Settlements {
		total += s.People.Count
		if s.People.Count == 999 {
			t.Errorf("%s kept its old number", s.ID)
		}
	}
	for code, sum := range exact {
		if code != "" {
			want += sum
		}
	}
	if math.Abs(float64(total)-want) > 0.5+1e-6 {
		t.Errorf("%d people, the raster has %.3f", total, want)
	}
	replaced, err := intake.Population(context.Background(), src, intake.Options{Replace: true}, county, intake.CRSReference{})
	if err == nil && (len(replaced.Difference.Removed) != len(replaced.RemoveSettlements) || len(replaced.Difference.Absent) != 0) {
		t.Errorf("%d removed and %d absent, want %d removed", len(replaced.Difference.Removed), len(replaced.Difference.Absent), len(replaced.RemoveSettlements))
	}
	if err != nil || len(replaced.RemoveSettlements) != 40 {
		t.Errorf("replaced %d settlements: %v", len(replaced.RemoveSettlements), err)
	}
}

func TestPopulationAgain(t *testing.T) {
	county := threeUnits()
	src, _ := randomPeople(t, 1, county)
	first, err := intake.Population(context.Background(), src, intake.Options{MaxCells: 500}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	county = apply(county, first)
	again, err := intake.Population(context.Background(), src, intake.Options{MaxCells: 500}, county, intake.CRSReference{})
	if err != nil || len(again.Difference.Added)+len(again.Difference.Changed)+len(again.RemoveSettlements) != 0 {
		t.Errorf("%v %+v", err, again.Difference)
	}
	finer, err := intake.Population(context.Background(), src, intake.Options{}, county, intake.CRSReference{})
	if err != nil || len(finer.RemoveSettlements) != len(first.Settlements) {
		t.Errorf("finer cells replace %d of %d: %v", len(finer.RemoveSettlements), len(first.Settlements), err)
	}
}

// The sum is that of the pixels themselves.
func TestRealPopulation(t *testing.T) {
	for _, name := range []string{"demand/pointe-noire-byte.tif", "demand/pointe-noire-float.tif"} {
		content, err := os.ReadFile(testdata.Shared(t, name))
		if err != nil {
			t.Fatal(err)
		}
		raster, err := geotiff.Open(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		err = raster.Blocks(context.Background(), func(b geotiff.Block) error {
			for _, v := range b.Values {
				if v > 0 {
					sum += v
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b, err := intake.Population(context.Background(), open(t, name), intake.Options{}, nil, intake.CRSReference{})
		if err != nil {
			t.Fatal(err)
		}
		people, _ := b.Quality.Count("people")
		if math.Abs(float64(people)-sum) > 0.5+1e-6 || people == 0 {
			t.Errorf("%s: %d people, the raster has %.3f", name, people, sum)
		}
		t.Logf("%s: %d people in %d cells", name, people, len(b.Settlements))
	}
}
