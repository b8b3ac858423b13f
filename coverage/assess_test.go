package coverage

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// toyCounty is one county with two townships of two villages each. People are powers of two, so that one sum says who was counted.
func toyCounty() *County {
	unit := func(code, name, parent string, level UnitLevel) Unit {
		return Unit{Code: code, Name: name, Parent: parent, Level: level, Statutory: true}
	}
	return &County{
		Units: []Unit{
			unit("990100000000", "甲市", "", LevelPrefecture),
			unit("990101000000", "乙县", "990100000000", LevelCounty),
			unit("990101100000", "东镇", "990101000000", LevelTownship),
			unit("990101100200", "东一村", "990101100000", LevelVillage),
			unit("990101100201", "东二村", "990101100000", LevelVillage),
			unit("990101200000", "西乡", "990101000000", LevelTownship),
			unit("990101200200", "西一村", "990101200000", LevelVillage),
			unit("990101200201", "西二村", "990101200000", LevelVillage),
		},
		Settlements: []Settlement{
			{ID: "a", Code: "990101100200", People: KnownPeople(1)},
			{ID: "b", Code: "990101100201", People: KnownPeople(2)},
			{ID: "c", Code: "990101200200", People: KnownPeople(4)},
			{ID: "d", Code: "990101200201", People: KnownPeople(8)},
			{ID: "e", Code: "", People: KnownPeople(16)},
		},
		Hosts: []Host{
			{ID: "h1", Kind: HostPolicePost, Code: "990101100200"},
			{ID: "h2", Kind: HostVillageCommittee, Code: "990101100200"},
			{ID: "h3", Kind: HostJudicialOffice, Code: "990101100201"},
		},
		Points: []ServicePoint{
			{ID: "p1", HostID: "h2", Tier: TierStudio, Level: LevelDuty, Status: StatusBuilt, AcceptedOn: "2018-06", Code: "990101100200"},
			{ID: "p2", HostID: "h3", Tier: TierStation, Level: LevelBoard, Status: StatusBuilt, OpenedOn: "2019-03-01", Code: "990101100201"},
		},
		Targets: PlanTargets(), DataDate: "2019-12-31",
	}
}

func within(seconds int) Time { return Time{Duration: time.Duration(seconds) * time.Second, OK: true} }

func TestJudgeCountsTheLimitItself(t *testing.T) {
	c := toyCounty()
	q := DefaultQuery()
	atLimit, over := Time{Duration: 600_000 * time.Millisecond, OK: true}, Time{Duration: 600_001 * time.Millisecond, OK: true}
	r, err := c.Judge(q, Selection{}, []Time{atLimit, over, within(1), {Reason: ReasonIsland}, {Reason: ReasonNoFacility}})
	if err != nil {
		t.Fatal(err)
	}
	want := []VerdictStatus{Covered, Uncovered, Covered, Unknown, Uncovered}
	for i, v := range r.Verdicts {
		if v.Status != want[i] {
			t.Errorf("settlement %d: got %s, want %s", i, v.Status, want[i])
		}
	}
	if r.Totals.PeopleCovered != 1+4 || r.Totals.PeopleUncovered != 2+16 || r.Totals.PeopleUnknown != 8 {
		t.Errorf("people by verdict: %+v", r.Totals)
	}
	if got := r.Areas[2]; got.PeopleCovered != 1 || got.People != 3 {
		t.Errorf("东镇: %+v", got.Sums)
	}
	if r.Unassigned == nil || r.Unassigned.People != 16 {
		t.Errorf("the settlement without a unit is lost: %+v", r.Unassigned)
	}
}

