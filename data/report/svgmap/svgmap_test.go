package svgmap

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/geo"
)

func square() orb.Bound { return orb.Bound{Min: orb.Point{89, 42}, Max: orb.Point{90, 43}} }

func TestScaleIsTrueInTheMiddle(t *testing.T) {
	m := New(Options{ID: "m", Bound: square(), Width: 900, Height: 600})
	a, b := orb.Point{89.45, 42.5}, orb.Point{89.55, 42.52}
	ax, ay := m.xy(a)
	bx, by := m.xy(b)
	drawn, real := math.Hypot(bx-ax, by-ay), geo.Distance(a, b)*m.unitsPerM
	if math.Abs(drawn-real) > 0.01*real {
		t.Errorf("%.2f units drawn for %.2f", drawn, real)
	}
	for _, corner := range []orb.Point{square().Min, square().Max} {
		if x, y := m.xy(corner); !m.inside(x, y) {
			t.Errorf("corner %v falls outside the map: %.1f, %.1f", corner, x, y)
		}
	}
}

func TestLabelsDoNotCollide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := New(Options{ID: "m", Bound: square(), Width: 400, Height: 300})
		for range rapid.IntRange(1, 60).Draw(t, "labels") {
			p := orb.Point{rapid.Float64Range(89, 90).Draw(t, "lon"), rapid.Float64Range(42, 43).Draw(t, "lat")}
			m.Label(p, rapid.SampledFrom([]string{"1", "57", "老城街道", "Old Town"}).Draw(t, "text"), 10, false)
		}
		for i, a := range m.taken {
			for _, b := range m.taken[:i] {
				if a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 {
					t.Fatalf("labels collide: %+v %+v", a, b)
				}
			}
		}
	})
}

func TestHostileTextIsXML(t *testing.T) {
	bad := `"><script>alert(1)</script>&`
	m := New(Options{ID: "m", Label: bad, Bound: square(), Width: 400, Height: 300})
	m.Label(orb.Point{89.5, 42.5}, bad, 10, true)
	m.Place(orb.Point{89.2, 42.2}, Mark{Shape: Square, Size: 10, Fill: Blue, Letter: bad})
	svg := m.SVG(Frame{Legend: []LegendRow{{Text: bad}}, Notes: []string{bad}, Banner: bad, Corner: bad, North: bad})
	if strings.Contains(svg, "<script") {
		t.Error("the map carries a script")
	}
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
}
