package geotiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"golang.org/x/image/tiff/lzw"
)

// Compressions that are read.
const (
	compressionNone       = 1
	compressionLZW        = 5
	compressionDeflate    = 8
	compressionPackBits   = 32773
	compressionDeflateOld = 32946
)

// A blockReader holds the buffers of one pass over the blocks.
type blockReader struct {
	raster *Raster
	packed []byte
	raw    []byte // the block as the file has it, all bands
	row    []byte // scratch for predictor 3
	values []float64
	order  binary.ByteOrder // of the samples in raw
}

func newBlockReader(r *Raster) *blockReader {
	bytes := r.blockWidth * r.blockHeight * r.samples * r.bits / 8
	return &blockReader{raster: r, raw: make([]byte, bytes), row: make([]byte, bytes/r.blockHeight), order: r.dir.order}
}

// block reads the block at a place of the grid of blocks.
func (b *blockReader) block(i, j int) (Block, error) {
	r := b.raster
	block := Block{X: i * r.blockWidth, Y: j * r.blockHeight}
	block.Width, block.Height = min(r.blockWidth, r.Width-block.X), min(r.blockHeight, r.Height-block.Y)
	across, down := r.blockGrid()
	index := j*across + i
	if err := b.read(index, &block); err != nil {
		return block, fmt.Errorf("reading block %d of %d: %w", index+1, across*down, err)
	}
	return block, nil
}

// read fills a block. A block without data in the file is all no data.
func (b *blockReader) read(index int, block *Block) error {
	r := b.raster
	if cap(b.values) < block.Width*block.Height {
		b.values = make([]float64, block.Width*block.Height)
	}
	block.Values = b.values[:block.Width*block.Height]
	if r.counts[index] == 0 {
		for i := range block.Values {
			block.Values[i] = math.NaN()
		}
		return nil
	}
	rows := r.blockHeight
	if !r.tiled {
		rows = block.Height // the last strip may be short
	}
	raw := b.raw[:len(b.raw)/r.blockHeight*rows]
	if err := b.unpack(index, raw); err != nil {
		return err
	}
	b.unpredict(raw, rows)
	b.convert(raw, block)
	return nil
}

// unpack reads and decompresses exactly as many bytes as the block has.
func (b *blockReader) unpack(index int, raw []byte) error {
	r := b.raster
	at, count := r.offsets[index], r.counts[index]
	if at > uint64(r.dir.size) || count > uint64(r.dir.size)-at {
		return fmt.Errorf("%d bytes at %d lie beyond the end of the file: %w", count, at, io.ErrUnexpectedEOF)
	}
	section := io.NewSectionReader(r.dir.data, int64(at), int64(count))
	switch r.compression {
	case compressionNone:
		_, err := io.ReadFull(section, raw)
		return err
	case compressionPackBits:
		return unpackBits(section, raw)
	}
	if count > maxBlockBytes {
		return fmt.Errorf("a packed block of %d bytes", count)
	}
	if uint64(cap(b.packed)) < count {
		b.packed = make([]byte, count)
	}
	packed := b.packed[:count]
	if _, err := io.ReadFull(section, packed); err != nil {
		return err
	}
	if r.compression == compressionLZW {
		reader := lzw.NewReader(bytes.NewReader(packed), lzw.MSB, 8)
		defer reader.Close()
		_, err := io.ReadFull(reader, raw)
		return err
	}
	reader, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	defer reader.Close()
	_, err = io.ReadFull(reader, raw)
	return err
}

// unpackBits reverses the run lengths of TIFF 6.0 section 9.
func unpackBits(packed *io.SectionReader, raw []byte) error {
	source := make([]byte, min(packed.Size(), int64(2*len(raw)+128)))
	if _, err := io.ReadFull(packed, source); err != nil {
		return err
	}
	for len(raw) > 0 {
		if len(source) < 2 {
			return io.ErrUnexpectedEOF
		}
		n := int(int8(source[0]))
		switch {
		case n >= 0:
			if len(source) < n+2 {
				return io.ErrUnexpectedEOF
			}
			copied := copy(raw, source[1:n+2])
			raw, source = raw[copied:], source[n+2:]
		case n > -128:
			count := min(1-n, len(raw))
			for i := range count {
				raw[i] = source[1]
			}
			raw, source = raw[count:], source[2:]
		default:
			source = source[1:]
		}
	}
	return nil
}

// unpredict undoes the differences between neighbours in every row.
func (b *blockReader) unpredict(raw []byte, rows int) {
	r := b.raster
	width := len(raw) / rows
	for y := range rows {
		row := raw[y*width : (y+1)*width]
		switch r.predictor {
		case 2:
			addNeighbours(row, r.samples, r.bits/8, r.dir.order)
		case 3:
			b.joinBytes(row, r.samples, r.bits/8)
		}
	}
	if r.predictor == 3 {
		b.order = binary.BigEndian // predictor 3 stores the bytes from the highest down
	}
}

// addNeighbours is horizontal differencing: each sample was stored as the difference to the one before it in its band.
func addNeighbours(row []byte, samples, width int, order binary.ByteOrder) {
	step := samples * width
	for i := step; i+width <= len(row); i += width {
		switch width {
		case 1:
			row[i] += row[i-step]
		case 2:
			order.PutUint16(row[i:], order.Uint16(row[i:])+order.Uint16(row[i-step:]))
		case 4:
			order.PutUint32(row[i:], order.Uint32(row[i:])+order.Uint32(row[i-step:]))
		case 8:
			order.PutUint64(row[i:], order.Uint64(row[i:])+order.Uint64(row[i-step:]))
		}
	}
}

// joinBytes undoes the floating point predictor: byte differences over the row, then the planes of bytes of equal weight, the highest
// first, are put together to samples.
func (b *blockReader) joinBytes(row []byte, samples, width int) {
	for i := samples; i < len(row); i++ {
		row[i] += row[i-samples]
	}
	scratch := b.row[:len(row)]
	copy(scratch, row)
	count := len(row) / width
	for i := range count {
		for k := range width {
			row[i*width+k] = scratch[k*count+i]
		}
	}
}

// convert takes the first band out of the block. What is no data becomes NaN.
func (b *blockReader) convert(raw []byte, block *Block) {
	r := b.raster
	width := r.bits / 8
	step := r.samples * width
	for y := range block.Height {
		row := raw[y*r.blockWidth*step:]
		out := block.Values[y*block.Width : (y+1)*block.Width]
		if r.format == formatFloat && r.bits == 32 && b.order == binary.LittleEndian {
			for x := range out {
				out[x] = float64(math.Float32frombits(binary.LittleEndian.Uint32(row[x*step:])))
			}
		} else {
			for x := range out {
				out[x] = r.sample(b.order, row[x*step:])
			}
		}
		if r.HasNoData {
			for x, value := range out {
				if r.isNoData(value) {
					out[x] = math.NaN()
				}
			}
		}
	}
}
