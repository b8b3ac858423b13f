package server

import (
	"context"
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/account"
	"lawcircle/server/job"
	"lawcircle/server/locale"
)

// pairBody asks for a pairing (结对子); what is left out has the value that the command line has.
type pairBody struct {
	Of       string   `json:"of,omitempty"`       // kind of the partners: law_firm (default), grassroots_legal_office, notary, …, or adviser
	With     string   `json:"with,omitempty"`     // kind of the places: police_post (default), village_committee, …
	Profile  string   `json:"profile,omitempty"`  // of the partner, who travels; car
	Minutes  *float64 `json:"minutes,omitempty"`  // no pair farther apart; 240
	Capacity int      `json:"capacity,omitempty"` // places of one partner at most; 0 = shared evenly, or an adviser's own
	Language string   `json:"language,omitempty"` // only partners with an adviser who speaks it: ug
	Scenario string   `json:"scenario,omitempty"`
}

// pairsAnswer is the result of a pairing job.
type pairsAnswer struct {
	Run        runAnswer    `json:"run"`
	Status     string       `json:"status"`
	Optimal    bool         `json:"optimal"` // no pairing drives less in total
	Capacity   int          `json:"capacity"`
	DrivingMs  int64        `json:"driving_ms"`
	BoundMs    int64        `json:"bound_ms"`
	NearestMs  int64        `json:"nearest_ms"` // if capacity did not matter: driving − nearest is the price of fairness
	Pairs      []pairAnswer `json:"pairs"`
	Loads      []loadAnswer `json:"loads"`
	Unpaired   []placeName  `json:"unpaired"`
	Overloaded []loadAnswer `json:"overloaded"` // by the pairings on record
	Swaps      []swapAnswer `json:"swaps"`      // of the pairings on record that save driving
}

type pairAnswer struct {
	PlaceID     string `json:"place_id"`
	PlaceName   string `json:"place_name"`
	PartnerID   string `json:"partner_id"`
	PartnerName string `json:"partner_name"`
	Ms          int64  `json:"ms"`
}

type loadAnswer struct {
	PartnerID   string `json:"partner_id"`
	PartnerName string `json:"partner_name"`
	Places      int    `json:"places"`
	Capacity    int    `json:"capacity"`
	FarthestMs  int64  `json:"farthest_ms"`
}

type swapAnswer struct {
	PlaceID   string `json:"place_id"`
	PlaceName string `json:"place_name"`
	FromID    string `json:"from_id"`
	FromName  string `json:"from_name"`
	ToID      string `json:"to_id"`
	ToName    string `json:"to_name"`
	SavesMs   int64  `json:"saves_ms"`
}

func (s *Server) pairRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return []route{
		{method: http.MethodPost, path: "/api/v1/pairs", role: account.Viewer, body: pairBody{}, answer: jobAccepted{}, result: pairsAnswer{}, status: http.StatusAccepted, handle: s.pair,
			summary: say("结对子：车程最短的分配（任务）", "Pair partners with places at least driving; a job")},
		{method: http.MethodGet, path: "/api/v1/advisers/loads", answer: adviserLoadsAnswer{}, params: loadParams(), handle: s.adviserLoads,
			summary: say("法律顾问的村数、距离与到访", "Villages, distances and visits of advisers")},
	}
}

// question checks the body.
func (b pairBody) question() (coverage.PairQuestion, error) {
	k := &checker{}
	out := coverage.PairQuestion{
		Profile:  orText(b.Profile, "car"),
		Partners: coded(k, "of", orText(b.Of, string(coverage.HostLawFirm)), coverage.ParsePartnerKind, true),
		With:     coded(k, "with", orText(b.With, string(coverage.HostPolicePost)), coverage.ParseHostKind, true),
		Capacity: b.Capacity, Language: b.Language,
	}
	k.text("language", b.Language, 40, false)
	if b.Capacity < 0 || b.Capacity > maxListed {
		k.fault("capacity", "要在 0 到 5000 之间", "must be between 0 and 5000")
	}
	out.Limit = milliseconds(maxMinutes)
	if b.Minutes != nil {
		if !(*b.Minutes > 0 && *b.Minutes <= maxMinutes) {
			k.fault("minutes", "要在 0 到 240 之间", "must be between 0 and 240")
		}
		out.Limit = milliseconds(*b.Minutes)
	}
	return out, k.err()
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (s *Server) pair(c *call) error {
	var body pairBody
	if err := c.decode(&body); err != nil {
		return err
	}
	asked, err := body.question()
	if err != nil {
		return err
	}
	q := question{Query: coverage.Query{Profile: asked.Profile, Limit: asked.Limit}, Scenario: body.Scenario}
	p, err := s.plan(c, "pair", q, asked)
	if err != nil {
		return err
	}
	return s.submit(c, "pair", body, func(ctx context.Context, report func(job.Progress)) (any, error) {
		report(job.Progress{Phase: "pair"})
		plan, err := s.deps.Analyst(p.study).Pair(ctx, asked)
		if err != nil {
			return nil, err
		}
		return toPairs(p.run, plan), nil
	})
}

func toPairs(run runAnswer, p *coverage.PairPlan) pairsAnswer {
	out := pairsAnswer{Run: run, Status: p.Status, Optimal: p.Optimal, Capacity: p.Capacity, DrivingMs: p.Driving.Milliseconds(), BoundMs: p.Bound.Milliseconds(),
		NearestMs: p.Nearest.Milliseconds(), Pairs: []pairAnswer{}, Loads: toLoads(p.Loads), Unpaired: hostNames(p.Unpaired), Overloaded: toLoads(p.Overloaded), Swaps: []swapAnswer{}}
	for _, pair := range p.Pairs {
		out.Pairs = append(out.Pairs, pairAnswer{pair.Place.ID, pair.Place.Name, pair.Partner.ID, pair.Partner.Name, pair.Duration.Milliseconds()})
	}
	for _, swap := range p.ToSwap {
		out.Swaps = append(out.Swaps, swapAnswer{swap.Place.ID, swap.Place.Name, swap.From.ID, swap.From.Name, swap.To.ID, swap.To.Name, swap.Saves.Milliseconds()})
	}
	return out
}

func toLoads(list []coverage.Load) []loadAnswer {
	out := []loadAnswer{}
	for _, l := range list {
		out = append(out, loadAnswer{l.Partner.ID, l.Partner.Name, l.Places, l.Capacity, l.Farthest.Milliseconds()})
	}
	return out
}
