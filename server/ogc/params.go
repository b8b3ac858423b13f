package ogc

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo/shape"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/ogc/cql2"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// Bounds of a page of features. QGIS takes its page size from them, and the conformance suite follows at most four pages of the maximum.
const (
	defaultLimit = 10
	maxLimit     = 10_000
)

func formatParam() query.Param {
	return query.Param{Name: "f", Enum: []string{"json", "html"}, Doc: locale.Text{Zh: "格式", En: "format"}}
}

func langParam() query.Param {
	return query.Param{Name: "lang", Enum: []string{string(locale.Chinese), string(locale.English)}, Doc: locale.Text{Zh: "语言", En: "language"}}
}

func pageParams() query.Set { return query.Set{formatParam(), langParam()} }

func crsParam() query.Param {
	return query.Param{Name: "crs", Doc: locale.Text{Zh: "回答所用坐标系的 URI", En: "URI of the coordinate system of the answer"}}
}

// itemParams is what the items of a collection may be asked by.
func itemParams(c *Collection) query.Set {
	set := pageParams().With(
		query.Param{Name: "limit", Kind: query.Integer, Min: 1, Max: math.MaxInt32, Doc: locale.Text{Zh: "每页条数", En: "features per page"}},
		query.Param{Name: "offset", Kind: query.Integer, Min: 0, Max: math.MaxInt32, Doc: locale.Text{Zh: "跳过条数", En: "features to skip"}},
		query.Param{Name: "bbox", Kind: query.NumberList, MinItems: 4, MaxItems: 6, Doc: locale.Text{Zh: "范围框", En: "bounding box"}},
		query.Param{Name: "bbox-crs", Doc: locale.Text{Zh: "范围框的坐标系 URI", En: "URI of the coordinate system of bbox"}},
		query.Param{Name: "datetime", Doc: locale.Text{Zh: "时刻或时段", En: "instant or interval"}},
		crsParam(),
		query.Param{Name: "filter", Max: cql2.MaxLength, Doc: locale.Text{Zh: "CQL2 文本过滤条件", En: "filter in CQL2 text"}},
		query.Param{Name: "filter-lang", Enum: []string{"cql2-text"}, Doc: locale.Text{Zh: "过滤语言", En: "language of the filter"}},
		query.Param{Name: "filter-crs", Doc: locale.Text{Zh: "过滤条件中几何的坐标系 URI", En: "URI of the coordinate system of geometries in the filter"}},
	)
	for _, f := range c.Fields {
		set = append(set, query.Param{Name: f.Name, Doc: f.Title})
	}
	return set
}

// question is what a client asks of a collection.
type question struct {
	limit, offset int
	boxes         []orb.Geometry // any of them; nil = everywhere
	interval      *interval
	filter        *cql2.Filter
	equals        []equality
	out           system
}

// equality asks for a property to have a value.
type equality struct {
	at    int
	value any
}

// parse reads and bounds everything that a client may ask of a collection.
func (c *Collection) parse(raw url.Values) (question, error) {
	values, err := itemParams(c).Parse(raw)
	if err != nil {
		return question{}, err
	}
	q := question{limit: defaultLimit}
	if n, ok := values.Integer("limit"); ok {
		q.limit = min(n, maxLimit)
	}
	q.offset, _ = values.Integer("offset")
	if q.out, err = c.systemParam(values, "crs"); err != nil {
		return q, err
	}
	if q.boxes, err = c.boxParam(values); err != nil {
		return q, err
	}
	if text := values.Text("datetime"); text != "" {
		if q.interval, err = parseInterval(text); err != nil {
			return q, problem.BadField("datetime", err.Error(), err.Error())
		}
	}
	if q.filter, err = c.filterParam(values); err != nil {
		return q, err
	}
	for i, f := range c.Fields {
		if values.Has(f.Name) {
			value, err := parseValue(f, values.Text(f.Name))
			if err != nil {
				return q, problem.BadField(f.Name, err.Error(), err.Error())
			}
			q.equals = append(q.equals, equality{i, value})
		}
	}
	return q, nil
}

