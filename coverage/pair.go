package coverage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lawcircle/coverage/locate"
	"lawcircle/geo/road"
)

// PairQuestion asks which partners (law firms, grassroots offices, notaries) should pair with which posts or villages (结对子).
type PairQuestion struct {
	Profile  string        // travel profile, normally car
	Limit    time.Duration // no pair farther apart than this; 0 = 4 hours
	Partners HostKind      // kind of the partners, or PartnerAdvisers
	With     HostKind      // kind of the places to be paired, each with one partner
	Capacity int           // places that one partner takes at most; 0 = shared evenly: ⌈places ÷ partners⌉, or an adviser's own where it is stated
	Language string        // only partners whose advisers speak it; "" = any
}

// PartnerAdvisers is what stands for advisers by themselves (lawyers, grassroots workers) among the kinds of partners: each starts from the
// host that they work from.
const PartnerAdvisers HostKind = "adviser"

// ParsePartnerKind accepts what [ParseHostKind] does, and adviser for advisers by themselves.
func ParsePartnerKind(text string) (HostKind, error) {
	if text == string(PartnerAdvisers) || text == "法律顾问" {
		return PartnerAdvisers, nil
	}
	return ParseHostKind(text)
}

// PairPlan is an assignment of every place that can be reached to one partner.
type PairPlan struct {
	Question   PairQuestion
	Capacity   int // as used, where a partner states none of its own
	Pairs      []Pair
	Unpaired   []Host // places that no partner with capacity left can reach within the limit
	Loads      []Load // one per partner, in id order
	Driving    time.Duration
	Optimal    bool          // no assignment drives less in total
	Bound      time.Duration // no assignment drives less than this
	Status     string
	Nearest    time.Duration // total driving if capacity did not matter: the price of fairness is Driving − Nearest
	ToSwap     []Swap
	Overloaded []Load // partners that the pairings on record load beyond their capacity

	capacities []int // per partner
}

// Pair is one place and its partner, with the travel time from the partner to the place.
type Pair struct {
	Place, Partner Host
	Duration       time.Duration
}

// Load is how many places a partner has.
type Load struct {
	Partner  Host
	Places   int
	Capacity int
	Farthest time.Duration
}

// Swap is a change to the pairings on record that saves driving.
type Swap struct {
	Place    Host
	From, To Host
	Saves    time.Duration
}

// Pair finds the pairing of least total driving within capacities, and compares it with the pairings on record. Travel runs from the
// partner to the place: the partner is who travels.
func (e Engine) Pair(ctx context.Context, q PairQuestion) (*PairPlan, error) {
	if q.Limit <= 0 {
		q.Limit = meanReach
	}
	partners, own := e.partners(q)
	places := e.County.hostsOf(q.With)
	switch {
	case len(partners) == 0:
		return nil, fmt.Errorf("no host of kind %s (%s) can be a partner: import some, or relax the language", q.Partners, q.Partners.Zh())
	case len(places) == 0:
		return nil, fmt.Errorf("there is no host of kind %s (%s) to be paired", q.With, q.With.Zh())
	}
	plan := &PairPlan{Question: q, Capacity: q.Capacity}
	if plan.Capacity <= 0 {
		plan.Capacity = (len(places) + len(partners) - 1) / len(partners)
	}
	times, err := e.drives(ctx, q, partners, places)
	if err != nil {
		return nil, err
	}
	plan.capacities = make([]int, len(partners))
	for i, h := range partners {
		plan.capacities[i] = plan.Capacity
		if q.Capacity <= 0 && own[h.ID] > 0 {
			plan.capacities[i] = own[h.ID]
		}
	}
	if err := plan.solve(ctx, partners, places, times); err != nil {
		return nil, err
	}
	plan.compare(e.County, partners, places, times)
	return plan, nil
}

func (c *County) hostsOf(kind HostKind) []Host {
	var out []Host
	for _, h := range c.Hosts {
		if h.Kind == kind {
			out = append(out, h)
		}
	}
	return out
}

