package demo

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/gpkg"
)

func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo.gpkg")
	steps := int64(0)
	if err := Build(context.Background(), path, func(done, total int64) { steps = total - done }); err != nil {
		t.Fatal(err)
	}
	if steps != 0 {
		t.Errorf("progress ended %d steps before the end", steps)
	}
	return path
}

// TestTheProjectSaysWhatWasInvented reads the project back and compares it with the county, row by row.
func TestTheProjectSaysWhatWasInvented(t *testing.T) {
	project, err := data.Open(context.Background(), built(t), data.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer project.Close()
	got, err := project.County(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := theDemo().County
	if got.Name != want.Name || !got.Synthetic || got.DataDate != want.DataDate {
		t.Errorf("the project calls itself %q, synthetic %v, of %s", got.Name, got.Synthetic, got.DataDate)
	}
	same(t, "units", got.Units, want.Units)
	same(t, "settlements", got.Settlements, want.Settlements)
	for i := range got.Hosts {
		h := &got.Hosts[i]
		h.CoordSource, h.Quality, h.Point = "", "", nearly(t, h.Point, want.Hosts[i].Point)
	}
	for i := range got.Points {
		got.Points[i].Point = nearly(t, got.Points[i].Point, want.Points[i].Point)
	}
	same(t, "hosts", got.Hosts, want.Hosts)
	same(t, "points", got.Points, want.Points)
	same(t, "offers", sortedOffers(got.Offers), sortedOffers(want.Offers))
	same(t, "advisers", got.Advisers, want.Advisers)
	same(t, "assignments", got.Assignments, want.Assignments)
	same(t, "pairings", got.Pairings, want.Pairings)
	same(t, "circuits", got.Circuits, want.Circuits)
	same(t, "calls", got.Calls, want.Calls)
	same(t, "targets", got.Targets, want.Targets)
	same(t, "measures", got.Measures, want.Measures)
	same(t, "checklist items", got.ChecklistItems, want.ChecklistItems)
	same(t, "checklist marks", got.ChecklistMarks, want.ChecklistMarks)
	same(t, "honours", got.Honours, want.Honours)
	same(t, "mediation", got.Mediation, want.Mediation)
	scenarios, err := project.Scenarios(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "scenarios", scenarios, theDemo().Scenarios)
	network, err := project.Network(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if ways := len(theDemo().Roads.Ways); len(network.Ways) != ways { // with river and railway, which nobody walks across
		t.Errorf("%d ways in the project, want %d", len(network.Ways), ways)
	}
}

func sortedOffers(offers []coverage.Offer) []coverage.Offer {
	offers = slices.Clone(offers)
	slices.SortFunc(offers, func(a, b coverage.Offer) int {
		return cmp.Or(cmp.Compare(a.PointID, b.PointID), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Mode, b.Mode))
	})
	return offers
}

// TestTwoProjectFilesAreAlike compares two files row by row, but for the moments at which GeoPackage wants a file to say it was made.
func TestTwoProjectFilesAreAlike(t *testing.T) {
	a, b := rowsOf(t, built(t)), rowsOf(t, built(t))
	if len(a) < 20_000 {
		t.Errorf("only %d rows", len(a))
	}
	same(t, "rows", a, b)
}

// rowsOf prints every row of every table of a project file.
func rowsOf(t *testing.T, path string) []string {
	t.Helper()
	dsn, err := gpkg.DSN(path, map[string]string{"mode": "ro"})
	if err != nil {
		t.Fatal(err)
	}
	db := gpkg.Open(dsn)
	defer db.Close()
	var all []string
	moment := regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	read := func(query string) []string {
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, _ := rows.Columns()
		var found []string
		for rows.Next() {
			cells, targets := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
			for i := range cells {
				targets[i] = &cells[i]
			}
			if err := rows.Scan(targets...); err != nil {
				t.Fatal(err)
			}
			found = append(found, moment.ReplaceAllString(string(bytes.Join(sliceOfBytes(cells), []byte("|"))), "a moment"))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return found
	}
	for _, table := range read(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`) {
		for _, row := range read(`SELECT * FROM "` + table + `"`) {
			all = append(all, table+": "+row)
		}
	}
	return all
}

func sliceOfBytes(cells []sql.RawBytes) [][]byte {
	out := make([][]byte, len(cells))
	for i, c := range cells {
		out[i] = c
	}
	return out
}

func TestAFileInTheWayIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.gpkg")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Build(context.Background(), path, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v, want one that the file exists", err)
	}
	if kept, _ := os.ReadFile(path); string(kept) != "mine" {
		t.Errorf("the file was changed to %q", kept)
	}
}

func TestACancelledBuildLeavesNothing(t *testing.T) {
	directory := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	err := Build(ctx, filepath.Join(directory, "demo.gpkg"), func(done, _ int64) {
		if done == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want cancelled", err)
	}
	if left, _ := os.ReadDir(directory); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOtherProgramsOpenTheProject(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not installed")
	}
	out, err := exec.Command(ogrinfo, "-ro", built(t)).CombinedOutput()
	for _, layer := range []string{"admin_units", "settlements", "host_sites", "service_points", "roads"} {
		if err != nil || !strings.Contains(string(out), layer) || strings.Contains(string(out), "Warning") {
			t.Fatalf("looking for layer %s: %v\n%s", layer, err, out)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "demo.gpkg")
		if err := Build(context.Background(), path, nil); err != nil {
			b.Fatal(err)
		}
		os.Remove(path)
	}
}
