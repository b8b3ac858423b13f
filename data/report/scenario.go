package report

import (
	"fmt"

	"lawcircle/coverage"
)

// planned reports whether the figures are those of a scenario: points that are not built count in them.
func (w *writer) planned() bool { return w.Run.Scenario != "" }

// scenario names the scenario of the report with its id, "" for the present state.
func (w *writer) scenario() string {
	switch {
	case !w.planned():
		return ""
	case w.ScenarioName == "" || w.ScenarioName == w.Run.Scenario:
		return fmt.Sprintf(w.t("方案“%s”", "scenario %q"), clean(w.Run.Scenario))
	default:
		return fmt.Sprintf(w.t("方案“%s”（编号 %s）", "scenario %q (id %s)"), clean(w.ScenarioName), w.Run.Scenario)
	}
}

// scenarioNote names the scenario and says what its figures count, "" for the present state.
func (w *writer) scenarioNote() string {
	if !w.planned() {
		return ""
	}
	return w.scenario() + w.t("：未建成的点计入，不是现状", ": points not yet built count; not the present state")
}

// about adds to a title whose figures it shows, when it is not the present state.
func (w *writer) about(title string) string {
	if !w.planned() {
		return title
	}
	return title + fmt.Sprintf(w.t("（%s，未建成的点计入）", " (%s, points not yet built count)"), w.scenario())
}

// inScenario marks a figure whose name has little room.
func (w *writer) inScenario(name string) string {
	if !w.planned() {
		return name
	}
	return name + w.t("（方案）", " (scenario)")
}

// finding is a conclusion as it is printed.
func (w *writer) finding(s coverage.Sentence) string {
	text := clean(w.sentence(s))
	if w.planned() {
		text = fmt.Sprintf(w.t("按%s（未建成的点计入）：%s", "In %s (points not yet built count): %s"), w.scenario(), text)
	}
	return text
}

// ledgered is a point as the ledger has it: what the scenario adds is planned, whatever its figures count, so that the sheet does not bring
// unbuilt points back as built ones.
func (w *writer) ledgered(p coverage.ServicePoint) coverage.ServicePoint {
	for _, e := range w.Run.Edits {
		if e.Op == coverage.EditAddPoint && e.AddedID() == p.ID {
			p.Status, p.PlannedOn, p.OpenedOn, p.AcceptedOn = coverage.StatusPlanned, p.OpenedOn, "", ""
			if e.Year == 0 {
				p.PlannedOn = "" // its date was ours, for want of another
			}
		}
	}
	return p
}
