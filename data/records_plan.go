package data

import (
	"errors"
	"fmt"
	"strconv"

	"lawcircle/coverage"
)

func codeChangeTable() table[coverage.CodeChange] {
	return table[coverage.CodeChange]{name: "code_changes", key: "code_change_id", order: "old_code, new_code, year",
		bind: func(c *coverage.CodeChange) []binding {
			return []binding{
				composite("code_change_id", "old_code new_code year", func() []string { return []string{c.Old, c.New, strconv.Itoa(c.Year)} }),
				text("old_code", &c.Old), text("new_code", &c.New), stated("year", &c.Year),
			}
		}}
}

func offerTable() table[coverage.Offer] {
	return table[coverage.Offer]{name: "offers", key: "offer_id", order: "point_id, service, mode",
		bind: func(o *coverage.Offer) []binding {
			return append([]binding{
				composite("offer_id", "point_id service mode", func() []string { return []string{o.PointID, string(o.Service), string(o.Mode)} }),
				key("point_id", &o.PointID), code("service", &o.Service, "service"), code("mode", &o.Mode, "mode"),
				text("opening_hours", &o.OpeningHours),
			}, date("next_visit", &o.NextVisit)...)
		},
		required: []string{"point_id", "service", "mode"},
		of:       func(c *coverage.County) []coverage.Offer { return c.Offers }}
}

// adviserTable leaves the name out: it belongs to the restricted table.
func adviserTable() table[coverage.Adviser] {
	return table[coverage.Adviser]{name: "advisers", key: "adviser_id", order: "adviser_id",
		bind: func(a *coverage.Adviser) []binding {
			return []binding{
				key("adviser_id", &a.ID), text("kind", &a.Kind), text("firm", &a.Firm), text("base_host", &a.BaseHost),
				{"languages", jsonField[[]string]{&a.Languages}}, stated("capacity", &a.Capacity),
			}
		},
		required: []string{"adviser_id"},
		of:       func(c *coverage.County) []coverage.Adviser { return c.Advisers }}
}

func assignmentTable() table[coverage.Assignment] {
	return table[coverage.Assignment]{name: "assignments", key: "assignment_id", order: "village, adviser_id, assignment_id",
		bind: func(a *coverage.Assignment) []binding {
			bindings := []binding{
				composite("assignment_id", "village adviser_id from_on", func() []string { return []string{a.Village, a.AdviserID, string(a.From)} }),
				text("village", &a.Village), text("adviser_id", &a.AdviserID),
				count("visits_planned", &a.VisitsPlanned), count("visits_done", &a.VisitsDone),
			}
			bindings = append(bindings, date("from_on", &a.From)...)
			return append(bindings, date("to_on", &a.To)...)
		},
		required: []string{"village", "adviser_id"},
		of:       func(c *coverage.County) []coverage.Assignment { return c.Assignments }}
}

func pairingTable() table[coverage.Pairing] {
	return table[coverage.Pairing]{name: "pairings", key: "pairing_id", order: "post_id, partner_id, pairing_id",
		bind: func(p *coverage.Pairing) []binding {
			bindings := []binding{
				composite("pairing_id", "post_id partner_id from_on", func() []string { return []string{p.PostID, p.PartnerID, string(p.From)} }),
				text("post_id", &p.PostID), text("partner_id", &p.PartnerID), count("visits", &p.Visits),
			}
			bindings = append(bindings, date("from_on", &p.From)...)
			return append(bindings, date("to_on", &p.To)...)
		},
		required: []string{"post_id", "partner_id"},
		of:       func(c *coverage.County) []coverage.Pairing { return c.Pairings }}
}

func circuitTable() table[coverage.Circuit] {
	return table[coverage.Circuit]{name: "circuits", key: "circuit_id", order: "circuit_id",
		bind: func(c *coverage.Circuit) []binding {
			return append([]binding{
				key("circuit_id", &c.ID), text("name", &c.Name), text("owner", &c.Owner), code("service", &c.Service, "service"),
				{"stops", jsonField[[]string]{&c.Stops}}, stated("interval_days", &c.IntervalDays),
			}, date("first_date", &c.FirstDate)...)
		},
		required: []string{"circuit_id"},
		of:       func(c *coverage.County) []coverage.Circuit { return c.Circuits }}
}

func callTable() table[coverage.Call] {
	return table[coverage.Call]{name: "calls", key: "call_id", order: "code, month, call_id",
		bind: func(c *coverage.Call) []binding {
			return append([]binding{
				composite("call_id", "code month", func() []string { return []string{c.Code, string(c.Month)} }),
				text("code", &c.Code), count("calls", &c.Calls),
			}, date("month", &c.Month)...)
		},
		required: []string{"code", "month", "calls"},
		of:       func(c *coverage.County) []coverage.Call { return c.Calls }}
}

