package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data/export"
)

func newCircuitCommand(term *terminal) *cobra.Command {
	var project, from, cover, drive, output string
	var query queryFlags
	var visit, day time.Duration
	var asJSON bool
	command := &cobra.Command{
		Use:     "circuit",
		Short:   "巡回服务：停靠点、路线与每日时刻 / circuits: stops, tours and the day's timetable",
		Example: `  lawcircle circuit -p demo.gpkg --from H-notary-1 --service notary --minutes 10 --cover 95% --day 8h`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			walk, err := query.query()
			if err != nil {
				return err
			}
			share, err := parseShare(cover)
			if err != nil {
				return usagef("--cover: %w", err)
			}
			if from == "" {
				return usagef("say where the circuit starts: --from ID of a host, a point or a settlement")
			}
			q := coverage.CircuitQuestion{FromID: from, Walk: walk, Cover: share, Drive: drive, Visit: visit, Day: day}
			return runCircuit(cmd.Context(), term, project, query.scenario, q, delivery{output, asJSON})
		},
	}
	projectFlag(command, &project)
	query.register(command)
	flags := command.Flags()
	flags.StringVar(&from, "from", "", "出发地 ID / id of the base: a host, a point or a settlement")
	flags.StringVar(&cover, "cover", "95%", "巡回日要覆盖的人口比例 / share of the people to reach on circuit days")
	flags.StringVar(&drive, "drive", "car", "巡回车辆的出行方式 / travel profile of the vehicle")
	flags.DurationVar(&visit, "visit", time.Hour, "每站停留 / time at each stop")
	flags.DurationVar(&day, "day", 8*time.Hour, "一天最长 / longest day")
	flags.StringVarP(&output, "output", "o", "", "写出 CSV 时刻表 / write the timetable as CSV")
	flags.BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type stopJSON struct {
	Day     int     `json:"day"`
	Order   int     `json:"order"`
	ID      string  `json:"settlement_id"`
	Name    string  `json:"name"`
	Lon     float64 `json:"lon"`
	Lat     float64 `json:"lat"`
	Arrival float64 `json:"arrival_seconds"`
}

type circuitOutput struct {
	Run           coverage.Run `json:"run"`
	Base          string       `json:"base"`
	Days          int          `json:"days"`
	Stops         []stopJSON   `json:"stops"`
	DrivenSeconds float64      `json:"driven_seconds"`
	BoundSeconds  float64      `json:"driven_bound_seconds"`
	StopsStatus   string       `json:"stops_status"`
	StopsBound    int64        `json:"stops_bound"`
	Before        sumsJSON     `json:"totals_fixed"`
	OnDays        sumsJSON     `json:"totals_on_circuit_days"`
	LeftOut       []string     `json:"left_out"`
}

func runCircuit(ctx context.Context, term *terminal, path, scenario string, q coverage.CircuitQuestion, out delivery) error {
	s, err := openStudy(ctx, term, path, scenario)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.loadProfile(&q.Walk); err != nil {
		return err
	}
	if q.Drive, err = s.loadProfileName(q.Drive); err != nil {
		return err
	}
	plan, err := s.engine.Circuit(ctx, q)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "circuit", q)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return export.Circuit(w, plan) }
	return out.give(term, write, circuitJSON(run, plan), func() { printCircuit(term, plan) })
}

func circuitJSON(run coverage.Run, p *coverage.CircuitPlan) circuitOutput {
	out := circuitOutput{Run: run, Base: p.Base.ID, Days: len(p.Tours.Days), Stops: []stopJSON{}, DrivenSeconds: p.Tours.Driven.Seconds(),
		BoundSeconds: p.Tours.Bound.Seconds(), StopsStatus: p.Chosen.Status.String(), StopsBound: p.Chosen.Bound,
		Before: toSums(p.Before), OnDays: toSums(p.OnDays), LeftOut: []string{}}
	for d, day := range p.Tours.Days {
		for i, k := range day.Stops {
			stop := p.Stops[k]
			out.Stops = append(out.Stops, stopJSON{d + 1, i + 1, stop.ID, stop.Name, stop.Point[0], stop.Point[1], day.Arrive[i].Seconds()})
		}
	}
	for _, place := range p.LeftOut {
		out.LeftOut = append(out.LeftOut, place.ID)
	}
	return out
}

func printCircuit(term *terminal, p *coverage.CircuitPlan) {
	rows := term.heads([]string{"日", "序", "停靠点", "到达（出发后）"}, []string{"day", "no.", "stop", "arrival after start"})
	for d, day := range p.Tours.Days {
		for i, k := range day.Stops {
			rows = append(rows, []string{fmt.Sprint(d + 1), fmt.Sprint(i + 1), p.Stops[k].Name, term.minutes(day.Arrive[i])})
		}
		rows = append(rows, []string{fmt.Sprint(d + 1), "", term.t("返回 ", "back at ") + p.Base.Name, term.minutes(day.Back)})
	}
	term.table(rows)
	term.say("停靠 %d 处（%s，下界 %d），%d 天一轮，行车 %s（下界 %s）", "%d stops (%s, at least %d are needed), %d days a round, %s of driving (at least %s)",
		len(p.Stops), term.t(proofZh(p.Chosen), p.Chosen.Status.String()), p.Chosen.Bound, len(p.Tours.Days),
		term.hours(p.Tours.Driven), term.hours(p.Tours.Bound))
	term.say("固定点覆盖 %d 人（%s）；巡回日覆盖 %d 人（%s）。两者口径不同，不可混用。", "fixed points cover %d people (%s); on circuit days it is %d (%s). The two are never mixed.", p.Before.PeopleCovered, percent(p.Before.PeopleShare()),
		p.OnDays.PeopleCovered, percent(p.OnDays.PeopleShare()))
	for _, place := range p.LeftOut {
		term.say("一天之内无法往返、未列入：%s", "left out, because no day can hold it: %s", place.Name)
	}
}
