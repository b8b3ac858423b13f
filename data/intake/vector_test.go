package intake_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/geo"
	"lawcircle/internal/testdata"
)

// The same points as shapefile, KML and GeoPackage give the same hosts.
func TestRealVectorFiles(t *testing.T) {
	var first []coverage.Host
	for _, name := range []string{"gis/goat_upload/valid_point_valid.zip", "gis/goat_upload/valid_point_valid.kml", "gis/goat_upload/valid_point_valid.gpkg"} {
		b := facilities(t, open(t, name), intake.Options{}, nil)
		if b.Quality.CRS.CRS != "wgs84" || b.Quality.Refused != 0 || len(b.Hosts) == 0 {
			t.Errorf("%s: %+v", name, b.Quality)
		}
		if first == nil {
			first = b.Hosts
		}
		if len(b.Hosts) != len(first) {
			t.Fatalf("%s: %d hosts, want %d", name, len(b.Hosts), len(first))
		}
		for i, h := range b.Hosts {
			if h.ID != first[i].ID || geo.Distance(h.Point, first[i].Point) > 0.01 {
				t.Errorf("%s: host %+v, want %+v", name, h, first[i])
				break
			}
		}
	}
}

func TestLayersMustBeNamed(t *testing.T) {
	src := open(t, "gis/gpkg/nga_java_example.gpkg")
	_, err := intake.Preview(context.Background(), "settlements", src, intake.Options{}, nil, intake.CRSReference{})
	if err == nil || !strings.Contains(err.Error(), "--layer") || !strings.Contains(err.Error(), "point1") {
		t.Errorf("got %v", err)
	}
	b, err := intake.Settlements(context.Background(), src, intake.Options{Layer: "point1", CRS: "wgs84"}, nil, intake.CRSReference{})
	if err != nil || len(b.Settlements) == 0 {
		t.Fatalf("%v", err)
	}
	content, err := os.ReadFile(testdata.Shared(t, "gis/gpkg/nga_java_example.gpkg"))
	if err != nil {
		t.Fatal(err)
	}
	held, err := intake.Settlements(context.Background(), intake.BytesSource("x.gpkg", content), intake.Options{Layer: "point1"}, nil, intake.CRSReference{})
	if err != nil || len(held.Settlements) != len(b.Settlements) {
		t.Errorf("from memory: %v", err)
	}
}

// What ogr2ogr writes of the Turpan boundaries in other formats, encodings and coordinate systems comes back the same.
func TestBoundariesThroughOtherPrograms(t *testing.T) {
	ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr (GDAL) is not installed")
	}
	source := testdata.Shared(t, "turpan/admin_wgs84/turpan_counties_ctamap2021_wgs84.geojson")
	want := unitOf(t, areas(t, "turpan/admin_wgs84/turpan_counties_ctamap2021_wgs84.geojson", intake.Options{}, nil), "650402000000")
	for name, arguments := range map[string][]string{
		"gbk.shp":     {"-lco", "ENCODING=GBK"},
		"utf8.shp":    {"-lco", "ENCODING=UTF-8"},
		"gk.shp":      {"-t_srs", "EPSG:4539", "-lco", "ENCODING=UTF-8"},
		"zone.shp":    {"-t_srs", "EPSG:4518", "-lco", "ENCODING=GBK"},
		"utm.gpkg":    {"-t_srs", "EPSG:32645"},
		"gk.gpkg":     {"-t_srs", "EPSG:4539"},
		"cgcs.gpkg":   {"-t_srs", "EPSG:4490"},
		"out.kml":     {"-dsco", "NameField=NAME"},
		"old.geojson": {"-t_srs", "EPSG:3857", "-lco", "RFC7946=NO"},
		"table.xlsx":  {"-lco", "GEOMETRY=AS_WKT"},
	} {
		path := filepath.Join(t.TempDir(), name)
		command := exec.Command(ogr, append(arguments, path, source)...)
		if out, err := command.CombinedOutput(); err != nil {
			t.Logf("%s: this GDAL cannot write it: %v %s", name, err, out)
			continue
		}
		src, closer, err := intake.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer closer.Close()
		b, err := intake.Areas(context.Background(), src, intake.Options{English: true}, nil, intake.CRSReference{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(b.Units) != 3 {
			t.Errorf("%s: %d units: %v", name, len(b.Units), b.Quality.Problems)
			continue
		}
		got := unitOf(t, b, "650402000000")
		if got.Name != "高昌区" {
			t.Errorf("%s: name %q", name, got.Name)
		}
		if name == "table.xlsx" {
			continue // GDAL leaves the geometry out of some versions
		}
		if ratio := geo.MultiArea(got.Geometry) / geo.MultiArea(want.Geometry); math.Abs(ratio-1) > 1e-6 {
			t.Errorf("%s: area is %.9f of the original in %s", name, ratio, b.Quality.CRS.CRS)
		}
	}
}

func TestOldChineseSystemsAreRefused(t *testing.T) {
	ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr (GDAL) is not installed")
	}
	path := filepath.Join(t.TempDir(), "xian.shp")
	if out, err := exec.Command(ogr, "-t_srs", "EPSG:2379", path, testdata.Shared(t, "turpan/admin_wgs84/turpan_counties_ctamap2021_wgs84.geojson")).CombinedOutput(); err != nil {
		t.Skipf("%v %s", err, out)
	}
	src, closer, err := intake.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closer.Close()
	if _, err := intake.Areas(context.Background(), src, intake.Options{}, nil, intake.CRSReference{}); err == nil || !strings.Contains(err.Error(), "Xian") {
		t.Errorf("got %v", err)
	}
}

