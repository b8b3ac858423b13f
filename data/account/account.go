// Package account keeps what belongs to a server and not to a project: users, tokens for tools, the audit trail and the records of jobs,
// in a database of its own (server.db) that is never handed around with the project file.
package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver
)

// ErrUnknown is returned for what is not in the database.
var ErrUnknown = errors.New("unknown account or token")

// DB is an open server database. It may be used from many goroutines.
type DB struct{ sql *sql.DB }

// User is an account.
type User struct {
	Name, Role, Password string
	Disabled             bool
	Epoch                int64
}

// Token lets a tool in; Digest is the SHA-256 of its text.
type Token struct {
	ID, User, Note, Role, Digest string
	Created, Expires             time.Time // Expires zero = never
}

// Entry is one row of the audit trail.
type Entry struct {
	At               time.Time
	User, From, What string
	Status           int
}

// migrations bring an older database up to date, one after another; user_version counts those done.
func migrations() []string {
	return []string{`
CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, disabled INTEGER NOT NULL, epoch INTEGER NOT NULL) STRICT;
CREATE TABLE tokens (id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users (name), note TEXT NOT NULL, role TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT;
CREATE TABLE trail (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user TEXT NOT NULL, caller TEXT NOT NULL, what TEXT NOT NULL, status INTEGER NOT NULL) STRICT;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE jobs (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;`}
}

// Open opens the database and creates it when there is none, readable by its owner only.
func Open(ctx context.Context, path string) (*DB, error) {
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "_journal_mode=WAL&_foreign_keys=on&_busy_timeout=5000&_txlock=immediate&_synchronous=NORMAL"}).String()
	if err := makePrivate(path); err != nil {
		return nil, fmt.Errorf("making the server database: %w", err)
	}
	db, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return nil, fmt.Errorf("opening the server database %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	d := &DB{db}
	if err := d.migrate(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("opening the server database %s: %w", path, err)
	}
	return d, nil
}

// Close closes the database.
func (d *DB) Close() error { return d.sql.Close() }

func (d *DB) migrate(ctx context.Context) error {
	tx, err := d.sql.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var done int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&done); err != nil {
		return err
	}
	all := migrations()
	if done > len(all) {
		return errors.New("it was written by a newer version of the program")
	}
	for i := done; i < len(all); i++ {
		if _, err := tx.ExecContext(ctx, all[i]); err != nil {
			return fmt.Errorf("migration %d: %w", i+1, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, len(all))); err != nil {
		return err
	}
	return tx.Commit()
}

// User returns an account, or ErrUnknown.
func (d *DB) User(ctx context.Context, name string) (User, error) {
	u := User{Name: name}
	err := d.sql.QueryRowContext(ctx, `SELECT role, password, disabled, epoch FROM users WHERE name = ?`, name).Scan(&u.Role, &u.Password, &u.Disabled, &u.Epoch)
	return u, unknown(err)
}

func unknown(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrUnknown
	}
	return err
}

// Users lists all accounts by name.
func (d *DB) Users(ctx context.Context) ([]User, error) {
	return list(ctx, d.sql, `SELECT name, role, password, disabled, epoch FROM users ORDER BY name`, nil, func(u *User) []any {
		return []any{&u.Name, &u.Role, &u.Password, &u.Disabled, &u.Epoch}
	})
}

// SaveUser adds an account or replaces the one of the same name.
func (d *DB) SaveUser(ctx context.Context, u User) error {
	_, err := d.sql.ExecContext(ctx, `INSERT INTO users VALUES (?,?,?,?,?) ON CONFLICT (name) DO UPDATE SET role = excluded.role,
		password = excluded.password, disabled = excluded.disabled, epoch = excluded.epoch`, u.Name, u.Role, u.Password, u.Disabled, u.Epoch)
	return err
}

const tokenColumns = `id, user, note, role, digest, created, expires`

// tokenRow reads times as Unix seconds, 0 for never.
type tokenRow struct {
	Token
	created, expires int64
}

func (r *tokenRow) fields() []any {
	return []any{&r.ID, &r.User, &r.Note, &r.Role, &r.Digest, &r.created, &r.expires}
}

func (r *tokenRow) token() Token {
	r.Created = time.Unix(r.created, 0).UTC()
	if r.expires != 0 {
		r.Expires = time.Unix(r.expires, 0).UTC()
	}
	return r.Token
}

