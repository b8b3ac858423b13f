package demo

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm/osmpbf"

	"lawcircle/coverage"
	"lawcircle/data/intake"
)

var theFiles = sync.OnceValues(func() ([]File, error) { return theDemo().Files() })

func content(t *testing.T, name string) []byte {
	t.Helper()
	files, err := theFiles()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(files, func(f File) bool { return f.Name == name })
	return files[at].Content
}

func TestFilesAreTheSameBytesEveryTime(t *testing.T) {
	again, err := Invent().Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range again {
		if !bytes.Equal(f.Content, content(t, f.Name)) {
			t.Errorf("%s differs between two runs", f.Name)
		}
	}
}

func TestRoadsFileIsReadBack(t *testing.T) {
	scanner := osmpbf.New(context.Background(), bytes.NewReader(content(t, RoadsFile)), 1)
	defer scanner.Close()
	counts := map[string]int{}
	for scanner.Scan() {
		counts[fmt.Sprintf("%T", scanner.Object())]++
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	want := theDemo().Roads
	if counts["*osm.Node"] != len(want.Nodes) || counts["*osm.Way"] != len(want.Ways) || counts["*osm.Relation"] != len(want.Relations) {
		t.Errorf("read back %v, want %d nodes, %d ways, %d relations", counts, len(want.Nodes), len(want.Ways), len(want.Relations))
	}
}

func TestOtherProgramsReadTheFiles(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not installed")
	}
	directory := t.TempDir()
	files, err := theFiles()
	if err != nil {
		t.Fatal(err)
	}
	if err := Save(files, directory); err != nil {
		t.Fatal(err)
	}
	for _, check := range []struct{ name, layer, want string }{
		{RoadsFile, "lines", "Layer name: lines"},
		{AreasFile, "areas", fmt.Sprintf("Feature Count: %d", len(theDemo().County.Units))},
		{FacilitiesFile, facilitySheet, fmt.Sprintf("Feature Count: %d", len(theDemo().County.Hosts)+3)}, // title, headers, the mobile point
	} {
		out, err := exec.Command(ogrinfo, "-ro", "-so", filepath.Join(directory, check.name), check.layer).CombinedOutput()
		if err != nil || !strings.Contains(string(out), check.want) || strings.Contains(string(out), "ERROR") {
			t.Errorf("%s: %v\n%s", check.name, err, out)
		}
	}
}

// imported feeds a file to the real importer and fails when it refuses anything.
func imported(t *testing.T, name string, run func(intake.Source) (*intake.Batch, error)) *intake.Batch {
	t.Helper()
	batch, err := run(intake.BytesSource(name, content(t, name)))
	if err != nil {
		t.Fatalf("importing %s: %v", name, err)
	}
	if q := batch.Quality; q.Refused > 0 || q.Repaired > 0 {
		t.Errorf("%s: %d rows refused, %d repaired: %v", name, q.Refused, q.Repaired, q.Problems[:min(5, len(q.Problems))])
	}
	return batch
}

// TestImportersGiveBackTheCounty feeds the files to the importers and compares what they understood with what was invented.
func TestImportersGiveBackTheCounty(t *testing.T) {
	ctx, want := context.Background(), theDemo().County
	var got coverage.County
	areas := imported(t, AreasFile, func(s intake.Source) (*intake.Batch, error) {
		return intake.Areas(ctx, s, intake.Options{}, &got, intake.CRSReference{})
	})
	got.Units = areas.Units
	same(t, "units", got.Units, want.Units)
	settlements := imported(t, SettlementsFile, func(s intake.Source) (*intake.Batch, error) {
		return intake.Settlements(ctx, s, intake.Options{CRS: "wgs84"}, &got, intake.CRSReference{})
	})
	got.Settlements = settlements.Settlements
	same(t, "settlements", got.Settlements, want.Settlements)
	facilities := imported(t, FacilitiesFile, func(s intake.Source) (*intake.Batch, error) {
		return intake.Facilities(ctx, s, intake.Options{CRS: "gcj02"}, &got, intake.CRSReference{})
	})
	for i := range facilities.Hosts { // what the import adds, and the last decimals of the shift and back
		h := &facilities.Hosts[i]
		if h.Quality != "converted" {
			t.Errorf("%s: quality %q", h.ID, h.Quality)
		}
		h.CoordSource, h.Quality, h.Point = "", "", nearly(t, h.Point, want.Hosts[i].Point)
	}
	for i := range facilities.Points {
		p := &facilities.Points[i]
		p.Point = nearly(t, p.Point, want.Points[i].Point)
	}
	same(t, "hosts", facilities.Hosts, want.Hosts)
	same(t, "points", facilities.Points, want.Points)
}

// nearly returns want when got is within a tenth of a metre of it.
func nearly(t *testing.T, got, want orb.Point) orb.Point {
	t.Helper()
	if math.Abs(got[0]-want[0]) > 1e-6 || math.Abs(got[1]-want[1]) > 1e-6 {
		t.Errorf("position %v, want %v", got, want)
		return got
	}
	return want
}

func same[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d %s, want %d", len(got), what, len(want))
	}
	bad := 0
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			if bad++; bad <= 3 {
				t.Errorf("%s %d\ngot  %+v\nwant %+v", what, i, got[i], want[i])
			}
		}
	}
}

func TestSaveNamesTheDirectoryThatFails(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Save(nil, filepath.Join(blocked, "below")); err == nil || !strings.Contains(err.Error(), "below") {
		t.Errorf("error %v, want one that names the directory", err)
	}
}
