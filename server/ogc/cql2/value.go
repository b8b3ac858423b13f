package cql2

import (
	"cmp"
	"strings"

	"golang.org/x/text/cases"

	"lawcircle/coverage"
	"lawcircle/server/layer"
)

// kind is the type of a scalar expression.
type kind int

const (
	kindText kind = iota
	kindNumber
	kindBool
	kindDate
)

func (k kind) String() string { return [...]string{"a text", "a number", "a boolean", "a date"}[k] }

func kindOf(t layer.Type) kind {
	switch t {
	case layer.Integer, layer.Number:
		return kindNumber
	case layer.Boolean:
		return kindBool
	case layer.Date:
		return kindDate
	default:
		return kindText
	}
}

// scalar is a typed expression; get returns string, float64 or bool, or nil for null.
type scalar struct {
	kind kind
	get  func(*layer.Feature) any
}

func constant(k kind, value any) scalar {
	return scalar{k, func(*layer.Feature) any { return value }}
}

// property reads a field of a feature in the form that comparisons use. A date of month or year precision counts as its last day.
func property(l *layer.Layer, at int) scalar {
	return scalar{kindOf(l.Fields[at].Type), func(f *layer.Feature) any {
		switch v := f.Values[at].(type) {
		case int64:
			return float64(v)
		case string:
			if l.Fields[at].Type == layer.Date {
				return string(coverage.Date(v).LastDay())
			}
			return v
		default:
			return v
		}
	}}
}

// featureID reads the id of a feature.
func featureID() scalar { return scalar{kindText, func(f *layer.Feature) any { return f.ID }} }

// folded is CASEI: the text without regard to case.
func folded(s scalar) scalar {
	return scalar{kindText, func(f *layer.Feature) any {
		if v, ok := s.get(f).(string); ok {
			return cases.Fold().String(v)
		}
		return nil
	}}
}

// order compares two values of the same kind, neither null.
func order(a, b any) int {
	switch x := a.(type) {
	case string:
		return strings.Compare(x, b.(string))
	case float64:
		return cmp.Compare(x, b.(float64))
	default:
		return cmp.Compare(asNumber(x.(bool)), asNumber(b.(bool)))
	}
}

func asNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

// truth is a value of three-valued logic: comparing with null is neither true nor false.
type truth int

const (
	isFalse truth = iota
	isUnknown
	isTrue
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

func (t truth) not() truth { return isTrue - t }

// condition is a boolean expression over a feature.
type condition func(*layer.Feature) truth

func and(a, b condition) condition {
	return func(f *layer.Feature) truth { return min(a(f), b(f)) }
}

func or(a, b condition) condition {
	return func(f *layer.Feature) truth { return max(a(f), b(f)) }
}

func not(a condition) condition { return func(f *layer.Feature) truth { return a(f).not() } }

func compare(a scalar, operator string, b scalar) condition {
	return func(f *layer.Feature) truth {
		x, y := a.get(f), b.get(f)
		if x == nil || y == nil {
			return isUnknown
		}
		c := order(x, y)
		switch operator {
		case "=":
			return truthOf(c == 0)
		case "<>":
			return truthOf(c != 0)
		case "<":
			return truthOf(c < 0)
		case "<=":
			return truthOf(c <= 0)
		case ">":
			return truthOf(c > 0)
		default:
			return truthOf(c >= 0)
		}
	}
}

func isNull(a scalar) condition {
	return func(f *layer.Feature) truth { return truthOf(a.get(f) == nil) }
}

func like(a, pattern scalar) condition {
	return func(f *layer.Feature) truth {
		x, p := a.get(f), pattern.get(f)
		if x == nil || p == nil {
			return isUnknown
		}
		return truthOf(matchesPattern([]rune(x.(string)), []rune(p.(string))))
	}
}

// matchesPattern knows % for any characters, _ for one, and \ before a character that stands for itself. Cost: length × length.
func matchesPattern(s, pattern []rune) bool {
	backS, backP := -1, -1
	i, p := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '%':
			backS, backP = i, p
			p++
		case p+1 < len(pattern) && pattern[p] == '\\' && pattern[p+1] == s[i]:
			i, p = i+1, p+2
		case p < len(pattern) && pattern[p] != '\\' && (pattern[p] == '_' || pattern[p] == s[i]):
			i, p = i+1, p+1
		case backP >= 0:
			backS++
			i, p = backS, backP+1
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '%' {
		p++
	}
	return p == len(pattern)
}
