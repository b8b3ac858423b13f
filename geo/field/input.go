package field

import (
	"fmt"
	"math"
	"time"

	"github.com/paulmach/orb"
)

// Edge is a stretch of road on which people may stop, with the time still needed to the facility at its ends.
//
// A facility standing on an edge splits it: give the two stretches on either side of it (or the one that may be driven), each with
// the facility's end as its own end. Edges on which nobody may stop (expressways, bridge decks, tunnels) are left out by the caller.
type Edge struct {
	// ID names the edge for Field.Update; several stretches may share one. It has no influence on the times.
	ID int64
	// Line is the shape in lon/lat degrees, at least two points.
	Line orb.LineString
	// Ahead is travel from the first point of Line to its last; Back is travel from the last to the first. A one-way street has one.
	Ahead, Back Way
}

// Way is travel along an edge in one direction, towards the facility.
type Way struct {
	// OK tells whether the direction may be travelled and its end reaches the facility; the zero Way is closed.
	OK bool
	// EndMs is the time from the end this direction leads to on to the facility, in whole milliseconds, including the walk from the
	// road to the facility's door. Zero or more.
	EndMs int64
	// TravelMs is the time to travel the whole Line in this direction, in whole milliseconds, zero or more; it is spread evenly over
	// the length. A person who joins the edge at a share s of its length (seen from the start of this direction) needs
	// EndMs + (1-s)·TravelMs.
	TravelMs int64
}

// Site is a facility to which people may walk straight, without any road.
type Site struct {
	// ID names the site for Field.Update, apart from the edges' IDs.
	ID int64
	// Point is the facility's door in lon/lat degrees.
	Point orb.Point
	// DirectM is the longest straight walk in metres; 0 means none.
	DirectM float64
}

// Input is everything the reach field of one facility, or of many dissolved into one, is made from.
type Input struct {
	Edges []Edge
	Sites []Site
	// OffRoadMps is the straight walking speed between a place and the road, in metres per second.
	OffRoadMps float64
	// CapM is the longest straight walk between a place and the road, in metres.
	CapM float64
	// Walls are lines which no straight walk crosses: banks, railways, expressways, rings of water polygons. A walk that starts on a
	// wall (a road crossing it) may leave to either side, and one may pass by the end of a wall.
	Walls orb.MultiLineString
}

// Options choose the limits and the grid.
type Options struct {
	// Limits are the times for which areas are wanted, rising, at most 64.
	Limits []time.Duration
	// Frame fixes the grid, so that fields can be compared; its zero parts are chosen from the input.
	Frame Frame
	// Times keeps what Field.At needs to answer fast; without it only the classes of the limits are kept, which is several times faster.
	Times bool
	// Workers is the number of goroutines, 0 meaning one.
	Workers int
	// Progress, if given, is told how many rows of the grid's tiles are computed, from one goroutine at a time.
	Progress func(done, total int)
}

// Frame is a grid of nodes StepM apart in the plane around Reference. Fields with equal frames have their nodes at the same places.
type Frame struct {
	Reference orb.Point // lon/lat degrees; the zero point means the middle of the input, rounded to 0.01°
	StepM     float64   // at least 1; 0 means a step chosen from the size of the input
}

// Bounds of what a field accepts.
const (
	maxLimits   = 64
	maxLimit    = 24 * time.Hour
	maxCapM     = 20_000.0
	maxWallRuns = 5_000_000
)

func (in *Input) check() error {
	switch {
	case !(in.OffRoadMps >= 0.01 && in.OffRoadMps <= 100):
		return fmt.Errorf("the off-road speed is %v m/s: it must be between 0.01 and 100", in.OffRoadMps)
	case !(in.CapM >= 1 && in.CapM <= maxCapM):
		return fmt.Errorf("the longest straight walk is %v m: it must be between 1 and %v", in.CapM, maxCapM)
	}
	for i := range in.Edges {
		if err := in.Edges[i].check(); err != nil {
			return fmt.Errorf("edge %d (id %d): %w", i, in.Edges[i].ID, err)
		}
	}
	for i, s := range in.Sites {
		if err := s.check(); err != nil {
			return fmt.Errorf("site %d (id %d): %w", i, s.ID, err)
		}
	}
	runs := 0
	for i, wall := range in.Walls {
		runs += len(wall)
		for _, p := range wall {
			if err := checkPoint(p); err != nil {
				return fmt.Errorf("wall %d: %w", i, err)
			}
		}
	}
	if runs > maxWallRuns {
		return fmt.Errorf("the walls have %d points: at most %d are possible", runs, maxWallRuns)
	}
	return nil
}

func (e *Edge) check() error {
	if len(e.Line) < 2 {
		return fmt.Errorf("the line has %d points", len(e.Line))
	}
	for _, p := range e.Line {
		if err := checkPoint(p); err != nil {
			return err
		}
	}
	for _, w := range []Way{e.Ahead, e.Back} {
		if w.OK && (w.EndMs < 0 || w.TravelMs < 0) {
			return fmt.Errorf("negative time: %d ms at the end, %d ms along the line", w.EndMs, w.TravelMs)
		}
	}
	return nil
}

func (s *Site) check() error {
	if !(s.DirectM >= 0 && s.DirectM <= maxCapM) {
		return fmt.Errorf("the longest straight walk is %v m: it must be between 0 and %v", s.DirectM, maxCapM)
	}
	return checkPoint(s.Point)
}

func checkPoint(p orb.Point) error {
	if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 85) {
		return fmt.Errorf("%v is not a longitude and latitude within 85° of the equator", p)
	}
	return nil
}

func (o *Options) check() error {
	if len(o.Limits) == 0 || len(o.Limits) > maxLimits {
		return fmt.Errorf("%d limits: between 1 and %d are possible", len(o.Limits), maxLimits)
	}
	for i, limit := range o.Limits {
		if limit < 0 || limit > maxLimit || i > 0 && limit <= o.Limits[i-1] {
			return fmt.Errorf("limit %v: limits must rise from 0 to %v", limit, maxLimit)
		}
	}
	if s := o.Frame.StepM; s != 0 && !(s >= 1 && s <= 10_000) {
		return fmt.Errorf("the grid step is %v m: it must be between 1 and 10000", s)
	}
	return checkPoint(o.Frame.Reference)
}
