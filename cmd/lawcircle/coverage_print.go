package main

import (
	"fmt"

	"lawcircle/coverage"
)

// sumsJSON is a set of sums as the command line and its readers see it. Shares are null where there is nothing to divide by.
type sumsJSON struct {
	People               int64    `json:"people"`
	PeopleCovered        int64    `json:"people_covered"`
	PeopleUncovered      int64    `json:"people_uncovered"`
	PeopleUnknown        int64    `json:"people_unknown"`
	PeopleShare          *float64 `json:"people_share"`
	Settlements          int      `json:"settlements"`
	SettlementsCovered   int      `json:"settlements_covered"`
	SettlementsUncovered int      `json:"settlements_uncovered"`
	SettlementsUnknown   int      `json:"settlements_unknown"`
	SettlementsShare     *float64 `json:"settlements_share"`
	PeopleMissing        int      `json:"settlements_without_people"`
}

func toSums(s coverage.Sums) sumsJSON {
	return sumsJSON{s.People, s.PeopleCovered, s.PeopleUncovered, s.PeopleUnknown, optional(s.PeopleShare()),
		s.Settlements, s.SettlementsCovered, s.SettlementsUncovered, s.SettlementsUnknown, optional(s.SettlementsShare()), s.PeopleMissing}
}

func optional(value float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &value
}

type areaJSON struct {
	Code  string `json:"admin_code"`
	Name  string `json:"name"`
	Level int    `json:"level"`
	sumsJSON
	Built      int      `json:"built"`
	Should     int      `json:"should_be_built"`
	BuiltShare *float64 `json:"built_share"`
}

type coverageOutput struct {
	Run        coverage.Run `json:"run"`
	Facilities int          `json:"points_counted"`
	LevelBlank int          `json:"points_level_unknown"`
	DateBlank  int          `json:"points_date_unknown"`
	HoursBlank int          `json:"points_hours_unknown"`
	NoRoads    bool         `json:"no_roads"` // figures are straight walks only
	Totals     sumsJSON     `json:"totals"`
	Areas      []areaJSON   `json:"areas"`
	Unassigned *sumsJSON    `json:"unassigned"`
}

func coverageJSON(run coverage.Run, r *coverage.Result) coverageOutput {
	out := coverageOutput{Run: run, Facilities: len(r.Selection.Facilities), LevelBlank: r.Selection.LevelUnknown,
		DateBlank: r.Selection.DateUnknown, HoursBlank: r.Selection.HoursUnknown, NoRoads: r.NoRoads(), Totals: toSums(r.Totals), Areas: []areaJSON{}}
	for _, a := range r.Areas {
		out.Areas = append(out.Areas, areaJSON{a.Unit.Code, a.Unit.Name, int(a.Unit.Level), toSums(a.Sums), a.Built.Built, a.Built.Should,
			optional(a.Built.Share())})
	}
	if r.Unassigned != nil {
		sums := toSums(*r.Unassigned)
		out.Unassigned = &sums
	}
	return out
}

// printCoverage shows the result to a person: totals, then townships and above.
func printCoverage(term *terminal, county *coverage.County, run coverage.Run, r *coverage.Result) {
	sayInvented(term, county)
	term.say("%s　方式 %s　时限 %g 分钟　计入服务点 %d　运行 %s", "%s, by %s within %g min, %d points count, run %s", county.Name, r.Query.Profile, r.Query.Limit.Minutes(),
		len(r.Selection.Facilities), run.ID)
	printSums(term, r)
}

// printRule does the same for a composite rule: what it asks for stands where a query has one profile and limit.
func printRule(term *terminal, county *coverage.County, run coverage.Run, judged *coverage.RuleResult) {
	sayInvented(term, county)
	term.say("%s　规则 %s　要求 %s（分钟）　运行 %s", "%s, rule %s, needs %s (minutes), run %s", county.Name, judged.Rule.ID, needsOf(judged.Rule), run.ID)
	printSums(term, judged.Result)
}

func sayInvented(term *terminal, county *coverage.County) {
	if county.Synthetic {
		term.printf("【演示数据·虚构 / synthetic demonstration data】")
	}
}

func printSums(term *terminal, r *coverage.Result) {
	t := r.Totals
	term.say("人口　　覆盖 %d　未覆盖 %d　未知 %d　合计 %d　覆盖率 %s（覆盖人口 ÷ 全部人口）", "people: %d covered, %d not, %d unknown, %d in all, %s covered (of all people)", t.PeopleCovered, t.PeopleUncovered,
		t.PeopleUnknown, t.People, percent(t.PeopleShare()))
	term.say("居民点　覆盖 %d　未覆盖 %d　未知 %d　合计 %d　覆盖率 %s", "settlements: %d covered, %d not, %d unknown, %d in all, %s covered", t.SettlementsCovered, t.SettlementsUncovered,
		t.SettlementsUnknown, t.Settlements, percent(t.SettlementsShare()))
	if len(r.Areas) == 0 {
		return
	}
	term.printf("")
	rows := term.heads([]string{"区划代码", "名称", "人口", "覆盖人口", "覆盖率", "居民点", "覆盖", "应建", "已建", "建成率"},
		[]string{"code", "name", "people", "covered", "share", "settlements", "covered", "should exist", "built", "built share"})
	for _, a := range r.Areas {
		if a.Unit.Level <= coverage.LevelTownship {
			rows = append(rows, []string{a.Unit.Code, a.Unit.Name, fmt.Sprint(a.People), fmt.Sprint(a.PeopleCovered), percent(a.PeopleShare()),
				fmt.Sprint(a.Settlements), fmt.Sprint(a.SettlementsCovered), fmt.Sprint(a.Built.Should), fmt.Sprint(a.Built.Built), percent(a.Built.Share())})
		}
	}
	term.table(rows)
}

func percent(value float64, ok bool) string {
	if !ok {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", value*100)
}
