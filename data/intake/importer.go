package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo/crs"
)

// An importer carries one import through its rows.
type importer struct {
	options           Options
	table             *table
	schema            schema
	columns           mapping
	pairs             []columnPair // of a list in wide rows, where no column is the code itself
	shiftSeen         bool
	units             *gazetteer
	existing          *existing
	history           *history
	groupTerms        []coverage.Term // priority groups with a column
	kinds             map[string]knownKind
	hostsMet          map[string]orb.Point                      // hosts in the batch
	places            map[orb.Point]int                         // WGS-84 place → the first row that has it
	roadDistance      func(orb.Point) (metres float64, ok bool) // nil without roads
	batch             *Batch
	toWGS84           crs.Transform
	system            crs.System
	bound             orb.Bound          // of what the project already has
	bounded           bool               // it has something
	personal          []bool             // columns that may hold personal data
	restrictedColumns []bool             // columns of persons, phones and identity numbers
	seen              map[string]taken   // by key
	namesakes         map[string][]taken // further rows that share a key by their name, but lie elsewhere
	kindsUnknown      int                // rows whose kind is not in the vocabulary
}

// newImporter opens the file, maps its columns and settles the coordinate system. The caller releases the table.
func newImporter(ctx context.Context, verb string, src Source, options Options, context project) (*importer, error) {
	options.Limits = options.Limits.withDefaults()
	wanted := schemaOf(verb)
	if options.People != "" {
		columns := map[string]string{options.People: string(fieldPeople)}
		for header, field := range options.Columns {
			columns[header] = field
		}
		options.Columns = columns
	}
	t, err := openTable(ctx, src, options, wanted)
	if err != nil {
		return nil, err
	}
	im := &importer{options: options, table: t, schema: wanted, batch: &Batch{Verb: verb}, seen: map[string]taken{}, namesakes: map[string][]taken{}}
	if err := im.prepare(ctx, context); err != nil {
		t.release()
		return nil, err
	}
	return im, nil
}

func schemaOf(verb string) schema {
	if table, ok := tableNamed(verb); ok {
		return recordSchema(table)
	}
	switch verb {
	case verbAreas:
		return areaSchema()
	case verbFacilities:
		return facilitySchema()
	}
	return settlementSchema()
}

// A project is what an import is compared with.
type project struct {
	county     *coverage.County
	references CRSReference
}

func (im *importer) prepare(ctx context.Context, p project) (err error) {
	if im.columns, err = im.schema.mapColumns(im.table.header, im.options.Columns); err != nil {
		return err
	}
	if p.county == nil {
		p.county = &coverage.County{}
	}
	if _, has := im.columns[fieldCode]; !has {
		im.pairs = unitPairs(im.table.header)
	}
	im.units, im.existing = newGazetteer(p.county), indexExisting(p.county)
	im.history = newHistory()
	im.groupTerms = mappedGroups(im.columns)
	im.kinds = map[string]knownKind{}
	im.hostsMet = map[string]orb.Point{}
	im.places, im.roadDistance = map[orb.Point]int{}, p.references.RoadDistance
	im.bound, im.bounded = countyBound(p.county)
	im.markPersonal()
	im.batch.Quality.header = im.table.header
	if im.table.geometries {
		im.batch.Quality.header = append(slices.Clone(im.table.header), "几何")
	}
	im.batch.Quality.rows = map[int][]string{}
	for i, header := range im.table.header {
		use := ColumnUse{Header: header}
		for _, spec := range im.schema {
			if column, ok := im.columns[spec.field]; ok && column == i {
				use.Field, use.Title = string(spec.field), spec.zh
			}
		}
		im.batch.Quality.Columns = append(im.batch.Quality.Columns, use)
	}
	for _, n := range im.table.notes {
		im.remark(0, n)
	}
	return im.settleCRS(ctx, p)
}

