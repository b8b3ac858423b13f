package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/paulmach/orb"
)

// Feature is one thing with a shape and named values, ready to be written in any format.
type Feature struct {
	ID       string // stable business key, "" when there is none
	Geometry orb.Geometry
	Values   []Value // in column order; every feature of a layer has the same columns
}

// Value is one named value: string, int64, float64, bool or nil for "not known".
type Value struct {
	Name  string
	Value any
}

// GeoJSON streams features as an RFC 7946 FeatureCollection: WGS-84, 7 decimals, exterior rings anticlockwise. name labels the collection.
type GeoJSON struct {
	w     *bufio.Writer
	count int
	err   error
}

// NewGeoJSON begins a collection. Members beside the features (run, synthetic, …) go to extra, in order.
func NewGeoJSON(w io.Writer, name string, extra ...Value) *GeoJSON {
	g := &GeoJSON{w: bufio.NewWriterSize(w, 1<<16)}
	g.text(`{"type":"FeatureCollection","name":`)
	g.json(name)
	for _, v := range extra {
		g.text(",")
		g.json(v.Name)
		g.text(":")
		g.json(v.Value)
	}
	g.text(`,"features":[`)
	return g
}

// Write adds one feature.
func (g *GeoJSON) Write(f Feature) error {
	if g.count > 0 {
		g.text(",")
	}
	g.count++
	g.text("\n" + `{"type":"Feature"`)
	if f.ID != "" {
		g.text(`,"id":`)
		g.json(f.ID)
	}
	g.text(`,"geometry":`)
	g.geometry(f.Geometry)
	g.text(`,"properties":{`)
	for i, v := range f.Values {
		if i > 0 {
			g.text(",")
		}
		g.json(v.Name)
		g.text(":")
		g.json(v.Value)
	}
	g.text("}}")
	return g.err
}

// Close ends the collection and flushes it.
func (g *GeoJSON) Close() error {
	g.text("\n]}\n")
	if g.err == nil {
		g.err = g.w.Flush()
	}
	if g.err != nil {
		return fmt.Errorf("writing GeoJSON: %w", g.err)
	}
	return nil
}

func (g *GeoJSON) text(s string) {
	if g.err == nil {
		_, g.err = g.w.WriteString(s)
	}
}

func (g *GeoJSON) json(value any) {
	if g.err != nil {
		return
	}
	if f, ok := value.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		value = nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		g.err = err
		return
	}
	_, g.err = g.w.Write(text)
}

func (g *GeoJSON) geometry(geometry orb.Geometry) {
	switch shape := geometry.(type) {
	case nil:
		g.text("null")
	case orb.Point:
		g.shape("Point", [2]float64(round(shape)))
	case orb.LineString:
		g.shape("LineString", roundLine(shape))
	case orb.MultiLineString:
		lines := make([][][2]float64, len(shape))
		for i, line := range shape {
			lines[i] = roundLine(line)
		}
		g.shape("MultiLineString", lines)
	case orb.Polygon:
		g.shape("Polygon", roundPolygon(shape))
	case orb.MultiPolygon:
		polygons := make([][][][2]float64, len(shape))
		for i, polygon := range shape {
			polygons[i] = roundPolygon(polygon)
		}
		g.shape("MultiPolygon", polygons)
	default:
		g.err = fmt.Errorf("geometry type %T is not exported", geometry)
	}
}

func (g *GeoJSON) shape(kind string, coordinates any) {
	g.json(struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	}{kind, coordinates})
}

// coordinateScale keeps 7 decimals: about a centimetre, the resolution of OpenStreetMap.
const coordinateScale = 1e7

func round(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*coordinateScale) / coordinateScale, math.Round(p[1]*coordinateScale) / coordinateScale}
}

func roundLine(line []orb.Point) [][2]float64 {
	out := make([][2]float64, len(line))
	for i, p := range line {
		out[i] = round(p)
	}
	return out
}

// roundPolygon winds exterior rings anticlockwise and holes clockwise, as RFC 7946 §3.1.6 asks.
func roundPolygon(polygon orb.Polygon) [][][2]float64 {
	out := make([][][2]float64, len(polygon))
	for i, ring := range polygon {
		wanted := orb.CCW
		if i > 0 {
			wanted = orb.CW
		}
		if ring.Orientation() != wanted {
			ring = ring.Clone()
			ring.Reverse()
		}
		out[i] = roundLine(ring)
	}
	return out
}
