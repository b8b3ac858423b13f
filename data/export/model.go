package export

import (
	"fmt"
	"iter"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo/crs"
)

// Type is what the values of a column are.
type Type string

// Types of columns. Codes are text, whatever digits they have.
const (
	Text    Type = "TEXT"
	Integer Type = "INTEGER"
	Real    Type = "REAL"
	Boolean Type = "BOOLEAN"
)

// Column is one column of a layer.
type Column struct {
	Name             string // ASCII, snake_case
	TitleZh, TitleEn string
	Type             Type
}

// Row is one thing of a layer: a value for each column (string, int64, float64, bool, or nil for "not known") and its shape, if any.
type Row struct {
	Geometry orb.Geometry
	Values   []any
}

// Layer is anything that can be exported, in any format: rows with typed columns and, when GeometryType is not "", shapes.
type Layer struct {
	Name             string
	TitleZh, TitleEn string
	GeometryType     string // POINT, LINESTRING, MULTIPOLYGON; "" for a table
	Columns          []Column
	Count            int64      // how many rows are expected, for progress; 0 = not known
	System           crs.System // of the coordinates; the zero System is WGS-84
	Note             string     // what every reader must know: synthetic data, a shifted coordinate system; "" for nothing
	Members          []Value    // what else is known of the layer (its run, …), in order
	// Rows yields the rows, the same ones in the same order each time it is ranged over: some formats need two passes. An error ends it.
	Rows iter.Seq2[Row, error]
}

// RowsOf yields the rows of a list.
func RowsOf(rows []Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// each calls visit for every row and returns the first error.
func (l *Layer) each(visit func(number int, row Row) error) error {
	number := 0
	for row, err := range l.Rows {
		number++
		if err == nil && len(row.Values) != len(l.Columns) {
			err = fmt.Errorf("it has %d values for %d columns", len(row.Values), len(l.Columns))
		}
		if err == nil {
			err = visit(number, row)
		}
		if err != nil {
			return fmt.Errorf("row %d of %s: %w", number, l.Name, err)
		}
	}
	return nil
}

// system is the coordinate system with the default filled in.
func (l *Layer) system() crs.System {
	if l.System == (crs.System{}) {
		return crs.WGS84()
	}
	return l.System
}

func (l *Layer) column(name string) int {
	return slices.IndexFunc(l.Columns, func(c Column) bool { return c.Name == name })
}

// withCoordinates adds the place of a point, or the shape as well-known text, as columns: what a table without geometry needs.
func (l *Layer) withCoordinates() *Layer {
	if l.GeometryType == "" {
		return l
	}
	out := *l
	added := []Column{{"geometry", "几何（xlsx 中过长者为空）", "geometry", Text}}
	if l.GeometryType == "POINT" {
		added = []Column{{"lon", "经度", "longitude", Real}, {"lat", "纬度", "latitude", Real}}
		if l.system().Projected() {
			added = []Column{{"x", "东坐标", "easting", Real}, {"y", "北坐标", "northing", Real}}
		}
	}
	out.Columns = append(slices.Clone(l.Columns), added...)
	out.GeometryType = ""
	places := 7
	if l.system().Projected() {
		places = 3
	}
	out.Rows = func(yield func(Row, error) bool) {
		for row, err := range l.Rows {
			if err == nil {
				row = Row{Values: append(slices.Clone(row.Values), coordinateCells(row.Geometry, len(added), places)...)}
			}
			if !yield(row, err) {
				return
			}
		}
	}
	return &out
}
