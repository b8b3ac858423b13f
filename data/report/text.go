package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lawcircle/coverage"
)

// dataRemarks says what the reader of the figures should doubt.
func (w *writer) dataRemarks() []string {
	var out []string
	say := func(n int, zh, en string) {
		if n > 0 {
			out = append(out, fmt.Sprintf(w.t(zh, en), n))
		}
	}
	s := w.r.Result.Selection
	say(w.r.Result.Totals.SettlementsUnknown, "%d 个居民点无法判定（没有道路、离路太远、路网孤立、超出路网或没有人口数据），计入分母，不计入圈内。",
		"%d settlements have no answer (no roads, too far from a road, cut off, outside the roads or without people); they count in the denominator, not as inside.")
	say(w.r.Result.Totals.PeopleMissing, "%d 个居民点没有人口数据，按缺失处理，不按 0 处理。", "%d settlements have no population figure: missing, not zero.")
	say(s.LevelUnknown, "%d 个计入的服务点没有填写服务级别。", "%d counted points do not state their level.")
	say(s.DateUnknown, "%d 个计入的服务点没有建成日期。", "%d counted points have no date.")
	say(s.HoursUnknown, "%d 个计入的服务点没有开放时间。", "%d counted points have no opening hours.")
	say(len(w.r.Doubts), "%d 处坐标可疑，见附录。", "%d places have doubtful coordinates; see the annex.")
	return out
}

// method says how the figures came about, with the settings of this run.
func (w *writer) method() []pair {
	q := w.r.Question.Query
	p := w.r.Profile
	counted := w.term("service_level", string(q.MinLevel)) + w.t("及以上", " or stronger")
	if q.MinLevel == "" {
		counted = w.t("不限服务级别", "any level")
	}
	status := map[coverage.StatusFilter][2]string{coverage.CountBuilt: {"已建成", "built"}, coverage.CountPlanned: {"规划和在建", "planned or being built"},
		coverage.CountAny: {"已建成、规划和在建", "built, planned or being built"}}[q.Status]
	limit := number(q.Limit.Minutes())
	if q.RuralLimit > 0 {
		limit += fmt.Sprintf(w.t("（乡村 %s）", " (%s in rural places)"), number(q.RuralLimit.Minutes()))
	}
	denominator := w.t("数据日期当日存在的全部应建单位", "all units of the tier on the data date")
	if q.StatutoryOnly {
		denominator = w.t("只计法定区划", "statutory units only")
	}
	borders := w.t("最近的点，不论属于哪个县", "the nearest point wherever it lies")
	if q.SameCounty {
		borders = w.t("只计本县的点", "points of the same county only")
	}
	roads := w.t("OpenStreetMap 道路，出行从居民点到服务点，单行按方向；时间为整毫秒", "OpenStreetMap; trips run from the settlement to the point, one-way streets in their direction; whole milliseconds")
	if w.r.Result.NoRoads() {
		roads = w.t("尚未导入道路：只计直线步行可到的服务点，其余居民点无法判定", "no roads imported: only points within a straight walk are known, all other settlements have no answer")
	}
	rows := []pair{
		{w.t("出行方式与速度", "Travel and speed"), fmt.Sprintf(w.t("%s；路外直线步行 %s km/h，绕行系数 %s", "%s; straight off the road at %s km/h, detour %s"), w.profile(q.Profile), number(p.OffRoad.Kmh), number(p.OffRoad.Detour))},
		{w.t("路网", "Roads"), roads},
		{w.t("时限", "Limit"), fmt.Sprintf(w.t("%s 分钟，恰好等于时限算圈内", "%s minutes, inclusive"), limit)},
		{w.t("计入的服务点", "Points that count"), fmt.Sprintf(w.t("%s，%s，共 %d 个；%s", "%s, %s: %d; %s"), w.t(status[0], status[1]), counted, len(w.r.Result.Selection.Facilities), borders)},
		{w.t("覆盖率分母", "Denominator of covered"), w.t("全部人口（含无法判定）；没有人口的单位没有比例", "all people, unknown included; a unit without people has no share")},
		{w.t("建成率分母", "Denominator of built"), denominator},
		{w.t("人口", "People"), w.sourceText()},
		{w.t("界线", "Boundaries"), fmt.Sprintf(w.t("项目内区划，数据日期 %s", "units of the project as of %s"), w.asOf())},
	}
	if q.Service != "" {
		rows = append(rows, pair{w.t("服务事项", "Service"), w.term("service", string(q.Service))})
	}
	if q.Group != "" {
		rows = append(rows, pair{w.t("人群", "People counted"), w.term("group", string(q.Group))})
	}
	if proof := w.proof(); proof != "" {
		rows = append(rows, pair{w.t("选址求解", "Siting"), proof})
	}
	return rows
}

