package server

import (
	"context"
	"fmt"
	"html"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

const svgMedia = "image/svg+xml"

func (s *Server) mapRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return []route{{method: http.MethodGet, path: "/api/v1/map.svg", media: svgMedia, versioned: true, handle: s.mapSVG,
		params: questionParams().With(
			query.Param{Name: "width", Kind: query.Integer, Default: "900", Min: 100, Max: 4000, Doc: say("宽（像素）", "width in pixels")},
			query.Param{Name: "height", Kind: query.Integer, Default: "640", Min: 100, Max: 4000, Doc: say("高（像素）", "height in pixels")},
			query.Param{Name: "bbox", Kind: query.NumberList, MinItems: 4, MaxItems: 4, Doc: say("范围：西,南,东,北", "west,south,east,north")},
		),
		summary: say("服务器绘制的地图（打印或没有 WebGL 时用）", "Map drawn by the server, for print and without WebGL")}}
}

// canvas draws in degrees: longitudes are shortened to the middle latitude and the whole is scaled to the page.
type canvas struct {
	out           strings.Builder
	box           orb.Bound
	scale         float64 // pixels per degree of latitude
	squeeze       float64 // of longitudes
	left, top     float64 // pixels
	width, height float64
	lang          locale.Language
}

const canvasMargin = 8

func newCanvas(box orb.Bound, width, height float64, lang locale.Language) *canvas {
	c := &canvas{box: box, width: width, height: height, lang: lang, squeeze: math.Cos(box.Center().Lat() * math.Pi / 180)}
	spanX, spanY := max((box.Max[0]-box.Min[0])*c.squeeze, 1e-6), max(box.Max[1]-box.Min[1], 1e-6)
	c.scale = min((width-2*canvasMargin)/spanX, (height-2*canvasMargin)/spanY)
	c.left, c.top = (width-spanX*c.scale)/2, (height-spanY*c.scale)/2
	return c
}

func (c *canvas) at(p orb.Point) (x, y float64) {
	return c.left + (p[0]-c.box.Min[0])*c.squeeze*c.scale, c.top + (c.box.Max[1]-p[1])*c.scale
}

// path writes a line, leaving out points nearer than a pixel to the one before.
func (c *canvas) path(d *strings.Builder, line orb.LineString, closed bool) {
	lastX, lastY, command := math.Inf(1), math.Inf(1), "M"
	for i, p := range line {
		x, y := c.at(p)
		if i > 0 && i < len(line)-1 && math.Abs(x-lastX) < 1 && math.Abs(y-lastY) < 1 {
			continue
		}
		fmt.Fprintf(d, "%s%.1f %.1f", command, x, y)
		lastX, lastY, command = x, y, "L"
	}
	if closed {
		d.WriteString("Z")
	}
}

func (c *canvas) area(m orb.MultiPolygon, attributes string) {
	var d strings.Builder
	for _, polygon := range m {
		for _, ring := range polygon {
			c.path(&d, orb.LineString(ring), true)
		}
	}
	if d.Len() > 0 {
		fmt.Fprintf(&c.out, `<path %s fill-rule="evenodd" d="%s"/>`, attributes, d.String())
	}
}

func (s *Server) mapSVG(c *call) error {
	q, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	box, err := s.mapBox(c)
	if err != nil {
		return err
	}
	width, _ := c.values.Integer("width")
	height, _ := c.values.Integer("height")
	page := newCanvas(box, float64(width), float64(height), c.lang)
	fmt.Fprintf(&page.out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" font-family="Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif">`,
		width, height, width, height)
	page.out.WriteString(`<defs><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#fff"/><path d="M0 4L4 0" stroke="#d55e00" stroke-width="1.4"/></pattern></defs><rect width="100%" height="100%" fill="#fbfaf7"/>`)
	if err := s.drawGround(c.ctx(), page, answer, q, c.snapshot.Map.ShowsBoundaries()); err != nil {
		return err
	}
	page.settlements(answer)
	page.points(answer.result.Selection.Facilities, c.snapshot.Map.Use == "public")
	page.legend(c.snapshot, answer)
	page.out.WriteString("</svg>\n")
	return c.Blob(http.StatusOK, svgMedia, []byte(page.out.String()))
}

