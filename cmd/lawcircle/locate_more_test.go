package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// smallLocate writes the files of a problem whose answers can be seen: five points on a line at 0, 10, 20, 30, 40 with 1, 2,
// 3, 4, 5 people, a candidate at each, and a point "far" that nobody reaches.
func smallLocate(t *testing.T) (base []string, file func(name, text string) string) {
	t.Helper()
	dir := t.TempDir()
	file = func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var matrix, demand, sites, distances strings.Builder
	matrix.WriteString("demand,candidate,cost\n")
	demand.WriteString("id,people,group\n")
	sites.WriteString("id,cost,capacity,group\n")
	distances.WriteString("a,b,distance\n")
	for i := range 5 {
		group := []string{"west", "east"}[i/3]
		fmt.Fprintf(&demand, "d%d,%d,%s\n", i, i+1, group)
		fmt.Fprintf(&sites, "c%d,%d,%d,%s\n", i, i+1, 5, group)
		for j := range 5 {
			fmt.Fprintf(&matrix, "d%d,c%d,%d\n", j, i, 10*max(i-j, j-i))
			if j > i {
				fmt.Fprintf(&distances, "c%d,c%d,%d\n", i, j, 10*(j-i))
			}
		}
	}
	demand.WriteString("far,9,west\n")
	return []string{"locate", "--matrix", file("m.csv", matrix.String()), "--demand", file("d.csv", demand.String()),
		"--site-file", file("s.csv", sites.String()), "--distances", file("x.csv", distances.String())}, file
}

func TestLocateReachesEveryKindAndRule(t *testing.T) {
	base, _ := smallLocate(t)
	for _, c := range []struct {
		args  string
		want  float64
		sites []any // nil: any
	}{
		{"--problem mclp -p 1 --within 10", 12, []any{"c3"}},
		{"--problem mclp --budget 3 --within 10", 9, []any{"c2"}},
		{"--problem mclp -p 1 --within 10 --fixed c3", 15, nil},
		{"--problem mclp -p 1 --within 10 --floor west:people=6", 6, []any{"c1"}},
		{"--problem mclp -p 1 --within 10 --floor west:sites=1", 9, []any{"c2"}},
		{"--problem mclp -p 2 --within 0 --spacing 20", 8, []any{"c4", "c2"}},
		{"--problem mclp -p 1 --within 10 --forbidden c3", 9, nil},
		{"--problem mclp -p 1 --within 10 --locked c0", 3, []any{"c0"}},
		{"--problem lscp --within 10", 5, []any{"c3", "c0"}},
		{"--problem pscp --target 12 --within 10", 4, []any{"c3"}},
		{"--problem p-median -p 1", 3*10 + 2*20 + 1*30 + 5*10, []any{"c3"}},
		{"--problem p-center -p 1", 20, []any{"c2"}},
		{"--problem p-dispersion -p 3", 20, nil},
		{"--problem capacitated-mclp -p 2 --within 10", 10, nil},
		{"--problem capacitated-mclp -p 2 --within 10 --whole", 10, nil},
		{"--problem backup -p 2 --within 10", 9, nil},
		{"--problem gradual -p 1 --steps 0=1000,10=500", 8, []any{"c3"}},
		{"--problem attendance -p 1 --within 10", 5 + 0.090*4, []any{"c4"}},
		{"--problem lexicographic -p 1 --within 10", 12, []any{"c3"}},
		{"--problem assess --within 10 --fixed c0", 3, []any{}},
	} {
		args := append(append([]string{}, base...), strings.Fields(c.args)...)
		status, text, errs := command(t, append(args, "--json")...)
		if status != exitDone {
			t.Errorf("%s: status %d: %s", c.args, status, errs)
			continue
		}
		out := object(t, text)
		if got := out["objective"].(float64); out["status"] != "optimal" || got < c.want-0.01 || got > c.want+0.01 || out["bound"] != out["objective"] {
			t.Errorf("%s: %v, objective %v, want %v", c.args, out["status"], got, c.want)
		}
		if c.sites != nil && !reflect.DeepEqual(out["sites"], c.sites) {
			t.Errorf("%s: sites %v, want %v", c.args, out["sites"], c.sites)
		}
		if !strings.Contains(errs, "far") {
			t.Errorf("%s: the point out of reach is not named beforehand: %q", c.args, errs)
		}
	}
}

