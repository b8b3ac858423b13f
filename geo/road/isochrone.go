package road

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
	"lawcircle/geo/contour"
)

// IsochroneOptions say which areas are wanted.
type IsochroneOptions struct {
	Limits []time.Duration // rising
	// StepM is the grid's spacing in metres; 0 chooses by the size of the area, so that about 2^19 places are asked.
	StepM float64
	// WithoutSizes leaves the sizes of the areas out.
	WithoutSizes bool
	// Progress is told how many areas are done. Nil for no reports.
	Progress func(done, total int64)
}

// Isochrone is the area from which the facilities are reached within each limit.
type Isochrone struct {
	StepM float64 // spacing of the grid that was used
	Areas []Area  // one per limit
}

// Area is the area within one limit: every place whose answer, as NearestFacilities gives it, is at most the limit. Every node of the grid
// is on its right side; vertices lie on the grid lines between an inside and an outside node, at an estimate of where the time meets the
// limit; what is narrower than a step may be missed.
type Area struct {
	Limit time.Duration
	// Shape is in lon/lat degrees: valid, closed, with holes, winding as RFC 7946 asks; empty where nothing is reached.
	Shape orb.MultiPolygon
	// M2 is the size of Shape on the ellipsoid. CertainM2 counts the grid cells with all four corners inside, PossibleM2 those with any
	// corner inside; features wider than a step cannot make the size leave this range.
	M2, CertainM2, PossibleM2 float64
}

// Isochrone is the area from which at least one of the facilities is reached, dissolved into one per limit. It is sampled from the same
// function that answers for demand points, so area and answer agree; a longer limit contains a shorter one.
func (g *Graph) Isochrone(ctx context.Context, facilities []Place, opts IsochroneOptions) (Isochrone, error) {
	if err := firstError(checkPlaces("facility", facilities), opts.check()); err != nil {
		return Isochrone{}, err
	}
	sites, err := g.attach(ctx, facilities)
	if err != nil {
		return Isochrone{}, fmt.Errorf("putting facilities on the road: %w", err)
	}
	n := g.newNearest(facilities, sites, NearestOptions{Limit: slices.Max(opts.Limits)})
	defer n.done()
	if err := n.search(ctx); err != nil {
		return Isochrone{}, fmt.Errorf("searching from %d facilities: %w", len(facilities), err)
	}
	return n.isochrone(ctx, opts)
}

func (o IsochroneOptions) check() error {
	if len(o.Limits) == 0 || o.Limits[0] <= 0 || !slices.IsSorted(o.Limits) || len(o.Limits) > 64 {
		return fmt.Errorf("isochrone: needs 1 to 64 rising limits above zero, got %v", o.Limits)
	}
	if o.StepM != 0 && !(o.StepM >= 1 && o.StepM <= 10_000) {
		return fmt.Errorf("isochrone: a grid of %v m is outside 1 to 10000", o.StepM)
	}
	return nil
}

// Isochrones makes the areas of each facility apart, on all processors, and hands them out in the order of facilities. Its error stops
// everything.
func (g *Graph) Isochrones(ctx context.Context, facilities []Place, opts IsochroneOptions, yield func(int, Isochrone) error) error {
	worker := func() func(int) (Isochrone, error) {
		return func(i int) (Isochrone, error) { return g.Isochrone(ctx, facilities[i:i+1], opts) }
	}
	return inOrder(ctx, len(facilities), worker, func(i int, isochrone Isochrone) error {
		if opts.Progress != nil {
			opts.Progress(int64(i+1), int64(len(facilities)))
		}
		return yield(i, isochrone)
	})
}

// targetPlaces is about how many places a grid of chosen spacing has at most.
const targetPlaces = 1 << 19

