package road

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
	"unsafe"
)

// The file of a graph: magic, length and checksum of the head; the head in JSON with where each array is; the arrays, little-endian, each
// aligned to 8 bytes. It is used where it lies: opening touches the head only.
const (
	graphMagic  = "LCROADS\x01"
	graphFormat = 6 // changes when the meaning of the arrays does
	headPrefix  = len(graphMagic) + 8
	maxHead     = 1 << 22
)

// fileHead is the readable part of the file.
type fileHead struct {
	Meta   graphMeta  `json:"meta"`
	Arrays []fileSpan `json:"arrays"`
	Size   int64      `json:"size"`   // of the arrays together
	Levels []uint32   `json:"levels"` // of the index of segments

	WallLevels []uint32 `json:"wall_levels"`
}

// fileSpan is where an array is, from the first byte behind the head.
type fileSpan struct {
	Name     string `json:"name"`
	Offset   int64  `json:"offset"`
	Bytes    int64  `json:"bytes"`
	Checksum uint32 `json:"crc32c"`
}

// array is one of the graph's flat arrays, as bytes and back.
type array struct {
	name  string
	bytes func() []byte
	set   func([]byte) error
}

func (g *Graph) arrays() []array {
	return []array{
		flat("edge_start", &g.edgeStart), flat("edge_flags", &g.edgeFlags), flat("edge_part", &g.edgePart),
		flat("lon_lat", &g.lonLat), flat("ahead", &g.ahead), flat("back", &g.back),
		flat("run_start", &g.runStart), flat("run_way", &g.runWay),
		flat("heads", &g.heads), flat("entry_start", &g.entryStart), flat("entries", &g.entries),
		flat("out_start", &g.outStart), flat("out", &g.out), flat("in_start", &g.inStart), flat("in", &g.in),
		flat("fold_out_start", &g.fold.outStart), flat("fold_out", &g.fold.out), flat("fold_in_start", &g.fold.inStart), flat("fold_in", &g.fold.in),
		flat("core", &g.fold.core),
		flat("into_start", &g.intoStart), flat("into", &g.into), flat("state_edge", &g.stateEdge),
		flat("part_length_mm", &g.partLengthMm), flat("tree_boxes", &g.tree.boxes), flat("tree_chunks", &g.tree.chunks),
		flat("wall_lon_lat", &g.walls.lonLat), flat("wall_start", &g.walls.start), flat("wall_boxes", &g.walls.tree.boxes), flat("wall_chunks", &g.walls.tree.chunks),
	}
}

