package server

import (
	"context"
	"slices"
	"testing"

	"lawcircle/coverage"
)

// ruleBook keeps rules in memory.
type ruleBook struct {
	notebook
	own []coverage.Rule
}

func (b *ruleBook) Rules(context.Context) ([]coverage.Rule, error) { return b.own, nil }

func (b *ruleBook) SaveRule(_ context.Context, rule coverage.Rule, change Change) error {
	return b.write(change, func() {
		b.own = append(slices.DeleteFunc(slices.Clone(b.own), func(r coverage.Rule) bool { return r.ID == rule.ID }), rule)
	})
}

func (b *ruleBook) DeleteRule(_ context.Context, id string, change Change) error {
	return b.write(change, func() {
		b.own = slices.DeleteFunc(slices.Clone(b.own), func(r coverage.Rule) bool { return r.ID == id })
	})
}

func TestRulesAreEdited(t *testing.T) {
	b := &ruleBook{notebook: notebook{county: smallCounty()}}
	s := newTestServer(t, func(d *Deps) { d.Snapshot, d.Editor, d.Rules = b.snapshot, b, b })
	_, router := loadDocument(t, s)
	body := func(minutes, service string) string {
		return `{"id":"near","name_zh":"近","name_en":"Near","valid_from":"2018","clause":"五（四）","at_least":0,"needs":[{"title":"咨询","services":[` + service +
			`],"tiers":[],"host_kinds":[],"min_level":"","modes":[],"profile":"walk","minutes":` + minutes + `,"rural_minutes":null}]}`
	}
	try := func(method, target, body string, want int, headers ...string) ruleRecord {
		t.Helper()
		answer := ask(s, method, target, body, headers...)
		validate(t, router, method, target, body, answer)
		if answer.Code != want {
			t.Fatalf("%s %s: %d, want %d: %s", method, target, answer.Code, want, answer.Body)
		}
		if want != 200 && want != 201 {
			return ruleRecord{}
		}
		return decodeJSON[ruleRecord](t, answer)
	}
	tag := func(id string) string { return "If-Match: " + get(s, "/api/v1/rules/"+id).Header().Get("ETag") }
	if r := try("POST", "/api/v1/rules", body("7.5", ""), 201); r.Version != 1 || r.Needs[0].Minutes != 7.5 {
		t.Errorf("%+v", r)
	}
	try("POST", "/api/v1/rules", body("7.5", ""), 409)
	try("PUT", "/api/v1/rules/near", body("0", ""), 400, tag("near"))
	try("PUT", "/api/v1/rules/near", body("8", `"baking"`), 400, tag("near"))
	try("PUT", "/api/v1/rules/near", body("8", ""), 428)
	if r := try("PUT", "/api/v1/rules/near", body("1440", ""), 400, tag("near")); r.Version != 0 {
		t.Errorf("%+v", r)
	}
	if r := try("PUT", "/api/v1/rules/near", body("240", ""), 200, tag("near")); r.Version != 2 || b.own[0].Needs[0].Limit.Minutes() != 240 {
		t.Errorf("%+v", r)
	}
	// A rule of the project's own is judged by, and makes another run than a preset of the same id.
	circle := func() (covered int, run string) {
		answer := decodeJSON[coverageAnswer](t, get(s, "/api/v1/coverage?rule=plan10"))
		return answer.Totals.SettlementsCovered, answer.Run.ID
	}
	few, preset := circle()
	try("DELETE", "/api/v1/rules/plan10", "", 409, tag("plan10"))
	if r := try("PUT", "/api/v1/rules/plan10", body("240", ""), 200, tag("plan10")); r.Version != 2 || r.ID != "plan10" || r.Preset {
		t.Errorf("%+v", r)
	}
	if many, own := circle(); many <= few || own == preset {
		t.Errorf("%d covered by the preset, %d by the project's own rule; runs %s and %s", few, many, preset, own)
	}
	if list := decodeJSON[[]ruleRecord](t, get(s, "/api/v1/rules")); len(list) != len(coverage.PresetRules())+1 || list[0].Preset || !list[1].Preset {
		t.Errorf("%+v", list)
	}
	try("DELETE", "/api/v1/rules/plan10", "", 204, tag("plan10"))
	if again, run := circle(); again != few || run != preset {
		t.Errorf("the preset did not come back: %d covered, run %s", again, run)
	}
	try("GET", "/api/v1/rules/none", "", 404)
}
