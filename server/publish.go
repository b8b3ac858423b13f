package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lawcircle/server/account"
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
		return ogc.Prepare(slices.Concat(layers, s.resultLayers(ctx, snapshot))), nil
	})
	return ogc.Source{
		Revision: snapshot.Revision, Title: snapshot.County.Name, Synthetic: snapshot.County.Synthetic, Collections: collections,
	}, err
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
