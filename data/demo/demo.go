package demo

import (
	"cmp"
	"slices"

	"github.com/paulmach/osm"

	"lawcircle/coverage"
)

// Demo is the invented county: what is known about it, and its road map. It is what Build's project file must say in the end.
type Demo struct {
	County    coverage.County
	Scenarios []coverage.Scenario
	Roads     *osm.OSM // nodes, ways and turn restrictions, WGS-84
}

// Invent makes the county. It takes no input: every call gives the same county.
func Invent() *Demo {
	l := newLand()
	d := divide(l)
	roads := buildRoads(l, d)
	g := newGround(l, d, roads)
	premises := buildPremises(g)
	county := coverage.County{
		Name: countyName, Synthetic: true, DataDate: dataDate,
		Units: d.units(), Settlements: settle(g), Points: open(premises),
		Advisers: hireAdvisers(premises), Circuits: circuitsOf(premises, d.places), Targets: targetsOf(),
	}
	for _, p := range premises {
		county.Hosts = append(county.Hosts, p.Host)
	}
	slices.SortFunc(county.Hosts, func(a, b coverage.Host) int { return cmp.Compare(a.ID, b.ID) })
	county.Offers = offersOf(premises, county.Points)
	county.Assignments = assign(county.Units, county.Advisers)
	county.Pairings = pairPosts(county.Points, county.Advisers)
	county.Calls = callsOf(county.Units, county.Settlements)
	county.Measures = measuresOf(county.Units)
	county.ChecklistItems = itemsOf()
	county.ChecklistMarks = marksOf(county.Units, county.ChecklistItems, county.Settlements)
	county.Honours = honoursOf(county.Units, county.Settlements)
	county.Mediation = mediationOf(county.Units)
	dedicate(county.Points)
	return &Demo{County: county, Scenarios: scenariosOf(premises, county.Points), Roads: roads.osm()}
}
