package main

import (
	"strings"
	"testing"

	"lawcircle/data"
)

// TestKeptResultsArePublishedAsTheyWereKept compares the layers of a kept run, as a GIS is offered them, with the table of the command.
func TestKeptResultsArePublishedAsTheyWereKept(t *testing.T) {
	path := demonstration(t)
	table := t.TempDir() + "/access.csv"
	kept := object(t, must(t, "coverage", "-p", path, "--keep", "--access-out", table, "--json"))
	id := kept["run"].(map[string]any)["id"].(string)
	_, want := rows(t, table)
	project, err := data.Open(t.Context(), path, data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer project.Close()
	layers, err := newDesk(project, nil, nil).Layers(t.Context(), 5)
	if err != nil || len(layers) != 3 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	for _, l := range layers {
		if !strings.HasPrefix(l.ID, "run_"+id+"_") {
			t.Errorf("layer %s is not of run %s", l.ID, id)
		}
		if !strings.HasSuffix(l.ID, "_access") {
			continue
		}
		status := l.Index("status")
		for i, f := range l.Features {
			if f.Values[0] != want[i]["id"] || f.Values[status] != want[i]["status"] {
				t.Errorf("row %d: %v, want %v", i, f.Values, want[i])
			}
		}
	}
}
