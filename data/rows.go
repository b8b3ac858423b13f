package data

import (
	"fmt"
	"slices"
	"strings"

	"lawcircle/coverage"
)

// The attribute tables, row by row: what imports, the API and the command line change in one and the same way. The columns are told by the
// bindings of the tables, so that a column is declared once.

// Row is a record as its columns say it: text and dates as string, int64, float64, bool or []string. A column that is nil or absent is not
// stated. A place is two columns, lon and lat.
type Row map[string]any

// RowKind is what a column holds.
type RowKind string

// Kinds of columns. A date is YYYY, YYYY-MM or YYYY-MM-DD.
const (
	RowText    RowKind = "text"
	RowInteger RowKind = "integer"
	RowNumber  RowKind = "number"
	RowBoolean RowKind = "boolean"
	RowDate    RowKind = "date"
	RowList    RowKind = "list"
)

// RowColumn is a column of a table.
type RowColumn struct {
	Name, Title string // code and Chinese title
	Kind        RowKind
	Required    bool
	Key         bool            // part of what identifies the row
	Refers      string          // what its values name, one of the Refers constants; "" for nothing
	Codes       []coverage.Term // the values that it takes; nil for any
	Open        bool            // takes other values than the codes, too
}

// Code returns the code that a text means, told by code or name; a text that means none is returned as it is.
func (c RowColumn) Code(text string) string {
	for _, term := range c.Codes {
		if text == term.Code || text == term.Zh || strings.EqualFold(text, term.En) {
			return term.Code
		}
	}
	return text
}

// What the values of a column name.
const (
	RefersUnit    = "unit"    // code of an administrative unit
	RefersHost    = "host"    // id of a host
	RefersPoint   = "point"   // id of a service point
	RefersPost    = "post"    // id of a host, or of a service point, which stands for its host
	RefersAdviser = "adviser" // id of an adviser
	RefersPartner = "partner" // id of an adviser or of a host
	RefersPlace   = "place"   // ids of settlements, hosts or service points
	RefersItem    = "item"    // id of an item of the checklist
)

// RowTable describes a table that can be changed row by row.
type RowTable struct {
	Name, Title, TitleEn string
	Columns              []RowColumn
}

// OwnID is the column that alone is the key and means nothing else, so that a program may choose it; "" when the key is made of other columns.
func (t RowTable) OwnID() string {
	own := ""
	for _, c := range t.Columns {
		switch {
		case c.Key && own != "":
			return ""
		case c.Key:
			own = c.Name
		}
	}
	return own
}

// RowError says what is wrong with one column of a row.
type RowError struct {
	Column string
	Err    error
	zh     string
}

// Zh says it in Chinese.
func (e *RowError) Zh() string {
	if e.zh != "" {
		return e.zh
	}
	return "不符合要求：" + e.Err.Error()
}

func (e *RowError) Error() string { return e.Column + ": " + e.Err.Error() }

func (e *RowError) Unwrap() error { return e.Err }

// rowTable is a table of any record that can be changed row by row.
type rowTable interface {
	columns() []RowColumn
	tableName() string
	rowsOf(county *coverage.County) ([]Row, error)
	keyOf(row Row) (string, error)
	putRows(tx *Tx, rows []Row) error
	remove(tx *Tx, keys []string) error
}

func rowTables() []rowTable {
	return []rowTable{targetTable(), measureTable(), offerTable(), adviserTable(), assignmentTable(), pairingTable(), circuitTable(), callTable(),
		itemTable(), markTable(), honourTable(), mediationTable()}
}

func findRowTable(name string) (rowTable, error) {
	for _, t := range rowTables() {
		if t.tableName() == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("table %q: %w", name, ErrNotFound)
}

// RowTables lists the tables that can be changed row by row, with their columns in the order in which they are described.
func RowTables() []RowTable {
	var out []RowTable
	for _, t := range rowTables() {
		columns := t.columns()
		table := RowTable{Name: t.tableName()}
		for _, l := range layers() {
			if l.Table != table.Name {
				continue
			}
			table.Title, table.TitleEn = l.Title, l.Description
			for _, described := range l.Columns {
				if i := slices.IndexFunc(columns, func(c RowColumn) bool { return c.Name == described.Name }); i >= 0 {
					columns[i].Title = described.Title
					table.Columns = append(table.Columns, columns[i])
				}
			}
		}
		for _, c := range columns {
			if c.Name == "lon" || c.Name == "lat" {
				table.Columns = append(table.Columns, c)
			}
		}
		out = append(out, table)
	}
	return out
}

// RowsOf returns the rows of a table of a county with their keys, in order. An unknown name is [ErrNotFound].
func RowsOf(county *coverage.County, table string) (rows []Row, keys []string, err error) {
	t, err := findRowTable(table)
	if err != nil {
		return nil, nil, err
	}
	if rows, err = t.rowsOf(county); err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		key, err := t.keyOf(row)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", table, err)
		}
		keys = append(keys, key)
	}
	return rows, keys, nil
}

