package data

import (
	"fmt"

	"lawcircle/data/gpkg"
)

// bulkRows is the number of rows from which a spatial index is built anew at the end of the change rather than row by row. It is low
// because the triggers call several functions for every row, each of them a way from C into Go and back.
const bulkRows = 64

func isFeatureLayer(name string) bool {
	switch name {
	case "admin_units", "settlements", "host_sites", "service_points", "roads", "checklist_marks", "honours":
		return true
	}
	return false
}

// touch announces that rows of a table will be written. When they are many beside what is there, the triggers of the spatial index are
// taken off until the end of the change; the transaction hides that from everyone else.
func (tx *Tx) touch(name string, rows int) error {
	if !tx.touched[name] {
		tx.touched[name] = true
		if err := tx.mark(name); err != nil {
			return err
		}
	}
	if _, suspended := tx.suspended[name]; suspended || !isFeatureLayer(name) || rows < bulkRows {
		return nil
	}
	var there int
	if err := tx.tx.QueryRowContext(tx.ctx, "SELECT count(*) FROM "+name).Scan(&there); err != nil {
		return fmt.Errorf("counting rows of %s: %w", name, err)
	}
	if rows*10 < there {
		return nil
	}
	return tx.suspend(name)
}

func (tx *Tx) suspend(name string) error {
	if _, suspended := tx.suspended[name]; suspended {
		return nil
	}
	changes, err := tx.totalChanges()
	if err != nil {
		return err
	}
	tx.suspended[name] = changes
	return gpkg.DropTriggers(tx.ctx, tx.tx, name)
}

// totalChanges counts the rows that the connection has ever written.
func (tx *Tx) totalChanges() (n int64, err error) {
	if err := tx.tx.QueryRowContext(tx.ctx, `SELECT total_changes()`).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting changes: %w", err)
	}
	return n, nil
}

// resumeIndex puts the triggers of a spatial index back, and builds it anew if anything has been written since they were taken off.
func (tx *Tx) resumeIndex(name string) error {
	changes, err := tx.totalChanges()
	if err != nil {
		return err
	}
	if changes == tx.suspended[name] {
		return gpkg.CreateTriggers(tx.ctx, tx.tx, name)
	}
	return tx.rebuildIndex(name)
}

func (tx *Tx) rebuildIndex(name string) error {
	if err := gpkg.RebuildRTree(tx.ctx, tx.tx, name); err != nil {
		return err
	}
	return gpkg.CreateTriggers(tx.ctx, tx.tx, name)
}

// refreshContents brings extent and date of last change in the table of contents up to date.
func (tx *Tx) refreshContents(name string) error {
	if isFeatureLayer(name) {
		return gpkg.RefreshExtent(tx.ctx, tx.tx, name, tx.now)
	}
	_, err := tx.exec(`UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?`, tx.now, name)
	return err
}
