package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A sheet is one sheet of the workbook: tables below one another. Only the first has a filter.
type sheet struct {
	zh, en string
	tables []*table
}

func (w *writer) sheets() []sheet {
	return []sheet{
		{"封面", "Cover", []*table{w.pairTable(w.title(), w.coverPairs())}},
		{"汇总", "Summary", []*table{w.summary(), w.services(), w.groups(), w.years(), w.sensitivity()}},
		{"乡镇", "Units", []*table{w.units()}},
		{"村", "Settlements", []*table{w.settlements()}},
		{"服务点台账", "Points", []*table{w.points()}},
		{"未覆盖清单", "Uncovered", []*table{w.uncovered()}},
		{"建议选址", "Proposed", []*table{w.plan()}},
		{"考核指标", "Targets", []*table{w.indicators(), w.reported()}},
		{"法律顾问", "Advisers", []*table{w.advisers()}},
		{"结对建议", "Pairing", []*table{w.pairs()}},
		{"普法清单", "Checklist", []*table{w.checklist()}},
		{"示范称号", "Titles", []*table{w.honours()}},
		{"数据质量", "Data quality", []*table{w.imports(), w.doubts()}},
		{"方法说明", "Method", []*table{w.pairTable(w.t("方法说明", "Method"), append(w.method(), w.parameters()...))}},
	}
}

// XLSX writes the workbook. Sheets 村, 服务点台账, 法律顾问 (as assignments) and 示范称号 (as honours) are read again by the import as they are. Sums are formulas over what is filtered. The
// bytes depend on the input alone.
func XLSX(out io.Writer, in Input) error {
	w := newWriter(in)
	b := &book{writer: w, file: excelize.NewFile()}
	defer b.file.Close()
	if err := b.write(); err != nil {
		return fmt.Errorf("writing the workbook of the report: %w", err)
	}
	return b.file.Write(out)
}

type book struct {
	*writer
	file   *excelize.File
	styles map[kind]int
	title  int
	head   int
	note   int
}

func (b *book) write() error {
	if err := b.makeStyles(); err != nil {
		return err
	}
	sheets := b.sheets()
	for i, s := range sheets {
		name := b.t(s.zh, s.en)
		if i == 0 {
			if err := b.file.SetSheetName("Sheet1", name); err != nil {
				return err
			}
		} else if _, err := b.file.NewSheet(name); err != nil {
			return err
		}
		if err := b.sheet(name, s.tables); err != nil {
			return fmt.Errorf("sheet %s: %w", name, err)
		}
	}
	name := b.t("字段说明", "Fields")
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	return b.sheet(name, []*table{b.fields(sheets)})
}

