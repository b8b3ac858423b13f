package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newServicesCommand(term *terminal) *cobra.Command {
	var project string
	var flags queryFlags
	var cross, asJSON bool
	command := &cobra.Command{
		Use:     "services",
		Short:   "分服务事项、层级、服务级别、人群的覆盖 / coverage per service, tier, level and group",
		Long:    `每种服务、每个层级、每个服务级别各一行；--cross 给出各种组合。级别是“至少”；电话、视频不计为到场。`,
		Example: `  lawcircle services -p demo.gpkg --cross --json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runServices(cmd.Context(), term, project, &flags, cross, asJSON)
		},
	}
	projectFlag(command, &project)
	flags.register(command)
	command.Flags().BoolVar(&cross, "cross", false, "各种组合 / every combination for which a point counts")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type offerJSON struct {
	Service string   `json:"service"`
	Tier    string   `json:"tier"`
	Level   string   `json:"level"`
	Points  int      `json:"points"`
	Sums    sumsJSON `json:"totals"`
}

type groupJSON struct {
	Group string   `json:"group"`
	Sums  sumsJSON `json:"totals"`
}

func runServices(ctx context.Context, term *terminal, path string, flags *queryFlags, cross, asJSON bool) error {
	s, q, err := openAsked(ctx, term, path, flags)
	if err != nil {
		return err
	}
	defer s.close()
	list, err := s.engine.OfferTable(ctx, q, cross)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "services", struct {
		coverage.Query
		Cross bool
	}{q, cross})
	if err != nil {
		return err
	}
	result, err := s.engine.Assess(ctx, q)
	if err != nil {
		return err
	}
	groups, err := s.county.ByGroup(result)
	if err != nil {
		return err
	}
	if asJSON {
		out := struct {
			Run    coverage.Run `json:"run"`
			Rows   []offerJSON  `json:"rows"`
			Groups []groupJSON  `json:"groups"`
		}{run, []offerJSON{}, []groupJSON{}}
		for _, g := range groups {
			out.Groups = append(out.Groups, groupJSON{string(g.Group), toSums(g.Sums)})
		}
		for _, o := range list {
			out.Rows = append(out.Rows, offerJSON{string(o.Service), string(o.Tier), string(o.Level), o.Points, toSums(o.Sums)})
		}
		return term.writeJSON(out)
	}
	rows := term.heads([]string{"服务事项", "层级", "至少的级别", "服务点", "覆盖人口", "覆盖率", "覆盖居民点"},
		[]string{"service", "tier", "level at least", "points", "people covered", "share", "settlements covered"})
	for _, o := range list {
		rows = append(rows, []string{term.code("service", string(o.Service), term.t("（任一）", "(any)")), term.code("tier", string(o.Tier), term.t("（任一）", "(any)")),
			term.code("service_level", string(o.Level), term.t("（同问题）", "(as asked)")), fmt.Sprint(o.Points),
			fmt.Sprint(o.Sums.PeopleCovered), percent(o.Sums.PeopleShare()), fmt.Sprint(o.Sums.SettlementsCovered)})
	}
	term.table(rows)
	rows = term.heads([]string{"人群", "人数", "圈内", "圈外", "无法判定", "覆盖率"}, []string{"group", "people", "inside", "outside", "unknown", "share"})
	for _, g := range groups {
		rows = append(rows, []string{term.code("group", string(g.Group), ""), fmt.Sprint(g.Sums.People), fmt.Sprint(g.Sums.PeopleCovered), fmt.Sprint(g.Sums.PeopleUncovered),
			fmt.Sprint(g.Sums.PeopleUnknown), percent(g.Sums.PeopleShare())})
	}
	term.table(rows)
	term.say("运行 %s", "run %s", run.ID)
	return nil
}
