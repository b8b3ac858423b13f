package gpkg

import (
	"bytes"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// layers checks the user's tables one by one.
func (c *checker) layers() error {
	rows, err := c.texts(`SELECT c.table_name, c.data_type, ifnull(g.column_name, ''), ifnull(g.geometry_type_name, ''), ifnull(g.srs_id, 0) FROM gpkg_contents c
		LEFT JOIN gpkg_geometry_columns g USING (table_name) WHERE c.table_name IN (SELECT name FROM sqlite_schema) ORDER BY c.table_name`)
	if err != nil {
		return err
	}
	for _, row := range rows {
		key, err := c.tableColumns(row[0], row[2])
		if err != nil {
			return err
		}
		if row[1] != "features" || row[2] == "" || key == "" {
			continue
		}
		l := layerCheck{checker: c, table: row[0], key: key, geom: row[2], kind: row[3], srs: row[4]}
		if err := l.run(); err != nil {
			return fmt.Errorf("checking layer %s: %w", row[0], err)
		}
	}
	return nil
}

// tableColumns checks the primary key and the types of a table and returns the name of the key.
func (c *checker) tableColumns(table, geom string) (key string, err error) {
	columns, err := c.texts(`SELECT name, upper(type), pk FROM pragma_table_info(?)`, table)
	if err != nil {
		return "", err
	}
	for _, column := range columns {
		name, kind := column[0], column[1]
		if column[2] != "0" && kind == "INTEGER" {
			key = name
		}
		if name != geom && !typePattern.MatchString(kind) {
			c.report("R5", table, fmt.Sprintf("字段 %s 的类型 %s 不是 GeoPackage 的类型", name, kind), fmt.Sprintf("column %s has the type %s, which is none of a GeoPackage", name, kind))
		}
	}
	if key == "" {
		c.report("R29", table, "没有整数主键", "there is no integer primary key")
	}
	return key, nil
}

// layerCheck goes once over a layer's geometry, comparing it with the extent and with the spatial index.
type layerCheck struct {
	*checker
	table, key, geom, kind, srs string
	extent                      Envelope
	hasExtent                   bool
	index                       map[int64][4]float64 // what is left of the spatial index: entries that no row has claimed
	hasIndex                    bool
}

func (l *layerCheck) run() error {
	var minX, minY, maxX, maxY sql.NullFloat64
	err := l.db.QueryRowContext(l.ctx, `SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?`, l.table).Scan(&minX, &minY, &maxX, &maxY)
	if err != nil {
		return err
	}
	l.extent, l.hasExtent = Envelope{minX.Float64, maxX.Float64, minY.Float64, maxY.Float64}, minX.Valid && minY.Valid && maxX.Valid && maxY.Valid
	if err := l.readIndex(); err != nil {
		return err
	}
	rows, err := l.db.QueryContext(l.ctx, "SELECT "+Quote(l.key)+", "+Quote(l.geom)+" FROM "+Quote(l.table))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var value sql.RawBytes
		if err := rows.Scan(&id, &value); err != nil {
			return err
		}
		if value != nil {
			l.geometry(id, value)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.index)) {
		l.report("R77", l.table, fmt.Sprintf("空间索引有第 %d 行，表中没有", id), fmt.Sprintf("the spatial index holds row %d, which the table does not", id))
	}
	return rows.Err()
}

func (l *layerCheck) readIndex() error {
	name := "rtree_" + l.table + "_" + l.geom
	there, err := l.number(`SELECT count(*) FROM sqlite_schema WHERE name = ?`, name)
	if err != nil || there == 0 {
		return err
	}
	l.hasIndex, l.index = true, map[int64][4]float64{}
	if err := l.triggers(name); err != nil {
		return err
	}
	verdict, err := l.texts(`SELECT rtreecheck(?)`, name)
	if err != nil {
		return err
	}
	if verdict[0][0] != "ok" {
		l.report("R77", l.table, "空间索引内部损坏："+verdict[0][0], "the spatial index is damaged inside: "+verdict[0][0])
	}
	rows, err := l.db.QueryContext(l.ctx, "SELECT id, minx, maxx, miny, maxy FROM "+Quote(name))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var box [4]float64
		if err := rows.Scan(&id, &box[0], &box[1], &box[2], &box[3]); err != nil {
			return err
		}
		l.index[id] = box
	}
	return rows.Err()
}

