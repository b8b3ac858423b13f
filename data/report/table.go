package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
)

// kind is how a column is written.
type kind int

const (
	plain   kind = iota // text
	code                // digits that are a name, kept as text
	count               // whole number
	share               // 0 to 1, shown in per cent
	amount              // number with a decimal
	degrees             // longitude or latitude
)

// column is one column of a table. Of a share, num and den name the columns that it is the quotient of.
type column struct {
	key, zh, en    string
	helpZh, helpEn string
	kind           kind
	sum            bool   // added up in the last row
	num, den       string // keys, for shares in the last row
	sheetOnly      bool   // left out on pages
	pageOnly       bool   // left out in sheets
}

// table is a table of a report, for pages and sheets alike. A cell is nil (no figure), a string, an int64 or a float64.
type table struct {
	caption string
	columns []column
	rows    [][]any
	total   []any // last row on pages; sheets add up by formula. nil = none
	note    string
}

func (t *table) add(cells ...any) {
	if len(cells) != len(t.columns) {
		panic(fmt.Sprintf("table %s: %d cells for %d columns", t.caption, len(cells), len(t.columns)))
	}
	for i, cell := range cells {
		switch v := cell.(type) {
		case int:
			cells[i] = int64(v)
		case string:
			cells[i] = clean(v)
			if v == "" {
				cells[i] = nil
			}
		}
	}
	t.rows = append(t.rows, cells)
}

// page is a table ready for a page: text only.
type page struct {
	Caption, Note string
	Head          []string
	Class         []string // of each column: n for numbers, c for codes
	Width         []int    // of each column, in per cent of the page
	Rows          [][]string
	Total         []string
}

// onPage writes the columns and at most MaxPageRows rows of a table as text.
func (w *writer) onPage(t *table) page {
	p := page{Caption: t.caption, Note: t.note}
	var shown []int
	for i, c := range t.columns {
		if !c.sheetOnly {
			shown = append(shown, i)
			p.Head = append(p.Head, w.t(c.zh, c.en))
			p.Class = append(p.Class, map[kind]string{code: "c", count: "n", share: "n", amount: "n"}[c.kind])
		}
	}
	line := func(row []any) []string {
		var cells []string
		for _, i := range shown {
			cells = append(cells, cellText(row[i], t.columns[i].kind))
		}
		return cells
	}
	for i, row := range t.rows {
		if i == MaxPageRows {
			p.Note = strings.TrimSpace(p.Note + " " + fmt.Sprintf(w.t("本表只列前 %d 行，共 %d 行，全部见附表（xlsx）。", "The first %d of %d rows; all are in the workbook."), MaxPageRows, len(t.rows)))
			break
		}
		p.Rows = append(p.Rows, line(row))
	}
	if t.total != nil {
		p.Total = line(t.total)
	}
	p.Width = widths(p)
	return p
}

// widths shares the page among the columns by their longest cells, a Chinese character counting double; heads may take two lines.
func widths(p page) []int {
	need := make([]int, len(p.Head))
	for i, head := range p.Head {
		need[i] = max(4, runewidth.StringWidth(head)/2+1)
		if words := strings.Fields(head); len(words) > 1 || len(head) == runewidth.StringWidth(head) {
			for _, word := range words {
				need[i] = max(need[i], runewidth.StringWidth(word)+2)
			}
		}
		for _, row := range append(slices.Clip(p.Rows), p.Total) {
			if i < len(row) {
				need[i] = max(need[i], min(34, runewidth.StringWidth(row[i])+1))
			}
		}
	}
	total := 0
	for _, n := range need {
		total += n
	}
	for i := range need {
		need[i] = 100 * need[i] / total
	}
	return need
}

// cellText shows a cell; what is not known is a dash, never a zero.
func cellText(cell any, k kind) string {
	switch v := cell.(type) {
	case nil:
		return "—"
	case int64:
		return grouped(v)
	case float64:
		if k == share {
			return percent(v)
		}
		return fmt.Sprintf("%.1f", math.Round(v*10)/10)
	default:
		return fmt.Sprint(v)
	}
}

func optional(value float64, known bool) any {
	if !known {
		return nil
	}
	return value
}

func optionalCount(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}
