package field_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"

	"lawcircle/geo/field"
)

// An updated field must equal one made from scratch, whatever the edits before it.
func TestUpdateEqualsMakingAnew(t *testing.T) {
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 21))
		town := newTown(seed, 7, 120, 4)
		in := town.input(random.IntN(49))
		in.CapM = 80
		walls := smallInput(seed).Walls
		in.Walls = walls
		o := field.Options{Limits: minutes(2, 5), Times: seed%2 == 0, Frame: field.Frame{Reference: centre, StepM: 10}, Workers: 2}
		f := newField(t, in, o)
		for step := range 6 {
			next := town.input(random.IntN(49), random.IntN(49))
			if step%2 == 1 { // a small edit: some edges closed, one moved site
				next = in
				next.Edges = nil
				for _, e := range in.Edges {
					if random.Float64() < 0.95 {
						next.Edges = append(next.Edges, e)
					}
				}
				next.Sites = []field.Site{{ID: 1, Point: somewhere(random), DirectM: 150}}
			}
			next.CapM, next.Walls = 80, walls
			if err := f.Update(context.Background(), field.Diff(in, next)); err != nil {
				t.Fatal(err)
			}
			in = next
			fresh := newField(t, in, o)
			if got, want := contours(t, f), contours(t, fresh); !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, step %d: the updated field has other areas", seed, step)
			}
			for range 15 {
				p := somewhere(random)
				a, okA := f.At(p)
				b, okB := fresh.At(p)
				classA, inA := f.Class(p)
				classB, inB := fresh.Class(p)
				if okA != okB || okA && a != b || inA != inB || classA != classB {
					t.Fatalf("seed %d, step %d: %v: %v %v, made anew %v %v", seed, step, p, a, okA, b, okB)
				}
			}
		}
	}
}

func TestDiffFindsOnlyWhatChanged(t *testing.T) {
	in := newTown(1, 4, 100, 2).input(3)
	if c := field.Diff(in, in); len(c.AddEdges)+len(c.RemoveEdges)+len(c.AddSites)+len(c.RemoveSites) != 0 {
		t.Errorf("nothing changed, yet %+v", c)
	}
	next := in
	next.Edges = append([]field.Edge{{ID: 1000, Line: in.Edges[0].Line}}, in.Edges[1:]...)
	next.Edges[2].Ahead.EndMs++
	next.Sites = []field.Site{{ID: 7, Point: centre, DirectM: 5}}
	c := field.Diff(in, next)
	if !reflect.DeepEqual(c.RemoveEdges, []int64{in.Edges[2].ID, in.Edges[0].ID}) || len(c.AddEdges) != 2 || len(c.AddSites) != 1 {
		t.Errorf("remove %v, add %d edges, %d sites", c.RemoveEdges, len(c.AddEdges), len(c.AddSites))
	}
	if err := newField(t, in, field.Options{Limits: minutes(5)}).Update(context.Background(), field.Change{AddEdges: []field.Edge{{ID: 3}}}); err == nil {
		t.Error("an edge without a line is accepted")
	}
}
