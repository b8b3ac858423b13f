package server

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"lawcircle/server/problem"
)

func (s *Server) useMiddleware() {
	s.echo.Use(
		middleware.RequestIDWithConfig(middleware.RequestIDConfig{TargetHeader: echo.HeaderXRequestID}),
		s.logAccess,
		middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: func(_ echo.Context, err error, stack []byte) error {
			return fmt.Errorf("panic: %w\n%s", err, stack)
		}}),
		s.secure,
		s.shareReading(),
		s.limitRate,
		s.audit,
		s.checkOrigin,
		middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1024, Skipper: alreadySmall}),
	)
}

// alreadySmall skips compression for streams of events and for files that are compressed by nature.
func alreadySmall(c echo.Context) bool {
	path := c.Request().URL.Path
	for _, suffix := range []string{"/events", ".zip", ".xlsx", ".kmz", ".gpkg", ".pmtiles", ".fgb", ".png", ".woff2"} {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	return false
}

// logAccess writes one line per request and counts it.
func (s *Server) logAccess(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		if err := next(c); err != nil {
			c.Error(err) // answered here, so that the line below tells the final status
		}
		request, response, took := c.Request(), c.Response(), time.Since(start)
		s.deps.Logger.Info("request", "id", response.Header().Get(echo.HeaderXRequestID), "method", request.Method, "path", request.URL.Path,
			"status", response.Status, "bytes", response.Size, "ms", took.Milliseconds(), "from", c.RealIP())
		path := c.Path() // the pattern, not the URL: a bounded set of labels
		s.metrics.GetOrCreateCounter(fmt.Sprintf(`http_requests_total{method=%q,path=%q,status="%d"}`, request.Method, path, response.Status)).Inc()
		s.metrics.GetOrCreateHistogram(fmt.Sprintf(`http_request_duration_seconds{path=%q}`, path)).Update(took.Seconds())
		return nil
	}
}

// secure forbids the page everything that it does not need; above all, requests to other origins.
func (s *Server) secure(next echo.HandlerFunc) echo.HandlerFunc {
	tiles := ""
	for _, origin := range s.deps.BasemapOrigins {
		tiles += " " + origin
	}
	policy := "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:" + tiles +
		"; connect-src 'self'" + tiles + "; worker-src 'self' blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'" +
		"; form-action 'self'; frame-ancestors 'self'"
	return func(c echo.Context) error {
		header := c.Response().Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), microphone=(), payment=()")
		return next(c)
	}
}

// shareReading lets pages of the configured origins read answers, with a token of their own where accounts guard the server: cookies of
// this server are never sent along.
func (s *Server) shareReading() echo.MiddlewareFunc {
	if len(s.deps.CORSOrigins) == 0 {
		return func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	return middleware.CORSWithConfig(middleware.CORSConfig{
		AllowOrigins:  s.deps.CORSOrigins,
		AllowMethods:  []string{http.MethodGet, http.MethodHead},
		AllowHeaders:  []string{echo.HeaderAuthorization, echo.HeaderAccept, "If-None-Match"},
		ExposeHeaders: []string{"ETag", "Link", "Content-Crs", "OGC-NumberReturned", "OGC-NumberMatched", echo.HeaderXRequestID},
		MaxAge:        int((10 * time.Minute).Seconds()),
	})
}

// checkOrigin keeps other web pages that are open in the same browser from writing here, and, where no account guards the server, from
// reading by pointing a name of theirs at this computer.
func (s *Server) checkOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		request := c.Request()
		if s.deps.Loopback && !isLoopbackHost(request.Host) {
			return problem.New(http.StatusMisdirectedRequest, "wrong_host", "本机模式只接受 localhost 或 127.0.0.1 的访问",
				"this server answers only as localhost or 127.0.0.1")
		}
		if request.Method == http.MethodGet || request.Method == http.MethodHead || request.Method == http.MethodOptions {
			return next(c)
		}
		if !sameOrigin(request) {
			return problem.New(http.StatusForbidden, "foreign_origin", "不接受来自其他网站的修改", "changes sent by pages of another site are refused")
		}
		return next(c)
	}
}

// sameOrigin trusts what browsers say about where a request was sent from; other programs say nothing.
func sameOrigin(request *http.Request) bool {
	if site := request.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin" || site == "none"
	}
	origin := request.Header.Get("Origin")
	if origin == "" {
		return true
	}
	from, err := url.Parse(origin)
	return err == nil && strings.EqualFold(from.Host, request.Host)
}

func isLoopbackHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// IsLoopback reports whether an address to listen on ("127.0.0.1:8080", "localhost:0") can be reached from this computer only. An empty
// host listens everywhere and is not.
func IsLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && host != "" && isLoopbackHost(host)
}

// Requests that one caller may send to a server with accounts: a map sends many at once, but not for long.
const (
	requestsPerSecond = 50
	requestsAtOnce    = 500
)

// limitRate holds callers back who ask for too much. On this computer's own server there is nobody to hold back.
func (s *Server) limitRate(next echo.HandlerFunc) echo.HandlerFunc {
	if s.deps.Accounts == nil {
		return next
	}
	store := middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
		Rate: requestsPerSecond, Burst: requestsAtOnce, ExpiresIn: 3 * time.Minute,
	})
	return func(c echo.Context) error {
		if allowed, err := store.Allow(c.RealIP()); err != nil || !allowed {
			c.Response().Header().Set("Retry-After", "5")
			return problem.New(http.StatusTooManyRequests, "too_many_requests", "请求太频繁，请稍后再试", "too many requests, try again shortly")
		}
		return next(c)
	}
}
