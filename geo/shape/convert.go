package shape

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// toGeom hands an area to simplefeatures without checking it. Open rings are closed and rings of fewer than three places left out; a
// coordinate that is not finite is an error.
func toGeom(m orb.MultiPolygon) (geom.Geometry, error) {
	polygons := make([]geom.Polygon, 0, len(m))
	for i, p := range m {
		rings := make([]geom.LineString, 0, len(p))
		for j, ring := range p {
			ring = tidyRing(ring)
			if len(ring) < 4 {
				if j == 0 {
					break // an outer ring without area takes its holes with it
				}
				continue
			}
			flat := make([]float64, 0, 2*len(ring))
			for k, at := range ring {
				if math.IsNaN(at[0]-at[0]) || math.IsNaN(at[1]-at[1]) {
					return geom.Geometry{}, fmt.Errorf("polygon %d, ring %d, point %d is not finite: %v", i, j, k, at)
				}
				flat = append(flat, at[0], at[1])
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
		}
		if len(rings) > 0 {
			polygons = append(polygons, geom.NewPolygon(rings))
		}
	}
	return geom.NewMultiPolygon(polygons).AsGeometry(), nil
}

// tidyRing returns a closed ring without repeated neighbouring points; the input stays as it is.
func tidyRing(ring orb.Ring) orb.Ring {
	out := make(orb.Ring, 0, len(ring)+1)
	for _, p := range ring {
		if len(out) == 0 || out[len(out)-1] != p {
			out = append(out, p)
		}
	}
	if len(out) > 1 && out[0] != out[len(out)-1] {
		out = append(out, out[0])
	}
	return out
}

// fromGeom takes the polygons out of any result; points and lines, where areas only touch, are no area.
func fromGeom(g geom.Geometry) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, part := range g.Dump() {
		if p, ok := part.AsPolygon(); ok && !p.IsEmpty() {
			out = append(out, fromPolygon(p))
		}
	}
	return Wind(out)
}

func fromPolygon(p geom.Polygon) orb.Polygon {
	rings := p.DumpRings()
	out := make(orb.Polygon, len(rings))
	for i, line := range rings {
		sequence := line.Coordinates()
		out[i] = make(orb.Ring, sequence.Length())
		for k := range out[i] {
			at := sequence.GetXY(k)
			out[i][k] = orb.Point{at.X, at.Y}
		}
	}
	return out
}

// Wind returns a copy whose outer rings run anticlockwise and whose holes run clockwise, as RFC 7946 §3.1.6 asks.
func Wind(m orb.MultiPolygon) orb.MultiPolygon {
	out := m.Clone()
	for _, p := range out {
		for i, ring := range p {
			if want := orb.CCW; (i == 0) != (ring.Orientation() == want) {
				ring.Reverse()
			}
		}
	}
	return out
}

// Validate tells what is wrong with an area in the OGC sense (rings crossing, holes outside, polygons overlapping), or nil.
// It costs O(n log n) in the number of points.
func Validate(m orb.MultiPolygon) error {
	for i, p := range m {
		for j, ring := range p {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return fmt.Errorf("polygon %d, ring %d is not a closed ring of at least four points", i, j)
			}
		}
	}
	g, err := toGeom(m)
	if err != nil {
		return err
	}
	return guard("validating an area", func() error { return g.Validate() })
}

// guard turns a panic of the library into an error.
func guard(what string, do func() error) (err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("%s: %v", what, trouble)
		}
	}()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
