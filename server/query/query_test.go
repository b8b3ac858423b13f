package query

import (
	"errors"
	"net/url"
	"slices"
	"testing"

	"lawcircle/server/problem"
)

func testSet() Set {
	return Set{
		{Name: "minutes", Kind: Number, Default: "10", Min: 0.1, Max: 180},
		{Name: "limit", Kind: Integer, Min: 1, Max: 10000},
		{Name: "status", Kind: Text, Enum: []string{"built", "any"}},
		{Name: "kind", Kind: TextList, Enum: []string{"a", "b"}, MaxItems: 3},
		{Name: "bbox", Kind: NumberList, MinItems: 4, MaxItems: 6},
		{Name: "circle", Kind: Boolean},
		{Name: "as_of", Kind: Date},
		{Name: "time", Kind: Clock},
	}
}

func TestParseRefusesWhatIsNotDeclared(t *testing.T) {
	for _, test := range []struct{ query, field string }{
		{"minuts=5", "minuts"},
		{"minutes=5&minutes=6", "minutes"},
		{"minutes=0", "minutes"},
		{"minutes=181", "minutes"},
		{"minutes=NaN", "minutes"},
		{"minutes=Inf", "minutes"},
		{"minutes=ten", "minutes"},
		{"limit=1.5", "limit"},
		{"limit=unlimited", "limit"},
		{"status=all", "status"},
		{"kind=a,c", "kind"},
		{"kind=a,a,a,a", "kind"},
		{"bbox=1,2,3", "bbox"},
		{"bbox=1,2,3,4,5,6,7", "bbox"},
		{"bbox=1,2,3,x", "bbox"},
		{"circle=yes", "circle"},
		{"as_of=2019-02-30", "as_of"},
		{"time=24:00", "time"},
		{"status=%ff", "status"},
	} {
		values, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = testSet().Parse(values)
		var refused *problem.Error
		if !errors.As(err, &refused) || refused.Status != 400 || len(refused.Fields) != 1 || refused.Fields[0].Name != test.field {
			t.Errorf("%s: got %v, want one fault of %s", test.query, err, test.field)
		}
	}
}

func TestParseKeepsValues(t *testing.T) {
	values, err := testSet().Parse(url.Values{"bbox": {"1,2,.5,-4"}, "kind": {"b,a"}, "circle": {"true"}, "limit": {"7"}})
	if err != nil {
		t.Fatal(err)
	}
	if minutes, ok := values.Number("minutes"); !ok || minutes != 10 {
		t.Errorf("minutes = %v, %v; want the default 10", minutes, ok)
	}
	if got := values.Numbers("bbox"); !slices.Equal(got, []float64{1, 2, 0.5, -4}) {
		t.Errorf("bbox = %v", got)
	}
	if got := values.List("kind"); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("kind = %v", got)
	}
	if n, ok := values.Integer("limit"); !ok || n != 7 || !values.True("circle") || values.Has("time") {
		t.Errorf("limit %v circle %v time %v", n, values.True("circle"), values.Has("time"))
	}
}

func TestRequiredIsRequired(t *testing.T) {
	if _, err := (Set{{Name: "lon", Kind: Number, Required: true}}).Parse(url.Values{}); err == nil {
		t.Error("a missing required parameter was accepted")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"minutes=5", "bbox=1,2,3,4", "kind=a,b", "time=23:59", "x=%00", "limit=1e300"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		in, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		values, err := testSet().Parse(in)
		if err != nil {
			return
		}
		if minutes, ok := values.Number("minutes"); !ok || minutes < 0.1 || minutes > 180 {
			t.Fatalf("minutes out of bounds: %v", minutes)
		}
		if n := len(values.Numbers("bbox")); n != 0 && (n < 4 || n > 6) {
			t.Fatalf("bbox of %d numbers", n)
		}
	})
}
