package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data"
)

// openOrCreate opens a project for an import. A new one is named after its file and begins with the plan's targets and
// checklist, which may be edited.
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
		if err := tx.PutTargets(coverage.PlanTargets()); err != nil {
			return err
		}
		return tx.PutChecklistItems(coverage.PlanChecklist())
	})
	if err != nil {
		project.Close()
		return nil, err
	}
	return project, nil
}

// projectWords are what the project verb sets, by the name of the flag.
type projectWords struct{ title, date, mapUse, approvalNo, source string }

func newProjectCommand(term *terminal) *cobra.Command {
	var project string
	var words projectWords
	command := &cobra.Command{
		Use:   "project",
		Short: "项目的名称、数据日期与地图说明 / title, data date and map statement of a project",
		Example: `  lawcircle project -p turpan.gpkg --title 吐鲁番市 --data-date 2018-12-31
  lawcircle project -p turpan.gpkg --map-use public --map-approval "新S（…）…号" --map-source OpenStreetMap`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := words.check(); err != nil {
				return usageError{err}
			}
			return runProject(cmd.Context(), term, project, words)
		},
	}
	projectFlag(command, &project)
	flags := command.Flags()
	flags.StringVar(&words.title, "title", "", "名称 / title, shown on every page and report")
	flags.StringVar(&words.date, "data-date", "", "数据日期 / date of the data as a whole, YYYY-MM-DD")
	flags.StringVar(&words.mapUse, "map-use", "", "internal 内部使用 | public 公开 / public maps without an approval number show no boundaries and no police posts")
	flags.StringVar(&words.approvalNo, "map-approval", "", "审图号 / approval number, shown on every map")
	flags.StringVar(&words.source, "map-source", "", "地图资料来源 / sources, shown on every map")
	return command
}

func (w projectWords) check() error {
	if _, err := coverage.ParseDate(w.date); err != nil {
		return fmt.Errorf("--data-date: %w", err)
	}
	if w.mapUse != "" && w.mapUse != "internal" && w.mapUse != "public" {
		return fmt.Errorf("--map-use %q: it is internal or public", w.mapUse)
	}
	return nil
}

// stated lists the words that were given, with their names in the project.
func (w projectWords) stated() [][2]string {
	var out [][2]string
	for _, word := range [][2]string{{data.MetaTitle, w.title}, {data.MetaDataDate, w.date}, {data.MetaMapUse, w.mapUse},
		{data.MetaMapApprovalNo, w.approvalNo}, {data.MetaMapSource, w.source}} {
		if word[1] != "" {
			out = append(out, word)
		}
	}
	return out
}

func runProject(ctx context.Context, term *terminal, path string, words projectWords) error {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	if stated := words.stated(); len(stated) > 0 {
		err := project.Update(ctx, data.Change{What: "更改项目说明"}, func(tx *data.Tx) error {
			for _, word := range stated {
				if err := tx.SetMeta(word[0], word[1]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return printProject(ctx, term, project)
}

func printProject(ctx context.Context, term *terminal, project *data.Project) error {
	county, err := project.County(ctx)
	if err != nil {
		return err
	}
	meta, err := project.Meta(ctx)
	if err != nil {
		return err
	}
	use := mapUse(meta)
	term.printf("名称 %s　数据日期 %s　区划 %d　居民点 %d　场所 %d　服务点 %d", county.Name, county.DataDate, len(county.Units),
		len(county.Settlements), len(county.Hosts), len(county.Points))
	term.printf("地图 %s　审图号 %s　来源 %s", use.Use, orDash(use.ApprovalNo), orDash(use.Source))
	return nil
}

func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}
