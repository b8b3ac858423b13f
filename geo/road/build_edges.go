package road

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// maxEdgeMs bounds one edge: about six days, far beyond any ferry.
const maxEdgeMs = 1 << 29

// makeEdges turns chains of links into edges. Junctions are numbered along the Hilbert curve and edges by their junctions, so that what is
// near on the map is near in memory.
func (b *builder) makeEdges() {
	g := &b.graph
	var parts []part
	starts, points := []int32{0}, 0
	b.chains(func(chain []part) {
		parts = append(parts, chain...)
		starts = append(starts, int32(len(parts)))
		from, to := b.chainEnds(chain)
		b.edgeEnds = append(b.edgeEnds, from, to)
	})
	for _, l := range b.links {
		points += int(l.last-l.first) + 1
	}
	b.numberJunctions()
	order := sortedIndexes(len(starts)-1, func(x, y int) int { return cmp.Compare(b.lowEnd(x), b.lowEnd(y)) })
	g.lonLat, g.ahead, g.back = make([]int32, 0, 2*points), make([]int32, 0, points), make([]int32, 0, points)
	g.edgeStart, g.edgeFlags = append(make([]uint32, 0, len(order)+1), 0), make([]uint8, 0, len(order))
	ends := make([]int32, 0, len(b.edgeEnds))
	for _, e := range order {
		b.addEdge(parts[starts[e]:starts[e+1]])
		if b.err != nil {
			return
		}
		ends = append(ends, b.edgeEnds[2*e], b.edgeEnds[2*e+1])
	}
	b.edgeEnds = ends
	b.ways, b.links, b.degree = nil, nil, nil // they have served
	b.nodes = len(b.ids)
	if b.profile.Turns == nil { // restrictions speak of nodes
		b.ids, b.flags, b.vertexOf, b.vertices, b.junctionOf = nil, nil, nil, nil, nil
	}
}

func (b *builder) addEdge(chain []part) {
	g := &b.graph
	rule := b.partRule(chain[0])
	shape := b.shapeOf(chain)
	ahead, back := shape.times(b)
	n := len(ahead) - 1
	if !(ahead[n] < maxEdgeMs && back[n] < maxEdgeMs) {
		b.err = fmt.Errorf("way %d takes longer than %d hours: is it broken?", b.ways[b.links[chain[0].link].way].ID, maxEdgeMs/3600000)
		return
	}
	base := uint32(len(g.ahead))
	for i, p := range shape.line {
		units := inUnits(p)
		g.lonLat = append(g.lonLat, units[0], units[1])
		g.ahead = append(g.ahead, roundMs(ahead[i]))
		g.back = append(g.back, roundMs(back[i]))
	}
	last := len(g.ahead) - 1
	g.ahead[last], g.back[last] = max(g.ahead[last], 1), max(g.back[last], 1) // so that no trip is free and every search ends
	runs := len(g.runWay)
	for i, run := range shape.runs {
		if way := b.ways[run.way].ID; i == 0 || way != g.runWay[len(g.runWay)-1] {
			g.runStart = append(g.runStart, base+uint32(run.first))
			g.runWay = append(g.runWay, way)
		}
	}
	flags := flagsOf(rule)
	if len(g.runWay)-runs > 1 || b.elevation != nil { // one way on the flat has one pace
		flags |= g.unevenFlag(base, uint32(last))
	}
	g.edgeStart = append(g.edgeStart, uint32(len(g.ahead)))
	g.edgeFlags = append(g.edgeFlags, flags)
}

// unevenFlag is the flag of an edge from one of its points to another, if its pace changes.
func (g *Graph) unevenFlag(first, last uint32) uint8 {
	if len(g.paceChanges(first, last)) > 0 {
		return edgeUneven
	}
	return 0
}

func flagsOf(rule wayRule) (flags uint8) {
	for flag, is := range map[uint8]bool{
		edgeAhead: rule.aheadKmh > 0, edgeBack: rule.backKmh > 0, edgeMayStop: rule.mayStop, edgeEnds: rule.ends,
	} {
		if is {
			flags |= flag
		}
	}
	return flags
}

func (b *builder) chainEnds(chain []part) (from, to int32) {
	first, last := chain[0], chain[len(chain)-1]
	from, to = b.links[first.link].from, b.links[last.link].to
	if first.reverse {
		from = b.links[first.link].to
	}
	if last.reverse {
		to = b.links[last.link].from
	}
	return from, to
}

