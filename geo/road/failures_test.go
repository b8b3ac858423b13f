package road

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// What breaks again and again at other programs, one test each:
//
//  1. a longer limit contains a shorter one: TestLongerLimitContainsShorter
//  2. more roads or facilities never lower coverage: TestMoreNeverLowersCoverage
//  3. area, point and matrix agree: TestAreaHoldsEveryCoveredPoint, TestAreaAgreesWithAnswers, TestNearestAgreesWithMatrix
//  4. a river without a bridge is not crossed: TestRiverWithoutBridgeIsNotCrossed, TestWaterRelationIsAWall
//  5. results depend on neither batch nor order: TestAnswerDoesNotDependOnTheBatch, TestMatrixEqualsPlainSearches, TestBuildDoesNotDependOnOrder
//  6. every point is accounted for, with distance and reason: TestEveryPointIsAccountedFor
//  7. ferries are a decision: TestFerriesAreOffByDefault
//  8. the share of nobody is undefined: TestShareOfNobodyIsUndefined in package coverage
//  9. people are covered, uncovered or unknown and add up: TestJudgeAddsUp in package coverage

func nearestOf(t testing.TB, g *Graph, facilities, demands []Place, limit time.Duration) []Answer {
	t.Helper()
	answers, err := g.NearestFacilities(context.Background(), facilities, demands, NearestOptions{Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestLongerLimitContainsShorter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 6))
	graph := buildWith(t, randomNetwork(random, 10), plainProfile(t, "foot", "snap_max_m: 80\n"))
	facilities, demands := randomPlaces(random, 3, 10), randomPlaces(random, 300, 10)
	unlimited := nearestOf(t, graph, facilities, demands, 0)
	for _, limit := range []time.Duration{time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute} {
		for i, answer := range nearestOf(t, graph, facilities, demands, limit) {
			want := unlimited[i].Nearest
			if len(want) > 0 && want[0].Ms > limit.Milliseconds() {
				want = nil
			}
			if !slices.Equal(answer.Nearest, want) {
				t.Errorf("within %v demand %d has %v, want %v", limit, i, answer.Nearest, want)
			}
		}
	}
	opts := IsochroneOptions{Limits: []time.Duration{2 * time.Minute, 4 * time.Minute, 8 * time.Minute}}
	isochrone, err := graph.Isochrone(context.Background(), facilities, opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range randomPlaces(random, 3000, 10) {
		inside := false
		for i, area := range isochrone.Areas {
			is := planar.MultiPolygonContains(area.Shape, p.Point)
			if inside && !is {
				t.Fatalf("%v is in the area of a shorter limit and not in that of %v", p.Point, opts.Limits[i])
			}
			inside = is
		}
	}
}

func TestMoreNeverLowersCoverage(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 6))
	network := randomNetwork(random, 10)
	profile := plainProfile(t, "foot", "snap_max_m: 80\n")
	facilities, demands := randomPlaces(random, 4, 10), randomPlaces(random, 300, 10)
	before := nearestOf(t, buildWith(t, network, profile), facilities[:3], demands, 0)
	check := func(what string, after []Answer) {
		for i := range after {
			if len(before[i].Nearest) > 0 && (len(after[i].Nearest) == 0 || after[i].Nearest[0].Ms > before[i].Nearest[0].Ms+1) {
				t.Errorf("%s: demand %d goes from %v to %v", what, i, before[i].Nearest, after[i].Nearest)
			}
		}
	}
	check("a fourth facility", nearestOf(t, buildWith(t, network, profile), facilities, demands, 0))
	// A bridge or tunnel between two crossings: nobody is put on it, so only trips change.
	more := *network
	for i := range 10 {
		a, b := &network.Ways[random.IntN(len(network.Ways))], &network.Ways[random.IntN(len(network.Ways))]
		more.Ways = append(slices.Clone(more.Ways), Way{
			ID: int64(-1 - i), NodeIDs: []int64{a.NodeIDs[0], b.NodeIDs[0]}, Line: orb.LineString{a.Line[0], b.Line[0]},
			Tags: Tags{"highway": "residential", "bridge": "yes"},
		})
	}
	profile.Stop.NotBridges = true
	check("ten bridges", nearestOf(t, buildWith(t, &more, profile), facilities[:3], demands, 0))
}

