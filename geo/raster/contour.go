package raster

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"lawcircle/geo/contour"
)

// Raster is a grid with a value in every cell.
type Raster struct {
	Grid
	Values []float64 // row after row from the north-west; NaN where there is none
}

// maxValues bounds a raster held in memory.
const maxValues = 1 << 28

// New returns a raster without values, of at most 268 million cells.
func New(g Grid) (*Raster, error) {
	if err := g.Check(); err != nil {
		return nil, err
	}
	if g.Columns*g.Rows > maxValues {
		return nil, fmt.Errorf("%d × %d cells do not fit in memory: at most %d do", g.Columns, g.Rows, maxValues)
	}
	r := &Raster{Grid: g, Values: make([]float64, g.Columns*g.Rows)}
	for i := range r.Values {
		r.Values[i] = math.NaN()
	}
	return r, nil
}

// At is the value of a cell; there is none outside the grid.
func (r *Raster) At(column, row int) (value float64, ok bool) {
	if column < 0 || row < 0 || column >= r.Columns || row >= r.Rows {
		return 0, false
	}
	v := r.Values[row*r.Columns+column]
	return v, !math.IsNaN(v)
}

// AtPoint is the value of the cell a point lies in.
func (r *Raster) AtPoint(p orb.Point) (value float64, ok bool) {
	column, row, ok := r.Cell(p)
	if !ok {
		return 0, false
	}
	return r.At(column, row)
}

// AtLeast returns the area where the value, interpolated between the centres of cells, is at least a level: valid, with holes. Cells
// without a value are below every level. Areas of higher levels lie inside those of lower ones.
func (r *Raster) AtLeast(level float64) (orb.MultiPolygon, error) {
	// The lattice has row 0 in the south, the grid in the north.
	value := func(n contour.Node) float64 {
		if v, ok := r.At(n.I, r.Rows-1-n.J); ok {
			return v
		}
		return math.Inf(-1)
	}
	area, err := contour.Trace(contour.Lattice{
		LastRow: r.Rows - 1,
		Inside:  func(n contour.Node) bool { return value(n) >= level },
		Changes: func(j int, out []int) []int {
			for i := -1; i < r.Columns; i++ {
				if (value(contour.Node{I: i, J: j}) >= level) != (value(contour.Node{I: i + 1, J: j}) >= level) {
					out = append(out, i)
				}
			}
			return out
		},
		Cross: func(inside, outside contour.Node) float64 {
			a, b := value(inside), value(outside)
			if math.IsInf(b, -1) {
				return 0.5 // to the edge of the cell
			}
			return (a - level) / (a - b)
		},
		Joined: func(n contour.Node) bool {
			sum := 0.0
			for k := range 4 {
				sum += value(contour.Node{I: n.I + k%2, J: n.J + k/2})
			}
			return sum/4 >= level
		},
	})
	if err != nil {
		return nil, fmt.Errorf("drawing the area of at least %v: %w", level, err)
	}
	for _, polygon := range area {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = orb.Point{r.West + (p[0]+0.5)*r.Width, r.North - (float64(r.Rows)-0.5-p[1])*r.Height}
			}
		}
	}
	return area, nil
}
