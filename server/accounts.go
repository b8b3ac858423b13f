package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lawcircle/server/account"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// sessionCookie is the name of the cookie that carries a session.
const sessionCookie = "lawcircle_session"

// open marks routes that need no account.
const open account.Role = "open"

type loginBody struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

type accountAnswer struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Disabled bool   `json:"disabled"`
}

// accountBody changes an account; null members stay as they are.
type accountBody struct {
	Role     *string `json:"role"`
	Password *string `json:"password"`
	Disabled *bool   `json:"disabled"`
}

type passwordBody struct {
	Old string `json:"old"`
	New string `json:"new"`
}

type tokenBody struct {
	Note string `json:"note"`
	Role string `json:"role"`
	Days int    `json:"days"` // of validity; 0 = without end
}

type tokenAnswer struct {
	ID      string     `json:"id"`
	Note    string     `json:"note"`
	Role    string     `json:"role"`
	Created time.Time  `json:"created"`
	Expires *time.Time `json:"expires"`
	Token   string     `json:"token,omitempty"` // shown once, when it is made
}

type trailEntry struct {
	At     time.Time `json:"at"`
	User   string    `json:"user"`
	From   string    `json:"from"`
	What   string    `json:"what"`
	Status int       `json:"status"`
}

func (s *Server) accountRoutes() []route {
	if s.deps.Accounts == nil {
		return nil
	}
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return []route{
		{method: http.MethodPost, path: "/api/v1/login", role: open, body: loginBody{}, answer: userAnswer{}, handle: s.login, summary: say("登录", "Log in")},
		{method: http.MethodPost, path: "/api/v1/logout", role: open, status: 204, handle: s.logout, summary: say("退出登录", "Log out")},
		{method: http.MethodGet, path: "/api/v1/me", answer: userAnswer{}, handle: s.me, summary: say("我是谁", "Who I am")},
		{method: http.MethodPut, path: "/api/v1/me/password", role: account.Viewer, body: passwordBody{}, status: 204, handle: s.changePassword, summary: say("修改自己的密码", "Change one's own password")},
		{method: http.MethodGet, path: "/api/v1/tokens", answer: []tokenAnswer{}, handle: s.listTokens, summary: say("自己的令牌", "One's own tokens")},
		{method: http.MethodPost, path: "/api/v1/tokens", role: account.Viewer, body: tokenBody{}, answer: tokenAnswer{}, status: 201, handle: s.addToken, summary: say("新建令牌，供工具使用", "Make a token for a tool")},
		{method: http.MethodDelete, path: "/api/v1/tokens/:id", role: account.Viewer, status: 204, handle: s.deleteToken, summary: say("删除令牌", "Delete a token")},
		{method: http.MethodGet, path: "/api/v1/users", role: account.Administrator, answer: []accountAnswer{}, handle: s.listUsers, summary: say("账户", "Accounts")},
		{method: http.MethodPut, path: "/api/v1/users/:name", role: account.Administrator, body: accountBody{}, answer: accountAnswer{}, handle: s.putUser, summary: say("新建或修改账户", "Add or change an account")},
		{method: http.MethodGet, path: "/api/v1/audit", role: account.Administrator, answer: []trailEntry{}, handle: s.trail, summary: say("审计记录", "The audit trail"),
			params: query.Set{{Name: "limit", Kind: query.Integer, Default: "200", Min: 1, Max: 10000, Doc: say("条数", "rows")}}},
	}
}

// roleOf is the role that a route needs: what it says, else viewer for reading and planner for everything else.
func (r route) roleOf() account.Role {
	switch {
	case r.role != "":
		return r.role
	case r.method == http.MethodGet:
		return account.Viewer
	default:
		return account.Planner
	}
}

// admit finds out who asks and refuses what the role may not do. On a server without accounts everyone may do everything.
func (s *Server) admit(c echo.Context, need account.Role) (account.Who, error) {
	if s.deps.Accounts == nil {
		return account.Who{Role: account.Administrator}, nil
	}
	who, err := s.identify(c)
	if need == open {
		return who, nil
	}
	if err != nil {
		return who, err
	}
	if !who.Role.AtLeast(need) {
		return who, problem.New(http.StatusForbidden, "role_needed", "您的角色不能做这件事", "your role may not do this")
	}
	return who, nil
}

