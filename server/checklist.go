package server

import (
	"cmp"
	"net/http"

	"github.com/paulmach/orb/geojson"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// checklistAnswer is the state of 普法依法治理 as of a day.
type checklistAnswer struct {
	AsOf            string          `json:"as_of"`
	Items           []checklistItem `json:"items"`
	Summary         []checklistSum  `json:"summary"`
	Units           []unitChecklist `json:"units"`
	Honours         []honourCount   `json:"honours"`
	Positions       int             `json:"positions"` // marks and titles with a place on the map
	WithoutPosition int             `json:"without_position"`
}

type checklistItem struct {
	ID      string `json:"id"`
	Group   string `json:"group"`
	Level   int    `json:"level"`
	TitleZh string `json:"title_zh"`
	TitleEn string `json:"title_en"`
	Defined bool   `json:"defined"` // false: the user has not said yet what it is
	Clause  string `json:"clause"`
}

// checklistSum counts units; complete + incomplete + not_stated = units.
type checklistSum struct {
	Level      int    `json:"level"`
	Group      string `json:"group"`
	Units      int    `json:"units"`
	Complete   int    `json:"complete"`
	Incomplete int    `json:"incomplete"`
	NotStated  int    `json:"not_stated"`
}

type unitChecklist struct {
	Code      string        `json:"code"`
	Name      string        `json:"name"`
	Level     int           `json:"level"`
	Group     string        `json:"group"`
	Needed    int           `json:"needed"`
	Done      int           `json:"done"`
	Undated   int           `json:"undated"` // of the done, those without a date
	Status    string        `json:"status"`  // complete, incomplete or not_stated, which is not the same as none
	Missing   []string      `json:"missing"` // ids of items
	DoneItems []string      `json:"done_items"`
	Honours   []honourCount `json:"honours"` // borne in the unit and below it
}

type honourCount struct {
	Kind   string `json:"kind"`
	KindZh string `json:"kind_zh"`
	KindEn string `json:"kind_en"`
	Count  int    `json:"count"`
}

func asOfParams() query.Set {
	return query.Set{
		{Name: "as_of", Kind: query.Date, Doc: locale.Text{Zh: "截至日期，空为数据日期", En: "as of a date, empty for the data date"}},
		{Name: "unit", Max: 12, Doc: locale.Text{Zh: "单位代码：该单位及其下级", En: "code of a unit: it and what is below"}},
		{Name: "statutory", Kind: query.Boolean, Default: "false", Doc: locale.Text{Zh: "只计法定单位", En: "statutory units only"}},
	}
}

func (s *Server) checklistRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	level := query.Param{Name: "level", Kind: query.Integer, Min: 1, Max: 5, Doc: say("只列这一级的单位", "units of this level only")}
	return []route{
		{method: http.MethodGet, path: "/api/v1/checklist", answer: checklistAnswer{}, versioned: true, params: asOfParams().With(level), handle: s.checklist,
			summary: say("普法依法治理清单：各单位齐全情况与示范称号", "Checklist of legal education per unit, and titles")},
		{method: http.MethodGet, path: "/api/v1/checklist.geojson", media: "application/geo+json", versioned: true, params: asOfParams(), handle: s.checklistFile,
			summary: say("法治文化阵地与示范称号图标层", "Places of the checklist and of titles, for icons")},
	}
}

func (c *call) checklist() *coverage.Checklist {
	return c.snapshot.County.ChecklistOf(coverage.Date(c.values.Text("as_of")), c.values.Text("unit"), c.values.True("statutory"))
}

func toHonours(list []coverage.HonourCount) []honourCount {
	out := []honourCount{}
	for _, h := range list {
		out = append(out, honourCount{string(h.Kind), h.Kind.Zh(), h.Kind.En(), h.Count})
	}
	return out
}

func itemIDs(items []coverage.ChecklistItem) []string {
	out := []string{}
	for _, i := range items {
		out = append(out, i.ID)
	}
	return out
}

func (s *Server) checklist(c *call) error {
	list := c.checklist()
	out := checklistAnswer{AsOf: string(list.AsOf), Items: []checklistItem{}, Summary: []checklistSum{}, Units: []unitChecklist{}, Honours: toHonours(list.Of(""))}
	for _, i := range list.Items {
		out.Items = append(out.Items, checklistItem{i.ID, i.Group, int(i.UnitLevel), i.Zh(), i.En(), i.Title != "", i.Clause})
	}
	for _, sum := range list.Sums() {
		out.Summary = append(out.Summary, checklistSum{int(sum.UnitLevel), sum.Group, sum.Units, sum.Complete, sum.Incomplete, sum.NotStated})
	}
	level, only := c.values.Integer("level")
	for _, u := range list.Units {
		if only && int(u.Unit.Level) != level {
			continue
		}
		out.Units = append(out.Units, unitChecklist{u.Unit.Code, u.Unit.Name, int(u.Unit.Level), u.Group, u.Needed(), len(u.Done), u.Undated, string(u.Status),
			itemIDs(u.Missing), itemIDs(u.Done), toHonours(list.Of(u.Unit.Code))})
	}
	for _, p := range list.Places() {
		if p.Point == nil {
			out.WithoutPosition++
		} else {
			out.Positions++
		}
	}
	return c.ok(out)
}

