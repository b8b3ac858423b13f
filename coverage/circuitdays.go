package coverage

import (
	"context"
	"fmt"
)

// CircuitDays is what one circuit on record reaches on the days on which it goes round.
type CircuitDays struct {
	Circuit Circuit
	Stops   []Place
	Unknown []string // stops that are neither hosts, nor points, nor settlements
	Days    []Date   // on which a round starts; empty when no interval or first date is stated
	OnDays  Sums     // fixed points and this circuit together
	Reached []Reached
}

// CircuitAccess sets fixed coverage beside coverage on circuit days; the two are never mixed.
type CircuitAccess struct {
	Query    Query
	Fixed    *Result
	OnDays   *Result // fixed points and the stops of all circuits
	Circuits []CircuitDays
}

// CircuitsOnRecord judges the circuits of the project, or those of the service that the query names: which settlements come inside only on
// circuit days, and on which days between two days (both included) that is.
func (e Engine) CircuitsOnRecord(ctx context.Context, q Query, from, to Date) (*CircuitAccess, error) {
	fixed, err := e.Assess(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &CircuitAccess{Query: q, Fixed: fixed}
	all := append([]Facility{}, fixed.Selection.Facilities...)
	for _, c := range e.County.Circuits {
		if q.Service != "" && c.Service != q.Service {
			continue
		}
		days, stops, err := e.circuitDays(ctx, q, fixed, c, [2]Date{from, to})
		if err != nil {
			return nil, err
		}
		out.Circuits, all = append(out.Circuits, days), append(all, stops...)
	}
	times, err := e.times(ctx, q, all)
	if err != nil {
		return nil, err
	}
	out.OnDays, err = e.County.Judge(q, Selection{Facilities: all}, times)
	return out, err
}

func (e Engine) circuitDays(ctx context.Context, q Query, fixed *Result, c Circuit, span [2]Date) (out CircuitDays, stops []Facility, err error) {
	out.Circuit = c
	for _, id := range c.Stops {
		place, known := e.County.placeOf(id)
		if !known {
			out.Unknown = append(out.Unknown, id)
			continue
		}
		out.Stops = append(out.Stops, place)
		stops = append(stops, Facility{Place: place, Tier: TierMobile, Level: LevelDuty})
	}
	if c.IntervalDays > 0 && c.FirstDate != "" && span[0] != "" && span[1] != "" {
		if out.Days, err = c.Timetable(span[0], span[1]); err != nil {
			return out, nil, err
		}
	}
	facilities := append(append([]Facility{}, fixed.Selection.Facilities...), stops...)
	times, err := e.times(ctx, q, facilities)
	if err != nil {
		return out, nil, fmt.Errorf("circuit %s: %w", c.ID, err)
	}
	result, err := e.County.Judge(q, Selection{Facilities: facilities}, times)
	if err != nil {
		return out, nil, err
	}
	out.OnDays = result.Totals
	for i, v := range result.Verdicts {
		if v.Status == Covered && fixed.Verdicts[i].Status != Covered {
			out.Reached = append(out.Reached, Reached{v.Settlement, v.Time.Duration, v.People})
		}
	}
	return out, stops, nil
}
