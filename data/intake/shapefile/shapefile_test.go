package shapefile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/data/intake/shapefile"
)

// shapes writes a .shp of records with the given contents.
func shapes(contents ...[]byte) []byte {
	out := make([]byte, 100)
	binary.BigEndian.PutUint32(out, 9994)
	for i, content := range contents {
		out = binary.BigEndian.AppendUint32(out, uint32(i+1))
		out = binary.BigEndian.AppendUint32(out, uint32(len(content)/2))
		out = append(out, content...)
	}
	return out
}

func content(values ...any) []byte {
	var out bytes.Buffer
	for _, v := range values {
		_ = binary.Write(&out, binary.LittleEndian, v)
	}
	return out.Bytes()
}

func ring(points ...float64) []float64 { return points }

func polygon(rings ...[]float64) []byte {
	total := 0
	for _, r := range rings {
		total += len(r) / 2
	}
	out := content(uint32(5), [4]float64{}, uint32(len(rings)), uint32(total))
	at := 0
	for _, r := range rings {
		out = append(out, content(uint32(at))...)
		at += len(r) / 2
	}
	for _, r := range rings {
		out = append(out, content(r)...)
	}
	return out
}

func all(t testing.TB, file []byte) ([]orb.Geometry, error) {
	t.Helper()
	reader, err := shapefile.NewShapes(bytes.NewReader(file), 1<<20)
	if err != nil {
		return nil, err
	}
	var out []orb.Geometry
	for {
		g, err := reader.Next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, g)
	}
}

// Clockwise rings are outer; a hole belongs to the smallest outer ring around it; an island in a hole is a polygon of its own.
func TestRingsAreGrouped(t *testing.T) {
	file := shapes(polygon(
		ring(0, 0, 0, 10, 10, 10, 10, 0, 0, 0),       // outer
		ring(2, 2, 8, 2, 8, 8, 2, 8, 2, 2),           // its hole
		ring(4, 4, 4, 6, 6, 6, 6, 4, 4, 4),           // an island in the hole
		ring(4.5, 4.5, 5, 4.5, 5, 5, 4.5, 4.5),       // a pond on the island
		ring(20, 0, 20, 10, 30, 10, 30, 0, 20, 0),    // another outer
		ring(50, 50, 51, 50, 51, 51, 50, 51, 50, 50), // a hole in nothing
	))
	got, err := all(t, file)
	if err != nil {
		t.Fatal(err)
	}
	polygons := got[0].(orb.MultiPolygon)
	holes := []int{}
	for _, p := range polygons {
		holes = append(holes, len(p)-1)
	}
	if len(polygons) != 4 || holes[0] != 1 || holes[1] != 1 || holes[2] != 0 || holes[3] != 0 {
		t.Errorf("%d polygons with %v holes: %v", len(polygons), holes, polygons)
	}
}

func TestKindsOfShapes(t *testing.T) {
	got, err := all(t, shapes(
		content(uint32(1), 89.5, 42.5), content(uint32(11), 89.5, 42.5, 7.0, 0.0), content(uint32(0)),
		content(uint32(8), [4]float64{}, uint32(2), 1.0, 2.0, 3.0, 4.0), content(uint32(3), [4]float64{}, uint32(1), uint32(2), uint32(0), 1.0, 2.0, 3.0, 4.0),
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []orb.Geometry{orb.Point{89.5, 42.5}, orb.Point{89.5, 42.5}, nil, orb.MultiPoint{{1, 2}, {3, 4}}, orb.LineString{{1, 2}, {3, 4}}}
	for i := range want {
		if (got[i] == nil) != (want[i] == nil) || got[i] != nil && !orb.Equal(got[i], want[i]) {
			t.Errorf("shape %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// Each file has one fault.
func TestFaultyShapes(t *testing.T) {
	good := polygon(ring(0, 0, 0, 1, 1, 1, 0, 0))
	manyPoints := bytes.Clone(good)
	binary.LittleEndian.PutUint32(manyPoints[40:], math.MaxUint32)
	manyParts := bytes.Clone(good)
	binary.LittleEndian.PutUint32(manyParts[36:], 1<<30)
	partBeyond := bytes.Clone(good)
	binary.LittleEndian.PutUint32(partBeyond[44:], 99)
	longRecord := shapes(good)
	binary.BigEndian.PutUint32(longRecord[104:], 1<<30)
	for name, file := range map[string][]byte{
		"no header": nil, "wrong code": make([]byte, 200), "cut": shapes(good)[:150], "more points than room": shapes(manyPoints), "more parts than room": shapes(manyParts),
		"part beyond the points": shapes(partBeyond), "record of two gigabytes": longRecord, "multipatch": shapes(content(uint32(31), [8]float64{})), "short point": shapes(content(uint32(1), 1.0)),
	} {
		if _, err := all(t, file); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestEncodingsOfTables(t *testing.T) {
	field := make([]byte, 32)
	copy(field, "NAME")
	field[11], field[16] = 'C', 5
	table := func(language byte, name string) []byte {
		head := make([]byte, 32)
		head[0], head[29] = 3, language
		binary.LittleEndian.PutUint32(head[4:], 1)
		binary.LittleEndian.PutUint16(head[8:], 65)
		binary.LittleEndian.PutUint16(head[10:], 6)
		return bytes.Join([][]byte{head, field, {0x0d}, []byte(" " + name)}, nil)
	}
	for _, test := range []struct{ raw, page, want, text string }{
		{"\xd1\xc7\xb6\xfb ", "", "GB18030", "亚尔"}, {"\xd1\xc7\xb6\xfb\xd5", "GBK", "GB18030", "亚尔"}, {"\xd1\xc7\xb6\xfb ", "UTF-8", "GB18030", "亚尔"},
		{"亚\xe5\xb0", "UTF-8", "UTF-8", "亚"}, {"abc  ", "", "UTF-8", "abc"}, {"M\xfcnch", "ISO-8859-1", "windows-1252", "Münch"},
	} {
		file := table(0, test.raw)
		name, err := shapefile.DetectEncoding(bytes.NewReader(file), test.page)
		if err != nil || name != test.want {
			t.Errorf("%q with code page %q is %s, want %s: %v", test.raw, test.page, name, test.want, err)
			continue
		}
		attributes, err := shapefile.NewAttributes(bytes.NewReader(file), name)
		if err != nil {
			t.Fatal(err)
		}
		values, _, err := attributes.Next()
		if err != nil || values[0] != test.text {
			t.Errorf("%q reads as %q, want %q: %v", test.raw, values, test.text, err)
		}
	}
}
