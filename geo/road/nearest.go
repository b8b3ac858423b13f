package road

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// NearestOptions bound a search for the nearest facilities.
type NearestOptions struct {
	Limit time.Duration // longest trip that counts, to the millisecond; 0 means none
	K     int           // how many facilities to find for each demand; 0 means 1
	// Progress is told how many demands are done. Nil for no reports.
	Progress func(done, total int64)
}

// NearestFacilities finds for every demand the K facilities that are soonest reached, by one search from all facilities at once
// against the direction of travel. Answers come in the order of demands, and none depends on the other demands. Cost: some tens of
// nanoseconds per junction within the limit times K, and about two microseconds per demand.
func (g *Graph) NearestFacilities(ctx context.Context, facilities, demands []Place, opts NearestOptions) ([]Answer, error) {
	if err := firstError(checkPlaces("facility", facilities), checkPlaces("demand point", demands)); err != nil {
		return nil, err
	}
	sites, err := g.attach(ctx, facilities)
	if err != nil {
		return nil, fmt.Errorf("putting facilities on the road: %w", err)
	}
	n := g.newNearest(facilities, sites, opts)
	defer n.done()
	if err := n.search(ctx); err != nil {
		return nil, fmt.Errorf("searching from %d facilities: %w", len(facilities), err)
	}
	answers := make([]Answer, len(demands))
	err = inParallel(ctx, len(demands), func(from, to int) error {
		for i := from; i < to; i++ {
			answers[i] = n.answer(demands[i].Point, g.attachOne(demands[i]))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("answering %d demand points: %w", len(demands), err)
	}
	if opts.Progress != nil {
		opts.Progress(int64(len(demands)), int64(len(demands)))
	}
	return answers, nil
}

// nearest is one question to the graph: the facilities, where they are, and after the search the labels of the states.
type nearest struct {
	g          *Graph
	facilities []Place
	sites      []attached
	byEdge     map[int32][]int32 // facilities by the edge they are on, ascending
	direct     directSites
	k          int
	limit      uint32
	one        *search        // for k = 1
	many       *searchK       // otherwise
	parts      map[uint32]int // how many facilities are on each part of the network
	open       int            // how many facilities there are
	closed     []bool         // which of them are not, nil for none
}

func (g *Graph) newNearest(facilities []Place, sites []attached, opts NearestOptions) *nearest {
	n := &nearest{g: g, facilities: facilities, sites: sites, k: max(opts.K, 1), limit: limitMs(opts.Limit.Milliseconds()), open: len(facilities)}
	n.direct = newDirectSites(facilities, g.profile.DirectWalkMaxM)
	n.parts, n.byEdge = map[uint32]int{}, map[int32][]int32{}
	for i, site := range sites {
		if site.report.OK {
			n.parts[g.edgePart[site.position.Edge]]++
			n.byEdge[site.position.Edge] = append(n.byEdge[site.position.Edge], int32(i))
		}
	}
	return n
}

func (n *nearest) search(ctx context.Context) error {
	if n.k > 1 {
		n.many = newSearchK(n.g.States(), n.k)
		n.many.queue.reset(n.g.meta.MeanArcMs)
		n.seeds(n.many.seed)
		return n.many.run(ctx, n.g.inward(), n.limit)
	}
	n.one = n.g.takeSearch()
	if n.g.States() >= tiledFrom {
		var seeds []arrival
		n.seeds(func(state uint32, l label) { seeds = append(seeds, arrival{l, state}) })
		return n.one.runTiled(ctx, n.g.fold.inward(), seeds, n.limit, n.g.meta.MeanArcMs)
	}
	n.seeds(n.one.seed)
	return n.one.runFolded(ctx, n.g.fold.inward(), n.limit)
}

// done gives the memory of the search back.
func (n *nearest) done() {
	if n.one != nil {
		n.g.giveSearch(n.one)
	}
}

// seeds hands out the labels with which a search from the facilities begins.
func (n *nearest) seeds(seed func(state uint32, l label)) {
	for i := range n.sites {
		n.seedsOf(i, seed)
	}
}

// seedsOf hands out the labels of one facility, at the states from which it is reached.
func (n *nearest) seedsOf(i int, seed func(state uint32, l label)) {
	site := n.sites[i]
	if !site.report.OK {
		return
	}
	var buffer [16]foothold
	for _, f := range n.g.entrances(site.position, buffer[:0]) {
		if ms := f.ms + site.legMs; ms <= int64(n.limit) {
			seed(f.state, makeLabel(ms, i))
		}
	}
}

// labelsAt are the labels of a state, the smallest first.
func (n *nearest) labelsAt(state uint32) []label {
	if n.k > 1 {
		return n.many.at(state)
	}
	if n.one.labels[state] == noLabel {
		return nil
	}
	return n.one.labels[state : state+1]
}

func (n *nearest) answer(p orb.Point, from attached) Answer {
	answer := Answer{Snap: from.report, Nearest: n.reaches(p, from)}
	if len(answer.Nearest) == 0 {
		answer.Nearest, answer.Reason = nil, n.reason(from)
	}
	return answer
}

// reaches gathers every way to reach a facility and keeps the best.
func (n *nearest) reaches(p orb.Point, from attached) []Reach {
	var list []Reach
	add := func(ms int64, facility int, direct bool) {
		if ms <= int64(n.limit) {
			list = append(list, Reach{facility, ms, direct})
		}
	}
	if from.report.OK {
		var buffer [8]foothold
		for _, exit := range n.g.exits(from.position, buffer[:0]) {
			for _, l := range n.labelsAt(exit.state) {
				add(from.legMs+exit.ms+l.ms(), l.owner(), false)
			}
		}
		for _, i := range n.byEdge[from.position.Edge] {
			if ms, ok := n.g.alongEdge(from.position, n.sites[i].position); ok {
				add(from.legMs+ms+n.sites[i].legMs, int(i), false)
			}
		}
	}
	n.direct.near(p, func(i int, metres float64) {
		if !n.g.walls.crossed(p, n.direct.points[i]) {
			add(n.g.legMs(metres), i, true)
		}
	})
	return bestReaches(list, n.k)
}

// bestReaches keeps each facility's best and of those the k best.
func bestReaches(list []Reach, k int) []Reach {
	slices.SortFunc(list, func(a, b Reach) int {
		return cmp.Or(cmp.Compare(a.Ms, b.Ms), cmp.Compare(a.Facility, b.Facility), cmp.Compare(directRank(a), directRank(b)))
	})
	kept := list[:0]
	for _, r := range list {
		if len(kept) == k {
			break
		}
		if !slices.ContainsFunc(kept, func(o Reach) bool { return o.Facility == r.Facility }) {
			kept = append(kept, r)
		}
	}
	return kept
}

func directRank(r Reach) int {
	if r.Direct {
		return 1
	}
	return 0
}

// reason says why a demand has no answer.
func (n *nearest) reason(from attached) Reason {
	switch {
	case !from.report.OK:
		return from.report.Reason
	case n.open == 0:
		return ReasonNoFacility
	case n.parts[n.g.edgePart[from.position.Edge]] > 0 && n.limit < maxMs:
		return ReasonBeyondLimit
	case from.report.Island:
		return ReasonIsland
	default:
		return ReasonUnreachable
	}
}

// directSites finds the facilities that are near in a straight line.
type directSites struct {
	maxM   float64
	points []orb.Point
	index  *geo.Index[int]
}

func newDirectSites(places []Place, maxM float64) directSites {
	d := directSites{maxM: maxM}
	if maxM == 0 {
		return d
	}
	d.index = &geo.Index[int]{}
	for i, place := range places {
		d.insert(i, place.Point)
	}
	return d
}

func (d *directSites) insert(i int, p orb.Point) {
	if d.index == nil {
		return
	}
	for len(d.points) <= i {
		d.points = append(d.points, orb.Point{})
	}
	d.points[i] = p
	d.index.Insert(orb.Bound{Min: p, Max: p}, i)
}

func (d *directSites) remove(i int) {
	if d.index != nil {
		d.index.Delete(orb.Bound{Min: d.points[i], Max: d.points[i]}, i)
	}
}

func (d directSites) near(p orb.Point, yield func(i int, metres float64)) {
	if d.index == nil {
		return
	}
	const metresPerDegree = math.Pi / 180 * geo.EarthRadiusM
	dLat := d.maxM / metresPerDegree * 1.001
	dLon := dLat / max(math.Cos((math.Abs(p[1])+dLat)*math.Pi/180), 0.01)
	box := orb.Bound{Min: orb.Point{p[0] - dLon, p[1] - dLat}, Max: orb.Point{p[0] + dLon, p[1] + dLat}}
	d.index.Search(box, func(i int) bool {
		if metres := geo.Distance(p, d.points[i]); metres <= d.maxM {
			yield(i, metres)
		}
		return true
	})
}
