package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"lawcircle/server/job"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// jobAccepted is the answer to a request that became a job.
type jobAccepted struct {
	Job string `json:"job"` // id, to be asked for under /api/v1/jobs/{id}
}

const (
	heartbeat    = 15 * time.Second // keeps proxies from closing a silent stream
	writeTimeout = 10 * time.Second // of one event; a client that takes longer is cut off and may come again
)

func (s *Server) jobRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/api/v1/jobs", answer: []job.Record{}, handle: s.listJobs,
			summary: locale.Text{Zh: "任务列表（不含结果），新的在前", En: "Jobs without their results, the newest first"}},
		{method: http.MethodGet, path: "/api/v1/jobs/:id", answer: job.Record{}, handle: s.getJob,
			summary: locale.Text{Zh: "任务状态与结果", En: "State and result of a job"}},
		{method: http.MethodDelete, path: "/api/v1/jobs/:id", answer: job.Record{}, handle: s.cancelJob,
			summary: locale.Text{Zh: "取消任务，保留到目前为止最好的结果", En: "Cancel a job; the best answer so far is kept"}},
		{method: http.MethodGet, path: "/api/v1/jobs/:id/events", media: "text/event-stream", timeout: noTimeout, handle: s.watchJob,
			summary: locale.Text{Zh: "任务进展（服务器推送）", En: "Progress of a job as server-sent events"}},
	}
}

// submit starts a job and answers 202.
func (s *Server) submit(c *call, kind string, question any, work job.Work) error {
	record, err := s.deps.Jobs.Submit(kind, c.userName(), question, work)
	if errors.Is(err, job.ErrFull) {
		c.Response().Header().Set("Retry-After", "10")
		return problem.New(http.StatusServiceUnavailable, "jobs_full", "等待的任务太多，请稍后再试", "too many jobs are waiting, try again later")
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/v1/jobs/"+record.ID)
	return c.send(http.StatusAccepted, jobAccepted{record.ID})
}

func noSuchJob(c *call, err error) error {
	if errors.Is(err, job.ErrUnknown) {
		return problem.NotFound("任务", "job", c.Param("id"))
	}
	return err
}

func (s *Server) listJobs(c *call) error {
	records := s.deps.Jobs.List()
	for i := range records {
		records[i].Result = nil
	}
	return c.ok(records)
}

func (s *Server) getJob(c *call) error {
	record, err := s.deps.Jobs.Get(c.Param("id"))
	if err != nil {
		return noSuchJob(c, err)
	}
	return c.ok(record)
}

func (s *Server) cancelJob(c *call) error {
	record, err := s.deps.Jobs.Cancel(c.Param("id"))
	if err != nil {
		return noSuchJob(c, err)
	}
	return c.ok(record)
}

// watchJob streams the states of a job until it ends or the client leaves; the job goes on either way.
func (s *Server) watchJob(c *call) error {
	updates, stop, err := s.deps.Jobs.Watch(c.Param("id"))
	if err != nil {
		return noSuchJob(c, err)
	}
	defer stop()
	header := c.Response().Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-c.ctx().Done():
			return nil
		case <-beat.C:
			if err := c.event(": alive\n\n"); err != nil {
				return nil // the client is gone
			}
		case record, open := <-updates:
			if !open {
				return nil
			}
			text, err := json.Marshal(record)
			if err != nil {
				return err
			}
			if err := c.event(fmt.Sprintf("event: %s\ndata: %s\n\n", eventOf(record.State), text)); err != nil {
				return nil
			}
		}
	}
}

func eventOf(state job.State) string {
	if state.Final() {
		return string(state)
	}
	return "progress"
}

// event writes one server-sent event within the write timeout.
func (c *call) event(text string) error {
	control := http.NewResponseController(c.Response())
	// Not every ResponseWriter has deadlines; the client's own end of the stream is noticed then.
	_ = control.SetWriteDeadline(time.Now().Add(writeTimeout))
	if _, err := c.Response().Write([]byte(text)); err != nil {
		return err
	}
	c.Response().Flush()
	return nil
}