// chooseGround takes the finest grid over the area in reach that keeps to targetPlaces, the area being measured in tiles of the finest grid,
// and returns it with its tiles in reach.
func (n *nearest) chooseGround(edges []int32) (*ground, []tileAt) {
	finest := n.g.groundOf(groundSteps[0])
	tiles := n.tilesInReach(finest, edges)
	side := finest.stepM * groundNodes
	areaM2 := float64(len(tiles)) * side * side
	stepM := groundSteps[len(groundSteps)-1]
	for _, candidate := range groundSteps {
		if areaM2/(candidate*candidate) <= targetPlaces {
			stepM = candidate
			break
		}
	}
	if stepM == finest.stepM {
		return finest, tiles
	}
	a := n.g.groundOf(stepM)
	return a, n.tilesInReach(a, edges)
}

// isochrone samples and traces the areas from the labels of a search that went as far as the longest limit.
func (n *nearest) isochrone(ctx context.Context, opts IsochroneOptions) (Isochrone, error) {
	n.withSite = n.edgesWithSites()
	edges := n.edgesInReach()
	var a *ground
	var tiles []tileAt
	if opts.StepM == 0 {
		a, tiles = n.chooseGround(edges)
	} else {
		a = n.g.groundOf(opts.StepM)
		tiles = n.tilesInReach(a, edges)
	}
	s, err := n.sample(ctx, a, tiles, opts.Limits)
	if err != nil {
		return Isochrone{}, fmt.Errorf("sampling the area: %w", err)
	}
	out := Isochrone{StepM: a.stepM}
	for k := range opts.Limits {
		area, err := s.area(k, !opts.WithoutSizes)
		if err != nil {
			return Isochrone{}, fmt.Errorf("drawing the area of %v: %w", opts.Limits[k], err)
		}
		out.Areas = append(out.Areas, area)
	}
	return out, ctx.Err()
}

// tilesInReach are the tiles with places from which a facility may be reached, by rows: those around the roads in reach, as far as people
// walk to a road and the limit allows, and those around the facilities as far as people walk straight to the door.
func (n *nearest) tilesInReach(a *ground, edges []int32) []tileAt {
	g := n.g
	speed := g.profile.OffRoad.Mps() / 1000 // metres per millisecond
	var set tileSet
	for _, edge := range edges {
		if g.edgeFlags[edge]&edgeMayStop == 0 {
			continue
		}
		radius := speed * float64(n.spare(edge))
		if g.profile.SnapMaxM > 0 {
			radius = math.Min(radius, g.profile.SnapMaxM)
		}
		last := g.edgeStart[edge+1] - 1
		for p := g.edgeStart[edge]; p < last; p += chunkSegments {
			box := emptyBox()
			for k := p; k <= min(p+chunkSegments, last); k++ {
				box = joinBoxes(box, [4]int32{g.lonLat[2*k], g.lonLat[2*k+1], g.lonLat[2*k], g.lonLat[2*k+1]})
			}
			set.add(a.span(orb.Point{float64(box[0]) / 1e7, float64(box[1]) / 1e7}, orb.Point{float64(box[2]) / 1e7, float64(box[3]) / 1e7}, radius))
		}
	}
	for i, site := range n.facilities {
		if n.closed == nil || !n.closed[i] {
			set.add(a.span(site.Point, site.Point, math.Min(g.profile.DirectWalkMaxM, speed*float64(n.limit))))
		}
	}
	return set.tiles()
}

// spare is how much of the limit is left at the better place of an edge.
func (n *nearest) spare(edge int32) int64 {
	best := int64(math.MaxInt64)
	for _, d := range []uint32{uint32(2 * edge), uint32(2*edge + 1)} {
		if head := n.g.heads[d]; head != none {
			if l := n.one.labels[head]; l != noLabel {
				best = min(best, l.ms())
			}
		}
	}
	if len(n.byEdge[edge]) > 0 {
		best = 0
	}
	return max(0, int64(n.limit)-best)
}

