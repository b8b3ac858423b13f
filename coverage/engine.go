package coverage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lawcircle/geo/road"
)

// Engine answers travel questions about one county with the road graphs of its project. It is a small value to be made for each snapshot;
// many goroutines may use it.
type Engine struct {
	County *County
	Graph  func(ctx context.Context, profile string) (*road.Graph, error) // compiled roads for a travel profile
}

// Assess answers a coverage query.
func (e Engine) Assess(ctx context.Context, q Query) (*Result, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	selection := e.County.Select(q)
	times, err := e.times(ctx, q, selection.Facilities)
	if err != nil {
		return nil, err
	}
	return e.County.Judge(q, selection, times)
}

// JudgeRule judges a composite rule; see [County.JudgeRule].
func (e Engine) JudgeRule(ctx context.Context, rule Rule, base Query) (*RuleResult, error) {
	return e.County.JudgeRule(ctx, rule, base, e.Times)
}

// Times finds the travel time from every settlement to its nearest facility, without a limit.
func (e Engine) Times(ctx context.Context, profile string, facilities []Facility) ([]Time, error) {
	graph, err := e.Graph(ctx, profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", profile, err)
	}
	answers, err := graph.NearestFacilities(ctx, facilityPlaces(facilities), e.County.settlementPlaces(), road.NearestOptions{K: 1})
	if err != nil {
		return nil, fmt.Errorf("finding the nearest of %d facilities by %s: %w", len(facilities), profile, err)
	}
	times := make([]Time, len(answers))
	for i, a := range answers {
		times[i] = timeOf(a, graph)
	}
	return times, nil
}

// times honours SameCounty by one search per county.
func (e Engine) times(ctx context.Context, q Query, facilities []Facility) ([]Time, error) {
	if !q.SameCounty {
		return e.Times(ctx, q.Profile, facilities)
	}
	countyOf := e.County.countyOf()
	out := make([]Time, len(e.County.Settlements))
	done := map[string]bool{}
	for i := range e.County.Settlements {
		home := countyOf(e.County.Settlements[i].Code)
		if done[home] {
			continue
		}
		done[home] = true
		if err := e.timesWithin(ctx, q, facilities, home, countyOf, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (e Engine) timesWithin(ctx context.Context, q Query, all []Facility, home string, countyOf func(string) string, out []Time) error {
	var own []Facility
	var index []int
	for j, f := range all {
		if countyOf(f.Code) == home {
			own, index = append(own, f), append(index, j)
		}
	}
	times, err := e.Times(ctx, q.Profile, own)
	if err != nil {
		return err
	}
	for i, s := range e.County.Settlements {
		if countyOf(s.Code) == home {
			out[i] = times[i]
			if times[i].OK {
				out[i].Facility = index[times[i].Facility]
			}
		}
	}
	return nil
}

// timeOf reads an answer of a search on a graph. Without any road it marks what only a road could tell.
func timeOf(a road.Answer, graph *road.Graph) Time {
	t := Time{Reason: Reason(a.Reason), SnapM: a.Snap.DistanceM, Snapped: a.Snap.OK}
	if len(a.Nearest) > 0 {
		t.OK, t.Reason = true, ReasonNone
		t.Facility = a.Nearest[0].Facility
		t.Duration = time.Duration(a.Nearest[0].Ms) * time.Millisecond
	}
	if graph.Edges() == 0 && t.Reason != ReasonNoFacility {
		t.Reason = ReasonNoRoads
	}
	return t
}

func facilityPlaces(facilities []Facility) []road.Place {
	places := make([]road.Place, len(facilities))
	for i, f := range facilities {
		places[i] = road.Place{ID: f.ID, Point: f.Point}
	}
	return places
}

func (c *County) settlementPlaces() []road.Place {
	places := make([]road.Place, len(c.Settlements))
	for i, s := range c.Settlements {
		places[i] = road.Place{ID: s.ID, Point: s.Point}
	}
	return places
}

// countyOf returns a function that finds the code of the county above a unit, "" when there is none.
func (c *County) countyOf() func(code string) string {
	tree := newUnitTree(c.Units)
	return func(code string) string {
		unit, _ := tree.at(code, LevelCounty)
		return unit.Code
	}
}

// matrixRows collects a travel-time matrix: one row per origin, cells in the order of the destinations, those beyond the limit left out.
// Origins go first in the search, so give the shorter list as from where either will do. Memory: 16 bytes per cell within the limit.
func matrixRows(ctx context.Context, graph *road.Graph, from, to []road.Place, limit time.Duration) ([][]road.Cell, error) {
	rows := make([][]road.Cell, len(from))
	err := graph.Matrix(ctx, from, to, road.MatrixOptions{Limit: limit}, func(i int, cells []road.Cell) error {
		rows[i] = slices.Clone(cells)
		return nil
	})
	return rows, err
}
