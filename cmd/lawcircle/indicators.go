package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newIndicatorsCommand(term *terminal) *cobra.Command {
	var project, asOf, unit string
	var statutory, asJSON bool
	command := &cobra.Command{
		Use:     "indicators",
		Short:   "规划指标：完成值、目标、还差多少 / the plan's targets: value, target, still to do",
		Example: `  lawcircle indicators -p demo.gpkg --as-of 2018-12-31`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			date, err := coverage.ParseDate(asOf)
			if err != nil {
				return usageError{err}
			}
			return runIndicators(cmd.Context(), term, project, indicatorsAsk{date, unit, statutory, asJSON})
		},
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringVar(&asOf, "as-of", "", "截至日期 / as of a date, YYYY-MM-DD")
	flags.StringVar(&unit, "unit", "", "只看一个单位（区划代码）/ one unit only, by code")
	flags.BoolVar(&statutory, "statutory", false, "分母只计法定区划 / statutory units only in the denominator")
	flags.BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type indicatorsAsk struct {
	asOf      coverage.Date
	unit      string
	statutory bool
	json      bool
}

type indicatorJSON struct {
	ID         string   `json:"id"`
	Indicator  string   `json:"indicator"`
	TitleZh    string   `json:"title_zh"`
	TitleEn    string   `json:"title_en"`
	Unit       string   `json:"unit"`
	UnitName   string   `json:"unit_name"`
	Year       int      `json:"year"`
	Op         string   `json:"op"`
	Target     float64  `json:"target"`
	Value      *float64 `json:"value"`
	Num        int      `json:"num"`
	Den        int      `json:"den"`
	Unstated   int      `json:"unstated"`
	Done       bool     `json:"done"`
	ToDo       *int     `json:"to_do"` // whole sites
	Reported   bool     `json:"reported"`
	PacePerDay *float64 `json:"pace_per_day"`
	Missing    string   `json:"missing,omitempty"`
	Clause     string   `json:"clause"`
}

func toIndicator(in coverage.Indicator) indicatorJSON {
	kind := coverage.IndicatorKind(in.Target.Indicator)
	var toDo *int
	if in.Counted() {
		toDo = &in.ToDo
	}
	return indicatorJSON{in.Target.ID, in.Target.Indicator, kind.Zh(), kind.En(), in.Unit.Code, in.Unit.Name, in.Target.Year, in.Target.Op,
		in.Target.Value, optional(in.Value, in.Known), in.Num, in.Den, in.Unstated, in.Done, toDo, in.Measure != nil,
		optional(in.PacePerDay, !math.IsInf(in.PacePerDay, 0)), in.Missing, in.Target.Clause}
}

func runIndicators(ctx context.Context, term *terminal, path string, ask indicatorsAsk) error {
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	list := s.county.Indicators(ask.asOf, ask.unit, ask.statutory)
	if ask.json {
		out := struct {
			AsOf       coverage.Date   `json:"as_of"`
			Synthetic  bool            `json:"synthetic"`
			Indicators []indicatorJSON `json:"indicators"`
		}{ask.asOf, s.county.Synthetic, []indicatorJSON{}}
		for _, in := range list {
			out.Indicators = append(out.Indicators, toIndicator(in))
		}
		return term.writeJSON(out)
	}
	if len(list) == 0 {
		return whyNoIndicators(term, s.county, ask.unit)
	}
	printIndicators(term, list)
	return nil
}

// whyNoIndicators says why nothing can be judged: no units, no such unit, no targets, or none of the unit's own level.
func whyNoIndicators(term *terminal, county *coverage.County, code string) error {
	i := slices.IndexFunc(county.Units, func(u coverage.Unit) bool { return u.Code == code })
	switch {
	case len(county.Units) == 0:
		term.errorf("没有可判断的指标：先用 lawcircle import areas 导入行政区划 / no target can be judged: import areas first")
	case code != "" && i < 0:
		return fmt.Errorf("没有代码为 %s 的单位 / there is no unit with code %s", code, code)
	case code == "":
		term.errorf("没有可判断的指标：没有目标，或目标不属于现有单位的层级；见 lawcircle target list / no target can be judged: there are none for units of these levels")
	default:
		term.errorf("%s（%s）没有本级指标：规划目标按其他层级设定，看上级单位或去掉 --unit / %s has no targets of its own level: look at the unit above, or leave out --unit",
			county.Units[i].Name, code, code)
	}
	return nil
}

func printIndicators(term *terminal, list []coverage.Indicator) {
	rows := term.heads([]string{"单位", "指标", "年", "目标", "现值", "分子/分母", "还差", "完成", "依据"},
		[]string{"unit", "indicator", "year", "target", "value", "of", "to do", "met", "clause"})
	for _, in := range list {
		value, toDo := "—", "—"
		if in.Known {
			value = target(in.Target, in.Value)
		}
		if in.Counted() {
			toDo = fmt.Sprint(in.ToDo)
		}
		rows = append(rows, []string{in.Unit.Name, term.indicator(in.Target.Indicator), fmt.Sprint(in.Target.Year),
			target(in.Target, in.Target.Value), value, fraction(in), toDo, doneText(term, in), in.Target.Clause})
	}
	term.table(rows)
}

// target shows a share as a percentage and a count, or a reported value that is no share, as a number.
func target(t coverage.Target, value float64) string {
	if !coverage.IndicatorKind(t.Indicator).IsRate() || t.Value > 1 || value > 1 {
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return percent(value, true)
}