func TestJudgeAddsUp(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	reasons := []Reason{ReasonIsland, ReasonFarFromRoad, ReasonOutsideRoads, ReasonNoFacility, ReasonUnreachable}
	for round := range 200 {
		c := toyCounty()
		times := make([]Time, len(c.Settlements))
		for i := range times {
			c.Settlements[i].People = People{rng.Int64N(1000), rng.IntN(5) > 0}
			if !c.Settlements[i].People.Known {
				c.Settlements[i].People.Count = 0
			}
			if times[i] = within(rng.IntN(1200)); rng.IntN(4) == 0 {
				times[i] = Time{Reason: reasons[rng.IntN(len(reasons))]}
			}
		}
		q := DefaultQuery()
		short, _ := c.Judge(q, Selection{}, times)
		q.Limit *= 2
		long, _ := c.Judge(q, Selection{}, times)
		for _, s := range []Sums{short.Totals, long.Totals, short.Areas[1].Sums} {
			if s.SettlementsCovered+s.SettlementsUncovered+s.SettlementsUnknown != s.Settlements ||
				s.PeopleCovered+s.PeopleUncovered+s.PeopleUnknown != s.People {
				t.Fatalf("seed %d round %d: sums do not add up: %+v", seed, round, s)
			}
		}
		for i := range times {
			if short.Verdicts[i].Status == Covered && long.Verdicts[i].Status != Covered {
				t.Fatalf("seed %d round %d: a longer limit lost settlement %d", seed, round, i)
			}
		}
		counties := short.Areas[1].Sums
		if total := short.Totals; counties.People+short.Unassigned.People != total.People {
			t.Fatalf("seed %d round %d: units and unassigned make %d of %d people", seed, round, counties.People+short.Unassigned.People, total.People)
		}
	}
}

func TestShareOfNobodyIsUndefined(t *testing.T) {
	if share, ok := (Sums{Settlements: 3, SettlementsCovered: 3}).PeopleShare(); ok {
		t.Errorf("a unit with zero people has share %v, want none", share)
	}
}

func TestBuiltShareCountsOwnTierOnly(t *testing.T) {
	c := toyCounty()
	r, err := c.Judge(DefaultQuery(), Selection{}, make([]Time, len(c.Settlements)))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		unit  int
		tier  Tier
		built Built
	}{
		{0, TierStudio, Built{1, 4}}, {0, TierStation, Built{1, 2}}, {0, TierCentre, Built{0, 2}},
		{2, TierStation, Built{1, 1}}, {2, TierStudio, Built{1, 2}}, {5, TierStation, Built{0, 1}},
	} {
		if got := r.Areas[want.unit].ByTier[want.tier]; got != want.built {
			t.Errorf("%s %s: got %v, want %v", c.Units[want.unit].Name, want.tier, got, want.built)
		}
	}
}

