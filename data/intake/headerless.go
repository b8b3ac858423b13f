package intake

import (
	"fmt"
	"strconv"
	"strings"

	"lawcircle/coverage"
)

// headerless names the columns of a file without a header by what they hold: division codes, levels, longitudes and latitudes of
// China, names, and the g or b with which 奥维 marks GCJ-02 and BD-09. ok is false when neither codes nor coordinates are found.
func headerless(sample [][]string) (header []string, crs string, ok bool) {
	width := 0
	for _, row := range sample {
		width = max(width, len(row))
	}
	g := guess{header: make([]string, width), lon: -1, lat: -1, name: -1}
	for column := range g.header {
		g.header[column] = fmt.Sprintf("列%d", column+1)
		g.look(column, columnValues(sample, column))
	}
	g.nameCodes()
	if g.lon >= 0 && g.lat >= 0 {
		g.header[g.lon], g.header[g.lat] = "lon", "lat"
	}
	if g.name >= 0 {
		g.header[g.name] = "name"
	}
	return g.header, g.crs, len(g.codes) > 0 || g.lon >= 0 && g.lat >= 0
}

type guess struct {
	header         []string
	codes          []codesOf
	lon, lat, name int
	crs            string
}

// codesOf is a column of codes with the deepest level among them.
type codesOf struct {
	column int
	level  coverage.UnitLevel
}

func columnValues(sample [][]string, column int) []string {
	values := make([]string, 0, len(sample))
	for _, row := range sample {
		if text := fold(cellAt(row, column)); text != "" {
			values = append(values, text)
		}
	}
	return values
}

// look takes a column for what nearly all of its values are.
func (g *guess) look(column int, values []string) {
	level := coverage.LevelUnknown
	share := func(is func(string) bool) bool {
		n := 0
		for _, value := range values {
			if is(value) {
				n++
			}
		}
		return len(values) > 0 && 10*n >= 9*len(values)
	}
	between := func(low, high float64) func(string) bool {
		return func(text string) bool {
			value, err := strconv.ParseFloat(text, 64)
			return err == nil && strings.Contains(text, ".") && value > low && value < high
		}
	}
	switch {
	case share(func(text string) bool {
		code, _, ok := parseCode(text)
		level = max(level, coverage.LevelOfCode(code))
		return ok && len(text) >= 6
	}):
		g.codes = append(g.codes, codesOf{column, level})
	case share(func(text string) bool { return len(text) == 1 && text >= "1" && text <= "5" }):
		g.header[column] = "level"
	case share(func(text string) bool { return text == "g" || text == "b" }):
		g.header[column], g.crs = "flag", map[string]string{"g": "gcj02", "b": "bd09"}[values[0]]
	case g.lon < 0 && share(between(73, 136)):
		g.lon = column
	case g.lat < 0 && share(between(3, 54)):
		g.lat = column
	case g.name < 0 && share(func(text string) bool { _, err := strconv.ParseFloat(text, 64); return err != nil }):
		g.name = column
	}
}

// nameCodes takes the deepest column of codes for the code, the next for the parent.
func (g *guess) nameCodes() {
	best := -1
	for i, c := range g.codes {
		if best < 0 || c.level > g.codes[best].level {
			best = i
		}
	}
	for i, c := range g.codes {
		if i == best {
			g.header[c.column] = "code"
		} else {
			g.header[c.column] = "parent"
		}
	}
}
