package geotiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Grid is a raster to be written: north-up, in longitude and latitude on WGS-84.
type Grid struct {
	West, North   float64 // outer corner of the north-west cell, degrees
	Width, Height float64 // of a cell, degrees
	Columns, Rows int
}

// stripRows is how many rows go into one compressed strip.
const stripRows = 64

// Write writes a GeoTIFF of 32-bit floats, compressed with deflate, NaN for no data. row fills the values of a row. The compressed
// strips are held in memory until all are known.
func Write(w io.Writer, g Grid, row func(row int, out []float64) error) error {
	if g.Columns < 1 || g.Rows < 1 || g.Columns > math.MaxInt32/4/stripRows {
		return fmt.Errorf("writing a raster of %d × %d cells", g.Columns, g.Rows)
	}
	strips, err := packStrips(g, row)
	if err != nil {
		return err
	}
	total := 0
	for _, strip := range strips {
		total += len(strip)
	}
	if int64(total) > math.MaxUint32-1<<20 {
		return fmt.Errorf("writing a raster: %d bytes are too many for a classic TIFF", total)
	}
	out := bytes.NewBuffer(directoryOf(g, strips))
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("writing a raster: %w", err)
	}
	for _, strip := range strips {
		if _, err := w.Write(strip); err != nil {
			return fmt.Errorf("writing a raster: %w", err)
		}
	}
	return nil
}

func packStrips(g Grid, row func(int, []float64) error) ([][]byte, error) {
	var strips [][]byte
	values := make([]float64, g.Columns)
	raw := make([]byte, 4*g.Columns)
	for first := 0; first < g.Rows; first += stripRows {
		var packed bytes.Buffer
		compressor := zlib.NewWriter(&packed)
		for y := first; y < min(first+stripRows, g.Rows); y++ {
			if err := row(y, values); err != nil {
				return nil, fmt.Errorf("writing row %d of a raster: %w", y, err)
			}
			for x, v := range values {
				binary.LittleEndian.PutUint32(raw[4*x:], math.Float32bits(float32(v)))
			}
			if _, err := compressor.Write(raw); err != nil {
				return nil, err
			}
		}
		if err := compressor.Close(); err != nil {
			return nil, err
		}
		strips = append(strips, packed.Bytes())
	}
	return strips, nil
}

// A field is one entry of the directory to be written, with its values as bytes.
type field struct {
	tag, kind uint16
	count     int
	values    []byte
}

func shorts(tag uint16, values ...uint16) field {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	return field{tag, 3, len(values), out}
}

func longs(tag uint16, values ...uint32) field {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return field{tag, 4, len(values), out}
}

func doubles(tag uint16, values ...float64) field {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return field{tag, 12, len(values), out}
}

// directoryOf lays out header, directory and the values that do not fit into it; the strips follow behind.
func directoryOf(g Grid, strips [][]byte) []byte {
	offsets, counts := make([]uint32, len(strips)), make([]uint32, len(strips))
	fields := func() []field {
		return []field{
			longs(tagWidth, uint32(g.Columns)), longs(tagHeight, uint32(g.Rows)), shorts(tagBits, 32), shorts(tagCompression, compressionDeflate), shorts(262, 1),
			longs(tagStripOffsets, offsets...), shorts(tagSamples, 1), longs(tagRowsPerStrip, stripRows), longs(tagStripCounts, counts...),
			shorts(tagSampleFormat, uint16(formatFloat)), doubles(tagPixelScale, g.Width, g.Height, 0), doubles(tagTiepoint, 0, 0, 0, g.West, g.North, 0),
			shorts(tagGeoKeys, 1, 1, 0, 3, 1024, 0, 1, 2, keyRasterType, 0, 1, 1, keyGeographic, 0, 1, 4326), {tagGDALNoData, 2, 4, []byte("nan\x00")},
		}
	}
	size := 0
	for _, f := range fields() {
		size += 12 + (len(f.values)+1)&^1
	}
	at := uint32(8 + 2 + size + 4)
	for i, strip := range strips {
		offsets[i], counts[i] = at, uint32(len(strip))
		at += uint32(len(strip))
	}
	all := fields()
	out := []byte{'I', 'I', 42, 0, 8, 0, 0, 0}
	out = binary.LittleEndian.AppendUint16(out, uint16(len(all)))
	valueAt := len(out) + 12*len(all) + 4
	var behind []byte
	for _, f := range all {
		out = binary.LittleEndian.AppendUint16(out, f.tag)
		out = binary.LittleEndian.AppendUint16(out, f.kind)
		out = binary.LittleEndian.AppendUint32(out, uint32(f.count))
		if len(f.values) <= 4 {
			out = append(out, f.values...)
			out = append(out, make([]byte, 4-len(f.values))...)
			continue
		}
		out = binary.LittleEndian.AppendUint32(out, uint32(valueAt+len(behind)))
		behind = append(behind, f.values...)
		if len(behind)%2 == 1 {
			behind = append(behind, 0)
		}
	}
	out = append(append(out, 0, 0, 0, 0), behind...)
	return append(out, make([]byte, 8+2+size+4-len(out))...)
}
