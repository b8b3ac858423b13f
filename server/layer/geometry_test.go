package layer

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"
)

// Areas are written as orb's encoder writes them, byte for byte.
func TestGeometryIsWrittenAsTheLibraryDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(
			rapid.Float64(), rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1e-7, 1e15, -100}),
			rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.Int64Range(-180e6, 180e6).Draw(t, "millionths")) / 1e6 }),
		)
		ring := rapid.Custom(func(t *rapid.T) orb.Ring {
			return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point { return orb.Point{number.Draw(t, "x"), number.Draw(t, "y")} }), 0, 4).Draw(t, "ring")
		})
		polygon := rapid.Custom(func(t *rapid.T) orb.Polygon { return rapid.SliceOfN(ring, 0, 3).Draw(t, "polygon") })
		shapes := []orb.Geometry{
			polygon.Draw(t, "one"), orb.MultiPolygon(rapid.SliceOfN(polygon, 0, 3).Draw(t, "many")), orb.Point{number.Draw(t, "lon"), number.Draw(t, "lat")},
		}
		for _, shape := range shapes {
			want, err := geojson.NewGeometry(shape).MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			got, err := appendGeometry([]byte("before"), shape)
			if err != nil || string(got) != "before"+string(want) {
				t.Fatalf("written as %s (%v), the library writes %s", got, err, want)
			}
		}
	})
	if _, err := appendGeometry(nil, orb.Polygon{{{math.NaN(), 0}}}); err == nil {
		t.Error("writes what is not a number")
	}
}

func BenchmarkGeometry(b *testing.B) {
	ring := make(orb.Ring, 10_000)
	for i := range ring {
		ring[i] = orb.Point{math.Round(89e6+float64(i)*37) / 1e6, math.Round(43e6+float64(i)*11) / 1e6}
	}
	for b.Loop() {
		if _, err := appendGeometry(nil, orb.MultiPolygon{{ring}}); err != nil {
			b.Fatal(err)
		}
	}
}