func (c *Collection) systemParam(values query.Values, name string) (system, error) {
	if !values.Has(name) {
		return wgs84(), nil
	}
	s, ok := c.system(values.Text(name))
	if !ok {
		list := strings.Join(uris(c.systems), ", ")
		return s, problem.BadField(name, "不支持这个坐标系；可用："+list, "this coordinate system is not supported; use one of "+list)
	}
	return s, nil
}

// boxParam reads bbox: one area, or two when it crosses the 180th meridian.
func (c *Collection) boxParam(values query.Values) ([]orb.Geometry, error) {
	s, err := c.systemParam(values, "bbox-crs")
	if err != nil {
		return nil, err
	}
	n := values.Numbers("bbox")
	if len(n) == 0 {
		return nil, nil
	}
	if len(n) == 5 {
		return nil, problem.BadField("bbox", "要 4 个或 6 个数", "takes 4 or 6 numbers")
	}
	half := len(n) / 2
	low, high := orb.Point{n[0], n[1]}, orb.Point{n[half], n[half+1]}
	if s.northFirst {
		low, high = swap(low), swap(high)
	}
	if low[1] > high[1] || s.crs.Projected() && low[0] > high[0] {
		return nil, problem.BadField("bbox", "下角大于上角", "the lower corner is above the upper one")
	}
	parts := []orb.Bound{{Min: low, Max: high}}
	if low[0] > high[0] {
		parts = []orb.Bound{{Min: low, Max: orb.Point{180, high[1]}}, {Min: orb.Point{-180, low[1]}, Max: high}}
	}
	var out []orb.Geometry
	for _, box := range parts {
		area, err := s.boxToWGS84(box)
		if err != nil {
			return nil, problem.BadField("bbox", err.Error(), err.Error())
		}
		out = append(out, area)
	}
	return out, nil
}

// boxToWGS84 converts a box given east first. The edges of a projected box are bent lines in degrees: they are followed in steps.
func (s system) boxToWGS84(box orb.Bound) (orb.Geometry, error) {
	if !s.crs.Projected() {
		return box, nil
	}
	const steps = 16
	corners := box.ToRing()
	ring := orb.Ring{}
	for i := 1; i < len(corners); i++ {
		a, b := corners[i-1], corners[i]
		for k := range steps {
			share := float64(k) / steps
			ring = append(ring, orb.Point{a[0] + (b[0]-a[0])*share, a[1] + (b[1]-a[1])*share})
		}
	}
	east := system{s.uri, s.crs, false}
	return east.toWGS84(orb.Polygon{append(ring, ring[0])})
}

func (c *Collection) filterParam(values query.Values) (*cql2.Filter, error) {
	s, err := c.systemParam(values, "filter-crs")
	if err != nil {
		return nil, err
	}
	if !values.Has("filter") {
		return nil, nil
	}
	filter, err := cql2.Parse(values.Text("filter"), c.Layer, cql2.Options{Geometry: s.toWGS84})
	var syntax *cql2.SyntaxError
	if errors.As(err, &syntax) {
		return nil, problem.BadField("filter", fmt.Sprintf("第 %d 个字符处：%s", syntax.Position, syntax.Problem), syntax.Error())
	}
	return &filter, err
}

// parseValue reads the value of a property parameter by the type of the property.
func parseValue(f layer.Field, text string) (any, error) {
	switch f.Type {
	case layer.Integer:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number", text)
		}
		return n, nil
	case layer.Number:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", text)
		}
		return x, nil
	case layer.Boolean:
		if text != "true" && text != "false" {
			return nil, fmt.Errorf("%q is neither true nor false", text)
		}
		return text == "true", nil
	default:
		return text, nil
	}
}

// interval is a span of days; an empty end is open.
type interval struct{ from, until string }

