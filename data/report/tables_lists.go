package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
)

// settlements is the sheet of all settlements. Its left part is what was imported, under headers that the import reads again.
func (w *writer) settlements() *table {
	t := &table{caption: w.t("村（居民点）表", "Settlements"), columns: []column{
		{key: "id", zh: "编号", en: "id", kind: code}, {key: "name", zh: "名称", en: "name"},
		{key: "code", zh: "统计用区划代码", en: "admin_code", kind: code}, {key: "lon", zh: "经度", en: "lon", kind: degrees}, {key: "lat", zh: "纬度", en: "lat", kind: degrees},
		{key: "crs", zh: "坐标系", en: "crs"}, {key: "people", zh: "常住人口", en: "people", kind: count, sum: true},
		{key: "year", zh: "人口年份", en: "people_year", kind: code}, {key: "source", zh: "人口来源", en: "people_source"}, {key: "class", zh: "城乡分类", en: "urban_rural", kind: code}}}
	groups := coverage.Vocabularies()["group"]
	for _, g := range groups {
		t.columns = append(t.columns, column{key: g.Code, zh: groupHeader(g), en: g.Code, kind: count, helpZh: "留空＝没有数据，不是 0", helpEn: "empty = not known, not 0"})
	}
	t.columns = append(t.columns, column{key: "status", zh: "判定", en: "verdict"}, column{key: "minutes", zh: "分钟", en: "minutes", kind: amount},
		column{key: "nearest", zh: "最近服务点编号", en: "nearest_point", kind: code}, column{key: "reason", zh: "原因", en: "reason"})
	for _, v := range w.r.Result.Verdicts {
		s := w.r.County.Settlements[v.Settlement]
		year := ""
		if s.PeopleYear != 0 {
			year = fmt.Sprint(s.PeopleYear)
		}
		cells := []any{s.ID, s.Name, s.Code, s.Point[0], s.Point[1], "WGS84", people(s.People), year, s.PeopleSource, s.UrbanRural}
		for _, g := range groups {
			cells = append(cells, w.group(s, coverage.Group(g.Code)))
		}
		var minutes, nearest any
		if v.Time.OK {
			minutes, nearest = coverage.ReadMinutes(v.Time.Duration), w.r.Result.Selection.Facilities[v.Time.Facility].ID
		}
		t.add(append(cells, statusName(w.lang, v.Status), minutes, nearest, w.t(v.Reason.Zh(), v.Reason.En()))...)
	}
	addTotal(t, w.t("合计", "Total"))
	return t
}

// groupHeader is the group's own header; the import knows it by this name.
func groupHeader(g coverage.Term) string { return g.Zh }

