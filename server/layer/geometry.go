package layer

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// appendGeometry appends the GeoJSON of a geometry, null for none: for areas the very bytes of orb's encoder in a sixth of its time, because
// the circle is sent again and again while a point is dragged.
func appendGeometry(out []byte, g orb.Geometry) ([]byte, error) {
	var err error
	switch shape := g.(type) {
	case nil:
		return append(out, "null"...), nil
	case orb.Polygon:
		out, err = appendPolygon(append(out, `{"type":"Polygon","coordinates":`...), shape)
	case orb.MultiPolygon:
		out, err = appendList(append(out, `{"type":"MultiPolygon","coordinates":`...), shape, appendPolygon)
	default:
		text, err := geojson.NewGeometry(g).MarshalJSON()
		return append(out, text...), err
	}
	return append(out, '}'), err
}

func appendPolygon(out []byte, p orb.Polygon) ([]byte, error) { return appendList(out, p, appendRing) }

func appendRing(out []byte, r orb.Ring) ([]byte, error) {
	const bytesPerPoint = 24
	return appendList(slices.Grow(out, bytesPerPoint*len(r)), r, appendPoint)
}

func appendPoint(out []byte, p orb.Point) ([]byte, error) {
	out, err := appendNumber(append(out, '['), p[0])
	if err != nil {
		return out, err
	}
	out, err = appendNumber(append(out, ','), p[1])
	return append(out, ']'), err
}

func appendList[T any](out []byte, list []T, item func([]byte, T) ([]byte, error)) ([]byte, error) {
	var err error
	out = append(out, '[')
	for i, value := range list {
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = item(out, value); err != nil {
			return out, err
		}
	}
	return append(out, ']'), nil
}

// appendNumber appends a number as encoding/json does, fast where six decimals or less hold all of it, as in published geometries.
func appendNumber(out []byte, x float64) ([]byte, error) {
	const decimals, most = 1e6, 1e15
	scaled := math.Round(x * decimals)
	if !(math.Abs(scaled) < most) || scaled/decimals != x {
		text, err := json.Marshal(x)
		if err != nil {
			return out, fmt.Errorf("writing a coordinate: %w", err)
		}
		return append(out, text...), nil
	}
	if math.Signbit(x) {
		out = append(out, '-')
	}
	whole, part := uint64(math.Abs(scaled))/decimals, uint64(math.Abs(scaled))%decimals
	out = strconv.AppendUint(out, whole, 10)
	if part == 0 {
		return out, nil
	}
	at := len(out)
	out = strconv.AppendUint(out, decimals+part, 10) // with all six decimals; the one before becomes the point
	out[at] = '.'
	for out[len(out)-1] == '0' {
		out = out[:len(out)-1]
	}
	return out, nil
}
