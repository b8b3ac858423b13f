package ask

import (
	"context"
	"fmt"
	"math"
	"time"

	"lawcircle/coverage"
)

func targetQuestions() []Question {
	limit := Param{"time_limit", "求解时限（秒）", "seconds for the solver", "20"}
	return []Question{
		{"10", "2018、2019、2020 年各县应建、已建多少？", "Built against needed per county for each year?", nil, builtAgainstNeeded},
		{"11", "到某年的目标还差几个工作室，建在哪些村，新增多少人？", "What does a year's target need: how many more rooms, which, how many people?",
			[]Param{{"year", "年份", "year", "2019"}, limit}, roomsForTarget},
		{"12", "同样的数量，最好能覆盖多少，只选条件成熟的又能覆盖多少？", "With the same count: the best coverage, and what do the easy sites give?",
			[]Param{{"sites", "数量", "sites", "10"}, limit}, bestAgainstEasy},
		{"13", "每县先在哪 3 个乡镇试点工作站？", "Which 3 pilot townships per county serve most people?",
			[]Param{{"sites", "每县几个", "per county", "3"}, limit}, pilotTownships},
		{"14", "若先建 30% 的警务站服务点，建哪些？", "If 30 % of the police posts come first, which ones?",
			[]Param{{"share", "比例", "share", "0.3"}, limit}, firstPosts},
		{"15", "建成率达到 100% 后还有谁在 10 分钟之外？", "Does reaching 100 % 建成率 still leave people outside? Who?", nil, outsideWhenAllBuilt},
		{"16", "照目前进度哪个县完不成？", "Which county will miss at the present pace?",
			[]Param{{"since", "进度起算日", "pace since", "2017-12-04"}}, missAtPace},
		{"17", "要达到人员下限还需招多少人？", "How many hires close the staff minimum?", nil, understaffed},
	}
}

func builtAgainstNeeded(_ context.Context, q *inquiry) (*Answer, error) {
	a := q.answer
	a.columns(columnCode, columnName, Column{"indicator", "指标", "Indicator"}, Column{"year", "年", "Year"}, Column{"needed", "应达", "Needed"},
		Column{"built", "已达", "Reached"}, Column{"to_do", "还差", "To do"}, Column{"of", "总数", "Of"})
	open := 0
	for _, in := range q.county.Indicators(q.Query.AsOf, "", q.Query.StatutoryOnly) {
		if !in.Known {
			continue
		}
		a.row(in.Unit.Code, in.Unit.Name, coverage.IndicatorKind(in.Target.Indicator).Zh(), in.Target.Year, in.Num+in.ToDo, in.Num, in.ToDo, in.Den)
		if !in.Done {
			open++
		}
	}
	a.say(fmt.Sprintf("%d 项指标中 %d 项尚未完成。", len(a.Rows), open), fmt.Sprintf("%d of %d targets are not met yet.", open, len(a.Rows)))
	return a, nil
}

// propose asks the solver and makes the table of sites.
func (q *inquiry) propose(ctx context.Context, s coverage.SiteQuestion) (*coverage.Proposal, error) {
	if text, given := q.Params["time_limit"]; given && text != "" {
		seconds, err := q.number("time_limit")
		if err != nil {
			return nil, err
		}
		s.Options.TimeLimit = time.Duration(seconds * float64(time.Second))
	}
	return q.Engine.Suggest(ctx, s)
}

func (q *inquiry) siteTable() {
	q.answer.columns(Column{"rank", "序", "Rank"}, Column{"host_id", "场所", "Host"}, columnName, columnCode,
		Column{"people_gained", "新增人口", "People gained"}, Column{"settlements_gained", "新增居民点", "Settlements gained"},
		Column{"people_cumulative", "累计人口", "Cumulative people"})
}

func (q *inquiry) siteRows(p *coverage.Proposal) {
	for i, s := range p.Sites {
		q.answer.row(i+1, s.ID, s.Name, s.Code, s.Gain.People, s.Gain.Demands, s.Cumulative.People)
	}
}

// proof says how good a proposal is.
func proof(p *coverage.Proposal) (zh, en string) {
	s := p.Solution
	return fmt.Sprintf("求解状态 %s，目标值 %d，上界 %d，差距 %.2f%%。", s.Status, s.Objective, s.Bound, s.Gap*100),
		fmt.Sprintf("Solver: %s, objective %d, bound %d, gap %.2f%%.", s.Status, s.Objective, s.Bound, s.Gap*100)
}

