package intake_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/data/gpkg"
	"lawcircle/data/intake"
)

func contentOf(t testing.TB, src intake.Source) []byte {
	t.Helper()
	content, err := io.ReadAll(io.NewSectionReader(src.Data, 0, src.Size))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// shapefileOf builds a shapefile of one polygon with a hole, drawn as ESRI winds it, with a name and a number of people.
func shapefileOf() (shp, dbf []byte) {
	rings := [][]orb.Point{
		{{89, 42}, {89, 42.5}, {89.5, 42.5}, {89.5, 42}, {89, 42}},
		{{89.1, 42.1}, {89.2, 42.1}, {89.2, 42.2}, {89.1, 42.2}, {89.1, 42.1}},
	}
	var shape bytes.Buffer
	little := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&shape, binary.LittleEndian, v)
		}
	}
	little(uint32(5), [4]float64{89, 42, 89.5, 42.5}, uint32(len(rings)), uint32(10), uint32(0), uint32(5))
	for _, ring := range rings {
		for _, p := range ring {
			little(math.Float64bits(p[0]), math.Float64bits(p[1]))
		}
	}
	header := make([]byte, 100)
	binary.BigEndian.PutUint32(header, 9994)
	binary.LittleEndian.PutUint32(header[28:], 1000)
	binary.LittleEndian.PutUint32(header[32:], 5)
	record := binary.BigEndian.AppendUint32(nil, 1)
	record = binary.BigEndian.AppendUint32(record, uint32(shape.Len()/2))
	shp = append(append(header, record...), shape.Bytes()...)
	binary.BigEndian.PutUint32(shp[24:], uint32(len(shp)/2))

	field := func(name string, kind byte, length byte) []byte {
		out := make([]byte, 32)
		copy(out, name)
		out[11], out[16] = kind, length
		return out
	}
	head := make([]byte, 32)
	head[0] = 3
	binary.LittleEndian.PutUint32(head[4:], 1)
	binary.LittleEndian.PutUint16(head[8:], 32+2*32+1)
	binary.LittleEndian.PutUint16(head[10:], 1+12+6)
	dbf = bytes.Join([][]byte{head, field("NAME", 'C', 12), field("POP", 'N', 6), {0x0d}, []byte(" 亚尔镇   " + "  1234"), {0x1a}}, nil)
	return shp, dbf
}

// geoPackageOf builds a small GeoPackage of one layer of points.
func geoPackageOf(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "points.gpkg")
	dsn, err := gpkg.DSN(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	db := gpkg.Open(dsn)
	defer db.Close()
	ctx := context.Background()
	blob, err := gpkg.Encode(orb.Point{89.123456, 42.123456})
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []struct {
		query string
		args  []any
	}{
		{"PRAGMA page_size = 512", nil},
		{"CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER)", nil},
		{"CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER)", nil},
		{"CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT)", nil},
		{"INSERT INTO gpkg_contents VALUES ('p', 'features', 4326)", nil},
		{"INSERT INTO gpkg_geometry_columns VALUES ('p', 'geom', 4326)", nil},
		{"INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '')", nil},
		{"CREATE TABLE p (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, people REAL)", nil},
		{"INSERT INTO p VALUES (1, ?, '甲', 12.0)", []any{blob}},
	} {
		if _, err := db.ExecContext(ctx, statement.query, statement.args...); err != nil {
			t.Fatal(err)
		}
	}
	db.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestHandMadeFiles(t *testing.T) {
	shp, dbf := shapefileOf()
	for name, src := range map[string]intake.Source{
		"shp":  intake.BytesSource("a.zip", zipOf(t, map[string][]byte{"资料/a.shp": shp, "资料/a.dbf": dbf, "__MACOSX/._a.shp": {1}})),
		"gpkg": intake.BytesSource("a.gpkg", geoPackageOf(t)),
	} {
		b, err := intake.Settlements(context.Background(), src, intake.Options{CRS: "wgs84", People: map[string]string{"shp": "POP", "gpkg": "people"}[name]}, nil, intake.CRSReference{})
		if err != nil || len(b.Settlements) != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		s := b.Settlements[0]
		if want := map[string]string{"shp": "亚尔镇", "gpkg": "甲"}[name]; s.Name != want || !s.People.Known || s.People.Count == 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}
