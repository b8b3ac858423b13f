package main

import (
	"context"
	"fmt"
	"math"

	"lawcircle/coverage/locate"
)

// locateOutput is the JSON object of locate; the first eight fields are contract.
type locateOutput struct {
	Problem    string           `json:"problem"`
	Sites      []any            `json:"sites"`
	Objective  *float64         `json:"objective"` // these three are null where there is no answer
	Bound      *float64         `json:"bound"`
	Gap        *float64         `json:"gap"`
	Status     string           `json:"status"`
	Seconds    float64          `json:"seconds"`
	Iterations int64            `json:"iterations"`
	Stop       string           `json:"stop"`
	Total      countJSON        `json:"total"`
	Existing   countJSON        `json:"existing"`
	Served     countJSON        `json:"served"`
	Gains      []locateGain     `json:"gains"`
	Unreached  []any            `json:"unreachable"`
	LeftOut    *leftOutJSON     `json:"left_out,omitempty"` // medians: who is reached by no chosen site, and at what cost a person they stand in the objective
	Goals      []locate.Goal    `json:"goals,omitempty"`
	Conflicts  []locateConflict `json:"conflicts,omitempty"`
	Curve      []locatePoint    `json:"curve,omitempty"`
	RunnersUp  []locateRunner   `json:"runners_up,omitempty"`
	Certified  *int64           `json:"certified_bound,omitempty"` // that the written certificate proves
}

type countJSON struct {
	People int64 `json:"people"`
	Points int   `json:"points"`
}

type leftOutJSON struct {
	countJSON
	Cost float64 `json:"cost"`
}

type locateGain struct {
	Site       any       `json:"site"`
	Gain       countJSON `json:"gain"`
	Cumulative countJSON `json:"cumulative"`
}

type locateConflict struct {
	Rule string `json:"rule"`
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
}

type locatePoint struct {
	Sites     int       `json:"sites"`
	Objective float64   `json:"objective"`
	Bound     float64   `json:"bound"`
	Status    string    `json:"status"`
	Served    countJSON `json:"served"`
}

type locateRunner struct {
	Site        any     `json:"site"`
	Replacement any     `json:"replacement"` // null: nothing can take its place
	Objective   float64 `json:"objective"`
	Loss        float64 `json:"loss"`
}

func asCount(c locate.Count) countJSON { return countJSON{c.People, c.Demands} }

// unscale turns an objective of the solver into the unit of the files.
func (t *locateTask) unscale(v int64) float64 {
	switch t.problem.Kind {
	case locate.PMedian, locate.PCenter, locate.CapacitatedPMedian, locate.PDispersion:
		return float64(v) / float64(t.scale)
	case locate.MaxAttendance, locate.GradualCoverage:
		return float64(v) / 1000
	}
	return float64(v)
}

func (t *locateTask) result(s *locate.Solution) locateOutput {
	out := locateOutput{
		Problem: s.Kind.String(), Sites: []any{},
		Status: s.Status.String(), Seconds: math.Round(s.Elapsed.Seconds()*1000) / 1000, Iterations: s.Iterations,
		Stop: string(s.Stop), Total: asCount(s.Total), Existing: asCount(s.Existing), Served: asCount(s.Served),
		Gains: []locateGain{}, Unreached: []any{}, Goals: s.Goals,
	}
	if s.Status == locate.Optimal || s.Status == locate.Feasible {
		objective, bound := t.unscale(s.Objective), t.unscale(s.Bound)
		out.Objective, out.Bound, out.Gap = &objective, &bound, &s.Gap
		out.LeftOut = t.leftOut(s)
	}
	for _, site := range s.Sites {
		id := t.candidates(site.Candidate)
		out.Sites = append(out.Sites, id)
		out.Gains = append(out.Gains, locateGain{id, asCount(site.Gain), asCount(site.Cumulative)})
	}
	for _, j := range s.Unreachable {
		out.Unreached = append(out.Unreached, t.demands(j))
	}
	for _, c := range s.Conflicts {
		out.Conflicts = append(out.Conflicts, locateConflict(c))
	}
	return out
}

