package road

import "encoding/binary"

// wire reads the protocol buffer encoding field by field. After the first malformed byte it is bad and yields zeros, so callers check
// once at the end. It never reads outside its bytes.
//
// The reader is our own because the known OSM PBF libraries decode in goroutines of their own and index string tables unchecked: one
// damaged byte in an uploaded file would end the whole program.
type wire struct {
	rest []byte
	bad  bool
}

const (
	wireVarint = 0
	wireFixed8 = 1
	wireBytes  = 2
	wireFixed4 = 5
)

// field reads the next field's number and type; ok is false at the end.
func (w *wire) field() (number, kind int, ok bool) {
	if len(w.rest) == 0 {
		return 0, 0, false
	}
	key := w.uvarint()
	if w.bad || key>>3 == 0 || key>>3 > 1<<29 {
		w.fail()
		return 0, 0, false
	}
	return int(key >> 3), int(key & 7), true
}

func (w *wire) fail() { w.bad, w.rest = true, nil }

func (w *wire) uvarint() uint64 {
	if len(w.rest) > 0 && w.rest[0] < 0x80 { // most are one byte
		value := uint64(w.rest[0])
		w.rest = w.rest[1:]
		return value
	}
	value, n := binary.Uvarint(w.rest)
	if n <= 0 {
		w.fail()
		return 0
	}
	w.rest = w.rest[n:]
	return value
}

// svarint reads a zigzag number.
func (w *wire) svarint() int64 {
	value := w.uvarint()
	return int64(value>>1) ^ -int64(value&1)
}

func (w *wire) bytes() []byte {
	size := w.uvarint()
	if size > uint64(len(w.rest)) {
		w.fail()
		return nil
	}
	data := w.rest[:size]
	w.rest = w.rest[size:]
	return data
}

func (w *wire) skip(kind int) {
	switch kind {
	case wireVarint:
		w.uvarint()
	case wireBytes:
		w.bytes()
	case wireFixed8:
		w.drop(8)
	case wireFixed4:
		w.drop(4)
	default:
		w.fail()
	}
}

func (w *wire) drop(size int) {
	if size > len(w.rest) {
		w.fail()
		return
	}
	w.rest = w.rest[size:]
}

// fields calls yield for every field of the message, with its payload for bytes and its value for varints; other kinds are skipped.
func fields(message []byte, yield func(number int, payload []byte, value uint64)) bool {
	w := wire{rest: message}
	for {
		number, kind, ok := w.field()
		if !ok {
			return !w.bad
		}
		var payload []byte
		var value uint64
		switch kind {
		case wireBytes:
			payload = w.bytes()
		case wireVarint:
			value = w.uvarint()
		default:
			w.skip(kind)
		}
		if w.bad {
			return false
		}
		if kind == wireBytes || kind == wireVarint {
			yield(number, payload, value)
		}
	}
}

func zigzag(value uint64) int64 { return int64(value>>1) ^ -int64(value&1) }