// identify reads the session cookie or the token of a request. A cookie changes things only when the browser says that our own page sent
// the request: a program that is no browser uses a token.
func (s *Server) identify(c echo.Context) (account.Who, error) {
	request := c.Request()
	ctx := request.Context()
	if scheme, text, found := strings.Cut(request.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		return s.nameOf(c, func() (account.Who, error) { return s.deps.Accounts.Token(ctx, strings.TrimSpace(text)) })
	}
	if _, password, ok := request.BasicAuth(); ok { // QGIS and other desktop tools: any name, a token as password
		return s.nameOf(c, func() (account.Who, error) { return s.deps.Accounts.Token(ctx, password) })
	}
	cookie, err := request.Cookie(sessionCookie)
	if err != nil {
		return account.Who{}, needLogin(c)
	}
	if request.Method != http.MethodGet && request.Method != http.MethodHead && request.Header.Get("Origin") == "" && request.Header.Get("Sec-Fetch-Site") == "" {
		return account.Who{}, problem.New(http.StatusForbidden, "origin_needed", "请改用令牌", "use a token: a cookie alone does not change anything")
	}
	return s.nameOf(c, func() (account.Who, error) { return s.deps.Accounts.Session(ctx, cookie.Value) })
}

func (s *Server) nameOf(c echo.Context, find func() (account.Who, error)) (account.Who, error) {
	who, err := find()
	if errors.Is(err, account.ErrDenied) {
		return account.Who{}, needLogin(c)
	}
	if err != nil {
		return account.Who{}, fmt.Errorf("finding out who asks: %w", err)
	}
	c.Set("user", who.Name)
	return who, nil
}

func needLogin(c echo.Context) error {
	if strings.HasPrefix(c.Request().URL.Path, "/ogc") { // desktop tools ask for name and password then
		c.Response().Header().Set("WWW-Authenticate", `Basic realm="lawcircle"`)
	}
	return problem.New(http.StatusUnauthorized, "login_needed", "请先登录", "log in first")
}

func (s *Server) login(c *call) error {
	var body loginBody
	if err := c.decode(&body); err != nil {
		return err
	}
	session, until, err := s.deps.Accounts.Login(c.ctx(), body.Name, body.Password, c.RealIP())
	switch {
	case errors.Is(err, account.ErrTooOften):
		c.Response().Header().Set("Retry-After", "60")
		return problem.New(http.StatusTooManyRequests, "too_many_attempts", "尝试次数太多，请一分钟后再试", "too many attempts, try again in a minute")
	case errors.Is(err, account.ErrDenied):
		return problem.New(http.StatusUnauthorized, "wrong_password", "用户名或密码不对", "wrong name or password")
	case err != nil:
		return err
	}
	c.Set("user", body.Name)
	c.SetCookie(s.cookie(c, session, until))
	who, err := s.deps.Accounts.Session(c.ctx(), session)
	if err != nil {
		return err
	}
	return c.ok(userAnswer{who.Name, string(who.Role)})
}

func (s *Server) cookie(c *call, value string, until time.Time) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: value, Path: "/", Expires: until, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: strings.HasPrefix(baseOf(c.Request()), "https:")}
}

// logout ends all sessions of the user, wherever they were begun.
func (s *Server) logout(c *call) error {
	if c.who.Name != "" {
		if err := s.deps.Accounts.EndSessions(c.ctx(), c.who.Name); err != nil {
			return err
		}
	}
	c.SetCookie(s.cookie(c, "", time.Unix(1, 0)))
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) me(c *call) error { return c.ok(userAnswer{c.who.Name, string(c.who.Role)}) }

func (s *Server) changePassword(c *call) error {
	var body passwordBody
	if err := c.decode(&body); err != nil {
		return err
	}
	if !c.who.Session {
		return problem.New(http.StatusForbidden, "session_needed", "令牌不能修改密码", "a token may not change a password")
	}
	if _, _, err := s.deps.Accounts.Login(c.ctx(), c.who.Name, body.Old, c.RealIP()); err != nil {
		return problem.BadField("old", "原密码不对", "the old password is wrong")
	}
	return passwordFault(c, s.deps.Accounts.SetPassword(c.ctx(), c.who.Name, body.New), "new")
}

