package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// style is everything that the tags of a way say.
type style struct {
	key, value string // highway=track, railway=rail, …
	name, ref  string
	surface    string
	access     string // of everyone
	foot       string
	motor      string
	oneway     string // yes, -1 or ""
	maxspeed   int    // km/h, 0 = not tagged
	bridge     bool
	tunnel     bool
}

// isRoad tells whether people or vehicles travel on it.
func (s style) isRoad() bool { return s.key == "highway" || s.key == "route" }

func (s style) tags() osm.Tags {
	var tags osm.Tags
	put := func(key, value string) {
		if value != "" {
			tags = append(tags, osm.Tag{Key: key, Value: value})
		}
	}
	put(s.key, s.value)
	put("name", s.name)
	put("ref", s.ref)
	put("surface", s.surface)
	put("access", s.access)
	put("foot", s.foot)
	put("motor_vehicle", s.motor)
	put("oneway", s.oneway)
	if s.maxspeed > 0 {
		put("maxspeed", fmt.Sprint(s.maxspeed))
	}
	if s.bridge {
		put("bridge", "yes")
		put("layer", "1")
	}
	if s.tunnel {
		put("tunnel", "yes")
		put("layer", "-1")
	}
	return tags
}

// spot is a node of the road map.
type spot struct {
	at   orb.Point
	tags osm.Tags
}

// way is a line of spots in one style.
type way struct {
	spots []int
	style style
}

// ban is a turn restriction at a spot between two ways.
type ban struct {
	from, via, to int
	kind          string
}

// network collects the road map.
type network struct {
	spots []spot
	ways  []way
	bans  []ban
}

func (n *network) addSpot(at orb.Point, tags ...osm.Tag) int {
	n.spots = append(n.spots, spot{at, tags})
	return len(n.spots) - 1
}

func (n *network) addWay(s style, spots ...int) {
	if len(spots) > 1 {
		n.ways = append(n.ways, way{slices.Clone(spots), s})
	}
}

func (n *network) lineOf(w way) orb.LineString {
	line := make(orb.LineString, len(w.spots))
	for i, s := range w.spots {
		line[i] = n.spots[s].at
	}
	return line
}

// stretch is a part of a course, in metres from its start, that is on a bridge or in a tunnel.
type stretch struct {
	from, to float64
	tunnel   bool
}

// course is a road along a line. Ends are spots, or -1 to make new ones. At every stop, metres from the start, a spot is made.
type course struct {
	line       orb.LineString
	start, end int
	style      style
	stretches  []stretch // in order, without overlap
	stops      []float64 // in order
}

// addCourse adds the ways of a course and returns the spots at its stops.
func (n *network) addCourse(c course) (stops []int) {
	cuts := slices.Clone(c.stops)
	for _, s := range c.stretches {
		cuts = append(cuts, s.from, s.to)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	length := lengthOf(c.line)
	spotAt := map[float64]int{0: c.start, length: c.end}
	from := 0.0
	for _, to := range append(cuts, length) {
		n.addWay(c.styleAt((from+to)/2), n.spotsBetween(c.line, from, to, spotAt)...)
		from = to
	}
	for _, at := range c.stops {
		stops = append(stops, spotAt[at])
	}
	return stops
}

func (c course) styleAt(at float64) style {
	s := c.style
	for _, part := range c.stretches {
		if part.from <= at && at <= part.to {
			s.bridge, s.tunnel = !part.tunnel, part.tunnel
		}
	}
	return s
}

// spotsBetween makes the spots of a line from one distance to another; those at the two ends are shared through spotAt.
func (n *network) spotsBetween(line orb.LineString, from, to float64, spotAt map[float64]int) []int {
	end := func(at float64) int {
		known, ok := spotAt[at]
		if !ok || known < 0 {
			known = n.addSpot(pointAt(line, at))
			spotAt[at] = known
		}
		return known
	}
	const tooClose = 0.5 // metres; a bend this near to an end is left out
	spots := []int{end(from)}
	along := 0.0
	for i := 1; i < len(line); i++ {
		along += distance(line[i-1], line[i])
		if along > from+tooClose && along < to-tooClose {
			spots = append(spots, n.addSpot(line[i]))
		}
	}
	return append(spots, end(to))
}

func lengthOf(line orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += distance(line[i-1], line[i])
	}
	return sum
}

// pointAt returns the point at a distance along a line; the end when the line is shorter.
func pointAt(line orb.LineString, along float64) orb.Point {
	for i := 1; i < len(line); i++ {
		d := distance(line[i-1], line[i])
		if along <= d {
			return onTheWay(line[i-1], line[i], along/d)
		}
		along -= d
	}
	return line[len(line)-1]
}

// distanceAt is where a crossing lies, in metres from the start of the line.
func distanceAt(line orb.LineString, c crossing) float64 {
	return lengthOf(line[:c.segment+1]) + distance(line[c.segment], c.at)
}

