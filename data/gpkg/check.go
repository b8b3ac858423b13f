package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Problem is a place where a file does not keep to the GeoPackage standard.
type Problem struct {
	Requirement string // number in OGC 12-128r17: "R12", "R77"
	Table       string // where, "" for the file as a whole
	Zh, En      string // what is wrong
}

// Querier reads: a database, a connection or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Check tests a file against the requirements of GeoPackage 1.3 for features, attributes, R-trees, schema and metadata, row by row. The
// connection must come from [Open]. An error means that the check could not be done; what is wrong with the file is in the problems.
// Cost: one pass over all geometry.
func Check(ctx context.Context, db Querier) ([]Problem, error) {
	c := &checker{ctx: ctx, db: db, has: map[string]bool{}}
	steps := []func() error{c.marks, c.systemTables, c.referenceSystems, c.contents, c.geometryColumns, c.extensions, c.dataColumns, c.metadata, c.layers}
	for _, step := range steps {
		if err := step(); err != nil {
			return c.problems, err
		}
	}
	return c.problems, nil
}

type checker struct {
	ctx      context.Context
	db       Querier
	problems []Problem
	has      map[string]bool // system tables that are there
}

// maxPerKind bounds how often the same complaint is repeated for one table.
const maxPerKind = 5

func (c *checker) report(requirement, table, zh, en string) {
	same := 0
	for _, p := range c.problems {
		if p.Requirement == requirement && p.Table == table {
			same++
		}
	}
	if same < maxPerKind {
		c.problems = append(c.problems, Problem{requirement, table, zh, en})
	}
}

func (c *checker) number(query string, args ...any) (int64, error) {
	var n sql.NullInt64
	if err := c.db.QueryRowContext(c.ctx, query, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("running %.80q: %w", query, err)
	}
	return n.Int64, nil
}

