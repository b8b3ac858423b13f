package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// Shapes draws areas from travel times.
type Shapes interface {
	// Circles returns, for every limit, the area from which one of the facilities is reached within it; nil where nothing is covered.
	Circles(ctx context.Context, study Study, profile string, facilities []coverage.Facility, limits []time.Duration) ([]orb.MultiPolygon, error)
	// Gaps returns the part of every lowest unit with a boundary that the circle leaves out, in code order.
	Gaps(ctx context.Context, study Study, profile string, facilities []coverage.Facility, limit time.Duration) ([]Gap, error)
}

// Gap is the part of a unit outside the circle.
type Gap struct {
	Unit coverage.Unit
	Area orb.MultiPolygon
}

// maxLimits bounds how many rings are drawn at once.
const maxLimits = 10

func limitsParam(def string) query.Param {
	return query.Param{Name: "minutes", Kind: query.NumberList, Default: def, Min: 0.001, Max: maxMinutes, MinItems: 1, MaxItems: maxLimits,
		Doc: locale.Text{Zh: "时限（分钟），可以多个", En: "limits in minutes"}}
}

// withLimits replaces the single limit of a coverage question by a list.
func withLimits(set query.Set) query.Set {
	out := query.Set{}
	for _, p := range set {
		if p.Name == "minutes" {
			p = limitsParam("10")
		}
		out = append(out, p)
	}
	return out
}

func (s *Server) shapeRoutes() []route {
	position := func(name string, bound float64) query.Param {
		return query.Param{Name: name, Kind: query.Number, Min: -bound, Max: bound, Required: true, Doc: locale.Text{Zh: "WGS-84 度", En: "degrees, WGS-84"}}
	}
	return []route{
		{method: http.MethodGet, path: "/api/v1/coverage/circles.geojson", media: "application/geo+json", versioned: true, params: withLimits(questionParams()),
			handle: s.circles, summary: locale.Text{Zh: "服务圈范围", En: "Covered areas"}},
		{method: http.MethodGet, path: "/api/v1/coverage/gaps.geojson", media: "application/geo+json", versioned: true, params: questionParams(),
			handle: s.gaps, summary: locale.Text{Zh: "缺口：各单位中服务圈以外的部分", En: "Gaps: what the circle leaves out of every unit"}},
		{method: http.MethodGet, path: "/api/v1/isochrones", media: "application/geo+json", versioned: true,
			params: query.Set{position("lon", 180), position("lat", 90), limitsParam("5,10,15"), {Name: "profile", Default: "walk",
				Doc: locale.Text{Zh: "出行方式", En: "travel profile"}}, {Name: "scenario", Doc: locale.Text{Zh: "方案编号", En: "id of a scenario"}}},
			handle: s.isochrones, summary: locale.Text{Zh: "一处地点的等时圈（由此处向外所及，按到达此处计时）", En: "Areas from which a place is reached within each limit"}},
	}
}

// limits returns the question's limits; the question itself takes the longest.
func limitsOf(v query.Values) []time.Duration {
	var out []time.Duration
	for _, minutes := range v.Numbers("minutes") {
		out = append(out, milliseconds(minutes))
	}
	return out
}

func (s *Server) circles(c *call) error {
	q, err := parseQuestion(c.values)
	if err != nil {
		return err
	}
	if q.Rule != "" {
		return problem.BadField("rule", "组合规则没有单一的范围可画", "a composite rule has no single area to draw")
	}
	answer, err := s.assess(c.ctx(), c.snapshot, q)
	if err != nil {
		return err
	}
	l, err := s.circleLayer(c.ctx(), answer, q, limitsOf(c.values))
	if err != nil {
		return err
	}
	return sendFeatures(c, l)
}

// circle draws the area of one answer, as GeoJSON.
func (s *Server) circle(c *call, answer assessment, q question) (json.RawMessage, error) {
	l, err := s.circleLayer(c.ctx(), answer, q, []time.Duration{answer.result.Query.Limit})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := l.WriteFeatures(&out); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

func (s *Server) circleLayer(ctx context.Context, answer assessment, q question, limits []time.Duration) (*layer.Layer, error) {
	if s.deps.Shapes == nil {
		return nil, unavailable()
	}
	areas, err := s.deps.Shapes.Circles(ctx, answer.study, q.Profile, answer.result.Selection.Facilities, limits)
	if err != nil {
		return nil, explainFailure(err)
	}
	return ringLayer("circles", q.Profile, answer.run.ID, limits, areas), nil
}

// ringLayer is a layer of one feature per limit that covers anything.
func ringLayer(id, profile, run string, limits []time.Duration, areas []orb.MultiPolygon) *layer.Layer {
	l := &layer.Layer{ID: id, Fields: []layer.Field{
		{Name: "minutes", Type: layer.Number, Unit: "min"}, {Name: "profile", Type: layer.String}, {Name: "run", Type: layer.String},
	}}
	for i, area := range areas {
		if len(area) == 0 {
			continue
		}
		l.Features = append(l.Features, layer.Feature{ID: fmt.Sprintf("%s-%g", profile, limits[i].Minutes()), Geometry: area,
			Values: []any{limits[i].Minutes(), profile, text(run)}})
	}
	return l.Tidy()
}

// text is nil for an empty string.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (s *Server) gaps(c *call) error {
	q, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	if s.deps.Shapes == nil {
		return unavailable()
	}
	gaps, err := s.deps.Shapes.Gaps(c.ctx(), answer.study, q.Profile, answer.result.Selection.Facilities, answer.result.Query.Limit)
	if err != nil {
		return explainFailure(err)
	}
	l := &layer.Layer{ID: "gaps", Fields: []layer.Field{
		{Name: "code", Type: layer.String}, {Name: "name", Type: layer.String}, {Name: "level", Type: layer.Integer},
		{Name: "people_uncovered", Type: layer.Integer}, {Name: "settlements_uncovered", Type: layer.Integer}, {Name: "run", Type: layer.String},
	}}
	sums := map[string]coverage.AreaSum{}
	for _, area := range answer.result.Areas {
		sums[area.Unit.Code] = area
	}
	for _, gap := range gaps {
		if len(gap.Area) > 0 {
			sum := sums[gap.Unit.Code]
			l.Features = append(l.Features, layer.Feature{ID: gap.Unit.Code, Geometry: gap.Area, Values: []any{gap.Unit.Code, gap.Unit.Name,
				int64(gap.Unit.Level), sum.PeopleUncovered, int64(sum.SettlementsUncovered), answer.run.ID}})
		}
	}
	return sendFeatures(c, l.Tidy())
}

func (s *Server) isochrones(c *call) error {
	if s.deps.Shapes == nil {
		return unavailable()
	}
	lon, _ := c.values.Number("lon")
	lat, _ := c.values.Number("lat")
	profile := c.values.Text("profile")
	if err := s.checkProfile(c.ctx(), profile); err != nil {
		return err
	}
	study, err := s.study(c.ctx(), c.snapshot, c.values.Text("scenario"))
	if err != nil {
		return err
	}
	limits := limitsOf(c.values)
	place := coverage.Facility{Place: coverage.Place{ID: "here", Point: orb.Point{lon, lat}}}
	areas, err := s.deps.Shapes.Circles(c.ctx(), study, profile, []coverage.Facility{place}, limits)
	if err != nil {
		return explainFailure(err)
	}
	return sendFeatures(c, ringLayer("isochrones", profile, "", limits, areas))
}
