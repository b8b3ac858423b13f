package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
