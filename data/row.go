package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

func (t table[T]) tableName() string { return t.name }

// kinded is a field that a row can hold as one column.
type kinded interface{ kind() RowKind }

func (keyField[S]) kind() RowKind     { return RowText }
func (textField[S]) kind() RowKind    { return RowText }
func (codeField[S]) kind() RowKind    { return RowText }
func (countField[I]) kind() RowKind   { return RowInteger }
func (statedField[I]) kind() RowKind  { return RowInteger }
func (realField) kind() RowKind       { return RowNumber }
func (statedRealField) kind() RowKind { return RowNumber }
func (partField) kind() RowKind       { return RowNumber }
func (maybeFlagField) kind() RowKind  { return RowBoolean }
func (maybeField) kind() RowKind      { return RowInteger }
func (dayField) kind() RowKind        { return RowDate }
func (jsonField[T]) kind() RowKind    { return RowList }

// refersTo tells what the values of a column name.
func refersTo(table, column string) string {
	switch {
	case column == "code" || column == "village" || column == "unit":
		return RefersUnit
	case column == "firm" || column == "base_host":
		return RefersHost
	case column == "point_id":
		return RefersPoint
	case column == "post_id" || column == "owner":
		return RefersPost
	case column == "partner_id":
		return RefersPartner
	case column == "stops":
		return RefersPlace
	case column == "adviser_id" && table != "advisers":
		return RefersAdviser
	case column == "item_id" && table != "checklist_items":
		return RefersItem
	}
	return ""
}

// openCodes lists the usual values of a column that takes others, too.
func openCodes(table, column string) []coverage.Term {
	name := map[string]string{"targets.indicator": "indicator", "measures.indicator": "indicator", "honours.kind": "honour", "advisers.kind": "adviser_kind",
		"advisers.languages": "language"}[table+"."+column]
	return coverage.Vocabularies()[name]
}

func (t table[T]) columns() []RowColumn {
	var record T
	var out []RowColumn
	parts := []string{t.key}
	for _, b := range t.bind(&record) {
		switch f := b.field.(type) {
		case compositeField:
			parts = append(parts, f.columns...)
		case maybePointField:
			out = append(out, RowColumn{Name: "lon", Title: "经度", Kind: RowNumber}, RowColumn{Name: "lat", Title: "纬度", Kind: RowNumber})
		case kinded:
			column := RowColumn{Name: b.column, Title: b.column, Kind: f.kind(), Refers: refersTo(t.name, b.column)}
			if coded, ok := b.field.(interface{ terms() []coverage.Term }); ok {
				column.Codes = coded.terms()
			} else if column.Codes = openCodes(t.name, b.column); column.Codes != nil {
				column.Open = true
			}
			out = append(out, column)
		}
	}
	for i := range out {
		out[i].Key = slices.Contains(parts, out[i].Name)
		out[i].Required = slices.Contains(t.required, out[i].Name)
	}
	return out
}

func (t table[T]) rowsOf(county *coverage.County) ([]Row, error) {
	var record T
	bindings := t.bind(&record)
	rows := []Row{}
	for _, record = range t.of(county) {
		row := Row{}
		for _, b := range bindings {
			if err := b.fillRow(row); err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// zhOfFault says in Chinese what a column wants.
func zhOfFault(f field) string {
	if _, coded := f.(interface{ terms() []coverage.Term }); coded {
		return "没有这个代码"
	}
	if _, isPoint := f.(maybePointField); isPoint {
		return "不是经度、纬度（两者要一起给）"
	}
	if k, ok := f.(kinded); ok {
		return map[RowKind]string{RowText: "不是文字", RowInteger: "不是整数", RowNumber: "不是数", RowBoolean: "不是 是/否", RowDate: "不是 2018、2018-12 或 2018-12-31 这样的日期",
			RowList: "不是列表"}[k.kind()]
	}
	return ""
}

// fillRow puts the field of a record into the row.
func (b binding) fillRow(row Row) error {
	switch f := b.field.(type) {
	case dayField:
		row[b.column] = nil
		if *f.to != "" {
			row[b.column] = string(*f.to)
		}
	case maybePointField:
		row["lon"], row["lat"] = nil, nil
		if *f.to != nil {
			row["lon"], row["lat"] = (*f.to)[0], (*f.to)[1]
		}
	case jsonField[[]string]:
		row[b.column] = slices.Clone(*f.to)
	case kinded:
		value, err := b.field.Value()
		if err != nil {
			return &RowError{Column: b.column, Err: err, zh: zhOfFault(b.field)}
		}
		row[b.column] = value
	}
	return nil
}

// readRow fills the record that is bound to the bindings.
func (t table[T]) readRow(row Row, bindings []binding) error {
	known := map[string]bool{}
	for _, c := range t.columns() {
		known[c.Name] = true
		if c.Required && (row[c.Name] == nil || row[c.Name] == "") {
			return &RowError{c.Name, errors.New("is empty"), "不能为空"}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(row)) {
		if !known[name] {
			return &RowError{name, errors.New("there is no such column"), "没有这一列"}
		}
	}
	for _, b := range bindings {
		if err := b.takeRow(row); err != nil {
			return &RowError{Column: b.column, Err: err, zh: zhOfFault(b.field)}
		}
		_, checked := b.field.(kinded)
		if _, err := b.field.Value(); err != nil && checked {
			return &RowError{Column: b.column, Err: err, zh: zhOfFault(b.field)}
		}
	}
	return nil
}

func (b binding) takeRow(row Row) error {
	switch f := b.field.(type) {
	case precisionField, compositeField: // they follow from other columns
	case maybePointField:
		return f.takeRow(row["lon"], row["lat"])
	case jsonField[[]string]:
		if row[b.column] == nil {
			return f.Scan(nil)
		}
		text, err := json.Marshal(row[b.column])
		if err != nil {
			return err
		}
		return f.Scan(string(text))
	case kinded:
		value := row[b.column]
		if n, isInt := value.(int); isInt {
			value = int64(n)
		}
		return b.field.Scan(value)
	}
	return nil
}

func (f maybePointField) takeRow(lon, lat any) error {
	*f.to = nil
	if lon == nil && lat == nil {
		return nil
	}
	var p orb.Point
	for i, v := range []any{lon, lat} {
		value, known, err := scanReal(v)
		if err == nil && !known {
			err = errors.New("longitude and latitude go together")
		}
		if err != nil {
			return err
		}
		p[i] = value
	}
	*f.to = &p
	_, err := f.Value()
	return err
}

// recordOf checks a row and turns it into a record with its key.
func (t table[T]) recordOf(row Row) (record T, key string, err error) {
	bindings := t.bind(&record)
	if err := t.readRow(row, bindings); err != nil {
		return record, "", err
	}
	if t.read != nil {
		if err := t.read(row, &record); err != nil {
			return record, "", err
		}
	}
	key, err = t.fill(make([]any, len(bindings)), bindings, &record)
	if err == nil && strings.Trim(key, "|") == "" {
		err = &RowError{t.key, errors.New("is empty"), "不能为空"}
	}
	return record, key, err
}

func (t table[T]) keyOf(row Row) (string, error) {
	_, key, err := t.recordOf(row)
	return key, err
}

func (t table[T]) putRows(tx *Tx, rows []Row) error {
	records := make([]T, len(rows))
	for i, row := range rows {
		record, _, err := t.recordOf(row)
		if err != nil {
			return fmt.Errorf("row %d of %s: %w", i+1, t.name, err)
		}
		records[i] = record
	}
	return t.put(tx, records)
}
