package gpkg

import (
	"context"
	_ "embed" // core.sql
	"fmt"
	"maps"
	"slices"
)

const (
	// ApplicationID marks a SQLite file as a GeoPackage: "GPKG".
	ApplicationID = 0x47504B47
	// UserVersion says which version of the standard the file follows: 1.3.0. Readers of that version warn of anything newer, and the
	// triggers of 1.4, which are used here, are open to files of all versions.
	UserVersion = 10300
)

//go:embed core.sql
var coreSQL string

// CreateCore makes an empty database an empty GeoPackage.
func CreateCore(ctx context.Context, db Execer) error {
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", ApplicationID, UserVersion)
	if _, err := db.ExecContext(ctx, marks+coreSQL); err != nil {
		return fmt.Errorf("creating the system tables of a GeoPackage: %w", err)
	}
	return nil
}

// Layer describes a table to other programs. Its table has an integer primary key fid and, when it has features, a column geom.
type Layer struct {
	Table        string
	Title        string // as people see it; unique in the file
	Description  string
	GeometryType string // POINT, LINESTRING, MULTIPOLYGON, …; "" for a table without geometry
	Columns      []Column
}

// Column describes one column of a layer to people.
type Column struct {
	Name, Title, Description string
	MimeType                 string // of the content, "" for plain values
	Constraint               string // name of a list of codes made with [PutCodes], "" for none
}

// Register lists a table among the contents of the file and describes its columns, or refreshes what is said about it. The spatial index
// and its triggers are the caller's to make ([CreateRTree], [CreateTriggers]).
func Register(ctx context.Context, db Execer, layer Layer) error {
	kind, srs := "attributes", any(nil)
	if layer.GeometryType != "" {
		kind, srs = "features", WGS84
	}
	_, err := db.ExecContext(ctx, `INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?,?,?,?,?)
		ON CONFLICT (table_name) DO UPDATE SET identifier = excluded.identifier, description = excluded.description`,
		layer.Table, kind, layer.Title, layer.Description, srs)
	if err == nil && layer.GeometryType != "" {
		_, err = db.ExecContext(ctx, `INSERT INTO gpkg_geometry_columns VALUES (?1,'geom',?2,?3,0,0) ON CONFLICT DO NOTHING;`,
			layer.Table, layer.GeometryType, WGS84)
	}
	if err == nil && layer.GeometryType != "" {
		_, err = db.ExecContext(ctx, `INSERT INTO gpkg_extensions VALUES
			(?,'geom','gpkg_rtree_index','http://www.geopackage.org/spec/#extension_rtree','write-only') ON CONFLICT DO NOTHING`, layer.Table)
	}
	if err != nil {
		return fmt.Errorf("registering layer %s: %w", layer.Table, err)
	}
	return describeColumns(ctx, db, layer)
}

func describeColumns(ctx context.Context, db Execer, layer Layer) error {
	for _, c := range layer.Columns {
		_, err := db.ExecContext(ctx, `INSERT OR REPLACE INTO gpkg_data_columns VALUES (?,?,?,?,?,?,?)`,
			layer.Table, c.Name, c.Name, c.Title, orNull(c.Description), orNull(c.MimeType), orNull(c.Constraint))
		if err != nil {
			return fmt.Errorf("describing column %s of %s: %w", c.Name, layer.Table, err)
		}
	}
	return nil
}

// Code is one value of a list of codes and what it means.
type Code struct{ Value, Meaning string }

// PutCodes makes or replaces a list of codes that columns may be bound to, for drop-down lists in GIS programs.
func PutCodes(ctx context.Context, db Execer, name string, codes []Code) error {
	if _, err := db.ExecContext(ctx, `DELETE FROM gpkg_data_column_constraints WHERE constraint_name = ?`, name); err != nil {
		return fmt.Errorf("replacing codes %s: %w", name, err)
	}
	for _, c := range codes {
		_, err := db.ExecContext(ctx, `INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, description)
			VALUES (?,'enum',?,?)`, name, c.Value, c.Meaning)
		if err != nil {
			return fmt.Errorf("writing code %s of %s: %w", c.Value, name, err)
		}
	}
	return nil
}

// Unregister removes everything said about a table, before it is dropped.
func Unregister(ctx context.Context, db Execer, table string) error {
	for _, system := range []string{"gpkg_data_columns", "gpkg_extensions", "gpkg_metadata_reference", "gpkg_geometry_columns", "gpkg_contents"} {
		if _, err := db.ExecContext(ctx, "DELETE FROM "+system+" WHERE table_name = ?", table); err != nil {
			return fmt.Errorf("unregistering layer %s: %w", table, err)
		}
	}
	return nil
}

// CreateTriggers makes the triggers of a layer's spatial index.
func CreateTriggers(ctx context.Context, db Execer, table string) error {
	triggers := RTreeTriggers(table)
	for _, name := range slices.Sorted(maps.Keys(triggers)) {
		if _, err := db.ExecContext(ctx, triggers[name]); err != nil {
			return fmt.Errorf("creating trigger %s: %w", name, err)
		}
	}
	return nil
}

// DropTriggers removes the triggers of a layer's spatial index, older ones included.
func DropTriggers(ctx context.Context, db Execer, table string) error {
	names := slices.Sorted(maps.Keys(RTreeTriggers(table)))
	names = append(names, RTreeName(table)+"_update1", RTreeName(table)+"_update3")
	for _, name := range names {
		if _, err := db.ExecContext(ctx, "DROP TRIGGER IF EXISTS "+Quote(name)); err != nil {
			return fmt.Errorf("dropping trigger %s: %w", name, err)
		}
	}
	return nil
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// Drop removes a layer with everything said about it and its spatial index.
func Drop(ctx context.Context, db Execer, table string) error {
	if err := Unregister(ctx, db, table); err != nil {
		return err
	}
	for _, name := range []string{table, RTreeName(table)} { // the table's triggers go with it
		if _, err := db.ExecContext(ctx, "DROP TABLE IF EXISTS "+Quote(name)); err != nil {
			return fmt.Errorf("dropping %s: %w", name, err)
		}
	}
	return nil
}
