package intake

import (
	"encoding/json"
	"errors"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"lawcircle/geo/shape"
)

// maxCollectionDepth bounds geometry collections within collections.
const maxCollectionDepth = 8

// parseGeoJSONGeometry reads a geometry strictly: a position with one number is an error, not a point at latitude zero. Heights are
// dropped.
func parseGeoJSONGeometry(raw json.RawMessage, depth int) (orb.Geometry, []note, error) {
	var object struct {
		Type        string            `json:"type"`
		Coordinates json.RawMessage   `json:"coordinates"`
		Geometries  []json.RawMessage `json:"geometries"`
	}
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, nil, faultf("几何不是对象", "the geometry is not an object", err)
	}
	if object.Type == "GeometryCollection" {
		return parseCollection(object.Geometries, depth)
	}
	geometry, err := parseCoordinates(object.Type, object.Coordinates)
	if err != nil {
		return nil, nil, err
	}
	return repairGeometry(geometry)
}

func parseCollection(members []json.RawMessage, depth int) (orb.Geometry, []note, error) {
	if depth >= maxCollectionDepth {
		return nil, nil, faultf("几何集合嵌套过深", "geometry collections are nested too deeply")
	}
	var collection orb.Collection
	var notes []note
	for _, member := range members {
		geometry, more, err := parseGeoJSONGeometry(member, depth+1)
		if err != nil {
			return nil, nil, err
		}
		collection, notes = append(collection, geometry), append(notes, more...)
	}
	return collection, notes, nil
}

// A position is checked while it is read.
type position orb.Point

// UnmarshalJSON wants two to four finite numbers; the third and fourth are dropped.
func (p *position) UnmarshalJSON(raw []byte) error {
	var numbers []float64
	if err := json.Unmarshal(raw, &numbers); err != nil {
		return faultf("坐标不是数", "a coordinate is not a number")
	}
	if len(numbers) < 2 || len(numbers) > 4 {
		return faultf("一个坐标有 %d 个数", "a position has %d numbers", len(numbers))
	}
	*p = position{numbers[0], numbers[1]}
	return nil
}

func parseCoordinates(kind string, raw json.RawMessage) (orb.Geometry, error) {
	if len(raw) == 0 {
		return nil, faultf("几何没有坐标", "the geometry has no coordinates")
	}
	switch kind {
	case "Point":
		var p *position
		err := decodeCoordinates(raw, &p)
		if err == nil && p == nil {
			err = faultf("几何没有坐标", "the geometry has no coordinates")
		}
		if err != nil {
			return nil, err
		}
		return orb.Point(*p), nil
	case "MultiPoint":
		var points []position
		err := decodeCoordinates(raw, &points)
		return orb.MultiPoint(toPoints(points)), err
	case "LineString":
		var line []position
		err := decodeCoordinates(raw, &line)
		return orb.LineString(toPoints(line)), err
	case "MultiLineString":
		var lines [][]position
		err := decodeCoordinates(raw, &lines)
		out := make(orb.MultiLineString, len(lines))
		for i, line := range lines {
			out[i] = toPoints(line)
		}
		return out, err
	case "Polygon":
		var rings [][]position
		err := decodeCoordinates(raw, &rings)
		return toPolygon(rings), err
	case "MultiPolygon":
		var polygons [][][]position
		err := decodeCoordinates(raw, &polygons)
		out := make(orb.MultiPolygon, len(polygons))
		for i, rings := range polygons {
			out[i] = toPolygon(rings)
		}
		return out, err
	}
	return nil, faultf("没有几何类型“%s”", "there is no geometry type %q", kind)
}

func decodeCoordinates(raw json.RawMessage, into any) error {
	err := json.Unmarshal(raw, into)
	var fault *Fault
	if err == nil || errors.As(err, &fault) {
		return err
	}
	return faultf("坐标的层次与几何类型不符", "the coordinates are not nested as the geometry type needs")
}

func toPoints(positions []position) []orb.Point {
	points := make([]orb.Point, len(positions))
	for i, p := range positions {
		points[i] = orb.Point(p)
	}
	return points
}

func toPolygon(rings [][]position) orb.Polygon {
	polygon := make(orb.Polygon, len(rings))
	for i, ring := range rings {
		polygon[i] = toPoints(ring)
	}
	return polygon
}

// parseWKT reads well-known text.
func parseWKT(text string) (orb.Geometry, []note, error) {
	geometry, err := wkt.Unmarshal(text)
	if err != nil {
		return nil, nil, faultf("WKT 几何读不出", "the WKT geometry cannot be read", err)
	}
	return repairGeometry(geometry)
}

// repairGeometry closes rings and makes areas valid, with the winding of RFC 7946; it refuses what has no extent.
func repairGeometry(geometry orb.Geometry) (orb.Geometry, []note, error) {
	switch g := geometry.(type) {
	case orb.Point:
		if !finite(g) {
			return nil, nil, faultf("坐标不是有限的数", "a coordinate is not finite")
		}
	case orb.LineString:
		if len(g) < 2 {
			return nil, nil, faultf("线少于两点", "a line of fewer than two points")
		}
	case orb.Polygon:
		return repairArea(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		return repairArea(g)
	}
	return geometry, nil, nil
}

func repairArea(area orb.MultiPolygon) (orb.Geometry, []note, error) {
	var notes []note
	for _, polygon := range area {
		for i, ring := range polygon {
			if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
				polygon[i] = append(ring, ring[0])
				notes = append(notes, note{"geometry", "环没有闭合", "a ring is not closed", "已闭合", "closed"})
			}
		}
	}
	wound := shape.Wind(area)
	problem := shape.Validate(wound)
	if problem == nil {
		return wound, notes, nil
	}
	valid, err := shape.MakeValid(area)
	if err != nil {
		return nil, nil, faultf("面无法修复", "the area cannot be repaired", err)
	}
	if len(valid) == 0 {
		return nil, nil, faultf("面没有面积（环不足三个不同的点或坐标无效）", "the area has no extent (a ring of fewer than three different points, or invalid coordinates)")
	}
	return valid, append(notes, note{"geometry", "面自相交或环有误", "the area crosses itself or its rings are wrong", "已修复", "repaired"}), nil
}

func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]) && !math.IsNaN(p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0)
}

// polygonsOf returns the areas of a geometry.
func polygonsOf(geometry orb.Geometry) orb.MultiPolygon {
	switch g := geometry.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	case orb.Collection:
		var all orb.MultiPolygon
		for _, member := range g {
			all = append(all, polygonsOf(member)...)
		}
		return all
	}
	return nil
}

// pointOf returns the place of a geometry: the point itself, or a point on the surface of an area. Lines have none.
func pointOf(geometry orb.Geometry) (orb.Point, bool) {
	switch g := geometry.(type) {
	case orb.Point:
		return g, true
	case orb.MultiPoint:
		if len(g) == 1 {
			return g[0], true
		}
		return orb.Point{}, false
	}
	polygons := polygonsOf(geometry)
	if len(polygons) == 0 {
		return orb.Point{}, false
	}
	p, err := shape.PointOnSurface(polygons)
	return p, err == nil
}
