package server

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// scenarioRecord is a scenario as it is listed and edited.
type scenarioRecord struct {
	ID        string          `json:"id,omitempty"` // chosen by the server
	CreatedAt string          `json:"created_at,omitempty"`
	Name      string          `json:"name"`
	Base      string          `json:"base"` // id of the scenario it is derived from, "" = the present state
	Note      string          `json:"note"`
	Edits     []coverage.Edit `json:"edits"`
}

// comparisonAnswer tells who gains and who loses from scenario a to scenario b.
type comparisonAnswer struct {
	RunA         runAnswer       `json:"run_a"`
	RunB         runAnswer       `json:"run_b"`
	A            totals          `json:"a"`
	B            totals          `json:"b"`
	GainedPeople int64           `json:"gained_people"`
	LostPeople   int64           `json:"lost_people"`
	Gained       []changedPeople `json:"gained"`
	Lost         []changedPeople `json:"lost"`
	Unchanged    int             `json:"unchanged"` // settlements
	Units        []unitChange    `json:"units"`
}

type unitChange struct {
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	GainedPeople int64    `json:"gained_people"`
	LostPeople   int64    `json:"lost_people"`
	PeopleShareA *float64 `json:"people_share_a"`
	PeopleShareB *float64 `json:"people_share_b"`
}

// current names the present state where a scenario is asked for by a path.
const current = "current"

func (s *Server) scenarioRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return []route{
		{method: http.MethodGet, path: "/api/v1/scenarios", answer: []scenarioRecord{}, handle: s.listScenarios, summary: say("方案", "Scenarios")},
		{method: http.MethodPost, path: "/api/v1/scenarios", body: scenarioRecord{}, answer: scenarioRecord{}, status: 201, handle: s.addScenario, summary: say("新建方案", "Make a scenario")},
		{method: http.MethodGet, path: "/api/v1/scenarios/:id", answer: scenarioRecord{}, handle: s.getScenario, summary: say("一个方案", "One scenario")},
		{method: http.MethodPut, path: "/api/v1/scenarios/:id", body: scenarioRecord{}, answer: scenarioRecord{}, handle: s.changeScenario, summary: say("修改方案", "Change a scenario")},
		{method: http.MethodDelete, path: "/api/v1/scenarios/:id", status: 204, handle: s.deleteScenario, summary: say("删除方案", "Delete a scenario")},
		{method: http.MethodGet, path: "/api/v1/scenarios/:id/compare/:other", answer: comparisonAnswer{}, versioned: true, params: questionParams(),
			handle: s.compare, summary: say("两个方案的差别（current 为现状）", "The difference between two scenarios; current is the present state")},
	}
}

func toScenarioRecord(one coverage.Scenario) scenarioRecord {
	return scenarioRecord{one.ID, one.CreatedAt, one.Name, one.Base, one.Note, append([]coverage.Edit{}, one.Edits...)}
}

func (s *Server) allScenarios(c *call) ([]coverage.Scenario, error) {
	if s.deps.Scenarios == nil {
		return nil, unavailable()
	}
	all, err := s.deps.Scenarios.Scenarios(c.ctx())
	if err != nil {
		return nil, fmt.Errorf("loading the scenarios: %w", err)
	}
	return all, nil
}

func (s *Server) listScenarios(c *call) error {
	all, err := s.allScenarios(c)
	if err != nil {
		return err
	}
	out := []scenarioRecord{}
	for _, one := range all {
		out = append(out, toScenarioRecord(one))
	}
	return c.ok(out)
}

func findScenario(all []coverage.Scenario, id string) (coverage.Scenario, error) {
	i := slices.IndexFunc(all, func(one coverage.Scenario) bool { return one.ID == id })
	if i < 0 {
		return coverage.Scenario{}, problem.NotFound("方案", "scenario", id)
	}
	return all[i], nil
}

func (s *Server) getScenario(c *call) error {
	all, err := s.allScenarios(c)
	if err != nil {
		return err
	}
	one, err := findScenario(all, c.Param("id"))
	if err != nil {
		return err
	}
	return c.sendRecord(http.StatusOK, toScenarioRecord(one))
}

func (s *Server) addScenario(c *call) error {
	return s.saveScenario(c, randomID("s-"), http.StatusCreated)
}

func (s *Server) changeScenario(c *call) error {
	return s.saveScenario(c, c.Param("id"), http.StatusOK)
}

