package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/job"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// RunStore keeps runs in the project.
type RunStore interface {
	Runs(ctx context.Context) ([]coverage.Run, error) // newest first
	// Run returns a kept run with its result; ErrNoRun for an unknown id.
	Run(ctx context.Context, id string) (coverage.Run, json.RawMessage, error)
	// KeepRun stores a run with its result and, for a coverage result, its layers.
	KeepRun(ctx context.Context, run coverage.Run, study Study, result *coverage.Result) error
	// Layers returns the mapped results of the newest runs, at most so many runs.
	Layers(ctx context.Context, runs int) ([]*layer.Layer, error)
}

// ErrNoRun is returned by a RunStore for an id that no kept run has.
var ErrNoRun = errors.New("there is no such run")

// runRecord is a run with its result, null when only the run itself is known.
type runRecord struct {
	Run    coverage.Run    `json:"run"`
	Kept   bool            `json:"kept"`
	Result json.RawMessage `json:"result"`
}

func (s *Server) runRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return []route{
		{method: http.MethodGet, path: "/api/v1/runs", answer: []coverage.Run{}, handle: s.listRuns, summary: say("保存的计算，新的在前", "Kept runs, the newest first")},
		{method: http.MethodGet, path: "/api/v1/runs/:id", answer: runRecord{}, handle: s.getRun, summary: say("一次计算的记录（run.json）", "The record of a run")},
		{method: http.MethodPost, path: "/api/v1/runs", body: questionBody{}, answer: jobAccepted{}, status: http.StatusAccepted, handle: s.keepRun,
			summary: say("计算并存入项目（任务）", "Compute and keep in the project; a job")},
	}
}

func (s *Server) listRuns(c *call) error {
	if s.deps.Runs == nil {
		return unavailable()
	}
	runs, err := s.deps.Runs.Runs(c.ctx())
	if err != nil {
		return fmt.Errorf("listing the runs: %w", err)
	}
	return c.ok(append([]coverage.Run{}, runs...))
}

// getRun answers for kept runs and for those that were answered lately.
func (s *Server) getRun(c *call) error {
	id := c.Param("id")
	if s.deps.Runs != nil {
		run, result, err := s.deps.Runs.Run(c.ctx(), id)
		if err == nil {
			return c.ok(runRecord{run, true, result})
		}
		if !errors.Is(err, ErrNoRun) {
			return fmt.Errorf("reading run %s: %w", id, err)
		}
	}
	if run, known := s.recent.GetIfPresent(id); known {
		return c.ok(runRecord{Run: run})
	}
	return problem.NotFound("计算", "run", id)
}

func (s *Server) keepRun(c *call) error {
	if s.deps.Runs == nil {
		return unavailable()
	}
	var body questionBody
	if err := c.decode(&body); err != nil {
		return err
	}
	q, err := body.parse()
	if err != nil {
		return err
	}
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return err
	}
	return s.submit(c, "run", body, func(ctx context.Context, _ func(job.Progress)) (any, error) {
		answer, err := s.assess(ctx, snapshot, q)
		if err != nil {
			return nil, err
		}
		return struct {
			Run runAnswer `json:"run"`
		}{toRun(answer.run, q.Rule)}, s.deps.Runs.KeepRun(ctx, answer.run, answer.study, answer.result)
	})
}
