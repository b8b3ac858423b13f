package intake_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lawcircle/coverage"
	"lawcircle/data/intake"
)

// The sheet of problems is corrected in Excel and imported again.
func TestCorrectAndImportAgain(t *testing.T) {
	csv := "名称,类型,经度,纬度,区划代码,手机\n" +
		"好所,司法所,89.123456,42.123456,650402102000,\n" +
		"缺坐标所,司法所,,,650402103000,13912345678\n" +
		"=HYPERLINK(1),司法所,0,0,650402104000,\n"
	b := facilities(t, csvSource(csv), intake.Options{CRS: "wgs84"}, nil)
	if b.Quality.Refused != 2 {
		t.Fatalf("refused %d, want 2: %+v", b.Quality.Refused, b.Quality.Problems)
	}
	var out bytes.Buffer
	if err := b.Quality.WriteXLSX(&out); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := file.GetRows("问题清单")
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v: %v", len(rows), err, rows)
	}
	if rows[1][0] != "缺坐标所" || rows[1][4] != "650402103000" || rows[1][6] != "3" || rows[1][7] != "拒绝" {
		t.Errorf("row %q", rows[1])
	}
	if strings.Contains(strings.Join(rows[1], " "), "1391234") {
		t.Errorf("a mobile number is in the sheet: %q", rows[1])
	}
	if formula, _ := file.GetCellFormula("问题清单", "A3"); formula != "" {
		t.Errorf("the cell became a formula %q", formula)
	}
	_ = file.SetCellStr("问题清单", "C2", "89.223456")
	_ = file.SetCellStr("问题清单", "D2", "42.223456")
	out.Reset()
	if err := file.Write(&out); err != nil {
		t.Fatal(err)
	}
	again := facilities(t, intake.BytesSource("问题清单.xlsx", out.Bytes()), intake.Options{CRS: "wgs84"}, apply(&coverage.County{}, b))
	if again.Quality.Accepted != 1 || len(again.Difference.Added) != 1 || again.Hosts[0].Name != "缺坐标所" {
		t.Errorf("again: %+v %+v", again.Quality, again.Hosts)
	}
}

func TestGeometryOfRefusedRowsIsInTheSheet(t *testing.T) {
	json := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"名称":"甲","代码":"x"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}`
	b, err := intake.Areas(context.Background(), intake.BytesSource("a.geojson", []byte(json)), intake.Options{}, nil, intake.CRSReference{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Quality.WriteXLSX(&out); err != nil {
		t.Fatal(err)
	}
	again, err := intake.Areas(context.Background(), intake.BytesSource("a.xlsx", out.Bytes()), intake.Options{CRS: "wgs84"}, nil, intake.CRSReference{})
	if err != nil || again.Quality.Read != 1 || !strings.Contains(problemText(&again.Quality), "代码") {
		t.Errorf("%v %+v", err, again)
	}
}
