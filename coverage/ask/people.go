package ask

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lawcircle/coverage"
)

func peopleQuestions() []Question {
	return []Question{
		{"27", "哪些律师事务所与哪些警务站结对最省车程？", "Which firms should pair with which posts at least driving?", []Param{
			{"of", "结对方", "partners", "law_firm"}, {"with", "结对处", "places", "police_post"}, {"profile", "出行方式", "profile", "car"},
			{"capacity", "上限（0 = 均分）", "capacity (0 = even)", "0"}}, pairing},
		{"28", "哪些法律顾问负责的村太多或太远？", "Advisers with too many or too distant villages?", []Param{
			{"most", "最多几个村", "most villages", "5"}, {"minutes", "最远（分钟）", "farthest in minutes", "60"}, {"profile", "出行方式", "profile", "car"}}, adviserLoads},
		{"29", "公证巡回每月停哪些地方，可使 95% 的人每月一次在 10 分钟内？", "Which stops should the notary circuit visit monthly for 95 %?", []Param{
			{"from", "出发地", "base", ""}, {"share", "比例", "share", "0.95"}, {"drive", "车辆", "vehicle", "car"}}, circuitStops},
		{"30", "哪里缺会维吾尔语的人员？", "Where are Uyghur-speaking staff missing?", []Param{{"language", "语言", "language", "ug"}}, languageGaps},
		{"31", "哪些村本季度少了法律顾问到访？", "Which villages missed their planned adviser visits?", nil, missedVisits},
	}
}

func pairing(ctx context.Context, q *inquiry) (*Answer, error) {
	partners, err := coverage.ParsePartnerKind(q.Params["of"])
	if err != nil {
		return nil, err
	}
	places, err := coverage.ParseHostKind(q.Params["with"])
	if err != nil {
		return nil, err
	}
	capacity, err := q.whole("capacity")
	if err != nil {
		return nil, err
	}
	plan, err := q.Engine.Pair(ctx, coverage.PairQuestion{Profile: q.Params["profile"], Partners: partners, With: places, Capacity: capacity})
	if err != nil {
		return nil, err
	}
	q.answer.columns(Column{"place_id", "结对处", "Place"}, columnName, Column{"partner_id", "结对方", "Partner"}, Column{"partner_name", "结对方名称", "Partner name"}, columnMinutes)
	for _, p := range plan.Pairs {
		q.answer.row(p.Place.ID, p.Place.Name, p.Partner.ID, p.Partner.Name, p.Duration.Minutes())
	}
	q.answer.say(fmt.Sprintf("结对 %d 处，%d 处无法结对；总车程 %.1f 小时，下界 %.1f 小时。", len(plan.Pairs), len(plan.Unpaired), plan.Driving.Hours(), plan.Bound.Hours()),
		fmt.Sprintf("%d pairs, %d places unpaired; %.1f hours of driving, at least %.1f are needed.", len(plan.Pairs), len(plan.Unpaired), plan.Driving.Hours(), plan.Bound.Hours()))
	return q.answer, nil
}

func adviserLoads(ctx context.Context, q *inquiry) (*Answer, error) {
	if len(q.county.Assignments) == 0 {
		return q.answer.lacks("法律顾问分配表（村、顾问）"), nil
	}
	most, err := q.whole("most")
	if err != nil {
		return nil, err
	}
	farthest, err := q.number("minutes")
	if err != nil {
		return nil, err
	}
	loads, err := q.Engine.AdviserLoads(ctx, q.Params["profile"], q.Query.AsOf)
	if err != nil {
		return nil, err
	}
	q.answer.columns(Column{"adviser_id", "顾问", "Adviser"}, Column{"villages", "村数", "Villages"}, Column{"farthest_minutes", "最远（分钟）", "Farthest (min)"},
		Column{"unknown", "无法计算的村", "Villages without an answer"})
	for _, l := range loads {
		if l.Villages > most || l.Farthest > time.Duration(farthest*float64(time.Minute)) {
			q.answer.row(l.AdviserID, l.Villages, l.Farthest.Minutes(), l.Unknown)
		}
	}
	q.answer.say(fmt.Sprintf("%d 名顾问中 %d 名负责超过 %d 个村或远于 %g 分钟。", len(loads), len(q.answer.Rows), most, farthest),
		fmt.Sprintf("%d of %d advisers have more than %d villages or one beyond %g min.", len(q.answer.Rows), len(loads), most, farthest))
	return q.answer, nil
}

