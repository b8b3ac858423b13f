package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lawcircle/server/account"
	"lawcircle/server/etag"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// route is one row of the table of routes: how it is reached, what it takes and gives, and what answers it.
type route struct {
	method, path string              // path in Echo's form
	docPath      string              // path in the OpenAPI document when it differs beyond :name → {name}
	choices      map[string][]string // values of parameters of the path, where they are few; empty for any
	summary      locale.Text
	params       query.Set
	body         any    // zero value of the JSON body that is taken, nil for none
	upload       bool   // takes a file as multipart/form-data
	maxBody      int64  // bytes, 0 = defaultMaxBody
	result       any    // zero value of the result of the job that is started, nil for no job or any
	answer       any    // zero value of the JSON answer, nil when it is not JSON of ours
	media        string // content type of the answer when answer is nil
	status       int    // of success, 0 = 200
	timeout      time.Duration
	versioned    bool         // the answer follows from project, roads and URL alone: ETag and 304
	role         account.Role // that is needed; "" = viewer for GET, planner otherwise
	handle       func(*call) error
}

const (
	defaultMaxBody = 2 << 20
	defaultTimeout = 60 * time.Second
	noTimeout      = -1
)

// call is one request on its way through a route.
type call struct {
	echo.Context
	values   query.Values
	lang     locale.Language
	snapshot Snapshot // of versioned routes
	who      account.Who
}

// ctx returns the context of the request.
func (c *call) ctx() context.Context { return c.Request().Context() }

// userName returns who asks, "" without accounts.
func (c *call) userName() string { return c.who.Name }

// langParam is taken by every route.
func langParam() query.Param {
	return query.Param{Name: "lang", Enum: []string{string(locale.Chinese), string(locale.English)},
		Doc: locale.Text{Zh: "回答所用语言，优先于 Accept-Language", En: "language of the answer, before Accept-Language"}}
}

// wrap turns a row of the table into an Echo handler.
func (s *Server) wrap(r route) echo.HandlerFunc {
	params := r.params.With(langParam())
	need := r.roleOf()
	return func(c echo.Context) error {
		who, err := s.admit(c, need)
		if err != nil {
			return err
		}
		values, err := params.Parse(c.QueryParams())
		if err != nil {
			return err
		}
		request := c.Request()
		if request.Body != nil {
			request.Body = http.MaxBytesReader(c.Response(), request.Body, max(r.maxBody, defaultMaxBody))
		}
		if r.timeout >= 0 {
			limit := r.timeout
			if limit == 0 {
				limit = defaultTimeout
			}
			ctx, cancel := context.WithTimeout(request.Context(), limit)
			defer cancel()
			c.SetRequest(request.WithContext(ctx))
		}
		it := &call{Context: c, values: values, lang: locale.Of(request), who: who}
		if r.versioned {
			if done, err := s.version(it); done || err != nil {
				return err
			}
		}
		return r.handle(it)
	}
}

// version loads the snapshot, labels the answer with its ETag and reports done when the client already has that answer.
func (s *Server) version(c *call) (done bool, err error) {
	if c.snapshot, err = s.deps.Snapshot(c.ctx()); err != nil {
		return false, fmt.Errorf("loading the project: %w", err)
	}
	tag := s.tagOf(c)
	header := c.Response().Header()
	header.Set("ETag", tag)
	header.Set("Cache-Control", "private, no-cache")
	header.Add("Vary", "Accept-Language, Accept")
	if etag.Matches(c.Request().Header.Get("If-None-Match"), tag) {
		return true, c.NoContent(http.StatusNotModified)
	}
	return false, nil
}

func (s *Server) tagOf(c *call) string {
	request := c.Request()
	return etag.Of(s.deps.Version, c.snapshot.Revision, c.who.Name, string(c.who.Role), string(c.lang), request.Header.Get("Accept"), request.Host, request.URL.String())
}

// decode reads the JSON body strictly: one value, no unknown members, so that a misspelt member is refused instead of ignored.
func (c *call) decode(into any) error {
	decoder := json.NewDecoder(c.Request().Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil && decoder.More() {
		err = errors.New("more than one JSON value")
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		return err
	case errors.Is(err, io.EOF):
		return problem.New(http.StatusBadRequest, "bad_body", "请求没有内容，要有 JSON", "the body is empty, JSON is needed")
	default:
		return problem.New(http.StatusBadRequest, "bad_body", "请求内容不是所要的 JSON："+err.Error(), "the body is not the JSON wanted: "+err.Error())
	}
}

// send answers with JSON.
func (c *call) send(status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	return c.Blob(status, jsonType, append(body, '\n'))
}

// sendWithLast answers 200 with the JSON of value, whose last member must be null, with last in its place. Inside of value it would be read
// through once more, which costs more than writing all the rest.
func (c *call) sendWithLast(value any, last json.RawMessage) error {
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	before, found := bytes.CutSuffix(body, []byte("null}"))
	if !found || len(last) == 0 {
		return c.send(http.StatusOK, value)
	}
	return c.Blob(http.StatusOK, jsonType, slices.Concat(before, last, []byte("}\n")))
}

const jsonType = "application/json; charset=utf-8"

// ok answers 200 with JSON.
func (c *call) ok(value any) error { return c.send(http.StatusOK, value) }

// writeError is where every failure becomes a problem document.
func (s *Server) writeError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	if c.Request().Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the client is gone
	}
	known := asProblem(err)
	id := c.Response().Header().Get(echo.HeaderXRequestID)
	if known.Status >= http.StatusInternalServerError {
		s.deps.Logger.Error("request failed", "id", id, "path", c.Request().URL.Path, "err", known.Error())
	}
	header := c.Response().Header()
	header.Del("ETag")
	header.Set("Cache-Control", "no-store")
	body, _ := json.Marshal(known.In(locale.Of(c.Request()), id)) // strings and numbers only
	_ = c.Blob(known.Status, problem.MediaType, append(body, '\n'))
}

func asProblem(err error) *problem.Error {
	var known *problem.Error
	var fromEcho *echo.HTTPError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &tooLarge):
		return problem.New(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("内容超过 %d 字节", tooLarge.Limit),
			fmt.Sprintf("the body is longer than %d bytes", tooLarge.Limit))
	case errors.Is(err, context.DeadlineExceeded):
		return problem.New(http.StatusGatewayTimeout, "timeout", "计算时间太长，请改用任务 /api/v1/jobs", "it took too long; use a job (/api/v1/jobs)")
	case errors.As(err, &fromEcho) && fromEcho.Code < http.StatusInternalServerError:
		e := problem.New(fromEcho.Code, "http_error", "", "")
		e.Detail = e.Title
		return e
	default:
		return problem.Internal(err)
	}
}
