// Package cql2 reads filters in the text form of OGC CQL2 (OGC 21-065r2) and applies them to features in memory.
//
// It knows = <> < > <= >=, AND, OR, NOT, IS NULL, LIKE, BETWEEN, IN, CASEI, S_INTERSECTS with WKT or BBOX, DATE and TIMESTAMP. Only the
// fields of the layer may be named; length, depth and lists are bounded; every error says where.
package cql2

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"

	"lawcircle/geo/shape"
	"lawcircle/server/layer"
)

// Bounds of what is read.
const (
	MaxLength = 4000 // bytes of a filter
	maxDepth  = 32   // of brackets and NOTs
	maxItems  = 1000 // of an IN list
)

// Filter is a filter that was read against a layer.
type Filter struct {
	holds condition
}

// Match reports whether the filter holds for a feature of the layer it was read against. A comparison with null does not hold.
func (f Filter) Match(feature *layer.Feature) bool { return f.holds(feature) == isTrue }

// Options of reading a filter.
type Options struct {
	// Geometry converts a geometry of the filter to WGS-84 longitude, latitude; nil when it is written so already.
	Geometry func(orb.Geometry) (orb.Geometry, error)
}

// Parse reads a filter against the fields of a layer. Errors are of type *SyntaxError.
func Parse(filter string, l *layer.Layer, options Options) (Filter, error) {
	if len(filter) > MaxLength {
		return Filter{}, &SyntaxError{MaxLength, fmt.Sprintf("the filter is longer than %d bytes", MaxLength)}
	}
	tokens, err := lex(filter)
	if err != nil {
		return Filter{}, err
	}
	p := &parser{filter: filter, tokens: tokens, layer: l, options: options}
	holds, err := p.either()
	if err != nil {
		return Filter{}, err
	}
	if p.peek().kind != end {
		return Filter{}, p.unexpected("AND, OR or the end")
	}
	return Filter{holds: holds}, nil
}

type parser struct {
	filter  string
	tokens  []token
	at      int
	depth   int
	layer   *layer.Layer
	options Options
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// skipWord and skipSymbol go past a token if it is the one asked for.
func (p *parser) skipWord(keyword string) bool {
	if p.peek().isWord(keyword) {
		p.at++
		return true
	}
	return false
}

func (p *parser) skipSymbol(s string) bool {
	if p.peek().isSymbol(s) {
		p.at++
		return true
	}
	return false
}

func (p *parser) need(s string) error {
	if !p.skipSymbol(s) {
		return p.unexpected(fmt.Sprintf("%q", s))
	}
	return nil
}

func (p *parser) fail(at token, format string, args ...any) error {
	return &SyntaxError{utf8.RuneCountInString(p.filter[:at.start]) + 1, fmt.Sprintf(format, args...)}
}

func (p *parser) unexpected(wanted string) error {
	return p.fail(p.peek(), "expected %s, found %s", wanted, p.peek())
}

// either = both { OR both }
func (p *parser) either() (condition, error) {
	left, err := p.both()
	for err == nil && p.skipWord("OR") {
		var right condition
		if right, err = p.both(); err == nil {
			left = or(left, right)
		}
	}
	return left, err
}

// both = negation { AND negation }
func (p *parser) both() (condition, error) {
	left, err := p.negation()
	for err == nil && p.skipWord("AND") {
		var right condition
		if right, err = p.negation(); err == nil {
			left = and(left, right)
		}
	}
	return left, err
}

// negation = NOT negation | "(" either ")" | predicate
func (p *parser) negation() (condition, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return nil, p.fail(p.peek(), "nested deeper than %d", maxDepth)
	}
	switch {
	case p.skipWord("NOT"):
		inner, err := p.negation()
		if err != nil {
			return nil, err
		}
		return not(inner), nil
	case p.skipSymbol("("):
		inner, err := p.either()
		if err != nil {
			return nil, err
		}
		return inner, p.need(")")
	case p.peek().isWord("S_INTERSECTS"):
		return p.intersects()
	default:
		return p.predicate()
	}
}

