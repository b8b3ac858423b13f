package intake

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb/encoding/wkt"
	"github.com/xuri/excelize/v2"
)

// Columns that the sheet of problems adds behind those of the file. An import does not know them and leaves them alone.
const (
	columnRow     = "原行号"
	columnVerdict = "结果"
	columnProblem = "问题"
	columnRepair  = "处理"
)

// WriteXLSX writes 问题清单.xlsx: a summary, and every row with a problem with its own cells, what is wrong and what was done. The rows
// can be corrected there and the file imported again. Personal data is left out. A quality sheet read back from JSON has no cells: it
// gives the list of problems alone.
func (q *Quality) WriteXLSX(w io.Writer) error {
	file := excelize.NewFile()
	defer done(file)
	if err := file.SetSheetName("Sheet1", "问题清单"); err != nil {
		return fmt.Errorf("naming the sheet of problems: %w", err)
	}
	if err := q.writeProblems(file); err != nil {
		return fmt.Errorf("writing the sheet of problems: %w", err)
	}
	if err := q.writeSummary(file); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return file.Write(w)
}

func (q *Quality) writeProblems(file *excelize.File) error {
	stream, err := file.NewStreamWriter("问题清单")
	if err != nil {
		return err
	}
	header := slices.Concat(q.header, []string{columnRow, columnVerdict, columnProblem, columnRepair})
	if err := stream.SetRow("A1", texts(header)); err != nil {
		return err
	}
	at := 2
	for first := 0; first < len(q.Problems); {
		last := first
		for last < len(q.Problems) && q.Problems[last].Row == q.Problems[first].Row {
			last++
		}
		cell, err := excelize.CoordinatesToCellName(1, at)
		if err != nil {
			return err
		}
		if err := stream.SetRow(cell, texts(q.problemRow(q.Problems[first:last]))); err != nil {
			return err
		}
		first = last
		at++
	}
	return stream.Flush()
}

// problemRow is one line of the sheet: the cells of a row of the file and its problems.
func (q *Quality) problemRow(problems []Problem) []string {
	row := problems[0].Row
	line := make([]string, len(q.header), len(q.header)+4)
	copy(line, q.rows[row])
	verdict := "提示"
	var what, done []string
	for _, p := range problems {
		text := p.Problem
		if p.Field != "" {
			text = p.Field + "：" + text
		}
		what = append(what, text)
		if p.Repair != "" {
			done = append(done, p.Repair)
			verdict = "已修复"
		}
	}
	if slices.ContainsFunc(problems, func(p Problem) bool { return p.Refused }) {
		verdict = "拒绝"
	}
	number := strconv.Itoa(row)
	if row == 0 {
		number = "整个文件"
	}
	return append(line, number, verdict, strings.Join(what, "；"), strings.Join(done, "；"))
}

func (q *Quality) writeSummary(file *excelize.File) error {
	const sheet = "汇总"
	if _, err := file.NewSheet(sheet); err != nil {
		return err
	}
	lines := [][]string{
		{"读取行数", strconv.Itoa(q.Read)}, {"接受", strconv.Itoa(q.Accepted)}, {"其中已修复", strconv.Itoa(q.Repaired)}, {"拒绝", strconv.Itoa(q.Refused)},
		{"未逐条列出的问题", strconv.Itoa(q.Omitted)}, {"坐标系", q.CRS.CRS + " (" + q.CRS.Reason + ")"},
	}
	for _, count := range q.Counts {
		lines = append(lines, []string{count.Title(), strconv.FormatInt(count.Count, 10)})
	}
	lines = append(lines, []string{}, []string{"列", "字段", "字段名称"})
	for _, column := range q.Columns {
		lines = append(lines, []string{column.Header, column.Field, column.Title})
	}
	for i, line := range lines {
		for j, text := range line {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err == nil {
				err = file.SetCellStr(sheet, cell, text)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// texts makes cells of strings. What starts like a formula stays text in xlsx.
func texts(cells []string) []any {
	out := make([]any, len(cells))
	for i, cell := range cells {
		if len(cell) > excelize.TotalCellChars {
			cell = ""
		}
		out[i] = cell
	}
	return out
}

// keepRow keeps the cells of a row with a problem for the sheet, without personal data, with the geometry as text.
func (im *importer) keepRow(l *line) {
	q := &im.batch.Quality
	if len(q.rows) >= im.options.Limits.Problems {
		return
	}
	cells := make([]string, len(im.table.header))
	for i := range cells {
		if !l.isRestrictedColumn(i) {
			cells[i] = l.masked(cellAt(l.cells, i), i)
		}
	}
	if im.table.geometries {
		text := ""
		if l.geometry != nil {
			text = wkt.MarshalString(l.geometry)
		}
		cells = append(cells, text)
	}
	q.rows[l.number] = cells
}

// masked hides mobile and identity numbers in a cell.
func (l *line) masked(text string, column int) string {
	if column < len(l.personal) && !l.personal[column] {
		return text
	}
	for _, value := range personalData(text) {
		text = strings.ReplaceAll(text, value, maskNumber(value))
	}
	return text
}
