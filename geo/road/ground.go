package road

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// groundNodes is the side of a tile of the ground, in places: a row is a word of bits.
const (
	groundBits  = 5
	groundNodes = 1 << groundBits
)

// ground is a grid of places StepM metres apart, each with its way onto the road. That way does not depend on any facility, so it is found
// once for a graph and serves every isochrone and every what-if from then on. At most mostTiles tiles are kept.
type ground struct {
	g     *Graph
	plane geo.Plane
	stepM float64
	most  float64  // stretch at the latitude of the road data farthest from the equator
	tiles sync.Map // tileAt → *groundTile
	kept  atomic.Int32
}

// mostTiles bounds the memory of a grid: a tile takes 20 to 30 kB. When there are more, all are found anew as they are needed.
const mostTiles = 4096

// tileAt names a tile: column and row.
type tileAt struct{ i, j int32 }

// groundTile holds the places of one tile by the edge that they go to.
type groundTile struct {
	spots  []spot                            // share after share, each by rows from the south-west
	slot   [groundNodes * groundNodes]uint16 // of every place in spots, by rows from the south-west; noSlot where there is no way
	shares []share
	rows   []shareRow // of the shares, one after the other
	all    placeSet   // of all shares
}

const noSlot = ^uint16(0)

// spot is a place's way onto the road, packed.
type spot struct {
	edge int32
	// Milliseconds from the place to where one comes out of the edge ahead, and back, the walk onto it included. In a closed direction the
	// time counts where the other one begins, for who stands there stands at the junction; elsewhere it means nothing.
	aheadMs, backMs int32
	legMs           int32 // of these for the walk
}

// share is what an edge has of a tile.
type share struct {
	edge                  int32
	atStart               bool // of a one-way edge: see exitsOf
	aheadLeast, aheadMost int32
	backLeast, backMost   int32
	firstRow, beyondRow   uint16 // in groundTile.rows
	firstSpot             uint16 // in groundTile.spots
}

// shareRow is a row of a share: bit i is column i.
type shareRow struct {
	row     int32
	columns uint32
}

// groundSteps are the spacings in metres that are used: coarse enough for the size of the area, few enough to be shared.
var groundSteps = [...]float64{20, 40, 80, 160, 320, 640}

// reachSteps is about how many steps of the grid one travels within the limit where it goes fastest.
const reachSteps = 512

// finestStep is where the choice among groundSteps begins for a limit: nearest, as a ratio, to the way travelled on the fastest road by
// reachSteps. On foot that is 20 m up to two hours; by car 40 m for 10 minutes, as Valhalla's cells are.
func (p *Profile) finestStep(limitMs uint32) int {
	fastest := 0.0
	for _, kmh := range p.Speeds {
		fastest = max(fastest, kmh)
	}
	wanted := fastest / 3600 * float64(limitMs) / reachSteps
	for i, step := range groundSteps {
		if wanted < step*math.Sqrt2 {
			return i
		}
	}
	return len(groundSteps) - 1
}

// groundOf returns the graph's grid of a spacing. Its origin is fixed by the graph, so that all areas of a graph lie on the same grid.
func (g *Graph) groundOf(stepM float64) *ground {
	if known, ok := g.grounds.Load(stepM); ok {
		return known.(*ground)
	}
	bounds := g.Bounds()
	a := &ground{g: g, plane: geo.NewPlane(bounds.Center()), stepM: stepM}
	a.most = a.stretch(math.Max(math.Abs(bounds.Min[1]), math.Abs(bounds.Max[1])))
	made, _ := g.grounds.LoadOrStore(stepM, a)
	return made.(*ground)
}

// place is where a node of the grid lies; i and j may be fractions.
func (a *ground) place(i, j float64) orb.Point {
	return a.plane.From(geo.XY{X: i * a.stepM, Y: j * a.stepM})
}

// stretch is plane metres per metre on the ground, east–west at a latitude: away from the plane's own latitude they are longer or shorter.
func (a *ground) stretch(lat float64) float64 {
	here := math.Cos(a.plane.Reference()[1] * math.Pi / 180)
	return math.Max(1, here/math.Max(math.Cos(lat*math.Pi/180), 0.01))
}

// tileOf is the tile of a node, and the node's number there.
func tileOf(i, j int) (at tileAt, number int) {
	return tileAt{int32(i >> groundBits), int32(j >> groundBits)}, j&(groundNodes-1)<<groundBits | i&(groundNodes-1)
}

