package server

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lawcircle/server/account"
)

// ledger is an account store in memory.
type ledger struct {
	mu     sync.Mutex
	users  map[string]account.User
	tokens map[string]account.Token
	trail  []account.Entry
}

func (l *ledger) User(_ context.Context, name string) (account.User, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	u, ok := l.users[name]
	if !ok {
		return u, account.ErrUnknown
	}
	return u, nil
}

func (l *ledger) Users(context.Context) ([]account.User, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []account.User
	for _, u := range l.users {
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b account.User) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (l *ledger) SaveUser(_ context.Context, u account.User) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.users[u.Name] = u
	return nil
}

func (l *ledger) TokenByDigest(_ context.Context, digest string) (account.Token, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.tokens[digest]
	if !ok {
		return t, account.ErrUnknown
	}
	return t, nil
}

func (l *ledger) Tokens(_ context.Context, user string) ([]account.Token, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []account.Token
	for _, t := range l.tokens {
		if t.User == user {
			out = append(out, t)
		}
	}
	return out, nil
}

func (l *ledger) SaveToken(_ context.Context, t account.Token) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens[t.Digest] = t
	return nil
}

func (l *ledger) DeleteToken(_ context.Context, user, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for digest, t := range l.tokens {
		if t.User == user && t.ID == id {
			delete(l.tokens, digest)
			return nil
		}
	}
	return account.ErrUnknown
}

func (l *ledger) Secret(context.Context) ([]byte, error) { return []byte(strings.Repeat("k", 32)), nil }

func (l *ledger) Note(_ context.Context, e account.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trail = append([]account.Entry{e}, l.trail...)
	return nil
}

func (l *ledger) Trail(_ context.Context, limit int) ([]account.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trail[:min(limit, len(l.trail))], nil
}

const testPassword = "一二三四五六七八九十"

