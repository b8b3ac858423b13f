package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
)

// Records reads an attribute table: targets, reported values, offers, advisers, assignments, pairings, circuits, calls, the checklist or
// titles. Units, hosts, points and items may be told by code, id or name. A row that names something that the project does not have is
// refused, for it would count for nothing. A row with the key of one in the project takes its place; columns that the file does not have
// keep what they hold. Time and memory are proportional to the rows.
func Records(table string) func(context.Context, Source, Options, *coverage.County, CRSReference) (*Batch, error) {
	return func(ctx context.Context, src Source, options Options, existing *coverage.County, references CRSReference) (*Batch, error) {
		described, ok := tableNamed(table)
		if !ok {
			return nil, faultf("没有表“%s”", "there is no table %q", table)
		}
		im, err := newImporter(ctx, table, src, options, project{existing, references})
		if err != nil {
			return nil, err
		}
		defer im.table.release()
		r, err := newRecordReader(im, described, existing)
		if err != nil {
			return nil, err
		}
		if err := im.eachLine(ctx, r.read); err != nil {
			return nil, err
		}
		im.batch.Table = table
		batch, err := im.finish(existing)
		if err == nil {
			batch.Difference = r.difference()
			im.recount()
		}
		return batch, err
	}
}

// A recordReader reads the rows of one table.
type recordReader struct {
	*importer
	described data.RowTable
	known     data.References
	stored    map[string]data.Row // of the project, by key
	keys      []string            // of the batch's rows
	points    map[string][]string // normal name → ids
	items     map[string][]string
	places    map[string][]string
}

func newRecordReader(im *importer, described data.RowTable, county *coverage.County) (*recordReader, error) {
	if county == nil {
		county = &coverage.County{}
	}
	r := &recordReader{importer: im, described: described, known: data.NewReferences(county), stored: map[string]data.Row{}}
	rows, keys, err := data.RowsOf(county, described.Name)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		r.stored[keys[i]] = row
	}
	r.points, r.items, r.places = map[string][]string{}, map[string][]string{}, map[string][]string{}
	add := func(names map[string][]string, name, id string) {
		if name = normalUnitName(name); name != "" {
			names[name] = append(names[name], id)
		}
	}
	for i := range county.Points {
		add(r.points, county.Points[i].Name, county.Points[i].ID)
		add(r.places, county.Points[i].Name, county.Points[i].ID)
	}
	for i := range county.Hosts {
		add(r.places, county.Hosts[i].Name, county.Hosts[i].ID)
	}
	for i := range county.Settlements {
		add(r.places, county.Settlements[i].Name, county.Settlements[i].ID)
	}
	for i := range county.ChecklistItems {
		add(r.items, county.ChecklistItems[i].Title, county.ChecklistItems[i].ID)
	}
	return r, nil
}

// read takes one row of the file.
func (r *recordReader) read(l *line) {
	row := data.Row{}
	for _, c := range r.described.Columns {
		if _, mapped := l.columns[Field(c.Name)]; mapped || c.Refers == data.RefersUnit {
			row[c.Name] = r.value(l, c)
		}
	}
	if l.refusal != nil {
		return
	}
	r.position(l, row)
	r.complete(row)
	key, ok := r.check(l, row)
	if !ok || !r.claim(l, key) {
		return
	}
	if stored, has := r.stored[key]; has {
		for _, c := range r.described.Columns {
			if _, given := row[c.Name]; !given {
				row[c.Name] = stored[c.Name]
			}
		}
	}
	l.restrict(r.described.Name, key)
	r.batch.Rows, r.keys = append(r.batch.Rows, row), append(r.keys, key)
}

// check refuses a row that its table does not take.
func (r *recordReader) check(l *line, row data.Row) (key string, ok bool) {
	key, err := data.RowKey(r.described.Name, row)
	if err == nil {
		err = r.known.Check(r.described.Name, row)
	}
	if err == nil {
		return key, true
	}
	var fault *data.RowError
	if errors.As(err, &fault) {
		l.refuse(Field(fault.Column), fault.Zh(), fault.Err.Error())
	} else {
		l.refuse("", err.Error(), err.Error())
	}
	return "", false
}

