// Package query parses the query parameters of a request against a declared table, so that every parameter is known, bounded and
// documented in one place, and a misspelt one is refused instead of silently ignored.
package query

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// Kind is the type of a parameter's value.
type Kind int

// Kinds of parameters. A list is comma-separated.
const (
	Text Kind = iota
	Integer
	Number
	Boolean
	TextList
	NumberList
	Date  // YYYY-MM-DD
	Clock // HH:MM
)

// Param declares one parameter.
type Param struct {
	Name     string
	Kind     Kind
	Default  string   // used when absent; "" = no value
	Enum     []string // allowed values, of each item for a list
	Min, Max float64  // of numbers, each item for a list; both 0 = unbounded
	MinItems int      // of lists
	MaxItems int      // of lists; 0 = 100
	Required bool
	Doc      locale.Text
}

const (
	maxTextRunes    = 200
	defaultMaxItems = 100
)

var clockPattern = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

// Set is the parameter table of a route.
type Set []Param

// With returns the set with more parameters appended.
func (s Set) With(more ...Param) Set { return append(slices.Clone(s), more...) }

// find returns the declaration of a name.
func (s Set) find(name string) (Param, bool) {
	i := slices.IndexFunc(s, func(p Param) bool { return p.Name == name })
	if i < 0 {
		return Param{}, false
	}
	return s[i], true
}

// Values are the checked parameters of one request. Asking for a name that the set does not declare panics: it is a mistake in the
// program, found by its tests.
type Values struct {
	set  Set
	raw  map[string]string
	nums map[string][]float64
}

// Parse checks every parameter. The error lists all faults at once, sorted by name.
func (s Set) Parse(in url.Values) (Values, error) {
	v := Values{set: s, raw: map[string]string{}, nums: map[string][]float64{}}
	var faults []problem.Field
	for name, values := range in {
		if fault, bad := s.unacceptable(name, values); bad {
			faults = append(faults, problem.Field{Name: clip(name), Problem: fault})
		}
	}
	for _, p := range s {
		text, given := p.Default, p.Default != ""
		if values := in[p.Name]; len(values) == 1 && values[0] != "" {
			text, given = values[0], true
		}
		if !given {
			if p.Required {
				faults = append(faults, problem.Field{Name: p.Name, Problem: locale.Text{Zh: "不能缺少", En: "is required"}})
			}
			continue
		}
		if fault := v.accept(p, text); fault != (locale.Text{}) {
			faults = append(faults, problem.Field{Name: p.Name, Problem: fault})
		}
	}
	if len(faults) > 0 {
		slices.SortFunc(faults, func(a, b problem.Field) int { return strings.Compare(a.Name, b.Name) })
		return Values{}, problem.BadFields(faults)
	}
	return v, nil
}

func (s Set) unacceptable(name string, values []string) (locale.Text, bool) {
	if _, known := s.find(name); !known {
		return locale.Text{Zh: "没有这个参数", En: "there is no such parameter"}, true
	}
	if len(values) > 1 {
		return locale.Text{Zh: "只能出现一次", En: "may appear only once"}, true
	}
	return locale.Text{}, false
}

// accept checks one value and keeps it; the text says what is wrong with it.
func (v *Values) accept(p Param, text string) locale.Text {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return locale.Text{Zh: "不是合法的 UTF-8 文字", En: "is not valid UTF-8 text"}
	}
	v.raw[p.Name] = text
	items := []string{text}
	if p.IsList() {
		items = strings.Split(text, ",")
		if fault := p.checkCount(len(items)); fault != (locale.Text{}) {
			return fault
		}
	}
	for _, item := range items {
		if fault := v.acceptItem(p, item); fault != (locale.Text{}) {
			return fault
		}
	}
	return locale.Text{}
}

// IsList reports whether the value is a comma-separated list.
func (p Param) IsList() bool { return p.Kind == TextList || p.Kind == NumberList }

// MostItems is the number of items that a list may have.
func (p Param) MostItems() int {
	if p.MaxItems == 0 {
		return defaultMaxItems
	}
	return p.MaxItems
}

