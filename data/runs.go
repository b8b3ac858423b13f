package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data/gpkg"
)

// KeptRun is a computation that is kept in the project with its results, to be shown, exported and replayed.
type KeptRun struct {
	Run    coverage.Run
	Result json.RawMessage // totals and whatever else the run wants to keep; may be nil
	Layers []RunLayer      // when writing; see [Project.RunLayer] for reading
}

// RunLayer is one result of a run as a layer of the GeoPackage, in the table run_<run>_<name>.
type RunLayer struct {
	Name         string // lower-case letters, digits and _: "access", "circles", "gaps"
	Title        string
	GeometryType string // POINT, LINESTRING, MULTIPOLYGON, …; "" for a table without geometry
	Columns      []RunColumn
	Rows         []RunRow
}

// RunColumn is a column of a result.
type RunColumn struct {
	Name, Title string
	Type        string // TEXT, INTEGER, REAL, BOOLEAN, DATE
}

// RunRow is a row of a result: nil, string, int64, float64 or bool for each column. Geometry may be nil.
type RunRow struct {
	Geometry orb.Geometry
	Values   []any
}

var layerNamePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

var runIDPattern = regexp.MustCompile(`^[0-9A-Za-z]{1,64}$`)

func runTable(runID, layer string) string { return "run_" + runID + "_" + layer }

// PutRun keeps a run with its layers; one with the same id is replaced. The run must have been given its id by [coverage.Run.Identify].
func (tx *Tx) PutRun(kept KeptRun) error {
	if !runIDPattern.MatchString(kept.Run.ID) {
		return fmt.Errorf("keeping a run: %q is not the id of a run", kept.Run.ID)
	}
	text, err := json.Marshal(kept.Run)
	if err != nil {
		return fmt.Errorf("keeping run %s: %w", kept.Run.ID, err)
	}
	if err := tx.dropRunLayers(kept.Run.ID); err != nil {
		return err
	}
	var result any
	if kept.Result != nil {
		result = string(kept.Result)
	}
	_, err = tx.exec(`INSERT INTO lawcircle_runs VALUES (?,?,?,?) ON CONFLICT (run_id) DO UPDATE SET at = excluded.at, run = excluded.run, result = excluded.result`,
		kept.Run.ID, kept.Run.At, string(text), result)
	if err != nil {
		return err
	}
	for _, layer := range kept.Layers {
		if err := tx.putRunLayer(kept.Run.ID, layer); err != nil {
			return fmt.Errorf("keeping layer %s of run %s: %w", layer.Name, kept.Run.ID, err)
		}
	}
	return nil
}

