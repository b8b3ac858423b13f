package server

import (
	"context"
	"fmt"
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/account"
	"lawcircle/server/job"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// circuitBody asks for the rounds of a mobile service (巡回办证), beside a coverage question that says how residents reach a stop.
type circuitBody struct {
	questionBody
	From         string   `json:"from"`                    // host, point or settlement where the service is based
	Cover        *float64 `json:"cover,omitempty"`         // share of the people to reach on circuit days, 0–1; 0.95
	Drive        string   `json:"drive,omitempty"`         // travel profile of the vehicle; car
	VisitMinutes *float64 `json:"visit_minutes,omitempty"` // at each stop; 60
	DayMinutes   *float64 `json:"day_minutes,omitempty"`   // longest day; 480
}

// circuitAnswer is the result of a circuit job.
type circuitAnswer struct {
	Run         runAnswer    `json:"run"`
	Base        placedName   `json:"base"`
	Days        []circuitDay `json:"days"`
	Stops       int          `json:"stops"`
	StopsStatus string       `json:"stops_status"`
	StopsBound  int64        `json:"stops_bound"` // no fewer stops reach the share
	DrivenMs    int64        `json:"driven_ms"`
	BoundMs     int64        `json:"bound_ms"` // no tours of these stops drive less
	TotalsFixed sums         `json:"totals_fixed"`
	TotalsDays  sums         `json:"totals_on_circuit_days"` // never to be mixed with fixed coverage
	LeftOut     []placeName  `json:"left_out"`               // stops that no day can hold from this base
}

type placedName struct {
	ID   string  `json:"id"`
	Name string  `json:"name"`
	Lon  float64 `json:"lon"`
	Lat  float64 `json:"lat"`
}

type circuitDay struct {
	Day    int           `json:"day"`
	Stops  []circuitStop `json:"stops"`
	BackMs int64         `json:"back_ms"`
}

type circuitStop struct {
	Order int `json:"order"`
	placedName
	ArriveMs int64 `json:"arrive_ms"`
}

// circuitsAnswer is what the circuits on record reach.
type circuitsAnswer struct {
	Run         runAnswer       `json:"run"`
	TotalsFixed sums            `json:"totals_fixed"`
	TotalsDays  sums            `json:"totals_on_circuit_days"` // of all circuits together
	Circuits    []circuitRecord `json:"circuits"`
}

type circuitRecord struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Owner        string          `json:"owner"`
	Service      string          `json:"service"`
	IntervalDays *int            `json:"interval_days"`
	Stops        []placedName    `json:"stops"`
	Unknown      []string        `json:"unknown"` // stops that are not in the project
	Dates        []string        `json:"dates"`   // on which a round starts between from and to
	TotalsDays   sums            `json:"totals_on_circuit_days"`
	Reached      []changedPeople `json:"reached"` // settlements that are inside on circuit days only
}

func (s *Server) circuitRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	span := query.Set{
		{Name: "from", Kind: query.Date, Doc: say("巡回日期从", "circuit dates from")},
		{Name: "to", Kind: query.Date, Doc: say("巡回日期到", "circuit dates to")},
	}
	return []route{
		{method: http.MethodPost, path: "/api/v1/circuits", role: account.Viewer, body: circuitBody{}, answer: jobAccepted{}, result: circuitAnswer{}, status: http.StatusAccepted, handle: s.circuit,
			summary: say("巡回服务：停靠点、路线与时刻（任务）", "Rounds of a mobile service: stops, tours, times; a job")},
		{method: http.MethodGet, path: "/api/v1/circuits", answer: circuitsAnswer{}, params: questionParams().With(span...), handle: s.circuitsOnRecord,
			summary: say("现有巡回路线在巡回日可达的居民点", "What the circuits on record reach on circuit days")},
	}
}

func toPlaced(p coverage.Place) placedName {
	return placedName{p.ID, p.Name, p.Point.Lon(), p.Point.Lat()}
}