func (p Param) checkCount(n int) locale.Text {
	most := p.MostItems()
	if n < p.MinItems || n > most {
		return locale.Text{
			Zh: fmt.Sprintf("要 %d 到 %d 项，给了 %d 项", p.MinItems, most, n),
			En: fmt.Sprintf("takes %d to %d items, got %d", p.MinItems, most, n),
		}
	}
	return locale.Text{}
}

func (v *Values) acceptItem(p Param, item string) locale.Text {
	switch p.Kind {
	case Integer, Number, NumberList:
		x, fault := p.number(item)
		v.nums[p.Name] = append(v.nums[p.Name], x)
		return fault
	case Boolean:
		if item != "true" && item != "false" {
			return locale.Text{Zh: "只能是 true 或 false", En: "must be true or false"}
		}
	case Date:
		if _, err := time.Parse(time.DateOnly, item); err != nil {
			return locale.Text{Zh: "要写成 2019-12-31 这样的日期", En: "must be a date like 2019-12-31"}
		}
	case Clock:
		if !clockPattern.MatchString(item) {
			return locale.Text{Zh: "要写成 09:30 这样的时刻", En: "must be a time of day like 09:30"}
		}
	case Text, TextList:
		return p.text(item)
	}
	return locale.Text{}
}

func (p Param) text(item string) locale.Text {
	most := maxTextRunes
	if p.Max > 0 {
		most = int(p.Max)
	}
	if utf8.RuneCountInString(item) > most {
		return locale.Text{Zh: fmt.Sprintf("最长 %d 个字", most), En: fmt.Sprintf("is longer than %d characters", most)}
	}
	if len(p.Enum) > 0 && !slices.Contains(p.Enum, item) {
		list := strings.Join(p.Enum, ", ")
		return locale.Text{Zh: fmt.Sprintf("“%s”不在 %s 之中", clip(item), list), En: fmt.Sprintf("%q is not one of %s", clip(item), list)}
	}
	return locale.Text{}
}

func (p Param) number(item string) (float64, locale.Text) {
	x, err := strconv.ParseFloat(strings.TrimSpace(item), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, locale.Text{Zh: fmt.Sprintf("“%s”不是数", clip(item)), En: fmt.Sprintf("%q is not a number", clip(item))}
	}
	if p.Kind == Integer && x != math.Trunc(x) {
		return 0, locale.Text{Zh: "要整数", En: "must be a whole number"}
	}
	if (p.Min != 0 || p.Max != 0) && (x < p.Min || x > p.Max) {
		return 0, locale.Text{Zh: fmt.Sprintf("要在 %g 到 %g 之间", p.Min, p.Max), En: fmt.Sprintf("must be between %g and %g", p.Min, p.Max)}
	}
	return x, locale.Text{}
}

// clip shortens what a client sent before it is said back.
func clip(text string) string {
	runes := []rune(text)
	if len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}

func (v Values) must(name string) {
	if _, ok := v.set.find(name); !ok {
		panic("query parameter " + name + " is not declared by the route")
	}
}

// Text returns a value as it was given (or its default), "" when absent.
func (v Values) Text(name string) string {
	v.must(name)
	return v.raw[name]
}

// Has reports whether the parameter has a value, given or default.
func (v Values) Has(name string) bool {
	v.must(name)
	_, ok := v.raw[name]
	return ok
}

// Number returns a number; ok is false when it is absent.
func (v Values) Number(name string) (x float64, ok bool) {
	v.must(name)
	if len(v.nums[name]) == 0 {
		return 0, false
	}
	return v.nums[name][0], true
}

// Integer returns a whole number; ok is false when it is absent.
func (v Values) Integer(name string) (n int, ok bool) {
	x, ok := v.Number(name)
	return int(x), ok
}

// Numbers returns the items of a number list, nil when absent.
func (v Values) Numbers(name string) []float64 {
	v.must(name)
	return v.nums[name]
}

// True reports whether a boolean is given and true.
func (v Values) True(name string) bool { return v.Text(name) == "true" }

// List returns the items of a text list, nil when absent.
func (v Values) List(name string) []string {
	text := v.Text(name)
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
