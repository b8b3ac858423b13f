package intake

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"lawcircle/data/gpkg"
)

// openGeoPackage opens a feature layer or an attribute table of a GeoPackage. A file that is not on disk is copied to a temporary one:
// SQLite reads files only.
func (o opening) openGeoPackage() (*table, error) {
	path, remove, err := o.onDisk()
	if err != nil {
		return nil, err
	}
	db, err := openReadOnly(o.ctx, path)
	if err != nil {
		remove()
		return nil, faultf("%s 不能作为 GeoPackage 打开", "%s cannot be opened as a GeoPackage", o.src.Name, err)
	}
	t := &table{format: "gpkg", close: func() { db.Close(); remove() }}
	if err := o.openGeoPackageLayer(t, db); err != nil {
		t.release()
		return nil, err
	}
	return t, nil
}

// onDisk returns a path from which SQLite can read the source.
func (o opening) onDisk() (path string, remove func(), err error) {
	if file, ok := o.src.Data.(*os.File); ok {
		return file.Name(), func() {}, nil
	}
	temporary, err := os.CreateTemp("", "lawcircle-*.gpkg")
	if err != nil {
		return "", nil, fmt.Errorf("copying %s: %w", o.src.Name, err)
	}
	defer temporary.Close()
	remove = func() { os.Remove(temporary.Name()) }
	if _, err := io.Copy(temporary, o.src.reader()); err != nil {
		remove()
		return "", nil, fmt.Errorf("copying %s: %w", o.src.Name, err)
	}
	return temporary.Name(), remove, nil
}

// openReadOnly opens a foreign database: nothing in it may write, and functions of its schema are not trusted.
func openReadOnly(ctx context.Context, path string) (*sql.DB, error) {
	dsn, err := gpkg.DSN(path, map[string]string{"mode": "ro", "_query_only": "1", "_cell_size_check": "1"})
	if err != nil {
		return nil, err
	}
	db := gpkg.Open(dsn)
	db.SetMaxOpenConns(1)
	for _, pragma := range []string{"PRAGMA trusted_schema = OFF", "PRAGMA cache_size = -16384"} {
		if _, err := db.ExecContext(ctx, pragma); err != nil {
			db.Close()
			return nil, err
		}
	}
	return db, nil
}

// A contentsRow is a line of gpkg_contents with the geometry column of the table, if any.
type contentsRow struct {
	table, column string
	srs           sql.NullInt64
}

func (o opening) openGeoPackageLayer(t *table, db *sql.DB) error {
	contents, err := o.readContents(db)
	if err != nil {
		return faultf("%s 不是完整的 GeoPackage（读不出图层目录）", "%s is not a complete GeoPackage: its list of layers cannot be read", o.src.Name, err)
	}
	var withGeometry []string
	for _, row := range contents {
		t.layers = append(t.layers, row.table)
		if row.column != "" {
			withGeometry = append(withGeometry, row.table)
		}
	}
	candidates := t.layers
	if o.options.Layer == "" && len(withGeometry) > 0 {
		candidates = withGeometry
	}
	if t.layer, err = o.chooseLayer(candidates); err != nil {
		return err
	}
	chosen := contents[slices.IndexFunc(contents, func(r contentsRow) bool { return r.table == t.layer })]
	if err := o.readColumns(t, db, &chosen); err != nil {
		return faultf("图层 %s 的字段读不出", "the fields of layer %s cannot be read", t.layer, err)
	}
	t.geometries = chosen.column != ""
	if t.geometries {
		t.crs = geoPackageCRS(o.ctx, db, chosen.srs)
	}
	t.each = func(ctx context.Context, yield func(record) error) error {
		return o.eachFeature(ctx, db, t, chosen, yield)
	}
	return nil
}

