// Package svgmap draws printable maps as SVG: areas, roads, places and service points with their legend, scale bar and source. A map
// stands alone in a page without scripts or files beside it, is told apart in grey prints by hatching and shape as well as by colour,
// and comes out as the same bytes for the same content.
package svgmap

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"
)

// Colours of the project's maps, distinct for most forms of colour blindness (Okabe, Ito 2008).
const (
	Blue      = "#0072B2" // inside
	Vermilion = "#D55E00" // outside
	Green     = "#009E73" // proposed
	Grey      = "#666666"
)

// Shape is the outline of a place on a map.
type Shape int

// Shapes of places.
const (
	Circle Shape = iota
	Square
	Diamond
	Triangle
	Star
	Ring // hollow broken circle with a dash in it
)

// Mark says how a place is drawn. Size is the diameter in map units (1/1000 of the map's width); Letter stands inside it.
type Mark struct {
	Shape  Shape
	Size   float64
	Fill   string
	Letter string
	Stroke bool // two white lines across, for grey prints
}

// Options are the frame of a map.
type Options struct {
	ID            string    // distinguishes the maps of one page; letters and digits
	Label         string    // what the map shows, for readers who cannot see it
	Bound         orb.Bound // WGS-84, of what must be seen
	Width, Height float64   // of the drawing, in map units
}

// Map is a drawing under way. Things drawn later lie above.
type Map struct {
	opts       Options
	origin     orb.Point
	perLon     float64 // map units per degree
	perLat     float64
	unitsPerM  float64
	body, over strings.Builder
	taken      []box // of labels
}

type box struct{ x0, y0, x1, y1 float64 }

const metresPerDegree = 111_195.0 // of latitude on a sphere of 6371.0 km

// New starts a map. The projection is equirectangular around the middle of the bound: true in scale there, and off by less than 1 % within
// 100 km of it at middle latitudes.
func New(o Options) *Map {
	b := o.Bound
	if b.IsZero() || b.Max[0] <= b.Min[0] || b.Max[1] <= b.Min[1] {
		b = b.Pad(0.01)
	}
	cos := math.Cos(b.Center()[1] * math.Pi / 180)
	wide, high := (b.Max[0]-b.Min[0])*cos, b.Max[1]-b.Min[1]
	const margin = 0.03
	scale := (1 - 2*margin) * math.Min(o.Width/wide, o.Height/high)
	m := &Map{opts: o, perLon: scale * cos, perLat: scale, unitsPerM: scale / metresPerDegree}
	centre := b.Center()
	m.origin = orb.Point{centre[0] - o.Width/2/m.perLon, centre[1] + o.Height/2/m.perLat}
	return m
}

// xy places a point in map units.
func (m *Map) xy(p orb.Point) (x, y float64) {
	return (p[0] - m.origin[0]) * m.perLon, (m.origin[1] - p[1]) * m.perLat
}

func (m *Map) inside(x, y float64) bool {
	return x >= 0 && y >= 0 && x <= m.opts.Width && y <= m.opts.Height
}

// number writes a coordinate with one decimal, never "-0".
func number(v float64) string {
	v = math.Round(v*10) / 10
	if v == 0 {
		v = 0
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// Area draws polygons. fill is a colour, "none", or a pattern of [Map.Hatch]; a stroke of "" means no outline. dash is an SVG dash
// array, "" for a full line.
func (m *Map) Area(area orb.MultiPolygon, fill, stroke string, width float64, dash string) {
	var path strings.Builder
	for _, polygon := range area {
		for _, ring := range polygon {
			m.path(&path, orb.LineString(ring), true)
		}
	}
	if path.Len() == 0 {
		return
	}
	fmt.Fprintf(&m.body, `<path d="%s" fill="%s" fill-rule="evenodd"%s/>`+"\n", path.String(), attr(fill), strokeOf(stroke, width, dash))
}

// Line draws lines.
func (m *Map) Line(lines []orb.LineString, stroke string, width float64, dash string) {
	var path strings.Builder
	for _, line := range lines {
		m.path(&path, line, false)
	}
	if path.Len() > 0 {
		fmt.Fprintf(&m.body, `<path d="%s" fill="none"%s stroke-linejoin="round"/>`+"\n", path.String(), strokeOf(stroke, width, dash))
	}
}

func strokeOf(stroke string, width float64, dash string) string {
	if stroke == "" {
		return ""
	}
	text := fmt.Sprintf(` stroke="%s" stroke-width="%s"`, attr(stroke), number(width))
	if dash != "" {
		text += fmt.Sprintf(` stroke-dasharray="%s"`, attr(dash))
	}
	return text
}

func attr(text string) string { return html.EscapeString(text) }

// path writes a line in map units, thinned to what can be seen. Lines wholly outside the frame are left out.
func (m *Map) path(out *strings.Builder, line orb.LineString, closed bool) {
	drawn := make(orb.LineString, 0, len(line))
	var bound orb.Bound
	for i, p := range line {
		x, y := m.xy(p)
		drawn = append(drawn, orb.Point{x, y})
		if i == 0 {
			bound = orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x, y}}
		}
		bound = bound.Extend(orb.Point{x, y})
	}
	frame := orb.Bound{Max: orb.Point{m.opts.Width, m.opts.Height}}
	if len(drawn) < 2 || !frame.Intersects(bound) {
		return
	}
	drawn = simplify.DouglasPeucker(0.25).LineString(drawn)
	for i, p := range drawn {
		if closed && i == len(drawn)-1 && p == drawn[0] {
			break
		}
		out.WriteString(map[bool]string{true: "M", false: "L"}[i == 0])
		out.WriteString(number(p[0]) + " " + number(p[1]))
	}
	if closed {
		out.WriteString("Z")
	}
}

