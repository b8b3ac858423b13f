package coverage

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"time"
)

// Trip is one travel time within the limit of a search, from a settlement to a facility, both as indexes.
type Trip struct {
	From, To int
	Duration time.Duration
}

// Decay gives the weight (0–1) of a trip by its duration. It must not rise with the duration.
type Decay func(time.Duration) float64

// Gaussian is the decay of Luo and Qi's enhanced two-step method in the continuous form of Dai (2010): 1 at 0, 0 from the limit on.
func Gaussian(limit time.Duration) Decay {
	floor := math.Exp(-0.5)
	return func(d time.Duration) float64 {
		if d > limit {
			return 0
		}
		x := float64(d) / float64(limit)
		return (math.Exp(-0.5*x*x) - floor) / (1 - floor)
	}
}

// Within weighs every trip inside the limit alike: the original two-step floating catchment area of Luo and Wang (2003).
func Within(limit time.Duration) Decay {
	return func(d time.Duration) float64 {
		if d > limit {
			return 0
		}
		return 1
	}
}

// FloatingCatchment computes accessibility by the two-step floating catchment area method (2SFCA; Luo, Wang 2003; with a decay, E2SFCA;
// Luo, Qi 2009): supply[j] (lawyers, staff, …) is shared among the weighted people in reach of facility j, and each settlement adds up
// the shares it can reach. The result is supply per person, one value per settlement; people is what demand[i] holds. Total supply is
// kept: Σ people × result = Σ supply of every facility that someone can reach. Cost: linear in trips.
func FloatingCatchment(demand []int64, supply []float64, trips []Trip, decay Decay) []float64 {
	load := make([]float64, len(supply))
	for _, t := range trips {
		load[t.To] += float64(demand[t.From]) * decay(t.Duration)
	}
	out := make([]float64, len(demand))
	for _, t := range trips {
		if load[t.To] > 0 {
			out[t.From] += supply[t.To] / load[t.To] * decay(t.Duration)
		}
	}
	return out
}

// Gini is the weighted Gini coefficient of values (≥ 0) over people: 0 when all have the same, towards 1 when one has everything. ok is
// false when nobody or nothing is there to share. Cost: n log n.
func Gini(values []float64, people []int64) (gini float64, ok bool) {
	return concentration(values, values, people)
}

// Concentration is the concentration index of values over people ranked by rank (ascending, for example by income or distance; Kakwani,
// Wagstaff, van Doorslaer 1997): negative when the low-ranked have more, positive when the high-ranked have more.
func Concentration(values, rank []float64, people []int64) (index float64, ok bool) {
	return concentration(values, rank, people)
}

// concentration is twice the area between the diagonal and the concentration curve, by trapezoids. People who share a rank share a step,
// so that their order does not matter.
func concentration(values, rank []float64, people []int64) (float64, bool) {
	order := make([]int, len(values))
	var total, crowd float64
	for i := range values {
		order[i] = i
		total += values[i] * float64(people[i])
		crowd += float64(people[i])
	}
	if total <= 0 || crowd <= 0 {
		return 0, false
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	var below, area float64
	for start := 0; start < len(order); {
		end := start
		var mass, share float64
		for end < len(order) && rank[order[end]] == rank[order[start]] {
			mass += float64(people[order[end]]) / crowd
			share += values[order[end]] * float64(people[order[end]]) / total
			end++
		}
		area += mass * (2*below + share)
		below += share
		start = end
	}
	return 1 - area, true
}

// UnitSupply is the supply of one unit per 10,000 people.
type UnitSupply struct {
	Unit       Unit
	People     int64
	Supply     float64 // lawyers, staff, … based in the unit
	PerTenK    float64 // supply per 10,000 people; meaningful when Defined
	Defined    bool    // false where nobody lives
	PeoplePer1 float64 // people per unit of supply; +Inf when there is none
}

// SupplyByUnit divides supply (by unit code) by people for every unit of a level. Supply of lower units counts for those above.
func (c *County) SupplyByUnit(level UnitLevel, supply map[string]float64) ([]UnitSupply, error) {
	if len(c.Units) == 0 {
		return nil, errors.New("supply by unit needs administrative units: import areas first")
	}
	tree := newUnitTree(c.Units)
	sums := make([]UnitSupply, len(c.Units))
	for _, s := range c.Settlements {
		for _, i := range tree.chain(s.Code) {
			sums[i].People += s.People.Count
		}
	}
	codes := make([]string, 0, len(supply))
	for code := range supply {
		codes = append(codes, code)
	}
	slices.Sort(codes) // floating-point sums must not depend on map order
	for _, code := range codes {
		for _, i := range tree.chain(code) {
			sums[i].Supply += supply[code]
		}
	}
	var out []UnitSupply
	for i, u := range c.Units {
		if u.Level == level {
			out = append(out, sums[i].per(u))
		}
	}
	return out, nil
}

func (s UnitSupply) per(u Unit) UnitSupply {
	s.Unit = u
	s.Defined = s.People > 0
	if s.Defined {
		s.PerTenK = s.Supply * 10_000 / float64(s.People)
	}
	s.PeoplePer1 = float64(s.People) / s.Supply
	return s
}
