package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newMediationCommand(term *terminal) *cobra.Command {
	var project string
	var ask asOfAsk
	command := &cobra.Command{
		Use:   "mediation",
		Short: "人民调解：哪些村没有调委会、调解员与案件 / mediation: villages without a committee, mediators, cases",
		Long: `各单位最近一次填报（mediation 表；lawcircle import mediation 文件：村、调委会、调解员数、案件数、日期）。
没有填报的村单列，不等于没有调委会。`,
		Example: `  lawcircle mediation -p demo.gpkg --unit 659901101000`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runMediation(cmd.Context(), term, project, &ask) },
	}
	projectFlag(command, &project)
	ask.register(command)
	return command
}

type mediationJSON struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	Level     int      `json:"level"`
	Should    int      `json:"should"`
	With      int      `json:"with"`
	Without   []string `json:"without"`
	Unstated  []string `json:"unstated"`
	Mediators int      `json:"mediators"`
	FullTime  int      `json:"mediators_full"`
	Cases     int      `json:"cases"`
	Load      *float64 `json:"cases_per_mediator"`
}

func runMediation(ctx context.Context, term *terminal, path string, ask *asOfAsk) error {
	s, date, err := ask.open(ctx, term, path)
	if err != nil {
		return err
	}
	defer s.close()
	list := s.county.MediationOf(date, ask.unit, ask.statutory)
	if ask.json {
		rows := []mediationJSON{}
		for _, m := range list {
			rows = append(rows, mediationJSON{m.Unit.Code, m.Unit.Name, int(m.Unit.Level), m.Should, m.With, codesOf(m.Without), codesOf(m.Unstated), m.Mediators, m.FullTime,
				m.Cases, optional(m.CasesPerMediator())})
		}
		return term.writeJSON(map[string]any{"as_of": date, "synthetic": s.county.Synthetic, "units": rows})
	}
	rows := term.heads([]string{"单位", "有调委会/应有", "未填报", "调解员", "其中专职", "案件", "每名调解员案件", "没有调委会的单位"},
		[]string{"unit", "with a committee", "not stated", "mediators", "full-time", "cases", "cases per mediator", "units without a committee"})
	for _, m := range list {
		load := "—"
		if value, ok := m.CasesPerMediator(); ok {
			load = fmt.Sprintf("%.1f", value)
		}
		rows = append(rows, []string{m.Unit.Name, fmt.Sprintf("%d/%d", m.With, m.Should), fmt.Sprint(len(m.Unstated)), fmt.Sprint(m.Mediators), fmt.Sprint(m.FullTime),
			fmt.Sprint(m.Cases), load, strings.Join(namesOf(m.Without), "、")})
	}
	term.table(rows)
	return nil
}

func codesOf(units []coverage.Unit) []string {
	out := []string{}
	for _, u := range units {
		out = append(out, u.Code)
	}
	return out
}

func namesOf(units []coverage.Unit) []string {
	out := []string{}
	for _, u := range units {
		out = append(out, u.Name)
	}
	return out
}
