package export_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"lawcircle/data/demo"
	"lawcircle/data/export"
	"lawcircle/geo/crs"
)

// An archive is what a strict reader finds in PMTiles.
type archive struct {
	low, high maptile.Zoom
	bound     orb.Bound
	metadata  map[string]any
	tiles     map[maptile.Tile]*mvt.Layer
	leaves    int
}

func mustGunzip(t *testing.T, content []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tilesByID numbers all tiles by walking the curve of each zoom: quarters in the order of the curve, turned as the specification draws them.
func tilesByID(high maptile.Zoom) []maptile.Tile {
	var out []maptile.Tile
	for z := maptile.Zoom(0); z <= high; z++ {
		n := uint32(1) << z
		for d := range n * n {
			var x, y uint32
			for s, rest := uint32(1), d; s < n; s, rest = s*2, rest/4 {
				right := 1 & (rest / 2)
				low := 1 & (rest ^ right)
				if low == 0 {
					if right == 1 {
						x, y = s-1-x, s-1-y
					}
					x, y = y, x
				}
				x, y = x+s*right, y+s*low
			}
			out = append(out, maptile.New(x, y, z))
		}
	}
	return out
}

func readArchive(t *testing.T, content []byte) *archive {
	t.Helper()
	if string(content[:8]) != "PMTiles\x03" || content[96] != 1 || content[97] != 2 || content[98] != 2 || content[99] != 1 {
		t.Fatalf("header % x", content[:127])
	}
	number := func(at int) uint64 { return binary.LittleEndian.Uint64(content[at:]) }
	degrees := func(at int) float64 { return float64(int32(binary.LittleEndian.Uint32(content[at:]))) / 1e7 }
	sections, end := [4][]byte{}, uint64(127)
	for i := range sections {
		offset, length := number(8+16*i), number(16+16*i)
		if offset != end {
			t.Fatalf("section %d begins at %d, want %d", i, offset, end)
		}
		end += length
		sections[i] = content[offset:end]
	}
	if end != uint64(len(content)) || 127+len(sections[0]) > 16384 {
		t.Fatalf("sections end at %d of %d, the root has %d bytes", end, len(content), len(sections[0]))
	}
	a := &archive{low: maptile.Zoom(content[100]), high: maptile.Zoom(content[101]), tiles: map[maptile.Tile]*mvt.Layer{},
		bound: orb.Bound{Min: orb.Point{degrees(102), degrees(106)}, Max: orb.Point{degrees(110), degrees(114)}}}
	if err := json.Unmarshal(mustGunzip(t, sections[1]), &a.metadata); err != nil {
		t.Fatal(err)
	}
	r := directoryReader{t: t, archive: a, leaves: sections[2], data: sections[3], names: tilesByID(a.high), starts: map[uint64]bool{}}
	r.read(sections[0])
	if r.addressed != number(72) || r.entries != number(80) || uint64(len(r.starts)) != number(88) || r.placed != uint64(len(sections[3])) {
		t.Fatalf("%d tiles, %d entries, %d contents of %d bytes; the header says %d, %d, %d, %d", r.addressed, r.entries, len(r.starts), r.placed,
			number(72), number(80), number(88), len(sections[3]))
	}
	return a
}

type directoryReader struct {
	t                          *testing.T
	archive                    *archive
	leaves, data               []byte
	names                      []maptile.Tile
	next                       uint64 // the least id that may come
	addressed, entries, placed uint64
	starts                     map[uint64]bool
}

func (r *directoryReader) read(compressed []byte) {
	r.t.Helper()
	in := bytes.NewReader(mustGunzip(r.t, compressed))
	varint := func() uint64 {
		v, err := binary.ReadUvarint(in)
		if err != nil {
			r.t.Fatal(err)
		}
		return v
	}
	n := varint()
	columns := [4][]uint64{}
	for i := range columns {
		for range n {
			columns[i] = append(columns[i], varint())
		}
	}
	if in.Len() != 0 || n == 0 {
		r.t.Fatalf("a directory of %d entries has %d bytes too many", n, in.Len())
	}
	id, end := uint64(0), uint64(0)
	for i := range n {
		id += columns[0][i]
		offset := end
		if columns[3][i] > 0 {
			offset = columns[3][i] - 1
		}
		end = offset + columns[2][i]
		if run := columns[1][i]; run > 0 {
			r.tile(id, run, offset, end)
			continue
		}
		r.archive.leaves++
		r.read(r.leaves[offset:end])
	}
}

func (r *directoryReader) tile(id, run, offset, end uint64) {
	r.t.Helper()
	if id < r.next || offset > r.placed || end > uint64(len(r.data)) || end-offset > 500_000 {
		r.t.Fatalf("tile %d from %d to %d comes after tile %d, which ended at %d of %d", id, offset, end, r.next, r.placed, len(r.data))
	}
	if (offset == r.placed) == r.starts[offset] {
		r.t.Fatalf("tile %d begins at %d, inside another", id, offset)
	}
	r.starts[offset] = true
	r.next, r.placed = id+run, max(r.placed, end)
	r.entries++
	r.addressed += run
	for ; run > 0; id, run = id+1, run-1 {
		layers, err := mvt.UnmarshalGzipped(r.data[offset:end])
		if err != nil || len(layers) != 1 || layers[0].Version != 2 || layers[0].Extent != 4096 {
			r.t.Fatalf("tile %d: %v %v", id, layers, err)
		}
		if name := r.names[id]; name.Z < r.archive.low || name.Z > r.archive.high {
			r.t.Fatalf("tile %v is outside of the zooms", name)
		}
		r.archive.tiles[r.names[id]] = layers[0]
	}
}

// at collects the features of a zoom with their coordinates in degrees.
func (a *archive) at(zoom maptile.Zoom) map[uint64][]*geojson.Feature {
	out := map[uint64][]*geojson.Feature{}
	for tile, layer := range a.tiles {
		if tile.Z != zoom {
			continue
		}
		layer.ProjectToWGS84(tile)
		for _, f := range layer.Features {
			id := uint64(f.ID.(float64))
			out[id] = append(out[id], f)
		}
	}
	return out
}

func TestPMTilesHoldEverySettlement(t *testing.T) {
	list := demo.Invent().County.Settlements
	l, err := export.Prepare(context.Background(), settlementLayer(list), export.Options{Synthetic: true})
	if err != nil {
		t.Fatal(err)
	}
	a := readArchive(t, written(t, l, "pmtiles"))
	found := a.at(a.high)
	for i, s := range list {
		got := found[uint64(i+1)]
		if len(got) != 1 {
			t.Fatalf("%s is in the tiles %d times", s.ID, len(got))
		}
		p, values := got[0].Geometry.(orb.Point), got[0].Properties
		if math.Abs(p[0]-s.Point[0]) > 2e-5 || math.Abs(p[1]-s.Point[1]) > 2e-5 || !a.bound.Pad(1e-7).Contains(s.Point) {
			t.Errorf("%s is at %v in the tiles, at %v in the project", s.ID, p, s.Point)
		}
		if values["settlement_id"] != s.ID || values["code"] != s.Code || values["name"] != s.Name {
			t.Errorf("%s has %v", s.ID, values)
		}
		people, ok := values["people"]
		if ok != s.People.Known || ok && people != float64(s.People.Count) {
			t.Errorf("%s has %v people, want %v", s.ID, people, s.People)
		}
	}
	if len(found) != len(list) || a.high != 12 || a.metadata["complete_from_zoom"] != float64(a.low) || !strings.Contains(fmt.Sprint(a.metadata["attribution"]), "synthetic") {
		t.Errorf("%d features of %d to zoom %d, %v", len(found), len(list), a.high, a.metadata)
	}
}

// TestPMTilesAreas adds up what the tiles show of an area: the same ground, the hole left out, whatever the zoom.
func TestPMTilesAreas(t *testing.T) {
	l := areasLayer()
	a := readArchive(t, written(t, l, "pmtiles"))
	for zoom := a.low; zoom <= a.high; zoom++ {
		inTiles, want := 0.0, 0.2*0.2-0.05*0.05
		for tile, layer := range a.tiles {
			if tile.Z != zoom {
				continue
			}
			for _, f := range layer.Features {
				for _, polygon := range asMulti(f.Geometry) {
					if polygon[0].Orientation() != orb.CCW {
						t.Fatalf("%v: an outer ring runs the wrong way", tile)
					}
				}
			}
			layer.Clip(orb.Bound{Max: orb.Point{4096, 4096}})
			layer.ProjectToWGS84(tile)
			for _, f := range layer.Features {
				inTiles += planar.Area(f.Geometry)
			}
		}
		if math.Abs(inTiles-want) > want*0.02*math.Exp2(float64(6-min(zoom, 6))) {
			t.Errorf("zoom %d shows %.6f square degrees, want %.6f", zoom, inTiles, want)
		}
	}
}

func asMulti(g orb.Geometry) orb.MultiPolygon {
	if p, ok := g.(orb.Polygon); ok {
		return orb.MultiPolygon{p}
	}
	return g.(orb.MultiPolygon)
}

func TestPMTilesKeepWhatIsTooSmallForTheGrid(t *testing.T) {
	l := areasLayer()
	rows := []export.Row{{Geometry: orb.Bound{Min: orb.Point{89, 43}, Max: orb.Point{89 + 1e-7, 43 + 1e-7}}.ToPolygon(), Values: []any{"1", "小"}},
		{Geometry: orb.LineString{{89.1, 43}, {89.1, 43}}, Values: []any{"2", nil}}, {Values: []any{"3", "无"}}}
	l.Rows = export.RowsOf(rows)
	a := readArchive(t, written(t, l, "pmtiles"))
	if found := a.at(a.high); len(found) != 2 || found[1][0].Geometry == nil || a.metadata["rows_without_shape"] != 1.0 {
		t.Errorf("found %v, %v", found, a.metadata)
	}
}

// TestPMTilesOfManyTiles needs leaf directories, and full tiles at low zooms: all rows are there at the highest.
func TestPMTilesOfManyTiles(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	var rows []export.Row
	for i := range 30_000 {
		rows = append(rows, export.Row{Geometry: orb.Point{85 + 10.5*random.Float64(), 40 + 7.7*random.Float64()}, Values: []any{fmt.Sprint(i), nil}})
	}
	l := areasLayer()
	l.GeometryType, l.Rows = "POINT", export.RowsOf(rows)
	content := written(t, l, "pmtiles")
	a := readArchive(t, content)
	complete := maptile.Zoom(a.metadata["complete_from_zoom"].(float64))
	if a.leaves < 2 || complete <= a.low || len(a.at(a.high)) != len(rows) || len(a.at(complete)) != len(rows) || len(a.at(complete-1)) >= len(rows) {
		t.Errorf("%d leaves, complete from %d, %d of %d rows at zoom %d", a.leaves, complete, len(a.at(a.high)), len(rows), a.high)
	}
	if !bytes.Equal(content, written(t, l, "pmtiles")) {
		t.Error("the archive differs between two runs")
	}
}

func TestPMTilesRefuse(t *testing.T) {
	shifted := areasLayer()
	shifted.System, _ = crs.Parse("gcj02")
	polar, empty, crowded := areasLayer(), areasLayer(), areasLayer()
	polar.Rows = export.RowsOf([]export.Row{{Geometry: orb.Point{89, 89}, Values: []any{"1", nil}}})
	empty.Rows = export.RowsOf([]export.Row{{Values: []any{"1", nil}}})
	crowded.Rows = func(yield func(export.Row, error) bool) {
		for i := range 150_000 {
			if !yield(export.Row{Geometry: orb.Point{89 + float64(i%400)*1e-4, 43}, Values: []any{fmt.Sprint(i * i), "村"}}, nil) {
				return
			}
		}
	}
	for want, l := range map[string]*export.Layer{"WGS-84": shifted, "row 1 of admin_units": polar, "empty": empty, "too full": crowded} {
		var out bytes.Buffer
		if err := export.Write(context.Background(), &out, l, "pmtiles", export.UTF8); err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("error %v with %d bytes, want %q", err, out.Len(), want)
		}
	}
}