// mapBox is the box asked for, or that of the project.
func (s *Server) mapBox(c *call) (orb.Bound, error) {
	if n := c.values.Numbers("bbox"); len(n) == 4 {
		if n[0] >= n[2] || n[1] >= n[3] || n[1] < -89 || n[3] > 89 {
			return orb.Bound{}, problem.BadField("bbox", "要 西,南,东,北", "takes west,south,east,north")
		}
		return orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}, nil
	}
	bounds, err := s.boundsOf(c.snapshot)
	if err != nil || bounds == nil {
		return orb.Bound{Max: orb.Point{1, 1}}, err
	}
	return orb.Bound{Min: orb.Point{bounds[0], bounds[1]}, Max: orb.Point{bounds[2], bounds[3]}}, nil
}

// maxDrawnRoads bounds a picture; small classes are left out first by their zoom.
const maxDrawnRoads = 30_000

func (s *Server) drawGround(ctx context.Context, page *canvas, answer assessment, q question, boundaries bool) error {
	if q.Rule == "" {
		circles, err := s.deps.Analyst(answer.study).Circles(ctx, answer.result.Query, []time.Duration{answer.result.Query.Limit})
		if err != nil {
			return explainFailure(err)
		}
		for _, circle := range circles {
			page.area(circle.Area, `fill="#0072b2" fill-opacity="0.16" stroke="#0072b2" stroke-width="0.6"`)
		}
	}
	if err := s.drawRoads(ctx, page); err != nil || !boundaries {
		return err
	}
	for _, u := range answer.study.County.Units {
		if u.Level <= coverage.LevelTownship && u.Geometry.Bound().Intersects(page.box) {
			page.area(u.Geometry, fmt.Sprintf(`fill="none" stroke="#555" stroke-width="%.1f"`, 3.4-0.6*float64(u.Level)))
		}
	}
	return nil
}

func (s *Server) drawRoads(ctx context.Context, page *canvas) error {
	if s.deps.Roads == nil {
		return nil
	}
	data, err := s.deps.Roads(ctx)
	if err != nil {
		return fmt.Errorf("loading the roads: %w", err)
	}
	zoom := int(math.Log2(360 * page.scale / 512)) // of a web map at the same scale
	l := layer.OfRoads(data.Roads)
	paths := map[string]*strings.Builder{"water": {}, "rail": {}, "barrier": {}, "": {}}
	drawn := 0
	for i, f := range l.Features {
		if f.MinZoom <= zoom && drawn < maxDrawnRoads && f.Geometry.Bound().Intersects(page.box) {
			page.path(paths[data.Roads[i].Wall], f.Geometry.(orb.LineString), false)
			drawn++
		}
	}
	fmt.Fprintf(&page.out, `<path fill="none" stroke="#9cc3d9" stroke-width="1.2" d="%s"/>`, paths["water"])
	fmt.Fprintf(&page.out, `<path fill="none" stroke="#9a9a9a" stroke-width="1.2" stroke-dasharray="5 2" d="%s"/>`, paths["rail"])
	fmt.Fprintf(&page.out, `<path fill="none" stroke="#b9b2a5" stroke-width="0.8" d="%s"/>`, paths[""])
	return nil
}

func (c *canvas) settlements(answer assessment) {
	for _, v := range answer.result.Verdicts {
		place := answer.study.County.Settlements[v.Settlement]
		if !c.box.Contains(place.Point) {
			continue
		}
		x, y := c.at(place.Point)
		fmt.Fprintf(&c.out, `<circle cx="%.1f" cy="%.1f" r="3.5" %s><title>%s</title></circle>`, x, y, markOf(v.Status), html.EscapeString(place.Name))
	}
}

