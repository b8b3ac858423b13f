package data

import (
	"context"
	"fmt"

	"lawcircle/data/gpkg"
)

// Repair makes everything anew that follows from the records: descriptions, code lists, spatial indexes with their triggers, extents, the
// log's triggers and the clocks. Records themselves are left alone. It is the remedy for what [Project.Check] finds there.
func (p *Project) Repair(ctx context.Context, user string) error {
	return p.Update(ctx, Change{User: user, What: "修复 / repair"}, func(tx *Tx) error {
		if err := p.furnish(ctx, tx.tx); err != nil {
			return err
		}
		names, err := textColumn(ctx, tx.tx, `SELECT table_name FROM gpkg_geometry_columns WHERE table_name IN (SELECT name FROM sqlite_schema)
			AND 'rtree_' || table_name || '_geom' IN (SELECT name FROM sqlite_schema) ORDER BY 1`)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := gpkg.DropTriggers(ctx, tx.tx, name); err != nil {
				return err
			}
			if err := tx.rebuildIndex(name); err != nil {
				return err
			}
			if err := gpkg.RefreshExtent(ctx, tx.tx, name, tx.now); err != nil {
				return err
			}
		}
		return nil
	})
}

// Compact drops from the log how rows looked before and after all but the newest changes, and gives the room back to the disk. What was
// done, when and by whom stays in the log; dropped changes cannot be undone any more ([ErrForgotten]). Cost: the file is written anew.
func (p *Project) Compact(ctx context.Context, user string, keep int) error {
	err := p.Update(ctx, Change{User: user, What: "压缩 / compact"}, func(tx *Tx) error {
		for _, t := range keyedTables() {
			_, err := tx.exec("DELETE FROM "+historyOf(t.name)+" WHERE change_id NOT IN (SELECT change_id FROM lawcircle_changes ORDER BY change_id DESC LIMIT ?)", keep+1)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if _, err := p.write.ExecContext(ctx, `VACUUM`); err != nil {
		return fmt.Errorf("compacting %s: %w", p.path, err)
	}
	return nil
}
