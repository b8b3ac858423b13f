package coverage

import (
	"fmt"
	"slices"
	"time"
)

// VerdictStatus says whether a settlement is inside the circle.
type VerdictStatus string

// Verdicts. Unknown always comes with a reason.
const (
	Covered   VerdictStatus = "covered"
	Uncovered VerdictStatus = "uncovered"
	Unknown   VerdictStatus = "unknown"
)

// Reason says why a verdict is unknown, or why a settlement is not covered.
type Reason string

// Reasons. The first five belong to unknown verdicts, the others to uncovered ones.
const (
	ReasonNone         Reason = ""
	ReasonFarFromRoad  Reason = "too_far_from_road"
	ReasonIsland       Reason = "island"
	ReasonOutsideRoads Reason = "outside_roads"
	ReasonNoRoads      Reason = "no_roads"
	ReasonNoPopulation Reason = "no_population"
	ReasonTooFar       Reason = "beyond_limit"
	ReasonNoFacility   Reason = "no_facility"
	ReasonUnreachable  Reason = "no_way_to_facility"
)

func reasons() vocabulary[Reason] {
	return vocabulary[Reason]{
		{ReasonFarFromRoad, "离可用道路太远", "too far from a usable road"},
		{ReasonIsland, "位于与主路网不连通的路段上", "on a part of the road network that is cut off"},
		{ReasonOutsideRoads, "在道路数据范围之外", "outside the road data"},
		{ReasonNoRoads, "尚未导入可通行的道路，只知道直接步行可到的地方", "no roads imported that can be travelled: only straight walks are known"},
		{ReasonNoPopulation, "没有人口数据", "no population figure"},
		{ReasonTooFar, "到最近的服务点超过时限", "the nearest point is beyond the limit"},
		{ReasonNoFacility, "没有符合条件的服务点", "no point counts for this question"},
		{ReasonUnreachable, "没有通往任何服务点的道路", "no way leads to any point"},
		{ReasonNeedsMissing, "未满足服务组合要求", "needs of the composite circle are missing"},
	}
}

// Zh returns the reason in Chinese words.
func (r Reason) Zh() string { return zhOr(reasons(), r) }

// En returns the reason in English words.
func (r Reason) En() string {
	if t, ok := reasons().find(r); ok {
		return t.en
	}
	return string(r)
}

// Time is the travel time from one settlement to its nearest facility. The zero value with a reason is "no answer".
type Time struct {
	Duration time.Duration // whole milliseconds
	Facility int           // index among the facilities of the search
	OK       bool          // false: no answer, and Reason says why
	SnapM    float64       // metres from the settlement to its place on the road
	Snapped  bool          // whether SnapM has a value
	Reason   Reason        // with OK, ReasonNoRoads: the time of a straight walk, known for want of roads to be no more than an upper bound
}

// Verdict is the judgement on one settlement.
type Verdict struct {
	Settlement int // index into County.Settlements
	Status     VerdictStatus
	Reason     Reason
	Time       Time
	People     People // of the group asked for
}

// Result is the answer to a coverage query.
type Result struct {
	Query      Query
	Selection  Selection
	Verdicts   []Verdict // one per settlement, in the county's order
	Totals     Sums
	Areas      []AreaSum // one per unit, in code order
	Unassigned *Sums     // settlements that lie in no known unit, nil when there are none
}

// Judge turns travel times into verdicts and sums. times holds one entry per settlement of the county, towards selection.Facilities.
// Cost: linear in settlements × depth of the unit tree.
func (c *County) Judge(q Query, selection Selection, times []Time) (*Result, error) {
	if len(times) != len(c.Settlements) {
		return nil, fmt.Errorf("judging coverage: %d times for %d settlements", len(times), len(c.Settlements))
	}
	r := &Result{Query: q, Selection: selection, Verdicts: make([]Verdict, len(times))}
	for i, t := range times {
		people := c.Settlements[i].peopleOf(q.Group)
		status, reason := judge(t, people, q.limitFor(c.Settlements[i]))
		r.Verdicts[i] = Verdict{i, status, reason, t, people}
		r.Totals.add(r.Verdicts[i])
	}
	c.sumAreas(r)
	return r, nil
}

// NoRoads reports whether there were no roads to travel on, so that the figures are those of straight walks only.
func (r *Result) NoRoads() bool {
	return slices.ContainsFunc(r.Verdicts, func(v Verdict) bool { return v.Time.Reason == ReasonNoRoads })
}

func judge(t Time, people People, limit time.Duration) (VerdictStatus, Reason) {
	switch {
	case !t.OK && isUnknown(t.Reason):
		return Unknown, t.Reason
	case !people.Known:
		return Unknown, ReasonNoPopulation
	case !t.OK:
		return Uncovered, t.Reason
	case t.Duration <= limit:
		return Covered, ReasonNone
	case t.Reason == ReasonNoRoads:
		return Unknown, ReasonNoRoads
	default:
		return Uncovered, ReasonTooFar
	}
}

func isUnknown(r Reason) bool {
	return r == ReasonNoRoads || r == ReasonFarFromRoad || r == ReasonIsland || r == ReasonOutsideRoads
}

func (s Settlement) peopleOf(group Group) People {
	if group == "" {
		return s.People
	}
	n, known := s.Groups[group]
	return People{n, known}
}
