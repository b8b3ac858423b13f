package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// RecordStore reads and changes the attribute tables of the project row by row: targets, measures, offers, advisers and so on.
type RecordStore interface {
	RecordTables() []RecordTable
	// Records returns the rows of a table in order; only tables that RecordTables lists are asked for.
	Records(county *coverage.County, table string) ([]Record, error)
	// CheckRecord checks the values of a row against its columns and the county and returns its id. A FieldError says what is wrong.
	CheckRecord(county *coverage.County, table string, values map[string]any) (id string, err error)
	// SaveRecord stores a row that was checked, in the place of the row with the id that it replaces ("" for a new one).
	SaveRecord(ctx context.Context, table string, record Record, replaces string, change Change) error
	DeleteRecord(ctx context.Context, table, id string, change Change) error
}

// RecordTable describes a table.
type RecordTable struct {
	Name    string         `json:"name"`
	TitleZh string         `json:"title_zh"`
	TitleEn string         `json:"title_en"`
	OwnID   string         `json:"own_id"` // column that the server fills when a new row leaves it out, "" when the id is made of other columns
	Columns []RecordColumn `json:"columns"`
}

// RecordColumn describes a column.
type RecordColumn struct {
	Name     string       `json:"name"`
	TitleZh  string       `json:"title_zh"`
	TitleEn  string       `json:"title_en"`
	Kind     string       `json:"kind"` // text, integer, number, boolean, date or list
	Required bool         `json:"required"`
	Key      bool         `json:"key"`    // part of what identifies the row
	Refers   string       `json:"refers"` // what the values name: unit, host, point, post, adviser, partner, place, item, or "" for nothing
	Codes    []RecordCode `json:"codes"`  // the values that it takes; empty for any
	Open     bool         `json:"open"`   // takes other values than the codes, too
}

// RecordCode is one value of a column that takes codes.
type RecordCode struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Record is a row: values by column, nil where nothing is stated.
type Record struct {
	ID     string
	Values map[string]any
}

// FieldError says what is wrong with one column of a row.
type FieldError struct {
	Field string
	Text  locale.Text
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Text.En }

// tableAnswer is a table as it is listed.
type tableAnswer struct {
	RecordTable
	Rows int `json:"rows"`
}

// rowSchema is the shape of the rows of a table for the OpenAPI document; of a list of them, or of one as it is sent.
type rowSchema struct {
	table RecordTable
	list  bool
	sent  bool
}

// openAPI writes the shape down.
func (r rowSchema) openAPI() *openapi3.SchemaRef {
	row := openapi3.NewObjectSchema()
	if !r.sent {
		row = row.WithProperty("id", openapi3.NewStringSchema())
		row.Required = []string{"id"}
	}
	for _, c := range r.table.Columns {
		row = row.WithProperty(c.Name, c.schema())
		if !r.sent || c.Required && c.Name != r.table.OwnID {
			row.Required = append(row.Required, c.Name)
		}
	}
	row = row.WithoutAdditionalProperties()
	if r.list {
		return openapi3.NewArraySchema().WithItems(row).NewRef()
	}
	return row.NewRef()
}

func (c RecordColumn) schema() *openapi3.Schema {
	var schema *openapi3.Schema
	switch c.Kind {
	case "integer":
		schema = openapi3.NewIntegerSchema()
	case "number":
		schema = openapi3.NewFloat64Schema()
	case "boolean":
		schema = openapi3.NewBoolSchema()
	case "list":
		schema = openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema())
	case "date":
		schema = openapi3.NewStringSchema().WithPattern(`^\d{4}(-\d{2}(-\d{2})?)?$`)
	default:
		schema = openapi3.NewStringSchema()
		for _, code := range c.Codes {
			if !c.Open {
				schema.Enum = append(schema.Enum, code.Code)
			}
		}
		if len(schema.Enum) > 0 && !c.Required {
			schema.Enum = append(schema.Enum, nil)
		}
	}
	schema.Nullable, schema.Description = !c.Required, c.TitleZh+" / "+c.TitleEn
	return schema
}

