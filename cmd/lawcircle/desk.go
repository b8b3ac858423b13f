package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"lawcircle/coverage"
	"lawcircle/coverage/ask"
	"lawcircle/data"
	"lawcircle/data/export"
	"lawcircle/geo"
	"lawcircle/geo/road"
	"lawcircle/server"
	"lawcircle/server/job"
	"lawcircle/server/layer"
	"lawcircle/web"
)

// desk hands an open project to the server: what was read is kept as long as the project does not change.
type desk struct {
	project *data.Project
	term    *terminal
	offered []offeredProfile
	basemap *server.Basemap // nil: none

	mu       sync.Mutex
	snapshot server.Snapshot
	roads    server.RoadData

	edited editedRoads
	warm   sessions
}

func newDesk(project *data.Project, term *terminal, offered []offeredProfile) *desk {
	return &desk{project: project, term: term, offered: offered}
}

func (d *desk) deps(jobs *job.Queue, logger *slog.Logger) server.Deps {
	return server.Deps{
		Snapshot: d.read, Roads: d.readRoads, Profiles: d.profiles, Jobs: jobs, Analyst: d.analyst, Scenarios: d, Editor: d, Importer: intakeDesk{d.project}, Exporter: exportDesk{d}, Runs: d, Records: tableDesk{d.project}, Rules: d,
		WriteAreas: export.Areas, WriteAccess: export.Access, Web: web.Files(), Logger: logger, Now: time.Now, Version: "lawcircle " + version, Loopback: true,
	}
}

// read returns the project at its newest revision.
func (d *desk) read(ctx context.Context) (server.Snapshot, error) {
	number, err := d.project.Revision(ctx)
	if err != nil {
		return server.Snapshot{}, err
	}
	revision := strconv.FormatInt(number, 10)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.snapshot.Revision == revision {
		return d.snapshot, nil
	}
	next := server.Snapshot{Revision: revision, Map: server.MapUse{Use: "internal"}, Editable: true}
	if next.County, err = d.project.County(ctx); err != nil {
		return next, err
	}
	if next.DataDigest, err = d.project.Digest(ctx); err != nil {
		return next, err
	}
	if next.RoadsDigest, err = d.project.RoadsDigest(ctx); err != nil {
		return next, err
	}
	if next.Elevation, err = elevationDigest(ctx, d.project); err != nil {
		return next, err
	}
	meta, err := d.project.Meta(ctx)
	if err != nil {
		return next, err
	}
	next.Map = mapUse(meta)
	next.Map.Basemap = d.basemap
	d.snapshot = next
	return next, nil
}

// mapUse reads what the map law wants to be said from the project's own words.
func mapUse(meta map[string]string) server.MapUse {
	use := server.MapUse{Use: "internal", ApprovalNo: meta[data.MetaMapApprovalNo], Source: meta[data.MetaMapSource]}
	if meta[data.MetaMapUse] == "public" {
		use.Use = "public"
	}
	return use
}

