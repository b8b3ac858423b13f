package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"lawcircle/data/gpkg"
)

// CopyOptions say what goes into a copy that is handed to others. The zero value leaves out personal details and the log.
type CopyOptions struct {
	Personal bool // personal details and who has read them
	Log      bool // the log of changes with the rows as they were, which holds earlier personal details too
}

// Copy writes the project as it is now to a new file, compact and closed, without stopping anyone. It refuses to overwrite. What is left
// out is not in the file at all, not even in free pages.
func (p *Project) Copy(ctx context.Context, path string, opts CopyOptions) (err error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copying the project to %s: there is a file already", path)
	}
	defer func() {
		if err != nil {
			os.Remove(path)
			err = fmt.Errorf("copying the project to %s: %w", path, err)
		}
	}()
	if err := p.vacuumInto(ctx, path); err != nil {
		return err
	}
	dsn, err := gpkg.DSN(path, map[string]string{"mode": "rw", "_foreign_keys": "0", "_secure_delete": "1"})
	if err != nil {
		return err
	}
	db := gpkg.Open(dsn)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range opts.purge() {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("leaving out what is not to be passed on: %w", err)
		}
	}
	_, err = db.ExecContext(ctx, `VACUUM`)
	return err
}

func (p *Project) vacuumInto(ctx context.Context, path string) error {
	dsn, err := gpkg.DSN(p.path, readingSettings(p.path)) // a connection of its own: the pool's refuse even this writing
	if err != nil {
		return err
	}
	db := gpkg.Open(dsn)
	defer db.Close()
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, path)
	return err
}

// purge lists the statements that empty what is not copied.
func (o CopyOptions) purge() []string {
	var out []string
	if !o.Personal {
		out = append(out, `DELETE FROM lawcircle_restricted`, `DELETE FROM lawcircle_access_log`, `DELETE FROM `+historyOf("lawcircle_restricted"))
	}
	if !o.Log {
		for _, t := range keyedTables() {
			out = append(out, `DELETE FROM `+historyOf(t.name))
		}
		for _, name := range roadTables() {
			out = append(out, `DELETE FROM `+historyOf(name))
		}
		out = append(out, `DELETE FROM lawcircle_changes`)
	}
	return out
}
