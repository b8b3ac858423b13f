package account

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// memory is a store in memory.
type memory struct {
	mu     sync.Mutex
	users  map[string]User
	tokens map[string]Token
}

func newMemory() *memory { return &memory{users: map[string]User{}, tokens: map[string]Token{}} }

func (m *memory) User(_ context.Context, name string) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, ok := m.users[name]
	if !ok {
		return User{}, ErrUnknown
	}
	return u, nil
}

func (m *memory) SaveUser(_ context.Context, u User) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users[u.Name] = u
	return nil
}

func (m *memory) TokenByDigest(_ context.Context, digest string) (Token, error) {
	t, ok := m.tokens[digest]
	if !ok {
		return Token{}, ErrUnknown
	}
	return t, nil
}

func (m *memory) SaveToken(_ context.Context, t Token) error {
	m.tokens[t.Digest] = t
	return nil
}

func (m *memory) Users(context.Context) ([]User, error)             { return nil, nil }
func (m *memory) Tokens(context.Context, string) ([]Token, error)   { return nil, nil }
func (m *memory) DeleteToken(context.Context, string, string) error { return nil }
func (m *memory) Secret(context.Context) ([]byte, error)            { return []byte(strings.Repeat("s", 32)), nil }
func (m *memory) Note(context.Context, Entry) error                 { return nil }
func (m *memory) Trail(context.Context, int) ([]Entry, error)       { return nil, nil }

