package server

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// question is a coverage question with what it is asked about.
type question struct {
	coverage.Query
	Scenario string // id, "" = the present state
	Rule     string // id of a composite rule, "" = the query alone

	ruleBody *coverage.Rule // the rule when it is the project's own; found before the question is asked
}

// questionBody carries a coverage question in a JSON body; members are those of the query parameters of the same names.
type questionBody struct {
	Profile    string   `json:"profile,omitempty"`
	Minutes    *float64 `json:"minutes,omitempty"`
	Service    string   `json:"service,omitempty"`
	Kind       string   `json:"kind,omitempty"`
	Mode       string   `json:"mode,omitempty"`
	Status     string   `json:"status,omitempty"`
	Level      string   `json:"level,omitempty"`
	Group      string   `json:"group,omitempty"`
	AsOf       string   `json:"as_of,omitempty"`
	Scenario   string   `json:"scenario,omitempty"`
	SameCounty bool     `json:"same_county,omitempty"`
	Statutory  bool     `json:"statutory,omitempty"`
	ByOpening  bool     `json:"by_opening,omitempty"`
	Hosts      bool     `json:"hosts,omitempty"`
	Weekday    *int     `json:"weekday,omitempty"`
	Time       string   `json:"time,omitempty"`
	Rule       string   `json:"rule,omitempty"`
}

// maxMinutes is the longest limit that may be asked for; longer trips are no circle any more.
const maxMinutes = 240

func codes(vocabulary string) []string {
	var out []string
	for _, t := range coverage.Vocabularies()[vocabulary] {
		out = append(out, t.Code)
	}
	return out
}

// questionParams is the parameter table of every route that takes a coverage question.
func questionParams() query.Set {
	doc := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return query.Set{
		{Name: "profile", Default: "walk", Doc: doc("出行方式", "travel profile")},
		{Name: "minutes", Kind: query.Number, Default: "10", Min: 0.001, Max: maxMinutes, Doc: doc("时限（分钟，含）", "limit in minutes, inclusive")},
		{Name: "service", Enum: codes("service"), Doc: doc("服务", "service")},
		{Name: "kind", Kind: query.TextList, Enum: append(codes("host_kind"), codes("tier")...), Doc: doc("依托场所类别或层级，任一即可", "host kinds or tiers, any of them")},
		{Name: "mode", Kind: query.TextList, Enum: codes("mode"), Doc: doc("服务方式，任一即可", "modes of offer, any of them")},
		{Name: "status", Default: "built", Enum: []string{"built", "planned", "any"}, Doc: doc("计入哪些服务点", "which points count")},
		{Name: "level", Default: "duty", Enum: append(codes("service_level"), "any"), Doc: doc("最低服务级别", "weakest presence that counts")},
		{Name: "group", Enum: codes("group"), Doc: doc("只看这个人群", "this group of people only")},
		{Name: "as_of", Kind: query.Date, Doc: doc("截至日期", "as of a date")},
		{Name: "scenario", Doc: doc("方案编号，空为现状", "id of a scenario, empty for the present state")},
		{Name: "same_county", Kind: query.Boolean, Default: "false", Doc: doc("只计本县的点", "points of the own county only")},
		{Name: "statutory", Kind: query.Boolean, Default: "false", Doc: doc("建成率只计法定单位", "only statutory units should have a point")},
		{Name: "by_opening", Kind: query.Boolean, Default: "false", Doc: doc("按挂牌而不按验收计为建成", "built from opening instead of acceptance")},
		{Name: "hosts", Kind: query.Boolean, Default: "false", Doc: doc("没有设点的场所也计入", "count hosts without a point as well")},
		{Name: "weekday", Kind: query.Integer, Min: 1, Max: 7, Doc: doc("星期（1–7，1 为星期一），与 time 同用", "day of the week, 1 = Monday; with time")},
		{Name: "time", Kind: query.Clock, Doc: doc("时刻，与 weekday 同用", "time of day; with weekday")},
		{Name: "rule", Doc: doc("组合服务圈规则编号", "id of a composite rule")},
	}
}

// parseQuestion reads a coverage question from checked values.
func parseQuestion(v query.Values) (question, error) {
	minutes, _ := v.Number("minutes")
	q := question{Scenario: v.Text("scenario"), Rule: v.Text("rule"), Query: coverage.Query{
		Profile: v.Text("profile"), Limit: milliseconds(minutes), Service: coverage.Service(v.Text("service")),
		Status: coverage.StatusFilter(v.Text("status")), AsOf: coverage.Date(v.Text("as_of")), Group: coverage.Group(v.Text("group")),
		SameCounty: v.True("same_county"), StatutoryOnly: v.True("statutory"), ByOpening: v.True("by_opening"), HostsCount: v.True("hosts"),
	}}
	if level := v.Text("level"); level != "any" {
		q.MinLevel = coverage.ServiceLevel(level)
	}
	for _, code := range v.List("kind") {
		if slices.Contains(codes("host_kind"), code) {
			q.HostKinds = append(q.HostKinds, coverage.HostKind(code))
		}
		if slices.Contains(codes("tier"), code) {
			q.Tiers = append(q.Tiers, coverage.Tier(code))
		}
	}
	for _, code := range v.List("mode") {
		q.Modes = append(q.Modes, coverage.Mode(code))
	}
	weekday, dayGiven := v.Integer("weekday")
	if dayGiven != v.Has("time") {
		return q, problem.BadField("weekday", "weekday 与 time 要一起给", "weekday and time go together")
	}
	if dayGiven {
		at, _ := time.Parse("15:04", v.Text("time")) // checked already
		q.When = &coverage.WeekTime{Weekday: time.Weekday(weekday % 7), Minute: at.Hour()*60 + at.Minute()}
	}
	q.Query = q.Tidy()
	if err := q.Validate(); err != nil {
		return q, problem.Refused(400, "bad_question", err)
	}
	return q, nil
}

// milliseconds turns decimal minutes into a duration of whole milliseconds, the unit of all travel times.
func milliseconds(minutes float64) time.Duration {
	return time.Duration(minutes*60_000+0.5) * time.Millisecond
}

// parse reads the question of a body by the same table as one of the URL.
func (b questionBody) parse() (question, error) {
	in := url.Values{}
	for name, text := range map[string]string{
		"profile": b.Profile, "service": b.Service, "kind": b.Kind, "mode": b.Mode, "status": b.Status, "level": b.Level, "group": b.Group,
		"as_of": b.AsOf, "scenario": b.Scenario, "time": b.Time, "rule": b.Rule,
	} {
		if text != "" {
			in.Set(name, text)
		}
	}
	for name, on := range map[string]bool{"same_county": b.SameCounty, "statutory": b.Statutory, "by_opening": b.ByOpening, "hosts": b.Hosts} {
		in.Set(name, strconv.FormatBool(on))
	}
	if b.Minutes != nil {
		in.Set("minutes", strconv.FormatFloat(*b.Minutes, 'g', -1, 64))
	}
	if b.Weekday != nil {
		in.Set("weekday", strconv.Itoa(*b.Weekday))
	}
	values, err := questionParams().Parse(in)
	if err != nil {
		return question{}, err
	}
	return parseQuestion(values)
}

// key names the question in caches: two questions with the same key have the same answer on the same revision.
func (q question) key() string {
	when := ""
	if q.When != nil {
		when = fmt.Sprint(*q.When)
	}
	plain := q.Query
	plain.When = nil
	return fmt.Sprintf("%+v|%s|%q|%q", plain, when, q.Scenario, q.Rule)
}
