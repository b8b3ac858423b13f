// Package pbf writes OpenStreetMap data as a PBF file, the format that road networks are exchanged in. Reading is the business of
// geo/road; the library that reads (paulmach/osm) does not write.
//
// Format: https://wiki.openstreetmap.org/wiki/PBF_Format. Written are dense nodes, ways and relations with their tags, without editing
// history, in zlib-compressed blocks.
package pbf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/osm"
	"google.golang.org/protobuf/encoding/protowire"
)

// Header is what the file says about itself.
type Header struct {
	Program string // name of the writing program
	Source  string // where the data comes from; shown by tools
}

const (
	blockEntities = 8000 // entities of one block, as other writers do
	maxBlockBytes = 32 << 20
	nanoPerUnit   = 100 // granularity: one unit is 100 nanodegrees, about 1 cm
)

// Write writes the nodes, ways and relations of data to w, each kind sorted by id. Ids must be positive and strictly rising within their
// kind, coordinates within ±180 and ±90 degrees; anything else is an error that names the entity. Coordinates are rounded to 1e-7 degree.
// The same data gives the same bytes.
func Write(w io.Writer, data *osm.OSM, header Header) error {
	if err := check(data); err != nil {
		return err
	}
	if err := writeBlob(w, "OSMHeader", headerBlock(data, header)); err != nil {
		return err
	}
	for nodes := range chunks(data.Nodes) {
		if err := writeBlob(w, "OSMData", nodeBlock(nodes)); err != nil {
			return err
		}
	}
	for ways := range chunks(data.Ways) {
		if err := writeBlob(w, "OSMData", wayBlock(ways)); err != nil {
			return err
		}
	}
	for relations := range chunks(data.Relations) {
		if err := writeBlob(w, "OSMData", relationBlock(relations)); err != nil {
			return err
		}
	}
	return nil
}

// chunks yields consecutive parts of at most blockEntities entities.
func chunks[E any](all []E) func(yield func([]E) bool) {
	return func(yield func([]E) bool) {
		for len(all) > 0 {
			n := min(blockEntities, len(all))
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

func check(data *osm.OSM) error {
	last := int64(0)
	for _, n := range data.Nodes {
		if err := rising("node", &last, int64(n.ID)); err != nil {
			return err
		}
		// Written so that NaN fails too.
		if !(math.Abs(n.Lon) <= 180 && math.Abs(n.Lat) <= 90) {
			return fmt.Errorf("node %d: position %v %v is outside ±180, ±90 degrees", n.ID, n.Lon, n.Lat)
		}
	}
	last = 0
	for _, way := range data.Ways {
		if err := rising("way", &last, int64(way.ID)); err != nil {
			return err
		}
	}
	last = 0
	for _, relation := range data.Relations {
		if err := rising("relation", &last, int64(relation.ID)); err != nil {
			return err
		}
		for _, member := range relation.Members {
			if _, err := memberType(member.Type); err != nil {
				return fmt.Errorf("relation %d: %w", relation.ID, err)
			}
		}
	}
	return nil
}

func rising(kind string, last *int64, id int64) error {
	if id <= *last {
		return fmt.Errorf("%s %d stands after %d: ids must be positive and rise", kind, id, *last)
	}
	*last = id
	return nil
}

// writeBlob writes one block: the length of the blob header, the blob header, the blob.
func writeBlob(w io.Writer, kind string, block []byte) error {
	if len(block) > maxBlockBytes {
		return fmt.Errorf("writing %s block: %d bytes are more than the format allows (%d)", kind, len(block), maxBlockBytes)
	}
	var compressed bytes.Buffer
	z := zlib.NewWriter(&compressed)
	if _, err := z.Write(block); err != nil {
		return fmt.Errorf("compressing %s block: %w", kind, err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compressing %s block: %w", kind, err)
	}
	blob := message{}.number(2, uint64(len(block))).bytes(3, compressed.Bytes())
	head := message{}.text(1, kind).number(3, uint64(len(blob)))
	out := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
	out = append(append(out, head...), blob...)
	if _, err := w.Write(out); err != nil {
		return fmt.Errorf("writing %s block: %w", kind, err)
	}
	return nil
}

func headerBlock(data *osm.OSM, header Header) []byte {
	m := message{}
	if box, ok := bounds(data.Nodes); ok {
		m = m.bytes(1, message{}.signed(1, nano(box[0])).signed(2, nano(box[2])).signed(3, nano(box[3])).signed(4, nano(box[1])))
	}
	return m.text(4, "OsmSchema-V0.6").text(4, "DenseNodes").text(5, "Sort.Type_then_ID").
		text(16, header.Program).text(17, header.Source)
}

func nano(degrees float64) int64 { return units(degrees) * nanoPerUnit }

// units rounds degrees to the whole units of the file.
func units(degrees float64) int64 { return int64(math.Round(degrees * 1e9 / nanoPerUnit)) }

// bounds returns west, south, east, north; ok is false without nodes.
func bounds(nodes osm.Nodes) (box [4]float64, ok bool) {
	for i, n := range nodes {
		if i == 0 {
			box = [4]float64{n.Lon, n.Lat, n.Lon, n.Lat}
		}
		box = [4]float64{min(box[0], n.Lon), min(box[1], n.Lat), max(box[2], n.Lon), max(box[3], n.Lat)}
	}
	return box, len(nodes) > 0
}

// message is a protocol buffer under construction; every method appends one field.
type message []byte

func (m message) number(field protowire.Number, value uint64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), value)
}

func (m message) signed(field protowire.Number, value int64) message {
	return m.number(field, protowire.EncodeZigZag(value))
}

func (m message) bytes(field protowire.Number, value []byte) message {
	return protowire.AppendBytes(protowire.AppendTag(m, field, protowire.BytesType), value)
}

func (m message) text(field protowire.Number, value string) message {
	return m.bytes(field, []byte(value))
}

// packed appends a list of plain varints; nothing when it is empty.
func (m message) packed(field protowire.Number, values []uint64) message {
	if len(values) == 0 {
		return m
	}
	var list []byte
	for _, v := range values {
		list = protowire.AppendVarint(list, v)
	}
	return m.bytes(field, list)
}

// deltas appends a list of numbers as zigzag differences to the one before; nothing when it is empty.
func (m message) deltas(field protowire.Number, values []int64) message {
	steps := make([]uint64, len(values))
	last := int64(0)
	for i, v := range values {
		steps[i] = protowire.EncodeZigZag(v - last)
		last = v
	}
	return m.packed(field, steps)
}
