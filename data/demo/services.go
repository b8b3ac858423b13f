package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"lawcircle/coverage"
)

func compareID(a, b string) int { return cmp.Compare(a, b) }

// offersOf lists what the built points offer: in person where somebody is there, by phone where only a board hangs.
func offersOf(hosts []premises, points []coverage.ServicePoint) []coverage.Offer {
	kind := map[string]coverage.HostKind{}
	for _, h := range hosts {
		kind[h.ID] = h.Kind
	}
	var offers []coverage.Offer
	for _, p := range points {
		if p.Status != coverage.StatusBuilt {
			continue
		}
		offers = append(offers, offersAt(p, kind[p.HostID])...)
	}
	return offers
}

func offersAt(p coverage.ServicePoint, kind coverage.HostKind) (offers []coverage.Offer) {
	add := func(mode coverage.Mode, services ...coverage.Service) {
		for _, s := range services {
			offers = append(offers, coverage.Offer{PointID: p.ID, Service: s, Mode: mode})
		}
	}
	if p.Level == coverage.LevelBoard {
		add(coverage.ModePhone, coverage.ServiceConsult, coverage.ServiceAidAccept)
		add(coverage.ModeOnSite, coverage.ServicePublicity)
		return offers
	}
	switch p.Tier {
	case coverage.TierCentre:
		add(coverage.ModeOnSite, coverage.ServiceConsult, coverage.ServiceAidAccept, coverage.ServiceAidAssign, coverage.ServiceMediation,
			coverage.ServicePublicity, coverage.ServiceLawyer)
		add(coverage.ModeAppointment, coverage.ServiceNotary, coverage.ServiceAppraisal)
		add(coverage.ModePhone, coverage.ServiceConsult)
		add(coverage.ModeVideo, coverage.ServiceConsult)
	case coverage.TierStation:
		add(coverage.ModeOnSite, coverage.ServiceConsult, coverage.ServiceAidAccept, coverage.ServiceMediation, coverage.ServicePublicity,
			coverage.ServiceResettle, coverage.ServiceCorrection)
	case coverage.TierStudio:
		add(coverage.ModeOnSite, coverage.ServiceConsult, coverage.ServiceMediation, coverage.ServicePublicity)
		add(coverage.ModeAppointment, coverage.ServiceAdviser)
	case coverage.TierPost:
		add(coverage.ModeOnSite, coverage.ServiceConsult, coverage.ServicePublicity)
		add(coverage.ModePhone, coverage.ServiceAidAccept)
	case coverage.TierMobile:
		add(coverage.ModeCircuit, coverage.ServiceNotary, coverage.ServiceAidAccept)
		for i := range offers {
			offers[i].NextVisit = "2020-01-07"
		}
	default:
		add(coverage.ModeOnSite, servicesOfInstitution(kind)...)
	}
	return offers
}

func servicesOfInstitution(kind coverage.HostKind) []coverage.Service {
	switch kind {
	case coverage.HostLawFirm:
		return []coverage.Service{coverage.ServiceConsult, coverage.ServiceLawyer}
	case coverage.HostGrassrootsOffice:
		return []coverage.Service{coverage.ServiceConsult, coverage.ServiceGrassroots}
	case coverage.HostNotary:
		return []coverage.Service{coverage.ServiceNotary}
	case coverage.HostCorrectionCentre:
		return []coverage.Service{coverage.ServiceCorrection, coverage.ServiceResettle}
	case coverage.HostMediationCentre:
		return []coverage.Service{coverage.ServiceMediation}
	default:
		return nil
	}
}

// hireAdvisers gives the law firms and grassroots offices their advisers, without names.
func hireAdvisers(hosts []premises) []coverage.Adviser {
	r := stream("advisers")
	var advisers []coverage.Adviser
	for _, h := range hosts {
		kind, number := "lawyer", 9
		switch h.Kind {
		case coverage.HostLawFirm:
		case coverage.HostGrassrootsOffice:
			kind, number = "grassroots_worker", 7
		default:
			continue
		}
		for range number {
			a := coverage.Adviser{ID: fmt.Sprintf("GW-%02d", len(advisers)+1), Kind: kind, Firm: h.ID, BaseHost: h.ID, Languages: []string{"zh"},
				Capacity: 4 + r.IntN(3)}
			if chance(r, 0.55) {
				a.Languages = []string{"ug", "zh"}
			}
			advisers = append(advisers, a)
		}
	}
	return advisers
}

