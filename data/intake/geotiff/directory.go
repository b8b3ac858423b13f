package geotiff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// ErrNotTIFF marks a file that does not begin like a TIFF.
var ErrNotTIFF = errors.New("not a TIFF")

// Tags of the TIFF and GeoTIFF directories that are read.
const (
	tagSubfileType     = 254
	tagWidth           = 256
	tagHeight          = 257
	tagBits            = 258
	tagCompression     = 259
	tagStripOffsets    = 273
	tagSamples         = 277
	tagRowsPerStrip    = 278
	tagStripCounts     = 279
	tagPlanar          = 284
	tagPredictor       = 317
	tagTileWidth       = 322
	tagTileHeight      = 323
	tagTileOffsets     = 324
	tagTileCounts      = 325
	tagSampleFormat    = 339
	tagPixelScale      = 33550
	tagTiepoint        = 33922
	tagTransformation  = 34264
	tagGeoKeys         = 34735
	tagGeoDoubles      = 34736
	tagGeoASCII        = 34737
	tagGDALMetadata    = 42112
	tagGDALNoData      = 42113
	maxDirectoryLength = 4096
)

// An entry is a value of the directory, not yet read.
type entry struct {
	kind   uint16
	count  uint64
	offset uint64 // of the values in the file
}

// A directory holds the entries of the first image of a file.
type directory struct {
	data    io.ReaderAt
	size    int64
	order   binary.ByteOrder
	big     bool
	entries map[uint16]entry
}

// readDirectory reads the header and the first directory, which in every layout is the image at full resolution.
func readDirectory(data io.ReaderAt, size int64) (*directory, error) {
	var header [16]byte
	n, err := data.ReadAt(header[:], 0)
	if n < 8 {
		return nil, fmt.Errorf("%w: %w", ErrNotTIFF, err)
	}
	d := &directory{data: data, size: size, entries: map[uint16]entry{}}
	switch string(header[:2]) {
	case "II":
		d.order = binary.LittleEndian
	case "MM":
		d.order = binary.BigEndian
	default:
		return nil, ErrNotTIFF
	}
	switch d.order.Uint16(header[2:]) {
	case 42:
		return d, d.readEntries(uint64(d.order.Uint32(header[4:])))
	case 43:
		if n < 16 || d.order.Uint16(header[4:]) != 8 {
			return nil, ErrNotTIFF
		}
		d.big = true
		return d, d.readEntries(d.order.Uint64(header[8:]))
	}
	return nil, ErrNotTIFF
}

func (d *directory) readEntries(at uint64) error {
	countBytes, entryBytes := uint64(2), uint64(12)
	if d.big {
		countBytes, entryBytes = 8, 20
	}
	raw, err := d.bytes(at, countBytes)
	if err != nil {
		return fmt.Errorf("reading the directory: %w", err)
	}
	count := uint64(d.order.Uint16(raw))
	if d.big {
		count = d.order.Uint64(raw)
	}
	if count > maxDirectoryLength {
		return fmt.Errorf("the directory states %d entries", count)
	}
	raw, err = d.bytes(at+countBytes, count*entryBytes)
	if err != nil {
		return fmt.Errorf("reading the directory: %w", err)
	}
	for i := range count {
		d.addEntry(raw[i*entryBytes:(i+1)*entryBytes], at+countBytes+i*entryBytes)
	}
	return nil
}

func (d *directory) addEntry(raw []byte, at uint64) {
	e := entry{kind: d.order.Uint16(raw[2:])}
	inline, valueAt := uint64(4), uint64(8)
	if d.big {
		e.count, inline, valueAt = d.order.Uint64(raw[4:]), 8, 12
		e.offset = d.order.Uint64(raw[12:])
	} else {
		e.count, e.offset = uint64(d.order.Uint32(raw[4:])), uint64(d.order.Uint32(raw[8:]))
	}
	if width := sizeOfKind(e.kind); width > 0 && e.count <= inline/width {
		e.offset = at + valueAt
	}
	d.entries[d.order.Uint16(raw)] = e
}

// sizeOfKind returns the bytes of one value of a field type, 0 for one that is not known.
func sizeOfKind(kind uint16) uint64 {
	switch kind {
	case 1, 2, 6, 7:
		return 1
	case 3, 8:
		return 2
	case 4, 9, 11:
		return 4
	case 5, 10, 12, 16, 17, 18:
		return 8
	}
	return 0
}

// bytes reads a piece of the file that the file says is there.
func (d *directory) bytes(at, count uint64) ([]byte, error) {
	if at > uint64(d.size) || count > uint64(d.size)-at {
		return nil, fmt.Errorf("%d bytes at %d lie beyond the end of the file (%d): %w", count, at, d.size, io.ErrUnexpectedEOF)
	}
	raw := make([]byte, count)
	if _, err := d.data.ReadAt(raw, int64(at)); err != nil && err != io.EOF {
		return nil, err
	}
	return raw, nil
}

// numbers reads the values of an integer entry; none when it is absent.
func (d *directory) numbers(tag uint16) ([]uint64, error) {
	e, ok := d.entries[tag]
	if !ok {
		return nil, nil
	}
	width := sizeOfKind(e.kind)
	if e.kind == 2 || e.kind == 5 || e.kind == 10 || e.kind == 11 || e.kind == 12 || width == 0 || e.count > uint64(d.size) {
		return nil, fmt.Errorf("tag %d is not a list of numbers", tag)
	}
	raw, err := d.bytes(e.offset, e.count*width)
	if err != nil {
		return nil, fmt.Errorf("reading tag %d: %w", tag, err)
	}
	out := make([]uint64, e.count)
	for i := range out {
		switch piece := raw[uint64(i)*width:]; width {
		case 1:
			out[i] = uint64(piece[0])
		case 2:
			out[i] = uint64(d.order.Uint16(piece))
		case 4:
			out[i] = uint64(d.order.Uint32(piece))
		case 8:
			out[i] = d.order.Uint64(piece)
		}
	}
	return out, nil
}

// number reads a single integer, or a default when it is absent.
func (d *directory) number(tag uint16, absent uint64) (uint64, error) {
	values, err := d.numbers(tag)
	if err != nil || len(values) == 0 {
		return absent, err
	}
	return values[0], nil
}

// doubles reads the values of an entry of doubles; none when it is absent.
func (d *directory) doubles(tag uint16) ([]float64, error) {
	e, ok := d.entries[tag]
	if !ok {
		return nil, nil
	}
	if e.kind != 12 || e.count > 1<<16 {
		return nil, fmt.Errorf("tag %d is not a list of doubles", tag)
	}
	raw, err := d.bytes(e.offset, e.count*8)
	if err != nil {
		return nil, fmt.Errorf("reading tag %d: %w", tag, err)
	}
	out := make([]float64, e.count)
	for i := range out {
		out[i] = math.Float64frombits(d.order.Uint64(raw[8*i:]))
	}
	return out, nil
}

// text reads an ASCII entry without its closing zero; "" when it is absent.
func (d *directory) text(tag uint16) (string, error) {
	e, ok := d.entries[tag]
	if !ok || e.kind != 2 || e.count == 0 || e.count > 1<<20 {
		return "", nil
	}
	raw, err := d.bytes(e.offset, e.count)
	if err != nil {
		return "", fmt.Errorf("reading tag %d: %w", tag, err)
	}
	for len(raw) > 0 && raw[len(raw)-1] == 0 {
		raw = raw[:len(raw)-1]
	}
	return string(raw), nil
}
