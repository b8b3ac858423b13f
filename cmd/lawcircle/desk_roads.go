package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/geo/road"
)

// roadEdits picks the edits of roads out of a scenario; any is false when there are none. A barrier whose line closes is an area.
func roadEdits(edits []coverage.Edit) (out road.Edits, any bool) {
	for _, e := range edits {
		line := make(orb.LineString, len(e.Line))
		for i, p := range e.Line {
			line[i] = p
		}
		switch e.Op {
		case coverage.EditCloseRoad:
			out.Close = append(out.Close, e.WayID)
		case coverage.EditRoadSpeed:
			out.Speeds = append(out.Speeds, road.SpeedEdit{WayID: e.WayID, Kmh: e.SpeedKmh})
		case coverage.EditAddRoad:
			class := e.Class
			if class == "" {
				class = "unclassified"
			}
			out.Add = append(out.Add, road.NewRoad{Name: e.Name, Line: line, Tags: road.Tags{"highway": class}})
		case coverage.EditAddBarrier:
			if len(line) > 3 && line[0] == line[len(line)-1] {
				out.Areas = append(out.Areas, orb.Polygon{orb.Ring(line)})
			} else {
				out.Lines = append(out.Lines, line)
			}
		default:
			continue
		}
		any = true
	}
	return out, any
}

// editedRoads keeps the graphs of a few edited networks, because one scenario is asked many questions.
type editedRoads struct {
	mu     sync.Mutex
	graphs map[string]*road.Graph
	order  []string
}

// maxEditedGraphs bounds the memory that scenarios of roads take.
const maxEditedGraphs = 6

// graph returns the roads of a profile with the edits made.
func (d *desk) editedGraph(ctx context.Context, profile *road.Profile, edits road.Edits) (*road.Graph, error) {
	snapshot, err := d.read(ctx)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(edits)
	if err != nil {
		return nil, fmt.Errorf("naming the edits of roads: %w", err)
	}
	key := snapshot.RoadsDigest + snapshot.Elevation + profile.Digest() + string(text)
	d.edited.mu.Lock()
	defer d.edited.mu.Unlock()
	if graph, known := d.edited.graphs[key]; known {
		return graph, nil
	}
	graph, err := buildEdited(ctx, d.project, profile, edits)
	if err != nil {
		return nil, err
	}
	d.edited.keep(key, graph)
	return graph, nil
}

// buildEdited compiles the roads of a project with the edits made. It is not kept beside the project.
func buildEdited(ctx context.Context, project *data.Project, profile *road.Profile, edits road.Edits) (*road.Graph, error) {
	network, err := project.Network(ctx)
	if err != nil {
		return nil, err
	}
	if network, err = network.Edit(edits); err != nil {
		return nil, err
	}
	ground, err := groundFor(ctx, project, profile)
	if err != nil {
		return nil, err
	}
	return road.Build(ctx, network, profile, road.BuildOptions{Elevation: ground.Elevation})
}

func (e *editedRoads) keep(key string, graph *road.Graph) {
	if e.graphs == nil {
		e.graphs = map[string]*road.Graph{}
	}
	if len(e.order) == maxEditedGraphs {
		delete(e.graphs, e.order[0])
		e.order = e.order[1:]
	}
	e.graphs[key], e.order = graph, append(e.order, key)
}
