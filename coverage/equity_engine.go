package coverage

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// SupplyKind says what is shared among people.
type SupplyKind string

// Kinds of supply: staff of the counted points, or advisers (lawyers and grassroots workers) at the host that they work from.
const (
	SupplyStaff    SupplyKind = "staff"
	SupplyAdvisers SupplyKind = "advisers"
)

// EquityQuestion asks how evenly supply reaches people: those within Query.Limit by Query.Profile share a facility's supply.
type EquityQuestion struct {
	Query Query
	Of    SupplyKind // "" = staff
}

// Equity is the answer. Access is supply per person: see [FloatingCatchment].
type Equity struct {
	Question      EquityQuestion
	Facilities    []Facility
	Supply        []float64 // per facility
	Unstated      int       // facilities or advisers that count for nothing because their staff or place is not stated
	Access        []float64 // 2SFCA per settlement, in the county's order
	Enhanced      []float64 // the same with nearer people weighing more (E2SFCA)
	Unreached     int64     // people who reach no facility with supply
	Gini          float64   // of Access over people; 0 = even
	Concentration float64   // of Access over people ranked by time to the nearest facility; negative: the near have more
	Known         bool      // Gini and Concentration have a value
	Units         []UnitEquity
	Groups        []GroupEquity
}

// UnitEquity is supply and access of one county or township. Calls are demand seen by the 12348 hotline, never presence.
type UnitEquity struct {
	UnitSupply         // based in the unit
	Mean       float64 // people-weighted Access of the unit's settlements, meaningful when Defined
	Calls      int64
	CallsKnown bool
}

// GroupEquity is people-weighted access of a priority group, over settlements that state the group.
type GroupEquity struct {
	Group  Group
	People int64
	Mean   float64
}

// Equity computes supply per unit, floating catchment ratios and how evenly they are spread. Cost: one travel-time matrix from the
// settlements to the facilities within the limit.
func (e Engine) Equity(ctx context.Context, q EquityQuestion) (*Equity, error) {
	q.Of = cmp.Or(q.Of, SupplyStaff)
	if err := q.Query.Validate(); err != nil {
		return nil, err
	}
	out := &Equity{Question: q}
	switch q.Of {
	case SupplyStaff:
		e.County.staffSupply(out)
	case SupplyAdvisers:
		e.County.adviserSupply(out)
	default:
		return nil, fmt.Errorf("supply %q is unknown: use staff or advisers", q.Of)
	}
	trips, err := e.trips(ctx, q.Query, out.Facilities)
	if err != nil {
		return nil, err
	}
	demand := make([]int64, len(e.County.Settlements))
	for i, s := range e.County.Settlements {
		demand[i] = s.peopleOf(q.Query.Group).Count
	}
	out.Access = FloatingCatchment(demand, out.Supply, trips, Within(q.Query.Limit))
	out.Enhanced = FloatingCatchment(demand, out.Supply, trips, Gaussian(q.Query.Limit))
	out.spread(demand, trips)
	out.Groups = e.County.groupEquity(out.Access)
	out.Units, err = e.County.unitEquity(out, demand)
	return out, err
}

func (c *County) staffSupply(out *Equity) {
	points := map[string]ServicePoint{}
	for _, p := range c.Points {
		points[p.ID] = p
	}
	for _, f := range c.Select(out.Question.Query).Facilities {
		staff, known := points[f.ID].Staff()
		out.Unstated += count(!known)
		out.Facilities, out.Supply = append(out.Facilities, f), append(out.Supply, float64(staff))
	}
}

func (c *County) adviserSupply(out *Equity) {
	hosts := c.hostsByID()
	at := map[string]int{}
	for _, a := range c.Advisers {
		host, ok := hosts[a.BaseHost]
		if !ok {
			host, ok = hosts[a.Firm]
		}
		if !ok {
			out.Unstated++
			continue
		}
		i, seen := at[host.ID]
		if !seen {
			i = len(out.Facilities)
			at[host.ID] = i
			out.Facilities, out.Supply = append(out.Facilities, Facility{Place{host.ID, host.Name, host.Code, host.Point}, host.Kind, "", ""}), append(out.Supply, 0)
		}
		out.Supply[i]++
	}
}

