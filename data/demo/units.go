package demo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/coverage"
)

// place is a village or a community of the county under construction.
type place struct {
	township int // index in townships
	oasis    oasisID
	seat     step
	at       orb.Point
	code     string
	name     string
	kind     coverage.UnitKind
	urban    string // 城乡分类
	area     orb.MultiPolygon
	bound    orb.Bound // of the area
}

// isCommunity tells a neighbourhood of a town from a village.
func (p *place) isCommunity() bool { return p.kind == coverage.UnitResidents }

// division is the county divided into units.
type division struct {
	plans  []townshipPlan
	places []place // ordered by code
	tiles  *tiling
}

const (
	villageGap   = 2200.0 // least distance between the middles of two villages, metres
	townClear    = 3100.0 // villages keep this far from the middle of the county town
	villageCore  = 3      // half size of a village's built-up square, in steps
	townCoreHalf = 7
)

func divide(l *land) *division {
	d := &division{plans: townshipPlans()}
	d.placeCommunities(l)
	d.placeSeats(l)
	d.placeVillages(l)
	d.nameAndNumber()
	sites := make([]orb.Point, len(d.places))
	for i, p := range d.places {
		sites[i] = p.at
	}
	d.tiles = newTiling(stream("borders"), sites, l.outline)
	for i := range d.places {
		d.places[i].area = d.tiles.join([]int{i})
		d.places[i].bound = d.places[i].area.Bound()
	}
	return d
}

// add adds a place, whose position follows from its seat.
func (d *division) add(l *land, p place) {
	p.at = l.oases[p.oasis].place(p.seat)
	d.places = append(d.places, p)
}

// placeCommunities lays the neighbourhoods of the county town in six columns, three on each bank.
func (d *division) placeCommunities(l *land) {
	r := stream("communities")
	town := countyTown().centre
	for _, u := range []int{-19, -12, -5, 6, 13, 20} {
		for _, v := range []int{-17, -6, 5, 16} {
			at := step{town.u + u + r.IntN(3) - 1, town.v + v + r.IntN(3) - 1}
			street, urban := 0, "111"
			if l.eastOfRiver(l.oases[central].place(at)) {
				street = 1
			}
			if abs(u) > 15 && abs(v) > 10 {
				urban = "112"
			}
			d.add(l, place{township: street, oasis: central, seat: at, kind: coverage.UnitResidents, urban: urban})
		}
	}
}

// placeSeats gives every other township the committees of its seat.
func (d *division) placeSeats(l *land) {
	for i, plan := range d.plans[2:] {
		seat := place{township: i + 2, oasis: plan.oasis, seat: plan.seat, kind: coverage.UnitVillagers, urban: "210"}
		if plan.seatHas == 0 {
			d.add(l, seat)
			continue
		}
		seat.kind, seat.urban = coverage.UnitResidents, "121"
		if plan.kind == coverage.UnitTownshipLike || plan.kind == coverage.UnitFunctional {
			seat.urban = "123"
		}
		for range plan.seatHas {
			d.add(l, seat)
			seat.seat.u += 12
		}
	}
	const kaner = 6 // the township of the far west
	d.add(l, place{township: kaner, oasis: pasture, kind: coverage.UnitVillagers, urban: "220"})
	d.add(l, place{township: kaner, oasis: sandSea, kind: coverage.UnitVillagers, urban: "220"})
}

// placeVillages throws villages onto the rest of the irrigated land, never two closer than villageGap, and gives each to the township
// whose seat in the same oasis is nearest.
func (d *division) placeVillages(l *land) {
	r := stream("villages")
	town := l.oases[central].place(countyTown().centre)
	for o := upper; o <= farm; o++ {
		oasis := &l.oases[o]
		var free []step
		u, v := oasis.reach()
		for i := -u / 4; i <= u/4; i++ {
			for j := -v / 4; j <= v/4; j++ {
				if s := (step{4 * i, 4 * j}); oasis.fill(s) < 0.92 {
					free = append(free, s)
				}
			}
		}
		r.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
		for _, s := range free {
			at := oasis.place(s)
			if distance(at, town) > townClear && d.clear(at, villageGap) {
				township := d.nearestSeat(l, o, at)
				d.add(l, place{township: township, oasis: o, seat: s, kind: villageKind(d.plans[township].kind),
					urban: d.villageClass(l, township, at)})
			}
		}
	}
}

func (d *division) clear(at orb.Point, gap float64) bool {
	return !slices.ContainsFunc(d.places, func(p place) bool { return distance(p.at, at) < gap })
}

func (d *division) nearestSeat(l *land, o oasisID, at orb.Point) int {
	best, bestDistance := -1, 0.0
	for i, plan := range d.plans[2:] {
		if plan.oasis != o {
			continue
		}
		if away := distance(l.oases[o].place(plan.seat), at); best < 0 || away < bestDistance {
			best, bestDistance = i+2, away
		}
	}
	return best
}

