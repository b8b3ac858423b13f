package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A rule says what it asks for, takes nothing that it would not heed, and is the same run from the command line and over the API.
func TestCoverageByRule(t *testing.T) {
	project := demonstration(t)
	file := filepath.Join(t.TempDir(), "rule.json")
	text := strings.Replace(must(t, "rule", "show", "plan10", "-p", project), `"plan10"`, `"mine"`, 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "rule", "set", file, "-p", project)
	for _, id := range []string{"bundle", "mine"} {
		run := object(t, must(t, "coverage", "-p", project, "--rule", id, "--json"))["run"].(map[string]any)
		answer := requesting(t, project)("GET", "/api/v1/coverage?minutes=25&profile=car&rule="+id, "")
		var over struct {
			Run map[string]any `json:"run"`
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &over); err != nil {
			t.Fatal(err)
		}
		if over.Run["id"] != run["id"] || over.Run["limit_ms"] != run["limit_ms"] {
			t.Errorf("rule %s is run %v (%v ms) here and %v (%v ms) over the API", id, run["id"], run["limit_ms"], over.Run["id"], over.Run["limit_ms"])
		}
	}
	if out := must(t, "coverage", "-p", project, "--rule", "bundle"); !strings.Contains(out, "公证 car 60") || strings.Contains(out, "方式 walk") {
		t.Errorf("the answer does not name the needs:\n%s", out)
	}
	for _, flag := range [][]string{{"--minutes", "10"}, {"--profile", "walk"}, {"--mode", "phone"}, {"--keep"}} {
		if status, _, errs := command(t, append([]string{"coverage", "-p", project, "--rule", "bundle"}, flag...)...); status != exitUsage || !strings.Contains(errs, "--rule") {
			t.Errorf("%v beside --rule: status %d, %s", flag, status, errs)
		}
	}
}

func TestOrderOfAListIsNoOtherRun(t *testing.T) {
	project := demonstration(t)
	run := func(args ...string) any {
		return object(t, must(t, append([]string{"coverage", "-p", project, "--json", "--service", "consult"}, args...)...))["run"].(map[string]any)["id"]
	}
	if a, b := run("--mode", "phone,on_site", "--kind", "studio,police_post"), run("--mode", "on_site,phone,on_site", "--kind", "police_post,studio"); a != b {
		t.Errorf("the same question is run %v and run %v", a, b)
	}
}

func TestWhatCannotBeJudgedSaysWhy(t *testing.T) {
	project := demonstration(t)
	if _, _, errs := command(t, "indicators", "-p", project, "--unit", "659901100000"); !strings.Contains(errs, "没有本级指标") {
		t.Errorf("a township: %s", errs)
	}
	if status, _, errs := command(t, "indicators", "-p", project, "--unit", "999"); status != exitFailed || !strings.Contains(errs, "没有代码为 999 的单位") {
		t.Errorf("an unknown unit: status %d, %s", status, errs)
	}
	if status, _, errs := command(t, "suggest", "-p", project, "--years", "plan"); status == exitDone || !strings.Contains(errs, "--candidates posts、villages 或 offices") {
		t.Errorf("--years plan without candidates: status %d, %s", status, errs)
	}
}
