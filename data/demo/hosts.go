package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// premises is a host under construction with the place that it stands in.
type premises struct {
	coverage.Host
	place  int
	cutOff bool // on the roads that lead nowhere: no point is ever opened there
}

const inventedAddress = "演示数据，非真实地址"

// builder puts up the hosts of the county.
type builder struct {
	*ground
	r     *rand.Rand
	hosts []premises
	count map[coverage.HostKind]int
}

// buildPremises makes all premises, in the order of their kinds.
func buildPremises(g *ground) []premises {
	b := &builder{ground: g, r: stream("hosts"), count: map[coverage.HostKind]int{}}
	b.committees()
	b.offices()
	b.institutions()
	b.policePosts()
	return b.hosts
}

func (b *builder) put(kind coverage.HostKind, name string, place int, at orb.Point) *premises {
	b.count[kind]++
	prefix := map[coverage.HostKind]string{
		coverage.HostPolicePost: "JWZ", coverage.HostJudicialOffice: "SFS", coverage.HostVillageCommittee: "CWH",
		coverage.HostCommunityCentre: "SQ", coverage.HostGovernanceCentre: "ZZ", coverage.HostLegalAidCentre: "FY",
		coverage.HostLawFirm: "LS", coverage.HostNotary: "GZ", coverage.HostGrassrootsOffice: "JC",
		coverage.HostCorrectionCentre: "JZ", coverage.HostMediationCentre: "TJ",
	}[kind]
	b.hosts = append(b.hosts, premises{place: place, cutOff: b.places[place].oasis == sandSea, Host: coverage.Host{ID: fmt.Sprintf("%s-%03d", prefix, b.count[kind]), Kind: kind,
		Name: name, Code: b.places[place].code, Point: wgs84(at), Address: b.places[place].name + "（" + inventedAddress + "）"}})
	return &b.hosts[len(b.hosts)-1]
}

// near is a position beside a road of the place, between two distances from its middle; the middle itself when there is none.
func (b *builder) near(place int, least, most float64) orb.Point {
	spots := b.within(place, b.places[place].at, least, most)
	if len(spots) == 0 {
		return b.places[place].at
	}
	return b.beside(b.r, place, spots[b.r.IntN(min(len(spots), 12))])
}

// committees gives every place its committee, which a studio may lean on.
func (b *builder) committees() {
	for i, p := range b.places {
		kind, name := coverage.HostVillageCommittee, p.name+"村民委员会"
		if p.isCommunity() {
			kind, name = coverage.HostCommunityCentre, p.name+"服务中心"
		}
		h := b.put(kind, name, i, b.near(i, 0, 250))
		h.SetUpCost = 1000 * float64(20+b.r.IntN(30))
		if ready := chance(b.r, 0.7); !chance(b.r, 0.1) {
			h.Ready = &ready
		}
	}
}

// seatOf is the place where a township's offices stand: the one nearest to its planned seat.
func (d *division) seatOf(l *land, township int) int {
	plan := d.plans[township]
	seat := l.oases[plan.oasis].place(plan.seat)
	best := -1
	for i, p := range d.places {
		if p.township == township && (best < 0 || distance(p.at, seat) < distance(d.places[best].at, seat)) {
			best = i
		}
	}
	return best
}

// offices gives the townships their judicial office and most of them a governance centre.
func (b *builder) offices() {
	for t, plan := range b.plans {
		seat := b.seatOf(b.land, t)
		if plan.kind != coverage.UnitTownshipLike || plan.code == "401" { // the mine has no judicial office
			b.put(coverage.HostJudicialOffice, plan.name+"司法所", seat, b.near(seat, 100, 400)).SetUpCost = 1000 * float64(60+b.r.IntN(60))
		}
		if t%3 != 1 {
			b.put(coverage.HostGovernanceCentre, plan.name+"综治中心", seat, b.near(seat, 100, 500)).SetUpCost = 1000 * float64(50+b.r.IntN(50))
		}
	}
}

// institutions stand in the county town, but for one grassroots office.
func (b *builder) institutions() {
	place := func(name string) int {
		for i, p := range b.places {
			if p.name == name {
				return i
			}
		}
		return 0
	}
	for _, h := range []struct {
		kind        coverage.HostKind
		name, place string
	}{
		{coverage.HostLegalAidCentre, "示范地区法律援助中心", "文化社区"},
		{coverage.HostLegalAidCentre, "示范县法律援助中心", "团结社区"},
		{coverage.HostLawFirm, "示范绿洲律师事务所（虚构）", "光明社区"},
		{coverage.HostLawFirm, "示范红柳律师事务所（虚构）", "滨河社区"},
		{coverage.HostGrassrootsOffice, "示范县城区基层法律服务所（虚构）", "友好社区"},
		{coverage.HostGrassrootsOffice, "红柳镇基层法律服务所（虚构）", "红柳东社区"},
		{coverage.HostNotary, "示范县公证处（虚构）", "和平社区"},
		{coverage.HostCorrectionCentre, "示范县社区矫正中心", "朝阳社区"},
		{coverage.HostMediationCentre, "示范县矛盾纠纷调处中心", "幸福社区"},
	} {
		at := place(h.place)
		b.put(h.kind, h.name, at, b.near(at, 80, 400))
	}
	for i := range b.hosts {
		if b.hosts[i].Name == "示范地区法律援助中心" {
			b.hosts[i].Code = prefectureCode // it serves the prefecture, wherever it stands
		}
	}
}

// newTown is the street on the east bank: it grew fast, and its posts are the last to be ready, which leaves a gap among many people.
const newTown = 1

// policePosts stand dense in the towns, one to three in a village.
func (b *builder) policePosts() {
	for i, p := range b.places {
		number, gap := 1+b.r.IntN(2), 900.0
		switch {
		case p.oasis == sandSea:
			number = 0
		case p.isCommunity() && p.township < 2:
			number, gap = 5+b.r.IntN(2), 280
		case p.isCommunity():
			number, gap = 3, 350
		}
		for n, s := range b.scatter(b.r, b.within(i, p.at, 150, 2400), number, gap) {
			h := b.put(coverage.HostPolicePost, fmt.Sprintf("%s第%d便民警务站", p.name, n+1), i, b.beside(b.r, i, s))
			h.SetUpCost = 1000 * float64(8+b.r.IntN(10))
			if p.township == newTown && chance(b.r, 0.7) {
				ready := false
				h.Ready = &ready
			}
		}
	}
}