// Hatch names the hatching of what is outside, for use as a fill.
func (m *Map) Hatch() string { return "url(#" + m.opts.ID + "-hatch)" }

// Place draws a mark at a point and keeps labels away from it.
func (m *Map) Place(p orb.Point, mark Mark) {
	x, y := m.xy(p)
	if !m.inside(x, y) {
		return
	}
	m.body.WriteString(mark.svg(x, y) + "\n")
	r := mark.Size / 2
	m.taken = append(m.taken, box{x - r, y - r, x + r, y + r})
}

// svg draws the mark with a thin white rim, so that it stands out from its ground.
func (k Mark) svg(x, y float64) string {
	r := k.Size / 2
	points := func(xy ...float64) string {
		var parts []string
		for i := 0; i+1 < len(xy); i += 2 {
			parts = append(parts, number(x+xy[i]*r)+","+number(y+xy[i+1]*r))
		}
		return fmt.Sprintf(`<polygon points="%s"`, strings.Join(parts, " "))
	}
	rim := ` stroke="#222" stroke-width="0.6"`
	var shape string
	switch k.Shape {
	case Square:
		shape = fmt.Sprintf(`<rect x="%s" y="%s" width="%s" height="%s"`, number(x-r*0.88), number(y-r*0.88), number(1.76*r), number(1.76*r))
	case Diamond:
		shape = points(0, -1.1, 1.1, 0, 0, 1.1, -1.1, 0)
	case Triangle:
		shape = points(0, -1.1, 1.05, 0.8, -1.05, 0.8)
	case Star:
		var xy []float64
		for i := range 10 {
			length := 1.25
			if i%2 == 1 {
				length = 0.55
			}
			angle := float64(i) * math.Pi / 5
			xy = append(xy, length*math.Sin(angle), -length*math.Cos(angle))
		}
		shape = points(xy...)
	case Ring:
		return fmt.Sprintf(`<circle cx="%[1]s" cy="%[2]s" r="%[3]s" fill="#fff" stroke="%[4]s" stroke-width="1.2" stroke-dasharray="2 1.2"/><path d="M%[5]s %[2]sh%[6]s" stroke="%[4]s" stroke-width="1.4"/>`, number(x), number(y), number(r*0.95), attr(k.Fill), number(x-r*0.5), number(r))
	default:
		shape = fmt.Sprintf(`<circle cx="%s" cy="%s" r="%s"`, number(x), number(y), number(r))
	}
	out := shape + fmt.Sprintf(` fill="%s"%s/>`, attr(k.Fill), rim)
	if k.Stroke {
		a, b := number(r*0.55), number(r*0.5)
		out += fmt.Sprintf(`<path d="M%s %sl%s -%sM%s %sl%s -%s" stroke="#fff" stroke-width="0.9"/>`, number(x-r*0.6), number(y+r*0.05), a, b, number(x), number(y+r*0.5), a, b)
	}
	if k.Letter != "" {
		ink := "#fff"
		if k.Fill == ink {
			ink = "#111"
		}
		out += fmt.Sprintf(`<text x="%s" y="%s" font-size="%s" text-anchor="middle" fill="%s" font-weight="bold">%s</text>`,
			number(x), number(y+r*0.48), number(r*1.35), ink, html.EscapeString(k.Letter))
	}
	return out
}

// Box outlines a part of the map, such as the one that an inset shows larger.
func (m *Map) Box(b orb.Bound) {
	m.Area(orb.MultiPolygon{b.ToPolygon()}, "none", "#B00020", 1.2, "")
}

// Label writes text near a point where it collides with no earlier label or mark; with force it is written right there in any case.
// It reports whether the label was written.
func (m *Map) Label(p orb.Point, text string, size float64, force bool) bool {
	x, y := m.xy(p)
	if !m.inside(x, y) || text == "" {
		return false
	}
	wide := width(text) * size
	gap := size * 0.75 // clear of the mark itself
	for _, at := range [][2]float64{{x + gap, y + size*0.35}, {x - gap - wide, y + size*0.35}, {x - wide/2, y - gap}, {x - wide/2, y + gap + size*0.8},
		{x + gap, y - gap}, {x + gap, y + gap + size*0.7}, {x - gap - wide, y - gap}, {x - gap - wide, y + gap + size*0.7}} {
		if m.write(at[0], at[1], text, size, wide, false) {
			return true
		}
	}
	return force && m.write(x-wide/2, y+size*0.35, text, size, wide, true)
}

func (m *Map) write(x, y float64, text string, size, wide float64, force bool) bool {
	b := box{x, y - size*0.85, x + wide, y + size*0.15}
	if !force && (!m.inside(b.x0, b.y0) || !m.inside(b.x1, b.y1)) {
		return false
	}
	for _, t := range m.taken {
		if !force && b.x0 < t.x1 && t.x0 < b.x1 && b.y0 < t.y1 && t.y0 < b.y1 {
			return false
		}
	}
	m.taken = append(m.taken, b)
	fmt.Fprintf(&m.over, `<text x="%s" y="%s" font-size="%s" fill="#111" stroke="#fff" stroke-width="%s" paint-order="stroke" stroke-linejoin="round">%s</text>`+"\n",
		number(x), number(y), number(size), number(size*0.22), html.EscapeString(text))
	return true
}

// width estimates the width of text in multiples of its size.
func width(text string) float64 {
	w := 0.0
	for _, r := range text {
		switch {
		case r >= 0x2e80:
			w++
		case r == ' ', r == '.', r == ',', r == '(', r == ')':
			w += 0.35
		default:
			w += 0.58
		}
	}
	return w
}
