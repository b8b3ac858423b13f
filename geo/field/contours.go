package field

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
	"lawcircle/geo/contour"
)

// Contour is the area within one limit.
type Contour struct {
	Limit time.Duration
	// Area is in lon/lat degrees: valid, closed, with holes, winding as RFC 7946 asks; empty where nothing is reached.
	Area orb.MultiPolygon
}

// bisections places a border vertex within 2^-8 of a grid step: 4 cm on a grid of 10 m.
const bisections = 7

// Contours returns the areas within each limit. Their vertices lie on the grid lines, where the exact time crosses the limit (within
// 1/256 of a step); between them the border is straight. Every grid node is on its right side; what is narrower than a step may be
// missed, and a vertex keeps 1 % of a step from a node. The area of a shorter limit lies inside that of a longer one.
func (f *Field) Contours(ctx context.Context) ([]Contour, error) {
	out := make([]Contour, len(f.limits))
	for k, limit := range f.limits {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		area, err := contour.Trace(f.lattice(k))
		if err != nil {
			return nil, fmt.Errorf("drawing the area of %v: %w", limit, err)
		}
		for _, polygon := range area {
			for _, ring := range polygon {
				f.place(ring)
			}
		}
		out[k] = Contour{Limit: limit, Area: area}
	}
	return out, nil
}

// place turns lattice coordinates into degrees.
func (f *Field) place(ring orb.Ring) {
	for i, p := range ring {
		ring[i] = f.fromPlane(p[0]*f.grid.step, p[1]*f.grid.step)
	}
}

func (f *Field) lattice(limit int) contour.Lattice {
	g := &f.grid
	need := uint8(len(g.limits) - limit)
	ms := g.limits[limit]
	return contour.Lattice{
		FirstRow: g.tileJ * tileNodes,
		LastRow:  (g.tileJ+g.tilesY)*tileNodes - 1,
		Changes:  func(j int, out []int) []int { return g.changes(j, need, out) },
		Inside: func(n contour.Node) bool {
			t, i, j := g.tileAt(n.I, n.J)
			return t != nil && t.rank[j*tileNodes+i] >= need
		},
		Cross: func(in, out contour.Node) float64 { return g.cross(in, out, ms) },
		Joined: func(n contour.Node) bool {
			return g.withinAt((float64(n.I)+0.5)*g.step, (float64(n.J)+0.5)*g.step, n, ms)
		},
	}
}

// changes lists where a row of nodes enters and leaves the rank.
func (g *grid) changes(j int, need uint8, out []int) []int {
	row := floorDiv(j, tileNodes) - g.tileJ
	jj := j - (row+g.tileJ)*tileNodes
	inside := false
	for column := range g.tilesX {
		first := (column + g.tileI) * tileNodes
		t := g.tiles[row*g.tilesX+column]
		if t == nil || !t.inside {
			if inside {
				out, inside = append(out, first-1), false
			}
			continue
		}
		for i, rank := range t.rank[jj*tileNodes : (jj+1)*tileNodes] {
			if (rank >= need) != inside {
				out, inside = append(out, first+i-1), !inside
			}
		}
	}
	if inside {
		out = append(out, (g.tileI+g.tilesX)*tileNodes-1)
	}
	return out
}

// cross bisects on the exact time. Whatever the limit, the same places are asked until the answers part, so that the crossing of a
// longer limit is never before that of a shorter one.
func (g *grid) cross(in, out contour.Node, ms float64) float64 {
	t, i, j := g.tileAt(min(in.I, out.I), min(in.J, out.J))
	if t == nil {
		return 0
	}
	quarter := quarterOf(i, j)
	if t.upper[quarter] <= ms {
		return 1
	}
	fromX, fromY := float64(in.I)*g.step, float64(in.J)*g.step
	alongX, alongY := float64(out.I-in.I)*g.step, float64(out.J-in.J)*g.step
	var room [64]int32
	segments := g.around(t, quarter, geo.XY{X: fromX + alongX/2, Y: fromY + alongY/2}, g.step/2, ms, room[:0])
	low, high := 0.0, 1.0
	for range bisections {
		share := (low + high) / 2
		reached := slices.ContainsFunc(segments, func(k int32) bool {
			return g.segments[k].within(fromX+share*alongX, fromY+share*alongY, g.walkPace, ms)
		})
		if reached {
			low = share
		} else {
			high = share
		}
	}
	return (low + high) / 2
}

// withinAt reports whether a place is reached within a limit; corner is the lower left node of its cell.
func (g *grid) withinAt(x, y float64, corner contour.Node, ms float64) bool {
	t, i, j := g.tileAt(corner.I, corner.J)
	return t != nil && g.within(t, quarterOf(i, j), x, y, ms)
}

// Areas is the size of a covered area in square metres on the ellipsoid, with bounds that hold whatever the grid.
type Areas struct {
	Limit time.Duration
	// M2 is the size of the polygons of Contours.
	M2 float64
	// CertainM2 counts the grid cells of which every place is reached; PossibleM2 those of which some place may be. The exact size lies
	// between the two. Cells near walls count as possible if they would be reached without the walls.
	CertainM2, PossibleM2 float64
}

// Areas measures contours of this field.
func (f *Field) Areas(contours []Contour) []Areas {
	out := make([]Areas, len(contours))
	for k, c := range contours {
		out[k] = Areas{Limit: c.Limit, M2: geo.MultiArea(c.Area)}
	}
	g := &f.grid
	for at, t := range g.tiles {
		if t == nil {
			continue
		}
		i, j := (at%g.tilesX+g.tileI)*tileNodes, (at/g.tilesX+g.tileJ)*tileNodes
		for row := range tileNodes {
			cell := f.cellM2(j + row)
			for column := range tileNodes {
				quarter := quarterOf(column, row)
				if math.IsInf(t.upper[quarter], 1) && len(t.list(quarter)) == 0 {
					continue
				}
				x, y := (float64(i+column)+0.5)*g.step, (float64(j+row)+0.5)*g.step
				for k := range out {
					certain, possible := g.bounds(t, quarter, geo.XY{X: x, Y: y}, g.limits[k])
					out[k].CertainM2 += cell * certain
					out[k].PossibleM2 += cell * possible
				}
			}
		}
	}
	return out
}

// cellM2 is the size of a grid cell whose lower nodes are in row j.
func (f *Field) cellM2(j int) float64 {
	a := f.fromPlane(0, float64(j)*f.grid.step)
	b := f.fromPlane(f.grid.step, float64(j+1)*f.grid.step)
	return geo.Area(orb.Bound{Min: a, Max: b}.ToPolygon())
}

// bounds returns 1 or 0 for whether all of the cell around a centre is certainly, and any of it possibly, within a limit.
func (g *grid) bounds(t *tile, quarter int, centre geo.XY, ms float64) (certain, possible float64) {
	if t.upper[quarter] <= ms {
		return 1, 1
	}
	for _, k := range t.list(quarter) {
		s := &g.segments[k]
		radius := g.step/2*math.Sqrt(1+s.stretch*s.stretch) + roundingM
		slack := radius * g.walkPace
		if !s.freeWithin(centre.X, centre.Y, s.cap+radius, g.walkPace, ms+slack) {
			continue
		}
		possible = 1
		if s.walls == nil && s.cap > radius && s.freeWithin(centre.X, centre.Y, s.cap-radius, g.walkPace, ms-slack) {
			return 1, 1
		}
	}
	return 0, possible
}
