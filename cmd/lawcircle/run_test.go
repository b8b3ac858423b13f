package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// command runs one command line as a script would and returns its exit status, standard output and standard error.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	term := &terminal{in: bufio.NewReader(strings.NewReader("")), out: &out, err: &errs}
	status = run(t.Context(), args, term)
	return status, out.String(), errs.String()
}

// must runs a command line that has to succeed and returns its standard output.
func must(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := command(t, args...)
	if status != exitDone {
		t.Fatalf("lawcircle %s: status %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// object parses the JSON object that a command puts on standard output.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("standard output is not one JSON object: %v\n%s", err, text)
	}
	return value
}

// rows reads a CSV file as maps by column.
func rows(t *testing.T, path string) (header []string, records []map[string]string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatalf("reading %s: %v", path, err)
	}
	for _, record := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = record[i]
		}
		records = append(records, row)
	}
	return all[0], records
}

func TestWrongUsageIsStatus2(t *testing.T) {
	for _, args := range [][]string{
		{"fly"}, {"coverage"}, {"coverage", "-p", "x.gpkg", "--minutes", "many"}, {"coverage", "-p", "x.gpkg", "--minutes", "0"},
		{"coverage", "-p", "x.gpkg", "--service", "magic"}, {"coverage", "-p", "x.gpkg", "--status", "perhaps"},
		{"coverage", "-p", "x.gpkg", "--as-of", "2018-13-01"}, {"suggest", "-p", "x.gpkg"}, {"suggest", "-p", "x.gpkg", "--sites", "3", "--cover", "80%"},
		{"suggest", "-p", "x.gpkg", "--cover", "180%"}, {"explain", "-p", "x.gpkg"}, {"import", "roads", "-p", "x.gpkg"},
		{"import", "roads", "a.pbf", "-p", "x.gpkg", "--bbox", "1,2,3"}, {"coverage", "-p", "x.gpkg", "extra"},
		{"import", "areas", "a.csv", "-p", "x.gpkg", "--crs", "moon"}, {"import", "elevation", "a.tif", "-p", "x.gpkg", "--crs", "moon"},
	} {
		if status, _, errs := command(t, args...); status != exitUsage || errs == "" {
			t.Errorf("lawcircle %s: status %d, want %d; said %q", strings.Join(args, " "), status, exitUsage, errs)
		}
	}
}

func TestMissingProjectIsStatus1AndMakesNoFile(t *testing.T) {
	path := t.TempDir() + "/absent.gpkg"
	if status, _, errs := command(t, "coverage", "-p", path); status != exitFailed || !strings.Contains(errs, "absent.gpkg") {
		t.Errorf("status %d, said %q", status, errs)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("asking a question made a file")
	}
}
