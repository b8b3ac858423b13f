package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A project without roads says so wherever it gives figures.
func TestWithoutRoadsEveryAnswerSaysSo(t *testing.T) {
	dir := t.TempDir()
	project, page := filepath.Join(dir, "n.gpkg"), filepath.Join(dir, "n.html")
	must(t, "demo", "-o", filepath.Join(dir, "demo.gpkg"), "--files", filepath.Join(dir, "files"))
	must(t, "import", "settlements", filepath.Join(dir, "files", "settlements.csv"), "-p", project, "--crs", "wgs84")
	must(t, "import", "facilities", filepath.Join(dir, "files", "facilities.xlsx"), "-p", project, "--crs", "gcj02")
	status, out, errs := command(t, "coverage", "-p", project, "--json")
	totals := object(t, out)["totals"].(map[string]any)
	if status != exitDone || object(t, out)["no_roads"] != true || !strings.Contains(errs, "no roads imported") {
		t.Errorf("coverage: status %d, %s", status, errs)
	}
	if totals["settlements_uncovered"] != 0.0 || totals["settlements_covered"] == 0.0 || totals["settlements_unknown"] == 0.0 {
		t.Errorf("without roads: %v", totals)
	}
	if found := must(t, "check", "-p", project); !strings.Contains(found, "尚未导入道路") {
		t.Errorf("check does not miss the roads:\n%s", found)
	}
	must(t, "report", "-p", project, "-o", page)
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), `<div class="banner">尚未导入道路`) || strings.Contains(string(text), "OpenStreetMap 道路") {
		t.Errorf("the report does not say that there are no roads (%v)", err)
	}
}
