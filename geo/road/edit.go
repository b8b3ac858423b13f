package road

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/geo"
)

// Edits are a user's changes to the roads, as part of a scenario. They apply in the order of the fields.
type Edits struct {
	Close  []int64          // way ids that nobody may travel
	Speeds []SpeedEdit      // roads travelled at another speed
	Add    []NewRoad        // roads that are not there yet
	Lines  []orb.LineString // barriers: every road is cut where it crosses one, bridges too, and nobody walks across
	Areas  []orb.Polygon    // closed areas: roads inside are gone, and nobody walks across the rim
}

// SpeedEdit sets the speed of a way, in both directions that are open, for every profile that may use it.
type SpeedEdit struct {
	WayID int64
	Kmh   float64 // 0.1 to 200
}

// NewRoad is a road drawn by a user. Its ends join the road nearest to them within JoinM, and it meets roads where it crosses them, unless
// it or they are bridges or tunnels.
type NewRoad struct {
	Name string
	Line orb.LineString // lon/lat degrees, two points or more
	Tags Tags           // at least highway; the class decides who may use it
}

// JoinM is how far, in metres, the end of a drawn road may be from the road that it joins.
const JoinM = 25.0

// speedTag carries a SpeedEdit to the profiles.
const speedTag = "lawcircle:kmh"

// userWall marks barriers drawn by a user, which hold for every profile.
const userWall = "lawcircle:barrier"

// Edit returns the network with the edits made; the old one stays as it is, and shares what did not change. Build makes the graph of it;
// no new import is needed. Nodes and ways that are new get negative ids, which depend on the network and the edits only.
func (n *Network) Edit(edits Edits) (*Network, error) {
	e := &editor{ways: slices.Clone(n.Ways)}
	for _, way := range e.ways {
		e.lowWay = min(e.lowWay, way.ID)
		e.lowNode = min(e.lowNode, slices.Min(way.NodeIDs))
	}
	steps := []func(Edits) error{e.close, e.speeds, e.add, e.walls}
	for _, step := range steps {
		if err := step(edits); err != nil {
			return nil, fmt.Errorf("editing roads: %w", err)
		}
	}
	return &Network{Ways: e.ways, Nodes: n.Nodes, Restrictions: n.Restrictions}, nil
}

type editor struct {
	ways            []Way
	lowWay, lowNode int64
}

func (e *editor) newNode() int64 { e.lowNode--; return e.lowNode }

func (e *editor) newWay() int64 { e.lowWay--; return e.lowWay }

func (e *editor) close(edits Edits) error {
	for _, id := range edits.Close {
		before := len(e.ways)
		e.ways = slices.DeleteFunc(e.ways, func(w Way) bool { return w.ID == id })
		if len(e.ways) == before {
			return fmt.Errorf("closing way %d: there is no such way", id)
		}
	}
	return nil
}

func (e *editor) speeds(edits Edits) error {
	for _, edit := range edits.Speeds {
		if err := inRange("speed", edit.Kmh, minKmh, maxKmh); err != nil {
			return fmt.Errorf("way %d: %w", edit.WayID, err)
		}
		found := false
		for i := range e.ways {
			if e.ways[i].ID == edit.WayID {
				found = true
				e.ways[i].Tags = maps.Clone(e.ways[i].Tags)
				e.ways[i].Tags[speedTag] = strconv.FormatFloat(edit.Kmh, 'g', -1, 64)
			}
		}
		if !found {
			return fmt.Errorf("speed of way %d: there is no such way", edit.WayID)
		}
	}
	return nil
}

