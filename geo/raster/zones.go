package raster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Outside marks a cell that belongs to no area.
const Outside = -1

// edge is a border edge crossing the centres of some rows, lower end first.
type edge struct {
	a, b     orb.Point
	zone     int32
	from, to int // rows whose centres it crosses: from ≤ row < to
}

// Zones calls yield for every row from north to south with the index of the area each cell belongs to, or Outside. The slice is reused
// for the next row. Areas must be valid. It takes O(n log n) for n border points and O(1) for a cell, and memory for the borders and
// one row. An error of yield, or the end of ctx, stops it.
func Zones(ctx context.Context, g Grid, areas []orb.MultiPolygon, yield func(row int, zone []int32) error) error {
	if err := g.Check(); err != nil {
		return fmt.Errorf("laying areas over a grid: %w", err)
	}
	if len(areas) > math.MaxInt32 {
		return errors.New("laying areas over a grid: too many areas")
	}
	waiting := borders(g, areas)
	zone := make([]int32, g.Columns)
	var active []edge
	var crossings []crossing
	for row := range g.Rows {
		if row%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		active = slices.DeleteFunc(active, func(e edge) bool { return e.to <= row })
		for len(waiting) > 0 && waiting[0].from <= row {
			active = append(active, waiting[0])
			waiting = waiting[1:]
		}
		crossings = cross(g, row, active, crossings[:0])
		paint(zone, crossings)
		if err := yield(row, zone); err != nil {
			return err
		}
	}
	return nil
}

// borders lists the edges that cross row centres, by first row.
func borders(g Grid, areas []orb.MultiPolygon) []edge {
	var out []edge
	for zone, area := range areas {
		for _, polygon := range area {
			for _, ring := range polygon {
				for i := range ring {
					e := edge{a: ring[i], b: ring[(i+1)%len(ring)], zone: int32(zone)}
					if e.a[1] > e.b[1] {
						e.a, e.b = e.b, e.a
					}
					if e.from, e.to = g.rowsBetween(e.a[1], e.b[1]); e.from < e.to {
						out = append(out, e)
					}
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b edge) int { return cmp.Compare(a.from, b.from) })
	return out
}

// rowsBetween returns the rows whose centres y have low ≤ y < high.
func (g Grid) rowsBetween(low, high float64) (from, to int) {
	first := func(below float64) int {
		row := int(max(0, min(float64(g.Rows), math.Ceil((g.North-below)/g.Height-0.5))))
		for row > 0 && g.Y(row-1) < below {
			row--
		}
		for row < g.Rows && g.Y(row) >= below {
			row++
		}
		return row
	}
	return first(high), first(low)
}

// crossing is where a border passes a row: cells from column on are on its other side.
type crossing struct {
	zone   int32
	column int
}

func cross(g Grid, row int, active []edge, out []crossing) []crossing {
	y := g.Y(row)
	for _, e := range active {
		x := e.a[0] + (y-e.a[1])/(e.b[1]-e.a[1])*(e.b[0]-e.a[0])
		column := int(max(0, min(float64(g.Columns), math.Ceil((x-g.West)/g.Width-0.5))))
		for column > 0 && g.X(column-1) >= x {
			column--
		}
		for column < g.Columns && g.X(column) < x {
			column++
		}
		out = append(out, crossing{e.zone, column})
	}
	slices.SortFunc(out, func(a, b crossing) int { return cmp.Or(cmp.Compare(a.zone, b.zone), cmp.Compare(a.column, b.column)) })
	return out
}

// paint fills a row; areas of lower index are painted last and so win.
func paint(zone []int32, crossings []crossing) {
	for i := range zone {
		zone[i] = Outside
	}
	for i := len(crossings) - 2; i >= 0; i -= 2 {
		run := zone[crossings[i].column:crossings[i+1].column]
		for k := range run {
			run[k] = crossings[i].zone
		}
	}
}

// Sum is what was counted in one area.
type Sum struct {
	Total   float64 // of the values
	Cells   int     // with a value
	Missing int     // without one
}

// Sums counts a raster by area: one Sum per area and one for the cells outside all of them. The values of a row are read into out, NaN
// where there is none; rows are asked from north to south, so that a raster of any size needs the memory of a row. The sums of all
// areas and the rest are the sum of the raster.
func Sums(ctx context.Context, g Grid, areas []orb.MultiPolygon, read func(row int, out []float64) error) (sums []Sum, rest Sum, err error) {
	sums = make([]Sum, len(areas))
	if err := g.Check(); err != nil {
		return nil, Sum{}, fmt.Errorf("summing a raster: %w", err)
	}
	values := make([]float64, g.Columns)
	err = Zones(ctx, g, areas, func(row int, zone []int32) error {
		if err := read(row, values); err != nil {
			return fmt.Errorf("reading row %d of the raster: %w", row, err)
		}
		for column, v := range values {
			sum := &rest
			if k := zone[column]; k != Outside {
				sum = &sums[k]
			}
			if math.IsNaN(v) {
				sum.Missing++
				continue
			}
			sum.Cells++
			sum.Total += v
		}
		return nil
	})
	return sums, rest, err
}
