package geo_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/geo"
)

// Published: Shanghai–Beijing of the eviltransform tests on R = 6378137; areas by PROJ's geodesic (GeographicLib) with edges densified
// along straight lon/lat.
func TestMeasuresAgainstPublished(t *testing.T) {
	got := geo.Distance(orb.Point{121.531541859215, 31.17530398364597}, orb.Point{116.38404722455657, 39.91334545536069}) * 6378137 / geo.EarthRadiusM
	if math.Abs(got-1078164) > 1 {
		t.Errorf("Shanghai–Beijing %.1f m, published 1078164", got)
	}
	for _, row := range []struct {
		ring orb.Ring
		want float64
		rel  float64
	}{
		{orb.Ring{{89, 43}, {89.01, 43}, {89.01, 43.01}, {89, 43.01}}, 905788.2590322495, 1e-9},
		{dense(orb.Ring{{88.5, 41.5}, {90, 41.5}, {90.2, 43.5}, {88.4, 43.1}}), 27056251214.571495, 1e-6},
	} {
		if got := geo.Area(orb.Polygon{row.ring}); math.Abs(got/row.want-1) > row.rel {
			t.Errorf("area %.6f, PROJ %.6f", got, row.want)
		}
	}
}

func dense(ring orb.Ring) orb.Ring {
	var out orb.Ring
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		for k := range 1000 {
			s := float64(k) / 1000
			out = append(out, orb.Point{a[0] + s*(b[0]-a[0]), a[1] + s*(b[1]-a[1])})
		}
	}
	return out
}

func TestAreaTakesHolesOffAndIgnoresWinding(t *testing.T) {
	outer := orb.Ring{{89, 43}, {89.1, 43}, {89.1, 43.1}, {89, 43.1}, {89, 43}}
	hole := orb.Ring{{89.02, 43.02}, {89.04, 43.02}, {89.04, 43.04}, {89.02, 43.04}, {89.02, 43.02}}
	want := geo.Area(orb.Polygon{outer}) - geo.Area(orb.Polygon{hole})
	for range 2 {
		if got := geo.MultiArea(orb.MultiPolygon{{outer, hole}}); math.Abs(got-want) > 1e-3 {
			t.Errorf("area with hole %f, want %f", got, want)
		}
		hole.Reverse()
	}
	if got := geo.Area(nil); got != 0 {
		t.Errorf("no rings: %f", got)
	}
}

func TestPlaneAgreesWithDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := orb.Point{rapid.Float64Range(-179, 179).Draw(t, "lon"), rapid.Float64Range(-70, 70).Draw(t, "lat")}
		near := orb.Point{at[0] + rapid.Float64Range(-0.05, 0.05).Draw(t, "dx"), at[1] + rapid.Float64Range(-0.05, 0.05).Draw(t, "dy")}
		plane := geo.NewPlane(at)
		xy := plane.To(near)
		if d := geo.Distance(at, near); math.Abs(xy.Length()-d) > 1e-3+0.003*d {
			t.Fatalf("%v to %v: plane %f, sphere %f", at, near, xy.Length(), d)
		}
		if back := plane.From(xy); math.Abs(back[0]-near[0])+math.Abs(back[1]-near[1]) > 1e-12 {
			t.Fatalf("%v came back as %v", near, back)
		}
	})
}

func TestFootIsNearest(t *testing.T) {
	coordinate := rapid.Float64Range(-1000, 1000)
	rapid.Check(t, func(t *rapid.T) {
		xy := func(name string) geo.XY { return geo.XY{X: coordinate.Draw(t, name), Y: coordinate.Draw(t, name)} }
		p, a, b := xy("p"), xy("a"), xy("b")
		share, distance := geo.Foot(p, a, b)
		for s := 0.0; s <= 1; s += 1.0 / 64 {
			at := geo.XY{X: a.X + s*(b.X-a.X), Y: a.Y + s*(b.Y-a.Y)}
			if d := p.Sub(at).Length(); d < distance-1e-9 {
				t.Fatalf("share %f has distance %f, but share %f has %f", share, distance, s, d)
			}
		}
	})
	if share, distance := geo.Foot(geo.XY{X: 3, Y: 4}, geo.XY{}, geo.XY{}); share != 0 || distance != 5 {
		t.Errorf("a segment without length: share %f, distance %f", share, distance)
	}
}

func TestFootOnLine(t *testing.T) {
	line := orb.LineString{{89, 43}, {89.01, 43}, {89.01, 43.01}}
	foot, ok := geo.FootOnLine(orb.Point{89.012, 43.005}, line)
	if !ok || foot.Segment != 1 || math.Abs(foot.Share-0.5) > 1e-9 || math.Abs(foot.DistanceM-162.6) > 0.5 {
		t.Errorf("foot %+v", foot)
	}
	if _, ok := geo.FootOnLine(orb.Point{}, nil); ok {
		t.Error("an empty line has a foot")
	}
	if foot, ok := geo.FootOnLine(orb.Point{89, 43.001}, line[:1]); !ok || foot.Point != line[0] {
		t.Errorf("a line of one point: %+v", foot)
	}
}

func TestIndexFindsWhatBruteForceFinds(t *testing.T) {
	side := rapid.Float64Range(-10, 10)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) orb.Bound {
			return orb.MultiPoint{{side.Draw(t, name), side.Draw(t, name)}, {side.Draw(t, name), side.Draw(t, name)}}.Bound()
		}
		var index geo.Index[int]
		var boxes []orb.Bound
		for i := range rapid.IntRange(0, 60).Draw(t, "n") {
			boxes = append(boxes, draw("box"))
			index.Insert(boxes[i], i)
		}
		if len(boxes) > 3 {
			index.Delete(boxes[2], 2)
		}
		query := draw("query")
		var want, got []int
		for i, b := range boxes {
			if b.Intersects(query) && (i != 2 || len(boxes) <= 3) {
				want = append(want, i)
			}
		}
		index.Search(query, func(i int) bool { got = append(got, i); return true })
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("found %v, want %v", got, want)
		}
	})
}
