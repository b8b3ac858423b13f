package server

import (
	"context"
	"io/fs"
	"log/slog"
	"time"

	"lawcircle/coverage"
	"lawcircle/server/job"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
)

// Deps is everything that the server needs from the rest of the program. Fields marked optional may be nil; the routes that need them
// then answer 503.
type Deps struct {
	Snapshot func(ctx context.Context) (Snapshot, error)
	Roads    func(ctx context.Context) (RoadData, error) // optional
	Profiles func(ctx context.Context) ([]Profile, error)
	Jobs     *job.Queue
	// ResultLayers are the layers of the newest published results, for the OGC API; optional.
	ResultLayers func(ctx context.Context, snapshot Snapshot) ([]*layer.Layer, error)

	Web     fs.FS // the workspace as built; optional
	Logger  *slog.Logger
	Now     func() time.Time
	Version string

	// BasemapOrigins are the only foreign origins that the page may load from ("https://t0.tianditu.gov.cn"); normally none.
	BasemapOrigins []string
	// Loopback says that only this computer can connect: no account is needed, and requests under another host name are refused.
	Loopback bool
}

// Snapshot is the project at one moment. Two snapshots with the same revision are the same, roads and profiles included.
type Snapshot struct {
	Revision string
	County   *coverage.County
	Map      MapUse
	Editable bool
}

// MapUse is what the map law wants to be said on every map.
type MapUse struct {
	Use        string // "internal" or "public"
	ApprovalNo string // 审图号, "" when there is none
	Source     string
	Basemap    *Basemap // nil: none, the default
}

// Basemap is a configured background map.
type Basemap struct {
	Name        string   `json:"name"`
	Tiles       []string `json:"tiles"`  // templates of raster tiles
	Labels      []string `json:"labels"` // templates of label tiles, may be empty
	Attribution string   `json:"attribution"`
}

// RoadData is the road layer with its measures.
type RoadData struct {
	Revision string
	Roads    []layer.Road
	LengthKm float64
}

// Profile is a travel profile as people see it.
type Profile struct {
	Name  string
	Title locale.Text
	YAML  []byte
}