// position reads the place of a row, where its table has such. A row without one is taken all the same.
func (r *recordReader) position(l *line, row data.Row) {
	if !hasColumn(r.described, "lon") || !r.hasCoordinates() {
		return
	}
	p, problem, placed := l.place()
	if placed {
		row["lon"], row["lat"] = p[0], p[1]
		return
	}
	row["lon"], row["lat"] = nil, nil
	if l.value(fieldLon) != "" || l.value(fieldLonLat) != "" {
		l.repair(fieldLon, problem, pair("按没有位置处理", "taken as without a place"))
	}
}

// complete gives a target or an item of the checklist that has no id the one that the plan's own rows have.
func (r *recordReader) complete(row data.Row) {
	own := r.described.OwnID()
	if own == "" || row[own] != nil && row[own] != "" {
		return
	}
	var parts []string
	switch r.described.Name {
	case "targets":
		parts = []string{"indicator", "year", "unit"}
	case "checklist_items":
		parts = []string{"item_group", "title"}
	case "circuits":
		parts = []string{"name"}
	default:
		return
	}
	var words []string
	for _, part := range parts {
		if text := fmt.Sprint(row[part]); row[part] != nil && text != "" {
			words = append(words, text)
		}
	}
	if len(words) > 0 {
		row[own] = strings.Join(words, "-")
	}
}

// value reads the cell of a column; nil when it says nothing. What is wrong with it refuses the row or is repaired.
func (r *recordReader) value(l *line, c data.RowColumn) any {
	field := Field(c.Name)
	if c.Refers == data.RefersUnit {
		return r.unitOf(l, c)
	}
	if l.value(field) == "" {
		return nil
	}
	switch c.Kind {
	case data.RowInteger, data.RowNumber:
		return r.number(l, c)
	case data.RowDate:
		if date := l.date(field); date != "" {
			return string(date)
		}
		return nil
	case data.RowBoolean:
		if flag := l.yes(field); flag != nil {
			return *flag
		}
		return nil
	case data.RowList:
		return r.list(l, c)
	}
	if c.Refers != "" {
		return r.reference(c.Refers, l.text(field))
	}
	return r.code(l, c, l.public(field))
}

// number reads a number; a percentage is a share. A level of units may be told by name.
func (r *recordReader) number(l *line, c data.RowColumn) any {
	text := l.value(Field(c.Name))
	if c.Name == "unit_level" {
		if level, ok := levelByName(text); ok {
			return int64(level)
		}
	}
	if bare, isShare := strings.CutSuffix(text, "%"); isShare {
		if value, _, ok := parseNumber(bare); ok {
			return value / 100
		}
	}
	value, ok := l.amount(Field(c.Name))
	if !ok {
		if c.Required {
			l.refuse(Field(c.Name), "“"+text+"”不是数", text+" is not a number")
		}
		return nil
	}
	return value
}

func levelByName(text string) (coverage.UnitLevel, bool) {
	for level, names := range map[coverage.UnitLevel][]string{
		coverage.LevelPrefecture: {"市", "地州", "地市", "地州市", "prefecture"}, coverage.LevelCounty: {"县", "区县", "县区", "区", "county"},
		coverage.LevelTownship: {"乡镇", "乡镇街道", "街道", "乡", "镇", "township"}, coverage.LevelVillage: {"村", "村居", "村社区", "社区", "行政村", "village"},
	} {
		if slices.Contains(names, strings.TrimSuffix(text, "级")) {
			return level, true
		}
	}
	return 0, false
}

// list reads a list in a cell: JSON, or items between separators.
func (r *recordReader) list(l *line, c data.RowColumn) any {
	text := l.text(Field(c.Name))
	var items []string
	if !strings.HasPrefix(text, "[") || json.Unmarshal([]byte(text), &items) != nil {
		items = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、,，;；|/ \n", r) })
	}
	out := []string{}
	for _, item := range items {
		item = strings.TrimSpace(item)
		switch {
		case item == "":
		case c.Refers != "":
			out = append(out, r.reference(c.Refers, item))
		default:
			out = append(out, c.Code(item))
		}
	}
	return out
}

