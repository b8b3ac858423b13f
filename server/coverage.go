package server

import (
	"io"
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// coverageAnswer is the answer of /api/v1/coverage.
type coverageAnswer struct {
	Run        runAnswer    `json:"run"`
	Totals     totals       `json:"totals"`
	Areas      []areaAnswer `json:"areas"`
	Unassigned *sums        `json:"unassigned"` // settlements in no known unit, null when there are none
	Gaps       []gapAnswer  `json:"gaps"`
}

// timesAnswer is the answer of /api/v1/coverage/times: one entry per settlement in every list, so that a page can judge any limit itself.
type timesAnswer struct {
	Run         runAnswer    `json:"run"`
	LimitMs     int64        `json:"limit_ms"` // times are known up to this
	FacilityIDs []string     `json:"facility_ids"`
	Settlement  timesColumns `json:"settlement"`
}

type timesColumns struct {
	ID       []string   `json:"id"`
	Ms       []*int64   `json:"ms"`       // null = no answer, see reason
	Facility []*int     `json:"facility"` // index into facility_ids
	SnapM    []*float64 `json:"snap_m"`
	Reason   []string   `json:"reason"`
}

func (s *Server) coverageRoutes() []route {
	limit := query.Param{Name: "limit", Kind: query.Integer, Default: "50", Min: 0, Max: 5000, Doc: locale.Text{Zh: "列出多少个缺口", En: "how many gaps to list"}}
	return []route{
		{method: http.MethodGet, path: "/api/v1/coverage", answer: coverageAnswer{}, versioned: true, params: questionParams().With(limit), handle: s.coverage,
			summary: locale.Text{Zh: "谁在服务圈内：合计、各单位、最大的缺口", En: "Who is inside the circle: totals, units, worst gaps"}},
		{method: http.MethodGet, path: "/api/v1/coverage/times", answer: timesAnswer{}, versioned: true, params: questionParams(), handle: s.times,
			summary: locale.Text{Zh: "各居民点到最近服务点的时间（按列）", En: "Time from every settlement to its nearest point, by column"}},
		{method: http.MethodGet, path: "/api/v1/coverage/settlements.geojson", media: "application/geo+json", versioned: true, params: questionParams(),
			handle: s.coverageSettlements, summary: locale.Text{Zh: "各居民点的判定（GeoJSON）", En: "Verdict on every settlement, as GeoJSON"}},
		{method: http.MethodGet, path: "/api/v1/coverage/areas.csv", media: "text/csv; charset=utf-8", versioned: true, params: questionParams(),
			handle:  s.table("areas.csv", func(w io.Writer, a assessment) error { return s.deps.WriteAreas(w, a.result) }),
			summary: locale.Text{Zh: "各级区划汇总表", En: "Sums per administrative unit as CSV"}},
		{method: http.MethodGet, path: "/api/v1/coverage/access.csv", media: "text/csv; charset=utf-8", versioned: true, params: questionParams(),
			handle:  s.table("access.csv", func(w io.Writer, a assessment) error { return s.deps.WriteAccess(w, a.study.County, a.result) }),
			summary: locale.Text{Zh: "各居民点结果表", En: "One row per settlement as CSV"}},
	}
}

// asked parses the question of the URL and answers it.
func (s *Server) asked(c *call) (question, assessment, error) {
	q, err := parseQuestion(c.values)
	if err != nil {
		return q, assessment{}, err
	}
	answer, err := s.assess(c.ctx(), c.snapshot, q)
	return q, answer, err
}

func (s *Server) coverage(c *call) error {
	q, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	limit, _ := c.values.Integer("limit")
	out := coverageAnswer{
		Run: toRun(answer.run, q.Rule), Totals: toTotals(answer.result), Areas: toAreas(answer.result.Areas),
		Gaps: worstGaps(answer.study.County, answer.result, limit),
	}
	if answer.result.Unassigned != nil {
		unassigned := toSums(*answer.result.Unassigned)
		out.Unassigned = &unassigned
	}
	return c.ok(out)
}

// searchLimit is how far times are known; farther is "beyond_limit" for any limit that a page can ask for.
const searchLimit = maxMinutes

func (s *Server) times(c *call) error {
	q, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	out := timesAnswer{Run: toRun(answer.run, q.Rule), LimitMs: milliseconds(searchLimit).Milliseconds(), FacilityIDs: []string{}, Settlement: timesColumns{
		ID: []string{}, Ms: []*int64{}, Facility: []*int{}, SnapM: []*float64{}, Reason: []string{},
	}}
	for _, f := range answer.result.Selection.Facilities {
		out.FacilityIDs = append(out.FacilityIDs, f.ID)
	}
	columns := &out.Settlement
	for _, v := range answer.result.Verdicts {
		columns.ID = append(columns.ID, answer.study.County.Settlements[v.Settlement].ID)
		columns.Ms = append(columns.Ms, knownMs(v.Time))
		columns.Facility = append(columns.Facility, knownFacility(v.Time, len(out.FacilityIDs)))
		columns.SnapM = append(columns.SnapM, known(v.Time.SnapM, v.Time.Snapped))
		columns.Reason = append(columns.Reason, string(reasonOfTime(v)))
	}
	return c.ok(out)
}

// reasonOfTime says why there is no time. A verdict's own reason depends on the limit, which the reader of times chooses.
func reasonOfTime(v coverage.Verdict) coverage.Reason {
	if v.Reason == coverage.ReasonTooFar && v.Time.OK {
		return coverage.ReasonNone
	}
	if v.Time.Reason != "" {
		return v.Time.Reason
	}
	return v.Reason
}

func knownFacility(t coverage.Time, facilities int) *int {
	if !t.OK || t.Facility >= facilities {
		return nil
	}
	return &t.Facility
}

// table sends a table that the data side knows how to write.
func (s *Server) table(name string, write func(io.Writer, assessment) error) func(*call) error {
	return func(c *call) error {
		_, answer, err := s.asked(c)
		if err != nil {
			return err
		}
		if s.deps.WriteAreas == nil || s.deps.WriteAccess == nil {
			return unavailable()
		}
		header := c.Response().Header()
		header.Set("Content-Type", "text/csv; charset=utf-8")
		header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
		return write(c.Response(), answer)
	}
}

func (s *Server) coverageSettlements(c *call) error {
	_, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	return sendFeatures(c, verdictLayer(answer))
}

// verdictLayer is a layer of one verdict per settlement.
func verdictLayer(answer assessment) *layer.Layer {
	l := &layer.Layer{ID: "coverage_settlements", Fields: []layer.Field{
		{Name: "name", Type: layer.String, Title: locale.Text{Zh: "名称", En: "Name"}}, {Name: "code", Type: layer.String, Title: locale.Text{Zh: "所在单位代码", En: "Code of its unit"}}, {Name: "people", Type: layer.Integer, Title: locale.Text{Zh: "人口", En: "People"}},
		{Name: "status", Type: layer.String, Title: locale.Text{Zh: "判定", En: "Verdict"}}, {Name: "reason", Type: layer.String, Title: locale.Text{Zh: "原因", En: "Reason"}}, {Name: "ms", Type: layer.Integer, Title: locale.Text{Zh: "时间", En: "Time"}, Unit: "ms"},
		{Name: "minutes", Type: layer.Number, Title: locale.Text{Zh: "时间", En: "Time"}, Unit: "min"}, {Name: "facility", Type: layer.String, Title: locale.Text{Zh: "最近服务点编号", En: "Id of the nearest point"}}, {Name: "snap_m", Type: layer.Number, Title: locale.Text{Zh: "离路距离", En: "Distance to the road"}, Unit: "m"},
		{Name: "run", Type: layer.String, Title: locale.Text{Zh: "计算编号", En: "Run"}},
	}}
	for _, v := range answer.result.Verdicts {
		place := answer.study.County.Settlements[v.Settlement]
		values := []any{place.Name, place.Code, nil, string(v.Status), string(v.Reason), nil, nil, nil, nil, answer.run.ID}
		if v.People.Known {
			values[2] = v.People.Count
		}
		if v.Time.OK {
			values[5], values[6] = v.Time.Duration.Milliseconds(), v.Time.Duration.Minutes()
		}
		if at := knownFacility(v.Time, len(answer.result.Selection.Facilities)); at != nil {
			values[7] = answer.result.Selection.Facilities[*at].ID
		}
		if v.Time.Snapped {
			values[8] = v.Time.SnapM
		}
		l.Features = append(l.Features, layer.Feature{ID: place.ID, Geometry: place.Point, Values: values})
	}
	return l.Tidy()
}
