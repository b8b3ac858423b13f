package coverage

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"lawcircle/coverage/locate"
	"lawcircle/geo/road"
)

// Bundle says what a new point offers, on site and with duty days.
type Bundle struct {
	HostKind HostKind  `json:"host_kind,omitempty"` // of the hosts that it stands in; "" = all that no other bundle names
	Services []Service `json:"services"`
}

// maxClauses bounds the clauses that a rule of the form "at least m of n" is turned into.
const maxClauses = 64

func (s SiteQuestion) checkRule() error {
	if s.Rule == nil {
		if len(s.Bundles) > 0 {
			return errors.New("bundles of services go with a rule: name the rule that they are to meet")
		}
		return nil
	}
	if o := s.objective(); o != ObjectivePeople && o != ObjectiveSettlements || s.Capacity > 0 {
		return fmt.Errorf("a rule goes with the objectives people and settlements and without capacity, not with %s", o)
	}
	seen := map[HostKind]bool{}
	for _, b := range s.Bundles {
		if seen[b.HostKind] {
			return fmt.Errorf("there are two bundles for the host kind %q", b.HostKind)
		}
		seen[b.HostKind] = true
		if err := services().check("service", b.Services); err != nil {
			return err
		}
	}
	return s.Rule.Validate()
}

// bundleOf lists what a new point in a candidate offers.
func (s SiteQuestion) bundleOf(kind HostKind) []Service {
	var others []Service
	for _, b := range s.Bundles {
		switch b.HostKind {
		case kind:
			return b.Services
		case "":
			others = b.Services
		}
	}
	return others
}

// newPointID is the id of a point that a proposal puts into a candidate. No id of a project begins so.
func newPointID(c Candidate) string { return "\x00proposed " + c.ID }

// withPoints returns the county as it is when points with their bundles stand in the given candidates.
func (c *County) withPoints(s SiteQuestion, at []Candidate) *County {
	next := *c
	next.Points, next.Offers = slices.Clone(c.Points), slices.Clone(c.Offers)
	status := StatusBuilt
	if s.Query.Status == CountPlanned {
		status = StatusPlanned
	}
	known := map[string]bool{}
	for _, h := range c.Hosts {
		known[h.ID] = true
	}
	for _, k := range at {
		p := ServicePoint{ID: newPointID(k), Name: k.Name, Tier: TierInHost(k.HostKind), Level: LevelDuty, Status: status, Point: k.Point, Code: k.Code}
		if known[k.ID] {
			p.HostID = k.ID
		}
		next.Points = append(next.Points, p)
		for _, service := range s.bundleOf(k.HostKind) {
			next.Offers = append(next.Offers, Offer{PointID: p.ID, Service: service, Mode: ModeOnSite})
		}
	}
	return &next
}

// ruleModel fills in the columns and the clauses of a question with a rule: which points and candidates count for a need is asked of the
// county with every candidate built, by the selection that judges the rule.
func (e Engine) ruleModel(ctx context.Context, s SiteQuestion, m *siteModel) error {
	full := e.County.withPoints(s, m.candidates)
	var counted [][]string // per need: ids of the points that count
	existing := map[string]Facility{}
	proposed := map[string]bool{}
	for _, k := range m.candidates {
		proposed[newPointID(k)] = true
	}
	for _, need := range s.Rule.Needs {
		var ids []string
		for _, f := range full.selectNeed(need, s.Query).Facilities {
			ids = append(ids, f.ID)
			if !proposed[f.ID] {
				existing[f.ID] = f
			}
		}
		counted = append(counted, ids)
	}
	m.existing = nil
	for _, f := range existing {
		m.existing = append(m.existing, f)
	}
	slices.SortFunc(m.existing, func(a, b Facility) int { return compareIDs(a.ID, b.ID) })
	reach, err := e.reachOfNeeds(ctx, s, m, counted)
	if err != nil {
		return err
	}
	return m.addClauses(s.Rule, reach)
}

