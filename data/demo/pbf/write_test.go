package pbf

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
	"pgregory.net/rapid"
)

// describe prints entities in a form that two equal data sets share: positions in whole units of the file, no history.
func describe(objects []osm.Object) string {
	var out strings.Builder
	for _, object := range objects {
		switch o := object.(type) {
		case *osm.Node:
			fmt.Fprintf(&out, "node %d %d %d %q\n", o.ID, units(o.Lon), units(o.Lat), o.Tags)
		case *osm.Way:
			fmt.Fprintf(&out, "way %d %v %q\n", o.ID, o.Nodes.NodeIDs(), o.Tags)
		case *osm.Relation:
			fmt.Fprintf(&out, "relation %d %q", o.ID, o.Tags)
			for _, m := range o.Members {
				fmt.Fprintf(&out, " %s/%d/%q", m.Type, m.Ref, m.Role)
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

func objects(data *osm.OSM) []osm.Object {
	var all []osm.Object
	for _, n := range data.Nodes {
		all = append(all, n)
	}
	for _, w := range data.Ways {
		all = append(all, w)
	}
	for _, r := range data.Relations {
		all = append(all, r)
	}
	return all
}

func readBack(tb interface{ Fatalf(string, ...any) }, file []byte) []osm.Object {
	scanner := osmpbf.New(context.Background(), bytes.NewReader(file), 1)
	defer scanner.Close()
	var all []osm.Object
	for scanner.Scan() {
		all = append(all, scanner.Object())
	}
	if err := scanner.Err(); err != nil {
		tb.Fatalf("reading back: %v", err)
	}
	return all
}

func write(tb interface{ Fatalf(string, ...any) }, data *osm.OSM) []byte {
	var file bytes.Buffer
	if err := Write(&file, data, Header{Program: "test", Source: "合成数据"}); err != nil {
		tb.Fatalf("writing: %v", err)
	}
	return file.Bytes()
}

func village() *osm.OSM {
	return &osm.OSM{
		Nodes: osm.Nodes{
			{ID: 1, Lon: 91.1234567, Lat: 41.7654321},
			{ID: 2, Lon: 91.2, Lat: 41.8, Tags: osm.Tags{{Key: "barrier", Value: "gate"}, {Key: "name", Value: "大门"}}},
			{ID: 9_000_000_000, Lon: -180, Lat: -90},
		},
		Ways: osm.Ways{{ID: 5, Nodes: osm.WayNodes{{ID: 2}, {ID: 1}, {ID: 2}}, Tags: osm.Tags{{Key: "highway", Value: "track"}}}},
		Relations: osm.Relations{{ID: 7, Tags: osm.Tags{{Key: "type", Value: "restriction"}, {Key: "restriction", Value: "no_left_turn"}},
			Members: osm.Members{{Type: osm.TypeWay, Ref: 5, Role: "from"}, {Type: osm.TypeNode, Ref: 2, Role: "via"},
				{Type: osm.TypeRelation, Ref: 1, Role: ""}}}},
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	data := village()
	if got, want := describe(readBack(t, write(t, data))), describe(objects(data)); got != want {
		t.Errorf("read back\n%swant\n%s", got, want)
	}
}

func TestBlocksAreSplitWithoutLoss(t *testing.T) {
	data := &osm.OSM{}
	for id := 1; id <= 2*blockEntities+1; id++ {
		data.Nodes = append(data.Nodes, &osm.Node{ID: osm.NodeID(id), Lon: float64(id) / 1000, Lat: 40})
	}
	if got := readBack(t, write(t, data)); describe(got) != describe(objects(data)) {
		t.Errorf("read back %d nodes that differ from the %d written", len(got), len(data.Nodes))
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	for name, data := range map[string]*osm.OSM{
		"node 2 stands after 2": {Nodes: osm.Nodes{{ID: 2}, {ID: 2}}},
		"way 0 stands after 0":  {Ways: osm.Ways{{ID: 0}}},
		"relation 1":            {Relations: osm.Relations{{ID: 3}, {ID: 1}}},
		"outside ±180":          {Nodes: osm.Nodes{{ID: 1, Lon: 181}}},
		"position NaN":          {Nodes: osm.Nodes{{ID: 1, Lon: math.NaN()}}},
		"member of type":        {Relations: osm.Relations{{ID: 1, Members: osm.Members{{Type: osm.TypeChangeset}}}}},
	} {
		err := Write(&bytes.Buffer{}, data, Header{})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one that says %q", err, name)
		}
	}
}

func TestAnythingRoundTrips(t *testing.T) {
	tags := rapid.Custom(func(t *rapid.T) osm.Tags {
		var tags osm.Tags
		for range rapid.IntRange(0, 3).Draw(t, "tags") {
			tags = append(tags, osm.Tag{Key: rapid.StringN(1, 5, 20).Draw(t, "key"), Value: rapid.StringN(0, 5, 20).Draw(t, "value")})
		}
		return tags
	})
	rapid.Check(t, func(t *rapid.T) {
		data := &osm.OSM{}
		id := int64(0)
		next := func() int64 { id += rapid.Int64Range(1, 1<<40).Draw(t, "step"); return id }
		for range rapid.IntRange(0, 6).Draw(t, "nodes") {
			data.Nodes = append(data.Nodes, &osm.Node{ID: osm.NodeID(next()), Tags: tags.Draw(t, "tags"),
				Lon: rapid.Float64Range(-180, 180).Draw(t, "lon"), Lat: rapid.Float64Range(-90, 90).Draw(t, "lat")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "ways") {
			way := &osm.Way{ID: osm.WayID(next()), Tags: tags.Draw(t, "tags")}
			for range rapid.IntRange(0, 5).Draw(t, "refs") {
				way.Nodes = append(way.Nodes, osm.WayNode{ID: osm.NodeID(rapid.Int64Range(1, 1<<40).Draw(t, "ref"))})
			}
			data.Ways = append(data.Ways, way)
		}
		if got, want := describe(readBack(t, write(t, data))), describe(objects(data)); got != want {
			t.Fatalf("read back\n%swant\n%s", got, want)
		}
	})
}

// FuzzWrite builds data from bytes and demands that a reader finds exactly that data, or that Write refuses it.
func FuzzWrite(f *testing.F) {
	f.Add(int64(1), int64(2), 91.0, 41.0, "highway", "track")
	f.Add(int64(5), int64(5), 181.0, 41.0, "", "\x00")
	f.Fuzz(func(t *testing.T, a, b int64, lon, lat float64, key, value string) {
		tags := osm.Tags{{Key: key, Value: value}}
		data := &osm.OSM{
			Nodes:     osm.Nodes{{ID: osm.NodeID(a), Lon: lon, Lat: lat, Tags: tags}, {ID: osm.NodeID(b)}},
			Ways:      osm.Ways{{ID: osm.WayID(a), Tags: tags, Nodes: osm.WayNodes{{ID: osm.NodeID(b)}, {ID: osm.NodeID(a)}}}},
			Relations: osm.Relations{{ID: osm.RelationID(b), Tags: tags, Members: osm.Members{{Type: osm.TypeWay, Ref: a, Role: value}}}},
		}
		var file bytes.Buffer
		if err := Write(&file, data, Header{Program: key, Source: value}); err != nil {
			return
		}
		if got, want := describe(readBack(t, file.Bytes())), describe(objects(data)); got != want {
			t.Errorf("read back\n%swant\n%s", got, want)
		}
	})
}

// TestOtherProgramsReadIt asks GDAL, which has its own PBF reader.
func TestOtherProgramsReadIt(t *testing.T) {
	ogrinfo, err := exec.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo is not installed")
	}
	path := filepath.Join(t.TempDir(), "village.osm.pbf")
	if err := os.WriteFile(path, write(t, village()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(ogrinfo, "-ro", path, "lines").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "highway (String) = track") {
		t.Errorf("ogrinfo: %v\n%s", err, out)
	}
}
