package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/data/intake/geotiff"
)

// wavyRaster is an elevation of the demonstration county that no road can avoid.
func wavyRaster(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	grid := geotiff.Grid{West: 90.4, North: 41.8, Width: 0.002, Height: 0.002, Columns: 600, Rows: 400}
	err := geotiff.Write(&out, grid, func(y int, row []float64) error {
		for x := range row {
			row[x] = 800 + 300*math.Sin(float64(x)/3)*math.Cos(float64(y)/3)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestRunNamesAllThatItsFiguresRestOn asks one question before and after each thing that can change its answer.
func TestRunNamesAllThatItsFiguresRestOn(t *testing.T) {
	path := demonstration(t)
	change := func(work func(tx *data.Tx) error) {
		t.Helper()
		project, err := data.Open(t.Context(), path, data.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer project.Close()
		if err := project.Update(t.Context(), data.Change{What: "test"}, work); err != nil {
			t.Fatal(err)
		}
	}
	scenario := func(minutes float64) func(tx *data.Tx) error {
		return func(tx *data.Tx) error {
			return tx.PutScenario(coverage.Scenario{ID: "test", Name: "试", Edits: []coverage.Edit{{Op: coverage.EditChangeLimit, Minutes: minutes}}})
		}
	}
	profile := filepath.Join(t.TempDir(), "ours.yaml")
	write := func(kmh string) {
		text := strings.NewReplacer("name: walk", "name: ours", "kmh: 4", "kmh: "+kmh).Replace(must(t, "profile", "walk"))
		if err := os.WriteFile(profile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("4")
	change(scenario(12))
	asked := func(args ...string) any {
		return object(t, must(t, append([]string{"coverage", "-p", path, "--json"}, args...)...))["totals"].(map[string]any)["people_covered"]
	}
	if limited := asked("--scenario", "test"); limited != asked("--minutes", "12") {
		t.Errorf("a scenario of 12 minutes covers %v people, 12 minutes %v", limited, asked("--minutes", "12"))
	}
	id := func(args ...string) string {
		t.Helper()
		return object(t, must(t, append(args, "-p", path, "--json")...))["run"].(map[string]any)["id"].(string)
	}
	for _, step := range []struct {
		name   string
		ask    []string
		change func()
	}{
		{"the scenario", []string{"coverage", "--scenario", "test"}, func() { change(scenario(14)) }},
		{"the profile's content", []string{"suggest", "--sites", "1", "--profile", profile}, func() { write("3.9") }},
		{"the elevation", []string{"coverage"}, func() {
			change(func(tx *data.Tx) error { return tx.PutFile(intake.ElevationFile, wavyRaster(t)) })
		}},
	} {
		before := id(step.ask...)
		if again := id(step.ask...); again != before {
			t.Errorf("%s: the same question to the same data is run %s and %s", step.name, before, again)
		}
		if step.change(); id(step.ask...) == before {
			t.Errorf("%s was changed and the run is still %s", step.name, before)
		}
	}
}
