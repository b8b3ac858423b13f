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
		t.along(a.position.Edge, a.position.mark(), b.position.mark(), along)
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
	switch {
	case g.heads[2*a.Edge] == state && int64(ahead-a.AheadMs) == ms:
		t.along(a.Edge, a.mark(), g.markAt(g.edgeStart[a.Edge+1]-1), ms)
	case g.heads[2*a.Edge+1] == state && int64(a.BackMs) == ms:
		t.along(a.Edge, a.mark(), g.markAt(g.edgeStart[a.Edge]), ms)
	default: // from the junction where a one-way street begins
		t.along(a.Edge, a.mark(), a.mark(), ms)
	}
}

func (t *tracer) arrive(b Position, end foothold) {
	g := t.g
	_, back := g.totals(b.Edge)
	for direction, ms := range [2]int64{int64(b.AheadMs), int64(back - b.BackMs)} {
		d := uint32(2*b.Edge) + uint32(direction)
		begin := g.edgeStart[b.Edge]
		if direction == 1 {
			begin = g.edgeStart[b.Edge+1] - 1
		}
		for _, entry := range g.entries[g.entryStart[d]:g.entryStart[d+1]] {
			if g.heads[d] != none && entry.To == end.state && int64(entry.Ms)+ms == end.ms {
				t.along(b.Edge, g.markAt(begin), b.mark(), end.ms)
				return
			}
		}
	}
	t.along(b.Edge, b.mark(), b.mark(), end.ms)
}

func (t *tracer) whole(h hop) {
	edge := int32(h.edge >> 1)
	from, to := t.g.markAt(t.g.edgeStart[edge]), t.g.markAt(t.g.edgeStart[edge+1]-1)
	if h.edge&1 != 0 {
		from, to = to, from
	}
	t.along(edge, from, to, h.ms)
}

func (p Position) mark() mark {
	return mark{point: p.segment, share: p.share, ahead: p.AheadMs, back: p.BackMs, at: p.Point}
}

func (m *mark) before(o *mark) bool {
	return m.point < o.point || m.point == o.point && m.share < o.share
}

// along appends travel on one edge, a step for each of its ways. What ms has more than the road takes is the turn into it.
func (t *tracer) along(edge int32, from, to mark, ms int64) {
	low, high := from, to
	if to.before(&from) {
		low, high = to, from
	}
	marks := []mark{low}
	runs := runFinder{t.g.runStart}
	for run := runs.at(low.point) + 1; run < len(t.g.runStart) && t.g.runStart[run] <= high.point; run++ {
		if m := t.g.markAt(t.g.runStart[run]); m.before(&high) && low.before(&m) {
			marks = append(marks, m)
		}
	}
	marks = append(marks, high)
	reverse := to.before(&from)
	if reverse {
		slices.Reverse(marks)
	}
	rest := ms
	steps := make([]RouteStep, 0, len(marks))
	for i := 1; i < len(marks); i++ {
		a, b := marks[i-1], marks[i]
		if reverse {
			a, b = b, a
		}
		line, took := t.g.lineBetween(&a, &b), int64(b.ahead-a.ahead)
		if reverse {
			slices.Reverse(line)
			took = int64(b.back - a.back)
		}
		rest -= took
		steps = append(steps, RouteStep{t.g.runWay[runs.at(a.point)], took, geo.Length(line)})
		t.extend(line)
	}
	steps[0].Ms += rest
	for _, step := range steps {
		t.step(step)
	}
}

func (t *tracer) extend(line orb.LineString) {
	if n := len(t.route.Line); n > 0 && t.route.Line[n-1] == line[0] {
		line = line[1:]
	}
	t.route.Line = append(t.route.Line, line...)
}

// step appends a step; the same way continued is one.
func (t *tracer) step(s RouteStep) {
	if n := len(t.route.Steps); n > 0 && t.route.Steps[n-1].WayID == s.WayID {
		t.route.Steps[n-1].Ms += s.Ms
		t.route.Steps[n-1].LengthM += s.LengthM
		return
	}
	t.route.Steps = append(t.route.Steps, s)
}
