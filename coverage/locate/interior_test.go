package locate

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestCholeskySolves(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	for n := 1; n < 40; n++ {
		a := newCholesky(n)
		full := make([][]float64, n)
		for i := range full {
			full[i] = make([]float64, n)
			for j := range i + 1 {
				v := rng.NormFloat64()
				if i == j {
					v = float64(2*n) + rng.Float64()
				}
				full[i][j], full[j][i], a.row(i)[j] = v, v, v
			}
		}
		x, b := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		for i := range b {
			b[i] = dot(full[i], x)
		}
		a.factor()
		a.solve(b)
		for i := range x {
			if math.Abs(b[i]-x[i]) > 1e-9 {
				t.Fatalf("size %d: entry %d is %v, want %v", n, i, b[i], x[i])
			}
		}
	}
}

// TestInteriorMeetsTheFirstOrderBound compares two methods that have nothing in common on the same relaxations, with
// random decisions taken: both bounds hold for the relaxed point, and the interior one is tight in all but a few cases.
func TestInteriorMeetsTheFirstOrderBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 0))
	never := func() bool { return false }
	solved, loose := 0, 0
	for n := range 400 {
		p := randomProblem(rng, MaxCoverage)
		p.Groups = nil
		p.Clauses = []Clause{{Need: 1 + rng.IntN(2)}}
		c := p.newCover()
		c.addDemand(p, demandClasses{rules: p.rules(), scale: 1000, people: true})
		c.finish()
		role := newRelaxation(c).role
		for i := range role {
			if role[i] == roleFree && rng.IntN(4) == 0 {
				role[i] = int8(rng.IntN(3))
			}
		}
		if len(c.conflicts) > 0 || !propagate(c, role) {
			continue
		}
		q := newInterior(c, role)
		if q == nil {
			continue
		}
		exact, steps := newRelaxation(c), newRelaxation(c)
		exact.bound = math.Inf(1)
		copy(exact.role, role)
		copy(steps.role, role)
		bound := q.toTheEnd(exact)
		value := q.value(exact)
		first := steps.run(math.Inf(-1), 20_000, never)
		scale := 1e-4 * max(1, math.Abs(first))
		if math.IsNaN(value) || bound < value-scale || first < value-scale {
			t.Fatalf("case %d: point %v, but bounds %v and %v", n, value, bound, first)
		}
		solved++
		if bound > min(value, first)+scale { // products can vanish before the multipliers' equations hold: valid, not tight
			loose++
		}
	}
	if solved < 100 || loose*50 > solved {
		t.Fatalf("%d cases had anything to solve, the bound of %d is loose", solved, loose)
	}
}

// toTheEnd steps until all products have vanished and returns the bound.
func (q *interior) toTheEnd(r *relaxation) float64 {
	q.begin(r.x.y)
	for range 100 {
		if q.step(); q.measure() < 1e-13 {
			break
		}
	}
	q.export(r)
	return r.try(&r.d)
}

// TestSwapperKeepsItsBooks compares the books after many moves with those of a fresh start, and every announced change
// with the change that happens.
func TestSwapperKeepsItsBooks(t *testing.T) {
	p := clustered(t, towns(800, 60), 4)
	p.Sites = 8
	c := p.newCover()
	c.addDemand(p, demandClasses{rules: p.rules(), scale: 1, people: true})
	c.finish()
	w, fresh := newSwapper(c, 1), newSwapper(c, 2)
	if !w.start(nil) {
		t.Fatal("too few columns")
	}
	for n := range 300 {
		if n%3 == 0 {
			w.shake(3)
		}
		before := w.value
		in, out, delta := w.bestSwap(math.MaxInt64)
		if in < 0 {
			t.Fatal("no swap left")
		}
		w.swap(in, out)
		if w.value != before+delta {
			t.Fatalf("move %d: %d announced, %d happened", n, delta, w.value-before)
		}
		if !fresh.start(w.open) {
			t.Fatal("too few columns")
		}
		s := newState(c)
		s.reset(w.open)
		if fresh.value != w.value || s.value != w.value {
			t.Fatalf("move %d: value %d, fresh %d, state %d", n, w.value, fresh.value, s.value)
		}
		for i := range w.gain {
			if w.gain[i] != fresh.gain[i] || w.gain[i] != s.gain[i] {
				t.Fatalf("move %d: gain of %d is %d, want %d", n, i, w.gain[i], fresh.gain[i])
			}
		}
		for k := range w.loss {
			if w.loss[k] != fresh.loss[k] {
				t.Fatalf("move %d: loss of slot %d is %d, want %d", n, k, w.loss[k], fresh.loss[k])
			}
		}
		for k := range w.both {
			if w.both[k] != fresh.both[k] {
				t.Fatalf("move %d: entry %d is %d, want %d", n, k, w.both[k], fresh.both[k])
			}
		}
	}
}