// shape is a chain's line with what each segment is.
type shape struct {
	line        orb.LineString
	runs        []shapeRun
	ahead, back []float64 // memory for times
}

// shapeRun says that from point first on the segments belong to one way.
type shapeRun struct {
	first int
	way   int32
	rule  wayRule
}

func (b *builder) shapeOf(chain []part) shape {
	s := shape{line: b.shape.line[:0], runs: b.shape.runs[:0], ahead: b.shape.ahead[:0], back: b.shape.back[:0]}
	for _, p := range chain {
		l := b.links[p.link]
		line := b.ways[l.way].Line[l.first : l.last+1]
		s.runs = append(s.runs, shapeRun{max(len(s.line)-1, 0), l.way, b.partRule(p)})
		skip := min(len(s.line), 1) // the first point is the last of the link before
		for i := skip; i < len(line); i++ {
			at := i
			if p.reverse {
				at = len(line) - 1 - i
			}
			s.line = append(s.line, line[at])
		}
	}
	b.shape = s
	return s
}

// times are the milliseconds from the first point ahead to each point, and from each back to the first, not yet rounded, so that the
// error of a whole chain stays under half a millisecond.
func (s shape) times(b *builder) (ahead, back []float64) {
	ahead, back = append(s.ahead, 0), append(s.back, 0)
	var hills *hillside
	if b.elevation != nil {
		hills = newHillside(s, b)
	}
	run, along := 0, 0.0
	for i := 1; i < len(s.line); i++ {
		for run+1 < len(s.runs) && s.runs[run+1].first < i {
			run++
		}
		rule, length := s.runs[run].rule, geo.Distance(s.line[i-1], s.line[i])
		stretchAhead, stretchBack := length, length // metres of the flat that take as long
		if hills != nil {
			stretchAhead = hills.flatMetres(along, along+length, rule.aheadKmh)
			stretchBack = hills.flatMetres(along+length, along, rule.backKmh)
		}
		ahead = append(ahead, ahead[i-1]+millis(stretchAhead, rule.aheadKmh))
		back = append(back, back[i-1]+millis(stretchBack, rule.backKmh))
		along += length
	}
	b.shape.ahead, b.shape.back = ahead, back
	return ahead, back
}

func millis(metres, kmh float64) float64 {
	if kmh == 0 {
		return 0 // closed: nobody asks
	}
	return metres * 3600 / kmh
}

func (b *builder) lowEnd(e int) int32 { return min(b.edgeEnds[2*e], b.edgeEnds[2*e+1]) }

// numberJunctions replaces vertices by junction numbers in edgeEnds.
func (b *builder) numberJunctions() {
	place, used := make([][2]int32, len(b.vertices)), make([]bool, len(b.vertices))
	for _, l := range b.links {
		line := b.ways[l.way].Line
		place[l.from], place[l.to] = inUnits(line[l.first]), inUnits(line[l.last])
	}
	west, south, east, north := int32(math.MaxInt32), int32(math.MaxInt32), int32(math.MinInt32), int32(math.MinInt32)
	for _, v := range b.edgeEnds {
		used[v] = true
		west, south, east, north = min(west, place[v][0]), min(south, place[v][1]), max(east, place[v][0]), max(north, place[v][1])
	}
	c := newCurve(west, south, east, north)
	type keyed struct {
		key    uint32
		vertex int32
	}
	var order []keyed
	for v, is := range used {
		if is {
			order = append(order, keyed{c.at(place[v][0], place[v][1]), int32(v)})
		}
	}
	slices.SortFunc(order, func(x, y keyed) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.vertex, y.vertex)) })
	b.junctionOf = slices.Repeat([]int32{-1}, len(b.vertices))
	b.signals = make([]bool, len(order))
	for i, k := range order {
		b.junctionOf[k.vertex] = int32(i)
		b.signals[i] = b.flags[b.vertices[k.vertex].node]&nodeSignal != 0
	}
	for i, v := range b.edgeEnds {
		b.edgeEnds[i] = b.junctionOf[v]
	}
	b.junctions = len(order)
}

// inUnits is a point in 1e-7 degrees.
func inUnits(p orb.Point) [2]int32 {
	return [2]int32{int32(math.Round(p[0] * 1e7)), int32(math.Round(p[1] * 1e7))}
}

// runFinder finds the run that a point belongs to.
type runFinder struct{ starts []uint32 }

func (r runFinder) at(point uint32) int {
	i, found := slices.BinarySearch(r.starts, point)
	if !found {
		i--
	}
	return i
}
