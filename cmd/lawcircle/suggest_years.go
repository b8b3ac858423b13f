package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
	"lawcircle/data/export"
)

// parseYears reads 2018=5,2019=10 (points) or 2018=50000元 (money).
func parseYears(text string) ([]locate.Stage, error) {
	var stages []locate.Stage
	for _, part := range splitList(text) {
		year, amount, found := strings.Cut(part, "=")
		number, money := strings.CutSuffix(amount, "元")
		value, err := strconv.ParseInt(number, 10, 64)
		if !found || err != nil || value < 0 {
			return nil, usagef("--years: %q is neither YEAR=POINTS nor YEAR=MONEY元", part)
		}
		stage := locate.Stage{Name: year, Sites: int(value)}
		if money {
			stage = locate.Stage{Name: year, Budget: value}
		}
		stages = append(stages, stage)
	}
	return stages, nil
}

func runStages(ctx context.Context, s *study, f *suggestFlags, question coverage.SiteQuestion) error {
	stages, err := parseYears(f.years)
	if f.years == "plan" {
		if stages, err = s.county.StagesOfPlan(question.Candidates, question.Query.AsOf); err != nil {
			err = fmt.Errorf("--years plan：规划只对警务站、村（社区）、司法所有分年目标，请加 --candidates posts、villages 或 offices；目标已完成时用 --years 2021=5,2022=5 自定 / "+
				"give --candidates posts, villages or offices, or years of your own such as 2021=5,2022=5: %w", err)
		}
	}
	if err != nil {
		return err
	}
	plan, err := s.engine.Stage(ctx, question, stages)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "stages", struct {
		coverage.SiteQuestion
		Stages []locate.Stage
	}{question, stages})
	if err != nil {
		return err
	}
	if err := writeFile(f.output, func(w io.Writer) error { return export.StagesTable(w, plan) }); err != nil {
		return err
	}
	if err := s.keepScenario(ctx, f.scenarioOut, question.Query, plan.Years); err != nil {
		return err
	}
	if f.json {
		return s.term.writeJSON(stagesJSON(run, plan))
	}
	printStages(s.term, plan)
	return nil
}

type yearJSON struct {
	Year        string     `json:"year"`
	Sites       []siteJSON `json:"sites"`
	People      int64      `json:"people"`
	Settlements int        `json:"settlements"`
	AlonePeople int64      `json:"people_best_alone"`
	AloneProven bool       `json:"best_alone_proven"`
	Price       int64      `json:"price_of_nesting"`
}

type stagesOutput struct {
	Run       coverage.Run `json:"run"`
	Years     []yearJSON   `json:"years"`
	Objective int64        `json:"objective"`
	Bound     int64        `json:"bound"`
	Gap       float64      `json:"gap"`
	Status    string       `json:"status"`
	Conflicts []string     `json:"conflicts,omitempty"`
	Before    sumsJSON     `json:"totals_before"`
	After     sumsJSON     `json:"totals_after"`
}

func stagesJSON(run coverage.Run, p *coverage.StagedPlan) stagesOutput {
	out := stagesOutput{Run: run, Years: []yearJSON{}, Objective: p.Solution.Objective, Bound: p.Solution.Bound, Gap: p.Solution.Gap,
		Status: p.Solution.Status.String(), Before: toSums(p.Before), After: toSums(p.After)}
	for _, c := range p.Solution.Conflicts {
		out.Conflicts = append(out.Conflicts, c.Text)
	}
	for _, y := range p.Years {
		year := yearJSON{Year: y.Stage.Name, Sites: []siteJSON{}, People: y.Served.People, Settlements: y.Served.Demands, AlonePeople: y.Alone.People,
			AloneProven: y.Proven, Price: y.Price}
		for i, site := range y.Sites {
			year.Sites = append(year.Sites, toSite(i, site, p.Before))
		}
		out.Years = append(out.Years, year)
	}
	return out
}

func printStages(term *terminal, p *coverage.StagedPlan) {
	rows := [][]string{{"年", "新增点", "累计覆盖人口", "当年单独最优", "衔接代价", "场所"}}
	for _, y := range p.Years {
		var names []string
		for _, s := range y.Sites {
			names = append(names, s.ID)
		}
		rows = append(rows, []string{y.Stage.Name, fmt.Sprint(len(y.Sites)), fmt.Sprint(y.Served.People), fmt.Sprint(y.Alone.People), fmt.Sprint(y.Price),
			strings.Join(names, "、")})
	}
	term.table(rows)
	term.printf("%s；各年覆盖人口之和 %d，上界 %d；覆盖率 %s → %s", proofZh(p.Solution), p.Solution.Objective, p.Solution.Bound,
		percent(p.Before.PeopleShare()), percent(p.After.PeopleShare()))
	for _, c := range p.Solution.Conflicts {
		term.printf("冲突：%s", c.Text)
	}
}
