package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lawcircle/data"
	"lawcircle/data/intake"
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

// TestExportedTablesComeBack imports every attribute table as it was exported: nothing changes, and nothing is refused.
func TestExportedTablesComeBack(t *testing.T) {
	project := demonstration(t)
	for _, table := range data.RowTables() {
		for _, ending := range []string{"csv", "xlsx"} {
			file := filepath.Join(t.TempDir(), table.Name+"."+ending)
			must(t, "export", table.Name, "-p", project, "-o", file)
			status, said := exportRun("import", table.Name, file, "-p", project, "--crs", "wgs84", "--json")
			var quality intake.Quality
			if err := json.Unmarshal([]byte(said), &quality); err != nil || status != exitDone {
				t.Fatalf("%s: %d %s", table.Name, status, said)
			}
			unchanged, _ := quality.Count("unchanged")
			if quality.Refused != 0 || quality.Read == 0 || unchanged != int64(quality.Read) {
				t.Errorf("%s as %s: %d of %d rows unchanged, %d refused: %+v", table.Name, ending, unchanged, quality.Read, quality.Refused, quality.Problems)
			}
		}
	}
}

// TestRowsAreSetAndDeleted changes rows from the command line.
func TestRowsAreSetAndDeleted(t *testing.T) {
	project := demonstration(t)
	for _, test := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"target", "set", "target_id=studio_rate-2019", "value=85%"}, exitDone, "studio_rate-2019"},
		{[]string{"target", "set", "target_id=new", "indicator=满意度", "unit_level=3", "year=2020", "op=>=", "value=0.9", "条款=七"}, exitDone, "new"},
		{[]string{"target", "set", "target_id=half"}, exitUsage, "indicator"},
		{[]string{"target", "set", "target_id=half", "nonsense=1"}, exitUsage, "nonsense"},
		{[]string{"target", "list"}, exitDone, "0.85"},
		{[]string{"target", "delete", "new"}, exitDone, "1"},
		{[]string{"target", "delete", "new"}, exitFailed, "not found"},
		{[]string{"measure", "set", "indicator=满意度", "unit=659901000000", "date=2019-12", "num=470", "den=500"}, exitDone, "satisfaction"},
		{[]string{"measure", "set", "indicator=满意度", "unit=659999000000", "value=0.9"}, exitUsage, "659999000000"},
		{[]string{"measure", "set", "indicator=满意度", "unit=659901000000"}, exitUsage, "value"},
		{[]string{"measure", "set", "indicator=满意度", "unit=659901000000", "num=600", "den=500"}, exitUsage, "分子要在 0 到分母之间"},
		{[]string{"measure", "set", "indicator=满意度", "unit=659901000000", "value=250%"}, exitUsage, "数值在 0 到 1 之间"},
		{[]string{"target", "set", "target_id=t9", "indicator=nonsense", "unit_level=3", "year=2020", "op=>=", "value=1"}, exitUsage, "不是规划指标"},
		{[]string{"measure", "set", "indicator=案均天数", "unit=659901000000", "value=20"}, exitDone, "案均天数"},
		{[]string{"target", "set", "target_id=t9", "indicator=案均天数", "unit_level=3", "year=2020", "op=<=", "value=15"}, exitDone, "t9"},
		{[]string{"board"}, exitDone, "470/500"},
		{[]string{"table", "set", "checklist_items", "item_id=village-3", "title=法治广播"}, exitDone, "village-3"},
		{[]string{"checklist", "--unit", "659901101000"}, exitDone, "法治广播"},
		{[]string{"checklist", "--unit", "1"}, exitUsage, "1"},
		{[]string{"table", "list"}, exitDone, "普法清单"},
		{[]string{"table", "list", "nothing"}, exitUsage, "nothing"},
		{[]string{"rule", "list"}, exitDone, "plan10"},
		{[]string{"rule", "show", "nothing"}, exitUsage, "nothing"},
		{[]string{"rule", "delete", "plan10"}, exitUsage, "plan10"},
	} {
		status, said := exportRun(append(test.args, "-p", project)...)
		if status != test.status || !strings.Contains(said, test.says) {
			t.Errorf("%v: status %d, want %d and %q: %s", test.args, status, test.status, test.says, said)
		}
	}
}

// TestRuleIsEditedAndTakenBack shows a rule, changes it, judges by it and undoes the change.
func TestRuleIsEditedAndTakenBack(t *testing.T) {
	project := demonstration(t)
	covered := func() string {
		_, said := exportRun("coverage", "-p", project, "--rule", "plan10", "--json")
		_, after, _ := strings.Cut(said, `"people_covered":`)
		number, _, _ := strings.Cut(after, ",")
		return number
	}
	before := covered()
	_, text := exportRun("rule", "show", "plan10", "-p", project)
	file := filepath.Join(t.TempDir(), "rule.json")
	if err := os.WriteFile(file, []byte(strings.Replace(text, `"minutes": 10`, `"minutes": 20`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "rule", "set", file, "-p", project)
	if after := covered(); after == before || after == "" {
		t.Errorf("%s people before and %s after a longer limit", before, after)
	}
	newest := strings.Fields(strings.Split(must(t, "log", "-p", project), "\n")[1])[0]
	must(t, "undo", newest, "-p", project)
	if after := covered(); after != before {
		t.Errorf("%s people after the undo, %s before", after, before)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(text, `"minutes"`, `"minuets"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, said := exportRun("rule", "set", file, "-p", project); status != exitUsage || !strings.Contains(said, "minuets") {
		t.Errorf("a misspelt member: %d %s", status, said)
	}
}
