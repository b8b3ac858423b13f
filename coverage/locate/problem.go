package locate

import (
	"fmt"
	"math"
	"strings"
)

// Kind is the question that is asked. "Served" means within the demand point's limit, limit included.
type Kind int

// The kinds, with the unit of Solution.Objective and whether it is to be large or small.
const (
	// MaxCoverage serves the most people with at most Sites sites or Budget money (MCLP; Church, ReVelle 1974). People, large.
	MaxCoverage Kind = iota
	// SetCover serves everyone who can be served at the least cost (LSCP; Toregas et al. 1971). Site costs or sites, small.
	SetCover
	// PartialCover serves at least Target people at the least cost (PSCLP). Site costs or sites, small.
	PartialCover
	// PMedian makes the sum of people × cost to the nearest site least (Hakimi 1964). People × cost, small.
	// A person whom no open site reaches in the matrix costs LeftOut; people whom no candidate reaches at all cost nothing.
	// The limit only decides who is reported as served.
	PMedian
	// PCenter makes the greatest cost of any demand point to its nearest site least. Cost, small.
	PCenter
	// CapacitatedCoverage serves the most people when a site takes no more than its capacity. People, large.
	CapacitatedCoverage
	// CapacitatedPMedian serves everyone within capacity at the least sum of people × cost. People × cost, small.
	CapacitatedPMedian
	// BackupCoverage covers everyone as SetCover does and with those sites serves the most people twice (LSCP-B;
	// Daskin, Stern 1981) when Sites is 0; with Sites > 0 it serves the most people by at least Backup sites. People, large.
	BackupCoverage
	// GradualCoverage counts a share of the people that falls with the cost, by Steps. People × 1000, large.
	GradualCoverage
	// MaxAttendance counts people × share of the nearest site by Decay. People × 1000, large.
	MaxAttendance
	// PDispersion makes the least distance between any two of exactly Sites sites greatest. Distance, large.
	PDispersion
	// Assess chooses nothing: it allots the demand to the nearest fixed site. People served, large.
	Assess
	// Lexicographic serves the most people, then makes the worst cost least, then the mean. People, large.
	Lexicographic
)

var kindNames = [...]string{
	"mclp", "lscp", "pscp", "p-median", "p-center", "capacitated-mclp", "capacitated-p-median",
	"backup", "gradual", "attendance", "p-dispersion", "assess", "lexicographic",
}

// String returns the name that ParseKind reads.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind(%d)", int(k))
	}
	return kindNames[k]
}

// Kinds lists the names of all kinds in the order of their values.
func Kinds() []string { return append([]string(nil), kindNames[:]...) }

// kindAliases are other usual names, without hyphens.
var kindAliases = map[string]Kind{
	"maxcoverage": MaxCoverage, "maximizecoverage": MaxCoverage, "setcover": SetCover, "minimizefacilities": SetCover,
	"partialcover": PartialCover, "minimizeimpedance": PMedian, "lscpb": BackupCoverage, "backupcoverage": BackupCoverage,
	"gradualcoverage": GradualCoverage, "maxattendance": MaxAttendance, "dispersion": PDispersion,
	"capacitatedcoverage": CapacitatedCoverage, "allocate": Assess,
}

// ParseKind reads a kind by its name, for example "p-median" or "mclp"; case, hyphens and underscores do not matter.
func ParseKind(name string) (Kind, error) {
	plain := func(s string) string {
		return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
	}
	for k, n := range kindNames {
		if plain(n) == plain(name) {
			return Kind(k), nil
		}
	}
	if k, ok := kindAliases[plain(name)]; ok {
		return k, nil
	}
	return 0, fmt.Errorf("unknown kind of problem %q; known are %s", name, strings.Join(kindNames[:], ", "))
}

// NeedsLimit reports whether the kind has no meaning without a limit on the cost.
func (k Kind) NeedsLimit() bool {
	switch k {
	case MaxCoverage, SetCover, PartialCover, CapacitatedCoverage, BackupCoverage, MaxAttendance, Lexicographic:
		return true
	}
	return false
}