func (b circuitBody) question(q question) (coverage.CircuitQuestion, error) {
	k := &checker{}
	k.text("from", b.From, maxName, true)
	within := func(name string, value *float64, otherwise, most float64) float64 {
		if value == nil {
			return otherwise
		}
		if !(*value > 0 && *value <= most) {
			k.fault(name, fmt.Sprintf("要在 0 到 %g 之间", most), fmt.Sprintf("must be between 0 and %g", most))
		}
		return *value
	}
	out := coverage.CircuitQuestion{FromID: b.From, Walk: q.Query, Cover: within("cover", b.Cover, 0.95, 1), Drive: orText(b.Drive, "car"),
		Visit: milliseconds(within("visit_minutes", b.VisitMinutes, 60, 24*60)), Day: milliseconds(within("day_minutes", b.DayMinutes, 480, 24*60))}
	return out, k.err()
}

func (s *Server) circuit(c *call) error {
	var body circuitBody
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
	p, err := s.plan(c, "circuit", q, asked, asked.Drive)
	if err != nil {
		return err
	}
	return s.submit(c, "circuit", body, func(ctx context.Context, report func(job.Progress)) (any, error) {
		report(job.Progress{Phase: "circuit"})
		plan, err := s.deps.Analyst(p.study).Circuit(ctx, asked)
		if err != nil {
			return nil, err
		}
		return toCircuit(p.run, plan), nil
	})
}

func toCircuit(run runAnswer, p *coverage.CircuitPlan) circuitAnswer {
	out := circuitAnswer{Run: run, Base: toPlaced(p.Base), Days: []circuitDay{}, Stops: len(p.Stops), StopsStatus: p.Chosen.Status.String(), StopsBound: p.Chosen.Bound,
		DrivenMs: p.Tours.Driven.Milliseconds(), BoundMs: p.Tours.Bound.Milliseconds(), TotalsFixed: toSums(p.Before), TotalsDays: toSums(p.OnDays), LeftOut: []placeName{}}
	for d, day := range p.Tours.Days {
		row := circuitDay{Day: d + 1, Stops: []circuitStop{}, BackMs: day.Back.Milliseconds()}
		for i, k := range day.Stops {
			row.Stops = append(row.Stops, circuitStop{i + 1, toPlaced(p.Stops[k]), day.Arrive[i].Milliseconds()})
		}
		out.Days = append(out.Days, row)
	}
	for _, place := range p.LeftOut {
		out.LeftOut = append(out.LeftOut, placeName{place.ID, place.Name})
	}
	return out
}

func (s *Server) circuitsOnRecord(c *call) error {
	q, _, _, err := s.askedStudy(c)
	if err != nil {
		return err
	}
	from, to := coverage.Date(c.values.Text("from")), coverage.Date(c.values.Text("to"))
	p, err := s.plan(c, "circuits", q, struct {
		coverage.Query
		From, To coverage.Date
	}{q.Query, from, to})
	if err != nil {
		return err
	}
	access, err := s.deps.Analyst(p.study).CircuitsOnRecord(c.ctx(), q.Query, from, to)
	if err != nil {
		return explainFailure(err)
	}
	out := circuitsAnswer{Run: p.run, TotalsFixed: toSums(access.Fixed.Totals), TotalsDays: toSums(access.OnDays.Totals), Circuits: []circuitRecord{}}
	for _, one := range access.Circuits {
		row := circuitRecord{ID: one.Circuit.ID, Name: one.Circuit.Name, Owner: one.Circuit.Owner, Service: string(one.Circuit.Service), Stops: []placedName{},
			Unknown: append([]string{}, one.Unknown...), Dates: textsOf(one.Days), TotalsDays: toSums(one.OnDays), Reached: toReached(p.study.County, one.Reached)}
		if one.Circuit.IntervalDays > 0 {
			row.IntervalDays = &one.Circuit.IntervalDays
		}
		for _, stop := range one.Stops {
			row.Stops = append(row.Stops, toPlaced(stop))
		}
		out.Circuits = append(out.Circuits, row)
	}
	return c.ok(out)
}
