package main

import (
	"strings"
	"testing"
)

// TestSuggestByRuleIsWhatTheRuleJudges lets new points offer a bundle and compares with what the rule says before.
func TestSuggestByRuleIsWhatTheRuleJudges(t *testing.T) {
	path := demonstration(t)
	judged := object(t, must(t, "coverage", "-p", path, "--rule", "bundle", "--json"))["totals"].(map[string]any)
	ask := func(extra ...string) map[string]any {
		return object(t, must(t, append([]string{"suggest", "-p", path, "--sites", "4", "--rule", "bundle", "--json"}, extra...)...))
	}
	full := ask("--bundle", "consult,mediation,aid_accept")
	before, after := full["totals_before"].(map[string]any), full["totals_after"].(map[string]any)
	if before["people_covered"] != judged["people_covered"] {
		t.Errorf("before the proposal %v people, the rule judges %v", before["people_covered"], judged["people_covered"])
	}
	if full["status"] != "optimal" || after["people_covered"] != full["objective"] {
		t.Errorf("%v with objective %v, but %v people are judged inside afterwards", full["status"], full["objective"], after["people_covered"])
	}
	if gained := after["people_covered"].(float64) - before["people_covered"].(float64); gained <= 0 {
		t.Errorf("four points with three services gain %v people", gained)
	}
	less := ask("--bundle", "police_post:consult+mediation")
	if less["objective"].(float64) > full["objective"].(float64) {
		t.Errorf("smaller bundles do better: %v and %v", less["objective"], full["objective"])
	}
	status, _, errs := command(t, "suggest", "-p", path, "--sites", "1", "--bundle", "consult")
	if status != exitUsage || !strings.Contains(errs, "--rule") {
		t.Errorf("status %d, %s", status, errs)
	}
}

func TestSuggestSpreadsPoints(t *testing.T) {
	path := demonstration(t)
	out := object(t, must(t, "suggest", "-p", path, "--sites", "3", "--objective", "spread", "--candidates", "offices", "--json"))
	if sites := out["sites"].([]any); len(sites) != 3 || out["status"] != "optimal" || out["objective"].(float64) <= 0 {
		t.Errorf("%v", out)
	}
}
