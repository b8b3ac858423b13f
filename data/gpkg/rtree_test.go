package gpkg

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/internal/testdata"
)

// newLayer makes a GeoPackage with one layer of lines and its spatial index.
func newLayer(tb testing.TB) *sql.DB {
	tb.Helper()
	dsn, err := DSN(filepath.Join(tb.TempDir(), "layer.gpkg"), map[string]string{"_synchronous": "OFF"})
	if err != nil {
		tb.Fatal(err)
	}
	db := Open(dsn)
	tb.Cleanup(func() { db.Close() })
	ctx := context.Background()
	layer := Layer{Table: "lines", Title: "线", GeometryType: "LINESTRING", Columns: []Column{{Name: "name", Title: "名称", Constraint: "kinds"}}}
	for _, step := range []func() error{
		func() error { return CreateCore(ctx, db) },
		func() error {
			_, err := db.Exec(`CREATE TABLE lines (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom LINESTRING, name TEXT)`)
			return err
		},
		func() error { return PutCodes(ctx, db, "kinds", []Code{{"a", "甲"}, {"b", "乙"}}) },
		func() error { return Register(ctx, db, layer) }, func() error { return Register(ctx, db, layer) }, // twice is once
		func() error { return CreateRTree(ctx, db, "lines") }, func() error { return CreateTriggers(ctx, db, "lines") },
	} {
		if err := step(); err != nil {
			tb.Fatal(err)
		}
	}
	return db
}

func anyLine(random *rand.Rand) orb.LineString {
	at := orb.Point{random.Float64()*360 - 180, random.Float64()*180 - 90}
	return orb.LineString{at, {at[0] + random.Float64(), at[1] - random.Float64()}}
}

