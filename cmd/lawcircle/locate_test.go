package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"lawcircle/internal/testdata"
)

func TestLocateORLibrary(t *testing.T) {
	path := testdata.Shared(t, "locate/orlib_pmed/pmed1.txt")
	for _, c := range []struct {
		problem string
		want    float64
	}{{"p-median", 5819}, {"p-center", 127}} {
		got := object(t, must(t, "locate", "--problem", c.problem, "--orlib", path, "--json"))
		if got["problem"] != c.problem || got["status"] != "optimal" || got["objective"] != c.want || got["bound"] != c.want || got["gap"] != 0.0 {
			t.Fatalf("%s: %v", c.problem, got)
		}
		if sites := got["sites"].([]any); len(sites) != 5 {
			t.Fatalf("%s: %d sites", c.problem, len(sites))
		}
	}
}

// TestLocateSanFrancisco compares with the values that stand in the catalogue beside the data.
func TestLocateSanFrancisco(t *testing.T) {
	matrix := testdata.Shared(t, "locate/spopt_sf/SF_network_distance_candidateStore_16_censusTract_205_new.csv")
	demand := testdata.Shared(t, "locate/spopt_sf/SF_demand_205_centroid_uniform_weight.csv")
	base := []string{"locate", "--matrix", matrix, "--demand", demand, "--columns", "demand=DestinationName,candidate=name,id=NAME,people=POP2000", "--json"}
	for _, c := range []struct {
		args []string
		want float64
	}{
		{[]string{"--problem", "p-median", "-p", "4"}, 2848268129.714512},
		{[]string{"--problem", "mclp", "-p", "4", "--within", "5000"}, 875247},
		{[]string{"--problem", "p-center", "-p", "4"}, 7403.063810849859},
		{[]string{"--problem", "lscp", "--within", "5000"}, 8},
		{[]string{"--problem", "lscp", "--within", "8000"}, 3},
		{[]string{"--problem", "lscp", "--within", "10000"}, 2},
	} {
		got := object(t, must(t, append(append([]string{}, base...), c.args...)...))
		objective := got["objective"].(float64)
		if got["status"] != "optimal" || math.Abs(objective-c.want) > 1e-8*c.want {
			t.Errorf("%v: %v %v, want %v", c.args, got["status"], objective, c.want)
		}
	}
}

func TestLocateMatrix(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	matrix := write("m.csv", "demand,candidate,cost\na,X,600\nb,X,600.001\nb,Y,10\nc,Z,5\n")
	demand := write("d.csv", "id,people\na,10\nb,20\nc,3\nd,4\n")
	got := object(t, must(t, "locate", "--problem", "mclp", "--matrix", matrix, "--demand", demand, "-p", "2", "--within", "600", "--json", "--curve", "--runners-up"))
	if got["objective"] != 30.0 || got["unreachable"].([]any)[0] != "d" || got["sites"].([]any)[0] != "Y" || len(got["curve"].([]any)) != 2 || len(got["runners_up"].([]any)) != 2 {
		t.Fatalf("%v", got)
	}
	for _, args := range [][]string{
		{"--problem", "nonsense", "--matrix", matrix},
		{"--problem", "mclp"},
		{"--problem", "mclp", "--matrix", matrix, "-p", "1"},
		{"--problem", "mclp", "--matrix", matrix, "-p", "1", "--within", "x"},
		{"--problem", "p-median", "--matrix", matrix, "-p", "1", "--fixed", "W"},
	} {
		if status, _, _ := command(t, append([]string{"locate"}, args...)...); status != exitUsage {
			t.Errorf("%v: status %d, want %d", args, status, exitUsage)
		}
	}
	if status, _, errs := command(t, "locate", "--problem", "mclp", "--matrix", filepath.Join(dir, "none.csv"), "--within", "1"); status != exitFailed || errs == "" {
		t.Errorf("missing file: status %d", status)
	}
}
