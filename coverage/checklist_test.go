package coverage

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestChecklist(t *testing.T) {
	no := false
	county := County{
		DataDate: "2019-12-31",
		Units: []Unit{{Code: "659901000000", Level: LevelCounty, Statutory: true}, {Code: "659901100000", Level: LevelTownship, Statutory: true, Parent: "659901000000"},
			{Code: "659901100201", Level: LevelVillage, Statutory: true, Parent: "659901100000"}, {Code: "659901100202", Level: LevelVillage, Statutory: true, Parent: "659901100000"},
			{Code: "659901100203", Level: LevelVillage, Statutory: true, Parent: "659901100000"}},
		ChecklistItems: append(PlanChecklist(), ChecklistItem{ID: "late", Group: "三个一", UnitLevel: LevelVillage, From: "2020-02"}),
		ChecklistMarks: []ChecklistMark{
			{Code: "659901100201", ItemID: "village-1", DoneOn: "2018-05"}, {Code: "659901100201", ItemID: "village-2"}, {Code: "659901100201", ItemID: "village-3", DoneOn: "2019"},
			{Code: "659901100202", ItemID: "village-1", Done: &no},
			{Code: "659901100201", ItemID: "nothing"}, {Code: "659909000000", ItemID: "county-1"},
		},
		Honours: []Honour{{Code: "659901100201", Kind: HonourVillage, AwardedOn: "2018"}, {Code: "659901100202", Kind: HonourVillage, AwardedOn: "2018", RevokedOn: "2019-06"},
			{Code: "659901100000", Kind: "其他"}},
		Targets: []Target{{ID: "a", Indicator: string(IndicatorChecklistVillage), UnitLevel: LevelCounty, Year: 2020, Op: ">=", Value: 1},
			{ID: "b", Indicator: string(IndicatorHonourVillages), UnitLevel: LevelCounty, Year: 2020, Op: ">=", Value: 2},
			{ID: "c", Indicator: string(IndicatorChecklistTownship), UnitLevel: LevelCounty, Year: 2020, Op: ">=", Value: 0}},
	}
	for _, test := range []struct {
		asOf   Date
		want   string // status of the three villages
		titles int
		first  int // done items of the first village
	}{
		{"2018-04-30", "incomplete incomplete not_stated", 0, 1},
		{"2018-12-31", "incomplete incomplete not_stated", 2, 2},
		{"", "complete incomplete not_stated", 1, 3},
		{"2020-03-01", "incomplete incomplete not_stated", 1, 3},
	} {
		list := county.ChecklistOf(test.asOf, "659901100000", false)
		got := ""
		for _, u := range list.Units {
			if u.Unit.Level == LevelVillage {
				got += " " + string(u.Status)
			}
		}
		if got != " "+test.want {
			t.Errorf("as of %q: %s, want %s", test.asOf, got, test.want)
		}
		if n := len(list.Units[1].Done); n != test.first {
			t.Errorf("as of %q: %d items, want %d", test.asOf, n, test.first)
		}
		titles := 0
		for _, h := range list.Of("") {
			if h.Kind == HonourVillage {
				titles = h.Count
			}
		}
		if titles != test.titles {
			t.Errorf("as of %q: %d titles, want %d", test.asOf, titles, test.titles)
		}
	}
	in := county.Indicators("", "", false)
	if in[0].Num != 1 || in[0].Den != 3 || in[0].ToDo != 2 || in[0].Unstated != 1 {
		t.Errorf("%+v", in[0])
	}
	if !in[1].Known || in[1].Value != 1 || in[1].ToDo != 1 || in[1].Done {
		t.Errorf("%+v", in[1])
	}
	if in[2].Den != 1 || in[2].Unstated != 1 || !in[2].Done {
		t.Errorf("%+v", in[2])
	}
}

// A later day never takes items away as long as none ends and no new one begins, and every unit's items add up.
func TestChecklistGrowsWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		county := County{ChecklistItems: PlanChecklist()}
		for i := range 4 {
			county.Units = append(county.Units, Unit{Code: fmt.Sprintf("65990110020%d", i), Level: LevelVillage, Statutory: true})
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "marks") {
			date := Date("")
			if rapid.Bool().Draw(t, "dated") {
				date = Date(fmt.Sprintf("20%02d", rapid.IntRange(15, 22).Draw(t, "year")))
			}
			county.ChecklistMarks = append(county.ChecklistMarks, ChecklistMark{Code: county.Units[i%4].Code, ItemID: fmt.Sprintf("village-%d", rapid.IntRange(1, 3).Draw(t, "item")), DoneOn: date})
		}
		before := map[string]int{}
		for year := 2014; year <= 2023; year++ {
			list := county.ChecklistOf(Date(fmt.Sprint(year)), "", false)
			for _, u := range list.Units {
				if u.Needed() != 3 || len(u.Done) < before[u.Unit.Code] || (u.Status == ChecklistComplete) != (len(u.Done) == 3) {
					t.Fatalf("%d: %+v after %d", year, u, before[u.Unit.Code])
				}
				before[u.Unit.Code] = len(u.Done)
			}
			for _, s := range list.Sums() {
				if s.Complete+s.Incomplete+s.NotStated != s.Units {
					t.Fatalf("%+v", s)
				}
			}
		}
	})
}

func TestValuesWithoutADenominatorAreJudged(t *testing.T) {
	judge := func(op string, target, value float64) Indicator {
		county := County{DataDate: "2019-12-31", Units: []Unit{{Code: "659901000000", Level: LevelCounty}},
			Targets:  []Target{{ID: "x", Indicator: "cases_open", UnitLevel: LevelCounty, Year: 2020, Op: op, Value: target}},
			Measures: []Measure{{Indicator: "cases_open", Unit: "659901000000", Date: "2019", Value: value}}}
		return county.Indicators("", "", false)[0]
	}
	for _, test := range []struct {
		op            string
		target, value float64
		done          bool
	}{{">=", 0.9, 0.9, true}, {">=", 0.9, 0.89, false}, {"<=", 20, 12.5, true}, {"<=", 20, 20.5, false}, {"=", 3, 3, true}, {"=", 3, 4, false}, {">=", 0, 0, true}} {
		in := judge(test.op, test.target, test.value)
		if !in.Known || in.Done != test.done || in.Counted() || in.Value != test.value || in.Measure == nil {
			t.Errorf("%v %s %v: %+v", test.value, test.op, test.target, in)
		}
	}
}
