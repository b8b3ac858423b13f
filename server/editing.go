package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"lawcircle/coverage"
	"lawcircle/server/etag"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// Editor changes the project. Each change is stored in one transaction with its row of the edit log; a snapshot taken afterwards shows it.
type Editor interface {
	SavePoint(ctx context.Context, point coverage.ServicePoint, change Change) error
	DeletePoint(ctx context.Context, id string, change Change) error
	SaveHost(ctx context.Context, host coverage.Host, change Change) error
	DeleteHost(ctx context.Context, id string, change Change) error
	Changes(ctx context.Context, limit int) ([]Change, error) // newest first
}

// Change is one row of the edit log.
type Change struct {
	At     time.Time       `json:"at"`
	User   string          `json:"user"` // "" without accounts
	What   string          `json:"what"` // add_point, change_point, delete_point, add_host, …
	ID     string          `json:"id"`
	Before json.RawMessage `json:"before"` // null for something new
	After  json.RawMessage `json:"after"`  // null for something deleted
}

func (s *Server) editingRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return []route{
		{method: http.MethodGet, path: "/api/v1/hosts", answer: []hostRecord{}, versioned: true, handle: s.listHosts, summary: say("依托场所", "Hosts")},
		{method: http.MethodGet, path: "/api/v1/points", answer: []pointRecord{}, versioned: true, handle: s.listPoints, summary: say("服务点", "Service points")},
		{method: http.MethodGet, path: "/api/v1/hosts/:id", answer: hostRecord{}, handle: s.getHost, summary: say("一个依托场所", "One host")},
		{method: http.MethodGet, path: "/api/v1/points/:id", answer: pointRecord{}, handle: s.getPoint, summary: say("一个服务点", "One service point")},
		{method: http.MethodPost, path: "/api/v1/points", body: pointRecord{}, answer: pointRecord{}, status: 201, handle: s.addPoint, summary: say("新增服务点", "Add a service point")},
		{method: http.MethodPut, path: "/api/v1/points/:id", body: pointRecord{}, answer: pointRecord{}, handle: s.changePoint, summary: say("修改服务点（要 If-Match）", "Change a service point; needs If-Match")},
		{method: http.MethodDelete, path: "/api/v1/points/:id", status: 204, handle: s.deletePoint, summary: say("删除服务点（要 If-Match）", "Delete a service point; needs If-Match")},
		{method: http.MethodPost, path: "/api/v1/hosts", body: hostRecord{}, answer: hostRecord{}, status: 201, handle: s.addHost, summary: say("新增依托场所", "Add a host")},
		{method: http.MethodPut, path: "/api/v1/hosts/:id", body: hostRecord{}, answer: hostRecord{}, handle: s.changeHost, summary: say("修改依托场所（要 If-Match）", "Change a host; needs If-Match")},
		{method: http.MethodDelete, path: "/api/v1/hosts/:id", status: 204, handle: s.deleteHost, summary: say("删除依托场所（要 If-Match）", "Delete a host; needs If-Match")},
		{method: http.MethodGet, path: "/api/v1/edits", answer: []Change{}, handle: s.listChanges, summary: say("修改记录，新的在前", "The edit log, newest first"),
			params: query.Set{{Name: "limit", Kind: query.Integer, Default: "200", Min: 1, Max: 5000, Doc: say("条数", "rows")}}},
	}
}

func candidatesOf(county *coverage.County) map[string]bool {
	out := map[string]bool{}
	for _, h := range county.CandidateHosts() {
		out[h.ID] = true
	}
	return out
}

func (s *Server) listHosts(c *call) error {
	candidates := candidatesOf(c.snapshot.County)
	out := []hostRecord{}
	for _, h := range c.snapshot.County.Hosts {
		out = append(out, toHostRecord(h, candidates[h.ID] && !h.Kind.IsInstitution()))
	}
	return c.ok(out)
}

func (s *Server) listPoints(c *call) error {
	kinds := map[string]coverage.HostKind{}
	for _, h := range c.snapshot.County.Hosts {
		kinds[h.ID] = h.Kind
	}
	out := []pointRecord{}
	for _, p := range c.snapshot.County.Points {
		out = append(out, toPointRecord(p, kinds[p.HostID]))
	}
	return c.ok(out)
}

