package road

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/geo"
	polygons "lawcircle/geo/shape"
)

// A place that is more than a grid step from the border is on the side that its answer says, whatever the profile.
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
		near, checked := 0, 0
		for i, answer := range nearestOf(t, graph, facilities, places, limit) {
			p := places[i].Point
			if borderDistance(area.Shape, p) < 1.5*stepM {
				near++
				continue
			}
			checked++
			if inside := planar.MultiPolygonContains(area.Shape, p); inside != (len(answer.Nearest) > 0) {
				t.Errorf("seed %d: %v is answered %v and drawn inside: %v", seed, p, answer.Nearest, inside)
			}
		}
		if checked < 1000 {
			t.Errorf("seed %d: only %d places are away from the border, %d near it", seed, checked, near)
		}
	}
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