// partners keeps the hosts of the kind where, when a language is asked for, some adviser speaks it; or makes a partner of every adviser who
// does and whose base is known. own holds the capacities that advisers state.
func (e Engine) partners(q PairQuestion) (partners []Host, own map[string]int) {
	speaks, own := map[string]bool{}, map[string]int{}
	hosts := e.County.hostsByID()
	for _, a := range e.County.Advisers {
		if q.Language != "" && !slices.Contains(a.Languages, q.Language) {
			continue
		}
		speaks[a.Firm], speaks[a.BaseHost] = true, true
		base, known := hosts[a.BaseHost]
		if !known {
			base, known = hosts[a.Firm]
		}
		if q.Partners == PartnerAdvisers && known {
			partners = append(partners, Host{ID: a.ID, Kind: PartnerAdvisers, Name: a.ID + " " + base.Name, Code: base.Code, Point: base.Point})
			own[a.ID] = a.Capacity
		}
	}
	if q.Partners == PartnerAdvisers {
		return partners, own
	}
	partners = e.County.hostsOf(q.Partners)
	if q.Language == "" {
		return partners, nil
	}
	return slices.DeleteFunc(partners, func(h Host) bool { return !speaks[h.ID] }), nil
}

// drives maps (place, partner) to the travel time from the partner to the place, within the limit.
func (e Engine) drives(ctx context.Context, q PairQuestion, partners, places []Host) (map[[2]int]time.Duration, error) {
	graph, err := e.Graph(ctx, q.Profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", q.Profile, err)
	}
	rows, err := matrixRows(ctx, graph, hostPlaces(partners), hostPlaces(places), q.Limit)
	if err != nil {
		return nil, fmt.Errorf("travel times from %d partners to %d places: %w", len(partners), len(places), err)
	}
	times := map[[2]int]time.Duration{}
	for i, row := range rows {
		for _, cell := range row {
			times[[2]int{cell.To, i}] = time.Duration(cell.Ms) * time.Millisecond
		}
	}
	return times, nil
}

func hostPlaces(hosts []Host) []road.Place {
	places := make([]road.Place, len(hosts))
	for i, h := range hosts {
		places[i] = road.Place{ID: h.ID, Point: h.Point}
	}
	return places
}

// solve assigns: a capacitated median with all partners fixed, one unit of load per place, nothing split.
func (p *PairPlan) solve(ctx context.Context, partners, places []Host, times map[[2]int]time.Duration) error {
	var entries []locate.Entry
	for j := range places {
		for i := range partners {
			if d, ok := times[[2]int{j, i}]; ok {
				entries = append(entries, locate.Entry{Demand: int32(j), Candidate: int32(i), Cost: d.Milliseconds()})
			}
		}
	}
	matrix, err := locate.NewMatrix(len(places), len(partners), entries)
	if err != nil {
		return fmt.Errorf("preparing the pairing: %w", err)
	}
	problem := locate.Problem{Kind: locate.CapacitatedPMedian, Matrix: matrix, NoLimit: true, Whole: true, Capacity: make([]int64, len(partners))}
	for i := range partners {
		problem.Fixed = append(problem.Fixed, int32(i))
		problem.Capacity[i] = int64(p.capacities[i])
	}
	solution, err := locate.Solve(ctx, &problem, locate.Options{})
	if err != nil {
		return fmt.Errorf("pairing %d places with %d partners: %w", len(places), len(partners), err)
	}
	p.read(solution, partners, places)
	if len(solution.Assignment) == 0 && len(solution.Conflicts) > 0 {
		return errors.New("pairing is impossible: " + solution.Conflicts[0].Text)
	}
	return nil
}

