package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// exportRun runs a command line and returns its exit status and what it said.
func exportRun(args ...string) (int, string) {
	var out bytes.Buffer
	term := &terminal{in: bufio.NewReader(strings.NewReader("")), out: &out, err: &out}
	return run(context.Background(), args, term), out.String()
}

// TestExportedPlacesComeBack imports what was exported of the demonstration county into a new project, exports it again and compares.
func TestExportedPlacesComeBack(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	must := func(args ...string) {
		t.Helper()
		if status, said := exportRun(args...); status != exitDone {
			t.Fatalf("lawcircle %s: status %d: %s", strings.Join(args, " "), status, said)
		}
	}
	must("demo", "-o", at("demo.gpkg"))
	steps := []struct{ layer, verb string }{{"admin_units", "areas"}, {"settlements", "settlements"}, {"host_sites", "facilities"}, {"service_points", "facilities"}}
	for _, ending := range []string{"csv", "geojson", "gpkg", "shp.zip", "kml"} {
		again := at("again_" + ending + ".gpkg")
		for _, s := range steps {
			file := at(s.layer + "." + ending)
			must("export", s.layer, "-p", at("demo.gpkg"), "-o", file)
			must("import", s.verb, file, "-p", again, "--crs", "wgs84")
		}
		for _, s := range steps {
			must("export", s.layer, "-p", at("demo.gpkg"), "-o", at("want.csv"))
			must("export", s.layer, "-p", again, "-o", at("got.csv"))
			compareTables(t, s.layer+" by "+ending, at("want.csv"), at("got.csv"))
		}
	}
}

// compareTables holds two tables against each other. What an import cannot know stays out: the mark of synthetic data, and from which system
// and how well a host was placed.
func compareTables(t *testing.T, what, wantPath, gotPath string) {
	t.Helper()
	want, got := columnsOfTable(t, wantPath), columnsOfTable(t, gotPath)
	for name, column := range want {
		if name == "data_note" || name == "coord_source" || name == "quality" {
			continue
		}
		if len(column) == 0 || strings.Join(column, "\n") != strings.Join(got[name], "\n") {
			t.Errorf("%s: column %s differs", what, name)
		}
	}
}

func columnsOfTable(t *testing.T, path string) map[string][]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows := readTable(t, content)
	out := map[string][]string{}
	for i, name := range rows[0] {
		for _, row := range rows[1:] {
			out[name] = append(out[name], row[i])
		}
	}
	return out
}

func TestExportRefusesWrongUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.gpkg")
	if status, said := exportRun("demo", "-o", path); status != exitDone {
		t.Fatal(said)
	}
	for _, c := range []struct {
		args   []string
		status int
	}{
		{[]string{"castles", "-o", "x.csv"}, exitUsage}, {[]string{"settlements", "-o", "x.exe"}, exitUsage},
		{[]string{"settlements", "-o", "x.csv", "--crs", "moon"}, exitUsage}, {[]string{"settlements", "-o", "x.shp", "--encoding", "latin1"}, exitUsage},
		{[]string{"advisers", "-o", "x.csv", "--public"}, exitFailed}, {[]string{"offers", "-o", "x.kml"}, exitFailed},
		{[]string{"settlements", "-o", "x.pmtiles", "--crs", "gcj02"}, exitFailed},
	} {
		if status, said := exportRun(append([]string{"export", "-p", path}, c.args...)...); status != c.status {
			t.Errorf("%v: status %d, want %d: %s", c.args, status, c.status, said)
		}
	}
	if _, err := os.Stat("x.csv"); err == nil {
		t.Error("a refused export left a file")
	}
}

func readTable(t *testing.T, content []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("reading a table: %v", err)
	}
	return rows
}
