package geotiff

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Limits of what a raster may ask for.
const (
	maxPixels     = 1 << 34
	maxBlockBytes = 256 << 20
)

// Raster is one band of an image: its first, which in data rasters is the only one.
type Raster struct {
	Width, Height int
	// Affine maps the upper left corner of pixel (column, row) to x, y: x = A[0] + column·A[1] + row·A[2], y = A[3] + column·A[4] + row·A[5].
	Affine [6]float64
	// EPSG is the code of the coordinate system; 0 when the file names none.
	EPSG int
	// Citation is the name the file gives its coordinate system, "" when it gives none.
	Citation string
	// NoData is the value that means no value; HasNoData is false when the file names none. NaN never is a value.
	NoData    float64
	HasNoData bool

	dir         *directory
	samples     int // interleaved in a block
	bits        int
	format      sampleFormat
	compression uint64
	predictor   uint64
	blockWidth  int
	blockHeight int
	tiled       bool
	offsets     []uint64
	counts      []uint64
}

type sampleFormat uint64

const (
	formatUint  sampleFormat = 1
	formatInt   sampleFormat = 2
	formatFloat sampleFormat = 3
)

// Block is a rectangle of pixels. Values has Width·Height entries row by row; NaN where there is no value. It is valid only during the
// call that it is given to.
type Block struct {
	X, Y, Width, Height int
	Values              []float64
}

// Open reads the directory of a GeoTIFF. It takes memory for the list of blocks only.
func Open(data io.ReaderAt, size int64) (*Raster, error) {
	dir, err := readDirectory(data, size)
	if err != nil {
		return nil, err
	}
	r := &Raster{dir: dir}
	for _, step := range []func() error{r.readSize, r.readSamples, r.readBlocks, r.readPlace, r.readGeoKeys, r.readNoData} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Raster) readSize() error {
	width, err := r.dir.number(tagWidth, 0)
	if err != nil {
		return err
	}
	height, err := r.dir.number(tagHeight, 0)
	if err != nil {
		return err
	}
	if width == 0 || height == 0 || width > math.MaxInt32 || height > math.MaxInt32 || width*height > maxPixels {
		return fmt.Errorf("the image states %d × %d pixels, which is nothing or too much", width, height)
	}
	r.Width, r.Height = int(width), int(height)
	return nil
}

func (r *Raster) readSamples() error {
	var fields [5]uint64
	for i, tag := range []uint16{tagBits, tagSampleFormat, tagSamples, tagPlanar, tagPredictor} {
		value, err := r.dir.number(tag, 1)
		if err != nil {
			return err
		}
		fields[i] = value
	}
	compression, err := r.dir.number(tagCompression, 1)
	if err != nil {
		return err
	}
	r.bits, r.format, r.compression, r.predictor = int(fields[0]), sampleFormat(fields[1]), compression, fields[4]
	r.samples = int(fields[2])
	if fields[3] == 2 || fields[2] == 0 {
		r.samples = 1 // bands one after the other: the blocks of the first come first
	}
	whole := r.bits == 8 || r.bits == 16 || r.bits == 32 || r.bits == 64
	switch {
	case r.samples > 64:
		return fmt.Errorf("%d bands in a pixel", r.samples)
	case (r.format == formatUint || r.format == formatInt) && whole, r.format == formatFloat && (r.bits == 32 || r.bits == 64):
	default:
		return fmt.Errorf("samples of %d bits in format %d are not supported", r.bits, r.format)
	}
	switch r.compression {
	case compressionNone, compressionLZW, compressionDeflate, compressionDeflateOld, compressionPackBits:
	default:
		return fmt.Errorf("compression %d is not supported: convert with gdal_translate -co COMPRESS=DEFLATE", r.compression)
	}
	if r.predictor < 1 || r.predictor > 3 || r.predictor == 3 && r.format != formatFloat {
		return fmt.Errorf("predictor %d does not fit the samples", r.predictor)
	}
	if r.predictor == 3 && r.dir.order == binary.BigEndian {
		return errors.New("programs disagree on predictor 3 in big-endian files: convert with gdal_translate -co ENDIANNESS=LITTLE")
	}
	metadata, err := r.dir.text(tagGDALMetadata)
	if err == nil && strings.Contains(metadata, `role="scale"`) {
		return errors.New("the values are scaled (GDAL metadata SCALE): convert with gdal_translate -unscale")
	}
	return err
}

