package coverage

import (
	"fmt"
	"testing"
	"time"
)

func TestMediation(t *testing.T) {
	yes, no := true, false
	n := func(i int) *int { return &i }
	county := County{DataDate: "2019-12-31",
		Units: []Unit{{Code: "659901000000", Level: LevelCounty, Statutory: true}, {Code: "659901100000", Level: LevelTownship, Statutory: true, Parent: "659901000000"},
			{Code: "659901100201", Level: LevelVillage, Statutory: true, Parent: "659901100000"}, {Code: "659901100202", Level: LevelVillage, Statutory: true, Parent: "659901100000"},
			{Code: "659901100203", Level: LevelVillage, Statutory: true, Parent: "659901100000"}},
		Mediation: []Mediation{
			{Code: "659901100201", Date: "2018", Committee: &no}, {Code: "659901100201", Date: "2019", Committee: &yes, Mediators: n(3), Cases: n(30)},
			{Code: "659901100202", Date: "2019-06", Committee: &no}, {Code: "659901100202", Date: "2020", Committee: &yes, Mediators: n(9)},
			{Code: "659901000000", Domain: "医疗", Date: "2019", Committee: &yes, Mediators: n(2), MediatorsFull: n(1), Cases: n(5)},
		},
		Targets: []Target{{ID: "m", Indicator: string(IndicatorMediation), UnitLevel: LevelCounty, Year: 2019, Op: ">=", Value: 1}},
	}
	got := county.MediationOf("", "", false)
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	c := got[0]
	if c.Should != 4 || c.With != 1 || len(c.Without) != 1 || len(c.Unstated) != 2 || c.Mediators != 5 || c.FullTime != 1 || c.Cases != 35 || c.Silent != 1 {
		t.Errorf("%+v", c)
	}
	if load, ok := c.CasesPerMediator(); !ok || load != 7 {
		t.Errorf("%v %v", load, ok)
	}
	if early := county.MediationOf("2018-12-31", "659901100000", false); len(early) != 1 || early[0].With != 0 || len(early[0].Without) != 1 {
		t.Errorf("%+v", early)
	}
	if in := county.Indicators("", "", false)[0]; in.Num != 1 || in.Den != 4 || in.ToDo != 3 || in.Unstated != 2 {
		t.Errorf("%+v", in)
	}
}

func TestWindowsTellUnstatedFromFailed(t *testing.T) {
	yes, no := true, false
	staff := func(i int) *int { return &i }
	good := ServicePoint{ID: "p", Tier: TierStation, Status: StatusBuilt, StreetFront: &yes, GroundFloor: &yes, Dedicated: &yes, Accessible: &yes, StaffFull: staff(2)}
	change := func(do func(*ServicePoint)) ServicePoint {
		p := good
		do(&p)
		return p
	}
	all := []Offer{{PointID: "p", Service: ServiceConsult}}
	for name, test := range map[string]struct {
		point  ServicePoint
		offers []Offer
		want   string
	}{
		"good":          {good, all, "green [] []"},
		"short of one":  {change(func(p *ServicePoint) { p.StaffFull = staff(1) }), all, "red [staff] []"},
		"no staff said": {change(func(p *ServicePoint) { p.StaffFull = nil }), all, "yellow [] [staff]"},
		"upstairs":      {change(func(p *ServicePoint) { p.GroundFloor = &no; p.Dedicated = nil }), all, "red [ground_floor] [dedicated]"},
		"no offers":     {good, nil, "yellow [] [services]"},
		"studio":        {change(func(p *ServicePoint) { p.Tier, p.StaffFull = TierStudio, nil }), nil, "green [] []"},
		"poor centre":   {change(func(p *ServicePoint) { p.Tier, p.StaffFull = TierCentre, staff(3) }), all, "red [] []"},
	} {
		county := County{Points: []ServicePoint{test.point, {ID: "closed", Tier: TierStation, Status: StatusClosed}}, Offers: test.offers}
		got := county.Windows("", nil)
		if len(got) != 1 || fmt.Sprint(got[0].Light, " ", got[0].Fails, " ", got[0].Unstated) != test.want {
			t.Errorf("%s: %+v, want %s", name, got, test.want)
		}
	}
}

func TestUnitTimesWeighByPeople(t *testing.T) {
	county := County{Units: []Unit{{Code: "659901000000", Level: LevelCounty}, {Code: "659901100000", Level: LevelTownship, Parent: "659901000000"}},
		Settlements: []Settlement{{Code: "659901100000"}, {Code: "659901100000"}, {Code: "659901100000"}, {Code: "659901100000"}}}
	minutes := func(m int, people int64, ok bool) Verdict {
		return Verdict{Time: Time{Duration: time.Duration(m) * time.Minute, OK: ok}, People: KnownPeople(people)}
	}
	got := county.UnitTimes(&Result{Verdicts: []Verdict{minutes(10, 300, true), minutes(30, 100, true), minutes(99, 0, true), minutes(0, 5, false)}})
	if len(got) != 2 || got[1].Mean != 15*time.Minute || got[1].Worst != 30*time.Minute || got[1].Unanswered != 1 || got[1].People != 400 {
		t.Errorf("%+v", got)
	}
}
