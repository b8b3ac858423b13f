package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Who is the person or tool behind a request.
type Who struct {
	Name    string
	Role    Role
	Session bool // by cookie, which a browser sends by itself
}

// Errors of the gate.
var (
	// ErrDenied says that name or password is wrong, without saying which.
	ErrDenied = errors.New("wrong name or password")
	// ErrTooOften says that there were too many attempts.
	ErrTooOften = errors.New("too many attempts")
)

const (
	sessionTime = 12 * time.Hour
	tokenPrefix = "lct_"

	attemptsPerMinute = 10
	maxTracked        = 10_000 // callers whose attempts are counted; the rest share one counter
)

// Gate lets users in.
type Gate struct {
	store  Store
	now    func() time.Time
	secret []byte
	dummy  string        // hash compared with when the user is unknown, so that both cases take the same time
	hashes chan struct{} // bounds the memory that password checks take at once

	mu       sync.Mutex
	attempts map[string]*rate.Limiter
}

// NewGate makes a gate on a store.
func NewGate(ctx context.Context, store Store, now func() time.Time) (*Gate, error) {
	secret, err := store.Secret(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the key of sessions: %w", err)
	}
	if len(secret) < 32 {
		return nil, errors.New("the key of sessions is too short")
	}
	dummy, err := HashPassword(rand.Text())
	if err != nil {
		return nil, err
	}
	return &Gate{store: store, now: now, secret: secret, dummy: dummy, hashes: make(chan struct{}, 2), attempts: map[string]*rate.Limiter{}}, nil
}

// allow counts an attempt of a caller.
func (g *Gate) allow(caller string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	limiter, known := g.attempts[caller]
	if !known {
		if len(g.attempts) >= maxTracked {
			g.attempts = map[string]*rate.Limiter{} // forgetting everyone is fairer than locking newcomers out
		}
		limiter = rate.NewLimiter(rate.Every(time.Minute/attemptsPerMinute), attemptsPerMinute)
		g.attempts[caller] = limiter
	}
	return limiter.AllowN(g.now(), 1)
}

// Login checks name and password and returns the value of a session cookie with its end. from is the caller's address.
func (g *Gate) Login(ctx context.Context, name, password, from string) (session string, until time.Time, err error) {
	if !g.allow("from "+from) || !g.allow("name "+name) {
		return "", until, ErrTooOften
	}
	user, err := g.store.User(ctx, name)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return "", until, fmt.Errorf("looking up an account: %w", err)
	}
	hash := user.Password
	if err != nil || user.Disabled {
		hash = g.dummy
	}
	right, checkErr := g.check(ctx, hash, password)
	if checkErr != nil {
		return "", until, checkErr
	}
	if err != nil || user.Disabled || !right {
		return "", until, ErrDenied
	}
	until = g.now().Add(sessionTime)
	session, err = g.sign(claims{user.Name, user.Epoch, until.Unix()})
	return session, until, err
}

func (g *Gate) check(ctx context.Context, hash, password string) (bool, error) {
	select {
	case g.hashes <- struct{}{}:
		defer func() { <-g.hashes }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	return CheckPassword(hash, password)
}

// claims are what a session says; the signature proves that this server said it.
type claims struct {
	Name    string `json:"n"`
	Epoch   int64  `json:"e"`
	Expires int64  `json:"x"` // Unix seconds
}

func (g *Gate) sign(c claims) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("making a session: %w", err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode(text) + "." + encode(g.mac(text)), nil
}

func (g *Gate) mac(text []byte) []byte {
	mac := hmac.New(sha256.New, g.secret)
	mac.Write(text)
	return mac.Sum(nil)
}

// Session returns who a session cookie belongs to. A forged, expired or revoked one is ErrDenied.
func (g *Gate) Session(ctx context.Context, cookie string) (Who, error) {
	payload, signature, _ := strings.Cut(cookie, ".")
	text, err1 := base64.RawURLEncoding.DecodeString(payload)
	mac, err2 := base64.RawURLEncoding.DecodeString(signature)
	if err1 != nil || err2 != nil || !hmac.Equal(mac, g.mac(text)) {
		return Who{}, ErrDenied
	}
	var c claims
	if err := json.Unmarshal(text, &c); err != nil || g.now().Unix() >= c.Expires {
		return Who{}, ErrDenied
	}
	user, err := g.store.User(ctx, c.Name)
	if err != nil || user.Disabled || user.Epoch != c.Epoch {
		return Who{}, denied(err)
	}
	return Who{user.Name, user.Role, true}, nil
}

func denied(err error) error {
	if err == nil || errors.Is(err, ErrUnknown) {
		return ErrDenied
	}
	return err
}

// Token returns who a token belongs to.
func (g *Gate) Token(ctx context.Context, text string) (Who, error) {
	if !strings.HasPrefix(text, tokenPrefix) {
		return Who{}, ErrDenied
	}
	token, err := g.store.TokenByDigest(ctx, digest(text))
	if err != nil {
		return Who{}, denied(err)
	}
	if !token.Expires.IsZero() && !g.now().Before(token.Expires) {
		return Who{}, ErrDenied
	}
	user, err := g.store.User(ctx, token.User)
	if err != nil || user.Disabled {
		return Who{}, denied(err)
	}
	role := token.Role
	if !user.Role.AtLeast(role) {
		role = user.Role
	}
	return Who{Name: user.Name, Role: role}, nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// NewToken makes a token for a user; its text is shown once and never kept.
func (g *Gate) NewToken(ctx context.Context, who Who, role Role, note string, expires time.Time) (text string, token Token, err error) {
	if !who.Role.AtLeast(role) {
		return "", token, ErrDenied
	}
	text = tokenPrefix + rand.Text() + rand.Text()
	token = Token{ID: strings.ToLower(rand.Text()[:12]), User: who.Name, Note: note, Role: role, Digest: digest(text), Created: g.now().UTC(), Expires: expires}
	if err := g.store.SaveToken(ctx, token); err != nil {
		return "", token, fmt.Errorf("keeping a token: %w", err)
	}
	return text, token, nil
}

// SetPassword changes a user's password and ends all sessions.
func (g *Gate) SetPassword(ctx context.Context, name, password string) error {
	user, err := g.store.User(ctx, name)
	if err != nil {
		return err
	}
	if user.Password, err = HashPassword(password); err != nil {
		return err
	}
	user.Epoch++
	return g.store.SaveUser(ctx, user)
}

// EndSessions ends all sessions of a user.
func (g *Gate) EndSessions(ctx context.Context, name string) error {
	user, err := g.store.User(ctx, name)
	if err != nil {
		return err
	}
	user.Epoch++
	return g.store.SaveUser(ctx, user)
}

// Store returns the store behind the gate.
func (g *Gate) Store() Store { return g.store }
