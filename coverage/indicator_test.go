package coverage

import "testing"

// TestReportedIndicators judges a target that no row of the county can tell by what was reported on it, as known on the day.
func TestReportedIndicators(t *testing.T) {
	county := County{
		DataDate: "2019-12-31",
		Units:    []Unit{{Code: "659901000000", Level: LevelCounty, Statutory: true}},
		Targets:  []Target{{ID: "x-2020", Indicator: "adviser_tiers", UnitLevel: LevelCounty, Year: 2020, Op: ">=", Value: 0.8}},
		Measures: []Measure{
			{Indicator: "adviser_tiers", Unit: "659901000000", Date: "2018-12", Num: 50, Den: 130},
			{Indicator: "adviser_tiers", Unit: "659901000000", Date: "2019-12", Num: 96, Den: 131},
			{Indicator: "adviser_tiers", Unit: "659901001000", Date: "2019-12", Num: 1, Den: 1},
			{Indicator: "satisfaction", Unit: "659901000000", Date: "2019-12", Num: 90, Den: 100},
		},
	}
	for _, test := range []struct {
		asOf           Date
		known          bool
		num, den, toDo int
	}{
		{"", true, 96, 131, 9}, // ⌈0.8·131⌉ = 105
		{"2019-06-30", true, 50, 130, 54},
		{"2018-06-30", false, 0, 0, 0},
	} {
		got := county.Indicators(test.asOf, "", false)[0]
		if got.Known != test.known || got.Num != test.num || got.Den != test.den || got.ToDo != test.toDo || (got.Missing == "") != test.known {
			t.Errorf("as of %q: %+v, want %+v", test.asOf, got, test)
		}
	}
}