// add draws the new roads one after the other, so that they may join each other.
func (e *editor) add(edits Edits) error {
	for i, road := range edits.Add {
		if len(road.Line) < 2 || classOf(road.Tags) == "" {
			return fmt.Errorf("new road %d (%q): needs two points or more and a highway tag", i+1, road.Name)
		}
		for _, p := range road.Line {
			if err := checkPlaces("point of new road", []Place{{road.Name, p}}); err != nil {
				return err
			}
		}
		way := Way{ID: e.newWay(), Name: road.Name, Tags: maps.Clone(road.Tags), Line: slices.Clone(road.Line)}
		for range way.Line {
			way.NodeIDs = append(way.NodeIDs, e.newNode())
		}
		e.joinEnd(&way, 0)
		e.joinEnd(&way, len(way.Line)-1)
		if !isBridge(way.Tags) && !isTunnel(way.Tags) {
			e.joinCrossings(&way)
		}
		e.ways = append(e.ways, way)
	}
	return nil
}

// joinEnd makes one end of a way a node of the nearest road.
func (e *editor) joinEnd(way *Way, end int) {
	p := way.Line[end]
	plane := geo.NewPlane(p)
	best, bestDistance, segment, share := -1, JoinM, 0, 0.0
	for i := range e.ways {
		if classOf(e.ways[i].Tags) == "" {
			continue
		}
		line := e.ways[i].Line
		for k := 1; k < len(line); k++ {
			at, distance := geo.Foot(geo.XY{}, plane.To(line[k-1]), plane.To(line[k]))
			if distance < bestDistance {
				best, bestDistance, segment, share = i, distance, k-1, at
			}
		}
	}
	if best < 0 {
		return
	}
	way.NodeIDs[end], way.Line[end] = e.nodeAt(best, segment, share)
}

// nodeAt is the node of a way at a place, a new one unless there is one within half a metre.
func (e *editor) nodeAt(i, segment int, share float64) (int64, orb.Point) {
	way := &e.ways[i]
	p := snapTo7(between(way.Line[segment], way.Line[segment+1], share))
	for k := segment; k <= segment+1; k++ {
		if geo.Distance(p, way.Line[k]) < 0.5 {
			return way.NodeIDs[k], way.Line[k]
		}
	}
	id := e.newNode()
	*way = withNode(*way, segment, id, p)
	return id, p
}

// snapTo7 rounds to the seven decimals that OpenStreetMap and the graph keep.
func snapTo7(p orb.Point) orb.Point {
	return orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
}

func withNode(way Way, segment int, id int64, p orb.Point) Way {
	way.NodeIDs = slices.Insert(slices.Clone(way.NodeIDs), segment+1, id)
	way.Line = slices.Insert(slices.Clone(way.Line), segment+1, p)
	return way
}

// joinCrossings gives a way and the roads that it crosses common nodes.
func (e *editor) joinCrossings(way *Way) {
	for i := range e.ways {
		other := &e.ways[i]
		if classOf(other.Tags) == "" || classOf(other.Tags) == "ferry" || isBridge(other.Tags) || isTunnel(other.Tags) {
			continue
		}
		for k := 0; k+1 < len(way.Line); k++ {
			for m := 0; m+1 < len(other.Line); m++ {
				if way.NodeIDs[k] == other.NodeIDs[m] || way.NodeIDs[k+1] == other.NodeIDs[m] || way.NodeIDs[k] == other.NodeIDs[m+1] || way.NodeIDs[k+1] == other.NodeIDs[m+1] {
					continue // they meet already
				}
				if _, share, ok := crossing(way.Line[k], way.Line[k+1], other.Line[m], other.Line[m+1]); ok {
					id, p := e.nodeAt(i, m, share)
					other = &e.ways[i]
					*way = withNode(*way, k, id, p)
				}
			}
		}
	}
}