// markOf tells the verdicts apart by fill and outline, so that a grey print shows them too.
func markOf(status coverage.VerdictStatus) string {
	switch status {
	case coverage.Covered:
		return `fill="#0072b2" stroke="#00416a"`
	case coverage.Uncovered:
		return `fill="url(#hatch)" stroke="#a34700" stroke-width="1.4"`
	default:
		return `fill="#fff" stroke="#666" stroke-dasharray="2 1.5"`
	}
}

// points marks the points that count with the letter of their tier. Where police posts stand is not shown to the public.
func (c *canvas) points(facilities []coverage.Facility, public bool) {
	letters := map[coverage.Tier]string{coverage.TierCentre: "中", coverage.TierStation: "站", coverage.TierStudio: "室", coverage.TierPost: "警", coverage.TierMobile: "流"}
	for _, f := range facilities {
		if !c.box.Contains(f.Point) || public && f.Tier == coverage.TierPost {
			continue
		}
		letter := letters[f.Tier]
		if letter == "" {
			letter = "点"
		}
		x, y := c.at(f.Point)
		fmt.Fprintf(&c.out, `<g transform="translate(%.1f %.1f)"><title>%s</title><rect x="-5.5" y="-5.5" width="11" height="11" rx="2" fill="#fff" stroke="#111"/><text font-size="8.5" text-anchor="middle" y="3" fill="#111">%s</text></g>`,
			x, y, html.EscapeString(f.Name), letter)
	}
}

// legend says what the marks mean, with the people behind them, and what the map law wants to be said.
func (c *canvas) legend(snapshot Snapshot, answer assessment) {
	t := answer.result.Totals
	say := func(zh, en string) string { return locale.Text{Zh: zh, En: en}.In(c.lang) }
	rows := []struct {
		mark, text string
	}{
		{markOf(coverage.Covered), fmt.Sprintf(say("圈内 %d 人", "inside: %d people"), t.PeopleCovered)},
		{markOf(coverage.Uncovered), fmt.Sprintf(say("圈外 %d 人", "outside: %d people"), t.PeopleUncovered)},
		{markOf(coverage.Unknown), fmt.Sprintf(say("无法判定 %d 人", "not known: %d people"), t.PeopleUnknown)},
	}
	fmt.Fprintf(&c.out, `<g font-size="12" fill="#111"><rect x="8" y="8" width="190" height="%d" fill="#fff" fill-opacity="0.9" stroke="#999"/>`, 34+18*len(rows))
	fmt.Fprintf(&c.out, `<text x="16" y="26" font-weight="bold">%s</text>`, html.EscapeString(fmt.Sprintf(say("%g 分钟服务圈（%s）", "%g-minute circle (%s)"), answer.result.Query.Limit.Minutes(), answer.run.Profile)))
	for i, row := range rows {
		y := 44 + 18*i
		fmt.Fprintf(&c.out, `<circle cx="22" cy="%d" r="4.5" %s/><text x="34" y="%d">%s</text>`, y-4, row.mark, y, html.EscapeString(row.text))
	}
	notes := []string{snapshot.County.Name, string(snapshot.County.DataDate), "run " + answer.run.ID}
	if snapshot.County.Synthetic {
		notes = append(notes, say("演示数据·虚构", "demonstration data, not real"))
	}
	if snapshot.Map.Use != "public" {
		notes = append(notes, say("内部使用", "internal use"))
	}
	if snapshot.Map.ApprovalNo != "" {
		notes = append(notes, snapshot.Map.ApprovalNo)
	}
	fmt.Fprintf(&c.out, `<text x="8" y="%.0f" font-size="11">%s</text></g>`, c.height-8, html.EscapeString(strings.Join(notes, " · ")))
}
