package gpkg

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// maxParameters bounds the values of one statement, well below SQLite's own limit of 32766.
const maxParameters = 1024

// Bulk writes rows many at a time: one statement for a batch costs a fraction of one for each row.
type Bulk struct {
	ctx            context.Context
	tx             *sql.Tx
	prefix, suffix string
	columns, batch int
	stmt           *sql.Stmt // for a full batch
	values         []any
	written        int
}

// NewBulk prepares to write rows with "prefix VALUES (?,…),(?,…) suffix". Close it when done; nothing is sure to be written before Flush.
func NewBulk(ctx context.Context, tx *sql.Tx, prefix string, columns int, suffix string) (*Bulk, error) {
	b := &Bulk{ctx: ctx, tx: tx, prefix: prefix, suffix: suffix, columns: columns, batch: max(1, min(64, maxParameters/columns))}
	var err error
	if b.stmt, err = tx.PrepareContext(ctx, b.query(b.batch)); err != nil {
		return nil, fmt.Errorf("preparing %.60q: %w", prefix, err)
	}
	b.values = make([]any, 0, b.batch*columns)
	return b, nil
}

func (b *Bulk) query(rows int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", b.columns), ",") + ")"
	return b.prefix + " VALUES " + strings.TrimSuffix(strings.Repeat(row+",", rows), ",") + " " + b.suffix
}

// Add takes one row. Its values must stay as they are until they are written.
func (b *Bulk) Add(values ...any) error {
	if len(values) != b.columns {
		return fmt.Errorf("row has %d values, not %d", len(values), b.columns)
	}
	b.values = append(b.values, values...)
	if len(b.values) < b.batch*b.columns {
		return nil
	}
	_, err := b.stmt.ExecContext(b.ctx, b.values...)
	return b.done(err)
}

// Flush writes what has been added and not yet written.
func (b *Bulk) Flush() error {
	if len(b.values) == 0 {
		return nil
	}
	_, err := b.tx.ExecContext(b.ctx, b.query(len(b.values)/b.columns), b.values...)
	return b.done(err)
}

func (b *Bulk) done(err error) error {
	rows := len(b.values) / b.columns
	b.values = b.values[:0]
	if err != nil {
		return fmt.Errorf("writing rows %d to %d: %w", b.written+1, b.written+rows, err)
	}
	b.written += rows
	return nil
}

// Close frees the statement.
func (b *Bulk) Close() { b.stmt.Close() }
