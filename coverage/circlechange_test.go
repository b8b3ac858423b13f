package coverage_test

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/coverage"
)

func square(x, y, side float64) orb.Polygon {
	return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
}

func TestSinceKeepsWhatIsTheSameOut(t *testing.T) {
	before := coverage.Circle{Area: orb.MultiPolygon{square(0, 0, 1), square(5, 0, 1), square(9, 0, 1)}}
	after := coverage.Circle{Area: orb.MultiPolygon{square(0, 0, 1), square(5, 0, 2), square(20, 0, 1)}}
	come, gone := after.Since(before)
	if !come.Equal(orb.MultiPolygon{square(5, 0, 2), square(20, 0, 1)}) {
		t.Errorf("come = %v", come)
	}
	if !gone.Equal(orb.MultiPolygon{square(5, 0, 1), square(9, 0, 1)}) {
		t.Errorf("gone = %v", gone)
	}
	if come, gone = after.Since(after); come != nil || gone != nil {
		t.Errorf("a circle differs from itself by %v and %v", come, gone)
	}
	hole := orb.Polygon{square(0, 0, 9)[0], square(3, 3, 1)[0]}
	come, _ = coverage.Circle{Area: orb.MultiPolygon{hole}}.Since(coverage.Circle{Area: orb.MultiPolygon{square(0, 0, 9)}})
	if len(come) != 1 {
		t.Errorf("a hole in the same outline goes unseen")
	}
}

// Taking away what is gone and adding what came turns the one circle into the other.
func TestSinceTellsTheWholeDifference(t *testing.T) {
	polygon := rapid.Custom(func(t *rapid.T) orb.Polygon {
		return square(float64(rapid.IntRange(0, 6).Draw(t, "x")), float64(rapid.IntRange(0, 2).Draw(t, "y")), float64(rapid.IntRange(1, 2).Draw(t, "side")))
	})
	area := rapid.SliceOfNDistinct(polygon, 0, 12, func(p orb.Polygon) orb.Bound { return p.Bound() })
	rapid.Check(t, func(t *rapid.T) {
		before, after := coverage.Circle{Area: area.Draw(t, "before")}, coverage.Circle{Area: area.Draw(t, "after")}
		come, gone := after.Since(before)
		have := map[orb.Bound]bool{}
		for _, p := range before.Area {
			have[p.Bound()] = true
		}
		for _, p := range gone {
			if !have[p.Bound()] {
				t.Fatalf("%v was never there", p)
			}
			delete(have, p.Bound())
		}
		for _, p := range come {
			if have[p.Bound()] {
				t.Fatalf("%v was there before", p)
			}
			have[p.Bound()] = true
		}
		if len(have) != len(after.Area) {
			t.Fatalf("%d polygons instead of %d", len(have), len(after.Area))
		}
	})
}
