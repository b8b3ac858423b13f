package data_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/data"
	"lawcircle/geo/road"
)

// lane is a straight street along the 42nd parallel with a crossing path.
func lane(name string) *road.Network {
	return &road.Network{Ways: []road.Way{
		{ID: 1, Name: name, NodeIDs: []int64{1, 2, 3}, Line: orb.LineString{{89, 42}, {89.001, 42}, {89.002, 42}}, Tags: road.Tags{"highway": "residential"}},
		{ID: 2, NodeIDs: []int64{2, 4}, Line: orb.LineString{{89.001, 42}, {89.001, 42.001}}, Tags: road.Tags{"highway": "path"}},
	}}
}

func walk(t *testing.T) *road.Profile {
	t.Helper()
	profile, err := road.BuiltinProfile("walk")
	if err != nil {
		t.Fatal(err)
	}
	return profile
}

func graphFiles(t *testing.T, p *data.Project) []string {
	t.Helper()
	files, err := filepath.Glob(strings.TrimSuffix(p.Path(), ".gpkg") + ".roads/*")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func bytesOf(t *testing.T, g *road.Graph) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := g.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestGraphIsKeptAndRebuiltWhenStale(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "a.gpkg"), data.Options{Create: true})
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(lane("")) })
	builds := 0
	graph := func(p *data.Project) *road.Graph {
		before := builds
		g, err := p.Graph(t.Context(), walk(t), func(int64, int64) { builds = before + 1 })
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	want, err := road.Build(t.Context(), lane(""), walk(t), road.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := graph(p); !bytes.Equal(bytesOf(t, got), bytesOf(t, want)) {
		t.Error("the graph from the project differs from the one built from the same roads")
	}
	files := graphFiles(t, p)
	if len(files) != 1 {
		t.Fatalf("kept graphs: %v", files)
	}
	again := open(t, p.Path(), data.Options{ReadOnly: true})
	if got := graph(again); builds != 1 || !bytes.Equal(bytesOf(t, got), bytesOf(t, want)) {
		t.Errorf("%d builds after reopening, want the kept graph", builds)
	}

	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(content)
	damaged[len(damaged)-9] ^= 0x40
	os.Remove(files[0]) // a new file: the old one is mapped
	if err := os.WriteFile(files[0], damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := graph(open(t, p.Path(), data.Options{})); builds != 2 || !bytes.Equal(bytesOf(t, got), bytesOf(t, want)) {
		t.Errorf("%d builds after damage, want a second", builds)
	}

	shorter := lane("")
	shorter.Ways = shorter.Ways[:1]
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(shorter) })
	if got := graph(p); builds != 3 || got.Edges() == want.Edges() {
		t.Errorf("%d builds after a change of roads, want a third", builds)
	}
	if files := graphFiles(t, p); len(files) != 1 {
		t.Errorf("stale graphs stay: %v", files)
	}
}

func TestGraphWithoutPlaceForACache(t *testing.T) {
	p := open(t, filepath.Join(t.TempDir(), "a.gpkg"), data.Options{Create: true})
	update(t, p, func(tx *data.Tx) error { return tx.PutNetwork(lane("")) })
	if err := os.WriteFile(strings.TrimSuffix(p.Path(), ".gpkg")+".roads", []byte("in the way"), 0o644); err != nil {
		t.Fatal(err)
	}
	if g, err := p.Graph(t.Context(), walk(t), nil); err != nil || g.Edges() == 0 {
		t.Errorf("graph %v, error %v", g, err)
	}
}
