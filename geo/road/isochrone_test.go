package road

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/geo"
	polygons "lawcircle/geo/shape"
)

// A place that is more than a grid step from the border is on the side that its answer says, whatever the profile; but for features narrower
// than a step, which all corners of the place's cell gainsay.
func TestAreaAgreesWithAnswers(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	for _, rules := range []string{"snap_max_m: 90\n", "one_way: {obey: true}\nsnap_max_m: 60\ndirect_walk_max_m: 100\n"} {
		random := rand.New(rand.NewPCG(seed, 21))
		graph := buildWith(t, randomNetwork(random, 12), plainProfile(t, "bicycle", rules))
		facilities, places := randomPlaces(random, 4, 12), randomPlaces(random, 3000, 12)
		limit := 5 * time.Minute
		const stepM = 5
		isochrone, err := graph.Isochrone(context.Background(), facilities, IsochroneOptions{Limits: []time.Duration{limit}, StepM: stepM})
		if err != nil {
			t.Fatal(err)
		}
		area := isochrone.Areas[0]
		if err := polygons.Validate(area.Shape); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if area.CertainM2 > area.M2 || area.M2 > area.PossibleM2 || area.M2 == 0 {
			t.Errorf("seed %d: %v m², certain %v, possible %v", seed, area.M2, area.CertainM2, area.PossibleM2)
		}
		near, narrow, checked := 0, 0, 0
		for i, answer := range nearestOf(t, graph, facilities, places, limit) {
			p := places[i].Point
			if borderDistance(area.Shape, p) < 1.5*stepM {
				near++
				continue
			}
			checked++
			if inside := planar.MultiPolygonContains(area.Shape, p); inside != (len(answer.Nearest) > 0) {
				if narrow++; cornersSay(t, graph, facilities, limit, p, stepM) == [2]bool{!inside, inside} {
					continue
				}
				t.Errorf("seed %d: %v is answered %v and drawn inside: %v", seed, p, answer.Nearest, inside)
			}
		}
		if checked < 1000 || narrow > checked/100 {
			t.Errorf("seed %d: %d places are away from the border, %d near it, %d in something narrow", seed, checked, near, narrow)
		}
	}
}

// Every node of the grid is inside exactly when its answer says so, with its time: on one-way streets and their beginnings, with turns,
// beside walls, on the facility's own road and within a straight walk of its door.
func TestEveryNodeOfTheGridIsOnItsSide(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	profiles := map[string]*Profile{
		"foot":    plainProfile(t, "foot", "snap_max_m: 80\ndirect_walk_max_m: 150\n"),
		"one-way": plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\ndirect_walk_max_m: 90\n"),
		"turns":   plainProfile(t, "car", turnsYAML, "snap_max_m: 60\n"),
	}
	for name, profile := range profiles {
		reached := 0
		for round := range 4 {
			random := rand.New(rand.NewPCG(seed, uint64(round)))
			network, err := randomNetwork(random, 10).Edit(Edits{Lines: randomWalls(random, 4, 10)})
			if err != nil {
				t.Fatal(err)
			}
			graph := buildWith(t, network, profile)
			reached += checkNodes(t, graph, randomPlaces(random, 1+2*round, 10), fmt.Sprintf("%s, seed %d, round %d", name, seed, round))
		}
		if reached == 0 {
			t.Errorf("%s, seed %d: nobody is reached", name, seed)
		}
	}
}

// The ways onto the road that are looked up by blocks are those that each place finds by itself.
func TestTilesKnowTheWayOfEveryPlace(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 21))
	graphs := map[string]*Graph{"walk": buildShared(t, poa, "walk"), "car": buildShared(t, poa, "car")}
	together := 0
	for name, g := range graphs {
		for _, stepM := range []float64{20, 160} {
			a := g.groundOf(stepM)
			span := int(9000 / stepM / groundNodes)
			for range 12 {
				at := tileAt{int32(random.IntN(2*span+1) - span), int32(random.IntN(2*span+1) - span)}
				tile := a.tile(at)
				for number, slot := range tile.slot {
					want := a.wayOnto(a.place(float64(int(at.i)*groundNodes+number%groundNodes), float64(int(at.j)*groundNodes+number/groundNodes)), 0)
					got := spot{edge: -1}
					if slot != noSlot {
						got = tile.spots[slot]
					}
					if got != want {
						t.Fatalf("%s, %v m: tile %v has %+v for place %d, by itself it finds %+v", name, stepM, at, got, number, want)
					}
				}
				if a.lookAround(&block{middle: a.place(float64(at.i)*groundNodes, float64(at.j)*groundNodes), half: 50}) {
					together++
				}
			}
		}
	}
	if together == 0 {
		t.Error("no block was looked up together")
	}
}

// Ground is forgotten when there is too much of it, and found again.
func TestGroundIsBounded(t *testing.T) {
	a := buildWith(t, randomNetwork(rand.New(rand.NewPCG(1, 23)), 4), plainProfile(t, "foot", "snap_max_m: 80\n")).groundOf(20)
	first := *a.tile(tileAt{})
	a.kept.Store(mostTiles)
	a.tile(tileAt{1, 0})
	count := 0
	a.tiles.Range(func(_, _ any) bool { count++; return true })
	if count != 1 || a.kept.Load() != 1 {
		t.Errorf("%d tiles are kept, %d counted, beyond the bound", count, a.kept.Load())
	}
	if !reflect.DeepEqual(*a.tile(tileAt{}), first) || len(first.shares) == 0 {
		t.Error("a forgotten tile is found differently")
	}
}