// TokenByDigest returns a token, or ErrUnknown.
func (d *DB) TokenByDigest(ctx context.Context, digest string) (Token, error) {
	var r tokenRow
	err := d.sql.QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM tokens WHERE digest = ?`, digest).Scan(r.fields()...)
	return r.token(), unknown(err)
}

// Tokens lists a user's tokens, oldest first.
func (d *DB) Tokens(ctx context.Context, user string) ([]Token, error) {
	rows, err := list(ctx, d.sql, `SELECT `+tokenColumns+` FROM tokens WHERE user = ? ORDER BY created, id`, []any{user}, (*tokenRow).fields)
	out := make([]Token, len(rows))
	for i := range rows {
		out[i] = rows[i].token()
	}
	return out, err
}

// SaveToken keeps a new token.
func (d *DB) SaveToken(ctx context.Context, t Token) error {
	expires := int64(0)
	if !t.Expires.IsZero() {
		expires = t.Expires.Unix()
	}
	_, err := d.sql.ExecContext(ctx, `INSERT INTO tokens VALUES (?,?,?,?,?,?,?)`, t.ID, t.User, t.Note, t.Role, t.Digest, t.Created.Unix(), expires)
	return err
}

// DeleteToken removes a user's token; an unknown one is ErrUnknown.
func (d *DB) DeleteToken(ctx context.Context, user, id string) error {
	result, err := d.sql.ExecContext(ctx, `DELETE FROM tokens WHERE user = ? AND id = ?`, user, id)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrUnknown)
	}
	return nil
}

// Secret returns the key that sessions are signed with; the first call makes it.
func (d *DB) Secret(ctx context.Context) ([]byte, error) {
	var fresh [32]byte
	_, _ = rand.Read(fresh[:]) // crypto/rand.Read never fails
	if _, err := d.sql.ExecContext(ctx, `INSERT INTO secrets VALUES ('session', ?) ON CONFLICT DO NOTHING`, fresh[:]); err != nil {
		return nil, err
	}
	var secret []byte
	err := d.sql.QueryRowContext(ctx, `SELECT value FROM secrets WHERE name = 'session'`).Scan(&secret)
	return secret, err
}

// Note adds a row to the audit trail.
func (d *DB) Note(ctx context.Context, e Entry) error {
	_, err := d.sql.ExecContext(ctx, `INSERT INTO trail (at, user, caller, what, status) VALUES (?,?,?,?,?)`, e.At.UnixMilli(), e.User, e.From, e.What, e.Status)
	return err
}

// Trail lists the newest rows of the audit trail, newest first.
func (d *DB) Trail(ctx context.Context, limit int) ([]Entry, error) {
	type row struct {
		Entry
		at int64
	}
	rows, err := list(ctx, d.sql, `SELECT at, user, caller, what, status FROM trail ORDER BY id DESC LIMIT ?`, []any{limit}, func(r *row) []any {
		return []any{&r.at, &r.User, &r.From, &r.What, &r.Status}
	})
	out := make([]Entry, len(rows))
	for i, r := range rows {
		out[i] = r.Entry
		out[i].At = time.UnixMilli(r.at).UTC()
	}
	return out, err
}

// SaveJob keeps the record of a job as JSON.
func (d *DB) SaveJob(ctx context.Context, id string, record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("keeping job %s: %w", id, err)
	}
	_, err = d.sql.ExecContext(ctx, `INSERT INTO jobs VALUES (?,?) ON CONFLICT (id) DO UPDATE SET record = excluded.record`, id, string(text))
	return err
}

// Jobs returns the records of all jobs as JSON, by id.
func (d *DB) Jobs(ctx context.Context) ([]json.RawMessage, error) {
	texts, err := list(ctx, d.sql, `SELECT record FROM jobs ORDER BY id`, nil, func(s *string) []any { return []any{s} })
	out := make([]json.RawMessage, len(texts))
	for i, text := range texts {
		out[i] = json.RawMessage(text)
	}
	return out, err
}

// DeleteJob forgets a job.
func (d *DB) DeleteJob(ctx context.Context, id string) error {
	_, err := d.sql.ExecContext(ctx, `DELETE FROM jobs WHERE id = ?`, id)
	return err
}

// list reads all rows of a query.
func list[T any](ctx context.Context, db *sql.DB, query string, args []any, fields func(*T) []any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var one T
		if err := rows.Scan(fields(&one)...); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}
