package road

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// Route is one fastest trip, to be shown and explained.
type Route struct {
	Ms        int64 // from door to door; the parts below add up to it
	Line      orb.LineString
	Direct    bool // a straight walk: there are no steps
	AccessMs  int64
	AccessM   float64 // straight, from the start to the road
	EgressMs  int64
	EgressM   float64
	Steps     []RouteStep
	From, To  SnapReport
	distanceM float64
}

// DistanceM is the length of the route's line in metres.
func (r Route) DistanceM() float64 { return r.distanceM }

// RouteStep is travel along one way, with the cost of turning into it.
type RouteStep struct {
	WayID   int64
	Ms      int64
	LengthM float64
}

// Path finds the fastest trip between two places. ok is false when there is none; the reports in the route then say whether one of them
// is off the road. Cost: a search as far as the destination, from the start outwards.
func (g *Graph) Path(ctx context.Context, from, to Place) (route Route, ok bool, err error) {
	if err := firstError(checkPlaces("start", []Place{from}), checkPlaces("destination", []Place{to})); err != nil {
		return Route{}, false, err
	}
	a, b := g.attachOne(from), g.attachOne(to)
	route = Route{From: a.report, To: b.report}
	if a.report.OK && b.report.OK {
		if ok, err = g.pathOnRoad(ctx, a, b, &route); err != nil {
			return Route{}, false, fmt.Errorf("finding the way from %q to %q: %w", from.ID, to.ID, err)
		}
	}
	if ok {
		route.Line = append(append(orb.LineString{from.Point}, route.Line...), to.Point)
	}
	metres := geo.Distance(from.Point, to.Point)
	if ms := g.legMs(metres); metres <= g.profile.DirectWalkMaxM && (!ok || ms < route.Ms) && !g.walls.crossed(from.Point, to.Point) {
		route = Route{Ms: ms, Line: orb.LineString{from.Point, to.Point}, Direct: true, AccessMs: ms, AccessM: metres, From: a.report, To: b.report}
		ok = true
	}
	route.distanceM = geo.Length(route.Line)
	return route, ok, nil
}

func (g *Graph) pathOnRoad(ctx context.Context, a, b attached, route *Route) (ok bool, err error) {
	s := g.takeSearch()
	defer g.giveSearch(s)
	for _, exit := range g.exits(a.position, nil) {
		s.seed(exit.state, makeLabel(exit.ms, 0))
	}
	ends := g.entrances(b.position, nil)
	best, end, err := g.searchTo(ctx, s, ends)
	if err != nil {
		return false, err
	}
	along, same := int64(0), false
	if a.position.Edge == b.position.Edge {
		along, same = g.alongEdge(a.position, b.position)
	}
	if !same && best < 0 {
		return false, nil
	}
	route.AccessMs, route.AccessM = a.legMs, a.report.DistanceM
	route.EgressMs, route.EgressM = b.legMs, b.report.DistanceM
	t := tracer{g: g, route: route}
	if same && (best < 0 || along <= best) {
		t.within(a.position, b.position, along)
		best = along
	} else {
		t.trace(s, a.position, b.position, end)
	}
	route.Ms = a.legMs + best + b.legMs
	return true, nil
}

// searchTo settles states until the best of the ends cannot be bettered: its time in total, -1 when none is reached, and which it is.
func (g *Graph) searchTo(ctx context.Context, s *search, ends []foothold) (int64, foothold, error) {
	best, at := int64(-1), foothold{}
	for n := 0; ; n++ {
		if n&0x3fff == 0x3fff && ctx.Err() != nil {
			return 0, at, ctx.Err()
		}
		ms, state, ok := s.queue.pop()
		if !ok || best >= 0 && makeLabel(int64(ms), 0)>>s.queue.shift > makeLabel(best, 0)>>s.queue.shift {
			return best, at, nil
		}
		l := s.labels[state]
		if l.ms() != int64(ms) {
			continue
		}
		for _, end := range ends {
			if end.state == state && (best < 0 || l.ms()+end.ms < best) {
				best, at = l.ms()+end.ms, end
			}
		}
		for _, a := range g.out[g.outStart[state]:g.outStart[state+1]] {
			if next := l.plus(a.Ms); next.ms() <= maxMs {
				s.seed(a.To, next)
			}
		}
	}
}

// tracer writes a route down.
type tracer struct {
	g     *Graph
	route *Route
}

// hop is a directed edge on the way, with the time it took including the turn before it.
type hop struct {
	edge uint32
	ms   int64
}

