package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"lawcircle/data/demo"
)

// demoFlags are the flags of the demo verb.
type demoFlags struct {
	out   string
	files string
	force bool
	json  bool
}

func newDemoCommand(term *terminal) *cobra.Command {
	var flags demoFlags
	command := &cobra.Command{
		Use:   "demo -o FILE.gpkg",
		Short: "生成演示县（全部虚构） / build the demonstration county (all invented)",
		Long: `生成一个虚构的干旱绿洲县：道路、区划、村庄与人口、便民警务站、服务点、法律顾问和规划目标，规模与真实的县相当。
每次生成的内容相同；全部是演示数据，不对应任何真实地方，项目和文件中都有标注。
--files 另存导入所用的源文件（道路 PBF、区划 GeoJSON、人口 CSV、设施 XLSX），可用来练习 import 命令。`,
		Example: `  lawcircle demo -o demo.gpkg
  lawcircle demo -o demo.gpkg --files demo-files
  lawcircle import facilities demo-files/facilities.xlsx -p mine.gpkg --crs gcj02`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return buildDemo(cmd.Context(), term, flags) },
	}
	command.Flags().StringVarP(&flags.out, "output", "o", "", "项目文件 / project file to make (required)")
	command.Flags().StringVar(&flags.files, "files", "", "另存源文件的文件夹 / also save the source files in this folder")
	command.Flags().BoolVar(&flags.force, "force", false, "覆盖已有文件 / replace an existing file")
	command.Flags().BoolVar(&flags.json, "json", false, "输出一个 JSON 对象 / print one JSON object")
	return command
}

func buildDemo(ctx context.Context, term *terminal, flags demoFlags) error {
	if flags.out == "" {
		return usagef("缺少 -o：请给出项目文件名 / -o is missing: name the project file, e.g. -o demo.gpkg")
	}
	if flags.files != "" {
		files, err := demo.Invent().Files()
		if err != nil {
			return err
		}
		if err := demo.Save(files, flags.files); err != nil {
			return err
		}
	}
	err := putDemo(ctx, flags, term.progress("演示县 / demonstration county"))
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s 已存在；换一个文件名，或用 --force 覆盖 / exists already: choose another name, or --force to replace it: %w", flags.out, err)
	}
	if err != nil {
		return err
	}
	if flags.json {
		return term.writeJSON(map[string]any{"project": flags.out, "synthetic": true, "files": flags.files})
	}
	term.printf("演示县（虚构）已生成：%s / demonstration county (invented) built\n打开 / open: lawcircle serve -p %s", flags.out, flags.out)
	return nil
}

// putDemo builds the project; with force an old one is replaced only when the new one is complete.
func putDemo(ctx context.Context, flags demoFlags, progress func(done, total int64)) error {
	if !flags.force {
		return demo.Build(ctx, flags.out, progress)
	}
	fresh := flags.out + ".new"
	if err := removeProject(fresh); err != nil {
		return err
	}
	if err := demo.Build(ctx, fresh, progress); err != nil {
		return err
	}
	if err := removeProject(flags.out); err != nil {
		return err
	}
	if err := os.Rename(fresh, flags.out); err != nil {
		return fmt.Errorf("replacing %s: %w", flags.out, err)
	}
	return nil
}

// removeProject deletes a project file with what SQLite keeps beside it.
func removeProject(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("replacing %s: %w", path, err)
		}
	}
	return nil
}
