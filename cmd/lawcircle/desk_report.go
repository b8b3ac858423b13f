package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"lawcircle/coverage"
	"lawcircle/data/export"
	"lawcircle/data/report"
	"lawcircle/server"
	"lawcircle/server/locale"
)

// exportDesk implements server.Exporter.
type exportDesk struct{ *desk }

// Layers implements server.Exporter: the layers of results.
func (e exportDesk) Layers() []string { return []string{"settlements", "circles", "gaps"} }

// Formats implements server.Exporter.
func (e exportDesk) Formats() map[string]string {
	return map[string]string{"geojson": "application/geo+json", "csv": "text/csv; charset=utf-8"}
}

// Export implements server.Exporter.
func (e exportDesk) Export(ctx context.Context, w io.Writer, what server.Export) error {
	if what.CRS != "" && what.CRS != "wgs84" {
		return fmt.Errorf("此接口的 GeoJSON 和 CSV 只用 WGS-84 / GeoJSON and CSV here are in WGS-84, not %s", what.CRS)
	}
	analyst := e.analyst(what.Study)
	q := what.Result.Query
	switch {
	case what.Layer == "settlements" && what.Format == "csv":
		return export.Access(w, what.Study.County, what.Result)
	case what.Format == "csv":
		return fmt.Errorf("图层 %s 是面，请用 geojson / layer %[1]s has areas: use geojson", what.Layer)
	case what.Layer == "settlements":
		return writeSettlements(w, report.Input{Run: what.Run, Report: &coverage.Report{Whole: what.Study.County, County: what.Study.County, Result: what.Result}})
	case what.Layer == "circles":
		circles, err := analyst.Circles(ctx, q, []time.Duration{q.Limit})
		if err != nil {
			return err
		}
		return export.CirclesGeoJSON(w, what.Study.County, what.Run, q.Profile, circles)
	default:
		gaps, err := analyst.Gaps(ctx, what.Result)
		if err != nil {
			return err
		}
		return export.GapsGeoJSON(w, what.Study.County, what.Run, q, gaps)
	}
}

// Report implements server.Exporter: html, xlsx or zip.
func (e exportDesk) Report(ctx context.Context, w io.Writer, what server.Export) error {
	analyst, ok := e.analyst(what.Study).(deskAnalyst)
	if !ok {
		return errors.New("this analyst compiles no reports")
	}
	content, err := analyst.Report(ctx, coverage.ReportQuestion{Query: what.Result.Query, Unit: what.Unit})
	if err != nil {
		return err
	}
	if sums, found := sumsOf(what.Result, what.Unit); !found || sums != content.Result.Totals {
		return errors.New("报告目前只能对覆盖问题编制，不能对组合规则编制 / a report can be compiled for a question of coverage, not for a composite rule")
	}
	in := report.Input{Report: content, Run: what.Run, English: what.Language == locale.English}
	if err := surround(ctx, e.project, &in); err != nil {
		return err
	}
	switch what.Format {
	case "html":
		return report.HTML(w, in)
	case "xlsx":
		return report.XLSX(w, in)
	case "zip":
		layers, err := reportLayers(ctx, analyst.Engine, in)
		if err != nil {
			return err
		}
		return report.Zip(w, in, layers)
	default:
		return fmt.Errorf("a report is html, xlsx or zip, not %q", what.Format)
	}
}

// sumsOf finds the sums of a unit in a result, "" being all.
func sumsOf(r *coverage.Result, unit string) (coverage.Sums, bool) {
	if unit == "" {
		return r.Totals, true
	}
	for _, a := range r.Areas {
		if a.Unit.Code == unit {
			return a.Sums, true
		}
	}
	return coverage.Sums{}, false
}