// RowKey checks a row by itself and returns the key that it would have. What is wrong with a column is a [RowError].
func RowKey(table string, row Row) (string, error) {
	t, err := findRowTable(table)
	if err != nil {
		return "", err
	}
	return t.keyOf(row)
}

// PutRows writes rows of a table by their keys. They must be sound, see [RowKey].
func (tx *Tx) PutRows(table string, rows []Row) error {
	t, err := findRowTable(table)
	if err != nil {
		return err
	}
	return t.putRows(tx, rows)
}

// DeleteRows deletes rows of a table by their keys; a key that is not there is [ErrNotFound].
func (tx *Tx) DeleteRows(table string, keys ...string) error {
	t, err := findRowTable(table)
	if err != nil {
		return err
	}
	if table == "advisers" {
		return tx.DeleteAdvisers(keys...)
	}
	return t.remove(tx, keys)
}

// References knows what the columns of rows may name.
type References struct{ known map[string]map[string]bool }

// NewReferences gathers what there is in a county. Cost: linear in its records.
func NewReferences(county *coverage.County) References {
	r := References{map[string]map[string]bool{}}
	add := func(id string, kinds ...string) {
		for _, kind := range kinds {
			if r.known[kind] == nil {
				r.known[kind] = map[string]bool{}
			}
			r.known[kind][id] = true
		}
	}
	for _, u := range county.Units {
		add(u.Code, RefersUnit)
	}
	for _, t := range county.Targets {
		add(t.Indicator, "indicator")
	}
	for _, m := range county.Measures {
		add(m.Indicator, "indicator")
	}
	for _, h := range county.Hosts {
		add(h.ID, RefersHost, RefersPost, RefersPartner, RefersPlace)
	}
	for _, p := range county.Points {
		add(p.ID, RefersPoint, RefersPost, RefersPlace)
	}
	for _, s := range county.Settlements {
		add(s.ID, RefersPlace)
	}
	for _, a := range county.Advisers {
		add(a.ID, RefersAdviser, RefersPartner)
	}
	for _, i := range county.ChecklistItems {
		add(i.ID, RefersItem)
	}
	return r
}

// Has reports whether the project has a thing of a kind, one of the Refers constants.
func (r References) Has(kind, id string) bool { return r.known[kind][id] }

// Check refuses a row that names something which is not there, as a [RowError]. Where the project has nothing of a kind at all, rows that
// name it may come first; points and items must be there.
func (r References) Check(table string, row Row) error {
	t, err := findRowTable(table)
	if err != nil {
		return err
	}
	for _, c := range t.columns() {
		for _, id := range textsOf(row[c.Name]) {
			known := r.known[c.Refers]
			if c.Refers == "" || known[id] || len(known) == 0 && c.Refers != RefersPoint && c.Refers != RefersItem {
				continue
			}
			return &RowError{c.Name, fmt.Errorf("%q: the project has no such %s", id, c.Refers), "“" + id + "”不在项目中"}
		}
	}
	if table == "targets" {
		return r.checkIndicator(row)
	}
	return nil
}

// checkIndicator refuses a target of what nothing could ever tell: no indicator of the plan, and none that was reported or has a target.
func (r References) checkIndicator(row Row) error {
	for _, name := range textsOf(row["indicator"]) {
		if coverage.IndicatorKind(name).Zh() == name && !r.known["indicator"][name] {
			return &RowError{"indicator", fmt.Errorf("%q is no indicator of the plan and no value of it was reported", name),
				"“" + name + "”不是规划指标，也没有这一指标的填报值；指标名见 lawcircle target list，自定指标先用 lawcircle measure set 填报"}
		}
	}
	return nil
}

// textsOf lists the texts in a value of a row.
func textsOf(value any) []string {
	switch v := value.(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case []string:
		return v
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, textsOf(one)...)
		}
		return out
	}
	return nil
}
