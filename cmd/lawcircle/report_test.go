package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestReport(t *testing.T) {
	project := demonstration(t)
	dir := filepath.Join(t.TempDir(), "out")
	must(t, "report", "-p", project, "--unit", "659901100000", "--lang", "en", "-o", dir)
	for _, name := range []string{"report.html", "run.json", "README.txt", "style.qml", "geojson/settlements.geojson", "layers.gpkg", "shp_gbk/access.shp.zip"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	run := object(t, must(t, "coverage", "-p", project, "--keep", "--json"))["run"].(map[string]any)["id"].(string)
	page := filepath.Join(t.TempDir(), "r.html")
	must(t, "report", "-p", project, "--run", run, "-o", page)
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), run) {
		t.Errorf("the page of run %s does not name it (%v)", run, err)
	}
	if status, _, errText := command(t, "report", "-p", project, "-o", "x.pdf"); status != exitUsage || !strings.Contains(errText, ".html") {
		t.Errorf("an unknown format: status %d, %s", status, errText)
	}
	if status, _, _ := command(t, "report", "-p", project, "--unit", "999", "-o", page); status != exitFailed {
		t.Errorf("an unknown unit: status %d", status)
	}
}

// A scenario's report must not pass for the present state, on any page or sheet, nor its points for built ones in past years.
func TestReportOfAScenarioSaysSo(t *testing.T) {
	project := demonstration(t)
	dir := t.TempDir()
	edits, page, book := filepath.Join(dir, "edits.json"), filepath.Join(dir, "r.html"), filepath.Join(dir, "r.xlsx")
	if err := os.WriteFile(edits, []byte(`[{"op":"add_point","point_id":"x1","lon":91.1,"lat":41.5,"year":2020},{"op":"add_point","point_id":"x2","lon":91.2,"lat":41.5}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "scenario", "add", "ten", "-p", project, "--name", "十个新点", "--edits", edits)
	must(t, "report", "-p", project, "--scenario", "ten", "-o", page)
	must(t, "report", "-p", project, "--scenario", "ten", "-o", book)
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"方案“十个新点”（编号 ten）：未建成的点计入，不是现状", "图1　方案覆盖（方案“十个新点”（编号 ten），未建成的点计入）", "考核指标完成情况（方案“十个新点”",
		"<li>按方案“十个新点”（编号 ten）（未建成的点计入）：", "图5　逐年覆盖（方案“十个新点”"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page of a scenario does not say %q", want)
		}
	}
	if !strings.Contains(string(text), "各年覆盖人口之和") || !strings.Contains(string(text), "候选为尚无服务点的便民警务站") {
		t.Error("the page does not say that its bound is a sum over years, or that posts are its candidates")
	}
	if strings.Contains(string(text), "现状覆盖") {
		t.Error("the page of a scenario speaks of coverage today")
	}
	counted := func(args ...string) float64 {
		return object(t, must(t, append([]string{"coverage", "-p", project, "--json"}, args...)...))["points_counted"].(float64)
	}
	for day, added := range map[string]float64{"2017-12-31": 0, "2018-12-31": 0, "2019-12-31": 1, "2020-12-31": 2} {
		if got := counted("--as-of", day, "--scenario", "ten") - counted("--as-of", day); got != added {
			t.Errorf("at the end of %s the scenario has %v points more, want %v", day, got, added)
		}
	}
	checkScenarioBook(t, book)
}

func checkScenarioBook(t *testing.T, path string) {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, sheet := range []string{"封面", "汇总", "乡镇", "考核指标", "服务点台账"} {
		rows, err := book.GetRows(sheet)
		if err != nil || len(rows) < 2 || !strings.Contains(rows[0][0]+rows[1][0], "方案“十个新点”（编号 ten）") {
			t.Errorf("sheet %s does not name the scenario: %v, %v", sheet, rows[:min(2, len(rows))], err)
		}
		for _, row := range rows {
			if sheet == "服务点台账" && row[0] == "x1" && !slices.Contains(row, "规划") {
				t.Errorf("the ledger has an unbuilt point as %v", row)
			}
		}
	}
}