func (p *PairPlan) read(solution *locate.Solution, partners, places []Host) {
	paired := make([]bool, len(places))
	loads := make([]Load, len(partners))
	for i, h := range partners {
		loads[i] = Load{Partner: h, Capacity: p.capacities[i]}
	}
	for _, a := range solution.Assignment {
		d := time.Duration(a.Cost) * time.Millisecond
		p.Pairs = append(p.Pairs, Pair{places[a.Demand], partners[a.Candidate], d})
		p.Driving += d
		paired[a.Demand] = true
		loads[a.Candidate].Places++
		loads[a.Candidate].Farthest = max(loads[a.Candidate].Farthest, d)
	}
	slices.SortFunc(p.Pairs, func(a, b Pair) int { return compareIDs(a.Place.ID, b.Place.ID) })
	for j, done := range paired {
		if !done {
			p.Unpaired = append(p.Unpaired, places[j])
		}
	}
	p.Loads = loads
	p.Optimal = solution.Status == locate.Optimal
	p.Status = solution.Status.String()
	p.Bound = time.Duration(solution.Bound) * time.Millisecond
}

// compare sets the price of fairness and looks at the pairings on record.
func (p *PairPlan) compare(c *County, partners, places []Host, times map[[2]int]time.Duration) {
	partnerIndex, now := map[string]int{}, map[string]string{}
	for i, h := range partners {
		partnerIndex[h.ID] = i
	}
	load := make([]int, len(partners))
	for _, pairing := range p.onRecord(c) {
		if i, ok := partnerIndex[pairing.PartnerID]; ok {
			now[pairing.PostID] = pairing.PartnerID
			load[i]++
		}
	}
	for i, n := range load {
		if n > p.capacities[i] {
			p.Overloaded = append(p.Overloaded, Load{Partner: partners[i], Places: n, Capacity: p.capacities[i]})
		}
	}
	placeIndex := map[string]int{}
	for j, h := range places {
		placeIndex[h.ID] = j
		p.Nearest += nearestOf(j, len(partners), times)
	}
	for _, pair := range p.Pairs {
		old, ok := partnerIndex[now[pair.Place.ID]]
		if !ok || partners[old].ID == pair.Partner.ID {
			continue
		}
		before, reachable := times[[2]int{placeIndex[pair.Place.ID], old}]
		if reachable && before > pair.Duration {
			p.ToSwap = append(p.ToSwap, Swap{pair.Place, partners[old], pair.Partner, before - pair.Duration})
		}
	}
}

// onRecord lists the pairings that stand, between hosts and partners of the kind asked for: a service point stands for its host, an adviser
// for the firm unless advisers themselves are paired. Assignments are the pairings of villages with advisers.
func (p *PairPlan) onRecord(c *County) []Pairing {
	hostOfPoint, firmOf := map[string]string{}, map[string]string{}
	for _, point := range c.Points {
		hostOfPoint[point.ID] = point.HostID
	}
	for _, a := range c.Advisers {
		firmOf[a.ID] = a.Firm
	}
	b := newBoard(c, "", false)
	committees := map[string]string{}
	for _, h := range c.Hosts {
		if h.Kind == p.Question.With {
			committees[h.Code] = h.ID
		}
	}
	records := slices.Clone(c.Pairings)
	if p.Question.With != HostPolicePost {
		for _, a := range c.Assignments {
			records = append(records, Pairing{PostID: committees[a.Village], PartnerID: a.AdviserID, From: a.From, To: a.To})
		}
	}
	var out []Pairing
	for _, r := range records {
		if !b.holds(Assignment{From: r.From, To: r.To}) {
			continue
		}
		if host, isPoint := hostOfPoint[r.PostID]; isPoint {
			r.PostID = host
		}
		if firm, isAdviser := firmOf[r.PartnerID]; isAdviser && p.Question.Partners != PartnerAdvisers {
			r.PartnerID = firm
		}
		out = append(out, r)
	}
	return out
}

func nearestOf(place, partners int, times map[[2]int]time.Duration) time.Duration {
	best := time.Duration(-1)
	for i := range partners {
		if d, ok := times[[2]int{place, i}]; ok && (best < 0 || d < best) {
			best = d
		}
	}
	return max(best, 0)
}