func (s *Server) tableRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	routes := []route{{method: http.MethodGet, path: "/api/v1/tables", answer: []tableAnswer{}, versioned: true, handle: s.listTables,
		summary: say("可逐行编辑的属性表及其字段", "Tables that can be changed row by row, with their columns")}}
	if s.deps.Records == nil {
		return routes
	}
	for _, t := range s.deps.Records.RecordTables() {
		path := "/api/v1/tables/" + t.Name
		one, sent := rowSchema{table: t}, rowSchema{table: t, sent: true}
		of := func(handle func(*call, RecordTable) error) func(*call) error {
			return func(c *call) error { return handle(c, t) }
		}
		routes = append(routes,
			route{method: http.MethodGet, path: path, answer: rowSchema{table: t, list: true}, versioned: true, handle: of(s.listRecords), summary: say(t.TitleZh, t.TitleEn)},
			route{method: http.MethodGet, path: path + "/:id", answer: one, handle: of(s.getRecord), summary: say(t.TitleZh+"：一行", t.TitleEn+": one row")},
			route{method: http.MethodPost, path: path, body: sent, answer: one, status: http.StatusCreated, handle: of(s.addRecord), summary: say(t.TitleZh+"：新增一行", t.TitleEn+": add a row")},
			route{method: http.MethodPut, path: path + "/:id", body: sent, answer: one, handle: of(s.changeRecord), summary: say(t.TitleZh+"：修改一行（要 If-Match）", t.TitleEn+": change a row; needs If-Match")},
			route{method: http.MethodDelete, path: path + "/:id", status: http.StatusNoContent, handle: of(s.deleteRecord), summary: say(t.TitleZh+"：删除一行（要 If-Match）", t.TitleEn+": delete a row; needs If-Match")})
	}
	return routes
}

func (s *Server) listTables(c *call) error {
	out := []tableAnswer{}
	if s.deps.Records == nil {
		return c.ok(out)
	}
	for _, t := range s.deps.Records.RecordTables() {
		rows, err := s.deps.Records.Records(c.snapshot.County, t.Name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", t.Name, err)
		}
		out = append(out, tableAnswer{t, len(rows)})
	}
	return c.ok(out)
}

// plain is a record as it is sent: its values with its id among them.
func (r Record) plain() map[string]any {
	out := map[string]any{"id": r.ID}
	for name, value := range r.Values {
		out[name] = value
	}
	return out
}

func (s *Server) listRecords(c *call, t RecordTable) error {
	rows, err := s.deps.Records.Records(c.snapshot.County, t.Name)
	if err != nil {
		return fmt.Errorf("reading %s: %w", t.Name, err)
	}
	out := make([]map[string]any, len(rows))
	for i, row := range rows {
		out[i] = row.plain()
	}
	return c.ok(out)
}

// recordID is the id in the path. The router leaves it escaped when it holds what a path cannot hold plainly.
func (c *call) recordID() string {
	id := c.Param("id")
	if plain, err := url.PathUnescape(id); err == nil && c.Request().URL.RawPath != "" {
		return plain
	}
	return id
}

// recordNow returns the row of the path as it is at this moment.
func (s *Server) recordNow(c *call, t RecordTable) (map[string]any, *coverage.County, error) {
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return nil, nil, fmt.Errorf("loading the project: %w", err)
	}
	record, found, err := s.findRecord(snapshot.County, t, c.recordID())
	if err != nil {
		return nil, nil, err
	}
	if !found {
		return nil, nil, problem.NotFound("这一行："+t.TitleZh, "row of "+t.Name, c.recordID())
	}
	return record.plain(), snapshot.County, nil
}

func (s *Server) findRecord(county *coverage.County, t RecordTable, id string) (Record, bool, error) {
	rows, err := s.deps.Records.Records(county, t.Name)
	if err != nil {
		return Record{}, false, fmt.Errorf("reading %s: %w", t.Name, err)
	}
	i := slices.IndexFunc(rows, func(r Record) bool { return r.ID == id })
	if i < 0 {
		return Record{}, false, nil
	}
	return rows[i], true, nil
}

