package gpkg

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
)

// toGeom turns our geometry into that of go-geom, which knows the encodings.
func toGeom(geometry orb.Geometry) (geom.T, error) {
	switch g := geometry.(type) {
	case orb.Point:
		return geom.NewPointFlat(geom.XY, []float64{g[0], g[1]}), nil
	case orb.LineString:
		return geom.NewLineStringFlat(geom.XY, flatten(nil, g)), nil
	case orb.Polygon:
		flat, ends := flattenRings(nil, nil, g)
		return geom.NewPolygonFlat(geom.XY, flat, ends), nil
	case orb.MultiPoint:
		return geom.NewMultiPointFlat(geom.XY, flatten(nil, g)), nil
	case orb.MultiLineString:
		var flat []float64
		ends := make([]int, 0, len(g))
		for _, line := range g {
			flat = flatten(flat, line)
			ends = append(ends, len(flat))
		}
		return geom.NewMultiLineStringFlat(geom.XY, flat, ends), nil
	case orb.MultiPolygon:
		var flat []float64
		var ends []int
		endss := make([][]int, 0, len(g))
		for _, polygon := range g {
			flat, ends = flattenRings(flat, nil, polygon)
			endss = append(endss, ends)
		}
		return geom.NewMultiPolygonFlat(geom.XY, flat, endss), nil
	default:
		return nil, fmt.Errorf("geometry of type %T cannot be stored", geometry)
	}
}

func flatten[P ~[]orb.Point](flat []float64, points P) []float64 {
	for _, p := range points {
		flat = append(flat, p[0], p[1])
	}
	return flat
}

func flattenRings(flat []float64, ends []int, polygon orb.Polygon) ([]float64, []int) {
	for _, ring := range polygon {
		flat = flatten(flat, ring)
		ends = append(ends, len(flat))
	}
	return flat, ends
}

func toOrb(shape geom.T) (orb.Geometry, error) {
	switch g := shape.(type) {
	case *geom.Point:
		if g.Empty() {
			return orb.MultiPoint{}, nil
		}
		return orb.Point{g.X(), g.Y()}, nil
	case *geom.LineString:
		return orb.LineString(points(g.FlatCoords(), g.Stride())), nil
	case *geom.Polygon:
		return polygonOf(g), nil
	case *geom.MultiPoint:
		return orb.MultiPoint(points(g.FlatCoords(), g.Stride())), nil
	case *geom.MultiLineString:
		out := make(orb.MultiLineString, g.NumLineStrings())
		for i := range out {
			line := g.LineString(i)
			out[i] = points(line.FlatCoords(), line.Stride())
		}
		return out, nil
	case *geom.MultiPolygon:
		out := make(orb.MultiPolygon, g.NumPolygons())
		for i := range out {
			out[i] = polygonOf(g.Polygon(i))
		}
		return out, nil
	default:
		return nil, fmt.Errorf("geometry of type %T cannot be used here", shape)
	}
}

func polygonOf(p *geom.Polygon) orb.Polygon {
	out := make(orb.Polygon, p.NumLinearRings())
	for i := range out {
		ring := p.LinearRing(i)
		out[i] = points(ring.FlatCoords(), ring.Stride())
	}
	return out
}

func points(flat []float64, stride int) []orb.Point {
	out := make([]orb.Point, len(flat)/stride)
	for i := range out {
		out[i] = orb.Point{flat[i*stride], flat[i*stride+1]}
	}
	return out
}

// checkCounts walks WKB without building anything and refuses counts that the bytes cannot hold, so that a damaged or hostile blob
// cannot ask for more memory than its own size warrants. Nesting is bounded.
func checkCounts(body []byte) error {
	rest, err := skip(body, 0)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("%d bytes after the geometry: %w", len(rest), ErrNotGeometry)
	}
	return nil
}

const maxNesting = 8

var errCutOff = fmt.Errorf("geometry is cut off: %w", ErrNotGeometry)

// skip returns what follows the WKB geometry at the start of body.
func skip(body []byte, depth int) ([]byte, error) {
	if len(body) < 5 || body[0] > 1 || depth > maxNesting {
		return nil, errCutOff
	}
	var order binary.ByteOrder = binary.BigEndian
	if body[0] == 1 {
		order = binary.LittleEndian
	}
	kind := order.Uint32(body[1:])
	body = body[5:]
	if kind/1000 > 3 {
		return nil, fmt.Errorf("geometry type %d is unknown: %w", kind, ErrNotGeometry)
	}
	stride := uint64([...]int{2, 3, 3, 4}[kind/1000])
	if kind%1000 == 1 {
		if uint64(len(body)) < 8*stride {
			return nil, errCutOff
		}
		return body[8*stride:], nil
	}
	if len(body) < 4 {
		return nil, errCutOff
	}
	count := uint64(order.Uint32(body))
	body = body[4:]
	switch kind % 1000 {
	case 2:
		return dropCoordinates(body, count, stride)
	case 3:
		return skipRings(body, order, count, stride)
	case 4, 5, 6, 7:
		return skipParts(body, count, depth)
	default:
		return nil, fmt.Errorf("geometry type %d is unknown: %w", kind, ErrNotGeometry)
	}
}

func dropCoordinates(body []byte, count, stride uint64) ([]byte, error) {
	if count > math.MaxUint32 || uint64(len(body)) < 8*stride*count {
		return nil, errCutOff
	}
	return body[8*stride*count:], nil
}

func skipRings(body []byte, order binary.ByteOrder, count, stride uint64) ([]byte, error) {
	var err error
	for range count {
		if len(body) < 4 {
			return nil, errCutOff
		}
		if body, err = dropCoordinates(body[4:], uint64(order.Uint32(body)), stride); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func skipParts(body []byte, count uint64, depth int) ([]byte, error) {
	var err error
	for range count {
		if body, err = skip(body, depth+1); err != nil {
			return nil, err
		}
	}
	return body, nil
}
