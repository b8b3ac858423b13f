package server

import (
	"strings"
	"testing"
)

func TestRiversAreNoRoads(t *testing.T) {
	s := newTestServer(t)
	project := decodeJSON[struct {
		Counts struct{ Ways int }
	}](t, get(s, "/api/v1/project"))
	if project.Counts.Ways != 2 {
		t.Errorf("%d ways counted, want the 2 roads without the river", project.Counts.Ways)
	}
	drawing := get(s, "/api/v1/map.svg?bbox=89,42,90,43").Body.String()
	for stroke, want := range map[string]int{"#b9b2a5": 1, "#9cc3d9": 1} { // roads (the track is too small at this scale), water
		_, rest, found := strings.Cut(drawing, `stroke="`+stroke+`"`)
		path, _, _ := strings.Cut(rest, "/>")
		if lines := strings.Count(path, "M"); !found || lines != want {
			t.Errorf("%d lines drawn in %s, want %d", lines, stroke, want)
		}
	}
}
