package cql2

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/server/layer"
)

func villages() *layer.Layer {
	return &layer.Layer{
		ID: "villages",
		Fields: []layer.Field{
			{Name: "name", Type: layer.String}, {Name: "people", Type: layer.Integer}, {Name: "built", Type: layer.Boolean},
			{Name: "opened_on", Type: layer.Date}, {Name: "minutes", Type: layer.Number}, {Name: "人口", Type: layer.Integer},
		},
		Features: []layer.Feature{
			{ID: "a", Geometry: orb.Point{89.1, 42.1}, Values: []any{"Anjan", int64(100), true, "2018-12-01", 5.5, int64(100)}},
			{ID: "b", Geometry: orb.Point{89.5, 42.5}, Values: []any{"Bostan", int64(200), false, "2019", 12.0, int64(200)}},
			{ID: "c", Geometry: orb.Point{89.9, 42.9}, Values: []any{"葡萄村", nil, true, nil, nil, nil}},
			{ID: "d", Geometry: nil, Values: []any{"O'Dell 100%", int64(0), nil, "2020-03", 0.0, int64(0)}},
		},
	}
}

func selected(t *testing.T, filter string) string {
	t.Helper()
	l := villages()
	parsed, err := Parse(filter, l, Options{})
	if err != nil {
		t.Errorf("%s: %v", filter, err)
		return ""
	}
	var ids []string
	for i := range l.Features {
		if parsed.Match(&l.Features[i]) {
			ids = append(ids, l.Features[i].ID)
		}
	}
	return strings.Join(ids, "")
}

func TestFilters(t *testing.T) {
	for _, test := range []struct{ filter, want string }{
		{"people = 100", "a"},
		{"people <> 100", "bd"}, // null is neither equal nor unequal
		{"NOT people = 100", "bd"},
		{"people >= 100", "ab"},
		{"100 < people", "b"},
		{"people=-0", "d"},
		{"people = 1e2", "a"},
		{"people IS NULL", "c"},
		{"people IS NOT NULL", "abd"},
		{"name = 'Anjan' OR name = 'Bostan' AND people < 150", "a"},
		{"(name = 'Anjan' OR name = 'Bostan') AND people < 250", "ab"},
		{"built", "ac"},
		{"NOT built", "b"},
		{"built = false", "b"},
		{"NOT NOT built", "ac"},
		{"name LIKE '%村'", "c"},
		{"name LIKE '_njan'", "a"},
		{"name LIKE '%100\\%'", "d"},
		{"name NOT LIKE '%an'", "cd"},
		{"CASEI(name) = CASEI('ANJAN')", "a"},
		{"casei(name) like casei('%AN%')", "ab"},
		{"name = 'O''Dell 100%'", "d"},
		{"people BETWEEN 100 AND 200", "ab"},
		{"people NOT BETWEEN 100 AND 200", "d"},
		{"people IN (0, 200)", "bd"},
		{"people NOT IN (0, 200)", "a"},
		{"id IN ('a','c')", "ac"},
		{"minutes <= 10", "ad"},
		{"opened_on <= DATE('2019-12-31')", "ab"},
		{"opened_on < DATE('2019-12-31')", "a"}, // "2019" counts as its last day
		{"opened_on > TIMESTAMP('2019-12-31T23:00:00Z')", "d"},
		{"opened_on = '2020-03-31'", "d"},
		{"\"people\" = 100", "a"},
		{"人口 = 200", "b"},
		{"S_INTERSECTS(geom, BBOX(89,42,89.6,42.6))", "ab"},
		{"S_INTERSECTS(BBOX(89,42,89.6,42.6), geometry)", "ab"},
		{"S_INTERSECTS(geom, POINT(89.1 42.1))", "a"},
		{"s_intersects(geom, POLYGON((89.4 42.4, 90 42.4, 90 43, 89.4 43, 89.4 42.4)))", "bc"},
		{"NOT S_INTERSECTS(geom, POINT(0 0))", "abc"},
		{"TRUE", "abcd"},
		{"FALSE OR people = 0", "d"},
	} {
		if got := selected(t, test.filter); got != test.want {
			t.Errorf("%s: %q, want %q", test.filter, got, test.want)
		}
	}
}

