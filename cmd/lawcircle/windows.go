package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newWindowsCommand(term *terminal) *cobra.Command {
	var project, asOf, tiers string
	var asJSON bool
	command := &cobra.Command{
		Use:   "windows",
		Short: "窗口标准：临街、一层、专门场所、人员、一站式服务（红黄绿）/ windows against the plan: premises, staff, services",
		Long: `每个已建成的点：临街、一层、专门接待场所、无障碍，中心不少于 3 人、工作站不少于 2 人，中心与站应有的一站式服务。
红：有一项不达标；黄：没有不达标，但有未填写的；绿：都达标。`,
		Example: `  lawcircle windows -p demo.gpkg --tier centre,station`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			date, err := coverage.ParseDate(asOf)
			if err != nil {
				return usageError{err}
			}
			var only []coverage.Tier
			for _, text := range splitList(tiers) {
				tier, err := coverage.ParseTier(text)
				if err != nil {
					return usagef("--tier: %w", err)
				}
				only = append(only, tier)
			}
			return runWindows(cmd.Context(), term, project, date, only, asJSON)
		},
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringVar(&asOf, "as-of", "", "截至日期 / as of a date, YYYY-MM-DD")
	flags.StringVar(&tiers, "tier", "", "只看这些层级（逗号分隔）/ these tiers only, comma separated: centre,station,studio,post_desk")
	flags.BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type windowJSON struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Tier     string   `json:"tier"`
	Unit     string   `json:"unit"`
	UnitName string   `json:"unit_name"`
	Light    string   `json:"light"`
	Staff    *int     `json:"staff"`
	StaffMin int      `json:"staff_min"`
	Fails    []string `json:"fails"`
	Unstated []string `json:"unstated"`
	Services []string `json:"services"`
	Lacking  []string `json:"lacking"`
}

func runWindows(ctx context.Context, term *terminal, path string, asOf coverage.Date, tiers []coverage.Tier, asJSON bool) error {
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	list := s.county.Windows(asOf, tiers)
	if asJSON {
		rows := []windowJSON{}
		for _, w := range list {
			row := windowJSON{w.Point.ID, w.Point.Name, string(w.Point.Tier), w.Unit.Code, w.Unit.Name, string(w.Light), nil, w.StaffMin, append([]string{}, w.Fails...),
				append([]string{}, w.Unstated...), serviceCodes(w.Offered), serviceCodes(w.Lacking)}
			if w.Stated {
				row.Staff = &w.Staff
			}
			rows = append(rows, row)
		}
		return term.writeJSON(map[string]any{"as_of": asOf, "synthetic": s.county.Synthetic, "windows": rows})
	}
	rows := term.heads([]string{"", "编号", "名称", "层级", "单位", "人员", "不达标", "未填写", "缺少的一站式服务"},
		[]string{"", "id", "name", "tier", "unit", "staff", "fails", "not stated", "services lacking"})
	counts := map[coverage.Light]int{}
	for _, w := range list {
		counts[w.Light]++
		staff := "—"
		if w.Stated {
			staff = fmt.Sprint(w.Staff)
		}
		if w.StaffMin > 0 {
			staff += fmt.Sprintf("/%d", w.StaffMin)
		}
		var lacking []string
		for _, service := range w.Lacking {
			lacking = append(lacking, term.code("service", string(service), ""))
		}
		rows = append(rows, []string{map[coverage.Light]string{coverage.Green: term.t("绿", "green"), coverage.Yellow: term.t("黄", "yellow"), coverage.Red: term.t("红", "red")}[w.Light],
			w.Point.ID, w.Point.Name, term.code("tier", string(w.Point.Tier), ""), w.Unit.Name, staff, term.marks(w.Fails), term.marks(w.Unstated), strings.Join(lacking, "、")})
	}
	term.table(rows)
	term.say("绿 %d，黄 %d，红 %d", "green %d, yellow %d, red %d", counts[coverage.Green], counts[coverage.Yellow], counts[coverage.Red])
	return nil
}

func serviceCodes(list []coverage.Service) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

// marks names what a window fails or does not state.
func (t *terminal) marks(codes []string) string {
	names := map[string]string{"street_front": "临街", "ground_floor": "一层", "dedicated": "专门场所", "accessible": "无障碍", "staff": "人员", "services": "服务事项"}
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = t.t(names[code], strings.ReplaceAll(code, "_", " "))
	}
	return strings.Join(out, t.t("、", ", "))
}