// reachOfNeeds lists for each need and column the settlements within the need's limit.
func (e Engine) reachOfNeeds(ctx context.Context, s SiteQuestion, m *siteModel, counted [][]string) ([][][]int32, error) {
	to := facilityPlaces(m.existing)
	column := map[string]int{}
	for i, f := range m.existing {
		column[f.ID] = i
	}
	for _, k := range m.candidates {
		column[newPointID(k)] = len(to)
		to = append(to, road.Place{ID: newPointID(k), Point: k.Point})
	}
	reach := make([][][]int32, len(counted))
	for k, ids := range counted {
		need := s.Rule.Needs[k]
		columns := make([]int, len(ids))
		places := make([]road.Place, len(ids))
		for n, id := range ids {
			columns[n], places[n] = column[id], to[column[id]]
		}
		graph, err := e.Graph(ctx, need.Profile)
		if err != nil {
			return nil, fmt.Errorf("opening the roads for %s: %w", need.Profile, err)
		}
		rows, err := matrixRows(ctx, graph, e.County.settlementPlaces(), places, max(need.Limit, need.RuralLimit))
		if err != nil {
			return nil, fmt.Errorf("travel times of the need %s: %w", need.Title, err)
		}
		reach[k] = make([][]int32, len(to))
		for j, row := range rows {
			settlement := e.County.Settlements[j]
			if !settlement.peopleOf(s.Query.Group).Known {
				continue
			}
			for _, cell := range row {
				if time.Duration(cell.Ms)*time.Millisecond <= need.limitFor(settlement) {
					i := columns[cell.To]
					reach[k][i] = append(reach[k][i], int32(j))
				}
			}
		}
	}
	return reach, nil
}

// addClauses says "at least m of n needs" to the solver, which knows only "all of these": m needs are met exactly when among any
// n − m + 1 of them one is, that is, when a point counts for one of those.
func (m *siteModel) addClauses(rule *Rule, reach [][][]int32) error {
	n, wanted := len(rule.Needs), rule.AtLeast
	if wanted == 0 {
		wanted = n
	}
	if n > 16 {
		return fmt.Errorf("rule %s has %d needs: proposals take 16 at most", rule.ID, n)
	}
	for subset := range uint(1) << n {
		if bits.OnesCount(subset) != n-wanted+1 {
			continue
		}
		if len(m.problem.Clauses) == maxClauses {
			return fmt.Errorf("rule %s asks for %d of %d needs: that is too many combinations for a proposal", rule.ID, wanted, n)
		}
		joint, err := m.union(reach, subset)
		if err != nil {
			return fmt.Errorf("rule %s: %w", rule.ID, err)
		}
		m.problem.Clauses = append(m.problem.Clauses, locate.Clause{Reach: joint})
	}
	m.problem.Matrix = m.problem.Clauses[0].Reach // only its size is used: every clause has pairs of its own
	return nil
}

// union is the reach of all needs of a subset together.
func (m *siteModel) union(reach [][][]int32, subset uint) (*locate.Matrix, error) {
	b := locate.NewBuilder(len(m.people))
	for i := range len(m.existing) + len(m.candidates) {
		var js []int32
		for k := range reach {
			if subset>>k&1 == 1 {
				js = append(js, reach[k][i]...)
			}
		}
		slices.Sort(js)
		js = slices.Compact(js)
		if err := b.Add(js, make([]int64, len(js))); err != nil {
			return nil, err
		}
	}
	return b.Matrix(), nil
}

// sums judges the county with points in the given candidates, from travel times of its own: the proof of the pudding.
func (e Engine) sums(ctx context.Context, s SiteQuestion, m *siteModel, chosen []Candidate) (Sums, error) {
	if s.Rule == nil {
		return e.sumsWith(ctx, s.Query, append(slices.Clone(m.existing), facilitiesIn(chosen)...))
	}
	return e.ruleSums(ctx, s, chosen, 1)
}

// ruleSums judges the rule with points in the given candidates when every trip takes slowness times as long.
func (e Engine) ruleSums(ctx context.Context, s SiteQuestion, chosen []Candidate, slowness float64) (Sums, error) {
	slow := func(ctx context.Context, profile string, facilities []Facility) ([]Time, error) {
		times, err := e.Times(ctx, profile, facilities)
		return scaled(times, slowness), err
	}
	judged, err := e.County.withPoints(s, chosen).JudgeRule(ctx, *s.Rule, s.Query, slow)
	if err != nil {
		return Sums{}, err
	}
	return judged.Result.Totals, nil
}