// points is table 3, the ledger of points; the sheet is read again by the import.
func (w *writer) points() *table {
	t := &table{caption: w.about(w.t("表3　服务点台账", "Table 3. Ledger of service points")), columns: []column{
		{key: "id", zh: "编号", en: "id", kind: code, sheetOnly: true}, {key: "name", zh: "名称", en: "name"},
		{key: "code", zh: "区划代码", en: "admin_code", kind: code, sheetOnly: true}, {key: "unit", zh: "乡镇（街道）", en: "township (for reading)", pageOnly: true},
		{key: "lon", zh: "经度", en: "lon", kind: degrees, sheetOnly: true}, {key: "lat", zh: "纬度", en: "lat", kind: degrees, sheetOnly: true},
		{key: "crs", zh: "坐标系", en: "crs", sheetOnly: true},
		{key: "tier", zh: "层级", en: "tier"}, {key: "kind", zh: "类型", en: "kind", sheetOnly: true}, {key: "host", zh: "依托场所", en: "host", sheetOnly: true},
		{key: "level", zh: "服务级别", en: "service_level"}, {key: "status", zh: "状态", en: "status"},
		{key: "planned", zh: "计划时间", en: "planned_on", sheetOnly: true}, {key: "opened", zh: "挂牌时间", en: "opened_on"}, {key: "accepted", zh: "验收时间", en: "accepted_on"},
		{key: "closed", zh: "停用时间", en: "closed_on", sheetOnly: true},
		{key: "area", zh: "面积", en: "area_m2", kind: amount, sheetOnly: true, helpZh: "平方米", helpEn: "square metres"},
		{key: "full", zh: "专职", en: "staff_full", kind: count}, {key: "part", zh: "兼职", en: "staff_part", kind: count},
		{key: "bilingual", zh: "双语", en: "bilingual"}, {key: "board", zh: "公示牌", en: "board", sheetOnly: true}, {key: "books", zh: "图书角", en: "book_corner", sheetOnly: true},
		{key: "front", zh: "临街", en: "street_front"}, {key: "ground", zh: "一层", en: "ground_floor"}, {key: "free", zh: "无障碍", en: "accessible"}, {key: "own", zh: "专门接待场所", en: "dedicated"},
		{key: "hours", zh: "开放时间", en: "opening_hours", sheetOnly: true}, {key: "services", zh: "服务事项", en: "services", sheetOnly: true},
		{key: "gap", zh: "人员缺口", en: "staff missing", kind: count, sum: true, helpZh: "距最低人数还差几人；没有最低要求或未填人数时留空", helpEn: "people short of the minimum; empty where there is none or staff are not stated"}}}
	hosts := map[string]coverage.Host{}
	for _, h := range w.r.Whole.Hosts {
		hosts[h.ID] = h
	}
	offers := map[string][]string{}
	for _, o := range w.r.Whole.Offers {
		if o.Mode == coverage.ModeOnSite || o.Mode == "" {
			offers[o.PointID] = append(offers[o.PointID], w.term("service", string(o.Service)))
		}
	}
	for _, p := range w.r.Points {
		t.add(w.pointCells(w.ledgered(p), hosts[p.HostID], offers[p.ID])...)
	}
	addTotal(t, w.t("合计", "Total"))
	t.note = w.t("“—”表示台账未填，不等于没有。人员下限：中心 3 人、工作站 2 人。", "A dash is not stated in the ledger, which is not the same as none. Least staff: 3 in a centre, 2 in a station.")
	return t
}

func (w *writer) pointCells(p coverage.ServicePoint, host coverage.Host, services []string) []any {
	unitCode := cmp.Or(p.Code, host.Code)
	var lon, lat, area, gap any = p.Point[0], p.Point[1], nil, nil
	if w.Map.Public && host.Kind == coverage.HostPolicePost {
		lon, lat = nil, nil
	}
	if p.AreaM2 > 0 {
		area = p.AreaM2
	}
	if least, has := coverage.StaffMinimum(p.Tier); has {
		if staff, known := p.Staff(); known {
			gap = max(0, least-staff)
		}
	}
	return []any{p.ID, p.Name, unitCode, w.township(unitCode), lon, lat, "WGS84", w.term("tier", string(p.Tier)), w.term("host_kind", string(host.Kind)), p.HostID,
		w.term("service_level", string(p.Level)), w.term("status", string(p.Status)), string(p.PlannedOn), string(p.OpenedOn), string(p.AcceptedOn), string(p.ClosedOn),
		area, optionalCount(p.StaffFull), optionalCount(p.StaffPart), yes(w.lang, p.Bilingual), yes(w.lang, p.Board), yes(w.lang, p.BookCorner),
		yes(w.lang, p.StreetFront), yes(w.lang, p.GroundFloor), yes(w.lang, p.Accessible), yes(w.lang, p.Dedicated), p.OpeningHours, strings.Join(services, "、"), gap}
}

