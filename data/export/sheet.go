package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// CSV writes a layer as a table for Excel and WPS: UTF-8 with a byte order mark, the columns' ASCII names on top, formulas neutralised.
func CSV(w io.Writer, layer *Layer) error {
	l := layer.withCoordinates()
	if _, err := io.WriteString(w, BOM); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	out := csv.NewWriter(w)
	cells := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		cells[i] = c.Name
	}
	if err := out.Write(cells); err != nil {
		return fmt.Errorf("writing CSV: %w", err)
	}
	err := l.each(func(_ int, row Row) error {
		for i, v := range row.Values {
			cells[i] = plain(v)
			if _, isText := v.(string); isText {
				cells[i] = Neutral(cells[i])
			}
		}
		return out.Write(cells)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// plain writes a value as people read it; "" for one that is not known.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		if v {
			return "1"
		}
		return "0"
	default:
		return ""
	}
}

const (
	maxSheetRows = 1 << 20
	maxCellChars = 32767
)

// XLSX writes a layer as a workbook: Chinese titles in a frozen first row with a filter, codes as text, and a second sheet that tells what
// the columns are. A shape too long for a cell is left out, as its title says; anything else that does not fit is an error.
func XLSX(w io.Writer, layer *Layer) error {
	l := layer.withCoordinates()
	book := excelize.NewFile()
	defer book.Close()
	const sheet, fields = "数据", "字段说明"
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	if err := writeSheet(book, sheet, l); err != nil {
		return err
	}
	if _, err := book.NewSheet(fields); err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	if err := writeFields(book, fields, l); err != nil {
		return fmt.Errorf("writing sheet %s: %w", fields, err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("writing XLSX: %w", err)
	}
	return nil
}

// writeFields lists the columns of a layer. It is not streamed: of several streams excelize writes any first, and the bytes would differ.
func writeFields(book *excelize.File, sheet string, l *Layer) error {
	if err := book.SetSheetRow(sheet, "A1", &[]any{"字段", "中文名", "英文名", "值类型"}); err != nil {
		return err
	}
	for i, c := range l.Columns {
		if err := book.SetSheetRow(sheet, fmt.Sprintf("A%d", i+2), &[]any{c.Name, c.TitleZh, c.TitleEn, string(c.Type)}); err != nil {
			return err
		}
	}
	return nil
}

func writeSheet(book *excelize.File, sheet string, l *Layer) error {
	stream, err := book.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("writing sheet %s: %w", sheet, err)
	}
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49}) // 49 = text
	if err == nil {
		err = stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	if err != nil {
		return fmt.Errorf("writing sheet %s: %w", sheet, err)
	}
	cells := make([]any, len(l.Columns))
	for i, c := range l.Columns {
		cells[i] = c.TitleZh
	}
	if err := stream.SetRow("A1", cells); err != nil {
		return fmt.Errorf("writing sheet %s: %w", sheet, err)
	}
	last := 1
	err = l.each(func(number int, row Row) error {
		if last = number + 1; last > maxSheetRows {
			return fmt.Errorf("一个工作表最多 %d 行，请用 csv 或 gpkg / a sheet holds %d rows, use csv or gpkg", maxSheetRows, maxSheetRows)
		}
		for i, v := range row.Values {
			cells[i] = v
			if s, ok := v.(string); ok {
				if l.Columns[i].Name == "geometry" && len(s) > maxCellChars {
					cells[i] = nil
					continue
				}
				if utf8.RuneCountInString(s) > maxCellChars {
					return fmt.Errorf("%s: 一格最多 %d 字，请用 gpkg / a cell holds %d characters, use gpkg", l.Columns[i].Name, maxCellChars, maxCellChars)
				}
				cells[i] = excelize.Cell{StyleID: text, Value: Neutral(s)}
			}
		}
		return stream.SetRow("A"+strconv.Itoa(last), cells)
	})
	if err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("writing sheet %s: %w", sheet, err)
	}
	corner, err := excelize.CoordinatesToCellName(len(l.Columns), last)
	if err == nil {
		err = book.AutoFilter(sheet, "A1:"+corner, nil)
	}
	if err != nil {
		return fmt.Errorf("writing sheet %s: %w", sheet, err)
	}
	return nil
}
