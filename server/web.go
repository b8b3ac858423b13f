package server

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// serveWeb answers every path that no route has: with a file of the workspace, with its start page at the root (its screens differ in the query alone), or 404.
func (s *Server) serveWeb(c echo.Context) error {
	request := c.Request()
	if s.deps.Web == nil || isMachinePath(request.URL.Path) {
		return echo.ErrNotFound
	}
	name := strings.TrimPrefix(path.Clean("/"+request.URL.Path), "/")
	if name == "" {
		name = "index.html"
	}
	if info, err := fs.Stat(s.deps.Web, name); err != nil || info.IsDir() {
		return echo.ErrNotFound
	}
	header := c.Response().Header()
	if strings.HasPrefix(name, "assets/") { // the build puts a digest into these names
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		header.Set("Cache-Control", "no-cache")
	}
	if name == "index.html" {
		return serveIndex(c, s.deps.Web)
	}
	http.ServeFileFS(c.Response(), request, s.deps.Web, name)
	return nil
}

// serveIndex exists because http.ServeFileFS redirects away from index.html.
func serveIndex(c echo.Context, files fs.FS) error {
	page, err := fs.ReadFile(files, "index.html")
	if err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, page)
}

func isMachinePath(urlPath string) bool {
	for _, prefix := range []string{"/api", "/ogc", "/tiles"} {
		if urlPath == prefix || strings.HasPrefix(urlPath, prefix+"/") {
			return true
		}
	}
	return false
}
