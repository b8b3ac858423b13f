package coverage

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"lawcircle/coverage/locate"
	"lawcircle/geo/road"
)

// Objective is what a proposal makes best.
type Objective string

// Objectives of a proposal.
const (
	ObjectivePeople      Objective = "people"      // most people within the limit
	ObjectiveSettlements Objective = "settlements" // most settlements within the limit
	ObjectiveMean        Objective = "mean"        // least mean travel time of all people
	ObjectiveWorst       Objective = "worst"       // least travel time of the worst-off settlement
	ObjectiveLadder      Objective = "ladder"      // most people, then the worst, then the mean
	ObjectiveBackup      Objective = "backup"      // most people within the limit of two points
	ObjectiveGradual     Objective = "gradual"     // most people, who count less the longer their way: full to half the limit, then a half
	ObjectiveSpread      Objective = "spread"      // exactly Sites points, the nearest two of all points as far apart as possible, in straight metres
	ObjectiveAttendance  Objective = "attendance"  // most visits when the will to go falls evenly to nothing at the limit
)

// SiteQuestion asks where new points should stand. Exactly one of Sites, Cover, Everyone and Budget is given.
type SiteQuestion struct {
	Query      Query
	Objective  Objective // "" = people
	Sites      int       // at most so many new points
	Cover      float64   // fewest points that bring this share (0–1) of the people who can be served inside the limit
	Everyone   bool      // fewest points that bring everyone inside who can be served at all
	Budget     int64     // yuan; hosts without a stated cost take DefaultCost
	Candidates CandidateSet
	Hosts      []string // ids: only these candidates; nil = all of the set
	Locked     []string // candidate ids that must be chosen (promises)
	Forbidden  []string
	Preferred  []string // chosen when nothing else tells two candidates apart
	Floors     []Floor
	Places     []Candidate    // candidates of one's own, beside or instead of the set
	SpacingM   float64        // two points stand at least so far apart, in straight metres; existing ones may stand closer to each other
	Capacity   int64          // people that one point can take; 0 = no limit
	Whole      bool           // with a capacity: a settlement goes to one point, not split
	Rule       *Rule          `json:",omitempty"` // a settlement counts when it meets this rule by existing and new points together
	Bundles    []Bundle       `json:",omitempty"` // what the new points offer towards the rule
	Options    locate.Options `json:"-"`

	// Unserved is told, before anything is solved, which settlements no candidate and no existing point can serve; nil: nobody is told.
	Unserved func(settlements []int) `json:"-"`
}

// Floor asks for a minimum in one unit and all below it.
type Floor struct {
	Unit   string  // code
	Sites  int     // points at least, existing ones included
	People float64 // share of the unit's people at least (0–1)
}

// DefaultCost stands in for a host whose set-up cost is not stated when a budget is asked for, in yuan.
const DefaultCost = 10_000

// Proposal is the answer to a site question.
type Proposal struct {
	Question    SiteQuestion
	Sites       []ProposedSite // the one that gains most first
	Solution    *locate.Solution
	Before      Sums
	After       Sums
	Conflicts   []Sentence // why there is no answer, when there is none
	Unreachable []int      // settlements that no candidate and no existing point can serve, known before solving
}

// ProposedSite is one new point.
type ProposedSite struct {
	Candidate
	Gain       locate.Count // people and settlements that this site adds to those before it
	Cumulative locate.Count // people and settlements served by existing points and all sites up to this one
}

// Validate refuses a question that cannot be asked.
func (s SiteQuestion) Validate() error {
	if err := s.Query.Validate(); err != nil {
		return err
	}
	asked := count(s.Sites > 0) + count(s.Cover > 0) + count(s.Everyone) + count(s.Budget > 0)
	switch {
	case asked != 1:
		return errors.New("say one of: how many sites, what share of the people to cover, or what budget")
	case s.Cover > 1:
		return fmt.Errorf("a share of %v is more than everyone", s.Cover)
	case s.Cover > 0 && s.objective() != ObjectivePeople:
		return fmt.Errorf("a share to cover goes with the objective people, not %s", s.Objective)
	}
	return s.checkRule()
}

func (s SiteQuestion) objective() Objective {
	if s.Objective == "" {
		return ObjectivePeople
	}
	return s.Objective
}

