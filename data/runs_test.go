package data_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
)

func aRun(t testing.TB) data.KeptRun {
	t.Helper()
	run, err := coverage.Run{At: "2020-01-02T03:04:05Z", Kind: "coverage", Question: map[string]any{"minutes": 10.0}, Profile: "walk", LimitMs: 600000}.Identify()
	if err != nil {
		t.Fatal(err)
	}
	return data.KeptRun{Run: run, Result: json.RawMessage(`{"people":3}`), Layers: []data.RunLayer{
		{Name: "access", Title: "可达性", GeometryType: "POINT",
			Columns: []data.RunColumn{{"settlement_id", "居民点", "TEXT"}, {"ms", "毫秒", "INTEGER"}, {"share", "占比", "REAL"}, {"covered", "在圈内", "BOOLEAN"}, {"on_day", "日期", "DATE"}},
			Rows:    []data.RunRow{{orb.Point{89, 42}, []any{"v1", int64(599999), 0.5, true, "2020-02-30"}}, {nil, []any{"v2", nil, nil, false, nil}}}},
		{Name: "areas", Title: "汇总", Columns: []data.RunColumn{{"code", "代码", "TEXT"}}, Rows: []data.RunRow{{nil, []any{"650421000000"}}}},
		{Name: "gaps", Title: "缺口", GeometryType: "MULTIPOLYGON", Rows: []data.RunRow{{orb.Polygon{{{0, 0}, {1, 0}, {0, 1}, {0, 0}}}, []any{}}}},
	}}
}

func TestRunsAreKeptReplacedAndDeleted(t *testing.T) {
	p := newProject(t)
	kept := aRun(t)
	for range 2 { // the second replaces the first
		update(t, p, func(tx *data.Tx) error { return tx.PutRun(kept) })
	}
	runs, err := p.Runs(t.Context())
	if err != nil || len(runs) != 1 || !reflect.DeepEqual(runs[0], kept.Run) {
		t.Fatalf("runs %+v, error %v", runs, err)
	}
	got, err := p.Run(t.Context(), kept.Run.ID)
	if err != nil || string(got.Result) != `{"people":3}` || len(got.Layers) != 3 {
		t.Fatalf("run %+v, error %v", got, err)
	}
	for _, want := range kept.Layers {
		layer, err := p.RunLayer(t.Context(), kept.Run.ID, want.Name)
		if err != nil {
			t.Fatal(err)
		}
		if want.Name == "gaps" {
			want.Rows = []data.RunRow{{orb.MultiPolygon{want.Rows[0].Geometry.(orb.Polygon)}, []any{}}}
			want.Columns = nil
		}
		if !reflect.DeepEqual(*layer, want) {
			t.Errorf("layer %s:\ngot  %+v\nwant %+v", want.Name, *layer, want)
		}
	}
	update(t, p, func(tx *data.Tx) error { return tx.DeleteRun(kept.Run.ID) })
	if _, err := p.RunLayer(t.Context(), kept.Run.ID, "access"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("reading a deleted layer: %v", err)
	}
	if err := p.Update(t.Context(), data.Change{}, func(tx *data.Tx) error { return tx.DeleteRun(kept.Run.ID) }); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("deleting a run twice: %v", err)
	}
}

func TestRunLayersThatCannotBeKept(t *testing.T) {
	p := newProject(t)
	for name, spoil := range map[string]func(*data.RunLayer){
		"name":          func(l *data.RunLayer) { l.Name = `x"; DROP TABLE roads; --` },
		"column":        func(l *data.RunLayer) { l.Columns[0].Name = "geom" },
		"column twice":  func(l *data.RunLayer) { l.Columns[1].Name = l.Columns[0].Name },
		"type":          func(l *data.RunLayer) { l.Columns[0].Type = "BLOB" },
		"geometry type": func(l *data.RunLayer) { l.GeometryType = "CIRCLE" },
		"values":        func(l *data.RunLayer) { l.Rows[0].Values = nil },
		"geometry":      func(l *data.RunLayer) { l.Rows[0].Geometry = orb.LineString{{0, 0}, {1, 1}} },
	} {
		kept := aRun(t)
		spoil(&kept.Layers[0])
		if err := p.Update(t.Context(), data.Change{}, func(tx *data.Tx) error { return tx.PutRun(kept) }); err == nil {
			t.Errorf("a layer with a wrong %s is kept", name)
		}
	}
	if runs, err := p.Runs(t.Context()); err != nil || len(runs) != 0 {
		t.Errorf("runs left behind: %v, %v", runs, err)
	}
}