func (r *Raster) readBlocks() error {
	tileWidth, err := r.dir.number(tagTileWidth, 0)
	if err != nil {
		return err
	}
	offsetsTag, countsTag := uint16(tagStripOffsets), uint16(tagStripCounts)
	if tileWidth > 0 {
		tileHeight, err := r.dir.number(tagTileHeight, 0)
		if err != nil {
			return err
		}
		if tileHeight == 0 || tileWidth > 1<<20 || tileHeight > 1<<20 {
			return fmt.Errorf("tiles of %d × %d pixels", tileWidth, tileHeight)
		}
		r.tiled, r.blockWidth, r.blockHeight = true, int(tileWidth), int(tileHeight)
		offsetsTag, countsTag = tagTileOffsets, tagTileCounts
	} else {
		rows, err := r.dir.number(tagRowsPerStrip, math.MaxUint32)
		if err != nil {
			return err
		}
		r.blockWidth, r.blockHeight = r.Width, int(min(max(rows, 1), uint64(r.Height)))
	}
	if bytes := int64(r.blockWidth) * int64(r.blockHeight) * int64(r.samples*r.bits/8); bytes > maxBlockBytes {
		return fmt.Errorf("blocks of %d bytes are too big: convert with gdal_translate -co TILED=YES", bytes)
	}
	if r.offsets, err = r.dir.numbers(offsetsTag); err != nil {
		return err
	}
	if r.counts, err = r.dir.numbers(countsTag); err != nil {
		return err
	}
	across, down := r.blockGrid()
	if len(r.offsets) < across*down || len(r.counts) < across*down {
		return fmt.Errorf("the image needs %d blocks and lists %d", across*down, min(len(r.offsets), len(r.counts)))
	}
	return nil
}

func (r *Raster) blockGrid() (across, down int) {
	return (r.Width + r.blockWidth - 1) / r.blockWidth, (r.Height + r.blockHeight - 1) / r.blockHeight
}

// readPlace finds where the image lies: by a matrix, or by one tie point and the size of a pixel.
func (r *Raster) readPlace() error {
	matrix, err := r.dir.doubles(tagTransformation)
	if err != nil {
		return err
	}
	if len(matrix) >= 16 {
		r.Affine = [6]float64{matrix[3], matrix[0], matrix[1], matrix[7], matrix[4], matrix[5]}
		return r.checkPlace()
	}
	scale, err := r.dir.doubles(tagPixelScale)
	if err != nil {
		return err
	}
	tie, err := r.dir.doubles(tagTiepoint)
	if err != nil {
		return err
	}
	if len(scale) < 2 || len(tie) < 6 {
		return errors.New("the image does not say where it lies (no GeoTIFF tags)")
	}
	r.Affine = [6]float64{tie[3] - tie[0]*scale[0], scale[0], 0, tie[4] + tie[1]*scale[1], 0, -scale[1]}
	return r.checkPlace()
}

func (r *Raster) checkPlace() error {
	for _, v := range r.Affine {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("the place of the image is not a number")
		}
	}
	if r.Affine[1]*r.Affine[5]-r.Affine[2]*r.Affine[4] == 0 {
		return errors.New("the pixels of the image have no extent")
	}
	return nil
}

// Keys of the GeoTIFF directory.
const (
	keyRasterType    = 1025
	keyCitation      = 1026
	keyGeographic    = 2048
	keyGeogCitation  = 2049
	keyProjected     = 3072
	keyProjCitation  = 3073
	rasterPixelPoint = 2
	userDefined      = 32767
)