// leftOut counts the people whom some candidate reaches and no chosen site does; nil for problems whose objective has no cost for them.
func (t *locateTask) leftOut(s *locate.Solution) *leftOutJSON {
	if s.Kind != locate.PMedian {
		return nil
	}
	out := &leftOutJSON{Cost: float64(t.problem.LeftOutCost()) / float64(t.scale)}
	left := t.problem.LeftOutBy(s)
	out.countJSON = asCount(left)
	if left.Demands == 0 {
		return nil
	}
	return out
}

func (t *locateTask) curve(ctx context.Context, s *locate.Solution, o locate.Options) ([]locatePoint, error) {
	points, err := locate.Curve(ctx, &t.problem, len(s.Sites), o)
	if err != nil {
		return nil, err
	}
	var out []locatePoint
	for _, p := range points {
		out = append(out, locatePoint{p.Sites, t.unscale(p.Objective), t.unscale(p.Bound), p.Status.String(), asCount(p.Served)})
	}
	return out, nil
}

func (t *locateTask) runnersUp(ctx context.Context, s *locate.Solution, o locate.Options) ([]locateRunner, error) {
	lines, err := locate.RunnerUp(ctx, &t.problem, s, o)
	if err != nil {
		return nil, err
	}
	var out []locateRunner
	for _, l := range lines {
		r := locateRunner{Site: t.candidates(l.Site), Objective: t.unscale(l.Objective), Loss: t.unscale(l.Loss)}
		if l.Found {
			r.Replacement = t.candidates(l.Candidate)
		}
		out = append(out, r)
	}
	return out, nil
}

// print writes the answer for people.
func (o *locateOutput) print(term *terminal) {
	if o.Objective == nil {
		term.printf("%s: %s (%s)  没有满足规则的解 / no answer keeps the rules  %.3f s", o.Problem, o.Status, o.Stop, o.Seconds)
	} else {
		term.printf("%s: %s (%s)  目标值/objective %v  界/bound %v  差距/gap %.4f %%  %.3f s", o.Problem, o.Status, o.Stop, *o.Objective, *o.Bound, 100**o.Gap, o.Seconds)
	}
	if l := o.LeftOut; l != nil {
		term.printf("注意：所选场址都到不了的 %d 人、%d 点，目标值中每人计 %v（--left-out 可改）/ people and points that no chosen site reaches count at this cost each in the objective", l.People, l.Points, l.Cost)
	}
	for _, c := range o.Conflicts {
		term.printf("  冲突/conflict [%s] %s", c.Rule, c.Text)
	}
	rows := [][]string{{"场址/site", "新增人口/people +", "新增点/points +", "累计人口/people", "累计点/points"}}
	for _, g := range o.Gains {
		rows = append(rows, []string{fmt.Sprint(g.Site), fmt.Sprint(g.Gain.People), fmt.Sprint(g.Gain.Points), fmt.Sprint(g.Cumulative.People), fmt.Sprint(g.Cumulative.Points)})
	}
	term.table(rows)
	term.printf("服务/served %d / %d 人/people, %d / %d 点/points; 任何候选都到不了/out of reach of all candidates: %d",
		o.Served.People, o.Total.People, o.Served.Points, o.Total.Points, len(o.Unreached))
	if o.Certified != nil {
		term.printf("证书证明任何方案最多服务 %d 人 / the certificate proves that no choice serves more than %d people", *o.Certified, *o.Certified)
	}
	for _, p := range o.Curve {
		term.printf("  %d: %v (%s)", p.Sites, p.Objective, p.Status)
	}
	for _, r := range o.RunnersUp {
		term.printf("  %v → %v: 代价/costs %v", r.Site, r.Replacement, r.Loss)
	}
}