func roomsForTarget(ctx context.Context, q *inquiry) (*Answer, error) {
	year, err := q.whole("year")
	if err != nil {
		return nil, err
	}
	toDo, found := 0, false
	for _, in := range q.county.Indicators(q.Query.AsOf, "", q.Query.StatutoryOnly) {
		if in.Target.Indicator == string(coverage.IndicatorStudioRate) && in.Target.Year == year {
			toDo, found = toDo+in.ToDo, true
		}
	}
	if !found {
		return q.answer.lacks(fmt.Sprintf("%d 年的工作室目标（target 表）", year)), nil
	}
	q.siteTable()
	if toDo == 0 {
		q.answer.say("目标已完成，不需再建。", "The target is met.")
		return q.answer, nil
	}
	p, err := q.propose(ctx, coverage.SiteQuestion{Query: q.Query, Sites: toDo, Candidates: coverage.CandidateVillages})
	if err != nil {
		return nil, err
	}
	q.siteRows(p)
	q.answer.say(fmt.Sprintf("%d 年目标还差 %d 个工作室；按此清单新增覆盖 %d 人。", year, toDo, p.After.PeopleCovered-p.Before.PeopleCovered),
		fmt.Sprintf("%d more rooms are needed by %d; these bring %d more people inside.", toDo, year, p.After.PeopleCovered-p.Before.PeopleCovered))
	q.answer.say(proof(p))
	return q.answer, nil
}

func bestAgainstEasy(ctx context.Context, q *inquiry) (*Answer, error) {
	sites, err := q.whole("sites")
	if err != nil {
		return nil, err
	}
	var ready []string
	for _, c := range q.county.Candidates(coverage.CandidateHosts) {
		if c.Ready != nil && *c.Ready {
			ready = append(ready, c.ID)
		}
	}
	if len(ready) == 0 {
		return q.answer.lacks("场所的“条件成熟”（ready）"), nil
	}
	a := q.answer
	a.columns(Column{"choice", "选法", "Choice"}, Column{"sites", "数量", "Sites"}, Column{"people_covered", "覆盖人口", "People covered"},
		Column{"people_share", "覆盖率", "Share"}, Column{"bound", "上界", "Bound"})
	for _, choice := range []struct {
		zh  string
		ids []string
	}{{"全部候选中最好的", nil}, {"只选条件成熟的", ready}} {
		p, err := q.propose(ctx, coverage.SiteQuestion{Query: q.Query, Sites: sites, Candidates: coverage.CandidateHosts, Hosts: choice.ids})
		if err != nil {
			return nil, err
		}
		a.row(choice.zh, len(p.Sites), p.After.PeopleCovered, share(p.After.PeopleShare()), p.Solution.Bound)
	}
	lost := a.Rows[0][2].(int64) - a.Rows[1][2].(int64)
	a.say(fmt.Sprintf("同样 %d 个点，只选条件成熟的少覆盖 %d 人。", sites, lost), fmt.Sprintf("With %d sites, the easy ones cover %d people fewer.", sites, lost))
	return a, nil
}

func pilotTownships(ctx context.Context, q *inquiry) (*Answer, error) {
	sites, err := q.whole("sites")
	if err != nil {
		return nil, err
	}
	q.siteTable()
	for _, u := range q.county.Units {
		if u.Level != coverage.LevelCounty {
			continue
		}
		var inside []string
		for _, c := range q.county.Candidates(coverage.CandidateOffices) {
			if home, ok := q.county.UnitAbove(c.Code, coverage.LevelCounty); ok && home.Code == u.Code {
				inside = append(inside, c.ID)
			}
		}
		if len(inside) == 0 {
			q.answer.say(u.Name+"：没有可设站的司法所或综治中心。", u.Name+": no office is left to host a station.")
			continue
		}
		p, err := q.propose(ctx, coverage.SiteQuestion{Query: q.Query, Sites: sites, Candidates: coverage.CandidateOffices, Hosts: inside})
		if err != nil {
			return nil, err
		}
		q.siteRows(p)
		q.answer.say(fmt.Sprintf("%s：选 %d 处，新增覆盖 %d 人。", u.Name, len(p.Sites), p.After.PeopleCovered-p.Before.PeopleCovered),
			fmt.Sprintf("%s: %d sites bring %d more people inside.", u.Name, len(p.Sites), p.After.PeopleCovered-p.Before.PeopleCovered))
	}
	return q.answer, nil
}