func TestMistakesSayWhere(t *testing.T) {
	for _, test := range []struct {
		filter   string
		position int
	}{
		{"", 1},
		{"people", 7},
		{"people =", 9},
		{"peopel = 1", 1},
		{"people = 'x'", 10},
		{"人口 = 'x'", 6},
		{"name = 5", 8},
		{"people = 1 people", 12},
		{"(people = 1", 12},
		{"people = 1)", 11},
		{"name = 'open", 8},
		{"people ! 1", 8},
		{"people IN ()", 12},
		{"people BETWEEN 1 OR 2", 18},
		{"name LIKE 5", 11},
		{"CASEI(people) = 'x'", 7},
		{"opened_on > DATE('2019-02-30')", 18},
		{"opened_on > DATE(2019)", 18},
		{"S_INTERSECTS(geom, geom)", 1},
		{"S_INTERSECTS(geom, POINT(1))", 20},
		{"S_INTERSECTS(geom, POLYGON((0 0, 1 1, 0 0)))", 20},
		{"S_INTERSECTS(geom, POLYGON((0 0, 1 1, 2 2, 3 3)))", 20},
		{"S_INTERSECTS(geom, BBOX(1,2,3))", 20},
		{"S_INTERSECTS(geom, BBOX(5,2,3,4))", 20},
		{"S_INTERSECTS(geom, POINT(1 1)", 30},
		{"S_INTERSECTS(name, POINT(1 1))", 14},
		{"people = 1; DROP TABLE x", 11},
		{"people = 1e999", 10},
		{strings.Repeat("(", 40) + "built" + strings.Repeat(")", 40), 33},
		{strings.Repeat("NOT ", 40) + "built", 129},
	} {
		_, err := Parse(test.filter, villages(), Options{})
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: %v", test.filter, err)
			continue
		}
		if syntax.Position != test.position {
			t.Errorf("%q: character %d (%s), want %d", test.filter, syntax.Position, syntax.Problem, test.position)
		}
	}
	if _, err := Parse("name = '"+strings.Repeat("x", MaxLength)+"'", villages(), Options{}); err == nil {
		t.Error("an endless filter was read")
	}
}

func TestGeometryOfTheFilterIsConverted(t *testing.T) {
	l := villages()
	swap := func(g orb.Geometry) (orb.Geometry, error) {
		p := g.(orb.Point)
		return orb.Point{p[1], p[0]}, nil
	}
	f, err := Parse("S_INTERSECTS(geom, POINT(42.1 89.1))", l, Options{Geometry: swap})
	if err != nil {
		t.Fatal(err)
	}
	if !f.Match(&l.Features[0]) || f.Match(&l.Features[1]) {
		t.Error("the geometry was not converted")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"people = 100 AND NOT (name LIKE '%x_' OR built)", "S_INTERSECTS(geom, POLYGON((0 0,1 0,1 1,0 0)))", "opened_on > DATE('2018-01-01')",
		"CASEI(name) IN ('a', 'b')", "people BETWEEN 1 AND 2", "人口 IS NOT NULL", "S_INTERSECTS(geom,BBOX(1,2,3,4))", "\"name\" = ''''",
	} {
		f.Add(seed)
	}
	l := villages()
	f.Fuzz(func(t *testing.T, filter string) {
		parsed, err := Parse(filter, l, Options{})
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Position < 1 || syntax.Position > len(filter)+1 && len(filter) <= MaxLength {
				t.Fatalf("%q: %v", filter, err)
			}
			return
		}
		negated, err := Parse("NOT ("+filter+")", l, Options{})
		if err != nil {
			return // one bracket too deep or a byte too long
		}
		for i := range l.Features {
			if parsed.Match(&l.Features[i]) && negated.Match(&l.Features[i]) {
				t.Fatalf("%q and its negation both hold for %s", filter, l.Features[i].ID)
			}
		}
	})
}

func TestPatternAgainstBruteForce(t *testing.T) {
	var brute func(s, p []rune) bool
	brute = func(s, p []rune) bool {
		switch {
		case len(p) == 0:
			return len(s) == 0
		case p[0] == '%':
			return brute(s, p[1:]) || len(s) > 0 && brute(s[1:], p)
		case len(s) == 0:
			return false
		default:
			return (p[0] == '_' || p[0] == s[0]) && brute(s[1:], p[1:])
		}
	}
	alphabet := []rune("ab%_")
	var words func(n int) [][]rune
	words = func(n int) [][]rune {
		if n == 0 {
			return [][]rune{nil}
		}
		out := words(n - 1)
		for _, w := range words(n - 1) {
			if len(w) == n-1 {
				for _, r := range alphabet {
					out = append(out, append(slices.Clone(w), r))
				}
			}
		}
		return out
	}
	for _, s := range words(4) {
		if strings.ContainsAny(string(s), "%_") {
			continue
		}
		for _, p := range words(4) {
			if got, want := matchesPattern(s, p), brute(s, p); got != want {
				t.Fatalf("%q like %q: %v, want %v", string(s), string(p), got, want)
			}
		}
	}
}
