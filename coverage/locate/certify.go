package locate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"lawcircle/coverage/locate/proof"
)

// Instance is the problem as package proof sees it. It fails for kinds and rules that certificates cannot speak of: only
// MaxCoverage with a number of sites, limits, fixed and forbidden candidates can be certified.
func (p *Problem) Instance() (*proof.Instance, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.Kind != MaxCoverage || p.Budget > 0 || len(p.Locked) > 0 || len(p.Groups) > 0 || p.MinSpacing > 0 || len(p.Clauses) > 0 {
		return nil, errors.New("a certificate speaks of maximal coverage by a number of sites alone: no budget, locks, floors, spacing or clauses")
	}
	weights := make([]int64, p.Matrix.Demands())
	for j := range weights {
		weights[j] = p.weight(j)
	}
	r := p.rules()[0]
	return &proof.Instance{
		Demands: len(weights), Weights: weights, Candidates: p.Matrix.Candidates(), Sites: p.Sites, Fixed: p.Fixed, Closed: p.Forbidden,
		Reach: func(i int) []int32 { return r.reach(i, nil) },
	}, nil
}

// Certify writes a proof of an answer that package proof can check in whole numbers. For an optimal answer it is a tree
// that proves the optimum; when that does not end within o.TimeLimit or maxCertificate numbers, or the answer is not known
// to be optimal, it proves the bound of the root.
func Certify(ctx context.Context, p *Problem, s *Solution, o Options) (*proof.Certificate, error) {
	if _, err := p.Instance(); err != nil {
		return nil, fmt.Errorf("certifying: %w", err)
	}
	if s.Status != Optimal && s.Status != Feasible {
		return nil, fmt.Errorf("certifying: there is no answer (%v)", s.Status)
	}
	q := *p
	q.Preferred = nil
	c := q.newCover()
	class := c.addDemand(&q, demandClasses{rules: q.rules(), scale: 1, people: true})
	c.finish()
	w := &certifier{c: c, r: newRelaxation(c), run: newRun(ctx, o)}
	w.out = &proof.Certificate{Chosen: s.Candidates(), Objective: s.Objective, Bound: s.Objective, Class: class, Scale: c.proofScale()}
	role := slices.Clone(c.role)
	if s.Status == Optimal {
		w.node(role)
	}
	if s.Status != Optimal || w.failed {
		m := w.multipliers(c.role, float64(s.Objective+1))
		w.out.Tree, w.out.Multipliers = []proof.Node{{Candidate: -1}}, [][]int64{m.set}
		w.out.Bound = max(s.Objective, m.total/w.out.Scale)
	}
	return w.out, ctx.Err()
}

// maxCertificate bounds the numbers of a certificate.
const maxCertificate = 50_000_000

// proofScale is fine enough that rounding all multipliers down costs a small part of a person.
func (c *cover) proofScale() int64 {
	return max(1, min(int64(64*(c.classes()+1)), (1<<61)/max(1, c.most())))
}

// certifier searches depth first with the optimum known and writes down what it finds.
type certifier struct {
	c       *cover
	r       *relaxation
	run     *run
	out     *proof.Certificate
	numbers int
	failed  bool
}

// rounded are multipliers in whole numbers with what they say at a node.
type rounded struct {
	set     []int64
	total   int64 // the bound, scaled
	reward  []int64
	worstIn int64 // of the undecided columns that the bound counts, the least reward; 0 when fewer than allowed
	bestOut int64 // the greatest of the others
	counted []bool
}

// limit is what a leaf's bound must stay below.
func (w *certifier) limit() int64 { return (w.out.Bound + 1) * w.out.Scale }

// node writes the subtree of all choices under the given roles and returns its position.
func (w *certifier) node(role []int8) int32 {
	if w.failed = w.failed || w.run.expired() || w.numbers > maxCertificate; w.failed {
		return 0
	}
	m := w.multipliers(role, float64(w.out.Objective+1)-0.25)
	set := w.keep(m)
	at := w.leaf(set)
	if m.total < w.limit() {
		return at
	}
	at = w.fix(role, m, at)
	column := w.choose(role)
	if column < 0 { // everything is decided, so the exact multipliers prove it
		w.out.Tree[at].Multipliers = w.keep(w.exact(role))
		return at
	}
	w.divide(at, role, column)
	return at
}

