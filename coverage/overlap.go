package coverage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/geo"
	"lawcircle/geo/road"
)

// Overlap tells how many of the people within the limit of a point have another counted point within it, too.
type Overlap struct {
	Facility      Facility
	People, Twice int64
}

// Overlaps looks at every counted point of a query, in id order.
func (e Engine) Overlaps(ctx context.Context, q Query) ([]Overlap, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	facilities := e.County.Select(q).Facilities
	graph, err := e.Graph(ctx, q.Profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", q.Profile, err)
	}
	rows, err := matrixRows(ctx, graph, e.County.settlementPlaces(), facilityPlaces(facilities), q.Limit)
	if err != nil {
		return nil, fmt.Errorf("travel times to %d points: %w", len(facilities), err)
	}
	out := make([]Overlap, len(facilities))
	for j := range out {
		out[j].Facility = facilities[j]
	}
	for i, row := range rows {
		people := e.County.Settlements[i].peopleOf(q.Group).Count
		for _, cell := range row {
			out[cell.To].People += people
			if len(row) > 1 {
				out[cell.To].Twice += people
			}
		}
	}
	return out, nil
}

// SiteGain is what one candidate alone would add.
type SiteGain struct {
	Candidate   Candidate
	People      int64
	Settlements int
}

// Gains ranks the candidates of a question by the people that each alone would bring inside, most first, ties by id.
func (e Engine) Gains(ctx context.Context, s SiteQuestion) ([]SiteGain, error) {
	m, err := e.siteModel(ctx, s)
	if err != nil {
		return nil, err
	}
	gains := m.gains()
	slices.SortStableFunc(gains, func(a, b SiteGain) int { return cmp.Compare(b.People, a.People) })
	return gains, nil
}

// Straight judges the query by straight distance at the walking speed of 4 km/h: for comparison only.
func (e Engine) Straight(q Query) (*Result, error) {
	selection := e.County.Select(q)
	times := make([]Time, len(e.County.Settlements))
	for i, s := range e.County.Settlements {
		times[i] = Time{Reason: ReasonNoFacility}
		nearest := math.Inf(1)
		for j, f := range selection.Facilities {
			if d := geo.Distance(s.Point, f.Point); d < nearest {
				nearest = d
				times[i] = Time{Duration: time.Duration(math.Ceil(d*3600/4)) * time.Millisecond, Facility: j, OK: true}
			}
		}
	}
	return e.County.Judge(q, selection, times)
}

// AdvisedVillages marks the villages that have an adviser at the end of a day ("" = the data date).
func (c *County) AdvisedVillages(asOf Date) map[string]bool {
	return newBoard(c, asOf, false).advisedVillages()
}

// UnitAbove returns the unit of a level that a code lies in.
func (c *County) UnitAbove(code string, level UnitLevel) (Unit, bool) {
	return newUnitTree(c.Units).at(code, level)
}

// StaffMinimum is the plan's least staff of a tier (五（一）, 五（二）); ok is false where the plan names none.
func StaffMinimum(tier Tier) (least int, ok bool) {
	switch tier {
	case TierCentre:
		return 3, true
	case TierStation:
		return 2, true
	default:
		return 0, false
	}
}

// AdviserLoad is the work of one adviser.
type AdviserLoad struct {
	AdviserID                 string
	Adviser                   Adviser // without a name; the zero Adviser when the register does not have the id
	Villages                  int
	Farthest                  time.Duration // from the adviser's base to the farthest village
	Unknown                   int           // villages or base without a place on the map or without a way
	Ways                      []VillageWay  // villages with an answer, in code order
	VisitsPlanned, VisitsDone int
}

// VillageWay is how long an adviser drives to a village.
type VillageWay struct {
	Code     string
	Duration time.Duration
}

// AdviserLoads counts villages and measures ways for every adviser with an assignment at the end of a day, in id order.
func (e Engine) AdviserLoads(ctx context.Context, profile string, asOf Date) ([]AdviserLoad, error) {
	graph, err := e.Graph(ctx, profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", profile, err)
	}
	b := newBoard(e.County, asOf, false)
	duties := map[string][]Assignment{}
	for _, a := range e.County.Assignments {
		if b.holds(a) {
			duties[a.AdviserID] = append(duties[a.AdviserID], a)
		}
	}
	register := map[string]Adviser{}
	for _, adviser := range e.County.Advisers {
		adviser.Name = "" // names never leave the restricted table
		register[adviser.ID] = adviser
	}
	var out []AdviserLoad
	for _, id := range slices.Sorted(maps.Keys(duties)) {
		load := AdviserLoad{AdviserID: id, Adviser: register[id], Villages: len(duties[id])}
		for _, a := range duties[id] {
			load.VisitsPlanned += a.VisitsPlanned
			load.VisitsDone += a.VisitsDone
		}
		if err := e.measureAdviser(ctx, graph, duties[id], &load); err != nil {
			return nil, err
		}
		out = append(out, load)
	}
	return out, nil
}

