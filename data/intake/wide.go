package intake

import (
	"regexp"
	"slices"
	"strings"

	"lawcircle/coverage"
)

// Lists of units are also published as wide rows, one village a row with the names and codes of all units above it, in columns such as
// town_name and town_code. The headers are often shifted by a level; the codes are believed.

var codeColumn = regexp.MustCompile(`^(.*?)_?(code|代码|编码|区划码)$`)

// A columnPair is a column of codes with its column of names.
type columnPair struct {
	prefix     string
	code, name int
}

// unitPairs finds the pairs of a header.
func unitPairs(header []string) []columnPair {
	at := map[string]int{}
	for i, title := range header {
		if name := normalHeader(title); name != "" {
			if _, has := at[name]; !has {
				at[name] = i
			}
		}
	}
	var pairs []columnPair
	for i, title := range header {
		match := codeColumn.FindStringSubmatch(normalHeader(title))
		if match == nil || match[1] == "" {
			continue
		}
		for _, name := range []string{match[1] + "_name", match[1] + "名称", match[1] + "名", match[1]} {
			if column, ok := at[name]; ok {
				pairs = append(pairs, columnPair{match[1], i, column})
				break
			}
		}
	}
	return pairs
}

// A namedCode is one unit of a wide row.
type namedCode struct{ code, name string }

// wideUnits returns the units of a wide row, the highest first. Cells that hold no code are left out.
func (l *line) wideUnits() []namedCode {
	var units []namedCode
	for _, p := range l.pairs {
		code, _, ok := parseCode(fold(cellAt(l.cells, p.code)))
		if ok {
			units = append(units, namedCode{code, clean(cellAt(l.cells, p.name))})
		}
	}
	slices.SortStableFunc(units, func(a, b namedCode) int { return int(coverage.LevelOfCode(a.code) - coverage.LevelOfCode(b.code)) })
	return units
}

// deepest returns the lowest unit of a wide row.
func (l *line) deepest() (namedCode, bool) {
	units := l.wideUnits()
	if len(units) == 0 {
		return namedCode{}, false
	}
	return units[len(units)-1], true
}

// remarkShiftedHeaders says once which columns hold another level than their header says.
func (im *importer) remarkShiftedHeaders(l *line) {
	if im.shiftSeen {
		return
	}
	im.shiftSeen = true
	for _, p := range im.pairs {
		code, _, ok := parseCode(fold(cellAt(l.cells, p.code)))
		said := levelOfWord(p.prefix)
		if actual := coverage.LevelOfCode(code); ok && said != coverage.LevelUnknown && said != actual {
			im.remarkFile(Field(im.table.header[p.code]), "列“%s”实际是第 %d 级区划（1 省 … 5 村），以代码为准", "column %q holds units of level %d (1 province … 5 village); the codes are believed", im.table.header[p.code], actual)
		}
	}
}

func levelOfWord(word string) coverage.UnitLevel {
	for _, w := range []struct {
		words string
		level coverage.UnitLevel
	}{
		{"province 省 省级", coverage.LevelProvince}, {"city prefecture 市 地市 地州", coverage.LevelPrefecture}, {"county district 县 区县 县区", coverage.LevelCounty},
		{"town township street 乡 乡镇 街道", coverage.LevelTownship}, {"village 村 社区", coverage.LevelVillage},
	} {
		if slices.Contains(strings.Fields(w.words), word) {
			return w.level
		}
	}
	return coverage.LevelUnknown
}

// wideArea imports the units of a wide row: those above are taken when they are met first, the lowest is the row's own.
func (im *importer) wideArea(l *line) {
	units := l.wideUnits()
	if len(units) == 0 {
		l.refuse(fieldCode, "没有可用的区划代码", "no usable division code")
		return
	}
	im.remarkShiftedHeaders(l)
	for _, above := range units[:len(units)-1] {
		if _, met := im.seen[above.code]; !met && above.name != "" {
			im.seen[above.code] = taken{row: l.number}
			im.history.add(l.year(), l.newUnit(above))
		}
	}
	own := l.newUnit(units[len(units)-1])
	own.UrbanRural = l.urbanRural()
	if own.Name == "" {
		l.refuse(fieldName, "没有名称", "no name")
		return
	}
	if l.boundary(&own) && im.claim(l, own.Code) {
		im.history.add(l.year(), own)
	}
}

func (l *line) newUnit(u namedCode) coverage.Unit {
	return coverage.Unit{
		Code: u.code, Name: u.name, Level: coverage.LevelOfCode(u.code), Parent: coverage.ParentCode(u.code),
		Statutory: coverage.StatutoryCode(u.code), Kind: kindOfUnit(u.code),
	}
}
