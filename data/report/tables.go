package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"lawcircle/coverage"
)

// summary is the sheet of main figures: each with its numerator and denominator.
func (w *writer) summary() *table {
	t := &table{caption: w.about(w.t("主要指标", "Main figures")), columns: []column{
		{key: "figure", zh: "指标", en: "Figure"},
		{key: "num", zh: "分子", en: "Numerator", kind: count}, {key: "den", zh: "分母", en: "Denominator", kind: count},
		{key: "share", zh: "比例", en: "Share", kind: share, num: "num", den: "den", helpZh: "分子 ÷ 分母；分母为 0 时留空", helpEn: "numerator ÷ denominator; empty where the denominator is 0"},
		{key: "of", zh: "口径", en: "What is divided by what"}}}
	s := w.r.Result.Totals
	line := func(zh, en string, num, den int64, ofZh, ofEn string) {
		t.add(w.t(zh, en), num, den, optional(float64(num)/math.Max(float64(den), 1), den > 0), w.t(ofZh, ofEn))
	}
	line("人口覆盖率", "People covered", s.PeopleCovered, s.People, "圈内人口 ÷ 全部人口（含无法判定）", "people inside ÷ all people, unknown included")
	line("圈外人口", "People outside", s.PeopleUncovered, s.People, "圈外人口 ÷ 全部人口", "people outside ÷ all people")
	line("无法判定人口", "People without an answer", s.PeopleUnknown, s.People, "无法判定人口 ÷ 全部人口", "people unknown ÷ all people")
	line("居民点覆盖率", "Settlements covered", int64(s.SettlementsCovered), int64(s.Settlements), "圈内居民点 ÷ 全部居民点", "settlements inside ÷ all settlements")
	line("圈外居民点", "Settlements outside", int64(s.SettlementsUncovered), int64(s.Settlements), "圈外居民点 ÷ 全部居民点", "settlements outside ÷ all settlements")
	line("无法判定居民点", "Settlements without an answer", int64(s.SettlementsUnknown), int64(s.Settlements), "无法判定居民点 ÷ 全部居民点", "settlements unknown ÷ all settlements")
	for _, tier := range []coverage.Tier{coverage.TierCentre, coverage.TierStation, coverage.TierStudio} {
		b := w.r.Built()[tier]
		name := w.term("tier", string(tier))
		line(name+"建成率", name+": built", int64(b.Built), int64(b.Should), "已建 ÷ 应建单位", "units with one built ÷ units that should have one")
	}
	return t
}

// units is table 1: the lowest units of the scope, and a row for what lies in none of them, so that the sum is the total.
func (w *writer) units() *table {
	t := &table{caption: w.about(w.t("表1　分单位汇总表", "Table 1. Summary by unit")), columns: []column{
		{key: "code", zh: "代码", en: "Code", kind: code, sheetOnly: true, helpZh: "统计用区划代码，12 位文本", helpEn: "statistical division code, 12 digits as text"},
		{key: "name", zh: "名称", en: "Name"},
		{key: "people", zh: "人口", en: "People", kind: count, sum: true}, {key: "in", zh: "圈内人口", en: "People inside", kind: count, sum: true},
		{key: "out", zh: "圈外人口", en: "People outside", kind: count, sum: true}, {key: "unknown", zh: "无法判定人口", en: "People unknown", kind: count, sum: true},
		{key: "share", zh: "人口覆盖率", en: "Share of people", kind: share, num: "in", den: "people", helpZh: "圈内人口 ÷ 人口", helpEn: "people inside ÷ people"},
		{key: "places", zh: "居民点数", en: "Settlements", kind: count, sum: true}, {key: "places_in", zh: "圈内居民点", en: "Settlements inside", kind: count, sum: true},
		{key: "places_unknown", zh: "无法判定居民点", en: "Settlements unknown", kind: count, sum: true, sheetOnly: true},
		{key: "station", zh: "工作站应建", en: "Stations due", kind: count, sum: true}, {key: "station_built", zh: "工作站已建", en: "Stations built", kind: count, sum: true},
		{key: "studio", zh: "工作室应建", en: "Studios due", kind: count, sum: true}, {key: "studio_built", zh: "工作室已建", en: "Studios built", kind: count, sum: true},
		{key: "studio_share", zh: "工作室建成率", en: "Studios built, share", kind: share, num: "studio_built", den: "studio", helpZh: "已建工作室的村 ÷ 应建的村", helpEn: "villages with a studio ÷ villages that should have one"},
		{key: "staff", zh: "应达标点数", en: "Points with a staff minimum", kind: count, sum: true}, {key: "staff_met", zh: "人员达标", en: "Staff met", kind: count, sum: true,
			helpZh: "中心不少于 3 人、工作站不少于 2 人；未填人数按未达标计", helpEn: "at least 3 in a centre, 2 in a station; unstated counts as not met"}}}
	lowest := w.lowest()
	var sums coverage.Sums
	for i, a := range w.r.Rows {
		if a.Unit.Level != lowest {
			continue
		}
		t.add(w.unitCells(a, w.r.Staff[i])...)
		sums = plus(sums, a.Sums, 1)
	}
	if rest := plus(w.r.Result.Totals, sums, -1); rest.Settlements > 0 {
		cells := w.unitCells(coverage.AreaSum{Unit: coverage.Unit{Name: w.t("（不属于以上单位）", "(in none of these)")}, Sums: rest}, coverage.StaffSum{})
		for i := 10; i < len(cells); i++ {
			cells[i] = nil
		}
		t.add(cells...)
	}
	addTotal(t, w.t("合计", "Total"))
	t.note = w.t("人口覆盖率＝圈内人口÷人口（含无法判定）；建成率＝已建÷应建，两率含义不同，不得混用。", "Share of people = people inside ÷ all people, unknown included. Built and covered are two different figures.")
	return t
}

