package road

import "github.com/paulmach/orb"

// Place is a facility or a demand point. IDs are the caller's own and have no influence on times.
type Place struct {
	ID    string
	Point orb.Point // lon/lat degrees, WGS-84
}

// Position is a place on an edge of a Graph: how far along, in time, in both directions.
type Position struct {
	Edge    int32
	AheadMs int32 // from the first point of the edge to here
	BackMs  int32 // from here back to the first point
	Point   orb.Point

	segment uint32  // the point of the edges' shapes before it
	share   float64 // of the segment behind that point
}

// Reason says why there is no answer, in the words used in tables.
type Reason string

// Reasons. The first three mean that nothing is known about the place; the others that the road data is there and the answer is no.
const (
	ReasonNone         Reason = ""
	ReasonFarFromRoad  Reason = "too_far_from_road"  // no usable road within the profile's snap limit
	ReasonIsland       Reason = "island"             // on a part of the network cut off from the rest and from every facility
	ReasonOutsideRoads Reason = "outside_roads"      // outside the box of the road data
	ReasonBeyondLimit  Reason = "beyond_limit"       // some facility can be reached, none within the limit
	ReasonUnreachable  Reason = "no_way_to_facility" // on the main network, and no facility is on it
	ReasonNoFacility   Reason = "no_facility"        // there is no facility at all
)

// SnapReport tells how a point was put on the road.
type SnapReport struct {
	OK        bool
	DistanceM float64   // straight, to the place on the road; when not OK to the nearest usable road, walls or not
	Point     orb.Point // the place on the road, when OK
	WayID     int64     // of the road, when OK
	Island    bool      // the road belongs to a part cut off from the main network, which is farther than the snap limit
	// NearerIslandM is the distance to a road that is nearer and was passed over because it is on an island; 0 when there is none.
	NearerIslandM float64
	Reason        Reason // why not, when not OK
}

// Reach is a facility in reach.
type Reach struct {
	Facility int   // index into the facilities given
	Ms       int64 // from the demand point to the facility's door
	Direct   bool  // by walking straight, without a road
}

// Answer is the answer for one demand point.
type Answer struct {
	Snap    SnapReport
	Nearest []Reach // nearest first (equal times: lower index first), at most K, all within the limit
	Reason  Reason  // why Nearest is empty
}

// Cell is one entry of a travel-time matrix.
type Cell struct {
	To int   // index into the destinations given
	Ms int64 // from the row's place to it
}

// ReachedEdge is a stretch of road with the time still needed at its ends, for maps.
type ReachedEdge struct {
	Edge int32
	Line orb.LineString
	// Ahead is travel from the first point of Line to its last, Back the other way.
	Ahead, Back ReachedWay
	MayStop     bool // one may leave the road here: no expressway, bridge, tunnel or ferry
}

// ReachedWay is travel along a stretch in one direction, towards the facility.
type ReachedWay struct {
	OK       bool  // the direction may be travelled and leads to a facility within the limit
	EndMs    int64 // from the end this direction leads to on to the facility's door
	TravelMs int64 // for the whole stretch, spread evenly over its length; at least 1
	Facility int   // the one reached
}
