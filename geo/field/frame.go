package field

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// Bounds of the grid: nodes kept, and tiles laid out whether kept or not.
const (
	targetNodes = 1 << 16
	maxNodes    = 1 << 26
	maxTiles    = 1 << 22
)

// middle returns the default reference: the middle of the input, rounded to 0.01°.
func middle(in *Input) orb.Point {
	low, high := orb.Point{math.Inf(1), math.Inf(1)}, orb.Point{math.Inf(-1), math.Inf(-1)}
	extend := func(p orb.Point) {
		low = orb.Point{min(low[0], p[0]), min(low[1], p[1])}
		high = orb.Point{max(high[0], p[0]), max(high[1], p[1])}
	}
	for i := range in.Edges {
		for _, p := range in.Edges[i].Line {
			extend(p)
		}
	}
	for _, s := range in.Sites {
		extend(s.Point)
	}
	if low[0] > high[0] {
		return orb.Point{}
	}
	c := orb.Bound{Min: low, Max: high}.Center()
	return orb.Point{math.Round(c[0]*100) / 100, math.Round(c[1]*100) / 100}
}

// chooseStep returns the grid step for a reached area: the wanted one if there is one, else as fine as a fifth of the longest straight
// walk (at most 10 m) while there are no more than targetNodes nodes, else coarser, up to a fifth of the walk; beyond that only where
// maxNodes would be passed.
func chooseStep(areaM2, wanted, capM float64) (float64, error) {
	if wanted > 0 {
		if areaM2/(wanted*wanted) > maxNodes {
			return 0, fmt.Errorf("a grid step of %v m is too fine for %.0f km²: take a coarser step", wanted, areaM2/1e6)
		}
		return wanted, nil
	}
	finest := max(1, min(10, capM/5))
	coarsest := max(finest, capM/5)
	for _, factor := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20, 30, 40, 50, 75, 100} {
		step := finest * factor
		if step >= coarsest {
			break
		}
		if areaM2/(step*step) <= targetNodes {
			return step, nil
		}
	}
	step := coarsest
	for areaM2/(step*step) > maxNodes {
		step *= 2
	}
	if step > 2*capM {
		return 0, fmt.Errorf("%.0f km² are too much for straight walks of at most %v m: compute them in parts", areaM2/1e6, capM)
	}
	return step, nil
}

// reachedArea estimates from above the area within reach, by counting coarse cells.
func reachedArea(segments []segment, capM float64) float64 {
	low, high, ok := extent(segments)
	if !ok {
		return 0
	}
	const cells = 256
	size := max(capM, (high.X-low.X)/cells, (high.Y-low.Y)/cells) + roundingM
	var seen [(cells + 1) * (cells + 1)]bool
	count := 0
	for i := range segments {
		a, b := segments[i].low, segments[i].high
		for y := int((a.Y - low.Y) / size); y <= int((b.Y-low.Y)/size); y++ {
			for x := int((a.X - low.X) / size); x <= int((b.X-low.X)/size); x++ {
				if at := y*(cells+1) + x; !seen[at] {
					seen[at] = true
					count++
				}
			}
		}
	}
	return float64(count) * size * size
}

func extent(segments []segment) (low, high geo.XY, ok bool) {
	low, high = geo.XY{X: math.Inf(1), Y: math.Inf(1)}, geo.XY{X: math.Inf(-1), Y: math.Inf(-1)}
	for i := range segments {
		a, b := segments[i].low, segments[i].high
		low = geo.XY{X: min(low.X, a.X), Y: min(low.Y, a.Y)}
		high = geo.XY{X: max(high.X, b.X), Y: max(high.Y, b.Y)}
	}
	return low, high, len(segments) > 0
}

// layOut makes room for the tiles of a box on the plane.
func (g *grid) layOut(low, high geo.XY) error {
	size := g.step * tileNodes
	g.tileI, g.tileJ = int(math.Floor(low.X/size)), int(math.Floor(low.Y/size))
	g.tilesX, g.tilesY = int(math.Floor(high.X/size))-g.tileI+1, int(math.Floor(high.Y/size))-g.tileJ+1
	if g.tilesX > maxTiles || g.tilesY > maxTiles || g.tilesX*g.tilesY > maxTiles {
		return fmt.Errorf("a grid step of %v m is too fine for an area of %.0f × %.0f km", g.step, (high.X-low.X)/1000, (high.Y-low.Y)/1000)
	}
	g.tiles = make([]*tile, g.tilesX*g.tilesY)
	return nil
}
