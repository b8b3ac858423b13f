package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Logged is one change as the log has it.
type Logged struct {
	ID       int64           `json:"id"`
	At       string          `json:"at"` // UTC, RFC 3339
	User     string          `json:"user"`
	What     string          `json:"what"`
	Kind     string          `json:"kind"`
	Rows     int             `json:"rows"`                // touched
	Sheet    json.RawMessage `json:"sheet,omitempty"`     // quality sheet of an import
	Undoes   int64           `json:"undoes,omitempty"`    // the change that this one takes back
	UndoneBy int64           `json:"undone_by,omitempty"` // the change that took this one back
}

const loggedColumns = `change_id, at, user, what, kind, row_count, ifnull(sheet, ''), ifnull(undoes, 0), ifnull(undone_by, 0)`

// Changes lists the log, newest first, at most limit entries; kind "" means all kinds.
func (p *Project) Changes(ctx context.Context, kind string, limit int) ([]Logged, error) {
	rows, err := p.read.QueryContext(ctx, `SELECT `+loggedColumns+` FROM lawcircle_changes WHERE ?1 = '' OR kind = ?1 ORDER BY change_id DESC LIMIT ?2`, kind, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the log: %w", err)
	}
	defer rows.Close()
	var out []Logged
	for rows.Next() {
		entry, err := scanLogged(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, entry)
	}
	return out, rows.Err()
}

// Change reads one entry of the log; an unknown id is [ErrNotFound].
func (p *Project) Change(ctx context.Context, id int64) (Logged, error) {
	return readLogged(ctx, p.read, id)
}

func readLogged(ctx context.Context, db querier, id int64) (Logged, error) {
	entry, err := scanLogged(db.QueryRowContext(ctx, `SELECT `+loggedColumns+` FROM lawcircle_changes WHERE change_id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Logged{}, fmt.Errorf("change %d: %w", id, ErrNotFound)
	}
	return entry, err
}

func scanLogged(scan func(...any) error) (Logged, error) {
	var l Logged
	var sheet string
	if err := scan(&l.ID, &l.At, &l.User, &l.What, &l.Kind, &l.Rows, &sheet, &l.Undoes, &l.UndoneBy); err != nil {
		return Logged{}, fmt.Errorf("reading the log: %w", err)
	}
	if sheet != "" {
		l.Sheet = json.RawMessage(sheet)
	}
	return l, nil
}

// RowChange is one row of a change: its columns before and after, nil where there was no row. After is nil too, with Unkept set, for rows
// added by a change so large that they were not kept.
type RowChange struct {
	Table  string         `json:"table"`
	Key    string         `json:"key"`
	Before map[string]any `json:"before"`
	After  map[string]any `json:"after"`
	Unkept bool           `json:"after_unkept,omitempty"`
}

// ChangedRows lists the rows that a change touched, by table and key, at most limit. Geometry is left out, and so are the values of
// personal details: their rows are named only.
func (p *Project) ChangedRows(ctx context.Context, id int64, limit int) ([]RowChange, error) {
	var out []RowChange
	err := p.snapshot(ctx, func(tx *sql.Tx) error {
		for _, t := range keyedTables() {
			rows, err := changedRows(ctx, tx, t.name, id, limit-len(out))
			if err != nil {
				return err
			}
			out = append(out, rows...)
		}
		return nil
	})
	return out, err
}

func changedRows(ctx context.Context, tx *sql.Tx, table string, id int64, limit int) ([]RowChange, error) {
	names, _, err := columnsOf(ctx, tx, table)
	if err != nil {
		return nil, err
	}
	pairs := func(side string) string {
		var out []string
		for _, name := range names {
			plain := strings.Trim(name, `"`)
			if plain != "geom" && plain != "value" || table != "lawcircle_restricted" && plain != "geom" {
				out = append(out, "'"+plain+"', "+side+"."+name)
			}
		}
		return "json_object(" + strings.Join(out, ", ") + ")"
	}
	history := historyOf(table)
	rows, err := tx.QueryContext(ctx, `SELECT b.row_key, b.existed, `+pairs("b")+`, a.existed, `+pairs("a")+` FROM `+history+` b LEFT JOIN `+
		history+` a ON a.change_id = b.change_id AND a.side = 1 AND a.row_key = b.row_key WHERE b.change_id = ? AND b.side = 0 ORDER BY b.row_key LIMIT ?`,
		id, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the history of %s: %w", table, err)
	}
	defer rows.Close()
	var out []RowChange
	for rows.Next() {
		change := RowChange{Table: table}
		var existed bool
		var exists sql.NullBool
		var before, after string
		if err := rows.Scan(&change.Key, &existed, &before, &exists, &after); err != nil {
			return nil, fmt.Errorf("reading the history of %s: %w", table, err)
		}
		change.Unkept = !exists.Valid
		if err := errors.Join(decodeIf(existed, before, &change.Before), decodeIf(exists.Bool, after, &change.After)); err != nil {
			return nil, fmt.Errorf("reading the history of %s: %w", table, err)
		}
		out = append(out, change)
	}
	return out, rows.Err()
}

func decodeIf(wanted bool, text string, into *map[string]any) error {
	if !wanted {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}
