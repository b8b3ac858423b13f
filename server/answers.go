package server

import (
	"cmp"
	"slices"

	"lawcircle/coverage"
)

// runAnswer is the run as it stands beside figures; the whole record is at /api/v1/runs/{id} when the run was kept.
type runAnswer struct {
	ID          string `json:"id"`
	At          string `json:"at"`
	Profile     string `json:"profile"`
	LimitMs     int64  `json:"limit_ms"`
	Standard    string `json:"standard"` // composite rule, "" = the query alone
	Scenario    string `json:"scenario"`
	DataDigest  string `json:"data_digest"`
	RoadsDigest string `json:"roads_digest"`
	DataDate    string `json:"data_date"`
	Program     string `json:"program"`
	Synthetic   bool   `json:"synthetic"`
}

func toRun(r coverage.Run, rule string) runAnswer {
	return runAnswer{r.ID, r.At, r.Profile, r.LimitMs, rule, r.Scenario, r.DataDigest, r.RoadsDigest, string(r.DataDate), r.Program, r.Synthetic}
}

// sums are counts of people and settlements by verdict; covered + uncovered + unknown = total. Shares are null where there is nothing to
// divide by.
type sums struct {
	Settlements          int      `json:"settlements"`
	SettlementsCovered   int      `json:"settlements_covered"`
	SettlementsUncovered int      `json:"settlements_uncovered"`
	SettlementsUnknown   int      `json:"settlements_unknown"`
	SettlementsShare     *float64 `json:"settlements_share"`
	People               int64    `json:"people"`
	PeopleCovered        int64    `json:"people_covered"`
	PeopleUncovered      int64    `json:"people_uncovered"`
	PeopleUnknown        int64    `json:"people_unknown"`
	PeopleShare          *float64 `json:"people_share"`
	PeopleMissing        int      `json:"people_missing"` // settlements whose people are not known
}

func toSums(s coverage.Sums) sums {
	return sums{
		s.Settlements, s.SettlementsCovered, s.SettlementsUncovered, s.SettlementsUnknown, known(s.SettlementsShare()),
		s.People, s.PeopleCovered, s.PeopleUncovered, s.PeopleUnknown, known(s.PeopleShare()), s.PeopleMissing,
	}
}

func known(share float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &share
}

// totals are the sums of a whole answer with what was counted and how much of it is doubtful.
type totals struct {
	sums
	PointsCounted      int      `json:"points_counted"`
	PointsLevelUnknown int      `json:"points_level_unknown"`
	PointsDateUnknown  int      `json:"points_date_unknown"`
	PointsHoursUnknown int      `json:"points_hours_unknown"`
	NoRoads            bool     `json:"no_roads"` // no roads imported: figures are straight walks only
	Built              int      `json:"built"`
	ShouldBeBuilt      int      `json:"should_be_built"`
	BuiltShare         *float64 `json:"built_share"`
}

func toTotals(r *coverage.Result) totals {
	out := totals{
		sums: toSums(r.Totals), PointsCounted: len(r.Selection.Facilities), PointsLevelUnknown: r.Selection.LevelUnknown,
		PointsDateUnknown: r.Selection.DateUnknown, PointsHoursUnknown: r.Selection.HoursUnknown, NoRoads: r.NoRoads(),
	}
	var built coverage.Built
	for _, area := range r.Areas {
		if !hasParent(r.Areas, area.Unit) {
			built.Built += area.Built.Built
			built.Should += area.Built.Should
		}
	}
	out.Built, out.ShouldBeBuilt, out.BuiltShare = built.Built, built.Should, known(built.Share())
	return out
}

// hasParent reports whether the unit above is among the areas, so that it holds this unit's counts already. Areas are in code order.
func hasParent(areas []coverage.AreaSum, unit coverage.Unit) bool {
	_, found := slices.BinarySearchFunc(areas, unit.Parent, func(a coverage.AreaSum, code string) int { return cmp.Compare(a.Unit.Code, code) })
	return found
}

// areaAnswer is the sum over one unit, in the columns of --areas-out.
type areaAnswer struct {
	AdminCode string `json:"admin_code"`
	Name      string `json:"name"`
	Level     int    `json:"level"`
	sums
	Built         int                    `json:"built"`
	ShouldBeBuilt int                    `json:"should_be_built"`
	BuiltShare    *float64               `json:"built_share"`
	ByTier        map[string]builtAnswer `json:"by_tier"`
}

type builtAnswer struct {
	Built         int `json:"built"`
	ShouldBeBuilt int `json:"should_be_built"`
}

func toAreas(areas []coverage.AreaSum) []areaAnswer {
	out := make([]areaAnswer, 0, len(areas))
	for _, a := range areas {
		area := areaAnswer{a.Unit.Code, a.Unit.Name, int(a.Unit.Level), toSums(a.Sums), a.Built.Built, a.Built.Should, known(a.Built.Share()),
			map[string]builtAnswer{}}
		for tier, b := range a.ByTier {
			area.ByTier[string(tier)] = builtAnswer{b.Built, b.Should}
		}
		out = append(out, area)
	}
	return out
}

// gapAnswer is a settlement that is not in the circle, or of which that is not known.
type gapAnswer struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Code    string         `json:"code"`
	Lon     float64        `json:"lon"`
	Lat     float64        `json:"lat"`
	People  *int64         `json:"people"`
	Ms      *int64         `json:"ms"`
	Status  string         `json:"status"`
	Reason  string         `json:"reason"`
	Nearest *nearestAnswer `json:"nearest"`
}

type nearestAnswer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Ms   int64  `json:"ms"`
}

// worstGaps lists the settlements outside the circle, most people first, then the farthest, then by id; those without a known number of
// people come last. limit bounds the list.
func worstGaps(county *coverage.County, r *coverage.Result, limit int) []gapAnswer {
	outside := slices.Clone(r.Verdicts)
	outside = slices.DeleteFunc(outside, func(v coverage.Verdict) bool { return v.Status == coverage.Covered })
	slices.SortStableFunc(outside, func(a, b coverage.Verdict) int {
		if a.People.Known != b.People.Known {
			return cmp.Compare(asInt(b.People.Known), asInt(a.People.Known))
		}
		return cmp.Or(cmp.Compare(b.People.Count, a.People.Count), cmp.Compare(b.Time.Duration, a.Time.Duration))
	})
	out := []gapAnswer{}
	for _, v := range outside[:min(limit, len(outside))] {
		place := county.Settlements[v.Settlement]
		gap := gapAnswer{ID: place.ID, Name: place.Name, Code: place.Code, Lon: place.Point.Lon(), Lat: place.Point.Lat(),
			People: knownCount(v.People), Ms: knownMs(v.Time), Status: string(v.Status), Reason: string(v.Reason)}
		if v.Time.OK && v.Time.Facility < len(r.Selection.Facilities) {
			facility := r.Selection.Facilities[v.Time.Facility]
			gap.Nearest = &nearestAnswer{facility.ID, facility.Name, *gap.Ms}
		}
		out = append(out, gap)
	}
	return out
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func knownMs(t coverage.Time) *int64 {
	if !t.OK {
		return nil
	}
	ms := t.Duration.Milliseconds()
	return &ms
}
