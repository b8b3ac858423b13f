package shapefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb"
)

const (
	fileCode        = 9994
	fileHeaderBytes = 100
)

// Shape types; Z variants are 10 more, M variants 20 more.
const (
	typeNull       = 0
	typePoint      = 1
	typePolyline   = 3
	typePolygon    = 5
	typeMultiPoint = 8
)

// ErrNotShapefile marks a file that does not begin like a .shp.
var ErrNotShapefile = errors.New("not a shapefile (.shp)")

// Shapes reads the shapes of a .shp in order.
type Shapes struct {
	reader   io.Reader
	maxBytes int
	number   int
	buffer   []byte
}

// NewShapes reads the header of a .shp. A shape of more than maxBytes is an error.
func NewShapes(reader io.Reader, maxBytes int) (*Shapes, error) {
	header := make([]byte, fileHeaderBytes)
	if _, err := io.ReadFull(reader, header); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotShapefile, err)
	}
	if binary.BigEndian.Uint32(header) != fileCode {
		return nil, ErrNotShapefile
	}
	return &Shapes{reader: reader, maxBytes: maxBytes}, nil
}

// Next returns the next shape, nil for a record without a shape, or io.EOF. Rings are grouped into polygons; they wind as in the file.
func (s *Shapes) Next() (orb.Geometry, error) {
	var header [8]byte
	if _, err := io.ReadFull(s.reader, header[:]); err == io.EOF {
		return nil, io.EOF
	} else if err != nil {
		return nil, fmt.Errorf("reading the header of shape %d: %w", s.number+1, err)
	}
	s.number++
	words := int64(binary.BigEndian.Uint32(header[4:]))
	if 2*words > int64(s.maxBytes) || words < 2 {
		return nil, fmt.Errorf("shape %d states a length of %d bytes", s.number, 2*words)
	}
	if int64(cap(s.buffer)) < 2*words {
		s.buffer = make([]byte, 2*words)
	}
	content := s.buffer[:2*words]
	if _, err := io.ReadFull(s.reader, content); err != nil {
		return nil, fmt.Errorf("reading shape %d: %w", s.number, err)
	}
	geometry, err := parseShape(content)
	if err != nil {
		return nil, fmt.Errorf("shape %d: %w", s.number, err)
	}
	return geometry, nil
}

func parseShape(content []byte) (orb.Geometry, error) {
	kind := binary.LittleEndian.Uint32(content)
	body := content[4:]
	if kind == typeNull {
		return nil, nil
	}
	if kind > 28 {
		return nil, fmt.Errorf("shapes of type %d are not supported", kind)
	}
	switch kind % 10 {
	case typePoint:
		if len(body) < 16 {
			return nil, io.ErrUnexpectedEOF
		}
		return pointAt(body), nil
	case typeMultiPoint:
		return parseMultiPoint(body)
	case typePolyline, typePolygon:
		parts, err := parseParts(body)
		if err != nil {
			return nil, err
		}
		if kind%10 == typePolygon {
			return groupRings(parts), nil
		}
		return linesOf(parts), nil
	}
	return nil, fmt.Errorf("shapes of type %d are not supported", kind)
}

func pointAt(b []byte) orb.Point {
	return orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))}
}

const boxBytes = 32

func parseMultiPoint(body []byte) (orb.Geometry, error) {
	if len(body) < boxBytes+4 {
		return nil, io.ErrUnexpectedEOF
	}
	count := int64(binary.LittleEndian.Uint32(body[boxBytes:]))
	body = body[boxBytes+4:]
	if count*16 > int64(len(body)) {
		return nil, fmt.Errorf("it states %d points and has room for %d", count, len(body)/16)
	}
	return orb.MultiPoint(pointsAt(body, int(count))), nil
}

func pointsAt(b []byte, count int) []orb.Point {
	points := make([]orb.Point, count)
	for i := range points {
		points[i] = pointAt(b[16*i:])
	}
	return points
}

// parseParts reads the lists of points of a line or polygon.
func parseParts(body []byte) ([][]orb.Point, error) {
	if len(body) < boxBytes+8 {
		return nil, io.ErrUnexpectedEOF
	}
	parts := int64(binary.LittleEndian.Uint32(body[boxBytes:]))
	count := int64(binary.LittleEndian.Uint32(body[boxBytes+4:]))
	body = body[boxBytes+8:]
	if parts*4+count*16 > int64(len(body)) {
		return nil, fmt.Errorf("it states %d parts and %d points, more than it has room for", parts, count)
	}
	points := pointsAt(body[4*parts:], int(count))
	out := make([][]orb.Point, parts)
	for i := range out {
		from, to := int64(binary.LittleEndian.Uint32(body[4*i:])), count
		if int64(i)+1 < parts {
			to = int64(binary.LittleEndian.Uint32(body[4*i+4:]))
		}
		if from > to || to > count {
			return nil, fmt.Errorf("part %d runs from point %d to %d of %d", i+1, from, to, count)
		}
		out[i] = points[from:to]
	}
	return out, nil
}

func linesOf(parts [][]orb.Point) orb.Geometry {
	if len(parts) == 1 {
		return orb.LineString(parts[0])
	}
	lines := make(orb.MultiLineString, len(parts))
	for i, part := range parts {
		lines[i] = part
	}
	return lines
}

// groupRings makes polygons of rings: clockwise rings are outer, each other ring is a hole in the outer ring that contains it. A hole
// without one stands for itself.
func groupRings(parts [][]orb.Point) orb.MultiPolygon {
	var polygons orb.MultiPolygon
	var holes []orb.Ring
	for _, part := range parts {
		ring := orb.Ring(part)
		if len(ring) == 0 {
			continue
		}
		if ring.Orientation() == orb.CCW {
			holes = append(holes, ring)
		} else {
			polygons = append(polygons, orb.Polygon{ring})
		}
	}
	outers := len(polygons)
	bounds := make([]orb.Bound, outers)
	for i := range bounds {
		bounds[i] = polygons[i][0].Bound()
	}
	for _, hole := range holes {
		if owner := ownerOf(polygons[:outers], bounds, hole); owner >= 0 {
			polygons[owner] = append(polygons[owner], hole)
		} else {
			polygons = append(polygons, orb.Polygon{hole})
		}
	}
	return polygons
}

// ownerOf finds the smallest outer ring whose bounds hold the hole and that contains one of its points.
func ownerOf(polygons orb.MultiPolygon, bounds []orb.Bound, hole orb.Ring) int {
	box := hole.Bound()
	owner, size := -1, math.Inf(1)
	for i, bound := range bounds {
		area := (bound.Max[0] - bound.Min[0]) * (bound.Max[1] - bound.Min[1])
		if bound.Contains(box.Min) && bound.Contains(box.Max) && area < size && containsAny(polygons[i][0], hole) {
			owner, size = i, area
		}
	}
	return owner
}

func containsAny(ring, hole orb.Ring) bool {
	for _, p := range hole[:min(len(hole), 8)] {
		if inside(ring, p) {
			return true
		}
	}
	return false
}

// inside casts a ray to the west.
func inside(ring orb.Ring, p orb.Point) bool {
	odd := false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] > a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			odd = !odd
		}
	}
	return odd
}
