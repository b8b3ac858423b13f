package demo

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// tiling divides a convex area into one cell per site, each the part nearest to its site, with winding borders. Neighbours share
// exactly the same border points, so that any cells can be joined without gap or overlap.
type tiling struct {
	corners []orb.Point
	cells   [][]int                   // corner numbers of each cell, counterclockwise
	borders map[[2]int]orb.LineString // border between two corners, lower number first
}

// cornerMerge is the distance in metres below which two computed corners are the same one.
const cornerMerge = 1.0

func newTiling(r *rand.Rand, sites []orb.Point, outline orb.Ring) *tiling {
	t := &tiling{borders: map[[2]int]orb.LineString{}}
	for i := range sites {
		t.cells = append(t.cells, t.number(cellOf(i, sites, outline)))
	}
	for _, cell := range t.cells {
		for i, a := range cell {
			t.drawBorder(r, a, cell[(i+1)%len(cell)])
		}
	}
	for t.straighten() {
	}
	return t
}

// cellOf cuts the outline by the bisector to every other site, nearest first.
func cellOf(site int, sites []orb.Point, outline orb.Ring) []orb.Point {
	others := slices.Clone(sites)
	slices.SortStableFunc(others, func(a, b orb.Point) int {
		return cmp.Compare(distance(a, sites[site]), distance(b, sites[site]))
	})
	cell := slices.Clone([]orb.Point(outline))
	for _, other := range others[1:] { // the first is the site itself
		cell = nearerPart(cell, sites[site], other)
	}
	return cell
}

// nearerPart keeps the part of a convex ring that is nearer to site than to other.
func nearerPart(ring []orb.Point, site, other orb.Point) []orb.Point {
	middle := onTheWay(site, other, 0.5)
	toward := subtract(other, site)
	beyond := func(p orb.Point) float64 { return (p[0]-middle[0])*toward[0] + (p[1]-middle[1])*toward[1] }
	var kept []orb.Point
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		da, db := beyond(a), beyond(b)
		if da <= 0 {
			kept = append(kept, a)
		}
		if (da < 0 && db > 0) || (da > 0 && db < 0) {
			kept = append(kept, onTheWay(a, b, da/(da-db)))
		}
	}
	return kept
}

// number replaces points by the numbers of corners, merging those that coincide.
func (t *tiling) number(ring []orb.Point) []int {
	var cell []int
	for _, p := range ring {
		at := slices.IndexFunc(t.corners, func(c orb.Point) bool { return distance(c, p) < cornerMerge })
		if at < 0 {
			at = len(t.corners)
			t.corners = append(t.corners, p)
		}
		if len(cell) == 0 || (cell[len(cell)-1] != at && cell[0] != at) {
			cell = append(cell, at)
		}
	}
	return cell
}

func (t *tiling) drawBorder(r *rand.Rand, a, b int) {
	key := [2]int{min(a, b), max(a, b)}
	if _, drawn := t.borders[key]; !drawn {
		t.borders[key] = winding{rough: 0.05, step: 350, most: 200}.line(r, t.corners[key[0]], t.corners[key[1]])
	}
}

// straighten makes straight those borders of a cell that wind across each other near a sharp corner. It reports whether it found any.
func (t *tiling) straighten() (changed bool) {
	for _, cell := range t.cells {
		sides := make([][2]int, len(cell))
		for i, a := range cell {
			b := cell[(i+1)%len(cell)]
			sides[i] = [2]int{min(a, b), max(a, b)}
		}
		for i, side := range sides {
			for _, other := range sides[:i] {
				if touch(t.borders[side], t.borders[other]) {
					t.borders[side] = orb.LineString{t.corners[side[0]], t.corners[side[1]]}
					t.borders[other] = orb.LineString{t.corners[other[0]], t.corners[other[1]]}
					changed = true
				}
			}
		}
	}
	return changed
}

// touch tells whether two lines cross somewhere.
func touch(a, b orb.LineString) bool {
	for i := 1; i < len(a); i++ {
		if len(crossings(b, a[i-1], a[i])) > 0 {
			return true
		}
	}
	return false
}

// border returns the points from corner a up to, but without, corner b.
func (t *tiling) border(a, b int) []orb.Point {
	line := slices.Clone(t.borders[[2]int{min(a, b), max(a, b)}])
	if a > b {
		slices.Reverse(line)
	}
	return line[:len(line)-1]
}

// join returns the area of some cells together. Outer rings run counterclockwise, holes clockwise.
func (t *tiling) join(cells []int) orb.MultiPolygon {
	next := t.outerSides(cells)
	var rings []orb.Ring
	starts := make([]int, 0, len(next))
	for a := range next {
		starts = append(starts, a)
	}
	slices.Sort(starts)
	for _, start := range starts {
		if ring := t.walk(next, start); ring != nil {
			rings = append(rings, ring)
		}
	}
	return nest(rings)
}

// outerSides maps each corner on the edge of the joined cells to the next one along it.
func (t *tiling) outerSides(cells []int) map[int]int {
	sides := map[[2]int]bool{}
	for _, c := range cells {
		for i, a := range t.cells[c] {
			sides[[2]int{a, t.cells[c][(i+1)%len(t.cells[c])]}] = true
		}
	}
	next := map[int]int{}
	for side := range sides {
		if !sides[[2]int{side[1], side[0]}] {
			next[side[0]] = side[1]
		}
	}
	return next
}

// walk follows the edge once around from start, consuming it; nil when it was consumed before.
func (t *tiling) walk(next map[int]int, start int) orb.Ring {
	var ring orb.Ring
	for a := start; ; {
		b, ok := next[a]
		if !ok {
			break
		}
		delete(next, a)
		ring = append(ring, t.border(a, b)...)
		a = b
	}
	if ring == nil {
		return nil
	}
	return append(ring, ring[0])
}

// nest puts every clockwise ring as a hole into the outer ring that holds it.
func nest(rings []orb.Ring) orb.MultiPolygon {
	var area orb.MultiPolygon
	for _, ring := range rings {
		if ring.Orientation() == orb.CCW {
			area = append(area, orb.Polygon{ring})
		}
	}
	for _, ring := range rings {
		if ring.Orientation() == orb.CCW {
			continue
		}
		for i := range area {
			if planar.RingContains(area[i][0], ring[0]) {
				area[i] = append(area[i], ring)
				break
			}
		}
	}
	return area
}

// onEarth converts an area of the plane to WGS-84.
func onEarth(area orb.MultiPolygon) orb.MultiPolygon {
	earth := area.Clone()
	for _, polygon := range earth {
		for _, ring := range polygon {
			for i := range ring {
				ring[i] = wgs84(ring[i])
			}
		}
	}
	return earth
}
