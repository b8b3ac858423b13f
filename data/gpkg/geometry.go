package gpkg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom/encoding/wkb"
	"github.com/twpayne/go-geom/encoding/wkbcommon"
)

// WGS84 is the id of the reference system of all our layers in gpkg_spatial_ref_sys: EPSG:4326, which a GeoPackage stores as
// longitude, latitude.
const WGS84 = 4326

const (
	headerBytes   = 8
	flagLittle    = 0x01
	flagEmpty     = 0x10
	flagExtended  = 0x20
	envelopeShift = 1
	envelopeXY    = 1
)

// Envelope is the bounding box of a geometry, in degrees for our layers.
type Envelope struct{ MinX, MaxX, MinY, MaxY float64 }

// Encode writes a geometry of the orb package as a GeoPackage binary blob in WGS-84, coordinates bit for bit. Points carry no envelope,
// as the standard advises; everything else does. Empty geometry is marked so. NaN and infinite coordinates are refused.
func Encode(geometry orb.Geometry) ([]byte, error) {
	shape, err := toGeom(geometry)
	if err != nil {
		return nil, err
	}
	flat := shape.FlatCoords()
	for _, c := range flat {
		if math.IsNaN(c) || math.IsInf(c, 0) {
			return nil, fmt.Errorf("coordinate %v is not a number", c)
		}
	}
	out := bytes.NewBuffer(make([]byte, 0, headerBytes+32+8*len(flat)+64))
	flags := byte(flagLittle)
	_, isPoint := geometry.(orb.Point)
	switch {
	case len(flat) == 0:
		flags |= flagEmpty
	case !isPoint:
		flags |= envelopeXY << envelopeShift
	}
	out.Write([]byte{'G', 'P', 0, flags, byte(WGS84 & 0xff), byte(WGS84 >> 8), 0, 0})
	if len(flat) > 0 && !isPoint {
		b := geometry.Bound()
		for _, v := range [4]float64{b.Min[0], b.Max[0], b.Min[1], b.Max[1]} {
			out.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
		}
	}
	if err := wkb.Write(out, wkb.NDR, shape); err != nil {
		return nil, fmt.Errorf("encoding geometry: %w", err)
	}
	return out.Bytes(), nil
}

// Decode reads a GeoPackage binary blob. Z and M are dropped. An empty geometry comes back as an empty one of its type, an empty point
// as an empty [orb.MultiPoint]. srs is the reference system's id as stored in the blob.
func Decode(blob []byte) (geometry orb.Geometry, srs int32, err error) {
	head, err := readHeader(blob)
	if err != nil {
		return nil, 0, err
	}
	body := blob[head.size:]
	if err := checkCounts(body); err != nil {
		return nil, 0, err
	}
	shape, err := wkb.Read(bytes.NewReader(body), wkbcommon.WKBOptionEmptyPointHandling(wkbcommon.EmptyPointHandlingNaN))
	if err != nil {
		return nil, 0, fmt.Errorf("reading geometry: %w", err)
	}
	geometry, err = toOrb(shape)
	return geometry, head.srs, err
}

// EnvelopeOf returns the bounding box of a blob, from its header where there is one; ok is false for empty geometry.
func EnvelopeOf(blob []byte) (envelope Envelope, ok bool, err error) {
	head, err := readHeader(blob)
	if err != nil || head.empty {
		return Envelope{}, false, err
	}
	if head.hasEnvelope {
		return head.envelope, !math.IsNaN(head.envelope.MinX), nil
	}
	if x, y, ok := pointOf(blob[head.size:]); ok {
		return Envelope{x, x, y, y}, !math.IsNaN(x), nil
	}
	geometry, _, err := Decode(blob)
	if err != nil {
		return Envelope{}, false, err
	}
	bound := geometry.Bound()
	if bound.IsEmpty() {
		return Envelope{}, false, nil
	}
	return Envelope{bound.Min[0], bound.Max[0], bound.Min[1], bound.Max[1]}, true, nil
}

// pointOf reads the coordinates of a WKB point without building it.
func pointOf(body []byte) (x, y float64, ok bool) {
	if len(body) < 21 || body[0] > 1 {
		return 0, 0, false
	}
	var order binary.ByteOrder = binary.BigEndian
	if body[0] == 1 {
		order = binary.LittleEndian
	}
	if order.Uint32(body[1:])%1000 != 1 {
		return 0, 0, false
	}
	return math.Float64frombits(order.Uint64(body[5:])), math.Float64frombits(order.Uint64(body[13:])), true
}

type header struct {
	size        int
	srs         int32
	empty       bool
	hasEnvelope bool
	envelope    Envelope
}

// ErrNotGeometry is returned for a blob that does not begin as GeoPackage binary geometry must.
var ErrNotGeometry = errors.New("not GeoPackage binary geometry")

func readHeader(blob []byte) (header, error) {
	if len(blob) < headerBytes || blob[0] != 'G' || blob[1] != 'P' || blob[2] != 0 {
		return header{}, ErrNotGeometry
	}
	flags := blob[3]
	if flags&flagExtended != 0 {
		return header{}, fmt.Errorf("geometry of an extended type: %w", ErrNotGeometry)
	}
	var order binary.ByteOrder = binary.BigEndian
	if flags&flagLittle != 0 {
		order = binary.LittleEndian
	}
	values := [...]int{0, 4, 6, 6, 8, -1, -1, -1}[flags>>envelopeShift&7]
	if values < 0 || len(blob) < headerBytes+8*values {
		return header{}, fmt.Errorf("envelope is cut off or of an unknown kind: %w", ErrNotGeometry)
	}
	h := header{size: headerBytes + 8*values, srs: int32(order.Uint32(blob[4:])), empty: flags&flagEmpty != 0, hasEnvelope: values > 0}
	if h.hasEnvelope {
		at := func(i int) float64 { return math.Float64frombits(order.Uint64(blob[headerBytes+8*i:])) }
		h.envelope = Envelope{at(0), at(1), at(2), at(3)}
	}
	return h, nil
}