func flat[T any](name string, list *[]T) array {
	var zero T
	size := int(unsafe.Sizeof(zero))
	return array{
		name: name,
		bytes: func() []byte {
			if len(*list) == 0 {
				return nil
			}
			return unsafe.Slice((*byte)(unsafe.Pointer(&(*list)[0])), len(*list)*size)
		},
		set: func(data []byte) error {
			if len(data)%size != 0 {
				return fmt.Errorf("array %s of %d bytes is cut off", name, len(data))
			}
			if len(data) > 0 {
				*list = unsafe.Slice((*T)(unsafe.Pointer(&data[0])), len(data)/size)
			}
			return nil
		},
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteTo writes the graph in the form that Open reads.
func (g *Graph) WriteTo(w io.Writer) (int64, error) {
	if err := checkByteOrder(); err != nil {
		return 0, err
	}
	head := fileHead{Meta: g.meta, Levels: g.tree.levels, WallLevels: g.walls.tree.levels}
	arrays := g.arrays()
	for _, a := range arrays {
		data := a.bytes()
		sum := crc32.Update(crc32.Checksum(data, castagnoli), castagnoli, padding(data))
		head.Arrays = append(head.Arrays, fileSpan{a.name, head.Size, int64(len(data)), sum})
		head.Size += int64(len(data) + len(padding(data)))
	}
	text, err := json.Marshal(head)
	if err != nil {
		return 0, fmt.Errorf("writing the road graph's head: %w", err)
	}
	for (headPrefix+len(text))%8 != 0 {
		text = append(text, ' ')
	}
	prefix := binary.LittleEndian.AppendUint32([]byte(graphMagic), uint32(len(text)))
	prefix = binary.LittleEndian.AppendUint32(prefix, crc32.Checksum(text, castagnoli))
	written := int64(0)
	put := func(data []byte) {
		if err == nil {
			var n int
			n, err = w.Write(data)
			written += int64(n)
		}
	}
	put(prefix)
	put(text)
	for _, a := range arrays {
		data := a.bytes()
		put(data)
		put(padding(data))
	}
	if err != nil {
		return written, fmt.Errorf("writing the road graph: %w", err)
	}
	return written, nil
}

// padding fills an array up to the next multiple of 8 bytes.
func padding(data []byte) []byte { return make([]byte, (8-len(data)%8)%8) }

// Open makes a graph of the bytes that WriteTo wrote, usually a memory-mapped file; they must not change while the graph is used. It
// reads the head only, so that it takes a millisecond at any size; Verify checks the rest.
func Open(data []byte) (*Graph, error) {
	if err := checkByteOrder(); err != nil {
		return nil, err
	}
	head, body, err := readHead(data)
	if err != nil {
		return nil, fmt.Errorf("opening road graph: %w", err)
	}
	g := &Graph{meta: head.Meta, profile: head.Meta.Profile, searches: &sync.Pool{}, grounds: &sync.Map{}}
	g.tree.levels, g.walls.tree.levels = head.Levels, head.WallLevels
	arrays := g.arrays()
	if len(arrays) != len(head.Arrays) {
		return nil, fmt.Errorf("opening road graph: it has %d arrays, not %d", len(head.Arrays), len(arrays))
	}
	for i, a := range arrays {
		span := head.Arrays[i]
		if span.Name != a.name || span.Offset < 0 || span.Offset%8 != 0 || span.Bytes < 0 || span.Offset > int64(len(body)) || span.Bytes > int64(len(body))-span.Offset {
			return nil, fmt.Errorf("opening road graph: array %q is not where it should be", span.Name)
		}
		if err := a.set(body[span.Offset : span.Offset+span.Bytes]); err != nil {
			return nil, fmt.Errorf("opening road graph: %w", err)
		}
	}
	if err := g.checkSizes(); err != nil {
		return nil, fmt.Errorf("opening road graph: %w", err)
	}
	return g, nil
}

func readHead(data []byte) (fileHead, []byte, error) {
	var head fileHead
	if len(data) < headPrefix || string(data[:len(graphMagic)]) != graphMagic {
		return head, nil, errors.New("it is not a road graph of this version; build it again")
	}
	size := int(binary.LittleEndian.Uint32(data[len(graphMagic):]))
	if size > maxHead || size > len(data)-headPrefix {
		return head, nil, errors.New("it is cut off; build it again")
	}
	text := data[headPrefix : headPrefix+size]
	if crc32.Checksum(text, castagnoli) != binary.LittleEndian.Uint32(data[len(graphMagic)+4:]) {
		return head, nil, errors.New("its head is damaged; build it again")
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return head, nil, fmt.Errorf("reading its head: %w", err)
	}
	body := data[headPrefix+size:]
	switch {
	case head.Meta.Format != graphFormat || head.Meta.Profile == nil:
		return head, nil, fmt.Errorf("it has format %d, not %d; build it again", head.Meta.Format, graphFormat)
	case int64(len(body)) != head.Size:
		return head, nil, fmt.Errorf("it is cut off: %d of %d bytes; build it again", len(body), head.Size)
	}
	if len(body) > 0 && uintptr(unsafe.Pointer(&body[0]))%8 != 0 {
		body = append(make([]byte, 0, len(body)+8), body...) // a fresh allocation of this size is aligned
	}
	return head, body, nil
}

// checkSizes makes sure that the arrays fit together.
func (g *Graph) checkSizes() error {
	edges, states, points := len(g.edgeFlags), g.meta.States, len(g.ahead)
	type size struct {
		name      string
		got, want int
	}
	sizes := []size{
		{"edge_start", len(g.edgeStart), edges + 1}, {"edge_part", len(g.edgePart), edges}, {"lon_lat", len(g.lonLat), 2 * points},
		{"back", len(g.back), points}, {"run_way", len(g.runWay), len(g.runStart)}, {"heads", len(g.heads), 2 * edges},
		{"entry_start", len(g.entryStart), 2*edges + 1}, {"out_start", len(g.outStart), states + 1}, {"in_start", len(g.inStart), states + 1},
		{"fold_out_start", len(g.fold.outStart), states + 1}, {"fold_in_start", len(g.fold.inStart), states + 1}, {"core", len(g.fold.core), blocksOf(states)},
		{"edge_start end", int(last(g.edgeStart)), points}, {"entries", int(last(g.entryStart)), len(g.entries)},
		{"out", int(last(g.outStart)), len(g.out)}, {"in", int(last(g.inStart)), len(g.in)},
		{"fold_out", int(last(g.fold.outStart)), len(g.fold.out)}, {"fold_in", int(last(g.fold.inStart)), len(g.fold.in)},
	}
	if g.profile.Turns == nil {
		sizes = append(sizes, size{"into_start", len(g.intoStart), states + 1}, size{"into", int(last(g.intoStart)), len(g.into)})
	} else {
		sizes = append(sizes, size{"state_edge", len(g.stateEdge), states})
	}
	for _, s := range sizes {
		if s.got != s.want {
			return fmt.Errorf("%s has %d entries, not %d; build it again", s.name, s.got, s.want)
		}
	}
	if !g.tree.fits() || !g.walls.tree.fits() || int(last(g.walls.start))*2 != len(g.walls.lonLat) {
		return errors.New("the index of segments is damaged; build it again")
	}
	return nil
}

func (t *segmentTree) fits() bool {
	n := len(t.levels)
	return n >= 2 && int(t.levels[n-1])*4 == len(t.boxes) && int(t.levels[1]) == len(t.chunks)
}

func last(list []uint32) uint32 {
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1]
}

// Verify checks the content of the bytes that Open was given against their checksums, at some gigabytes a second.
func Verify(data []byte) error {
	head, body, err := readHead(data)
	if err != nil {
		return fmt.Errorf("verifying road graph: %w", err)
	}
	for _, span := range head.Arrays {
		size := (span.Bytes + 7) &^ 7
		if span.Offset < 0 || size < 0 || span.Offset > int64(len(body)) || size > int64(len(body))-span.Offset {
			return fmt.Errorf("verifying road graph: array %q is not where it should be", span.Name)
		}
		if crc32.Checksum(body[span.Offset:span.Offset+size], castagnoli) != span.Checksum {
			return fmt.Errorf("verifying road graph: array %q is damaged; build it again", span.Name)
		}
	}
	return nil
}

func checkByteOrder() error {
	number := uint16(1)
	if *(*byte)(unsafe.Pointer(&number)) != 1 {
		return errors.New("road graph files need a little-endian processor")
	}
	return nil
}