func targetTable() table[coverage.Target] {
	return table[coverage.Target]{name: "targets", key: "target_id", order: "target_id",
		bind: func(t *coverage.Target) []binding {
			return []binding{
				key("target_id", &t.ID), text("indicator", &t.Indicator), stated("unit_level", &t.UnitLevel), text("unit", &t.Unit),
				stated("year", &t.Year), text("op", &t.Op), number("value", &t.Value), text("clause", &t.Clause),
			}
		},
		required: []string{"target_id", "indicator", "unit_level", "year", "op", "value"},
		of:       func(c *coverage.County) []coverage.Target { return c.Targets }, check: soundTarget}
}

func measureTable() table[coverage.Measure] {
	return table[coverage.Measure]{name: "measures", key: "measure_id", order: "indicator, unit, date, measure_id",
		bind: func(m *coverage.Measure) []binding {
			return append([]binding{
				composite("measure_id", "indicator unit date source", func() []string { return []string{m.Indicator, m.Unit, string(m.Date), m.Source} }),
				key("indicator", &m.Indicator), key("unit", &m.Unit), {"num", partField{&m.Num, &m.Den}}, {"den", statedRealField{&m.Den}},
				number("value", &m.Value), text("source", &m.Source),
			}, date("date", &m.Date)...)
		},
		required: []string{"indicator", "unit"},
		of:       func(c *coverage.County) []coverage.Measure { return c.Measures }, check: soundMeasure, read: readMeasure}
}

func itemTable() table[coverage.ChecklistItem] {
	return table[coverage.ChecklistItem]{name: "checklist_items", key: "item_id", order: "unit_level, item_group, item_id",
		bind: func(i *coverage.ChecklistItem) []binding {
			bindings := []binding{
				key("item_id", &i.ID), key("item_group", &i.Group), stated("unit_level", &i.UnitLevel), text("title", &i.Title),
				text("title_en", &i.TitleEn), text("clause", &i.Clause),
			}
			bindings = append(bindings, date("from_on", &i.From)...)
			return append(bindings, date("to_on", &i.To)...)
		},
		required: []string{"item_id", "item_group", "unit_level"},
		of:       func(c *coverage.County) []coverage.ChecklistItem { return c.ChecklistItems }, check: soundItem}
}

func markTable() table[coverage.ChecklistMark] {
	return table[coverage.ChecklistMark]{name: "checklist_marks", key: "mark_id", order: "code, item_id, mark_id",
		bind: func(m *coverage.ChecklistMark) []binding {
			return append([]binding{
				{"geom", maybePointField{&m.Point}}, composite("mark_id", "code item_id", func() []string { return []string{m.Code, m.ItemID} }),
				key("code", &m.Code), key("item_id", &m.ItemID), flag("done", &m.Done), text("note", &m.Note),
			}, date("done_on", &m.DoneOn)...)
		},
		required: []string{"code", "item_id"},
		of:       func(c *coverage.County) []coverage.ChecklistMark { return c.ChecklistMarks }}
}

func honourTable() table[coverage.Honour] {
	return table[coverage.Honour]{name: "honours", key: "honour_id", order: "code, kind, name, honour_id",
		bind: func(h *coverage.Honour) []binding {
			bindings := []binding{
				{"geom", maybePointField{&h.Point}},
				composite("honour_id", "code kind name awarded_on", func() []string { return []string{h.Code, string(h.Kind), h.Name, string(h.AwardedOn)} }),
				key("code", &h.Code), key("kind", &h.Kind), text("name", &h.Name), text("note", &h.Note),
			}
			bindings = append(bindings, date("awarded_on", &h.AwardedOn)...)
			return append(bindings, date("revoked_on", &h.RevokedOn)...)
		},
		required: []string{"code", "kind"},
		of:       func(c *coverage.County) []coverage.Honour { return c.Honours }}
}

func mediationTable() table[coverage.Mediation] {
	return table[coverage.Mediation]{name: "mediation", key: "mediation_id", order: "code, domain, date, mediation_id",
		bind: func(m *coverage.Mediation) []binding {
			return append([]binding{
				composite("mediation_id", "code domain date", func() []string { return []string{m.Code, m.Domain, string(m.Date)} }),
				key("code", &m.Code), text("domain", &m.Domain), flag("committee", &m.Committee), {"mediators", maybeField{&m.Mediators}},
				{"mediators_full", maybeField{&m.MediatorsFull}}, {"cases", maybeField{&m.Cases}},
			}, date("date", &m.Date)...)
		},
		required: []string{"code"},
		of:       func(c *coverage.County) []coverage.Mediation { return c.Mediation }}
}

