package gpkg

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Execer runs a statement: a database, a connection or a transaction.
type Execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Quote quotes an SQL identifier.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// RTreeName is the name of the spatial index of a layer whose geometry column is geom.
func RTreeName(table string) string { return "rtree_" + table + "_geom" }

// CreateRTree makes the empty spatial index of a layer with columns fid and geom (extension gpkg_rtree_index).
func CreateRTree(ctx context.Context, db Execer, table string) error {
	_, err := db.ExecContext(ctx, "CREATE VIRTUAL TABLE "+Quote(RTreeName(table))+" USING rtree(id, minx, maxx, miny, maxy)")
	if err != nil {
		return fmt.Errorf("creating the spatial index of %s: %w", table, err)
	}
	return nil
}

// rtreeTriggers are the triggers of GeoPackage 1.4, by the last part of their name. The older update1 and update3 are gone: they broke
// upserts and changes of the row id.
func rtreeTriggers() []struct{ name, event, body string } {
	const (
		filled   = `(NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom"))`
		hollow   = `(NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom"))`
		box      = `NEW."fid", ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")`
		sameRow  = `OLD."fid" = NEW."fid" AND `
		otherRow = `OLD."fid" != NEW."fid" AND `
	)
	return []struct{ name, event, body string }{
		{"insert", `AFTER INSERT ON <table> WHEN ` + filled,
			`INSERT OR REPLACE INTO <rtree> VALUES (` + box + `);`},
		{"update6", `AFTER UPDATE OF "geom" ON <table> WHEN ` + sameRow + filled + ` AND (OLD."geom" NOTNULL AND NOT ST_IsEmpty(OLD."geom"))`,
			`UPDATE <rtree> SET minx = ST_MinX(NEW."geom"), maxx = ST_MaxX(NEW."geom"), miny = ST_MinY(NEW."geom"), maxy = ST_MaxY(NEW."geom") WHERE id = NEW."fid";`},
		{"update7", `AFTER UPDATE OF "geom" ON <table> WHEN ` + sameRow + filled + ` AND (OLD."geom" ISNULL OR ST_IsEmpty(OLD."geom"))`,
			`INSERT INTO <rtree> VALUES (` + box + `);`},
		{"update2", `AFTER UPDATE OF "geom" ON <table> WHEN ` + sameRow + hollow,
			`DELETE FROM <rtree> WHERE id = OLD."fid";`},
		{"update5", `AFTER UPDATE ON <table> WHEN ` + otherRow + filled,
			`DELETE FROM <rtree> WHERE id = OLD."fid"; INSERT OR REPLACE INTO <rtree> VALUES (` + box + `);`},
		{"update4", `AFTER UPDATE ON <table> WHEN ` + otherRow + hollow,
			`DELETE FROM <rtree> WHERE id IN (OLD."fid", NEW."fid");`},
		{"delete", `AFTER DELETE ON <table> WHEN OLD."geom" NOT NULL`,
			`DELETE FROM <rtree> WHERE id = OLD."fid";`},
	}
}

// RTreeTriggers returns the triggers that keep the spatial index of a layer in step with it: trigger name and CREATE statement.
func RTreeTriggers(table string) map[string]string {
	names := strings.NewReplacer("<table>", Quote(table), "<rtree>", Quote(RTreeName(table)))
	out := map[string]string{}
	for _, t := range rtreeTriggers() {
		name := RTreeName(table) + "_" + t.name
		out[name] = "CREATE TRIGGER " + Quote(name) + " " + names.Replace(t.event+" BEGIN "+t.body+" END")
	}
	return out
}