func (tx *Tx) putRunLayer(runID string, layer RunLayer) error {
	if err := layer.check(); err != nil {
		return err
	}
	table := runTable(runID, layer.Name)
	if _, err := tx.exec(layer.createSQL(table)); err != nil {
		return err
	}
	described := gpkg.Layer{Table: table, Title: layer.Title + " " + runID, Description: "Result of run " + runID, GeometryType: layer.GeometryType}
	for _, c := range layer.Columns {
		described.Columns = append(described.Columns, gpkg.Column{Name: c.Name, Title: c.Title})
	}
	if err := gpkg.Register(tx.ctx, tx.tx, described); err != nil {
		return err
	}
	if err := tx.insertRunRows(table, layer); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO lawcircle_run_layers VALUES (?,?,?)`, table, runID, layer.Name); err != nil {
		return err
	}
	if layer.GeometryType == "" {
		_, err := tx.exec(`UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?`, tx.now, table)
		return err
	}
	if err := gpkg.CreateRTree(tx.ctx, tx.tx, table); err != nil {
		return err
	}
	if err := tx.rebuildIndex(table); err != nil {
		return err
	}
	return gpkg.RefreshExtent(tx.ctx, tx.tx, table, tx.now)
}

func (l RunLayer) check() error {
	if !layerNamePattern.MatchString(l.Name) {
		return fmt.Errorf("%q is not a name for a layer", l.Name)
	}
	taken := map[string]bool{"fid": true, "geom": true, "id": true}
	for _, c := range l.Columns {
		if !layerNamePattern.MatchString(c.Name) || taken[c.Name] {
			return fmt.Errorf("%q is not a name for a column, or taken", c.Name)
		}
		taken[c.Name] = true
		switch c.Type {
		case "TEXT", "INTEGER", "REAL", "BOOLEAN", "DATE":
		default:
			return fmt.Errorf("column %s has the unknown type %q", c.Name, c.Type)
		}
	}
	for i, row := range l.Rows {
		if len(row.Values) != len(l.Columns) {
			return fmt.Errorf("row %d has %d values for %d columns", i+1, len(row.Values), len(l.Columns))
		}
	}
	switch l.GeometryType {
	case "", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRY":
		return nil
	}
	return fmt.Errorf("geometry type %q is unknown", l.GeometryType)
}

func (l RunLayer) createSQL(table string) string {
	parts := []string{"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"}
	if l.GeometryType != "" {
		parts = append(parts, "geom "+l.GeometryType)
	}
	for _, c := range l.Columns {
		parts = append(parts, gpkg.Quote(c.Name)+" "+c.Type)
	}
	return "CREATE TABLE " + gpkg.Quote(table) + " (" + strings.Join(parts, ", ") + ")"
}

func (tx *Tx) insertRunRows(table string, layer RunLayer) error {
	var columns []string
	if layer.GeometryType != "" {
		columns = append(columns, "geom")
	}
	for _, c := range layer.Columns {
		columns = append(columns, gpkg.Quote(c.Name))
	}
	if len(columns) == 0 {
		return errors.New("it has no columns")
	}
	bulk, err := gpkg.NewBulk(tx.ctx, tx.tx, "INSERT INTO "+gpkg.Quote(table)+" ("+strings.Join(columns, ", ")+")", len(columns), "")
	if err != nil {
		return err
	}
	defer bulk.Close()
	values := make([]any, 0, len(columns))
	for i, row := range layer.Rows {
		values = values[:0]
		if layer.GeometryType != "" {
			blob, err := encodeAs(row.Geometry, layer.GeometryType)
			if err != nil {
				return fmt.Errorf("row %d: %w", i+1, err)
			}
			values = append(values, blob)
		}
		if err := errors.Join(tx.cancelled(i), bulk.Add(append(values, row.Values...)...)); err != nil {
			return err
		}
	}
	return bulk.Flush()
}

// encodeAs writes a geometry, single polygons as collections of one where the layer wants those.
func encodeAs(geometry orb.Geometry, wanted string) (any, error) {
	if geometry == nil {
		return nil, nil
	}
	if polygon, ok := geometry.(orb.Polygon); ok && wanted == "MULTIPOLYGON" {
		geometry = orb.MultiPolygon{polygon}
	}
	if got := strings.ToUpper(geometry.GeoJSONType()); wanted != "GEOMETRY" && got != wanted {
		return nil, fmt.Errorf("geometry is a %s where %s should be", got, wanted)
	}
	return gpkg.Encode(geometry)
}

// DeleteRun removes a run and its layers.
func (tx *Tx) DeleteRun(runID string) error {
	if err := tx.dropRunLayers(runID); err != nil {
		return err
	}
	result, err := tx.exec(`DELETE FROM lawcircle_runs WHERE run_id = ?`, runID)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err == nil && n == 0 {
		return fmt.Errorf("run %q: %w", runID, ErrNotFound)
	}
	return nil
}

func (tx *Tx) dropRunLayers(runID string) error {
	tables, err := textColumn(tx.ctx, tx.tx, `SELECT table_name FROM lawcircle_run_layers WHERE run_id = ? ORDER BY table_name`, runID)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := gpkg.Drop(tx.ctx, tx.tx, table); err != nil {
			return err
		}
	}
	_, err = tx.exec(`DELETE FROM lawcircle_run_layers WHERE run_id = ?`, runID)
	return err
}

// Runs lists the runs that are kept, newest first.
func (p *Project) Runs(ctx context.Context) ([]coverage.Run, error) {
	texts, err := textColumn(ctx, p.read, `SELECT run FROM lawcircle_runs ORDER BY at DESC, run_id`)
	if err != nil {
		return nil, err
	}
	out := make([]coverage.Run, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &out[i]); err != nil {
			return nil, fmt.Errorf("reading a run: %w", err)
		}
	}
	return out, nil
}

// Run reads a kept run without the rows of its layers, whose names and titles are given. An unknown id is [ErrNotFound].
func (p *Project) Run(ctx context.Context, runID string) (*KeptRun, error) {
	var text string
	var result sql.NullString
	err := p.read.QueryRowContext(ctx, `SELECT run, result FROM lawcircle_runs WHERE run_id = ?`, runID).Scan(&text, &result)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("run %q: %w", runID, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("reading run %q: %w", runID, err)
	}
	kept := &KeptRun{}
	if result.Valid {
		kept.Result = json.RawMessage(result.String)
	}
	if err := json.Unmarshal([]byte(text), &kept.Run); err != nil {
		return nil, fmt.Errorf("reading run %q: %w", runID, err)
	}
	names, err := textColumn(ctx, p.read, `SELECT layer FROM lawcircle_run_layers WHERE run_id = ? ORDER BY layer`, runID)
	for _, name := range names {
		kept.Layers = append(kept.Layers, RunLayer{Name: name})
	}
	return kept, err
}

// RunLayer reads one layer of a kept run with its rows, in the order in which they were written.
func (p *Project) RunLayer(ctx context.Context, runID, name string) (*RunLayer, error) {
	layer := &RunLayer{Name: name}
	err := p.snapshot(ctx, func(tx *sql.Tx) error {
		var there int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM lawcircle_run_layers WHERE run_id = ? AND layer = ?`, runID, name).Scan(&there)
		if err == nil && there == 0 {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return layer.read(ctx, tx, runTable(runID, name), runID)
	})
	if err != nil {
		return nil, fmt.Errorf("reading layer %q of run %q: %w", name, runID, err)
	}
	return layer, nil
}