const password = "correct horse 电池"

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func openGate(t *testing.T) (*Gate, *memory, *clock) {
	t.Helper()
	m, c := newMemory(), &clock{time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
	hash, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	m.users["li"] = User{Name: "li", Role: Planner, Password: hash}
	g, err := NewGate(context.Background(), m, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return g, m, c
}

func TestSessionsLiveAndDie(t *testing.T) {
	g, m, c := openGate(t)
	ctx := context.Background()
	session, until, err := g.Login(ctx, "li", password, "10.0.0.1")
	if err != nil || !until.Equal(c.at.Add(sessionTime)) {
		t.Fatal(err, until)
	}
	if who, err := g.Session(ctx, session); err != nil || who != (Who{"li", Planner, true}) {
		t.Errorf("%+v %v", who, err)
	}
	for name, forged := range map[string]string{
		"empty": "", "no signature": strings.Split(session, ".")[0], "other payload": "eyJuIjoiYWRtaW4ifQ." + strings.Split(session, ".")[1],
		"cut": session[:len(session)-2], "nonsense": "%%%.%%%",
	} {
		if _, err := g.Session(ctx, forged); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	u := m.users["li"]
	u.Disabled = true
	m.users["li"] = u
	if _, err := g.Session(ctx, session); !errors.Is(err, ErrDenied) {
		t.Errorf("disabled: %v", err)
	}
	u.Disabled = false
	m.users["li"] = u
	c.at = c.at.Add(sessionTime)
	if _, err := g.Session(ctx, session); !errors.Is(err, ErrDenied) {
		t.Errorf("expired: %v", err)
	}
	fresh, _, err := g.Login(ctx, "li", password, "10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.EndSessions(ctx, "li"); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Session(ctx, fresh); !errors.Is(err, ErrDenied) {
		t.Errorf("ended: %v", err)
	}
}

func TestWrongPasswordsAreRefusedAndCounted(t *testing.T) {
	g, _, c := openGate(t)
	ctx := context.Background()
	for i := range attemptsPerMinute {
		if _, _, err := g.Login(ctx, "li", "wrong password", "10.0.0.2"); !errors.Is(err, ErrDenied) {
			t.Errorf("attempt %d: %v", i, err)
		}
	}
	if _, _, err := g.Login(ctx, "li", password, "10.0.0.2"); !errors.Is(err, ErrTooOften) {
		t.Errorf("after %d attempts: %v", attemptsPerMinute, err)
	}
	if _, _, err := g.Login(ctx, "li", password, "10.0.0.3"); !errors.Is(err, ErrTooOften) {
		t.Errorf("the name is not held back from other addresses: %v", err)
	}
	c.at = c.at.Add(time.Minute)
	if _, _, err := g.Login(ctx, "li", password, "10.0.0.2"); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	if _, _, err := g.Login(ctx, "nobody", password, "10.0.0.4"); !errors.Is(err, ErrDenied) {
		t.Errorf("unknown name: %v", err)
	}
}

func TestTokensCarryAtMostTheRoleOfTheirUser(t *testing.T) {
	g, m, c := openGate(t)
	ctx := context.Background()
	li := Who{Name: "li", Role: Planner}
	if _, _, err := g.NewToken(ctx, li, Administrator, "x", time.Time{}); !errors.Is(err, ErrDenied) {
		t.Errorf("a token above its user: %v", err)
	}
	text, token, err := g.NewToken(ctx, li, Planner, "QGIS", c.at.Add(time.Hour))
	if err != nil || strings.Contains(token.Digest, text) {
		t.Fatal(err)
	}
	if who, err := g.Token(ctx, text); err != nil || who != (Who{Name: "li", Role: Planner}) {
		t.Errorf("%+v %v", who, err)
	}
	u := m.users["li"]
	u.Role = Viewer
	m.users["li"] = u
	if who, err := g.Token(ctx, text); err != nil || who.Role != Viewer {
		t.Errorf("after the user was demoted: %+v %v", who, err)
	}
	c.at = c.at.Add(time.Hour)
	if _, err := g.Token(ctx, text); !errors.Is(err, ErrDenied) {
		t.Errorf("expired: %v", err)
	}
	if _, err := g.Token(ctx, "lct_wrong"); !errors.Is(err, ErrDenied) {
		t.Errorf("unknown: %v", err)
	}
}

func TestPasswords(t *testing.T) {
	for _, weak := range []string{"", "short", strings.Repeat("x", maxPassword+1)} {
		if _, err := HashPassword(weak); !errors.Is(err, ErrWeak) {
			t.Errorf("%q: %v", weak, err)
		}
	}
	first, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	second, err := HashPassword(password)
	if err != nil || first == second {
		t.Errorf("the same password gives the same hash: %v", err)
	}
	for _, test := range []struct {
		hash, password  string
		right, readable bool
	}{
		{first, password, true, true}, {first, password + " ", false, true}, {"", password, false, false}, {"$argon2id$v=19$m=99999999,t=1,p=1$YWFhYWFhYWFhYWE$YWFhYWFhYWFhYWFhYWFhYWFhYWE", password, false, false},
		{strings.Replace(first, "argon2id", "argon2i", 1), password, false, false}, {first[:len(first)-40], password, false, false},
	} {
		right, err := CheckPassword(test.hash, test.password)
		if right != test.right || (err == nil) != test.readable {
			t.Errorf("%.40s: %v %v", test.hash, right, err)
		}
	}
}

func TestRoles(t *testing.T) {
	order := []Role{Viewer, Planner, Administrator}
	for i, a := range order {
		for j, b := range order {
			if a.AtLeast(b) != (i >= j) {
				t.Errorf("%s at least %s: %v", a, b, a.AtLeast(b))
			}
		}
	}
	if Role("").AtLeast("") || Role("root").AtLeast(Viewer) || Role("root").Valid() {
		t.Error("an unknown role may do something")
	}
}

func FuzzSession(f *testing.F) {
	m := newMemory()
	m.users["li"] = User{Name: "li", Role: Planner}
	g, err := NewGate(context.Background(), m, time.Now)
	if err != nil {
		f.Fatal(err)
	}
	good, err := g.sign(claims{"li", 0, time.Now().Add(time.Hour).Unix()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("a.b")
	f.Fuzz(func(t *testing.T, cookie string) {
		if who, err := g.Session(context.Background(), cookie); err == nil && cookie != good {
			// base64 has trailing bits that do not count: the same session spelt another way is no forgery
			if who.Name != "li" {
				t.Fatalf("%q lets %+v in", cookie, who)
			}
		}
	})
}
