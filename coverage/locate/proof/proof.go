// Package proof checks, in whole numbers and without any solver, that no choice of sites serves more people than a claim
// says. Whoever doubts a proposal reads this file, not the solver.
//
// The claim is about maximal coverage: at most Sites of the candidates that are not closed are opened beside the fixed ones,
// and a demand point is served when an open candidate reaches it. For any multipliers λ_c ≥ 0 of classes of demand points
// that the same candidates reach, no choice serves more than
//
//	Σ_c max(0, w_c − λ_c) + Σ_{i opened} R_i,   R_i = Σ_{c reached by i} λ_c,
//
// because a served class has an open candidate that pays λ_c for it (Lagrange; Geoffrion 1974). A tree divides all choices
// by "candidate i is opened or not" until this bound is small enough at every leaf.
package proof

import (
	"errors"
	"fmt"
	"slices"
)

// Instance is what the claim is about.
type Instance struct {
	Demands    int
	Weights    []int64 // people per demand point, ≥ 0
	Candidates int
	Reach      func(candidate int) []int32 // demand points within the limit, each once
	Sites      int                         // at most so many are opened
	Fixed      []int32                     // open already
	Closed     []int32                     // never opened
}

// Certificate claims that the chosen candidates serve Objective people and that no choice serves more than Bound.
type Certificate struct {
	Chosen      []int32   `json:"chosen"`
	Objective   int64     `json:"objective"`
	Bound       int64     `json:"bound"`
	Scale       int64     `json:"scale"`       // multipliers are in 1/Scale of a person
	Class       []int32   `json:"class"`       // of each demand point; −1: served by fixed candidates, out of reach or without people
	Multipliers [][]int64 `json:"multipliers"` // sets of one multiplier ≥ 0 per class
	Tree        []Node    `json:"tree"`        // the first one is the root; children stand after their parents
}

// Node is a leaf, at which a set of multipliers proves the bound, or divides by a candidate.
type Node struct {
	Candidate   int32 `json:"candidate"` // −1: a leaf
	In          int32 `json:"in,omitempty"`
	Out         int32 `json:"out,omitempty"`
	Multipliers int32 `json:"multipliers,omitempty"` // of a leaf: position in Certificate.Multipliers
}

type checker struct {
	c      *Certificate
	in     *Instance
	weight []int64   // per class
	base   int64     // people whom the fixed candidates serve
	reach  [][]int32 // candidate → classes
	rest   []int64   // multipliers → Σ max(0, w − λ), scaled
	reward [][]int64 // multipliers → candidate → R, scaled
	seen   []bool    // node of the tree
	role   []int8    // candidate → 1 opened, −1 not, 0 undecided
	opened int
}

// Check returns nil when the certificate proves its claim, else why not. Cost: one look at all pairs and multipliers, and
// a sort of the candidates per leaf. Sums of weights × Scale must stay below 2⁶².
func Check(in *Instance, c *Certificate) error {
	k := &checker{c: c, in: in, seen: make([]bool, len(c.Tree)), role: make([]int8, in.Candidates)}
	for _, step := range []func() error{k.shape, k.classes, k.answer, k.multipliers} {
		if err := step(); err != nil {
			return err
		}
	}
	for _, i := range append(slices.Clone(in.Closed), in.Fixed...) {
		k.role[i] = -1
	}
	return k.visit(0)
}

func (k *checker) shape() error {
	total := int64(0)
	for _, w := range k.in.Weights {
		if w < 0 || total > 1<<62-w {
			return errors.New("weights are negative or too large")
		}
		total += w
	}
	switch c := k.c; {
	case len(k.in.Weights) != k.in.Demands || len(c.Class) != k.in.Demands:
		return fmt.Errorf("classes of %d demand points, the instance has %d", len(c.Class), k.in.Demands)
	case c.Scale <= 0 || total > 0 && c.Scale > (1<<62)/total:
		return fmt.Errorf("scale %d is out of range", c.Scale)
	case c.Objective > c.Bound || c.Bound > total || len(c.Tree) == 0:
		return errors.New("the bound lies below the objective or above all people, or there is no tree")
	}
	return nil
}

