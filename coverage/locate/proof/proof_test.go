package proof

import (
	"encoding/json"
	"testing"
)

// small is an instance whose answers can be tried one by one: candidate i reaches the demand points of reach[i].
var reach = [][]int32{{0, 1}, {1, 2, 3}, {3, 4}, {0, 4, 5}, {5}}

func small() *Instance {
	return &Instance{Demands: 7, Weights: []int64{3, 1, 4, 1, 5, 2, 6}, Candidates: 5, Sites: 2, Fixed: []int32{4},
		Reach: func(i int) []int32 { return reach[i] }}
}

// most tries every pair of candidates.
func most(in *Instance) int64 {
	best := int64(0)
	for a := range in.Candidates {
		for b := range in.Candidates {
			served, people := map[int32]bool{}, int64(0)
			for _, i := range append([]int32{int32(a), int32(b)}, in.Fixed...) {
				for _, j := range in.Reach(int(i)) {
					if !served[j] {
						served[j] = true
						people += in.Weights[j]
					}
				}
			}
			best = max(best, people)
		}
	}
	return best
}

// valid proves that candidates 1 and 3 serve 16 people, the most: every demand point is a class of its own, except those
// that nobody reaches (6) and that the fixed candidate serves (5).
const valid = `{"chosen":[1,3],"objective":16,"bound":16,"scale":2,"class":[0,1,2,3,4,-1,-1],
"multipliers":[[0,0,0,0,0]],"tree":[{"candidate":-1}]}`

func TestCheckAcceptsAProof(t *testing.T) {
	var c Certificate
	if err := json.Unmarshal([]byte(valid), &c); err != nil {
		t.Fatal(err)
	}
	if err := Check(small(), &c); err != nil || most(small()) != c.Bound {
		t.Fatalf("%v; the most is %d", err, most(small()))
	}
}

func TestCheckRefusesSharedNodes(t *testing.T) {
	c := Certificate{Chosen: []int32{1, 3}, Objective: 16, Bound: 16, Scale: 2, Class: []int32{0, 1, 2, 3, 4, -1, -1},
		Multipliers: [][]int64{{0, 0, 0, 0, 0}}, Tree: []Node{{Candidate: 0, In: 1, Out: 1}, {Candidate: -1}}}
	if Check(small(), &c) == nil {
		t.Error("a node with two parents is accepted")
	}
}

// FuzzCheck changes a certificate in every way; whatever is accepted has to be true.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(valid))
	f.Add([]byte(`{"chosen":[1,3],"objective":16,"bound":16,"scale":1,"class":[0,1,2,3,4,-1,-1],"multipliers":[[3,1,4,1,5],[0,0,0,0,0]],
"tree":[{"candidate":1,"in":1,"out":2},{"candidate":-1,"multipliers":1},{"candidate":-1,"multipliers":1}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var c Certificate
		if json.Unmarshal(text, &c) != nil || Check(small(), &c) != nil {
			return
		}
		if top := most(small()); c.Bound < top || c.Objective > top {
			t.Fatalf("objective %d and bound %d are accepted, the most is %d", c.Objective, c.Bound, top)
		}
	})
}
