// Package raster holds north-up grids of cells and what is counted on them: which area each cell belongs to, sums per area, contours.
//
// A cell belongs to the area that contains its centre, on a shared border to exactly one of the two (the rule of shape.Contains), and
// where areas overlap to the one with the lowest index. So every cell is counted once or is outside all areas.
package raster

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// maxSide bounds the columns and the rows of a grid.
const maxSide = 1 << 24

// Grid places cells: column 0, row 0 is the north-west one. Units are those of the coordinates, mostly degrees.
type Grid struct {
	West, North   float64 // outer corner of the north-west cell
	Width, Height float64 // of a cell, more than zero
	Columns, Rows int
}

// Check tells what is wrong with a grid, or nil.
func (g Grid) Check() error {
	for _, v := range []float64{g.West, g.North, g.Width, g.Height} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("the grid's corner or cell size is not finite")
		}
	}
	switch {
	case g.Width <= 0 || g.Height <= 0:
		return fmt.Errorf("cells of %v × %v: the size must be more than zero (rotated or south-up grids are not read)", g.Width, g.Height)
	case g.Columns < 1 || g.Rows < 1 || g.Columns > maxSide || g.Rows > maxSide:
		return fmt.Errorf("%d × %d cells: at least one and at most %d a side are possible", g.Columns, g.Rows, maxSide)
	}
	return nil
}

// X is the coordinate of the centres of a column, rising eastward.
func (g Grid) X(column int) float64 { return g.West + (float64(column)+0.5)*g.Width }

// Y is the coordinate of the centres of a row, falling southward.
func (g Grid) Y(row int) float64 { return g.North - (float64(row)+0.5)*g.Height }

// Centre is the centre of a cell.
func (g Grid) Centre(column, row int) orb.Point { return orb.Point{g.X(column), g.Y(row)} }

// Cell finds the cell a point lies in; a point on a common border lies in the cell to its east or south.
func (g Grid) Cell(p orb.Point) (column, row int, ok bool) {
	x, y := math.Floor((p[0]-g.West)/g.Width), math.Floor((g.North-p[1])/g.Height)
	if !(x >= 0 && y >= 0 && x < float64(g.Columns) && y < float64(g.Rows)) {
		return 0, 0, false
	}
	return int(x), int(y), true
}

// Bound is the outer box of the grid.
func (g Grid) Bound() orb.Bound {
	return orb.Bound{
		Min: orb.Point{g.West, g.North - float64(g.Rows)*g.Height},
		Max: orb.Point{g.West + float64(g.Columns)*g.Width, g.North},
	}
}
