package data_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lawcircle/data"
	"lawcircle/geo/road"
	"lawcircle/internal/testdata"
)

// The roads of a whole country come back from the project as they went in, and compile to the same graph.
func TestRealRoads(t *testing.T) {
	file, err := os.Open(testdata.Shared(t, "osm/andorra-2021.osm.pbf"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, _, err := road.ReadPBF(t.Context(), file, road.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, filepath.Join(t.TempDir(), "andorra.gpkg"), data.Options{Create: true})
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(want) })
	got := must(p.Network(t.Context()))
	if len(got.Ways) != len(want.Ways) || len(got.Nodes) != len(want.Nodes) || len(got.Restrictions) != len(want.Restrictions) {
		t.Fatalf("%d ways, %d nodes, %d restrictions; want %d, %d, %d", len(got.Ways), len(got.Nodes), len(got.Restrictions), len(want.Ways), len(want.Nodes), len(want.Restrictions))
	}
	for i, way := range got.Ways {
		if !reflect.DeepEqual(way, want.Ways[i]) {
			t.Fatalf("way %d:\ngot  %+v\nwant %+v", way.ID, way, want.Ways[i])
		}
	}
	if !reflect.DeepEqual(got.Nodes, want.Nodes) || !reflect.DeepEqual(got.Restrictions, want.Restrictions) {
		t.Error("nodes or restrictions differ")
	}
	graph, err := p.Graph(t.Context(), walk(t), nil)
	if err != nil || graph.NetworkDigest() != want.Digest() || graph.Edges() == 0 {
		t.Errorf("graph %v, error %v", graph, err)
	}
	wantClean(t, p)
	if out := gdal(t, "ogrinfo", "-so", p.Path(), "roads"); !strings.Contains(out, "Feature Count: ") {
		t.Errorf("ogrinfo says %s", out)
	}
}