// remark adds a problem of a row, or of the file when the row is 0.
func (im *importer) remark(row int, n note) {
	q := &im.batch.Quality
	if len(q.Problems) >= im.options.Limits.Problems {
		q.Omitted++
		return
	}
	problem := Problem{Row: row, Field: n.field, Problem: n.zh, Repair: n.repairZh}
	if im.options.English {
		problem.Problem, problem.Repair = n.en, n.repairEn
	}
	q.Problems = append(q.Problems, problem)
}

// remarkFile adds a remark about the file as a whole, made of two formats with the same arguments.
func (im *importer) remarkFile(field Field, zh, en string, args ...any) {
	im.remark(0, note{field: string(field), zh: fmt.Sprintf(zh, args...), en: fmt.Sprintf(en, args...)})
}

// eachLine calls a function for every row that is not a total or a remark, and keeps the account of it.
func (im *importer) eachLine(ctx context.Context, handle func(*line)) error {
	err := im.table.each(ctx, func(r record) error {
		im.batch.Quality.Read++
		if im.options.Progress != nil && im.batch.Quality.Read%4096 == 0 {
			im.options.Progress(int64(im.batch.Quality.Read), 0)
		}
		l := &line{importer: im, record: r}
		l.notes = append(l.notes, r.notes...)
		l.repaired = len(r.notes) > 0
		switch {
		case l.isTotal():
			l.refuse("", "合计、小计或说明行，不是数据", "a total or a remark, not data")
		case r.fault != "":
			l.refuse(fieldWKT, r.fault, r.fault)
		default:
			handle(l)
		}
		im.close(l)
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading %s: %w", im.table.layer, err)
	}
	return nil
}

// close books a row as accepted or refused.
func (im *importer) close(l *line) {
	q := &im.batch.Quality
	for _, n := range l.notes {
		im.remark(l.number, n)
	}
	switch {
	case l.refusal != nil:
		q.Refused++
		im.remark(l.number, *l.refusal)
		if n := len(q.Problems); n > 0 && q.Omitted == 0 {
			q.Problems[n-1].Refused = true
		}
	default:
		q.Accepted++
		if l.repaired {
			q.Repaired++
		}
	}
	if l.refusal != nil || len(l.notes) > 0 {
		im.keepRow(l)
	}
}

// A line is a row on its way through the checks.
type line struct {
	*importer
	record
	notes    []note
	repaired bool
	refusal  *note
	untaken  []Field // fields whose texts are not in their vocabulary
}

// refuse keeps the row out; the first reason stands.
func (l *line) refuse(field Field, zh, en string) {
	if l.refusal == nil {
		l.refusal = &note{field: string(field), zh: zh, en: en}
	}
}

// flag remarks something about an accepted row that was not changed.
func (l *line) flag(field Field, zh, en string) {
	l.notes = append(l.notes, note{field: string(field), zh: zh, en: en})
}

// repair remarks what was wrong and what was done about it.
func (l *line) repair(field Field, problem, done [2]string) {
	l.repaired = true
	l.notes = append(l.notes, note{string(field), problem[0], problem[1], done[0], done[1]})
}

// pair formats a text in both languages with the same arguments.
func pair(zh, en string, args ...any) [2]string {
	return [2]string{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}
}

// cell returns the cell of a field as it stands, without blanks around it.
func (l *line) cell(field Field) string {
	column, ok := l.columns[field]
	if !ok {
		return ""
	}
	return clean(cellAt(l.cells, column))
}

// value returns the cell of a field folded for parsing, "" when it says that there is no value.
func (l *line) value(field Field) string {
	text := fold(l.cell(field))
	if isMissing(text) {
		return ""
	}
	return text
}

// text returns the cell of a field for storing: "" when it says that there is no value.
func (l *line) text(field Field) string {
	text := l.cell(field)
	if isMissing(text) {
		return ""
	}
	return text
}

// amount reads a number that is not negative.
func (l *line) amount(field Field) (float64, bool) {
	text := l.value(field)
	if text == "" {
		return 0, false
	}
	value, repaired, ok := parseNumber(text)
	switch {
	case !ok:
		l.repair(field, pair("“%s”不是数", "%q is not a number", text), pair("按未知处理", "taken as unknown"))
		return 0, false
	case value < 0:
		l.repair(field, pair("“%s”小于零", "%q is below zero", text), pair("按未知处理", "taken as unknown"))
		return 0, false
	case repaired:
		l.repair(field, pair("数写作“%s”", "the number is written %q", text), pair("读作 %v", "read as %v", value))
	case l.cell(field) != text:
		l.repair(field, pair("全角数字", "full-width digits"), pair("读作 %v", "read as %v", value))
	}
	return value, true
}

// date reads a date with the precision it has.
func (l *line) date(field Field) coverage.Date {
	text := l.value(field)
	if text == "" {
		return ""
	}
	date, repaired, ok := parseDate(text)
	if serial, isSerial := parseSerial(text); isSerial {
		date, repaired, ok = serialDate(serial, l.table.date1904), true, true
	}
	if !ok {
		l.repair(field, pair("“%s”不是日期", "%q is not a date", text), pair("按未知处理", "taken as unknown"))
		return ""
	}
	if repaired {
		l.repair(field, pair("日期写作“%s”", "the date is written %q", text), pair("读作 %s", "read as %s", date))
	}
	return date
}

// yes reads a yes or no; nil when the file does not say.
func (l *line) yes(field Field) *bool {
	text := fold(l.cell(field))
	if text == "" {
		return nil
	}
	value, ok := parseFlag(text)
	if !ok {
		if !isMissing(text) {
			l.repair(field, pair("“%s”不是 是/否", "%q is not yes or no", text), pair("按未知处理", "taken as unknown"))
		}
		return nil
	}
	return &value
}

// code reads the code of a unit; ok is false when there is none that can be used.
func (l *line) code(field Field) (string, bool) {
	text := l.value(field)
	if text == "" || text == "0" {
		return "", false
	}
	code, repaired, ok := parseCode(text)
	switch {
	case !ok && strings.ContainsAny(text, "eE+"):
		l.flag(field, "代码“"+text+"”在表格软件中丢失了末位数字", "the code "+text+" lost its last digits in a spreadsheet")
	case !ok:
		l.flag(field, "“"+text+"”不是 2、4、6、9 或 12 位区划代码", text+" is not a division code of 2, 4, 6, 9 or 12 digits")
	case repaired && len(text) != 12 && len(text) != 9 && len(text) != 6 || l.cell(field) != text:
		l.repair(field, pair("代码写作“%s”", "the code is written %q", l.cell(field)), pair("读作 %s", "read as %s", code))
	}
	return code, ok
}

// isTotal reports rows of sums and remarks: one of the first two values or the name says so.
func (l *line) isTotal() bool {
	seen := 0
	for _, cell := range l.cells {
		if cell == "" {
			continue
		}
		text := ""
		if !isPlain(cell) || strings.EqualFold(cell, "total") {
			text = normalHeader(cell)
		}
		if isSum(text) || seen == 0 && isRemark(text) {
			return true
		}
		if seen++; seen == 2 {
			break
		}
	}
	name := l.cell(fieldName)
	return len(name) < 32 && !isPlain(name) && isSum(normalHeader(name))
}

func isSum(text string) bool {
	return text == "合计" || text == "小计" || text == "总计" || text == "共计" || text == "total"
}

func isRemark(text string) bool {
	for _, mark := range []string{"填表人", "制表人", "填报人", "审核人", "填表说明", "填报说明", "备注", "注1", "说明", "示例", "例如"} {
		if strings.HasPrefix(text, mark) {
			return true
		}
	}
	return false
}

// countyBound returns the bounds of what the project has; ok is false when it has nothing.
func countyBound(county *coverage.County) (bound orb.Bound, ok bool) {
	extend := func(b orb.Bound) {
		if !ok {
			bound, ok = b, true
			return
		}
		bound = bound.Union(b)
	}
	for i := range county.Units {
		if g := county.Units[i].Geometry; len(g) > 0 {
			extend(g.Bound())
		}
	}
	for i := range county.Settlements {
		extend(county.Settlements[i].Point.Bound())
	}
	for i := range county.Hosts {
		extend(county.Hosts[i].Point.Bound())
	}
	return bound, ok
}
