package intake

import (
	"bytes"
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"lawcircle/data/intake/geotiff"
	"lawcircle/geo/crs"
)

// ElevationFile is the name under which a project keeps its elevation raster.
const ElevationFile = "elevation.tif"

// maxElevationCells bounds the elevation that a project keeps: a prefecture at 30 m has about 80 million cells.
const maxElevationCells = 128 << 20

// Elevation reads the part of an elevation raster that a project needs, as a GeoTIFF in WGS-84 to be kept as [ElevationFile]. within is
// the area of the project with some margin. Rasters in longitude and latitude are clipped, cell by cell; projected ones are resampled
// at the same resolution. Memory is four bytes a cell of the part.
func Elevation(ctx context.Context, src Source, options Options, within orb.Bound) (content []byte, quality *Quality, err error) {
	r, err := geotiff.Open(src.Data, src.Size)
	if err != nil {
		return nil, nil, faultf("%s 不能作为 GeoTIFF 读取", "%s cannot be read as a GeoTIFF", src.Name, err)
	}
	system, reason, err := rasterCRS(r, options.CRS)
	if err != nil {
		return nil, nil, err
	}
	fromWGS84, err := crs.NewTransform(crs.WGS84(), system)
	if err != nil {
		return nil, nil, err
	}
	part, err := loadPart(ctx, r, fromWGS84, within)
	if err != nil {
		return nil, nil, err
	}
	grid, sample := part.output(system.Projected(), fromWGS84, within)
	if grid.Columns*grid.Rows > maxElevationCells {
		return nil, nil, faultf("高程栅格有 %d 个格子，过大", "%d cells of elevation are too many", grid.Columns*grid.Rows)
	}
	quality = &Quality{Problems: []Problem{}, CRS: CRSUsed{CRS: system.String(), Reason: reason}}
	var out bytes.Buffer
	err = geotiff.Write(&out, grid, func(row int, values []float64) error {
		for column := range values {
			values[column] = sample(column, row)
			quality.Read++
			if !math.IsNaN(values[column]) {
				quality.Accepted++
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, nil, err
	}
	quality.Refused = quality.Read - quality.Accepted
	quality.Counts = []Count{{"cells", int64(quality.Read)}, {"cells_without_value", int64(quality.Refused)}}
	if quality.Accepted == 0 {
		return nil, nil, faultf("高程栅格在项目范围内没有值", "the elevation raster has no value in the area of the project")
	}
	return out.Bytes(), quality, nil
}

// A rasterPart is a rectangle of cells of a raster in memory.
type rasterPart struct {
	raster              *geotiff.Raster
	x, y, width, height int
	values              []float32
}

// loadPart reads the cells that a WGS-84 box needs, with one more on each side for interpolation.
func loadPart(ctx context.Context, r *geotiff.Raster, fromWGS84 crs.Transform, within orb.Bound) (*rasterPart, error) {
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	const steps = 16 // along each side: a straight side is a curve in another projection
	for i := range steps + 1 {
		f := float64(i) / steps
		lon, lat := within.Min[0]+f*(within.Max[0]-within.Min[0]), within.Min[1]+f*(within.Max[1]-within.Min[1])
		for _, p := range []orb.Point{{lon, within.Min[1]}, {lon, within.Max[1]}, {within.Min[0], lat}, {within.Max[0], lat}} {
			place, err := fromWGS84(p)
			if err != nil {
				return nil, fmt.Errorf("bringing the area of the project into the coordinates of the raster: %w", err)
			}
			column, row := r.PixelOf(place)
			low, high = [2]float64{min(low[0], column), min(low[1], row)}, [2]float64{max(high[0], column), max(high[1], row)}
		}
	}
	part := &rasterPart{raster: r}
	part.x, part.width = clipRange(low[0], high[0], r.Width)
	part.y, part.height = clipRange(low[1], high[1], r.Height)
	if part.width == 0 || part.height == 0 {
		return nil, faultf("高程栅格与项目范围不相交", "the elevation raster does not meet the area of the project")
	}
	if int64(part.width)*int64(part.height) > maxElevationCells {
		return nil, faultf("高程栅格在项目范围内有 %d 个格子，过大", "%d cells of elevation in the area of the project are too many", part.width*part.height)
	}
	return part, part.read(ctx)
}

// clipRange returns the first and the number of the cells from low to high, one more on each side, that exist.
func clipRange(low, high float64, size int) (first, count int) {
	from := max(0, math.Floor(low)-1)
	to := min(float64(size), math.Ceil(high)+1)
	if !(to > from) {
		return 0, 0
	}
	return int(from), int(to - from)
}

func (p *rasterPart) read(ctx context.Context) error {
	rows, err := p.raster.NewRows()
	if err != nil {
		return err
	}
	p.values = make([]float32, 0, p.width*p.height)
	for row := p.y; row < p.y+p.height; row++ {
		values, err := rows.Read(ctx, row)
		if err != nil {
			return err
		}
		for _, v := range values[p.x : p.x+p.width] {
			p.values = append(p.values, float32(v))
		}
	}
	return nil
}

// output returns the grid to be written and what stands in its cells.
func (p *rasterPart) output(projected bool, fromWGS84 crs.Transform, within orb.Bound) (geotiff.Grid, func(column, row int) float64) {
	if !projected && p.raster.Affine[2] == 0 && p.raster.Affine[4] == 0 && p.raster.Affine[1] > 0 && p.raster.Affine[5] < 0 {
		corner := p.raster.At(float64(p.x), float64(p.y))
		grid := geotiff.Grid{West: corner[0], North: corner[1], Width: p.raster.Affine[1], Height: -p.raster.Affine[5], Columns: p.width, Rows: p.height}
		return grid, func(column, row int) float64 { return float64(p.values[row*p.width+column]) }
	}
	columns, rows := float64(p.width), float64(p.height)
	grid := geotiff.Grid{West: within.Min[0], North: within.Max[1], Columns: p.width, Rows: p.height,
		Width: (within.Max[0] - within.Min[0]) / columns, Height: (within.Max[1] - within.Min[1]) / rows}
	return grid, func(column, row int) float64 {
		place, err := fromWGS84(orb.Point{grid.West + (float64(column)+0.5)*grid.Width, grid.North - (float64(row)+0.5)*grid.Height})
		if err != nil {
			return math.NaN()
		}
		value, ok := p.at(p.raster.PixelOf(place))
		if !ok {
			return math.NaN()
		}
		return value
	}
}

// at interpolates between the centres of the four cells around a position in pixels of the raster; ok is false where one of them, or
// the position, has no value. Half a cell at the edge takes the value of the edge.
func (p *rasterPart) at(column, row float64) (value float64, ok bool) {
	x, y := column-float64(p.x), row-float64(p.y)
	if !(x >= 0 && y >= 0 && x <= float64(p.width) && y <= float64(p.height)) {
		return 0, false
	}
	x, y = min(max(x-0.5, 0), float64(p.width-1)), min(max(y-0.5, 0), float64(p.height-1))
	i, j := min(int(x), max(p.width-2, 0)), min(int(y), max(p.height-2, 0))
	right, below := min(i+1, p.width-1), min(j+1, p.height-1)
	fx, fy := x-float64(i), y-float64(j)
	for _, corner := range []struct {
		i, j   int
		weight float64
	}{{i, j, (1 - fx) * (1 - fy)}, {right, j, fx * (1 - fy)}, {i, below, (1 - fx) * fy}, {right, below, fx * fy}} {
		v := float64(p.values[corner.j*p.width+corner.i])
		if corner.weight == 0 {
			continue
		}
		if math.IsNaN(v) {
			return 0, false
		}
		value += corner.weight * v
	}
	return value, true
}

// OpenElevation makes a sampler of the raster that [Elevation] gave: metres above the sea at a WGS-84 place, interpolated between the
// centres of cells; ok is false outside the raster and where it has no value. The sampler may be used by several goroutines.
func OpenElevation(ctx context.Context, content []byte) (func(orb.Point) (metres float64, ok bool), error) {
	r, err := geotiff.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("reading the elevation of the project: %w", err)
	}
	part := &rasterPart{raster: r, width: r.Width, height: r.Height}
	if int64(r.Width)*int64(r.Height) > maxElevationCells {
		return nil, fmt.Errorf("reading the elevation of the project: %d × %d cells are too many", r.Width, r.Height)
	}
	if err := part.read(ctx); err != nil {
		return nil, fmt.Errorf("reading the elevation of the project: %w", err)
	}
	return func(p orb.Point) (float64, bool) { return part.at(r.PixelOf(p)) }, nil
}
