package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lawcircle/data"
)

func newCheckCommand(term *terminal) *cobra.Command {
	var project string
	var repair, asJSON bool
	command := &cobra.Command{
		Use:   "check",
		Short: "检查项目文件：完整性、标准、索引、引用、摘要 / examine the project file",
		Long:  `检查并说明损坏之处与补救办法。--repair 重建可由记录推出的一切（索引、触发器、说明、范围）；记录本身不动。`,
		Example: `  lawcircle check -p turpan.gpkg
  lawcircle check -p turpan.gpkg --repair`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runCheck(cmd.Context(), term, project, repair, asJSON)
		},
	}
	projectFlag(command, &project)
	command.Flags().BoolVar(&repair, "repair", false, "重建可由记录推出的内容 / rebuild what follows from the records")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

func runCheck(ctx context.Context, term *terminal, path string, repair, asJSON bool) error {
	project, err := data.Open(ctx, path, data.Options{ReadOnly: !repair})
	if err != nil {
		return err
	}
	defer project.Close()
	if repair {
		if err := project.Repair(ctx, ""); err != nil {
			return err
		}
	}
	findings, err := project.Check(ctx)
	if err != nil {
		return err
	}
	errors := 0
	for _, f := range findings {
		if f.Severity == data.SeverityError {
			errors++
		}
	}
	if asJSON {
		if findings == nil {
			findings = []data.Finding{}
		}
		err = term.writeJSON(struct {
			OK       bool           `json:"ok"`
			Findings []data.Finding `json:"findings"`
		}{errors == 0, findings})
	} else {
		printFindings(term, findings)
	}
	if err == nil && errors > 0 {
		err = fmt.Errorf("%s: 发现 %d 处损坏 / %d faults found", path, errors, errors)
	}
	return err
}

func printFindings(term *terminal, findings []data.Finding) {
	if len(findings) == 0 {
		term.printf("没有发现问题 / no fault found")
		return
	}
	rows := [][]string{{"程度", "位置", "问题", "怎么办"}}
	for _, f := range findings {
		rows = append(rows, []string{string(f.Severity), f.Table, f.Zh, f.RemedyZh})
	}
	term.table(rows)
}
