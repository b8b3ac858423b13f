package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data/export"
)

func newChecklistCommand(term *terminal) *cobra.Command {
	var project, output string
	var ask asOfAsk
	command := &cobra.Command{
		Use:   "checklist",
		Short: "普法依法治理清单：各单位是否齐全、示范称号 / checklist of legal education per unit, and titles",
		Long: `区县“五个一”、乡镇“四个一”、村“三个一”：规划没有列出具体项目，项目名称由用户定义
（lawcircle table set checklist_items item_id=village-1 title=…），没有定义的标明“待定义”。
没有填报的单位列为“未填报”，不等于没有。完成情况用 lawcircle import checklist_marks 文件 导入。`,
		Example: `  lawcircle checklist -p demo.gpkg --as-of 2018-12-31
  lawcircle checklist -p demo.gpkg --unit 659901101000 -o 普法清单.xlsx`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runChecklist(cmd.Context(), term, project, &ask, output)
		},
	}
	projectFlag(command, &project)
	ask.register(command)
	command.Flags().StringVarP(&output, "output", "o", "", "写出 xlsx、csv 等 / write a table by its ending: xlsx, csv, …")
	return command
}

// asOfAsk is what is asked of the plan's state.
type asOfAsk struct {
	asOf, unit string
	statutory  bool
	json       bool
}

func (a *asOfAsk) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&a.asOf, "as-of", "", "截至日期 / as of a date, YYYY-MM-DD")
	flags.StringVar(&a.unit, "unit", "", "只看一个单位及其下级（区划代码）/ one unit and what is below, by code")
	flags.BoolVar(&a.statutory, "statutory", false, "只计法定区划 / statutory units only")
	flags.BoolVar(&a.json, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
}

// open parses the date and opens the project; the unit must exist.
func (a *asOfAsk) open(ctx context.Context, term *terminal, path string) (*study, coverage.Date, error) {
	date, err := coverage.ParseDate(a.asOf)
	if err != nil {
		return nil, "", usageError{err}
	}
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return nil, "", err
	}
	for _, u := range s.county.Units {
		if u.Code == a.unit {
			return s, date, nil
		}
	}
	if a.unit != "" {
		s.close()
		return nil, "", usagef("没有单位 %s / there is no unit %s", a.unit, a.unit)
	}
	return s, date, nil
}

type checklistUnitJSON struct {
	Code    string         `json:"code"`
	Name    string         `json:"name"`
	Level   int            `json:"level"`
	Group   string         `json:"group"`
	Needed  int            `json:"needed"`
	Done    int            `json:"done"`
	Undated int            `json:"undated"`
	Status  string         `json:"status"`
	Missing []string       `json:"missing"`
	Honours map[string]int `json:"honours"`
}

type checklistSumJSON struct {
	Level      int    `json:"level"`
	Group      string `json:"group"`
	Units      int    `json:"units"`
	Complete   int    `json:"complete"`
	Incomplete int    `json:"incomplete"`
	NotStated  int    `json:"not_stated"`
}

type checklistJSON struct {
	AsOf      coverage.Date       `json:"as_of"`
	Synthetic bool                `json:"synthetic"`
	Summary   []checklistSumJSON  `json:"summary"`
	Honours   map[string]int      `json:"honours"`
	Units     []checklistUnitJSON `json:"units"`
}

func runChecklist(ctx context.Context, term *terminal, path string, ask *asOfAsk, output string) error {
	s, date, err := ask.open(ctx, term, path)
	if err != nil {
		return err
	}
	defer s.close()
	list := s.county.ChecklistOf(date, ask.unit, ask.statutory)
	if output != "" {
		layer, err := export.Prepare(ctx, checklistLayer(list), export.Options{Synthetic: s.county.Synthetic})
		if err != nil {
			return err
		}
		if err := writeLayer(ctx, output, layer, export.GB18030); err != nil {
			return err
		}
	}
	if ask.json {
		return term.writeJSON(toChecklistJSON(list, s.county.Synthetic))
	}
	printChecklist(term, list)
	return nil
}

func honoursOf(list []coverage.HonourCount) map[string]int {
	out := map[string]int{}
	for _, h := range list {
		out[string(h.Kind)] = h.Count
	}
	return out
}

