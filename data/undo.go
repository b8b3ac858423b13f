package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// ErrChangedSince is returned when a change cannot be taken back because what it touched has been changed again since.
var ErrChangedSince = errors.New("changed again since")

// ErrUndone is returned for a change that has been taken back already.
var ErrUndone = errors.New("taken back already")

// Undo takes back a change: every row that it added, changed or deleted is again as it was before. It refuses with [ErrChangedSince],
// naming a row, when a later change (or another program) has touched one of them; undo that one first. The undo is a change itself, and
// undoing it does the first change again. It returns the number of the new change.
func (p *Project) Undo(ctx context.Context, id int64, user string) (int64, error) {
	change := Change{User: user, What: fmt.Sprintf("undo of change %d", id), Kind: KindUndo}
	return p.update(ctx, change, func(tx *Tx) error { return tx.undo(id) })
}

func (tx *Tx) undo(id int64) error {
	if id == tx.id { // the number that this very undo has just been given
		return fmt.Errorf("change %d: %w", id, ErrNotFound)
	}
	old, err := readLogged(tx.ctx, tx.tx, id)
	if err != nil {
		return err
	}
	if old.UndoneBy != 0 {
		return fmt.Errorf("change %d was taken back by change %d: %w", id, old.UndoneBy, ErrUndone)
	}
	if err := tx.wantRows(old); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE lawcircle_changes SET undone_by = ? WHERE change_id = ?`, tx.id, id); err != nil {
		return err
	}
	if _, err := tx.exec(`UPDATE lawcircle_changes SET undoes = ?, what = ? WHERE change_id = ?`, id, "撤销："+old.What, tx.id); err != nil {
		return err
	}
	for _, t := range keyedTables() {
		if err := tx.restore(t.name, t.key, id); err != nil {
			return fmt.Errorf("undoing change %d: %w", id, err)
		}
	}
	if err := tx.restoreRoads(id); err != nil {
		return err
	}
	if len(tx.touched) == 0 {
		return fmt.Errorf("undoing change %d (%s): %w", id, old.What, ErrNothingToUndo)
	}
	return nil
}

// ErrNothingToUndo is returned for a change of what the log does not keep: attachments such as the elevation, the project's words about
// itself, kept runs.
var ErrNothingToUndo = errors.New("the log keeps nothing of it (attachments, project settings and kept runs are not undone but set anew)")

// ErrForgotten is returned when the rows of a change are not in the log any more.
var ErrForgotten = errors.New("the rows of this change have been dropped from the log")

// wantRows makes sure that the log still has every row of a change: half an undo is worse than none.
func (tx *Tx) wantRows(old Logged) error {
	there := 0
	for _, t := range keyedTables() {
		var rows int
		if err := tx.tx.QueryRowContext(tx.ctx, "SELECT count(*) FROM "+historyOf(t.name)+" WHERE change_id = ? AND side = 0", old.ID).Scan(&rows); err != nil {
			return fmt.Errorf("reading the log of %s: %w", t.name, err)
		}
		there += rows
	}
	if there != old.Rows {
		return fmt.Errorf("undoing change %d: %w", old.ID, ErrForgotten)
	}
	return nil
}

// restore puts the rows of one table back to how they were before a change.
func (tx *Tx) restore(table, key string, id int64) error {
	history := historyOf(table)
	var rows int
	if err := tx.tx.QueryRowContext(tx.ctx, "SELECT count(*) FROM "+history+" WHERE change_id = ? AND side = 0", id).Scan(&rows); err != nil || rows == 0 {
		return err
	}
	names, _, err := columnsOf(tx.ctx, tx.tx, table)
	if err != nil {
		return err
	}
	if err := tx.refuseChangedSince(table, key, id, names); err != nil {
		return err
	}
	if err := tx.touch(table, rows); err != nil {
		return err
	}
	_, err = tx.exec("DELETE FROM "+table+" WHERE "+key+" IN (SELECT row_key FROM "+history+" WHERE change_id = ? AND side = 0 AND NOT existed)", id)
	if err != nil {
		return err
	}
	sets := make([]string, len(names)) // fid too: a row deleted and written anew had got another
	for i, name := range names {
		sets[i] = name + " = excluded." + name
	}
	// Rows come back under their old fid, which logNew would not take for new.
	_, err = tx.exec("INSERT INTO "+history+" (change_id, side, row_key, existed) SELECT ?, 0, row_key, 0 FROM "+history+
		" WHERE change_id = ? AND side = 0 AND existed AND row_key NOT IN (SELECT "+key+" FROM "+table+") ON CONFLICT DO NOTHING", tx.id, id)
	if err != nil {
		return err
	}
	columns := strings.Join(names, ", ")
	_, err = tx.exec("INSERT INTO "+table+" ("+columns+") SELECT "+columns+" FROM "+history+
		" WHERE change_id = ? AND side = 0 AND existed ON CONFLICT ("+key+") DO UPDATE SET "+strings.Join(sets, ", "), id)
	return err
}

// refuseChangedSince compares the rows as they are with the rows as the change left them. Rows of a large import have no copy; for them
// the log must not hold a later change that stands.
func (tx *Tx) refuseChangedSince(table, key string, id int64, names []string) error {
	history := historyOf(table)
	differs := make([]string, len(names))
	for i, name := range names {
		differs[i] = "now." + name + " IS NOT after." + name
	}
	var conflict string
	err := tx.tx.QueryRowContext(tx.ctx, `SELECT after.row_key FROM `+history+` after LEFT JOIN `+table+` now ON now.`+key+` = after.row_key
		WHERE after.change_id = ? AND after.side = 1 AND (`+strings.Join(differs, " OR ")+`) ORDER BY 1 LIMIT 1`, id).Scan(&conflict)
	if err == nil {
		return fmt.Errorf("%q of %s: %w", conflict, table, ErrChangedSince)
	}
	var later int64
	err = tx.tx.QueryRowContext(tx.ctx, `SELECT later.row_key, later.change_id FROM `+history+` before JOIN `+history+` later
		ON later.row_key = before.row_key AND later.side = 0 AND later.change_id > before.change_id
		JOIN lawcircle_changes change ON change.change_id = later.change_id AND change.undone_by IS NULL AND change.undoes IS NULL
		WHERE before.change_id = ?1 AND before.side = 0 AND NOT EXISTS
			(SELECT 1 FROM `+history+` after WHERE after.change_id = ?1 AND after.side = 1 AND after.row_key = before.row_key) LIMIT 1`, id).Scan(&conflict, &later)
	if err == nil {
		return fmt.Errorf("%q of %s, by change %d: %w", conflict, table, later, ErrChangedSince)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("comparing %s with the log: %w", table, err)
	}
	return nil
}
