package main

import (
	"context"
	"errors"
	"strings"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/server"
	"lawcircle/server/locale"
)

// tableDesk hands the attribute tables to the server; it implements server.RecordStore.
type tableDesk struct{ project *data.Project }

// RecordTables implements server.RecordStore.
func (tableDesk) RecordTables() []server.RecordTable {
	var out []server.RecordTable
	for _, t := range data.RowTables() {
		table := server.RecordTable{Name: t.Name, TitleZh: t.Title, TitleEn: t.TitleEn, OwnID: t.OwnID(), Columns: []server.RecordColumn{}}
		for _, c := range t.Columns {
			column := server.RecordColumn{Name: c.Name, TitleZh: c.Title, TitleEn: strings.ReplaceAll(c.Name, "_", " "), Kind: string(c.Kind), Required: c.Required,
				Key: c.Key, Refers: c.Refers, Codes: []server.RecordCode{}, Open: c.Open}
			for _, code := range c.Codes {
				column.Codes = append(column.Codes, server.RecordCode(code))
			}
			table.Columns = append(table.Columns, column)
		}
		out = append(out, table)
	}
	return out
}

// Records implements server.RecordStore.
func (tableDesk) Records(county *coverage.County, table string) ([]server.Record, error) {
	rows, keys, err := data.RowsOf(county, table)
	if err != nil {
		return nil, err
	}
	out := make([]server.Record, len(rows))
	for i, row := range rows {
		out[i] = server.Record{ID: keys[i], Values: row}
	}
	return out, nil
}

// CheckRecord implements server.RecordStore.
func (tableDesk) CheckRecord(county *coverage.County, table string, values map[string]any) (string, error) {
	key, err := data.RowKey(table, values)
	if err == nil {
		err = data.NewReferences(county).Check(table, values)
	}
	var fault *data.RowError
	if errors.As(err, &fault) {
		return "", &server.FieldError{Field: fault.Column, Text: locale.Text{Zh: fault.Zh(), En: fault.Err.Error()}}
	}
	return key, err
}

// SaveRecord implements server.RecordStore.
func (d tableDesk) SaveRecord(ctx context.Context, table string, record server.Record, replaces string, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error {
		if replaces != "" && replaces != record.ID {
			if err := tx.DeleteRows(table, replaces); err != nil {
				return err
			}
		}
		return tx.PutRows(table, []data.Row{record.Values})
	})
}

// DeleteRecord implements server.RecordStore.
func (d tableDesk) DeleteRecord(ctx context.Context, table, id string, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error { return tx.DeleteRows(table, id) })
}