func (l *RunLayer) read(ctx context.Context, tx *sql.Tx, table, runID string) error {
	err := tx.QueryRowContext(ctx, `SELECT c.identifier, ifnull(g.geometry_type_name, '') FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g
		ON g.table_name = c.table_name WHERE c.table_name = ?`, table).Scan(&l.Title, &l.GeometryType)
	if err != nil {
		return err
	}
	l.Title = strings.TrimSuffix(l.Title, " "+runID)
	if err := l.readColumns(ctx, tx, table); err != nil {
		return err
	}
	return l.readRows(ctx, tx, table)
}

// readColumns reads the names, types and titles of the columns beside fid and geom.
func (l *RunLayer) readColumns(ctx context.Context, tx *sql.Tx, table string) error {
	columns, err := tx.QueryContext(ctx, `SELECT t.name, t.type, ifnull(d.title, '') FROM pragma_table_info(?1) t LEFT JOIN gpkg_data_columns d
		ON d.table_name = ?1 AND d.column_name = t.name WHERE t.name NOT IN ('fid', 'geom') ORDER BY t.cid`, table)
	if err != nil {
		return err
	}
	defer columns.Close()
	for columns.Next() {
		var c RunColumn
		if err := columns.Scan(&c.Name, &c.Type, &c.Title); err != nil {
			return err
		}
		l.Columns = append(l.Columns, c)
	}
	return columns.Err()
}

func (l *RunLayer) readRows(ctx context.Context, tx *sql.Tx, table string) error {
	selected := []string{"NULL"}
	if l.GeometryType != "" {
		selected[0] = "geom"
	}
	for _, c := range l.Columns {
		name := gpkg.Quote(c.Name)
		if c.Type == "DATE" {
			name = "CAST(" + name + " AS TEXT)" // the driver would parse it
		}
		selected = append(selected, name)
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+strings.Join(selected, ", ")+" FROM "+gpkg.Quote(table)+" ORDER BY fid")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var blob []byte
		row := RunRow{Values: make([]any, len(l.Columns))}
		targets := []any{&blob}
		for i := range row.Values {
			targets = append(targets, &row.Values[i])
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if blob != nil {
			if row.Geometry, _, err = gpkg.Decode(blob); err != nil {
				return fmt.Errorf("row %d: %w", len(l.Rows)+1, err)
			}
		}
		l.Rows = append(l.Rows, row)
	}
	return rows.Err()
}

// textColumn reads the first column of a query.
func textColumn(ctx context.Context, db querier, query string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("running %.60q: %w", query, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("running %.60q: %w", query, err)
		}
		out = append(out, text)
	}
	return out, rows.Err()
}
