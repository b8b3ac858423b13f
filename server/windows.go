package server

import (
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// mediationAnswer is the settlement of disputes (人民调解) per unit.
type mediationAnswer struct {
	AsOf  string          `json:"as_of"`
	Units []mediationUnit `json:"units"`
}

type mediationUnit struct {
	Code             string     `json:"code"`
	Name             string     `json:"name"`
	Level            int        `json:"level"`
	Should           int        `json:"should"` // villages and townships; with + without + unstated
	With             int        `json:"with"`
	Without          []unitName `json:"without"`
	Unstated         []unitName `json:"unstated"`
	Mediators        int        `json:"mediators"`
	MediatorsFull    int        `json:"mediators_full"`
	Cases            int        `json:"cases"`
	CasesPerMediator *float64   `json:"cases_per_mediator"`
}

// windowsAnswer holds built points against what the plan asks of them.
type windowsAnswer struct {
	AsOf    string         `json:"as_of"`
	Windows []windowAnswer `json:"windows"`
}

type windowAnswer struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Tier     string   `json:"tier"`
	Unit     string   `json:"unit"`
	UnitName string   `json:"unit_name"`
	Light    string   `json:"light"` // green, yellow (something is not stated) or red
	Staff    *int     `json:"staff"`
	StaffMin int      `json:"staff_min"` // 0 = the plan sets none
	Fails    []string `json:"fails"`     // street_front, ground_floor, dedicated, accessible, staff
	Unstated []string `json:"unstated"`
	Services []string `json:"services"`
	Lacking  []string `json:"lacking"` // of the services of one stop; centres and stations only
}

// unitTimesAnswer is travel time to the nearest point per unit.
type unitTimesAnswer struct {
	Run   runAnswer    `json:"run"`
	Units []unitMinute `json:"units"`
}

type unitMinute struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Level      int    `json:"level"`
	People     int64  `json:"people"`
	MeanMs     *int64 `json:"mean_ms"` // by people
	WorstMs    *int64 `json:"worst_ms"`
	Unanswered int    `json:"unanswered"` // settlements without an answer
}

func (s *Server) windowRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	tiers := query.Set{
		{Name: "as_of", Kind: query.Date, Doc: say("截至日期", "as of a date")},
		{Name: "tier", Kind: query.TextList, Enum: codes("tier"), Doc: say("只看这些层级", "these tiers only")},
	}
	return []route{
		{method: http.MethodGet, path: "/api/v1/mediation", answer: mediationAnswer{}, versioned: true, params: asOfParams(), handle: s.mediation,
			summary: say("人民调解：没有调委会的村、调解员与案件", "Mediation: villages without a committee, mediators, cases")},
		{method: http.MethodGet, path: "/api/v1/windows", answer: windowsAnswer{}, versioned: true, params: tiers, handle: s.windows,
			summary: say("窗口标准：场所、人员、一站式服务（红黄绿）", "Windows against the plan: premises, staff, services")},
		{method: http.MethodGet, path: "/api/v1/coverage/units", answer: unitTimesAnswer{}, versioned: true, params: questionParams(), handle: s.unitTimes,
			summary: say("各乡镇到最近服务点的时间：按人口平均、最远", "Travel time to the nearest point per unit: mean by people, worst")},
	}
}

func unitNames(units []coverage.Unit) []unitName {
	out := []unitName{}
	for _, u := range units {
		out = append(out, unitName{u.Code, u.Name})
	}
	return out
}

func (s *Server) mediation(c *call) error {
	asOf := coverage.Date(c.values.Text("as_of"))
	out := mediationAnswer{string(asOf), []mediationUnit{}}
	for _, m := range c.snapshot.County.MediationOf(asOf, c.values.Text("unit"), c.values.True("statutory")) {
		out.Units = append(out.Units, mediationUnit{m.Unit.Code, m.Unit.Name, int(m.Unit.Level), m.Should, m.With, unitNames(m.Without), unitNames(m.Unstated), m.Mediators,
			m.FullTime, m.Cases, known(m.CasesPerMediator())})
	}
	return c.ok(out)
}

func (s *Server) windows(c *call) error {
	asOf := coverage.Date(c.values.Text("as_of"))
	out := windowsAnswer{string(asOf), []windowAnswer{}}
	for _, w := range c.snapshot.County.Windows(asOf, codesOf[coverage.Tier](c.values.List("tier"))) {
		row := windowAnswer{w.Point.ID, w.Point.Name, string(w.Point.Tier), w.Unit.Code, w.Unit.Name, string(w.Light), nil, w.StaffMin, append([]string{}, w.Fails...),
			append([]string{}, w.Unstated...), textsOf(w.Offered), textsOf(w.Lacking)}
		if w.Stated {
			row.Staff = &w.Staff
		}
		out.Windows = append(out.Windows, row)
	}
	return c.ok(out)
}

func (s *Server) unitTimes(c *call) error {
	q, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	out := unitTimesAnswer{toRun(answer.run, q.Rule), []unitMinute{}}
	for _, u := range answer.study.County.UnitTimes(answer.result) {
		row := unitMinute{Code: u.Unit.Code, Name: u.Unit.Name, Level: int(u.Unit.Level), People: u.People, Unanswered: u.Unanswered}
		if u.People > 0 {
			mean, worst := u.Mean.Milliseconds(), u.Worst.Milliseconds()
			row.MeanMs, row.WorstMs = &mean, &worst
		}
		out.Units = append(out.Units, row)
	}
	return c.ok(out)
}
