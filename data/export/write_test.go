package export_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/coverage"
	"lawcircle/data/export"
	"lawcircle/data/intake"
	"lawcircle/geo/crs"
)

func settlementLayer(list []coverage.Settlement) *export.Layer {
	l := &export.Layer{Name: "settlements", TitleZh: "居民点", TitleEn: "Settlements", GeometryType: "POINT", Columns: []export.Column{
		{Name: "settlement_id", TitleZh: "居民点编号", Type: export.Text}, {Name: "code", TitleZh: "区划代码", Type: export.Text},
		{Name: "name", TitleZh: "名称", Type: export.Text}, {Name: "people", TitleZh: "人口", Type: export.Integer},
		{Name: "elderly", TitleZh: "老年人", Type: export.Integer}}}
	var rows []export.Row
	for _, s := range list {
		row := export.Row{Geometry: s.Point, Values: []any{s.ID, s.Code, s.Name, nil, nil}}
		if s.People.Known {
			row.Values[3] = s.People.Count
		}
		if n, ok := s.Groups[coverage.GroupElderly]; ok {
			row.Values[4] = n
		}
		rows = append(rows, row)
	}
	l.Rows = export.RowsOf(rows)
	return l
}

func areasLayer() *export.Layer {
	outer := orb.Ring{{89, 42.9}, {89.2, 42.9}, {89.2, 43.1}, {89, 43.1}, {89, 42.9}}
	hole := orb.Ring{{89.05, 42.95}, {89.05, 43}, {89.1, 43}, {89.1, 42.95}, {89.05, 42.95}}
	return &export.Layer{Name: "admin_units", TitleZh: "行政区划", TitleEn: "Units", GeometryType: "MULTIPOLYGON",
		Columns: []export.Column{{Name: "code", TitleZh: "区划代码", Type: export.Text}, {Name: "name", TitleZh: "名称", Type: export.Text}},
		Rows:    export.RowsOf([]export.Row{{Geometry: orb.MultiPolygon{{outer, hole}}, Values: []any{"650402000000", "高昌区"}}})}
}

func lineLayer() *export.Layer {
	return &export.Layer{Name: "roads", TitleZh: "道路", TitleEn: "Roads", GeometryType: "LINESTRING",
		Columns: []export.Column{{Name: "way_id", TitleZh: "OSM编号", Type: export.Integer}, {Name: "a_long_name_1", Type: export.Real}, {Name: "a_long_name_2", Type: export.Boolean}},
		Rows: export.RowsOf([]export.Row{{Geometry: orb.LineString{{89, 42}, {89.1, 42.1}}, Values: []any{int64(1), 2.5, true}},
			{Geometry: orb.LineString{{89, 42}, {89.3, 42.1}}, Values: []any{int64(2), nil, nil}}})}
}

func someSettlements() []coverage.Settlement {
	return []coverage.Settlement{
		{ID: "a1", Code: "650402100201", Name: "=1+1村", Point: orb.Point{89.19, 42.95}, People: coverage.KnownPeople(120), Groups: map[coverage.Group]int64{coverage.GroupElderly: 9}},
		{ID: "a2", Code: "650402100202", Name: "联系13812345678的村", Point: orb.Point{89.2, 42.96}},
	}
}

func written(t interface{ Fatal(...any) }, l *export.Layer, format export.Format) []byte {
	var out bytes.Buffer
	if err := export.Write(context.Background(), &out, l, format, export.GB18030); err != nil {
		t.Fatal(format, err)
	}
	return out.Bytes()
}

func TestWriteGivesTheSameBytes(t *testing.T) {
	for format := range export.Formats() {
		for _, make := range []func() *export.Layer{areasLayer, lineLayer, func() *export.Layer { return settlementLayer(someSettlements()) }} {
			if l := make(); !bytes.Equal(written(t, l, format), written(t, make(), format)) {
				t.Errorf("%s of %s differs between two runs", format, l.Name)
			}
		}
	}
}

func TestGDALReadsEveryFormat(t *testing.T) {
	tool, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not installed: GDAL cannot be asked (apt install gdal-bin)")
	}
	for _, name := range []string{"wgs84", "EPSG:4490", "EPSG:4539", "EPSG:4518", "EPSG:32645", "EPSG:3857", "gcj02"} {
		system, err := crs.Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range []*export.Layer{areasLayer(), lineLayer(), settlementLayer(someSettlements())} {
			for format := range export.Formats() {
				if format == "pmtiles" || format == "csv" || format == "xlsx" || system.Projected() && strings.HasPrefix(string(format), "km") {
					continue
				}
				prepared, err := export.Prepare(context.Background(), l, export.Options{System: system, Synthetic: true})
				if err != nil {
					t.Fatal(err)
				}
				checkWithGDAL(t, tool, prepared, format)
			}
		}
	}
}

func checkWithGDAL(t *testing.T, tool string, l *export.Layer, format export.Format) {
	path := filepath.Join(t.TempDir(), l.Name+"."+string(format))
	if err := os.WriteFile(path, written(t, l, format), 0o644); err != nil {
		t.Fatal(err)
	}
	if format == "shp.zip" {
		path = "/vsizip/" + path
	}
	var stderr bytes.Buffer
	command := exec.Command(tool, "-ro", "-al", path)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil || stderr.Len() > 0 {
		t.Errorf("ogrinfo on %s of %s in %s: %v %s", format, l.Name, l.System, err, stderr.String())
	}
	count := 0
	for range l.Rows {
		count++
	}
	if !bytes.Contains(out, fmt.Appendf(nil, "Feature Count: %d", count)) {
		t.Errorf("ogrinfo on %s of %s does not find %d features:\n%s", format, l.Name, count, out)
	}
}

