package server

import (
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

func TestFirstViewLeavesOutWhatIsElsewhere(t *testing.T) {
	whole := &[4]float64{1, 2, 3, 4} // of all layers, borders too
	village := func(lon, lat float64) coverage.Settlement { return coverage.Settlement{Point: orb.Point{lon, lat}} }
	grid := func(extra ...coverage.Settlement) *coverage.County {
		c := &coverage.County{Settlements: extra}
		for i := range 40 {
			c.Settlements = append(c.Settlements, village(89+float64(i%8)*0.1, 42+float64(i/8)*0.1))
		}
		return c
	}
	for name, test := range map[string]struct {
		county *coverage.County
		view   [4]float64
		far    int
	}{
		"empty":              {&coverage.County{}, *whole, 0},
		"one place":          {&coverage.County{Settlements: []coverage.Settlement{village(89, 42)}}, *whole, 0},
		"together":           {grid(), *whole, 0},
		"a remote village":   {grid(village(90.6, 43.2)), *whole, 0},
		"Beijing":            {grid(village(116.4, 39.9)), [4]float64{89, 42, 89.7, 42.4}, 1},
		"zero and exchanged": {grid(village(0, 0), village(42.1, 89.2)), [4]float64{89, 42, 89.7, 42.4}, 2},
	} {
		view, far := firstView(test.county, whole)
		if far != test.far || !closeTo(orb.Point{view[2], view[3]}, test.view) || view[0] != test.view[0] || view[1] != test.view[1] {
			t.Errorf("%s: view %v, %d far; want %v, %d", name, *view, far, test.view, test.far)
		}
	}
}

// closeTo allows for sums of tenths.
func closeTo(corner orb.Point, box [4]float64) bool {
	const dust = 1e-9
	return corner[0] > box[2]-dust && corner[0] < box[2]+dust && corner[1] > box[3]-dust && corner[1] < box[3]+dust
}
