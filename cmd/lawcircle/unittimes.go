package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func newTimesCommand(term *terminal) *cobra.Command {
	var project string
	var flags queryFlags
	var asJSON bool
	command := &cobra.Command{
		Use:     "times",
		Short:   "各乡镇到最近服务点的时间：按人口平均、最远 / travel time to the nearest point per township: mean by people, worst",
		Example: `  lawcircle times -p demo.gpkg --kind correction_centre --profile car`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTimes(cmd.Context(), term, project, &flags, asJSON)
		},
	}
	projectFlag(command, &project)
	flags.register(command)
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type unitTimeJSON struct {
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	Level        int      `json:"level"`
	People       int64    `json:"people"`
	MeanSeconds  *float64 `json:"mean_seconds"`
	WorstSeconds *float64 `json:"worst_seconds"`
	Unanswered   int      `json:"settlements_without_an_answer"`
}

func runTimes(ctx context.Context, term *terminal, path string, flags *queryFlags, asJSON bool) error {
	s, q, err := openAsked(ctx, term, path, flags)
	if err != nil {
		return err
	}
	defer s.close()
	result, err := s.engine.Assess(ctx, q)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "coverage", q)
	if err != nil {
		return err
	}
	list := s.county.UnitTimes(result)
	if asJSON {
		rows := []unitTimeJSON{}
		for _, u := range list {
			rows = append(rows, unitTimeJSON{u.Unit.Code, u.Unit.Name, int(u.Unit.Level), u.People, optional(u.Mean.Seconds(), u.People > 0),
				optional(u.Worst.Seconds(), u.People > 0), u.Unanswered})
		}
		return term.writeJSON(map[string]any{"run": run, "units": rows})
	}
	rows := term.heads([]string{"区划代码", "名称", "人口", "平均（按人口）", "最远", "没有结果的居民点"}, []string{"code", "name", "people", "mean by people", "worst", "settlements without an answer"})
	for _, u := range list {
		mean, worst := "—", "—"
		if u.People > 0 {
			mean, worst = term.minutes(u.Mean), term.minutes(u.Worst)
		}
		rows = append(rows, []string{u.Unit.Code, u.Unit.Name, fmt.Sprint(u.People), mean, worst, fmt.Sprint(u.Unanswered)})
	}
	term.table(rows)
	term.say("计入服务点 %d；运行 %s", "%d points count; run %s", len(result.Selection.Facilities), run.ID)
	return nil
}