func (e Engine) measureAdviser(ctx context.Context, graph *road.Graph, duties []Assignment, load *AdviserLoad) error {
	hosts := e.County.hostsByID()
	base, ok := hosts[load.Adviser.BaseHost]
	if !ok {
		base, ok = hosts[load.Adviser.Firm]
	}
	codes := make([]string, len(duties))
	for i, a := range duties {
		codes[i] = a.Village
	}
	to := e.villagePlaces(codes)
	load.Unknown = len(duties) - len(to)
	if !ok || len(to) == 0 {
		load.Unknown = len(duties)
		return nil
	}
	rows, err := matrixRows(ctx, graph, []road.Place{{ID: base.ID, Point: base.Point}}, to, MaxLimit)
	if err != nil {
		return fmt.Errorf("ways of adviser %s: %w", load.AdviserID, err)
	}
	load.Unknown += len(to) - len(rows[0])
	for _, cell := range rows[0] {
		way := VillageWay{to[cell.To].ID, time.Duration(cell.Ms) * time.Millisecond}
		load.Ways = append(load.Ways, way)
		load.Farthest = max(load.Farthest, way.Duration)
	}
	slices.SortFunc(load.Ways, func(a, b VillageWay) int { return cmp.Compare(a.Code, b.Code) })
	return nil
}

// villagePlaces finds where villages are, by code: at their most populous settlement.
func (e Engine) villagePlaces(codes []string) []road.Place {
	best := map[string]Settlement{}
	for _, s := range e.County.Settlements {
		if old, ok := best[s.Code]; !ok || s.People.Count > old.People.Count {
			best[s.Code] = s
		}
	}
	var out []road.Place
	for _, code := range codes {
		if s, ok := best[code]; ok {
			out = append(out, road.Place{ID: code, Point: s.Point})
		}
	}
	return out
}

// Doubt is a place whose coordinates should be checked.
type Doubt struct{ ID, Name, Zh, En string }

// DoubtfulPlaces lists hosts and settlements whose coordinates look wrong: outside the unit they are said to be in, on the very spot of
// another place, with few decimals, or marked as doubtful by the import. Hosts first, each in id order.
func (c *County) DoubtfulPlaces() []Doubt {
	var out []Doubt
	seen := map[orb.Point]string{}
	tree := newUnitTree(c.Units)
	look := func(id, name, code, quality string, p orb.Point) {
		zh, en := "", ""
		switch other, same := seen[p]; {
		case c.outsideUnit(tree, code, p):
			zh, en = "不在所属区划内", "outside the unit it is said to be in"
		case same:
			zh, en = "与 "+other+" 坐标完全相同", "on the very spot of "+other
		case coarse(p):
			zh, en = "小数位数不足（约百米精度）", "too few decimals (about 100 m)"
		case quality != "" && quality != "converted":
			zh, en = "导入时标记："+quality, "marked by the import: "+quality
		}
		if zh != "" {
			out = append(out, Doubt{id, name, zh, en})
		}
		if _, same := seen[p]; !same {
			seen[p] = id
		}
	}
	for _, h := range c.Hosts {
		look(h.ID, h.Name, h.Code, h.Quality, h.Point)
	}
	clear(seen) // a village committee may well stand on its village's point
	for _, s := range c.Settlements {
		look(s.ID, s.Name, s.Code, s.Quality, s.Point)
	}
	return out
}

// outsideUnit looks at the lowest unit above the code that has a boundary.
func (c *County) outsideUnit(tree unitTree, code string, p orb.Point) bool {
	for _, i := range tree.chain(code) {
		if len(c.Units[i].Geometry) > 0 {
			return !planar.MultiPolygonContains(c.Units[i].Geometry, p)
		}
	}
	return false
}

func coarse(p orb.Point) bool {
	return math.Round(p[0]*1000)/1000 == p[0] && math.Round(p[1]*1000)/1000 == p[1]
}
