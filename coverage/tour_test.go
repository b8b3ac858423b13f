package coverage

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestPlanToursVisitsEachStopOnceWithinTheDay(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 2))
	for round := range 40 {
		task := randomTask(rng, 1+rng.IntN(7))
		plan, err := PlanTours(task)
		if err != nil {
			t.Fatalf("seed %d round %d: %v", seed, round, err)
		}
		var visited []int
		for _, day := range plan.Days {
			if day.Back > task.Day {
				t.Fatalf("seed %d round %d: a day lasts %v of %v", seed, round, day.Back, task.Day)
			}
			visited = append(visited, day.Stops...)
		}
		slices.Sort(visited)
		for k, stop := range visited {
			if k != stop {
				t.Fatalf("seed %d round %d: visited %v", seed, round, visited)
			}
		}
		best := bestPlan(task)
		if plan.Bound > best || plan.Driven < best {
			t.Fatalf("seed %d round %d: bound %v, best %v, plan %v", seed, round, plan.Bound, best, plan.Driven)
		}
	}
}

func TestPlanToursIsCloseToTheBest(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7)) // a fixed sample: the method promises no ratio
	sum, rounds := 0.0, 40
	for range rounds {
		task := randomTask(rng, 3+rng.IntN(5))
		plan, err := PlanTours(task)
		if err != nil {
			t.Fatal(err)
		}
		sum += float64(plan.Driven) / float64(bestPlan(task))
	}
	if mean := sum / float64(rounds); mean > 1.02 {
		t.Errorf("plans drive %.3f times the best on average", mean)
	}
}

// randomTask scatters stops in a square; times are straight distances with a little asymmetry.
func randomTask(rng *rand.Rand, n int) TourTask {
	x, y := make([]float64, n+1), make([]float64, n+1)
	for i := range x {
		x[i], y[i] = rng.Float64()*60, rng.Float64()*60
	}
	task := TourTask{Visit: 20 * time.Minute, Day: 5 * time.Hour, Drive: make([][]time.Duration, n+1)}
	for i := range x {
		task.Drive[i] = make([]time.Duration, n+1)
		for j := range x {
			d := abs(x[i]-x[j]) + abs(y[i]-y[j])
			task.Drive[i][j] = time.Duration(d*(1+0.1*rng.Float64())) * time.Minute
		}
	}
	return task
}

func abs(x float64) float64 { return max(x, -x) }

// bestPlan tries every order with every cut.
func bestPlan(task TourTask) time.Duration {
	best := time.Duration(-1)
	order := make([]int, len(task.Drive)-1)
	for i := range order {
		order[i] = i + 1
	}
	permute(order, 0, func() {
		if driven := task.cut(order).Driven; best < 0 || driven < best {
			best = driven
		}
	})
	return best
}

func permute(order []int, k int, visit func()) {
	if k == len(order) {
		visit()
		return
	}
	for i := k; i < len(order); i++ {
		order[k], order[i] = order[i], order[k]
		permute(order, k+1, visit)
		order[k], order[i] = order[i], order[k]
	}
}

func TestPlanToursRefusesAStopBeyondTheDay(t *testing.T) {
	far := TourTask{Drive: [][]time.Duration{{0, 5 * time.Hour}, {5 * time.Hour, 0}}, Visit: time.Hour, Day: 8 * time.Hour}
	if _, err := PlanTours(far); err == nil {
		t.Error("a stop ten hours away fits no eight-hour day")
	}
}
