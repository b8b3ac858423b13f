package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Closing every road leaves only straight walks to a door nearby; the present state is not touched.
func TestScenarioEditsRoads(t *testing.T) {
	project := demonstration(t)
	before := object(t, must(t, "coverage", "-p", project, "--json"))
	edits := filepath.Join(t.TempDir(), "edits.json")
	closed := `[{"op":"add_barrier","line":[[90.3,41.0],[91.7,41.0],[91.7,41.8],[90.3,41.8],[90.3,41.0]]}]`
	if err := os.WriteFile(edits, []byte(closed), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "scenario", "add", "closed", "-p", project, "--name", "全县封路", "--edits", edits)
	after := object(t, must(t, "coverage", "-p", project, "--scenario", "closed", "--json"))
	covered := func(out map[string]any) float64 { return out["totals"].(map[string]any)["people_covered"].(float64) }
	if covered(before) == 0 || covered(after) >= covered(before) {
		t.Errorf("with every road closed %v of %v people are still inside", covered(after), covered(before))
	}
	if again := object(t, must(t, "coverage", "-p", project, "--json")); covered(again) != covered(before) {
		t.Errorf("the present state changed from %v to %v", covered(before), covered(again))
	}
}