func (b *book) makeStyles() (err error) {
	border := func() (out []excelize.Border) {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			out = append(out, excelize.Border{Type: side, Color: "808080", Style: 1})
		}
		return out
	}()
	style := func(s excelize.Style) (id int) {
		if err == nil {
			id, err = b.file.NewStyle(&s)
		}
		return id
	}
	text := "@"
	whole, per, tenth, degree := "#,##0", "0.0%", "0.0", "0.000000"
	wrap := &excelize.Alignment{WrapText: true, Vertical: "center"}
	font := &excelize.Font{Family: "仿宋", Size: 10.5}
	b.styles = map[kind]int{
		plain: style(excelize.Style{Border: border, Font: font, Alignment: wrap}), code: style(excelize.Style{Border: border, Font: font, CustomNumFmt: &text}),
		count: style(excelize.Style{Border: border, Font: font, CustomNumFmt: &whole}), share: style(excelize.Style{Border: border, Font: font, CustomNumFmt: &per}),
		amount: style(excelize.Style{Border: border, Font: font, CustomNumFmt: &tenth}), degrees: style(excelize.Style{Border: border, Font: font, CustomNumFmt: &degree}),
	}
	b.title = style(excelize.Style{Font: &excelize.Font{Family: "黑体", Size: 16}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	b.head = style(excelize.Style{Border: border, Font: &excelize.Font{Family: "黑体", Size: 10.5}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6E6E6"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	b.note = style(excelize.Style{Font: &excelize.Font{Family: "仿宋", Size: 9, Color: "555555"}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	return err
}

// sheet writes tables from the top down.
func (b *book) sheet(name string, tables []*table) error {
	row := 1
	for i, t := range tables {
		next, err := b.table(name, t, row, i == 0)
		if err != nil {
			return err
		}
		row = next + 1
	}
	return b.layout(name, tables[0])
}

// shown are the columns of a table that go into a sheet.
func (t *table) shown() []int {
	var out []int
	for i, c := range t.columns {
		if !c.pageOnly {
			out = append(out, i)
		}
	}
	return out
}

// table writes title, stamp, head, rows, sums and note from a row on, and returns the next free row.
func (b *book) table(name string, t *table, row int, first bool) (int, error) {
	shown := t.shown()
	last, err := excelize.ColumnNumberToName(len(shown))
	if err != nil {
		return 0, err
	}
	wide := func(row int, text string, style int) error {
		from, to := fmt.Sprintf("A%d", row), fmt.Sprintf("%s%d", last, row)
		if err := b.file.SetCellStr(name, from, text); err != nil {
			return err
		}
		if err := b.file.SetCellStyle(name, from, to, style); err != nil {
			return err
		}
		return b.file.MergeCell(name, from, to)
	}
	if err := wide(row, t.caption, b.title); err != nil {
		return 0, err
	}
	if err := wide(row+1, b.remarks(t), b.note); err != nil {
		return 0, err
	}
	header := row + 2
	for n, i := range shown {
		if err := b.cell(name, n, header, b.t(t.columns[i].zh, t.columns[i].en), b.head); err != nil {
			return 0, err
		}
	}
	end, err := b.rows(name, t, shown, header)
	if err != nil {
		return 0, err
	}
	if first && end > header {
		if err := b.file.AutoFilter(name, fmt.Sprintf("A%d:%s%d", header, last, end), nil); err != nil {
			return 0, err
		}
	}
	next := end + 1
	if t.total != nil && end > header {
		if err := b.sums(name, t, shown, header, end); err != nil {
			return 0, err
		}
		next++
	}
	return next, nil
}

// remarks stand above the head, so that below it there is nothing but data and sums.
func (b *book) remarks(t *table) string {
	parts := []string{b.stamp()}
	if t.note != "" {
		parts = append(parts, t.note)
	}
	if len(t.rows) > MaxSheetRows {
		parts = append(parts, fmt.Sprintf(b.t("只列前 %d 行，共 %d 行。", "The first %d of %d rows."), MaxSheetRows, len(t.rows)))
	}
	return strings.Join(parts, b.t("　", " "))
}

// stamp ties a sheet to its run.
func (b *book) stamp() string {
	text := fmt.Sprintf(b.t("数据日期 %s　运行 %s　%s", "Data of %s, run %s, %s"), b.asOf(), b.Run.ID, b.use())
	if banner := b.banner(); banner != "" {
		text += b.t("　", ", ") + banner
	}
	return text
}

func (b *book) cell(name string, column, row int, value any, style int) error {
	at, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return err
	}
	if text, ok := value.(string); ok {
		err = b.file.SetCellStr(name, at, text) // never a formula
	} else if value != nil {
		err = b.file.SetCellValue(name, at, value)
	}
	if err != nil {
		return err
	}
	return b.file.SetCellStyle(name, at, at, style)
}

func (b *book) rows(name string, t *table, shown []int, header int) (end int, err error) {
	end = header
	for _, cells := range t.rows[:min(len(t.rows), MaxSheetRows)] {
		end++
		for n, i := range shown {
			if err := b.cell(name, n, end, cells[i], b.styles[t.columns[i].kind]); err != nil {
				return end, err
			}
		}
	}
	return end, nil
}

// sums writes the last row: SUBTOTAL for sums, so that a filter shows the sum of what is left, and quotients of those for shares.
func (b *book) sums(name string, t *table, shown []int, header, end int) error {
	letter := map[string]string{}
	for n, i := range shown {
		text, err := excelize.ColumnNumberToName(n + 1)
		if err != nil {
			return err
		}
		letter[t.columns[i].key] = text
	}
	row := end + 1
	labelled := false
	for n, i := range shown {
		c := t.columns[i]
		formula := ""
		switch {
		case c.sum:
			formula = fmt.Sprintf("SUBTOTAL(9,%[1]s%[2]d:%[1]s%[3]d)", letter[c.key], header+1, end)
		case c.kind == share && c.den != "":
			formula = fmt.Sprintf(`IF(%[2]s%[3]d=0,"",%[1]s%[3]d/%[2]s%[3]d)`, letter[c.num], letter[c.den], row)
		}
		var label any
		if formula == "" && !labelled {
			label, labelled = b.t("合计", "Total"), true
		}
		if err := b.cell(name, n, row, label, b.styles[c.kind]); err != nil {
			return err
		}
		if formula == "" {
			continue
		}
		at := fmt.Sprintf("%s%d", letter[c.key], row)
		if err := b.file.SetCellFormula(name, at, formula); err != nil {
			return err
		}
	}
	return nil
}

// layout sets widths, frozen head and print settings: A4 across, one page wide, head repeated, pages numbered.
func (b *book) layout(name string, t *table) error {
	for n, i := range t.shown() {
		at, err := excelize.ColumnNumberToName(n + 1)
		if err != nil {
			return err
		}
		wide := map[kind]float64{plain: 18, code: 17, count: 11, share: 10, amount: 10, degrees: 12}[t.columns[i].kind]
		if len(t.columns) <= 3 {
			wide = 34
		}
		if err := b.file.SetColWidth(name, at, at, wide); err != nil {
			return err
		}
	}
	if err := b.file.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 3, TopLeftCell: "A4", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	landscape, a4, one, zero, fit := "landscape", 9, 1, 0, true
	if err := b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &landscape, FitToWidth: &one, FitToHeight: &zero}); err != nil {
		return err
	}
	if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	header := "&C" + strings.ReplaceAll(b.use()+" "+b.banner(), "&", "&&")
	footer := b.t("&C第 &P 页　共 &N 页", "&CPage &P of &N")
	if err := b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: header, OddFooter: footer}); err != nil {
		return err
	}
	return b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + name + "'!$1:$3", Scope: name})
}