// soonest is the least time of reaches, without the list: of a place whose way onto the road is known.
func (n *nearest) soonest(p orb.Point, from spot) (ms int64, ok bool) {
	best := n.byRoad(from)
	n.direct.near(p, func(i int, metres float64) {
		if ms := n.g.legMs(metres); ms < best && !n.g.walls.crossed(p, n.direct.points[i]) {
			best = ms
		}
	})
	return best, best <= int64(n.limit)
}

// byRoad is soonest without straight walks to the door; MaxInt64 when there is no way. A session may know labels beyond the limit asked
// for; an area must not depend on them.
func (n *nearest) byRoad(from spot) int64 {
	best := int64(math.MaxInt64)
	if from.edge < 0 {
		return best
	}
	leg := int64(from.legMs)
	add := func(state uint32, ms int64) {
		if l := n.one.labels[state]; l != noLabel && l.ms() <= int64(n.limit) {
			best = min(best, leg+ms+l.ms())
		}
	}
	ahead, back := n.g.heads[2*from.edge], n.g.heads[2*from.edge+1]
	if ahead != none && back != none { // nearly always
		add(ahead, int64(from.restMs))
		add(back, int64(from.backMs))
	} else {
		var buffer [8]foothold
		for _, exit := range n.g.exits(from.position(), buffer[:0]) {
			add(exit.state, exit.ms)
		}
	}
	if n.withSite.has(from.edge) {
		for _, i := range n.byEdge[from.edge] {
			if ms, ok := n.g.alongEdge(from.position(), n.sites[i].position); ok {
				best = min(best, leg+ms+n.sites[i].legMs)
			}
		}
	}
	return best
}

// edgeSet is a set of edges as bits.
type edgeSet []uint64

func (n *nearest) edgesWithSites() edgeSet {
	set := make(edgeSet, n.g.Edges()/64+1)
	for edge, sites := range n.byEdge {
		if len(sites) > 0 {
			set[edge/64] |= 1 << (edge % 64)
		}
	}
	return set
}

func (s edgeSet) has(edge int32) bool { return s[edge/64]&(1<<(edge%64)) != 0 }

// door is a facility's place on the ground's plane.
type door struct {
	geo.XY
	facility int
}

// doorsAround lists the facilities to which people may walk straight from a tile.
func (n *nearest) doorsAround(a *ground, at tileAt) []door {
	if n.g.profile.DirectWalkMaxM <= 0 {
		return nil
	}
	side := a.stepM * groundNodes
	middle := a.plane.From(geo.XY{X: (float64(at.i) + 0.5) * side, Y: (float64(at.j) + 0.5) * side})
	within := (n.g.profile.DirectWalkMaxM + side) * 1.1
	var doors []door
	for i, site := range n.facilities {
		if (n.closed == nil || !n.closed[i]) && geo.Distance(middle, site.Point) <= within {
			doors = append(doors, door{a.plane.To(site.Point), i})
		}
	}
	return doors
}

// walkMs improves on best by a straight walk to one of the doors. On the plane a walk may look a little longer or shorter than it is.
func (n *nearest) walkMs(a *ground, p orb.Point, doors []door, best int64) int64 {
	const slack = 1.03
	speed := n.g.profile.OffRoad.Mps() / 1000
	at := a.plane.To(p)
	stretch := a.stretch(p[1]) * slack
	for _, d := range doors {
		reach := math.Min(n.g.profile.DirectWalkMaxM, speed*float64(min(best, int64(n.limit)))) * stretch
		if dx, dy := at.X-d.X, at.Y-d.Y; dx*dx+dy*dy > reach*reach {
			continue
		}
		to := n.facilities[d.facility].Point
		metres := geo.Distance(p, to)
		if ms := n.g.legMs(metres); ms < best && metres <= n.g.profile.DirectWalkMaxM && !n.g.walls.crossed(p, to) {
			best = ms
		}
	}
	return best
}

