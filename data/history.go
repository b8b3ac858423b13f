package data

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lawcircle/data/gpkg"
)

// The log of changes. Every table of records has a twin, lawcircle_history_<table>, with a row for each record that a change touched: as
// it was before (side 0) and as it was after (side 1). Triggers write the rows before, so no way of writing can forget them; the rows
// after are copied when the change ends. The twins hold the columns as they are, typed, so that an undo is exact to the bit.

// maxAfterRows is the number of rows up to which a change also keeps how rows that it added looked after. A larger import would double
// the file with it; an undo then judges by the log alone whether such a row has been changed since.
const maxAfterRows = 10_000

// keyedTables lists the tables whose rows are logged, with their business keys, in the order in which an undo goes through them.
func keyedTables() []struct{ name, key string } {
	return []struct{ name, key string }{
		{"admin_units", "code"}, {"code_changes", "code_change_id"}, {"settlements", "settlement_id"}, {"host_sites", "host_id"},
		{"service_points", "point_id"}, {"offers", "offer_id"}, {"advisers", "adviser_id"}, {"assignments", "assignment_id"},
		{"pairings", "pairing_id"}, {"circuits", "circuit_id"}, {"calls", "call_id"}, {"targets", "target_id"}, {"measures", "measure_id"},
		{"checklist_items", "item_id"}, {"checklist_marks", "mark_id"}, {"honours", "honour_id"}, {"mediation", "mediation_id"}, {"scenarios", "scenario_id"}, {"circle_rules", "rule_id"}, {"lawcircle_restricted", "restricted_id"},
	}
}

func historyOf(table string) string { return "lawcircle_history_" + table }