// Tiles are listed once each and by rows, whichever way they are gathered.
func TestTilesOfSpans(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 22))
	for range 20 {
		var near, far tileSet
		want := map[tileAt]bool{}
		for range 1 + random.IntN(40) {
			from := tileAt{int32(random.IntN(30) - 15), int32(random.IntN(30) - 15)}
			span := tileSpan{from, tileAt{from.i + int32(random.IntN(4)), from.j + int32(random.IntN(4))}}
			near.add(span)
			far.add(span)
			for i := span.from.i; i <= span.to.i; i++ {
				for j := span.from.j; j <= span.to.j; j++ {
					want[tileAt{i, j}] = true
				}
			}
		}
		listed := near.tiles()
		distant := tileAt{1 << 20, 1 << 20}
		far.add(tileSpan{distant, distant})
		if !slices.Equal(far.tiles(), append(slices.Clone(listed), distant)) || len(listed) != len(want) || !slices.IsSortedFunc(listed, byRows) {
			t.Fatalf("seed %d: %d tiles %v, want %d", seed, len(listed), listed, len(want))
		}
		for _, at := range listed {
			if !want[at] {
				t.Fatalf("seed %d: %v is in no span", seed, at)
			}
		}
	}
}

func randomWalls(random *rand.Rand, n, side int) (walls []orb.LineString) {
	for range n {
		var wall orb.LineString
		for _, p := range randomPlaces(random, 3, side) {
			wall = append(wall, p.Point)
		}
		walls = append(walls, wall)
	}
	return walls
}

// checkNodes holds the nodes of a grid against their answers and returns how many have one.
func checkNodes(t *testing.T, g *Graph, facilities []Place, what string) (reached int) {
	t.Helper()
	ctx := context.Background()
	limits := []int64{60_000, 150_000, 400_000}
	n := g.newNearest(facilities, must(g.attach(ctx, facilities)), NearestOptions{Limit: 400 * time.Second})
	defer n.done()
	if err := n.search(ctx); err != nil {
		t.Fatal(err)
	}
	a := g.groundOf(18)
	f := must(n.field(ctx, a, n.tilesInReach(a, n.edgesInReach()), limits))
	var nodes []Place
	low, high := tileAt{-2, -2}, tileAt{2, 2}
	width := int(high.i-low.i) * groundNodes
	for k := range width * width {
		i, j := int(low.i)*groundNodes+k%width, int(low.j)*groundNodes+k/width
		nodes = append(nodes, Place{Point: a.place(float64(i), float64(j))})
	}
	for k, answer := range must(g.NearestFacilities(ctx, facilities, nodes, NearestOptions{Limit: 400 * time.Second})) {
		i, j := int(low.i)*groundNodes+k%width, int(low.j)*groundNodes+k/width
		want := unreached
		if len(answer.Nearest) > 0 {
			want = answer.Nearest[0].Ms
			reached++
		}
		if got := f.msAt(i, j); got != want && (want < unreached || got <= limits[2]) {
			t.Fatalf("%s: node %d %d has %d ms, its answer is %d", what, i, j, got, want)
		}
		for limit := range limits {
			if f.isWithin(limit, i, j) != (want <= limits[limit]) {
				t.Fatalf("%s: node %d %d is drawn within %d ms: %v, its answer is %d", what, i, j, limits[limit], f.isWithin(limit, i, j), want)
			}
		}
	}
	for limit := range limits {
		checkCells(t, f, limit, what)
	}
	return reached
}

// checkCells counts the grid's cells one after the other.
func checkCells(t *testing.T, f *field, limit int, what string) {
	t.Helper()
	firstRow, _ := f.rows()
	firstColumn, lastColumn := f.tiles[0].at.i, f.tiles[0].at.i
	for _, t := range f.tiles {
		firstColumn, lastColumn = min(firstColumn, t.at.i), max(lastColumn, t.at.i)
	}
	for row, got := range f.count(limit) {
		j := firstRow - groundNodes + row
		var want cells
		for i := int(firstColumn)*groundNodes - 1; i < int(lastColumn+1)*groundNodes; i++ {
			inside := 0
			for k := range 4 {
				if f.isWithin(limit, i+k%2, j+k/2) {
					inside++
				}
			}
			want.certain += inside / 4
			want.possible += (inside + 3) / 4
		}
		if got != want {
			t.Fatalf("%s: row %d has %+v cells, counted %+v", what, j, want, got)
		}
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// cornersSay tells whether some corner of the cell around a place is answered no, and whether some is answered yes.
func cornersSay(t *testing.T, g *Graph, facilities []Place, limit time.Duration, p orb.Point, stepM float64) (said [2]bool) {
	t.Helper()
	a := g.groundOf(stepM)
	xy := a.plane.To(p)
	var corners []Place
	for k := range 4 {
		corners = append(corners, Place{Point: a.place(math.Floor(xy.X/stepM)+float64(k%2), math.Floor(xy.Y/stepM)+float64(k/2))})
	}
	for _, answer := range nearestOf(t, g, facilities, corners, limit) {
		said[min(1, len(answer.Nearest))] = true
	}
	return said
}

func borderDistance(area orb.MultiPolygon, p orb.Point) float64 {
	best := 1e9
	for _, polygon := range area {
		for _, ring := range polygon {
			if foot, ok := geo.FootOnLine(p, orb.LineString(ring)); ok {
				best = min(best, foot.DistanceM)
			}
		}
	}
	return best
}
