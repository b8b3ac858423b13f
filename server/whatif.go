package server

import (
	"encoding/json"
	"fmt"
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/account"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// whatIfBody asks what a few edits would change.
type whatIfBody struct {
	questionBody
	Edits  []coverage.Edit `json:"edits"`
	Circle bool            `json:"circle,omitempty"` // draw the covered area after the edits
}

// whatIfAnswer tells what the edits change.
type whatIfAnswer struct {
	Run          runAnswer       `json:"run"` // of the answer after the edits
	TotalsBefore totals          `json:"totals_before"`
	TotalsAfter  totals          `json:"totals_after"`
	Gained       []changedPeople `json:"gained"`
	Lost         []changedPeople `json:"lost"`
	Changed      []changedTime   `json:"changed"` // settlements whose time differs, within the circle or not
	Circle       json.RawMessage `json:"circle"`  // FeatureCollection, null when not asked for
}

type changedPeople struct {
	ID     string `json:"id"`
	People *int64 `json:"people"`
	Ms     *int64 `json:"ms"` // after the edits
}

type changedTime struct {
	ID string `json:"id"`
	Ms *int64 `json:"ms"`
}

// maxEdits bounds one question; a scenario may hold as many.
const maxEdits = 500

func (s *Server) whatIfRoutes() []route {
	return []route{{method: http.MethodPost, path: "/api/v1/what-if", role: account.Viewer, body: whatIfBody{}, answer: whatIfAnswer{}, handle: s.whatIf,
		summary: locale.Text{Zh: "试一试：增、移、撤点或改路之后会怎样", En: "What would change if points were added, moved or closed"}}}
}

func (s *Server) whatIf(c *call) error {
	var body whatIfBody
	if err := c.decode(&body); err != nil {
		return err
	}
	q, err := body.parse()
	if err != nil {
		return err
	}
	if len(body.Edits) > maxEdits {
		return problem.BadField("edits", fmt.Sprintf("最多 %d 项修改", maxEdits), fmt.Sprintf("at most %d edits", maxEdits))
	}
	if c.snapshot, err = s.deps.Snapshot(c.ctx()); err != nil {
		return fmt.Errorf("loading the project: %w", err)
	}
	before, err := s.assess(c.ctx(), c.snapshot, q)
	if err != nil {
		return err
	}
	study, err := before.study.with(body.Edits)
	if err != nil {
		return err
	}
	after, circle, err := s.followEdits(c, study, q, body.Circle)
	if err != nil {
		return err
	}
	answer, err := compareTimes(before, after, q.Rule)
	if err != nil {
		return err
	}
	answer.Circle = circle
	return c.ok(answer)
}

// followEdits answers for the study after the edits, by the fast way where it can be taken.
func (s *Server) followEdits(c *call, study Study, q question, circle bool) (after assessment, drawn json.RawMessage, err error) {
	if q.Rule != "" || q.SameCounty {
		if after, err = s.judge(c.ctx(), c.snapshot, study, q); err != nil || !circle || q.Rule != "" {
			return after, nil, err
		}
		drawn, err = s.circle(c, after, q)
		return after, drawn, err
	}
	if err := s.checkProfile(c.ctx(), q.Profile); err != nil {
		return after, nil, err
	}
	q = q.limited(study.Edits)
	after.study = study
	if after.run, err = s.runOf(c.ctx(), c.snapshot, "coverage", q, study); err != nil {
		return after, nil, err
	}
	var area *coverage.Circle
	if after.result, area, err = s.deps.Analyst(study).WhatIf(c.ctx(), q.Query, circle); err != nil || area == nil {
		return after, nil, explainFailure(err)
	}
	drawn, err = featuresJSON(ringLayer("circles", q.Profile, after.run.ID, []coverage.Circle{*area}))
	return after, drawn, err
}

func compareTimes(before, after assessment, rule string) (whatIfAnswer, error) {
	difference, err := coverage.Compare(before.result, after.result)
	if err != nil {
		return whatIfAnswer{}, err
	}
	out := whatIfAnswer{
		Run: toRun(after.run, rule), TotalsBefore: toTotals(before.result), TotalsAfter: toTotals(after.result),
		Gained: changedIn(after, difference.Gained), Lost: changedIn(after, difference.Lost), Changed: []changedTime{},
	}
	for i, v := range after.result.Verdicts {
		old := before.result.Verdicts[i].Time
		if old.OK != v.Time.OK || old.Duration != v.Time.Duration {
			out.Changed = append(out.Changed, changedTime{after.study.County.Settlements[i].ID, knownMs(v.Time)})
		}
	}
	return out, nil
}

func changedIn(a assessment, settlements []int) []changedPeople {
	out := []changedPeople{}
	for _, i := range settlements {
		v := a.result.Verdicts[i]
		out = append(out, changedPeople{a.study.County.Settlements[i].ID, knownCount(v.People), knownMs(v.Time)})
	}
	return out
}