func (w *certifier) divide(at int32, role []int8, column int32) {
	for _, r := range []int8{roleOut, roleIn} {
		child := slices.Clone(role)
		child[column] = r
		n := w.node(child)
		w.out.Tree[at].Candidate = column
		if r == roleOut {
			w.out.Tree[at].Out = n
		} else {
			w.out.Tree[at].In = n
		}
	}
}

func (w *certifier) leaf(set int32) int32 {
	w.out.Tree = append(w.out.Tree, proof.Node{Candidate: -1, Multipliers: set})
	w.numbers += 4
	return int32(len(w.out.Tree) - 1)
}

func (w *certifier) keep(m rounded) int32 {
	w.out.Multipliers = append(w.out.Multipliers, m.set)
	w.numbers += len(m.set)
	return int32(len(w.out.Multipliers) - 1)
}

// fix decides the columns whose other choice the same multipliers exclude: a node of the tree each, one child of which is
// a leaf. It returns the node at which the search goes on.
func (w *certifier) fix(role []int8, m rounded, at int32) int32 {
	for i := range role {
		if role[i] != roleFree {
			continue
		}
		other := m.total + m.reward[i] - m.worstIn // when it is opened
		decided := roleOut
		if m.counted[i] {
			other, decided = m.total-m.reward[i]+m.bestOut, roleIn
		}
		if other >= w.limit() {
			continue
		}
		role[i] = decided
		closed, next := w.leaf(w.out.Tree[at].Multipliers), w.leaf(w.out.Tree[at].Multipliers)
		w.out.Tree[at].Candidate, w.out.Tree[at].In, w.out.Tree[at].Out = int32(i), closed, next
		if decided == roleIn {
			w.out.Tree[at].In, w.out.Tree[at].Out = next, closed
		}
		at = next
	}
	return at
}

// choose returns the undecided column to divide by, or −1 when nothing is left to decide.
func (w *certifier) choose(role []int8) int32 {
	in := 0
	for _, r := range role {
		if r == roleIn {
			in++
		}
	}
	best, score := int32(-1), -1.0
	for i, r := range role {
		if y := w.r.avgX.y[i]; r == roleFree && in < w.c.pick && min(y, 1-y) > score {
			best, score = int32(i), min(y, 1-y)
		}
	}
	return best
}

// multipliers relaxes a node and rounds its multipliers.
func (w *certifier) multipliers(role []int8, target float64) rounded {
	copy(w.r.role, role)
	w.r.bound = math.Inf(1)
	if q := newInterior(w.c, role); q != nil {
		q.run(w.r, target, w.run.expired)
	} else if slices.Contains(role, roleFree) {
		w.r.run(target, rootSteps, w.run.expired)
	} else {
		return w.exact(role)
	}
	set := make([]int64, w.c.classes())
	for k, v := range w.r.best.row {
		set[k] = min(max(0, int64(v*float64(w.out.Scale))), w.c.profit[k]*w.out.Scale)
	}
	return w.rate(role, set)
}

// exact are the multipliers that prove the value of a decided set: nothing for what is met, everything for what is not.
func (w *certifier) exact(role []int8) rounded {
	set := make([]int64, w.c.classes())
	for k := range set {
		if !slices.ContainsFunc(w.c.columnsOf(k), func(i int32) bool { return role[i] == roleIn }) {
			set[k] = w.c.profit[k] * w.out.Scale
		}
	}
	return w.rate(role, set)
}

// rate computes what multipliers say at a node, as the checker will.
func (w *certifier) rate(role []int8, set []int64) rounded {
	m := rounded{set: set, reward: make([]int64, w.c.columns), counted: make([]bool, w.c.columns)}
	m.total = w.c.base * w.out.Scale
	for k, l := range set {
		m.total += w.c.profit[k]*w.out.Scale - l
		for _, i := range w.c.columnsOf(k) {
			m.reward[i] += l
		}
	}
	var free []int32
	left := w.c.pick
	for i, r := range role {
		switch r {
		case roleIn:
			m.total += m.reward[i]
			left--
		case roleFree:
			free = append(free, int32(i))
		}
	}
	slices.SortStableFunc(free, func(a, b int32) int { return cmp.Compare(m.reward[b], m.reward[a]) })
	for n, i := range free {
		switch {
		case n < left:
			m.total += m.reward[i]
			m.counted[i] = true
			if n == left-1 {
				m.worstIn = m.reward[i]
			}
		default:
			m.bestOut = max(m.bestOut, m.reward[i])
		}
	}
	return m
}