// assign gives most villages an adviser, in turn, so that some have more than they can carry; a few villages have none and one adviser left.
func assign(units []coverage.Unit, advisers []coverage.Adviser) []coverage.Assignment {
	r := stream("assignments")
	var assignments []coverage.Assignment
	for _, u := range units {
		if u.Level != coverage.LevelVillage || chance(r, 0.07) {
			continue
		}
		a := coverage.Assignment{Village: u.Code, AdviserID: advisers[skewed(r, len(advisers))].ID, VisitsPlanned: 12, VisitsDone: 4 + r.IntN(9),
			From: coverage.Date(fmt.Sprintf("2018-%02d", 1+r.IntN(12)))}
		if chance(r, 0.04) {
			a.To = "2019-09-30"
		}
		assignments = append(assignments, a)
	}
	return assignments
}

// skewed draws an index below n, low ones more often.
func skewed(r *rand.Rand, n int) int { return min(r.IntN(n), r.IntN(n)+n/4) }

// pairPosts pairs most of the staffed police-post points with an adviser, some with a firm.
func pairPosts(points []coverage.ServicePoint, advisers []coverage.Adviser) []coverage.Pairing {
	r := stream("pairings")
	var pairings []coverage.Pairing
	for _, p := range points {
		if p.Tier != coverage.TierPost || p.Status != coverage.StatusBuilt || p.Level == coverage.LevelBoard || chance(r, 0.2) {
			continue
		}
		adviser := advisers[r.IntN(len(advisers))]
		partner := adviser.ID
		if chance(r, 0.15) {
			partner = adviser.Firm
		}
		pairings = append(pairings, coverage.Pairing{PostID: p.ID, PartnerID: partner, From: p.AcceptedOn, Visits: r.IntN(25)})
	}
	return pairings
}

// circuitsOf plans the notary's round of the township seats and a legal aid round of far villages.
func circuitsOf(hosts []premises, places []place) []coverage.Circuit {
	var seats, far []string
	notary := ""
	for _, h := range hosts {
		switch {
		case h.Kind == coverage.HostNotary:
			notary = h.ID
		case h.Kind == coverage.HostJudicialOffice:
			seats = append(seats, h.ID)
		case h.Kind == coverage.HostVillageCommittee && (places[h.place].oasis == upper || places[h.place].oasis == pasture):
			far = append(far, h.ID)
		}
	}
	return []coverage.Circuit{
		{ID: "XH-01", Name: "公证巡回（虚构）", Owner: notary, Service: coverage.ServiceNotary, Stops: seats, IntervalDays: 30, FirstDate: "2019-01-08"},
		{ID: "XH-02", Name: "流动法律援助（虚构）", Owner: "LD-001", Service: coverage.ServiceAidAccept, Stops: far, IntervalDays: 14, FirstDate: "2019-03-05"},
	}
}

// callsOf draws two years of calls to the hotline per township and month, ordered by unit and month.
func callsOf(units []coverage.Unit, settlements []coverage.Settlement) []coverage.Call {
	r := stream("calls")
	people := map[string]int64{}
	for _, s := range settlements {
		people[coverage.ParentCode(s.Code)] += s.People.Count
	}
	var calls []coverage.Call
	for _, u := range units {
		if u.Level != coverage.LevelTownship {
			continue
		}
		for month := range 24 {
			expected := float64(people[u.Code]) / 1000 * (0.8 + float64(month)/40)
			calls = append(calls, coverage.Call{Code: u.Code, Month: coverage.Date(fmt.Sprintf("%d-%02d", 2018+month/12, 1+month%12)),
				Calls: int64(expected * between(r, 0.7, 1.3))})
		}
	}
	return calls
}

// targetsOf are the plan's rows, and the one on advisers at four tiers, which is reported rather than computed.
func targetsOf() []coverage.Target {
	targets := append(coverage.PlanTargets(), coverage.Target{ID: "adviser_tiers-2020", Indicator: "adviser_tiers",
		UnitLevel: coverage.LevelCounty, Year: 2020, Op: ">=", Value: 1, Clause: "六（四）2020年底四级政府及其工作部门法律顾问全覆盖"})
	slices.SortFunc(targets, func(a, b coverage.Target) int { return compareID(a.ID, b.ID) })
	return targets
}

// measuresOf are survey results and reported values.
func measuresOf(units []coverage.Unit) []coverage.Measure {
	r := stream("measures")
	var measures []coverage.Measure
	put := func(indicator, unit string, date coverage.Date, num, den float64) {
		measures = append(measures, coverage.Measure{Indicator: indicator, Unit: unit, Date: date, Num: num, Den: den, Value: round(num/den, 4), Source: peopleSource})
	}
	put("adviser_tiers", countyCode, "2019-12-31", 96, 131)
	for _, year := range []coverage.Date{"2018-12", "2019-12"} {
		put("awareness", countyCode, year, float64(300+r.IntN(80)), 600)
		for _, u := range units {
			if u.Level == coverage.LevelTownship {
				put("satisfaction", u.Code, year, float64(78+r.IntN(20)), 100)
			}
		}
	}
	slices.SortStableFunc(measures, func(a, b coverage.Measure) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Date, b.Date))
	})
	return measures
}
