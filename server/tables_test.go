package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"lawcircle/coverage"
	"lawcircle/server/locale"
)

// drawer is a store of two tables in memory: goals with ids of their own, and ties identified by their two ends.
type drawer struct {
	notebook
	rows map[string][]Record
}

func (*drawer) RecordTables() []RecordTable {
	column := func(name, kind string, required, key bool) RecordColumn {
		return RecordColumn{Name: name, TitleZh: "列", TitleEn: name, Kind: kind, Required: required, Key: key, Codes: []RecordCode{}}
	}
	op := column("op", "text", false, false)
	op.Codes = []RecordCode{{">=", "至少", "at least"}, {"<=", "至多", "at most"}}
	return []RecordTable{
		{Name: "goals", TitleZh: "目标", TitleEn: "Goals", OwnID: "goal_id", Columns: []RecordColumn{column("goal_id", "text", true, true),
			column("year", "integer", true, false), column("value", "number", false, false), op, column("since", "date", false, false)}},
		{Name: "ties", TitleZh: "结对", TitleEn: "Ties", Columns: []RecordColumn{column("a", "text", true, true), column("b", "text", true, true),
			column("words", "list", false, false), column("done", "boolean", false, false)}},
	}
}

func (s *drawer) Records(_ *coverage.County, table string) ([]Record, error) {
	return s.rows[table], nil
}

func (s *drawer) CheckRecord(_ *coverage.County, table string, values map[string]any) (string, error) {
	for _, t := range s.RecordTables() {
		for _, c := range t.Columns {
			if t.Name == table && c.Required && values[c.Name] == nil {
				return "", &FieldError{c.Name, locale.Text{Zh: "不能为空", En: "is empty"}}
			}
		}
	}
	if table == "ties" {
		return fmt.Sprintf("%v|%v", values["a"], values["b"]), nil
	}
	return values["goal_id"].(string), nil
}

func (s *drawer) SaveRecord(_ context.Context, table string, record Record, replaces string, change Change) error {
	full := map[string]any{}
	for _, t := range s.RecordTables() {
		for _, c := range t.Columns {
			if t.Name == table {
				full[c.Name] = record.Values[c.Name]
			}
		}
	}
	return s.write(change, func() {
		s.remove(table, replaces)
		s.remove(table, record.ID)
		s.rows[table] = append(s.rows[table], Record{record.ID, full})
	})
}

func (s *drawer) remove(table, id string) {
	s.rows[table] = slices.DeleteFunc(slices.Clone(s.rows[table]), func(r Record) bool { return r.ID == id })
}

func (s *drawer) DeleteRecord(_ context.Context, table, id string, change Change) error {
	return s.write(change, func() { s.remove(table, id) })
}

func filed() func(*Deps) {
	s := &drawer{notebook{county: smallCounty()}, map[string][]Record{}}
	return func(d *Deps) { d.Snapshot, d.Editor, d.Records = s.snapshot, s, s }
}

func TestRowsOfTables(t *testing.T) {
	s := newTestServer(t, filed())
	_, router := loadDocument(t, s)
	do := func(method, target, body string, want int, headers ...string) map[string]any {
		t.Helper()
		answer := ask(s, method, target, body, headers...)
		validate(t, router, method, target, body, answer)
		if answer.Code != want {
			t.Fatalf("%s %s: %d, want %d: %s", method, target, answer.Code, want, answer.Body)
		}
		if want == http.StatusNoContent {
			return nil
		}
		row := decodeJSON[map[string]any](t, answer)
		row["tag"], row["location"] = answer.Header().Get("ETag"), answer.Header().Get("Location")
		return row
	}
	goal := do("POST", "/api/v1/tables/goals", `{"year":2019,"value":0.8,"op":">="}`, 201)
	if goal["id"] == "" || goal["id"] != goal["goal_id"] || goal["since"] != nil || goal["year"] != 2019.0 {
		t.Errorf("%v", goal)
	}
	place := "/api/v1/tables/goals/" + goal["id"].(string)
	do("POST", "/api/v1/tables/goals", `{"value":0.8}`, 400)
	do("POST", "/api/v1/tables/goals", fmt.Sprintf(`{"goal_id":%q,"year":2020}`, goal["id"]), 409)
	do("PUT", place, `{"goal_id":"other","year":2020}`, 428)
	do("PUT", place, `{"goal_id":"other","year":2020}`, 412, `If-Match: "x"`)
	changed := do("PUT", place, `{"goal_id":"other","year":2020}`, 200, "If-Match: "+goal["tag"].(string))
	if changed["id"] != goal["id"] || changed["year"] != 2020.0 || changed["value"] != nil {
		t.Errorf("an id of its own stays, what is not sent is not stated: %v", changed)
	}
	tie := do("POST", "/api/v1/tables/ties", `{"a":"甲/乙","b":"x","words":["是"],"done":false}`, 201)
	moved := do("PUT", tie["location"].(string), `{"a":"甲/乙","b":"y"}`, 200, "If-Match: "+tie["tag"].(string))
	if moved["id"] != "甲/乙|y" || moved["location"] != "/api/v1/tables/ties/"+url.PathEscape("甲/乙|y") {
		t.Errorf("%v", moved)
	}
	do("GET", tie["location"].(string), "", 404)
	do("DELETE", moved["location"].(string), "", 204, "If-Match: "+moved["tag"].(string))
	for _, target := range []string{"/api/v1/tables", "/api/v1/tables/goals", "/api/v1/tables/ties", "/api/v1/tables/nothing", "/api/v1/edits"} {
		answer := get(s, target)
		if target != "/api/v1/tables/nothing" {
			validate(t, router, "GET", target, "", answer)
		} else if answer.Code != 404 {
			t.Errorf("%s: %d", target, answer.Code)
		}
	}
	if changes := decodeJSON[[]Change](t, get(s, "/api/v1/edits")); len(changes) != 5 || changes[0].What != "delete_row ties" {
		t.Errorf("%+v", changes)
	}
}
