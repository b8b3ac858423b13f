package road

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lawcircle/internal/testdata"
)

// message writes protocol buffers.
type message struct{ data []byte }

func (m *message) varint(field int, value uint64) {
	m.data = binary.AppendUvarint(m.data, uint64(field)<<3)
	m.data = binary.AppendUvarint(m.data, value)
}

func (m *message) bytes(field int, data []byte) {
	m.data = binary.AppendUvarint(m.data, uint64(field)<<3|wireBytes)
	m.data = binary.AppendUvarint(m.data, uint64(len(data)))
	m.data = append(m.data, data...)
}

func packed(values ...int64) []byte {
	var data []byte
	for _, v := range values {
		data = binary.AppendUvarint(data, uint64(v))
	}
	return data
}

func deltas(values ...int64) []byte {
	var data []byte
	last := int64(0)
	for _, v := range values {
		data = binary.AppendVarint(data, v-last)
		last = v
	}
	return data
}

// blockWriter makes one primitive block.
type blockWriter struct {
	strings []string
	group   message
}

func (b *blockWriter) index(s string) int64 {
	if i := slices.Index(b.strings, s); i >= 0 {
		return int64(i)
	}
	b.strings = append(b.strings, s)
	return int64(len(b.strings) - 1)
}

func (b *blockWriter) tags(m *message, tags Tags) {
	var keys, vals []int64
	for _, part := range strings.Split(tags.canonical(), "\x01") {
		if key, value, ok := strings.Cut(part, "\x00"); ok {
			keys, vals = append(keys, b.index(key)), append(vals, b.index(value))
		}
	}
	m.bytes(2, packed(keys...))
	m.bytes(3, packed(vals...))
}

func (b *blockWriter) data() []byte {
	var table, block message
	for _, s := range b.strings {
		table.bytes(1, []byte(s))
	}
	block.bytes(1, table.data)
	block.bytes(2, b.group.data)
	return block.data
}

func blob(kind string, content []byte, compress bool) []byte {
	var body, header message
	if compress {
		var buffer bytes.Buffer
		w := zlib.NewWriter(&buffer)
		w.Write(content)
		w.Close()
		body.varint(2, uint64(len(content)))
		body.bytes(3, buffer.Bytes())
	} else {
		body.bytes(1, content)
	}
	header.bytes(1, []byte(kind))
	header.varint(3, uint64(len(body.data)))
	data := binary.BigEndian.AppendUint32(nil, uint32(len(header.data)))
	return append(append(data, header.data...), body.data...)
}

func headBlob() []byte {
	var head message
	head.bytes(4, []byte("OsmSchema-V0.6"))
	head.bytes(4, []byte("DenseNodes"))
	return blob("OSMHeader", head.data, false)
}