func (w *writer) sourceText() string {
	var parts []string
	for i, s := range w.r.Sources {
		if i == 8 {
			parts = append(parts, "…")
			break
		}
		name := clean(s.Name)
		switch {
		case s.Missing:
			name = w.t("没有人口数据", "no figure")
		case name == "":
			name = w.t("来源未注明", "source not stated")
		}
		if s.Year != 0 {
			name += fmt.Sprintf(w.t(" %d 年", " %d"), s.Year)
		}
		parts = append(parts, fmt.Sprintf(w.t("%s：%d 个居民点 %s 人", "%s: %d settlements, %s people"), name, s.Settlements, grouped(s.People)))
	}
	return strings.Join(parts, w.t("；", "; "))
}

func (w *writer) limits() []string {
	return []string{
		w.t("人口放在居民点的点位上，居民点内部的距离不计。", "People are placed at the point of their settlement; ways inside it are not counted."),
		w.t("除所选出行方式另有规定外，不计坡度、高温、冰雪和小区门禁。", "Slope, heat, ice and gates are not counted unless the travel profile says so."),
		w.t("开放时间只在问题指定时刻时计入；平时按有人值守计。", "Opening hours count only where the question names a time of the week."),
		fmt.Sprintf(w.t("路网以数据日期为准，未上图的小路不能通行；%d 处坐标可疑。", "Roads are as mapped on the data date; paths that are not mapped cannot be walked; %d places have doubtful coordinates."), len(w.r.Doubts)),
		w.t("12348 热线、视频等远程服务不计为到场覆盖。", "The 12348 hotline and video are never counted as presence."),
		w.t("模型结果供决策参考，不替代实地核查。", "Results of a model: an aid to decisions, no substitute for looking on the spot."),
	}
}

// parameters is the annex that lets the run be replayed.
func (w *writer) parameters() []pair {
	question, err := json.Marshal(w.Run.Question)
	if err != nil {
		question = []byte("?")
	}
	rows := []pair{{w.t("运行编号", "Run"), w.Run.ID}, {w.t("程序", "Program"), w.Run.Program}, {w.t("问题", "Question"), string(question)},
		{w.t("出行方式摘要", "Digest of the travel profile"), w.Run.ProfileSum}, {w.t("数据摘要", "Digest of the data"), w.Run.DataDigest},
		{w.t("道路摘要", "Digest of the roads"), w.Run.RoadsDigest}, {w.t("数据日期", "Data date"), string(w.Run.DataDate)}}
	if w.Run.Scenario != "" {
		rows = append(rows, pair{w.t("方案", "Scenario"), w.Run.Scenario})
	}
	return slices.DeleteFunc(rows, func(p pair) bool { return p.Value == "" })
}

func (w *writer) imports() *table {
	t := &table{caption: w.t("数据导入质量", "Quality of the imports"), columns: []column{
		{key: "at", zh: "时间", en: "When"}, {key: "what", zh: "内容", en: "What"}, {key: "read", zh: "读取行", en: "Read", kind: count, sum: true},
		{key: "accepted", zh: "接受", en: "Accepted", kind: count, sum: true}, {key: "repaired", zh: "其中修复", en: "Repaired", kind: count, sum: true},
		{key: "refused", zh: "拒绝", en: "Refused", kind: count, sum: true}, {key: "crs", zh: "坐标系", en: "Coordinates"}}}
	for _, i := range w.Imports {
		t.add(i.At, i.What, i.Read, i.Accepted, i.Repaired, i.Refused, i.CRS)
	}
	if len(w.Imports) == 0 {
		t.note = w.t("项目没有导入记录。", "The project has no record of imports.")
	}
	return t
}

func (w *writer) doubts() *table {
	t := &table{caption: w.t("可疑坐标", "Doubtful coordinates"), columns: []column{
		{key: "id", zh: "编号", en: "Id", kind: code}, {key: "name", zh: "名称", en: "Name"}, {key: "doubt", zh: "疑点", en: "Doubt"}}}
	for _, d := range w.r.Doubts {
		t.add(d.ID, d.Name, w.t(d.Zh, d.En))
	}
	return t
}
