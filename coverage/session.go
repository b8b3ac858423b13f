package coverage

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo/road"
)

// Session answers one profile's questions about a county again and again while points come, go and move. It keeps the searches and what was
// sampled of the circle between the answers, follows only what changed, and gives exactly the times of [Engine.Assess] and the circle of
// [Engine.Circles]. Many goroutines may use it; they take turns.
type Session struct {
	graph   *road.Graph
	demands []road.Place

	mu    sync.Mutex
	times follower
	area  follower
	limit time.Duration // of the area
}

// NewSession begins a session about the settlements of the engine's county. Cost: little; the first answer costs a search.
func (e Engine) NewSession(ctx context.Context, profile string) (*Session, error) {
	graph, err := e.Graph(ctx, profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", profile, err)
	}
	return &Session{graph: graph, demands: e.County.settlementPlaces()}, nil
}

// Assess answers for a county with the session's settlements and any points. With circle it also draws the covered area; q.SameCounty is
// not for sessions and is an error.
func (s *Session) Assess(ctx context.Context, county *County, q Query, circle bool) (*Result, *Circle, error) {
	if err := q.Validate(); err != nil {
		return nil, nil, err
	}
	if q.SameCounty || len(county.Settlements) != len(s.demands) {
		return nil, nil, fmt.Errorf("a session answers for its own %d settlements and across county lines", len(s.demands))
	}
	selection := county.Select(q)
	s.mu.Lock()
	defer s.mu.Unlock()
	times, err := s.timesTo(ctx, selection.Facilities)
	if err != nil {
		return nil, nil, err
	}
	result, err := county.Judge(q, selection, times)
	if err != nil || !circle {
		return result, nil, err
	}
	area, err := s.circle(ctx, selection.Facilities, q.Limit)
	return result, area, err
}

func (s *Session) timesTo(ctx context.Context, facilities []Facility) ([]Time, error) {
	if err := s.times.follow(ctx, s, facilities, 0); err != nil {
		return nil, err
	}
	indexOf := make([]int, s.times.what.Facilities()) // in facilities, by number
	for i, f := range facilities {
		indexOf[s.times.open[f.ID]] = i
	}
	times := make([]Time, len(s.demands))
	for i, a := range s.times.what.Answers() {
		times[i] = timeOf(a, s.graph)
		if times[i].OK {
			times[i].Facility = indexOf[times[i].Facility]
		}
	}
	return times, nil
}

func (s *Session) circle(ctx context.Context, facilities []Facility, limit time.Duration) (*Circle, error) {
	if limit != s.limit {
		s.area, s.limit = follower{}, limit
	}
	if len(facilities) == 0 {
		return &Circle{Limit: limit}, nil
	}
	if err := s.area.follow(ctx, s, facilities, limit); err != nil {
		return nil, err
	}
	iso, err := s.area.what.Isochrone(ctx, road.IsochroneOptions{Limits: []time.Duration{limit}, Quick: true})
	if err != nil {
		s.area = follower{}
		return nil, fmt.Errorf("drawing the circle of %d points: %w", len(facilities), err)
	}
	a := iso.Areas[0]
	return &Circle{a.Limit, a.Shape, a.M2, a.CertainM2, a.PossibleM2}, nil
}

// follower is one search that follows the facilities asked for.
type follower struct {
	what *road.WhatIf
	open map[string]int // number of the open facility of an id
}

// Beyond so many changes at once, or facilities closed on the way, a new search costs less than following.
const (
	mostSteps     = 40
	mostForgotten = 400
)

// follow brings the search to exactly these facilities. After a failure it begins anew the next time.
func (f *follower) follow(ctx context.Context, s *Session, facilities []Facility, limit time.Duration) error {
	if f.what == nil || f.what.Facilities()-len(f.open) > mostForgotten || f.steps(facilities) > mostSteps {
		return f.begin(ctx, s, facilities, limit)
	}
	if err := f.change(ctx, facilities); err != nil {
		*f = follower{}
		return fmt.Errorf("following the changed points: %w", err)
	}
	return nil
}

func (f *follower) begin(ctx context.Context, s *Session, facilities []Facility, limit time.Duration) (err error) {
	demands := s.demands
	if limit > 0 {
		demands = nil // the area has no need of them
	}
	*f = follower{}
	if f.what, err = s.graph.NewWhatIf(ctx, facilityPlaces(facilities), demands, road.NearestOptions{Limit: limit}); err != nil {
		*f = follower{}
		return fmt.Errorf("finding the nearest of %d facilities: %w", len(facilities), err)
	}
	f.open = make(map[string]int, len(facilities))
	for i, facility := range facilities {
		f.open[facility.ID] = i
	}
	return nil
}

// steps counts the changes that lie between the search and some facilities.
func (f *follower) steps(facilities []Facility) int {
	same, steps := 0, 0
	for _, facility := range facilities {
		number, open := f.open[facility.ID]
		if open {
			same++
		}
		if !open || f.place(number) != facility.Point {
			steps++
		}
	}
	return steps + len(f.open) - same
}

func (f *follower) place(number int) orb.Point {
	place, _ := f.what.Facility(number)
	return place.Point
}

func (f *follower) change(ctx context.Context, facilities []Facility) error {
	wanted := make(map[string]bool, len(facilities))
	for _, facility := range facilities {
		wanted[facility.ID] = true
		number, open := f.open[facility.ID]
		var err error
		switch {
		case !open:
			number, _, err = f.what.Add(ctx, road.Place{ID: facility.ID, Point: facility.Point})
			f.open[facility.ID] = number
		case f.place(number) != facility.Point:
			_, err = f.what.Move(ctx, number, facility.Point)
		}
		if err != nil {
			return err
		}
	}
	for id, number := range f.open {
		if !wanted[id] {
			if _, err := f.what.Close(ctx, number); err != nil {
				return err
			}
			delete(f.open, id)
		}
	}
	return nil
}