func (r *Raster) readGeoKeys() error {
	keys, err := r.dir.numbers(tagGeoKeys)
	if err != nil || len(keys) < 4 {
		return err
	}
	ascii, err := r.dir.text(tagGeoASCII)
	if err != nil {
		return err
	}
	geographic := 0
	for i := 4; i+3 < len(keys) && (i-4)/4 < int(min(keys[3], maxDirectoryLength)); i += 4 {
		key, place, count, value := keys[i], keys[i+1], keys[i+2], keys[i+3]
		switch {
		case key == keyRasterType && value == rasterPixelPoint:
			r.Affine[0] -= (r.Affine[1] + r.Affine[2]) / 2
			r.Affine[3] -= (r.Affine[4] + r.Affine[5]) / 2
		case key == keyGeographic && value != userDefined:
			geographic = int(value)
		case key == keyProjected && value != userDefined:
			r.EPSG = int(value)
		case place == tagGeoASCII && (key == keyProjCitation || r.Citation == "" && (key == keyCitation || key == keyGeogCitation)):
			if value+count <= uint64(len(ascii)) {
				r.Citation = strings.TrimRight(ascii[value:value+count], "|")
			}
		}
		if key == keyProjected && value == userDefined {
			geographic = 0
		}
	}
	if r.EPSG == 0 {
		r.EPSG = geographic
	}
	return nil
}

func (r *Raster) readNoData() error {
	text, err := r.dir.text(tagGDALNoData)
	if err != nil || strings.TrimSpace(text) == "" {
		return err
	}
	value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return fmt.Errorf("the value for no data is %q", text)
	}
	r.NoData, r.HasNoData = value, true
	if r.format == formatFloat && r.bits == 32 {
		r.NoData = float64(float32(value)) // written in decimal, rounded
	}
	return nil
}

// isNoData reports the value for no data. A float written into the tag in decimal with fewer digits than it has, as the lowest float32
// often is, still counts.
func (r *Raster) isNoData(value float64) bool {
	if value == r.NoData {
		return true
	}
	return r.format == formatFloat && math.Abs(r.NoData) > 1e30 && math.Abs(value-r.NoData) < 1e-6*math.Abs(r.NoData)
}

// Center returns the place of the centre of a pixel.
func (r *Raster) Center(column, row int) orb.Point {
	return r.At(float64(column)+0.5, float64(row)+0.5)
}

// At returns the place of a position in pixels, (0, 0) being the upper left corner of the image.
func (r *Raster) At(column, row float64) orb.Point {
	a := r.Affine
	return orb.Point{a[0] + column*a[1] + row*a[2], a[3] + column*a[4] + row*a[5]}
}

// PixelOf returns the position in pixels of a place; it may lie outside the image.
func (r *Raster) PixelOf(p orb.Point) (column, row float64) {
	a := r.Affine
	x, y := p[0]-a[0], p[1]-a[3]
	determinant := a[1]*a[5] - a[2]*a[4]
	return (x*a[5] - y*a[2]) / determinant, (y*a[1] - x*a[4]) / determinant
}

// Blocks calls a function for every block, row by row of blocks from the upper left. It stops at the first error or when ctx ends.
func (r *Raster) Blocks(ctx context.Context, yield func(Block) error) error {
	across, down := r.blockGrid()
	reader := newBlockReader(r)
	for j := range down {
		for i := range across {
			if err := ctx.Err(); err != nil {
				return err
			}
			block, err := reader.block(i, j)
			if err != nil {
				return err
			}
			if err := yield(block); err != nil {
				return err
			}
		}
	}
	return nil
}

// sample returns the value at a byte position.
func (r *Raster) sample(order binary.ByteOrder, raw []byte) float64 {
	switch {
	case r.format == formatFloat && r.bits == 32:
		return float64(math.Float32frombits(order.Uint32(raw)))
	case r.format == formatFloat:
		return math.Float64frombits(order.Uint64(raw))
	case r.bits == 8 && r.format == formatInt:
		return float64(int8(raw[0]))
	case r.bits == 8:
		return float64(raw[0])
	case r.bits == 16 && r.format == formatInt:
		return float64(int16(order.Uint16(raw)))
	case r.bits == 16:
		return float64(order.Uint16(raw))
	case r.bits == 32 && r.format == formatInt:
		return float64(int32(order.Uint32(raw)))
	case r.bits == 32:
		return float64(order.Uint32(raw))
	case r.format == formatInt:
		return float64(int64(order.Uint64(raw)))
	}
	return float64(order.Uint64(raw))
}
