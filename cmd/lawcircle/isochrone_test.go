package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAreasApartAndDissolved compares the areas of two places that are far from each other with their area in one.
func TestAreasApartAndDissolved(t *testing.T) {
	project := demonstration(t)
	table := filepath.Join(t.TempDir(), "points.csv")
	must(t, "export", "service_points", "-p", project, "-o", table)
	_, points := rows(t, table)
	first, last := points[0], points[6] // of different townships
	list := filepath.Join(t.TempDir(), "places.csv")
	text := fmt.Sprintf("id,lon,lat\na,%s,%s\nb,%s,%s\n", first["lon"], first["lat"], last["lon"], last["lat"])
	if err := os.WriteFile(list, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	sizes := func(args ...string) []float64 {
		var out []float64
		answer := object(t, must(t, append([]string{"isochrone", "-p", project, "--from", list, "--minutes", "10,5"}, args...)...))
		for _, f := range answer["features"].([]any) {
			out = append(out, f.(map[string]any)["properties"].(map[string]any)["area_m2"].(float64))
		}
		return out
	}
	apart, one := sizes("--apart"), sizes()
	if len(apart) != 4 || len(one) != 2 {
		t.Fatalf("%d areas apart and %d dissolved, want 4 and 2", len(apart), len(one))
	}
	for i := range one {
		if sum := apart[i] + apart[2+i]; apart[i] <= 0 || math.Abs(one[i]-sum) > 0.05*sum {
			t.Errorf("limit %d: %.0f m² in one, %.0f and %.0f apart", i, one[i], apart[i], apart[2+i])
		}
	}
	if one[0] >= one[1] {
		t.Errorf("rising limits %v", one)
	}
	for _, wrong := range [][]string{{"--at", "1,2", "--from", list}, {}, {"--at", "here"}} {
		if status, _, _ := command(t, append([]string{"isochrone", "-p", project}, wrong...)...); status != exitUsage {
			t.Errorf("%v: status %d", wrong, status)
		}
	}
	if status, _, errs := command(t, "isochrone", "-p", project, "--at", "0,0"); status != exitFailed || !strings.Contains(errs, "lon") {
		t.Errorf("a place in the sea: status %d, said %q", status, errs)
	}
}
