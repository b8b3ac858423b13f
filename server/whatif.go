package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/server/account"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// whatIfBody asks what a few edits would change.
type whatIfBody struct {
	questionBody
	Edits  []coverage.Edit `json:"edits"`
	Circle bool            `json:"circle,omitempty"` // draw the covered area after the edits
	// CircleChanged leaves out of the circle what the edits do not touch: its polygons that were not there before have the property
	// change = "new", those of before that are no longer there "gone".
	CircleChanged bool `json:"circle_changed,omitempty"`
}

// whatIfAnswer tells what the edits change.
type whatIfAnswer struct {
	Run          runAnswer       `json:"run"` // of the answer after the edits
	TotalsBefore totals          `json:"totals_before"`
	TotalsAfter  totals          `json:"totals_after"`
	Gained       []changedPeople `json:"gained"`
	Lost         []changedPeople `json:"lost"`
	Changed      []changedTime   `json:"changed"` // settlements whose time differs, within the circle or not
	Circle       json.RawMessage `json:"circle"`  // FeatureCollection, null when not asked for; the last member, see sendWithLast
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
	after, circle, err := s.followEdits(c.ctx(), c.snapshot, study, q, body.Circle && q.Rule == "")
	if err != nil {
		return err
	}
	answer, err := compareTimes(before, after, q.Rule)
	if err != nil {
		return err
	}
	var drawn json.RawMessage
	switch {
	case circle == nil:
	case body.CircleChanged:
		drawn, err = s.circleSince(c.ctx(), *circle, before, after.run.ID)
	default:
		drawn, err = featuresJSON(ringLayer("circles", q.Profile, after.run.ID, []coverage.Circle{*circle}))
	}
	if err != nil {
		return err
	}
	return c.sendWithLast(answer, drawn)
}

// followEdits answers for the study after the edits, by the fast way where it can be taken.
func (s *Server) followEdits(ctx context.Context, snapshot Snapshot, study Study, q question, circle bool) (after assessment, area *coverage.Circle, err error) {
	if q.Rule != "" || q.SameCounty {
		if after, err = s.judge(ctx, snapshot, study, q); err == nil && circle {
			area, err = s.areaOf(ctx, after)
		}
		return after, area, err
	}
	if err := s.checkProfile(ctx, q.Profile); err != nil {
		return after, nil, err
	}
	q = q.limited(study.Edits)
	after.study = study
	if after.run, err = s.runOf(ctx, snapshot, "coverage", q, study); err != nil {
		return after, nil, err
	}
	after.result, area, err = s.deps.Analyst(study).WhatIf(ctx, q.Query, circle)
	return after, area, explainFailure(err)
}

// areaOf draws the circle of an answer as what-if draws it, so that polygons which the edits do not touch are the very same.
func (s *Server) areaOf(ctx context.Context, a assessment) (*coverage.Circle, error) {
	q := a.result.Query
	if !q.SameCounty {
		_, area, err := s.deps.Analyst(a.study).WhatIf(ctx, q, true)
		return area, explainFailure(err)
	}
	circles, err := s.deps.Analyst(a.study).Circles(ctx, q, []time.Duration{q.Limit})
	if err != nil {
		return nil, explainFailure(err)
	}
	return &circles[0], nil
}

// circleSince writes how a circle differs from that of the answer before the edits. The one before is kept from question to question.
func (s *Server) circleSince(ctx context.Context, after coverage.Circle, before assessment, run string) (json.RawMessage, error) {
	old, err := s.unedited.get(before.run.ID, func() (*coverage.Circle, error) { return s.areaOf(ctx, before) })
	if err != nil {
		return nil, err
	}
	come, gone := after.Since(*old)
	l := &layer.Layer{ID: "circles", Fields: []layer.Field{
		{Name: "change", Title: locale.Text{Zh: "变化", En: "Change"}, Type: layer.String}, {Name: "minutes", Title: locale.Text{Zh: "时限", En: "Limit"}, Type: layer.Number, Unit: "min"},
		{Name: "run", Title: locale.Text{Zh: "计算编号", En: "Run"}, Type: layer.String},
	}}
	for _, part := range []struct {
		change string
		circle coverage.Circle
		shape  orb.MultiPolygon
	}{{"gone", *old, gone}, {"new", after, come}} {
		if len(part.shape) > 0 {
			l.Features = append(l.Features, layer.Feature{ID: part.change, Geometry: part.shape, Values: []any{part.change, part.circle.Limit.Minutes(), text(run)}})
		}
	}
	return featuresJSON(l.Tidy())
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
