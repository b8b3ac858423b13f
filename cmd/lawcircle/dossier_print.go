package main

import (
	"fmt"

	"lawcircle/coverage"
)

type reachedJSON struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	People  *int64  `json:"people"`
	Seconds float64 `json:"seconds"`
}

type dossierOutput struct {
	Run          coverage.Run  `json:"run"`
	HostID       string        `json:"host_id"`
	Name         string        `json:"name"`
	Kind         string        `json:"kind"`
	Code         string        `json:"admin_code"`
	Rank         int           `json:"rank"`
	Of           int           `json:"of"`
	PeopleGained int64         `json:"people_gained"`
	Gained       []reachedJSON `json:"gained"`
	Doubled      []reachedJSON `json:"doubled"`
	Before       sumsJSON      `json:"totals_before"`
	After        sumsJSON      `json:"totals_after"`
	Slower       sumsJSON      `json:"totals_after_speed_0_8"`
	Faster       sumsJSON      `json:"totals_after_speed_1_2"`
	RunnerUp     *runnerUpJSON `json:"runner_up"`
}

type runnerUpJSON struct {
	HostID string `json:"host_id"`
	Name   string `json:"name"`
	People int64  `json:"people_gained"`
	Fewer  int64  `json:"cost_people"`
}

func dossierJSON(run coverage.Run, county *coverage.County, d *coverage.Dossier) dossierOutput {
	out := dossierOutput{Run: run, HostID: d.Host.ID, Name: d.Host.Name, Kind: string(d.Host.Kind), Code: d.Host.Code, Rank: d.Rank, Of: d.Of,
		PeopleGained: d.After.PeopleCovered - d.Before.PeopleCovered, Gained: toReached(county, d.Gained), Doubled: toReached(county, d.Doubled),
		Before: toSums(d.Before), After: toSums(d.After), Slower: toSums(d.Slower), Faster: toSums(d.Faster)}
	if r := d.RunnerUp; r != nil {
		out.RunnerUp = &runnerUpJSON{r.Host.ID, r.Host.Name, r.People, r.Fewer}
	}
	return out
}

func toReached(county *coverage.County, list []coverage.Reached) []reachedJSON {
	out := []reachedJSON{}
	for _, r := range list {
		s := county.Settlements[r.Settlement]
		entry := reachedJSON{ID: s.ID, Name: s.Name, Seconds: r.Duration.Seconds()}
		if r.People.Known {
			entry.People = &r.People.Count
		}
		out = append(out, entry)
	}
	return out
}

func printDossier(term *terminal, county *coverage.County, d *coverage.Dossier) {
	term.printf("%s（%s，%s）：新增覆盖 %d 人、%d 个居民点；在 %d 个候选中排第 %d。", d.Host.Name, d.Host.Kind.Zh(), d.Host.ID,
		d.After.PeopleCovered-d.Before.PeopleCovered, len(d.Gained), d.Of, d.Rank)
	if r := d.RunnerUp; r != nil {
		term.printf("其余候选中最好的是 %s：新增 %d 人，相差 %d 人。", r.Host.Name, r.People, r.Fewer)
	}
	term.printf("速度 −20%% 时共覆盖 %d 人，+20%% 时 %d 人（本方案 %d 人）。", d.Slower.PeopleCovered, d.Faster.PeopleCovered, d.After.PeopleCovered)
	rows := [][]string{{"居民点", "人口", "用时", "现状"}}
	for _, list := range []struct {
		state string
		items []coverage.Reached
	}{{"新增覆盖", d.Gained}, {"已在圈内", d.Doubled}} {
		for _, r := range list.items {
			rows = append(rows, []string{county.Settlements[r.Settlement].Name, fmt.Sprint(r.People.Count), clock(r.Duration), list.state})
		}
	}
	term.table(rows)
}
