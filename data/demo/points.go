package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"lawcircle/coverage"
)

// dataDate is the day of which the demonstration speaks: the plan's second year is over, its third about to begin.
const dataDate coverage.Date = "2019-12-31"

// stages says how many of a kind of point are at which stage; the remaining hosts stay candidates.
type stages struct {
	in2018, in2019, building, planned float64 // shares of the hosts
	closed                            int     // of those built
}

// opener sets up service points in hosts.
type opener struct {
	r      *rand.Rand
	hosts  []premises
	points []coverage.ServicePoint
}

// open makes the service points, ordered as their hosts are. A point has the id of its host, as in the table it is handed in with.
func open(hosts []premises) []coverage.ServicePoint {
	o := &opener{r: stream("points"), hosts: hosts}
	o.openShare(coverage.TierStudio, stages{0.33, 0.16, 0.08, 0.30, 3}, coverage.HostVillageCommittee, coverage.HostCommunityCentre)
	o.openShare(coverage.TierPost, stages{0.31, 0.10, 0.06, 0.25, 4}, coverage.HostPolicePost)
	o.openStations()
	o.openInstitutions()
	slices.SortFunc(o.points, func(a, b coverage.ServicePoint) int { return compareID(a.ID, b.ID) })
	return o.points
}

// openShare opens points in hosts of some kinds, in a random order in which the ready ones come first.
func (o *opener) openShare(tier coverage.Tier, s stages, kinds ...coverage.HostKind) {
	var hosts []premises
	for _, h := range o.hosts {
		if slices.Contains(kinds, h.Kind) && !h.cutOff {
			hosts = append(hosts, h)
		}
	}
	o.r.Shuffle(len(hosts), func(i, j int) { hosts[i], hosts[j] = hosts[j], hosts[i] })
	slices.SortStableFunc(hosts, func(a, b premises) int { return readiness(b) - readiness(a) })
	upTo := func(share float64) int { return int(share * float64(len(hosts))) }
	first, second := upTo(s.in2018), upTo(s.in2018+s.in2019)
	building, planned := upTo(s.in2018+s.in2019+s.building), upTo(s.in2018+s.in2019+s.building+s.planned)
	for i, h := range hosts[:planned] {
		p := o.fit(h, tier)
		switch {
		case i < s.closed:
			o.built(&p, 2018)
			p.Status, p.ClosedOn = coverage.StatusClosed, o.day(2019, 5, 11)
		case i == s.closed:
			o.built(&p, 2018)
			p.Status = coverage.StatusSuspended
		case i < first:
			o.built(&p, 2018)
		case i < second:
			o.built(&p, 2019)
		case i < building:
			p.Status, p.PlannedOn, p.StaffFull, p.StaffPart = coverage.StatusBuilding, "2020-03", nil, nil
		default:
			p.Status, p.PlannedOn, p.StaffFull, p.StaffPart = coverage.StatusPlanned, coverage.Date(fmt.Sprintf("2020-%02d", 4+o.r.IntN(9))), nil, nil
		}
		o.points = append(o.points, p)
	}
}

// readiness orders hosts: ready ones, those of which nothing is said, those that are not ready.
func readiness(h premises) int {
	switch {
	case h.Ready == nil:
		return 0
	case *h.Ready:
		return 1
	default:
		return -1
	}
}

// fit makes a point of a tier in a host, with equipment and staff as such points have them.
func (o *opener) fit(h premises, tier coverage.Tier) coverage.ServicePoint {
	p := coverage.ServicePoint{ID: h.ID, HostID: h.ID, Name: h.Name, Tier: tier, Point: h.Point, Code: h.Code,
		Bilingual: o.flag(0.7), Board: o.flag(0.9), BookCorner: o.flag(0.7), StreetFront: o.flag(0.6), GroundFloor: o.flag(0.8),
		Accessible: o.flag(0.4), Level: o.level(tier)}
	full, part, area := 0, 1, 12
	switch tier {
	case coverage.TierCentre:
		full, part, area = 4, 2, 240
	case coverage.TierStation:
		full, part, area = 1, 1, 60
	case coverage.TierOther:
		full, part, area = 5, 0, 110
	case coverage.TierStudio:
		full, part, area = 0, 1+o.r.IntN(2), 20
	}
	p.AreaM2 = float64(area + o.r.IntN(area))
	p.StaffFull, p.StaffPart = &full, &part
	p.OpeningHours = openingHours(p.Level, o.r.IntN(3))
	return p
}

