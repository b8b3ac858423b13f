package ask

import (
	"context"
	"fmt"
	"time"

	"lawcircle/coverage"
)

func stateQuestions() []Question {
	return []Question{
		{"1", "此刻有多少居民在服务圈内（按县、乡镇）？", "What share of residents is inside the circle, by county and township?", nil, shareByUnit},
		{"2", "谁能到达服务甲而到不了服务乙？", "Who can reach service A but not service B?", []Param{
			{"have", "能到达的服务", "service in reach", "aid_accept"}, {"lack", "到不了的服务", "service out of reach", "notary"}}, haveButLack},
		{"3", "哪些村既无工作室、无法律顾问，30 分钟内又无警务站服务点（三无村）？", "Which villages have no room, no adviser and no post within 30 minutes?",
			[]Param{{"minutes", "分钟", "minutes", "30"}}, bareVillages},
		{"4", "哪些服务点人员不足（中心 <3，工作站 <2）？", "Which points have too few staff (centre < 3, station < 2)?", nil, understaffed},
		{"5", "哪些点建成后停用，或只有公示电话？", "Which points are closed, or a board with phone numbers only?", nil, hollowPoints},
		{"6", "哪些点相互重复（九成以上的人另有一个点可去）？", "Which points duplicate each other (over 90 % of people served twice)?",
			[]Param{{"share", "重复比例", "share served twice", "0.9"}}, duplicates},
		{"7", "多少老年人、残疾人等不在圈内，在哪里？", "How many people of a priority group are uncovered, and where?",
			[]Param{{"group", "人群", "group", "elderly"}}, groupOutside},
		{"8", "哪些点不临街、不在一层或没有无障碍？", "Which points lack street front, ground floor or step-free access?", nil, poorPremises},
		{"9", "哪些村只能由外县的点服务？", "Which villages are served only from another county?", nil, servedFromOutside},
	}
}

func shareByUnit(ctx context.Context, q *inquiry) (*Answer, error) {
	r, err := q.Engine.Assess(ctx, q.Query)
	if err != nil {
		return nil, err
	}
	a := q.answer
	a.columns(columnCode, columnName, columnPeople, Column{"people_covered", "覆盖人口", "People covered"},
		Column{"people_share", "覆盖率", "Share"}, Column{"settlements", "居民点", "Settlements"},
		Column{"settlements_covered", "覆盖居民点", "Settlements covered"})
	for _, area := range r.Areas {
		if area.Unit.Level <= coverage.LevelTownship {
			a.row(area.Unit.Code, area.Unit.Name, area.People, area.PeopleCovered, share(area.PeopleShare()), area.Settlements, area.SettlementsCovered)
		}
	}
	t := r.Totals
	a.say(fmt.Sprintf("%d 人中有 %d 人在 %g 分钟圈内（%s），%d 人不在，%d 人无法判定。", t.People, t.PeopleCovered, q.Query.Limit.Minutes(),
		percent(t.PeopleShare()), t.PeopleUncovered, t.PeopleUnknown),
		fmt.Sprintf("%d of %d people are inside (%s), %d are not, %d cannot be judged.", t.PeopleCovered, t.People, percent(t.PeopleShare()),
			t.PeopleUncovered, t.PeopleUnknown))
	return a, nil
}

func haveButLack(ctx context.Context, q *inquiry) (*Answer, error) {
	if len(q.county.Offers) == 0 {
		return q.answer.lacks("服务点提供的服务（服务、方式）"), nil
	}
	var results [2]*coverage.Result
	for i, name := range []string{"have", "lack"} {
		service, err := coverage.ParseService(q.Params[name])
		if err != nil {
			return nil, err
		}
		query := q.Query
		query.Service = service
		if results[i], err = q.Engine.Assess(ctx, query); err != nil {
			return nil, err
		}
	}
	n, total := q.settlements(results[1], func(v coverage.Verdict) bool {
		return v.Status == coverage.Uncovered && results[0].Verdicts[v.Settlement].Status == coverage.Covered
	})
	have, lack := results[0].Query.Service, results[1].Query.Service
	q.answer.say(fmt.Sprintf("%d 个居民点、%d 人能到达“%s”而到不了“%s”。", n, total, have.Zh(), lack.Zh()),
		fmt.Sprintf("%d settlements with %d people can reach %s but not %s.", n, total, have, lack))
	return q.answer, nil
}