// trace walks back from the end by finding, at each state, the arc that explains its label.
func (t *tracer) trace(s *search, a, b Position, end foothold) {
	g := t.g
	state := end.state
	var hops []hop
	exits := g.exits(a, nil)
	for {
		l := s.labels[state]
		if i := slices.IndexFunc(exits, func(f foothold) bool { return f.state == state && f.ms == l.ms() }); i >= 0 {
			break
		}
		arcs := g.in[g.inStart[state]:g.inStart[state+1]]
		i := slices.IndexFunc(arcs, func(a arc) bool { return s.labels[a.To] != noLabel && s.labels[a.To].plus(a.Ms) == l })
		if i < 0 {
			break
		}
		hops = append(hops, hop{g.edgeOf(arcs[i].To, state, arcs[i].Ms), int64(arcs[i].Ms)})
		state = arcs[i].To
	}
	slices.Reverse(hops)
	t.leave(a, state, s.labels[state].ms())
	for _, h := range hops {
		t.whole(h)
	}
	t.arrive(b, end)
}

// edgeOf is a directed edge that leads from one state to another in a time.
func (g *Graph) edgeOf(from, to, ms uint32) uint32 {
	for _, d := range g.edgesInto(to) {
		for _, entry := range g.entries[g.entryStart[d]:g.entryStart[d+1]] {
			if entry.To == from && uint32(g.directedMs(d))+entry.Ms == ms {
				return d
			}
		}
	}
	return g.edgesInto(to)[0] // a copy's arc: the edge is that of the state
}

// leave is the part of the start's edge that is travelled.
func (t *tracer) leave(a Position, state uint32, ms int64) {
	g := t.g
	ahead, _ := g.totals(a.Edge)
	first, last := g.edgeStart[a.Edge], g.edgeStart[a.Edge+1]-1
	here := mark{point: a.segment, share: a.share, at: a.Point}
	switch {
	case g.heads[2*a.Edge] == state && int64(ahead-a.AheadMs) == ms:
		end := g.markAt(last)
		t.add(g.lineBetween(&here, &end), a.Edge, ms)
	case g.heads[2*a.Edge+1] == state && int64(a.BackMs) == ms:
		begin := g.markAt(first)
		t.add(reversed(g.lineBetween(&begin, &here)), a.Edge, ms)
	default: // from the junction where a one-way street begins
		t.add(orb.LineString{a.Point}, a.Edge, ms)
	}
}

func (t *tracer) arrive(b Position, end foothold) {
	g := t.g
	_, back := g.totals(b.Edge)
	here := mark{point: b.segment, share: b.share, at: b.Point}
	for direction, ms := range [2]int64{int64(b.AheadMs), int64(back - b.BackMs)} {
		d := uint32(2*b.Edge) + uint32(direction)
		for _, entry := range g.entries[g.entryStart[d]:g.entryStart[d+1]] {
			if g.heads[d] == none || entry.To != end.state || int64(entry.Ms)+ms != end.ms {
				continue
			}
			if begin, last := g.markAt(g.edgeStart[b.Edge]), g.markAt(g.edgeStart[b.Edge+1]-1); direction == 0 {
				t.add(g.lineBetween(&begin, &here), b.Edge, end.ms)
			} else {
				t.add(reversed(g.lineBetween(&here, &last)), b.Edge, end.ms)
			}
			return
		}
	}
	t.add(orb.LineString{b.Point}, b.Edge, end.ms)
}

// within is travel along one edge.
func (t *tracer) within(a, b Position, ms int64) {
	from, to := mark{point: a.segment, share: a.share, at: a.Point}, mark{point: b.segment, share: b.share, at: b.Point}
	if a.segment < b.segment || a.segment == b.segment && a.share <= b.share {
		t.add(t.g.lineBetween(&from, &to), a.Edge, ms)
	} else {
		t.add(reversed(t.g.lineBetween(&to, &from)), a.Edge, ms)
	}
}

func (t *tracer) whole(h hop) {
	line := t.g.EdgeLine(int32(h.edge >> 1))
	if h.edge&1 != 0 {
		slices.Reverse(line)
	}
	t.add(line, int32(h.edge>>1), h.ms)
}

// add appends a stretch; the same way continued is one step. The way is that of the edge's first part.
func (t *tracer) add(line orb.LineString, edge int32, ms int64) {
	way := t.g.runWay[runFinder{t.g.runStart}.at(t.g.edgeStart[edge])]
	length := geo.Length(line)
	if n := len(t.route.Line); n > 0 && t.route.Line[n-1] == line[0] {
		line = line[1:]
	}
	t.route.Line = append(t.route.Line, line...)
	if n := len(t.route.Steps); n > 0 && t.route.Steps[n-1].WayID == way {
		t.route.Steps[n-1].Ms += ms
		t.route.Steps[n-1].LengthM += length
		return
	}
	t.route.Steps = append(t.route.Steps, RouteStep{way, ms, length})
}

func reversed(line orb.LineString) orb.LineString {
	slices.Reverse(line)
	return line
}
