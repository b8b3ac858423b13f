package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"lawcircle/coverage"
	"lawcircle/data/intake"
)

// A kind, tier, level or status that is not in the vocabulary never makes a service point.
func TestUnknownKindsAreCandidates(t *testing.T) {
	for _, test := range []struct {
		header, row, kind string
		points            int
		host              coverage.HostKind
		tier              coverage.Tier
		unknown           int64
	}{
		{"类型", "post office", "", 0, coverage.HostOther, "", 1},
		{"类型", "乱写", "", 0, coverage.HostOther, "", 1},
		{"类型", "library", "律师事务所", 0, coverage.HostOther, "", 1},
		{"类型", "", "律师事务所", 1, coverage.HostLawFirm, coverage.TierOther, 0},
		{"类型,层级", "乱写,工作室", "", 1, coverage.HostOther, coverage.TierStudio, 1},
		{"类型,专职", "乱写,1", "", 1, coverage.HostOther, coverage.TierOther, 1},
		{"类型,建成时间", "乱写,2020", "", 1, coverage.HostOther, coverage.TierOther, 1},
		{"类型,层级", "乱写,乱写", "", 0, coverage.HostOther, "", 1},
		{"类型,状态", "乱写,乱写", "", 0, coverage.HostOther, "", 1},
		{"类型,服务方式", "乱写,乱写", "", 0, coverage.HostOther, "", 1},
		{"类型,建成时间", "乱写,从前", "", 0, coverage.HostOther, "", 1},
		{"类型,层级", "便民警务站,乱写", "", 0, coverage.HostPolicePost, "", 0},
		{"类型,状态", "便民警务站,乱写", "", 0, coverage.HostPolicePost, "", 0},
	} {
		b := facilities(t, csvSource("名称,经度,纬度,"+test.header+"\n甲,89.123456,42.123456,"+test.row+"\n"), intake.Options{CRS: "wgs84", Kind: test.kind}, nil)
		if len(b.Hosts) != 1 || b.Hosts[0].Kind != test.host || len(b.Points) != test.points || test.points > 0 && (b.Points[0].Tier != test.tier || b.Points[0].HostID != b.Hosts[0].ID) {
			t.Errorf("%s=%s --kind %q: hosts %+v, points %+v", test.header, test.row, test.kind, b.Hosts, b.Points)
		}
		if n, _ := b.Quality.Count("kinds_unknown"); n != test.unknown {
			t.Errorf("%s=%s: %d unknown kinds, want %d", test.header, test.row, n, test.unknown)
		}
		candidate := strings.Contains(problemText(&b.Quality), "不在词表中 → 作为候选场所，不计为服务点")
		if candidate != (test.unknown == 1 && test.points == 0) {
			t.Errorf("%s=%s: %s", test.header, test.row, problemText(&b.Quality))
		}
	}
}

func TestNamesakes(t *testing.T) {
	for _, test := range []struct {
		name, csv         string
		accepted, refused int
		remark            string
	}{
		{"near", "名称,类型,经度,纬度\n甲,律师事务所,89.123456,42.123456\n甲,律师事务所,89.124456,42.123456\n", 1, 1, "且在同一处"},
		{"apart", "名称,类型,经度,纬度\n甲,律师事务所,89.123456,42.123456\n甲,律师事务所,89.223456,42.123456\n", 2, 0, "而不在一处"},
		{"third near the second", "名称,类型,经度,纬度\n甲,律师事务所,89.123456,42.123456\n甲,律师事务所,89.223456,42.123456\n甲,律师事务所,89.223556,42.123456\n", 2, 1, "与第 3 行重复"},
		{"near, own ids", "osm_id,名称,类型,经度,纬度\n7,甲,律师事务所,89.123456,42.123456\n8,甲,律师事务所,89.123556,42.123456\n", 2, 0, ""},
		{"apart, one id", "@id,名称,类型,经度,纬度\nnode/7,甲,律师事务所,89.123456,42.123456\nnode/7,甲,律师事务所,89.223456,42.123456\n", 1, 1, "node/7"},
		{"without place", "名称,类型,经度,纬度\n车,流动法律服务,,\n车,流动法律服务,,\n", 1, 1, "重复"},
	} {
		b := facilities(t, csvSource(test.csv), intake.Options{CRS: "wgs84"}, nil)
		if b.Quality.Accepted != test.accepted || b.Quality.Refused != test.refused || len(b.Points) != test.accepted || !strings.Contains(problemText(&b.Quality), test.remark) {
			t.Errorf("%s: accepted %d, refused %d, %d points: %s", test.name, b.Quality.Accepted, b.Quality.Refused, len(b.Points), problemText(&b.Quality))
		}
		for _, again := range []string{test.csv, reversed(test.csv)} {
			d := facilities(t, csvSource(again), intake.Options{CRS: "wgs84"}, apply(&coverage.County{}, b)).Difference
			if test.refused == 0 && len(d.Added)+len(d.Changed)+len(d.Absent) > 0 {
				t.Errorf("%s: imported again in another order: %+v", test.name, d)
			}
		}
	}
	json := `{"type":"FeatureCollection","features":[%s,%s]}`
	feature := func(id int) string {
		return fmt.Sprintf(`{"type":"Feature","id":%d,"properties":{"name":"甲","kind":"司法所"},"geometry":{"type":"Point","coordinates":[89.123456,42.123456]}}`, id)
	}
	b := facilities(t, intake.BytesSource("a.geojson", []byte(fmt.Sprintf(json, feature(1), feature(2)))), intake.Options{}, nil)
	if len(b.Hosts) != 2 || b.Hosts[0].ID != "1" || b.Hosts[1].ID != "2" {
		t.Errorf("feature ids: %+v", b.Hosts)
	}
}

