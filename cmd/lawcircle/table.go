package main

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// table prints rows in columns; a Chinese character is two cells wide. Cells that look like numbers stand right.
func (t *terminal) table(rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell))
			if isNumber(cell) {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
			line.WriteString("  ")
		}
		t.printf("%s", strings.TrimRight(line.String(), " "))
	}
}

func isNumber(cell string) bool {
	return cell != "" && strings.Trim(cell, "0123456789.,%-+—:") == ""
}