// saveScenario checks that the whole chain of edits can be done before it is stored.
func (s *Server) saveScenario(c *call, id string, status int) error {
	var record scenarioRecord
	if err := c.decode(&record); err != nil {
		return err
	}
	k := &checker{}
	k.text("name", record.Name, maxName, true)
	k.text("note", record.Note, 4000, false)
	if len(record.Edits) > maxEdits {
		k.fault("edits", fmt.Sprintf("最多 %d 项修改", maxEdits), fmt.Sprintf("at most %d edits", maxEdits))
	}
	if err := k.err(); err != nil {
		return err
	}
	s.editing.Lock()
	defer s.editing.Unlock()
	all, err := s.allScenarios(c)
	if err != nil {
		return err
	}
	one := coverage.Scenario{ID: id, Name: record.Name, Base: record.Base, Note: record.Note, Edits: record.Edits,
		CreatedAt: s.deps.Now().UTC().Format(time.RFC3339)}
	if status == http.StatusOK {
		before, err := findScenario(all, id)
		if err != nil {
			return err
		}
		one.CreatedAt = before.CreatedAt
	}
	if err := s.checkScenario(c, all, one); err != nil {
		return err
	}
	if err := s.deps.Scenarios.SaveScenario(c.ctx(), one); err != nil {
		return fmt.Errorf("saving scenario %s: %w", id, err)
	}
	c.Response().Header().Set("Location", "/api/v1/scenarios/"+id)
	return c.sendRecord(status, toScenarioRecord(one))
}

func (s *Server) checkScenario(c *call, all []coverage.Scenario, one coverage.Scenario) error {
	others := slices.DeleteFunc(slices.Clone(all), func(o coverage.Scenario) bool { return o.ID == one.ID })
	edits, err := coverage.EditsOf(append(others, one), one.ID)
	if err != nil {
		return problem.Refused(http.StatusUnprocessableEntity, "bad_scenario", err)
	}
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return err
	}
	_, err = Study{County: snapshot.County}.with(edits)
	return err
}

func (s *Server) deleteScenario(c *call) error {
	s.editing.Lock()
	defer s.editing.Unlock()
	all, err := s.allScenarios(c)
	if err != nil {
		return err
	}
	one, err := findScenario(all, c.Param("id"))
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.Base == one.ID {
			return problem.New(http.StatusConflict, "scenario_in_use", "方案“"+other.Name+"”由它派生，请先改那个方案", "scenario "+other.ID+" is derived from it; change that one first")
		}
	}
	if err := s.deps.Scenarios.DeleteScenario(c.ctx(), one.ID); err != nil {
		return fmt.Errorf("deleting scenario %s: %w", one.ID, err)
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) compare(c *call) error {
	q, err := parseQuestion(c.values)
	if err != nil {
		return err
	}
	if q.Scenario != "" {
		return problem.BadField("scenario", "两个方案写在路径里", "the two scenarios stand in the path")
	}
	var answers [2]assessment
	for i, id := range []string{c.Param("id"), c.Param("other")} {
		q.Scenario = id
		if id == current {
			q.Scenario = ""
		}
		if answers[i], err = s.assess(c.ctx(), c.snapshot, q); err != nil {
			return err
		}
	}
	difference, err := coverage.Compare(answers[0].result, answers[1].result)
	if err != nil {
		return err
	}
	out := comparisonAnswer{
		RunA: toRun(answers[0].run, q.Rule), RunB: toRun(answers[1].run, q.Rule), A: toTotals(answers[0].result), B: toTotals(answers[1].result),
		GainedPeople: difference.GainedPeople, LostPeople: difference.LostPeople, Gained: changedIn(answers[1], difference.Gained),
		Lost: changedIn(answers[1], difference.Lost), Units: []unitChange{},
	}
	out.Unchanged = len(answers[0].result.Verdicts) - len(out.Gained) - len(out.Lost)
	gained, err := peopleOfUnits(answers[1], difference.Gained)
	if err != nil {
		return err
	}
	lost, err := peopleOfUnits(answers[0], difference.Lost)
	if err != nil {
		return err
	}
	for _, u := range difference.Units {
		code := u.Unit.Code
		out.Units = append(out.Units, unitChange{code, u.Unit.Name, gained[code], lost[code], known(u.Before.PeopleShare()), known(u.After.PeopleShare())})
	}
	return c.ok(out)
}

// peopleOfUnits sums the people of some settlements over every unit that holds them: the county is judged as if they alone were covered.
func peopleOfUnits(a assessment, settlements []int) (map[string]int64, error) {
	times := make([]coverage.Time, len(a.study.County.Settlements))
	for _, i := range settlements {
		times[i].OK = true
	}
	alone, err := a.study.County.Judge(a.result.Query, coverage.Selection{}, times)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, area := range alone.Areas {
		out[area.Unit.Code] = area.PeopleCovered
	}
	return out, nil
}