// pairTable shows names and values as a table.
func (w *writer) pairTable(caption string, pairs []pair) *table {
	t := &table{caption: caption, columns: []column{{key: "name", zh: "项目", en: "Item"}, {key: "value", zh: "内容", en: "Content"}}}
	for _, p := range pairs {
		t.add(p.Name, p.Value)
	}
	return t
}

func (w *writer) coverPairs() []pair {
	rows := []pair{{w.t("单位", "Unit"), w.subject()}, {w.t("口径", "Figures of"), w.scenarioNote()}, {w.t("数据日期", "Data date"), w.asOf()}, {w.t("编制日期", "Written on"), w.day()},
		{w.t("运行编号", "Run"), w.Run.ID}, {w.t("使用范围", "Use"), w.use()}}
	if b := w.banner(); b != "" {
		rows = append(rows, pair{w.t("说明", "Note"), b})
	}
	for i, s := range w.r.Findings {
		rows = append(rows, pair{fmt.Sprintf(w.t("结论 %d", "Finding %d"), i+1), w.finding(s)})
	}
	return slices.DeleteFunc(rows, func(p pair) bool { return p.Value == "" })
}

// fields explains every column of every sheet.
func (w *writer) fields(sheets []sheet) *table {
	t := &table{caption: w.t("字段说明", "Fields"), columns: []column{{key: "sheet", zh: "工作表", en: "Sheet"}, {key: "table", zh: "表", en: "Table"},
		{key: "column", zh: "列名", en: "Column"}, {key: "key", zh: "字段", en: "Field", kind: code}, {key: "kind", zh: "类型", en: "Type"}, {key: "help", zh: "说明", en: "Meaning"}}}
	kinds := map[kind]string{plain: w.t("文本", "text"), code: w.t("代码（文本）", "code (text)"), count: w.t("整数", "whole number"),
		share: w.t("比例", "share"), amount: w.t("数值", "number"), degrees: w.t("度（WGS-84）", "degrees (WGS-84)")}
	for _, s := range sheets {
		for _, one := range s.tables {
			for _, i := range one.shown() {
				c := one.columns[i]
				t.add(w.t(s.zh, s.en), one.caption, w.t(c.zh, c.en), c.key, kinds[c.kind], w.t(c.helpZh, c.helpEn))
			}
		}
	}
	t.note = w.t("空白单元格＝没有数据，不是 0。", "An empty cell is not known, which is not 0.")
	return t
}