// texts reads rows of text columns, NULL as "".
func (c *checker) texts(query string, args ...any) ([][]string, error) {
	rows, err := c.db.QueryContext(c.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("running %.80q: %w", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("running %.80q: %w", query, err)
	}
	var out [][]string
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		targets := make([]any, len(columns))
		for i := range cells {
			targets[i] = &cells[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("running %.80q: %w", query, err)
		}
		row := make([]string, len(columns))
		for i, cell := range cells {
			row[i] = cell.String
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// A rule is a query whose every row is a problem: the table concerned, and what about it.
type rule struct{ requirement, zh, en, query string }

func (c *checker) rules(rules []rule) error {
	for _, r := range rules {
		rows, err := c.texts(r.query)
		if err != nil {
			return err
		}
		for _, row := range rows {
			c.report(r.requirement, row[0], r.zh+"："+row[1], r.en+": "+row[1])
		}
	}
	return nil
}

func (c *checker) marks() error {
	id, err := c.number(`SELECT * FROM pragma_application_id`)
	if err == nil && id != ApplicationID {
		c.report("R2", "", fmt.Sprintf("文件标识是 %#x，不是 GPKG", id), fmt.Sprintf("the application id is %#x, not that of a GeoPackage", id))
	}
	if err != nil {
		return err
	}
	version, err := c.number(`SELECT * FROM pragma_user_version`)
	if err == nil && (version < 10200 || version >= 20000) {
		c.report("R2", "", fmt.Sprintf("user_version %d 不是 GeoPackage 1.2 以上的版本", version), fmt.Sprintf("user_version %d is not a version of GeoPackage from 1.2 on", version))
	}
	return err
}

type systemTable struct {
	name, requirement, columns string
	required                   bool
}

// systemTables are the tables of the standard with their columns, in order.
func systemTables() []systemTable {
	return []systemTable{
		{"gpkg_spatial_ref_sys", "R10", "srs_name srs_id organization organization_coordsys_id definition description", true},
		{"gpkg_contents", "R13", "table_name data_type identifier description last_change min_x min_y max_x max_y srs_id", true},
		{"gpkg_geometry_columns", "R21", "table_name column_name geometry_type_name srs_id z m", true},
		{"gpkg_extensions", "R58", "table_name column_name extension_name definition scope", false},
		{"gpkg_data_columns", "R103", "table_name column_name name title description mime_type constraint_name", false},
		{"gpkg_data_column_constraints", "R107", "constraint_name constraint_type value min min_is_inclusive max max_is_inclusive description", false},
		{"gpkg_metadata", "R93", "id md_scope md_standard_uri mime_type metadata", false},
		{"gpkg_metadata_reference", "R95", "reference_scope table_name column_name row_id_value timestamp md_file_id md_parent_id", false},
	}
}

func (c *checker) systemTables() error {
	for _, t := range systemTables() {
		rows, err := c.texts(`SELECT group_concat(name, ' ') FROM (SELECT name FROM pragma_table_info(?) ORDER BY cid)`, t.name)
		if err != nil {
			return err
		}
		got := rows[0][0]
		if c.has[t.name] = got != ""; !c.has[t.name] && !t.required {
			continue
		}
		if got != t.columns && !strings.HasPrefix(got, t.columns+" ") {
			c.report(t.requirement, t.name, "系统表缺失或字段不全："+got, "the system table is missing or has other columns: "+got)
			return fmt.Errorf("%s is not as the standard has it: %w", t.name, ErrNotGeoPackage)
		}
	}
	return nil
}

// ErrNotGeoPackage is returned when the system tables themselves are missing, so that nothing else can be checked.
var ErrNotGeoPackage = errors.New("not a GeoPackage")

func (c *checker) referenceSystems() error {
	n, err := c.number(`SELECT count(*) FROM gpkg_spatial_ref_sys WHERE (srs_id = -1 AND organization_coordsys_id = -1 AND upper(organization) = 'NONE')
		OR (srs_id = 0 AND organization_coordsys_id = 0 AND upper(organization) = 'NONE')
		OR (srs_id = 4326 AND organization_coordsys_id = 4326 AND upper(organization) = 'EPSG')`)
	if err == nil && n != 3 {
		c.report("R11", "gpkg_spatial_ref_sys", "必备坐标系 -1、0、4326 不全", "the reference systems -1, 0 and 4326 are not all there")
	}
	return err
}

func (c *checker) contents() error {
	return c.rules([]rule{
		{"R14", "内容表登记的表不存在", "a table listed in the contents does not exist",
			`SELECT table_name, table_name FROM gpkg_contents WHERE table_name NOT IN (SELECT name FROM sqlite_schema)`},
		{"R15", "最后修改时间格式不对", "the time of the last change is not in the format of the standard",
			`SELECT table_name, CAST(last_change AS TEXT) FROM gpkg_contents WHERE CAST(last_change AS TEXT) NOT GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9].[0-9]*Z'`},
		{"R16", "坐标系没有登记", "the reference system is not listed",
			`SELECT table_name, srs_id FROM gpkg_contents WHERE srs_id NOT IN (SELECT srs_id FROM gpkg_spatial_ref_sys)`},
		{"R13", "范围倒置", "the extent is upside down", `SELECT table_name, min_x || ' ' || max_x FROM gpkg_contents WHERE min_x > max_x OR min_y > max_y`},
	})
}

func (c *checker) geometryColumns() error {
	return c.rules([]rule{
		{"R22", "要素表没有登记几何字段", "a feature table has no geometry column listed",
			`SELECT table_name, table_name FROM gpkg_contents WHERE data_type = 'features' AND table_name NOT IN (SELECT table_name FROM gpkg_geometry_columns)`},
		{"R23", "登记的几何字段不在内容表中", "a geometry column is listed for a table that is not among the contents",
			`SELECT table_name, column_name FROM gpkg_geometry_columns WHERE table_name NOT IN (SELECT table_name FROM gpkg_contents WHERE data_type = 'features')`},
		{"R24", "登记的几何字段不存在", "a geometry column that is listed does not exist",
			`SELECT g.table_name, g.column_name FROM gpkg_geometry_columns g WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(g.table_name) WHERE name = g.column_name)`},
		{"R25", "几何类型未知", "the geometry type is unknown", `SELECT table_name, geometry_type_name FROM gpkg_geometry_columns WHERE geometry_type_name NOT IN
			('GEOMETRY', 'POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON', 'GEOMETRYCOLLECTION')`},
		{"R31", "字段声明的几何类型与登记不同", "the geometry column is declared with another type than is listed",
			`SELECT g.table_name, t.type FROM gpkg_geometry_columns g JOIN pragma_table_info(g.table_name) t ON t.name = g.column_name WHERE upper(t.type) != g.geometry_type_name`},
		{"R26", "坐标系没有登记", "the reference system is not listed", `SELECT table_name, srs_id FROM gpkg_geometry_columns WHERE srs_id NOT IN (SELECT srs_id FROM gpkg_spatial_ref_sys)`},
		{"R146", "坐标系与内容表不同", "the reference system differs from that in the contents",
			`SELECT g.table_name, g.srs_id FROM gpkg_geometry_columns g JOIN gpkg_contents c USING (table_name) WHERE g.srs_id IS NOT c.srs_id`},
		{"R27", "z 或 m 标志不是 0、1、2", "the z or m flag is not 0, 1 or 2", `SELECT table_name, z || ' ' || m FROM gpkg_geometry_columns WHERE z NOT IN (0,1,2) OR m NOT IN (0,1,2)`},
	})
}

func (c *checker) extensions() error {
	if !c.has["gpkg_extensions"] {
		return nil
	}
	return c.rules([]rule{
		{"R60", "扩展登记的表不存在", "an extension is listed for a table that does not exist",
			`SELECT table_name, extension_name FROM gpkg_extensions WHERE table_name NOTNULL AND table_name NOT IN (SELECT name FROM sqlite_schema)`},
		{"R61", "扩展登记的字段不存在", "an extension is listed for a column that does not exist",
			`SELECT e.table_name, e.column_name FROM gpkg_extensions e WHERE column_name NOTNULL AND NOT EXISTS (SELECT 1 FROM pragma_table_info(e.table_name) WHERE name = e.column_name)`},
		{"R64", "扩展作用域不对", "the scope of an extension is not one of the standard's", `SELECT table_name, scope FROM gpkg_extensions WHERE scope NOT IN ('read-write', 'write-only')`},
		{"R62", "扩展名称不合规", "the name of an extension is not formed as the standard says", `SELECT table_name, extension_name FROM gpkg_extensions WHERE extension_name NOT GLOB '[A-Za-z]*_[A-Za-z0-9]*' OR extension_name GLOB '*[^A-Za-z0-9_]*'`},
		{"R75", "空间索引没有登记为扩展", "a spatial index is not listed as an extension",
			`SELECT g.table_name, g.column_name FROM gpkg_geometry_columns g WHERE 'rtree_' || g.table_name || '_' || g.column_name IN (SELECT name FROM sqlite_schema)
			AND NOT EXISTS (SELECT 1 FROM gpkg_extensions e WHERE e.table_name = g.table_name AND e.column_name = g.column_name AND e.extension_name = 'gpkg_rtree_index')`},
		{"R76", "登记的空间索引不存在", "a spatial index that is listed does not exist",
			`SELECT table_name, column_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index' AND 'rtree_' || table_name || '_' || column_name NOT IN (SELECT name FROM sqlite_schema)`},
	})
}

func (c *checker) dataColumns() error {
	if !c.has["gpkg_data_columns"] {
		return nil
	}
	return c.rules([]rule{
		{"R104", "说明的表不存在", "a column is described of a table that is not among the contents",
			`SELECT table_name, column_name FROM gpkg_data_columns WHERE table_name NOT IN (SELECT table_name FROM gpkg_contents)`},
		{"R105", "说明的字段不存在", "a column is described that does not exist",
			`SELECT d.table_name, d.column_name FROM gpkg_data_columns d WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(d.table_name) WHERE name = d.column_name)`},
		{"R106", "字段绑定的代码表不存在", "a column is bound to a list of codes that does not exist",
			`SELECT table_name, constraint_name FROM gpkg_data_columns WHERE constraint_name NOTNULL AND constraint_name NOT IN (SELECT constraint_name FROM gpkg_data_column_constraints)`},
		{"R108", "代码表类型未知", "a list of codes has an unknown type",
			`SELECT constraint_name, constraint_type FROM gpkg_data_column_constraints WHERE constraint_type NOT IN ('range', 'enum', 'glob')`},
		{"R114", "枚举代码为空", "a code of a list is missing", `SELECT constraint_name, constraint_type FROM gpkg_data_column_constraints WHERE constraint_type IN ('enum', 'glob') AND value IS NULL`},
	})
}

func (c *checker) metadata() error {
	if !c.has["gpkg_metadata"] {
		return nil
	}
	return c.rules([]rule{
		{"R94", "元数据范围未知", "the scope of metadata is unknown", `SELECT 'gpkg_metadata', md_scope FROM gpkg_metadata WHERE md_scope NOT IN ('undefined', 'fieldSession', 'collectionSession',
			'series', 'dataset', 'featureType', 'feature', 'attributeType', 'attribute', 'tile', 'model', 'catalog', 'schema', 'taxonomy', 'software', 'service', 'collectionHardware',
			'nonGeographicDataset', 'dimensionGroup', 'style')`},
		{"R96", "元数据引用范围未知", "the scope of a reference to metadata is unknown",
			`SELECT table_name, reference_scope FROM gpkg_metadata_reference WHERE reference_scope NOT IN ('geopackage', 'table', 'column', 'row', 'row/col')`},
		{"R97", "元数据引用与范围不符", "a reference to metadata does not fit its scope",
			`SELECT table_name, reference_scope FROM gpkg_metadata_reference WHERE (reference_scope = 'geopackage') != (table_name IS NULL)`},
		{"R101", "元数据引用无处可寻", "a reference to metadata leads nowhere",
			`SELECT table_name, md_file_id FROM gpkg_metadata_reference WHERE md_file_id NOT IN (SELECT id FROM gpkg_metadata)`},
	})
}

var typePattern = regexp.MustCompile(`^(BOOLEAN|TINYINT|SMALLINT|MEDIUMINT|INT|INTEGER|FLOAT|DOUBLE|REAL|(TEXT|BLOB)(\(\d+\))?|DATE|DATETIME)$`)
