package ask

import (
	"context"
	"fmt"

	"lawcircle/coverage"
)

func trustQuestions() []Question {
	return []Question{
		{"32", "换成 4.8 公里/小时、电动车或直线距离，结果怎么变？", "How do results change at 4.8 km/h, by e-bike, in a straight line?", nil, sensitivity},
		{"33", "哪些点的坐标可疑？", "Which points have doubtful coordinates?", nil, doubtfulPlaces},
		{"34", "与上次报告相比变了什么？", "What changed since the last report?", []Param{{"since", "上次日期", "date of the last report", "2018-12-31"}}, changedSince},
		{"35", "能否把村表交给统计局，把图层交给 QGIS、超图？", "Can I hand the table and the layers on?", nil, handOver},
		{"36", "这个数字用的是哪一年、哪里来的人口数据？", "Which population data and year stand behind this figure?", nil, populationSources},
	}
}

func sensitivity(ctx context.Context, q *inquiry) (*Answer, error) {
	a := q.answer
	a.columns(Column{"way", "出行方式", "Way"}, Column{"people_covered", "覆盖人口", "People covered"}, Column{"people_share", "覆盖率", "Share"},
		Column{"settlements_covered", "覆盖居民点", "Settlements covered"})
	for _, profile := range []string{q.Query.Profile, "walk", "walk_fast", "elderly", "ebike", "car"} {
		if len(a.Rows) > 0 && profile == q.Query.Profile {
			continue
		}
		query := q.Query
		query.Profile = profile
		r, err := q.Engine.Assess(ctx, query)
		if err != nil {
			return nil, err
		}
		a.row(profile, r.Totals.PeopleCovered, share(r.Totals.PeopleShare()), r.Totals.SettlementsCovered)
	}
	straight, err := q.Engine.Straight(q.Query)
	if err != nil {
		return nil, err
	}
	t := straight.Totals
	a.row("straight_line", t.PeopleCovered, share(t.PeopleShare()), t.SettlementsCovered)
	a.say(fmt.Sprintf("同为 %g 分钟：按道路 %d 人，按直线 %d 人。直线只供对照。", q.Query.Limit.Minutes(), a.Rows[0][1], t.PeopleCovered),
		fmt.Sprintf("In %g min: %d people by road, %d in a straight line, which is for comparison only.", q.Query.Limit.Minutes(), a.Rows[0][1], t.PeopleCovered))
	return a, nil
}

func doubtfulPlaces(_ context.Context, q *inquiry) (*Answer, error) {
	a := q.answer
	a.columns(Column{"id", "编号", "Id"}, columnName, Column{"doubt", "疑点", "Doubt"})
	for _, d := range q.county.DoubtfulPlaces() {
		a.row(d.ID, d.Name, d.Zh)
	}
	a.say(fmt.Sprintf("%d 个地点的坐标值得核对。", len(a.Rows)), fmt.Sprintf("%d places should be checked.", len(a.Rows)))
	return a, nil
}

func changedSince(ctx context.Context, q *inquiry) (*Answer, error) {
	since, err := coverage.ParseDate(q.Params["since"])
	if err != nil {
		return nil, err
	}
	then := q.Query
	then.AsOf = since
	before, err := q.Engine.Assess(ctx, then)
	if err != nil {
		return nil, err
	}
	after, err := q.Engine.Assess(ctx, q.Query)
	if err != nil {
		return nil, err
	}
	d, err := coverage.Compare(before, after)
	if err != nil {
		return nil, err
	}
	q.answer.say(fmt.Sprintf("计入的服务点由 %d 个变为 %d 个；人口、道路按现有数据计。", len(before.Selection.Facilities), len(after.Selection.Facilities)),
		fmt.Sprintf("%d points counted then, %d now; people and roads are as the data stand.", len(before.Selection.Facilities), len(after.Selection.Facilities)))
	return q.changeTable(d), nil
}

func handOver(_ context.Context, q *inquiry) (*Answer, error) {
	q.answer.columns(Column{"what", "交付物", "What"}, Column{"command", "命令", "Command"}, Column{"reader", "用什么打开", "Opened with"})
	for _, row := range [][3]string{
		{"村（居民点）表", "lawcircle export settlements -p P.gpkg -o 居民点.xlsx", "Excel、WPS"},
		{"图层", "P.gpkg", "QGIS、ArcGIS（直接打开项目文件）"},
		{"图层（超图等）", "lawcircle export service_points -p P.gpkg -o 服务点.shp.zip", "SuperMap、ArcGIS"},
		{"在线图层", "lawcircle serve -p P.gpkg → /ogc", "QGIS：添加 WFS / OGC API 要素"},
	} {
		q.answer.row(row[0], row[1], row[2])
	}
	q.answer.say("可以：表格、图层和在线服务都从同一份数据给出。", "Yes: tables, layers and live services come from the same data.")
	return q.answer, nil
}

func populationSources(_ context.Context, q *inquiry) (*Answer, error) {
	type source struct {
		name string
		year int
	}
	var order []source
	settlements, total := map[source]int{}, map[source]int64{}
	for _, s := range q.county.Settlements {
		key := source{s.PeopleSource, s.PeopleYear}
		if !s.People.Known {
			key = source{"（无人口数据）", 0}
		}
		if settlements[key] == 0 {
			order = append(order, key)
		}
		settlements[key]++
		total[key] += s.People.Count
	}
	q.answer.columns(Column{"source", "来源", "Source"}, Column{"year", "年份", "Year"}, Column{"settlements", "居民点", "Settlements"}, columnPeople)
	for _, key := range sortedByPeople(order, func(s source) int64 { return total[s] }) {
		var year any
		if key.year != 0 {
			year = key.year
		}
		q.answer.row(key.name, year, settlements[key], total[key])
	}
	q.answer.say(fmt.Sprintf("人口数据来自 %d 个来源。", len(order)), fmt.Sprintf("The figures rest on %d sources.", len(order)))
	return q.answer, nil
}
