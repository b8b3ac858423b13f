package export

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/data/gpkg"
	"lawcircle/geo/crs"
)

// fixedTime stands for the time of change inside exported files: the same layer gives the same bytes whenever it is exported.
const fixedTime = "1980-01-01T00:00:00.000Z"

// GeoPackage writes layers as one GeoPackage 1.3 with spatial indexes, described columns and no triggers left out. It needs room for the
// file in the folder of temporary files.
func GeoPackage(ctx context.Context, w io.Writer, layers ...*Layer) (err error) {
	folder, err := os.MkdirTemp("", "lawcircle-export-*")
	if err != nil {
		return fmt.Errorf("writing GeoPackage: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "export.gpkg")
	if err := fillGeoPackage(ctx, path, layers); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("writing GeoPackage: %w", err)
	}
	defer file.Close()
	if _, err := io.Copy(w, file); err != nil {
		return fmt.Errorf("writing GeoPackage: %w", err)
	}
	return nil
}

func fillGeoPackage(ctx context.Context, path string, layers []*Layer) error {
	dsn, err := gpkg.DSN(path, map[string]string{"mode": "rwc", "_journal_mode": "OFF", "_synchronous": "OFF", "_cache_size": "-65536"})
	if err != nil {
		return err
	}
	db := gpkg.Open(dsn)
	defer db.Close()
	db.SetMaxOpenConns(1)
	if err := gpkg.CreateCore(ctx, db); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("writing GeoPackage: %w", err)
	}
	defer tx.Rollback()
	for _, l := range layers {
		if err := putLayer(ctx, tx, l); err != nil {
			return fmt.Errorf("writing layer %s to GeoPackage: %w", l.Name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("writing GeoPackage: %w", err)
	}
	return nil
}

func putLayer(ctx context.Context, tx *sql.Tx, l *Layer) error {
	definitions, names, marks := []string{"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"}, []string{}, []string{}
	if l.GeometryType != "" {
		definitions, names, marks = append(definitions, "geom "+l.GeometryType), append(names, "geom"), append(marks, "?")
	}
	described := gpkg.Layer{Table: l.Name, Title: l.TitleZh, Description: strings.TrimPrefix(l.TitleEn+"; "+l.Note, "; "), GeometryType: l.GeometryType}
	for _, c := range l.Columns {
		definitions = append(definitions, gpkg.Quote(c.Name)+" "+string(c.Type))
		names, marks = append(names, gpkg.Quote(c.Name)), append(marks, "?")
		described.Columns = append(described.Columns, gpkg.Column{Name: c.Name, Title: c.TitleZh, Description: c.TitleEn})
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE "+gpkg.Quote(l.Name)+" ("+strings.Join(definitions, ", ")+")"); err != nil {
		return err
	}
	if err := gpkg.Register(ctx, tx, described); err != nil {
		return err
	}
	srs, err := putSystem(ctx, tx, l)
	if err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO "+gpkg.Quote(l.Name)+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")")
	if err != nil {
		return err
	}
	defer stmt.Close()
	if err := putRows(ctx, stmt, l, srs); err != nil {
		return err
	}
	return finishLayer(ctx, tx, l)
}

func putRows(ctx context.Context, stmt *sql.Stmt, l *Layer, srs int32) error {
	values := make([]any, 0, len(l.Columns)+1)
	return l.each(func(_ int, row Row) error {
		values = values[:0]
		if l.GeometryType != "" {
			blob, err := blobOf(row.Geometry, l.GeometryType, srs)
			if err != nil {
				return err
			}
			values = append(values, blob)
		}
		_, err := stmt.ExecContext(ctx, append(values, row.Values...)...)
		return err
	})
}

// blobOf encodes a shape with the number of its reference system; a nil shape is NULL.
func blobOf(geometry orb.Geometry, wanted string, srs int32) (any, error) {
	if geometry == nil {
		return nil, nil
	}
	if polygon, ok := geometry.(orb.Polygon); ok && wanted == "MULTIPOLYGON" {
		geometry = orb.MultiPolygon{polygon}
	}
	blob, err := gpkg.Encode(geometry)
	if err != nil {
		return nil, err
	}
	const srsOffset = 4
	binary.LittleEndian.PutUint32(blob[srsOffset:], uint32(srs))
	return blob, nil
}

// putSystem makes the layer's reference system known; GCJ-02 and BD-09 are an undefined geographic system (0) and named in the layer's note.
func putSystem(ctx context.Context, tx *sql.Tx, l *Layer) (int32, error) {
	code, known := l.system().EPSG()
	if l.system() == crs.WGS84() {
		return gpkg.WGS84, nil
	}
	if known {
		text, _ := wktOf(l.system())
		_, err := tx.ExecContext(ctx, `INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,'EPSG',?,?,NULL) ON CONFLICT DO NOTHING`, l.system().String(), code, code, text)
		if err != nil {
			return 0, err
		}
	} else {
		code = 0
	}
	if l.GeometryType == "" {
		return int32(code), nil
	}
	for _, table := range []string{"gpkg_contents", "gpkg_geometry_columns"} {
		if _, err := tx.ExecContext(ctx, "UPDATE "+table+" SET srs_id = ? WHERE table_name = ?", code, l.Name); err != nil {
			return 0, err
		}
	}
	return int32(code), nil
}

// finishLayer builds the spatial index after the rows, in one go.
func finishLayer(ctx context.Context, tx *sql.Tx, l *Layer) error {
	if l.GeometryType == "" {
		_, err := tx.ExecContext(ctx, `UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?`, fixedTime, l.Name)
		return err
	}
	if err := gpkg.CreateRTree(ctx, tx, l.Name); err != nil {
		return err
	}
	if err := gpkg.RebuildRTree(ctx, tx, l.Name); err != nil {
		return err
	}
	if err := gpkg.CreateTriggers(ctx, tx, l.Name); err != nil {
		return err
	}
	return gpkg.RefreshExtent(ctx, tx, l.Name, fixedTime)
}