// pointNow returns the record of a point as it is at this moment, with its tag.
func (s *Server) pointNow(c *call) (pointRecord, *coverage.County, error) {
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return pointRecord{}, nil, fmt.Errorf("loading the project: %w", err)
	}
	p, found := findPoint(snapshot.County, c.Param("id"))
	if !found {
		return pointRecord{}, nil, problem.NotFound("服务点", "service point", c.Param("id"))
	}
	host, _ := findHost(snapshot.County, p.HostID)
	return toPointRecord(p, host.Kind), snapshot.County, nil
}

func (s *Server) hostNow(c *call) (hostRecord, *coverage.County, error) {
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return hostRecord{}, nil, fmt.Errorf("loading the project: %w", err)
	}
	h, found := findHost(snapshot.County, c.Param("id"))
	if !found {
		return hostRecord{}, nil, problem.NotFound("场所", "host", c.Param("id"))
	}
	return toHostRecord(h, candidatesOf(snapshot.County)[h.ID] && !h.Kind.IsInstitution()), snapshot.County, nil
}

// tagOfRecord is the ETag of one row. Whether a host is a candidate follows from other rows and is no part of it.
func tagOfRecord(record any) string {
	if h, ok := record.(hostRecord); ok {
		h.Candidate = nil
		record = h
	}
	text, _ := json.Marshal(record) // plain values only
	return etag.Of(string(text))
}

func (c *call) sendRecord(status int, record any) error {
	c.Response().Header().Set("ETag", tagOfRecord(record))
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.send(status, record)
}

func (s *Server) getPoint(c *call) error {
	record, _, err := s.pointNow(c)
	if err != nil {
		return err
	}
	return c.sendRecord(http.StatusOK, record)
}

func (s *Server) getHost(c *call) error {
	record, _, err := s.hostNow(c)
	if err != nil {
		return err
	}
	return c.sendRecord(http.StatusOK, record)
}

// mayChange refuses a change to a row that has changed since the client read it, or that it never read.
func (c *call) mayChange(record any) error {
	match := c.Request().Header.Get("If-Match")
	if match == "" {
		return problem.New(http.StatusPreconditionRequired, "if_match_needed", "请先读取这一条，把它的 ETag 作为 If-Match 发来",
			"read the row first and send its ETag as If-Match")
	}
	if !etag.Matches(match, tagOfRecord(record)) {
		return problem.New(http.StatusPreconditionFailed, "changed_meanwhile", "这一条已被别人改过，请重新读取后再改",
			"the row has changed since you read it; read it again")
	}
	return nil
}

// rowChange is a change of one row: what it was, nil for a new one, and what it will be, nil for one that is deleted.
type rowChange struct {
	what, id      string
	before, after any
}

// apply makes the row of the edit log for a change and stores both.
func (s *Server) apply(c *call, r rowChange, store func(ctx context.Context, change Change) error) error {
	change := Change{At: s.deps.Now().UTC(), User: c.userName(), What: r.what, ID: r.id}
	for _, side := range []struct {
		value any
		into  *json.RawMessage
	}{{r.before, &change.Before}, {r.after, &change.After}} {
		if side.value == nil {
			continue
		}
		text, err := json.Marshal(side.value)
		if err != nil {
			return fmt.Errorf("recording a change: %w", err)
		}
		*side.into = text
	}
	if err := store(c.ctx(), change); err != nil {
		return fmt.Errorf("%s %s: %w", r.what, r.id, err)
	}
	return nil
}

