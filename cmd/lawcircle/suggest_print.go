package main

import (
	"fmt"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
)

type siteJSON struct {
	Rank                  int      `json:"rank"`
	HostID                string   `json:"host_id"`
	Name                  string   `json:"name"`
	Kind                  string   `json:"kind"`
	Code                  string   `json:"admin_code"`
	Lon                   float64  `json:"lon"`
	Lat                   float64  `json:"lat"`
	PeopleGained          int64    `json:"people_gained"`
	SettlementsGained     int      `json:"settlements_gained"`
	PeopleCumulative      int64    `json:"people_cumulative"`
	SettlementsCumulative int      `json:"settlements_cumulative"`
	PeopleShareCumulative *float64 `json:"people_share_cumulative"`
}

type proposalOutput struct {
	Run         coverage.Run    `json:"run"`
	Objective   string          `json:"objective_kind"`
	Sites       []siteJSON      `json:"sites"`
	Value       int64           `json:"objective"`
	Bound       int64           `json:"bound"`
	Gap         float64         `json:"gap"`
	Status      string          `json:"status"`
	StopReason  string          `json:"stop_reason"`
	Seconds     float64         `json:"seconds"`
	Unreachable unreachableJSON `json:"unreachable"`
	Before      sumsJSON        `json:"totals_before"`
	After       sumsJSON        `json:"totals_after"`
	Conflicts   []string        `json:"conflicts,omitempty"`
	RunnersUp   []siteRunnerUp  `json:"runners_up,omitempty"`
	Curve       []curveJSON     `json:"curve,omitempty"`
	Sensitivity []speedJSON     `json:"sensitivity,omitempty"`
}

type siteRunnerUp struct {
	HostID string `json:"host_id"`
	Other  string `json:"runner_up_id,omitempty"`
	Name   string `json:"runner_up_name,omitempty"`
	Loss   int64  `json:"loss"`
}

type curveJSON struct {
	Sites       int    `json:"n"`
	People      int64  `json:"people"`
	Settlements int    `json:"settlements"`
	Bound       int64  `json:"bound"`
	Status      string `json:"status"`
}

type speedJSON struct {
	Speed float64  `json:"speed"`
	Sums  sumsJSON `json:"totals"`
}

type unreachableJSON struct {
	Settlements int      `json:"settlements"`
	People      int64    `json:"people"`
	IDs         []string `json:"ids"`
}

func proposalJSON(run coverage.Run, county *coverage.County, p *coverage.Proposal, beside coverage.ProposalExtras) proposalOutput {
	s := p.Solution
	out := proposalOutput{Run: run, Objective: string(p.Question.Objective), Sites: []siteJSON{}, Value: s.Objective, Bound: s.Bound, Gap: s.Gap,
		Status: s.Status.String(), StopReason: string(s.Stop), Seconds: s.Elapsed.Seconds(), Unreachable: unreachable(county, p),
		Before: toSums(p.Before), After: toSums(p.After)}
	for i, site := range p.Sites {
		out.Sites = append(out.Sites, toSite(i, site, p.Before))
	}
	for _, c := range p.Conflicts {
		out.Conflicts = append(out.Conflicts, c.En)
	}
	for _, r := range beside.RunnersUp {
		out.RunnersUp = append(out.RunnersUp, siteRunnerUp{r.Site.ID, r.Other.ID, r.Other.Name, r.Loss})
	}
	for _, c := range beside.Curve {
		out.Curve = append(out.Curve, curveJSON{c.Sites, c.Served.People, c.Served.Demands, c.Bound, c.Status})
	}
	for _, v := range beside.Sensitivity {
		out.Sensitivity = append(out.Sensitivity, speedJSON{v.Speed, toSums(v.Sums)})
	}
	return out
}