// readRoads returns the road layer, read once for each set of roads.
func (d *desk) readRoads(ctx context.Context) (server.RoadData, error) {
	snapshot, err := d.read(ctx)
	if err != nil {
		return server.RoadData{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.roads.Revision == snapshot.RoadsDigest {
		return d.roads, nil
	}
	network, err := d.project.Network(ctx)
	if err != nil {
		return server.RoadData{}, err
	}
	next := server.RoadData{Revision: snapshot.RoadsDigest, Roads: make([]layer.Road, 0, len(network.Ways))}
	for _, way := range network.Ways {
		shown := layer.Road{WayID: way.ID, Name: way.Name, Line: way.Line, Highway: roadClass(way.Tags)}
		if shown.Highway == "" {
			shown.Wall = wallKind(way.Tags)
		} else {
			next.LengthKm += geo.Length(way.Line) / 1000
		}
		next.Roads = append(next.Roads, shown)
	}
	d.roads = next
	return next, nil
}

// roadClass is the value of highway, or what else people travel on; "" for rivers, railways and other walls.
func roadClass(tags road.Tags) string {
	switch {
	case tags["highway"] != "":
		return tags["highway"]
	case tags["route"] == "ferry":
		return "ferry"
	case tags["railway"] == "platform":
		return "platform"
	}
	return ""
}

// wallKind names what a way without a class is to the eye.
func wallKind(tags road.Tags) string {
	switch {
	case tags["waterway"] != "" || tags["natural"] == "water":
		return "water"
	case tags["railway"] != "":
		return "rail"
	}
	return "barrier"
}

// analyst answers for a study, on the roads that its edits leave.
func (d *desk) analyst(study server.Study) server.Analyst {
	graph := func(ctx context.Context, name string) (*road.Graph, error) {
		profile, err := d.profileNamed(name)
		if err != nil {
			return nil, err
		}
		if edits, any := roadEdits(study.Edits); any {
			return d.editedGraph(ctx, profile, edits)
		}
		ground, err := groundFor(ctx, d.project, profile)
		if err != nil {
			return nil, err
		}
		return d.project.GraphOn(ctx, profile, ground, nil)
	}
	return deskAnalyst{coverage.Engine{County: study.County, Graph: graph}, d, study}
}

// deskAnalyst is the engine with a matrix and with sessions that stay warm between requests.
type deskAnalyst struct {
	coverage.Engine
	desk  *desk
	study server.Study
}

// WhatIf implements server.Analyst.
func (a deskAnalyst) WhatIf(ctx context.Context, q coverage.Query, circle bool) (*coverage.Result, *coverage.Circle, error) {
	session, err := a.desk.session(ctx, a, q.Profile)
	if err != nil {
		return nil, nil, err
	}
	return session.Assess(ctx, a.County, q, circle)
}

// Ask implements server.Analyst.
func (a deskAnalyst) Ask(ctx context.Context, question ask.Question, in ask.Inquiry) (*ask.Answer, error) {
	in.Engine = a.Engine
	return question.Ask(ctx, in)
}

// maxSessions bounds the memory of warm searches.
const maxSessions = 4

// sessions are the warm searches of the present revision, by profile and edits of roads.
type sessions struct {
	mu       sync.Mutex
	revision string
	byKey    map[string]*coverage.Session
}

func (d *desk) session(ctx context.Context, a deskAnalyst, profile string) (*coverage.Session, error) {
	snapshot, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	roads, _ := roadEdits(a.study.Edits)
	text, err := json.Marshal(roads)
	if err != nil {
		return nil, fmt.Errorf("naming the edits of roads: %w", err)
	}
	key := profile + string(text)
	d.warm.mu.Lock()
	defer d.warm.mu.Unlock()
	if d.warm.revision != snapshot.Revision || len(d.warm.byKey) >= maxSessions && d.warm.byKey[key] == nil {
		d.warm.revision, d.warm.byKey = snapshot.Revision, map[string]*coverage.Session{}
	}
	if session := d.warm.byKey[key]; session != nil {
		return session, nil
	}
	session, err := a.NewSession(ctx, profile)
	if err == nil {
		d.warm.byKey[key] = session
	}
	return session, err
}

// Matrix implements server.Analyst.
func (a deskAnalyst) Matrix(ctx context.Context, profile string, from, to []road.Place, limit time.Duration) ([][]road.Cell, error) {
	graph, err := a.Graph(ctx, profile)
	if err != nil {
		return nil, err
	}
	rows := make([][]road.Cell, len(from))
	err = graph.Matrix(ctx, from, to, road.MatrixOptions{Limit: limit}, func(i int, cells []road.Cell) error {
		rows[i] = slices.Clone(cells)
		return nil
	})
	return rows, err
}

// Scenarios implements server.ScenarioStore.
func (d *desk) Scenarios(ctx context.Context) ([]coverage.Scenario, error) {
	return d.project.Scenarios(ctx)
}

// SaveScenario implements server.ScenarioStore.
func (d *desk) SaveScenario(ctx context.Context, scenario coverage.Scenario) error {
	return d.project.Update(ctx, data.Change{What: "scenario " + scenario.ID}, func(tx *data.Tx) error { return tx.PutScenario(scenario) })
}

// DeleteScenario implements server.ScenarioStore.
func (d *desk) DeleteScenario(ctx context.Context, id string) error {
	return d.project.Update(ctx, data.Change{What: "delete_scenario " + id}, func(tx *data.Tx) error { return tx.DeleteScenarios(id) })
}

func logged(change server.Change) data.Change {
	return data.Change{User: change.User, What: change.What}
}

// SavePoint implements server.Editor.
func (d *desk) SavePoint(ctx context.Context, point coverage.ServicePoint, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error { return tx.PutPoints([]coverage.ServicePoint{point}) })
}

// DeletePoint implements server.Editor.
func (d *desk) DeletePoint(ctx context.Context, id string, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error { return tx.DeletePoints(id) })
}

// SaveHost implements server.Editor.
func (d *desk) SaveHost(ctx context.Context, host coverage.Host, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error { return tx.PutHosts([]coverage.Host{host}) })
}

// DeleteHost implements server.Editor.
func (d *desk) DeleteHost(ctx context.Context, id string, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error { return tx.DeleteHosts(id) })
}

// Changes implements server.Editor: the log of the project, the rows of small changes included.
func (d *desk) Changes(ctx context.Context, limit int) ([]server.Change, error) {
	entries, err := d.project.Changes(ctx, "", limit)
	if err != nil {
		return nil, err
	}
	out := make([]server.Change, 0, len(entries))
	for _, e := range entries {
		change := server.Change{User: e.User, What: e.What}
		if change.At, err = time.Parse(time.RFC3339, e.At); err != nil {
			return nil, fmt.Errorf("reading the log: %w", err)
		}
		if e.Rows == 1 {
			if err := d.fillChange(ctx, e.ID, &change); err != nil {
				return nil, err
			}
		}
		out = append(out, change)
	}
	return out, nil
}

func (d *desk) fillChange(ctx context.Context, id int64, change *server.Change) error {
	rows, err := d.project.ChangedRows(ctx, id, 1)
	if err != nil || len(rows) == 0 {
		return err
	}
	change.ID = rows[0].Key
	for _, side := range []struct {
		row  map[string]any
		into *json.RawMessage
	}{{rows[0].Before, &change.Before}, {rows[0].After, &change.After}} {
		if side.row == nil {
			continue
		}
		if *side.into, err = json.Marshal(side.row); err != nil {
			return fmt.Errorf("reading the log: %w", err)
		}
	}
	return nil
}