// erase deletes a row.
func (s *Server) erase(c *call, r rowChange, remove func(ctx context.Context, id string, change Change) error) error {
	err := s.apply(c, r, func(ctx context.Context, change Change) error { return remove(ctx, r.id, change) })
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// edit runs one change alone: what was checked still holds when it is stored.
func (s *Server) edit(work func() error) error {
	if s.deps.Editor == nil {
		return unavailable()
	}
	s.editing.Lock()
	defer s.editing.Unlock()
	return work()
}

func randomID(prefix string) string {
	var bytes [6]byte
	_, _ = rand.Read(bytes[:]) // crypto/rand.Read never fails
	return prefix + hex.EncodeToString(bytes[:])
}

func (s *Server) addPoint(c *call) error {
	var record pointRecord
	if err := c.decode(&record); err != nil {
		return err
	}
	return s.edit(func() error {
		snapshot, err := s.deps.Snapshot(c.ctx())
		if err != nil {
			return err
		}
		point, err := record.point(snapshot.County, randomID("p-"))
		if err != nil {
			return err
		}
		return s.storePoint(c, snapshot.County, point, "add_point", nil, http.StatusCreated)
	})
}

func (s *Server) storePoint(c *call, county *coverage.County, point coverage.ServicePoint, what string, before any, status int) error {
	host, _ := findHost(county, point.HostID)
	after := toPointRecord(point, host.Kind)
	err := s.apply(c, rowChange{what, point.ID, before, after}, func(ctx context.Context, change Change) error {
		return s.deps.Editor.SavePoint(ctx, point, change)
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/v1/points/"+point.ID)
	return c.sendRecord(status, after)
}

func (s *Server) changePoint(c *call) error {
	var record pointRecord
	if err := c.decode(&record); err != nil {
		return err
	}
	return s.edit(func() error {
		before, county, err := s.pointNow(c)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		point, err := record.point(county, c.Param("id"))
		if err != nil {
			return err
		}
		return s.storePoint(c, county, point, "change_point", before, http.StatusOK)
	})
}

func (s *Server) deletePoint(c *call) error {
	return s.edit(func() error {
		before, _, err := s.pointNow(c)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		return s.erase(c, rowChange{"delete_point", before.ID, before, nil}, s.deps.Editor.DeletePoint)
	})
}

func (s *Server) addHost(c *call) error {
	var record hostRecord
	if err := c.decode(&record); err != nil {
		return err
	}
	return s.edit(func() error {
		host, err := record.host(coverage.Host{CoordSource: "wgs84"}, randomID("h-"))
		if err != nil {
			return err
		}
		return s.storeHost(c, host, "add_host", nil, http.StatusCreated)
	})
}

func (s *Server) storeHost(c *call, host coverage.Host, what string, before *hostRecord, status int) error {
	after := toHostRecord(host, before == nil || before.Candidate != nil && *before.Candidate)
	var old any
	if before != nil {
		old = *before
	}
	err := s.apply(c, rowChange{what, host.ID, old, after}, func(ctx context.Context, change Change) error {
		return s.deps.Editor.SaveHost(ctx, host, change)
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/v1/hosts/"+host.ID)
	return c.sendRecord(status, after)
}

func (s *Server) changeHost(c *call) error {
	var record hostRecord
	if err := c.decode(&record); err != nil {
		return err
	}
	return s.edit(func() error {
		before, county, err := s.hostNow(c)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		old, _ := findHost(county, before.ID)
		host, err := record.host(old, before.ID)
		if err != nil {
			return err
		}
		return s.storeHost(c, host, "change_host", &before, http.StatusOK)
	})
}

func (s *Server) deleteHost(c *call) error {
	return s.edit(func() error {
		before, county, err := s.hostNow(c)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		for _, p := range county.Points {
			if p.HostID == before.ID {
				return problem.New(http.StatusConflict, "host_in_use", "服务点“"+p.Name+"”依托这个场所，请先改它", "service point "+p.ID+" stands in this host; change it first")
			}
		}
		return s.erase(c, rowChange{"delete_host", before.ID, before, nil}, s.deps.Editor.DeleteHost)
	})
}

func (s *Server) listChanges(c *call) error {
	if s.deps.Editor == nil {
		return unavailable()
	}
	limit, _ := c.values.Integer("limit")
	changes, err := s.deps.Editor.Changes(c.ctx(), limit)
	if err != nil {
		return fmt.Errorf("reading the edit log: %w", err)
	}
	return c.ok(append([]Change{}, changes...))
}
