package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data"
)

func newScenarioCommand(term *terminal) *cobra.Command {
	command := &cobra.Command{
		Use:   "scenario",
		Short: "方案：列出、新增、查看、删除 / scenarios: list, add, show, delete",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(newScenarioListCommand(term), newScenarioShowCommand(term), newScenarioAddCommand(term), newScenarioDeleteCommand(term))
	return command
}

func newScenarioListCommand(term *terminal) *cobra.Command {
	var project string
	var asJSON bool
	command := &cobra.Command{
		Use: "list", Short: "列出方案 / list scenarios", Example: `  lawcircle scenario list -p demo.gpkg`, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withScenarios(cmd.Context(), project, func(_ *data.Project, all []coverage.Scenario) error {
				if asJSON {
					return term.writeJSON(map[string]any{"scenarios": append([]coverage.Scenario{}, all...)})
				}
				rows := term.heads([]string{"编号", "名称", "基于", "修改", "说明"}, []string{"id", "name", "base", "edits", "note"})
				for _, s := range all {
					rows = append(rows, []string{s.ID, s.Name, s.Base, fmt.Sprint(len(s.Edits)), s.Note})
				}
				term.table(rows)
				return nil
			})
		},
	}
	projectFlag(command, &project)
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

func newScenarioShowCommand(term *terminal) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use: "show ID", Short: "查看一个方案（JSON）/ show a scenario as JSON", Example: `  lawcircle scenario show plan-a -p demo.gpkg`, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withScenarios(cmd.Context(), project, func(_ *data.Project, all []coverage.Scenario) error {
				for _, s := range all {
					if s.ID == args[0] {
						return term.writeJSON(s)
					}
				}
				return fmt.Errorf("没有方案 %s / there is no scenario %[1]q", args[0])
			})
		},
	}
	projectFlag(command, &project)
	return command
}

func newScenarioAddCommand(term *terminal) *cobra.Command {
	var project, file string
	var s coverage.Scenario
	command := &cobra.Command{
		Use:   "add ID",
		Short: "新增或替换方案，修改取自 JSON / add or replace a scenario, edits from JSON",
		Long: `--edits 是一个 JSON 数组，例如
[{"op":"add_point","host_id":"JWZ-085","tier":"post_desk","level":"duty"},{"op":"close_point","point_id":"GZS-001"}]`,
		Example: `  lawcircle scenario add plan-c -p demo.gpkg --name "加五处" --edits edits.json`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.ID = args[0]
			content, err := os.ReadFile(file)
			if err != nil {
				return fmt.Errorf("reading the edits: %w", err)
			}
			if err := json.Unmarshal(content, &s.Edits); err != nil {
				return fmt.Errorf("reading the edits of %s (a JSON array is wanted): %w", file, err)
			}
			s.CreatedAt = time.Now().UTC().Format(time.RFC3339)
			return addScenario(cmd.Context(), term, project, s)
		},
	}
	projectFlag(command, &project)
	command.Flags().StringVar(&file, "edits", "", "修改（JSON 数组文件）/ edits, a file with a JSON array")
	command.Flags().StringVar(&s.Name, "name", "", "名称 / name")
	command.Flags().StringVar(&s.Base, "base", "", "基于哪个方案，空 = 现状 / derived from, empty = the present")
	command.Flags().StringVar(&s.Note, "note", "", "说明 / note")
	_ = command.MarkFlagRequired("edits") // fails only for a flag that does not exist
	return command
}

// addScenario stores a scenario whose edits can be done.
func addScenario(ctx context.Context, term *terminal, path string, s coverage.Scenario) error {
	return withScenarios(ctx, path, func(project *data.Project, all []coverage.Scenario) error {
		all = append(slices.DeleteFunc(slices.Clone(all), func(old coverage.Scenario) bool { return old.ID == s.ID }), s)
		edits, err := coverage.EditsOf(all, s.ID)
		if err != nil {
			return err
		}
		county, err := project.County(ctx)
		if err != nil {
			return err
		}
		if _, err := county.With(edits); err != nil {
			return err
		}
		if err := project.Update(ctx, data.Change{What: "scenario " + s.ID}, func(tx *data.Tx) error { return tx.PutScenario(s) }); err != nil {
			return err
		}
		term.printf("方案 %s：%d 处修改 / scenario saved", s.ID, len(s.Edits))
		return nil
	})
}

func newScenarioDeleteCommand(term *terminal) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use: "delete ID", Short: "删除方案 / delete a scenario", Example: `  lawcircle scenario delete plan-c -p demo.gpkg`, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, id := cmd.Context(), args[0]
			return withScenarios(ctx, project, func(project *data.Project, all []coverage.Scenario) error {
				known := false
				for _, s := range all {
					known = known || s.ID == id
					if s.Base == id {
						return fmt.Errorf("方案 %s 基于 %s，先删除它 / scenario %[1]q is derived from %[2]q: delete it first", s.ID, id)
					}
				}
				if !known {
					return fmt.Errorf("没有方案 %s / there is no scenario %[1]q", id)
				}
				if err := project.Update(ctx, data.Change{What: "delete_scenario " + id}, func(tx *data.Tx) error { return tx.DeleteScenarios(id) }); err != nil {
					return err
				}
				term.printf("已删除方案 %s / deleted", id)
				return nil
			})
		},
	}
	projectFlag(command, &project)
	return command
}

func withScenarios(ctx context.Context, path string, do func(*data.Project, []coverage.Scenario) error) error {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	all, err := project.Scenarios(ctx)
	if err != nil {
		return err
	}
	return do(project, all)
}
