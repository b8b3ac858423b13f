// Package account knows who may do what on a server that other computers can reach: users with roles, passwords, signed sessions, tokens
// for tools, and the trail of who did what.
package account

import (
	"context"
	"errors"
	"regexp"
	"time"
)

// Role is what a user may do. Each role may do everything that the ones before it may.
type Role string

// Roles.
const (
	Viewer        Role = "viewer"        // read
	Planner       Role = "planner"       // edit the project, import, compute
	Administrator Role = "administrator" // manage users
)

// Valid reports whether the role is one of the three.
func (r Role) Valid() bool { return r.rank() > 0 }

// AtLeast reports whether the role may do what another may.
func (r Role) AtLeast(other Role) bool { return r.rank() >= other.rank() && r.Valid() }

func (r Role) rank() int {
	switch r {
	case Viewer:
		return 1
	case Planner:
		return 2
	case Administrator:
		return 3
	default:
		return 0
	}
}

// User is an account.
type User struct {
	Name     string
	Role     Role
	Password string // hash in PHC form
	Disabled bool
	Epoch    int64 // sessions of an earlier epoch are no longer valid
}

// Token lets a tool in without a session. Only its digest is kept.
type Token struct {
	ID      string
	User    string
	Note    string
	Role    Role   // at most the user's own
	Digest  string // SHA-256, hex
	Created time.Time
	Expires time.Time // zero = never
}

// Entry is one row of the audit trail.
type Entry struct {
	At     time.Time
	User   string
	From   string // address
	What   string // "POST /api/v1/points", "login", …
	Status int
}

var namePattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$`)

// ValidName reports whether an account may be called so: letters of any script, digits and . _ -, at most 64.
func ValidName(name string) bool { return namePattern.MatchString(name) }

// ErrUnknown is returned by a Store for what it does not have.
var ErrUnknown = errors.New("unknown account or token")

// Store keeps accounts, apart from the project file.
type Store interface {
	User(ctx context.Context, name string) (User, error)
	Users(ctx context.Context) ([]User, error) // by name
	SaveUser(ctx context.Context, user User) error
	TokenByDigest(ctx context.Context, digest string) (Token, error)
	Tokens(ctx context.Context, user string) ([]Token, error)
	SaveToken(ctx context.Context, token Token) error
	DeleteToken(ctx context.Context, user, id string) error
	// Secret returns the key that sessions are signed with, the same for the life of the store.
	Secret(ctx context.Context) ([]byte, error)
	Note(ctx context.Context, entry Entry) error
	Trail(ctx context.Context, limit int) ([]Entry, error) // newest first
}