// tile finds the ways onto the road of a tile's places, or returns them when they are known.
func (a *ground) tile(at tileAt) *groundTile {
	if known, ok := a.tiles.Load(at); ok {
		return known.(*groundTile)
	}
	var spots [groundNodes * groundNodes]spot
	for row := 0; row < groundNodes; row += blockNodes {
		for column := 0; column < groundNodes; column += blockNodes {
			a.findBlock(at, row, column, &spots)
		}
	}
	t := a.g.gather(&spots)
	if a.kept.Add(1) > mostTiles {
		a.tiles.Clear()
		a.kept.Store(1)
	}
	known, _ := a.tiles.LoadOrStore(at, t)
	return known.(*groundTile)
}

// gather sorts the places of a tile, by rows, by edge; those without a way have edge -1.
func (g *Graph) gather(spots *[groundNodes * groundNodes]spot) *groundTile {
	t := new(groundTile)
	keys := make([]int64, 0, len(spots)) // edge, whether at the start of a one-way edge, number
	for number, s := range spots {
		t.slot[number] = noSlot
		if s.edge < 0 {
			continue
		}
		key := int64(s.edge) << 1
		if g.atStart(s) {
			key |= 1
		}
		keys = append(keys, key<<(2*groundBits)|int64(number))
	}
	slices.Sort(keys)
	t.spots = make([]spot, len(keys))
	last := int64(-1)
	for i, key := range keys {
		number, group := int(key&(groundNodes*groundNodes-1)), key>>(2*groundBits)
		t.spots[i], t.slot[number] = spots[number], uint16(i)
		t.add(spots[number], number, group != last, group&1 != 0)
		last = group
	}
	t.shares, t.rows = slices.Clip(t.shares), slices.Clip(t.rows)
	return t
}

// add adds the next place to the last share, or to a new one.
func (t *groundTile) add(s spot, number int, isNew, atStart bool) {
	row, column := int32(number>>groundBits), uint32(1)<<(number&(groundNodes-1))
	if isNew {
		first := uint16(len(t.rows))
		t.shares = append(t.shares, share{s.edge, atStart, s.aheadMs, s.aheadMs, s.backMs, s.backMs, first, first, t.slot[number]})
	}
	last := &t.shares[len(t.shares)-1]
	last.aheadLeast, last.aheadMost = min(last.aheadLeast, s.aheadMs), max(last.aheadMost, s.aheadMs)
	last.backLeast, last.backMost = min(last.backLeast, s.backMs), max(last.backMost, s.backMs)
	if last.firstRow == last.beyondRow || t.rows[len(t.rows)-1].row != row {
		t.rows = append(t.rows, shareRow{row: row})
		last.beyondRow++
	}
	t.rows[len(t.rows)-1].columns |= column
	t.all[row] |= column
}

// atStart tells whether a place's way onto the road leads to the very beginning of a one-way edge.
func (g *Graph) atStart(s spot) bool {
	ahead, back := g.totals(s.edge)
	switch {
	case g.heads[2*s.edge+1] == none:
		return s.aheadMs-s.legMs == ahead
	case g.heads[2*s.edge] == none:
		return s.backMs-s.legMs == back
	default:
		return false
	}
}

// farM is a bound on the metres between neighbouring nodes.
func (a *ground) farM() float64 { return 1.1*a.stepM + 1 }

// wayOnto is where Snap puts a place, without the report. The road is probably within hintM metres, which spares most of the search; 0 is no
// hint.
func (a *ground) wayOnto(p orb.Point, hintM float64) spot {
	g := a.g
	limit := g.snapLimit()
	isMain := func(edge int32) bool { return g.isMain(g.edgePart[edge]) }
	if hintM > 0 && hintM < limit {
		if main, found := g.nearestFoot(p, hintM, isMain); found {
			return a.spotOn(main)
		}
	}
	if main, found := g.nearestFoot(p, limit, isMain); found {
		return a.spotOn(main)
	}
	if g.profile.islandsUsable() {
		if island, found := g.nearestFoot(p, limit, func(edge int32) bool { return !isMain(edge) }); found {
			return a.spotOn(island)
		}
	}
	return spot{edge: -1}
}

func (a *ground) spotOn(f foot) spot {
	leg := a.g.legMs(f.distanceM)
	total, totalBack := a.g.totals(f.edge)
	if leg+int64(max(total, totalBack)) > maxMs { // weeks
		return spot{edge: -1}
	}
	s := spot{edge: f.edge, aheadMs: int32(leg) + total - alongSegment(a.g.ahead, f), backMs: int32(leg) + alongSegment(a.g.back, f), legMs: int32(leg)}
	if a.g.heads[2*f.edge+1] == none {
		s.backMs = s.legMs
	}
	if a.g.heads[2*f.edge] == none {
		s.aheadMs = s.legMs
	}
	return s
}

// hint is a bound on how far the road is from a neighbour of a place.
func (a *ground) hint(s spot) float64 {
	if s.edge < 0 {
		return 0
	}
	return a.g.profile.OffRoad.Mps()*float64(s.legMs+1)/1000 + a.farM()
}
