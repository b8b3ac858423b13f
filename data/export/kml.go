package export

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"github.com/paulmach/orb"
)

// KML writes a layer as a KML 2.2 document, one placemark a row, streaming. KML knows longitude and latitude only: a projected system is an
// error, a shifted one is left to the layer's note.
func KML(w io.Writer, layer *Layer) error {
	if layer.system().Projected() {
		return fmt.Errorf("KML 只能用经纬度 / KML holds longitude and latitude only, not %s", layer.system())
	}
	k := kmlWriter{w: bufio.NewWriterSize(w, 1<<16)}
	k.text(xml.Header + `<kml xmlns="http://www.opengis.net/kml/2.2"><Document id="` + layer.Name + `"><name>`)
	k.escape(layer.TitleZh)
	k.text("</name>")
	if layer.Note != "" {
		k.element("description", layer.Note)
	}
	k.text("\n" + `<Schema id="fields" name="` + layer.Name + `">`)
	for _, c := range layer.Columns {
		k.text(`<SimpleField name="` + c.Name + `" type="` + kmlType(c.Type) + `"><displayName>`)
		k.escape(c.TitleZh)
		k.text("</displayName></SimpleField>")
	}
	k.text("</Schema>\n<Folder><name>" + layer.Name + "</name>\n")
	label := layer.column("name")
	err := layer.each(func(_ int, row Row) error {
		k.placemark(layer, label, row)
		return k.err
	})
	if err != nil {
		return err
	}
	k.text("</Folder></Document></kml>\n")
	if k.err == nil {
		k.err = k.w.Flush()
	}
	if k.err != nil {
		return fmt.Errorf("writing KML: %w", k.err)
	}
	return nil
}

// KMZ writes a layer as KML in a zip.
func KMZ(w io.Writer, layer *Layer) error {
	archive := zip.NewWriter(w)
	doc, err := entryOf(archive, "doc.kml")
	if err != nil {
		return fmt.Errorf("writing KMZ: %w", err)
	}
	if err := KML(doc, layer); err != nil {
		return err
	}
	return archive.Close()
}

func kmlType(t Type) string {
	switch t {
	case Integer:
		return "int"
	case Real:
		return "double"
	case Boolean:
		return "bool"
	default:
		return "string"
	}
}

// kmlWriter keeps the first error.
type kmlWriter struct {
	w   *bufio.Writer
	err error
}

func (k *kmlWriter) text(s string) {
	if k.err == nil {
		_, k.err = k.w.WriteString(s)
	}
}

func (k *kmlWriter) escape(s string) {
	if k.err == nil {
		k.err = xml.EscapeText(k.w, []byte(s))
	}
}

func (k *kmlWriter) element(name, content string) {
	k.text("<" + name + ">")
	k.escape(content)
	k.text("</" + name + ">")
}

func (k *kmlWriter) placemark(layer *Layer, label int, row Row) {
	k.text("<Placemark>")
	if label >= 0 && row.Values[label] != nil {
		k.element("name", plain(row.Values[label]))
	}
	k.text(`<ExtendedData><SchemaData schemaUrl="#fields">`)
	for i, v := range row.Values {
		if v == nil {
			continue
		}
		k.text(`<SimpleData name="` + layer.Columns[i].Name + `">`)
		k.escape(plain(v))
		k.text("</SimpleData>")
	}
	k.text("</SchemaData></ExtendedData>")
	k.shape(row.Geometry)
	k.text("</Placemark>\n")
}

func (k *kmlWriter) shape(geometry orb.Geometry) {
	switch g := geometry.(type) {
	case nil:
	case orb.Point:
		k.text("<Point>")
		k.coordinates(g)
		k.text("</Point>")
	case orb.LineString:
		k.text("<LineString>")
		k.coordinates(g...)
		k.text("</LineString>")
	case orb.MultiLineString:
		k.text("<MultiGeometry>")
		for _, line := range g {
			k.shape(line)
		}
		k.text("</MultiGeometry>")
	case orb.Polygon:
		k.polygon(g)
	case orb.MultiPolygon:
		k.text("<MultiGeometry>")
		for _, polygon := range g {
			k.polygon(polygon)
		}
		k.text("</MultiGeometry>")
	default:
		k.err = fmt.Errorf("geometry type %T is not exported", geometry)
	}
}

func (k *kmlWriter) polygon(polygon orb.Polygon) {
	k.text("<Polygon>")
	for i, ring := range polygon {
		name := "outerBoundaryIs"
		if i > 0 {
			name = "innerBoundaryIs"
		}
		k.text("<" + name + "><LinearRing>")
		k.coordinates(ring...)
		k.text("</LinearRing></" + name + ">")
	}
	k.text("</Polygon>")
}

func (k *kmlWriter) coordinates(points ...orb.Point) {
	k.text("<coordinates>")
	for i, p := range points {
		if i > 0 {
			k.text(" ")
		}
		p = round(p)
		k.text(strconv.FormatFloat(p[0], 'f', -1, 64) + "," + strconv.FormatFloat(p[1], 'f', -1, 64))
	}
	k.text("</coordinates>")
}