// bareVillages looks at village units: a room of their own, an adviser on the data date, and a police-post desk within the time of any of
// their settlements.
func bareVillages(ctx context.Context, q *inquiry) (*Answer, error) {
	limit, err := q.number("minutes")
	if err != nil {
		return nil, err
	}
	query := q.Query
	query.Limit = time.Duration(limit * float64(time.Minute))
	query.Tiers, query.HostKinds = []coverage.Tier{coverage.TierPost}, nil
	r, err := q.Engine.Assess(ctx, query)
	if err != nil {
		return nil, err
	}
	near, seen := map[string]bool{}, map[string]bool{}
	for _, v := range r.Verdicts {
		code := q.county.Settlements[v.Settlement].Code
		seen[code] = true
		near[code] = near[code] || v.Status == coverage.Covered
	}
	advised := q.county.AdvisedVillages(query.AsOf)
	q.answer.columns(columnCode, columnName, columnPeople)
	for _, area := range r.Areas {
		u := area.Unit
		if u.Level == coverage.LevelVillage && seen[u.Code] && area.Built.Built == 0 && !advised[u.Code] && !near[u.Code] {
			q.answer.row(u.Code, u.Name, area.People)
		}
	}
	q.answer.say(fmt.Sprintf("“三无村” %d 个。", len(q.answer.Rows)), fmt.Sprintf("%d villages have none of the three.", len(q.answer.Rows)))
	if len(q.county.Assignments) == 0 {
		q.answer.say("注意：没有法律顾问分配表，所有村都按无顾问计。", "Note: there is no adviser table; every village counts as without one.")
	}
	return q.answer, nil
}

func understaffed(_ context.Context, q *inquiry) (*Answer, error) {
	a := q.answer
	a.columns(Column{"point_id", "服务点", "Point"}, columnName, Column{"tier", "层级", "Tier"}, Column{"staff", "人员", "Staff"},
		Column{"least", "最低", "Least"}, Column{"missing", "缺", "Missing"})
	hires, unstated := 0, 0
	for _, p := range q.county.Points {
		least, wanted := coverage.StaffMinimum(p.Tier)
		if built, _ := p.BuiltAt(q.Query.AsOf, false); !wanted || !built {
			continue
		}
		staff, known := p.Staff()
		switch {
		case !known:
			unstated++
			a.row(p.ID, p.Name, p.Tier.Zh(), nil, least, nil)
		case staff < least:
			hires += least - staff
			a.row(p.ID, p.Name, p.Tier.Zh(), staff, least, least-staff)
		}
	}
	a.say(fmt.Sprintf("%d 个点人员不足或未填，合计还差 %d 人；其中 %d 个点未填人数。", len(a.Rows), hires, unstated),
		fmt.Sprintf("%d points are short of staff or do not say; %d hires close the gap, and %d points state no number.", len(a.Rows), hires, unstated))
	return a, nil
}

func hollowPoints(_ context.Context, q *inquiry) (*Answer, error) {
	a := q.answer
	a.columns(Column{"point_id", "服务点", "Point"}, columnName, Column{"tier", "层级", "Tier"}, Column{"problem", "问题", "Problem"})
	for _, p := range q.county.Points {
		switch {
		case p.Status == coverage.StatusClosed || p.Status == coverage.StatusSuspended:
			a.row(p.ID, p.Name, p.Tier.Zh(), p.Status.Zh())
		case p.Status == coverage.StatusBuilt && p.Level == coverage.LevelBoard:
			a.row(p.ID, p.Name, p.Tier.Zh(), coverage.LevelBoard.Zh())
		}
	}
	a.say(fmt.Sprintf("%d 个点停用、暂停或只有公示电话。", len(a.Rows)), fmt.Sprintf("%d points are closed, suspended or a board only.", len(a.Rows)))
	return a, nil
}

