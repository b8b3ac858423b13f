package coverage

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo/road"
)

// TestSessionEqualsANewAnswer asks a session about a long row of random edits and compares with an answer from scratch each time: every
// settlement and, to the bit, the circle; on roads as they are and with a barrier across the town, a closed road and a new one.
func TestSessionEqualsANewAnswer(t *testing.T) {
	for seed := range uint64(4) {
		var roads road.Edits
		if seed%2 == 1 {
			roads = road.Edits{
				Close: []int64{3}, Lines: []orb.LineString{{{-0.001, 0.0032}, {0.009, 0.0061}}},
				Add: []road.NewRoad{{Line: orb.LineString{{0, 0}, {0.0126, 0.0126}}, Tags: road.Tags{"highway": "footway"}}},
			}
		}
		e := editedTown(t, seed, [3]int{8, 40, 12}, roads)
		rng := rand.New(rand.NewPCG(seed, 9))
		session, err := e.NewSession(t.Context(), "walk")
		if err != nil {
			t.Fatal(err)
		}
		q := Query{Profile: "walk", Limit: 6 * time.Minute, Status: CountBuilt}
		var edits []Edit
		for step := range 40 {
			edits = append(edits, randomPointEdit(rng, step))
			county, err := e.County.With(edits)
			if err != nil {
				edits = edits[:len(edits)-1]
				continue
			}
			got, circle, err := session.Assess(t.Context(), county, q, rng.IntN(3) > 0)
			if err != nil {
				t.Fatalf("seed %d step %d: %v", seed, step, err)
			}
			fresh := Engine{County: county, Graph: e.Graph}
			want, err := fresh.Assess(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if got.Totals != want.Totals {
				t.Fatalf("seed %d step %d: totals %+v, want %+v", seed, step, got.Totals, want.Totals)
			}
			for i := range want.Verdicts {
				a, b := got.Verdicts[i].Time, want.Verdicts[i].Time
				if a.OK != b.OK || a.Duration != b.Duration || a.Reason != b.Reason || a.SnapM != b.SnapM {
					t.Fatalf("seed %d step %d settlement %d: %+v, want %+v", seed, step, i, a, b)
				}
			}
			if circle != nil {
				compareCircle(t, fresh, q, circle, fmt.Sprintf("seed %d step %d", seed, step))
			}
		}
	}
}

func compareCircle(t *testing.T, fresh Engine, q Query, got *Circle, where string) {
	t.Helper()
	want := &Circle{Limit: q.Limit}
	if facilities := fresh.County.Select(q).Facilities; len(facilities) > 0 {
		graph, err := fresh.Graph(t.Context(), q.Profile)
		if err != nil {
			t.Fatal(err)
		}
		iso, err := graph.Isochrone(t.Context(), facilityPlaces(facilities), road.IsochroneOptions{Limits: []time.Duration{q.Limit}, Quick: true})
		if err != nil {
			t.Fatal(err)
		}
		want = &toCircles(iso)[0]
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: the circle of %.0f m² is not that of %.0f m² drawn from nothing", where, got.AreaM2, want.AreaM2)
	}
}

func randomPointEdit(rng *rand.Rand, step int) Edit {
	spot := orb.Point{rng.Float64() * 0.0126, rng.Float64() * 0.0126}
	old := fmt.Sprintf("n%02d", rng.IntN(step+1))
	switch rng.IntN(4) {
	case 0, 1:
		return Edit{Op: EditAddPoint, PointID: fmt.Sprintf("n%02d", step), Lon: spot[0], Lat: spot[1]}
	case 2:
		return Edit{Op: EditMovePoint, PointID: old, Lon: spot[0], Lat: spot[1]}
	default:
		return Edit{Op: EditClosePoint, PointID: old}
	}
}

func TestSessionRefusesWhatItCannotAnswer(t *testing.T) {
	e := gridTown(t, 1, 4, 5, 2)
	session, err := e.NewSession(t.Context(), "walk")
	if err != nil {
		t.Fatal(err)
	}
	q := Query{Profile: "walk", Limit: time.Minute, Status: CountBuilt, SameCounty: true}
	if _, _, err := session.Assess(t.Context(), e.County, q, false); err == nil {
		t.Error("SameCounty was answered")
	}
	q.SameCounty = false
	if _, _, err := session.Assess(t.Context(), &County{}, q, false); err == nil {
		t.Error("another county was answered")
	}
}
