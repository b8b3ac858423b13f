package shape

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"lawcircle/geo"
)

// maxRepairPoints bounds the work and memory of a repair.
const maxRepairPoints = 2_000_000

var errStubborn = errors.New("the area still crosses itself after repair")

// MakeValid repairs an area. Each ring is cut where it crosses or touches itself; what is wound around an odd number of times is kept
// (both loops of a figure of eight stay), spikes and rings without area vanish, holes are taken out of their own polygon and
// overlapping polygons are united. A valid area only gets the winding of RFC 7946. O((n+k) log n) for n points and k crossings.
func MakeValid(m orb.MultiPolygon) (orb.MultiPolygon, error) {
	g, err := toGeom(m)
	if err != nil {
		return nil, fmt.Errorf("repairing an area: %w", err)
	}
	if guard("validating", func() error { return g.Validate() }) == nil {
		return fromGeom(g), nil
	}
	fixed, err := rebuild(m)
	if err != nil {
		return nil, fmt.Errorf("repairing an area: %w", err)
	}
	return settle(fixed)
}

// rebuild puts an area together from the simple loops of its rings.
func rebuild(m orb.MultiPolygon) (orb.MultiPolygon, error) {
	parts := make([]geom.Geometry, 0, len(m))
	for i, p := range m {
		part, err := repairPolygon(p)
		if err != nil {
			return nil, fmt.Errorf("polygon %d: %w", i, err)
		}
		parts = append(parts, part)
	}
	union, err := overlay("uniting the polygons", parts, geom.UnionMany)
	return fromGeom(union), err
}

// settle makes sure that a result is valid. Rounded crossing points can leave rings that overlap by the last bit; they are then brought
// together on ever coarser grids.
func settle(m orb.MultiPolygon) (orb.MultiPolygon, error) {
	if len(m) == 0 || Validate(m) == nil {
		return m, nil
	}
	for power := finestPower; power >= coarsestPower; power-- {
		snapped, err := rebuild(snap(m, power))
		if err == nil && Validate(snapped) == nil {
			return snapped, nil
		}
	}
	return nil, errStubborn
}

// snap rounds coordinates to a grid whose step is 2^-power of the largest one.
func snap(m orb.MultiPolygon, power int) orb.MultiPolygon { return snapTo(m, stepOf(extent(m), power)) }

// extent is the size of the largest coordinate.
func extent(m orb.MultiPolygon) float64 {
	box := m.Bound()
	return math.Max(math.Max(-box.Min[0], -box.Min[1]), math.Max(box.Max[0], box.Max[1]))
}

// stepOf is 2^-power of the power of two above the largest coordinate.
func stepOf(largest float64, power int) float64 {
	_, exponent := math.Frexp(largest)
	return math.Ldexp(1, exponent-power)
}

func snapTo(m orb.MultiPolygon, step float64) orb.MultiPolygon {
	out := m.Clone()
	for _, p := range out {
		for _, ring := range p {
			for i := range ring {
				ring[i] = orb.Point{math.Round(ring[i][0]/step) * step, math.Round(ring[i][1]/step) * step}
			}
		}
	}
	return out
}

func repairPolygon(p orb.Polygon) (geom.Geometry, error) {
	var area geom.Geometry
	for j, ring := range p {
		loops, err := repairRing(ring)
		if err != nil {
			return area, fmt.Errorf("ring %d: %w", j, err)
		}
		if j == 0 {
			area = loops
			continue
		}
		if area, err = overlay("taking out a hole", []geom.Geometry{area, loops}, pair(geom.Difference)); err != nil {
			return area, err
		}
	}
	return area, nil
}

// repairRing returns the places a ring is wound around an odd number of times.
func repairRing(ring orb.Ring) (geom.Geometry, error) {
	if len(ring) > maxRepairPoints {
		return geom.Geometry{}, fmt.Errorf("%d points are more than a repair may have (%d)", len(ring), maxRepairPoints)
	}
	loops, err := simpleLoops(tidyRing(ring), 0)
	if err != nil {
		return geom.Geometry{}, err
	}
	area := geom.Geometry{}
	for _, loop := range loops {
		if area, err = overlay("joining loops", []geom.Geometry{area, loop}, pair(geom.SymmetricDifference)); err != nil {
			return area, err
		}
	}
	return area, nil
}

// finestPower and coarsestPower bound the grids on which rounded crossings are brought together: 2^-43 to 2^-30 of the largest
// coordinate, in degrees a hundredth of a micrometre to a hundredth of a millimetre.
const finestPower, coarsestPower = 43, 30

