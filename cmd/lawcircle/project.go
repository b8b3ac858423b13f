package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data"
)

// openOrCreate opens a project for an import. A new one is named after its file and begins with the plan's targets, which may be edited.
func openOrCreate(ctx context.Context, path string) (*data.Project, error) {
	_, err := os.Stat(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	project, err := data.Open(ctx, path, data.Options{Create: true})
	if err != nil || !isNew {
		return project, err
	}
	title := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	err = project.Update(ctx, data.Change{What: "新建项目"}, func(tx *data.Tx) error {
		if err := tx.SetMeta(data.MetaTitle, title); err != nil {
			return err
		}
		return tx.PutTargets(coverage.PlanTargets())
	})
	if err != nil {
		project.Close()
		return nil, err
	}
	return project, nil
}

func newProjectCommand(term *terminal) *cobra.Command {
	var project, title, date string
	command := &cobra.Command{
		Use:     "project",
		Short:   "项目的名称与数据日期 / title and data date of a project",
		Example: `  lawcircle project -p turpan.gpkg --title 吐鲁番市 --data-date 2018-12-31`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := coverage.ParseDate(date)
			if err != nil {
				return usagef("--data-date: %w", err)
			}
			return runProject(cmd.Context(), term, project, title, day)
		},
	}
	projectFlag(command, &project)
	command.Flags().StringVar(&title, "title", "", "名称 / title, shown on every page and report")
	command.Flags().StringVar(&date, "data-date", "", "数据日期 / date of the data as a whole, YYYY-MM-DD")
	return command
}

func runProject(ctx context.Context, term *terminal, path, title string, date coverage.Date) error {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	if title != "" || date != "" {
		err := project.Update(ctx, data.Change{What: "更改项目名称或数据日期"}, func(tx *data.Tx) error {
			if title != "" {
				if err := tx.SetMeta(data.MetaTitle, title); err != nil {
					return err
				}
			}
			if date == "" {
				return nil
			}
			return tx.SetMeta(data.MetaDataDate, string(date))
		})
		if err != nil {
			return err
		}
	}
	county, err := project.County(ctx)
	if err != nil {
		return err
	}
	term.printf("名称 %s　数据日期 %s　区划 %d　居民点 %d　场所 %d　服务点 %d", county.Name, county.DataDate, len(county.Units),
		len(county.Settlements), len(county.Hosts), len(county.Points))
	return nil
}
