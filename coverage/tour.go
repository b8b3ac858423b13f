package coverage

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// TourPlan is a set of day tours of a mobile service from a base.
type TourPlan struct {
	Days   []Tour
	Bound  time.Duration // no plan that visits every stop drives less than this in total
	Driven time.Duration // total driving time
}

// Tour is one day: stops in order, as indexes among the stops, with the clock running from the departure.
type Tour struct {
	Stops  []int
	Arrive []time.Duration // arrival at each stop since departure
	Back   time.Duration   // return to the base since departure
	Driven time.Duration
}

// TourTask asks for tours. Drive[0] is the base, Drive[k+1] stop k; Drive[i][j] is the driving time from i to j (it may differ from j to
// i). Unreachable pairs are negative.
type TourTask struct {
	Drive [][]time.Duration
	Visit time.Duration // time spent at each stop
	Day   time.Duration // longest day, base to base
}

// errStopAlone explains a stop that no day can hold.
var errStopAlone = errors.New("does not fit into a day even alone")

// PlanTours visits every stop in as few days as a good order allows: one giant tour is built and improved (nearest neighbour, then Or-opt
// and 2-opt moves with true directed times), then cut into days of least total driving (route first, cluster second; Beasley 1983: the cut
// of a given order is optimal). Same task, same plan. Cost: O(n³) per improvement round; n is bounded to 500 stops.
func PlanTours(task TourTask) (TourPlan, error) {
	n := len(task.Drive) - 1
	if n < 0 || n > 500 {
		return TourPlan{}, fmt.Errorf("planning tours for %d stops: 0 to 500 are possible", n)
	}
	for k := 1; k <= n; k++ {
		there, back := task.Drive[0][k], task.Drive[k][0]
		if there < 0 || back < 0 || there+task.Visit+back > task.Day {
			return TourPlan{}, fmt.Errorf("stop %d %w: %v there, %v visit, %v back, day %v", k-1, errStopAlone, there, task.Visit, back, task.Day)
		}
	}
	order := task.nearestNeighbour()
	task.improve(order)
	plan := task.cut(order)
	plan.Bound = task.bound()
	return plan, nil
}

func (t TourTask) nearestNeighbour() []int {
	var order []int
	seen := make([]bool, len(t.Drive))
	for at := 0; len(order) < len(t.Drive)-1; {
		next := -1
		for k := 1; k < len(t.Drive); k++ {
			if !seen[k] && (next < 0 || t.cost(at, k) < t.cost(at, next)) {
				next = k
			}
		}
		seen[next] = true
		order = append(order, next)
		at = next
	}
	return order
}

// detour stands in for pairs without a way: so long that any other order is better.
const detour = 1000 * time.Hour

func (t TourTask) cost(i, j int) time.Duration {
	if d := t.Drive[i][j]; d >= 0 {
		return d
	}
	return detour
}

func (t TourTask) length(order []int) time.Duration {
	total, at := time.Duration(0), 0
	for _, k := range order {
		total += t.cost(at, k)
		at = k
	}
	return total + t.cost(at, 0)
}

// smallTour is how many stops are few enough to measure every order by the days it is cut into, not by its length as one tour.
const smallTour = 40

// improve applies the first improving move of a segment of up to three stops, or reversal of a segment, until none is left.
func (t TourTask) improve(order []int) {
	measure := t.length
	if len(order) <= smallTour {
		measure = func(order []int) time.Duration { return t.cut(order).Driven }
	}
	best := measure(order)
	trial := make([]int, len(order))
	for improved := true; improved; {
		improved = false
		t.moves(order, trial, func(candidate []int) {
			if l := measure(candidate); l < best {
				best, improved = l, true
				copy(order, candidate)
			}
		})
	}
}

func (t TourTask) moves(order, trial []int, try func([]int)) {
	n := len(order)
	for i := range n {
		for j := i + 1; j < n; j++ {
			copy(trial, order)
			slices.Reverse(trial[i : j+1])
			try(trial)
		}
		for size := 1; size <= 3 && i+size <= n; size++ {
			for to := 0; to+size <= n; to++ {
				if to != i {
					moveSegment(trial, order, i, size, to)
					try(trial)
				}
			}
		}
	}
}

// moveSegment writes to dst the order with size stops from position i moved to position to.
func moveSegment(dst, order []int, i, size, to int) {
	rest := append(slices.Clone(order[:i]), order[i+size:]...)
	copy(dst, rest[:to])
	copy(dst[to:], order[i:i+size])
	copy(dst[to+size:], rest[to:])
}

// cut splits the giant tour into days of least total driving by dynamic programming over the last stop of each day.
func (t TourTask) cut(order []int) TourPlan {
	n := len(order)
	best := make([]time.Duration, n+1)
	from := make([]int, n+1)
	for end := 1; end <= n; end++ {
		best[end] = -1
		for start := end - 1; start >= 0; start-- {
			day := t.tour(order[start:end])
			if day.Back > t.Day {
				break
			}
			if total := best[start] + day.Driven; best[end] < 0 || total < best[end] {
				best[end], from[end] = total, start
			}
		}
	}
	plan := TourPlan{Driven: best[n]}
	for end := n; end > 0; end = from[end] {
		plan.Days = append(plan.Days, t.tour(order[from[end]:end]))
	}
	slices.Reverse(plan.Days)
	return plan
}

// tour drives one day through nodes of the task; stops are numbered from 0.
func (t TourTask) tour(nodes []int) Tour {
	var day Tour
	clock, at := time.Duration(0), 0
	for _, k := range nodes {
		day.Driven += t.cost(at, k)
		clock += t.cost(at, k)
		day.Stops = append(day.Stops, k-1)
		day.Arrive = append(day.Arrive, clock)
		clock += t.Visit
		at = k
	}
	day.Driven += t.cost(at, 0)
	day.Back = clock + t.cost(at, 0)
	return day
}

// bound: every stop is entered once, so the sum of the cheapest ways into each is a lower bound on driving.
func (t TourTask) bound() time.Duration {
	var into time.Duration
	for k := 1; k < len(t.Drive); k++ {
		cheapest := t.cost(0, k)
		for i := range t.Drive {
			if i != k {
				cheapest = min(cheapest, t.cost(i, k))
			}
		}
		into += cheapest
	}
	return into
}