func firstPosts(ctx context.Context, q *inquiry) (*Answer, error) {
	part, err := q.number("share")
	if err != nil {
		return nil, err
	}
	posts := 0
	for _, h := range q.county.Hosts {
		posts += map[bool]int{true: 1}[h.Kind == coverage.HostPolicePost]
	}
	free := len(q.county.Candidates(coverage.CandidatePosts))
	want := int(math.Ceil(part*float64(posts)-1e-9)) - (posts - free)
	q.siteTable()
	if want <= 0 {
		q.answer.say(fmt.Sprintf("%d 个警务站中已有或已规划 %d 个，比例已达到。", posts, posts-free), fmt.Sprintf("%d of %d posts have or plan a point: the share is reached.", posts-free, posts))
		return q.answer, nil
	}
	p, err := q.propose(ctx, coverage.SiteQuestion{Query: q.Query, Sites: want, Candidates: coverage.CandidatePosts})
	if err != nil {
		return nil, err
	}
	q.siteRows(p)
	q.answer.say(fmt.Sprintf("%d 个警务站的 %s 是 %d 个，还差 %d 个；按此清单新增覆盖 %d 人。", posts, percent(part, true), want+posts-free, want,
		p.After.PeopleCovered-p.Before.PeopleCovered),
		fmt.Sprintf("%s of %d posts needs %d more; these bring %d more people inside.", percent(part, true), posts, want, p.After.PeopleCovered-p.Before.PeopleCovered))
	q.answer.say(proof(p))
	return q.answer, nil
}

// outsideWhenAllBuilt counts every village committee, community centre and judicial office as a point: what the plan builds at 100 %.
func outsideWhenAllBuilt(ctx context.Context, q *inquiry) (*Answer, error) {
	var edits []coverage.Edit
	for _, set := range []coverage.CandidateSet{coverage.CandidateVillages, coverage.CandidateOffices} {
		for _, c := range q.county.Candidates(set) {
			edits = append(edits, coverage.Edit{Op: coverage.EditAddPoint, HostID: c.ID})
		}
	}
	built, err := q.county.With(edits)
	if err != nil {
		return nil, err
	}
	query := q.Query
	query.Status = coverage.CountAny
	engine := coverage.Engine{County: built, Graph: q.Engine.Graph}
	r, err := engine.Assess(ctx, query)
	if err != nil {
		return nil, err
	}
	n, total := q.settlements(r, func(v coverage.Verdict) bool { return v.Status == coverage.Uncovered })
	q.answer.say(fmt.Sprintf("村、乡两级全部建成（另增 %d 个点）后覆盖率 %s，仍有 %d 个居民点、%d 人在圈外。", len(edits), percent(r.Totals.PeopleShare()), n, total),
		fmt.Sprintf("With everything built (%d more points) the share is %s; %d settlements with %d people stay outside.", len(edits), percent(r.Totals.PeopleShare()), n, total))
	return q.answer, nil
}

func missAtPace(_ context.Context, q *inquiry) (*Answer, error) {
	since, err := coverage.ParseDate(q.Params["since"])
	if err != nil {
		return nil, err
	}
	asOf := q.Query.AsOf
	if asOf == "" {
		asOf = q.county.DataDate
	}
	days, ok := coverage.DaysBetween(since, asOf)
	if !ok || days <= 0 {
		return q.answer.lacks("数据日期（须晚于起算日）"), nil
	}
	before := q.county.Indicators(since, "", q.Query.StatutoryOnly)
	a := q.answer
	a.columns(columnCode, columnName, Column{"indicator", "指标", "Indicator"}, Column{"year", "年", "Year"}, Column{"to_do", "还差", "To do"},
		Column{"pace", "现速（个/天）", "Pace a day"}, Column{"pace_needed", "所需（个/天）", "Pace needed"})
	for i, in := range q.county.Indicators(asOf, "", q.Query.StatutoryOnly) {
		if !in.Known || in.Done {
			continue
		}
		pace := float64(in.Num-before[i].Num) / float64(days)
		if pace < in.PacePerDay {
			a.row(in.Unit.Code, in.Unit.Name, coverage.IndicatorKind(in.Target.Indicator).Zh(), in.Target.Year, in.ToDo, pace, finite(in.PacePerDay))
		}
	}
	a.say(fmt.Sprintf("自 %s 以来的进度不足以完成 %d 项。", since, len(a.Rows)), fmt.Sprintf("The pace since %s is too slow for %d targets.", since, len(a.Rows)))
	return a, nil
}

// finite is nil for a pace that no day is left for.
func finite(x float64) any {
	if math.IsInf(x, 0) {
		return nil
	}
	return x
}