// advisers is the first half of table 5.
func (w *writer) advisers() *table {
	t := &table{caption: w.t("表5（1）　村（社区）法律顾问", "Table 5 (1). Legal advisers of villages"), columns: []column{
		{key: "code", zh: "村代码", en: "Village code", kind: code, sheetOnly: true}, {key: "village", zh: "村（社区）", en: "Village"}, {key: "unit", zh: "所属乡镇", en: "Township"},
		{key: "adviser", zh: "法律顾问编号", en: "Adviser id", kind: code, helpZh: "只列编号，不列姓名、电话", helpEn: "the id only, no names or phones"},
		{key: "kind", zh: "类别", en: "Kind"}, {key: "firm", zh: "所在机构", en: "Firm"}, {key: "from", zh: "开始日期", en: "From", kind: code, sheetOnly: true},
		{key: "to", zh: "结束日期", en: "To", kind: code, sheetOnly: true},
		{key: "planned", zh: "计划走访", en: "Visits planned", kind: count, sum: true}, {key: "done", zh: "已走访", en: "Visits done", kind: count, sum: true}}}
	hosts := map[string]string{}
	for _, h := range w.r.Whole.Hosts {
		hosts[h.ID] = h.Name
	}
	without := 0
	for _, v := range w.r.Advice.Villages {
		if !v.Assigned {
			without++
			t.add(v.Unit.Code, w.unit(v.Unit), w.township(v.Unit.Code), w.t("（没有）", "(none)"), nil, nil, nil, nil, nil, nil)
			continue
		}
		kind := map[string]string{"lawyer": w.t("律师", "lawyer"), "grassroots_worker": w.t("基层法律服务工作者", "grassroots worker")}[v.Adviser.Kind]
		t.add(v.Unit.Code, w.unit(v.Unit), w.township(v.Unit.Code), v.Assignment.AdviserID, kind, hosts[v.Adviser.Firm], string(v.Assignment.From), string(v.Assignment.To), v.Assignment.VisitsPlanned, v.Assignment.VisitsDone)
	}
	addTotal(t, w.t("合计", "Total"))
	t.note = fmt.Sprintf(w.t("%d 个村（社区）中 %d 个没有法律顾问。", "%d villages, %d of them without an adviser."), len(w.r.Advice.Villages), without)
	return t
}

// checklist is table 7.
func (w *writer) checklist() *table {
	t := &table{caption: w.t("表7（1）　普法依法治理清单", "Table 7 (1). Checklist of legal education"), columns: []column{
		{key: "code", zh: "区划代码", en: "Code", kind: code, sheetOnly: true}, {key: "unit", zh: "单位", en: "Unit"}, {key: "list", zh: "清单", en: "List"},
		{key: "needed", zh: "应有", en: "Needed", kind: count, sum: true}, {key: "done", zh: "已有", en: "Done", kind: count, sum: true}, {key: "state", zh: "情况", en: "State"},
		{key: "missing", zh: "缺少", en: "Missing"}, {key: "villages", zh: "民主法治示范村", en: "Model villages", kind: count}}}
	for _, u := range w.r.Checklist.Units {
		var missing []string
		for _, item := range u.Missing {
			missing = append(missing, w.t(item.Zh(), item.En()))
		}
		done := any(len(u.Done))
		if u.Status == coverage.ChecklistNotStated {
			done, missing = nil, nil
		}
		villages := any(nil)
		for _, h := range w.r.Checklist.Of(u.Unit.Code) {
			if h.Kind == coverage.HonourVillage {
				villages = h.Count
			}
		}
		t.add(u.Unit.Code, w.unit(u.Unit), w.t(u.Group, coverage.ChecklistGroupEn(u.Group)), u.Needed(), done, w.t(u.Status.Zh(), u.Status.En()), strings.Join(missing, w.t("；", "; ")), villages)
	}
	addTotal(t, w.t("合计", "Total"))
	t.note = w.t("规划只列出项数，没有列出项目；标“待定义”的由用户定义。未填报的单位不等于没有。", "The plan counts the items and does not name them; those to be defined are the user's to name. A unit that reports nothing is not one that has nothing.")
	return t
}

