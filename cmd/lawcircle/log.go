package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"lawcircle/data"
)

func newLogCommand(term *terminal) *cobra.Command {
	var project, kind string
	var limit int
	command := &cobra.Command{
		Use:     "log",
		Short:   "项目的改动记录 / what was changed in the project, latest first",
		Example: `  lawcircle log -p turpan.gpkg --kind import`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runLog(cmd.Context(), term, project, kind, limit)
		},
	}
	projectFlag(command, &project)
	command.Flags().StringVar(&kind, "kind", "", "只看一类 / one kind only: edit, import, undo")
	command.Flags().IntVar(&limit, "limit", 50, "最多几条 / at most so many")
	return command
}

func runLog(ctx context.Context, term *terminal, path, kind string, limit int) error {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	changes, err := project.Changes(ctx, kind, limit)
	if err != nil {
		return err
	}
	rows := [][]string{{"编号", "时间", "类别", "内容"}}
	for _, c := range changes {
		rows = append(rows, []string{fmt.Sprint(c.ID), c.At, c.Kind, c.What})
	}
	term.table(rows)
	return nil
}

func newUndoCommand(term *terminal) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use:     "undo ID",
		Short:   "撤销一次改动或导入 / take back one change or import",
		Example: `  lawcircle undo 12 -p turpan.gpkg`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usagef("%q is not the number of a change: lawcircle log lists them", args[0])
			}
			return runUndo(cmd.Context(), term, project, id)
		},
	}
	projectFlag(command, &project)
	return command
}

func runUndo(ctx context.Context, term *terminal, path string, id int64) error {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	undone, err := project.Undo(ctx, id, "")
	if err != nil {
		return err
	}
	term.printf("已撤销 %d，记为改动 %d / taken back as change %d", id, undone, undone)
	return nil
}
