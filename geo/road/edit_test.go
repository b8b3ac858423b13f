package road

import (
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// northOf is a place metres north and east of a letter.
func (d *drawing) off(letter byte, east, north float64) orb.Point {
	p := d.at[letter]
	return orb.Point{p[0] + east/81380, p[1] + north/111195} // at 42.95° north
}

func TestEditsOnDrawnMaps(t *testing.T) {
	const banks = `
a---b---c


d---e---f
`
	residential := Tags{"highway": "residential"}
	for name, test := range map[string]struct {
		drawn    string
		edits    func(d *drawing) Edits
		from, to byte
		want     int
	}{
		"closed road": {"a---b---c\n|       |\nd-------f", func(d *drawing) Edits { return Edits{Close: []int64{d.ways["ab"].ID}} }, 'a', 'c', 240},
		"slower road": {"a---b---c", func(d *drawing) Edits { return Edits{Speeds: []SpeedEdit{{d.ways["ab"].ID, 1.8}}} }, 'a', 'c', 240},
		"faster road": {"a---b---c", func(d *drawing) Edits { return Edits{Speeds: []SpeedEdit{{d.ways["ab"].ID, 36}}} }, 'a', 'c', 88},
		"new bridge": {banks, func(d *drawing) Edits {
			return Edits{Add: []NewRoad{{"桥", orb.LineString{d.at['a'], d.at['d']}, residential}}}
		}, 'b', 'e', 220},
		"ends near by": {banks, func(d *drawing) Edits {
			return Edits{Add: []NewRoad{{"桥", orb.LineString{d.off('a', 40, -5), d.off('d', 40, 5)}, residential}}}
		}, 'b', 'e', 40 + 60 + 40},
		"ends too far": {banks, func(d *drawing) Edits {
			return Edits{Add: []NewRoad{{"路", orb.LineString{d.off('a', 40, -5), d.off('d', 40, 28)}, residential}}}
		}, 'b', 'e', -1},
		"meets in between": {banks, func(d *drawing) Edits {
			return Edits{Add: []NewRoad{{"路", orb.LineString{d.off('a', 40, 30), d.off('d', 40, -30)}, residential}}}
		}, 'b', 'e', 40 + 60 + 40},
		"passes over": {banks, func(d *drawing) Edits {
			return Edits{Add: []NewRoad{{"桥", orb.LineString{d.off('a', 40, 30), d.off('d', 40, -30)}, Tags{"highway": "residential", "bridge": "yes"}}}}
		}, 'b', 'e', -1},
		"two that join": {banks, func(d *drawing) Edits {
			middle := d.off('a', 0, -30)
			return Edits{Add: []NewRoad{{"", orb.LineString{d.at['a'], middle}, residential}, {"", orb.LineString{middle, d.at['d']}, residential}}}
		}, 'b', 'e', 220},
		"barrier line": {"a---b---c", func(d *drawing) Edits {
			return Edits{Lines: []orb.LineString{{d.off('a', 40, 20), d.off('a', 40, -20)}}}
		}, 'a', 'c', -1},
		"this side of it": {"a---b---c", func(d *drawing) Edits {
			return Edits{Lines: []orb.LineString{{d.off('a', 40, 20), d.off('a', 40, -20)}}}
		}, 'b', 'c', 80},
		"closed area": {"a---b---c", func(d *drawing) Edits {
			return Edits{Areas: []orb.Polygon{{{d.off('b', -10, -10), d.off('b', 10, -10), d.off('b', 10, 10), d.off('b', -10, 10), d.off('b', -10, -10)}}}}
		}, 'a', 'c', -1},
		"area beside": {"a---b---c", func(d *drawing) Edits {
			return Edits{Areas: []orb.Polygon{{{d.off('b', -10, 10), d.off('b', 10, 10), d.off('b', 10, 20), d.off('b', -10, 20), d.off('b', -10, 10)}}}}
		}, 'a', 'c', 160},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, test.drawn, nil)
			before := d.network.Digest()
			edited, err := d.network.Edit(test.edits(d))
			if err != nil {
				t.Fatal(err)
			}
			again, err := d.network.Edit(test.edits(d))
			if err != nil || !reflect.DeepEqual(edited, again) {
				t.Errorf("editing twice gives two networks (%v)", err)
			}
			if d.network.Digest() != before || edited.Digest() == before {
				t.Error("the old network changed, or the new one has its digest")
			}
			graph := buildWith(t, edited, plainProfile(t, "foot", ""))
			if got := graph.seconds(t, d.place(test.from), d.place(test.to)); got != test.want {
				t.Errorf("%c to %c takes %d s, want %d", test.from, test.to, got, test.want)
			}
		})
	}
}

// A road that is cut does not end on the line, where it could be walked to from the other side.
func TestNobodyLeavesAClosedArea(t *testing.T) {
	for r := 5.0; r < 9.5; r += 0.125 {
		d := draw(t, "a---b---c", nil)
		corner := func(x, y float64) orb.Point { return snapTo7(d.off('b', x, y)) } // of the precision of cut ends
		edited, err := d.network.Edit(Edits{Areas: []orb.Polygon{{{corner(-r, -r), corner(r, -r), corner(r, r), corner(-r, r), corner(-r, -r)}}}})
		if err != nil {
			t.Fatal(err)
		}
		graph := buildWith(t, edited, plainProfile(t, "foot", ""))
		for _, to := range []byte{'a', 'c'} {
			if got := graph.seconds(t, d.place('b'), d.place(to)); got != -1 {
				t.Errorf("closed within %g m: at %c in %d s", r, to, got)
			}
		}
	}
}

func TestEditErrorsSayWhich(t *testing.T) {
	d := draw(t, "a---b", nil)
	for want, edits := range map[string]Edits{
		"way 99":     {Close: []int64{99}},
		"way 98":     {Speeds: []SpeedEdit{{98, 5}}},
		"speed is":   {Speeds: []SpeedEdit{{d.ways["ab"].ID, -5}}},
		"two points": {Add: []NewRoad{{"x", orb.LineString{d.at['a']}, Tags{"highway": "footway"}}}},
		"highway":    {Add: []NewRoad{{"x", orb.LineString{d.at['a'], d.at['b']}, nil}}},
		"barrier 1":  {Lines: []orb.LineString{{d.at['a']}}},
		"swapped":    {Add: []NewRoad{{"x", orb.LineString{{42, 89}, {43, 189}}, Tags{"highway": "footway"}}}},
	} {
		if _, err := d.network.Edit(edits); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
}
