package svgmap

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// LegendRow is one line of a legend: a mark or an area with its meaning, people included.
type LegendRow struct {
	Mark   *Mark  // a place, or
	Fill   string // an area, or
	Stroke string // with Fill "" a line; Dash its dashes
	Dash   string
	Text   string
}

// Frame is what stands around a map: legend rows and notes (scale, projection, source, date, approval) below it.
type Frame struct {
	Legend []LegendRow
	Notes  []string
	Banner string // across the top, such as that the data are invented; "" for none
	Corner string // bottom left, such as an approval number or "for internal use"
	North  string // letter on the arrow
	Inset  *Map   // a part of the map larger, below the legend
	Bare   bool   // without scale bar, arrow and frame texts: for small maps
}

const (
	legendLine = 19.0
	noteLine   = 14.0
	textSize   = 12.5
)

// SVG closes the map with its frame: the drawing on the left, the legend on the right, notes below.
func (m *Map) SVG(f Frame) string {
	side, foot := 0.0, 0.0
	if len(f.Legend) > 0 {
		side = 0.30 * m.opts.Width
	}
	if len(f.Notes) > 0 {
		foot = noteLine*float64(len(f.Notes)) + 8
	}
	w, h := m.opts.Width, m.opts.Height
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img" aria-label="%s" font-family="'FangSong_GB2312','仿宋','FangSong','STFangsong','Noto Serif CJK SC',serif">`+"\n",
		number(w+side), number(h+foot), html.EscapeString(m.opts.Label))
	m.defs(&out)
	fmt.Fprintf(&out, `<g clip-path="url(#%s-clip)"><rect width="%s" height="%s" fill="#fff"/>`+"\n", m.opts.ID, number(w), number(h))
	out.WriteString(m.body.String() + m.over.String())
	out.WriteString("</g>\n")
	fmt.Fprintf(&out, `<rect x="0.5" y="0.5" width="%s" height="%s" fill="none" stroke="#222" stroke-width="1"/>`+"\n", number(w-1), number(h-1))
	if !f.Bare {
		m.scaleBar(&out)
		m.arrow(&out, f.North)
	}
	m.texts(&out, f)
	y := m.legend(&out, f.Legend, w+14)
	if f.Inset != nil {
		f.Inset.place(&out, w+14, max(y+4, h-f.Inset.opts.Height))
	}
	for i, note := range f.Notes {
		text(&out, 2, h+noteLine*float64(i+1)+2, 10.5, note, "#333")
	}
	out.WriteString("</svg>")
	return out.String()
}

func text(out *strings.Builder, x, y, size float64, content, colour string) {
	fmt.Fprintf(out, `<text x="%s" y="%s" font-size="%s" fill="%s">%s</text>`+"\n", number(x), number(y), number(size), colour, html.EscapeString(content))
}

func (m *Map) defs(out *strings.Builder) {
	fmt.Fprintf(out, `<defs><clipPath id="%[1]s-clip"><rect width="%[2]s" height="%[3]s"/></clipPath>`+
		`<pattern id="%[1]s-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#fdf3ec"/><path d="M0 0V7" stroke="#c9a48c" stroke-width="1.1"/></pattern></defs>`+"\n",
		m.opts.ID, number(m.opts.Width), number(m.opts.Height))
}

// scaleBar draws 1, 2 or 5 times a power of ten of metres, near a fifth of the width.
func (m *Map) scaleBar(out *strings.Builder) {
	want := m.opts.Width / 5 / m.unitsPerM
	metres := math.Pow(10, math.Floor(math.Log10(want)))
	for _, step := range []float64{5, 2} {
		if step*metres <= want {
			metres *= step
			break
		}
	}
	label := fmt.Sprintf("%g km", metres/1000)
	if metres < 1000 {
		label = fmt.Sprintf("%g m", metres)
	}
	long := metres * m.unitsPerM
	x, y := m.opts.Width-long-16, m.opts.Height-14
	fmt.Fprintf(out, `<rect x="%s" y="%s" width="%s" height="26" fill="#fff" fill-opacity="0.85"/>`, number(x-6), number(y-20), number(long+12))
	fmt.Fprintf(out, `<path d="M%s %sV%sH%sV%s" fill="none" stroke="#111" stroke-width="1.5"/>`+"\n", number(x), number(y-5), number(y), number(x+long), number(y-5))
	fmt.Fprintf(out, `<text x="%s" y="%s" font-size="11" text-anchor="middle" fill="#111">%s</text>`+"\n", number(x+long/2), number(y-7), label)
}

