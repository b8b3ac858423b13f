package data_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lawcircle/data"
)

// full is a project with something of everything in it.
func full(t testing.TB) *data.Project {
	t.Helper()
	p := open(t, filepath.Join(t.TempDir(), "full.gpkg"), data.Options{Create: true})
	c := small()
	c.Settlements[0].Code, c.Settlements[1].Code = "650421100000", "650421000000"
	update(t, p, fill(c))
	update(t, p, func(tx *data.Tx) error {
		return errors.Join(tx.PutNetwork(lane("路")), tx.PutSettlements(manySettlementsIn("650421100000", 3000)), tx.PutFile("profiles/own.yaml", []byte("name: own")), tx.PutRun(aRun(t)))
	})
	return p
}

func check(t testing.TB, p *data.Project) []data.Finding {
	t.Helper()
	findings, err := p.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// wantClean wants a file without faults; that roads are yet to be imported is none.
func wantClean(t testing.TB, p *data.Project) {
	t.Helper()
	for _, f := range check(t, p) {
		if f.Code == "no_roads" {
			continue
		}
		t.Errorf("%s %s %s: %s", f.Severity, f.Code, f.Table, f.En)
	}
}

func TestCheckOfSoundProjects(t *testing.T) {
	wantClean(t, newProject(t))
	p := full(t)
	wantClean(t, p)
	if _, err := p.Graph(t.Context(), walk(t), nil); err != nil {
		t.Fatal(err)
	}
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(network(rand.New(rand.NewPCG(8, 9)), 2500)) })
	undo(t, p, must(p.Changes(t.Context(), "", 1))[0].ID)
	update(t, p, func(tx *data.Tx) error { return tx.DeleteRun(aRun(t).Run.ID) })
	wantClean(t, p)
}

// Settlements that wait for roads are found, and only those.
func TestCheckMissesRoads(t *testing.T) {
	p := newProject(t)
	missing := func() bool {
		return slices.ContainsFunc(check(t, p), func(f data.Finding) bool { return f.Code == "no_roads" && f.Severity == data.SeverityWarning })
	}
	if missing() {
		t.Error("an empty project needs no roads yet")
	}
	update(t, p, func(tx *data.Tx) error { return tx.PutSettlements(manySettlements(3)) })
	if !missing() {
		t.Error("settlements without any road are not found")
	}
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(lane("路")) })
	if missing() {
		t.Error("the roads are there")
	}
}

