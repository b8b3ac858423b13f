package demo

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/coverage"
)

func TestCodesAgreeWithParentsAndKinds(t *testing.T) {
	units := divide(newLand()).units()
	known := map[string]coverage.Unit{}
	for _, u := range units {
		if _, twice := known[u.Code]; twice {
			t.Errorf("code %s is given twice", u.Code)
		}
		known[u.Code] = u
	}
	perLevel := map[coverage.UnitLevel]int{}
	for _, u := range units {
		perLevel[u.Level]++
		if got := coverage.LevelOfCode(u.Code); got != u.Level {
			t.Errorf("%s %s: level %d, the code says %d", u.Code, u.Name, u.Level, got)
		}
		if u.Code != prefectureCode && known[u.Parent].Level != u.Level-1 {
			t.Errorf("%s %s: parent %q is not a unit one level above", u.Code, u.Name, u.Parent)
		}
	}
	if perLevel[coverage.LevelTownship] != 14 || perLevel[coverage.LevelVillage] < 100 || perLevel[coverage.LevelVillage] > 140 {
		t.Errorf("units per level: %v", perLevel)
	}
}

// simple tells whether no two sides of a ring cross, by looking at every pair.
func simple(ring orb.Ring) bool {
	for i := 1; i < len(ring); i++ {
		for j := i + 1; j < len(ring); j++ {
			if _, _, crossed := meet(ring[i-1], ring[i], ring[j-1], ring[j]); crossed {
				return false
			}
		}
	}
	return true
}

func TestAreasAreValidAndTile(t *testing.T) {
	units := divide(newLand()).units()
	areaOf, children := map[string]float64{}, map[string]float64{}
	for _, u := range units {
		areaOf[u.Code] = planar.Area(u.Geometry)
		children[u.Parent] += areaOf[u.Code]
		if len(u.Geometry) != 1 {
			t.Errorf("%s %s lies in %d parts", u.Code, u.Name, len(u.Geometry))
		}
		for _, polygon := range u.Geometry {
			for i, ring := range polygon {
				if want := orb.CCW - orb.Orientation(2*min(i, 1)); ring.Orientation() != want || !ring.Closed() {
					t.Errorf("%s %s ring %d: orientation %d, closed %v", u.Code, u.Name, i, ring.Orientation(), ring.Closed())
				}
				if !simple(ring) {
					t.Errorf("%s %s ring %d crosses itself", u.Code, u.Name, i)
				}
			}
		}
	}
	for code, sum := range children {
		if areaOf[code] > 0 && (sum/areaOf[code] > 1+1e-9 || sum/areaOf[code] < 1-1e-9) {
			t.Errorf("the parts of %s cover %v of it", code, sum/areaOf[code])
		}
	}
}

// TestNoTwoVillagesShareGround throws points at the county; each must lie in exactly one village.
func TestNoTwoVillagesShareGround(t *testing.T) {
	d := divide(newLand())
	r := stream("test points")
	whole := d.tiles.join(allOf(d))
	bound := whole.Bound()
	for range 4000 {
		p := orb.Point{between(r, bound.Min[0], bound.Max[0]), between(r, bound.Min[1], bound.Max[1])}
		holders := 0
		for _, place := range d.places {
			if planar.MultiPolygonContains(place.area, p) {
				holders++
			}
		}
		want := 0
		if planar.MultiPolygonContains(whole, p) {
			want = 1
		}
		if holders != want {
			t.Fatalf("%v lies in %d villages, want %d", p, holders, want)
		}
	}
}

func allOf(d *division) []int {
	all := make([]int, len(d.places))
	for i := range all {
		all[i] = i
	}
	return all
}

func TestEveryPlaceHoldsItsMiddle(t *testing.T) {
	d := divide(newLand())
	for i, p := range d.places {
		if at, ok := d.placeAt(p.at); !ok || at != i {
			t.Errorf("the middle of %s %s lies in place %d", p.code, p.name, at)
		}
	}
}
