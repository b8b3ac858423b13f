package locate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// county says how a synthetic covering problem is laid out in a square of 30 × 30.
type county struct {
	demands, candidates int
	towns               int
	spread              float64 // standard deviation of what lies around a town
	open                float64 // share of demand and candidates that lies anywhere
	radius              float64 // what a candidate reaches
}

// towns is the layout of the large instances: 60 towns, a fifth of everything in the open country. A million demand points
// have 24.5 of 1,000 candidates within reach, and 36,374 classes.
func towns(demands, candidates int) county {
	return county{demands: demands, candidates: candidates, towns: 60, spread: 0.5, open: 0.2, radius: 2}
}

// wide is a harder layout: clusters wider than the reach, in which sites can be shifted about at little loss.
func wide(demands, candidates int) county {
	return county{demands: demands, candidates: candidates, towns: 20, spread: 2.5, radius: 2}
}

type spot struct{ x, y float64 }

// draw returns the demand points or the candidates of a layout.
func (k county) draw(rng *rand.Rand, centres []spot, n int) []spot {
	spots := make([]spot, 0, n)
	for len(spots) < n {
		p := spot{rng.Float64() * 30, rng.Float64() * 30}
		if rng.Float64() >= k.open {
			c := centres[rng.IntN(len(centres))]
			p = spot{c.x + rng.NormFloat64()*k.spread, c.y + rng.NormFloat64()*k.spread}
		}
		if p.x >= 0 && p.x < 30 && p.y >= 0 && p.y < 30 {
			spots = append(spots, p)
		}
	}
	return spots
}

// clustered makes the problem of a layout, with weights 1…100.
func clustered(tb testing.TB, k county, seed uint64) *Problem {
	tb.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	centres := county{open: 1}.draw(rng, nil, k.towns)
	points := k.draw(rng, centres, k.demands)
	weights := make([]int64, k.demands)
	var grid [30][30][]int32
	for j, p := range points {
		weights[j] = int64(1 + rng.IntN(100))
		grid[int(p.x)][int(p.y)] = append(grid[int(p.x)][int(p.y)], int32(j))
	}
	b := NewBuilder(k.demands)
	for _, c := range k.draw(rng, centres, k.candidates) {
		var js []int32
		var costs []int64
		for gx := max(0, int(c.x-k.radius)); gx <= min(29, int(c.x+k.radius)); gx++ {
			for gy := max(0, int(c.y-k.radius)); gy <= min(29, int(c.y+k.radius)); gy++ {
				for _, j := range grid[gx][gy] {
					if d := math.Hypot(points[j].x-c.x, points[j].y-c.y); d <= k.radius {
						js, costs = append(js, j), append(costs, int64(d*1000))
					}
				}
			}
		}
		if err := b.Add(js, costs); err != nil {
			tb.Fatal(err)
		}
	}
	return &Problem{Kind: MaxCoverage, Matrix: b.Matrix(), Weights: weights, NoLimit: true}
}
