package field

import "github.com/paulmach/orb"

// Edge is a stretch of road on which people may stop, with the time still needed to the facility at its ends.
//
// A facility standing on an edge splits it: give the two stretches on either side of it (or the one that may be driven), each with
// the facility's end as its own end. Edges on which nobody may stop (expressways, bridge decks, tunnels) are left out by the caller.
type Edge struct {
	// ID names the edge for Field.Update; unique within one Input. It has no influence on the times.
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
	// TravelMs is the time to travel the whole Line in this direction, in whole milliseconds, more than zero; it is spread evenly
	// over the length. A person who joins the edge at a share s of its length (seen from the start of this direction) needs
	// EndMs + (1-s)·TravelMs.
	TravelMs int64
}

// Site is a facility to which people may walk straight, without any road.
type Site struct {
	// ID names the site for Field.Update; unique among the sites of one Input.
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
	// CapM is the longest straight walk between a place and the road, in metres (0 = only the roads themselves and the Sites' discs).
	CapM float64
	// Walls are lines which no straight walk crosses: banks, railways, expressways, rings of water polygons. A walk that starts on a
	// wall (a road crossing it) may leave to either side.
	Walls orb.MultiLineString
}
