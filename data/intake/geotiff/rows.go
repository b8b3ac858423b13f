package geotiff

import (
	"context"
	"fmt"
)

// maxRowValues bounds the rows that are put together from one row of blocks.
const maxRowValues = 64 << 20

// Rows calls a function for every row from the top, with one value per column, NaN where there is none. values is valid only during
// the call. It holds one row of blocks in memory.
func (r *Raster) Rows(ctx context.Context, yield func(row int, values []float64) error) error {
	if r.Width*r.blockHeight > maxRowValues {
		return fmt.Errorf("rows of blocks of %d × %d pixels are too big: convert with gdal_translate -co TILED=YES", r.Width, r.blockHeight)
	}
	buffer := make([]float64, r.Width*r.blockHeight)
	return r.Blocks(ctx, func(b Block) error {
		for y := range b.Height {
			copy(buffer[y*r.Width+b.X:], b.Values[y*b.Width:(y+1)*b.Width])
		}
		if b.X+b.Width < r.Width {
			return nil
		}
		for y := range b.Height {
			if err := yield(b.Y+y, buffer[y*r.Width:(y+1)*r.Width]); err != nil {
				return err
			}
		}
		return nil
	})
}
