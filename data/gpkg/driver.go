package gpkg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// DSN builds the data source name of a SQLite file. Settings are those of github.com/mattn/go-sqlite3 and of SQLite's URI names; they hold
// for every connection of a pool, which a PRAGMA run once would not.
func DSN(path string, settings map[string]string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("finding %s: %w", path, err)
	}
	slashed := filepath.ToSlash(absolute)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter
	}
	query := url.Values{}
	for name, value := range settings {
		query.Set(name, value)
	}
	return "file://" + (&url.URL{Path: slashed}).EscapedPath() + "?" + query.Encode(), nil
}

// Open returns a pool of connections to a SQLite file, each of which knows ST_IsEmpty, ST_MinX, ST_MaxX, ST_MinY and ST_MaxY for
// GeoPackage geometry. Nothing is opened until the pool is used.
func Open(dsn string) *sql.DB {
	return sql.OpenDB(connector{dsn, &sqlite3.SQLiteDriver{ConnectHook: registerFunctions}})
}

type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

// Connect implements [driver.Connector].
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver implements [driver.Connector].
func (c connector) Driver() driver.Driver { return c.driver }

// registerFunctions makes the functions of the R-tree triggers known (GeoPackage Annex F.3). Like those of other programs they answer
// NULL for NULL and for empty geometry. Damaged geometry counts as empty, so that it can be replaced.
func registerFunctions(conn *sqlite3.SQLiteConn) error {
	side := func(pick func(Envelope) float64) func(any) (any, error) {
		return func(value any) (any, error) {
			blob, _ := value.([]byte)
			envelope, ok, err := EnvelopeOf(blob)
			if err != nil || !ok {
				return nil, nil
			}
			return pick(envelope), nil
		}
	}
	functions := map[string]any{
		"ST_MinX": side(func(e Envelope) float64 { return e.MinX }),
		"ST_MaxX": side(func(e Envelope) float64 { return e.MaxX }),
		"ST_MinY": side(func(e Envelope) float64 { return e.MinY }),
		"ST_MaxY": side(func(e Envelope) float64 { return e.MaxY }),
		"ST_IsEmpty": func(value any) (any, error) {
			blob, _ := value.([]byte)
			if blob == nil {
				return nil, nil
			}
			_, ok, err := EnvelopeOf(blob)
			return err != nil || !ok, nil
		},
	}
	for name, function := range functions {
		if err := conn.RegisterFunc(name, function, true); err != nil {
			return fmt.Errorf("registering %s: %w", name, err)
		}
	}
	return nil
}
