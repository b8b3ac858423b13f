package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"lawcircle/data/gpkg"
)

// Options say how to open a project.
type Options struct {
	ReadOnly bool             // never write; the file may lie where nothing can be written
	Create   bool             // make a new project when there is no file
	Now      func() time.Time // the clock for log entries; nil = time.Now
}

// Project is an open project file. It may be used from many goroutines.
type Project struct {
	path   string
	now    func() time.Time
	read   *sql.DB
	write  *sql.DB // one connection; nil when read-only
	graphs graphCache
}

// Errors that callers may want to tell apart.
var (
	// ErrNotProject is returned for a file that is not a project of this program.
	ErrNotProject = errors.New("not a lawcircle project file")
	// ErrNewer is returned for a project written by a newer version of the program.
	ErrNewer = errors.New("the project was written by a newer version of the program")
	// ErrReadOnly is returned for changes to a project opened read-only.
	ErrReadOnly = errors.New("the project is open read-only")
	// ErrNotFound is returned when there is nothing of the given id.
	ErrNotFound = errors.New("not found")
)

// Open opens a project file, bringing an older one up to date, or creates it when told to. It refuses what is not a project
// ([ErrNotProject]), what a newer program wrote ([ErrNewer]) and, without Create, what does not exist ([fs.ErrNotExist]).
func Open(ctx context.Context, path string, opts Options) (*Project, error) {
	p := &Project{path: path, now: opts.Now}
	if p.now == nil {
		p.now = time.Now
	}
	version, err := probe(ctx, path, !opts.ReadOnly)
	switch {
	case errors.Is(err, fs.ErrNotExist) && opts.Create && !opts.ReadOnly:
	case err != nil:
		return nil, fmt.Errorf("opening project %s: %w", path, err)
	case version == 0 && (!opts.Create || opts.ReadOnly):
		return nil, fmt.Errorf("opening project %s: the database is empty: %w", path, ErrNotProject)
	case opts.ReadOnly && version < newestVersion():
		return nil, fmt.Errorf("opening project %s: it has version %d and must be opened for writing once, to become version %d: %w", path, version,
			newestVersion(), ErrReadOnly)
	}
	if err := p.connect(ctx, opts.ReadOnly); err != nil {
		p.Close()
		return nil, fmt.Errorf("opening project %s: %w", path, err)
	}
	return p, nil
}

// Path returns the path that the project was opened with.
func (p *Project) Path() string { return p.path }

// Close closes the file and folds its write-ahead log into it, so that it can be copied as one file.
func (p *Project) Close() {
	if p.read != nil {
		p.read.Close()
	}
	if p.write != nil {
		p.write.Close()
	}
}

func (p *Project) connect(ctx context.Context, readOnly bool) error {
	if !readOnly {
		dsn, err := gpkg.DSN(p.path, map[string]string{"mode": "rwc", "_txlock": "immediate", "_journal_mode": "WAL", "_synchronous": "FULL",
			"_busy_timeout": "15000", "_foreign_keys": "1", "_cache_size": "-65536"})
		if err != nil {
			return err
		}
		p.write = gpkg.Open(dsn)
		p.write.SetMaxOpenConns(1)
		if err := p.migrate(ctx); err != nil {
			return err
		}
	}
	dsn, err := readingDSN(p.path)
	if err != nil {
		return err
	}
	p.read = gpkg.Open(dsn)
	p.read.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	if err := p.read.PingContext(ctx); err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	return nil
}

// readingDSN names the file for readers. Where nothing can be written and no program has the file open, SQLite could not make the shared
// memory that it needs, and the file is read as one that nobody changes.
func readingDSN(path string) (string, error) {
	settings := readingSettings(path)
	settings["_query_only"] = "1"
	return gpkg.DSN(path, settings)
}

func readingSettings(path string) map[string]string {
	settings := map[string]string{"mode": "ro", "_busy_timeout": "15000", "_cache_size": "-16384"}
	if !canShare(path) {
		settings["immutable"] = "1"
	}
	return settings
}

func canShare(path string) bool {
	if _, err := os.Stat(path + "-shm"); err == nil {
		return true
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".lawcircle-*")
	if err != nil {
		return false
	}
	file.Close()
	os.Remove(file.Name())
	return true
}

// snapshot runs fn on one state of the file, however long it takes and whoever writes meanwhile.
func (p *Project) snapshot(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := p.read.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to read %s: %w", p.path, err)
	}
	defer tx.Rollback()
	return fn(tx)
}
