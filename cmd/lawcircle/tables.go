package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/data"
)

func newTableCommand(term *terminal) *cobra.Command {
	command := &cobra.Command{
		Use:   "table",
		Short: "属性表逐行查看与修改 / attribute tables, row by row",
		Long: `目标、填报值、服务事项、法律顾问、顾问安排、结对、巡回、热线来电、普法清单、示范称号。
每次修改记入日志，可用 lawcircle undo 撤销。整表导入用 lawcircle import 表名 文件。`,
		Example: `  lawcircle table list -p demo.gpkg
  lawcircle table list advisers -p demo.gpkg
  lawcircle table set assignments village=659901101201 adviser_id=GW-01 from_on=2019-07 -p demo.gpkg`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(newRowList(term, ""), newRowSet(term, ""), newRowDelete(term, ""))
	return command
}

// newRowsCommand is the verb of one table: target, measure.
func newRowsCommand(term *terminal, use, table, short, example string) *cobra.Command {
	command := &cobra.Command{Use: use, Short: short, Example: example, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	command.AddCommand(newRowList(term, table), newRowSet(term, table), newRowDelete(term, table))
	return command
}

// tableOf splits the name of the table from the other arguments, where the verb does not fix it.
func tableOf(table string, args []string) (string, []string) {
	if table == "" && len(args) > 0 {
		return args[0], args[1:]
	}
	return table, args
}

func named(table, use string) string {
	if table != "" {
		return use
	}
	verb, rest, _ := strings.Cut(use, " ")
	return strings.TrimSpace(verb + " TABLE " + rest)
}

func newRowList(term *terminal, table string) *cobra.Command {
	var project string
	var asJSON bool
	command := &cobra.Command{
		Use: strings.Replace(named(table, "list"), "TABLE", "[TABLE]", 1), Short: "列出各行 / list the rows", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, rest := tableOf(table, args)
			if len(rest) > 0 {
				return usagef("%q is too much", rest[0])
			}
			return listRows(cmd.Context(), term, project, name, asJSON)
		},
	}
	projectFlag(command, &project)
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

func newRowSet(term *terminal, table string) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use: named(table, "set COLUMN=VALUE…"), Short: "新增或修改一行 / add or change a row", Args: cobra.MinimumNArgs(1),
		Long: `给出主键各列与要改的列；没有提到的列不变，“列=”清空这一列。列表用逗号分隔。`,
		RunE: func(cmd *cobra.Command, args []string) error {
			name, rest := tableOf(table, args)
			return setRow(cmd.Context(), term, project, name, rest)
		},
	}
	projectFlag(command, &project)
	return command
}

func newRowDelete(term *terminal, table string) *cobra.Command {
	var project string
	command := &cobra.Command{
		Use: named(table, "delete ID…"), Short: "删除各行 / delete rows", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, ids := tableOf(table, args)
			return deleteRows(cmd.Context(), term, project, name, ids)
		},
	}
	projectFlag(command, &project)
	return command
}

