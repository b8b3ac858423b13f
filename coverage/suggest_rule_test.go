package coverage

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lawcircle/coverage/locate"
)

// randomRule draws needs that differ in services, ways to travel, kinds and limits, some of which have to be met.
func randomRule(rng *rand.Rand) *Rule {
	pool := []Service{ServiceConsult, ServiceMediation, ServiceNotary, ServiceAdviser}
	r := &Rule{ID: "drawn"}
	for range 1 + rng.IntN(4) {
		n := Need{Title: "need", Profile: []string{"walk", "car"}[rng.IntN(2)], Limit: time.Duration(60+rng.IntN(200)) * time.Second}
		for range rng.IntN(3) {
			n.Services = append(n.Services, pool[rng.IntN(len(pool))])
		}
		if rng.IntN(4) == 0 {
			n.RuralLimit = 2 * n.Limit
		}
		if rng.IntN(4) == 0 {
			n.MinLevel = LevelDuty
		}
		if rng.IntN(5) == 0 {
			n.HostKinds = []HostKind{HostVillageCommittee}
		}
		r.Needs = append(r.Needs, n)
	}
	r.AtLeast = rng.IntN(len(r.Needs) + 1)
	return r
}

func ruleTown(t *testing.T, rng *rand.Rand, seed uint64) Engine {
	e := gridTown(t, seed, 7, 25, 8)
	for i := range e.County.Hosts {
		if rng.IntN(2) == 0 {
			e.County.Hosts[i].Kind = HostVillageCommittee
		}
	}
	for i := range e.County.Settlements {
		if rng.IntN(3) == 0 {
			e.County.Settlements[i].UrbanRural = "220"
		}
	}
	e.County.Offers = []Offer{{PointID: "p0", Service: ServiceConsult, Mode: ModeOnSite}}
	return e
}

// TestSuggestWithARuleEqualsTryingEveryPair builds every pair of candidates with its bundle into the county and judges the rule there.
func TestSuggestWithARuleEqualsTryingEveryPair(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	differ := 0
	for round := range 30 {
		e := ruleTown(t, rng, seed+uint64(round))
		rule := randomRule(rng)
		bundles := []Bundle{{HostVillageCommittee, []Service{ServiceAdviser, ServiceMediation}}, {"", []Service{ServiceConsult, ServiceNotary}}}
		q := DefaultQuery()
		question := SiteQuestion{Query: q, Sites: 2, Candidates: CandidateHosts, Rule: rule, Bundles: bundles}
		p, err := e.Suggest(t.Context(), question)
		if err != nil {
			t.Fatalf("seed %d round %d: %v", seed, round, err)
		}
		best, present := int64(0), judgedWith(t, e, question)
		all := e.County.Candidates(CandidateHosts)
		for a := range all {
			for b := range a {
				best = max(best, judgedWith(t, e, question, all[a], all[b]))
			}
		}
		if p.After.PeopleCovered != best || p.Solution.Objective != best || p.Before.PeopleCovered != present {
			t.Fatalf("seed %d round %d: best pair brings %d, none %d; proposal %d after %d, objective %d (%+v)", seed, round, best, present,
				p.After.PeopleCovered, p.Before.PeopleCovered, p.Solution.Objective, rule)
		}
		if best > present {
			differ++
		}
	}
	if differ < 5 {
		t.Fatalf("seed %d: new points changed anything in only %d rounds", seed, differ)
	}
}

// judgedWith counts the people inside when points with their bundles are written into the county by hand.
func judgedWith(t *testing.T, e Engine, s SiteQuestion, at ...Candidate) int64 {
	t.Helper()
	var edits []Edit
	for _, k := range at {
		edits = append(edits, Edit{Op: EditAddPoint, HostID: k.ID, PointID: "by-hand-" + k.ID})
	}
	county, err := e.County.With(edits)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range at {
		for _, b := range s.Bundles {
			if b.HostKind == k.HostKind || b.HostKind == "" && k.HostKind != HostVillageCommittee {
				for _, service := range b.Services {
					county.Offers = append(county.Offers, Offer{PointID: "by-hand-" + k.ID, Service: service, Mode: ModeOnSite})
				}
			}
		}
	}
	r, err := Engine{county, e.Graph}.JudgeRule(t.Context(), *s.Rule, s.Query)
	if err != nil {
		t.Fatal(err)
	}
	return r.Result.Totals.PeopleCovered
}