// reversed turns the rows below the header around.
func reversed(csv string) string {
	lines := strings.Split(strings.TrimSpace(csv), "\n")
	out := lines[:1:1]
	for i := len(lines) - 1; i > 0; i-- {
		out = append(out, lines[i])
	}
	return strings.Join(out, "\n") + "\n"
}

func TestNothingAbsentIsRemoved(t *testing.T) {
	first := facilities(t, csvSource("编号,名称,类型,经度,纬度\n1,甲,律师事务所,89.123456,42.123456\n2,乙,律师事务所,89.223456,42.123456\n"), intake.Options{CRS: "wgs84"}, nil)
	b := facilities(t, csvSource("编号,名称,类型,经度,纬度\n1,甲,律师事务所,89.123456,42.123456\n"), intake.Options{CRS: "wgs84"}, apply(&coverage.County{}, first))
	absent, _ := b.Quality.Count("absent")
	if _, has := b.Quality.Count("removed"); absent != 2 || has || len(b.Difference.Removed) != 0 {
		t.Errorf("absent %d, %+v", absent, b.Difference)
	}
	var out bytes.Buffer
	if err := b.Quality.WriteXLSX(&out); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := file.GetRows("汇总")
	if text := fmt.Sprint(rows); !strings.Contains(text, "[文件中没有、项目中保留 2]") {
		t.Errorf("summary %s", text)
	}
}

func settlements(t *testing.T, src intake.Source, options intake.Options, county *coverage.County) *intake.Batch {
	t.Helper()
	b, err := intake.Settlements(context.Background(), src, options, county, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, &b.Quality)
	return b
}

func TestNamelessSettlementsAreRemarked(t *testing.T) {
	b := settlements(t, csvSource("名称,人口,经度,纬度\n甲,1,89.123456,42.123456\n,2,89.223456,42.123456\n"), intake.Options{CRS: "wgs84"}, nil)
	if p := b.Quality.Problems; len(p) != 1 || p[0].Row != 3 || p[0].Problem != "没有名称" || b.Quality.Accepted != 2 {
		t.Errorf("%+v", b.Quality)
	}
}