func duplicates(ctx context.Context, q *inquiry) (*Answer, error) {
	least, err := q.number("share")
	if err != nil {
		return nil, err
	}
	overlaps, err := q.Engine.Overlaps(ctx, q.Query)
	if err != nil {
		return nil, err
	}
	a := q.answer
	a.columns(Column{"point_id", "服务点", "Point"}, columnName, Column{"people", "圈内人口", "People within"},
		Column{"people_twice", "另有一点可去的人口", "People served twice"}, Column{"share", "比例", "Share"})
	for _, o := range overlaps {
		if o.People > 0 && float64(o.Twice) >= least*float64(o.People) {
			a.row(o.Facility.ID, o.Facility.Name, o.People, o.Twice, float64(o.Twice)/float64(o.People))
		}
	}
	a.say(fmt.Sprintf("%d 个点圈内 %s 以上的人另有一个点可去。", len(a.Rows), percent(least, true)),
		fmt.Sprintf("%d points have at least %s of their people served by another point, too.", len(a.Rows), percent(least, true)))
	return a, nil
}

func groupOutside(ctx context.Context, q *inquiry) (*Answer, error) {
	group, err := coverage.ParseGroup(q.Params["group"])
	if err != nil {
		return nil, err
	}
	query := q.Query
	query.Group = group
	r, err := q.Engine.Assess(ctx, query)
	if err != nil {
		return nil, err
	}
	if r.Totals.PeopleMissing == len(r.Verdicts) {
		return q.answer.lacks("居民点的" + group.Zh() + "人数"), nil
	}
	n, total := q.settlements(r, func(v coverage.Verdict) bool { return v.Status == coverage.Uncovered })
	q.answer.say(fmt.Sprintf("%d 个居民点的 %d 名%s不在圈内；%d 个居民点没有该人群数据。", n, total, group.Zh(), r.Totals.PeopleMissing),
		fmt.Sprintf("%d people (%s) in %d settlements are outside; %d settlements have no figure.", total, group, n, r.Totals.PeopleMissing))
	return q.answer, nil
}

func poorPremises(_ context.Context, q *inquiry) (*Answer, error) {
	a := q.answer
	a.columns(Column{"point_id", "服务点", "Point"}, columnName, Column{"street_front", "临街", "Street front"},
		Column{"ground_floor", "一层", "Ground floor"}, Column{"accessible", "无障碍", "Step-free"}, Column{"dedicated", "专门接待场所", "Premises of its own"})
	stated, unstated := 0, 0
	for _, p := range q.county.Points {
		if built, _ := p.BuiltAt(q.Query.AsOf, false); !built {
			continue
		}
		flags := []*bool{p.StreetFront, p.GroundFloor, p.Accessible, p.Dedicated}
		bad := false
		for _, f := range flags {
			if f == nil {
				unstated++
				continue
			}
			stated++
			bad = bad || !*f
		}
		if bad {
			a.row(p.ID, p.Name, yesNo(flags[0]), yesNo(flags[1]), yesNo(flags[2]), yesNo(flags[3]))
		}
	}
	if stated == 0 {
		return a.lacks("服务点的临街、一层、无障碍"), nil
	}
	a.say(fmt.Sprintf("%d 个点至少一项不达标；%d 项未填。", len(a.Rows), unstated), fmt.Sprintf("%d points fail at least one; %d values are not stated.", len(a.Rows), unstated))
	return a, nil
}

func yesNo(flag *bool) any {
	if flag == nil {
		return nil
	}
	return map[bool]string{true: "是", false: "否"}[*flag]
}

func servedFromOutside(ctx context.Context, q *inquiry) (*Answer, error) {
	anywhere, err := q.Engine.Assess(ctx, q.Query)
	if err != nil {
		return nil, err
	}
	query := q.Query
	query.SameCounty = true
	own, err := q.Engine.Assess(ctx, query)
	if err != nil {
		return nil, err
	}
	n, total := q.settlements(own, func(v coverage.Verdict) bool {
		return v.Status != coverage.Covered && anywhere.Verdicts[v.Settlement].Status == coverage.Covered
	})
	q.answer.say(fmt.Sprintf("%d 个居民点、%d 人只由外县的点服务。", n, total), fmt.Sprintf("%d settlements with %d people are served only from another county.", n, total))
	return q.answer, nil
}
