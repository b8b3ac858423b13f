package road

import (
	"errors"
	"math"
)

// errDamaged is what is wrong with a block that is not the protocol buffer it claims to be.
var errDamaged = errors.New("the data is damaged")

// osmBlock is one decoded block of an OSM file: its elements, to be looked at and dropped. Numbers in keys and values are indexes into
// strings, all checked.
type osmBlock struct {
	strings [][]byte
	groups  [][]byte

	granularity          int64
	latOffset, lonOffset int64 // nanodegrees
}

// element is a way, node or relation while a block is visited; its slices are reused.
type element struct {
	id         int64
	keys, vals []uint32
	refs       []int64  // nodes of a way, members of a relation
	kinds      []uint64 // of a relation's members: 0 node, 1 way, 2 relation
	roles      []uint32
	lon, lat   int32 // of a node, in 1e-7 degrees
}

// visitor is called for the elements of a block; a nil function skips that kind. A function must keep nothing of the element.
type visitor struct {
	node, way, relation func(*osmBlock, *element)
}

// kindSet tells which kinds of element a block has.
type kindSet struct{ nodes, ways, relations bool }

func parseBlock(data []byte) (*osmBlock, error) {
	block := &osmBlock{granularity: 100}
	good := fields(data, func(number int, payload []byte, value uint64) {
		switch number {
		case 1:
			fields(payload, func(number int, text []byte, _ uint64) {
				if number == 1 {
					block.strings = append(block.strings, text)
				}
			})
		case 2:
			block.groups = append(block.groups, payload)
		case 17:
			block.granularity = int64(value)
		case 19:
			block.latOffset = int64(value)
		case 20:
			block.lonOffset = int64(value)
		}
	})
	if !good {
		return nil, errDamaged
	}
	return block, nil
}

func (b *osmBlock) kinds() kindSet {
	var set kindSet
	for _, group := range b.groups {
		w := wire{rest: group}
		number, _, _ := w.field() // a group holds one kind
		set.nodes = set.nodes || number == 1 || number == 2
		set.ways = set.ways || number == 3
		set.relations = set.relations || number == 4
	}
	return set
}

func (b *osmBlock) visit(v visitor) error {
	good := true
	var e element
	for _, group := range b.groups {
		ok := fields(group, func(number int, payload []byte, _ uint64) {
			switch {
			case number == 1 && v.node != nil:
				good = b.visitNode(payload, &e, v.node) && good
			case number == 2 && v.node != nil:
				good = b.visitDense(payload, &e, v.node) && good
			case number == 3 && v.way != nil:
				good = b.visitWay(payload, &e, v.way) && good
			case number == 4 && v.relation != nil:
				good = b.visitRelation(payload, &e, v.relation) && good
			}
		})
		if !ok || !good {
			return errDamaged
		}
	}
	return nil
}

func (e *element) reset() {
	e.id, e.keys, e.vals, e.refs, e.kinds, e.roles = 0, e.keys[:0], e.vals[:0], e.refs[:0], e.kinds[:0], e.roles[:0]
}

func (b *osmBlock) visitWay(message []byte, e *element, call func(*osmBlock, *element)) bool {
	e.reset()
	good := true
	ok := fields(message, func(number int, payload []byte, value uint64) {
		switch number {
		case 1:
			e.id = int64(value)
		case 2:
			e.keys, good = appendIndexes(e.keys, payload, len(b.strings), good)
		case 3:
			e.vals, good = appendIndexes(e.vals, payload, len(b.strings), good)
		case 8:
			e.refs, good = appendDeltas(e.refs, payload, good)
		}
	})
	if !ok || !good || len(e.keys) != len(e.vals) {
		return false
	}
	call(b, e)
	return true
}