// Every file of the two collections is read or refused, and valid ones are read.
func TestGeoJSONCollections(t *testing.T) {
	root := filepath.Dir(testdata.Shared(t, "gis/geojsonhint/good/good-polygon.geojson"))
	check := func(pattern string, valid bool) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s", pattern)
		}
		for _, file := range files {
			src, closer, err := intake.OpenFile(file)
			if err != nil {
				t.Fatal(err)
			}
			seen, err := intake.Preview(context.Background(), "settlements", src, intake.Options{}, nil, intake.CRSReference{})
			closer.Close()
			if valid && err != nil {
				t.Errorf("%s is refused: %v", filepath.Base(file), err)
			}
			if valid && err == nil && seen.Format != "geojson" {
				t.Errorf("%s is taken for %s", filepath.Base(file), seen.Format)
			}
		}
	}
	check(filepath.Join(root, "*.geojson"), true)
	check(filepath.Join(root, "..", "bad", "*.geojson"), false)
	check(filepath.Join(root, "..", "..", "geojson_invalid", "valid", "*.geojson"), true)
	check(filepath.Join(root, "..", "..", "geojson_invalid", "invalid_*", "*.geojson"), false)
	check(filepath.Join(root, "..", "..", "geojson_invalid", "problematic_*", "*.geojson"), false)
}