func (s *Server) checklistFile(c *call) error {
	collection := geojson.NewFeatureCollection()
	for _, p := range c.checklist().Places() {
		if p.Point == nil {
			continue
		}
		f := geojson.NewFeature(*p.Point)
		f.Properties = geojson.Properties{"type": p.Type, "id": p.ID, "code": p.Unit.Code, "unit_name": p.Unit.Name, "title_zh": p.Zh, "title_en": p.En,
			"name": p.Name, "date": string(p.Date), "note": p.Note, "icon": p.Icon}
		collection.Append(f)
	}
	body, err := collection.MarshalJSON()
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/geo+json", body)
}

// boardAnswer is the board of 考核.
type boardAnswer struct {
	AsOf string     `json:"as_of"`
	Rows []boardRow `json:"rows"`
}

// boardRow is one indicator in one unit. What there is no target for has target, op, year, done and to_do null or empty.
type boardRow struct {
	Indicator string          `json:"indicator"`
	TitleZh   string          `json:"title_zh"`
	TitleEn   string          `json:"title_en"`
	Rate      bool            `json:"rate"` // values are shares, as long as they lie between 0 and 1
	Unit      string          `json:"unit"`
	UnitName  string          `json:"unit_name"`
	Reported  bool            `json:"reported"` // by a measure, not computed
	Date      string          `json:"date"`     // of the measure, or the day as of which it is computed
	Num       *float64        `json:"num"`
	Den       *float64        `json:"den"`
	Value     *float64        `json:"value"`
	Source    string          `json:"source"`
	Target    *float64        `json:"target"`
	Op        string          `json:"op"`
	Year      *int            `json:"year"`
	Done      *bool           `json:"done"`
	ToDo      *int            `json:"to_do"` // whole sites
	Missing   string          `json:"missing"`
	Clause    string          `json:"clause"`
	Series    []measureAnswer `json:"series"` // as reported, the oldest first
}

type measureAnswer struct {
	Date   string   `json:"date"`
	Num    *float64 `json:"num"`
	Den    *float64 `json:"den"`
	Value  float64  `json:"value"` // num ÷ den where there are such
	Source string   `json:"source"`
}

func (s *Server) boardRoutes() []route {
	return []route{{method: http.MethodGet, path: "/api/v1/board", answer: boardAnswer{}, versioned: true, params: asOfParams(), handle: s.board,
		summary: locale.Text{Zh: "考核表：目标与填报值（满意度、知晓率、经费等）", En: "Board of targets and reported values"}}}
}

func toMeasure(m coverage.Measure) measureAnswer {
	out := measureAnswer{Date: string(m.Date), Value: m.Level(), Source: m.Source}
	if m.Den > 0 {
		out.Num, out.Den = &m.Num, &m.Den
	}
	return out
}

func (s *Server) board(c *call) error {
	county, asOf := c.snapshot.County, coverage.Date(c.values.Text("as_of"))
	out := boardAnswer{AsOf: string(cmp.Or(asOf, county.DataDate)), Rows: []boardRow{}}
	for _, r := range county.Board(asOf, c.values.Text("unit"), c.values.True("statutory")) {
		out.Rows = append(out.Rows, toBoardRow(r, out.AsOf))
	}
	return c.ok(out)
}

func toBoardRow(r coverage.BoardRow, asOf string) boardRow {
	kind := coverage.IndicatorKind(r.Indicator)
	row := boardRow{Indicator: r.Indicator, TitleZh: kind.Zh(), TitleEn: kind.En(), Rate: kind.IsRate(), Unit: r.Unit.Code, UnitName: r.Unit.Name, Date: asOf,
		Series: []measureAnswer{}}
	for _, m := range r.Series {
		row.Series = append(row.Series, toMeasure(m))
	}
	row.Reported = r.Judged == nil || r.Judged.Measure != nil
	if row.Reported && len(row.Series) > 0 {
		latest := row.Series[len(row.Series)-1]
		row.Date, row.Num, row.Den, row.Value, row.Source = latest.Date, latest.Num, latest.Den, &latest.Value, latest.Source
	}
	in := r.Judged
	if in == nil {
		return row
	}
	row.Target, row.Op, row.Year, row.Missing, row.Clause = &in.Target.Value, in.Target.Op, &in.Target.Year, in.Missing, in.Target.Clause
	if in.Known {
		row.Done, row.Value = &in.Done, &in.Value
	}
	if in.Counted() {
		num, den := float64(in.Num), float64(in.Den)
		row.Num, row.Den, row.ToDo = &num, &den, &in.ToDo
	}
	return row
}