// level draws the presence of a point: posts are often a board with phone numbers only.
func (o *opener) level(tier coverage.Tier) coverage.ServiceLevel {
	board, duty := 0.0, 0.0
	switch tier {
	case coverage.TierPost:
		board, duty = 0.45, 0.9
	case coverage.TierStudio:
		board, duty = 0.2, 0.85
	}
	switch roll := o.r.Float64(); {
	case tier == coverage.TierStudio && roll > 0.97:
		return "" // nobody filled it in
	case roll < board:
		return coverage.LevelBoard
	case roll < duty:
		return coverage.LevelDuty
	default:
		return coverage.LevelResident
	}
}

// openingHours are in the time that offices of the region keep, two hours behind the clock.
func openingHours(level coverage.ServiceLevel, variant int) string {
	switch level {
	case coverage.LevelResident:
		return "Mo-Fr 10:00-14:00,15:30-19:30"
	case coverage.LevelDuty:
		return []string{"Tu,Th 10:00-14:00", "Mo,We,Fr 16:00-19:00", "We 10:00-14:00,15:30-18:30"}[variant]
	default:
		return ""
	}
}

// flag draws a yes or no; now and then the table says nothing.
func (o *opener) flag(yes float64) *bool {
	value := chance(o.r, yes)
	if chance(o.r, 0.06) {
		return nil
	}
	return &value
}

// built dates a point planned in December 2017 and finished in the given year.
func (o *opener) built(p *coverage.ServicePoint, year int) {
	p.Status, p.PlannedOn = coverage.StatusBuilt, "2017-12"
	month := 3 + o.r.IntN(8)
	p.OpenedOn = o.day(year, month, month)
	p.AcceptedOn = o.day(year, month+1, min(month+2, 12))
}

func (o *opener) day(year, fromMonth, toMonth int) coverage.Date {
	return coverage.Date(fmt.Sprintf("%d-%02d-%02d", year, fromMonth+o.r.IntN(toMonth-fromMonth+1), 1+o.r.IntN(28)))
}

// openStations opens a station in every judicial office: three pilots in 2018, the others in 2019, one late and one only planned.
func (o *opener) openStations() {
	pilots := map[string]bool{"SFS-001": true, "SFS-004": true, "SFS-007": true}
	for _, h := range o.hosts {
		if h.Kind != coverage.HostJudicialOffice {
			continue
		}
		p := o.fit(h, coverage.TierStation)
		switch {
		case pilots[h.ID]:
			o.built(&p, 2018)
		case h.ID == "SFS-012":
			p.Status, p.PlannedOn, p.StaffFull, p.StaffPart = coverage.StatusBuilding, "2020-02", nil, nil
		case h.ID == "SFS-013":
			p.Status, p.PlannedOn, p.StaffFull, p.StaffPart = coverage.StatusPlanned, "2020-06", nil, nil
		default:
			o.built(&p, 2019)
		}
		switch h.ID {
		case "SFS-005", "SFS-009": // below the plan's two staff
			*p.StaffPart = 0
		case "SFS-010": // nobody has said
			p.StaffFull, p.StaffPart = nil, nil
		}
		o.points = append(o.points, p)
	}
}

// openInstitutions opens the centres in the legal aid centres, and counts every institution as a point of its own.
func (o *opener) openInstitutions() {
	for _, h := range o.hosts {
		switch {
		case h.Kind == coverage.HostLegalAidCentre:
			p := o.fit(h, coverage.TierCentre)
			o.built(&p, 2018)
			yes := true
			p.StreetFront, p.GroundFloor, p.Bilingual = &yes, &yes, &yes
			o.points = append(o.points, p)
		case h.Kind.IsInstitution():
			p := o.fit(h, coverage.TierOther)
			p.Status, p.OpenedOn = coverage.StatusBuilt, "2016"
			o.points = append(o.points, p)
		}
	}
	mobile := coverage.ServicePoint{ID: "LD-001", Name: "示范县流动公共法律服务车", Tier: coverage.TierMobile, Level: coverage.LevelDuty,
		Status: coverage.StatusBuilt, OpenedOn: "2018-09-03", OpeningHours: "Tu,Th 10:00-14:00"}
	for _, h := range o.hosts {
		if h.Kind == coverage.HostNotary {
			mobile.Point, mobile.Code = h.Point, h.Code
		}
	}
	o.points = append(o.points, mobile)
}