// A geometry that is broken refuses its row, with the reason; it is never a place at latitude zero.
func TestBrokenGeometry(t *testing.T) {
	for name, geometry := range map[string]string{
		"one number": `{"type":"Point","coordinates":[89.1]}`, "text": `{"type":"Point","coordinates":["89.1","42.9"]}`, "null": `{"type":"Point","coordinates":[null,null]}`,
		"too deep": `{"type":"Point","coordinates":[[89.1,42.9]]}`, "too shallow": `{"type":"Polygon","coordinates":[[89,42],[90,42],[90,43],[89,42]]}`,
		"no type": `{"coordinates":[89,42]}`, "line": `{"type":"LineString","coordinates":[[89,42],[90,43]]}`, "two places": `{"type":"Polygon","coordinates":[[[89,42],[90,42],[89,42]]]}`,
	} {
		json := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"a","id":"1"},"geometry":` + geometry + `}]}`
		b, err := intake.Settlements(context.Background(), intake.BytesSource("a.geojson", []byte(json)), intake.Options{}, nil, intake.CRSReference{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if b.Quality.Refused != 1 || len(b.Settlements) != 0 {
			t.Errorf("%s: accepted as %v", name, b.Settlements)
		}
	}
	json := `{"type":"Feature","properties":{"name":"a"},"geometry":{"type":"Polygon","coordinates":[[[89,42],[89.2,42],[89.2,42.2],[89,42.2]]]}}`
	b, err := intake.Settlements(context.Background(), intake.BytesSource("a.geojson", []byte(json)), intake.Options{English: true}, nil, intake.CRSReference{})
	if err != nil || b.Quality.Repaired != 1 || geo.Distance(b.Settlements[0].Point, orb.Point{89.1, 42.1}) > 10 {
		t.Errorf("an open ring: %v %+v", err, b)
	}
}

func TestApplyAndUndo(t *testing.T) {
	ctx := context.Background()
	project, err := data.Open(ctx, filepath.Join(t.TempDir(), "p.gpkg"), data.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer project.Close()
	step := func(b *intake.Batch, what string) *coverage.County {
		t.Helper()
		if _, err := intake.Apply(ctx, project, b, what, ""); err != nil {
			t.Fatal(err)
		}
		county, err := project.County(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return county
	}
	county := step(areas(t, "turpan/admin_gcj02/650400_full.json", intake.Options{CRS: "gcj02"}, nil), "区划")
	county = step(areas(t, "turpan/villages/turpan_villages_2009-2023_history.csv", intake.Options{}, county), "历年区划")
	if len(county.CodeChanges) == 0 || len(county.Units) < 600 {
		t.Errorf("%d units, %d changes of code", len(county.Units), len(county.CodeChanges))
	}
	towns, err := intake.Settlements(ctx, open(t, "turpan/towns/turpan_township_centers_amap_gcj02.csv"), intake.Options{}, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	county = step(towns, "乡镇中心")
	csv := "名称,类型,经度,纬度,状态,手机,服务事项\n甲所,司法所,89.123456,42.923456,建成,13912345678 13812345678,咨询、调解、咨询\n"
	b := facilities(t, csvSource(csv), intake.Options{CRS: "wgs84"}, county)
	after := step(b, "站点")
	if len(after.Hosts) != 1 || len(after.Points) != 1 || len(after.Offers) != 2 || after.Hosts[0].Code != "650402000000" {
		t.Errorf("hosts %+v points %+v offers %+v", after.Hosts, after.Points, after.Offers)
	}
	restricted, err := project.Restricted(ctx, "test", "test")
	if err != nil || len(restricted) != 1 || !strings.Contains(restricted[0].Value, "13912345678") {
		t.Errorf("restricted %+v %v", restricted, err)
	}
	// What was stored differs in nothing from what is imported again.
	for name, again := range map[string]intake.Difference{
		"facilities": facilities(t, csvSource(csv), intake.Options{CRS: "wgs84"}, after).Difference,
		"areas":      areas(t, "turpan/admin_gcj02/650400_full.json", intake.Options{CRS: "gcj02"}, after).Difference,
	} {
		if len(again.Added)+len(again.Changed) != 0 {
			t.Errorf("%s imported again: %+v %+v", name, again.Added, again.Changed)
		}
	}
	changes, err := project.Changes(ctx, data.KindImport, 1)
	if err != nil || len(changes) != 1 {
		t.Fatalf("%v %v", changes, err)
	}
	if _, err := project.Undo(ctx, changes[0].ID, "test"); err != nil {
		t.Fatal(err)
	}
	if county, err := project.County(ctx); err != nil || len(county.Hosts) != 0 || len(county.Settlements) != len(towns.Settlements) {
		t.Errorf("after undo: %v", err)
	}
}

func TestMappingsAreKept(t *testing.T) {
	ctx := context.Background()
	project, err := data.Open(ctx, filepath.Join(t.TempDir(), "p.gpkg"), data.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer project.Close()
	if err := intake.SaveMapping(ctx, project, "警务站台账", map[string]string{"甲列": "name"}); err != nil {
		t.Fatal(err)
	}
	columns, err := intake.LoadMapping(ctx, project, "警务站台账")
	if err != nil || columns["甲列"] != "name" {
		t.Errorf("%v %v", columns, err)
	}
	if _, err := intake.LoadMapping(ctx, project, "另一个"); err == nil || !strings.Contains(err.Error(), "警务站台账") {
		t.Errorf("got %v", err)
	}
	if err := intake.SaveMapping(ctx, project, "../x", nil); err == nil {
		t.Error("a path is taken for a name")
	}
}

func TestHostileArchives(t *testing.T) {
	bomb := zipOf(t, map[string][]byte{"a.shp": bytes.Repeat([]byte{0}, 100<<20)})
	climb := zipOf(t, map[string][]byte{"../../a.shp": {1}, "../../a.dbf": {1}})
	for name, content := range map[string][]byte{"bomb": bomb, "path": climb} {
		if _, err := intake.Areas(context.Background(), intake.BytesSource("a.zip", content), intake.Options{}, nil, intake.CRSReference{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := intake.Areas(context.Background(), intake.BytesSource("a.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")), intake.Options{}, nil, intake.CRSReference{}); err == nil || !strings.Contains(err.Error(), "xlsx") {
		t.Errorf("old Excel: %v", err)
	}
}

// A sheet may claim any number of rows and columns with a single cell at its far end.
func TestSparseWorkbook(t *testing.T) {
	src := workbook(t, [][]any{{"名称", "经度", "纬度"}, {"甲", 89.123456, 42.123456}}, func(f *excelize.File) {
		_ = f.SetCellStr("Sheet1", "A1048576", "x")
		_ = f.SetCellStr("Sheet1", "XFD3", "y")
	})
	b, err := intake.Facilities(context.Background(), src, intake.Options{CRS: "wgs84"}, nil, intake.CRSReference{})
	if err == nil {
		accounted(t, &b.Quality)
		if len(b.Hosts) != 1 {
			t.Errorf("%d hosts", len(b.Hosts))
		}
	} else if !strings.Contains(err.Error(), "列") {
		t.Errorf("%v", err)
	}
}
