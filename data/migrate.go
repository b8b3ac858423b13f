package data

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"lawcircle/data/gpkg"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

type migration struct {
	version int
	name    string
	sql     string
}

// migrations lists the embedded migrations in order. A runner of our own is shorter than the glue that a library would need: the place
// where such libraries keep their version, user_version, belongs to the GeoPackage standard here.
func migrations() ([]migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("listing migrations: %w", err)
	}
	slices.Sort(names)
	var out []migration
	for i, name := range names {
		base := strings.TrimSuffix(filepath.Base(name), ".sql")
		number, _, _ := strings.Cut(base, "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s is not number %d", name, i+1)
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading migration %s: %w", name, err)
		}
		out = append(out, migration{version, base, string(text)})
	}
	return out, nil
}

// newestVersion is the version of a project that this program writes.
func newestVersion() int {
	known, err := migrations()
	if err != nil {
		panic(err) // the embedded files are wrong: nothing can work
	}
	return len(known)
}

// probe looks at a file and returns the version of the project in it, 0 for an empty database. It changes nothing, unless a program was
// killed in the middle of something that only a writer can take back, and mayWrite lets SQLite do so.
func probe(ctx context.Context, path string, mayWrite bool) (version int, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if info.IsDir() {
		return 0, fmt.Errorf("is a folder: %w", ErrNotProject)
	}
	dsn, err := readingDSN(path)
	if err != nil {
		return 0, err
	}
	version, err = versionAt(ctx, dsn)
	if err == nil || !mayWrite || errors.Is(err, ErrNewer) {
		return version, err
	}
	if dsn, err = gpkg.DSN(path, map[string]string{"mode": "rw", "_busy_timeout": "15000"}); err != nil {
		return 0, err
	}
	return versionAt(ctx, dsn)
}

func versionAt(ctx context.Context, dsn string) (int, error) {
	db := gpkg.Open(dsn)
	defer db.Close()
	return versionOf(ctx, db)
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func versionOf(ctx context.Context, db querier) (int, error) {
	var tables, ours int
	err := db.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE name = 'lawcircle_migrations') FROM sqlite_schema`).Scan(&tables, &ours)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotProject, err)
	}
	if tables == 0 {
		return 0, nil
	}
	if ours == 0 {
		return 0, fmt.Errorf("it is a database or GeoPackage of another program; import its layers into a project instead: %w", ErrNotProject)
	}
	var version int
	if err := db.QueryRowContext(ctx, `SELECT ifnull(max(version), 0) FROM lawcircle_migrations`).Scan(&version); err != nil {
		return 0, fmt.Errorf("reading the version of the project: %w", err)
	}
	known, err := migrations()
	if err != nil {
		return 0, err
	}
	if version > len(known) {
		return 0, fmt.Errorf("it has version %d, this program knows up to %d: use the newer program: %w", version, len(known), ErrNewer)
	}
	return version, nil
}

// migrate brings the file to the newest version, each step in a transaction of its own. Two programs that start at once take turns.
func (p *Project) migrate(ctx context.Context) error {
	known, err := migrations()
	if err != nil {
		return err
	}
	migrated := false
	for {
		done, err := p.migrateOnce(ctx, known)
		if err != nil {
			return err
		}
		if done {
			break
		}
		migrated = true
	}
	if !migrated {
		return p.refurnish(ctx)
	}
	// Other programs look for the marks of a GeoPackage in the first bytes of the file itself, past SQLite.
	if _, err := p.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return fmt.Errorf("settling the migrated project: %w", err)
	}
	return nil
}

// refurnish makes anew what follows from the tables when another version of the program has made it otherwise.
func (p *Project) refurnish(ctx context.Context) error {
	const query = `SELECT count(*) FROM lawcircle_digests WHERE content = 'furnishing' AND digest = ?`
	var same int
	if err := p.write.QueryRowContext(ctx, query, furnishing()).Scan(&same); err != nil || same == 1 {
		return err
	}
	tx, err := p.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("locking the project to bring it up to date: %w", err)
	}
	defer tx.Rollback()
	if err := p.furnish(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (p *Project) migrateOnce(ctx context.Context, known []migration) (done bool, err error) {
	version, err := versionOf(ctx, p.write) // a look first: most files need no lock
	if err != nil || version == len(known) {
		return true, err
	}
	tx, err := p.write.BeginTx(ctx, nil)
	if err != nil {
		return true, fmt.Errorf("locking the project to bring it up to date: %w", err)
	}
	defer tx.Rollback()
	if version, err = versionOf(ctx, tx); err != nil || version == len(known) {
		return true, err
	}
	if version == 0 {
		if err := createEmpty(ctx, tx); err != nil {
			return true, err
		}
	}
	next := known[version]
	if _, err := tx.ExecContext(ctx, next.sql); err != nil {
		return true, fmt.Errorf("migration %s: %w", next.name, err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO lawcircle_migrations VALUES (?,?,?)`, next.version, next.name, stamp(p.now())); err != nil {
		return true, fmt.Errorf("noting migration %s: %w", next.name, err)
	}
	if next.version == len(known) {
		if err := p.furnish(ctx, tx); err != nil {
			return true, err
		}
	}
	if err := tx.Commit(); err != nil {
		return true, fmt.Errorf("committing migration %s: %w", next.name, err)
	}
	return false, nil
}

func createEmpty(ctx context.Context, tx *sql.Tx) error {
	if err := gpkg.CreateCore(ctx, tx); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `CREATE TABLE lawcircle_migrations (version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL)`)
	if err != nil {
		return fmt.Errorf("creating the project: %w", err)
	}
	return nil
}

// stamp writes a time as GeoPackage DATETIME wants it: UTC, to the millisecond.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