// triggers compares the triggers of the spatial index with those of the standard, whatever the layout of their text. The sets of versions
// before 1.4 pass too when they are complete.
func (l *layerCheck) triggers(index string) error {
	rows, err := l.texts(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?`, l.table)
	if err != nil {
		return err
	}
	got := map[string]string{}
	for _, row := range rows {
		got[row[0]] = row[1]
	}
	has := func(suffixes ...string) bool {
		return slices.ContainsFunc(suffixes, func(s string) bool { _, ok := got[index+"_"+s]; return ok })
	}
	for _, either := range [][]string{{"insert"}, {"delete"}, {"update2"}, {"update4"}, {"update3", "update5"}, {"update1", "update6"}, {"update1", "update7"}} {
		if !has(either...) {
			l.report("R77", l.table, "空间索引缺少触发器 "+strings.Join(either, "/"), "the spatial index lacks its trigger "+strings.Join(either, "/"))
		}
	}
	if l.key != "fid" || l.geom != "geom" {
		return nil
	}
	want := RTreeTriggers(l.table)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if text, ok := got[name]; ok && squeeze(text) != squeeze(want[name]) {
			l.report("R77", l.table, "触发器 "+name+" 与标准不同", "the trigger "+name+" differs from that of the standard")
		}
	}
	return nil
}

// squeeze drops what does not matter in SQL: blanks, quotes, case.
func squeeze(text string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "\n", "", "\t", "", "\r", "", `"`, "", ";", "").Replace(text))
}

// geometry checks one blob.
func (l *layerCheck) geometry(id int64, blob []byte) {
	wrong := func(requirement, zh, en string) {
		l.report(requirement, l.table, fmt.Sprintf("第 %d 行：%s", id, zh), fmt.Sprintf("row %d: %s", id, en))
	}
	box, indexed := l.index[id]
	delete(l.index, id)
	head, err := readHeader(blob)
	if err != nil {
		wrong("R19", "几何数据头损坏", "the head of the geometry is damaged")
		return
	}
	geometry, srs, err := Decode(bytes.Clone(blob))
	if err != nil {
		wrong("R20", "几何数据损坏", "the geometry is damaged")
		return
	}
	if fmt.Sprint(srs) != l.srs {
		wrong("R33", fmt.Sprintf("几何的坐标系是 %d，应为 %s", srs, l.srs), fmt.Sprintf("the geometry is in reference system %d, not %s", srs, l.srs))
	}
	if !assignable(geometry, l.kind) {
		wrong("R32", "几何类型 "+geometry.GeoJSONType()+" 不属于 "+l.kind, "a "+geometry.GeoJSONType()+" does not belong in a layer of "+l.kind)
	}
	bound := geometry.Bound()
	empty := !pointsIn(geometry)
	if head.empty != empty {
		wrong("R19", "空几何标志不符", "the flag of emptiness is wrong")
		return
	}
	if empty {
		if indexed {
			wrong("R77", "空几何不应在空间索引中", "empty geometry must not be in the spatial index")
		}
		return
	}
	exact := Envelope{bound.Min[0], bound.Max[0], bound.Min[1], bound.Max[1]}
	if head.hasEnvelope && head.envelope != exact {
		wrong("R19", "几何的外框与坐标不符", "the envelope of the geometry does not fit its coordinates")
	}
	if l.hasExtent && outside(exact, l.extent) {
		wrong("R13", "超出内容表登记的范围", "lies outside the extent in the contents")
	}
	switch {
	case !l.hasIndex:
	case !indexed:
		wrong("R77", "不在空间索引中", "is not in the spatial index")
	case !tight(box, exact):
		wrong("R77", "空间索引中的外框不符", "the box in the spatial index does not fit")
	}
}

// slack is how far a 32-bit number, rounded outwards, may be from what it stands for.
func slack(v float64) float64 { return math.Abs(v)*2.5e-7 + 1e-30 }

// outside allows for extents that a program took from 32-bit numbers.
func outside(e, extent Envelope) bool {
	return e.MinX < extent.MinX-slack(e.MinX) || e.MaxX > extent.MaxX+slack(e.MaxX) || e.MinY < extent.MinY-slack(e.MinY) || e.MaxY > extent.MaxY+slack(e.MaxY)
}

// tight reports whether a box of 32-bit numbers encloses another and is hardly larger.
func tight(box [4]float64, exact Envelope) bool {
	return box[0] <= exact.MinX && exact.MinX-box[0] <= slack(exact.MinX) && box[1] >= exact.MaxX && box[1]-exact.MaxX <= slack(exact.MaxX) &&
		box[2] <= exact.MinY && exact.MinY-box[2] <= slack(exact.MinY) && box[3] >= exact.MaxY && box[3]-exact.MaxY <= slack(exact.MaxY)
}

func pointsIn(geometry orb.Geometry) bool {
	switch g := geometry.(type) {
	case orb.MultiPoint:
		return len(g) > 0
	case orb.LineString:
		return len(g) > 0
	case orb.MultiLineString:
		return slices.ContainsFunc(g, func(l orb.LineString) bool { return len(l) > 0 })
	case orb.Polygon:
		return slices.ContainsFunc(g, func(r orb.Ring) bool { return len(r) > 0 })
	case orb.MultiPolygon:
		return slices.ContainsFunc(g, func(p orb.Polygon) bool { return pointsIn(p) })
	}
	return true
}

func assignable(geometry orb.Geometry, kind string) bool {
	got := strings.ToUpper(geometry.GeoJSONType())
	if m, isMulti := geometry.(orb.MultiPoint); isMulti && len(m) == 0 && kind == "POINT" {
		return true // an empty point
	}
	return kind == "GEOMETRY" || got == kind || kind == "GEOMETRYCOLLECTION" && strings.HasPrefix(got, "MULTI")
}
