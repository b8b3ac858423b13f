// Package server answers HTTP: the workspace's API under /api/v1, OGC API – Features under /ogc, vector tiles, long work as jobs, and
// accounts when it listens beyond this computer.
//
// It knows no SQL, no geometry maths and no file formats: everything it needs is handed to [New] in [Deps], whose functions the
// command wires to the project file and to the analyses of package coverage.
//
// A request passes the middleware of middleware.go, then its route's wrapper (route.go), which checks the role, parses every query
// parameter against the route's table and loads the snapshot of the project, and only then the handler. The same table of routes
// writes /api/openapi.json, so the document cannot drift from the handlers.
package server