func TestStagesWithARuleAreJudgedByIt(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 0))
	e := ruleTown(t, rng, seed)
	rule := &Rule{ID: "two", Needs: []Need{
		{Title: "a", Services: []Service{ServiceConsult}, Profile: "walk", Limit: 4 * time.Minute},
		{Title: "b", Services: []Service{ServiceNotary}, Profile: "car", Limit: 4 * time.Minute}}}
	s := SiteQuestion{Query: DefaultQuery(), Candidates: CandidateHosts, Rule: rule, Bundles: []Bundle{{"", []Service{ServiceConsult, ServiceNotary}}}}
	plan, err := e.Stage(t.Context(), s, []locate.Stage{{Name: "2018", Sites: 1}, {Name: "2019", Sites: 2}})
	if err != nil {
		t.Fatal(err)
	}
	last := plan.Years[len(plan.Years)-1]
	if last.Served.People != plan.After.PeopleCovered {
		t.Errorf("seed %d: the plan says %d people in the last year, the judgement %d", seed, last.Served.People, plan.After.PeopleCovered)
	}
	_, extras, err := e.SuggestWith(t.Context(), SiteQuestion{Query: s.Query, Candidates: s.Candidates, Rule: rule, Bundles: s.Bundles, Sites: 2},
		Extras{RunnersUp: true, Curve: 2, Sensitivity: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(extras.Curve) != 2 || len(extras.Sensitivity) != 2 || extras.Sensitivity[0].Sums.PeopleCovered > extras.Sensitivity[1].Sums.PeopleCovered {
		t.Errorf("seed %d: %+v", seed, extras)
	}
}

func TestRuleQuestionsThatAreRefused(t *testing.T) {
	rule := Rule{ID: "r", Needs: []Need{{Profile: "walk", Limit: time.Minute}}}
	for _, c := range []struct {
		change func(*SiteQuestion)
		want   string
	}{
		{func(s *SiteQuestion) { s.Rule, s.Bundles = nil, []Bundle{{}} }, "go with a rule"},
		{func(s *SiteQuestion) { s.Objective = ObjectiveMean }, "objectives people and settlements"},
		{func(s *SiteQuestion) { s.Capacity = 5 }, "without capacity"},
		{func(s *SiteQuestion) { s.Bundles = []Bundle{{}, {}} }, "two bundles"},
		{func(s *SiteQuestion) { s.Bundles = []Bundle{{Services: []Service{"tea"}}} }, "tea"},
	} {
		s := SiteQuestion{Query: DefaultQuery(), Sites: 1, Candidates: CandidateHosts, Rule: &rule}
		c.change(&s)
		if err := s.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want something with %q", err, c.want)
		}
	}
}

func TestSettlementsOutOfReachAreToldBeforeSolving(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	e := gridTown(t, seed, 10, 40, 4)
	q := DefaultQuery()
	q.Limit = time.Minute
	var told []int
	first := ""
	s := SiteQuestion{Query: q, Sites: 2, Candidates: CandidatePosts, Unserved: func(settlements []int) { told, first = settlements, "told" }}
	s.Options.Progress = func(locate.Progress) {
		if first == "" {
			first = "solving"
		}
	}
	p, err := e.Suggest(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if first != "told" || len(told) == 0 || !slices.Equal(told, p.Unreachable) {
		t.Errorf("seed %d: %s first; %v told, %v reported", seed, first, told, p.Unreachable)
	}
}