func printExtras(term *terminal, beside coverage.ProposalExtras) {
	for _, v := range beside.Sensitivity {
		term.printf("速度 ×%.1f 时覆盖 %d 人（%s）", v.Speed, v.Sums.PeopleCovered, percent(v.Sums.PeopleShare()))
	}
	for _, r := range beside.RunnersUp {
		if r.Found {
			term.printf("“%s”的次优替代是“%s”（%s），少 %d", r.Site.Name, r.Other.Name, r.Other.ID, r.Loss)
		} else {
			term.printf("“%s”没有可替代的候选", r.Site.Name)
		}
	}
	rows := [][]string{{"个数", "覆盖人口", "覆盖居民点", "上界", "状态"}}
	for _, c := range beside.Curve {
		rows = append(rows, []string{fmt.Sprint(c.Sites), fmt.Sprint(c.Served.People), fmt.Sprint(c.Served.Demands), fmt.Sprint(c.Bound), c.Status})
	}
	if len(rows) > 1 {
		term.table(rows)
	}
}

func toSite(i int, site coverage.ProposedSite, all coverage.Sums) siteJSON {
	return siteJSON{i + 1, site.ID, site.Name, string(site.HostKind), site.Code, site.Point[0], site.Point[1], site.Gain.People, site.Gain.Demands,
		site.Cumulative.People, site.Cumulative.Demands, cumulativeShare(site, all)}
}

func cumulativeShare(site coverage.ProposedSite, all coverage.Sums) *float64 {
	if all.People == 0 {
		return nil
	}
	share := float64(site.Cumulative.People) / float64(all.People)
	return &share
}

func unreachable(county *coverage.County, p *coverage.Proposal) unreachableJSON {
	out := unreachableJSON{Settlements: len(p.Unreachable), IDs: []string{}}
	for _, j := range p.Unreachable {
		out.People += county.Settlements[j].People.Count
		out.IDs = append(out.IDs, county.Settlements[j].ID)
	}
	return out
}

func printProposal(term *terminal, county *coverage.County, run coverage.Run, p *coverage.Proposal) {
	if county.Synthetic {
		term.printf("【演示数据·虚构 / synthetic demonstration data】")
	}
	u := unreachable(county, p)
	term.printf("候选与现有点都到不了的居民点 %d 个、%d 人（求解前已知）", u.Settlements, u.People)
	for _, c := range p.Conflicts {
		term.printf("做不到：%s", c.Zh)
	}
	rows := [][]string{{"序", "场所", "名称", "类型", "新增人口", "新增居民点", "累计人口", "累计占比"}}
	for i, s := range p.Sites {
		share := "—"
		if value := cumulativeShare(s, p.Before); value != nil {
			share = percent(*value, true)
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), s.ID, s.Name, s.HostKind.Zh(), fmt.Sprint(s.Gain.People), fmt.Sprint(s.Gain.Demands),
			fmt.Sprint(s.Cumulative.People), share})
	}
	term.table(rows)
	if asked := p.Question.Sites; len(p.Sites) < asked && p.Solution.Status == locate.Optimal {
		term.printf("只列出 %d 个：再加 %d 个候选也不会多覆盖任何人 / %d more would cover nobody else", len(p.Sites), asked-len(p.Sites), asked-len(p.Sites))
	}
	term.printf("覆盖人口 %d → %d（%s → %s），居民点 %d → %d", p.Before.PeopleCovered, p.After.PeopleCovered, percent(p.Before.PeopleShare()),
		percent(p.After.PeopleShare()), p.Before.SettlementsCovered, p.After.SettlementsCovered)
	term.printf("%s；目标值 %d，上界 %d，差距 %.3f%%，用时 %.2f 秒，运行 %s", proofZh(p.Solution), p.Solution.Objective, p.Solution.Bound,
		p.Solution.Gap*100, p.Solution.Elapsed.Seconds(), run.ID)
}

func proofZh(s *locate.Solution) string {
	switch s.Status {
	case locate.Optimal:
		return "已证明最优"
	case locate.Feasible:
		return "可行解（停止原因：" + string(s.Stop) + "）"
	case locate.Infeasible:
		return "无可行方案"
	default:
		return "尚未找到可行方案（停止原因：" + string(s.Stop) + "）"
	}
}