// Clause is one part of what a demand point needs: at least Need sites that carry any of Services within Limit.
type Clause struct {
	Services uint64  // bit set of services, any one of which counts; 0 means any site
	Limit    int64   // 0 means the demand point's own limit
	Need     int     // 0 means 1
	Reach    *Matrix // its own pairs, all of which count whatever their cost and Limit; nil: those of Problem.Matrix
}

// Step of a gradual coverage: within Limit the share PerMille of the people counts.
type Step struct {
	Limit    int64
	PerMille int64 // 0…1000, falling as the limit rises
}

// Group asks for a minimum inside a part of the demand or of the candidates, for example a township.
type Group struct {
	Name       string
	Demands    []int32 // members among the demand points; a point is in at most one group
	Candidates []int32 // members among the candidates; may overlap other groups
	MinPeople  int64   // people served among Demands, at least
	MinSites   int     // open sites (fixed ones included) among Candidates, at least
}

// Pair gives the distance between two candidates.
type Pair struct {
	A, B     int32
	Distance int64
}

// Problem is one question. The zero value of every optional field means "no such rule". Candidates are columns of Matrix.
type Problem struct {
	Kind   Kind
	Matrix *Matrix

	Weights []int64 // people per demand point, ≥ 0; nil: one each
	Limit   int64   // greatest cost at which a point is served; 0: NoLimit is false and only cost 0 is served
	NoLimit bool    // serve at any stored cost; Limit is then ignored
	Limits  []int64 // per demand point, instead of Limit; nil: Limit for all

	Sites     int     // greatest number of new sites; 0: none when Budget is 0 too, else unlimited
	Budget    int64   // greatest sum of SiteCosts of new sites; 0: no budget rule
	SiteCosts []int64 // cost of opening a candidate, ≥ 0; nil: one each
	Target    int64   // people to serve, for PartialCover

	Fixed     []int32 // existing sites: open, free, not counted in Sites
	Locked    []int32 // new sites that must be in the answer, counted and paid
	Forbidden []int32 // candidates that must not be chosen
	Preferred []int32 // chosen before others when everything else is equal

	Clauses  []Clause // what a point needs; nil: one site within its limit
	Services []uint64 // bit set of services each candidate carries; nil: every candidate carries all
	Backup   int      // sites needed per point for BackupCoverage; 0: 2
	Steps    []Step   // for GradualCoverage, limits rising
	Decay    func(cost int64) (perMille int64)

	LeftOut    int64   // cost of a person whom no open site reaches, for medians; 0: one more than the greatest stored cost
	Capacity   []int64 // people a candidate can take, for the capacitated kinds
	Whole      bool    // a demand point must be served by one site; false: it may be split
	Groups     []Group
	Spacing    []Pair // distances of candidate pairs; a pair that is absent is farther apart than all that are listed
	MinSpacing int64  // two open sites stand at least this far apart; 0: no rule. Fixed sites may stand closer to each other
}

func (p *Problem) weight(j int) int64 {
	if p.Weights == nil {
		return 1
	}
	return p.Weights[j]
}

func (p *Problem) limit(j int) int64 {
	switch {
	case p.NoLimit:
		return math.MaxUint32
	case p.Limits != nil:
		return p.Limits[j]
	}
	return p.Limit
}

func (p *Problem) siteCost(i int) int64 {
	if p.SiteCosts == nil {
		return 1
	}
	return p.SiteCosts[i]
}

// check reports the first thing in the problem that has no meaning.
func (p *Problem) check() error {
	if p.Matrix == nil {
		return fmt.Errorf("the problem has no matrix")
	}
	m, n := p.Matrix.Demands(), p.Matrix.Candidates()
	for _, l := range []struct {
		name string
		got  int
		want int
	}{
		{"weights", len(p.Weights), m}, {"limits", len(p.Limits), m}, {"site costs", len(p.SiteCosts), n},
		{"services", len(p.Services), n}, {"capacities", len(p.Capacity), n},
	} {
		if l.got != 0 && l.got != l.want {
			return fmt.Errorf("%d %s for %d", l.got, l.name, l.want)
		}
	}
	if p.Sites < 0 || p.Budget < 0 || p.Limit < 0 || p.Target < 0 || p.Backup < 0 || p.MinSpacing < 0 || p.LeftOut < 0 {
		return fmt.Errorf("number of sites, budget, limit, target, backup, spacing and cost of being left out must not be negative")
	}
	if err := p.checkValues(); err != nil {
		return err
	}
	return p.checkIndexes()
}

