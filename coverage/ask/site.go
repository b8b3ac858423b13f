package ask

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lawcircle/coverage"
)

func siteQuestions() []Question {
	limit := Param{"time_limit", "求解时限（秒）", "seconds for the solver", "20"}
	return []Question{
		{"18", "哪些没有服务点的警务站能服务最多圈外居民？", "Which police posts without a point would serve most uncovered people?",
			[]Param{{"top", "前几名", "top", "20"}}, bestPosts},
		{"19", "把某点移到别处，谁得谁失？", "Move a point: who gains, who loses?", []Param{{"point", "服务点", "point", ""}, {"lon", "经度", "lon", ""}, {"lat", "纬度", "lat", ""}}, movePoint},
		{"20", "县里提出的几个地址中哪个最好？", "Which of the offered addresses is best?", []Param{{"hosts", "场所（逗号分隔）", "hosts", ""}}, bestOf},
		{"21", "工作室设在甲村还是乙村？", "Room in village A or B?", []Param{{"hosts", "两个场所（逗号分隔）", "two hosts", ""}}, bestOf},
		{"22", "把只有公示电话的点升为定期值守，还是另建工作室？", "Upgrade a board to duty days, or build a room?",
			[]Param{{"point", "要升级的点", "point", ""}, {"host", "要新建的场所", "host", ""}}, upgradeOrBuild},
		{"23", "第 N 个新点值多少人（边际），拐点在哪？", "What is the Nth new point worth, and where is the knee?",
			[]Param{{"sites", "最多几个", "sites", "20"}, limit}, marginalGains},
		{"24", "达到 90% 的最省方案？", "Cheapest set for 90 %?", []Param{{"share", "比例", "share", "0.9"}, limit}, cheapest},
		{"25", "若任何村都不得超过 30 分钟，最好的方案？", "Best set if nobody may be beyond 30 minutes?",
			[]Param{{"minutes", "底线（分钟）", "floor in minutes", "30"}, limit}, equityFloor},
		{"26", "若某点撤销，谁失去服务？", "What if a point is removed?", []Param{{"point", "服务点", "point", ""}}, removePoint},
	}
}

func bestPosts(ctx context.Context, q *inquiry) (*Answer, error) {
	top, err := q.whole("top")
	if err != nil {
		return nil, err
	}
	return q.rankSites(ctx, coverage.SiteQuestion{Query: q.Query, Sites: 1, Candidates: coverage.CandidatePosts}, top)
}

func bestOf(ctx context.Context, q *inquiry) (*Answer, error) {
	ids := strings.Split(q.Params["hosts"], ",")
	return q.rankSites(ctx, coverage.SiteQuestion{Query: q.Query, Sites: 1, Candidates: coverage.CandidateHosts, Hosts: ids}, len(ids))
}

// rankSites lists candidates by the people that each alone would bring inside.
func (q *inquiry) rankSites(ctx context.Context, s coverage.SiteQuestion, top int) (*Answer, error) {
	gains, err := q.Engine.Gains(ctx, s)
	if err != nil {
		return nil, err
	}
	q.answer.columns(Column{"host_id", "场所", "Host"}, columnName, columnCode, Column{"people_gained", "新增人口", "People gained"},
		Column{"settlements_gained", "新增居民点", "Settlements gained"})
	for _, g := range gains[:min(top, len(gains))] {
		q.answer.row(g.Candidate.ID, g.Candidate.Name, g.Candidate.Code, g.People, g.Settlements)
	}
	best := gains[0]
	q.answer.say(fmt.Sprintf("%d 个候选中最好的是“%s”，新增 %d 人。", len(gains), best.Candidate.Name, best.People),
		fmt.Sprintf("The best of %d candidates is %s, with %d more people.", len(gains), best.Candidate.Name, best.People))
	return q.answer, nil
}

// compareEdits tells who gains and who loses by edits.
func (q *inquiry) compareEdits(ctx context.Context, edits []coverage.Edit) (coverage.Comparison, error) {
	before, err := q.Engine.Assess(ctx, q.Query)
	if err != nil {
		return coverage.Comparison{}, err
	}
	county, err := q.county.With(edits)
	if err != nil {
		return coverage.Comparison{}, err
	}
	after, err := coverage.Engine{County: county, Graph: q.Engine.Graph}.Assess(ctx, q.Query)
	if err != nil {
		return coverage.Comparison{}, err
	}
	return coverage.Compare(before, after)
}

func (q *inquiry) changeTable(d coverage.Comparison) *Answer {
	q.answer.columns(Column{"change", "变化", "Change"}, columnSettlement, columnName, columnPeople)
	for _, list := range []struct {
		name  string
		items []int
	}{{"新增", d.Gained}, {"失去", d.Lost}} {
		for _, i := range list.items {
			s := q.county.Settlements[i]
			q.answer.row(list.name, s.ID, s.Name, people(s.People))
		}
	}
	q.answer.say(fmt.Sprintf("新增 %d 人，失去 %d 人，净 %+d 人。", d.GainedPeople, d.LostPeople, d.GainedPeople-d.LostPeople),
		fmt.Sprintf("%d people gain, %d lose, %+d in all.", d.GainedPeople, d.LostPeople, d.GainedPeople-d.LostPeople))
	return q.answer
}

func movePoint(ctx context.Context, q *inquiry) (*Answer, error) {
	lon, err := q.number("lon")
	if err != nil {
		return nil, err
	}
	lat, err := q.number("lat")
	if err != nil {
		return nil, err
	}
	d, err := q.compareEdits(ctx, []coverage.Edit{{Op: coverage.EditMovePoint, PointID: q.Params["point"], Lon: lon, Lat: lat}})
	if err != nil {
		return nil, err
	}
	return q.changeTable(d), nil
}

