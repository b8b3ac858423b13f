package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data/export"
)

func newCompareCommand(term *terminal) *cobra.Command {
	var project, with, output string
	var query queryFlags
	var asJSON bool
	command := &cobra.Command{
		Use:     "compare",
		Short:   "两个方案谁得谁失 / who gains and who loses between two scenarios",
		Long:    `比较两个方案；空的方案 ID 或 base 表示现状。`,
		Example: `  lawcircle compare -p demo.gpkg --scenario base --with plan-a -o difference.csv`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCompare(cmd.Context(), term, project, &query, compareAsk{query.scenario, with, output, asJSON})
		},
	}
	projectFlag(command, &project)
	query.register(command)
	command.Flags().StringVar(&with, "with", "", "与哪个方案比 / the other scenario")
	command.Flags().StringVarP(&output, "output", "o", "", "写出 CSV / write a CSV of the settlements that change")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type compareAsk struct {
	first, second, path string
	json                bool
}

type compareOutput struct {
	Runs         [2]coverage.Run `json:"runs"`
	GainedPeople int64           `json:"gained_people"`
	LostPeople   int64           `json:"lost_people"`
	Gained       []string        `json:"gained"`
	Lost         []string        `json:"lost"`
	Before       sumsJSON        `json:"totals_before"`
	After        sumsJSON        `json:"totals_after"`
	Units        []unitChange    `json:"units"`
}

type unitChange struct {
	Code   string `json:"admin_code"`
	Name   string `json:"name"`
	Before int64  `json:"people_covered_before"`
	After  int64  `json:"people_covered_after"`
}

func runCompare(ctx context.Context, term *terminal, path string, flags *queryFlags, ask compareAsk) error {
	q, err := flags.query()
	if err != nil {
		return err
	}
	var runs [2]coverage.Run
	var results [2]*coverage.Result
	var county *coverage.County
	for i, scenario := range []string{ask.first, ask.second} {
		if results[i], runs[i], county, err = assessScenario(ctx, term, path, scenario, q); err != nil {
			return err
		}
	}
	difference, err := coverage.Compare(results[0], results[1])
	if err != nil {
		return err
	}
	if err := writeFile(ask.path, func(w io.Writer) error { return export.Comparison(w, county, results, difference) }); err != nil {
		return err
	}
	if ask.json {
		return term.writeJSON(comparisonJSON(runs, county, difference))
	}
	printComparison(term, county, difference)
	return nil
}

func assessScenario(ctx context.Context, term *terminal, path, scenario string, q coverage.Query) (*coverage.Result, coverage.Run, *coverage.County, error) {
	if scenario == "base" {
		scenario = ""
	}
	s, err := openStudy(ctx, term, path, scenario)
	if err != nil {
		return nil, coverage.Run{}, nil, err
	}
	defer s.close()
	result, err := s.assess(ctx, &q)
	if err != nil {
		return nil, coverage.Run{}, nil, err
	}
	run, err := s.identify(ctx, "coverage", q)
	return result, run, s.county, err
}

func comparisonJSON(runs [2]coverage.Run, county *coverage.County, d coverage.Comparison) compareOutput {
	out := compareOutput{Runs: runs, GainedPeople: d.GainedPeople, LostPeople: d.LostPeople, Gained: idsOf(county, d.Gained), Lost: idsOf(county, d.Lost),
		Before: toSums(d.Before), After: toSums(d.After), Units: []unitChange{}}
	for _, u := range d.Units {
		out.Units = append(out.Units, unitChange{u.Unit.Code, u.Unit.Name, u.Before.PeopleCovered, u.After.PeopleCovered})
	}
	return out
}

func idsOf(county *coverage.County, settlements []int) []string {
	ids := make([]string, len(settlements))
	for i, j := range settlements {
		ids[i] = county.Settlements[j].ID
	}
	return ids
}

func printComparison(term *terminal, county *coverage.County, d coverage.Comparison) {
	term.say("覆盖人口 %d → %d：新增 %d 人、%d 个居民点，失去 %d 人、%d 个居民点",
		"people covered %d → %d: %d people in %d settlements gained, %d people in %d settlements lost", d.Before.PeopleCovered, d.After.PeopleCovered, d.GainedPeople,
		len(d.Gained), d.LostPeople, len(d.Lost))
	rows := term.heads([]string{"变化", "居民点", "人口"}, []string{"change", "settlement", "people"})
	for _, list := range []struct {
		name  string
		items []int
	}{{term.t("新增", "gained"), d.Gained}, {term.t("失去", "lost"), d.Lost}} {
		for _, i := range list.items {
			rows = append(rows, []string{list.name, county.Settlements[i].Name, fmt.Sprint(county.Settlements[i].People.Count)})
		}
	}
	term.table(rows)
}