func (b *osmBlock) visitRelation(message []byte, e *element, call func(*osmBlock, *element)) bool {
	e.reset()
	good := true
	ok := fields(message, func(number int, payload []byte, value uint64) {
		switch number {
		case 1:
			e.id = int64(value)
		case 2:
			e.keys, good = appendIndexes(e.keys, payload, len(b.strings), good)
		case 3:
			e.vals, good = appendIndexes(e.vals, payload, len(b.strings), good)
		case 8:
			e.roles, good = appendIndexes(e.roles, payload, len(b.strings), good)
		case 9:
			e.refs, good = appendDeltas(e.refs, payload, good)
		case 10:
			w := wire{rest: payload}
			for len(w.rest) > 0 {
				e.kinds = append(e.kinds, w.uvarint())
			}
			good = good && !w.bad
		}
	})
	if !ok || !good || len(e.keys) != len(e.vals) || len(e.refs) != len(e.kinds) || len(e.refs) != len(e.roles) {
		return false
	}
	call(b, e)
	return true
}

func (b *osmBlock) visitNode(message []byte, e *element, call func(*osmBlock, *element)) bool {
	e.reset()
	good := true
	var lat, lon int64
	ok := fields(message, func(number int, payload []byte, value uint64) {
		switch number {
		case 1:
			e.id = zigzag(value)
		case 2:
			e.keys, good = appendIndexes(e.keys, payload, len(b.strings), good)
		case 3:
			e.vals, good = appendIndexes(e.vals, payload, len(b.strings), good)
		case 8:
			lat = zigzag(value)
		case 9:
			lon = zigzag(value)
		}
	})
	if !ok || !good || len(e.keys) != len(e.vals) {
		return false
	}
	if b.locate(e, lon, lat) {
		call(b, e)
	}
	return true
}

// visitDense walks the parallel columns of a dense node group.
func (b *osmBlock) visitDense(message []byte, e *element, call func(*osmBlock, *element)) bool {
	var ids, lats, lons, tags wire
	if !fields(message, func(number int, payload []byte, _ uint64) {
		switch number {
		case 1:
			ids.rest = payload
		case 8:
			lats.rest = payload
		case 9:
			lons.rest = payload
		case 10:
			tags.rest = payload
		}
	}) {
		return false
	}
	var id, lat, lon int64
	for len(ids.rest) > 0 {
		e.reset()
		id += ids.svarint()
		lat += lats.svarint()
		lon += lons.svarint()
		e.id = id
		if !b.denseTags(&tags, e) || ids.bad || lats.bad || lons.bad {
			return false
		}
		if b.locate(e, lon, lat) {
			call(b, e)
		}
	}
	return true
}

// denseTags reads one node's key and value indexes, ended by a zero; a group without any tags has an empty column.
func (b *osmBlock) denseTags(tags *wire, e *element) bool {
	for len(tags.rest) > 0 {
		key := tags.uvarint()
		if key == 0 {
			break
		}
		value := tags.uvarint()
		if key >= uint64(len(b.strings)) || value >= uint64(len(b.strings)) {
			return false
		}
		e.keys, e.vals = append(e.keys, uint32(key)), append(e.vals, uint32(value))
	}
	return !tags.bad
}

// locate sets the element's place; a place outside the world is none, and the node then counts as missing.
func (b *osmBlock) locate(e *element, lon, lat int64) bool {
	const nano = 100 // nanodegrees in 1e-7 degrees
	x := float64(b.lonOffset)/nano + float64(b.granularity)*float64(lon)/nano
	y := float64(b.latOffset)/nano + float64(b.granularity)*float64(lat)/nano
	if !(math.Abs(x) <= 180e7 && math.Abs(y) <= 90e7) {
		return false
	}
	e.lon, e.lat = int32(math.Round(x)), int32(math.Round(y))
	return true
}

func appendIndexes(list []uint32, packed []byte, limit int, good bool) ([]uint32, bool) {
	w := wire{rest: packed}
	for len(w.rest) > 0 {
		index := w.uvarint()
		if index >= uint64(limit) {
			return list, false
		}
		list = append(list, uint32(index))
	}
	return list, good && !w.bad
}

func appendDeltas(list []int64, packed []byte, good bool) ([]int64, bool) {
	w := wire{rest: packed}
	value := int64(0)
	for len(w.rest) > 0 {
		value += w.svarint()
		list = append(list, value)
	}
	return list, good && !w.bad
}