func removePoint(ctx context.Context, q *inquiry) (*Answer, error) {
	d, err := q.compareEdits(ctx, []coverage.Edit{{Op: coverage.EditClosePoint, PointID: q.Params["point"]}})
	if err != nil {
		return nil, err
	}
	return q.changeTable(d), nil
}

func upgradeOrBuild(ctx context.Context, q *inquiry) (*Answer, error) {
	q.answer.columns(Column{"choice", "做法", "Choice"}, Column{"gained", "新增人口", "People gained"}, Column{"settlements", "新增居民点", "Settlements gained"})
	var gained [2]int64
	for i, choice := range []struct {
		zh   string
		edit coverage.Edit
	}{
		{"升为定期值守：" + q.Params["point"], coverage.Edit{Op: coverage.EditSetLevel, PointID: q.Params["point"], Level: coverage.LevelDuty}},
		{"新建：" + q.Params["host"], coverage.Edit{Op: coverage.EditAddPoint, HostID: q.Params["host"]}},
	} {
		d, err := q.compareEdits(ctx, []coverage.Edit{choice.edit})
		if err != nil {
			return nil, err
		}
		gained[i] = d.GainedPeople
		q.answer.row(choice.zh, d.GainedPeople, len(d.Gained))
	}
	q.answer.say(fmt.Sprintf("升级新增 %d 人，新建新增 %d 人。", gained[0], gained[1]), fmt.Sprintf("Upgrading gains %d people, building %d.", gained[0], gained[1]))
	return q.answer, nil
}

func marginalGains(ctx context.Context, q *inquiry) (*Answer, error) {
	sites, err := q.whole("sites")
	if err != nil {
		return nil, err
	}
	p, err := q.propose(ctx, coverage.SiteQuestion{Query: q.Query, Sites: sites, Candidates: coverage.CandidateHosts})
	if err != nil {
		return nil, err
	}
	q.siteTable()
	q.siteRows(p)
	if knee := Knee(p); knee > 0 {
		q.answer.say(fmt.Sprintf("共 %d 个点；第 %d 个之后每点新增明显变少（拐点）。", len(p.Sites), knee), fmt.Sprintf("%d sites; the knee is at %d.", len(p.Sites), knee))
	}
	q.answer.say(proof(p))
	return q.answer, nil
}

// Knee is the number of sites after which more sites bring clearly less: the point of the curve of cumulative people that lies farthest
// above its chord (the "kneedle" of Satopää et al. 2011, without smoothing). 0 when the curve is straight or has fewer than three sites.
func Knee(p *coverage.Proposal) int {
	n := len(p.Sites)
	if n < 3 {
		return 0
	}
	first, last := float64(p.Sites[0].Cumulative.People), float64(p.Sites[n-1].Cumulative.People)
	best, at := 0.0, 0
	for i, s := range p.Sites {
		chord := first + (last-first)*float64(i)/float64(n-1)
		if above := float64(s.Cumulative.People) - chord; above > best {
			best, at = above, i+1
		}
	}
	return at
}

func cheapest(ctx context.Context, q *inquiry) (*Answer, error) {
	part, err := q.number("share")
	if err != nil {
		return nil, err
	}
	p, err := q.propose(ctx, coverage.SiteQuestion{Query: q.Query, Cover: part, Candidates: coverage.CandidateHosts})
	if err != nil {
		return nil, err
	}
	q.siteTable()
	q.siteRows(p)
	for _, c := range p.Conflicts {
		q.answer.say("做不到："+c.Zh, "Impossible: "+c.En)
	}
	if len(p.Conflicts) == 0 {
		q.answer.say(fmt.Sprintf("达到 %s 至少需 %d 个新点，届时覆盖 %s。", percent(part, true), len(p.Sites), percent(p.After.PeopleShare())),
			fmt.Sprintf("%s needs %d new points, which cover %s.", percent(part, true), len(p.Sites), percent(p.After.PeopleShare())))
	}
	q.answer.say(proof(p))
	return q.answer, nil
}

// equityFloor finds the fewest sites that leave nobody beyond the floor who can be helped at all, and tells what that does for the limit.
func equityFloor(ctx context.Context, q *inquiry) (*Answer, error) {
	floor, err := q.number("minutes")
	if err != nil {
		return nil, err
	}
	wide := q.Query
	wide.Limit = time.Duration(floor * float64(time.Minute))
	p, err := q.propose(ctx, coverage.SiteQuestion{Query: wide, Everyone: true, Candidates: coverage.CandidateHosts})
	if err != nil {
		return nil, err
	}
	q.siteTable()
	q.siteRows(p)
	var edits []coverage.Edit
	for _, s := range p.Sites {
		edits = append(edits, coverage.Edit{Op: coverage.EditAddPoint, HostID: s.ID})
	}
	d, err := q.compareEdits(ctx, edits)
	if err != nil {
		return nil, err
	}
	stay := len(p.Unreachable)
	q.answer.say(fmt.Sprintf("%d 个新点可使所有能帮到的居民点都在 %g 分钟内（%d 个怎样都到不了）；%g 分钟圈内增加 %d 人。", len(p.Sites), floor, stay,
		q.Query.Limit.Minutes(), d.GainedPeople),
		fmt.Sprintf("%d new points bring everyone who can be helped within %g min (%d settlements cannot); the circle gains %d people.", len(p.Sites), floor, stay, d.GainedPeople))
	q.answer.say(proof(p))
	return q.answer, nil
}

func sortedByPeople[T any](list []T, of func(T) int64) []T {
	slices.SortStableFunc(list, func(a, b T) int { return int(of(b) - of(a)) })
	return list
}