// honours is the second half of table 7.
func (w *writer) honours() *table {
	t := &table{caption: w.t("表7（2）　示范称号", "Table 7 (2). Titles"), columns: []column{
		{key: "code", zh: "区划代码", en: "Code", kind: code, sheetOnly: true}, {key: "unit", zh: "单位", en: "Unit"}, {key: "kind", zh: "称号", en: "Title"},
		{key: "name", zh: "获评单位", en: "Bearer"}, {key: "awarded", zh: "命名日期", en: "Awarded on", kind: code}}}
	names := map[string]coverage.Unit{}
	for _, u := range w.r.Whole.Units {
		names[u.Code] = u
	}
	for _, h := range w.r.Checklist.Titles {
		t.add(h.Code, w.unit(names[h.Code]), w.t(h.Kind.Zh(), h.Kind.En()), h.Name, string(h.AwardedOn))
	}
	return t
}

// reported is the second half of table 6.
func (w *writer) reported() *table {
	t := &table{caption: w.t("表6（2）　填报值（没有设目标）", "Table 6 (2). Reported values without a target"), columns: []column{
		{key: "unit", zh: "单位", en: "Unit"}, {key: "indicator", zh: "指标", en: "Indicator"}, {key: "date", zh: "日期", en: "Date", kind: code},
		{key: "num", zh: "分子", en: "Numerator", kind: code}, {key: "den", zh: "分母", en: "Denominator", kind: code}, {key: "value", zh: "数值", en: "Value"},
		{key: "source", zh: "来源", en: "Source"}}}
	for _, row := range w.r.Reported {
		kind := coverage.IndicatorKind(row.Indicator)
		for _, m := range row.Series {
			var num, den any
			if m.Den > 0 {
				num, den = number(m.Num), number(m.Den)
			}
			t.add(w.unit(row.Unit), w.t(kind.Zh(), kind.En()), string(m.Date), num, den, shown(kind, m.Level(), m.Level()), m.Source)
		}
	}
	return t
}

// shown writes a share in per cent, and a count or a value that is no share as a number.
func shown(kind coverage.IndicatorKind, value, target float64) string {
	if !kind.IsRate() || value > 1 || target > 1 {
		return number(value)
	}
	return percent(value)
}

// pairs is the second half of table 5.
func (w *writer) pairs() *table {
	t := &table{caption: w.t("表5（2）　便民警务站与律师事务所结对建议", "Table 5 (2). Proposed pairing of police posts with law firms"), columns: []column{
		{key: "post", zh: "警务站编号", en: "Post id", kind: code, sheetOnly: true}, {key: "name", zh: "便民警务站", en: "Police post"}, {key: "unit", zh: "所属乡镇", en: "Township"},
		{key: "firm", zh: "律师事务所", en: "Law firm"}, {key: "minutes", zh: "车程（分钟）", en: "Driving minutes", kind: amount}}}
	for _, p := range w.r.Advice.Pairs {
		t.add(p.Place.ID, p.Place.Name, w.township(p.Place.Code), p.Partner.Name, coverage.ReadMinutes(p.Duration))
	}
	for _, h := range w.r.Advice.Unpaired {
		t.add(h.ID, h.Name, w.township(h.Code), w.t("（车程范围内没有有余力的律所）", "(no firm with room within reach)"), nil)
	}
	t.note = w.t("各律所负担平均，总车程最短；全部警务站一并计算。", "Firms share the load evenly at the least total driving; all posts of the project are paired together.")
	return t
}

// sumColumns are the columns of the small tables of coverage.
func sumColumns(zh, en string) []column {
	return []column{{key: "what", zh: zh, en: en}, {key: "points", zh: "计入服务点", en: "Points", kind: count},
		{key: "in", zh: "圈内人口", en: "People inside", kind: count}, {key: "people", zh: "人口", en: "People", kind: count},
		{key: "share", zh: "人口覆盖率", en: "Share", kind: share}, {key: "places_in", zh: "圈内居民点", en: "Settlements inside", kind: count},
		{key: "places", zh: "居民点", en: "Settlements", kind: count}}
}

