package export

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
)

// PMTiles 3 (github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md): a header, a root directory that with the header fits in the first
// 16 KiB, metadata, leaf directories and the tiles, in the order of their numbers on Hilbert curves, one curve a zoom.
const (
	pmtilesHeader = 127
	pmtilesRoot   = 16384 - pmtilesHeader
	pmtilesGzip   = 2
	pmtilesMVT    = 1
)

// A pmtile is a compressed tile and its number.
type pmtile struct {
	id   uint64
	data []byte
}

// A pmentry of a directory: run tiles from id on have the same content; a run of 0 is a leaf directory.
type pmentry struct {
	id, run, offset, length uint64
}

// pmtilesID numbers the tile x, y of zoom z: along the Hilbert curve of its zoom, after all tiles of lower zooms.
func pmtilesID(z, x, y uint32) uint64 {
	id := (uint64(1)<<(2*z) - 1) / 3
	for s := uint32(1) << z >> 1; s > 0; s >>= 1 {
		right, low := x&s != 0, y&s != 0
		switch {
		case right && low:
			id += 2 * uint64(s) * uint64(s)
		case right:
			id += 3 * uint64(s) * uint64(s)
		case low:
			id += uint64(s) * uint64(s)
		}
		x, y = x&(s-1), y&(s-1)
		if !low {
			if right {
				x, y = s-1-x, s-1-y
			}
			x, y = y, x
		}
	}
	return id
}

// writePMTiles writes the tiles, in any order, as an archive. Equal tiles are stored once.
func writePMTiles(w io.Writer, tiles []pmtile, cover pmtilesCover, metadata any) error {
	slices.SortFunc(tiles, func(a, b pmtile) int {
		if a.id < b.id {
			return -1
		}
		return 1
	})
	entries, contents, length := pmtilesEntries(tiles)
	root, leaves := pmtilesDirectories(entries)
	text, err := json.Marshal(metadata)
	if err != nil {
		return fmt.Errorf("writing metadata of PMTiles: %w", err)
	}
	text = new(gzipper).compress(text)
	head := append(make([]byte, 0, pmtilesHeader), "PMTiles\x03"...)
	at := uint64(pmtilesHeader)
	for _, part := range []uint64{uint64(len(root)), uint64(len(text)), uint64(len(leaves)), length} {
		head = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(head, at), part)
		at += part
	}
	for _, count := range []int{len(tiles), len(entries), len(contents)} {
		head = binary.LittleEndian.AppendUint64(head, uint64(count))
	}
	head = cover.append(append(head, 1, pmtilesGzip, pmtilesGzip, pmtilesMVT)) // 1: the tiles are in the order of their numbers
	for _, part := range append([][]byte{head, root, text, leaves}, contents...) {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("writing PMTiles: %w", err)
		}
	}
	return nil
}

// pmtilesEntries places the tiles one after the other, each content once.
func pmtilesEntries(tiles []pmtile) (entries []pmentry, contents [][]byte, length uint64) {
	placed := map[string]uint64{}
	for _, tile := range tiles {
		offset, known := placed[string(tile.data)]
		if !known {
			offset = length
			placed[string(tile.data)] = offset
			contents = append(contents, tile.data)
			length += uint64(len(tile.data))
		}
		if n := len(entries); n > 0 && entries[n-1].offset == offset && entries[n-1].id+entries[n-1].run == tile.id {
			entries[n-1].run++
			continue
		}
		entries = append(entries, pmentry{tile.id, 1, offset, uint64(len(tile.data))})
	}
	return entries, contents, length
}

// pmtilesDirectories puts the entries into the root, or into as many leaves as make a root that fits.
func pmtilesDirectories(entries []pmentry) (root, leaves []byte) {
	root = pmtilesDirectory(entries)
	for size := 4096; len(root) > pmtilesRoot; size *= 2 {
		var top []pmentry
		leaves = nil
		for part := range slices.Chunk(entries, size) {
			leaf := pmtilesDirectory(part)
			top = append(top, pmentry{id: part[0].id, offset: uint64(len(leaves)), length: uint64(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		root = pmtilesDirectory(top)
	}
	return root, leaves
}

// pmtilesDirectory writes entries column by column; an offset of 0 follows the entry before, others are one more than they are.
func pmtilesDirectory(entries []pmentry) []byte {
	out := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		out = binary.AppendUvarint(out, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		out = binary.AppendUvarint(out, e.run)
	}
	for _, e := range entries {
		out = binary.AppendUvarint(out, e.length)
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+entries[i-1].length {
			out = append(out, 0)
			continue
		}
		out = binary.AppendUvarint(out, e.offset+1)
	}
	return new(gzipper).compress(out)
}

// A gzipper compresses in memory, where writing cannot fail. Used again and again it spares the tables of a new compressor for each tile.
type gzipper struct{ z *gzip.Writer }

func (g *gzipper) compress(content []byte) []byte {
	var out bytes.Buffer
	if g.z == nil {
		g.z = gzip.NewWriter(nil)
	}
	g.z.Reset(&out)
	_, _ = g.z.Write(content)
	_ = g.z.Close()
	return out.Bytes()
}

// A pmtilesCover is what the header tells of the tiles: zooms, and degrees west, south, east, north.
type pmtilesCover struct {
	low, high                uint32
	west, south, east, north float64
}

func (c pmtilesCover) append(head []byte) []byte {
	degrees := func(values ...float64) {
		for _, v := range values {
			head = binary.LittleEndian.AppendUint32(head, uint32(int32(math.Round(v*1e7))))
		}
	}
	head = append(head, byte(c.low), byte(c.high))
	degrees(c.west, c.south, c.east, c.north)
	head = append(head, byte(c.low))
	degrees((c.west+c.east)/2, (c.south+c.north)/2)
	return head
}