// samples are the ranks of the places of some tiles: how many limits each meets, 0 for none.
type samples struct {
	n           *nearest
	a           *ground
	limits      []time.Duration
	first, last tileAt // corner tiles
	columns     int
	ranks       []*[groundNodes * groundNodes]uint8 // of every tile between the corners; nil where nobody is reached
}

func (n *nearest) sample(ctx context.Context, a *ground, tiles []tileAt, limits []time.Duration) (*samples, error) {
	s := &samples{n: n, a: a, limits: limits}
	if len(tiles) == 0 {
		return s, nil
	}
	s.first, s.last = tiles[0], tiles[len(tiles)-1]
	for _, at := range tiles {
		s.first.i, s.last.i = min(s.first.i, at.i), max(s.last.i, at.i)
	}
	s.columns = int(s.last.i-s.first.i) + 1
	s.ranks = make([]*[groundNodes * groundNodes]uint8, s.columns*(int(s.last.j-s.first.j)+1))
	places, err := a.prepare(ctx, tiles)
	if err != nil {
		return nil, err
	}
	return s, inPieces(ctx, len(tiles), 4, func(from, to int) error {
		for k := from; k < to; k++ {
			s.rank(tiles[k], places[k])
		}
		return nil
	})
}

func (s *samples) rank(at tileAt, places *groundTile) {
	var ranks [groundNodes * groundNodes]uint8
	reached := false
	doors := s.n.doorsAround(s.a, at)
	for k := range places {
		ms := s.n.byRoad(places[k])
		if len(doors) > 0 {
			p := s.a.place(float64(int(at.i)*groundNodes+k%groundNodes), float64(int(at.j)*groundNodes+k/groundNodes))
			ms = s.n.walkMs(s.a, p, doors, ms)
		}
		ranks[k] = s.rankOf(ms)
		reached = reached || ranks[k] > 0
	}
	if reached {
		s.ranks[int(at.j-s.first.j)*s.columns+int(at.i-s.first.i)] = &ranks
	}
}

// rankOf counts the limits that a time meets.
func (s *samples) rankOf(ms int64) uint8 {
	for k, limit := range s.limits {
		if ms <= limit.Milliseconds() {
			return uint8(len(s.limits) - k)
		}
	}
	return 0
}

// rankAt is the rank of a node.
func (s *samples) rankAt(i, j int) uint8 {
	ti, tj := floorDiv(i, groundNodes)-int(s.first.i), floorDiv(j, groundNodes)-int(s.first.j)
	if ti < 0 || tj < 0 || ti >= s.columns || tj*s.columns >= len(s.ranks) {
		return 0
	}
	ranks := s.ranks[tj*s.columns+ti]
	if ranks == nil {
		return 0
	}
	return ranks[(j-floorDiv(j, groundNodes)*groundNodes)*groundNodes+i-floorDiv(i, groundNodes)*groundNodes]
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// area traces the area of limit k and measures it.
func (s *samples) area(k int, sizes bool) (Area, error) {
	out := Area{Limit: s.limits[k]}
	if len(s.ranks) == 0 {
		return out, nil
	}
	need := uint8(len(s.limits) - k)
	ms := s.limits[k].Milliseconds()
	firstRow, lastRow := int(s.first.j)*groundNodes, (int(s.last.j)+1)*groundNodes-1
	shape, err := contour.Trace(contour.Lattice{
		FirstRow: firstRow, LastRow: lastRow,
		Changes: func(j int, list []int) []int { return s.changes(j, need, list) },
		Inside:  func(n contour.Node) bool { return s.rankAt(n.I, n.J) >= need },
		Cross:   func(in, outside contour.Node) float64 { return s.cross(in, outside, ms) },
		Joined: func(n contour.Node) bool {
			return s.within(float64(n.I)+0.5, float64(n.J)+0.5, s.a.hint(s.a.spotAt(n.I, n.J)), ms)
		},
	})
	if err != nil {
		return out, err
	}
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = s.a.place(p[0], p[1])
			}
		}
	}
	out.Shape = shape
	if sizes {
		out.M2 = geo.MultiArea(shape)
		s.measure(need, &out)
	}
	return out, nil
}

