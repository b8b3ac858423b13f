package main

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lawcircle/internal/testdata"
)

// portoAlegre imports the real roads, hexagons and facilities of Porto Alegre into a project file.
func portoAlegre(t *testing.T) string {
	t.Helper()
	project := filepath.Join(t.TempDir(), "poa.gpkg")
	must(t, "import", "roads", testdata.Shared(t, "osm/porto_alegre_r5r.osm.pbf"), "-p", project)
	must(t, "import", "settlements", testdata.Shared(t, "demand/poa_hexgrid.csv"), "-p", project, "--crs", "wgs84", "--people", "population")
	must(t, "import", "facilities", testdata.Shared(t, "reference/poa_facilities.csv"), "-p", project, "--crs", "wgs84")
	return project
}

func TestPortoAlegreAgreesWithTheReferenceTables(t *testing.T) {
	project := portoAlegre(t)
	for _, test := range []struct {
		profile, reference  string
		settlements, people int
		ties                int // places equally near to two roads: either way is right
	}{
		{"reference_walk", "reference/poa_walk_edge.csv", 681, 591_496, 0},
		{"reference_car", "reference/poa_car_edge.csv", 1212, 811_711, 2},
	} {
		t.Run(test.profile, func(t *testing.T) {
			access := filepath.Join(t.TempDir(), "access.csv")
			out := object(t, must(t, "coverage", "-p", project, "--profile", test.profile, "--minutes", "10", "--access-out", access, "--json"))
			totals := out["totals"].(map[string]any)
			if got := int(totals["settlements_covered"].(float64)); got != test.settlements {
				t.Errorf("settlements within 600 s: %d, want %d", got, test.settlements)
			}
			if got := int(totals["people_covered"].(float64)); got != test.people {
				t.Errorf("people within 600 s: %d, want %d", got, test.people)
			}
			compareWithReference(t, access, testdata.Shared(t, test.reference), test.ties)
		})
	}
}

func compareWithReference(t *testing.T, access, reference string, ties int) {
	t.Helper()
	header, got := rows(t, access)
	if want := "id,name,admin_code,people,status,seconds,facility_id,snap_m,reason"; strings.Join(header, ",") != want {
		t.Fatalf("columns %v, want %s", header, want)
	}
	_, want := rows(t, reference)
	byID := map[string]map[string]string{}
	for _, row := range got {
		byID[row["id"]] = row
	}
	differ := 0
	for _, row := range want {
		seconds, err := strconv.ParseFloat(byID[row["id"]]["seconds"], 64)
		expected, _ := strconv.ParseFloat(row["seconds"], 64)
		if err != nil || math.Abs(seconds-expected) > 0.05 {
			differ++
			t.Logf("%s: %s s, reference %s s", row["id"], byID[row["id"]]["seconds"], row["seconds"])
		}
	}
	if differ > ties {
		t.Errorf("%d of %d settlements differ from the reference by more than 0.05 s, want at most %d", differ, len(want), ties)
	}
}

func TestPortoAlegreProposal(t *testing.T) {
	project := portoAlegre(t)
	out := object(t, must(t, "suggest", "-p", project, "--sites", "5", "--candidates", "settlements", "--json"))
	before, after := out["totals_before"].(map[string]any), out["totals_after"].(map[string]any)
	sites := out["sites"].([]any)
	if len(sites) != 5 || out["status"] != "optimal" || out["objective"] != out["bound"] {
		t.Fatalf("5 sites are proven in a moment: %d sites, %v, objective %v, bound %v", len(sites), out["status"], out["objective"], out["bound"])
	}
	gained := 0.0
	for _, s := range sites {
		gained += s.(map[string]any)["people_gained"].(float64)
	}
	if want := after["people_covered"].(float64) - before["people_covered"].(float64); gained != want {
		t.Errorf("the sites gain %v people, the coverage computed afresh gains %v", gained, want)
	}
}

func TestTurpanImportsWithItsQuirks(t *testing.T) {
	project := filepath.Join(t.TempDir(), "turpan.gpkg")
	counties := testdata.Shared(t, "turpan/admin_gcj02/650400_full.json")
	if status, _, errs := command(t, "import", "areas", counties, "-p", project); status != exitFailed || !strings.Contains(errs, "--crs") {
		t.Errorf("with nothing to compare with, the coordinate system must be asked for: status %d, %s", status, errs)
	}
	must(t, "import", "areas", counties, "-p", project, "--crs", "gcj02")
	villages := object(t, must(t, "import", "areas", testdata.Shared(t, "turpan/villages/turpan_villages_2023.csv"), "-p", project, "--json"))
	if villages["read"] != 320.0 || villages["accepted"] != 320.0 {
		t.Errorf("the list of 2023 has 320 units: %v", villages)
	}
	towns := object(t, must(t, "import", "settlements", testdata.Shared(t, "turpan/towns/turpan_township_centers_amap_gcj02.csv"), "-p", project,
		"--crs", "gcj02", "--json"))
	if towns["read"] != 35.0 || towns["accepted"].(float64)+towns["refused"].(float64) != 35.0 {
		t.Errorf("35 township centres: %v", towns)
	}
	out := object(t, must(t, "coverage", "-p", project, "--json"))
	totals := out["totals"].(map[string]any)
	if totals["settlements_unknown"] != totals["settlements"] {
		t.Errorf("without roads and people nothing can be judged: %v", totals)
	}
}
