package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"lawcircle/coverage"
	"lawcircle/data/report"
	"lawcircle/server"
	"lawcircle/server/locale"
)

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
