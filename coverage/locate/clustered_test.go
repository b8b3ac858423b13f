package locate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// clustered makes a synthetic covering problem: demand in Gaussian clusters in a square of 30 × 30 with weights 1…100 and
// candidates uniform; a candidate reaches what is within radius.
func clustered(tb testing.TB, demands, candidates int, radius float64, seed uint64) *Problem {
	tb.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	clusters := 40
	cx, cy := make([]float64, clusters), make([]float64, clusters)
	for k := range cx {
		cx[k], cy[k] = rng.Float64()*30, rng.Float64()*30
	}
	type point struct{ x, y float64 }
	ps := make([]point, demands)
	weights := make([]int64, demands)
	cell := func(v float64) int { return min(29, max(0, int(v))) }
	var grid [30][30][]int32
	for j := range ps {
		k := rng.IntN(clusters)
		ps[j] = point{min(30, max(0, cx[k]+rng.NormFloat64()*2)), min(30, max(0, cy[k]+rng.NormFloat64()*2))}
		weights[j] = int64(1 + rng.IntN(100))
		grid[cell(ps[j].x)][cell(ps[j].y)] = append(grid[cell(ps[j].x)][cell(ps[j].y)], int32(j))
	}
	b := NewBuilder(demands)
	reach := int(math.Ceil(radius))
	for range candidates {
		x, y := rng.Float64()*30, rng.Float64()*30
		var js []int32
		var cs []int64
		for gx := max(0, cell(x)-reach); gx <= min(29, cell(x)+reach); gx++ {
			for gy := max(0, cell(y)-reach); gy <= min(29, cell(y)+reach); gy++ {
				for _, j := range grid[gx][gy] {
					if d := math.Hypot(ps[j].x-x, ps[j].y-y); d <= radius {
						js, cs = append(js, j), append(cs, int64(d*1000))
					}
				}
			}
		}
		if err := b.Add(js, cs); err != nil {
			tb.Fatal(err)
		}
	}
	return &Problem{Kind: MaxCoverage, Matrix: b.Matrix(), Weights: weights, NoLimit: true}
}
