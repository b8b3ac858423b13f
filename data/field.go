package data

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data/gpkg"
)

// A field ties a column to a field of a record, in both directions. Each kind is a pointer to the record's field and says how "not known"
// is kept: as NULL.
type field interface {
	driver.Valuer
	sql.Scanner
}

type (
	keyField[S ~string]  struct{ to *S } // text that must be there
	textField[S ~string] struct{ to *S } // "" is NULL
	codeField[S ~string] struct {
		to         *S
		codes      codeSet
		vocabulary string
	} // a code of a vocabulary; "" is NULL
	countField[I integer]  struct{ to *I }       // a number, always there
	statedField[I integer] struct{ to *I }       // 0 is NULL
	maybeField             struct{ to **int }    // nil is NULL
	realField              struct{ to *float64 } // a number, always there
	statedRealField        struct{ to *float64 } // 0 is NULL
	flagField              struct{ to *bool }
	maybeFlagField         struct{ to **bool }
	dayField               struct{ to *coverage.Date } // the last day that the date may mean
	precisionField         struct{ to *coverage.Date } // "month", "year", NULL for a day; must follow its dayField
	peopleField            struct{ to *coverage.People }
	groupField             struct {
		to    *map[coverage.Group]int64
		group coverage.Group
	}
	partField        struct{ to, whole *float64 } // a numerator: NULL where there is no denominator
	pointField       struct{ to *orb.Point }
	maybePointField  struct{ to **orb.Point } // nil is NULL
	areaField        struct{ to *orb.MultiPolygon }
	jsonField[T any] struct{ to *T } // anything as JSON; the zero value is NULL when it is written as null, [] or {}
)

type integer interface{ ~int | ~int64 }

func (f keyField[S]) Value() (driver.Value, error) {
	if *f.to == "" {
		return nil, fmt.Errorf("is empty")
	}
	return string(*f.to), nil
}
func (f keyField[S]) Scan(v any) error { return scanText(v, f.to) }

func (f textField[S]) Value() (driver.Value, error) {
	if *f.to == "" {
		return nil, nil
	}
	return string(*f.to), nil
}
func (f textField[S]) Scan(v any) error { return scanText(v, f.to) }

// codeSet holds the codes of a vocabulary.
type codeSet map[string]bool

func (f codeField[S]) Value() (driver.Value, error) {
	if *f.to == "" {
		return nil, nil
	}
	if !f.codes[string(*f.to)] {
		return nil, fmt.Errorf("code %q is unknown", *f.to)
	}
	return string(*f.to), nil
}
func (f codeField[S]) terms() []coverage.Term { return coverage.Vocabularies()[f.vocabulary] }
func (f codeField[S]) Scan(v any) error       { return scanText(v, f.to) }

func (f countField[I]) Value() (driver.Value, error) { return int64(*f.to), nil }
func (f countField[I]) Scan(v any) error {
	n, _, err := scanInteger(v)
	*f.to = I(n)
	return err
}

func (f statedField[I]) Value() (driver.Value, error) {
	if *f.to == 0 {
		return nil, nil
	}
	return int64(*f.to), nil
}
func (f statedField[I]) Scan(v any) error { return countField[I](f).Scan(v) }

func (f maybeField) Value() (driver.Value, error) {
	if *f.to == nil {
		return nil, nil
	}
	return int64(**f.to), nil
}
func (f maybeField) Scan(v any) error {
	n, known, err := scanInteger(v)
	*f.to = nil
	if known {
		number := int(n)
		*f.to = &number
	}
	return err
}

func (f realField) Value() (driver.Value, error) {
	if math.IsNaN(*f.to) || math.IsInf(*f.to, 0) {
		return nil, fmt.Errorf("%v is not a number", *f.to)
	}
	return *f.to, nil
}
func (f realField) Scan(v any) error {
	n, _, err := scanReal(v)
	*f.to = n
	return err
}

func (f statedRealField) Value() (driver.Value, error) {
	if *f.to == 0 {
		return nil, nil
	}
	return realField(f).Value()
}
func (f statedRealField) Scan(v any) error { return realField(f).Scan(v) }

func (f partField) Value() (driver.Value, error) {
	if *f.whole == 0 {
		return nil, nil
	}
	return realField{f.to}.Value()
}
func (f partField) Scan(v any) error { return realField{f.to}.Scan(v) }

func (f flagField) Value() (driver.Value, error) { return *f.to, nil }
func (f flagField) Scan(v any) error {
	flag, _, err := scanFlag(v)
	*f.to = flag
	return err
}

func (f maybeFlagField) Value() (driver.Value, error) {
	if *f.to == nil {
		return nil, nil
	}
	return **f.to, nil
}
func (f maybeFlagField) Scan(v any) error {
	flag, known, err := scanFlag(v)
	*f.to = nil
	if known {
		*f.to = &flag
	}
	return err
}

func (f dayField) Value() (driver.Value, error) {
	if *f.to == "" {
		return nil, nil
	}
	if _, err := coverage.ParseDate(string(*f.to)); err != nil {
		return nil, err
	}
	return string(f.to.LastDay()), nil
}

// Scan takes what follows a blank or T as a time of day, which some programs add, and drops it.
func (f dayField) Scan(v any) error {
	var text string
	if err := scanText(v, &text); err != nil {
		return err
	}
	if len(text) > 10 && (text[10] == 'T' || text[10] == ' ') {
		text = text[:10]
	}
	date, err := coverage.ParseDate(text)
	*f.to = date
	return err
}

