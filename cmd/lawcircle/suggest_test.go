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

// TestProposalBecomesAScenario holds the figures of a proposal against those of the scenario that is made of it.
func TestProposalBecomesAScenario(t *testing.T) {
	project := demonstration(t)
	covered := func(args ...string) any {
		return object(t, must(t, append([]string{"coverage", "-p", project, "--json"}, args...)...))["totals"].(map[string]any)["people_covered"]
	}
	plain := object(t, must(t, "suggest", "-p", project, "--sites", "4", "--scenario-out", "four", "--json"))
	if want := plain["totals_after"].(map[string]any)["people_covered"]; covered("--scenario", "four") != want {
		t.Errorf("the scenario covers %v people, the proposal %v", covered("--scenario", "four"), want)
	}
	staged := object(t, must(t, "suggest", "-p", project, "--years", "2021=2,2022=4", "--scenario-out", "staged", "--json"))
	years := staged["years"].([]any)
	for i, date := range []string{"2021-12-31", "2022-12-31"} {
		if want := years[i].(map[string]any)["people"]; covered("--scenario", "staged", "--as-of", date) != want {
			t.Errorf("at %s the scenario covers %v people, the plan %v", date, covered("--scenario", "staged", "--as-of", date), want)
		}
	}
	if status, _, _ := command(t, "suggest", "-p", project, "--sites", "1", "--rule", "bundle", "--scenario-out", "x"); status != exitUsage {
		t.Errorf("with a rule: status %d", status)
	}
}
