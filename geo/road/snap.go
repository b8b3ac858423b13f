package road

import (
	"math"

	"github.com/paulmach/orb"
)

// Snap puts a point on the road: on the nearest edge of the main network within the profile's limit, or else on the nearest island.
// Edges where one may not stop do not count. ok is false when there is none; the report then says why.
func (g *Graph) Snap(p orb.Point) (position Position, report SnapReport, ok bool) {
	limit := g.profile.SnapMaxM
	if limit == 0 {
		limit = math.Inf(1)
	}
	main, found := g.nearestFoot(p, limit, func(edge int32) bool { return g.isMain(g.edgePart[edge]) })
	reach := limit
	if found {
		reach = main.distanceM - 2*tieM
	}
	island, hasIsland := g.nearestFoot(p, reach, func(edge int32) bool { return !g.isMain(g.edgePart[edge]) })
	switch {
	case found:
		position, report = g.placeOn(main)
		if hasIsland {
			report.NearerIslandM = island.distanceM
		}
	case hasIsland && g.profile.islandsUsable():
		position, report = g.placeOn(island)
		report.Island = true
	case hasIsland:
		return Position{}, SnapReport{DistanceM: island.distanceM, Reason: ReasonIsland}, false
	default:
		return Position{}, g.unsnapped(p), false
	}
	return position, report, true
}

// islandsUsable tells whether a point may be put on an island at all; profiles that know the largest part only never do.
func (p *Profile) islandsUsable() bool { return p.MainNetworkKm > 0 }

func (g *Graph) placeOn(f foot) (Position, SnapReport) {
	position := Position{
		Edge:    f.edge,
		AheadMs: alongSegment(g.ahead, f),
		BackMs:  alongSegment(g.back, f),
		Point:   between(g.point(f.segment), g.point(f.segment+1), f.share),
		segment: f.segment,
		share:   f.share,
	}
	run := runFinder{g.runStart}.at(f.segment)
	return position, SnapReport{OK: true, DistanceM: f.distanceM, Point: position.Point, WayID: g.runWay[run]}
}

func alongSegment(times []int32, f foot) int32 {
	from, to := times[f.segment], times[f.segment+1]
	return from + int32(math.Round(f.share*float64(to-from)))
}

func (g *Graph) unsnapped(p orb.Point) SnapReport {
	report := SnapReport{Reason: ReasonFarFromRoad}
	any, found := g.nearestStraight(p)
	if found {
		report.DistanceM = any.distanceM
	}
	if !found || !g.Bounds().Contains(p) {
		report.Reason = ReasonOutsideRoads
	}
	return report
}

// legMs is the time of a straight walk, in whole milliseconds.
func (g *Graph) legMs(metres float64) int64 {
	return int64(math.Round(metres / g.profile.OffRoad.Mps() * 1000))
}

// foothold is a state from which, or to which, a place on the road is so many milliseconds.
type foothold struct {
	state uint32
	ms    int64
}

// exits are the states at which a person starting at a position comes out, and when.
func (g *Graph) exits(p Position, list []foothold) []foothold {
	ahead, _ := g.totals(p.Edge)
	forward, backward := uint32(2*p.Edge), uint32(2*p.Edge+1)
	if head := g.heads[forward]; head != none {
		list = append(list, foothold{head, int64(ahead - p.AheadMs)})
	}
	if head := g.heads[backward]; head != none {
		list = append(list, foothold{head, int64(p.BackMs)})
	}
	// Who stands at the very beginning of a one-way street stands at the junction.
	switch _, back := g.totals(p.Edge); {
	case g.heads[backward] == none && p.AheadMs == 0:
		list = g.departures(forward, list)
	case g.heads[forward] == none && p.BackMs == back:
		list = g.departures(backward, list)
	}
	return list
}

// entrances are the states from which a person comes to a position, and how long it takes.
func (g *Graph) entrances(p Position, list []foothold) []foothold {
	_, back := g.totals(p.Edge)
	forward, backward := uint32(2*p.Edge), uint32(2*p.Edge+1)
	if g.heads[forward] != none {
		for _, entry := range g.entries[g.entryStart[forward]:g.entryStart[forward+1]] {
			list = append(list, foothold{entry.To, int64(entry.Ms) + int64(p.AheadMs)})
		}
	}
	if g.heads[backward] != none {
		for _, entry := range g.entries[g.entryStart[backward]:g.entryStart[backward+1]] {
			list = append(list, foothold{entry.To, int64(entry.Ms) + int64(back-p.BackMs)})
		}
	}
	// Who stands at the very end of a one-way street stands at the junction.
	switch ahead, _ := g.totals(p.Edge); {
	case g.heads[backward] == none && p.AheadMs == ahead:
		list = g.arrivals(forward, list)
	case g.heads[forward] == none && p.BackMs == 0:
		list = g.arrivals(backward, list)
	}
	return list
}

// departures are the states that one reaches from the junction where a directed edge begins, by other edges too.
func (g *Graph) departures(d uint32, list []foothold) []foothold {
	for _, entry := range g.entries[g.entryStart[d]:g.entryStart[d+1]] {
		if g.profile.Turns == nil {
			list = append(list, foothold{entry.To, 0})
			continue
		}
		for _, next := range g.out[g.outStart[entry.To]:g.outStart[entry.To+1]] {
			list = append(list, foothold{next.To, int64(next.Ms)})
		}
	}
	return list
}

// arrivals are the states in which one is at the junction where a directed edge ends, by other edges too.
func (g *Graph) arrivals(d uint32, list []foothold) []foothold {
	head := g.heads[d]
	list = append(list, foothold{head, 0})
	if g.profile.Turns == nil {
		return list
	}
	for _, next := range g.out[g.outStart[head]:g.outStart[head+1]] {
		for _, before := range g.in[g.inStart[next.To]:g.inStart[next.To+1]] {
			list = append(list, foothold{before.To, 0})
		}
	}
	return list
}

// alongEdge is the time from one position to another of the same edge without leaving it.
func (g *Graph) alongEdge(from, to Position) (ms int64, ok bool) {
	flags := g.edgeFlags[from.Edge]
	if flags&edgeAhead != 0 && to.AheadMs >= from.AheadMs {
		return int64(to.AheadMs - from.AheadMs), true
	}
	if flags&edgeBack != 0 && from.BackMs >= to.BackMs {
		return int64(from.BackMs - to.BackMs), true
	}
	return 0, false
}
