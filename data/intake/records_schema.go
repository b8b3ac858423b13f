package intake

import (
	"slices"
	"strings"

	"lawcircle/data"
)

// Tables lists the attribute tables that [Records] reads, by name.
func Tables() []string {
	var names []string
	for _, t := range data.RowTables() {
		names = append(names, t.Name)
	}
	return names
}

// tableNamed describes a table; ok is false for the name of another import.
func tableNamed(name string) (table data.RowTable, ok bool) {
	for _, t := range data.RowTables() {
		if t.Name == name {
			return t, true
		}
	}
	return data.RowTable{}, false
}

// headersOf are the headers that offices give the columns of a table, beside the columns' own names and titles; separated by blanks, as
// normalHeader leaves them.
func headersOf(table, column string) string {
	common := map[string]string{
		"code": "区划代码 统计代码 行政区划代码 代码 单位代码 单位 单位名称 unit_code admin_code", "unit": "单位代码 单位 单位名称 区划 区划名称 unit_code admin_code code 代码",
		"from_on": "起 开始日期 起始日期 开始时间 聘任日期 from 起日", "to_on": "止 结束日期 截止日期 到期日期 结束时间 to 止日", "note": "备注 说明 内容",
		"clause": "依据 来源条款 规划条款 条款", "service": "服务 服务事项 事项 服务类型", "unit_level": "级别 层级 单位级别 考核级别",
	}
	own := map[string]string{
		"targets.target_id": "编号 目标编号 id", "targets.indicator": "指标 指标名称 考核指标", "targets.year": "年 年份 年度 目标年份", "targets.op": "关系 比较", "targets.value": "目标 目标值",
		"measures.indicator": "指标 指标名称 考核指标 调查项目", "measures.date": "日期 填报日期 调查日期 时间 年月 年份", "measures.num": "分子 完成数 满意人数 实际数 已达",
		"measures.den": "分母 总数 调查人数 应达 样本数", "measures.value": "数值 值 结果 比例 现值", "measures.source": "来源 数据来源",
		"offers.point_id": "服务点编号 服务点 服务点名称 站点 站点名称 点位", "offers.mode": "方式 提供方式 服务模式 服务方式", "offers.opening_hours": "开放时间 服务时间",
		"offers.next_visit":   "下次到访 下次日期 下次服务日期",
		"advisers.adviser_id": "顾问编号 编号 顾问 法律顾问编号 执业证号 执业证编号 工号 id", "advisers.kind": "类型 类别 人员类别 顾问类型 执业类别",
		"advisers.firm": "所在机构 律所 律师事务所 执业机构 所属机构 机构 单位", "advisers.base_host": "驻地 驻点 办公地点", "advisers.languages": "语言 语种 会的语言 服务语言",
		"advisers.capacity":   "可承担数 可承担村数 上限 最多村数 村数上限",
		"assignments.village": "村代码 villagecode 村 村名 村居 村社区 社区 行政村 村名称 单位", "assignments.adviser_id": "法律顾问编号 adviserid 顾问编号 顾问 法律顾问 执业证号",
		"assignments.visits_planned": "计划走访 visitsplanned 计划次数 计划到访 应到访 应到访次数 计划", "assignments.visits_done": "已走访 visitsdone 完成次数 实际到访 已到访 实际次数 到访次数 完成 实际",
		"pairings.post_id": "警务站编号 警务站 警务站名称 结对处 服务点 服务点编号 村委会", "pairings.partner_id": "结对方编号 结对方 律师事务所 律所 律师 法律顾问 顾问编号",
		"pairings.visits":     "次数 到访次数 服务次数",
		"circuits.circuit_id": "路线编号 编号 id", "circuits.name": "路线名称 名称 路线", "circuits.owner": "承办 承办单位 责任单位", "circuits.stops": "停靠点 停靠站 站点 巡回点 停靠点编号",
		"circuits.interval_days": "间隔天数 间隔 周期 周期天数", "circuits.first_date": "首次日期 首次 起始日期 开始日期",
		"calls.month": "月份 月 年月 month", "calls.calls": "来电数 来电量 来电 通话数 咨询量 接听量 次数",
		"checklist_items.item_id": "项目编号 编号 id", "checklist_items.item_group": "清单 清单名称 分组 类别", "checklist_items.title": "项目名称 项目 名称 内容",
		"checklist_items.title_en": "英文名称 title_en",
		"checklist_marks.item_id":  "项目编号 项目 项目名称 清单项目 内容 item", "checklist_marks.done": "已完成 是否完成 完成 完成情况 是否已建", "checklist_marks.done_on": "完成日期 完成时间 日期 建成日期 建成时间 date",
		"honours.kind": "称号 title 示范称号 荣誉 荣誉称号 类型 示范类型", "honours.name": "名称 获评单位 bearer 获得单位 单位全称", "honours.awarded_on": "命名日期 awardedon 命名时间 授予日期 授予时间 日期 获评日期 获评时间 date",
		"honours.revoked_on": "撤销日期 撤销时间",
		"mediation.domain":   "领域 行业 调解领域 类别", "mediation.date": "日期 填报日期 统计日期 年月 年份 月份", "mediation.committee": "调委会 是否有调委会 调解委员会 人民调解委员会",
		"mediation.mediators": "调解员数 调解员 调解员人数", "mediation.mediators_full": "专职调解员数 专职调解员 专职", "mediation.cases": "案件数 案件 调解案件数 纠纷数 受理数 调处数",
	}
	if headers, ok := own[table+"."+column]; ok {
		return headers
	}
	return common[column]
}

// recordSchema is what an import of a table looks for: its columns, and the names of units where it has codes of units.
func recordSchema(table data.RowTable) schema {
	var out schema
	names := false
	for _, c := range table.Columns {
		names = names || c.Refers == data.RefersUnit
		if c.Name == "lon" || c.Name == "lat" {
			continue
		}
		out = append(out, fieldSpec{Field(c.Name), c.Title, strings.ReplaceAll(c.Name, "_", " "), headersOf(table.Name, c.Name)})
	}
	for _, spec := range placeFields() {
		_, own := out.find(spec.field)
		switch spec.field {
		case fieldLon, fieldLat, fieldLonLat, fieldWKT, fieldCRS:
			if !hasColumn(table, "lon") {
				continue
			}
		case fieldCounty, fieldTownship, fieldVillage, fieldCountyCode:
			if !names {
				continue
			}
		case fieldPerson, fieldPhone, fieldIdentity:
		default:
			continue
		}
		if !own {
			out = append(out, spec)
		}
	}
	return out
}

func hasColumn(table data.RowTable, name string) bool {
	return slices.ContainsFunc(table.Columns, func(c data.RowColumn) bool { return c.Name == name })
}

func (s schema) find(field Field) (fieldSpec, bool) {
	i := slices.IndexFunc(s, func(spec fieldSpec) bool { return spec.field == field })
	if i < 0 {
		return fieldSpec{}, false
	}
	return s[i], true
}
