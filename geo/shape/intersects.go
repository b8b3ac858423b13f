package shape

import (
	"fmt"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
)

// Intersects reports whether two geometries of any kind have a point in common; touching counts. It costs O(n log n) in the number of
// points, less when the boxes around them are apart. A coordinate that is not finite is an error.
func Intersects(a, b orb.Geometry) (bool, error) {
	if a == nil || b == nil || !a.Bound().Intersects(b.Bound()) {
		return false, nil
	}
	first, err := anyToGeom(a)
	if err != nil {
		return false, err
	}
	second, err := anyToGeom(b)
	if err != nil {
		return false, err
	}
	return geom.Intersects(first, second), nil
}

func anyToGeom(g orb.Geometry) (geom.Geometry, error) {
	switch shape := g.(type) {
	case orb.Bound:
		g = shape.ToPolygon()
	case orb.Ring:
		g = orb.Polygon{shape}
	}
	data, err := wkb.Marshal(g)
	if err != nil {
		return geom.Geometry{}, fmt.Errorf("handing over a %s: %w", g.GeoJSONType(), err)
	}
	out, err := geom.UnmarshalWKB(data, geom.NoValidate{})
	if err != nil {
		return geom.Geometry{}, fmt.Errorf("reading a %s: %w", g.GeoJSONType(), err)
	}
	return out, nil
}
