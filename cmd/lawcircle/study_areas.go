package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/export"
)

// writeCircles draws the covered area of a result.
func (s *study) writeCircles(ctx context.Context, w io.Writer, run coverage.Run, r *coverage.Result) error {
	circles, err := s.engine.Circles(ctx, r.Query, []time.Duration{r.Query.Limit})
	if err != nil {
		return err
	}
	return export.CirclesGeoJSON(w, s.county, run, r.Query.Profile, circles)
}

// writeGaps draws what the circle leaves out of each unit.
func (s *study) writeGaps(ctx context.Context, w io.Writer, run coverage.Run, r *coverage.Result) error {
	gaps, err := s.engine.Gaps(ctx, r)
	if err != nil {
		return err
	}
	return export.GapsGeoJSON(w, s.county, run, r.Query, gaps)
}

// keep stores the run with its settlements, circle and gaps as layers of the project file.
func (s *study) keep(ctx context.Context, run coverage.Run, r *coverage.Result) error {
	circles, err := s.engine.Circles(ctx, r.Query, []time.Duration{r.Query.Limit})
	if err != nil {
		return err
	}
	gaps, err := s.engine.Gaps(ctx, r)
	if err != nil {
		return err
	}
	totals, err := json.Marshal(coverageJSON(run, r))
	if err != nil {
		return fmt.Errorf("keeping run %s: %w", run.ID, err)
	}
	kept := data.KeptRun{Run: run, Result: totals, Layers: []data.RunLayer{accessLayer(s.county, r), circleLayer(circles), gapLayer(gaps)}}
	return s.project.Update(ctx, data.Change{What: "保存计算 " + run.ID}, func(tx *data.Tx) error { return tx.PutRun(kept) })
}

func accessLayer(county *coverage.County, r *coverage.Result) data.RunLayer {
	layer := data.RunLayer{Name: "access", Title: "居民点可达性", GeometryType: "POINT", Columns: []data.RunColumn{
		{Name: "settlement_id", Title: "居民点编号", Type: "TEXT"}, {Name: "name", Title: "名称", Type: "TEXT"}, {Name: "admin_code", Title: "区划代码", Type: "TEXT"},
		{Name: "people", Title: "人口", Type: "INTEGER"}, {Name: "status", Title: "判定", Type: "TEXT"}, {Name: "seconds", Title: "秒", Type: "REAL"},
		{Name: "facility_id", Title: "最近服务点", Type: "TEXT"}, {Name: "snap_m", Title: "离路（米）", Type: "REAL"}, {Name: "reason", Title: "原因", Type: "TEXT"}}}
	for _, v := range r.Verdicts {
		settlement := county.Settlements[v.Settlement]
		row := data.RunRow{Geometry: settlement.Point, Values: []any{settlement.ID, settlement.Name, settlement.Code, nil, string(v.Status), nil, nil, nil, string(v.Reason)}}
		if v.People.Known {
			row.Values[3] = v.People.Count
		}
		if v.Time.OK {
			row.Values[5], row.Values[6] = v.Time.Duration.Seconds(), r.Selection.Facilities[v.Time.Facility].ID
		}
		if v.Time.Snapped {
			row.Values[7] = v.Time.SnapM
		}
		layer.Rows = append(layer.Rows, row)
	}
	return layer
}

func circleLayer(circles []coverage.Circle) data.RunLayer {
	layer := data.RunLayer{Name: "circles", Title: "服务圈", GeometryType: "MULTIPOLYGON", Columns: []data.RunColumn{
		{Name: "minutes", Title: "分钟", Type: "REAL"}, {Name: "area_m2", Title: "面积（平方米）", Type: "REAL"}}}
	for _, c := range circles {
		layer.Rows = append(layer.Rows, data.RunRow{Geometry: shapeOrNil(c.Area), Values: []any{c.Limit.Minutes(), c.AreaM2}})
	}
	return layer
}

func gapLayer(gaps []coverage.Gap) data.RunLayer {
	layer := data.RunLayer{Name: "gaps", Title: "缺口", GeometryType: "MULTIPOLYGON", Columns: []data.RunColumn{
		{Name: "admin_code", Title: "区划代码", Type: "TEXT"}, {Name: "name", Title: "名称", Type: "TEXT"},
		{Name: "people_uncovered", Title: "未覆盖人口", Type: "INTEGER"}, {Name: "settlements_uncovered", Title: "未覆盖居民点", Type: "INTEGER"}}}
	for _, g := range gaps {
		layer.Rows = append(layer.Rows, data.RunRow{Geometry: shapeOrNil(g.Area), Values: []any{g.Unit.Code, g.Unit.Name, g.People, int64(g.Settlements)}})
	}
	return layer
}

func shapeOrNil(area orb.MultiPolygon) orb.Geometry {
	if len(area) == 0 {
		return nil
	}
	return area
}