func TestPrepareKeepsSecrets(t *testing.T) {
	l, err := export.Prepare(context.Background(), settlementLayer(someSettlements()),
		export.Options{Public: true, Synthetic: true, Sensitive: map[string]bool{"a1": true}})
	if err != nil {
		t.Fatal(err)
	}
	text := string(written(t, l, "csv"))
	for _, want := range []string{"138****5678", "'=1+1村", "合成演示数据", ",89.19,42.95"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "13812345678") || strings.Contains(text, ",120,9,") {
		t.Errorf("personal or small numbers in\n%s", text)
	}
	if _, err := export.Prepare(context.Background(), &export.Layer{Name: "advisers"}, export.Options{Public: true}); !errors.Is(err, export.ErrNotPublic) {
		t.Errorf("advisers are published: %v", err)
	}
}

func TestPublicPlacesAreCoarse(t *testing.T) {
	list := []coverage.Settlement{{ID: "post", Name: "站", Point: orb.Point{89.19345, 42.95678}}, {ID: "village", Name: "村", Point: orb.Point{89.19345, 42.95678}}}
	l, err := export.Prepare(context.Background(), settlementLayer(list), export.Options{Public: true, Sensitive: map[string]bool{"post": true}})
	if err != nil {
		t.Fatal(err)
	}
	var got []orb.Point
	for row, err := range l.Rows {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row.Geometry.(orb.Point))
	}
	if d := got[0].Lon() - 89.19; d > 1e-9 || d < -1e-9 || got[1] != list[1].Point {
		t.Errorf("places are %v", got)
	}
}

func TestShapefileHeaders(t *testing.T) {
	folder := t.TempDir()
	if _, err := export.Shapefile(folder, lineLayer(), export.GB18030); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"roads.shp", "roads.shx"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := 2 * int(binary.BigEndian.Uint32(content[24:])); got != len(content) {
			t.Errorf("%s states %d bytes and has %d", name, got, len(content))
		}
	}
	table, err := os.ReadFile(filepath.Join(folder, "roads.dbf"))
	if err != nil {
		t.Fatal(err)
	}
	if table[29] != 0x4d || !bytes.Contains(table, []byte("a_long_nam\x00")) || !bytes.Contains(table, []byte("a_long_na2\x00")) {
		t.Errorf("header of the table: % x", table[:128])
	}
	page, err := os.ReadFile(filepath.Join(folder, "roads.cpg"))
	if err != nil || string(page) != "GB18030" {
		t.Errorf("code page %q %v", page, err)
	}
}

// TestRoundTrip exports settlements in every format and imports them again: the same come back.
func TestRoundTrip(t *testing.T) {
	for _, format := range []export.Format{"csv", "xlsx", "geojson", "gpkg", "shp.zip", "kml"} {
		t.Run(string(format), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := drawSettlements(t)
				content := written(t, settlementLayer(want), format)
				batch, err := intake.Settlements(context.Background(), intake.BytesSource("settlements."+string(format), content),
					intake.Options{CRS: "wgs84"}, &coverage.County{}, intake.CRSReference{})
				if err != nil {
					t.Fatal(err)
				}
				compareSettlements(t, want, batch.Settlements)
			})
		})
	}
}

func drawSettlements(t *rapid.T) []coverage.Settlement {
	n := rapid.IntRange(1, 6).Draw(t, "n")
	out := make([]coverage.Settlement, n)
	for i := range out {
		s := coverage.Settlement{ID: fmt.Sprintf("s%03d", i), Code: fmt.Sprintf("6504021002%02d", i+1), Name: rapid.SampledFrom([]string{"葡萄沟", "亚尔村", "木纳尔"}).Draw(t, "name") + "村",
			Point: orb.Point{float64(rapid.IntRange(8800_0000, 9100_0000).Draw(t, "lon")) / 1e6, float64(rapid.IntRange(4200_0000, 4400_0000).Draw(t, "lat")) / 1e6}}
		if rapid.Bool().Draw(t, "counted") {
			s.People = coverage.KnownPeople(rapid.Int64Range(0, 9999).Draw(t, "people"))
			s.Groups = map[coverage.Group]int64{coverage.GroupElderly: rapid.Int64Range(0, s.People.Count).Draw(t, "elderly")}
		}
		out[i] = s
	}
	return out
}

func compareSettlements(t *rapid.T, want, got []coverage.Settlement) {
	slices.SortFunc(got, func(a, b coverage.Settlement) int { return strings.Compare(a.ID, b.ID) })
	if len(got) != len(want) {
		t.Fatalf("%d of %d came back", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.ID != w.ID || g.Code != w.Code || g.Name != w.Name || g.Point != w.Point || g.People != w.People || g.Groups[coverage.GroupElderly] != w.Groups[coverage.GroupElderly] {
			t.Fatalf("got %+v, want %+v", g, w)
		}
	}
}

func TestHandoverHoldsEverything(t *testing.T) {
	layers := []*export.Layer{areasLayer(), lineLayer(), settlementLayer(someSettlements())}
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := export.Handover(context.Background(), out, "示范县", map[string]string{"id": "r1"}, layers); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the handover differs between two runs")
	}
	archive, err := zip.NewReader(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range archive.File {
		if !f.Modified.UTC().Equal(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s is dated %v", f.Name, f.Modified)
		}
		names = append(names, f.Name)
	}
	for _, want := range []string{"读我.txt", "run.json", "layers.gpkg", "geojson/roads.geojson", "styles/roads.qml", "shp_gbk/settlements/settlements.cpg"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s among %v", want, names)
		}
	}
}
