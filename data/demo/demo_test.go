package demo

import (
	"reflect"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/coverage"
)

// theDemo is made once for all tests that only look at it.
var theDemo = sync.OnceValue(Invent)

func TestTheCountyIsTheSameEveryTime(t *testing.T) {
	if a, b := theDemo(), Invent(); !reflect.DeepEqual(a, b) {
		t.Error("two calls made two counties")
	}
}

func TestTheCountyHasTheSizeOfARealOne(t *testing.T) {
	c := theDemo().County
	kinds, tiers, statuses := map[coverage.HostKind]int{}, map[coverage.Tier]int{}, map[coverage.Status]int{}
	for _, h := range c.Hosts {
		kinds[h.Kind]++
	}
	for _, p := range c.Points {
		tiers[p.Tier]++
		statuses[p.Status]++
	}
	people, unknown, empty := int64(0), 0, 0
	for _, s := range c.Settlements {
		people += s.People.Count
		switch {
		case !s.People.Known:
			unknown++
		case s.People.Count == 0:
			empty++
		}
	}
	for name, check := range map[string]struct{ got, least, most int }{
		"people":                 {int(people), 150_000, 300_000},
		"settlements":            {len(c.Settlements), 250, 500},
		"settlements of unknown": {unknown, 3, 12},
		"empty settlements":      {empty, 1, 1},
		"police posts":           {kinds[coverage.HostPolicePost], 280, 330},
		"law firms":              {kinds[coverage.HostLawFirm], 2, 2},
		"notaries":               {kinds[coverage.HostNotary], 1, 1},
		"centres":                {tiers[coverage.TierCentre], 2, 2},
		"stations":               {tiers[coverage.TierStation], 12, 14},
		"mobile points":          {tiers[coverage.TierMobile], 1, 1},
		"planned points":         {statuses[coverage.StatusPlanned], 40, 120},
		"points being built":     {statuses[coverage.StatusBuilding], 10, 50},
		"closed points":          {statuses[coverage.StatusClosed], 5, 10},
		"advisers":               {len(c.Advisers), 30, 40},
		"pairings":               {len(c.Pairings), 30, 150},
		"calls":                  {len(c.Calls), 14 * 24, 14 * 24},
		"checklist items":        {len(c.ChecklistItems), 12, 12},
		"checklist marks":        {len(c.ChecklistMarks), 100, 600},
		"reports on mediation":   {len(c.Mediation), 100, 200},
		"titles":                 {len(c.Honours), 20, 60},
	} {
		if check.got < check.least || check.got > check.most {
			t.Errorf("%s: %d, want %d to %d", name, check.got, check.least, check.most)
		}
	}
	t.Logf("%d people in %d settlements; hosts %v; points %v %v", people, len(c.Settlements), kinds, tiers, statuses)
}

// TestEverythingStandsInItsUnit looks up every position in the polygon of the unit that it states.
func TestEverythingStandsInItsUnit(t *testing.T) {
	c := theDemo().County
	units := map[string]coverage.Unit{}
	for _, u := range c.Units {
		units[u.Code] = u
	}
	for _, h := range c.Hosts {
		if !planar.MultiPolygonContains(units[h.Code].Geometry, h.Point) {
			t.Errorf("%s %s stands outside %s", h.ID, h.Name, h.Code)
		}
	}
	for _, s := range c.Settlements {
		if !planar.MultiPolygonContains(units[s.Code].Geometry, s.Point) {
			t.Errorf("%s %s lies outside %s", s.ID, s.Name, s.Code)
		}
	}
}

func TestReferencesHold(t *testing.T) {
	c := theDemo().County
	known := map[string]bool{}
	learn := func(kind, id string) {
		if known[kind+id] {
			t.Errorf("%s %s is there twice", kind, id)
		}
		known[kind+id] = true
	}
	for _, u := range c.Units {
		learn("unit ", u.Code)
	}
	for _, h := range c.Hosts {
		learn("host ", h.ID)
	}
	for _, p := range c.Points {
		learn("point ", p.ID)
	}
	for _, s := range c.Settlements {
		learn("settlement ", s.ID)
	}
	for _, a := range c.Advisers {
		learn("adviser ", a.ID)
	}
	need := func(what string, any ...string) {
		for _, key := range any {
			if known[key] {
				return
			}
		}
		t.Errorf("%s refers to none of %q", what, any)
	}
	for _, p := range c.Points {
		if p.Tier != coverage.TierMobile {
			need("point "+p.ID, "host "+p.HostID)
		}
		need("point "+p.ID, "unit "+p.Code)
	}
	for _, o := range c.Offers {
		need("offer", "point "+o.PointID)
	}
	for _, a := range c.Advisers {
		need("adviser "+a.ID, "host "+a.Firm)
	}
	for _, a := range c.Assignments {
		need("assignment of "+a.Village, "unit "+a.Village)
		need("assignment of "+a.Village, "adviser "+a.AdviserID)
	}
	for _, p := range c.Pairings {
		need("pairing of "+p.PostID, "host "+p.PostID)
		need("pairing of "+p.PostID, "adviser "+p.PartnerID, "host "+p.PartnerID)
	}
	for _, circuit := range c.Circuits {
		need("circuit "+circuit.ID, "host "+circuit.Owner, "point "+circuit.Owner)
		for _, stop := range circuit.Stops {
			need("circuit "+circuit.ID, "host "+stop)
		}
		if len(circuit.Stops) < 3 {
			t.Errorf("circuit %s has %d stops", circuit.ID, len(circuit.Stops))
		}
	}
}

func TestScenariosApply(t *testing.T) {
	d := theDemo()
	for _, s := range d.Scenarios {
		changed, err := d.County.With(s.Edits)
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		if got := len(changed.Points) - len(d.County.Points); got != scenarioSites {
			t.Errorf("%s adds %d points, want %d", s.ID, got, scenarioSites)
		}
	}
}

func TestNothingStandsInTheRiver(t *testing.T) {
	c := theDemo().County
	river := newLand().river
	check := func(name string, p orb.Point) {
		onPlane := orb.Point{(p.Lon() - middleLon) * metresPerDegreeLon, (p.Lat() - middleLat) * metresPerDegreeLat}
		if away := planar.DistanceFrom(river, onPlane); away < 8 {
			t.Errorf("%s stands %.0f m from the middle of the river", name, away)
		}
	}
	for _, h := range c.Hosts {
		check(h.Name, h.Point)
	}
	for _, s := range c.Settlements {
		check(s.Name, s.Point)
	}
}

func TestDatesFollowTheLifeOfAPoint(t *testing.T) {
	for _, p := range theDemo().County.Points {
		for _, d := range []coverage.Date{p.PlannedOn, p.OpenedOn, p.AcceptedOn, p.ClosedOn} {
			if _, err := coverage.ParseDate(string(d)); err != nil {
				t.Errorf("%s: %v", p.ID, err)
			}
		}
		for _, pair := range [][2]coverage.Date{{p.PlannedOn, p.OpenedOn}, {p.OpenedOn, p.AcceptedOn}, {p.AcceptedOn, p.ClosedOn}} {
			if pair[0] != "" && pair[1] != "" && pair[0] > pair[1] {
				t.Errorf("%s: %s comes before %s", p.ID, pair[1], pair[0])
			}
		}
		if p.OpeningHours != "" {
			if _, known := coverage.OpenMinutesPerWeek(p.OpeningHours); !known {
				t.Errorf("%s: opening hours %q are not understood", p.ID, p.OpeningHours)
			}
		}
	}
}

func BenchmarkInvent(b *testing.B) {
	for b.Loop() {
		Invent()
	}
}
