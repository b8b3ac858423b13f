package server

import (
	"context"
	"net/http"
	"time"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
	"lawcircle/server/account"
	"lawcircle/server/job"
	"lawcircle/server/locale"
)

// costBody asks what each amount of money buys.
type costBody struct {
	questionBody
	Candidates string  `json:"candidates,omitempty"` // as for suggestions; hosts
	Budget     int64   `json:"budget,omitempty"`     // yuan, the highest; 0 = until nothing more can be gained
	Steps      int     `json:"steps,omitempty"`      // points of the curve, 1 to 50; 10
	TimeLimit  float64 `json:"time_limit,omitempty"` // seconds for each budget; 20
}

// costAnswer is the result of a cost job.
type costAnswer struct {
	Run        runAnswer   `json:"run"`
	Before     sums        `json:"before"`
	Points     []costPoint `json:"points"`
	Candidates int         `json:"candidates"` // whose set-up cost is stated
	Unpriced   []placeName `json:"unpriced"`   // left out, because no cost is stated, which is not zero
	TotalCost  int64       `json:"total_cost"` // yuan
}

type costPoint struct {
	Budget      int64    `json:"budget"` // yuan
	Spent       int64    `json:"spent"`
	Sites       int      `json:"sites"`
	HostIDs     []string `json:"host_ids"`
	People      int64    `json:"people"` // within the limit, the existing points included
	Settlements int      `json:"settlements"`
	PeopleShare *float64 `json:"people_share"`
	Proven      bool     `json:"proven"` // nothing better exists
}

const (
	defaultCostTime = 20 * time.Second
	maxCostTime     = 10 * time.Minute
	maxCostSteps    = 50
)

func (s *Server) costRoutes() []route {
	return []route{{method: http.MethodPost, path: "/api/v1/costs", role: account.Viewer, body: costBody{}, answer: jobAccepted{}, result: costAnswer{}, status: http.StatusAccepted, handle: s.costs,
		summary: locale.Text{Zh: "经费曲线：每一笔经费最多覆盖多少人（任务）", En: "Coverage against budget; a job"}}}
}

func (b costBody) question(q question) (coverage.CostQuestion, error) {
	k := &checker{}
	out := coverage.CostQuestion{Query: q.Query, Budget: b.Budget, Steps: b.Steps, Candidates: coverage.CandidateHosts, Options: locate.Options{TimeLimit: defaultCostTime}}
	if b.Candidates != "" {
		out.Candidates = coded(k, "candidates", b.Candidates, coverage.ParseCandidateSet, true)
	}
	if b.Budget < 0 {
		k.fault("budget", "不能是负数", "must not be negative")
	}
	if b.Steps < 0 || b.Steps > maxCostSteps {
		k.fault("steps", "要在 1 到 50 之间", "must be between 1 and 50")
	}
	switch limit := time.Duration(b.TimeLimit * float64(time.Second)); {
	case !(b.TimeLimit >= 0 && b.TimeLimit <= maxCostTime.Seconds()):
		k.fault("time_limit", "要在 0 到 600 秒之间", "must be between 0 and 600 seconds")
	case limit > 0:
		out.Options.TimeLimit = limit
	}
	return out, k.err()
}

func (s *Server) costs(c *call) error {
	var body costBody
	if err := c.decode(&body); err != nil {
		return err
	}
	q, err := body.plainQuestion()
	if err != nil {
		return err
	}
	asked, err := body.question(q)
	if err != nil {
		return err
	}
	p, err := s.plan(c, "costs", q, asked)
	if err != nil {
		return err
	}
	return s.submit(c, "costs", body, func(ctx context.Context, report func(job.Progress)) (any, error) {
		asked.Options.Progress = reportSearch(asked.Options.TimeLimit, report)
		curve, err := s.deps.Analyst(p.study).CostCurve(ctx, asked)
		if err != nil {
			return nil, err
		}
		return toCosts(p.run, curve), ctx.Err() // a cancelled curve ends early
	})
}

func toCosts(run runAnswer, curve *coverage.CostCurve) costAnswer {
	out := costAnswer{Run: run, Before: toSums(curve.Before), Points: []costPoint{}, Candidates: len(curve.Priced), Unpriced: []placeName{}, TotalCost: curve.TotalCost}
	for _, p := range curve.Points {
		point := costPoint{p.Budget, p.Spent, len(p.Sites), []string{}, p.Served.People, p.Served.Demands, known(p.Share, curve.Before.People > 0), p.Proven}
		for _, site := range p.Sites {
			point.HostIDs = append(point.HostIDs, site.ID)
		}
		out.Points = append(out.Points, point)
	}
	for _, h := range curve.Unpriced {
		out.Unpriced = append(out.Unpriced, placeName{h.ID, h.Name})
	}
	return out
}