// columnsOf lists the columns of a table as they are in the file, with their types.
func columnsOf(ctx context.Context, db querier, table string) (names, types []string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT name, type FROM pragma_table_info(?) ORDER BY cid`, table)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the columns of %s: %w", table, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, nil, fmt.Errorf("reading the columns of %s: %w", table, err)
		}
		names, types = append(names, gpkg.Quote(name)), append(types, kind)
	}
	return names, types, rows.Err()
}

// createHistory makes the twin of a table and the triggers that fill it and move the table's clock when another program writes.
func createHistory(ctx context.Context, tx *sql.Tx, table, key string) error {
	names, types, err := columnsOf(ctx, tx, table)
	if err != nil {
		return err
	}
	create := "CREATE TABLE IF NOT EXISTS " + historyOf(table) + " (change_id INTEGER NOT NULL, side INTEGER NOT NULL, row_key TEXT NOT NULL, existed BOOLEAN NOT NULL, " +
		declare(names, types) + ", PRIMARY KEY (change_id, side, row_key)) WITHOUT ROWID"
	if _, err := tx.ExecContext(ctx, create); err != nil {
		return fmt.Errorf("creating the history of %s: %w", table, err)
	}
	if err := addColumns(ctx, tx, historyOf(table), names, types); err != nil {
		return err
	}
	if err := replaceTriggers(ctx, tx, historyTriggers(table, key, names)); err != nil {
		return err
	}
	return replaceTriggers(ctx, tx, clockTriggers(table))
}

// addColumns gives a twin the columns that its table has got since.
func addColumns(ctx context.Context, tx *sql.Tx, history string, names, types []string) error {
	there, _, err := columnsOf(ctx, tx, history)
	if err != nil {
		return err
	}
	for i, name := range names {
		if slices.Contains(there, name) {
			continue
		}
		if _, err := tx.ExecContext(ctx, "ALTER TABLE "+history+" ADD COLUMN "+name+" "+types[i]); err != nil {
			return fmt.Errorf("adding %s to %s: %w", name, history, err)
		}
	}
	return nil
}

func declare(names, types []string) string {
	columns := make([]string, len(names))
	for i := range names {
		columns[i] = names[i] + " " + types[i]
	}
	return strings.Join(columns, ", ")
}

// createCopy makes the place where a table that is always replaced as a whole keeps what it was before.
func createCopy(ctx context.Context, tx *sql.Tx, table string) error {
	names, types, err := columnsOf(ctx, tx, table)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+historyOf(table)+" (change_id INTEGER NOT NULL, "+declare(names, types)+")")
	if err != nil {
		return fmt.Errorf("creating the history of %s: %w", table, err)
	}
	if err := addColumns(ctx, tx, historyOf(table), names, types); err != nil {
		return err
	}
	return replaceTriggers(ctx, tx, clockTriggers(table))
}

// historyTriggers note each row that one of our own changes replaces or deletes, as it was before. Rows that are new need no trigger: see
// [Tx.logNew].
func historyTriggers(table, key string, names []string) map[string]string {
	history := historyOf(table)
	// ON CONFLICT DO NOTHING and not INSERT OR IGNORE: an upsert outside would overrule that
	body := " ON " + table + " WHEN (SELECT change_id FROM lawcircle_state) > 0 BEGIN INSERT INTO " + history + " (change_id, side, row_key, existed, " +
		strings.Join(names, ", ") + ") SELECT change_id, 0, OLD." + key + ", 1, OLD." + strings.Join(names, ", OLD.") +
		" FROM lawcircle_state WHERE true ON CONFLICT DO NOTHING; END"
	return map[string]string{
		history + "_update": "CREATE TRIGGER " + history + "_update AFTER UPDATE" + body,
		history + "_delete": "CREATE TRIGGER " + history + "_delete AFTER DELETE" + body,
	}
}

// clockTriggers move a table's clock when another program writes. Our own changes do it once, at their end.
func clockTriggers(table string) map[string]string {
	out := map[string]string{}
	for _, event := range []string{"INSERT", "UPDATE", "DELETE"} {
		name := "lawcircle_clock_" + table + "_" + strings.ToLower(event)
		out[name] = "CREATE TRIGGER " + name + " AFTER " + event + " ON " + table + " WHEN (SELECT change_id FROM lawcircle_state) = 0" +
			" BEGIN UPDATE lawcircle_clock SET revision = revision + 1 WHERE table_name = '" + table + "'; END"
	}
	return out
}

func replaceTriggers(ctx context.Context, tx *sql.Tx, triggers map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(triggers)) {
		if _, err := tx.ExecContext(ctx, "DROP TRIGGER IF EXISTS "+name+"; "+triggers[name]); err != nil {
			return fmt.Errorf("creating trigger %s: %w", name, err)
		}
	}
	return nil
}

// mark remembers the highest fid that a table has ever had. Fids are never used twice, so a row above the mark is new.
func (tx *Tx) mark(table string) error {
	var highest int64
	err := tx.tx.QueryRowContext(tx.ctx, `SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = ?`, table).Scan(&highest)
	if err != nil {
		return fmt.Errorf("reading the highest row of %s: %w", table, err)
	}
	tx.marks[table] = highest
	return nil
}

// logNew notes the rows that are new, all at once, and forgets what the triggers noted of rows that came and went within the change.
func (tx *Tx) logNew(table, key string) error {
	history := historyOf(table)
	if _, err := tx.exec("DELETE FROM "+history+" WHERE change_id = ? AND side = 0 AND fid > ?", tx.id, tx.marks[table]); err != nil {
		return err
	}
	_, err := tx.exec("INSERT INTO "+history+" (change_id, side, row_key, existed) SELECT ?, 0, "+key+", 0 FROM "+table+
		" WHERE fid > ? ON CONFLICT DO NOTHING", tx.id, tx.marks[table])
	return err
}

// logAfter copies how the touched rows look now, and counts them.
func (tx *Tx) logAfter() error {
	for _, t := range keyedTables() {
		if !tx.touched[t.name] {
			continue
		}
		names, _, err := columnsOf(tx.ctx, tx.tx, t.name)
		if err == nil {
			err = tx.logNew(t.name, t.key)
		}
		if err != nil {
			return err
		}
		history := historyOf(t.name)
		var rows int
		if err := tx.tx.QueryRowContext(tx.ctx, "SELECT count(*) FROM "+history+" WHERE change_id = ? AND side = 0", tx.id).Scan(&rows); err != nil {
			return fmt.Errorf("counting changed rows of %s: %w", t.name, err)
		}
		_, err = tx.exec("INSERT INTO "+history+" (change_id, side, row_key, existed, "+strings.Join(names, ", ")+
			") SELECT before.change_id, 1, before.row_key, now.fid IS NOT NULL, now."+strings.Join(names, ", now.")+
			" FROM "+history+" before LEFT JOIN "+t.name+" now ON now."+t.key+" = before.row_key"+
			" WHERE before.change_id = ? AND before.side = 0 AND (before.existed OR ?)", tx.id, rows <= maxAfterRows)
		if err != nil {
			return err
		}
		if _, err := tx.exec(`UPDATE lawcircle_changes SET row_count = row_count + ? WHERE change_id = ?`, rows, tx.id); err != nil {
			return err
		}
	}
	return nil
}