// Suggest proposes sites. The existing points that count for the query stay. The answer carries an upper bound, so that the distance to
// the best possible is known. Progress of the solver goes to s.Options.Progress.
func (e Engine) Suggest(ctx context.Context, s SiteQuestion) (*Proposal, error) {
	proposal, _, err := e.suggest(ctx, s)
	return proposal, err
}

// suggest is Suggest that hands out the model as well, for further questions about the same sites.
func (e Engine) suggest(ctx context.Context, s SiteQuestion) (*Proposal, *siteModel, error) {
	if err := s.Validate(); err != nil {
		return nil, nil, err
	}
	if len(e.County.Settlements) == 0 {
		return nil, nil, errors.New("there are no settlements to serve: import settlements first")
	}
	m, err := e.siteModel(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	solution, err := locate.Solve(ctx, &m.problem, s.Options)
	if err != nil {
		return nil, nil, fmt.Errorf("choosing sites: %w", err)
	}
	proposal := m.proposal(s, solution)
	proposal.Conflicts = m.conflicts(s, solution)
	ctx = context.WithoutCancel(ctx) // a search that was cancelled has its best so far, which is judged all the same
	if proposal.Before, err = e.sums(ctx, s, m, nil); err != nil {
		return nil, nil, err
	}
	proposal.After, err = e.sums(ctx, s, m, proposal.chosen())
	return proposal, m, err
}

// sumsWith judges the county with exactly these facilities, from travel times of its own: the proof of the pudding.
func (e Engine) sumsWith(ctx context.Context, q Query, facilities []Facility) (Sums, error) {
	times, err := e.times(ctx, q, facilities)
	if err != nil {
		return Sums{}, err
	}
	result, err := e.County.Judge(q, Selection{Facilities: facilities}, times)
	if err != nil {
		return Sums{}, err
	}
	return result.Totals, nil
}

func (p *Proposal) chosen() []Candidate {
	out := make([]Candidate, len(p.Sites))
	for i, s := range p.Sites {
		out[i] = s.Candidate
	}
	return out
}

// facilitiesIn are the points that a proposal without a rule puts into candidates.
func facilitiesIn(chosen []Candidate) []Facility {
	out := make([]Facility, len(chosen))
	for i, s := range chosen {
		out[i] = Facility{Place: s.Place, HostKind: s.HostKind, Tier: TierInHost(s.HostKind), Level: LevelDuty}
	}
	return out
}

// siteModel is a site question in the solver's terms: demand points are the settlements in order; columns are the existing points, then
// the candidates.
type siteModel struct {
	problem    locate.Problem
	existing   []Facility
	candidates []Candidate
	people     []People
	within     [][]int // settlements within the limit, per column
}

func (e Engine) siteModel(ctx context.Context, s SiteQuestion) (*siteModel, error) {
	m := &siteModel{existing: e.County.Select(s.Query).Facilities}
	if s.Candidates != "" {
		m.candidates = onlyHosts(e.County.Candidates(s.Candidates), s.Hosts)
	}
	m.candidates = append(m.candidates, s.Places...)
	if len(m.candidates) == 0 {
		return nil, fmt.Errorf("the candidate set %q is empty: every host of it has a point already, or none was imported", s.Candidates)
	}
	weights := make([]int64, len(e.County.Settlements))
	m.people = make([]People, len(weights))
	for j, settlement := range e.County.Settlements {
		m.people[j] = settlement.peopleOf(s.Query.Group)
		weights[j] = m.people[j].Count
		if s.objective() == ObjectiveSettlements {
			weights[j] = int64(count(m.people[j].Known))
		}
	}
	m.problem = locate.Problem{Weights: weights, Limit: s.Query.Limit.Milliseconds(), Sites: s.Sites}
	if err := e.reach(ctx, s, m); err != nil {
		return nil, err
	}
	for i := range m.existing {
		m.problem.Fixed = append(m.problem.Fixed, int32(i))
	}
	if s.Query.RuralLimit > 0 && s.Rule == nil {
		m.problem.Limits = e.County.limits(s.Query)
	}
	if s.SpacingM > 0 {
		m.problem.MinSpacing, m.problem.Spacing = int64(math.Ceil(s.SpacingM)), m.spacing(s.SpacingM)
	}
	if err := m.ask(s); err != nil {
		return nil, err
	}
	if err := m.restrict(e.County, s); err != nil {
		return nil, err
	}
	return m, m.tellUnserved(s)
}

func (m *siteModel) tellUnserved(s SiteQuestion) error {
	if s.Unserved == nil {
		return nil
	}
	list, err := m.problem.Unreachable()
	if err != nil {
		return fmt.Errorf("looking for settlements out of reach: %w", err)
	}
	s.Unserved(m.known(list))
	return nil
}

// known leaves out the demand points whose people are not known: their verdict is unknown whatever is built.
func (m *siteModel) known(demands []int32) []int {
	var out []int
	for _, j := range demands {
		if m.people[j].Known {
			out = append(out, int(j))
		}
	}
	return out
}

// reach fills in which column serves whom: by travel time, or by the needs of the rule.
func (e Engine) reach(ctx context.Context, s SiteQuestion, m *siteModel) (err error) {
	if s.Rule != nil {
		return e.ruleModel(ctx, s, m)
	}
	m.problem.Matrix, err = e.siteMatrix(ctx, s, m)
	return err
}

func onlyHosts(all []Candidate, ids []string) []Candidate {
	if len(ids) == 0 {
		return all
	}
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	var out []Candidate
	for _, c := range all {
		if wanted[c.ID] {
			out = append(out, c)
		}
	}
	return out
}

// maxSpread bounds the points whose distances to each other are listed.
const maxSpread = 4000

// meanReach bounds the search for the objectives that look beyond the limit.
const meanReach = 4 * time.Hour

func (e Engine) siteMatrix(ctx context.Context, s SiteQuestion, m *siteModel) (*locate.Matrix, error) {
	graph, err := e.Graph(ctx, s.Query.Profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", s.Query.Profile, err)
	}
	to := facilityPlaces(m.existing)
	for _, c := range m.candidates {
		to = append(to, road.Place{ID: c.ID, Point: c.Point})
	}
	limit := max(s.Query.Limit, s.Query.RuralLimit)
	if o := s.objective(); o == ObjectiveMean || o == ObjectiveWorst || o == ObjectiveLadder {
		limit = max(limit, meanReach)
	}
	rows, err := matrixRows(ctx, graph, e.County.settlementPlaces(), to, limit)
	if err != nil {
		return nil, fmt.Errorf("travel times from %d settlements to %d sites: %w", len(e.County.Settlements), len(to), err)
	}
	mayServe := e.jurisdiction(s.Query, m)
	m.within = make([][]int, len(to))
	var entries []locate.Entry
	for j, row := range rows {
		if !e.County.Settlements[j].peopleOf(s.Query.Group).Known {
			continue // its verdict is unknown whatever is built
		}
		for _, cell := range row {
			if !mayServe(j, cell.To) {
				continue
			}
			if cell.Ms <= s.Query.limitFor(e.County.Settlements[j]).Milliseconds() {
				m.within[cell.To] = append(m.within[cell.To], j)
			}
			entries = append(entries, locate.Entry{Demand: int32(j), Candidate: int32(cell.To), Cost: cell.Ms})
		}
	}
	return locate.NewMatrix(len(e.County.Settlements), len(to), entries)
}

// jurisdiction tells whether a column may serve a settlement: always, or only within the same county when the query says so.
func (e Engine) jurisdiction(q Query, m *siteModel) func(settlement, column int) bool {
	if !q.SameCounty {
		return func(int, int) bool { return true }
	}
	county := e.County.countyOf()
	var columns []string
	for _, f := range m.existing {
		columns = append(columns, county(f.Code))
	}
	for _, c := range m.candidates {
		columns = append(columns, county(c.Code))
	}
	return func(j, i int) bool { return county(e.County.Settlements[j].Code) == columns[i] }
}

// ask sets the kind of problem and what bounds it.
func (m *siteModel) ask(s SiteQuestion) error {
	p := &m.problem
	switch {
	case s.Cover > 0:
		p.Kind = locate.PartialCover
		total := int64(0)
		for _, w := range p.Weights {
			total += w
		}
		p.Target = int64(math.Ceil(s.Cover*float64(total) - 1e-9))
	case s.Everyone:
		p.Kind = locate.SetCover
	case s.Capacity > 0 && s.objective() == ObjectivePeople:
		p.Kind, p.Whole = locate.CapacitatedCoverage, s.Whole
		p.Capacity = slices.Repeat([]int64{s.Capacity}, len(m.existing)+len(m.candidates))
	case s.objective() == ObjectiveGradual:
		ms := s.Query.Limit.Milliseconds()
		p.Kind, p.Steps = locate.GradualCoverage, []locate.Step{{Limit: ms / 2, PerMille: 1000}, {Limit: ms, PerMille: 500}}
	case s.objective() == ObjectiveAttendance:
		ms := s.Query.Limit.Milliseconds()
		p.Kind, p.Decay = locate.MaxAttendance, func(cost int64) int64 { return max(0, 1000*(ms-cost)/ms) }
	case s.objective() == ObjectivePeople || s.objective() == ObjectiveSettlements:
		p.Kind = locate.MaxCoverage
	case s.objective() == ObjectiveMean:
		p.Kind, p.NoLimit = locate.PMedian, true
	case s.objective() == ObjectiveWorst:
		p.Kind, p.NoLimit = locate.PCenter, true
	case s.objective() == ObjectiveLadder:
		p.Kind = locate.Lexicographic
	case s.objective() == ObjectiveSpread:
		if n := len(m.existing) + len(m.candidates); n > maxSpread {
			return fmt.Errorf("%d points and candidates are too many to spread: %d at most", n, maxSpread)
		}
		p.Kind, p.Spacing = locate.PDispersion, m.spacing(math.Inf(1))
	case s.objective() == ObjectiveBackup:
		p.Kind, p.Backup = locate.BackupCoverage, 2
	default:
		return fmt.Errorf("objective %q is unknown: use people, settlements, mean, worst, ladder, backup, gradual, spread or attendance", s.Objective)
	}
	if s.Budget > 0 {
		p.Budget = s.Budget
		p.SiteCosts = make([]int64, len(m.existing)+len(m.candidates))
		for i, c := range m.candidates {
			p.SiteCosts[len(m.existing)+i] = DefaultCost
			if c.SetUpCost > 0 {
				p.SiteCosts[len(m.existing)+i] = int64(math.Ceil(c.SetUpCost))
			}
		}
	}
	return nil
}

// restrict adds locks, bans, preferences and floors.
func (m *siteModel) restrict(c *County, s SiteQuestion) error {
	column := make(map[string]int32, len(m.candidates))
	for i, candidate := range m.candidates {
		column[candidate.ID] = int32(len(m.existing) + i)
	}
	for _, list := range []struct {
		name string
		ids  []string
		into *[]int32
	}{{"locked", s.Locked, &m.problem.Locked}, {"forbidden", s.Forbidden, &m.problem.Forbidden}, {"preferred", s.Preferred, &m.problem.Preferred}} {
		for _, id := range list.ids {
			i, known := column[id]
			if !known {
				return fmt.Errorf("%s site %q is not among the candidates", list.name, id)
			}
			*list.into = append(*list.into, i)
		}
	}
	tree := newUnitTree(c.Units)
	for _, floor := range s.Floors {
		group, err := m.floorGroup(c, tree, floor)
		if err != nil {
			return err
		}
		m.problem.Groups = append(m.problem.Groups, group)
	}
	return nil
}

func (m *siteModel) floorGroup(c *County, tree unitTree, floor Floor) (locate.Group, error) {
	unit, known := tree.byCode[floor.Unit]
	if !known {
		return locate.Group{}, fmt.Errorf("floor for unit %q: there is no such unit", floor.Unit)
	}
	inside := func(code string) bool {
		for _, i := range tree.chain(code) {
			if i == unit {
				return true
			}
		}
		return false
	}
	group := locate.Group{Name: c.Units[unit].Name, MinSites: floor.Sites}
	people := int64(0)
	for j, s := range c.Settlements {
		if inside(s.Code) {
			group.Demands = append(group.Demands, int32(j))
			people += m.problem.Weights[j]
		}
	}
	group.MinPeople = int64(math.Ceil(floor.People*float64(people) - 1e-9))
	for i, f := range m.existing {
		if inside(f.Code) {
			group.Candidates = append(group.Candidates, int32(i))
		}
	}
	for i, candidate := range m.candidates {
		if inside(candidate.Code) {
			group.Candidates = append(group.Candidates, int32(len(m.existing)+i))
		}
	}
	if floor.People <= 0 {
		group.Demands = nil // a point of demand may belong to one group only
	}
	return group, nil
}

func (m *siteModel) proposal(s SiteQuestion, solution *locate.Solution) *Proposal {
	p := &Proposal{Question: s, Solution: solution}
	for _, site := range solution.Sites {
		p.Sites = append(p.Sites, ProposedSite{m.candidates[int(site.Candidate)-len(m.existing)], site.Gain, site.Cumulative})
	}
	p.Unreachable = m.known(solution.Unreachable)
	return p
}
