package data_test

import (
	"database/sql"
	"path/filepath"
	"reflect"
	"testing"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/gpkg"
)

// downgrade takes a project back to the first version of its tables, as a file of then is.
func downgrade(t *testing.T, path string) {
	t.Helper()
	dsn, err := gpkg.DSN(path, map[string]string{"mode": "rw", "_foreign_keys": "0"})
	if err != nil {
		t.Fatal(err)
	}
	db := gpkg.Open(dsn)
	defer db.Close()
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	for _, name := range triggersOf(t, db) {
		run("DROP TRIGGER " + gpkg.Quote(name))
	}
	for _, table := range []string{"checklist_items", "checklist_marks", "honours", "mediation"} {
		for _, about := range []string{"gpkg_data_columns", "gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents", "lawcircle_clock"} {
			run("DELETE FROM "+about+" WHERE table_name = ?", table)
		}
		run("DELETE FROM gpkg_extensions WHERE table_name = ?", "lawcircle_history_"+table)
		run("DROP TABLE IF EXISTS " + gpkg.Quote(gpkg.RTreeName(table)))
		run("DROP TABLE " + table)
		run("DROP TABLE lawcircle_history_" + table)
	}
	run("ALTER TABLE service_points DROP COLUMN dedicated")
	run("ALTER TABLE lawcircle_history_service_points DROP COLUMN dedicated")
	run("DELETE FROM gpkg_data_columns WHERE column_name = 'dedicated'")
	run("DELETE FROM lawcircle_migrations WHERE version > 1")
	run("DELETE FROM lawcircle_digests")
}

func triggersOf(t *testing.T, db *sql.DB) (names []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

// A project of the first version keeps everything, gets the plan's checklist, passes the check, and its changes can be undone.
func TestOldProjectIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.gpkg")
	p, err := data.Open(t.Context(), path, data.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	want := small()
	want.ChecklistItems, want.ChecklistMarks, want.Honours, want.Mediation, want.Points[0].Dedicated = nil, nil, nil, nil, nil
	update(t, p, fill(want))
	p.Close()
	downgrade(t, path)
	p = open(t, path, data.Options{})
	got := county(t, p)
	if len(got.ChecklistItems) != len(coverage.PlanChecklist()) {
		t.Errorf("%d items of the checklist", len(got.ChecklistItems))
	}
	got.ChecklistItems = nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	findings, err := p.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Severity == data.SeverityError {
			t.Errorf("%s: %s", f.Table, f.En)
		}
	}
	update(t, p, func(tx *data.Tx) error {
		return tx.PutHonours([]coverage.Honour{{Code: "650421000000", Kind: coverage.HonourVillage}})
	})
	changes, err := p.Changes(t.Context(), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Undo(t.Context(), changes[0].ID, "li"); err != nil || len(county(t, p).Honours) != 0 {
		t.Errorf("%v", err)
	}
}
