// Package house holds the test that keeps the rooms of the house in order.
package house

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// allowed lists, for each room, the rooms that it may import. A room includes the packages below it that have no row of their own.
var allowed = map[string][]string{
	"geo":             {},
	"geo/road":        {"geo"},
	"coverage/locate": {},
	"coverage":        {"geo", "geo/road", "coverage/locate"},
	"data":            {"geo", "geo/road", "coverage", "coverage/locate"},
	"server":          {"geo", "geo/road", "coverage", "coverage/locate"},
	"web":             {},
	"cmd":             {"geo", "geo/road", "coverage", "coverage/locate", "data", "server", "web"},
	"internal":        {},
}

// forbidden lists standard packages that a room must never touch, tests aside.
var forbidden = map[string][]string{
	"geo":             {"os", "log", "log/slog", "net/http", "database/sql"},
	"geo/road":        {"os", "log", "log/slog", "net/http", "database/sql"},
	"coverage":        {"os", "log", "log/slog", "net/http", "database/sql", "encoding/csv", "archive/zip"},
	"coverage/locate": {"os", "log", "log/slog", "net/http", "database/sql"},
	"data":            {"net/http"},
	"server":          {"database/sql"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		room := roomOf(strings.TrimPrefix(p.ImportPath, "lawcircle/"))
		for _, path := range p.Imports {
			if inside, ours := strings.CutPrefix(path, "lawcircle/"); ours {
				target := roomOf(inside)
				if target != room && !contains(allowed[room], target) {
					t.Errorf("%s imports %s: room %s may touch %v only", p.ImportPath, path, room, allowed[room])
				}
			} else if contains(forbidden[room], path) {
				t.Errorf("%s imports %s, which room %s must never touch", p.ImportPath, path, room)
			}
		}
	}
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "lawcircle/...").Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	var all []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("reading the package list: %v", err)
		}
		all = append(all, p)
	}
}

func roomOf(path string) string {
	for prefix := path; prefix != ""; {
		if _, known := allowed[prefix]; known {
			return prefix
		}
		cut := strings.LastIndex(prefix, "/")
		if cut < 0 {
			return prefix
		}
		prefix = prefix[:cut]
	}
	return path
}

func contains(list []string, item string) bool {
	for _, entry := range list {
		if entry == item {
			return true
		}
	}
	return false
}
