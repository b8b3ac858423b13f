package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lawcircle/server/account"
	"lawcircle/server/layer"
	"lawcircle/server/ogc"
)

// mountOGC registers the OGC API, which has a document and a table of parameters of its own, below /ogc.
func (s *Server) mountOGC() error {
	service, err := ogc.New(ogc.Options{
		Source: s.published, Base: func(r *http.Request) string { return baseOf(r) + "/ogc" }, Now: s.deps.Now, Version: s.deps.Version,
	})
	if err != nil {
		return err
	}
	service.Register(s.echo.Group("/ogc"), func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if _, err := s.admit(c, account.Viewer); err != nil {
				return err
			}
			return next(c)
		}
	})
	return nil
}

// published is what the OGC API offers: the layers of the project and, where there are any, of its results.
func (s *Server) published(ctx context.Context) (ogc.Source, error) {
	snapshot, err := s.deps.Snapshot(ctx)
	if err != nil {
		return ogc.Source{}, fmt.Errorf("loading the project: %w", err)
	}
	collections, err := s.collections.get(snapshot.Revision, func() ([]*ogc.Collection, error) {
		layers, err := s.layersOf(snapshot)
		if err != nil {
			return nil, err
		}
		roads, err := s.roadLayers(ctx)
		if err != nil {
			return nil, err
		}
		kept, err := s.keptLayers(ctx)
		if err != nil {
			return nil, err
		}
		return ogc.Prepare(slices.Concat(layers, roads, s.resultLayers(ctx, snapshot), kept)), nil
	})
	return ogc.Source{
		Revision: snapshot.Revision, Title: snapshot.County.Name, Synthetic: snapshot.County.Synthetic, Collections: collections,
	}, err
}

// roadLayers is the layer of roads, or nothing when the project has none.
func (s *Server) roadLayers(ctx context.Context) ([]*layer.Layer, error) {
	if s.deps.Roads == nil {
		return nil, nil
	}
	data, err := s.deps.Roads(ctx)
	if err != nil {
		return nil, fmt.Errorf("loading the roads: %w", err)
	}
	if len(data.Roads) == 0 {
		return nil, nil
	}
	return []*layer.Layer{layer.OfRoads(data.Roads)}, nil
}

// maxPublishedRuns bounds the memory that kept results take; older ones stay in the project and can be exported.
const maxPublishedRuns = 5

// keptLayers are the results that were kept in the project, so that a GIS sees the very figures of a report.
func (s *Server) keptLayers(ctx context.Context) ([]*layer.Layer, error) {
	if s.deps.Runs == nil {
		return nil, nil
	}
	layers, err := s.deps.Runs.Layers(ctx, maxPublishedRuns)
	if err != nil {
		return nil, fmt.Errorf("reading the kept results: %w", err)
	}
	return layers, nil
}

// baseOf is the address under which the client reached the server, also through a reverse proxy that says so.
func baseOf(r *http.Request) string {
	scheme, host := "http", r.Host
	if r.TLS != nil {
		scheme = "https"
	}
	if proto := r.Header.Get("X-Forwarded-Proto"); proto == "https" || proto == "http" {
		scheme = proto
	}
	if forwarded := r.Header.Get("X-Forwarded-Host"); forwarded != "" {
		host, _, _ = strings.Cut(forwarded, ",")
	}
	return scheme + "://" + strings.TrimSpace(host) + strings.TrimSuffix(r.Header.Get("X-Forwarded-Prefix"), "/")
}
