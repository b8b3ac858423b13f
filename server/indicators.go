package server

import (
	"math"
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// indicatorAnswer is the state of one target of the plan in one unit.
type indicatorAnswer struct {
	ID         string   `json:"id"`
	Indicator  string   `json:"indicator"`
	TitleZh    string   `json:"title_zh"`
	TitleEn    string   `json:"title_en"`
	Unit       string   `json:"unit"`
	UnitName   string   `json:"unit_name"`
	Year       int      `json:"year"`
	Op         string   `json:"op"`
	Target     float64  `json:"target"` // share 0–1 for rates, a count otherwise
	Value      *float64 `json:"value"`  // null when there is nothing to judge
	Num        int      `json:"num"`
	Den        int      `json:"den"`
	Unstated   int      `json:"unstated"` // sites whose data do not say; counted as not met
	Missing    string   `json:"missing"`  // the data column that would be needed
	Done       bool     `json:"done"`
	ToDo       *int     `json:"to_do"`       // whole sites, null when there is nothing to judge
	PaceNeeded *float64 `json:"pace_needed"` // sites a day; null when the year is over or there is nothing to judge
	Clause     string   `json:"clause"`
	AsOf       string   `json:"as_of"`
	Rate       bool     `json:"rate"`        // target and value are shares
	Reported   bool     `json:"reported"`    // judged by a measure, not computed
	MeasuredOn string   `json:"measured_on"` // date of the measure, "" when computed
	Source     string   `json:"source"`      // of the measure
}

func (s *Server) indicatorRoutes() []route {
	return []route{{method: http.MethodGet, path: "/api/v1/indicators", answer: []indicatorAnswer{}, versioned: true, handle: s.indicators,
		params: query.Set{
			{Name: "as_of", Kind: query.Date, Doc: locale.Text{Zh: "截至日期", En: "as of a date"}},
			{Name: "unit", Doc: locale.Text{Zh: "单位代码", En: "code of a unit"}},
			{Name: "statutory", Kind: query.Boolean, Default: "false", Doc: locale.Text{Zh: "只计法定单位", En: "statutory units only"}},
		},
		summary: locale.Text{Zh: "考核指标：目标、现值、还差多少", En: "The plan's targets: value, target, still to do"}}}
}

func (s *Server) indicators(c *call) error {
	list := c.snapshot.County.Indicators(coverage.Date(c.values.Text("as_of")), c.values.Text("unit"), c.values.True("statutory"))
	out := make([]indicatorAnswer, 0, len(list))
	for _, in := range list {
		kind := coverage.IndicatorKind(in.Target.Indicator)
		one := indicatorAnswer{
			ID: in.Target.ID, Indicator: in.Target.Indicator, TitleZh: kind.Zh(), TitleEn: kind.En(), Unit: in.Unit.Code, UnitName: in.Unit.Name,
			Year: in.Target.Year, Op: in.Target.Op, Target: in.Target.Value, Num: in.Num, Den: in.Den, Unstated: in.Unstated, Missing: in.Missing,
			Done: in.Done, Clause: in.Target.Clause, AsOf: string(in.AsOf), Rate: kind.IsRate(),
		}
		if m := in.Measure; m != nil {
			one.Reported, one.MeasuredOn, one.Source = true, string(m.Date), m.Source
		}
		if in.Known {
			one.Value = &in.Value
			one.PaceNeeded = known(in.PacePerDay, !math.IsInf(in.PacePerDay, 0))
		}
		if in.Counted() {
			one.ToDo = &in.ToDo
		}
		out = append(out, one)
	}
	return c.ok(out)
}
