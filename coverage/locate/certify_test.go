package locate

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"lawcircle/coverage/locate/proof"
)

func certified(t *testing.T, p *Problem) (*proof.Instance, *proof.Certificate, *Solution) {
	t.Helper()
	s, err := Solve(t.Context(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := p.Instance()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Certify(t.Context(), p, s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := proof.Check(in, c); err != nil {
		t.Fatalf("%+v: %v", p, err)
	}
	if c.Bound != s.Objective {
		t.Fatalf("%+v: objective %d, certified %d", p, s.Objective, c.Bound)
	}
	return in, c, s
}

// TestCertificatesOfRandomProblems proves random answers and denies every claim that something less is the most.
func TestCertificatesOfRandomProblems(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 0))
	denied := 0
	for range 400 {
		p := randomProblem(rng, MaxCoverage)
		p.Budget, p.Locked, p.Groups, p.MinSpacing, p.Clauses = 0, nil, nil, 0, nil
		p.Sites = 1 + rng.IntN(4)
		in, c, s := certified(t, p)
		if len(s.Sites) == 0 {
			continue
		}
		lower := *c
		lower.Chosen = nil
		lower.Objective, lower.Bound = s.Existing.People, s.Objective-1
		if lower.Bound >= lower.Objective && proof.Check(in, &lower) == nil {
			t.Fatalf("%+v: the certificate of %d also proves %d", p, s.Objective, lower.Bound)
		}
		denied++
	}
	if denied < 100 {
		t.Fatalf("only %d cases chose anything", denied)
	}
}

func TestCertificateThatIsTamperedWithIsRejected(t *testing.T) {
	p := clustered(t, towns(600, 80), 9)
	p.Sites = 7
	in, c, s := certified(t, p)
	deep := func() *proof.Certificate {
		d := *c
		d.Chosen, d.Class, d.Tree = slices.Clone(c.Chosen), slices.Clone(c.Class), slices.Clone(c.Tree)
		d.Multipliers = nil
		for _, m := range c.Multipliers {
			d.Multipliers = append(d.Multipliers, slices.Clone(m))
		}
		return &d
	}
	other := int32(0)
	for slices.Contains(c.Chosen, other) {
		other++
	}
	for name, change := range map[string]func(*proof.Certificate){
		"a chosen candidate":    func(d *proof.Certificate) { d.Chosen[0] = other },
		"the objective":         func(d *proof.Certificate) { d.Objective++ },
		"a bound too low":       func(d *proof.Certificate) { d.Bound--; d.Objective-- },
		"all multipliers":       func(d *proof.Certificate) { clear(d.Multipliers[0]) },
		"a negative multiplier": func(d *proof.Certificate) { d.Multipliers[0][0] = -1 },
		"a missing multiplier":  func(d *proof.Certificate) { d.Multipliers[0] = d.Multipliers[0][1:] },
		"a class": func(d *proof.Certificate) {
			j := slices.IndexFunc(d.Class, func(c int32) bool { return c > 0 })
			d.Class[j] = 0
		},
		"a demand point left out": func(d *proof.Certificate) {
			j := slices.IndexFunc(d.Class, func(c int32) bool { return c >= 0 })
			d.Class[j] = -1
		},
		"a tree that turns back": func(d *proof.Certificate) { d.Tree[0] = proof.Node{Candidate: 1} },
		"multipliers that are not there": func(d *proof.Certificate) {
			d.Tree = []proof.Node{{Candidate: -1, Multipliers: 1 << 20}}
		},
		"the scale": func(d *proof.Certificate) { d.Scale = 0 },
		"no tree":   func(d *proof.Certificate) { d.Tree = nil },
	} {
		d := deep()
		if change(d); proof.Check(in, d) == nil {
			t.Errorf("%s was changed and the certificate still holds", name)
		}
	}
	fewer := *in
	fewer.Sites--
	if proof.Check(&fewer, c) == nil {
		t.Error("the certificate holds for fewer sites than are chosen")
	}
	more := *in
	more.Sites++
	if proof.Check(&more, c) == nil {
		t.Error("the bound for one site more holds although one more serves more people")
	}
	if s.Nodes == 0 {
		t.Error("nothing was searched")
	}
}

func TestCertificateOfAnUnfinishedAnswerProvesItsBound(t *testing.T) {
	p := clustered(t, wide(3000, 200), 9)
	p.Sites = 12
	s, err := Solve(t.Context(), p, Options{TimeLimit: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s.Status = Feasible // whatever the machine reached in that time
	c, err := Certify(t.Context(), p, s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := p.Instance()
	if err != nil {
		t.Fatal(err)
	}
	if err := proof.Check(in, c); err != nil {
		t.Fatal(err)
	}
	if c.Bound < s.Objective || float64(c.Bound) > 1.5*float64(s.Objective) {
		t.Errorf("objective %d, certified bound %d", s.Objective, c.Bound)
	}
}