func (e Engine) trips(ctx context.Context, q Query, facilities []Facility) ([]Trip, error) {
	graph, err := e.Graph(ctx, q.Profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", q.Profile, err)
	}
	rows, err := matrixRows(ctx, graph, e.County.settlementPlaces(), facilityPlaces(facilities), q.Limit)
	if err != nil {
		return nil, fmt.Errorf("travel times to %d facilities: %w", len(facilities), err)
	}
	var trips []Trip
	for i, row := range rows {
		for _, cell := range row {
			trips = append(trips, Trip{i, cell.To, time.Duration(cell.Ms) * time.Millisecond})
		}
	}
	return trips, nil
}

func (q *Equity) spread(demand []int64, trips []Trip) {
	nearest := make([]float64, len(demand))
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	for _, t := range trips {
		if q.Supply[t.To] > 0 {
			nearest[t.From] = min(nearest[t.From], t.Duration.Seconds())
		}
	}
	for i, people := range demand {
		if math.IsInf(nearest[i], 1) {
			q.Unreached += people
		}
	}
	if q.Gini, q.Known = Gini(q.Access, demand); q.Known {
		q.Concentration, q.Known = Concentration(q.Access, nearest, demand)
	}
}

func (c *County) groupEquity(access []float64) []GroupEquity {
	var out []GroupEquity
	for _, term := range groups() {
		g := GroupEquity{Group: term.code}
		sum := 0.0
		for i, s := range c.Settlements {
			n := s.Groups[term.code]
			g.People += n
			sum += float64(n) * access[i]
		}
		if g.People > 0 {
			g.Mean = sum / float64(g.People)
			out = append(out, g)
		}
	}
	return out
}

// unitEquity lists counties and townships in code order.
func (c *County) unitEquity(q *Equity, demand []int64) ([]UnitEquity, error) {
	supply := map[string]float64{}
	for j, f := range q.Facilities {
		supply[f.Code] += q.Supply[j]
	}
	tree := newUnitTree(c.Units)
	mass, people := make([]float64, len(c.Units)), make([]float64, len(c.Units))
	for i, s := range c.Settlements {
		for _, u := range tree.chain(s.Code) {
			mass[u] += float64(demand[i]) * q.Access[i]
			people[u] += float64(demand[i])
		}
	}
	calls, called := make([]int64, len(c.Units)), make([]bool, len(c.Units))
	for _, call := range c.Calls {
		for _, u := range tree.chain(call.Code) {
			calls[u], called[u] = calls[u]+call.Calls, true
		}
	}
	var out []UnitEquity
	for _, level := range []UnitLevel{LevelCounty, LevelTownship} {
		rows, err := c.SupplyByUnit(level, supply)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			i := tree.byCode[row.Unit.Code]
			one := UnitEquity{UnitSupply: row, Calls: calls[i], CallsKnown: called[i]}
			if people[i] > 0 {
				one.Mean = mass[i] / people[i]
			}
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b UnitEquity) int { return compareIDs(a.Unit.Code, b.Unit.Code) })
	return out, nil
}

// OfferCoverage is coverage by the points of one tier that offer one service at one level or stronger; "" means any.
type OfferCoverage struct {
	Service Service
	Tier    Tier
	Level   ServiceLevel
	Points  int
	Sums    Sums
}

// OfferTable answers the query for every service, tier and level: each alone, and with cross every combination for which some point
// counts. Cost: one search per row.
func (e Engine) OfferTable(ctx context.Context, q Query, cross bool) ([]OfferCoverage, error) {
	var rows []OfferCoverage
	for _, service := range append(vocabulary[Service]{{}}, services()...) {
		for _, tier := range append(vocabulary[Tier]{{}}, tiers()...) {
			for _, level := range append(vocabulary[ServiceLevel]{{}}, serviceLevels()...) {
				set := count(service.code != "") + count(tier.code != "") + count(level.code != "")
				if set > 1 && !cross {
					continue
				}
				one := q
				one.Service, one.Tiers, one.HostKinds = service.code, nil, nil
				if tier.code != "" {
					one.Tiers = []Tier{tier.code}
				}
				one.MinLevel = cmp.Or(level.code, q.MinLevel)
				result, err := e.offered(ctx, one, set > 1)
				if err != nil {
					return nil, err
				}
				if result != nil {
					rows = append(rows, OfferCoverage{service.code, tier.code, level.code, len(result.Selection.Facilities), result.Totals})
				}
			}
		}
	}
	return rows, nil
}

// offered answers a query, or nothing when skipEmpty and no point counts.
func (e Engine) offered(ctx context.Context, q Query, skipEmpty bool) (*Result, error) {
	if skipEmpty && len(e.County.Select(q).Facilities) == 0 {
		return nil, nil
	}
	return e.Assess(ctx, q)
}
