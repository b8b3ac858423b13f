package server

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"time"

	"lawcircle/coverage"
	"lawcircle/server/account"
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
	Accounts *account.Gate // nil: no accounts; whoever can connect may do everything

	// Analyst makes the analyst of a study.
	Analyst   func(study Study) Analyst
	Scenarios ScenarioStore // optional
	Editor    Editor        // optional
	Importer  Importer      // optional
	Exporter  Exporter      // optional
	Runs      RunStore      // optional
	Records   RecordStore   // optional
	Rules     RuleStore     // optional
	// WriteAreas and WriteAccess write the tables of an answer; optional.
	WriteAreas  func(w io.Writer, result *coverage.Result) error
	WriteAccess func(w io.Writer, county *coverage.County, result *coverage.Result) error

	Web     fs.FS // the workspace as built; optional
	Logger  *slog.Logger
	Now     func() time.Time
	Version string

	// BasemapOrigins are the only foreign origins that the page may load from ("https://t0.tianditu.gov.cn"); normally none.
	BasemapOrigins []string
	// CORSOrigins are the other sites whose pages may read here ("https://gis.example.cn"); normally none. They never may write.
	CORSOrigins []string
	// Loopback says that only this computer can connect: no account is needed, and requests under another host name are refused.
	Loopback bool
}

// Snapshot is the project at one moment. Two snapshots with the same revision are the same, roads, scenarios and profiles included.
type Snapshot struct {
	Revision    string
	DataDigest  string // of the content that figures are computed from
	RoadsDigest string
	Elevation   string // digest of the elevation, "" on flat land
	County      *coverage.County
	Map         MapUse
	Editable    bool
}

// MapUse is what the map law wants to be said on every map.
type MapUse struct {
	Use        string // "internal" or "public"
	ApprovalNo string // 审图号, "" when there is none
	Source     string
	Basemap    *Basemap // nil: none, the default
}

// ShowsBoundaries says whether a map may draw administrative boundaries: a public one needs an approval number for that.
func (m MapUse) ShowsBoundaries() bool { return m.Use != "public" || m.ApprovalNo != "" }

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
	Name   string
	Title  locale.Text
	Digest string // of everything that has an influence on times
	YAML   []byte
}

// ScenarioStore keeps scenarios.
type ScenarioStore interface {
	Scenarios(ctx context.Context) ([]coverage.Scenario, error)
	SaveScenario(ctx context.Context, scenario coverage.Scenario) error
	DeleteScenario(ctx context.Context, id string) error
}
