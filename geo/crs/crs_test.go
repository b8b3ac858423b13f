package crs_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/geo/crs"
	"lawcircle/internal/testdata"
)

func system(t testing.TB, name string) crs.System {
	t.Helper()
	s, err := crs.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func convert(t testing.TB, from, to crs.System, p orb.Point) orb.Point {
	t.Helper()
	transform, err := crs.NewTransform(from, to)
	if err != nil {
		t.Fatal(err)
	}
	q, err := transform(p)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func near(a, b orb.Point, tolerance float64) bool {
	return math.Abs(a[0]-b[0]) <= tolerance && math.Abs(a[1]-b[1]) <= tolerance
}

// testdata/projected.csv was computed with PROJ 9 (pyproj), which projects by the Poder/Engsager series.
func TestProjectedAgainstPROJ(t *testing.T) {
	for _, row := range rows(t, "testdata/projected.csv") {
		s := system(t, "EPSG:"+row[0])
		lonlat, metres := orb.Point{number(t, row[1]), number(t, row[2])}, orb.Point{number(t, row[3]), number(t, row[4])}
		if got := convert(t, crs.WGS84(), s, lonlat); !near(got, metres, 2e-6) {
			t.Errorf("%s of %v: %.6f, PROJ %.6f", s, lonlat, got, metres)
		}
		got := convert(t, s, crs.WGS84(), metres)
		got[0] = lonlat[0] + math.Remainder(got[0]-lonlat[0], 360)
		if !near(got, lonlat, 1e-10) {
			t.Errorf("inverse of %s of %v: %.12f, PROJ %.9f", s, metres, got, lonlat)
		}
	}
}

func rows(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestShiftAgainstPublishedPairs(t *testing.T) {
	for _, row := range rows(t, testdata.Shared(t, "coords/eviltransform_wgs_gcj.csv")) {
		wgs, gcj := orb.Point{number(t, row[2]), number(t, row[1])}, orb.Point{number(t, row[4]), number(t, row[3])}
		if got := convert(t, crs.WGS84(), crs.GCJ02(), wgs); !near(got, gcj, 1e-9) {
			t.Errorf("%s: forward %v, published %v", row[5], got, gcj)
		}
		if got := convert(t, crs.GCJ02(), crs.WGS84(), gcj); !near(got, wgs, 1e-9) {
			t.Errorf("%s: inverse %v, published %v", row[5], got, wgs)
		}
	}
}

func TestShiftOfChineseCities(t *testing.T) {
	raw, err := os.ReadFile(testdata.Shared(t, "coords/gcoord_china_cities_6crs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cities []struct {
		Attrs  struct{ Name string }
		Coords map[string]orb.Point
	}
	if err := json.Unmarshal(raw, &cities); err != nil {
		t.Fatal(err)
	}
	if len(cities) < 100 {
		t.Fatalf("only %d cities", len(cities))
	}
	systems := map[string]crs.System{"WGS84": crs.WGS84(), "GCJ02": crs.GCJ02(), "BD09": crs.BD09(), "EPSG3857": crs.WebMercator()}
	// The table comes from map services, whose shift is steadily 0.5 m off the published formula (0.7 m at most in this table).
	for _, city := range cities {
		for from, a := range systems {
			for to, b := range systems {
				tolerance := 1e-5
				if to == "EPSG3857" {
					tolerance = 1
				}
				if got := convert(t, a, b, city.Coords[from]); !near(got, city.Coords[to], tolerance) {
					t.Errorf("%s %s→%s: %v, published %v", city.Attrs.Name, from, to, got, city.Coords[to])
				}
			}
		}
	}
}

func TestRoundTrips(t *testing.T) {
	names := []string{"cgcs2000", "gcj02", "bd09", "EPSG:3857", "EPSG:4539", "EPSG:4518", "EPSG:4504", "EPSG:4493", "EPSG:32645"}
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(80, 99).Draw(t, "lon"), rapid.Float64Range(18, 53).Draw(t, "lat")}
		from, _ := crs.Parse(rapid.SampledFrom(names).Draw(t, "system"))
		out, err := crs.NewTransform(crs.WGS84(), from)
		if err != nil {
			t.Fatal(err)
		}
		back, _ := crs.NewTransform(from, crs.WGS84())
		q, err := out(p)
		if err != nil {
			t.Fatal(err)
		}
		r, err := back(q)
		if err != nil {
			t.Fatal(err)
		}
		if !near(p, r, 1e-9) {
			t.Fatalf("%v → %v → %v in %s", p, q, r, from)
		}
	})
}

func TestNotShiftedOutsideChina(t *testing.T) {
	for _, p := range []orb.Point{{-51.2, -30}, {72.003, 40}, {137.9, 40}, {100, 0.8}, {100, 55.9}} {
		if got := convert(t, crs.WGS84(), crs.GCJ02(), p); got != p {
			t.Errorf("%v became %v", p, got)
		}
		if got := convert(t, crs.GCJ02(), crs.WGS84(), p); got != p {
			t.Errorf("inverse of %v became %v", p, got)
		}
	}
}

func TestParse(t *testing.T) {
	for name, want := range map[string]string{
		"WGS84": "wgs84", "wgs-84": "wgs84", "EPSG:4326": "wgs84", "epsg:4490": "cgcs2000", "CGCS2000": "cgcs2000", "GCJ-02": "gcj02",
		"bd09": "bd09", "EPSG:4539": "EPSG:4539", "EPSG:32645": "EPSG:32645", "EPSG:3857": "EPSG:3857",
	} {
		s := system(t, name)
		if s.String() != want {
			t.Errorf("Parse(%q) is %s, want %s", name, s, want)
		}
		if again := system(t, s.String()); again != s {
			t.Errorf("%s does not read back", s)
		}
	}
	for _, name := range []string{"", "wgs", "EPSG:", "EPSG:abc", "EPSG:99999", "EPSG:4555000", "EPSG:32600", "EPSG:32661"} {
		if s, err := crs.Parse(name); err == nil {
			t.Errorf("Parse(%q) is %s, want an error", name, s)
		}
	}
	for _, name := range []string{"xian80", "Beijing 54", "EPSG:4610", "EPSG:2343", "EPSG:4214", "EPSG:21415", "EPSG:2410", "EPSG:4568"} {
		if _, err := crs.Parse(name); !errors.Is(err, crs.ErrNeedsLocalParameters) {
			t.Errorf("Parse(%q): %v, want a refusal that names the reason", name, err)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for _, row := range []struct {
		system string
		point  orb.Point
		says   string
	}{
		{"wgs84", orb.Point{42.9, 89.2}, ""},
		{"wgs84", orb.Point{42.9, 99.2}, "swapped"},
		{"gcj02", orb.Point{500000, 4750000}, "projected"},
		{"bd09", orb.Point{math.NaN(), 40}, "finite"},
		{"EPSG:4539", orb.Point{30500000, 4750000}, "zone 30"},
		{"EPSG:4518", orb.Point{500000, 4750000}, "without it"},
		{"EPSG:4539", orb.Point{4750000, 500000}, "swap"},
		{"EPSG:32645", orb.Point{math.Inf(1), 0}, "finite"},
		{"EPSG:3857", orb.Point{3e7, 0}, "square"},
	} {
		transform, err := crs.NewTransform(system(t, row.system), crs.WGS84())
		if err != nil {
			t.Fatal(err)
		}
		_, err = transform(row.point)
		if row.says == "" && err != nil || row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s %v: %v, want it to say %q", row.system, row.point, err, row.says)
		}
	}
	if _, err := crs.NewTransform(crs.System{}, crs.WGS84()); err == nil {
		t.Error("the zero System converts")
	}
	far, _ := crs.NewTransform(crs.WGS84(), system(t, "EPSG:4539"))
	if _, err := far(orb.Point{121, 31}); err == nil || !strings.Contains(err.Error(), "wrong zone") {
		t.Errorf("Shanghai in the zone of Turpan: %v", err)
	}
}

func TestGaussKrugerZones(t *testing.T) {
	for _, row := range []struct {
		lon      float64
		degrees  int
		prefixed bool
		want     int
	}{
		{89.19, 3, false, 4539}, {89.19, 3, true, 4518}, {89.19, 6, false, 4504}, {89.19, 6, true, 4493},
		{73.5, 3, false, 4534}, {136.49, 3, true, 4533}, {137.9, 6, true, 4501}, {88.5, 3, false, 4539}, {88.49, 3, false, 4538},
	} {
		s, err := crs.GaussKruger(row.lon, row.degrees, row.prefixed)
		if err != nil {
			t.Fatal(err)
		}
		if code, ok := s.EPSG(); !ok || code != row.want {
			t.Errorf("zone of %g: %v, want EPSG:%d", row.lon, s, row.want)
		}
		if !s.NorthFirst() || !s.Projected() {
			t.Errorf("%s is defined northing first, in metres", s)
		}
	}
	for _, lon := range []float64{73.4, 136.5, math.NaN(), -90} {
		if s, err := crs.GaussKruger(lon, 3, false); err == nil {
			t.Errorf("longitude %g has zone %s", lon, s)
		}
	}
}

func TestGeometryKeepsItsSource(t *testing.T) {
	transform, _ := crs.NewTransform(crs.WGS84(), crs.GCJ02())
	line := orb.LineString{{89, 42}, {90, 43}}
	got, err := transform.Geometry(line)
	if err != nil {
		t.Fatal(err)
	}
	if line[0] != (orb.Point{89, 42}) || got.(orb.LineString)[0] == line[0] {
		t.Errorf("source %v, converted %v", line, got)
	}
	if _, err := transform.Geometry(orb.LineString{{89, 42}, {900, 43}}); err == nil {
		t.Error("a bad point in a line is no error")
	}
}

func FuzzTransform(f *testing.F) {
	f.Add("EPSG:4539", 500000.0, 4.75e6)
	f.Add("bd09", 89.2, 42.9)
	f.Add("gcj02", 72.004, 0.8293)
	f.Fuzz(func(t *testing.T, name string, x, y float64) {
		s, err := crs.Parse(name)
		if err != nil {
			return
		}
		transform, err := crs.NewTransform(s, crs.WGS84())
		if err != nil {
			t.Fatal(err)
		}
		p, err := transform(orb.Point{x, y})
		if err == nil && !(math.Abs(p[0]) <= 180.01 && math.Abs(p[1]) <= 90.01) {
			t.Fatalf("%s (%g, %g) became %v", s, x, y, p)
		}
	})
}
