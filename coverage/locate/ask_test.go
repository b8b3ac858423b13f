package locate

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestStagesEqualEnumeration compares nested plans of two stages with every way to open sites in stage 1, stage 2 or never.
func TestStagesEqualEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 0))
	for n := range 250 {
		p := randomProblem(rng, MaxCoverage)
		if p.Matrix.Candidates() > 6 {
			continue
		}
		stages := []Stage{{Name: "2018", Sites: rng.IntN(3)}, {Name: "2019", Sites: rng.IntN(3), Weight: int64(rng.IntN(3))}}
		if rng.IntN(3) == 0 {
			stages[rng.IntN(2)].Budget = int64(1 + rng.IntN(8))
		}
		want, feasible := int64(math.MinInt64), false
		fixed := uint64(0)
		for _, i := range p.Fixed {
			fixed |= 1 << i
		}
		free := *p
		free.Sites, free.Budget = p.Matrix.Candidates(), 0
		everySet(p, func(last uint64, chosen int) {
			if !keepsRules(&free, last, chosen) {
				return
			}
			added := last &^ fixed
			for first := added; ; first = (first - 1) & added {
				if withinStage(p, stages[0], first) && withinStage(p, stages[1], added&^first) {
					feasible = true
					want = max(want, peopleServed(p, first|fixed)+max(1, stages[1].Weight)*peopleServed(p, last))
				}
				if first == 0 {
					return
				}
			}
		})
		plan, err := Stages(context.Background(), p, stages, Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := plan.Solution
		if !feasible {
			if s.Status != Infeasible {
				t.Fatalf("case %d: %v, want infeasible", n, s.Status)
			}
			continue
		}
		if s.Status != Optimal || s.Objective != want {
			t.Fatalf("case %d (%+v, %+v): %v %d, want %d", n, p, stages, s.Status, s.Objective, want)
		}
		sum := plan.Stages[0].Served.People + max(1, stages[1].Weight)*plan.Stages[1].Served.People
		if sum != want || len(plan.Stages[0].Sites) > stages[0].Sites && stages[0].Sites > 0 {
			t.Fatalf("case %d: stages add up to %d, not %d", n, sum, want)
		}
		for _, st := range plan.Stages {
			if st.Price < 0 {
				t.Fatalf("case %d: nesting earns %d people at %s", n, -st.Price, st.Stage.Name)
			}
		}
	}
}

func withinStage(p *Problem, st Stage, mask uint64) bool {
	sites, cost := 0, int64(0)
	for i := range p.Matrix.Candidates() {
		if mask>>i&1 == 1 {
			sites++
			cost += p.siteCost(i)
		}
	}
	if st.Sites == 0 && st.Budget == 0 {
		return sites == 0
	}
	return (st.Sites == 0 || sites <= st.Sites) && (st.Budget == 0 || cost <= st.Budget)
}

func TestCurveRisesToTheAnswer(t *testing.T) {
	p := clustered(t, county{demands: 400, candidates: 40, towns: 40, spread: 2, radius: 3}, 3)
	points, err := Curve(context.Background(), p, 8, Options{})
	if err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	for n, point := range points {
		q := *p
		q.Sites = n + 1
		s, err := Solve(context.Background(), &q, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if point.Objective != s.Objective || point.Objective < last || point.Served != s.Served {
			t.Fatalf("%d sites: %+v after %d, alone %d", n+1, point, last, s.Objective)
		}
		last = point.Objective
	}
}

func TestRunnerUpIsTheBestReplacement(t *testing.T) {
	p := clustered(t, county{demands: 300, candidates: 30, towns: 40, spread: 2, radius: 3}, 5)
	p.Sites = 5
	s, err := Solve(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines, err := RunnerUp(context.Background(), p, s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n, line := range lines {
		others := slices.DeleteFunc(s.Candidates(), func(i int32) bool { return i == s.Sites[n].Candidate })
		best := int64(0)
		for i := range int32(p.Matrix.Candidates()) {
			if i == line.Site || slices.Contains(others, i) {
				continue
			}
			mask := uint64(1) << i
			for _, k := range others {
				mask |= 1 << k
			}
			best = max(best, peopleServed(p, mask))
		}
		if line.Objective != best || line.Loss != s.Objective-best || !line.Found {
			t.Fatalf("instead of %d: %+v, want %d people", line.Site, line, best)
		}
	}
}

func TestInfeasibilityIsExplained(t *testing.T) {
	var entries []Entry
	for j := range int32(6) { // three villages near candidate 0, two near 1, one near 2
		entries = append(entries, Entry{j, []int32{0, 0, 0, 1, 1, 2}[j], 1})
	}
	m, err := NewMatrix(6, 3, entries)
	if err != nil {
		t.Fatal(err)
	}
	base := Problem{Kind: MaxCoverage, Matrix: m, Limit: 1, Weights: []int64{10, 10, 10, 10, 10, 10}, Sites: 1}
	for _, c := range []struct {
		name  string
		set   func(*Problem)
		rules []string
		text  string
	}{
		{"floor against number", func(p *Problem) {
			p.Groups = []Group{{Name: "north", Demands: []int32{3, 4, 5}, MinPeople: 30}}
		}, []string{"floor", "sites"}, "north asks for 30 people served; the other rules leave at most 20"},
		{"two floors against number", func(p *Problem) {
			p.Groups = []Group{{Name: "north", Demands: []int32{5}, MinPeople: 10}, {Name: "south", Demands: []int32{0}, MinPeople: 10}, {Name: "idle", Candidates: []int32{1}}}
		}, []string{"floor", "floor", "sites"}, "north asks for 10 people served"},
		{"locks against number", func(p *Problem) { p.Locked = []int32{0, 1} }, []string{"sites"}, "2 candidates are locked but only 1 sites may be chosen"},
		{"floor nobody can reach", func(p *Problem) {
			p.Forbidden = []int32{2}
			p.Groups = []Group{{Name: "far", Demands: []int32{5}, MinPeople: 1}}
		}, []string{"floor"}, "far asks for 1 people served; the other rules leave at most 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := base
			c.set(&p)
			s, err := Solve(context.Background(), &p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var rules []string
			for _, k := range s.Conflicts {
				rules = append(rules, k.Rule)
			}
			if s.Status != Infeasible || !slices.Equal(rules, c.rules) || s.Conflicts[0].Text != c.text {
				t.Fatalf("%v: %+v, want %v with %q", s.Status, s.Conflicts, c.rules, c.text)
			}
		})
	}
}