// pbfOf writes a network as a PBF file: ways first, so that it is in no usual order, nodes dense and plain.
func pbfOf(t testing.TB, n *Network) []byte {
	t.Helper()
	file := headBlob()
	ways := &blockWriter{strings: []string{""}}
	places := map[int64][2]int64{}
	for _, way := range n.Ways {
		var m message
		m.varint(1, uint64(way.ID))
		tags := Tags{"name": way.Name, "building:colour": "red"}
		for k, v := range way.Tags {
			tags[k] = v
		}
		ways.tags(&m, tags)
		m.bytes(8, deltas(way.NodeIDs...))
		ways.group.bytes(3, m.data)
		for i, id := range way.NodeIDs {
			places[id] = [2]int64{int64(math.Round(way.Line[i][0] * 1e7)), int64(math.Round(way.Line[i][1] * 1e7))}
		}
	}
	file = append(file, blob("OSMData", ways.data(), true)...)

	relations := &blockWriter{strings: []string{""}}
	for _, r := range n.Restrictions {
		var m message
		m.varint(1, uint64(r.ID))
		relations.tags(&m, Tags{"type": "restriction", "restriction": r.Kind})
		m.bytes(8, packed(relations.index("from"), relations.index("via"), relations.index("to")))
		m.bytes(9, deltas(r.From, r.ViaNode, r.To))
		m.bytes(10, packed(1, 0, 1))
		relations.group.bytes(4, m.data)
	}
	file = append(file, blob("OSMData", relations.data(), true)...)

	var ids []int64
	for id := range places {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	tagged := map[int64]Tags{}
	for _, node := range n.Nodes {
		tagged[node.ID] = node.Tags
	}
	nodes, dense := &blockWriter{strings: []string{""}}, &blockWriter{strings: []string{""}}
	var denseIDs, lats, lons, keyvals []int64
	for i, id := range ids {
		if i%2 == 0 {
			denseIDs, lons, lats = append(denseIDs, id), append(lons, places[id][0]), append(lats, places[id][1])
			for k, v := range tagged[id] {
				keyvals = append(keyvals, dense.index(k), dense.index(v))
			}
			keyvals = append(keyvals, 0)
			continue
		}
		var m message
		m.data = binary.AppendVarint(append(m.data, 1<<3), id)
		nodes.tags(&m, tagged[id])
		m.data = binary.AppendVarint(append(m.data, 8<<3), places[id][1])
		m.data = binary.AppendVarint(append(m.data, 9<<3), places[id][0])
		nodes.group.bytes(1, m.data)
	}
	var d message
	d.bytes(1, deltas(denseIDs...))
	d.bytes(8, deltas(lats...))
	d.bytes(9, deltas(lons...))
	d.bytes(10, packed(keyvals...))
	dense.group.bytes(2, d.data)
	file = append(file, blob("OSMData", nodes.data(), true)...)
	return append(file, blob("OSMData", dense.data(), false)...)
}

func sampleNetwork(t testing.TB) *Network {
	random := rand.New(rand.NewPCG(8, 8))
	n := randomNetwork(random, 5)
	for i := range n.Ways {
		n.Ways[i].Name = "文化路"
	}
	slices.SortFunc(n.Ways, func(a, b Way) int { return int(a.ID - b.ID) })
	n.Nodes = []Node{{n.Ways[0].NodeIDs[0], Tags{"barrier": "gate", "access": "private"}}, {n.Ways[3].NodeIDs[0], Tags{"highway": "traffic_signals"}}}
	slices.SortFunc(n.Nodes, func(a, b Node) int { return int(a.ID - b.ID) })
	n.Restrictions = []Restriction{{ID: 5, Kind: "no_left_turn", From: n.Ways[0].ID, ViaNode: n.Ways[0].NodeIDs[0], To: n.Ways[1].ID}}
	return n
}

func TestReadPBFGivesBackWhatWasWritten(t *testing.T) {
	want := sampleNetwork(t)
	var calls int
	got, report, err := ReadPBF(context.Background(), bytes.NewReader(pbfOf(t, want)), ReadOptions{Progress: func(done, total int64) {
		if calls++; done > total {
			t.Errorf("%d of %d done", done, total)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if report.Ways != len(want.Ways) || report.Restrictions != 1 || calls == 0 || got.Digest() != want.Digest() {
		t.Errorf("report %+v, %d calls", report, calls)
	}
	box := want.Ways[0].Line.Bound()
	few, report, err := ReadPBF(context.Background(), bytes.NewReader(pbfOf(t, want)), ReadOptions{BBox: &box})
	if err != nil || len(few.Ways) == 0 || len(few.Ways) >= len(want.Ways) || report.OutsideBBox != len(want.Ways)-report.Ways {
		t.Errorf("box: %d ways, %+v, %v", len(few.Ways), report, err)
	}
}

// Counts of real files, in order and not, against what their catalogue and independent readers say.
func TestReadPBFOnRealFiles(t *testing.T) {
	for name, want := range map[string]ReadReport{
		"porto_alegre_r5r":   {Ways: 15864 + 57, Nodes: 41434}, // 57 are rims of squares that have their tags on a relation, two of them walls as well
		"missing-nodes_tiny": {Ways: 1, Nodes: 3, MissingNodes: 1, BrokenWays: 1},
		"columbus_unsorted":  {Ways: 11977, Walls: 908, Nodes: 84196, Restrictions: 9}, "cathedral-no-left_unsorted": {Ways: 8615, Nodes: 50588, Restrictions: 137},
	} {
		_, got := readShared(t, "osm/"+name+".osm.pbf")
		if got.Ways != want.Ways || got.Walls != want.Walls || got.Nodes != want.Nodes || got.Restrictions != want.Restrictions || got.MissingNodes != want.MissingNodes || got.BrokenWays != want.BrokenWays {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

func TestReadPBFErrorsSayWhatToDo(t *testing.T) {
	good := pbfOf(t, sampleNetwork(t))
	damaged := bytes.Clone(good)
	damaged[len(damaged)-5] = 0xff
	var history message
	history.bytes(4, []byte("HistoricalInformation"))
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"empty":       {nil, "empty"},
		"not a PBF":   {[]byte("PK\x03\x04 this is a zip file, not a map"), "not an OpenStreetMap PBF"},
		"cut off":     {good[:len(good)-20], "cut off"},
		"damaged":     {damaged, "block at byte"},
		"with needs":  {blob("OSMHeader", history.data, true), "HistoricalInformation"},
		"wrong start": {blob("OSMData", nil, false), "must begin with an OSMHeader"},
	} {
		if _, _, err := ReadPBF(context.Background(), bytes.NewReader(test.data), ReadOptions{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q in it", name, err, test.want)
		}
	}
}

func FuzzReadPBF(f *testing.F) {
	f.Add(pbfOf(f, sampleNetwork(f)))
	if data, err := os.ReadFile(testdata.Shared(f, "osm/missing-nodes_tiny.osm.pbf")); err == nil {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		network, _, err := ReadPBF(context.Background(), bytes.NewReader(data), ReadOptions{})
		if err == nil {
			network.Digest()
		}
	})
}

// FuzzBlock reaches what compression hides from FuzzReadPBF.
func FuzzBlock(f *testing.F) {
	ways := &blockWriter{strings: []string{"", "highway", "footway"}}
	var m message
	m.varint(1, 7)
	m.bytes(2, packed(1))
	m.bytes(3, packed(2))
	m.bytes(8, deltas(1, 2, 3))
	ways.group.bytes(3, m.data)
	f.Add(ways.data())
	for _, tags := range []Tags{
		{"type": "multipolygon", "natural": "water"}, {"type": "multipolygon", "highway": "pedestrian", "area": "yes"},
		{"type": "restriction", "restriction": "no_left_turn", "restriction:conditional": "none @ (22:00-06:00)"},
	} {
		f.Add(relationData(tags, &Way{ID: 7}, &Way{ID: 8}))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var head message
		head.bytes(4, []byte("OsmSchema-V0.6"))
		file := append(blob("OSMHeader", head.data, false), blob("OSMData", data, false)...)
		_, _, _ = ReadPBF(context.Background(), bytes.NewReader(file), ReadOptions{})
	})
}
