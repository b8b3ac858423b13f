package coverage

import (
	"fmt"
	"math"
	"slices"
)

// IndicatorKind names what a target measures.
type IndicatorKind string

// Indicators of the plan. Rates are shares from 0 to 1, the others counts.
const (
	IndicatorStudioRate     IndicatorKind = "studio_rate"     // villages with a studio
	IndicatorPostRate       IndicatorKind = "post_rate"       // police posts with a service point
	IndicatorStationRate    IndicatorKind = "station_rate"    // townships with a station
	IndicatorStationPilots  IndicatorKind = "station_pilots"  // stations in the county
	IndicatorCentreRate     IndicatorKind = "centre_rate"     // counties and the prefecture with a centre
	IndicatorCentreStaff    IndicatorKind = "centre_staff"    // centres with at least 3 staff
	IndicatorStationStaff   IndicatorKind = "station_staff"   // stations with at least 2 staff
	IndicatorAdviserRate    IndicatorKind = "adviser_rate"    // villages with an adviser
	IndicatorCorrectionRate IndicatorKind = "correction_rate" // counties with a correction centre
)

// indicatorTitle holds the names shown to people.
func indicatorTitles() vocabulary[IndicatorKind] {
	return vocabulary[IndicatorKind]{
		{IndicatorStudioRate, "村（社区）公共法律服务工作室建成率", "Villages with a studio"},
		{IndicatorPostRate, "便民警务站法律服务点建成率", "Police posts with a legal service point"},
		{IndicatorStationRate, "乡镇（街道）公共法律服务工作站建成率", "Townships with a station"},
		{IndicatorStationPilots, "试点乡镇工作站数", "Pilot township stations"},
		{IndicatorCentreRate, "公共法律服务中心建成率", "Counties with a centre"},
		{IndicatorCentreStaff, "中心专（兼）职人员不少于3人", "Centres with at least 3 staff"},
		{IndicatorStationStaff, "工作站人员不少于2人", "Stations with at least 2 staff"},
		{IndicatorAdviserRate, "村（社区）法律顾问覆盖率", "Villages with a legal adviser"},
		{IndicatorCorrectionRate, "社区矫正中心建成率", "Counties with a correction centre"},
	}
}

// Zh returns the Chinese title, or the code itself when it is unknown.
func (k IndicatorKind) Zh() string { return zhOr(indicatorTitles(), k) }

// En returns the English title, or the code itself when it is unknown.
func (k IndicatorKind) En() string {
	if t, ok := indicatorTitles().find(k); ok {
		return t.en
	}
	return string(k)
}

// PlanTargets returns the starting rows of the target table: the dated goals of the Turpan plan of 4 December 2017. Users may edit them.
func PlanTargets() []Target {
	row := func(k IndicatorKind, level UnitLevel, year int, value float64, clause string) Target {
		return Target{fmt.Sprintf("%s-%d", k, year), string(k), level, "", year, ">=", value, clause}
	}
	return []Target{
		row(IndicatorAdviserRate, LevelCounty, 2018, 1, "四（七）村（社区）法律顾问 2018年底前全覆盖"),
		row(IndicatorCentreRate, LevelCounty, 2018, 1, "五（一）2018年完成市、区县公共法律服务中心建设"),
		row(IndicatorCentreStaff, LevelCounty, 2019, 1, "五（一）2019年底中心专（兼）职人员不少于3人"),
		row(IndicatorCorrectionRate, LevelCounty, 2018, 1, "四（六）2018年底前社区矫正中心全部建成"),
		row(IndicatorPostRate, LevelCounty, 2018, 0.3, "五（四）便民警务站服务点 2018年底30%"),
		row(IndicatorPostRate, LevelCounty, 2019, 0.8, "五（四）便民警务站服务点 2019年底80%"),
		row(IndicatorPostRate, LevelCounty, 2020, 1, "五（四）便民警务站服务点 2020年底100%"),
		row(IndicatorStationPilots, LevelCounty, 2018, 3, "五（二）2018年每个区县3个乡镇试点"),
		row(IndicatorStationRate, LevelCounty, 2019, 1, "五（二）2019年底工作站100%"),
		row(IndicatorStationStaff, LevelCounty, 2019, 1, "五（二）工作站人员不少于2人"),
		row(IndicatorStudioRate, LevelCounty, 2018, 0.3, "五（三）工作室 2018年底30%"),
		row(IndicatorStudioRate, LevelCounty, 2019, 0.8, "五（三）工作室 2019年底80%"),
		row(IndicatorStudioRate, LevelCounty, 2020, 1, "五（三）工作室 2020年底100%"),
	}
}

