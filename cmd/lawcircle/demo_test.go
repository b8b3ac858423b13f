package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDemoCommand(t *testing.T) {
	directory := t.TempDir()
	project, files := filepath.Join(directory, "demo.gpkg"), filepath.Join(directory, "files")
	for _, step := range []struct {
		name string
		args []string
		exit int
		says string // in the error output
	}{
		{"no file named", []string{"demo"}, exitUsage, "-o"},
		{"with files", []string{"demo", "-o", project, "--files", files, "--json"}, exitDone, ""},
		{"already there", []string{"demo", "-o", project}, exitFailed, "--force"},
		{"replaced", []string{"demo", "-o", project, "--force"}, exitDone, ""},
		{"nowhere", []string{"demo", "-o", filepath.Join(directory, "no", "such", "folder.gpkg")}, exitFailed, "folder.gpkg"},
	} {
		var out, errors bytes.Buffer
		term := &terminal{in: bufio.NewReader(strings.NewReader("")), out: &out, err: &errors}
		if exit := run(context.Background(), step.args, term); exit != step.exit || !strings.Contains(errors.String(), step.says) {
			t.Errorf("%s: exit status %d, want %d; error output %q should say %q", step.name, exit, step.exit, errors.String(), step.says)
		}
		if step.name == "with files" {
			var answer struct{ Synthetic bool }
			if err := json.Unmarshal(out.Bytes(), &answer); err != nil || !answer.Synthetic {
				t.Errorf("%s: standard output %q is not one object that says synthetic: %v", step.name, out.String(), err)
			}
		}
	}
	for _, name := range []string{"demo.gpkg", "files/roads.osm.pbf", "files/areas.geojson", "files/settlements.csv", "files/facilities.xlsx", "files/README.txt"} {
		if info, err := os.Stat(filepath.Join(directory, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