// Every fault is made as another program would make it, is found, and is said with its place and a remedy.
func TestCheckFindsFaults(t *testing.T) {
	geometry := func(change string) string {
		return "UPDATE settlements SET geom = " + change + " WHERE settlement_id = 'v1'"
	}
	drop := []string{"insert", "update2", "update4", "update5", "update6", "update7", "delete"}
	withoutTriggers := func(statements ...string) []string {
		var out []string
		for _, name := range drop {
			out = append(out, "DROP TRIGGER rtree_settlements_geom_"+name)
		}
		return append(out, statements...)
	}
	tests := []struct {
		name       string
		statements []string
		code, says string
		repairable bool
	}{
		{"application id", []string{"PRAGMA application_id = 7"}, "gpkg", "application id", false},
		{"user version", []string{"PRAGMA user_version = 3"}, "gpkg", "user_version", false},
		{"system table", []string{"DROP TABLE gpkg_contents"}, "gpkg", "(R13)", false},
		{"reference systems", []string{"DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = -1"}, "gpkg", "(R11)", false},
		{"contents without table", []string{"INSERT INTO gpkg_contents (table_name, data_type) VALUES ('ghost', 'attributes')"}, "gpkg", "ghost (R14)", false},
		{"time of change", []string{"UPDATE gpkg_contents SET last_change = 'yesterday' WHERE table_name = 'offers'"}, "gpkg", "yesterday (R15)", false},
		{"extent", []string{"UPDATE gpkg_contents SET max_x = 88.5 WHERE table_name = 'settlements'"}, "gpkg", "extent in the contents (R13)", true},
		{"unlisted geometry", []string{"DELETE FROM gpkg_geometry_columns WHERE table_name = 'host_sites'"}, "gpkg", "(R22)", false},
		{"geometry type", []string{"UPDATE gpkg_geometry_columns SET geometry_type_name = 'LINESTRING' WHERE table_name = 'host_sites'"}, "gpkg", "(R31)", false},
		{"flag", []string{"UPDATE gpkg_geometry_columns SET z = 9 WHERE table_name = 'host_sites'"}, "gpkg", "(R27)", false},
		{"extension's table", []string{"INSERT INTO gpkg_extensions VALUES ('ghost', NULL, 'a_b', 'x', 'read-write')"}, "gpkg", "(R60)", false},
		{"extension's scope", []string{"UPDATE gpkg_extensions SET scope = 'wide' WHERE table_name = 'gpkg_metadata'"}, "gpkg", "(R64)", false},
		{"extension of index", []string{"DELETE FROM gpkg_extensions WHERE table_name = 'roads'"}, "gpkg", "(R75)", true},
		{"described column", []string{"INSERT INTO gpkg_data_columns (table_name, column_name) VALUES ('offers', 'ghost')"}, "gpkg", "(R105)", false},
		{"code list", []string{"DELETE FROM gpkg_data_column_constraints WHERE constraint_name = 'tier'"}, "gpkg", "(R106)", true},
		{"metadata", []string{"UPDATE gpkg_metadata SET md_scope = 'poem'"}, "gpkg", "(R94)", false},
		{"metadata reference", []string{"UPDATE gpkg_metadata_reference SET md_file_id = 77"}, "gpkg", "(R101)", false},
		{"not geometry", withoutTriggers(geometry("x'00112233'")), "gpkg", "(R19)", false},
		{"cut geometry", withoutTriggers(geometry("substr(geom, 1, 20)")), "gpkg", "(R20)", false},
		{"reference system of a row", withoutTriggers(geometry("CAST(x'47500001e6110000' || substr(geom, 9) AS BLOB)")), "gpkg", "", false},
		{"foreign geometry", []string{"UPDATE host_sites SET geom = (SELECT geom FROM roads LIMIT 1)"}, "gpkg", "(R32)", false},
		{"index lacks a row", []string{"DELETE FROM rtree_settlements_geom WHERE id = 5"}, "gpkg", "is not in the spatial index", true},
		{"index has a ghost", []string{"INSERT INTO rtree_settlements_geom VALUES (99999, 1, 2, 3, 4)"}, "gpkg", "row 99999", true},
		{"index is off", []string{"UPDATE rtree_settlements_geom SET minx = 80 WHERE id = 5"}, "gpkg", "does not fit", true},
		{"index is damaged", []string{"UPDATE rtree_settlements_geom_rowid SET nodeno = 1 WHERE rowid = 5"}, "gpkg", "damaged inside", true},
		{"index trigger", []string{"DROP TRIGGER rtree_settlements_geom_update6"}, "gpkg", "update6", true},
		{"changed trigger", []string{"DROP TRIGGER rtree_settlements_geom_delete", "CREATE TRIGGER rtree_settlements_geom_delete AFTER DELETE ON settlements BEGIN SELECT 1; END"}, "gpkg", "differs", true},
		{"log trigger", []string{"DROP TRIGGER lawcircle_history_offers_update"}, "log", "lawcircle_history_offers_update", true},
		{"clock trigger", []string{"DROP TRIGGER lawcircle_clock_roads_insert"}, "log", "lawcircle_clock_roads_insert", true},
		{"state", []string{"UPDATE lawcircle_state SET change_id = 1"}, "log", "state", true},
		{"foreign key", []string{"UPDATE service_points SET host_id = 'ghost'"}, "foreign_key", "host_sites", false},
		{"unreadable record", []string{"UPDATE settlements SET people = 'viele' WHERE settlement_id = 'v1'"}, "record", "viele", false},
		{"date", []string{"UPDATE service_points SET opened_on = 'spring' WHERE point_id = 'p1'"}, "record", "spring", false},
		{"no geometry", []string{"UPDATE host_sites SET geom = NULL"}, "record", "no geometry", false},
		{"code", []string{"UPDATE host_sites SET kind = 'castle'"}, "code", "castle", false},
		{"unit code", []string{"UPDATE settlements SET code = '999' WHERE settlement_id = 'v1'"}, "reference", "999", false},
		{"no parent", []string{"UPDATE admin_units SET parent = '777' WHERE code = '650421100000'"}, "reference", "650421100000", false},
		{"no host", []string{"UPDATE service_points SET host_id = NULL WHERE point_id = 'p1'"}, "reference", "p1", false},
		{"road", []string{"UPDATE roads SET node_ids = x'ff'"}, "roads", "node ids", false},
		{"road tags", []string{"UPDATE roads SET tags = '{'"}, "roads", "tags", false},
		{"roads behind the triggers", []string{"DROP TRIGGER lawcircle_clock_roads_update", "UPDATE roads SET highway = 'track'"}, "digest", "digest", false},
		{"attachment", []string{"UPDATE lawcircle_files SET content = x'00'"}, "digest", "own.yaml", false},
		{"orphaned layer", []string{"DELETE FROM lawcircle_run_layers WHERE layer = 'gaps'"}, "orphan", "no run", false},
		{"lost layer", []string{"DROP TABLE run_" + aRun(t).Run.ID + "_areas", "DELETE FROM gpkg_contents WHERE table_name GLOB 'run_*_areas'", "DELETE FROM gpkg_data_columns WHERE table_name GLOB 'run_*_areas'"}, "orphan", "gone", false},
	}
	template := full(t)
	template.Close()
	content, err := os.ReadFile(template.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "full.gpkg")
			if err := os.WriteFile(path, content, 0o644); err != nil {
				t.Fatal(err)
			}
			run(t, path, test.statements...)
			p := open(t, path, data.Options{})
			var found *data.Finding
			findings := check(t, p)
			for i, f := range findings {
				if f.Code == test.code && strings.Contains(f.En, test.says) {
					found = &findings[i]
				}
			}
			if found == nil {
				t.Fatalf("not found; the check says %+v", findings)
			}
			if found.Zh == "" || found.RemedyZh == "" || found.RemedyEn == "" {
				t.Errorf("no remedy: %+v", *found)
			}
			if test.repairable {
				if err := p.Repair(t.Context(), "li"); err != nil {
					t.Fatal(err)
				}
				wantClean(t, p)
			}
		})
	}
}