// readContents lists the tables that the contents name and that are tables: a view can hide endless work.
func (o opening) readContents(db *sql.DB) ([]contentsRow, error) {
	rows, err := db.QueryContext(o.ctx, `SELECT c.table_name, coalesce(g.column_name, ''), g.srs_id FROM gpkg_contents c
		JOIN sqlite_master m ON lower(m.name) = lower(c.table_name) AND m.type = 'table'
		LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
		WHERE c.data_type IN ('features', 'attributes') ORDER BY c.table_name LIMIT 10000`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var contents []contentsRow
	for rows.Next() {
		var row contentsRow
		if err := rows.Scan(&row.table, &row.column, &row.srs); err != nil {
			return nil, err
		}
		contents = append(contents, row)
	}
	return contents, rows.Err()
}

// readColumns sets the header: the fields of the table without the geometry.
func (o opening) readColumns(t *table, db *sql.DB, chosen *contentsRow) error {
	rows, err := db.QueryContext(o.ctx, `SELECT name FROM pragma_table_info(?) ORDER BY cid`, chosen.table)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		if !strings.EqualFold(name, chosen.column) {
			t.header = append(t.header, name)
		}
	}
	if len(t.header) > o.options.Limits.Columns {
		return faultf("有 %d 个字段，超过上限", "it has %d fields, more than allowed", len(t.header))
	}
	return rows.Err()
}

// geoPackageCRS names the reference system of a layer: by its EPSG code, else by its definition.
func geoPackageCRS(ctx context.Context, db *sql.DB, id sql.NullInt64) string {
	if !id.Valid || id.Int64 == 0 || id.Int64 == -1 {
		return "" // undefined, says the standard
	}
	var organization, definition string
	var code int64
	err := db.QueryRowContext(ctx, `SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?`, id.Int64).Scan(&organization, &code, &definition)
	if err != nil {
		return unknownCRS + strconv.FormatInt(id.Int64, 10)
	}
	if strings.EqualFold(organization, "epsg") {
		return "EPSG:" + strconv.FormatInt(code, 10)
	}
	return crsOfWKT(definition)
}

// eachFeature streams the rows of a layer in the order they were written. Rows are numbered from 1.
func (o opening) eachFeature(ctx context.Context, db *sql.DB, t *table, layer contentsRow, yield func(record) error) error {
	quoted := make([]string, 0, len(t.header)+1)
	for _, name := range t.header {
		quoted = append(quoted, gpkg.Quote(name))
	}
	if layer.column != "" {
		quoted = append(quoted, gpkg.Quote(layer.column))
	}
	rows, err := db.QueryContext(ctx, "SELECT "+strings.Join(quoted, ", ")+" FROM "+gpkg.Quote(layer.table)+" ORDER BY rowid")
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]any, len(quoted))
	into := make([]any, len(quoted))
	for i := range values {
		into[i] = &values[i]
	}
	for number := 1; rows.Next(); number++ {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		cells := make([]string, len(t.header))
		for i := range cells {
			cells[i] = cellOf(values[i])
		}
		if err := checkRow(ctx, number, number, cells, o.options.Limits); err != nil {
			return err
		}
		r := record{number: number, cells: cells}
		if layer.column != "" {
			r = featureRecord(number, cells, values[len(values)-1], o.options.Limits)
		}
		if err := yield(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

func featureRecord(number int, cells []string, geometry any, limits Limits) record {
	r := record{number: number, cells: cells}
	blob, ok := geometry.([]byte)
	switch {
	case geometry == nil:
		return r
	case !ok:
		r.fault = "几何列里不是几何 (the geometry column holds no geometry)"
		return r
	case len(blob) > limits.CellBytes:
		r.fault = fmt.Sprintf("几何超过 %d 字节 (geometry of more than %d bytes)", limits.CellBytes, limits.CellBytes)
		return r
	}
	shape, _, err := gpkg.Decode(blob)
	if err != nil {
		r.fault = err.Error()
		return r
	}
	if shape == nil || shape.Bound().IsEmpty() {
		return r
	}
	return shapeRecord(number, cells, shape)
}

// cellOf writes a value of SQLite as a cell.
func cellOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		if v {
			return "1"
		}
		return "0"
	case []byte:
		return "" // a picture or the like
	}
	return fmt.Sprint(value)
}
