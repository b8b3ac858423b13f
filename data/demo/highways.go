package demo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// link is a road through the desert between two oases, each end at the main road nearest to a position.
type link struct {
	from, to       oasisID
	nearFrom       orb.Point // where to look for the ends
	nearTo         orb.Point
	value, surface string
	maxspeed       int
	rough          float64
	interchange    bool // with the expressway
	tunnel         bool
}

func links() []link {
	return []link{
		{upper, central, km(-5, 18), km(-5, 12), "secondary", "asphalt", 70, 0.04, false, false},
		{central, lower, km(-2.5, -8), km(2.5, -16), "secondary", "asphalt", 70, 0.03, true, false},
		{east, farm, km(31, -1), km(31, -16), "tertiary", "asphalt", 60, 0.05, false, false},
		{lower, farm, km(18, -20), km(26, -20), "tertiary", "gravel", 50, 0.05, false, false},
		{east, mine, km(33, 11), km(39, 26), "tertiary", "gravel", 40, 0.16, false, true},
		{west, central, km(-24, 7), km(-12, 8), "unclassified", "gravel", 40, 0.05, false, false},
		{west, pasture, km(-29.5, -4), km(-28.5, -15), "unclassified", "dirt", 30, 0.05, true, false},
	}
}

// desertRoad is a link, or a piece of the national highway, with its line.
type desertRoad struct {
	start, end  int // spots, -1 at the edge of the county
	line        orb.LineString
	style       style
	interchange bool
	tunnel      bool
}

// planDesertRoads finds the ends and draws the lines.
func (m *roadMap) planDesertRoads() {
	for _, l := range links() {
		a, b := m.grids[l.from].nearestMain(m.network, l.nearFrom), m.grids[l.to].nearestMain(m.network, l.nearTo)
		m.desert = append(m.desert, desertRoad{start: a, end: b, interchange: l.interchange, tunnel: l.tunnel,
			line:  winding{l.rough, 500, 900}.line(m.r, m.spots[a].at, m.spots[b].at),
			style: style{key: "highway", value: l.value, surface: l.surface, maxspeed: l.maxspeed}})
	}
	m.planTrunk()
}

// planTrunk leads the national highway from the western to the eastern edge of the county, along its row through each oasis.
func (m *roadMap) planTrunk() {
	last, from := -1, km(-51, 2)
	piece := func(to int, at orb.Point, interchange bool) {
		m.desert = append(m.desert, desertRoad{start: last, end: to, interchange: interchange, style: trunkStyle(),
			line: winding{0.02, 700, 400}.line(m.r, from, at)})
	}
	for _, id := range []oasisID{west, central, zone, east} {
		first, final := m.grids[id].rowEnds(m.grids[id].oasis.trunkRow)
		piece(first, m.spots[first].at, id == east)
		last, from = final, m.spots[final].at
	}
	piece(-1, km(50, 6), false)
}

// rowEnds returns the spots at the western and eastern end of a row.
func (g *grid) rowEnds(row int) (first, last int) {
	first, last = -1, -1
	for u := -g.reach.u; u <= g.reach.u; u++ {
		if spot, ok := g.spots[step{u, row}]; ok {
			if first < 0 {
				first = spot
			}
			last = spot
		}
	}
	return first, last
}

// interchange is where a desert road passes under the expressway with ramps: its spots south and north of it.
type interchange struct {
	at           orb.Point
	south, north int
}

// rampReach is how far from the expressway the ramps meet the crossing road.
const rampReach = 160.0

// layDesertRoad adds the ways of a road: bridges over the river, level crossings on the railway, a tunnel, junctions with ramps.
func (m *roadMap) layDesertRoad(road desertRoad) {
	c := course{line: road.line, start: road.start, end: road.end, style: road.style}
	c.stretches = bridgesOver(crossedBy(road.line, m.land.river), 40)
	if road.tunnel {
		length := lengthOf(road.line)
		c.stretches = append(c.stretches, stretch{from: length * 0.55, to: length*0.55 + 700, tunnel: true})
	}
	rail := crossedBy(road.line, m.land.rail)
	c.stops = slices.Clone(rail)
	var motorway []float64
	if road.interchange {
		motorway = crossedBy(road.line, m.land.motorway)
	}
	for _, at := range motorway {
		c.stops = append(c.stops, at-rampReach, at+rampReach)
	}
	slices.Sort(c.stops)
	spots := m.addCourse(c)
	spotAt := func(at float64) int { return spots[slices.Index(c.stops, at)] }
	for _, at := range rail {
		m.spots[spotAt(at)].tags = osm.Tags{{Key: "railway", Value: "level_crossing"}}
		m.levelCrossings = append(m.levelCrossings, spotAt(at))
	}
	for _, at := range motorway {
		before, after := spotAt(at-rampReach), spotAt(at+rampReach)
		if m.land.northOfMotorway(m.spots[before].at) {
			before, after = after, before
		}
		m.interchanges = append(m.interchanges, interchange{pointAt(road.line, at), before, after})
	}
}