// describedTable finds a table by name.
func describedTable(name string) (data.RowTable, error) {
	var names []string
	for _, t := range data.RowTables() {
		if t.Name == name {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return data.RowTable{}, usagef("没有表“%s” / there is no table %q: %s", name, name, strings.Join(names, " "))
}

func listRows(ctx context.Context, term *terminal, path, name string, asJSON bool) error {
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	if name == "" {
		return listTables(term, s, asJSON)
	}
	table, err := describedTable(name)
	if err != nil {
		return err
	}
	rows, keys, err := data.RowsOf(s.county, name)
	if err != nil {
		return err
	}
	if asJSON {
		out := []map[string]any{}
		for i, row := range rows {
			row["id"] = keys[i]
			out = append(out, row)
		}
		return term.writeJSON(map[string]any{"table": name, "synthetic": s.county.Synthetic, "rows": out})
	}
	cells := [][]string{{"id"}}
	for _, c := range table.Columns {
		if c.Name != table.OwnID() {
			cells[0] = append(cells[0], c.Name+" "+c.Title)
		}
	}
	for i, row := range rows {
		line := []string{keys[i]}
		for _, c := range table.Columns {
			if c.Name != table.OwnID() {
				line = append(line, cellOf(row[c.Name]))
			}
		}
		cells = append(cells, line)
	}
	term.table(cells)
	return nil
}

func listTables(term *terminal, s *study, asJSON bool) error {
	type tableJSON struct {
		data.RowTable
		Rows int
	}
	out, cells := []tableJSON{}, [][]string{{"表", "名称", "name", "行"}}
	for _, t := range data.RowTables() {
		rows, _, err := data.RowsOf(s.county, t.Name)
		if err != nil {
			return err
		}
		out = append(out, tableJSON{t, len(rows)})
		cells = append(cells, []string{t.Name, t.Title, t.TitleEn, strconv.Itoa(len(rows))})
	}
	if asJSON {
		return term.writeJSON(out)
	}
	term.table(cells)
	return nil
}

func cellOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "—"
	case []string:
		return strings.Join(v, ",")
	case bool:
		return map[bool]string{true: "是", false: "否"}[v]
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// setRow adds a row, or changes the columns given of the row that has the same key columns.
func setRow(ctx context.Context, term *terminal, path, name string, settings []string) error {
	table, err := describedTable(name)
	if err != nil {
		return err
	}
	given, err := parseRow(table, settings)
	if err != nil {
		return err
	}
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	county, err := project.County(ctx)
	if err != nil {
		return err
	}
	rows, _, err := data.RowsOf(county, name)
	if err != nil {
		return err
	}
	row := data.Row{}
	for _, old := range rows {
		if sameKey(table, old, given) {
			row = old
		}
	}
	for column, value := range given {
		row[column] = value
	}
	key, err := data.RowKey(name, row)
	if err == nil {
		err = data.NewReferences(county).Check(name, row)
	}
	if err != nil {
		return rowFault(err)
	}
	change := data.Change{What: "set " + name + " " + key}
	if err := project.Update(ctx, change, func(tx *data.Tx) error { return tx.PutRows(name, []data.Row{row}) }); err != nil {
		return err
	}
	term.printf("已保存 / saved: %s %s", name, key)
	return nil
}

func rowFault(err error) error {
	var fault *data.RowError
	if errors.As(err, &fault) {
		return usagef("%s：%s / %s", fault.Column, fault.Zh(), fault.Err)
	}
	return usageError{err}
}

func sameKey(table data.RowTable, a, b data.Row) bool {
	for _, c := range table.Columns {
		if c.Key && cellOf(a[c.Name]) != cellOf(b[c.Name]) {
			return false
		}
	}
	return true
}

// parseRow reads COLUMN=VALUE settings; a column may be told by its Chinese title, too.
func parseRow(table data.RowTable, settings []string) (data.Row, error) {
	row := data.Row{}
	for _, setting := range settings {
		name, text, found := strings.Cut(setting, "=")
		if !found {
			return nil, usagef("%q is not COLUMN=VALUE", setting)
		}
		known := false
		for _, c := range table.Columns {
			if c.Name != name && c.Title != name {
				continue
			}
			value, err := parseCell(c, text)
			if err != nil {
				return nil, usagef("%s: %w", name, err)
			}
			row[c.Name], known = value, true
		}
		if !known {
			var names []string
			for _, c := range table.Columns {
				names = append(names, c.Name+"（"+c.Title+"）")
			}
			return nil, usagef("表 %s 没有列“%s”：%s / there is no such column", table.Name, name, strings.Join(names, " "))
		}
	}
	return row, nil
}

// parseCell reads a value; codes may be told by their names.
func parseCell(c data.RowColumn, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch c.Kind {
	case data.RowInteger, data.RowNumber:
		value, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
		if strings.HasSuffix(text, "%") {
			value /= 100
		}
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", text)
		}
		return value, nil
	case data.RowBoolean:
		switch text {
		case "true", "1", "yes", "是":
			return true, nil
		case "false", "0", "no", "否":
			return false, nil
		}
		return nil, fmt.Errorf("%q is not yes or no (是/否)", text)
	case data.RowList:
		list := splitList(text)
		for i := range list {
			list[i] = c.Code(list[i])
		}
		return list, nil
	}
	return c.Code(text), nil
}

func deleteRows(ctx context.Context, term *terminal, path, name string, ids []string) error {
	if _, err := describedTable(name); err != nil {
		return err
	}
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	change := data.Change{What: "delete " + name + " " + strings.Join(ids, " ")}
	if err := project.Update(ctx, change, func(tx *data.Tx) error { return tx.DeleteRows(name, ids...) }); err != nil {
		return err
	}
	term.printf("已删除 %d 行 / %d rows deleted", len(ids), len(ids))
	return nil
}