// parseInterval reads an instant, an interval of two instants, an open interval ("..") or an instant with an ISO 8601 duration.
func parseInterval(text string) (*interval, error) {
	first, second, isInterval := strings.Cut(text, "/")
	if !isInterval {
		day, err := parseInstant(first)
		return &interval{day, day}, err
	}
	if duration, ok := strings.CutPrefix(second, "P"); ok {
		return fromDuration(first, duration)
	}
	out := &interval{}
	var err error
	if first != "" && first != ".." {
		if out.from, err = parseInstant(first); err != nil {
			return nil, err
		}
	}
	if second != "" && second != ".." {
		if out.until, err = parseInstant(second); err != nil {
			return nil, err
		}
	}
	if out.from != "" && out.until != "" && out.from > out.until {
		return nil, fmt.Errorf("%q ends before it begins", text)
	}
	return out, nil
}

func parseInstant(text string) (string, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if at, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return at.Format(time.DateOnly), nil
		}
	}
	return "", fmt.Errorf("%q is not a date like 2019-12-31 or an instant like 2019-12-31T08:00:00Z", text)
}

// fromDuration reads start/P1Y2M3D; a time of day within the duration is passed over, for the data know days only.
func fromDuration(start, duration string) (*interval, error) {
	from, err := parseInstant(start)
	if err != nil {
		return nil, err
	}
	at, _ := time.Parse(time.DateOnly, from) // just formatted
	days, _, _ := strings.Cut(duration, "T")
	for len(days) > 0 {
		n := strings.IndexAny(days, "YMWD")
		if n <= 0 || n > 4 {
			return nil, fmt.Errorf("%q is not a duration like P1Y or P30D", "P"+duration)
		}
		amount, err := strconv.Atoi(days[:n])
		if err != nil {
			return nil, fmt.Errorf("%q is not a duration like P1Y or P30D", "P"+duration)
		}
		switch days[n] {
		case 'Y':
			at = at.AddDate(amount, 0, 0)
		case 'M':
			at = at.AddDate(0, amount, 0)
		case 'W':
			at = at.AddDate(0, 0, 7*amount)
		default:
			at = at.AddDate(0, 0, amount)
		}
		days = days[n+1:]
	}
	return &interval{from, at.Format(time.DateOnly)}, nil
}

func lastDay(date string) string { return string(coverage.Date(date).LastDay()) }

// firstDay returns the first day that a date of any precision may mean.
func firstDay(date string) string { return (date + "-01-01")[:max(len(date), len("2006-01-02"))] }

// matches reports whether a feature is wanted. A feature without a date is valid at any time; one without a place is nowhere.
func (c *Collection) matches(i int, q question) (bool, error) {
	f := &c.Features[i]
	for _, e := range q.equals {
		if f.Values[e.at] != e.value {
			return false, nil
		}
	}
	if q.interval != nil && !c.during(f, *q.interval) {
		return false, nil
	}
	if q.boxes != nil {
		inside, err := c.inside(i, q.boxes)
		if err != nil || !inside {
			return false, err
		}
	}
	return q.filter == nil || q.filter.Match(f), nil
}

func (c *Collection) inside(i int, areas []orb.Geometry) (bool, error) {
	g := c.Features[i].Geometry
	if g == nil {
		return false, nil
	}
	for _, area := range areas {
		if box, ok := area.(orb.Bound); ok && box.Contains(c.boxes[i].Min) && box.Contains(c.boxes[i].Max) {
			return true, nil
		}
		if !area.Bound().Intersects(c.boxes[i]) {
			continue
		}
		hit, err := shape.Intersects(g, area)
		if err != nil {
			return false, fmt.Errorf("comparing %q with a box: %w", c.Features[i].ID, err)
		}
		if hit {
			return true, nil
		}
	}
	return false, nil
}

func (c *Collection) during(f *layer.Feature, span interval) bool {
	from, until := c.temporal()
	if from >= 0 && span.until != "" {
		if date, ok := f.Values[from].(string); ok && firstDay(date) > span.until {
			return false
		}
	}
	if until >= 0 && span.from != "" {
		if date, ok := f.Values[until].(string); ok && lastDay(date) < span.from {
			return false
		}
	}
	return true
}

func notFound(zh, en, id string) error { return problem.NotFound(zh, en, id) }
