package export

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"lawcircle/coverage"
	"lawcircle/geo/crs"
)

// Options say what is changed on the way out.
type Options struct {
	System    crs.System              // coordinates as wanted; the zero System is WGS-84
	Synthetic bool                    // the project is a generated demonstration
	Public    bool                    // for publication: coarse places of police posts, small groups of people left out
	Sensitive map[string]bool         // ids of premises and points whose exact place is not public
	Progress  func(done, total int64) // optional
}

// ErrNotPublic is returned for a layer that has no place in a publication.
var ErrNotPublic = errors.New("该图层不对外公开 / this layer is not for publication")

// leastGroup is the smallest group of people that a publication tells the number of (guides/interop.md §2.7).
const leastGroup = 10

// coarseDegrees is the grid to which sensitive places are rounded in a publication: about a kilometre.
const coarseDegrees = 0.01

// Prepare returns the layer as it may leave the house: coordinates converted from WGS-84 to the wanted system, mobile and identity numbers
// masked, what is not public coarsened, and a note on what every reader must know.
func Prepare(ctx context.Context, layer *Layer, o Options) (*Layer, error) {
	if o.Public && (layer.Name == "pairings" || layer.Name == "advisers") {
		return nil, fmt.Errorf("%s: %w", layer.Name, ErrNotPublic)
	}
	out := *layer
	if o.System != (crs.System{}) {
		out.System = o.System
	}
	transform, err := crs.NewTransform(crs.WGS84(), out.system())
	if err != nil {
		return nil, err
	}
	var notes []string
	if o.Synthetic {
		notes = append(notes, "合成演示数据，非真实 / synthetic demonstration data")
	}
	if out.system().Shifted() && layer.GeometryType != "" {
		name := strings.ToUpper(out.system().String())
		notes = append(notes, "坐标为 "+name+"（有偏移） / coordinates are "+name+", shifted")
		out.Name += "_" + strings.ReplaceAll(out.system().String(), "-", "")
	}
	if out.Note = strings.Join(notes, "; "); out.Note != "" {
		out.Columns = append(slices.Clone(out.Columns), Column{"data_note", "数据说明", "note on the data", Text})
	}
	guard := newGuard(layer, o)
	out.Rows = func(yield func(Row, error) bool) {
		done := int64(0)
		for row, err := range layer.Rows {
			if err == nil {
				row, err = guard.row(row, transform)
			}
			if err == nil && out.Note != "" {
				row.Values = append(row.Values, out.Note)
			}
			if done++; err == nil && done%1024 == 0 {
				err = ctx.Err()
				if o.Progress != nil {
					o.Progress(done, max(done, layer.Count))
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
	return &out, nil
}

// A guard knows which columns of a layer are keys, texts that may hold personal numbers, and sizes of groups.
type guard struct {
	options Options
	keys    []int
	texts   []int
	groups  []int
	address int
}

func newGuard(l *Layer, o Options) guard {
	g := guard{options: o, address: l.column("address")}
	groups := map[string]bool{}
	for _, term := range coverage.Vocabularies()["group"] {
		groups[term.Code] = true
	}
	for i, c := range l.Columns {
		switch {
		case strings.HasSuffix(c.Name, "_id"):
			g.keys = append(g.keys, i)
		case groups[c.Name]:
			g.groups = append(g.groups, i)
		case c.Type == Text && !strings.HasSuffix(c.Name, "code"):
			g.texts = append(g.texts, i)
		}
	}
	return g
}

func (g guard) row(row Row, transform crs.Transform) (Row, error) {
	values := slices.Clone(row.Values)
	for _, i := range g.texts {
		if text, ok := values[i].(string); ok {
			values[i] = masked(text)
		}
	}
	geometry := row.Geometry
	if g.options.Public {
		for _, i := range g.groups {
			if n, ok := values[i].(int64); ok && n < leastGroup {
				values[i] = nil
			}
		}
		if g.sensitive(values) {
			geometry = coarse(geometry)
			if g.address >= 0 {
				values[g.address] = nil
			}
		}
	}
	converted, err := transform.Geometry(geometry)
	return Row{converted, values}, err
}

func (g guard) sensitive(values []any) bool {
	for _, i := range g.keys {
		if id, ok := values[i].(string); ok && g.options.Sensitive[id] {
			return true
		}
	}
	return false
}

func coarse(geometry orb.Geometry) orb.Geometry {
	p, ok := geometry.(orb.Point)
	if !ok {
		return geometry
	}
	return orb.Point{math.Round(p[0]/coarseDegrees) * coarseDegrees, math.Round(p[1]/coarseDegrees) * coarseDegrees}
}

var personalNumber = regexp.MustCompile(`\d+[Xx]?`)

// masked hides the middle of mobile numbers (11 digits from 13 to 19) and identity numbers (18 digits).
func masked(text string) string {
	if len(text) < 11 {
		return text
	}
	return personalNumber.ReplaceAllStringFunc(text, func(n string) string {
		mobile := len(n) == 11 && n[0] == '1' && n[1] >= '3' && n[10] <= '9'
		if !mobile && len(n) != 18 {
			return n
		}
		return n[:3] + strings.Repeat("*", len(n)-7) + n[len(n)-4:]
	})
}

// coordinateCells writes a place as numbers, or a shape as text.
func coordinateCells(geometry orb.Geometry, columns, places int) []any {
	cells := make([]any, columns)
	switch p, isPoint := geometry.(orb.Point); {
	case geometry == nil:
	case columns == 2 && isPoint:
		for i := range cells {
			cells[i], _ = strconv.ParseFloat(strconv.FormatFloat(p[i], 'f', places, 64), 64)
		}
	case columns == 1:
		cells[0] = wkt.MarshalString(geometry)
	}
	return cells
}