// changes lists where a row of nodes enters and leaves a rank.
func (s *samples) changes(j int, need uint8, list []int) []int {
	row := floorDiv(j, groundNodes)
	inRow := (j - row*groundNodes) * groundNodes
	inside := false
	for column := range s.columns {
		first := (int(s.first.i) + column) * groundNodes
		ranks := s.ranks[(row-int(s.first.j))*s.columns+column]
		if ranks == nil {
			if inside {
				list, inside = append(list, first-1), false
			}
			continue
		}
		for i, rank := range ranks[inRow : inRow+groundNodes] {
			if (rank >= need) != inside {
				list, inside = append(list, first+i-1), !inside
			}
		}
	}
	if inside {
		list = append(list, (int(s.last.i)+1)*groundNodes-1)
	}
	return list
}

// cross takes the time as linear between an inside and an outside node that both have one; where the outside one has none, the border is as
// far as one walks in the time left at the inside one. Both rules put the border of a longer limit nowhere before that of a shorter one.
func (s *samples) cross(in, out contour.Node, ms int64) float64 {
	msIn := s.soonestAt(in)
	if msOut := s.soonestAt(out); msOut < math.MaxInt64 {
		return float64(ms-msIn) / float64(msOut-msIn)
	}
	return s.n.g.profile.OffRoad.Mps() * float64(ms-msIn) / 1000 / s.a.stepM
}

func (s *samples) soonestAt(n contour.Node) int64 {
	ms, _ := s.n.soonest(s.a.place(float64(n.I), float64(n.J)), s.a.spotAt(n.I, n.J))
	return ms
}

// within asks the exact answer of a place; hintM as in wayOnto.
func (s *samples) within(i, j, hintM float64, ms int64) bool {
	p := s.a.place(i, j)
	found, ok := s.n.soonest(p, s.a.wayOnto(p, hintM))
	return ok && found <= ms
}

// measure counts cells by their corners.
func (s *samples) measure(need uint8, area *Area) {
	for j := int(s.first.j)*groundNodes - 1; j < (int(s.last.j)+1)*groundNodes; j++ {
		certain, possible := s.countRow(j, need)
		if possible > 0 {
			cell := geo.Area(orb.Bound{Min: s.a.place(0, float64(j)), Max: s.a.place(1, float64(j+1))}.ToPolygon())
			area.CertainM2 += float64(certain) * cell
			area.PossibleM2 += float64(possible) * cell
		}
	}
}

// countRow counts the cells between rows j and j+1 with all, and with any, of their corners inside, from where the two rows enter and leave.
func (s *samples) countRow(j int, need uint8) (certain, possible int) {
	var lower, upper []int
	if floorDiv(j, groundNodes) >= int(s.first.j) {
		lower = s.changes(j, need, nil)
	}
	if floorDiv(j+1, groundNodes) <= int(s.last.j) {
		upper = s.changes(j+1, need, nil)
	}
	for k := 0; k < len(lower); k += 2 { // inside are the nodes after lower[k] up to lower[k+1]
		possible += lower[k+1] - lower[k] + 1
	}
	for k := 0; k < len(upper); k += 2 {
		possible += upper[k+1] - upper[k] + 1
	}
	for a, b := 0, 0; a < len(lower) && b < len(upper); {
		from, to := max(lower[a], upper[b]), min(lower[a+1], upper[b+1])
		if to > from {
			certain += to - from - 1
		}
		from, to = max(lower[a], upper[b]), min(lower[a+1], upper[b+1])
		if both := to - from + 1; both > 0 {
			possible -= both // counted in both rows
		}
		if lower[a+1] < upper[b+1] {
			a += 2
		} else {
			b += 2
		}
	}
	return certain, possible
}
