package coverage

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestFloatingCatchmentKeepsSupply(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 1))
	demand, supply := make([]int64, 40), make([]float64, 7)
	var trips []Trip
	reached := make([]bool, len(supply))
	for i := range demand {
		demand[i] = 1 + rng.Int64N(500)
		for j := range supply {
			if rng.IntN(3) == 0 {
				trips = append(trips, Trip{i, j, time.Duration(rng.IntN(600)) * time.Second})
				reached[j] = true
			}
		}
	}
	want := 0.0
	for j := range supply {
		supply[j] = float64(1 + rng.IntN(9))
		if reached[j] {
			want += supply[j]
		}
	}
	for name, decay := range map[string]Decay{"2SFCA": Within(10 * time.Minute), "E2SFCA": Gaussian(10*time.Minute + time.Second)} {
		got := 0.0
		for i, a := range FloatingCatchment(demand, supply, trips, decay) {
			got += a * float64(demand[i])
		}
		if math.Abs(got-want) > 1e-9*want {
			t.Errorf("seed %d, %s: %v of supply %v is shared out", seed, name, got, want)
		}
	}
}

func TestGini(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		people []int64
		want   float64
		ok     bool
	}{
		{"equal", []float64{3, 3, 3}, []int64{1, 5, 2}, 0, true},
		{"one of four has all", []float64{0, 0, 0, 8}, []int64{1, 1, 1, 1}, 0.75, true},
		{"weights repeat people", []float64{0, 8}, []int64{3, 1}, 0.75, true},
		{"textbook 1 2 3 4", []float64{1, 2, 3, 4}, []int64{1, 1, 1, 1}, 0.25, true},
		{"nothing to share", []float64{0, 0}, []int64{1, 1}, 0, false},
		{"nobody", []float64{1, 2}, []int64{0, 0}, 0, false},
	} {
		got, ok := Gini(test.values, test.people)
		if ok != test.ok || math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%s: got %v, %v, want %v, %v", test.name, got, ok, test.want, test.ok)
		}
	}
	if c, _ := Concentration([]float64{4, 3, 2, 1}, []float64{1, 2, 3, 4}, []int64{1, 1, 1, 1}); math.Abs(c+0.25) > 1e-12 {
		t.Errorf("the low-ranked have more: got %v, want -0.25", c)
	}
}

func TestJudgeRule(t *testing.T) {
	c := toyCounty()
	c.Settlements[3].UrbanRural = "220"
	rule := Rule{ID: "r", Needs: []Need{
		{Title: "甲", Profile: "walk", Limit: 10 * time.Minute, RuralLimit: 30 * time.Minute},
		{Title: "乙", Profile: "car", Limit: 5 * time.Minute},
	}, AtLeast: 1}
	walk := []Time{within(600), within(601), {Reason: ReasonIsland}, within(1800), {Reason: ReasonIsland}}
	car := []Time{within(301), within(301), within(300), within(301), within(999)}
	search := func(_ context.Context, profile string, _ []Facility) ([]Time, error) {
		return map[string][]Time{"walk": walk, "car": car}[profile], nil
	}
	got, err := c.JudgeRule(context.Background(), rule, DefaultQuery(), search)
	if err != nil {
		t.Fatal(err)
	}
	want := []VerdictStatus{Covered, Uncovered, Covered, Covered, Unknown}
	for i, v := range got.Verdicts {
		if v.Status != want[i] {
			t.Errorf("settlement %d: got %s, want %s (%v)", i, v.Status, want[i], v.Met)
		}
	}
	if s := got.Result.Totals; s.PeopleCovered != 1+4+8 || s.PeopleUncovered != 2 || s.PeopleUnknown != 16 {
		t.Errorf("sums of the rule: %+v", s)
	}
	rule.AtLeast = 0
	got, _ = c.JudgeRule(context.Background(), rule, DefaultQuery(), search)
	if got.Verdicts[0].Status != Uncovered || got.Verdicts[0].Missing[0] != "乙" {
		t.Errorf("all needs must be met: %+v", got.Verdicts[0])
	}
}

func TestRuleResultNamesTheFacility(t *testing.T) {
	c := toyCounty()
	rule := Rule{ID: "r", Needs: []Need{{Title: "甲", Profile: "walk", Limit: time.Minute}, {Title: "乙", Profile: "car", Limit: time.Hour}}}
	search := func(_ context.Context, profile string, facilities []Facility) ([]Time, error) {
		times := make([]Time, len(c.Settlements))
		for i := range times {
			times[i] = within(map[string]int{"walk": 30, "car": 1200}[profile])
			times[i].Facility = len(facilities) - 1
		}
		return times, nil
	}
	q := DefaultQuery()
	q.MinLevel = ""
	got, err := c.JudgeRule(context.Background(), rule, q, search)
	if err != nil {
		t.Fatal(err)
	}
	r := got.Result
	if len(r.Selection.Facilities) != 4 || r.Verdicts[0].Time.Facility != 3 {
		t.Errorf("the slowest need's point is the last of 4: %d of %d", r.Verdicts[0].Time.Facility, len(r.Selection.Facilities))
	}
}
