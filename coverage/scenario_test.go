package coverage

import (
	"strings"
	"testing"
)

func TestWithLeavesTheCountyAlone(t *testing.T) {
	c := toyCounty()
	next, err := c.With([]Edit{
		{Op: EditAddPoint, HostID: "h1"},
		{Op: EditMovePoint, PointID: "p1", Lon: 89, Lat: 43},
		{Op: EditClosePoint, PointID: "p2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Points) != 2 || c.Points[1].Status != StatusBuilt || c.Points[0].Point[0] != 0 {
		t.Errorf("the original changed: %+v", c.Points)
	}
	if len(next.Points) != 3 || next.Points[0].ID != "new-h1" || next.Points[0].Tier != TierPost || next.Points[0].Code != "990101100200" {
		t.Errorf("the added point: %+v", next.Points)
	}
	if next.Points[1].Point[0] != 89 || next.Points[2].Status != StatusClosed {
		t.Errorf("moved and closed: %+v", next.Points[1:])
	}
}

// What a scenario changes does not change the past: an edit holds from its year on, or from the data date.
func TestEditsHoldFromTheirYearOn(t *testing.T) {
	c := toyCounty()
	c.DataDate = "2018-06-30"
	c.Points[1].OpenedOn, c.Points[1].AcceptedOn = "2015", "2015"
	next, err := c.With([]Edit{{Op: EditAddPoint, HostID: "h1"}, {Op: EditAddPoint, PointID: "late", Year: 2020}, {Op: EditClosePoint, PointID: c.Points[1].ID, Year: 2019}})
	if err != nil {
		t.Fatal(err)
	}
	built := func(id string, day Date) bool {
		for _, p := range next.Points {
			if p.ID == id {
				stands, _ := p.BuiltAt(day, false)
				return stands
			}
		}
		t.Fatalf("no point %s", id)
		return false
	}
	for _, test := range []struct {
		id   string
		day  Date
		want bool
	}{
		{"new-h1", "2017-12-31", false}, {"new-h1", "2018-06-29", false}, {"new-h1", "2018-06-30", true}, {"new-h1", "", true},
		{"late", "2019-12-31", false}, {"late", "2020-12-31", true}, {"late", "", true},
		{c.Points[1].ID, "2014-12-31", false}, {c.Points[1].ID, "2018-12-31", true}, {c.Points[1].ID, "2019-12-31", false}, {c.Points[1].ID, "", false},
	} {
		if got := built(test.id, test.day); got != test.want {
			t.Errorf("%s stands at the end of %q: %v, want %v", test.id, test.day, got, test.want)
		}
	}
}

func TestWithNamesTheEditThatFails(t *testing.T) {
	for _, test := range []struct {
		edit Edit
		want string
	}{
		{Edit{Op: EditClosePoint, PointID: "nobody"}, `"nobody" does not exist`},
		{Edit{Op: EditMovePoint, PointID: "p1", Lon: 500}, "not a longitude"},
		{Edit{Op: EditAddPoint, HostID: "h9"}, `host "h9"`},
		{Edit{Op: EditAddPoint, PointID: "p1", HostID: "h1"}, "exists already"},
		{Edit{Op: "fly"}, "unknown"},
	} {
		_, err := toyCounty().With([]Edit{{Op: EditAddPoint, HostID: "h1"}, test.edit})
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "edit 2") {
			t.Errorf("%+v: got %v", test.edit, err)
		}
	}
}

func TestEditsOfFollowsTheLine(t *testing.T) {
	all := []Scenario{
		{ID: "a", Edits: []Edit{{PointID: "1"}}}, {ID: "b", Base: "a", Edits: []Edit{{PointID: "2"}}},
		{ID: "x", Base: "y"}, {ID: "y", Base: "x"},
	}
	edits, err := EditsOf(all, "b")
	if err != nil || len(edits) != 2 || edits[0].PointID != "1" {
		t.Errorf("got %v, %v", edits, err)
	}
	for _, id := range []string{"x", "nobody"} {
		if _, err := EditsOf(all, id); err == nil {
			t.Errorf("scenario %s must be refused", id)
		}
	}
}

func TestCompare(t *testing.T) {
	c := toyCounty()
	q := DefaultQuery()
	before, _ := c.Judge(q, Selection{}, []Time{within(1), within(1), within(900), within(900), within(900)})
	after, _ := c.Judge(q, Selection{}, []Time{within(900), within(1), within(1), within(900), within(1)})
	got, err := Compare(before, after)
	if err != nil {
		t.Fatal(err)
	}
	if got.GainedPeople != 4+16 || got.LostPeople != 1 || len(got.Gained) != 2 || len(got.Lost) != 1 {
		t.Errorf("gained and lost: %+v", got)
	}
	if net := got.After.PeopleCovered - got.Before.PeopleCovered; net != got.GainedPeople-got.LostPeople {
		t.Errorf("net %d is not gained %d minus lost %d", net, got.GainedPeople, got.LostPeople)
	}
	if len(got.Units) != 6 {
		t.Errorf("units that change: %d, want prefecture, county, two townships, two villages", len(got.Units))
	}
}
