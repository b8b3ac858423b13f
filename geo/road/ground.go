package road

import (
	"context"
	"math"
	"sync"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// groundNodes is the side of a tile of the ground, in places.
const groundNodes = 32

// ground is a grid of places StepM metres apart, each with its way onto the road. That way does not depend on any facility, so it is found
// once for a graph and serves every isochrone and every what-if from then on.
type ground struct {
	g     *Graph
	plane geo.Plane
	stepM float64
	tiles sync.Map // tileAt → *groundTile
}

// tileAt names a tile: column and row.
type tileAt struct{ i, j int32 }

// groundTile holds the places of one tile, row by row from the south-west.
type groundTile [groundNodes * groundNodes]spot

// spot is a place's way onto the road, packed: 20 bytes.
type spot struct {
	edge            int32 // -1: there is no way
	aheadMs, backMs int32 // see Position
	restMs          int32 // on to the edge's last point
	legMs           int32
}

func (s spot) position() Position {
	return Position{Edge: s.edge, AheadMs: s.aheadMs, BackMs: s.backMs}
}

// groundSteps are the spacings in metres that are used: coarse enough for the size of the area, few enough to be shared.
var groundSteps = [...]float64{20, 40, 80, 160, 320, 640}

// groundOf returns the graph's grid of a spacing. Its origin is fixed by the graph, so that all areas of a graph lie on the same grid.
func (g *Graph) groundOf(stepM float64) *ground {
	if known, ok := g.grounds.Load(stepM); ok {
		return known.(*ground)
	}
	made, _ := g.grounds.LoadOrStore(stepM, &ground{g: g, plane: geo.NewPlane(g.Bounds().Center()), stepM: stepM})
	return made.(*ground)
}

// place is where a node of the grid lies; i and j may be fractions.
func (a *ground) place(i, j float64) orb.Point {
	return a.plane.From(geo.XY{X: i * a.stepM, Y: j * a.stepM})
}

// span is the range of tiles that a box of places within radius metres of a bound touches.
func (a *ground) span(low, high orb.Point, radiusM float64) (from, to tileAt) {
	side := a.stepM * groundNodes
	sw, ne := a.plane.To(low), a.plane.To(high)
	at := func(x float64) int32 { return int32(math.Floor(x / side)) }
	// Away from the plane's own latitude its east–west metres are longer or shorter than on the ground.
	wide := radiusM * a.stretch(math.Max(math.Abs(low[1]), math.Abs(high[1])))
	return tileAt{at(sw.X - wide), at(sw.Y - radiusM)}, tileAt{at(ne.X + wide), at(ne.Y + radiusM)}
}

// stretch is plane metres per metre on the ground, east–west at a latitude.
func (a *ground) stretch(lat float64) float64 {
	here := math.Cos(a.plane.Reference()[1] * math.Pi / 180)
	return math.Max(1, here/math.Max(math.Cos(lat*math.Pi/180), 0.01))
}

// spotAt is the way onto the road of a node.
func (a *ground) spotAt(i, j int) spot {
	at := tileAt{int32(floorDiv(i, groundNodes)), int32(floorDiv(j, groundNodes))}
	return a.tile(at)[(j-int(at.j)*groundNodes)*groundNodes+i-int(at.i)*groundNodes]
}

// tile finds the ways onto the road of a tile's places, or returns them when they are known.
func (a *ground) tile(at tileAt) *groundTile {
	if known, ok := a.tiles.Load(at); ok {
		return known.(*groundTile)
	}
	t := new(groundTile)
	for row := range groundNodes {
		hintM := 0.0
		for column := range groundNodes {
			i, j := int(at.i)*groundNodes+column, int(at.j)*groundNodes+row
			found := a.wayOnto(a.place(float64(i), float64(j)), hintM)
			t[row*groundNodes+column] = found
			hintM = a.hint(found)
		}
	}
	known, _ := a.tiles.LoadOrStore(at, t)
	return known.(*groundTile)
}

// farM is a bound on the metres between neighbouring nodes.
func (a *ground) farM() float64 { return 1.1*a.stepM + 1 }

// wayOnto is where Snap puts a place, without the report. The road is probably within hintM metres, which spares most of the search; 0 is no
// hint.
func (a *ground) wayOnto(p orb.Point, hintM float64) spot {
	g := a.g
	limit := g.profile.SnapMaxM
	if limit == 0 {
		limit = math.Inf(1)
	}
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
	if leg > math.MaxInt32 {
		return spot{edge: -1}
	}
	ahead, _ := a.g.totals(f.edge)
	along := alongSegment(a.g.ahead, f)
	return spot{f.edge, along, alongSegment(a.g.back, f), ahead - along, int32(leg)}
}

// hint is a bound on how far the road is from a neighbour of a place.
func (a *ground) hint(s spot) float64 {
	if s.edge < 0 {
		return 0
	}
	return a.g.profile.OffRoad.Mps()*float64(s.legMs+1)/1000 + a.farM()
}

// prepare finds many tiles on all processors.
func (a *ground) prepare(ctx context.Context, tiles []tileAt) ([]*groundTile, error) {
	out := make([]*groundTile, len(tiles))
	err := inPieces(ctx, len(tiles), 1, func(from, to int) error {
		for k := from; k < to; k++ {
			out[k] = a.tile(tiles[k])
		}
		return nil
	})
	return out, err
}

// tileSet gathers tiles in ranges; the zero value is empty.
type tileSet struct {
	ranges    [][2]tileAt
	low, high tileAt
}

func (s *tileSet) add(from, to tileAt) {
	if len(s.ranges) == 0 {
		s.low, s.high = from, to
	}
	s.low = tileAt{min(s.low.i, from.i), min(s.low.j, from.j)}
	s.high = tileAt{max(s.high.i, to.i), max(s.high.j, to.j)}
	if n := len(s.ranges); n == 0 || s.ranges[n-1] != [2]tileAt{from, to} {
		s.ranges = append(s.ranges, [2]tileAt{from, to})
	}
}

// tiles lists the tiles once each, by rows.
func (s *tileSet) tiles() []tileAt {
	if len(s.ranges) == 0 {
		return nil
	}
	columns := int(s.high.i-s.low.i) + 1
	marked := make([]bool, columns*(int(s.high.j-s.low.j)+1))
	for _, r := range s.ranges {
		for j := r[0].j; j <= r[1].j; j++ {
			for i := r[0].i; i <= r[1].i; i++ {
				marked[int(j-s.low.j)*columns+int(i-s.low.i)] = true
			}
		}
	}
	var out []tileAt
	for k, yes := range marked {
		if yes {
			out = append(out, tileAt{s.low.i + int32(k%columns), s.low.j + int32(k/columns)})
		}
	}
	return out
}
