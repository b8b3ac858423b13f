// Package layer holds map layers in memory: features with an id, a geometry and typed attributes. The same layers feed GeoJSON
// downloads, vector tiles and the OGC API collections, so all three always say the same.
package layer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/paulmach/orb"

	"lawcircle/server/locale"
)

// Type is the type of an attribute's value.
type Type string

// Types of attributes. Dates are ISO 8601 texts of year, month or day precision.
const (
	String  Type = "string"
	Integer Type = "integer"
	Number  Type = "number"
	Boolean Type = "boolean"
	Date    Type = "date"
)

// Field describes one attribute of a layer.
type Field struct {
	Name  string // ASCII, snake_case; never id, fid or geom, which GIS tools take for themselves
	Type  Type
	Title locale.Text
	Unit  string   // of the values ("min", "m2"), "" when they have none
	Enum  []string // the codes that may occur, nil when open
}

// Feature is one row. Values stand in the order of the layer's fields: string, int64, float64, bool, or nil for unknown.
type Feature struct {
	ID       string // stable key
	Geometry orb.Geometry
	Values   []any
	MinZoom  int // smallest zoom of a vector tile that shows it
}

// Layer is a set of features sorted by id (or in an order of their own that is always the same).
type Layer struct {
	ID          string
	Title       locale.Text
	Description locale.Text
	Fields      []Field
	From, Until string // names of the date fields between which a feature is valid, "" for none
	Features    []Feature
}

// Index returns the position of a field, -1 when there is none of the name.
func (l *Layer) Index(field string) int {
	for i, f := range l.Fields {
		if f.Name == field {
			return i
		}
	}
	return -1
}

// Bound returns the box around all features; ok is false when none has a geometry.
func (l *Layer) Bound() (box orb.Bound, ok bool) {
	for _, f := range l.Features {
		if f.Geometry == nil {
			continue
		}
		if !ok {
			box, ok = f.Geometry.Bound(), true
			continue
		}
		box = box.Union(f.Geometry.Bound())
	}
	return box, ok
}

// tidy prepares a geometry for publication: a copy with six decimals (0.1 m) and rings turned as RFC 7946 wants them.
func tidy(g orb.Geometry) orb.Geometry {
	if g == nil {
		return nil
	}
	rounded := orb.Round(orb.Clone(g))
	switch shape := rounded.(type) {
	case orb.Polygon:
		turnRings(shape)
	case orb.MultiPolygon:
		for _, polygon := range shape {
			turnRings(polygon)
		}
	}
	return rounded
}

func turnRings(polygon orb.Polygon) {
	for i, ring := range polygon {
		want := orb.CCW
		if i > 0 {
			want = orb.CW
		}
		if ring.Orientation() == -want {
			ring.Reverse()
		}
	}
}

// Tidy rounds and turns every geometry of the layer in place and returns the layer.
func (l *Layer) Tidy() *Layer {
	for i := range l.Features {
		l.Features[i].Geometry = tidy(l.Features[i].Geometry)
	}
	return l
}

// WriteFeatures writes a GeoJSON FeatureCollection (RFC 7946) of the layer's features. The id is also a property "id", which map
// libraries need for styling by id.
func (l *Layer) WriteFeatures(out io.Writer) error {
	w := bufio.NewWriter(out)
	if _, err := fmt.Fprintf(w, `{"type":"FeatureCollection","name":%q,"features":[`, l.ID); err != nil {
		return err
	}
	for i, f := range l.Features {
		if i > 0 {
			_ = w.WriteByte(',') // a bufio.Writer keeps its first error for Flush
		}
		body, err := l.Encode(f, f.Geometry, true)
		if err != nil {
			return err
		}
		_, _ = w.Write(body)
	}
	_, _ = w.WriteString("]}\n")
	return w.Flush()
}

// Encode returns the GeoJSON of one feature with the geometry given, which may be the feature's own or a transformed copy, and its
// attributes in the order of the layer's fields; idProperty adds the id as an attribute too.
func (l *Layer) Encode(f Feature, geometry orb.Geometry, idProperty bool) ([]byte, error) {
	id, err := json.Marshal(f.ID)
	if err != nil {
		return nil, err
	}
	properties, err := l.properties(f, idProperty)
	if err != nil {
		return nil, err
	}
	out, err := appendGeometry(fmt.Appendf(nil, `{"type":"Feature","id":%s,"geometry":`, id), geometry)
	if err != nil {
		return nil, fmt.Errorf("encoding the geometry of %s %q: %w", l.ID, f.ID, err)
	}
	return fmt.Appendf(out, `,"properties":%s}`, properties), nil
}

func (l *Layer) properties(f Feature, idProperty bool) ([]byte, error) {
	out := []byte{'{'}
	add := func(name string, value any) error {
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("encoding %s of %s %q: %w", name, l.ID, f.ID, err)
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = fmt.Appendf(out, "%q:%s", name, text)
		return nil
	}
	if idProperty {
		if err := add("id", f.ID); err != nil {
			return nil, err
		}
	}
	for i, field := range l.Fields {
		if err := add(field.Name, f.Values[i]); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}