// crossing is where two segments meet: the shares along each.
func crossing(a, b, c, d orb.Point) (share, other float64, ok bool) {
	if max(a[0], b[0]) < min(c[0], d[0]) || max(c[0], d[0]) < min(a[0], b[0]) || max(a[1], b[1]) < min(c[1], d[1]) || max(c[1], d[1]) < min(a[1], b[1]) {
		return 0, 0, false
	}
	abX, abY, cdX, cdY := b[0]-a[0], b[1]-a[1], d[0]-c[0], d[1]-c[1]
	cross := abX*cdY - abY*cdX
	if cross == 0 {
		return 0, 0, false // parallel: they may touch, and do not cross
	}
	acX, acY := c[0]-a[0], c[1]-a[1]
	share, other = (acX*cdY-acY*cdX)/cross, (acX*abY-acY*abX)/cross
	return share, other, share >= 0 && share <= 1 && other >= 0 && other <= 1
}

// walls cuts every road at the barrier lines and at the rims of closed areas, takes away what is inside, and puts the lines themselves on
// the map, for straight walks.
func (e *editor) walls(edits Edits) error {
	lines := slices.Clone(edits.Lines)
	for _, area := range edits.Areas {
		for _, ring := range area {
			lines = append(lines, orb.LineString(ring))
		}
	}
	for i, line := range lines {
		if len(line) < 2 {
			return fmt.Errorf("barrier %d: needs two points or more", i+1)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	var kept []Way
	for _, way := range e.ways {
		for _, piece := range e.cut(way, lines) {
			if !insideAny(piece, edits.Areas) {
				kept = append(kept, piece)
			}
		}
	}
	e.ways = kept
	for _, line := range lines {
		wall := Way{ID: e.newWay(), Line: line, Tags: Tags{userWall: "yes"}}
		for range line {
			wall.NodeIDs = append(wall.NodeIDs, e.newNode())
		}
		e.ways = append(e.ways, wall)
	}
	return nil
}

// rimGapM is how far, in metres, a road that was cut ends before the line: an end on the line itself could be walked to from its other side.
const rimGapM = 0.2

// cut splits a way where it crosses lines; the ends on either side of a line are nodes of their own, each on its own side.
func (e *editor) cut(way Way, lines []orb.LineString) []Way {
	bound := way.Line.Bound()
	var pieces []Way
	piece := Way{ID: way.ID, Name: way.Name, Tags: way.Tags, NodeIDs: []int64{way.NodeIDs[0]}, Line: orb.LineString{way.Line[0]}}
	for k := 0; k+1 < len(way.Line); k++ {
		var shares []float64
		for _, line := range lines {
			for m := 0; m+1 < len(line) && bound.Intersects(line.Bound()); m++ {
				if share, _, ok := crossing(way.Line[k], way.Line[k+1], line[m], line[m+1]); ok {
					shares = append(shares, share)
				}
			}
		}
		slices.Sort(shares)
		shares = slices.Compact(shares)
		gap := rimGapM / max(geo.Distance(way.Line[k], way.Line[k+1]), rimGapM)
		for n, share := range shares {
			end, begin := share-gap, share+gap
			if n > 0 {
				end = max(end, (shares[n-1]+share)/2)
			}
			if n+1 < len(shares) {
				begin = min(begin, (share+shares[n+1])/2)
			}
			pieces = append(pieces, ending(piece, e.newNode(), snapTo7(between(way.Line[k], way.Line[k+1], end))))
			piece.NodeIDs, piece.Line = []int64{e.newNode()}, orb.LineString{snapTo7(between(way.Line[k], way.Line[k+1], begin))}
		}
		piece = ending(piece, way.NodeIDs[k+1], way.Line[k+1])
	}
	if pieces == nil {
		return []Way{way}
	}
	return append(pieces, piece)
}

func ending(way Way, id int64, p orb.Point) Way {
	way.NodeIDs, way.Line = append(slices.Clone(way.NodeIDs), id), append(slices.Clone(way.Line), p)
	return way
}

// insideAny tells whether a piece of road, which crosses no rim, is inside a closed area.
func insideAny(way Way, areas []orb.Polygon) bool {
	middle := between(way.Line[0], way.Line[1], 0.5)
	return slices.ContainsFunc(areas, func(area orb.Polygon) bool { return planar.PolygonContains(area, middle) })
}