func TestLayersThatAreNotThere(t *testing.T) {
	list := csvSource("名称,经度,纬度\n甲,89.123456,42.123456\n")
	book := workbook(t, [][]any{{"名称", "经度", "纬度"}, {"甲", 89.123456, 42.123456}}, nil)
	shp, dbf := shapefileOf()
	for name, test := range map[string]struct {
		src     intake.Source
		options intake.Options
		want    string
	}{
		"layer of csv":   {list, intake.Options{Layer: "x"}, "--layer"},
		"sheet of csv":   {list, intake.Options{Sheet: "x"}, "--sheet"},
		"layer of xlsx":  {book, intake.Options{Layer: "Sheet1"}, "--sheet"},
		"no such sheet":  {book, intake.Options{Sheet: "x"}, "Sheet1"},
		"no such layer":  {intake.BytesSource("a.gpkg", geoPackageOf(t)), intake.Options{Layer: "x"}, "p"},
		"sheet of gpkg":  {intake.BytesSource("a.gpkg", geoPackageOf(t)), intake.Options{Sheet: "p"}, "--sheet"},
		"layer of shape": {intake.BytesSource("a.zip", zipOf(t, map[string][]byte{"a.shp": shp, "a.dbf": dbf})), intake.Options{Layer: "x"}, "有：a"},
	} {
		test.options.CRS = "wgs84"
		if _, err := intake.Settlements(context.Background(), test.src, test.options, nil, intake.CRSReference{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The project's own places speak against a coordinate system that was told wrongly.
func TestToldCRSIsDoubted(t *testing.T) {
	csv := "名称,经度,纬度\n"
	for i, name := range []string{"甲", "乙", "丙", "丁", "戊"} {
		csv += fmt.Sprintf("%s,89.%d23456,42.123456\n", name, i)
	}
	county := apply(&coverage.County{}, settlements(t, csvSource(csv), intake.Options{CRS: "wgs84"}, nil))
	for system, doubted := range map[string]bool{"wgs84": false, "cgcs2000": false, "gcj02": true, "bd09": true} {
		b := settlements(t, csvSource(csv), intake.Options{CRS: system}, county)
		said := ""
		for _, p := range b.Quality.Problems {
			if p.Row == 0 {
				said += p.Problem
			}
		}
		if b.Quality.Accepted != 5 || b.Quality.CRS.CRS != system || strings.Contains(said, "更像 wgs84") != doubted || doubted != strings.Contains(said, "距同名地点 0 米") {
			t.Errorf("told %s: %q, %+v", system, said, b.Quality.CRS)
		}
	}
	b, err := intake.Settlements(context.Background(), csvSource(csv), intake.Options{CRS: "bd09"}, nil, intake.RoadReference([]orb.LineString{{{89, 42.123456}, {90, 42.123456}}}))
	if err != nil || !strings.Contains(problemText(&b.Quality), "距道路") {
		t.Errorf("roads: %v %s", err, problemText(&b.Quality))
	}
}

// A workbook stores 89.120000 as 89.12: only text tells how many decimals were meant.
func TestNumbersOfWorkbooksKeepNoZeros(t *testing.T) {
	rows := func(lon, lat any) [][]any {
		return [][]any{{"编号", "名称", "人口", "经度", "纬度"}, {"s1", "甲", 5, lon, lat}}
	}
	county := &coverage.County{Settlements: []coverage.Settlement{{ID: "s1", Name: "甲", Point: orb.Point{89.12, 42.1}, People: coverage.KnownPeople(5)}}}
	if b := settlements(t, workbook(t, rows(89.12, 42.1), nil), intake.Options{CRS: "wgs84"}, county); b.Difference.Unchanged != 1 || len(b.Quality.Problems) != 0 {
		t.Errorf("numbers: %+v %+v", b.Difference, b.Quality.Problems)
	}
	if b := settlements(t, workbook(t, rows("89.12", "42.1"), nil), intake.Options{CRS: "wgs84"}, county); b.Settlements[0].Quality != "doubtful" {
		t.Errorf("text: %+v", b.Settlements[0])
	}
	county.Settlements[0].Quality = "unit_centre"
	if b := settlements(t, workbook(t, rows(89.12, 42.1), nil), intake.Options{CRS: "wgs84"}, county); b.Difference.Unchanged != 1 {
		t.Errorf("a place at the centre of its unit came back as surveyed: %+v", b.Settlements[0])
	}
}

// A text that is not in its vocabulary does not overwrite what the project knows.
func TestUnknownWordsOverwriteNothing(t *testing.T) {
	list := "编号,名称,类型,经度,纬度,层级,服务方式,状态\n1,甲,律师事务所,89.123456,42.123456,"
	county := apply(&coverage.County{}, facilities(t, csvSource(list+"工作室,值守,规划\n"), intake.Options{CRS: "wgs84"}, nil))
	b := facilities(t, csvSource(list+"乱写,乱写,乱写\n"), intake.Options{CRS: "wgs84"}, county)
	if len(b.Difference.Changed) != 0 || b.Points[0].Tier != coverage.TierStudio || b.Points[0].Status != coverage.StatusPlanned || len(b.Quality.Problems) != 3 {
		t.Errorf("%+v %+v", b.Points, b.Quality.Problems)
	}
}

func TestPremisesOfOneNameApart(t *testing.T) {
	list := "名称,层级,依托单位,经度,纬度\n一,工作室,村委会,89.123456,42.123456\n二,工作室,村委会,89.223456,42.123456\n三,工作室,村委会,89.123456,42.123456\n"
	b := facilities(t, csvSource(list), intake.Options{CRS: "wgs84"}, nil)
	hosts := map[string]string{}
	for _, p := range b.Points {
		hosts[p.Name] = p.HostID
	}
	if len(b.Hosts) != 2 || hosts["一"] == hosts["二"] || hosts["一"] != hosts["三"] {
		t.Errorf("hosts %+v of points %v", b.Hosts, hosts)
	}
	if d := facilities(t, csvSource(reversed(list)), intake.Options{CRS: "wgs84"}, apply(&coverage.County{}, b)).Difference; len(d.Added)+len(d.Changed) > 0 {
		t.Errorf("imported again: %+v", d)
	}
}