func TestCheckFindsDamagedPages(t *testing.T) {
	p := full(t)
	p.Close()
	content, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096 * 40; i < 4096*60; i++ {
		content[i] ^= 0x5a
	}
	if err := os.WriteFile(p.Path(), content, 0o644); err != nil {
		t.Fatal(err)
	}
	again, err := data.Open(t.Context(), p.Path(), data.Options{ReadOnly: true})
	if err != nil {
		return // refused at once: as good
	}
	defer again.Close()
	findings, err := again.Check(t.Context())
	if err == nil && len(findings) == 0 {
		t.Error("twenty pages of rubbish are not noticed")
	}
}

func TestCheckOfCompiledRoads(t *testing.T) {
	p := full(t)
	if _, err := p.Graph(t.Context(), walk(t), nil); err != nil {
		t.Fatal(err)
	}
	files := graphFiles(t, p)
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-20] ^= 1
	os.Remove(files[0])
	if err := os.WriteFile(files[0], content, 0o644); err != nil {
		t.Fatal(err)
	}
	if findings := check(t, p); len(findings) != 1 || findings[0].Code != "cache" {
		t.Errorf("findings %+v", findings)
	}
}

func TestStaleRuns(t *testing.T) {
	p := full(t)
	kept := aRun(t)
	kept.Run.DataDigest = must(p.Digest(t.Context()))
	update(t, p, func(tx *data.Tx) error { return tx.PutRun(kept) })
	wantClean(t, p)
	update(t, p, func(tx *data.Tx) error { return tx.DeleteSettlements("v2") })
	must(p.Digest(t.Context()))
	if findings := check(t, p); len(findings) != 1 || findings[0].Code != "stale" || findings[0].Severity != data.SeverityNote {
		t.Errorf("findings %+v", findings)
	}
}