func passwordFault(c *call, err error, field string) error {
	if errors.Is(err, account.ErrWeak) {
		return problem.BadField(field, err.Error(), err.Error())
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func toToken(t account.Token) tokenAnswer {
	out := tokenAnswer{ID: t.ID, Note: t.Note, Role: string(t.Role), Created: t.Created}
	if !t.Expires.IsZero() {
		out.Expires = &t.Expires
	}
	return out
}

func (s *Server) listTokens(c *call) error {
	tokens, err := s.deps.Accounts.Store().Tokens(c.ctx(), c.who.Name)
	if err != nil {
		return err
	}
	out := []tokenAnswer{}
	for _, t := range tokens {
		out = append(out, toToken(t))
	}
	return c.ok(out)
}

const maxTokenDays = 3660

func (s *Server) addToken(c *call) error {
	var body tokenBody
	if err := c.decode(&body); err != nil {
		return err
	}
	k := &checker{}
	k.text("note", body.Note, maxName, true)
	role := account.Role(body.Role)
	if !role.Valid() || !c.who.Role.AtLeast(role) {
		k.fault("role", "角色不能高于自己的", "the role must be one of viewer, planner, administrator and not above your own")
	}
	if body.Days < 0 || body.Days > maxTokenDays {
		k.fault("days", fmt.Sprintf("要在 0 到 %d 之间", maxTokenDays), fmt.Sprintf("must be between 0 and %d", maxTokenDays))
	}
	if err := k.err(); err != nil {
		return err
	}
	var expires time.Time
	if body.Days > 0 {
		expires = s.deps.Now().UTC().AddDate(0, 0, body.Days)
	}
	text, token, err := s.deps.Accounts.NewToken(c.ctx(), c.who, role, body.Note, expires)
	if err != nil {
		return err
	}
	answer := toToken(token)
	answer.Token = text
	return c.send(http.StatusCreated, answer)
}

func (s *Server) deleteToken(c *call) error {
	err := s.deps.Accounts.Store().DeleteToken(c.ctx(), c.who.Name, c.Param("id"))
	if errors.Is(err, account.ErrUnknown) {
		return problem.NotFound("令牌", "token", c.Param("id"))
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) listUsers(c *call) error {
	users, err := s.deps.Accounts.Store().Users(c.ctx())
	if err != nil {
		return err
	}
	out := []accountAnswer{}
	for _, u := range users {
		out = append(out, accountAnswer{u.Name, string(u.Role), u.Disabled})
	}
	return c.ok(out)
}

func (s *Server) putUser(c *call) error {
	var body accountBody
	if err := c.decode(&body); err != nil {
		return err
	}
	s.editing.Lock()
	defer s.editing.Unlock()
	store := s.deps.Accounts.Store()
	user, err := store.User(c.ctx(), c.Param("name"))
	isNew := errors.Is(err, account.ErrUnknown)
	if err != nil && !isNew {
		return err
	}
	if err := body.apply(&user, c.Param("name"), isNew); err != nil {
		return err
	}
	if user.Name == c.who.Name && (user.Disabled || user.Role != account.Administrator) {
		return problem.New(http.StatusConflict, "last_administrator", "不能停用自己或降低自己的角色", "one cannot disable or demote oneself")
	}
	if err := store.SaveUser(c.ctx(), user); err != nil {
		return err
	}
	return c.ok(accountAnswer{user.Name, string(user.Role), user.Disabled})
}

func (b accountBody) apply(user *account.User, name string, isNew bool) error {
	k := &checker{}
	if isNew {
		user.Name = name
		if !account.ValidName(name) {
			k.fault("name", "用户名只能有文字、数字和 . _ -", "a name has letters, digits and . _ - only")
		}
		if b.Password == nil || b.Role == nil {
			k.fault("password", "新账户要有密码和角色", "a new account needs a password and a role")
		}
	}
	if b.Role != nil {
		user.Role = account.Role(*b.Role)
	}
	if !user.Role.Valid() && !isNew || b.Role != nil && !user.Role.Valid() {
		k.fault("role", "要是 viewer、planner、administrator 之一", "must be viewer, planner or administrator")
	}
	if b.Disabled != nil {
		user.Disabled = *b.Disabled
	}
	if b.Password != nil {
		hash, err := account.HashPassword(*b.Password)
		if err != nil {
			k.fault("password", err.Error(), err.Error())
		}
		user.Password = hash
	}
	user.Epoch++ // whatever changed, sessions begun before it end
	return k.err()
}

func (s *Server) trail(c *call) error {
	limit, _ := c.values.Integer("limit")
	entries, err := s.deps.Accounts.Store().Trail(c.ctx(), limit)
	if err != nil {
		return err
	}
	out := []trailEntry{}
	for _, e := range entries {
		out = append(out, trailEntry(e))
	}
	return c.ok(out)
}

// audit notes every request that may change something, with its outcome.
func (s *Server) audit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		method := c.Request().Method
		if s.deps.Accounts == nil || method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions {
			return next(c)
		}
		err := next(c)
		status := c.Response().Status
		if err != nil {
			status = asProblem(err).Status
		}
		name, _ := c.Get("user").(string)
		entry := account.Entry{At: s.deps.Now().UTC(), User: name, From: c.RealIP(), What: method + " " + c.Request().URL.Path, Status: status}
		if noteErr := s.deps.Accounts.Store().Note(c.Request().Context(), entry); noteErr != nil {
			s.deps.Logger.Error("writing the audit trail", "what", entry.What, "err", noteErr)
		}
		return err
	}
}
