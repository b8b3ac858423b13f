package demo

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// ground knows which spots of the road map lie in which place, to put people and houses beside roads of their own unit.
type ground struct {
	*division
	land    *land
	roads   *roadMap
	byPlace [][]int // spots, per place
}

func newGround(l *land, d *division, roads *roadMap) *ground {
	g := &ground{division: d, land: l, roads: roads, byPlace: make([][]int, len(d.places))}
	for _, s := range roads.inUse() {
		if at, ok := d.placeAt(roads.spots[s].at); ok {
			g.byPlace[at] = append(g.byPlace[at], s)
		}
	}
	return g
}

// beside returns a position near a spot, off the road, inside the place and on the spot's bank of the river.
func (g *ground) beside(r *rand.Rand, place, spot int) orb.Point {
	at := g.roads.spots[spot].at
	for range 20 {
		sin, cos := math.Sincos(between(r, 0, 2*math.Pi))
		away := between(r, 18, 45)
		p := add(at, orb.Point{cos * away, sin * away})
		if in, ok := g.placeAt(p); ok && in == place && !nearLine(g.land.river, p, 15) && len(crossings(g.land.river, at, p)) == 0 {
			return p
		}
	}
	return at
}

// within lists the spots of a place whose distance from a position is between two bounds, in metres, nearest first.
func (g *ground) within(place int, from orb.Point, least, most float64) []int {
	away := func(s int) float64 { return distance(g.roads.spots[s].at, from) }
	var spots []int
	for _, s := range g.byPlace[place] {
		if d := away(s); d >= least && d <= most {
			spots = append(spots, s)
		}
	}
	slices.SortStableFunc(spots, func(a, b int) int { return cmp.Compare(away(a), away(b)) })
	return spots
}

// scatter picks up to n of some spots at random, no two closer than gap.
func (g *ground) scatter(r *rand.Rand, spots []int, n int, gap float64) []int {
	spots = slices.Clone(spots)
	r.Shuffle(len(spots), func(i, j int) { spots[i], spots[j] = spots[j], spots[i] })
	var picked []int
	for _, s := range spots {
		if len(picked) == n {
			break
		}
		if !slices.ContainsFunc(picked, func(p int) bool { return distance(g.roads.spots[p].at, g.roads.spots[s].at) < gap }) {
			picked = append(picked, s)
		}
	}
	return picked
}

const peopleSource = "演示数据（虚构）"

// settle makes the settlements with their people, ordered by id.
func settle(g *ground) []coverage.Settlement {
	r := stream("people")
	var all []coverage.Settlement
	put := func(place int, name string, at orb.Point, people int64) {
		p := g.places[place]
		s := coverage.Settlement{ID: fmt.Sprintf("JMD-%03d", len(all)+1), Code: p.code, Name: name, Point: wgs84(at),
			People: coverage.KnownPeople(people), PeopleSource: peopleSource, PeopleYear: 2019, UrbanRural: p.urban}
		s.Groups = groupsOf(r, people)
		all = append(all, s)
	}
	for i, p := range g.places {
		switch {
		case p.isCommunity():
			compounds, low, high := 5, 500.0, 1500.0
			if p.township >= 2 {
				compounds, low, high = 3, 300, 800
			}
			for n, s := range g.scatter(r, g.within(i, p.at, 0, 1200), compounds, 150) {
				put(i, fmt.Sprintf("%s第%d小区", p.name, n+1), g.beside(r, i, s), int64(between(r, low, high)))
			}
		default:
			main := g.within(i, p.at, 60, 500)
			put(i, p.name, g.beside(r, i, main[r.IntN(min(len(main), 20))]), int64(between(r, 350, 1100)))
			for n, s := range g.scatter(r, g.within(i, p.at, 700, 2600), r.IntN(4), 500) {
				put(i, fmt.Sprintf("%s%d组", p.name, n+2), g.beside(r, i, s), int64(between(r, 60, 320)))
			}
		}
	}
	for _, camp := range []struct {
		name   string
		at     orb.Point
		people int64
	}{
		{"北山冬牧点", km(14, 27), 46}, // far from any road
		{"北山夏牧点", km(10, 33), 31}, // north of everything that the road map shows
	} {
		if place, ok := g.placeAt(camp.at); ok {
			put(place, camp.name, camp.at, camp.people)
		}
	}
	forgetSome(all)
	return all
}

// groupsOf draws the people of the priority groups; what a real table leaves blank now and then is left out.
func groupsOf(r *rand.Rand, people int64) map[coverage.Group]int64 {
	groups := map[coverage.Group]int64{}
	for _, share := range []struct {
		group coverage.Group
		of    float64
		blank float64
	}{
		{coverage.GroupElderly, 0.12, 0.03}, {coverage.GroupDisabled, 0.03, 0.1}, {coverage.GroupMinor, 0.24, 0.03},
		{coverage.GroupLowIncome, 0.08, 0.08}, {coverage.GroupUnemployed, 0.03, 0.2}, {coverage.GroupMigrant, 0.06, 0.2},
		{coverage.GroupWomen, 0.49, 0.03},
	} {
		count := int64(float64(people) * share.of * between(r, 0.6, 1.4))
		if !chance(r, share.blank) {
			groups[share.group] = min(count, people)
		}
	}
	return groups
}

// forgetSome leaves the people of a few settlements unknown and one village empty.
func forgetSome(all []coverage.Settlement) {
	for i := 40; i < len(all); i += 61 {
		all[i].People, all[i].Groups, all[i].PeopleYear = coverage.People{}, nil, 0
	}
	all[len(all)/2].People, all[len(all)/2].Groups = coverage.KnownPeople(0), nil
	all[len(all)/2].Name += "（已搬迁）"
}
