package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
	"lawcircle/data/export"
)

func newCostsCommand(term *terminal) *cobra.Command {
	var project, candidates, output string
	var flags queryFlags
	var budget int64
	var steps int
	var seconds float64
	var asJSON bool
	command := &cobra.Command{
		Use:   "costs",
		Short: "经费曲线：每一笔经费最多覆盖多少人 / cost curve: what each budget covers at best",
		Long:  `按场所的建设费用（set_up_cost），逐个预算单独求最优，给出覆盖人口与预算的曲线。没有填写费用的场所不参与，并列出个数：没有填写不等于不花钱。`,
		Example: `  lawcircle costs -p demo.gpkg --candidates posts --steps 5
  lawcircle costs -p demo.gpkg --budget 500000 -o 经费曲线.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := coverage.ParseCandidateSet(candidates)
			if err != nil {
				return usagef("--candidates: %w", err)
			}
			q := coverage.CostQuestion{Candidates: set, Budget: budget, Steps: steps, Options: locate.Options{TimeLimit: time.Duration(seconds * float64(time.Second))}}
			return runCosts(cmd.Context(), term, project, &flags, q, delivery{output, asJSON})
		},
	}
	projectFlag(command, &project)
	flags.register(command)
	f := command.Flags()
	f.StringVar(&candidates, "candidates", "hosts", "候选范围 / posts | villages | offices | hosts, or a host kind")
	f.Int64Var(&budget, "budget", 0, "最高预算（元），0 = 到再花钱也没有新增为止 / highest budget in yuan")
	f.IntVar(&steps, "steps", 10, "曲线上的点数 / points of the curve")
	f.Float64Var(&seconds, "time-limit", 20, "每个预算的求解时限（秒）/ seconds for each budget")
	f.StringVarP(&output, "output", "o", "", "写出 CSV / write a CSV")
	f.BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type costPointJSON struct {
	Budget      int64    `json:"budget"`
	Spent       int64    `json:"spent"`
	Sites       int      `json:"sites"`
	HostIDs     []string `json:"host_ids"`
	People      int64    `json:"people"`
	Settlements int      `json:"settlements"`
	PeopleShare *float64 `json:"people_share"`
	Bound       int64    `json:"bound"`
	Proven      bool     `json:"proven"`
}

type costsJSON struct {
	Run       coverage.Run    `json:"run"`
	Before    sumsJSON        `json:"totals_before"`
	Points    []costPointJSON `json:"points"`
	Priced    int             `json:"candidates"`
	Unpriced  []string        `json:"unpriced"`
	TotalCost int64           `json:"total_cost"`
}

func runCosts(ctx context.Context, term *terminal, path string, flags *queryFlags, q coverage.CostQuestion, out delivery) error {
	s, query, err := openAsked(ctx, term, path, flags)
	if err != nil {
		return err
	}
	defer s.close()
	q.Query = query
	curve, err := s.engine.CostCurve(ctx, q)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "costs", q)
	if err != nil {
		return err
	}
	result := toCostsJSON(run, curve)
	write := func(w io.Writer) error { return writeCosts(ctx, w, result) }
	return out.give(term, write, result, func() { printCosts(term, result) })
}

func toCostsJSON(run coverage.Run, c *coverage.CostCurve) costsJSON {
	out := costsJSON{Run: run, Before: toSums(c.Before), Points: []costPointJSON{}, Priced: len(c.Priced), Unpriced: []string{}, TotalCost: c.TotalCost}
	for _, p := range c.Points {
		point := costPointJSON{p.Budget, p.Spent, len(p.Sites), []string{}, p.Served.People, p.Served.Demands, optional(p.Share, c.Before.People > 0), p.Bound, p.Proven}
		for _, site := range p.Sites {
			point.HostIDs = append(point.HostIDs, site.ID)
		}
		out.Points = append(out.Points, point)
	}
	for _, h := range c.Unpriced {
		out.Unpriced = append(out.Unpriced, h.ID)
	}
	return out
}

func writeCosts(ctx context.Context, w io.Writer, c costsJSON) error {
	integer := func(name, zh string) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: name, Type: export.Integer}
	}
	layer := &export.Layer{Name: "costs", TitleZh: "经费曲线", TitleEn: "Cost curve", Columns: []export.Column{integer("budget", "预算（元）"), integer("spent", "实用（元）"),
		integer("sites", "新增点"), integer("people", "覆盖人口"), integer("settlements", "覆盖居民点"), {Name: "people_share", TitleZh: "覆盖率", TitleEn: "people_share", Type: export.Real}}}
	var rows []export.Row
	for _, p := range c.Points {
		var share any
		if p.PeopleShare != nil {
			share = *p.PeopleShare
		}
		rows = append(rows, export.Row{Values: []any{p.Budget, p.Spent, int64(p.Sites), p.People, int64(p.Settlements), share}})
	}
	layer.Rows, layer.Count = export.RowsOf(rows), int64(len(rows))
	return export.Write(ctx, w, layer, "csv", export.UTF8)
}

func printCosts(term *terminal, c costsJSON) {
	rows := term.heads([]string{"预算（元）", "实用", "新增点", "覆盖人口", "覆盖率", "最优"}, []string{"budget (yuan)", "spent", "sites", "people covered", "share", "proven best"})
	for _, p := range c.Points {
		share := "—"
		if p.PeopleShare != nil {
			share = percent(*p.PeopleShare, true)
		}
		rows = append(rows, []string{fmt.Sprint(p.Budget), fmt.Sprint(p.Spent), fmt.Sprint(p.Sites), fmt.Sprint(p.People), share, map[bool]string{true: term.t("是", "yes"), false: term.t("未证明", "no")}[p.Proven]})
	}
	term.table(rows)
	term.say("现有点覆盖 %d 人；候选 %d 处共 %d 元；没有填写费用而不参与的 %d 处；运行 %s",
		"existing points cover %d people; %d candidates cost %d yuan in all; %d state no cost and take no part; run %s", c.Before.PeopleCovered, c.Priced, c.TotalCost, len(c.Unpriced), c.Run.ID)
}