// Indicator is the state of one target in one unit as of a date.
type Indicator struct {
	Target     Target
	Unit       Unit
	AsOf       Date
	Num, Den   int     // sites that meet the indicator, sites that should; Den 0 = nothing to judge
	Value      float64 // share or count; meaningful when Known
	Known      bool    // false: nothing to judge, or the column that would tell is empty for all (Missing says which)
	Missing    string  // the data column that would be needed, "" when none is missing
	Unstated   int     // sites whose data do not say; they count as not met
	Done       bool
	ToDo       int     // whole sites still to do
	PacePerDay float64 // sites a day needed from AsOf to the end of the target's year; 0 when done, +Inf when the year is over
}

// Indicators judges the targets as of a date ("" = the data as they stand, reckoned at the data date) in one unit, or with unit "" in
// every unit of each target's level. Rows are in target order, then unit order.
func (c *County) Indicators(asOf Date, unit string, statutoryOnly bool) []Indicator {
	b := newBoard(c, asOf, statutoryOnly)
	var out []Indicator
	for _, target := range c.Targets {
		for i, u := range c.Units {
			if u.Level != target.UnitLevel || (target.Unit != "" && target.Unit != u.Code) || (unit != "" && unit != u.Code) {
				continue
			}
			out = append(out, b.judge(target, i))
		}
	}
	return out
}

// board counts sites under each unit as of a date.
type board struct {
	county        *County
	tree          unitTree
	asOf          Date
	statutoryOnly bool
	hosts         map[string]Host
}

func newBoard(c *County, asOf Date, statutoryOnly bool) board {
	return board{c, newUnitTree(c.Units), asOf, statutoryOnly, c.hostsByID()}
}

func (b board) judge(t Target, unit int) Indicator {
	in := Indicator{Target: t, Unit: b.county.Units[unit], AsOf: b.asOf}
	tally, missing := b.tally(IndicatorKind(t.Indicator), unit)
	in.Num, in.Den, in.Unstated, in.Missing = tally.met, tally.should, tally.unstated, missing
	in.Known = missing == "" && in.Den > 0
	if !in.Known {
		return in
	}
	need := neededSites(t, in.Den)
	in.Value = float64(in.Num)
	if isRate(IndicatorKind(t.Indicator)) {
		in.Value = float64(in.Num) / float64(in.Den)
	}
	in.ToDo = max(0, need-in.Num)
	in.Done = in.ToDo == 0
	in.PacePerDay = b.pace(in)
	return in
}

func isRate(k IndicatorKind) bool { return k != IndicatorStationPilots }

// neededSites is the whole number of sites that meets the target: 30 % of 12 villages are 4, not 3.
func neededSites(t Target, should int) int {
	if !isRate(IndicatorKind(t.Indicator)) {
		return int(math.Ceil(t.Value))
	}
	// The small slack keeps 0.8 × 10 at 8 in spite of binary fractions.
	return int(math.Ceil(t.Value*float64(should) - 1e-9))
}

func (b board) pace(in Indicator) float64 {
	if in.Done {
		return 0
	}
	days, ok := DaysBetween(b.day(), Date(fmt.Sprintf("%04d-12-31", in.Target.Year)))
	if !ok || days <= 0 {
		return math.Inf(1)
	}
	return float64(in.ToDo) / float64(days)
}

func (b board) day() Date {
	if b.asOf != "" {
		return b.asOf.LastDay()
	}
	return b.county.DataDate.LastDay()
}

type tally struct{ met, should, unstated int }

func (t *tally) add(met bool) {
	t.should++
	t.met += count(met)
}

// tally counts for one indicator below one unit; missing names the data that would be needed and is not there at all.
func (b board) tally(kind IndicatorKind, unit int) (t tally, missing string) {
	switch kind {
	case IndicatorStudioRate:
		return b.unitsWith(unit, LevelVillage, TierStudio), ""
	case IndicatorStationRate, IndicatorStationPilots:
		return b.unitsWith(unit, LevelTownship, TierStation), ""
	case IndicatorCentreRate:
		return b.unitsWith(unit, b.county.Units[unit].Level, TierCentre), ""
	case IndicatorPostRate:
		return b.posts(unit), ""
	case IndicatorCentreStaff:
		return b.staffed(unit, TierCentre), ""
	case IndicatorStationStaff:
		return b.staffed(unit, TierStation), ""
	case IndicatorAdviserRate:
		if len(b.county.Assignments) == 0 {
			return t, "法律顾问分配表（村、顾问、起止日期）"
		}
		return b.advised(unit), ""
	case IndicatorCorrectionRate:
		return b.correction(unit), ""
	default:
		return b.reported(kind, unit)
	}
}

