package coverage

import (
	"context"
	"fmt"
	"math"
	"time"

	"lawcircle/coverage/locate"
	"lawcircle/geo/road"
)

// CircuitQuestion asks for the rounds of a mobile service (巡回办证): which places to stop at, and in which order on which day.
type CircuitQuestion struct {
	FromID string        // host, point or settlement where the service is based
	Walk   Query         // how residents reach a stop: profile and limit; existing points that count need no stop nearby
	Cover  float64       // share of the people to bring within the limit of a stop or a point (0–1)
	Drive  string        // travel profile of the vehicle
	Visit  time.Duration // time at each stop
	Day    time.Duration // longest day, base to base
}

// CircuitPlan is the answer.
type CircuitPlan struct {
	Question CircuitQuestion
	Base     Place
	Stops    []Place // settlements where to stop
	Tours    TourPlan
	Before   Sums // without the circuit
	OnDays   Sums // with it: covered "on circuit days"; never mixed with fixed coverage
	Chosen   *locate.Solution
	LeftOut  []Place // stops that no day can hold from this base
}

// Circuit chooses the fewest stops for the share asked for and plans the days.
func (e Engine) Circuit(ctx context.Context, q CircuitQuestion) (*CircuitPlan, error) {
	base, ok := e.County.placeOf(q.FromID)
	if !ok {
		return nil, fmt.Errorf("base %q is neither a host, nor a point, nor a settlement", q.FromID)
	}
	proposal, err := e.Suggest(ctx, SiteQuestion{Query: q.Walk, Cover: q.Cover, Candidates: CandidateSettlements,
		Options: locate.Options{TimeLimit: 30 * time.Second}})
	if err != nil {
		return nil, fmt.Errorf("choosing the stops: %w", err)
	}
	plan := &CircuitPlan{Question: q, Base: base, Chosen: proposal.Solution, Before: proposal.Before, OnDays: proposal.After}
	for _, s := range proposal.Sites {
		plan.Stops = append(plan.Stops, s.Place)
	}
	return plan, e.tour(ctx, plan)
}

// tour plans the days, leaving out the stops that fit into no day and taking their people off the sums again.
func (e Engine) tour(ctx context.Context, plan *CircuitPlan) error {
	q := plan.Question
	drive, err := e.driveTable(ctx, q.Drive, append([]Place{plan.Base}, plan.Stops...))
	if err != nil {
		return err
	}
	keep := []int{0}
	var stops []Place
	for k, s := range plan.Stops {
		there, back := drive[0][k+1], drive[k+1][0]
		if there < 0 || back < 0 || there+q.Visit+back > q.Day {
			plan.LeftOut = append(plan.LeftOut, s)
			continue
		}
		keep, stops = append(keep, k+1), append(stops, s)
	}
	if len(plan.LeftOut) > 0 {
		plan.Stops = stops
		facilities := e.County.Select(q.Walk).Facilities
		for _, s := range stops {
			facilities = append(facilities, Facility{Place: s, Tier: TierMobile, Level: LevelDuty})
		}
		if plan.OnDays, err = e.sumsWith(ctx, q.Walk, facilities); err != nil {
			return err
		}
	}
	plan.Tours, err = PlanTours(TourTask{subTable(drive, keep), q.Visit, q.Day})
	return err
}

func subTable(table [][]time.Duration, keep []int) [][]time.Duration {
	out := make([][]time.Duration, len(keep))
	for a, i := range keep {
		for _, j := range keep {
			out[a] = append(out[a], table[i][j])
		}
	}
	return out
}

// driveTable gives the driving time between every two places; -1 where there is no way.
func (e Engine) driveTable(ctx context.Context, profile string, places []Place) ([][]time.Duration, error) {
	graph, err := e.Graph(ctx, profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", profile, err)
	}
	points := make([]road.Place, len(places))
	for i, p := range places {
		points[i] = road.Place{ID: p.ID, Point: p.Point}
	}
	rows, err := matrixRows(ctx, graph, points, points, MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("driving times between %d places: %w", len(places), err)
	}
	table := make([][]time.Duration, len(places))
	for i, row := range rows {
		table[i] = make([]time.Duration, len(places))
		for j := range table[i] {
			table[i][j] = -1
		}
		for _, cell := range row {
			table[i][cell.To] = time.Duration(cell.Ms) * time.Millisecond
		}
		table[i][i] = 0
	}
	return table, nil
}

func (c *County) placeOf(id string) (Place, bool) {
	for _, h := range c.Hosts {
		if h.ID == id {
			return Place{h.ID, h.Name, h.Code, h.Point}, true
		}
	}
	for _, p := range c.Points {
		if p.ID == id {
			return Place{p.ID, p.Name, p.Code, p.Point}, true
		}
	}
	if i, ok := c.settlementIndex(id); ok {
		s := c.Settlements[i]
		return Place{s.ID, s.Name, s.Code, s.Point}, true
	}
	return Place{}, false
}

// Timetable lists the days between two days (both included) on which a circuit starts its round.
func (c Circuit) Timetable(from, to Date) ([]Date, error) {
	if c.IntervalDays <= 0 || c.FirstDate == "" {
		return nil, fmt.Errorf("circuit %s has no interval or first date", c.ID)
	}
	first, err := time.Parse("2006-01-02", string(c.FirstDate))
	if err != nil {
		return nil, fmt.Errorf("circuit %s: first date: %w", c.ID, err)
	}
	before, ok1 := DaysBetween(c.FirstDate, from)
	last, ok2 := DaysBetween(c.FirstDate, to)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("circuit %s: %s to %s are not days", c.ID, from, to)
	}
	var out []Date
	round := max(0, int(math.Ceil(float64(before)/float64(c.IntervalDays))))
	for ; round*c.IntervalDays <= last; round++ {
		out = append(out, DateOf(first.AddDate(0, 0, round*c.IntervalDays)))
	}
	return out, nil
}
