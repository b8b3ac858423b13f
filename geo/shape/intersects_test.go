package shape

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestIntersects(t *testing.T) {
	square := orb.Polygon{{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}}
	ring := orb.Polygon{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}, {{3, 3}, {3, 6}, {6, 6}, {6, 3}, {3, 3}}}
	for name, test := range map[string]struct {
		a, b orb.Geometry
		want bool
	}{
		"point inside":        {square, orb.Point{1, 1}, true},
		"point on the border": {square, orb.Point{2, 1}, true},
		"point outside":       {square, orb.Point{3, 1}, false},
		"point in the hole":   {ring, orb.Point{4, 4}, false},
		"box in the hole":     {ring, orb.Bound{Min: orb.Point{4, 4}, Max: orb.Point{5, 5}}, false},
		"box around":          {square, orb.Bound{Min: orb.Point{-1, -1}, Max: orb.Point{9, 9}}, true},
		"touching corners":    {square, orb.Bound{Min: orb.Point{2, 2}, Max: orb.Point{3, 3}}, true},
		"line passing by":     {square, orb.LineString{{0, 3}, {3, 0.5}, {3, 3}}, true},
		"line around":         {square, orb.LineString{{-1, 3}, {3, 3}, {3, -1}}, false},
		"nothing":             {square, nil, false},
		"flat box":            {square, orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{1, 1}}, true},
	} {
		for _, pair := range [][2]orb.Geometry{{test.a, test.b}, {test.b, test.a}} {
			if got, err := Intersects(pair[0], pair[1]); err != nil || got != test.want {
				t.Errorf("%s: %v, %v; want %v", name, got, err, test.want)
			}
		}
	}
}
