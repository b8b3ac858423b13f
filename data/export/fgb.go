package export

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"
)

// FlatGeobuf 3 (flatgeobuf.org/spec): magic bytes, a header and one buffer a feature. Files are written as a stream, without an index.
const (
	fgbMagic        = "fgb\x03fgb\x00"
	fgbPoint        = 1
	fgbLine         = 2
	fgbPolygon      = 3
	fgbMultiLine    = 5
	fgbMultiPolygon = 6
)

// FlatGeobuf streams a layer.
func FlatGeobuf(w io.Writer, layer *Layer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if _, err := out.WriteString(fgbMagic); err != nil {
		return fmt.Errorf("writing FlatGeobuf: %w", err)
	}
	b := flatbuffers.NewBuilder(1 << 12)
	b.FinishSizePrefixed(fgbHeader(b, layer))
	if _, err := out.Write(b.FinishedBytes()); err != nil {
		return fmt.Errorf("writing FlatGeobuf: %w", err)
	}
	var properties []byte
	err := layer.each(func(_ int, row Row) (err error) {
		b.Reset()
		if properties, err = fgbProperties(properties[:0], row.Values); err != nil {
			return err
		}
		var shape flatbuffers.UOffsetT
		if row.Geometry != nil {
			if shape, err = fgbShape(b, asDeclared(row.Geometry, layer.GeometryType)); err != nil {
				return err
			}
		}
		values := b.CreateByteVector(properties)
		b.StartObject(3)
		if shape != 0 {
			b.PrependUOffsetTSlot(0, shape, 0)
		}
		b.PrependUOffsetTSlot(1, values, 0)
		b.FinishSizePrefixed(b.EndObject())
		_, err = out.Write(b.FinishedBytes())
		return err
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func asDeclared(geometry orb.Geometry, declared string) orb.Geometry {
	if polygon, ok := geometry.(orb.Polygon); ok && declared == "MULTIPOLYGON" {
		return orb.MultiPolygon{polygon}
	}
	return geometry
}

func fgbHeader(b *flatbuffers.Builder, layer *Layer) flatbuffers.UOffsetT {
	columns := make([]flatbuffers.UOffsetT, len(layer.Columns))
	for i, c := range layer.Columns {
		name, title, description := b.CreateString(c.Name), b.CreateString(c.TitleZh), b.CreateString(c.TitleEn)
		b.StartObject(11)
		b.PrependUOffsetTSlot(0, name, 0)
		b.PrependByteSlot(1, map[Type]byte{Text: 11, Integer: 7, Real: 10, Boolean: 2}[c.Type], 0)
		b.PrependUOffsetTSlot(2, title, 0)
		b.PrependUOffsetTSlot(3, description, 0)
		columns[i] = b.EndObject()
	}
	list := b.CreateVectorOfTables(columns)
	name, title, note := b.CreateString(layer.Name), b.CreateString(layer.TitleZh), b.CreateString(layer.Note)
	var system flatbuffers.UOffsetT
	if code, ok := layer.system().EPSG(); ok {
		org := b.CreateString("EPSG")
		b.StartObject(6)
		b.PrependUOffsetTSlot(0, org, 0)
		b.PrependInt32Slot(1, int32(code), 0)
		system = b.EndObject()
	}
	b.StartObject(14)
	b.PrependUOffsetTSlot(0, name, 0)
	b.PrependByteSlot(2, map[string]byte{"POINT": fgbPoint, "LINESTRING": fgbLine, "POLYGON": fgbPolygon, "MULTIPOLYGON": fgbMultiPolygon,
		"MULTILINESTRING": fgbMultiLine}[layer.GeometryType], 0)
	b.PrependUOffsetTSlot(7, list, 0)
	b.PrependUint16Slot(9, 0, 16) // no index
	if system != 0 {
		b.PrependUOffsetTSlot(10, system, 0)
	}
	b.PrependUOffsetTSlot(11, title, 0)
	b.PrependUOffsetTSlot(12, note, 0)
	return b.EndObject()
}

func fgbProperties(out []byte, values []any) ([]byte, error) {
	for i, value := range values {
		if value == nil {
			continue
		}
		out = binary.LittleEndian.AppendUint16(out, uint16(i))
		switch v := value.(type) {
		case string:
			out = binary.LittleEndian.AppendUint32(out, uint32(len(v)))
			out = append(out, v...)
		case int64:
			out = binary.LittleEndian.AppendUint64(out, uint64(v))
		case float64:
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
		case bool:
			flag := byte(0)
			if v {
				flag = 1
			}
			out = append(out, flag)
		default:
			return nil, fmt.Errorf("values of type %T are not exported", value)
		}
	}
	return out, nil
}

func fgbShape(b *flatbuffers.Builder, geometry orb.Geometry) (flatbuffers.UOffsetT, error) {
	switch g := geometry.(type) {
	case orb.Point:
		return fgbGeometry(b, fgbPoint, [][]orb.Point{{g}}), nil
	case orb.LineString:
		return fgbGeometry(b, fgbLine, [][]orb.Point{g}), nil
	case orb.MultiLineString:
		parts := make([][]orb.Point, len(g))
		for i, line := range g {
			parts[i] = line
		}
		return fgbGeometry(b, fgbMultiLine, parts), nil
	case orb.Polygon:
		parts := make([][]orb.Point, len(g))
		for i, ring := range g {
			parts[i] = ring
		}
		return fgbGeometry(b, fgbPolygon, parts), nil
	case orb.MultiPolygon:
		parts := make([]flatbuffers.UOffsetT, len(g))
		for i, polygon := range g {
			part, err := fgbShape(b, polygon)
			if err != nil {
				return 0, err
			}
			parts[i] = part
		}
		list := b.CreateVectorOfTables(parts)
		b.StartObject(8)
		b.PrependByteSlot(6, fgbMultiPolygon, 0)
		b.PrependUOffsetTSlot(7, list, 0)
		return b.EndObject(), nil
	}
	return 0, fmt.Errorf("geometry type %T is not exported", geometry)
}

// fgbGeometry writes coordinates in one list; ends says where each part ends when there are several.
func fgbGeometry(b *flatbuffers.Builder, kind byte, parts [][]orb.Point) flatbuffers.UOffsetT {
	total := 0
	for _, part := range parts {
		total += len(part)
	}
	b.StartVector(8, 2*total, 8)
	for i := len(parts) - 1; i >= 0; i-- {
		for j := len(parts[i]) - 1; j >= 0; j-- {
			b.PrependFloat64(parts[i][j][1])
			b.PrependFloat64(parts[i][j][0])
		}
	}
	xy := b.EndVector(2 * total)
	var ends flatbuffers.UOffsetT
	if len(parts) > 1 {
		b.StartVector(4, len(parts), 4)
		end := total
		for i := len(parts) - 1; i >= 0; i-- {
			b.PrependUint32(uint32(end))
			end -= len(parts[i])
		}
		ends = b.EndVector(len(parts))
	}
	b.StartObject(8)
	if ends != 0 {
		b.PrependUOffsetTSlot(0, ends, 0)
	}
	b.PrependUOffsetTSlot(1, xy, 0)
	b.PrependByteSlot(6, kind, 0)
	return b.EndObject()
}
