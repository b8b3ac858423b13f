package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/geo/road"
)

func newRuleCommand(term *terminal) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use:   "rule",
		Short: "组合服务圈规则：列出、查看、修改 / composite circle rules: list, show, set, delete",
		Long: `规则是数据：哪些服务、多少分钟、哪种出行方式、几项中满足几项，并注明条款。show 给出 JSON，改后用 set 存回；
每次修改版本加一，可用 lawcircle undo 撤销。改预设规则即由项目的规则代替它，delete 后恢复预设。`,
		Example: `  lawcircle rule show plan10 -p demo.gpkg > rule.json
  lawcircle rule set rule.json -p demo.gpkg
  lawcircle coverage -p demo.gpkg --rule plan10`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.PersistentFlags().StringVarP(&project, "project", "p", "", "项目文件 / project file, e.g. turpan.gpkg")
	_ = command.MarkPersistentFlagRequired("project") // fails only for a flag that does not exist
	var asJSON bool
	list := &cobra.Command{Use: "list", Short: "列出规则 / list the rules", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listRules(cmd.Context(), term, project, asJSON) }}
	list.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	command.AddCommand(list,
		&cobra.Command{Use: "show ID", Short: "以 JSON 给出一条规则 / one rule as JSON", Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return showRule(cmd.Context(), term, project, args[0]) }},
		&cobra.Command{Use: "set FILE", Short: "存入一条规则（- 为标准输入）/ store a rule; - is standard input", Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return setRule(cmd, term, project, args[0]) }},
		&cobra.Command{Use: "delete ID", Short: "删除项目的规则 / delete a rule of the project", Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return deleteRule(cmd.Context(), term, project, args[0])
			}})
	return command
}

func withRules(ctx context.Context, path string, work func(project *data.Project, own []coverage.Rule) error) error {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	own, err := project.Rules(ctx)
	if err != nil {
		return err
	}
	return work(project, own)
}

func listRules(ctx context.Context, term *terminal, path string, asJSON bool) error {
	return withRules(ctx, path, func(_ *data.Project, own []coverage.Rule) error {
		rules := coverage.RulesOf(own)
		if asJSON {
			return term.writeJSON(map[string]any{"rules": rules})
		}
		rows := [][]string{{"规则", "名称", "name", "版本", "要求", "条款", "来自"}}
		for _, r := range rules {
			from := "预设 / preset"
			if slices.ContainsFunc(own, func(o coverage.Rule) bool { return o.ID == r.ID }) {
				from = "项目 / project"
			}
			rows = append(rows, []string{r.ID, r.NameZh, r.NameEn, strconv.Itoa(r.Version), needsOf(r), r.Clause, from})
		}
		term.table(rows)
		return nil
	})
}

func needsOf(r coverage.Rule) string {
	var needs []string
	for _, n := range r.Needs {
		text := fmt.Sprintf("%s %s %g", n.Title, n.Profile, n.Limit.Minutes())
		if n.RuralLimit > 0 {
			text += fmt.Sprintf("/%g", n.RuralLimit.Minutes())
		}
		needs = append(needs, text)
	}
	if r.AtLeast > 0 && r.AtLeast < len(r.Needs) {
		return fmt.Sprintf("%d/%d: %s", r.AtLeast, len(r.Needs), strings.Join(needs, "；"))
	}
	return strings.Join(needs, "；")
}

func showRule(ctx context.Context, term *terminal, path, id string) error {
	return withRules(ctx, path, func(_ *data.Project, own []coverage.Rule) error {
		rule, known := coverage.FindRule(own, id)
		if !known {
			return usagef("没有规则“%s” / there is no rule %q", id, id)
		}
		text, err := json.MarshalIndent(rule, "", "  ")
		if err == nil {
			term.printf("%s", text)
		}
		return err
	})
}

// setRule stores the rule of a file, one version above the one that it takes the place of.
func setRule(cmd *cobra.Command, term *terminal, path, file string) error {
	text, err := readInput(cmd, file)
	if err != nil {
		return err
	}
	var rule coverage.Rule
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rule); err != nil {
		return usagef("%s is not a rule as lawcircle rule show gives it: %w", file, err)
	}
	return withRules(cmd.Context(), path, func(project *data.Project, own []coverage.Rule) error {
		rule.Version = 1
		if old, known := coverage.FindRule(own, rule.ID); known {
			rule.Version = old.Version + 1
		}
		if err := rule.Validate(); err != nil {
			return usageError{err}
		}
		for _, n := range rule.Needs {
			if _, err := road.BuiltinProfile(n.Profile); err != nil {
				return usageError{err}
			}
		}
		err := project.Update(cmd.Context(), data.Change{What: "set rule " + rule.ID}, func(tx *data.Tx) error { return tx.PutRule(rule) })
		if err != nil {
			return err
		}
		term.printf("已保存 / saved: %s，版本 / version %d", rule.ID, rule.Version)
		return nil
	})
}

func readInput(cmd *cobra.Command, file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1<<20))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the rule: %w", err)
	}
	return text, nil
}

func deleteRule(ctx context.Context, term *terminal, path, id string) error {
	return withRules(ctx, path, func(project *data.Project, _ []coverage.Rule) error {
		err := project.Update(ctx, data.Change{What: "delete rule " + id}, func(tx *data.Tx) error { return tx.DeleteRules(id) })
		if errors.Is(err, data.ErrNotFound) {
			return usagef("项目中没有规则“%s”（预设规则不能删除）/ the project has no rule %q of its own", id, id)
		}
		if err == nil {
			term.printf("已删除 / deleted: %s", id)
		}
		return err
	})
}