func (f precisionField) Value() (driver.Value, error) {
	switch len(*f.to) {
	case len("2006"):
		return "year", nil
	case len("2006-01"):
		return "month", nil
	default:
		return nil, nil
	}
}
func (f precisionField) Scan(v any) error {
	var text string
	if err := scanText(v, &text); err != nil {
		return err
	}
	keep := map[string]int{"year": len("2006"), "month": len("2006-01")}[text]
	if keep > 0 && len(*f.to) > keep {
		*f.to = (*f.to)[:keep]
	}
	return nil
}

func (f peopleField) Value() (driver.Value, error) {
	if !f.to.Known {
		return nil, nil
	}
	if f.to.Count < 0 {
		return nil, fmt.Errorf("%d people are impossible", f.to.Count)
	}
	return f.to.Count, nil
}
func (f peopleField) Scan(v any) error {
	n, known, err := scanInteger(v)
	*f.to = coverage.People{Count: n, Known: known}
	return err
}

func (f groupField) Value() (driver.Value, error) {
	n, known := (*f.to)[f.group]
	if !known {
		return nil, nil
	}
	if n < 0 {
		return nil, fmt.Errorf("%d people are impossible", n)
	}
	return n, nil
}
func (f groupField) Scan(v any) error {
	n, known, err := scanInteger(v)
	if known {
		if *f.to == nil {
			*f.to = map[coverage.Group]int64{}
		}
		(*f.to)[f.group] = n
	}
	return err
}

func (f pointField) Value() (driver.Value, error) {
	lon, lat := f.to[0], f.to[1]
	if !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) { // written so that NaN fails
		return nil, fmt.Errorf("%v, %v is not a longitude and latitude", lon, lat)
	}
	return gpkg.Encode(*f.to)
}
func (f pointField) Scan(v any) error {
	point, err := scanGeometry[orb.Point](v)
	*f.to = point
	return err
}

func (f maybePointField) Value() (driver.Value, error) {
	if *f.to == nil {
		return nil, nil
	}
	return pointField{*f.to}.Value()
}
func (f maybePointField) Scan(v any) error {
	*f.to = nil
	if v == nil {
		return nil
	}
	*f.to = new(orb.Point)
	return pointField{*f.to}.Scan(v)
}

func (f areaField) Value() (driver.Value, error) {
	if *f.to == nil {
		return nil, nil
	}
	return gpkg.Encode(*f.to)
}

// Scan takes a single polygon for a collection of one: GIS programs make them.
func (f areaField) Scan(v any) error {
	*f.to = nil
	if v == nil {
		return nil
	}
	geometry, err := scanGeometry[orb.Geometry](v)
	switch g := geometry.(type) {
	case orb.MultiPolygon:
		*f.to = g
	case orb.Polygon:
		*f.to = orb.MultiPolygon{g}
	default:
		if err == nil {
			err = fmt.Errorf("holds a %s where a polygon should be", geometry.GeoJSONType())
		}
	}
	return err
}

func (f jsonField[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(f.to)
	if err != nil {
		return nil, err
	}
	switch string(text) {
	case "null", "[]", "{}":
		return nil, nil
	}
	return string(text), nil
}
func (f jsonField[T]) Scan(v any) error {
	var text string
	if err := scanText(v, &text); err != nil || text == "" {
		return err
	}
	return json.Unmarshal([]byte(text), f.to)
}

// The scan functions take what SQLite's loose typing may hold when another program has written it.

func scanText[S ~string](v any, to *S) error {
	switch x := v.(type) {
	case nil:
		*to = ""
	case string:
		*to = S(x)
	case []byte:
		*to = S(x)
	case int64:
		*to = S(strconv.FormatInt(x, 10))
	case float64:
		*to = S(strconv.FormatFloat(x, 'f', -1, 64))
	default:
		return fmt.Errorf("holds a %T where text should be", v)
	}
	return nil
}

func scanInteger(v any) (n int64, known bool, err error) {
	switch x := v.(type) {
	case nil:
		return 0, false, nil
	case int64:
		return x, true, nil
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			return int64(x), true, nil
		}
	}
	return 0, false, fmt.Errorf("holds %v where a whole number should be", v)
}

func scanReal(v any) (n float64, known bool, err error) {
	switch x := v.(type) {
	case nil:
		return 0, false, nil
	case int64:
		return float64(x), true, nil
	case float64:
		return x, true, nil
	}
	return 0, false, fmt.Errorf("holds %v where a number should be", v)
}

func scanFlag(v any) (flag, known bool, err error) {
	switch x := v.(type) {
	case nil:
		return false, false, nil
	case bool:
		return x, true, nil
	case int64:
		return x != 0, true, nil
	}
	return false, false, fmt.Errorf("holds %v where true or false should be", v)
}

func scanGeometry[G orb.Geometry](v any) (g G, err error) {
	blob, ok := v.([]byte)
	if !ok {
		return g, fmt.Errorf("has no geometry")
	}
	geometry, srs, err := gpkg.Decode(blob)
	if err != nil {
		return g, err
	}
	if srs != gpkg.WGS84 {
		return g, fmt.Errorf("has geometry in reference system %d where %d should be", srs, gpkg.WGS84)
	}
	g, ok = geometry.(G)
	if !ok {
		return g, fmt.Errorf("holds a %s of the wrong type", geometry.GeoJSONType())
	}
	return g, nil
}