// reported takes the numbers of an indicator that is surveyed rather than computed from the latest measure up to the day.
func (b board) reported(kind IndicatorKind, unit int) (t tally, missing string) {
	day := b.day()
	var latest Date
	missing = "指标 " + string(kind) + " 需要填报值（measures）"
	for _, m := range b.county.Measures {
		early, dated := m.Date.OnOrBefore(day)
		if m.Indicator != string(kind) || m.Unit != b.county.Units[unit].Code || m.Den <= 0 || (dated && !early) || m.Date.LastDay() < latest {
			continue
		}
		t, missing, latest = tally{met: int(m.Num), should: int(m.Den)}, "", m.Date.LastDay()
	}
	return t, missing
}

func (b board) below(code string, unit int) bool { return slices.Contains(b.tree.chain(code), unit) }

func (b board) unitsWith(unit int, level UnitLevel, tier Tier) (t tally) {
	q := Query{AsOf: b.asOf, StatutoryOnly: b.statutoryOnly}
	has := b.county.unitsWithOwnPoint(q, b.tree)
	for i, u := range b.county.Units {
		wanted, _ := TierOfLevel(u.Level)
		if u.Level != level || wanted != tier || !b.counts(u) || !b.below(u.Code, unit) {
			continue
		}
		t.add(has[i])
	}
	return t
}

func (b board) counts(u Unit) bool {
	return u.existsAt(b.asOf) && (u.Statutory || !b.statutoryOnly)
}

func (b board) posts(unit int) (t tally) {
	served := map[string]bool{}
	for _, p := range b.county.Points {
		if built, _ := p.BuiltAt(b.asOf, false); built {
			served[p.HostID] = true
		}
	}
	for _, h := range b.county.Hosts {
		if h.Kind == HostPolicePost && b.below(h.Code, unit) {
			t.add(served[h.ID])
		}
	}
	return t
}

// staffed counts built points of a tier with enough staff. Full and part time count alike (专（兼）职); unstated staff is not enough.
func (b board) staffed(unit int, tier Tier) (t tally) {
	least, _ := StaffMinimum(tier)
	for _, p := range b.county.Points {
		built, _ := p.BuiltAt(b.asOf, false)
		if p.Tier != tier || !built || !b.below(b.codeOf(p), unit) {
			continue
		}
		staff, known := p.Staff()
		t.unstated += count(!known)
		t.add(known && staff >= least)
	}
	return t
}

// Staff is full-time plus part-time staff; known is false when neither is stated.
func (p ServicePoint) Staff() (staff int, known bool) {
	for _, n := range []*int{p.StaffFull, p.StaffPart} {
		if n != nil {
			staff += *n
			known = true
		}
	}
	return staff, known
}

func (b board) codeOf(p ServicePoint) string {
	if p.Code != "" {
		return p.Code
	}
	return b.hosts[p.HostID].Code
}

// holds reports whether an assignment is in force on the board's day.
func (b board) holds(a Assignment) bool {
	started, dated := a.From.OnOrBefore(b.day())
	over, _ := a.To.OnOrBefore(b.day())
	return (started || !dated) && !over
}

func (b board) advisedVillages() map[string]bool {
	advised := map[string]bool{}
	for _, a := range b.county.Assignments {
		advised[a.Village] = advised[a.Village] || b.holds(a)
	}
	return advised
}

func (b board) advised(unit int) (t tally) {
	advised := b.advisedVillages()
	for _, u := range b.county.Units {
		if u.Level == LevelVillage && b.counts(u) && b.below(u.Code, unit) {
			t.add(advised[u.Code])
		}
	}
	return t
}

func (b board) correction(unit int) (t tally) {
	served := false
	for _, p := range b.county.Points {
		built, _ := p.BuiltAt(b.asOf, false)
		served = served || (built && b.hosts[p.HostID].Kind == HostCorrectionCentre && b.below(b.codeOf(p), unit))
	}
	t.add(served)
	return t
}
