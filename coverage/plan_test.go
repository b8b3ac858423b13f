package coverage

import (
	"fmt"
	"math"
	"testing"
	"time"

	"lawcircle/coverage/locate"
)

// TestCostCurveIsTheBestOfEachBudget compares every point of the curve with all sets of sites that its budget pays for.
func TestCostCurveIsTheBestOfEachBudget(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 8, 40, 8)
	e.County.Hosts[7].SetUpCost = 0 // not stated: not free
	q := DefaultQuery()
	q.Limit = 3 * time.Minute
	curve, err := e.CostCurve(t.Context(), CostQuestion{Query: q, Steps: 4, Options: locate.Options{TimeLimit: 20 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	if len(curve.Unpriced) != 1 || curve.Unpriced[0].ID != "h007" || len(curve.Priced) != 6 || len(curve.Points) == 0 {
		t.Fatalf("seed %d: %d priced, %d unpriced, %d points", seed, len(curve.Priced), len(curve.Unpriced), len(curve.Points))
	}
	best := func(budget int64) (people int64) {
		for set := range 1 << len(curve.Priced) {
			var hosts []string
			spent := int64(0)
			for i, c := range curve.Priced {
				if set>>i&1 == 1 {
					hosts, spent = append(hosts, c.ID), spent+int64(c.SetUpCost)
				}
			}
			if spent <= budget {
				people = max(people, covered(t, e, q, hosts...))
			}
		}
		return people
	}
	before := int64(0)
	for _, p := range curve.Points {
		if want := best(p.Budget); p.Served.People != want || !p.Proven || p.Bound < want || p.Spent > p.Budget || p.Served.People < before {
			t.Errorf("seed %d: %d yuan serve %d people for %d, want %d (before %d)", seed, p.Budget, p.Served.People, p.Spent, want, before)
		}
		before = p.Served.People
	}
	if last := curve.Points[len(curve.Points)-1]; last.Served.People != best(math.MaxInt32) {
		t.Errorf("seed %d: the curve ends at %d people, %d are possible", seed, last.Served.People, best(math.MaxInt32))
	}
}

// TestCircuitsReachWhatPointsAtTheirStopsWould opens a point at every stop and compares.
func TestCircuitsReachWhatPointsAtTheirStopsWould(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 10, 50, 6)
	e.County.Circuits = []Circuit{
		{ID: "c1", Service: ServiceNotary, Stops: []string{"s003", "h002", "nowhere"}, IntervalDays: 14, FirstDate: "2019-01-08"},
		{ID: "c2", Service: ServiceAidAccept, Stops: []string{"s040"}},
	}
	q := DefaultQuery()
	q.Limit = 3 * time.Minute
	got, err := e.CircuitsOnRecord(t.Context(), q, "2019-02-01", "2019-02-28")
	if err != nil {
		t.Fatal(err)
	}
	open := func(ids ...string) Sums {
		with := *e.County
		for _, id := range ids {
			place, _ := with.placeOf(id)
			with.Points = append(with.Points, ServicePoint{ID: "x" + id, Tier: TierMobile, Level: LevelDuty, Status: StatusBuilt, Point: place.Point, Code: place.Code})
		}
		r, err := Engine{County: &with, Graph: e.Graph}.Assess(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return r.Totals
	}
	c1 := got.Circuits[0]
	if c1.OnDays != open("s003", "h002") || got.OnDays.Totals != open("s003", "h002", "s040") || got.Fixed.Totals != open() {
		t.Errorf("seed %d: %+v", seed, got.OnDays.Totals)
	}
	reached := int64(0)
	for _, r := range c1.Reached {
		reached += r.People.Count
	}
	if reached != c1.OnDays.PeopleCovered-got.Fixed.Totals.PeopleCovered {
		t.Errorf("seed %d: %d people are reached, coverage rises by %d", seed, reached, c1.OnDays.PeopleCovered-got.Fixed.Totals.PeopleCovered)
	}
	if fmt.Sprint(c1.Days) != "[2019-02-05 2019-02-19]" || fmt.Sprint(c1.Unknown) != "[nowhere]" || got.Circuits[1].Days != nil {
		t.Errorf("days %v, unknown %v", c1.Days, c1.Unknown)
	}
	q.Service = ServiceNotary
	if only, err := e.CircuitsOnRecord(t.Context(), q, "", ""); err != nil || len(only.Circuits) != 1 {
		t.Errorf("%+v, %v", only, err)
	}
}

// TestPairingIsTheBestOfAll tries every assignment of posts to advisers within their capacities.
func TestPairingIsTheBestOfAll(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 8, 5, 9)
	for i, kind := range []HostKind{HostLawFirm, HostLawFirm, HostGrassrootsOffice} {
		e.County.Hosts[i].Kind = kind
	}
	e.County.Advisers = []Adviser{{ID: "a1", Firm: "h000", Languages: []string{"zh", "ug"}, Capacity: 3}, {ID: "a2", Firm: "h001", Languages: []string{"zh"}, Capacity: 2},
		{ID: "a3", BaseHost: "h002", Languages: []string{"ug"}}, {ID: "a4", Firm: "nowhere", Languages: []string{"ug"}}}
	e.County.Pairings = []Pairing{{PostID: "h003", PartnerID: "a1"}, {PostID: "h004", PartnerID: "a1"}, {PostID: "h006", PartnerID: "a1"},
		{PostID: "p7", PartnerID: "a1"}, {PostID: "h005", PartnerID: "h000", To: "2018"}}
	e.County.Points = []ServicePoint{{ID: "p7", HostID: "h007"}}
	e.County.DataDate = "2019-12-31"
	for _, test := range []struct {
		partners   HostKind
		language   string
		capacities map[string]int
	}{
		{HostLawFirm, "", map[string]int{"h000": 3, "h001": 3}},
		{HostLawFirm, "ug", map[string]int{"h000": 6}},
		{PartnerAdvisers, "", map[string]int{"a1": 3, "a2": 2, "a3": 2}},
		{PartnerAdvisers, "ug", map[string]int{"a1": 3, "a3": 3}},
	} {
		plan, err := e.Pair(t.Context(), PairQuestion{Profile: "car", Partners: test.partners, With: HostPolicePost, Language: test.language})
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Loads) != len(test.capacities) {
			t.Errorf("%s %s: %+v", test.partners, test.language, plan.Loads)
			continue
		}
		partners, _ := e.partners(plan.Question)
		places := e.County.hostsOf(HostPolicePost)
		times, err := e.drives(t.Context(), plan.Question, partners, places)
		if err != nil {
			t.Fatal(err)
		}
		want := cheapest(places, partners, test.capacities, times)
		if plan.Driving != want || len(plan.Pairs) != len(places) {
			t.Errorf("seed %d, %s %s: %v of driving, %v is possible; %d of %d paired", seed, test.partners, test.language, plan.Driving, want, len(plan.Pairs), len(places))
		}
		for _, load := range plan.Loads {
			if load.Places > test.capacities[load.Partner.ID] || load.Capacity != test.capacities[load.Partner.ID] {
				t.Errorf("seed %d: %+v over %d", seed, load, test.capacities[load.Partner.ID])
			}
		}
	}
	// A pairing with an adviser counts for the firm, one of a point for its host, and one that has ended for nobody.
	for partners, want := range map[HostKind]string{HostLawFirm: "h000", PartnerAdvisers: "a1"} {
		plan, err := e.Pair(t.Context(), PairQuestion{Profile: "car", Partners: partners, With: HostPolicePost})
		if err != nil || len(plan.Overloaded) != 1 || plan.Overloaded[0].Partner.ID != want || plan.Overloaded[0].Places != 4 {
			t.Errorf("seed %d, %s: %v, %v", seed, partners, plan, err)
		}
	}
}

// cheapest is the least total driving over every assignment within capacities.
func cheapest(places, partners []Host, capacities map[string]int, times map[[2]int]time.Duration) time.Duration {
	left := make([]int, len(partners))
	for i, h := range partners {
		left[i] = capacities[h.ID]
	}
	var try func(place int) time.Duration
	try = func(place int) time.Duration {
		if place == len(places) {
			return 0
		}
		best := time.Duration(math.MaxInt64 / 4)
		for i := range partners {
			if left[i] > 0 {
				left[i]--
				best = min(best, times[[2]int{place, i}]+try(place+1))
				left[i]++
			}
		}
		return best
	}
	return try(0)
}