// maxTotal bounds every sum of weights so that people × cost × 1000 stays inside 63 bits wherever it is formed.
const maxTotal = 1 << 50

func (p *Problem) checkValues() error {
	for _, list := range []struct {
		name   string
		values []int64
	}{{"weight", p.Weights}, {"limit", p.Limits}, {"site cost", p.SiteCosts}, {"capacity", p.Capacity}} {
		sum := int64(0)
		for i, v := range list.values {
			if v < 0 {
				return fmt.Errorf("%s %d is negative (%d)", list.name, i, v)
			}
			if list.name == "weight" || list.name == "site cost" {
				if v > maxTotal || sum > maxTotal-v {
					return fmt.Errorf("the sum of all %ss passes %d; choose a coarser unit", list.name, int64(maxTotal))
				}
				sum += v
			}
		}
	}
	for k, c := range p.Clauses {
		if c.Limit < 0 || c.Need < 0 || c.Need > math.MaxInt16 {
			return fmt.Errorf("clause %d: limit %d or need %d is out of range", k, c.Limit, c.Need)
		}
		if m := c.Reach; m != nil && (m.Demands() != p.Matrix.Demands() || m.Candidates() != p.Matrix.Candidates()) {
			return fmt.Errorf("clause %d: its matrix is %d × %d, not %d × %d", k, m.Demands(), m.Candidates(), p.Matrix.Demands(), p.Matrix.Candidates())
		}
	}
	for k, s := range p.Steps {
		if s.PerMille < 0 || s.PerMille > 1000 || k > 0 && (s.Limit <= p.Steps[k-1].Limit || s.PerMille > p.Steps[k-1].PerMille) {
			return fmt.Errorf("step %d: limits must rise and shares fall between 1000 and 0", k)
		}
	}
	return nil
}

func (p *Problem) checkIndexes() error {
	n := p.Matrix.Candidates()
	role := make([]string, n)
	for _, l := range []struct {
		name string
		ids  []int32
	}{{"fixed", p.Fixed}, {"locked", p.Locked}, {"forbidden", p.Forbidden}} {
		for _, i := range l.ids {
			if i < 0 || int(i) >= n {
				return fmt.Errorf("%s candidate %d is outside 0…%d", l.name, i, n-1)
			}
			if role[i] != "" && role[i] != l.name {
				return fmt.Errorf("candidate %d is both %s and %s", i, role[i], l.name)
			}
			role[i] = l.name
		}
	}
	for _, i := range p.Preferred {
		if i < 0 || int(i) >= n {
			return fmt.Errorf("preferred candidate %d is outside 0…%d", i, n-1)
		}
	}
	for _, s := range p.Spacing {
		if s.A < 0 || s.B < 0 || int(s.A) >= n || int(s.B) >= n || s.A == s.B || s.Distance < 0 {
			return fmt.Errorf("spacing of candidates %d and %d: %d is not a distance of two candidates", s.A, s.B, s.Distance)
		}
	}
	return p.checkGroups()
}

func (p *Problem) checkGroups() error {
	seen := make(map[int32]string)
	for _, g := range p.Groups {
		if g.MinPeople < 0 || g.MinSites < 0 {
			return fmt.Errorf("group %s: a minimum is negative", g.Name)
		}
		for _, j := range g.Demands {
			if j < 0 || int(j) >= p.Matrix.Demands() {
				return fmt.Errorf("group %s: demand %d is outside 0…%d", g.Name, j, p.Matrix.Demands()-1)
			}
			if other, ok := seen[j]; ok {
				return fmt.Errorf("demand %d is in two groups, %s and %s", j, other, g.Name)
			}
			seen[j] = g.Name
		}
		for _, i := range g.Candidates {
			if i < 0 || int(i) >= p.Matrix.Candidates() {
				return fmt.Errorf("group %s: candidate %d is outside 0…%d", g.Name, i, p.Matrix.Candidates()-1)
			}
		}
	}
	return nil
}