func villageKind(township coverage.UnitKind) coverage.UnitKind {
	if township == coverage.UnitTownshipLike || township == coverage.UnitFunctional {
		return coverage.UnitVillageLike
	}
	return coverage.UnitVillagers
}

// villageClass is 122 for the villages around a town, 220 for the others.
func (d *division) villageClass(l *land, township int, at orb.Point) string {
	plan := d.plans[township]
	if plan.kind == coverage.UnitTown && distance(l.oases[plan.oasis].place(plan.seat), at) < 3500 {
		return "122"
	}
	return "220"
}

// nameAndNumber gives codes in the order of the township's places, communities from 001, villages from 200, village-like units from 500,
// and sorts the places by code.
func (d *division) nameAndNumber() {
	names, communities := newPlaceNames(stream("names")), communityNames()
	count := map[string]int{}
	for i := range d.places {
		p := &d.places[i]
		first := map[coverage.UnitKind]int{coverage.UnitResidents: 1, coverage.UnitVillagers: 200, coverage.UnitVillageLike: 500}[p.kind]
		series := fmt.Sprint(p.township, p.kind)
		p.code = fmt.Sprintf("%s%s%03d", countyPrefix, d.plans[p.township].code, first+count[series])
		count[series]++
		switch {
		case p.oasis == sandSea:
			p.name = "沙海村"
		case p.isCommunity() && p.township < 2:
			p.name, communities = communities[0]+"社区", communities[1:]
		case p.isCommunity():
			p.name = d.seatName(p.township) + []string{"东", "西"}[count[series]%2] + "社区"
		default:
			p.name = names.next() + "村"
		}
	}
	slices.SortFunc(d.places, func(a, b place) int { return cmp.Compare(a.code, b.code) })
}

// seatName is the township's name without its kind.
func (d *division) seatName(township int) string {
	name := []rune(d.plans[township].name)
	if d.plans[township].kind == coverage.UnitTown {
		return string(name[:len(name)-1])
	}
	return string(name)
}

// cores lists the built-up squares of an oasis.
func (d *division) cores(o oasisID) []core {
	var cores []core
	if o == central {
		cores = append(cores, countyTown())
	}
	for _, p := range d.places {
		switch {
		case p.oasis != o || p.township < 2:
		case p.isCommunity():
			cores = append(cores, core{centre: p.seat, half: townCoreHalf})
		default:
			cores = append(cores, core{centre: p.seat, half: villageCore})
		}
	}
	return cores
}

// placeAt returns the index of the place that holds a position, ok false outside the county.
func (d *division) placeAt(at orb.Point) (index int, ok bool) {
	for i := range d.places {
		if d.places[i].bound.Contains(at) && planar.MultiPolygonContains(d.places[i].area, at) {
			return i, true
		}
	}
	return 0, false
}

// units lists the prefecture, the county, the townships and the villages, ordered by code.
func (d *division) units() []coverage.Unit {
	all := make([]int, len(d.places))
	members := make([][]int, len(d.plans))
	for i, p := range d.places {
		all[i] = i
		members[p.township] = append(members[p.township], i)
	}
	whole := onEarth(d.tiles.join(all))
	units := []coverage.Unit{
		{Code: prefectureCode, Name: prefectureName, NameEn: "Shifan Prefecture (invented)", Level: coverage.LevelPrefecture,
			Kind: coverage.UnitPrefecture, Parent: coverage.ParentCode(prefectureCode), Geometry: whole},
		{Code: countyCode, Name: countyName, NameEn: countyNameEn, Level: coverage.LevelCounty, Kind: coverage.UnitCounty,
			Parent: prefectureCode, Geometry: whole},
	}
	for i, plan := range d.plans {
		code := countyPrefix + plan.code + "000"
		units = append(units, coverage.Unit{Code: code, Name: plan.name, NameEn: plan.nameEn, Level: coverage.LevelTownship,
			Kind: plan.kind, Parent: countyCode, Geometry: onEarth(d.tiles.join(members[i]))})
	}
	for _, p := range d.places {
		units = append(units, coverage.Unit{Code: p.code, Name: p.name, Level: coverage.LevelVillage, Kind: p.kind, UrbanRural: p.urban,
			Parent: coverage.ParentCode(p.code), Geometry: onEarth(p.area)})
	}
	for i := range units {
		units[i].Statutory = coverage.StatutoryCode(units[i].Code)
		units[i].ValidFrom = "2017"
	}
	slices.SortFunc(units, func(a, b coverage.Unit) int { return cmp.Compare(a.Code, b.Code) })
	return units
}
