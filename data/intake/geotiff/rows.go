package geotiff

import (
	"context"
	"fmt"
)

// maxRowValues bounds the rows that are put together from one row of blocks.
const maxRowValues = 64 << 20

// Rows reads the rows of a raster in any order, cheapest from the top. It holds one row of blocks in memory and is for one goroutine.
type Rows struct {
	raster *Raster
	blocks *blockReader
	buffer []float64
	held   int // row of blocks in the buffer, -1 for none
}

// NewRows prepares to read rows.
func (r *Raster) NewRows() (*Rows, error) {
	if int64(r.Width)*int64(r.blockHeight) > maxRowValues {
		return nil, fmt.Errorf("rows of blocks of %d × %d pixels are too big: convert with gdal_translate -co TILED=YES", r.Width, r.blockHeight)
	}
	return &Rows{raster: r, blocks: newBlockReader(r), buffer: make([]float64, r.Width*r.blockHeight), held: -1}, nil
}

// Read returns a row, with one value per column, NaN where there is none. The slice is valid until the next call.
func (r *Rows) Read(ctx context.Context, row int) ([]float64, error) {
	if row < 0 || row >= r.raster.Height {
		return nil, fmt.Errorf("row %d of %d", row, r.raster.Height)
	}
	if j := row / r.raster.blockHeight; j != r.held {
		if err := r.load(ctx, j); err != nil {
			return nil, err
		}
	}
	start := row % r.raster.blockHeight * r.raster.Width
	return r.buffer[start : start+r.raster.Width], nil
}

func (r *Rows) load(ctx context.Context, j int) error {
	r.held = -1
	across, _ := r.raster.blockGrid()
	for i := range across {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := r.blocks.block(i, j)
		if err != nil {
			return err
		}
		for y := range b.Height {
			copy(r.buffer[y*r.raster.Width+b.X:], b.Values[y*b.Width:(y+1)*b.Width])
		}
	}
	r.held = j
	return nil
}