// wantIndex compares the index with the rows: by a window query against a plain scan, and by the full check.
func wantIndex(t *testing.T, db *sql.DB, random *rand.Rand) {
	t.Helper()
	problems, err := Check(context.Background(), db)
	if err != nil || len(problems) > 0 {
		t.Fatalf("check: %+v, %v", problems, err)
	}
	for range 20 {
		x, y, size := random.Float64()*360-180, random.Float64()*180-90, random.Float64()*40
		ids := func(query string) []int64 {
			rows, err := db.Query(query, x, x+size, y, y+size)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			var out []int64
			for rows.Next() {
				var id int64
				if err := rows.Scan(&id); err != nil {
					t.Fatal(err)
				}
				out = append(out, id)
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			return out
		}
		got := ids(`SELECT id FROM rtree_lines_geom WHERE maxx >= ?1 AND minx <= ?2 AND maxy >= ?3 AND miny <= ?4 ORDER BY id`)
		want := ids(`SELECT fid FROM lines WHERE ST_MaxX(geom) >= ?1 AND ST_MinX(geom) <= ?2 AND ST_MaxY(geom) >= ?3 AND ST_MinY(geom) <= ?4 ORDER BY fid`)
		if !slices.Equal(got, want) {
			t.Fatalf("window %v %v %v: the index finds %v, a scan %v", x, y, size, got, want)
		}
	}
}

func TestTriggersKeepTheIndex(t *testing.T) {
	db := newLayer(t)
	random := rand.New(rand.NewPCG(1, 1))
	blob := func(line orb.LineString) []byte {
		out, err := Encode(line)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for range 300 {
		id := random.IntN(60) + 1
		var err error
		switch random.IntN(8) {
		case 0, 1, 2:
			_, err = db.Exec(`INSERT INTO lines (fid, geom) VALUES (?,?) ON CONFLICT (fid) DO UPDATE SET geom = excluded.geom`, id, blob(anyLine(random)))
		case 3:
			_, err = db.Exec(`UPDATE lines SET geom = ? WHERE fid = ?`, blob(anyLine(random)), id)
		case 4:
			_, err = db.Exec(`UPDATE lines SET geom = ? WHERE fid = ?`, []any{nil, blob(orb.LineString{})}[random.IntN(2)], id)
		case 5:
			_, err = db.Exec(`UPDATE lines SET fid = (SELECT max(fid) + 1 FROM lines) WHERE fid = ?`, id)
		case 6:
			_, err = db.Exec(`UPDATE lines SET fid = (SELECT max(fid) + 1 FROM lines), geom = NULL WHERE fid = ?`, id)
		default:
			_, err = db.Exec(`DELETE FROM lines WHERE fid % 60 = ?`, id)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	wantIndex(t, db, random)
}

func TestPackedIndex(t *testing.T) {
	for _, size := range []int{0, 1, 44, 45, 46, 51, 52, 1999, 6000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			db := newLayer(t)
			random := rand.New(rand.NewPCG(2, uint64(size)))
			fillPacked(t, db, random, size)
			wantIndex(t, db, random)
			for range 200 { // the triggers go on where the packing left off
				if _, err := db.Exec(`UPDATE lines SET geom = (SELECT geom FROM lines ORDER BY fid LIMIT 1 OFFSET ?) WHERE fid = ?`, random.IntN(size+1), random.IntN(size+1)); err != nil {
					t.Fatal(err)
				}
				if _, err := db.Exec(`DELETE FROM lines WHERE fid = ?`, random.IntN(size+1)); err != nil {
					t.Fatal(err)
				}
				blob, err := Encode(anyLine(random))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := db.Exec(`INSERT INTO lines (geom) VALUES (?)`, blob); err != nil {
					t.Fatal(err)
				}
			}
			wantIndex(t, db, random)
		})
	}
}

// fillPacked writes lines without triggers and packs the index afterwards. A third of the lines has no envelope, as other programs may
// write them; some rows are empty.
func fillPacked(tb testing.TB, db *sql.DB, random *rand.Rand, size int) {
	tb.Helper()
	ctx := context.Background()
	tx, err := db.Begin()
	if err != nil {
		tb.Fatal(err)
	}
	defer tx.Rollback()
	if err := DropTriggers(ctx, tx, "lines"); err != nil {
		tb.Fatal(err)
	}
	for i := range size {
		blob, err := Encode(anyLine(random))
		if err != nil {
			tb.Fatal(err)
		}
		switch i % 9 {
		case 0, 1, 2:
			blob = append(append(slices.Clone(blob[:3]), 1, blob[4], blob[5], blob[6], blob[7]), blob[40:]...)
		case 3:
			blob = nil
		}
		if _, err := tx.Exec(`INSERT INTO lines (geom) VALUES (?)`, blob); err != nil {
			tb.Fatal(err)
		}
	}
	if err := RebuildRTree(ctx, tx, "lines"); err != nil {
		tb.Fatal(err)
	}
	if err := CreateTriggers(ctx, tx, "lines"); err != nil {
		tb.Fatal(err)
	}
	if err := RefreshExtent(ctx, tx, "lines", "2020-01-01T00:00:00.000Z"); err != nil {
		tb.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		tb.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE gpkg_contents SET min_x = -181, max_x = 181, min_y = -91, max_y = 91`); err != nil { // for the edits to come
		tb.Fatal(err)
	}
}

func TestDropLeavesNothing(t *testing.T) {
	db := newLayer(t)
	if err := Drop(context.Background(), db, "lines"); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM sqlite_schema WHERE name LIKE '%lines%') + (SELECT count(*) FROM gpkg_contents)`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d things left, error %v", left, err)
	}
	if problems, err := Check(context.Background(), db); err != nil || len(problems) > 0 {
		t.Errorf("check: %+v, %v", problems, err)
	}
}

// Sound files of other programs pass: the sample of the standard's reference library (but for curves, which are an extension) and
// layers that QGIS and GDAL wrote.
func TestCheckOfOtherPrograms(t *testing.T) {
	for _, name := range []string{"gis/gpkg/nga_java_example.gpkg", "gis/goat_upload/valid_point_valid.gpkg", "gis/goat_upload/valid_polygon_valid.gpkg",
		"gis/goat_upload/tool_points_with_category.gpkg"} {
		t.Run(name, func(t *testing.T) {
			dsn, err := DSN(testdata.Shared(t, name), map[string]string{"mode": "ro", "immutable": "1"})
			if err != nil {
				t.Fatal(err)
			}
			db := Open(dsn)
			defer db.Close()
			problems, err := Check(context.Background(), db)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				if p.Table != "non_linear_geometries" {
					t.Errorf("%+v", p)
				}
			}
		})
	}
}
