package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newCircuitsCommand(term *terminal) *cobra.Command {
	var project, from, to, output string
	var flags queryFlags
	var asJSON bool
	command := &cobra.Command{
		Use:   "circuits",
		Short: "现有巡回路线：巡回日到哪些居民点、哪几天 / circuits on record: whom they reach, on which days",
		Long: `项目中登记的巡回路线（circuits 表）：巡回日才在服务圈内的居民点，与固定点覆盖分列，两者不可混用。
规划新的停靠点与路线用 lawcircle circuit。`,
		Example: `  lawcircle circuits -p demo.gpkg --service notary --from 2019-10-01 --to 2019-12-31`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var days [2]coverage.Date
			for i, text := range []string{from, to} {
				day, err := coverage.ParseDate(text)
				if err != nil {
					return usageError{err}
				}
				days[i] = day
			}
			return runCircuits(cmd.Context(), term, project, &flags, days, delivery{output, asJSON})
		},
	}
	projectFlag(command, &project)
	flags.register(command)
	command.Flags().StringVar(&from, "from", "", "日期从 / dates from, YYYY-MM-DD")
	command.Flags().StringVar(&to, "to", "", "日期到 / dates to, YYYY-MM-DD")
	command.Flags().StringVarP(&output, "output", "o", "", "写出居民点图层（geojson、gpkg…）：固定点与巡回日 / write the layer of settlements by its ending")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type circuitDaysJSON struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Service string          `json:"service"`
	Stops   []string        `json:"stops"`
	Unknown []string        `json:"unknown"`
	Dates   []coverage.Date `json:"dates"`
	OnDays  sumsJSON        `json:"totals_on_circuit_days"`
	Reached []string        `json:"reached"`
}

func runCircuits(ctx context.Context, term *terminal, path string, flags *queryFlags, days [2]coverage.Date, out delivery) error {
	s, q, err := openAsked(ctx, term, path, flags)
	if err != nil {
		return err
	}
	defer s.close()
	access, err := s.engine.CircuitsOnRecord(ctx, q, days[0], days[1])
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "circuits", struct {
		coverage.Query
		From, To coverage.Date
	}{q, days[0], days[1]})
	if err != nil {
		return err
	}
	rows := []circuitDaysJSON{}
	for _, one := range access.Circuits {
		row := circuitDaysJSON{one.Circuit.ID, one.Circuit.Name, string(one.Circuit.Service), []string{}, append([]string{}, one.Unknown...),
			append([]coverage.Date{}, one.Days...), toSums(one.OnDays), []string{}}
		for _, stop := range one.Stops {
			row.Stops = append(row.Stops, stop.ID)
		}
		for _, r := range one.Reached {
			row.Reached = append(row.Reached, s.county.Settlements[r.Settlement].ID)
		}
		rows = append(rows, row)
	}
	if err := s.writePlanLayer(ctx, out.path, circuitAccessLayer(s.county, access), run); err != nil {
		return err
	}
	if out.json {
		return term.writeJSON(map[string]any{"run": run, "totals_fixed": toSums(access.Fixed.Totals), "totals_on_circuit_days": toSums(access.OnDays.Totals), "circuits": rows})
	}
	printCircuits(term, s.county, access)
	term.say("运行 %s", "run %s", run.ID)
	return nil
}

func printCircuits(term *terminal, county *coverage.County, access *coverage.CircuitAccess) {
	rows := term.heads([]string{"路线", "名称", "停靠点", "巡回日", "巡回日覆盖人口", "覆盖率", "只在巡回日到达的居民点"},
		[]string{"circuit", "name", "stops", "dates", "people on circuit days", "share", "settlements reached on circuit days only"})
	for _, one := range access.Circuits {
		var names, dates []string
		for _, r := range one.Reached {
			names = append(names, county.Settlements[r.Settlement].Name)
		}
		for _, d := range one.Days {
			dates = append(dates, string(d))
		}
		rows = append(rows, []string{one.Circuit.ID, one.Circuit.Name, fmt.Sprint(len(one.Stops)), strings.Join(dates, " "), fmt.Sprint(one.OnDays.PeopleCovered),
			percent(one.OnDays.PeopleShare()), strings.Join(names, "、")})
		for _, id := range one.Unknown {
			term.errorf("注意：路线 %s 的停靠点 %s 不在项目中 / stop %s is not in the project", one.Circuit.ID, id, id)
		}
	}
	term.table(rows)
	term.say("固定点覆盖 %d 人（%s）；全部路线的巡回日覆盖 %d 人（%s）。两者口径不同，不可混用。",
		"fixed points cover %d people (%s); on the circuit days of all routes it is %d (%s). The two are never mixed.", access.Fixed.Totals.PeopleCovered, percent(access.Fixed.Totals.PeopleShare()),
		access.OnDays.Totals.PeopleCovered, percent(access.OnDays.Totals.PeopleShare()))
}