// Every point with an answer within the limit lies in the area of the limit.
func TestAreaHoldsEveryCoveredPoint(t *testing.T) {
	limits := []time.Duration{3 * time.Minute, 6 * time.Minute}
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 7))
		graph := buildWith(t, randomNetwork(random, 10), plainProfile(t, "bicycle", "one_way: {obey: true}\nsnap_max_m: 60\ndirect_walk_max_m: 100\n"))
		facilities, demands := randomPlaces(random, 3, 10), randomPlaces(random, 1500, 10)
		isochrone, err := graph.Isochrone(context.Background(), facilities, IsochroneOptions{Limits: limits, StepM: 5})
		if err != nil {
			t.Fatal(err)
		}
		inside := 0
		for k, limit := range limits {
			margin := limit - 8*time.Second // a step of 5 m at a metre a second, and a little
			for i, answer := range nearestOf(t, graph, facilities, demands, margin) {
				atRim := answer.Snap.DistanceM > 54 || len(answer.Nearest) > 0 && answer.Nearest[0].Direct && answer.Nearest[0].Ms > 94_000
				if len(answer.Nearest) == 0 || atRim { // within a grid cell of the longest straight walk
					continue
				}
				inside++
				if !planar.MultiPolygonContains(isochrone.Areas[k].Shape, demands[i].Point) {
					t.Errorf("seed %d: %v is reached in %d ms and not in the area of %v", seed, demands[i].Point, answer.Nearest[0].Ms, limit)
				}
			}
		}
		if inside < 100 {
			t.Errorf("seed %d: only %d points are reached", seed, inside)
		}
	}
}

func TestRiverWithoutBridgeIsNotCrossed(t *testing.T) {
	const river = `
a---b---c


d---e---f
`
	d := draw(t, river, nil)
	profile := plainProfile(t, "foot", "")
	if got := buildWith(t, d.network, profile).seconds(t, d.place('b'), d.place('e')); got != -1 {
		t.Errorf("crosses without a bridge in %d s", got)
	}
	bridged := draw(t, "a---b---c\n|\n|\nd---e---f", nil)
	if got := buildWith(t, bridged.network, profile).seconds(t, bridged.place('b'), bridged.place('e')); got != 80+60+80 {
		t.Errorf("over the bridge in %d s", got)
	}
	// With walls on the map, even those who stand near the far bank walk to their own side's road, and a straight walk needs a bridge.
	withRiver := draw(t, "a---b---c\n R-----S\nd---e---f", map[string]string{"RS": "highway= waterway=river"})
	delete(withRiver.way(t, "RS").Tags, "highway")
	withRiver.network.Ways = append(withRiver.network.Ways[:0], valuesOf(withRiver)...)
	wet := plainProfile(t, "foot", "snap_max_m: 60\ndirect_walk_max_m: 100\nwalls: {waterway: [river]}\n")
	graph := buildWith(t, withRiver.network, wet)
	atBank := Place{"bank", withRiver.off('b', 0, -19)} // a metre from the river, 21 m from the other side's road
	if _, report, ok := graph.Snap(atBank.Point); !ok || report.DistanceM > 19.1 || report.Point[1] < atBank.Point[1] {
		t.Errorf("on the bank: %+v", report)
	}
	if got := graph.seconds(t, atBank, withRiver.place('e')); got != -1 {
		t.Errorf("wades through in %d s", got)
	}
	if got := graph.seconds(t, atBank, withRiver.place('a')); got != 82 { // straight, on its own side
		t.Errorf("on its own side in %d s", got)
	}
	withRiver.way(t, "RS").Tags["intermittent"] = "yes"
	if got := buildWith(t, withRiver.network, wet).seconds(t, atBank, withRiver.place('e')); got != 21 {
		t.Errorf("through a dry bed in %d s", got)
	}
	area, err := graph.Isochrone(context.Background(), []Place{withRiver.place('b')}, IsochroneOptions{Limits: []time.Duration{2 * time.Minute}, StepM: 2})
	if err != nil || planar.MultiPolygonContains(area.Areas[0].Shape, withRiver.off('b', 0, -25)) || !planar.MultiPolygonContains(area.Areas[0].Shape, withRiver.off('b', 0, -17)) {
		t.Errorf("the area crosses the river or ends before it (%v)", err)
	}
	// A road over another, without a node in common, is no crossing.
	over := draw(t, "    b\n    |\na---+---c\n    |\n    d", nil)
	if got := buildWith(t, over.network, profile).seconds(t, over.place('a'), over.place('b')); got != -1 {
		t.Errorf("changes between levels in %d s", got)
	}
}

