package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

type adviserAsk struct {
	profile, asOf string
	villages      int
	minutes       float64
	json          bool
}

func newAdvisersCommand(term *terminal) *cobra.Command {
	var project string
	var ask adviserAsk
	command := &cobra.Command{
		Use:     "advisers",
		Short:   "法律顾问：村数、上限、最远的村、到访 / advisers: villages, capacity, farthest village, visits",
		Example: `  lawcircle advisers -p demo.gpkg --max-minutes 60`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runAdvisers(cmd.Context(), term, project, &ask) },
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringVar(&ask.profile, "profile", "car", "顾问的出行方式 / travel profile of the adviser")
	flags.StringVar(&ask.asOf, "as-of", "", "截至日期 / as of a date, YYYY-MM-DD")
	flags.IntVar(&ask.villages, "max-villages", 5, "没有填写上限时，最多几个村 / villages at most where no capacity is stated")
	flags.Float64Var(&ask.minutes, "max-minutes", 60, "最远（分钟）/ farthest village in minutes")
	flags.BoolVar(&ask.json, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type adviserLoadJSON struct {
	ID              string   `json:"id"`
	Kind            string   `json:"kind"`
	Firm            string   `json:"firm"`
	Villages        int      `json:"villages"`
	Capacity        *int     `json:"capacity"`
	Overloaded      bool     `json:"overloaded"`
	FarthestSeconds *float64 `json:"farthest_seconds"`
	TooFar          []string `json:"too_far"`
	VisitsPlanned   int      `json:"visits_planned"`
	VisitsDone      int      `json:"visits_done"`
}

func runAdvisers(ctx context.Context, term *terminal, path string, ask *adviserAsk) error {
	date, err := coverage.ParseDate(ask.asOf)
	if err != nil {
		return usageError{err}
	}
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	profile, err := s.loadProfileName(ask.profile)
	if err != nil {
		return err
	}
	loads, err := s.engine.AdviserLoads(ctx, profile, date)
	if err != nil {
		return err
	}
	without := s.county.VillagesWithoutAdviser(date)
	rows := []adviserLoadJSON{}
	for _, l := range loads {
		rows = append(rows, ask.row(l))
	}
	if ask.json {
		codes := []string{}
		for _, u := range without {
			codes = append(codes, u.Code)
		}
		return term.writeJSON(map[string]any{"as_of": date, "synthetic": s.county.Synthetic, "advisers": rows, "villages_without": codes})
	}
	cells := term.heads([]string{"顾问", "机构", "村数", "上限", "超负荷", "最远（分钟）", "太远的村", "到访"},
		[]string{"adviser", "firm", "villages", "capacity", "overloaded", "farthest (min)", "too far", "visits"})
	for _, r := range rows {
		capacity, far := "—", "—"
		if r.Capacity != nil {
			capacity = fmt.Sprint(*r.Capacity)
		}
		if r.FarthestSeconds != nil {
			far = fmt.Sprintf("%.1f", coverage.ReadMinutes(time.Duration(*r.FarthestSeconds*float64(time.Second))))
		}
		cells = append(cells, []string{r.ID, r.Firm, fmt.Sprint(r.Villages), capacity, map[bool]string{true: term.t("是", "yes")}[r.Overloaded], far, strings.Join(r.TooFar, " "),
			fmt.Sprintf("%d/%d", r.VisitsDone, r.VisitsPlanned)})
	}
	term.table(cells)
	term.say("没有法律顾问的村：%d", "villages without an adviser: %d", len(without))
	for _, u := range without {
		term.printf("  %s %s", u.Code, u.Name)
	}
	return nil
}

func (ask *adviserAsk) row(l coverage.AdviserLoad) adviserLoadJSON {
	row := adviserLoadJSON{ID: l.AdviserID, Kind: l.Adviser.Kind, Firm: l.Adviser.Firm, Villages: l.Villages, TooFar: []string{}, VisitsPlanned: l.VisitsPlanned,
		VisitsDone: l.VisitsDone, FarthestSeconds: optional(l.Farthest.Seconds(), len(l.Ways) > 0)}
	most := ask.villages
	if l.Adviser.Capacity > 0 {
		most = l.Adviser.Capacity
		row.Capacity = &most
	}
	row.Overloaded = l.Villages > most
	for _, w := range l.Ways {
		if w.Duration > time.Duration(ask.minutes*float64(time.Minute)) {
			row.TooFar = append(row.TooFar, w.Code)
		}
	}
	return row
}