// predicate = scalar ( operator scalar | IS [NOT] NULL | [NOT] LIKE … | [NOT] BETWEEN … | [NOT] IN … ), or a boolean alone
func (p *parser) predicate() (condition, error) {
	start := p.peek()
	left, err := p.scalar()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind == symbol && slices.Contains([]string{"=", "<>", "<", "<=", ">", ">="}, t.value) {
		p.take()
		right, err := p.scalarLike(left)
		if err != nil {
			return nil, err
		}
		return compare(left, t.value, right), nil
	}
	if p.skipWord("IS") {
		negated := p.skipWord("NOT")
		if !p.skipWord("NULL") {
			return nil, p.unexpected("NULL")
		}
		return negatedIf(negated, isNull(left)), nil
	}
	negated := p.skipWord("NOT")
	inner, err := p.rangeTest(left)
	if err != nil {
		return nil, err
	}
	if inner != nil {
		return negatedIf(negated, inner), nil
	}
	if left.kind == kindBool && !negated {
		return compare(left, "=", constant(kindBool, true)), nil
	}
	if p.peek().kind == end && start.kind == word {
		return nil, p.unexpected("a comparison after " + start.value)
	}
	return nil, p.unexpected("a comparison")
}

func negatedIf(negated bool, c condition) condition {
	if negated {
		return not(c)
	}
	return c
}

// rangeTest reads LIKE, BETWEEN or IN after a scalar; nil when none follows.
func (p *parser) rangeTest(left scalar) (condition, error) {
	switch {
	case p.skipWord("LIKE"):
		at := p.peek()
		pattern, err := p.scalar()
		if err != nil {
			return nil, err
		}
		if left.kind != kindText || pattern.kind != kindText {
			return nil, p.fail(at, "LIKE is for texts")
		}
		return like(left, pattern), nil
	case p.skipWord("BETWEEN"):
		low, err := p.scalarLike(left)
		if err != nil {
			return nil, err
		}
		if !p.skipWord("AND") {
			return nil, p.unexpected("AND")
		}
		high, err := p.scalarLike(left)
		if err != nil {
			return nil, err
		}
		return and(compare(left, ">=", low), compare(left, "<=", high)), nil
	case p.skipWord("IN"):
		return p.in(left)
	}
	return nil, nil
}

func (p *parser) in(left scalar) (condition, error) {
	if err := p.need("("); err != nil {
		return nil, err
	}
	var found condition
	for n := 1; ; n++ {
		if n > maxItems {
			return nil, p.fail(p.peek(), "a list of more than %d items", maxItems)
		}
		item, err := p.scalarLike(left)
		if err != nil {
			return nil, err
		}
		if equal := compare(left, "=", item); found == nil {
			found = equal
		} else {
			found = or(found, equal)
		}
		if p.skipSymbol(",") {
			continue
		}
		return found, p.need(")")
	}
}

// scalarLike reads a scalar that can be compared with another. A text in quotes stands for a date where a date is wanted.
func (p *parser) scalarLike(left scalar) (scalar, error) {
	at := p.peek()
	if left.kind == kindDate && at.kind == text {
		p.take()
		return p.date(at)
	}
	right, err := p.scalar()
	if err == nil && right.kind != left.kind {
		return right, p.fail(at, "%s cannot be compared with %s", left.kind, right.kind)
	}
	return right, err
}

// scalar = property | 'text' | number | TRUE | FALSE | DATE(…) | TIMESTAMP(…) | CASEI(…)
func (p *parser) scalar() (scalar, error) {
	t := p.take()
	switch {
	case t.kind == text:
		return constant(kindText, t.value), nil
	case t.kind == number:
		x, err := strconv.ParseFloat(t.value, 64)
		if err != nil || math.IsInf(x, 0) {
			return scalar{}, p.fail(t, "%q is not a number", t.value)
		}
		return constant(kindNumber, x), nil
	case t.isWord("TRUE"), t.isWord("FALSE"):
		return constant(kindBool, t.isWord("TRUE")), nil
	case t.isWord("CASEI") && p.peek().isSymbol("("):
		return p.casei()
	case (t.isWord("DATE") || t.isWord("TIMESTAMP")) && p.peek().isSymbol("("):
		p.take()
		value := p.take()
		if value.kind != text {
			return scalar{}, p.fail(value, "expected a date in quotes, found %s", value)
		}
		out, err := p.date(value)
		if err != nil {
			return scalar{}, err
		}
		return out, p.need(")")
	case t.kind == word || t.kind == quotedName:
		return p.property(t)
	}
	return scalar{}, p.fail(t, "expected a property or a value, found %s", t)
}

func (p *parser) casei() (scalar, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return scalar{}, p.fail(p.peek(), "nested deeper than %d", maxDepth)
	}
	p.take()
	at := p.peek()
	inner, err := p.scalar()
	if err != nil {
		return scalar{}, err
	}
	if inner.kind != kindText {
		return scalar{}, p.fail(at, "CASEI is for texts")
	}
	return folded(inner), p.need(")")
}

func (p *parser) property(t token) (scalar, error) {
	if at := p.layer.Index(t.value); at >= 0 {
		return property(p.layer, at), nil
	}
	if t.value == "id" {
		return featureID(), nil
	}
	return scalar{}, p.fail(t, "there is no property %q", t.value)
}