func TestAnswerDoesNotDependOnTheBatch(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 6))
	graph := buildWith(t, randomNetwork(random, 10), plainProfile(t, "foot", "snap_max_m: 60\ndirect_walk_max_m: 90\n"))
	facilities, demands := randomPlaces(random, 8, 10), randomPlaces(random, 200, 10)
	all := nearestOf(t, graph, facilities, demands, 6*time.Minute)
	for i, demand := range demands {
		if alone := nearestOf(t, graph, facilities, []Place{demand}, 6*time.Minute); !reflect.DeepEqual(alone[0], all[i]) {
			t.Fatalf("alone demand %d has %+v, among others %+v", i, alone[0], all[i])
		}
	}
	shuffled := slices.Clone(demands)
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	byID := map[string]Answer{}
	for i, answer := range nearestOf(t, graph, facilities, shuffled, 6*time.Minute) {
		byID[shuffled[i].ID] = answer
	}
	for i, demand := range demands {
		if !reflect.DeepEqual(byID[demand.ID], all[i]) {
			t.Fatalf("in another order demand %d has %+v, not %+v", i, byID[demand.ID], all[i])
		}
	}
}

func TestEveryPointIsAccountedFor(t *testing.T) {
	//           main network                 an island
	d := draw(t, "a---b---c---d---e---f     x-y", nil)
	profile := plainProfile(t, "foot", "snap_max_m: 100\nmain_network_km: 0.1\n")
	graph := buildWith(t, d.network, profile)
	at := func(letter byte, north float64) Place {
		return Place{string(letter), orb.Point{d.at[letter][0], d.at[letter][1] + north/111195}}
	}
	far := orb.Point{d.at['a'][0], d.at['a'][1] + 1}
	demands := []Place{d.place('f'), at('b', 50), at('x', 10), {"far", far}, at('c', 150)}
	answers := nearestOf(t, graph, []Place{d.place('a')}, demands, 5*time.Minute)
	for i, want := range []struct {
		reason Reason
		snapM  float64
		island bool
	}{{ReasonBeyondLimit, 0, false}, {ReasonNone, 50, false}, {ReasonIsland, 10, true}, {ReasonOutsideRoads, 111195, false}, {ReasonOutsideRoads, 150, false}} {
		got := answers[i]
		if got.Reason != want.reason || got.Snap.Island != want.island || got.Snap.DistanceM < want.snapM*0.99 || got.Snap.DistanceM > want.snapM*1.01+0.1 {
			t.Errorf("%s: reason %q, %+v, want %+v", demands[i].ID, got.Reason, got.Snap, want)
		}
	}
	if got := nearestOf(t, graph, nil, demands[:1], 0)[0].Reason; got != ReasonNoFacility {
		t.Errorf("without facilities: %q", got)
	}
	if got := nearestOf(t, graph, []Place{d.place('x')}, demands[:1], 0)[0].Reason; got != ReasonUnreachable {
		t.Errorf("with the facility on the island: %q", got)
	}
	if _, err := graph.NearestFacilities(context.Background(), nil, []Place{{"swapped", orb.Point{42.9, 189}}}, NearestOptions{}); err == nil {
		t.Error("swapped coordinates are taken")
	}
}

func TestFerriesAreOffByDefault(t *testing.T) {
	for _, name := range BuiltinProfiles() {
		profile := mustProfile(t, name)
		if profile.Ferries.Use || profile.rule(Tags{"route": "ferry"}, nil).open() {
			t.Errorf("%s takes ferries", name)
		}
	}
}

func TestSearchesCanBeCancelled(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 6))
	network := randomNetwork(random, 10)
	profile := plainProfile(t, "foot", "")
	graph := buildWith(t, network, profile)
	places := randomPlaces(random, 1000, 10)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := graph.NearestFacilities(ctx, places, places, NearestOptions{}); err == nil {
		t.Error("nearest goes on")
	}
	if err := graph.Matrix(ctx, places, places, MatrixOptions{}, func(int, []Cell) error { return nil }); err == nil {
		t.Error("matrix goes on")
	}
	if _, err := Build(ctx, network, profile, BuildOptions{}); err == nil {
		t.Error("build goes on")
	}
	if _, _, err := ReadPBF(ctx, bytes.NewReader(pbfOf(t, network)), ReadOptions{}); err == nil {
		t.Error("reading goes on")
	}
	stop := context.Canceled
	if err := graph.Matrix(context.Background(), places, places[:1], MatrixOptions{}, func(i int, _ []Cell) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("matrix ends with %v, not the row's error", err)
	}
}