func (w *writer) lowest() coverage.UnitLevel {
	lowest := coverage.LevelProvince
	for _, a := range w.r.Rows {
		lowest = max(lowest, a.Unit.Level)
	}
	return lowest
}

func plus(a, b coverage.Sums, sign int) coverage.Sums {
	a.Settlements += sign * b.Settlements
	a.SettlementsCovered += sign * b.SettlementsCovered
	a.SettlementsUncovered += sign * b.SettlementsUncovered
	a.SettlementsUnknown += sign * b.SettlementsUnknown
	a.People += int64(sign) * b.People
	a.PeopleCovered += int64(sign) * b.PeopleCovered
	a.PeopleUncovered += int64(sign) * b.PeopleUncovered
	a.PeopleUnknown += int64(sign) * b.PeopleUnknown
	a.PeopleMissing += sign * b.PeopleMissing
	return a
}

func (w *writer) unitCells(a coverage.AreaSum, staff coverage.StaffSum) []any {
	station, studio := a.ByTier[coverage.TierStation], a.ByTier[coverage.TierStudio]
	return []any{a.Unit.Code, w.unit(a.Unit), a.People, a.PeopleCovered, a.PeopleUncovered, a.PeopleUnknown, optional(a.PeopleShare()),
		a.Settlements, a.SettlementsCovered, a.SettlementsUnknown, station.Should, station.Built, studio.Should, studio.Built,
		optional(studio.Share()), staff.Should, staff.Met}
}

// addTotal fills the last row of a table: sums of columns that are summed, quotients of shares.
func addTotal(t *table, label string) {
	t.total = make([]any, len(t.columns))
	sum := func(key string) (total int64) {
		for i, c := range t.columns {
			if c.key == key {
				for _, row := range t.rows {
					n, _ := row[i].(int64)
					total += n
				}
			}
		}
		return total
	}
	labelled := false
	for i, c := range t.columns {
		switch {
		case c.sum:
			t.total[i] = sum(c.key)
		case c.kind == share && c.den != "":
			t.total[i] = optional(float64(sum(c.num))/math.Max(float64(sum(c.den)), 1), sum(c.den) > 0)
		case !labelled && c.kind == plain && !c.sheetOnly:
			t.total[i], labelled = label, true
		}
	}
}

// uncovered is table 2, numbered as on map 2.
func (w *writer) uncovered() *table {
	t := &table{caption: w.about(w.t("表2　圈外村（居民点）清单", "Table 2. Settlements outside the circle")), columns: []column{
		{key: "no", zh: "图号", en: "No.", kind: count}, {key: "id", zh: "居民点编号", en: "Settlement id", kind: code, sheetOnly: true},
		{key: "name", zh: "名称", en: "Name"}, {key: "unit", zh: "所属乡镇", en: "Township"}, {key: "code", zh: "区划代码", en: "Unit code", kind: code, sheetOnly: true},
		{key: "people", zh: "人口", en: "People", kind: count, sum: true},
		{key: "elderly", zh: "其中老年人", en: "Older people", kind: count}, {key: "disabled", zh: "其中残疾人", en: "Disabled people", kind: count},
		{key: "minutes", zh: "到最近服务点（分钟）", en: "Minutes to nearest point", kind: amount}, {key: "nearest", zh: "最近服务点", en: "Nearest point"},
		{key: "reason", zh: "原因", en: "Reason"}}}
	q := w.r.Question.Query
	for i, v := range w.r.Uncovered {
		s := w.r.County.Settlements[v.Settlement]
		var minutes, nearest any
		if v.Time.OK {
			minutes, nearest = coverage.ReadMinutes(v.Time.Duration), w.r.Result.Selection.Facilities[v.Time.Facility].Name
		}
		t.add(i+1, s.ID, cmp.Or(s.Name, s.ID), w.township(s.Code), s.Code, people(v.People), w.group(s, coverage.GroupElderly), w.group(s, coverage.GroupDisabled),
			minutes, nearest, w.t(v.Reason.Zh(), v.Reason.En()))
	}
	addTotal(t, w.t("合计", "Total"))
	t.note = fmt.Sprintf(w.t("圈外指按“%s”到最近计入的服务点超过 %s 分钟。无法判定的 %d 个居民点不在本表。", "Outside: by %s the nearest counted point is more than %s minutes away. The %d settlements without an answer are not in this table."),
		w.profile(q.Profile), number(q.Limit.Minutes()), len(w.r.Unknown))
	return t
}

