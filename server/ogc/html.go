package ogc

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/server/layer"
)

//go:embed pages/page.html
var pageFiles embed.FS

func parsePages() (*template.Template, error) {
	pages, err := template.ParseFS(pageFiles, "pages/page.html")
	if err != nil {
		return nil, fmt.Errorf("reading the pages of the OGC API: %w", err)
	}
	return pages, nil
}

// view is what a page shows: the same content as the JSON, with a map and a table.
type view struct {
	Title string
	Text  string
	Links []link
	Map   template.HTML
	Head  []string
	Rows  [][]cell
	List  []string
	Help  bool
}

type cell struct{ Text, Href string }

func (r *request) show(v view) error {
	var out bytes.Buffer
	err := r.service.pages.ExecuteTemplate(&out, "page.html", struct {
		view
		Lang, Base, Project string
		Zh, Synthetic       bool
	}{v, string(r.lang), r.base, r.source.Title, r.lang != "en", r.source.Synthetic})
	if err != nil {
		return fmt.Errorf("writing a page: %w", err)
	}
	return r.HTMLBlob(http.StatusOK, out.Bytes())
}

func collectionRows(r *request) [][]cell {
	rows := [][]cell{}
	for _, c := range r.source.Collections {
		at := r.base + "/collections/" + c.ID
		rows = append(rows, []cell{
			{c.Title.In(r.lang), at + "?f=html"}, {c.Description.In(r.lang), ""}, {fmt.Sprint(len(c.Features)), at + "/items?f=html"},
		})
	}
	return rows
}

func fieldRows(r *request, c *Collection) [][]cell {
	rows := [][]cell{}
	for _, f := range c.Fields {
		rows = append(rows, []cell{{f.Name, ""}, {f.Title.In(r.lang), ""}, {string(f.Type), ""}, {f.Unit, ""}, {strings.Join(f.Enum, ", "), ""}})
	}
	return rows
}

func (r *request) apiRows() [][]cell {
	rows := [][]cell{}
	for _, path := range []string{"", "/api", "/conformance", "/collections", "/tileMatrixSets"} {
		rows = append(rows, []cell{{"GET " + r.base + path, r.base + path}})
	}
	for _, c := range r.source.Collections {
		for _, path := range []string{"", "/items", "/queryables", "/schema", "/tiles"} {
			rows = append(rows, []cell{{"GET " + r.base + "/collections/" + c.ID + path, r.base + "/collections/" + c.ID + path + "?f=html"}})
		}
	}
	return rows
}

// maxShown bounds a page's table and map.
const maxShown = 500

func (r *request) itemsView(c *Collection, found page, links []link) view {
	v := view{Title: c.Title.In(r.lang), Links: links, Text: fmt.Sprintf(r.say("共 %d 条，本页 %d 条", "%d features, %d on this page"), found.matched, len(found.features))}
	v.Head = []string{"id"}
	for _, f := range c.Fields {
		v.Head = append(v.Head, f.Title.In(r.lang))
	}
	var drawn []layer.Feature
	for _, f := range found.features[:min(len(found.features), maxShown)] {
		row := []cell{{f.ID, r.base + "/collections/" + c.ID + "/items/" + url.PathEscape(f.ID) + "?f=html"}}
		for _, value := range f.Values {
			row = append(row, cell{shown(value), ""})
		}
		v.Rows = append(v.Rows, row)
		drawn = append(drawn, *f)
	}
	v.Map = drawing(drawn)
	return v
}

func (r *request) itemView(c *Collection, f *layer.Feature, links []link) view {
	v := view{Title: c.Title.In(r.lang) + " " + f.ID, Links: links, Map: drawing([]layer.Feature{*f})}
	for i, field := range c.Fields {
		v.Rows = append(v.Rows, []cell{{field.Title.In(r.lang), ""}, {shown(f.Values[i]), ""}})
	}
	return v
}

func shown(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// drawing sketches features as an SVG in degrees, longitudes shortened to the middle latitude.
func drawing(features []layer.Feature) template.HTML {
	l := layer.Layer{Features: features[:min(len(features), maxShown)]}
	box, ok := l.Bound()
	if !ok {
		return ""
	}
	squeeze := math.Cos(box.Center().Lat() * math.Pi / 180)
	size := max((box.Max[0]-box.Min[0])*squeeze, box.Max[1]-box.Min[1], 0.002)
	center, margin := box.Center(), size*0.06
	var out strings.Builder
	fmt.Fprintf(&out, `<svg role="img" aria-label="map" viewBox="%.6f %.6f %.6f %.6f"><g transform="scale(%.6f,-1)">`,
		center[0]*squeeze-size/2-margin, -center[1]-size/2-margin, size+2*margin, size+2*margin, squeeze)
	for _, f := range l.Features {
		draw(&out, f.Geometry, size)
	}
	out.WriteString("</g></svg>")
	return template.HTML(out.String()) //nolint:gosec // numbers only
}

func draw(out *strings.Builder, g orb.Geometry, size float64) {
	switch shape := g.(type) {
	case orb.Point:
		fmt.Fprintf(out, `<circle class="point" cx="%.6f" cy="%.6f" r="%.6f"/>`, shape[0], shape[1], size/120)
	case orb.LineString:
		fmt.Fprintf(out, `<path class="line" d="%s"/>`, path(shape, false))
	case orb.Polygon:
		var d strings.Builder
		for _, ring := range shape {
			d.WriteString(path(orb.LineString(ring), true))
		}
		fmt.Fprintf(out, `<path class="area" d="%s"/>`, d.String())
	case orb.MultiPolygon:
		for _, polygon := range shape {
			draw(out, polygon, size)
		}
	case orb.MultiLineString:
		for _, line := range shape {
			draw(out, line, size)
		}
	}
}

func path(line orb.LineString, closed bool) string {
	var d strings.Builder
	command := "M"
	for _, p := range line {
		fmt.Fprintf(&d, "%s%.5f %.5f", command, p[0], p[1])
		command = "L"
	}
	if closed {
		d.WriteString("Z")
	}
	return d.String()
}