func (s *Server) getRecord(c *call, t RecordTable) error {
	row, _, err := s.recordNow(c, t)
	if err != nil {
		return err
	}
	return c.sendRecord(http.StatusOK, row)
}

// checkedRecord reads the row of the body.
func (s *Server) checkedRecord(county *coverage.County, t RecordTable, values map[string]any) (Record, error) {
	id, err := s.deps.Records.CheckRecord(county, t.Name, values)
	var fault *FieldError
	if errors.As(err, &fault) {
		return Record{}, problem.BadField(fault.Field, fault.Text.Zh, fault.Text.En)
	}
	if err != nil {
		return Record{}, problem.Refused(http.StatusUnprocessableEntity, "bad_row", err)
	}
	return Record{id, values}, nil
}

func (s *Server) addRecord(c *call, t RecordTable) error {
	var values map[string]any
	if err := c.decode(&values); err != nil {
		return err
	}
	if t.OwnID != "" && (values[t.OwnID] == nil || values[t.OwnID] == "") && values != nil {
		values[t.OwnID] = randomID("r-")
	}
	return s.edit(func() error {
		snapshot, err := s.deps.Snapshot(c.ctx())
		if err != nil {
			return err
		}
		record, err := s.checkedRecord(snapshot.County, t, values)
		if err != nil {
			return err
		}
		if _, there, err := s.findRecord(snapshot.County, t, record.ID); err != nil || there {
			return cmp.Or[error](err, problem.New(http.StatusConflict, "row_exists", "已有这一行，请修改它", "there is such a row already; change it"))
		}
		return s.storeRecord(c, t, record, "", nil, http.StatusCreated)
	})
}

// storeRecord stores a row and answers with it as it was stored.
func (s *Server) storeRecord(c *call, t RecordTable, record Record, replaces string, before any, status int) error {
	what := "change_row "
	if before == nil {
		what = "add_row "
	}
	err := s.apply(c, rowChange{what + t.Name, record.ID, before, record.Values}, func(ctx context.Context, change Change) error {
		return s.deps.Records.SaveRecord(ctx, t.Name, record, replaces, change)
	})
	if err != nil {
		return err
	}
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return err
	}
	stored, found, err := s.findRecord(snapshot.County, t, record.ID)
	if err != nil || !found {
		return cmp.Or[error](err, fmt.Errorf("row %q of %s is not there after it was saved", record.ID, t.Name))
	}
	c.Response().Header().Set("Location", "/api/v1/tables/"+t.Name+"/"+url.PathEscape(record.ID))
	return c.sendRecord(status, stored.plain())
}

func (s *Server) changeRecord(c *call, t RecordTable) error {
	var values map[string]any
	if err := c.decode(&values); err != nil {
		return err
	}
	return s.edit(func() error {
		before, county, err := s.recordNow(c, t)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		id := c.recordID()
		if t.OwnID != "" && values != nil {
			values[t.OwnID] = id
		}
		record, err := s.checkedRecord(county, t, values)
		if err != nil {
			return err
		}
		if record.ID != id {
			if _, there, err := s.findRecord(county, t, record.ID); err != nil || there {
				return cmp.Or[error](err, problem.New(http.StatusConflict, "row_exists", "已有同样的一行", "there is such a row already"))
			}
		}
		return s.storeRecord(c, t, record, id, before, http.StatusOK)
	})
}

func (s *Server) deleteRecord(c *call, t RecordTable) error {
	return s.edit(func() error {
		before, _, err := s.recordNow(c, t)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		return s.erase(c, rowChange{"delete_row " + t.Name, c.recordID(), before, nil}, func(ctx context.Context, id string, change Change) error {
			return s.deps.Records.DeleteRecord(ctx, t.Name, id, change)
		})
	})
}
