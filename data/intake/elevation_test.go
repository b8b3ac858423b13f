package intake_test

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/data/intake"
	"lawcircle/internal/testdata"
)

func TestElevationOfPortoAlegre(t *testing.T) {
	ctx := context.Background()
	src := open(t, "demand/poa_elevation.tif")
	whole := orb.Bound{Min: orb.Point{-51.26, -30.12}, Max: orb.Point{-51.13, -29.99}}
	content, q, err := intake.Elevation(ctx, src, intake.Options{}, whole)
	if err != nil {
		t.Fatal(err)
	}
	at, err := intake.OpenElevation(ctx, content)
	if err != nil {
		t.Fatal(err)
	}
	part, _, err := intake.Elevation(ctx, src, intake.Options{}, orb.Bound{Min: orb.Point{-51.22, -30.08}, Max: orb.Point{-51.2, -30.06}})
	if err != nil || len(part) >= len(content) {
		t.Fatalf("clipped to %d of %d bytes: %v", len(part), len(content), err)
	}
	clipped, err := intake.OpenElevation(ctx, part)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []orb.Point{{-51.21, -30.07}, {-51.2199, -30.0799}, {-51.2031, -30.0612}} {
		a, ok := at(p)
		b, okClipped := clipped(p)
		if !ok || !okClipped || math.Abs(a-b) > 1e-6 || a < -20 || a > 400 {
			t.Errorf("%v: %v %v, clipped %v %v", p, a, ok, b, okClipped)
		}
	}
	if _, ok := at(orb.Point{0, 0}); ok {
		t.Error("there is an elevation far outside")
	}
	if _, _, err := intake.Elevation(ctx, src, intake.Options{}, orb.Bound{Min: orb.Point{89, 42}, Max: orb.Point{90, 43}}); err == nil {
		t.Error("a raster of another continent is taken")
	}
	t.Logf("%d cells, %d without a value, %d bytes", q.Read, q.Refused, len(content))
}

// The same land through a projected raster differs by the resampling only.
func TestProjectedElevation(t *testing.T) {
	warp, err := exec.LookPath("gdalwarp")
	if err != nil {
		t.Skip("gdalwarp (GDAL) is not installed")
	}
	path := filepath.Join(t.TempDir(), "utm.tif")
	if out, err := exec.Command(warp, "-q", "-t_srs", "EPSG:32722", "-ot", "Float32", "-r", "bilinear", testdata.Shared(t, "demand/poa_elevation.tif"), path).CombinedOutput(); err != nil {
		t.Skipf("%v %s", err, out)
	}
	utm, closer, err := intake.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	ctx := context.Background()
	within := orb.Bound{Min: orb.Point{-51.22, -30.08}, Max: orb.Point{-51.18, -30.04}}
	var samplers []func(orb.Point) (float64, bool)
	for _, src := range []intake.Source{utm, open(t, "demand/poa_elevation.tif")} {
		content, _, err := intake.Elevation(ctx, src, intake.Options{}, within)
		if err != nil {
			t.Fatal(err)
		}
		at, err := intake.OpenElevation(ctx, content)
		if err != nil {
			t.Fatal(err)
		}
		samplers = append(samplers, at)
	}
	sum, n := 0.0, 0.0
	for lon := -51.219; lon < -51.181; lon += 0.0013 {
		for lat := -30.079; lat < -30.041; lat += 0.0013 {
			a, okA := samplers[0](orb.Point{lon, lat})
			b, okB := samplers[1](orb.Point{lon, lat})
			if !okA || !okB {
				t.Fatalf("no elevation at %v, %v", lon, lat)
			}
			sum += math.Abs(a - b)
			n++
		}
	}
	if mean := sum / n; mean > 2 {
		t.Errorf("the two differ by %.2f m on average", mean)
	}
}
