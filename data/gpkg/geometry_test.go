package gpkg

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	blob, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return blob
}

func TestEncodeKnownBytes(t *testing.T) {
	tests := []struct {
		name     string
		geometry orb.Geometry
		want     string
	}{
		{"point", orb.Point{1, 2}, "4750 00 01 e6100000 01 01000000 000000000000f03f 0000000000000040"},
		{"line", orb.LineString{{1, 4}, {3, 2}}, "4750 00 03 e6100000 000000000000f03f 0000000000000840 0000000000000040 0000000000001040" +
			"01 02000000 02000000 000000000000f03f 0000000000001040 0000000000000840 0000000000000040"},
		{"empty line", orb.LineString{}, "4750 00 11 e6100000 01 02000000 00000000"},
		{"empty areas", orb.MultiPolygon{}, "4750 00 11 e6100000 01 06000000 00000000"},
	}
	for _, test := range tests {
		got, err := Encode(test.geometry)
		if err != nil || !bytes.Equal(got, unhex(t, test.want)) {
			t.Errorf("%s: %x, error %v, want %s", test.name, got, err, test.want)
		}
	}
}

func TestDecodeWhatOthersWrite(t *testing.T) {
	tests := []struct {
		name, blob string
		want       orb.Geometry
		srs        int32
		envelope   Envelope
		filled     bool
	}{
		{"big-endian point", "4750 00 00 000010e6 00 00000001 3ff0000000000000 4000000000000000", orb.Point{1, 2}, 4326, Envelope{1, 1, 2, 2}, true},
		{"point with height", "4750 00 01 e6100000 01 e9030000 000000000000f03f 0000000000000040 0000000000000840", orb.Point{1, 2}, 4326, Envelope{1, 1, 2, 2}, true},
		{"empty point", "4750 00 11 e6100000 01 01000000 000000000000f87f 000000000000f87f", orb.MultiPoint{}, 4326, Envelope{}, false},
		{"line without envelope", "4750 00 01 ffffffff 01 02000000 02000000 000000000000f03f 0000000000001040 0000000000000840 0000000000000040",
			orb.LineString{{1, 4}, {3, 2}}, -1, Envelope{1, 3, 2, 4}, true},
		{"line with a wide envelope", "4750 00 05 e6100000 000000000000f03f 0000000000000840 0000000000000040 0000000000001040 0000000000000000 0000000000000000" +
			"01 ea030000 02000000 000000000000f03f 0000000000001040 0000000000000000 0000000000000840 0000000000000040 0000000000000000",
			orb.LineString{{1, 4}, {3, 2}}, 4326, Envelope{1, 3, 2, 4}, true},
	}
	for _, test := range tests {
		blob := unhex(t, test.blob)
		got, srs, err := Decode(blob)
		if err != nil || srs != test.srs || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v in %d, error %v", test.name, got, srs, err)
		}
		envelope, filled, err := EnvelopeOf(blob)
		if err != nil || envelope != test.envelope || filled != test.filled {
			t.Errorf("%s: envelope %v, %v, error %v", test.name, envelope, filled, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, blob := range map[string]string{
		"nothing": "", "other magic": "4751 00 01 e6100000 01 01000000 000000000000f03f 0000000000000040",
		"later version": "4750 01 01 e6100000 01 01000000 000000000000f03f 0000000000000040", "extended type": "4750 00 21 e6100000 01 01000000",
		"envelope of no kind": "4750 00 0b e6100000", "envelope cut off": "4750 00 03 e6100000 000000000000f03f",
		"cut point": "4750 00 01 e6100000 01 01000000 000000000000f03f", "unknown type": "4750 00 01 e6100000 01 63000000 00000000",
		"four thousand million points": "4750 00 01 e6100000 01 02000000 ffffffff 000000000000f03f 0000000000000040",
		"four thousand million parts":  "4750 00 01 e6100000 01 06000000 ffffffff", "rubbish behind": "4750 00 01 e6100000 01 01000000 000000000000f03f 0000000000000040 00",
		"deep nesting": "4750 00 01 e6100000" + strings.Repeat("01 07000000 01000000", 100),
	} {
		if geometry, _, err := Decode(unhex(t, blob)); err == nil {
			t.Errorf("%s: %v", name, geometry)
		}
	}
	for _, geometry := range []orb.Geometry{orb.Point{math.NaN(), 0}, orb.LineString{{0, 0}, {math.Inf(1), 0}}, orb.Collection{}, orb.Bound{}} {
		if _, err := Encode(geometry); err == nil {
			t.Errorf("%v is encoded", geometry)
		}
	}
}

// anyGeometry draws geometry of every type that we store; every list has at least one member, so that nothing is empty.
func anyGeometry() *rapid.Generator[orb.Geometry] {
	point := rapid.Custom(func(t *rapid.T) orb.Point {
		return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
	})
	points := rapid.SliceOfN(point, 1, 9)
	ring := rapid.Map(points, func(p []orb.Point) orb.Ring { return p })
	polygon := rapid.Map(rapid.SliceOfN(ring, 1, 3), func(r []orb.Ring) orb.Polygon { return r })
	return rapid.OneOf(
		rapid.Map(point, func(p orb.Point) orb.Geometry { return p }),
		rapid.Map(points, func(p []orb.Point) orb.Geometry { return orb.LineString(p) }),
		rapid.Map(points, func(p []orb.Point) orb.Geometry { return orb.MultiPoint(p) }),
		rapid.Map(polygon, func(p orb.Polygon) orb.Geometry { return p }),
		rapid.Map(rapid.SliceOfN(points, 1, 3), func(lines [][]orb.Point) orb.Geometry {
			out := orb.MultiLineString{}
			for _, line := range lines {
				out = append(out, line)
			}
			return out
		}),
		rapid.Map(rapid.SliceOfN(polygon, 1, 3), func(p []orb.Polygon) orb.Geometry { return orb.MultiPolygon(p) }),
	)
}

func TestRoundTripProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		geometry := anyGeometry().Draw(t, "geometry")
		blob, err := Encode(geometry)
		if err != nil {
			t.Fatal(err)
		}
		got, srs, err := Decode(blob)
		if err != nil || srs != WGS84 || !reflect.DeepEqual(got, geometry) {
			t.Fatalf("got %v in %d, error %v, want %v", got, srs, err, geometry)
		}
		bound := geometry.Bound()
		envelope, ok, err := EnvelopeOf(blob)
		if want := (Envelope{bound.Min[0], bound.Max[0], bound.Min[1], bound.Max[1]}); err != nil || !ok || envelope != want {
			t.Fatalf("envelope %v, %v, error %v, want %v", envelope, ok, err, want)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, geometry := range []orb.Geometry{orb.Point{1, 2}, orb.LineString{{1, 2}, {3, 4}}, orb.MultiPolygon{{{{0, 0}, {1, 0}, {0, 1}, {0, 0}}}}, orb.MultiPoint{}} {
		blob, err := Encode(geometry)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(blob)
	}
	f.Fuzz(func(t *testing.T, blob []byte) {
		geometry, _, err := Decode(blob)
		if _, _, envelopeErr := EnvelopeOf(blob); envelopeErr != nil && err == nil {
			t.Fatalf("the envelope of %v cannot be read: %v", geometry, envelopeErr)
		}
		if err != nil {
			if geometry != nil {
				t.Fatalf("both geometry %v and error %v", geometry, err)
			}
			return
		}
		again, err := Encode(geometry)
		if err != nil {
			return // coordinates that are not numbers
		}
		back, _, err := Decode(again)
		if err != nil || !reflect.DeepEqual(back, geometry) {
			t.Fatalf("%v becomes %v, error %v", geometry, back, err)
		}
	})
}

func TestErrorsCanBeTold(t *testing.T) {
	if _, _, err := Decode([]byte("no geometry")); !errors.Is(err, ErrNotGeometry) {
		t.Error(err)
	}
}