func TestLocateStages(t *testing.T) {
	base, _ := smallLocate(t)
	out := object(t, must(t, append(base, "--problem", "mclp", "--within", "10", "--stages", "2018=1,2019=1", "--json")...))
	stages := out["stages"].([]any)
	first := stages[0].(map[string]any)
	if out["status"] != "optimal" || out["objective"] != 27.0 || len(stages) != 2 || first["people_best_alone"] != 12.0 || first["price_of_nesting"] != 0.0 {
		t.Errorf("%v", out)
	}
}

func TestLocateCertificate(t *testing.T) {
	base, file := smallLocate(t)
	ask := append(base, "--problem", "mclp", "-p", "2", "--within", "10")
	path := file("proof.json", "")
	out := object(t, must(t, append(ask, "--json", "--certificate", path)...))
	if out["certified_bound"] != out["objective"] || out["objective"] != 15.0 {
		t.Fatalf("%v", out)
	}
	if said := must(t, append(ask, "--check-certificate", path)...); !strings.Contains(said, "holds") {
		t.Errorf("%s", said)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	forged := file("forged.json", strings.Replace(string(text), `"objective":15`, `"objective":14`, 1))
	if status, _, errs := command(t, append(ask, "--check-certificate", forged)...); status != exitFailed || !strings.Contains(errs, "does not hold") {
		t.Errorf("a forged certificate: status %d, %s", status, errs)
	}
	if status, _, _ := command(t, append(base, "--problem", "mclp", "-p", "1", "--within", "10", "--check-certificate", path)...); status != exitFailed {
		t.Errorf("the certificate of two sites holds for one")
	}
}

func TestLocateRefusesWhatItCannotRead(t *testing.T) {
	base, file := smallLocate(t)
	for _, args := range []string{
		"--problem mclp -p 1 --within 10 --floor north:people=1", "--problem mclp -p 1 --within 10 --floor west:trees=1",
		"--problem gradual -p 1 --steps 10", "--problem mclp -p 1 --within 10 --spacing x", "--problem p-median -p 1 --left-out -4",
	} {
		if status, _, errs := command(t, append(append([]string{}, base...), strings.Fields(args)...)...); status != exitUsage {
			t.Errorf("%s: status %d, %s", args, status, errs)
		}
	}
	bad := file("bad.csv", "id,cost\nc0,1\n")
	if status, _, errs := command(t, append(base, "--problem", "mclp", "-p", "1", "--within", "10", "--site-file", bad)...); status != exitFailed || !strings.Contains(errs, "c1") {
		t.Errorf("a site file without c1: status %d, %s", status, errs)
	}
}

func TestLocateSaysWhereThereIsNoAnswerAndWhoIsLeftOut(t *testing.T) {
	dir := t.TempDir()
	matrix := filepath.Join(dir, "m.csv")
	if err := os.WriteFile(matrix, []byte("demand,candidate,cost\na,X,1\nb,X,1\nc,Y,5\nd,Z,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--problem", "mclp", "--within", "9"}, {"--problem", "p-median"}, {"--problem", "pscp", "--within", "9"}} {
		if status, _, errs := command(t, append([]string{"locate", "--matrix", matrix}, args...)...); status != exitUsage {
			t.Errorf("%v: status %d, said %q", args, status, errs)
		}
	}
	none := object(t, must(t, "locate", "--problem", "p-center", "--matrix", matrix, "-p", "1", "--json"))
	if none["status"] != "infeasible" || none["objective"] != nil || none["bound"] != nil || none["gap"] != nil {
		t.Errorf("no site reaches all: %v", none)
	}
	some := object(t, must(t, "locate", "--problem", "p-median", "--matrix", matrix, "-p", "2", "--json"))
	left := some["left_out"].(map[string]any)
	if some["objective"] != 1.0+1+4+6 || left["people"] != 1.0 || left["points"] != 1.0 || left["cost"] != 6.0 {
		t.Errorf("one point is left out: %v", some)
	}
	if all := object(t, must(t, "locate", "--problem", "p-median", "--matrix", matrix, "-p", "3", "--json")); all["left_out"] != nil || all["objective"] != 11.0 {
		t.Errorf("nobody is left out: %v", all)
	}
}