// classes checks that every candidate reaches all of a class or nothing of it.
func (k *checker) classes() error {
	var size []int64
	for j, c := range k.c.Class {
		if c < -1 || int(c) >= k.in.Demands {
			return fmt.Errorf("demand point %d is in class %d", j, c)
		}
		for int(c) >= len(size) {
			size, k.weight = append(size, 0), append(k.weight, 0)
		}
		if c >= 0 {
			size[c]++
			k.weight[c] += k.in.Weights[j]
		}
	}
	served := make([]bool, k.in.Demands)
	for _, i := range k.in.Fixed {
		for _, j := range k.in.Reach(int(i)) {
			if !served[j] && k.c.Class[j] < 0 {
				k.base += k.in.Weights[j]
			}
			served[j] = true
		}
	}
	k.reach = make([][]int32, k.in.Candidates)
	for i := range k.in.Candidates {
		open := !slices.Contains(k.in.Closed, int32(i)) && !slices.Contains(k.in.Fixed, int32(i))
		met := map[int32]int64{}
		for _, j := range k.in.Reach(i) {
			c := k.c.Class[j]
			if met[c]++; c < 0 && open && !served[j] && k.in.Weights[j] > 0 {
				return fmt.Errorf("demand point %d is left out, but candidate %d reaches it", j, i)
			}
		}
		for c, n := range met {
			if c >= 0 && n != size[c] {
				return fmt.Errorf("candidate %d reaches %d of the %d demand points of class %d", i, n, size[c], c)
			}
			if c >= 0 {
				k.reach[i] = append(k.reach[i], c)
			}
		}
	}
	return nil
}

// answer counts the people whom the fixed and the chosen candidates serve.
func (k *checker) answer() error {
	if len(k.c.Chosen) > k.in.Sites {
		return fmt.Errorf("%d candidates are chosen, %d may be", len(k.c.Chosen), k.in.Sites)
	}
	served, people := make([]bool, k.in.Demands), int64(0)
	for n, i := range append(slices.Clone(k.in.Fixed), k.c.Chosen...) {
		if i < 0 || int(i) >= k.in.Candidates || n >= len(k.in.Fixed) && slices.Contains(k.in.Closed, i) {
			return fmt.Errorf("candidate %d may not be chosen", i)
		}
		for _, j := range k.in.Reach(int(i)) {
			if !served[j] {
				served[j] = true
				people += k.in.Weights[j]
			}
		}
	}
	if people != k.c.Objective {
		return fmt.Errorf("the chosen candidates serve %d people, not %d", people, k.c.Objective)
	}
	return nil
}

// multipliers sums what each set of multipliers says, once.
func (k *checker) multipliers() error {
	for m, set := range k.c.Multipliers {
		if len(set) != len(k.weight) {
			return fmt.Errorf("multipliers %d: %d for %d classes", m, len(set), len(k.weight))
		}
		rest, reward := int64(0), make([]int64, k.in.Candidates)
		for c, l := range set {
			if l < 0 || l > k.weight[c]*k.c.Scale {
				return fmt.Errorf("multiplier %d of class %d is outside 0 to its weight", l, c)
			}
			rest += k.weight[c]*k.c.Scale - l
		}
		for i, classes := range k.reach {
			for _, c := range classes {
				reward[i] += set[c]
			}
		}
		k.rest, k.reward = append(k.rest, rest), append(k.reward, reward)
	}
	return nil
}

// visit checks a node and all below it.
func (k *checker) visit(at int32) error {
	if k.opened > k.in.Sites { // no choice is left here
		return nil
	}
	if k.seen[at] {
		return fmt.Errorf("node %d has two parents", at)
	}
	k.seen[at] = true
	n := k.c.Tree[at]
	if n.Candidate < 0 {
		return k.leaf(at, n)
	}
	if int(n.Candidate) >= k.in.Candidates || k.role[n.Candidate] != 0 || n.In <= at || n.Out <= at || max(int(n.In), int(n.Out)) >= len(k.c.Tree) {
		return fmt.Errorf("node %d divides by candidate %d with children %d and %d", at, n.Candidate, n.In, n.Out)
	}
	k.role[n.Candidate] = -1
	if err := k.visit(n.Out); err != nil {
		return err
	}
	k.role[n.Candidate] = 1
	k.opened++
	err := k.visit(n.In)
	k.opened--
	k.role[n.Candidate] = 0
	return err
}

func (k *checker) leaf(at int32, n Node) error {
	if n.Multipliers < 0 || int(n.Multipliers) >= len(k.rest) {
		return fmt.Errorf("node %d names multipliers %d", at, n.Multipliers)
	}
	bound := k.base*k.c.Scale + k.rest[n.Multipliers]
	limit := (k.c.Bound + 1) * k.c.Scale
	var free []int64
	for i, r := range k.reward[n.Multipliers] {
		switch k.role[i] {
		case 1:
			bound = add(bound, r)
		case 0:
			free = append(free, r)
		}
	}
	slices.Sort(free)
	for n := range min(k.in.Sites-k.opened, len(free)) {
		bound = add(bound, free[len(free)-1-n])
	}
	if bound >= limit {
		return fmt.Errorf("node %d: up to %d people may be served, more than the bound of %d", at, bound/k.c.Scale, k.c.Bound)
	}
	return nil
}

// add stays at the greatest number instead of passing it.
func add(a, b int64) int64 {
	if a > 1<<63-1-b {
		return 1<<63 - 1
	}
	return a + b
}
