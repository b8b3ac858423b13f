package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lawcircle/coverage"
	"lawcircle/coverage/ask"
	"lawcircle/data"
)

// demonstration builds the demonstration county once for the tests of this package.
func demonstration(t *testing.T) string {
	t.Helper()
	project := filepath.Join(t.TempDir(), "demo.gpkg")
	must(t, "demo", "-o", project)
	return project
}

// TestCookbook runs every command of docs/cookbook.md on the demonstration county.
func TestCookbook(t *testing.T) {
	text, err := os.ReadFile("../../docs/cookbook.md")
	if err != nil {
		t.Fatal(err)
	}
	project := demonstration(t)
	fill := strings.NewReplacer(exampleIDs(t, project)...)
	asked := 0
	for _, line := range strings.Split(string(text), "\n") {
		rest, found := strings.CutPrefix(line, "lawcircle ")
		if !found {
			continue
		}
		asked++
		args := strings.Fields(fill.Replace(rest))
		t.Run(fmt.Sprint(asked), func(t *testing.T) {
			if out := must(t, args...); strings.TrimSpace(out) == "" {
				t.Errorf("lawcircle %s answers nothing", strings.Join(args, " "))
			}
		})
	}
	if want := len(ask.Questions()); asked != want || want != 36 {
		t.Errorf("the cookbook has %d commands for %d questions, want 36", asked, want)
	}
}

// exampleIDs finds ids in the demonstration for the placeholders of the cookbook.
func exampleIDs(t *testing.T, path string) []string {
	t.Helper()
	project, err := data.Open(t.Context(), path, data.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer project.Close()
	county, err := project.County(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pairs := []string{"demo.gpkg", path}
	add := func(name, id string) { pairs = append(pairs, "{"+name+"}", id) }
	free := county.CandidateHosts()
	add("host1", free[0].ID)
	add("host2", free[1].ID)
	for _, p := range county.Points {
		if p.Status == coverage.StatusBuilt && p.Level == coverage.LevelResident {
			add("point", p.ID)
			break
		}
	}
	for _, p := range county.Points {
		if p.Status == coverage.StatusBuilt && p.Level == coverage.LevelBoard {
			add("board", p.ID)
			break
		}
	}
	for _, h := range county.Hosts {
		if h.Kind == coverage.HostNotary {
			add("notary", h.ID)
			break
		}
	}
	return pairs
}
