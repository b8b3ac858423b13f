package main

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRunIsReplayedFromItsRecord repeats runs from the record that the handover zip holds, and from those of the other questions.
func TestRunIsReplayedFromItsRecord(t *testing.T) {
	project, dir := demonstration(t), t.TempDir()
	bundle := filepath.Join(dir, "h.zip")
	must(t, "export", "handover", "-p", project, "--minutes", "12", "-o", bundle)
	record := filepath.Join(dir, "run.json")
	unpack(t, bundle, "run.json", record)
	replayed := object(t, must(t, "replay", record, "-p", project, "--json"))
	straight := object(t, must(t, "coverage", "-p", project, "--minutes", "12", "--json"))
	if id := replayed["run"].(map[string]any)["id"]; id != straight["run"].(map[string]any)["id"] || replayed["totals"].(map[string]any)["people_covered"] != straight["totals"].(map[string]any)["people_covered"] {
		t.Errorf("replayed as %v", id)
	}
	for _, args := range [][]string{{"--mode", "phone,on_site"}, {"--rule", "bundle"}, {"--as-of", "2018-12-31", "--kind", "police_post"}} {
		answer := object(t, must(t, append([]string{"coverage", "-p", project, "--json"}, args...)...))
		text, err := json.Marshal(answer["run"])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(record, text, 0o600); err != nil {
			t.Fatal(err)
		}
		must(t, "replay", record, "-p", project)
	}
	must(t, "project", "-p", project, "--data-date", "2020-06-30")
	if status, _, errs := command(t, "replay", record, "-p", project); status != exitFailed || !strings.Contains(errs, "数据已变") || strings.Contains(errs, "道路已变") {
		t.Errorf("after a change of the data: status %d, said %q", status, errs)
	}
}

func unpack(t *testing.T, bundle, name, to string) {
	t.Helper()
	archive, err := zip.OpenReader(bundle)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	file, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
