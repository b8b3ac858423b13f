package server

import (
	"context"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// Exporter writes layers and reports in the formats that other tools take.
type Exporter interface {
	// Layers lists what can be exported.
	Layers() []string
	// Formats lists the formats with their media types, by file ending without the dot ("geojson", "shp.zip").
	Formats() map[string]string
	Export(ctx context.Context, w io.Writer, what Export) error
	// Report writes the report as html, xlsx or zip.
	Report(ctx context.Context, w io.Writer, what Export) error
}

// Export says what is to be written.
type Export struct {
	Layer    string
	Format   string
	CRS      string // "" = WGS-84
	Unit     string // code of the unit that a report is about, "" = all
	Language locale.Language
	Study    Study
	Run      coverage.Run
	Result   *coverage.Result // of the coverage question; nil for layers that need none
}

func (s *Server) exportRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	layers, reports := map[string][]string{}, map[string][]string{"format": slices.Sorted(maps.Keys(reportMedia()))}
	if s.deps.Exporter != nil {
		layers["layer"], layers["format"] = s.deps.Exporter.Layers(), slices.Sorted(maps.Keys(s.deps.Exporter.Formats()))
	}
	return []route{
		{method: http.MethodGet, path: "/api/v1/export/:file", docPath: "/api/v1/export/{layer}.{format}", choices: layers, media: "application/octet-stream",
			params:  questionParams().With(query.Param{Name: "crs", Max: 20, Doc: say("坐标系：wgs84、cgcs2000、gcj02、EPSG:n", "coordinate system")}),
			timeout: noTimeout, versioned: true, handle: s.export, summary: say("导出图层", "Export a layer")},
		{method: http.MethodGet, path: "/api/v1/report.:format", docPath: "/api/v1/report.{format}", choices: reports, media: "application/octet-stream",
			params:  questionParams().With(query.Param{Name: "unit", Max: 12, Doc: say("单位代码", "code of a unit")}),
			timeout: noTimeout, versioned: true, handle: s.report, summary: say("报告：html、xlsx 或 zip", "Report as html, xlsx or zip")},
	}
}

func (s *Server) export(c *call) error {
	if s.deps.Exporter == nil {
		return unavailable()
	}
	name, format, _ := strings.Cut(c.Param("file"), ".")
	media, known := s.deps.Exporter.Formats()[format]
	if !known || !slices.Contains(s.deps.Exporter.Layers(), name) {
		return problem.NotFound("导出", "export", c.Param("file"))
	}
	_, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	what := Export{Layer: name, Format: format, CRS: c.values.Text("crs"), Language: c.lang, Study: answer.study, Run: answer.run, Result: answer.result}
	return c.download(name+"."+format, media, func(w io.Writer) error { return s.deps.Exporter.Export(c.ctx(), w, what) })
}

func reportMedia() map[string]string {
	return map[string]string{"html": "text/html; charset=utf-8", "xlsx": xlsxMedia, "zip": "application/zip"}
}

func (s *Server) report(c *call) error {
	if s.deps.Exporter == nil {
		return unavailable()
	}
	format := c.Param("format")
	media, known := reportMedia()[format]
	if !known {
		return problem.NotFound("报告", "report", "report."+format)
	}
	_, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	what := Export{Format: format, Unit: c.values.Text("unit"), Language: c.lang, Study: answer.study, Run: answer.run, Result: answer.result}
	return c.download(reportName(c.snapshot.County, what), media, func(w io.Writer) error { return s.deps.Exporter.Report(c.ctx(), w, what) })
}

// reportName names a report as offices do: unit, date, what it is.
func reportName(county *coverage.County, what Export) string {
	name := county.Name
	for _, u := range county.Units {
		if u.Code == what.Unit {
			name = u.Name
		}
	}
	date := strings.ReplaceAll(string(county.DataDate), "-", "")
	return fmt.Sprintf("%s_%s_法律服务圈报告.%s", name, date, what.Format)
}

// download streams a file. An error before the first byte is a problem document; after it, the connection is cut, so that nobody takes
// half a file for a whole one.
func (c *call) download(name, media string, write func(io.Writer) error) error {
	out := &lateWriter{c: c, name: name, media: media}
	err := write(out)
	if err == nil && !out.began {
		_, err = out.Write(nil)
	}
	if err != nil && out.began {
		panic(http.ErrAbortHandler)
	}
	return explainFailure(err)
}

// lateWriter sends the headers with the first byte.
type lateWriter struct {
	c           *call
	name, media string
	began       bool
}

func (w *lateWriter) Write(data []byte) (int, error) {
	if !w.began {
		w.began = true
		header := w.c.Response().Header()
		header.Set("Content-Type", w.media)
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": w.name}))
		w.c.Response().WriteHeader(http.StatusOK)
	}
	return w.c.Response().Write(data)
}