// date reads a date or an instant; an instant counts as its day.
func (p *parser) date(t token) (scalar, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if day, err := time.Parse(layout, t.value); err == nil {
			return constant(kindDate, day.Format(time.DateOnly)), nil
		}
	}
	return scalar{}, p.fail(t, "%q is not a date like 2019-12-31 or an instant like 2019-12-31T08:00:00Z", t.value)
}

// intersects = S_INTERSECTS "(" geometry "," geometry ")", one of which is the geometry of the feature
func (p *parser) intersects() (condition, error) {
	function := p.take()
	if err := p.need("("); err != nil {
		return nil, err
	}
	first, err := p.geometry()
	if err != nil {
		return nil, err
	}
	if err := p.need(","); err != nil {
		return nil, err
	}
	second, err := p.geometry()
	if err != nil {
		return nil, err
	}
	if (first == nil) == (second == nil) {
		return nil, p.fail(function, "S_INTERSECTS takes the property geom and one geometry")
	}
	wanted := first
	if wanted == nil {
		wanted = second
	}
	return func(f *layer.Feature) truth {
		if f.Geometry == nil {
			return isUnknown
		}
		hit, err := shape.Intersects(f.Geometry, wanted)
		return truthOf(err == nil && hit)
	}, p.need(")")
}

// geometry reads the name of the feature's own geometry (nil), BBOX(…) or well-known text.
func (p *parser) geometry() (orb.Geometry, error) {
	t := p.take()
	if t.kind != word && t.kind != quotedName {
		return nil, p.fail(t, "expected a geometry, found %s", t)
	}
	if t.value == "geom" || t.value == "geometry" {
		return nil, nil
	}
	last, err := p.closing(t)
	if err != nil {
		return nil, err
	}
	var g orb.Geometry
	if t.isWord("BBOX") {
		g, err = p.bbox(t, last)
	} else {
		g, err = p.wellKnownText(t, last)
	}
	if err != nil {
		return nil, err
	}
	if p.options.Geometry != nil {
		if g, err = p.options.Geometry(g); err != nil {
			return nil, p.fail(t, "%v", err)
		}
	}
	return g, nil
}

// closing goes past the brackets that follow and returns the last one.
func (p *parser) closing(name token) (token, error) {
	if !p.peek().isSymbol("(") {
		return token{}, p.fail(name, "%s is neither geom nor a geometry", name)
	}
	for depth := 0; ; {
		t := p.take()
		switch {
		case t.kind == end:
			return t, p.fail(t, "a bracket is not closed")
		case t.isSymbol("("):
			depth++
		case t.isSymbol(")"):
			depth--
		}
		if depth == 0 {
			return t, nil
		}
	}
}

func (p *parser) bbox(from, last token) (orb.Geometry, error) {
	inside := p.filter[from.end:last.start]
	parts := strings.Split(strings.TrimPrefix(strings.TrimSpace(inside), "("), ",")
	values := make([]float64, len(parts))
	for i, part := range parts {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, p.fail(from, "BBOX takes numbers")
		}
		values[i] = x
	}
	if len(values) == 6 {
		values = []float64{values[0], values[1], values[3], values[4]}
	}
	if len(values) != 4 || values[0] > values[2] || values[1] > values[3] {
		return nil, p.fail(from, "BBOX takes west, south, east, north")
	}
	return orb.Bound{Min: orb.Point{values[0], values[1]}, Max: orb.Point{values[2], values[3]}}.ToPolygon(), nil
}

func (p *parser) wellKnownText(from, last token) (g orb.Geometry, err error) {
	g, err = wkt.Unmarshal(p.filter[from.start:last.end])
	if err != nil {
		return nil, p.fail(from, "this is not a geometry in well-known text")
	}
	box := g.Bound()
	for _, x := range []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, p.fail(from, "a coordinate is not a number")
		}
	}
	for _, polygon := range polygonsOf(g) {
		for _, ring := range polygon {
			if len(ring) < 4 || !ring.Closed() {
				return nil, p.fail(from, "a ring needs four points at least, the last being the first")
			}
		}
	}
	return g, nil
}

func polygonsOf(g orb.Geometry) []orb.Polygon {
	switch shape := g.(type) {
	case orb.Polygon:
		return []orb.Polygon{shape}
	case orb.MultiPolygon:
		return shape
	case orb.Collection:
		var out []orb.Polygon
		for _, part := range shape {
			out = append(out, polygonsOf(part)...)
		}
		return out
	default:
		return nil
	}
}
