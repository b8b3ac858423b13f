package server

import (
	"net/http"

	"github.com/VictoriaMetrics/metrics"

	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// health is the answer of /healthz and /readyz.
type health struct {
	Status  string `json:"status"`
	Version string `json:"version"`
}

func (s *Server) healthRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/healthz", role: open, answer: health{}, handle: s.healthz,
			summary: locale.Text{Zh: "进程是否活着", En: "Whether the process is alive"}},
		{method: http.MethodGet, path: "/readyz", role: open, answer: health{}, handle: s.readyz,
			summary: locale.Text{Zh: "项目文件是否可读", En: "Whether the project can be read"}},
		{method: http.MethodGet, path: "/metrics", media: "text/plain; version=0.0.4; charset=utf-8", handle: s.writeMetrics,
			summary: locale.Text{Zh: "运行指标（Prometheus 格式）", En: "Metrics in the Prometheus text format"}},
	}
}

func (s *Server) healthz(c *call) error { return c.ok(health{"ok", s.deps.Version}) }

func (s *Server) readyz(c *call) error {
	if _, err := s.deps.Snapshot(c.ctx()); err != nil {
		failure := problem.New(http.StatusServiceUnavailable, "not_ready", "项目文件暂时读不出来", "the project cannot be read at the moment")
		failure.Cause = err
		return failure
	}
	return c.ok(health{"ready", s.deps.Version})
}

func (s *Server) writeMetrics(c *call) error {
	c.Response().Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	s.metrics.WritePrometheus(c.Response())
	metrics.WriteProcessMetrics(c.Response())
	return nil
}
