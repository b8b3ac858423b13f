package server

import (
	"time"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// adviserLoadsAnswer is how advisers are loaded on a day.
type adviserLoadsAnswer struct {
	Run             runAnswer     `json:"run"`
	Advisers        []adviserLoad `json:"advisers"`
	VillagesWithout []unitName    `json:"villages_without"` // without an adviser
}

type unitName struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type adviserLoad struct {
	ID            string       `json:"id"`
	Kind          string       `json:"kind"`
	Firm          string       `json:"firm"`
	FirmName      string       `json:"firm_name"`
	Villages      int          `json:"villages"`
	Capacity      *int         `json:"capacity"` // null when not stated
	Overloaded    bool         `json:"overloaded"`
	FarthestMs    *int64       `json:"farthest_ms"` // null when no way is known
	Unknown       int          `json:"unknown"`     // villages without an answer
	VisitsPlanned int          `json:"visits_planned"`
	VisitsDone    int          `json:"visits_done"`
	TooFar        []villageWay `json:"too_far"`
}

type villageWay struct {
	Village string `json:"village"`
	Name    string `json:"name"`
	Ms      int64  `json:"ms"`
}

func loadParams() query.Set {
	doc := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return query.Set{
		{Name: "profile", Default: "car", Doc: doc("顾问的出行方式", "travel profile of the adviser")},
		{Name: "max_villages", Kind: query.Integer, Default: "5", Min: 1, Max: 1000, Doc: doc("没有填写上限时，最多几个村", "villages at most where an adviser states no capacity")},
		{Name: "max_minutes", Kind: query.Number, Default: "60", Min: 0.001, Max: maxMinutes, Doc: doc("最远（分钟）", "farthest village in minutes")},
		{Name: "as_of", Kind: query.Date, Doc: doc("截至日期", "as of a date")},
		{Name: "scenario", Doc: doc("方案编号", "id of a scenario")},
	}
}

func (s *Server) adviserLoads(c *call) error {
	minutes, _ := c.values.Number("max_minutes")
	most, _ := c.values.Integer("max_villages")
	q := question{Query: coverage.Query{Profile: c.values.Text("profile"), Limit: milliseconds(minutes), AsOf: coverage.Date(c.values.Text("as_of"))}, Scenario: c.values.Text("scenario")}
	p, err := s.plan(c, "adviser_loads", q, q.Query)
	if err != nil {
		return err
	}
	loads, err := s.deps.Analyst(p.study).AdviserLoads(c.ctx(), q.Profile, q.AsOf)
	if err != nil {
		return explainFailure(err)
	}
	county := p.study.County
	names := map[string]string{}
	for _, u := range county.Units {
		names[u.Code] = u.Name
	}
	out := adviserLoadsAnswer{Run: p.run, Advisers: []adviserLoad{}, VillagesWithout: []unitName{}}
	for _, l := range loads {
		firm, _ := findHost(county, l.Adviser.Firm)
		row := adviserLoad{ID: l.AdviserID, Kind: l.Adviser.Kind, Firm: l.Adviser.Firm, FirmName: firm.Name, Villages: l.Villages, Unknown: l.Unknown,
			VisitsPlanned: l.VisitsPlanned, VisitsDone: l.VisitsDone, TooFar: []villageWay{}}
		capacity := most
		if l.Adviser.Capacity > 0 {
			capacity = l.Adviser.Capacity
			row.Capacity = &capacity
		}
		row.Overloaded = l.Villages > capacity
		if len(l.Ways) > 0 {
			ms := l.Farthest.Milliseconds()
			row.FarthestMs = &ms
		}
		for _, w := range l.Ways {
			if w.Duration > time.Duration(minutes*float64(time.Minute)) {
				row.TooFar = append(row.TooFar, villageWay{w.Code, names[w.Code], w.Duration.Milliseconds()})
			}
		}
		out.Advisers = append(out.Advisers, row)
	}
	for _, u := range county.VillagesWithoutAdviser(q.AsOf) {
		out.VillagesWithout = append(out.VillagesWithout, unitName{u.Code, u.Name})
	}
	return c.ok(out)
}