func people(p coverage.People) any {
	if !p.Known {
		return nil
	}
	return p.Count
}

// group is a number of people of a group; small numbers of one place are not shown in public.
func (w *writer) group(s coverage.Settlement, g coverage.Group) any {
	n, known := s.Groups[g]
	if !known || (w.Map.Public && n < 10) {
		return nil
	}
	return n
}

func (w *writer) township(unitCode string) string {
	if u, ok := w.r.Whole.UnitAbove(unitCode, coverage.LevelTownship); ok {
		return w.unit(u)
	}
	return ""
}

// plan is table 4.
func (w *writer) plan() *table {
	t := &table{caption: w.t("表4　建议建设清单", "Table 4. Proposed points"), columns: []column{
		{key: "no", zh: "序", en: "No.", kind: count}, {key: "year", zh: "年度", en: "Year", kind: code}, {key: "host_id", zh: "场所编号", en: "Host id", kind: code, sheetOnly: true},
		{key: "name", zh: "依托场所", en: "Host"}, {key: "kind", zh: "场所类型", en: "Kind"}, {key: "unit", zh: "所属乡镇", en: "Township"},
		{key: "gain", zh: "新增覆盖人口", en: "People gained", kind: count, sum: true}, {key: "gain_places", zh: "新增覆盖居民点", en: "Settlements gained", kind: count, sum: true},
		{key: "people", zh: "累计覆盖人口", en: "People covered so far", kind: count},
		{key: "share", zh: "累计覆盖率", en: "Share so far", kind: share, helpZh: "累计覆盖人口 ÷ 全部人口", helpEn: "people covered so far ÷ all people"}}}
	for i, s := range w.r.Plan.Sites {
		t.add(i+1, s.Year, s.ID, s.Name, w.term("host_kind", string(s.HostKind)), w.township(s.Code), s.Gain.People, s.Gain.Demands, s.Cumulative.People,
			optional(float64(s.Cumulative.People)/math.Max(float64(w.r.Plan.Before.People), 1), w.r.Plan.Before.People > 0))
	}
	addTotal(t, w.t("合计", "Total"))
	t.note = w.proof()
	if w.r.Plan.Missing != nil {
		t.note = w.sentence(*w.r.Plan.Missing)
	}
	return t
}

// indicators is table 6.
func (w *writer) indicators() *table {
	t := &table{caption: w.about(w.t("表6（1）　考核指标完成情况", "Table 6 (1). Targets of the plan")), columns: []column{
		{key: "unit", zh: "单位", en: "Unit"}, {key: "indicator", zh: "指标", en: "Indicator"}, {key: "year", zh: "年度", en: "Year", kind: code},
		{key: "target", zh: "目标值", en: "Target"}, {key: "value", zh: "完成值", en: "Value"},
		{key: "num", zh: "分子", en: "Numerator", kind: count}, {key: "den", zh: "分母", en: "Denominator", kind: count},
		{key: "todo", zh: "还差（个）", en: "Still to do", kind: count}, {key: "done", zh: "结果", en: "Result"}, {key: "clause", zh: "依据", en: "Source clause"}}}
	for _, in := range w.r.Indicators {
		kind := coverage.IndicatorKind(in.Target.Indicator)
		var value, num, den, toDo any
		done := w.t("缺数据", "data missing")
		if in.Known {
			value = shown(kind, in.Value, in.Target.Value)
			done = w.t("未完成", "not met")
			if in.Done {
				done = w.t("完成", "met")
			}
		}
		if in.Counted() {
			toDo = in.ToDo
			if in.Den > 0 {
				num, den = in.Num, in.Den
			}
		}
		t.add(w.unit(in.Unit), w.t(kind.Zh(), kind.En()), fmt.Sprint(in.Target.Year), in.Target.Op+" "+shown(kind, in.Target.Value, in.Target.Value), value, num, den, toDo, done, in.Target.Clause)
	}
	if w.r.Unit.Level > coverage.LevelCounty {
		t.note = w.t("考核指标按县级设定，此处为所在县的情况。", "Targets are set for counties; these are those of the county above.")
	}
	return t
}

func statusName(l lang, s coverage.VerdictStatus) string {
	switch s {
	case coverage.Covered:
		return l.t("圈内", "inside")
	case coverage.Uncovered:
		return l.t("圈外", "outside")
	default:
		return l.t("无法判定", "unknown")
	}
}

func yes(l lang, flag *bool) any {
	if flag == nil {
		return nil
	}
	if *flag {
		return l.t("是", "yes")
	}
	return l.t("否", "no")
}

// codesOf lists the vocabulary codes in order.
func codesOf(vocabulary string) []string {
	var out []string
	for _, t := range coverage.Vocabularies()[vocabulary] {
		out = append(out, t.Code)
	}
	return slices.Clip(out)
}
