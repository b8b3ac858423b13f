package main

import (
	"context"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newSupplyCommand(term *terminal) *cobra.Command {
	var project, of, output string
	var flags queryFlags
	var asJSON bool
	command := &cobra.Command{
		Use:   "supply",
		Short: "供给与公平：人均人员、两步移动搜寻法、基尼系数 / supply and equity: people per lawyer, 2SFCA, Gini",
		Long: `按出行时限把服务点人员（或法律顾问）分摊给到得了的人：两步移动搜寻法（Luo 与 Wang 2003）及其增强形式（Luo 与 Qi 2009）。
12348 来电只作需求信号，不计为到场服务。`,
		Example: `  lawcircle supply -p demo.gpkg --of advisers --profile car --minutes 30 -o 每万人供给.geojson`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSupply(cmd.Context(), term, project, &flags, supplyAsk{coverage.SupplyKind(of), asJSON, output})
		},
	}
	projectFlag(command, &project)
	flags.register(command)
	command.Flags().StringVar(&of, "of", "staff", "staff（服务点人员）| advisers（法律顾问）")
	command.Flags().StringVarP(&output, "output", "o", "", "写出各单位图层（geojson、gpkg、xlsx…）/ write the layer of units by its ending")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type supplyAsk struct {
	of   coverage.SupplyKind
	json bool
	path string
}

type supplyUnit struct {
	Code       string   `json:"admin_code"`
	Name       string   `json:"name"`
	Level      int      `json:"level"`
	People     int64    `json:"people"`
	Supply     float64  `json:"supply"`
	PeoplePer1 *float64 `json:"people_per_supply"`
	Per10k     *float64 `json:"supply_per_10k"`
	Access10k  *float64 `json:"access_per_10k"`
	Calls12348 *int64   `json:"calls_12348"`
}

type supplyGroup struct {
	Group     coverage.Group `json:"group"`
	People    int64          `json:"people"`
	Access10k float64        `json:"access_per_10k"`
}

type supplySettlement struct {
	ID          string  `json:"id"`
	Access10k   float64 `json:"access_per_10k"`
	Enhanced10k float64 `json:"access_enhanced_per_10k"`
}

type supplyOutput struct {
	Run           coverage.Run       `json:"run"`
	Of            string             `json:"of"`
	Supply        float64            `json:"supply"`
	Unstated      int                `json:"unstated"`
	Unreached     int64              `json:"people_unreached"`
	Gini          *float64           `json:"gini"`
	Concentration *float64           `json:"concentration"`
	Units         []supplyUnit       `json:"units"`
	Groups        []supplyGroup      `json:"groups"`
	Settlements   []supplySettlement `json:"settlements"`
}

const tenThousand = 10_000

func runSupply(ctx context.Context, term *terminal, path string, flags *queryFlags, ask supplyAsk) error {
	q, err := flags.query()
	if err != nil {
		return err
	}
	if ask.of != coverage.SupplyStaff && ask.of != coverage.SupplyAdvisers {
		return usagef("--of %q: use staff or advisers", ask.of)
	}
	s, err := openStudy(ctx, term, path, flags.scenario)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.loadProfile(&q); err != nil {
		return err
	}
	question := coverage.EquityQuestion{Query: q, Of: ask.of}
	equity, err := s.engine.Equity(ctx, question)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "supply", question)
	if err != nil {
		return err
	}
	if err := s.writePlanLayer(ctx, ask.path, supplyLayer(equity), run); err != nil {
		return err
	}
	out := supplyJSON(run, s.county, equity)
	if ask.json {
		return term.writeJSON(out)
	}
	printSupply(term, out)
	return nil
}

func supplyJSON(run coverage.Run, county *coverage.County, e *coverage.Equity) supplyOutput {
	out := supplyOutput{Run: run, Of: string(e.Question.Of), Unstated: e.Unstated, Unreached: e.Unreached, Gini: optional(e.Gini, e.Known),
		Concentration: optional(e.Concentration, e.Known), Units: []supplyUnit{}, Groups: []supplyGroup{}, Settlements: []supplySettlement{}}
	for _, supply := range e.Supply {
		out.Supply += supply
	}
	for _, u := range e.Units {
		row := supplyUnit{Code: u.Unit.Code, Name: u.Unit.Name, Level: int(u.Unit.Level), People: u.People, Supply: u.Supply,
			PeoplePer1: optional(u.PeoplePer1, u.Supply > 0), Per10k: optional(u.PerTenK, u.Defined), Access10k: optional(u.Mean*tenThousand, u.Defined)}
		if u.CallsKnown {
			row.Calls12348 = &u.Calls
		}
		out.Units = append(out.Units, row)
	}
	for _, g := range e.Groups {
		out.Groups = append(out.Groups, supplyGroup{g.Group, g.People, g.Mean * tenThousand})
	}
	for i, s := range county.Settlements {
		out.Settlements = append(out.Settlements, supplySettlement{s.ID, e.Access[i] * tenThousand, e.Enhanced[i] * tenThousand})
	}
	return out
}

func printSupply(term *terminal, out supplyOutput) {
	figure := func(v *float64) string {
		if v == nil || math.IsInf(*v, 0) {
			return "—"
		}
		return fmt.Sprintf("%.2f", *v)
	}
	rows := term.heads([]string{"区划代码", "名称", "人口", "本地供给", "每单位供给对应人口", "每万人供给", "每万人可达供给", "12348来电（需求）"},
		[]string{"code", "name", "people", "supply here", "people per supply", "supply per 10k", "reachable per 10k", "12348 calls (demand)"})
	worst := supplyUnit{}
	for _, u := range out.Units {
		calls := "—"
		if u.Calls12348 != nil {
			calls = fmt.Sprint(*u.Calls12348)
		}
		rows = append(rows, []string{u.Code, u.Name, fmt.Sprint(u.People), fmt.Sprintf("%g", u.Supply), figure(u.PeoplePer1), figure(u.Per10k), figure(u.Access10k), calls})
		if u.Level == int(coverage.LevelTownship) && u.Access10k != nil && (worst.Access10k == nil || *u.Access10k < *worst.Access10k) {
			worst = u
		}
	}
	term.table(rows)
	rows = term.heads([]string{"人群", "人数", "每万人可达供给"}, []string{"group", "people", "reachable per 10k"})
	for _, g := range out.Groups {
		rows = append(rows, []string{term.code("group", string(g.Group), ""), fmt.Sprint(g.People), fmt.Sprintf("%.2f", g.Access10k)})
	}
	term.table(rows)
	term.say("供给合计 %g（另有 %d 处没有填写）；到不了任何供给的 %d 人；基尼系数 %s；集中指数（按到最近点的时间排序）%s；运行 %s",
		"supply %g in all (%d state none); %d people reach none; Gini %s; concentration by time to the nearest %s; run %s", out.Supply, out.Unstated, out.Unreached,
		figure(out.Gini), figure(out.Concentration), out.Run.ID)
	if worst.Access10k != nil {
		term.say("可达供给最低的乡镇：%s（每万人 %.2f）", "township with the least reachable supply: %s (%.2f per 10k)", worst.Name, *worst.Access10k)
	}
}