func TestSelect(t *testing.T) {
	c := toyCounty()
	c.Offers = []Offer{{PointID: "p1", Service: ServiceConsult, Mode: ModeOnSite}, {PointID: "p2", Service: ServiceConsult, Mode: ModePhone}}
	tests := []struct {
		name   string
		change func(*Query)
		want   []string
	}{
		{"duty days at least, by default", func(*Query) {}, []string{"p1"}},
		{"any level", func(q *Query) { q.MinLevel = "" }, []string{"p1", "p2"}},
		{"a phone is not presence", func(q *Query) { q.MinLevel, q.Service = "", ServiceConsult }, []string{"p1"}},
		{"unless asked for", func(q *Query) { q.MinLevel, q.Service, q.Modes = "", ServiceConsult, []Mode{ModePhone} }, []string{"p2"}},
		{"by host kind", func(q *Query) { q.MinLevel, q.HostKinds = "", []HostKind{HostJudicialOffice} }, []string{"p2"}},
		{"kind or tier", func(q *Query) {
			q.MinLevel, q.HostKinds, q.Tiers = "", []HostKind{HostJudicialOffice}, []Tier{TierStudio}
		}, []string{"p1", "p2"}},
		{"before anything was built", func(q *Query) { q.MinLevel, q.AsOf = "", "2018-06-29" }, nil},
		{"month precision counts at the month's end", func(q *Query) { q.MinLevel, q.AsOf = "", "2018-06-30" }, []string{"p1"}},
		{"a bare police post is no service point", func(q *Query) { q.HostKinds = []HostKind{HostPolicePost} }, nil},
		{"but may be counted as what could be", func(q *Query) { q.HostKinds, q.HostsCount = []HostKind{HostPolicePost}, true }, []string{"h1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q := DefaultQuery()
			test.change(&q)
			var got []string
			for _, f := range c.Select(q).Facilities {
				got = append(got, f.ID)
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestIndicators(t *testing.T) {
	c := toyCounty()
	find := func(kind IndicatorKind, year int, asOf Date) Indicator {
		t.Helper()
		for _, in := range c.Indicators(asOf, "990101000000", false) {
			if in.Target.Indicator == string(kind) && in.Target.Year == year {
				return in
			}
		}
		t.Fatalf("no indicator %s %d", kind, year)
		return Indicator{}
	}
	if in := find(IndicatorStudioRate, 2018, "2018-12-31"); in.Num != 1 || in.Den != 4 || in.ToDo != 1 || in.Done {
		t.Errorf("30 %% of 4 villages are 2 studios, 1 is built: %+v", in)
	}
	if in := find(IndicatorStudioRate, 2018, "2018-05-31"); in.Num != 0 || in.ToDo != 2 {
		t.Errorf("nothing was built in May 2018: %+v", in)
	}
	if in := find(IndicatorAdviserRate, 2018, ""); in.Known || in.Missing == "" {
		t.Errorf("without assignments the adviser rate has no answer: %+v", in)
	}
	if in := find(IndicatorStationPilots, 2018, "2019-12-31"); in.Value != 1 || in.ToDo != 2 {
		t.Errorf("one of three pilot stations: %+v", in)
	}
}

func TestNeededSitesAreWhole(t *testing.T) {
	for _, test := range []struct {
		share  float64
		should int
		want   int
	}{{0.3, 12, 4}, {0.3, 10, 3}, {0.8, 10, 8}, {0.8, 281, 225}, {1, 7, 7}} {
		got := neededSites(Target{Indicator: string(IndicatorStudioRate), Value: test.share}, test.should)
		if got != test.want {
			t.Errorf("%v of %d: got %d, want %d", test.share, test.should, got, test.want)
		}
	}
}

func TestOpenAt(t *testing.T) {
	at := func(d time.Weekday, h, m int) WeekTime { return WeekTime{d, h*60 + m} }
	for _, test := range []struct {
		hours       string
		when        WeekTime
		open, known bool
	}{
		{"24/7", at(time.Sunday, 3, 0), true, true},
		{"Mo-Fr 10:00-14:00,15:30-19:30", at(time.Monday, 13, 59), true, true},
		{"Mo-Fr 10:00-14:00,15:30-19:30", at(time.Monday, 14, 0), false, true},
		{"Mo-Su 08:00-20:00; Su off", at(time.Sunday, 12, 0), false, true},
		{"Sa-Mo 08:00-20:00", at(time.Sunday, 12, 0), true, true},
		{"", at(time.Monday, 12, 0), false, false},
		{"by arrangement", at(time.Monday, 12, 0), false, false},
	} {
		if open, known := OpenAt(test.hours, test.when); open != test.open || known != test.known {
			t.Errorf("%q at %v: got %v, %v", test.hours, test.when, open, known)
		}
	}
}

func TestLevelAndParentOfCode(t *testing.T) {
	for code, want := range map[string]struct {
		level  UnitLevel
		parent string
	}{
		"650000000000": {LevelProvince, ""}, "650400000000": {LevelPrefecture, "650000000000"},
		"650402000000": {LevelCounty, "650400000000"}, "650402100000": {LevelTownship, "650402000000"},
		"650402100201": {LevelVillage, "650402100000"}, "6504": {LevelUnknown, ""},
	} {
		if got := LevelOfCode(code); got != want.level {
			t.Errorf("level of %s: got %d", code, got)
		}
		if got := ParentCode(code); got != want.parent {
			t.Errorf("parent of %s: got %s", code, got)
		}
	}
}

func TestMismatchesListWhereNominalAndEffectivePart(t *testing.T) {
	c := toyCounty()
	// 东一村 has a studio and is outside; 西一村 has none and is inside; 东二村 and 西二村 agree with themselves.
	r, err := c.Judge(DefaultQuery(), Selection{}, []Time{within(900), within(900), within(1), within(900), within(1)})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, m := range c.Mismatches(r) {
		got[m.Unit.Name] = m.Built
	}
	want := map[string]bool{"东一村": true, "东镇": true, "西一村": false}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