// simpleLoops cuts a ring into loops without crossings. The crossing points are rounded, so a loop may still cross itself by the last
// bit: such a loop is brought to a grid and cut again, on a coarser grid each round.
func simpleLoops(ring orb.Ring, round int) ([]geom.Geometry, error) {
	var out []geom.Geometry
	for _, loop := range cutLoops(nodeRing(ring)) {
		g, err := toGeom(orb.MultiPolygon{{loop}})
		switch {
		case err != nil:
			return nil, err
		case guard("validating", func() error { return g.Validate() }) == nil:
			out = append(out, g)
		case finestPower-round < coarsestPower:
			return nil, errStubborn
		default:
			snapped := snap(orb.MultiPolygon{{loop}}, finestPower-round)[0][0]
			finer, err := simpleLoops(tidyRing(snapped), round+1)
			if err != nil {
				return nil, err
			}
			out = append(out, finer...)
		}
	}
	return out, nil
}

// nodeRing adds a point to a closed ring wherever two of its edges meet.
func nodeRing(ring orb.Ring) orb.Ring {
	edges := max(len(ring)-1, 0)
	var index geo.Index[int]
	for i := range edges {
		index.Insert(orb.MultiPoint{ring[i], ring[i+1]}.Bound(), i)
	}
	out := make(orb.Ring, 0, len(ring))
	for i := range edges {
		a, b := ring[i], ring[i+1]
		var cuts []orb.Point
		index.Search(orb.MultiPoint{a, b}.Bound(), func(j int) bool {
			if j != i {
				cuts = append(cuts, meet(a, b, ring[j], ring[j+1])...)
			}
			return true
		})
		slices.SortFunc(cuts, func(p, q orb.Point) int {
			return cmp.Or(cmp.Compare(alongEdge(a, b, p), alongEdge(a, b, q)), comparePoints(p, q))
		})
		out = append(out, a)
		for _, p := range cuts {
			if p != out[len(out)-1] && p != b {
				out = append(out, p)
			}
		}
	}
	if edges > 0 {
		out = append(out, ring[edges])
	}
	return out
}

// meet returns the points of edge a–b which edge c–d touches or crosses. Both edges get the same point to the last bit, whichever is asked
// first and whichever way they run: a ring that goes out and back along one line would leave slivers otherwise.
func meet(a, b, c, d orb.Point) []orb.Point {
	a, b = rising(a, b)
	c, d = rising(c, d)
	var touching []orb.Point
	for _, p := range []orb.Point{c, d} {
		if onEdge(a, b, p) {
			touching = append(touching, p)
		}
	}
	if len(touching) > 0 || onEdge(c, d, a) || onEdge(c, d, b) {
		return touching
	}
	if comparePoints(a, c) > 0 || a == c && comparePoints(b, d) > 0 {
		a, b, c, d = c, d, a, b
	}
	abc, abd, cda, cdb := side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
	if abc*abd >= 0 || cda*cdb >= 0 {
		return nil
	}
	t := cda / (cda - cdb)
	return []orb.Point{{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}}
}

func comparePoints(p, q orb.Point) int {
	return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]))
}

// rising orders the ends of an edge.
func rising(a, b orb.Point) (orb.Point, orb.Point) {
	if comparePoints(a, b) > 0 {
		return b, a
	}
	return a, b
}

func side(a, b, p orb.Point) float64 {
	return (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
}

func onEdge(a, b, p orb.Point) bool {
	return side(a, b, p) == 0 && p[0] >= math.Min(a[0], b[0]) && p[0] <= math.Max(a[0], b[0]) &&
		p[1] >= math.Min(a[1], b[1]) && p[1] <= math.Max(a[1], b[1])
}

func alongEdge(a, b, p orb.Point) float64 {
	return (p[0]-a[0])*(b[0]-a[0]) + (p[1]-a[1])*(b[1]-a[1])
}

// cutLoops takes a ring apart at every point it passes twice; loops of fewer than three places have no area and are dropped.
func cutLoops(ring orb.Ring) []orb.Ring {
	var loops []orb.Ring
	var path orb.Ring
	seen := map[orb.Point]int{}
	for _, p := range ring {
		if start, again := seen[p]; again {
			if len(path)-start >= 3 {
				loops = append(loops, append(slices.Clone(path[start:]), p))
			}
			for _, gone := range path[start+1:] {
				delete(seen, gone)
			}
			path = path[:start+1]
			continue
		}
		seen[p] = len(path)
		path = append(path, p)
	}
	return loops
}
