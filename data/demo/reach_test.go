package demo

import (
	"bytes"
	"context"
	"testing"
	"time"

	"lawcircle/coverage"
	"lawcircle/geo/road"
)

// reach answers a query on the demonstration county with the program's own road engine.
func reach(t *testing.T, q coverage.Query) *coverage.Result {
	t.Helper()
	ctx, c := context.Background(), theDemo().County
	network, report, err := road.ReadPBF(ctx, bytes.NewReader(content(t, RoadsFile)), road.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if report.BrokenWays > 0 || report.BadRestrictions > 0 || report.Restrictions != len(theDemo().Roads.Relations) {
		t.Errorf("the road file has faults: %+v", report)
	}
	profile, err := road.BuiltinProfile(q.Profile)
	if err != nil {
		t.Fatal(err)
	}
	graph, err := road.Build(ctx, network, profile, road.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	selection := c.Select(q)
	var facilities, demands []road.Place
	for _, f := range selection.Facilities {
		facilities = append(facilities, road.Place{ID: f.ID, Point: f.Point})
	}
	for _, s := range c.Settlements {
		demands = append(demands, road.Place{ID: s.ID, Point: s.Point})
	}
	answers, err := graph.NearestFacilities(ctx, facilities, demands, road.NearestOptions{Limit: q.Limit})
	if err != nil {
		t.Fatal(err)
	}
	times := make([]coverage.Time, len(answers))
	for i, a := range answers {
		times[i] = coverage.Time{SnapM: a.Snap.DistanceM, Snapped: a.Snap.OK, Reason: coverage.Reason(a.Reason)}
		if len(a.Nearest) > 0 {
			times[i].OK, times[i].Facility = true, a.Nearest[0].Facility
			times[i].Duration = time.Duration(a.Nearest[0].Ms) * time.Millisecond
		}
	}
	result, err := c.Judge(q, selection, times)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestTheCircleLeavesSomethingToDo holds the demonstration interesting: about half of the people are inside the circle on foot, and
// every kind of unknown is there.
func TestTheCircleLeavesSomethingToDo(t *testing.T) {
	result := reach(t, coverage.DefaultQuery())
	reasons := map[coverage.Reason]int{}
	statuses := map[coverage.VerdictStatus]int64{}
	for _, v := range result.Verdicts {
		reasons[v.Reason]++
		statuses[v.Status] += v.People.Count
	}
	total := statuses[coverage.Covered] + statuses[coverage.Uncovered] + statuses[coverage.Unknown]
	if share := float64(statuses[coverage.Covered]) / float64(total); share < 0.35 || share > 0.6 {
		t.Errorf("%.2f of the people are inside", share)
	}
	for _, r := range []coverage.Reason{coverage.ReasonIsland, coverage.ReasonFarFromRoad, coverage.ReasonOutsideRoads,
		coverage.ReasonNoPopulation, coverage.ReasonTooFar} {
		if reasons[r] == 0 {
			t.Errorf("no settlement has the reason %s: %v", r, reasons)
		}
	}
	t.Logf("people %v, reasons %v, totals %+v", statuses, reasons, result.Totals)
}

// TestByCarMostAreInside holds the network drivable: the expressway's ramps, one-way streets and turn restrictions trap nobody.
func TestByCarMostAreInside(t *testing.T) {
	q := coverage.DefaultQuery()
	q.Profile, q.Limit = "car", 30*time.Minute
	inside := 0
	result := reach(t, q)
	for _, v := range result.Verdicts {
		if v.Time.OK {
			inside++
		}
	}
	if share := float64(inside) / float64(len(result.Verdicts)); share < 0.9 || share == 1 {
		t.Errorf("%.3f of the settlements are within 30 minutes by car", share)
	}
}
