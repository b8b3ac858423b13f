package geotiff_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/data/intake/geotiff"
	"lawcircle/internal/testdata"
)

// All files of testdata hold the same picture, written by GDAL: (7x + 13y) mod 251, no data at (3, 4), 37 × 29 pixels of 0.01° from
// 89° E, 42.29° N.
func pictureAt(x, y int) float64 {
	if x == 3 && y == 4 {
		return math.NaN()
	}
	return float64((7*x + 13*y) % 251)
}

func values(t testing.TB, content []byte) (*geotiff.Raster, []float64, error) {
	t.Helper()
	raster, err := geotiff.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, nil, err
	}
	if raster.Width*raster.Height > 1<<22 {
		return raster, nil, errors.New("too big for a test")
	}
	all := make([]float64, raster.Width*raster.Height)
	seen := 0
	err = raster.Blocks(context.Background(), func(b geotiff.Block) error {
		for y := range b.Height {
			copy(all[(b.Y+y)*raster.Width+b.X:], b.Values[y*b.Width:(y+1)*b.Width])
		}
		seen += b.Width * b.Height
		return nil
	})
	if err == nil && seen != len(all) {
		t.Errorf("the blocks hold %d pixels, the image %d", seen, len(all))
	}
	return raster, all, err
}

func TestEveryLayoutHoldsThePicture(t *testing.T) {
	files, err := filepath.Glob("testdata/*.tif")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		raster, got, err := values(t, content)
		if name == "zstd.tif" || name == "float32_big_endian_predictor3.tif" {
			if err == nil || !strings.Contains(err.Error(), "gdal_translate") {
				t.Errorf("%s: %v, want to be told to convert it", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if raster.Width != 37 || raster.Height != 29 || raster.EPSG != 4326 {
			t.Errorf("%s: %d × %d, EPSG:%d", name, raster.Width, raster.Height, raster.EPSG)
		}
		if c := raster.Center(0, 0); math.Abs(c[0]-89.005) > 1e-9 || math.Abs(c[1]-42.285) > 1e-9 {
			t.Errorf("%s: first pixel at %v", name, c)
		}
		rows, err := raster.NewRows()
		if err != nil {
			t.Fatal(err)
		}
		for _, y := range []int{28, 0, 17} {
			row, err := rows.Read(context.Background(), y)
			if err != nil || row[5] != pictureAt(5, y) || row[36] != pictureAt(36, y) {
				t.Errorf("%s: row %d: %v", name, y, err)
			}
		}
		for i, v := range got {
			if want := pictureAt(i%37, i/37); v != want && !(math.IsNaN(v) && math.IsNaN(want)) {
				t.Errorf("%s: pixel (%d, %d) is %v, want %v", name, i%37, i/37, v, want)
				break
			}
		}
	}
}

func TestPixelOfInvertsAt(t *testing.T) {
	content, err := os.ReadFile("testdata/byte_strip_none.tif")
	if err != nil {
		t.Fatal(err)
	}
	raster, _, err := values(t, content)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range [][2]float64{{0, 0}, {5.25, 7.5}, {36.9, 28.1}} {
		if column, row := raster.PixelOf(raster.At(p[0], p[1])); math.Abs(column-p[0])+math.Abs(row-p[1]) > 1e-9 {
			t.Errorf("%v came back as %v, %v", p, column, row)
		}
	}
	if column, row := raster.PixelOf(orb.Point{89, 42}); math.Abs(column) > 1e-9 || math.Abs(row-29) > 1e-9 {
		t.Errorf("the lower left corner is pixel %v, %v", column, row)
	}
}

// The figures are those of gdalinfo -stats.
func TestRealRasters(t *testing.T) {
	for name, want := range map[string]struct {
		width, height int
		x, y          float64
	}{
		"demand/poa_elevation.tif":      {413, 403, -51.254861110999997, -29.997638889000001},
		"demand/pointe-noire-byte.tif":  {107, 102, 11.8228604, -4.7464768},
		"demand/pointe-noire-float.tif": {107, 102, 11.8228604, -4.7464768},
	} {
		content, err := os.ReadFile(testdata.Shared(t, name))
		if err != nil {
			t.Fatal(err)
		}
		raster, got, err := values(t, content)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if raster.Width != want.width || raster.Height != want.height || math.Abs(raster.Affine[0]-want.x) > 1e-9 || math.Abs(raster.Affine[3]-want.y) > 1e-9 {
			t.Errorf("%s: %d × %d at %v", name, raster.Width, raster.Height, raster.Affine)
		}
		for _, v := range got {
			if v < -1e30 {
				t.Errorf("%s: no data was read as %v", name, v)
				break
			}
		}
	}
}

// What a file states is held against the file before memory is taken.
func TestAbsurdFilesAreRefused(t *testing.T) {
	content, err := os.ReadFile("testdata/float32_predictor3.tif")
	if err != nil {
		t.Fatal(err)
	}
	spoil := func(tag byte, value uint32) []byte {
		out := bytes.Clone(content)
		at := int(out[4]) | int(out[5])<<8
		for i := range int(out[at]) {
			entry := out[at+2+12*i:]
			if entry[0] == tag && entry[1] == 1 {
				entry[2], entry[3] = 4, 0 // as LONG
				entry[8], entry[9], entry[10], entry[11] = byte(value), byte(value>>8), byte(value>>16), byte(value>>24)
			}
		}
		return out
	}
	for name, broken := range map[string][]byte{
		"2 billion pixels wide": spoil(0, 2_000_000_000), "no height": spoil(1, 0), "17 bits": spoil(2, 17), "compression 99": spoil(3, 99),
		"strip beyond the end": spoil(17, 1<<30), "cut in half": content[:len(content)/2], "empty": {}, "text": []byte("no picture at all"),
	} {
		if _, _, err := values(t, broken); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzRaster(f *testing.F) {
	files, err := filepath.Glob("testdata/*.tif")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) { _, _, _ = values(t, content) })
}

func TestWriteReadsBack(t *testing.T) {
	var out bytes.Buffer
	grid := geotiff.Grid{West: 89, North: 42.29, Width: 0.01, Height: 0.01, Columns: 37, Rows: 29}
	err := geotiff.Write(&out, grid, func(y int, row []float64) error {
		for x := range row {
			row[x] = pictureAt(x, y)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	raster, got, err := values(t, out.Bytes())
	if err != nil || raster.EPSG != 4326 || raster.Affine != [6]float64{89, 0.01, 0, 42.29, 0, -0.01} {
		t.Fatalf("%v %+v", err, raster)
	}
	for i, v := range got {
		if want := pictureAt(i%37, i/37); v != want && !(math.IsNaN(v) && math.IsNaN(want)) {
			t.Fatalf("pixel %d is %v, want %v", i, v, want)
		}
	}
}
