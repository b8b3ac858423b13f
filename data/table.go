package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"lawcircle/coverage"
	"lawcircle/data/gpkg"
)

// binding is one column of a table tied to a field of a record variable.
type binding struct {
	column string
	field  field
}

// table maps records of one type to one table. The record variable is bound to the columns once; rows pass through it one by one.
type table[T any] struct {
	name     string
	key      string // the business key column
	order    string // how records are sorted when read
	bind     func(record *T) []binding
	check    func(record *T) error             // optional: what the columns alone cannot tell
	required []string                          // columns that a row must state, for tables that are changed row by row
	read     func(row Row, record *T) error    // optional: what a row must state beyond its required columns
	of       func(county *coverage.County) []T // the table in a snapshot, for the same
}

// all reads every record, sorted.
func (t table[T]) all(ctx context.Context, tx *sql.Tx) ([]T, error) { return t.find(ctx, tx, "true") }

// one reads the record of a key; there may be none, which is [ErrNotFound].
func (t table[T]) one(tx *Tx, key string) (record T, err error) {
	found, err := t.find(tx.ctx, tx.tx, t.key+" = ?", key)
	if err != nil {
		return record, err
	}
	if len(found) == 0 {
		return record, fmt.Errorf("%q of %s: %w", key, t.name, ErrNotFound)
	}
	return found[0], nil
}

// find reads the records that fulfil a condition, sorted.
func (t table[T]) find(ctx context.Context, tx *sql.Tx, condition string, args ...any) ([]T, error) {
	var record T
	bindings := t.bind(&record)
	columns := make([]string, len(bindings))
	targets := make([]any, len(bindings))
	for i, b := range bindings {
		columns[i], targets[i] = selectable(b), b.field
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+t.name+" WHERE "+condition+" ORDER BY "+t.order, args...)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", t.name, err)
	}
	defer rows.Close()
	var out []T
	var zero T
	for rows.Next() {
		record = zero
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("reading row %d of %s: %w", len(out)+1, t.name, err)
		}
		out = append(out, record)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", t.name, err)
	}
	return out, nil
}

// selectable keeps the driver from parsing dates, which would lose what is not a date.
func selectable(b binding) string {
	if _, isDay := b.field.(dayField); isDay {
		return "CAST(" + b.column + " AS TEXT)"
	}
	return b.column
}

// upsert is the end of the statement that writes records by key and leaves rows alone that are the same already.
func (t table[T]) upsert(bindings []binding) string {
	var sets, differs []string
	for _, b := range bindings {
		if b.column != t.key {
			sets = append(sets, b.column+" = excluded."+b.column)
			differs = append(differs, b.column+" IS NOT excluded."+b.column)
		}
	}
	return "ON CONFLICT (" + t.key + ") DO UPDATE SET " + strings.Join(sets, ", ") + " WHERE " + strings.Join(differs, " OR ")
}

// put writes records by key. A key that comes twice is refused: one of the two would be lost.
func (t table[T]) put(tx *Tx, records []T) error {
	if len(records) == 0 {
		return nil
	}
	if err := tx.touch(t.name, len(records)); err != nil {
		return err
	}
	var record T
	bindings := t.bind(&record)
	columns := make([]string, len(bindings))
	for i, b := range bindings {
		columns[i] = b.column
	}
	bulk, err := gpkg.NewBulk(tx.ctx, tx.tx, "INSERT INTO "+t.name+" ("+strings.Join(columns, ", ")+")", len(columns), t.upsert(bindings))
	if err != nil {
		return fmt.Errorf("writing %s: %w", t.name, err)
	}
	defer bulk.Close()
	values := make([]any, len(bindings))
	seen := make(map[string]int, len(records))
	for i := range records {
		record = records[i]
		key, err := t.fill(values, bindings, &record)
		if err != nil {
			return fmt.Errorf("record %d of %s (%q): %w", i+1, t.name, key, err)
		}
		if before, twice := seen[key]; twice {
			return fmt.Errorf("records %d and %d of %s have the same key %q", before+1, i+1, t.name, key)
		}
		seen[key] = i
		if err := errors.Join(tx.cancelled(i), bulk.Add(values...)); err != nil {
			return fmt.Errorf("writing %s: %w", t.name, err)
		}
	}
	if err := bulk.Flush(); err != nil {
		return fmt.Errorf("writing %s: %w", t.name, err)
	}
	return nil
}

func (t table[T]) fill(values []any, bindings []binding, record *T) (key string, err error) {
	for i, b := range bindings {
		value, fault := b.field.Value()
		if fault != nil && err == nil {
			err = fmt.Errorf("%s: %w", b.column, fault)
		}
		if b.column == t.key {
			key, _ = value.(string)
		}
		values[i] = value
	}
	if err == nil && t.check != nil {
		err = t.check(record)
	}
	return key, err
}

// remove deletes records by key and returns an error for a key that is not there.
func (t table[T]) remove(tx *Tx, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	if err := tx.touch(t.name, len(keys)); err != nil {
		return err
	}
	stmt, err := tx.tx.PrepareContext(tx.ctx, "DELETE FROM "+t.name+" WHERE "+t.key+" = ?")
	if err != nil {
		return fmt.Errorf("deleting from %s: %w", t.name, err)
	}
	defer stmt.Close()
	for _, key := range keys {
		result, err := stmt.ExecContext(tx.ctx, key)
		if err != nil {
			return fmt.Errorf("deleting %q from %s: %w", key, t.name, err)
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 {
			return fmt.Errorf("deleting %q from %s: %w", key, t.name, ErrNotFound)
		}
	}
	return nil
}

// removeRecords deletes records whose key is made of several columns.
func (t table[T]) removeRecords(tx *Tx, records []T) error {
	var record T
	bindings := t.bind(&record)
	values := make([]any, len(bindings))
	keys := make([]string, len(records))
	for i := range records {
		record = records[i]
		key, err := t.fill(values, bindings, &record)
		if err != nil {
			return fmt.Errorf("record %d of %s: %w", i+1, t.name, err)
		}
		keys[i] = key
	}
	return t.remove(tx, keys)
}