// guarded makes a server with one account of each role, named as the role.
func guarded(t *testing.T) (*Server, *ledger) {
	t.Helper()
	l := &ledger{users: map[string]account.User{}, tokens: map[string]account.Token{}}
	hash, err := account.HashPassword(testPassword)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []account.Role{account.Viewer, account.Planner, account.Administrator} {
		l.users[string(role)] = account.User{Name: string(role), Role: role, Password: hash}
	}
	gate, err := account.NewGate(context.Background(), l, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return newTestServer(t, editable(&notebook{}), func(d *Deps) { d.Accounts, d.Loopback, d.Now = gate, false, time.Now }), l
}

// enter logs in and returns the headers that a browser would send from then on.
func enter(t *testing.T, s *Server, name string) []string {
	t.Helper()
	answer := ask(s, http.MethodPost, "/api/v1/login", `{"name":"`+name+`","password":"`+testPassword+`"}`, "Sec-Fetch-Site: same-origin")
	cookie := answer.Result().Cookies()
	if answer.Code != 200 || len(cookie) != 1 || !cookie[0].HttpOnly || cookie[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("%d %s %+v", answer.Code, answer.Body, cookie)
	}
	return []string{"Cookie: " + cookie[0].Name + "=" + cookie[0].Value, "Sec-Fetch-Site: same-origin"}
}

func TestRolesDecide(t *testing.T) {
	s, _ := guarded(t)
	headers := map[string][]string{"": nil}
	for _, name := range []string{"viewer", "planner", "administrator"} {
		headers[name] = enter(t, s, name)
	}
	for _, test := range []struct {
		method, target, body string
		want                 map[string]int
	}{
		{http.MethodGet, "/healthz", "", map[string]int{"": 200, "viewer": 200}},
		{http.MethodGet, "/", "", map[string]int{"": 200}},
		{http.MethodGet, "/api/openapi.json", "", map[string]int{"": 200}},
		{http.MethodGet, "/metrics", "", map[string]int{"": 401, "viewer": 200}},
		{http.MethodGet, "/api/v1/project", "", map[string]int{"": 401, "viewer": 200, "planner": 200}},
		{http.MethodGet, "/tiles/units.json", "", map[string]int{"": 401, "viewer": 200}},
		{http.MethodGet, "/ogc/collections", "", map[string]int{"": 401, "viewer": 200}},
		{http.MethodPost, "/api/v1/what-if", `{"edits":[]}`, map[string]int{"": 401, "viewer": 200}},
		{http.MethodPost, "/api/v1/suggestions", `{"sites":1}`, map[string]int{"": 401, "viewer": 403, "planner": 202}},
		{http.MethodPost, "/api/v1/hosts", `{"kind":"police_post","name":"x","lon":89,"lat":42}`, map[string]int{"": 401, "viewer": 403, "planner": 201, "administrator": 201}},
		{http.MethodGet, "/api/v1/users", "", map[string]int{"": 401, "viewer": 403, "planner": 403, "administrator": 200}},
		{http.MethodGet, "/api/v1/audit", "", map[string]int{"": 401, "planner": 403, "administrator": 200}},
		{http.MethodPut, "/api/v1/users/new", `{"role":"viewer","password":"` + testPassword + `"}`, map[string]int{"planner": 403, "administrator": 200}},
		{http.MethodPut, "/api/v1/users/administrator", `{"role":"viewer"}`, map[string]int{"administrator": 409}},
	} {
		for name, status := range test.want {
			if answer := ask(s, test.method, test.target, test.body, headers[name]...); answer.Code != status {
				t.Errorf("%s %s as %q: %d, want %d: %.200s", test.method, test.target, name, answer.Code, status, answer.Body)
			}
		}
	}
}

func TestTheTrailNamesWhoDidWhat(t *testing.T) {
	s, _ := guarded(t)
	planner, administrator := enter(t, s, "planner"), enter(t, s, "administrator")
	ask(s, http.MethodPost, "/api/v1/hosts", `{"kind":"police_post","name":"x","lon":89,"lat":42}`, planner...)
	ask(s, http.MethodPost, "/api/v1/login", `{"name":"planner","password":"wrong wrong"}`, "Sec-Fetch-Site: same-origin")
	trail := decodeJSON[[]trailEntry](t, get(s, "/api/v1/audit", administrator...))
	if len(trail) != 4 || trail[0].Status != 401 || trail[0].What != "POST /api/v1/login" || trail[1].User != "planner" || trail[1].What != "POST /api/v1/hosts" || trail[1].Status != 201 {
		t.Errorf("%+v", trail)
	}
	changes := decodeJSON[[]Change](t, get(s, "/api/v1/edits", administrator...))
	if len(changes) != 1 || changes[0].User != "planner" {
		t.Errorf("%+v", changes)
	}
}

func TestCookieAloneChangesNothing(t *testing.T) {
	s, _ := guarded(t)
	cookie := enter(t, s, "planner")[0]
	for _, test := range []struct {
		headers []string
		status  int
	}{
		{[]string{cookie}, 403},
		{[]string{cookie, "Origin: http://attacker.example"}, 403},
		{[]string{cookie, "Sec-Fetch-Site: cross-site"}, 403},
		{[]string{cookie, "Sec-Fetch-Site: same-site"}, 403},
		{[]string{cookie, "Origin: http://127.0.0.1:8080"}, 201},
	} {
		if answer := ask(s, http.MethodPost, "/api/v1/hosts", `{"kind":"police_post","name":"x","lon":89,"lat":42}`, test.headers...); answer.Code != test.status {
			t.Errorf("%v: %d, want %d", test.headers[1:], answer.Code, test.status)
		}
	}
}

func TestTokensServeTools(t *testing.T) {
	s, l := guarded(t)
	planner := enter(t, s, "planner")
	if answer := ask(s, http.MethodPost, "/api/v1/tokens", `{"note":"x","role":"administrator","days":1}`, planner...); answer.Code != 400 {
		t.Errorf("a token above its user: %d", answer.Code)
	}
	made := decodeJSON[tokenAnswer](t, ask(s, http.MethodPost, "/api/v1/tokens", `{"note":"QGIS","role":"viewer","days":30}`, planner...))
	if made.Token == "" || made.Expires == nil {
		t.Fatalf("%+v", made)
	}
	bearer := "Authorization: Bearer " + made.Token
	if answer := get(s, "/api/v1/me", bearer); answer.Code != 200 || !strings.Contains(answer.Body.String(), `"role":"viewer"`) {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	if answer := ask(s, http.MethodPost, "/api/v1/hosts", `{}`, bearer); answer.Code != 403 {
		t.Errorf("a viewer's token writes: %d", answer.Code)
	}
	if answer := get(s, "/ogc/collections"); answer.Code != 401 || !strings.HasPrefix(answer.Header().Get("WWW-Authenticate"), "Basic") {
		t.Errorf("desktop tools are not asked for a password: %d", answer.Code)
	}
	if list := decodeJSON[[]tokenAnswer](t, get(s, "/api/v1/tokens", planner...)); len(list) != 1 || list[0].Token != "" {
		t.Errorf("%+v", list)
	}
	for _, status := range []int{204, 404} {
		if answer := ask(s, http.MethodDelete, "/api/v1/tokens/"+made.ID, "", planner...); answer.Code != status {
			t.Errorf("delete: %d, want %d", answer.Code, status)
		}
	}
	if answer := get(s, "/api/v1/me", bearer); answer.Code != 401 || len(l.tokens) != 0 {
		t.Errorf("a deleted token: %d", answer.Code)
	}
}

func TestPasswordAndLogoutEndSessions(t *testing.T) {
	s, _ := guarded(t)
	first := enter(t, s, "viewer")
	if answer := ask(s, http.MethodPut, "/api/v1/me/password", `{"old":"wrong","new":"abcdefghijkl"}`, first...); answer.Code != 400 {
		t.Errorf("wrong old password: %d", answer.Code)
	}
	if answer := ask(s, http.MethodPut, "/api/v1/me/password", `{"old":"`+testPassword+`","new":"short"}`, first...); answer.Code != 400 {
		t.Errorf("weak password: %d", answer.Code)
	}
	if answer := ask(s, http.MethodPut, "/api/v1/me/password", `{"old":"`+testPassword+`","new":"abcdefghijkl"}`, first...); answer.Code != 204 {
		t.Errorf("new password: %d %s", answer.Code, answer.Body)
	}
	if answer := get(s, "/api/v1/me", first...); answer.Code != 401 {
		t.Errorf("the session outlives the password: %d", answer.Code)
	}
	second := enter(t, s, "planner")
	if answer := ask(s, http.MethodPost, "/api/v1/logout", "", second...); answer.Code != 204 {
		t.Errorf("logout: %d", answer.Code)
	}
	if answer := get(s, "/api/v1/me", second...); answer.Code != 401 {
		t.Errorf("the session outlives the logout: %d", answer.Code)
	}
}

func TestServerWithoutAccountsListensAtHomeOnly(t *testing.T) {
	deps := testDeps()
	deps.Jobs, deps.Loopback = newTestServer(t).deps.Jobs, false
	if _, err := New(deps); err == nil {
		t.Error("a server without accounts was made for everyone")
	}
}