// northOfMotorway tells on which side of the nearest part of the expressway a position lies.
func (l *land) northOfMotorway(p orb.Point) bool {
	for i := 1; i < len(l.motorway); i++ {
		a, b := l.motorway[i-1], l.motorway[i]
		along := (p[0]-a[0])*(b[0]-a[0]) + (p[1]-a[1])*(b[1]-a[1])
		share := along / (distance(a, b) * distance(a, b))
		if share >= 0 && share <= 1 && distance(onTheWay(a, b, share), p) < 1000 {
			return cross(a, b, p) > 0
		}
	}
	return false
}

// layExpressway adds two one-way carriageways on bridges over everything they cross, and the ramps.
func (m *roadMap) layExpressway() {
	below := make([]orb.LineString, 0, len(m.ways))
	for _, w := range m.ways {
		if line := m.lineOf(w); line.Bound().Intersects(m.land.motorway.Bound()) {
			below = append(below, line)
		}
	}
	m.layCarriageway(besides(m.land.motorway), below, func(i interchange) int { return i.south })
	back := slices.Clone(m.land.motorway)
	slices.Reverse(back)
	m.layCarriageway(besides(back), below, func(i interchange) int { return i.north })
}

// besides shifts a line to the right-hand side of its direction.
func besides(line orb.LineString) orb.LineString {
	const half = 12.0 // metres from the middle of the expressway to the middle of a carriageway
	shifted := make(orb.LineString, len(line))
	for i, p := range line {
		a, b := line[max(i-1, 0)], line[min(i+1, len(line)-1)]
		shifted[i] = subtract(p, turn(a, b, half))
	}
	return shifted
}

// layCarriageway adds one carriageway; side picks the spot of the crossing road that its ramps meet.
func (m *roadMap) layCarriageway(line orb.LineString, below []orb.LineString, side func(interchange) int) {
	const merge = 380.0 // metres along the expressway from the bridge to where ramps leave and join
	c := course{line: line, start: -1, end: -1,
		style: style{key: "highway", value: "motorway", ref: "G0000", name: "示范高速（虚构）", surface: "asphalt", oneway: "yes", maxspeed: 120}}
	var under []float64
	for _, road := range below {
		under = append(under, crossedBy(line, road)...)
	}
	slices.Sort(under)
	c.stretches = bridgesOver(under, 30)
	type meeting struct{ off, on float64 }
	meetings := make([]meeting, len(m.interchanges))
	for i, ramp := range m.interchanges {
		at := nearestAlong(line, ramp.at)
		meetings[i] = meeting{at - merge, at + merge}
		c.stops = append(c.stops, at-merge, at+merge)
	}
	slices.Sort(c.stops)
	spots := m.addCourse(c)
	link := style{key: "highway", value: "motorway_link", surface: "asphalt", oneway: "yes", maxspeed: 40}
	for i, ramp := range m.interchanges {
		m.addWay(link, spots[slices.Index(c.stops, meetings[i].off)], side(ramp))
		m.addWay(link, side(ramp), spots[slices.Index(c.stops, meetings[i].on)])
	}
}

// nearestAlong returns the distance along a line of its point nearest to p.
func nearestAlong(line orb.LineString, p orb.Point) float64 {
	best, bestAway, along := 0.0, -1.0, 0.0
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := distance(a, b)
		share := ((p[0]-a[0])*(b[0]-a[0]) + (p[1]-a[1])*(b[1]-a[1])) / (length * length)
		share = min(max(share, 0), 1)
		if away := distance(onTheWay(a, b, share), p); bestAway < 0 || away < bestAway {
			best, bestAway = along+share*length, away
		}
		along += length
	}
	return best
}

// layRail adds the railway through the spots where roads cross it.
func (m *roadMap) layRail() {
	rail := m.land.rail
	type stop struct {
		along float64
		spot  int
	}
	var stops []stop
	for _, s := range m.levelCrossings {
		stops = append(stops, stop{nearestAlong(rail, m.spots[s].at), s})
	}
	for i, p := range rail {
		stops = append(stops, stop{lengthOf(rail[:i+1]), m.addSpot(p)})
	}
	slices.SortStableFunc(stops, func(a, b stop) int { return cmp.Compare(a.along, b.along) })
	spots := make([]int, len(stops))
	for i, s := range stops {
		spots[i] = s.spot
	}
	m.addWay(style{key: "railway", value: "rail", name: "示范铁路（虚构）"}, spots...)
}
