// Package contour traces the border of the inside nodes of a lattice into polygons.
//
// It is marching squares (Lorensen & Cline's cubes in the plane, 1987) walked ring by ring: every crossed lattice edge has exactly one
// successor, so rings are closed and never cross or touch. Nodes beyond the lattice are outside. Traced with the same saddle rule and
// ordered crossings, the areas of growing sets of nodes contain each other.
package contour

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Node is a node of the lattice: column and row.
type Node struct{ I, J int }

// Lattice is what is traced. Inside, Cross and Joined must answer the same for the same arguments.
type Lattice struct {
	// FirstRow and LastRow bound the rows with inside nodes.
	FirstRow, LastRow int
	// Changes appends to out, in rising order, every column i of row j for which node (i, j) is inside and (i+1, j) is not, or the other
	// way round.
	Changes func(j int, out []int) []int
	// Inside reports whether a node is inside.
	Inside func(n Node) bool
	// Cross is the place of the border between two neighbours: its share of the way from the inside node to the outside one. It is
	// brought into [0.01, 0.99], so that rings keep apart.
	Cross func(inside, outside Node) float64
	// Joined decides a saddle, the cell with corners n, (n.I+1, n.J+1) on one side and the other two on the other: true if the two
	// inside corners are connected through the cell.
	Joined func(n Node) bool
}

const leastShare = 0.01

// Trace returns the polygons around the inside nodes, with their holes, in lattice coordinates: column as x, row as y. Outer rings run
// anticlockwise, holes clockwise; the order is that of the lowest row and column. It costs one Cross per vertex and O(log c) for
// finding a crossing in a row with c changes.
func Trace(l Lattice) (orb.MultiPolygon, error) {
	t := tracer{lattice: l}
	if err := t.collect(); err != nil {
		return nil, err
	}
	for k := range t.columns {
		if t.ringOf[k] < 0 {
			if err := t.follow(k); err != nil {
				return nil, err
			}
		}
	}
	return t.assemble(), nil
}

// tracer holds the crossings of horizontal lattice edges, row after row.
type tracer struct {
	lattice  Lattice
	rowStart []int       // per row from FirstRow: index of its first crossing
	columns  []int       // of each crossing
	ringOf   []int32     // of each crossing, -1 before it is visited
	points   []orb.Point // of all rings, one after the other
	rings    []int       // where each begins in points
}

func (t *tracer) collect() error {
	t.rowStart = make([]int, 0, max(0, t.lattice.LastRow-t.lattice.FirstRow+1)+1)
	for j := t.lattice.FirstRow; j <= t.lattice.LastRow; j++ {
		t.rowStart = append(t.rowStart, len(t.columns))
		t.columns = t.lattice.Changes(j, t.columns)
		if (len(t.columns)-t.rowStart[len(t.rowStart)-1])%2 != 0 {
			return fmt.Errorf("tracing a border: row %d enters and leaves the inside an odd number of times", j)
		}
	}
	t.rowStart = append(t.rowStart, len(t.columns))
	t.points = make([]orb.Point, 0, 2*len(t.columns)+len(t.columns)/2)
	t.ringOf = make([]int32, len(t.columns))
	for i := range t.ringOf {
		t.ringOf[i] = -1
	}
	return nil
}

// follow walks the ring through crossing k with the inside on its left.
func (t *tracer) follow(k int) error {
	row := t.lattice.FirstRow + t.rowOf(k)
	in, out := Node{t.columns[k], row}, Node{t.columns[k] + 1, row}
	if !t.lattice.Inside(in) {
		in, out = out, in
	}
	first, firstOut := in, out
	t.rings = append(t.rings, len(t.points))
	for {
		t.points = append(t.points, t.place(in, out))
		if in.J == out.J {
			at := t.find(in, out)
			if at < 0 || t.ringOf[at] >= 0 {
				return fmt.Errorf("tracing a border: the lattice answers differently for the edge %v–%v", in, out)
			}
			t.ringOf[at] = int32(len(t.rings) - 1)
		}
		in, out = t.step(in, out)
		if in == first && out == firstOut {
			break
		}
	}
	t.points = append(t.points, t.points[t.rings[len(t.rings)-1]])
	return nil
}

// ring is ring r.
func (t *tracer) ring(r int) orb.Ring {
	end := len(t.points)
	if r+1 < len(t.rings) {
		end = t.rings[r+1]
	}
	return t.points[t.rings[r]:end:end]
}

// rowOf returns the row, counted from FirstRow, of crossing k.
func (t *tracer) rowOf(k int) int {
	low, high := 0, len(t.rowStart)-1
	for high-low > 1 {
		if middle := (low + high) / 2; t.rowStart[middle] <= k {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// find returns the index of the crossing of a horizontal edge, -1 if there is none.
func (t *tracer) find(in, out Node) int {
	row, column := in.J-t.lattice.FirstRow, min(in.I, out.I)
	if row < 0 || row+1 >= len(t.rowStart) {
		return -1
	}
	low, high := t.rowStart[row], t.rowStart[row+1]
	for low < high {
		if middle := (low + high) / 2; t.columns[middle] < column {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < t.rowStart[row+1] && t.columns[low] == column {
		return low
	}
	return -1
}

// step goes through the cell ahead of the crossed edge and returns the edge by which the border leaves it. Walking with the inside
// node on the left, the way ahead is the direction in–out turned left.
func (t *tracer) step(in, out Node) (nextIn, nextOut Node) {
	di, dj := out.J-in.J, out.I-in.I
	di = -di
	inAhead, outAhead := Node{in.I + di, in.J + dj}, Node{out.I + di, out.J + dj}
	left, right := t.lattice.Inside(inAhead), t.lattice.Inside(outAhead)
	switch {
	case left && right:
		return outAhead, out
	case left:
		return inAhead, outAhead
	case right && t.lattice.Joined(Node{min(in.I, out.I, inAhead.I, outAhead.I), min(in.J, out.J, inAhead.J, outAhead.J)}):
		return outAhead, out
	}
	return in, inAhead
}

func (t *tracer) place(in, out Node) orb.Point {
	share := max(leastShare, min(1-leastShare, t.lattice.Cross(in, out)))
	return orb.Point{
		float64(in.I) + share*float64(out.I-in.I),
		float64(in.J) + share*float64(out.J-in.J),
	}
}

// assemble puts holes into their outer rings. The two ends of each run of inside nodes along a row lie on rings of one polygon, and
// these runs connect all rings of it.
func (t *tracer) assemble() orb.MultiPolygon {
	parent := make([]int32, len(t.rings))
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(r int32) int32 {
		for parent[r] != r {
			parent[r] = parent[parent[r]]
			r = parent[r]
		}
		return r
	}
	for k := 0; k+1 < len(t.ringOf); k += 2 {
		a, b := root(t.ringOf[k]), root(t.ringOf[k+1])
		parent[max(a, b)] = min(a, b)
	}
	var out orb.MultiPolygon
	polygonOf := make(map[int32]int, len(t.rings))
	for r := range t.rings { // outer rings have the lowest crossing of their polygon, so they come first
		if at, known := polygonOf[root(int32(r))]; known {
			out[at] = append(out[at], t.ring(r))
			continue
		}
		polygonOf[root(int32(r))] = len(out)
		out = append(out, orb.Polygon{t.ring(r)})
	}
	return out
}