func soundTarget(t *coverage.Target) error {
	kind := coverage.IndicatorKind(t.Indicator)
	named := kind.Zh() != t.Indicator
	switch {
	case t.Op != ">=" && t.Op != "<=" && t.Op != "=":
		return &RowError{"op", fmt.Errorf("%q is not >=, <= or =", t.Op), "要写 >=、<= 或 ="}
	case t.Indicator == "":
		return &RowError{"indicator", errors.New("is empty"), "不能为空"}
	case t.UnitLevel < coverage.LevelProvince || t.UnitLevel > coverage.LevelVillage:
		return &RowError{"unit_level", fmt.Errorf("%d is not 1 to 5", t.UnitLevel), "级别是 1 到 5"}
	case t.Year < 1900 || t.Year > 2100:
		return &RowError{"year", fmt.Errorf("%d is not between 1900 and 2100", t.Year), "年份不合理"}
	case named && kind.IsRate() && (t.Value < 0 || t.Value > 1):
		return &RowError{"value", fmt.Errorf("%s is a share: %v is not between 0 and 1", t.Indicator, t.Value), "这一指标是比例，目标值在 0 到 1 之间"}
	}
	return nil
}

func soundMeasure(m *coverage.Measure) error {
	kind := coverage.IndicatorKind(m.Indicator)
	rate := kind.Zh() != m.Indicator && kind.IsRate()
	switch {
	case m.Den < 0:
		return fmt.Errorf("a denominator of %v is impossible", m.Den)
	case rate && m.Den > 0 && (m.Num < 0 || m.Num > m.Den):
		return &RowError{"num", fmt.Errorf("%s is a share: %v of %v is not between none and all", m.Indicator, m.Num, m.Den), "这一指标是比例，分子要在 0 到分母之间"}
	case rate && (m.Value < 0 || m.Value > 1):
		return &RowError{"value", fmt.Errorf("%s is a share: %v is not between 0 and 1", m.Indicator, m.Value), "这一指标是比例，数值在 0 到 1 之间（如 0.92 或 92%）"}
	}
	return nil
}

// readMeasure wants numerator and denominator, or a value: missing is not zero.
func readMeasure(row Row, m *coverage.Measure) error {
	switch {
	case row["den"] == nil && row["value"] == nil:
		return &RowError{"value", errors.New("is empty: state value, or num and den"), "请填数值，或分子与分母"}
	case row["den"] == nil && row["num"] != nil || row["den"] != nil && row["num"] == nil:
		return &RowError{"num", errors.New("num and den go together"), "分子与分母要一起填"}
	case m.Den != 0 && row["value"] == nil:
		m.Value = m.Num / m.Den
	case row["den"] != nil && m.Den <= 0:
		return &RowError{"den", fmt.Errorf("a denominator of %v is impossible", m.Den), "分母要大于零"}
	}
	return nil
}

func soundItem(i *coverage.ChecklistItem) error {
	if i.UnitLevel < coverage.LevelProvince || i.UnitLevel > coverage.LevelVillage {
		return &RowError{"unit_level", fmt.Errorf("%d is not 1 to 5", i.UnitLevel), "级别是 1 到 5"}
	}
	return nil
}

func scenarioTable() table[coverage.Scenario] {
	return table[coverage.Scenario]{name: "scenarios", key: "scenario_id", order: "scenario_id",
		bind: func(s *coverage.Scenario) []binding {
			return []binding{
				key("scenario_id", &s.ID), text("name", &s.Name), text("base", &s.Base), text("note", &s.Note),
				{"edits", jsonField[[]coverage.Edit]{&s.Edits}}, text("created_at", &s.CreatedAt),
			}
		}}
}

// circleRule is a rule as it is kept: whole, as JSON.
type circleRule struct{ coverage.Rule }

func ruleTable() table[circleRule] {
	return table[circleRule]{name: "circle_rules", key: "rule_id", order: "rule_id",
		bind: func(r *circleRule) []binding {
			return []binding{key("rule_id", &r.ID), text("name", &r.NameZh), {"body", jsonField[coverage.Rule]{&r.Rule}}}
		},
		check: func(r *circleRule) error { return r.Validate() }}
}

// Restricted is a personal detail: a phone or identity number, a person's name. It lives in a table of its own, which no layer shows
// and no export reads.
type Restricted struct {
	Table string // of whom or what: "advisers", "host_sites", …
	ID    string // business key there
	Field string // "phone", "name", "id_number", …
	Value string
}

func restrictedTable() table[Restricted] {
	return table[Restricted]{name: "lawcircle_restricted", key: "restricted_id", order: "subject_table, subject_id, field",
		bind: func(r *Restricted) []binding {
			return []binding{
				composite("restricted_id", "subject_table subject_id field", func() []string { return []string{r.Table, r.ID, r.Field} }),
				key("subject_table", &r.Table), key("subject_id", &r.ID), key("field", &r.Field), text("value", &r.Value),
			}
		}}
}