func (t *table) addSums(what string, points any, s coverage.Sums) {
	t.add(what, points, s.PeopleCovered, s.People, optional(s.PeopleShare()), s.SettlementsCovered, s.Settlements)
}

func (w *writer) services() *table {
	t := &table{caption: w.t("分服务事项覆盖", "Coverage by service"), columns: sumColumns("服务事项", "Service")}
	for _, s := range w.r.Services {
		t.addSums(w.term("service", string(s.Service)), s.Points, s.Sums)
	}
	t.note = w.t("只计到场和预约，电话、视频不计为到场服务。", "On site and by appointment only; phone and video are not presence.")
	return t
}

func (w *writer) groups() *table {
	t := &table{caption: w.t("分重点人群覆盖", "Coverage of priority groups"), columns: sumColumns("人群", "Group")}
	t.columns = slices.Delete(t.columns, 1, 2)
	t.columns = append(t.columns, column{key: "missing", zh: "没有该人群数据的居民点", en: "Settlements without figures", kind: count})
	for _, g := range w.r.Groups {
		s := g.Sums
		t.add(w.term("group", string(g.Group)), s.PeopleCovered, s.People, optional(s.PeopleShare()), s.SettlementsCovered, s.Settlements, s.PeopleMissing)
	}
	return t
}

func (w *writer) years() *table {
	t := &table{caption: w.t("逐年覆盖", "Coverage by year"), columns: sumColumns("截至", "As of")}
	t.columns = append(t.columns, column{key: "station", zh: "工作站已建", en: "Stations built", kind: count}, column{key: "studio", zh: "工作室已建", en: "Studios built", kind: count})
	for _, y := range w.r.Years {
		s := y.Sums
		t.add(w.yearName(y), len(y.Points), s.PeopleCovered, s.People, optional(s.PeopleShare()), s.SettlementsCovered, s.Settlements,
			y.Built[coverage.TierStation].Built, y.Built[coverage.TierStudio].Built)
	}
	t.note = w.t("服务点按验收（没有时按挂牌）日期计入；标“规划”的年份另计入规划日期已到的规划点和在建点，没有规划日期的不计。人口和道路用现有数据。",
		"Points count from acceptance, or from opening where none is stated; planned years also count points that are planned or being built, from their planned date on, "+
			"and none without such a date. People and roads as the data stand.")
	if len(w.r.Years) == 0 {
		t.note = w.t("项目没有数据日期，不能逐年统计。", "The project has no data date: years cannot be told.")
	}
	return t
}

func (w *writer) sensitivity() *table {
	t := &table{caption: w.t("敏感性", "Sensitivity"), columns: sumColumns("出行方式", "Way of travel")}
	for _, s := range w.r.Sensitivity {
		name := w.t("直线 4.0 km/h（只供对照）", "straight line at 4.0 km/h (for comparison only)")
		if !s.Straight {
			name = w.profile(s.Profile)
		}
		t.addSums(name, len(w.r.Result.Selection.Facilities), s.Sums)
	}
	return t
}

// proof says how good the proposal is, and that it rests on the run's assumptions.
func (w *writer) proof() string {
	s := w.r.Plan.Solution
	if s == nil {
		return ""
	}
	status := w.t("求解在时限内停止，未证明最优", "stopped by the time limit, not proven best")
	switch s.Status {
	case locate.Optimal:
		status = w.t("已证明最优", "proven best")
	case locate.Infeasible:
		status = w.t("无可行方案", "no feasible answer")
	}
	reached := w.t("目标值", "objective")
	if len(w.r.Plan.Stages) > 0 {
		reached = w.t("各年覆盖人口之和", "people covered, summed over the years,")
	}
	return fmt.Sprintf(w.t("选址求解：%s；%s %s，上界 %s，差距 %.2f%%。候选为%s。", "Siting: %s; %s %s, bound %s, gap %.2f %%. Candidates: %s."),
		status, reached, grouped(s.Objective), grouped(s.Bound), 100*s.Gap, w.sentence(w.r.Plan.Candidates.Title()))
}
