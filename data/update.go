package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lawcircle/coverage"
)

// Kinds of changes.
const (
	KindEdit   = "edit"
	KindImport = "import"
	KindUndo   = "undo"
)

// Change says who changes the project, how, and what it is, for the log.
type Change struct {
	User string
	What string // in words: "导入 村庄.xlsx"
	Kind string // KindEdit when ""
}

// Tx is a change under way. It is valid inside the function given to [Project.Update] only, on one goroutine.
type Tx struct {
	ctx       context.Context // for statements; never cancelled, because the driver would start a goroutine for each
	caller    context.Context
	tx        *sql.Tx
	id        int64
	now       string
	touched   map[string]bool  // tables written
	marks     map[string]int64 // their highest fid before
	suspended map[string]int64 // layers whose spatial index waits for the end, and the count of writes when they began to
	roads     string           // digest of the roads, when they were put
}

// Update runs fn in one transaction: all of it happens or, when fn or the commit fails or the context ends, nothing. Rows changed are
// logged as they were before and after, so that [Project.Undo] can take the change back. Other readers go on seeing the state before;
// other writers, of other programs too, wait. fn must not call other methods of the project.
func (p *Project) Update(ctx context.Context, change Change, fn func(tx *Tx) error) error {
	_, err := p.update(ctx, change, fn)
	return err
}

func (p *Project) update(ctx context.Context, change Change, fn func(tx *Tx) error) (id int64, err error) {
	if p.write == nil {
		return 0, fmt.Errorf("%s: %w", change.What, ErrReadOnly)
	}
	if change.Kind == "" {
		change.Kind = KindEdit
	}
	sqlTx, err := p.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("waiting to write %s: %w", p.path, err)
	}
	defer sqlTx.Rollback()
	tx := &Tx{ctx: context.WithoutCancel(ctx), caller: ctx, tx: sqlTx, now: stamp(p.now()), touched: map[string]bool{}, marks: map[string]int64{}, suspended: map[string]int64{}}
	if err := tx.begin(change); err != nil {
		return 0, err
	}
	if err := tx.run(fn); err != nil {
		return 0, err
	}
	if err := sqlTx.Commit(); err != nil {
		return 0, fmt.Errorf("committing %s: %w", change.What, err)
	}
	return tx.id, nil
}

// run does the work of a change. When the caller's context has ended that is the reason, whatever fails because of it.
func (tx *Tx) run(fn func(tx *Tx) error) error {
	err := fn(tx)
	if err == nil && tx.caller.Err() == nil {
		err = tx.finish()
	}
	if cause := tx.caller.Err(); cause != nil {
		return fmt.Errorf("the change was given up: %w", cause)
	}
	return err
}

// cancelled looks now and then, by the number of the row, whether the caller still wants the change.
func (tx *Tx) cancelled(row int) error {
	if row%1024 == 0 {
		return tx.caller.Err()
	}
	return nil
}

func (tx *Tx) begin(change Change) error {
	result, err := tx.exec(`INSERT INTO lawcircle_changes (at, user, what, kind) VALUES (?,?,?,?)`, tx.now, change.User, change.What, change.Kind)
	if err != nil {
		return err
	}
	if tx.id, err = result.LastInsertId(); err != nil {
		return fmt.Errorf("beginning a change: %w", err)
	}
	_, err = tx.exec(`UPDATE lawcircle_state SET change_id = ?`, tx.id)
	return err
}

// finish leaves everything derived in step with what was written.
func (tx *Tx) finish() error {
	if err := tx.checkReferences(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(tx.suspended)) {
		if err := tx.resumeIndex(name); err != nil {
			return err
		}
	}
	if err := tx.logAfter(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(tx.touched)) {
		if err := tx.refreshContents(name); err != nil {
			return err
		}
		if err := tx.tick(name); err != nil {
			return err
		}
	}
	if err := tx.tick(""); err != nil {
		return err
	}
	if err := tx.keepRoadsDigest(); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE lawcircle_state SET change_id = 0`)
	return err
}

// tick moves the clock of a table on.
func (tx *Tx) tick(name string) error {
	_, err := tx.exec(`INSERT INTO lawcircle_clock VALUES (?, 1) ON CONFLICT (table_name) DO UPDATE SET revision = revision + 1`, name)
	return err
}

// checkReferences names a reference that leads nowhere before the commit would refuse it without a word.
func (tx *Tx) checkReferences() error {
	for _, table := range []string{"service_points", "offers"} {
		var row sql.NullInt64
		var parent string
		err := tx.tx.QueryRowContext(tx.ctx, `SELECT rowid, parent FROM pragma_foreign_key_check(?) LIMIT 1`, table).Scan(&row, &parent)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("checking references of %s: %w", table, err)
		}
		return fmt.Errorf("row %d of %s refers to something that is not in %s", row.Int64, table, parent)
	}
	return nil
}

func (tx *Tx) exec(query string, args ...any) (sql.Result, error) {
	result, err := tx.tx.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("running %.60q: %w", query, err)
	}
	return result, nil
}

// ID is the number of the change in the log.
func (tx *Tx) ID() int64 { return tx.id }

// SetSheet stores the quality sheet of an import with the change, as JSON.
func (tx *Tx) SetSheet(sheet any) error {
	text, err := json.Marshal(sheet)
	if err != nil {
		return fmt.Errorf("writing the quality sheet: %w", err)
	}
	_, err = tx.exec(`UPDATE lawcircle_changes SET sheet = ? WHERE change_id = ?`, string(text), tx.id)
	return err
}

// SetMeta says something about the project; an empty value unsays it. It is not part of what an undo takes back.
func (tx *Tx) SetMeta(name, value string) error {
	if name == MetaDataDate {
		if _, err := coverage.ParseDate(value); err != nil {
			return fmt.Errorf("setting %s: %w", name, err)
		}
	}
	tx.touched[metaClock] = true
	if value == "" {
		_, err := tx.exec(`DELETE FROM lawcircle_meta WHERE name = ?`, name)
		return err
	}
	_, err := tx.exec(`INSERT INTO lawcircle_meta VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// MaxFileBytes is the size that an attachment may have.
const MaxFileBytes = 512 << 20

// PutFile attaches a file to the project or replaces it; nil content removes it. It is not part of what an undo takes back.
func (tx *Tx) PutFile(name string, content []byte) error {
	if content == nil {
		_, err := tx.exec(`DELETE FROM lawcircle_files WHERE name = ?`, name)
		return err
	}
	if len(content) > MaxFileBytes {
		return fmt.Errorf("attaching %s: it has %d bytes, more than the %d that fit", name, len(content), MaxFileBytes)
	}
	_, err := tx.exec(`INSERT INTO lawcircle_files VALUES (?,?,?) ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, content = excluded.content`,
		name, sumOf(content), content)
	return err
}
