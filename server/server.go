package server

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/labstack/echo/v4"
	"github.com/maypok86/otter/v2"
	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/server/layer"
	"lawcircle/server/ogc"
	"lawcircle/server/tile"
)

// Server answers HTTP for one project.
type Server struct {
	deps    Deps
	echo    *echo.Echo
	routes  []route
	metrics *metrics.Set
	editing sync.Mutex // one change at a time
	started time.Time

	document []byte // OpenAPI

	collections latest[[]*ogc.Collection]
	layers      latest[[]*layer.Layer]
	labels      latest[[]orb.Point] // of the units, in order
	tiles       map[string]*latest[*tile.Index]
	assessed    *otter.Cache[string, assessment]
	recent      *otter.Cache[string, coverage.Run] // by id
	unedited    latest[*coverage.Circle]           // circle before the edits of what-if, by run
	cut         *otter.Cache[string, []byte]
}

const (
	tileCacheBytes = 64 << 20
	keptAnswers    = 64
	keptRuns       = 1000
)

// New builds the server; it serves nothing until it is given to an http.Server. It fails only on incomplete Deps.
func New(deps Deps) (*Server, error) {
	if deps.Snapshot == nil || deps.Logger == nil || deps.Now == nil || deps.Profiles == nil || deps.Jobs == nil || deps.Analyst == nil {
		return nil, errors.New("making the server: Snapshot, Profiles, Jobs, Analyst, Logger and Now must be given")
	}
	if deps.Accounts == nil && !deps.Loopback {
		return nil, errors.New("making the server: other computers could connect, so there must be accounts")
	}
	cut, err := otter.New(&otter.Options[string, []byte]{
		MaximumWeight: tileCacheBytes,
		Weigher:       func(key string, data []byte) uint32 { return uint32(len(key) + len(data) + 64) },
	})
	if err != nil {
		return nil, fmt.Errorf("making the tile cache: %w", err)
	}
	assessed, err := otter.New(&otter.Options[string, assessment]{MaximumSize: keptAnswers})
	if err != nil {
		return nil, fmt.Errorf("making the cache of answers: %w", err)
	}
	recent, err := otter.New(&otter.Options[string, coverage.Run]{MaximumSize: keptRuns})
	if err != nil {
		return nil, fmt.Errorf("making the cache of runs: %w", err)
	}
	s := &Server{deps: deps, echo: echo.New(), metrics: metrics.NewSet(), started: deps.Now(), cut: cut, assessed: assessed, recent: recent, tiles: map[string]*latest[*tile.Index]{}}
	for _, l := range tileLayers() {
		s.tiles[l.name] = &latest[*tile.Index]{}
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.writeError
	s.echo.IPExtractor = echo.ExtractIPDirect() // what a header says about the caller can be invented
	s.useMiddleware()
	s.routes = s.allRoutes()
	if s.document, err = describe(s.routes, deps.Version); err != nil {
		return nil, err
	}
	for _, r := range s.routes {
		s.echo.Add(r.method, r.path, s.wrap(r))
		if r.method == http.MethodGet {
			s.echo.HEAD(r.path, s.wrap(r)) // net/http leaves the body out
		}
	}
	if err := s.mountOGC(); err != nil {
		return nil, err
	}
	s.echo.GET("/*", s.serveWeb)
	s.echo.HEAD("/*", s.serveWeb)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// allRoutes is the table of everything that is served, by area.
func (s *Server) allRoutes() []route {
	var all []route
	for _, routes := range [][]route{s.healthRoutes(), s.projectRoutes(), s.layerRoutes(), s.tileRoutes(), s.jobRoutes(), s.documentRoutes(), s.coverageRoutes(), s.shapeRoutes(),
		s.whatIfRoutes(), s.editingRoutes(), s.scenarioRoutes(), s.indicatorRoutes(), s.askRoutes(),
		s.explainRoutes(), s.matrixRoutes(), s.suggestionRoutes(), s.importRoutes(), s.exportRoutes(), s.accountRoutes(),
		s.runRoutes(), s.mapRoutes(), s.tableRoutes(), s.ruleRoutes(), s.checklistRoutes(), s.boardRoutes(), s.plannerRoutes(), s.windowRoutes()} {
		all = append(all, routes...)
	}
	return all
}