// crossedBy lists where other crosses line, in metres along line, in order.
func crossedBy(line, other orb.LineString) []float64 {
	var at []float64
	for i := 1; i < len(other); i++ {
		for _, c := range crossings(line, other[i-1], other[i]) {
			at = append(at, distanceAt(line, c))
		}
	}
	slices.Sort(at)
	return at
}

// bridgesOver turns crossings into stretches reaching half metres to both sides, joined where they would touch.
func bridgesOver(at []float64, half float64) []stretch {
	var bridges []stretch
	for _, d := range at {
		if last := len(bridges) - 1; last >= 0 && d-half <= bridges[last].to {
			bridges[last].to = d + half
			continue
		}
		bridges = append(bridges, stretch{from: d - half, to: d + half})
	}
	return bridges
}

// keepConnected drops the roads that are connected to none of the given spots: leftovers that no one could use.
func (n *network) keepConnected(anchors ...int) {
	root := make([]int, len(n.spots))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, w := range n.ways {
		for i := 1; i < len(w.spots) && w.style.isRoad(); i++ {
			root[find(w.spots[i])] = find(w.spots[i-1])
		}
	}
	n.ways = slices.DeleteFunc(n.ways, func(w way) bool {
		return w.style.isRoad() && !slices.ContainsFunc(anchors, func(a int) bool { return find(a) == find(w.spots[0]) })
	})
}

// inUse lists the spots that lie on a road which feet or wheels may leave anywhere, in order.
func (n *network) inUse() []int {
	var spots []int
	for _, w := range n.ways {
		if w.style.key == "highway" && w.style.access == "" && !w.style.bridge && !w.style.tunnel &&
			w.style.value != "motorway" && w.style.value != "motorway_link" {
			spots = append(spots, w.spots...)
		}
	}
	slices.Sort(spots)
	return slices.Compact(spots)
}

// firstID makes ids that cannot be taken for small test numbers and that say at a glance which file they are from.
const firstID = 9_900_000_000

// osm numbers what is in use and returns it in WGS-84.
func (n *network) osm() *osm.OSM {
	data := &osm.OSM{}
	id := make([]osm.NodeID, len(n.spots))
	for _, w := range n.ways {
		for _, s := range w.spots {
			id[s] = 1
		}
	}
	for i, s := range n.spots {
		if id[i] == 0 {
			continue
		}
		id[i] = osm.NodeID(firstID + len(data.Nodes))
		p := wgs84(s.at)
		data.Nodes = append(data.Nodes, &osm.Node{ID: id[i], Lon: p.Lon(), Lat: p.Lat(), Tags: s.tags, Visible: true})
	}
	for i, w := range n.ways {
		out := &osm.Way{ID: osm.WayID(firstID + i), Tags: w.style.tags(), Visible: true}
		for _, s := range w.spots {
			out.Nodes = append(out.Nodes, osm.WayNode{ID: id[s]})
		}
		data.Ways = append(data.Ways, out)
	}
	for i, b := range n.bans {
		data.Relations = append(data.Relations, &osm.Relation{ID: osm.RelationID(firstID + i), Visible: true,
			Tags: osm.Tags{{Key: "type", Value: "restriction"}, {Key: "restriction", Value: b.kind}},
			Members: osm.Members{{Type: osm.TypeWay, Ref: firstID + int64(b.from), Role: "from"},
				{Type: osm.TypeNode, Ref: int64(id[b.via]), Role: "via"}, {Type: osm.TypeWay, Ref: firstID + int64(b.to), Role: "to"}}})
	}
	return data
}

// banTurns forbids some left turns at every third junction of avenues, where each arm is a way of its own.
func (n *network) banTurns() {
	arms := map[int][]int{}
	for i, w := range n.ways {
		if w.style.value == "secondary" && w.style.oneway == "" {
			arms[w.spots[0]] = append(arms[w.spots[0]], i)
			arms[w.spots[len(w.spots)-1]] = append(arms[w.spots[len(w.spots)-1]], i)
		}
	}
	var junctions []int
	for s, ways := range arms {
		if len(ways) == 4 {
			junctions = append(junctions, s)
		}
	}
	slices.Sort(junctions)
	for i, via := range junctions {
		if i%3 != 0 {
			continue
		}
		ways := arms[via]
		slices.SortFunc(ways, func(a, b int) int { return cmp.Compare(n.heading(a, via), n.heading(b, via)) })
		kind, to := "no_left_turn", ways[3]
		if i%6 == 3 {
			kind, to = "only_straight_on", ways[2]
		}
		n.bans = append(n.bans, ban{from: ways[0], via: via, to: to, kind: kind})
	}
}

// heading is the direction in which a way leaves one of its end spots, in radians from east.
func (n *network) heading(w, from int) float64 {
	spots := n.ways[w].spots
	next := spots[1]
	if spots[0] != from {
		next = spots[len(spots)-2]
	}
	d := subtract(n.spots[next].at, n.spots[from].at)
	return math.Atan2(d[1], d[0])
}
