package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newBoardCommand(term *terminal) *cobra.Command {
	var project string
	var ask asOfAsk
	command := &cobra.Command{
		Use:   "board",
		Short: "考核表：目标与填报值（满意度、知晓率、经费等）并列 / targets beside reported values",
		Long: `每个目标的现值，与满意度、知晓率、经费等填报值（measures 表）。有分子分母的按分子分母判断，只有数值的按数值判断。
填报值用 lawcircle measure set 或 lawcircle import measures 录入。`,
		Example: `  lawcircle board -p demo.gpkg --as-of 2019-12-31`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runBoard(cmd.Context(), term, project, &ask) },
	}
	projectFlag(command, &project)
	ask.register(command)
	return command
}

type measureJSON struct {
	Date   coverage.Date `json:"date"`
	Num    *float64      `json:"num"`
	Den    *float64      `json:"den"`
	Value  float64       `json:"value"`
	Source string        `json:"source"`
}

type boardJSON struct {
	Indicator string         `json:"indicator"`
	TitleZh   string         `json:"title_zh"`
	TitleEn   string         `json:"title_en"`
	Unit      string         `json:"unit"`
	UnitName  string         `json:"unit_name"`
	Judged    *indicatorJSON `json:"judged"` // null where no target speaks of it
	Series    []measureJSON  `json:"series"`
}

func runBoard(ctx context.Context, term *terminal, path string, ask *asOfAsk) error {
	s, date, err := ask.open(ctx, term, path)
	if err != nil {
		return err
	}
	defer s.close()
	list := s.county.Board(date, ask.unit, ask.statutory)
	if !ask.json {
		printBoard(term, list)
		return nil
	}
	rows := []boardJSON{}
	for _, r := range list {
		kind := coverage.IndicatorKind(r.Indicator)
		row := boardJSON{r.Indicator, kind.Zh(), kind.En(), r.Unit.Code, r.Unit.Name, nil, []measureJSON{}}
		if r.Judged != nil {
			judged := toIndicator(*r.Judged)
			row.Judged = &judged
		}
		for _, m := range r.Series {
			row.Series = append(row.Series, measureJSON{m.Date, optional(m.Num, m.Den > 0), optional(m.Den, m.Den > 0), m.Level(), m.Source})
		}
		rows = append(rows, row)
	}
	return term.writeJSON(map[string]any{"as_of": date, "synthetic": s.county.Synthetic, "rows": rows})
}

func printBoard(term *terminal, list []coverage.BoardRow) {
	rows := term.heads([]string{"单位", "指标", "现值", "分子/分母", "目标", "还差", "完成", "日期", "来源或条款", "历次填报"},
		[]string{"unit", "indicator", "value", "of", "target", "to do", "met", "date", "source or clause", "reported"})
	for _, r := range list {
		row := []string{r.Unit.Name, term.indicator(r.Indicator), "—", "—", "—", "—", "—", "", "", ""}
		var series []string
		for _, m := range r.Series {
			series = append(series, fmt.Sprintf("%s %s", m.Date, levelOf(r.Indicator, m.Level())))
			row[2], row[7], row[8] = levelOf(r.Indicator, m.Level()), string(m.Date), m.Source
			if row[3] = "—"; m.Den > 0 {
				row[3] = fmt.Sprintf("%g/%g", m.Num, m.Den)
			}
		}
		row[9] = strings.Join(series, "，")
		if in := r.Judged; in != nil {
			row[4] = fmt.Sprintf(term.t("%d年 %s %s", "%d %s %s"), in.Target.Year, in.Target.Op, target(in.Target, in.Target.Value))
			row[6] = doneText(term, *in)
			if in.Known && in.Measure == nil {
				row[2], row[3], row[8] = target(in.Target, in.Value), fraction(*in), in.Target.Clause
			}
			if in.Counted() {
				row[5] = fmt.Sprint(in.ToDo)
			}
		}
		rows = append(rows, row)
	}
	term.table(rows)
}

// levelOf shows a reported value: a share as a percentage.
func levelOf(indicator string, value float64) string {
	return target(coverage.Target{Indicator: indicator, Value: value}, value)
}

func doneText(term *terminal, in coverage.Indicator) string {
	switch {
	case !in.Known && in.Missing != "":
		return term.t("缺：", "data missing: ") + in.Missing
	case !in.Known:
		return "—"
	case in.Done:
		return term.t("✓ 完成", "✓ yes")
	}
	return term.t("✗ 未完成", "✗ no")
}

// indicator names an indicator.
func (t *terminal) indicator(code string) string {
	kind := coverage.IndicatorKind(code)
	return t.t(kind.Zh(), kind.En())
}

// code names a code of a vocabulary; "" is called none.
func (t *terminal) code(vocabulary, code, none string) string {
	if code == "" {
		return none
	}
	for _, term := range coverage.Vocabularies()[vocabulary] {
		if term.Code == code {
			return t.t(term.Zh, term.En)
		}
	}
	return code
}

func fraction(in coverage.Indicator) string {
	if in.Den == 0 {
		return "—"
	}
	return fmt.Sprintf("%d/%d", in.Num, in.Den)
}
