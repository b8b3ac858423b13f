package locate

import "time"

// Status says how much is known about an answer.
type Status int

// The states of an answer.
const (
	Infeasible Status = iota // no set of sites satisfies the rules; see Solution.Conflicts
	Feasible                 // the rules are kept; the bound says how much better another answer could be at most
	Optimal                  // no other answer is better
	Unknown                  // stopped before any set of sites that satisfies the rules was found
)

// String returns "infeasible", "feasible", "optimal" or "unknown".
func (s Status) String() string {
	return [...]string{"infeasible", "feasible", "optimal", "unknown"}[s]
}

// StopReason says why the search ended.
type StopReason string

// The reasons to stop.
const (
	StopProved    StopReason = "proved"     // optimality or infeasibility is proved
	StopGap       StopReason = "gap"        // Options.GapLimit is reached
	StopTime      StopReason = "time limit" // Options.TimeLimit is over
	StopCancelled StopReason = "cancelled"  // the context was cancelled
	StopSize      StopReason = "size limit" // the search tree grew to the most nodes that are kept
)

// Options steer a search. The zero value searches until the proof.
type Options struct {
	TimeLimit time.Duration  // 0: none
	GapLimit  float64        // stop when |bound − objective| ≤ GapLimit·max(|objective|, 1); 0: only at the proof
	Progress  func(Progress) // called now and then from the solving goroutine; nil: never
	Seed      uint64         // of the local search; same seed, same answer
}

// Progress is the state of a running search.
type Progress struct {
	Phase      string
	Found      bool // Objective is that of an answer that keeps the rules
	Objective  int64
	Bound      int64
	Iterations int64
	Elapsed    time.Duration
}

// Count counts the same thing twice, in people and in demand points.
type Count struct {
	People  int64
	Demands int
}

// Site is one chosen site. Gain is what it adds to the people and points served by the fixed sites and the sites before it.
type Site struct {
	Candidate  int32
	Gain       Count
	Cumulative Count // served by the fixed sites and all sites up to this one
}

// Serving allots people of a demand point to a site.
type Serving struct {
	Demand, Candidate int32
	People            int64
	Cost              int64 // of one person
}

// Conflict is one rule of a set of rules that cannot be kept together.
type Conflict struct {
	Rule string // "budget", "sites", "floor", "locked", "spacing", "capacity", "reach"
	Name string // of the group, or empty
	Text string // what is asked and the most that is possible
}

// Solution is an answer with its proof.
type Solution struct {
	Kind       Kind
	Sites      []Site // new sites, the one that gains most first
	Objective  int64  // see Kind for the unit
	Bound      int64  // no set of sites has a better objective
	Gap        float64
	Status     Status
	Stop       StopReason
	Iterations int64 // dual steps and branch nodes
	Nodes      int64 // branch nodes alone
	Elapsed    time.Duration

	Total       Count // all demand
	Existing    Count // served by the fixed sites alone
	Served      Count // served by fixed and chosen sites together
	Unreachable []int32
	Conflicts   []Conflict
	Goals       []Goal    // levels of a lexicographic answer
	Assignment  []Serving // for the kinds that allot: medians, centers, capacities, assessment
}

// Candidates returns the chosen candidates in the order of Sites.
func (s *Solution) Candidates() []int32 {
	ids := make([]int32, len(s.Sites))
	for n, site := range s.Sites {
		ids[n] = site.Candidate
	}
	return ids
}