func toChecklistJSON(list *coverage.Checklist, synthetic bool) checklistJSON {
	out := checklistJSON{AsOf: list.AsOf, Synthetic: synthetic, Summary: []checklistSumJSON{}, Honours: honoursOf(list.Of("")), Units: []checklistUnitJSON{}}
	for _, s := range list.Sums() {
		out.Summary = append(out.Summary, checklistSumJSON{int(s.UnitLevel), s.Group, s.Units, s.Complete, s.Incomplete, s.NotStated})
	}
	for _, u := range list.Units {
		row := checklistUnitJSON{u.Unit.Code, u.Unit.Name, int(u.Unit.Level), u.Group, u.Needed(), len(u.Done), u.Undated, string(u.Status), []string{},
			honoursOf(list.Of(u.Unit.Code))}
		for _, item := range u.Missing {
			row.Missing = append(row.Missing, item.ID)
		}
		out.Units = append(out.Units, row)
	}
	return out
}

// checklistLayer is the table per unit, for offices.
func checklistLayer(list *coverage.Checklist) *export.Layer {
	text := func(name, zh, en string) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: en, Type: export.Text}
	}
	integer := func(name, zh, en string) export.Column {
		return export.Column{Name: name, TitleZh: zh, TitleEn: en, Type: export.Integer}
	}
	out := &export.Layer{Name: "checklist", TitleZh: "普法依法治理清单", TitleEn: "Checklist of legal education", Columns: []export.Column{
		text("code", "区划代码", "code"), text("name", "单位", "unit"), integer("level", "级别", "level"), text("item_group", "清单", "list"),
		integer("needed", "应有", "needed"), integer("done", "已有", "done"), integer("undated", "没有日期", "without a date"), text("status", "情况", "state"),
		text("missing", "缺少", "missing"), integer("model_villages", "民主法治示范村", "model villages"), text("honours", "示范称号", "titles")}}
	var rows []export.Row
	for _, u := range list.Units {
		var missing, honours []string
		for _, item := range u.Missing {
			missing = append(missing, item.Zh())
		}
		villages := int64(0)
		for _, h := range list.Of(u.Unit.Code) {
			honours = append(honours, fmt.Sprintf("%s %d", h.Kind.Zh(), h.Count))
			if h.Kind == coverage.HonourVillage {
				villages = int64(h.Count)
			}
		}
		rows = append(rows, export.Row{Values: []any{u.Unit.Code, u.Unit.Name, int64(u.Unit.Level), u.Group, int64(u.Needed()), int64(len(u.Done)), int64(u.Undated),
			u.Status.Zh(), textOrNil(strings.Join(missing, "；")), villages, textOrNil(strings.Join(honours, "；"))}})
	}
	out.Rows, out.Count = export.RowsOf(rows), int64(len(rows))
	return out
}

func printChecklist(term *terminal, list *coverage.Checklist) {
	if len(list.Items) == 0 {
		term.errorf("没有清单项目：用 lawcircle table set checklist_items … 定义 / there are no items yet")
	}
	rows := term.heads([]string{"单位", "清单", "已有/应有", "情况", "缺少", "示范称号"}, []string{"unit", "list", "done", "state", "missing", "titles"})
	for _, u := range list.Units {
		var missing, honours []string
		for _, item := range u.Missing {
			missing = append(missing, term.t(item.Zh(), item.En()))
		}
		for _, h := range list.Of(u.Unit.Code) {
			honours = append(honours, fmt.Sprintf("%s %d", term.t(h.Kind.Zh(), h.Kind.En()), h.Count))
		}
		done := fmt.Sprintf("%d/%d", len(u.Done), u.Needed())
		if u.Status == coverage.ChecklistNotStated {
			done, missing = fmt.Sprintf("—/%d", u.Needed()), nil
		}
		rows = append(rows, []string{u.Unit.Name, term.t(u.Group, coverage.ChecklistGroupEn(u.Group)), done, term.t(u.Status.Zh(), u.Status.En()), strings.Join(missing, "；"), strings.Join(honours, "；")})
	}
	term.table(rows)
	for _, s := range list.Sums() {
		term.say("%s：%d 个单位，齐全 %d，不齐 %d，未填报 %d", "%s: %d units, %d complete, %d incomplete, %d not stated", term.t(s.Group, coverage.ChecklistGroupEn(s.Group)), s.Units, s.Complete, s.Incomplete, s.NotStated)
	}
	for _, h := range list.Of("") {
		term.say("%s：%d", "%s: %d", term.t(h.Kind.Zh(), h.Kind.En()), h.Count)
	}
}
