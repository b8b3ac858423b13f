package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo/road"
	"lawcircle/server/account"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

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
		{method: http.MethodPost, path: "/api/v1/isochrones", role: account.Viewer, body: isochronesBody{}, media: "application/geo+json", handle: s.isochronesOfMany,
			summary: locale.Text{Zh: "许多地点的等时圈，合并或分开", En: "Areas of many places, dissolved or apart"}},
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
		return noAreaOfRule()
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

func (s *Server) circleLayer(ctx context.Context, answer assessment, q question, limits []time.Duration) (*layer.Layer, error) {
	circles, err := s.deps.Analyst(answer.study).Circles(ctx, answer.result.Query, limits)
	if err != nil {
		return nil, explainFailure(err)
	}
	return ringLayer("circles", q.Profile, answer.run.ID, circles), nil
}

// ringLayer is a layer of one feature per limit that covers anything.
func ringLayer(id, profile, run string, circles []coverage.Circle) *layer.Layer {
	l := &layer.Layer{ID: id, Fields: []layer.Field{
		{Name: "minutes", Title: locale.Text{Zh: "时限", En: "Limit"}, Type: layer.Number, Unit: "min"}, {Name: "area_m2", Title: locale.Text{Zh: "面积", En: "Area"}, Type: layer.Number, Unit: "m2"}, {Name: "profile", Title: locale.Text{Zh: "出行方式", En: "Travel profile"}, Type: layer.String},
		{Name: "run", Title: locale.Text{Zh: "计算编号", En: "Run"}, Type: layer.String},
	}}
	for _, c := range circles {
		if len(c.Area) == 0 {
			continue
		}
		minutes := c.Limit.Minutes()
		l.Features = append(l.Features, layer.Feature{ID: fmt.Sprintf("%s-%g", profile, minutes), Geometry: c.Area,
			Values: []any{minutes, math.Round(c.AreaM2), profile, text(run)}})
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
	if q.Rule != "" {
		return noAreaOfRule()
	}
	gaps, err := s.deps.Analyst(answer.study).Gaps(c.ctx(), answer.result)
	if err != nil {
		return explainFailure(err)
	}
	return sendFeatures(c, gapLayer(gaps, answer.run.ID))
}

func gapLayer(gaps []coverage.Gap, run string) *layer.Layer {
	l := &layer.Layer{ID: "gaps", Fields: []layer.Field{
		{Name: "code", Title: locale.Text{Zh: "单位代码", En: "Code"}, Type: layer.String}, {Name: "name", Title: locale.Text{Zh: "名称", En: "Name"}, Type: layer.String}, {Name: "level", Title: locale.Text{Zh: "级别", En: "Level"}, Type: layer.Integer},
		{Name: "area_m2", Title: locale.Text{Zh: "面积", En: "Area"}, Type: layer.Number, Unit: "m2"}, {Name: "people_uncovered", Title: locale.Text{Zh: "圈外人口", En: "People outside"}, Type: layer.Integer},
		{Name: "settlements_uncovered", Title: locale.Text{Zh: "圈外居民点", En: "Settlements outside"}, Type: layer.Integer}, {Name: "run", Title: locale.Text{Zh: "计算编号", En: "Run"}, Type: layer.String},
	}}
	for _, gap := range gaps {
		l.Features = append(l.Features, layer.Feature{ID: "gap-" + gap.Unit.Code, Geometry: gap.Area, Values: []any{text(gap.Unit.Code), text(gap.Unit.Name),
			int64(gap.Unit.Level), math.Round(gap.AreaM2), gap.People, int64(gap.Settlements), run}})
	}
	return l.Tidy()
}

func noAreaOfRule() error {
	return problem.BadField("rule", "组合规则没有单一的范围可画", "a composite rule has no single area to draw")
}

func (s *Server) isochrones(c *call) error {
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
	here := []road.Place{{ID: "here", Point: orb.Point{lon, lat}}}
	circles, err := s.deps.Analyst(study).Isochrone(c.ctx(), profile, here, limitsOf(c.values))
	if err != nil {
		return explainFailure(err)
	}
	return sendFeatures(c, ringLayer("isochrones", profile, "", circles))
}

// circleOfHost draws the area from which one host is reached within the question's limit, as GeoJSON.
func (s *Server) circleOfHost(c *call, analyst Analyst, q question, host coverage.Host) (json.RawMessage, error) {
	circles, err := analyst.Isochrone(c.ctx(), q.Profile, []road.Place{{ID: host.ID, Point: host.Point}}, []time.Duration{q.Limit})
	if err != nil {
		return nil, explainFailure(err)
	}
	return featuresJSON(ringLayer("circle", q.Profile, "", circles))
}

func featuresJSON(l *layer.Layer) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := l.WriteFeatures(&out); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}
