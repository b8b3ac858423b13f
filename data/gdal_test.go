package data_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lawcircle/data"
	"lawcircle/data/gpkg"
)

// gdal runs a program of GDAL and returns what it prints; a warning fails the test.
func gdal(t *testing.T, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed: `make test` installs it", program)
	}
	command := exec.Command(program, args...)
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		t.Fatalf("%s %v: %v\n%s%s", program, args, err, out.String(), complaints.String())
	}
	for _, text := range []string{out.String(), complaints.String()} {
		if strings.Contains(text, "Warning") || strings.Contains(text, "ERROR") {
			t.Errorf("%s %v complains:\n%s%s", program, args, out.String(), complaints.String())
		}
	}
	return out.String()
}

func TestGDALReadsEveryLayer(t *testing.T) {
	p := full(t)
	run := aRun(t).Run.ID
	out := gdal(t, "ogrinfo", "-al", p.Path())
	for _, want := range []string{"Layer name: admin_units", "Layer name: settlements", "Layer name: host_sites", "Layer name: service_points", "Layer name: roads",
		"Layer name: run_" + run + "_access", "Layer name: run_" + run + "_gaps", "Layer name: offers", "Geometry: Multi Polygon", "Geometry: Line String",
		"FID Column = fid", "name_ug (String) = پىچان ناھىيىسى", "opened_on (Date) = 2018/02/28", "bilingual (Integer(Boolean)) = 1", "Feature Count: 3002",
		"domain name=host_kind"} {
		if !strings.Contains(out, want) {
			t.Errorf("ogrinfo does not say %q", want)
		}
	}
	if strings.Contains(out, "lawcircle_restricted") {
		t.Error("personal details are among the layers")
	}
	copied := filepath.Join(t.TempDir(), "copy.gpkg")
	gdal(t, "ogr2ogr", "-f", "GPKG", copied, p.Path())
	if problems, err := gpkg.Check(t.Context(), raw(t, copied)); err != nil || len(problems) > 0 {
		t.Errorf("the copy that GDAL made: %+v, %v", problems, err)
	}
}

// A layer edited by GDAL, as by QGIS, stays a sound project, and our program sees the edits.
func TestGDALEditsStaySound(t *testing.T) {
	p := full(t)
	before := must(p.Revision(t.Context()))
	for _, statement := range []string{
		"UPDATE settlements SET name = '改名', people = 5 WHERE settlement_id = 'v1'",
		"UPDATE settlements SET geom = (SELECT geom FROM host_sites LIMIT 1) WHERE settlement_id = 'v2'",
		"INSERT INTO settlements (geom, settlement_id) SELECT geom, 'drawn' FROM host_sites LIMIT 1",
		"DELETE FROM settlements WHERE settlement_id = 'c0000003'",
		"UPDATE roads SET highway = 'track' WHERE way_id = 2",
	} {
		gdal(t, "ogrinfo", p.Path(), "-sql", statement)
	}
	wantClean(t, p)
	c := county(t, p)
	if len(c.Settlements) != 3002 || c.Settlements[len(c.Settlements)-2].Name != "改名" || c.Settlements[len(c.Settlements)-1].Point != c.Hosts[0].Point {
		t.Errorf("the edits are not seen: %d settlements, %+v", len(c.Settlements), c.Settlements[len(c.Settlements)-2:])
	}
	if must(p.Revision(t.Context())) <= before {
		t.Error("the revision stands still")
	}
	if network := must(p.Network(t.Context())); network.Ways[1].Tags["highway"] != "track" {
		t.Errorf("tags %v", network.Ways[1].Tags)
	}
	edited := must(p.Changes(t.Context(), "", 100))
	if len(edited) != 2 {
		t.Errorf("%d entries in the log", len(edited))
	}
}

// A road drawn in a GIS program joins the network where it meets it exactly.
func TestRoadsDrawnElsewhere(t *testing.T) {
	p := full(t)
	layer := filepath.Join(t.TempDir(), "drawn.geojson")
	writeFile(t, layer, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"highway":"residential"},
		"geometry":{"type":"LineString","coordinates":[[89.002,42],[89.003,42.0005],[89.004,42.001]]}}]}`)
	gdal(t, "ogr2ogr", "-f", "GPKG", "-update", "-append", "-nln", "roads", p.Path(), layer)
	wantClean(t, p)
	network := must(p.Network(t.Context()))
	want := lane("路").Ways[:2]
	if len(network.Ways) != 3 || !reflect.DeepEqual(network.Ways[:2], want) {
		t.Fatalf("ways %+v", network.Ways)
	}
	drawn := network.Ways[2]
	if drawn.ID >= 0 || !reflect.DeepEqual(drawn.NodeIDs, []int64{3, -1, -2}) || drawn.Tags["highway"] != "residential" {
		t.Errorf("drawn road %+v", drawn)
	}
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(network) })
	if again := must(p.Network(t.Context())); !reflect.DeepEqual(again, network) {
		t.Error("the drawn road changes when it is written again")
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
