package demo

import "lawcircle/coverage"

// scenarioSites is how many new points each of the two scenarios has.
const scenarioSites = 10

// scenariosOf are two ways to spend the same number of new points, to be compared: in the crowded new town, or one village at a time.
func scenariosOf(hosts []premises, points []coverage.ServicePoint) []coverage.Scenario {
	return []coverage.Scenario{
		{ID: "plan-a", Name: "方案一：河东警务站先行（虚构）", Note: "在河东街道的便民警务站设点", CreatedAt: "2019-12-31T12:00:00Z",
			Edits: openIn(hosts, points, func(h premises) bool {
				return h.Kind == coverage.HostPolicePost && coverage.ParentCode(h.Code) == countyPrefix+"002000"
			})},
		{ID: "plan-b", Name: "方案二：乡村工作室先行（虚构）", Note: "在还没有工作室的村委会设点", CreatedAt: "2019-12-31T12:00:00Z",
			Edits: openIn(hosts, points, func(h premises) bool { return h.Kind == coverage.HostVillageCommittee && !h.cutOff })},
	}
}

// openIn opens a point in the first wanted hosts that have none.
func openIn(hosts []premises, points []coverage.ServicePoint, wanted func(premises) bool) (edits []coverage.Edit) {
	taken := map[string]bool{}
	for _, p := range points {
		taken[p.HostID] = true
	}
	for _, h := range hosts {
		if taken[h.ID] || !wanted(h) || len(edits) == scenarioSites {
			continue
		}
		tier := coverage.TierStudio
		if h.Kind == coverage.HostPolicePost {
			tier = coverage.TierPost
		}
		edits = append(edits, coverage.Edit{Op: coverage.EditAddPoint, PointID: "FA-" + h.ID, HostID: h.ID, Name: h.Name, Tier: tier,
			Level: coverage.LevelDuty, Year: 2020, Lon: h.Point.Lon(), Lat: h.Point.Lat()})
	}
	return edits
}
