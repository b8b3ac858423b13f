package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExplainTakesAName(t *testing.T) {
	project := demonstration(t)
	table := filepath.Join(t.TempDir(), "access.csv")
	must(t, "coverage", "-p", project, "--access-out", table)
	_, settlements := rows(t, table)
	bearers := map[string]int{}
	for _, s := range settlements {
		bearers[s["name"]]++
	}
	for _, s := range settlements {
		if bearers[s["name"]] == 1 {
			got := object(t, must(t, "explain", "-p", project, "--settlement", s["name"], "--json"))
			if got["settlement"] != s["id"] {
				t.Errorf("%s is %v, want %s", s["name"], got["settlement"], s["id"])
			}
			break
		}
	}
	for _, s := range settlements {
		if bearers[s["name"]] > 1 {
			status, _, errs := command(t, "explain", "-p", project, "--settlement", s["name"])
			if status != exitFailed || !strings.Contains(errs, s["id"]) {
				t.Errorf("the name %s of %d settlements: status %d, said %q", s["name"], bearers[s["name"]], status, errs)
			}
			break
		}
	}
	if status, _, errs := command(t, "explain", "-p", project, "--settlement", "无此村"); status != exitFailed || !strings.Contains(errs, "无此村") {
		t.Errorf("an unknown name: status %d, said %q", status, errs)
	}
}

func TestMatrixTakesChineseHeadersAndNamesWhoIsAlone(t *testing.T) {
	project := demonstration(t)
	list := func(name, row string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte("名称,经度,纬度\n"+row+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	from, to := list("from.csv", "海上,0,0"), list("to.csv", "另一处,1,1")
	status, out, errs := command(t, "matrix", "-p", project, "--from", from, "--to", to)
	if status != exitDone || strings.Count(out, "\n") != 1 || !strings.Contains(errs, "海上") {
		t.Errorf("a place in the sea: status %d, table %q, said %q", status, out, errs)
	}
}