func (m *Map) arrow(out *strings.Builder, letter string) {
	x, y := m.opts.Width-24, 20.0
	fmt.Fprintf(out, `<path d="M%s %sl7 26l-7 -6l-7 6Z" fill="#111"/><text x="%s" y="%s" font-size="12" text-anchor="middle" fill="#111">%s</text>`+"\n",
		number(x), number(y), number(x), number(y+40), html.EscapeString(letter))
}

// texts writes the banner and the corner.
func (m *Map) texts(out *strings.Builder, f Frame) {
	if f.Banner != "" {
		wide := width(f.Banner)*textSize + 16
		fmt.Fprintf(out, `<rect x="8" y="8" width="%s" height="22" fill="#fff" stroke="#B00020" stroke-width="1"/>`, number(wide))
		text(out, 16, 23.5, textSize, f.Banner, "#B00020")
	}
	if f.Corner != "" {
		wide := width(f.Corner)*textSize + 12
		fmt.Fprintf(out, `<rect x="6" y="%s" width="%s" height="20" fill="#fff" fill-opacity="0.9"/>`, number(m.opts.Height-27), number(wide))
		text(out, 12, m.opts.Height-12, textSize, f.Corner, "#111")
	}
}

// place draws the map as an inset at a position of another.
func (m *Map) place(out *strings.Builder, x, y float64) {
	fmt.Fprintf(out, `<svg x="%s" y="%s" width="%s" height="%s">`, number(x), number(y), number(m.opts.Width), number(m.opts.Height))
	m.defs(out)
	out.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + m.body.String() + m.over.String())
	m.scaleBar(out)
	fmt.Fprintf(out, `<rect x="0.6" y="0.6" width="%s" height="%s" fill="none" stroke="#B00020" stroke-width="1.2"/></svg>`+"\n", number(m.opts.Width-1.2), number(m.opts.Height-1.2))
}

// legend writes the rows and returns where they end.
func (m *Map) legend(out *strings.Builder, rows []LegendRow, x float64) float64 {
	y := 16.0
	for _, row := range rows {
		indent := 26.0
		switch {
		case row.Mark != nil:
			mark := *row.Mark
			mark.Size = math.Min(math.Max(mark.Size, 8), 15)
			out.WriteString(mark.svg(x+9, y-4) + "\n")
		case row.Fill != "":
			fmt.Fprintf(out, `<rect x="%s" y="%s" width="19" height="12" fill="%s" stroke="%s" stroke-width="1"/>`+"\n", number(x), number(y-10), attr(row.Fill), attr(orDefault(row.Stroke)))
		case row.Stroke != "":
			fmt.Fprintf(out, `<path d="M%s %sh19" fill="none"%s/>`+"\n", number(x), number(y-4), strokeOf(row.Stroke, 1.6, row.Dash))
		default:
			indent = 0
		}
		for _, line := range wrap(row.Text, 0.30*m.opts.Width-14-indent) {
			text(out, x+indent, y, textSize, line, "#111")
			y += legendLine * 0.85
		}
		y += legendLine * 0.3
	}
	return y
}

func orDefault(stroke string) string {
	if stroke == "" {
		return "#222"
	}
	return stroke
}

// wrap breaks text to a width in map units, between words, or anywhere between Chinese characters.
func wrap(content string, wide float64) []string {
	var lines []string
	line, used := "", 0.0
	for _, word := range words(content) {
		w := width(word) * textSize
		if used+w > wide && strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimSpace(line))
			line, used = "", 0
		}
		line += word
		used += w
	}
	return append(lines, strings.TrimSpace(line))
}

// words splits before spaces and around every Chinese character; closing marks stay with what they close.
func words(content string) []string {
	var out []string
	current := ""
	for _, r := range content {
		switch {
		case strings.ContainsRune("，。；：、）％%", r):
			current += string(r)
			continue
		case r == ' ' || r >= 0x2e80:
			if current != "" {
				out = append(out, current)
			}
			current = string(r)
			if r >= 0x2e80 {
				continue
			}
		default:
			if last := []rune(current); len(last) > 0 && last[len(last)-1] >= 0x2e80 {
				out = append(out, current)
				current = ""
			}
			current += string(r)
		}
	}
	return append(out, current)
}
