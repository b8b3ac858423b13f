package coverage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo/road"
)

// gridTown is a town of n × n crossings about 200 m apart near the equator, with settlements and police posts strewn over it.
func gridTown(t *testing.T, seed uint64, n, settlements, posts int) Engine {
	t.Helper()
	return editedTown(t, seed, [3]int{n, settlements, posts}, road.Edits{})
}

// editedTown is gridTown, of a size, settlements and posts, with its roads edited.
func editedTown(t *testing.T, seed uint64, size [3]int, edits road.Edits) Engine {
	t.Helper()
	n, settlements, posts := size[0], size[1], size[2]
	rng := rand.New(rand.NewPCG(seed, 3))
	const step = 0.0018
	at := func(i, j int) (int64, orb.Point) {
		return int64(i*n + j + 1), orb.Point{float64(i) * step, float64(j) * step}
	}
	network := &road.Network{}
	street := func(id int64, length int, node func(int) (int64, orb.Point)) {
		way := road.Way{ID: id, Tags: road.Tags{"highway": "residential"}}
		for k := range length {
			nodeID, p := node(k)
			way.NodeIDs, way.Line = append(way.NodeIDs, nodeID), append(way.Line, p)
		}
		network.Ways = append(network.Ways, way)
	}
	for i := range n {
		street(int64(2*i+1), n, func(k int) (int64, orb.Point) { return at(i, k) })
		street(int64(2*i+2), n, func(k int) (int64, orb.Point) { return at(k, i) })
	}
	network, err := network.Edit(edits)
	if err != nil {
		t.Fatal(err)
	}
	graphs := map[string]*road.Graph{}
	for _, name := range []string{"walk", "car"} {
		profile, err := road.BuiltinProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		if graphs[name], err = road.Build(t.Context(), network, profile, road.BuildOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	spot := func() orb.Point {
		return orb.Point{rng.Float64() * step * float64(n-1), rng.Float64() * step * float64(n-1)}
	}
	c := &County{Units: toyCounty().Units}
	for i := range settlements {
		code := "990101100200"
		if i%2 == 1 {
			code = "990101200200"
		}
		c.Settlements = append(c.Settlements, Settlement{ID: fmt.Sprintf("s%03d", i), Code: code, Point: spot(), People: KnownPeople(1 + rng.Int64N(500))})
	}
	for i := range posts {
		c.Hosts = append(c.Hosts, Host{ID: fmt.Sprintf("h%03d", i), Kind: HostPolicePost, Code: "990101100200", Point: spot(), SetUpCost: float64(1 + rng.IntN(9))})
	}
	c.Points = []ServicePoint{{ID: "p0", HostID: "h000", Tier: TierPost, Level: LevelDuty, Status: StatusBuilt, Point: c.Hosts[0].Point, Code: c.Hosts[0].Code}}
	return Engine{County: c, Graph: func(_ context.Context, name string) (*road.Graph, error) {
		if g, ok := graphs[name]; ok {
			return g, nil
		}
		return nil, fmt.Errorf("no graph for %s", name)
	}}
}

// covered counts the people inside when points are opened in some hosts, by the coverage analysis alone.
func covered(t *testing.T, e Engine, q Query, hosts ...string) int64 {
	t.Helper()
	var edits []Edit
	for _, id := range hosts {
		edits = append(edits, Edit{Op: EditAddPoint, HostID: id})
	}
	county, err := e.County.With(edits)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Engine{county, e.Graph}.Assess(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r.Totals.PeopleCovered
}

func TestSuggestEqualsTryingEveryPair(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	for round := range 5 {
		e := gridTown(t, seed+uint64(round), 8, 40, 9)
		q := DefaultQuery()
		q.Limit = 4 * time.Minute
		p, err := e.Suggest(t.Context(), SiteQuestion{Query: q, Sites: 2, Candidates: CandidatePosts})
		if err != nil {
			t.Fatalf("seed %d round %d: %v", seed, round, err)
		}
		best := int64(0)
		for a := 1; a < 9; a++ {
			for b := a + 1; b < 9; b++ {
				best = max(best, covered(t, e, q, e.County.Hosts[a].ID, e.County.Hosts[b].ID))
			}
		}
		if p.After.PeopleCovered != best || p.Solution.Objective != best || p.Solution.Bound < best {
			t.Errorf("seed %d round %d: best pair covers %d; proposal %d, objective %d, bound %d", seed, round, best, p.After.PeopleCovered,
				p.Solution.Objective, p.Solution.Bound)
		}
		gained := int64(0)
		for _, s := range p.Sites {
			gained += s.Gain.People
		}
		if gained != p.After.PeopleCovered-p.Before.PeopleCovered {
			t.Errorf("seed %d round %d: sites gain %d, coverage rises by %d", seed, round, gained, p.After.PeopleCovered-p.Before.PeopleCovered)
		}
	}
}

func TestAddingAPointNeverLowersCoverage(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 10, 60, 12)
	q := DefaultQuery()
	q.Limit = 3 * time.Minute
	var open []string
	last := covered(t, e, q)
	for _, h := range e.County.CandidateHosts() {
		open = append(open, h.ID)
		now := covered(t, e, q, open...)
		if now < last {
			t.Fatalf("seed %d: opening %s lowers coverage from %d to %d", seed, h.ID, last, now)
		}
		last = now
	}
}

func TestOneSettlementsAnswerDoesNotDependOnTheOthers(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 8, 30, 6)
	all, err := e.Times(t.Context(), "walk", e.County.Select(DefaultQuery()).Facilities)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range e.County.Settlements {
		county := *e.County
		county.Settlements = []Settlement{s}
		alone, err := Engine{&county, e.Graph}.Times(t.Context(), "walk", county.Select(DefaultQuery()).Facilities)
		if err != nil {
			t.Fatal(err)
		}
		if alone[0] != all[i] {
			t.Errorf("seed %d: settlement %s alone %+v, among others %+v", seed, s.ID, alone[0], all[i])
		}
	}
}

func TestSameCountyKeepsTheNeighboursPointOut(t *testing.T) {
	e := gridTown(t, 1, 6, 10, 3)
	e.County.Points[0].Code = "990202100200" // another county, unknown to the project
	q := DefaultQuery()
	q.Limit, q.SameCounty = time.Hour, true
	r, err := e.Assess(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if r.Totals.SettlementsCovered != 0 {
		t.Errorf("%d settlements are covered by a point of another county", r.Totals.SettlementsCovered)
	}
}

func TestCircleAgreesWithVerdicts(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 10, 200, 8)
	q := DefaultQuery()
	q.Limit = 5 * time.Minute
	r, err := e.Assess(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	circles, err := e.Circles(t.Context(), q, []time.Duration{q.Limit})
	if err != nil {
		t.Fatal(err)
	}
	gaps, err := e.Gaps(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for i, v := range r.Verdicts {
		p := e.County.Settlements[i].Point
		inside := contains(circles[0].Area, p)
		// Within the grid's stated error of the limit either side is right.
		if margin := (v.Time.Duration - q.Limit).Abs(); margin > 20*time.Second && inside != (v.Status == Covered) {
			differ++
			t.Logf("seed %d: %s takes %v and is drawn inside: %v", seed, e.County.Settlements[i].ID, v.Time.Duration, inside)
		}
		if contains(gaps[0].Area, p) && inside {
			t.Errorf("seed %d: %s lies both in the circle and in the gap", seed, e.County.Settlements[i].ID)
		}
	}
	if differ > 0 {
		t.Errorf("seed %d: %d settlements are drawn on the wrong side", seed, differ)
	}
}

func contains(area orb.MultiPolygon, p orb.Point) bool {
	for _, polygon := range area {
		if len(polygon) > 0 && inRing(polygon[0], p) && !inHole(polygon[1:], p) {
			return true
		}
	}
	return false
}

func inHole(holes []orb.Ring, p orb.Point) bool {
	for _, hole := range holes {
		if inRing(hole, p) {
			return true
		}
	}
	return false
}

// inRing counts crossings to the right.
func inRing(ring orb.Ring, p orb.Point) bool {
	inside := false
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			inside = !inside
		}
	}
	return inside
}

func TestDossierGainIsTheCoverageGain(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 8, 40, 6)
	q := DefaultQuery()
	q.Limit = 3 * time.Minute
	before := covered(t, e, q)
	best := int64(-1)
	for _, h := range e.County.CandidateHosts() {
		gain := covered(t, e, q, h.ID) - before
		best = max(best, gain)
		d, err := e.Dossier(t.Context(), q, h.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.After.PeopleCovered - d.Before.PeopleCovered; got != gain {
			t.Errorf("seed %d: dossier of %s gains %d, coverage %d", seed, h.ID, got, gain)
		}
		if d.Slower.PeopleCovered > d.After.PeopleCovered || d.Faster.PeopleCovered < d.After.PeopleCovered {
			t.Errorf("seed %d: slower %d, as is %d, faster %d", seed, d.Slower.PeopleCovered, d.After.PeopleCovered, d.Faster.PeopleCovered)
		}
		if d.Rank == 1 && gain != best && gain < best {
			t.Errorf("seed %d: %s ranks first with %d, another gains %d", seed, h.ID, gain, best)
		}
	}
}

func TestExplainAgreesWithAssess(t *testing.T) {
	e := gridTown(t, 5, 8, 12, 4)
	q := DefaultQuery()
	r, err := e.Assess(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range e.County.Settlements {
		x, err := e.Explain(t.Context(), q, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if x.Verdict.Status != r.Verdicts[i].Status || x.Verdict.Time.Duration != r.Verdicts[i].Time.Duration || len(x.Zh) == 0 {
			t.Errorf("%s: explained %+v, assessed %+v", s.ID, x.Verdict, r.Verdicts[i])
		}
		for _, a := range x.Nearest {
			if n := len(a.Path); n < 2 || a.Path[0] != s.Point || a.Path[n-1] != a.Facility.Point {
				t.Errorf("%s: the path to %s does not lead from door to door: %v", s.ID, a.Facility.ID, a.Path)
			}
		}
	}
}