func circuitStops(ctx context.Context, q *inquiry) (*Answer, error) {
	part, err := q.number("share")
	if err != nil {
		return nil, err
	}
	walk := q.Query
	walk.Service = coverage.ServiceNotary
	plan, err := q.Engine.Circuit(ctx, coverage.CircuitQuestion{FromID: q.Params["from"], Walk: walk, Cover: part, Drive: q.Params["drive"], Visit: time.Hour, Day: 8 * time.Hour})
	if err != nil {
		return nil, err
	}
	q.answer.columns(Column{"day", "日", "Day"}, Column{"order", "序", "Order"}, columnSettlement, columnName, Column{"arrival_minutes", "到达（分钟）", "Arrival (min)"})
	for d, day := range plan.Tours.Days {
		for i, k := range day.Stops {
			q.answer.row(d+1, i+1, plan.Stops[k].ID, plan.Stops[k].Name, day.Arrive[i].Minutes())
		}
	}
	q.answer.say(fmt.Sprintf("停靠 %d 处、%d 天一轮；巡回日覆盖 %s（固定点 %s，两者不可混用）。", len(plan.Stops), len(plan.Tours.Days),
		percent(plan.OnDays.PeopleShare()), percent(plan.Before.PeopleShare())),
		fmt.Sprintf("%d stops in %d days; on circuit days %s are inside (fixed points alone: %s).", len(plan.Stops), len(plan.Tours.Days),
			percent(plan.OnDays.PeopleShare()), percent(plan.Before.PeopleShare())))
	return q.answer, nil
}

// languageGaps looks at townships: a built point that states bilingual staff, or an adviser of a village there who speaks the language.
func languageGaps(_ context.Context, q *inquiry) (*Answer, error) {
	language := q.Params["language"]
	speaks := map[string]bool{}
	stated := false
	for _, a := range q.county.Advisers {
		stated = stated || len(a.Languages) > 0
		speaks[a.ID] = slices.Contains(a.Languages, language)
	}
	served := map[string]bool{}
	mark := func(code string) {
		if u, ok := q.county.UnitAbove(code, coverage.LevelTownship); ok {
			served[u.Code] = true
		}
	}
	for _, a := range q.county.Assignments {
		if speaks[a.AdviserID] {
			mark(a.Village)
		}
	}
	for _, p := range q.county.Points {
		stated = stated || p.Bilingual != nil
		if built, _ := p.BuiltAt(q.Query.AsOf, false); built && p.Bilingual != nil && *p.Bilingual {
			mark(p.Code)
		}
	}
	if !stated {
		return q.answer.lacks("服务点的双语标记或顾问的语言"), nil
	}
	q.answer.columns(columnCode, columnName)
	for _, u := range q.county.Units {
		if u.Level == coverage.LevelTownship && !served[u.Code] {
			q.answer.row(u.Code, u.Name)
		}
	}
	q.answer.say(fmt.Sprintf("%d 个乡镇没有查到会“%s”的人员。", len(q.answer.Rows), language), fmt.Sprintf("%d townships have nobody on record who speaks %s.", len(q.answer.Rows), language))
	return q.answer, nil
}

func missedVisits(_ context.Context, q *inquiry) (*Answer, error) {
	if len(q.county.Assignments) == 0 {
		return q.answer.lacks("法律顾问分配表的计划与实际到访次数"), nil
	}
	names := map[string]string{}
	for _, u := range q.county.Units {
		names[u.Code] = u.Name
	}
	q.answer.columns(columnCode, columnName, Column{"adviser_id", "顾问", "Adviser"}, Column{"planned", "计划", "Planned"}, Column{"done", "实际", "Done"})
	for _, a := range q.county.Assignments {
		if a.VisitsDone < a.VisitsPlanned {
			q.answer.row(a.Village, names[a.Village], a.AdviserID, a.VisitsPlanned, a.VisitsDone)
		}
	}
	q.answer.say(fmt.Sprintf("%d 个村的到访少于计划。", len(q.answer.Rows)), fmt.Sprintf("%d villages had fewer visits than planned.", len(q.answer.Rows)))
	return q.answer, nil
}
