package data_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"lawcircle/coverage"
	"lawcircle/data"
)

// Every table comes back from its rows as it was, also when the rows have travelled as JSON.
func TestRowsComeBackExactly(t *testing.T) {
	want := small()
	p := newProject(t)
	update(t, p, func(tx *data.Tx) error {
		bare := *want
		bare.Offers, bare.Advisers, bare.Assignments, bare.Pairings, bare.Circuits, bare.Calls, bare.Targets, bare.Measures = nil, nil, nil, nil, nil, nil, nil, nil
		bare.ChecklistItems, bare.ChecklistMarks, bare.Honours, bare.Mediation = nil, nil, nil, nil
		return fill(&bare)(tx)
	})
	for _, table := range data.RowTables() {
		rows, keys, err := data.RowsOf(want, table.Name)
		if err != nil || len(rows) == 0 || len(keys) != len(rows) {
			t.Fatalf("%s: %d rows, %d keys, error %v", table.Name, len(rows), len(keys), err)
		}
		for i := range rows {
			rows[i] = throughJSON(t, rows[i])
			if key, err := data.RowKey(table.Name, rows[i]); err != nil || key != keys[i] {
				t.Errorf("%s: key %q, want %q; error %v", table.Name, key, keys[i], err)
			}
		}
		update(t, p, func(tx *data.Tx) error { return tx.PutRows(table.Name, rows) })
	}
	if got := county(t, p); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for _, table := range data.RowTables() {
		_, keys, _ := data.RowsOf(want, table.Name)
		update(t, p, func(tx *data.Tx) error { return tx.DeleteRows(table.Name, keys...) })
		if rows, _, _ := data.RowsOf(county(t, p), table.Name); len(rows) != 0 {
			t.Errorf("%s: %d rows stayed", table.Name, len(rows))
		}
	}
}

func throughJSON(t *testing.T, row data.Row) data.Row {
	t.Helper()
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	var back data.Row
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func TestRowsThatAreRefused(t *testing.T) {
	good := map[string]data.Row{
		"measures": {"indicator": "satisfaction", "unit": "650421000000", "value": 0.9},
		"targets":  {"target_id": "t", "indicator": "studio_rate", "unit_level": 5, "year": 2019, "op": ">=", "value": 0.8},
		"offers":   {"point_id": "p1", "service": "notary", "mode": "on_site"},
		"honours":  {"code": "650421000000", "kind": "democratic_village", "lon": 89.1, "lat": 42.1},
		"calls":    {"code": "650421000000", "month": "2019-02", "calls": 3},
	}
	for table, row := range good {
		if _, err := data.RowKey(table, row); err != nil {
			t.Errorf("%s: %v", table, err)
		}
	}
	for _, test := range []struct {
		table, column string
		value         any
	}{
		{"measures", "value", nil}, {"measures", "indicator", ""}, {"measures", "num", 3.0}, {"measures", "date", "2019-02-30"}, {"measures", "weight", 3},
		{"targets", "value", "many"}, {"targets", "year", 2019.5}, {"targets", "year", nil},
		{"offers", "service", "baking"}, {"offers", "point_id", nil}, {"honours", "lat", nil}, {"honours", "lat", 91.0}, {"calls", "calls", nil},
	} {
		row := data.Row{}
		for name, value := range good[test.table] {
			row[name] = value
		}
		row[test.column] = test.value
		_, err := data.RowKey(test.table, row)
		var fault *data.RowError
		if !errors.As(err, &fault) || fault.Column != test.column && fault.Column != "geom" {
			t.Errorf("%s with %s = %v: error %v", test.table, test.column, test.value, err)
		}
	}
	if _, err := data.RowKey("nonsense", data.Row{}); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

func TestRowReferences(t *testing.T) {
	known := data.NewReferences(small())
	for _, test := range []struct {
		table string
		row   data.Row
		fault string
	}{
		{"assignments", data.Row{"village": "650421100000", "adviser_id": "a1"}, ""},
		{"assignments", data.Row{"village": "650421100999", "adviser_id": "a1"}, "village"},
		{"assignments", data.Row{"village": "650421100000", "adviser_id": "a9"}, "adviser_id"},
		{"pairings", data.Row{"post_id": "p1", "partner_id": "a1"}, ""},
		{"pairings", data.Row{"post_id": "h1", "partner_id": "h2"}, ""},
		{"pairings", data.Row{"post_id": "a1", "partner_id": "h2"}, "post_id"},
		{"circuits", data.Row{"circuit_id": "c", "stops": []any{"v1", "h1", "p2"}}, ""},
		{"circuits", data.Row{"circuit_id": "c", "stops": []any{"v1", "nowhere"}}, "stops"},
		{"checklist_marks", data.Row{"code": "650421000000", "item_id": "county-1"}, ""},
		{"checklist_marks", data.Row{"code": "650421000000", "item_id": "county-9"}, "item_id"},
		{"advisers", data.Row{"adviser_id": "new", "firm": "h2"}, ""},
		{"advisers", data.Row{"adviser_id": "new", "firm": "h9"}, "firm"},
	} {
		err := known.Check(test.table, test.row)
		if (err == nil) != (test.fault == "") || err != nil && !strings.HasPrefix(err.Error(), test.fault+":") {
			t.Errorf("%s %v: error %v, want one of %q", test.table, test.row, err, test.fault)
		}
	}
	if err := data.NewReferences(&coverage.County{}).Check("calls", data.Row{"code": "650421000000"}); err != nil {
		t.Errorf("a project without units: %v", err)
	}
}

func TestRowTablesAreDescribed(t *testing.T) {
	for _, table := range data.RowTables() {
		if table.Title == "" || table.TitleEn == "" || len(table.Columns) == 0 {
			t.Errorf("%s: %+v", table.Name, table)
		}
		keys := 0
		for _, c := range table.Columns {
			if c.Title == "" || c.Title == c.Name || c.Kind == "" {
				t.Errorf("%s.%s: %+v", table.Name, c.Name, c)
			}
			if c.Key {
				keys++
			}
		}
		if keys == 0 {
			t.Errorf("%s: no column is part of the key", table.Name)
		}
	}
}