// code turns the name of a code into the code.
func (r *recordReader) code(l *line, c data.RowColumn, text string) any {
	if c.Name == "op" {
		switch fold(text) {
		case "≥", "不少于", "不低于", "至少", "大于等于":
			return ">="
		case "≤", "不超过", "不高于", "至多", "小于等于":
			return "<="
		}
	}
	code := c.Code(text)
	if c.Name == "indicator" && code == text { // "满意度（%）" of a free list
		return c.Code(strings.TrimSpace(bracketed.ReplaceAllString(fold(text), "")))
	}
	return code
}

// reference finds what a text names: an id, or a name that only one thing bears. What is not found stays as it is and is refused later.
func (r *recordReader) reference(kind, text string) string {
	names := map[string]map[string][]string{data.RefersPoint: r.points, data.RefersItem: r.items, data.RefersPlace: r.places}[kind]
	if ids := names[normalUnitName(text)]; len(ids) == 1 && !r.known.Has(kind, text) {
		return ids[0]
	}
	switch kind {
	case data.RefersHost, data.RefersPost, data.RefersPartner:
		if host, ok := r.existing.host(text, orb.Point{}, false); ok && !r.known.Has(kind, text) {
			return host.ID
		}
	}
	return text
}

// unitOf finds the unit of a row: by its code, by a name in the column itself, or by the names of county, township and village beside it.
func (r *recordReader) unitOf(l *line, c data.RowColumn) any {
	field := Field(c.Name)
	text := l.value(field)
	if text == "" {
		if code, missing := l.namedUnit(); len(missing) == 0 && code != "" {
			return code
		}
		return nil
	}
	if code, _, ok := parseCode(text); ok {
		if now := r.units.current(code); now != code {
			l.repair(field, pair("代码 %s 已变更", "code %s has been replaced", code), pair("改用 %s", "%s is used", now))
			return now
		}
		return code
	}
	within := ""
	for _, step := range []struct {
		field Field
		level coverage.UnitLevel
	}{{fieldCounty, coverage.LevelCounty}, {fieldTownship, coverage.LevelTownship}} {
		if name := l.value(step.field); name != "" && step.field != field {
			if found, ok := r.units.named(name, step.level, within); ok {
				within = found
			}
		}
	}
	if code, ok := r.units.named(text, coverage.LevelUnknown, within); ok {
		return code
	}
	l.refuse(field, "“"+text+"”没有对上本项目的区划（或有几个同名）", text+" matches no unit of the project, or several")
	return nil
}

// difference compares the rows with those of the project.
func (r *recordReader) difference() Difference {
	d := Difference{Added: []Change{}, Changed: []Change{}, Absent: []Change{}, Removed: []Change{}}
	met := map[string]bool{}
	for i, row := range r.batch.Rows {
		key := r.keys[i]
		met[key] = true
		stored, has := r.stored[key]
		if !has {
			d.Added = append(d.Added, Change{Layer: r.described.Name, ID: key, Name: key})
			continue
		}
		var fields []string
		for _, c := range r.described.Columns {
			if asText(stored[c.Name]) != asText(row[c.Name]) {
				fields = append(fields, c.Name)
			}
		}
		if len(fields) > 0 {
			d.Changed = append(d.Changed, Change{r.described.Name, key, key, fields})
		} else {
			d.Unchanged++
		}
	}
	for _, key := range slices.Sorted(maps.Keys(r.stored)) {
		if !met[key] {
			d.Absent = append(d.Absent, Change{Layer: r.described.Name, ID: key, Name: key})
		}
	}
	return d
}

// asText makes values comparable whatever number type they came in; nothing, an empty list and a count of nothing are the same.
func asText(value any) string {
	if value == nil {
		return ""
	}
	text, err := json.Marshal(value)
	if err != nil || string(text) == "[]" || string(text) == "null" {
		return ""
	}
	return string(text)
}
