package coverage

import (
	"fmt"
	"math"
	"slices"
)

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
	Num, Den   int     // sites that meet the indicator, sites that should; Den 0 = no sites to count
	Value      float64 // share, count or reported value; meaningful when Known
	Known      bool    // false: nothing to judge, or the column that would tell is empty for all (Missing says which)
	Missing    string  // the data column that would be needed, "" when none is missing
	Unstated   int     // sites whose data do not say; they count as not met
	Done       bool
	ToDo       int      // whole sites still to do; meaningful when Counted
	PacePerDay float64  // sites a day needed from AsOf to the end of the target's year; 0 when done, +Inf when there is no such pace
	Measure    *Measure // what it was judged by when it is reported and not computed
}

// Counted tells whether the indicator is made of whole sites.
func (in Indicator) Counted() bool {
	return in.Known && (in.Den > 0 || !IndicatorKind(in.Target.Indicator).IsRate())
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
	kind := IndicatorKind(t.Indicator)
	in := Indicator{Target: t, Unit: b.county.Units[unit], AsOf: b.asOf}
	tally, missing, computed := b.tally(kind, unit)
	if !computed {
		return b.judgeReported(in)
	}
	in.Num, in.Den, in.Unstated, in.Missing = tally.met, tally.should, tally.unstated, missing
	in.Known = missing == "" && (in.Den > 0 || kind == IndicatorHonourVillages)
	if !in.Known {
		return in
	}
	in.Value = float64(in.Num)
	if kind.IsRate() {
		in.Value /= float64(in.Den)
	}
	return b.compare(in)
}

// judgeReported judges an indicator that is surveyed rather than computed by its latest measure up to the day.
func (b board) judgeReported(in Indicator) Indicator {
	m, found := b.latest(in.Target.Indicator, in.Unit.Code)
	if !found {
		in.Missing = "指标 " + in.Target.Indicator + " 需要填报值（measures）"
		return in
	}
	in.Measure, in.Known, in.Value = &m, true, m.Level()
	if m.counts() {
		in.Num, in.Den = int(m.Num), int(m.Den)
	}
	return b.compare(in)
}

// compare settles what is done and what is still to do. Where there are whole sites they decide: 30 % of 12 villages are 4, not 3.
func (b board) compare(in Indicator) Indicator {
	if !in.Counted() {
		in.Done = in.Target.holds(in.Value)
		in.PacePerDay = math.Inf(1)
		if in.Done {
			in.PacePerDay = 0
		}
		return in
	}
	need := neededSites(in.Target, in.Den)
	switch in.Target.Op {
	case "<=":
		in.ToDo = max(0, in.Num-need)
	case "=":
		in.ToDo = max(need-in.Num, in.Num-need)
	default:
		in.ToDo = max(0, need-in.Num)
	}
	in.Done = in.ToDo == 0
	in.PacePerDay = b.pace(in)
	return in
}

// targetSlack keeps binary fractions from deciding: 0.8 × 10 is 8.
const targetSlack = 1e-9

// holds compares a value that is not made of whole sites.
func (t Target) holds(value float64) bool {
	switch t.Op {
	case "<=":
		return value <= t.Value+targetSlack
	case "=":
		return math.Abs(value-t.Value) <= targetSlack
	default:
		return value >= t.Value-targetSlack
	}
}

// neededSites is the whole number of sites that meets the target, or the highest that does when no more are wanted.
func neededSites(t Target, should int) int {
	value := t.Value
	if IndicatorKind(t.Indicator).IsRate() {
		value *= float64(should)
	}
	if t.Op == "<=" {
		return int(math.Floor(value + targetSlack))
	}
	return int(math.Ceil(value - targetSlack))
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

// tally counts for one indicator below one unit; missing names the data that would be needed and is not there at all. computed is false for
// an indicator that no data of the county but its measures can tell.
func (b board) tally(kind IndicatorKind, unit int) (t tally, missing string, computed bool) {
	computed = true
	switch kind {
	case IndicatorStudioRate:
		t = b.unitsWith(unit, LevelVillage, TierStudio)
	case IndicatorStationRate, IndicatorStationPilots:
		t = b.unitsWith(unit, LevelTownship, TierStation)
	case IndicatorCentreRate:
		t = b.unitsWith(unit, b.county.Units[unit].Level, TierCentre)
	case IndicatorPostRate:
		t = b.posts(unit)
	case IndicatorCentreStaff:
		t = b.staffed(unit, TierCentre)
	case IndicatorStationStaff:
		t = b.staffed(unit, TierStation)
	case IndicatorAdviserRate:
		if t = b.advised(unit); len(b.county.Assignments) == 0 {
			t, missing = tally{}, "法律顾问分配表（村、顾问、起止日期）"
		}
	case IndicatorCorrectionRate:
		t = b.correction(unit)
	case IndicatorChecklistCounty:
		t, missing = b.checklistTally(unit, LevelCounty)
	case IndicatorChecklistTownship:
		t, missing = b.checklistTally(unit, LevelTownship)
	case IndicatorChecklistVillage:
		t, missing = b.checklistTally(unit, LevelVillage)
	case IndicatorMediation:
		t, missing = b.mediationTally(unit)
	case IndicatorHonourVillages:
		t, missing = b.honourTally(unit, HonourVillage)
	default:
		computed = false
	}
	return t, missing, computed
}

// latest is the newest measure of an indicator in a unit up to the board's day; of two of one day the later in order.
func (b board) latest(indicator, unit string) (newest Measure, found bool) {
	day := b.day()
	for _, m := range b.county.Measures {
		early, dated := m.Date.OnOrBefore(day)
		if m.Indicator != indicator || m.Unit != unit || dated && !early || m.Date.LastDay() < newest.Date.LastDay() {
			continue
		}
		newest, found = m, true
	}
	return newest, found
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
