package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lawcircle/data"
)

func TestSupplyKeepsWhatIsShared(t *testing.T) {
	project := demonstration(t)
	out := object(t, must(t, "supply", "-p", project, "--of", "advisers", "--profile", "car", "--minutes", "240", "--json"))
	people := map[string]float64{}
	open, err := data.Open(t.Context(), project, data.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	county, err := open.County(t.Context())
	open.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range county.Settlements {
		people[s.ID] = float64(s.People.Count)
	}
	total := 0.0
	for _, s := range out["settlements"].([]any) {
		row := s.(map[string]any)
		total += people[row["id"].(string)] * row["access_per_10k"].(float64) / 10_000
	}
	supply := out["supply"].(float64)
	if supply != float64(len(county.Advisers))-out["unstated"].(float64) || supply == 0 {
		t.Errorf("supply %v of %d advisers, %v unstated", supply, len(county.Advisers), out["unstated"])
	}
	if math.Abs(total-supply) > 1e-6*supply { // within four hours every adviser is reached by someone
		t.Errorf("people × access = %v, supply %v", total, supply)
	}
	if gini := out["gini"].(float64); gini < 0 || gini > 1 {
		t.Errorf("Gini %v", gini)
	}
	calls := int64(0)
	for _, c := range county.Calls {
		calls += c.Calls
	}
	for _, u := range out["units"].([]any) {
		row := u.(map[string]any)
		if row["level"].(float64) == 3 && int64(row["calls_12348"].(float64)) != calls {
			t.Errorf("the county has %v calls, want %d", row["calls_12348"], calls)
		}
	}
	if text := must(t, "supply", "-p", project); !strings.Contains(text, "基尼系数") {
		t.Errorf("the table for people: %s", text)
	}
}

func TestServicesAgreeWithCoverage(t *testing.T) {
	project := demonstration(t)
	rows := object(t, must(t, "services", "-p", project, "--json"))["rows"].([]any)
	checked := 0
	for _, r := range rows {
		row := r.(map[string]any)
		args := []string{"coverage", "-p", project, "--json"}
		switch {
		case row["service"] == "mediation" && row["tier"] == "" && row["level"] == "":
			args = append(args, "--service", "mediation")
		case row["service"] == "" && row["tier"] == "station" && row["level"] == "":
			args = append(args, "--kind", "station")
		case row["service"] == "" && row["tier"] == "" && row["level"] == "resident":
			args = append(args, "--level", "resident")
		default:
			continue
		}
		checked++
		want := object(t, must(t, args...))["totals"].(map[string]any)["people_covered"]
		if got := row["totals"].(map[string]any)["people_covered"]; got != want {
			t.Errorf("%v: %v people covered, coverage says %v", args[4:], got, want)
		}
	}
	if checked != 3 {
		t.Errorf("%d rows compared, want 3", checked)
	}
	if crossed := object(t, must(t, "services", "-p", project, "--cross", "--json"))["rows"].([]any); len(crossed) <= len(rows) {
		t.Errorf("%d rows with every combination, %d without", len(crossed), len(rows))
	}
}

func TestScenarioLife(t *testing.T) {
	project := demonstration(t)
	edits := filepath.Join(t.TempDir(), "edits.json")
	if err := os.WriteFile(edits, []byte(`[{"op":"add_point","host_id":"JWZ-085","tier":"post_desk","level":"duty"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "scenario", "add", "mine", "-p", project, "--name", "一处", "--edits", edits)
	if shown := object(t, must(t, "scenario", "show", "mine", "-p", project)); len(shown) == 0 {
		t.Error("the scenario is not shown")
	}
	if list := must(t, "scenario", "list", "-p", project); !strings.Contains(list, "一处") {
		t.Errorf("the list lacks the scenario: %s", list)
	}
	covered := func(args ...string) float64 {
		totals := object(t, must(t, append([]string{"coverage", "-p", project, "--json"}, args...)...))["totals"].(map[string]any)
		return totals["people_covered"].(float64)
	}
	if before, after := covered(), covered("--scenario", "mine"); after <= before {
		t.Errorf("the scenario covers %v people, the present %v", after, before)
	}
	none := filepath.Join(t.TempDir(), "none.json")
	if err := os.WriteFile(none, []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "scenario", "add", "child", "-p", project, "--base", "mine", "--edits", none)
	if status, _, text := command(t, "scenario", "delete", "mine", "-p", project); status != exitFailed || !strings.Contains(text, "child") {
		t.Errorf("deleting a scenario that another is derived from: status %d, %s", status, text)
	}
	must(t, "scenario", "delete", "child", "-p", project)
	must(t, "scenario", "delete", "mine", "-p", project)
	if status, _, _ := command(t, "scenario", "show", "mine", "-p", project); status != exitFailed {
		t.Error("a deleted scenario is still shown")
	}
	if err := os.WriteFile(edits, []byte(`[{"op":"close_point","point_id":"nowhere"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, text := command(t, "scenario", "add", "bad", "-p", project, "--edits", edits); status != exitFailed || !strings.Contains(text, "nowhere") {
		t.Errorf("an edit that cannot be done: status %d, %s", status, text)
	}
}
