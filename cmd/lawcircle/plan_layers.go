package main

import (
	"context"
	"strings"

	"lawcircle/coverage"
	"lawcircle/data/export"
)

// writePlanLayer writes a layer of the plan's analyses to a file by its ending; "" writes nothing.
func (s *study) writePlanLayer(ctx context.Context, path string, layer *export.Layer, run coverage.Run) error {
	if path == "" {
		return nil
	}
	layer.Members = []export.Value{{Name: "run", Value: run}}
	prepared, err := export.Prepare(ctx, layer, export.Options{Synthetic: s.county.Synthetic})
	if err != nil {
		return err
	}
	return writeLayer(ctx, path, prepared, export.GB18030)
}

// supplyLayer is supply and demand per unit with the units' boundaries, for a map of people per 10,000.
func supplyLayer(e *coverage.Equity) *export.Layer {
	decimal := func(name, zh string) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: strings.ReplaceAll(name, "_", " "), Type: export.Real}
	}
	out := &export.Layer{Name: "supply", TitleZh: "供给与需求", TitleEn: "Supply and demand", GeometryType: "MULTIPOLYGON", Columns: []export.Column{
		{Name: "code", TitleZh: "区划代码", TitleEn: "code", Type: export.Text}, {Name: "name", TitleZh: "名称", TitleEn: "name", Type: export.Text},
		{Name: "level", TitleZh: "级别", TitleEn: "level", Type: export.Integer}, {Name: "people", TitleZh: "人口", TitleEn: "people", Type: export.Integer},
		decimal("supply", "本地供给"), decimal("supply_per_10k", "每万人供给"), decimal("access_per_10k", "每万人可达供给"), decimal("people_per_supply", "每单位供给对应人口"),
		{Name: "calls_12348", TitleZh: "12348来电（需求）", TitleEn: "calls to 12348 (demand)", Type: export.Integer}}}
	var rows []export.Row
	for _, u := range e.Units {
		var calls any
		if u.CallsKnown {
			calls = u.Calls
		}
		rows = append(rows, export.Row{Geometry: shapeOrNil(u.Unit.Geometry), Values: []any{u.Unit.Code, u.Unit.Name, int64(u.Unit.Level), u.People, u.Supply,
			maybe(u.PerTenK, u.Defined), maybe(u.Mean*tenThousand, u.Defined), maybe(u.PeoplePer1, u.Supply > 0), calls}})
	}
	out.Rows, out.Count = export.RowsOf(rows), int64(len(rows))
	return out
}

// circuitAccessLayer is every settlement with its verdict by fixed points and on circuit days, for the map of circuit days.
func circuitAccessLayer(county *coverage.County, access *coverage.CircuitAccess) *export.Layer {
	text := func(name, zh, en string) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: en, Type: export.Text}
	}
	out := &export.Layer{Name: "circuit_access", TitleZh: "巡回日可达", TitleEn: "Reachable on circuit days", GeometryType: "POINT", Columns: []export.Column{
		text("settlement_id", "居民点编号", "settlement id"), text("name", "名称", "name"), text("code", "区划代码", "code"),
		{Name: "people", TitleZh: "人口", TitleEn: "people", Type: export.Integer}, text("fixed", "固定点", "by fixed points"), text("circuit_days", "巡回日", "on circuit days"),
		text("circuits", "巡回路线", "circuits")}}
	by := map[int][]string{}
	for _, c := range access.Circuits {
		for _, r := range c.Reached {
			by[r.Settlement] = append(by[r.Settlement], c.Circuit.ID)
		}
	}
	var rows []export.Row
	for i, v := range access.Fixed.Verdicts {
		place := county.Settlements[v.Settlement]
		rows = append(rows, export.Row{Geometry: place.Point, Values: []any{place.ID, textOrNil(place.Name), textOrNil(place.Code), maybeCount(place.People), string(v.Status),
			string(access.OnDays.Verdicts[i].Status), textOrNil(strings.Join(by[v.Settlement], " "))}})
	}
	out.Rows, out.Count = export.RowsOf(rows), int64(len(rows))
	return out
}

func maybeCount(p coverage.People) any {
	if !p.Known {
		return nil
	}
	return p.Count
}
