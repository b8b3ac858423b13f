package demo

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// itemsOf names most of what the plan only counts, as an example; the last of each list stays for the user to define.
func itemsOf() []coverage.ChecklistItem {
	titles := map[string][2]string{
		"county-1": {"法治文化公园（示例）", "Park of legal culture (example)"}, "county-2": {"法治宣传教育基地（示例）", "Base of legal education (example)"},
		"county-3": {"普法讲师团（示例）", "Lecturers' team (example)"}, "county-4": {"普法公众号（示例）", "Public account (example)"},
		"township-1": {"法治文化广场（示例）", "Square of legal culture (example)"}, "township-2": {"法治宣传栏（示例）", "Notice boards (example)"},
		"township-3": {"法治副校长（示例）", "Legal vice-headmaster (example)"},
		"village-1":  {"法治文化墙（示例）", "Wall of legal culture (example)"}, "village-2": {"法律图书角（示例）", "Corner of law books (example)"},
	}
	items := coverage.PlanChecklist()
	for i := range items {
		title := titles[items[i].ID]
		items[i].Title, items[i].TitleEn = title[0], title[1]
	}
	slices.SortFunc(items, func(a, b coverage.ChecklistItem) int {
		if a.UnitLevel != b.UnitLevel {
			return int(a.UnitLevel - b.UnitLevel)
		}
		return compareID(a.ID, b.ID)
	})
	return items
}

// marksOf reports what units have by the end of 2019. Some villages report nothing; what a village lacks is said of some. What is built
// stands where a settlement of the unit is.
func marksOf(units []coverage.Unit, items []coverage.ChecklistItem, settlements []coverage.Settlement) []coverage.ChecklistMark {
	r := stream("checklist")
	at := placesOf(units, settlements)
	likely := map[coverage.UnitLevel]float64{coverage.LevelCounty: 0.9, coverage.LevelTownship: 0.8, coverage.LevelVillage: 0.7}
	var marks []coverage.ChecklistMark
	for _, u := range units {
		if u.Level == coverage.LevelVillage && chance(r, 0.25) {
			continue // nobody has reported
		}
		for _, item := range items {
			if item.UnitLevel != u.Level {
				continue
			}
			done := chance(r, likely[u.Level])
			if !done && chance(r, 0.5) {
				continue // not reported
			}
			mark := coverage.ChecklistMark{Code: u.Code, ItemID: item.ID, Done: &done, Note: "虚构"}
			if done {
				mark.DoneOn = coverage.Date(fmt.Sprintf("%d-%02d", 2018+r.IntN(2), 1+r.IntN(12)))
				mark.Point = standing(item, at[u.Code])
			}
			marks = append(marks, mark)
		}
	}
	return marks
}

// placesOf gives every unit the position of its first settlement, or of the first below it.
func placesOf(units []coverage.Unit, settlements []coverage.Settlement) map[string]*orb.Point {
	at := map[string]*orb.Point{}
	for i := range settlements {
		for code := settlements[i].Code; code != ""; code = coverage.ParentCode(code) {
			if at[code] == nil {
				at[code] = &settlements[i].Point
			}
		}
	}
	return at
}

// standing copies a position for what is built; lecturers and the like stand nowhere.
func standing(item coverage.ChecklistItem, at *orb.Point) *orb.Point {
	built := []string{"county-1", "county-2", "township-1", "village-1"}
	if at == nil || !slices.Contains(built, item.ID) {
		return nil
	}
	p := *at
	return &p
}

// honoursOf gives some villages, and invented schools and enterprises, their titles. One has been taken back.
func honoursOf(units []coverage.Unit, settlements []coverage.Settlement) []coverage.Honour {
	r := stream("honours")
	at := placesOf(units, settlements)
	var honours []coverage.Honour
	for _, u := range units {
		year := coverage.Date(fmt.Sprintf("%d-12", 2017+r.IntN(3)))
		switch {
		case u.Level == coverage.LevelVillage && chance(r, 0.2):
			honours = append(honours, coverage.Honour{Code: u.Code, Kind: coverage.HonourVillage, Name: u.Name, AwardedOn: year, Note: "虚构", Point: at[u.Code]})
		case u.Level == coverage.LevelTownship && chance(r, 0.6):
			honours = append(honours, coverage.Honour{Code: u.Code, Kind: coverage.HonourSchool, Name: u.Name + "中心小学", AwardedOn: year, Note: "虚构"})
		case u.Level == coverage.LevelCounty:
			honours = append(honours, coverage.Honour{Code: u.Code, Kind: coverage.HonourEnterprise, Name: "某某葡萄酒有限公司", AwardedOn: "2018", Note: "虚构"},
				coverage.Honour{Code: u.Code, Kind: coverage.HonourEnterprise, Name: "某某棉业有限公司", AwardedOn: "2017", RevokedOn: "2019-03", Note: "虚构"})
		}
	}
	slices.SortStableFunc(honours, func(a, b coverage.Honour) int {
		return cmp.Or(compareID(a.Code, b.Code), cmp.Compare(a.Kind, b.Kind), compareID(a.Name, b.Name))
	})
	return honours
}

// dedicate says of centres, stations and studios whether they have premises of their own for visitors.
func dedicate(points []coverage.ServicePoint) {
	r := stream("dedicated")
	for i := range points {
		own := chance(r, 0.7)
		if stated := chance(r, 0.9); stated && points[i].Tier != coverage.TierPost && points[i].Tier != coverage.TierMobile {
			points[i].Dedicated = &own
		}
	}
}

// mediationOf reports committees, mediators and cases of villages and townships for 2018 and 2019, and of two domains at the county.
func mediationOf(units []coverage.Unit) []coverage.Mediation {
	r := stream("mediation")
	var reports []coverage.Mediation
	report := func(code, domain string, date coverage.Date, committee bool, mediators int) {
		full, cases := r.IntN(mediators+1)/2, mediators*(3+r.IntN(12))
		m := coverage.Mediation{Code: code, Domain: domain, Date: date, Committee: &committee, Mediators: &mediators, MediatorsFull: &full, Cases: &cases}
		if !committee {
			none := 0
			m.Mediators, m.MediatorsFull, m.Cases = &none, &none, &none
		}
		reports = append(reports, m)
	}
	for _, u := range units {
		switch u.Level {
		case coverage.LevelVillage:
			if !chance(r, 0.08) { // some report nothing
				report(u.Code, "", "2019", chance(r, 0.95), 2+r.IntN(4))
			}
		case coverage.LevelTownship:
			report(u.Code, "", "2018", true, 4+r.IntN(4))
			report(u.Code, "", "2019", true, 4+r.IntN(6))
		case coverage.LevelCounty:
			for _, domain := range []string{"劳资", "医疗", "物业"} {
				report(u.Code, domain, "2019", true, 3+r.IntN(5))
			}
		}
	}
	slices.SortStableFunc(reports, func(a, b coverage.Mediation) int {
		return cmp.Or(compareID(a.Code, b.Code), cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.Date, b.Date))
	})
	return reports
}
