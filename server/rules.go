package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// RuleStore keeps the composite circle rules of the project.
type RuleStore interface {
	Rules(ctx context.Context) ([]coverage.Rule, error) // the project's own, without presets
	SaveRule(ctx context.Context, rule coverage.Rule, change Change) error
	DeleteRule(ctx context.Context, id string, change Change) error
}

// ruleRecord is a composite circle rule as it is listed and edited.
type ruleRecord struct {
	ID        string       `json:"id"`
	NameZh    string       `json:"name_zh"`
	NameEn    string       `json:"name_en"`
	Version   int          `json:"version,omitempty"` // raised by each change; chosen by the server
	Preset    bool         `json:"preset,omitempty"`  // comes with the program and is not changed in this project
	ValidFrom string       `json:"valid_from"`
	Clause    string       `json:"clause"`
	AtLeast   int          `json:"at_least"` // how many of the needs must be met; 0 = all
	Needs     []needRecord `json:"needs"`
}

type needRecord struct {
	Title        string   `json:"title"`
	Services     []string `json:"services"` // any one of them; empty = any point
	Tiers        []string `json:"tiers"`
	HostKinds    []string `json:"host_kinds"`
	MinLevel     string   `json:"min_level"`
	Modes        []string `json:"modes"`
	Profile      string   `json:"profile"`
	Minutes      float64  `json:"minutes"`
	RuralMinutes *float64 `json:"rural_minutes"` // for rural settlements; null = minutes
}

func (s *Server) ruleRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	return []route{
		{method: http.MethodGet, path: "/api/v1/rules", answer: []ruleRecord{}, versioned: true, handle: s.listRules, summary: say("组合服务圈规则", "Composite circle rules")},
		{method: http.MethodGet, path: "/api/v1/standards", answer: []ruleRecord{}, versioned: true, handle: s.listRules, summary: say("组合服务圈规则（同 /rules）", "Composite circle rules, as /rules")},
		{method: http.MethodGet, path: "/api/v1/rules/:id", answer: ruleRecord{}, handle: s.getRule, summary: say("一条规则", "One rule")},
		{method: http.MethodPost, path: "/api/v1/rules", body: ruleRecord{}, answer: ruleRecord{}, status: http.StatusCreated, handle: s.addRule, summary: say("新增规则", "Add a rule")},
		{method: http.MethodPut, path: "/api/v1/rules/:id", body: ruleRecord{}, answer: ruleRecord{}, handle: s.changeRule,
			summary: say("修改规则，版本加一；预设规则改后归项目所有（要 If-Match）", "Change a rule, which raises its version; a preset becomes the project's own; needs If-Match")},
		{method: http.MethodDelete, path: "/api/v1/rules/:id", status: http.StatusNoContent, handle: s.deleteRule,
			summary: say("删除项目的规则；若替换了预设，则恢复预设（要 If-Match）", "Delete a rule of the project; a preset that it replaced comes back; needs If-Match")},
	}
}

func textsOf[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = string(one)
	}
	return out
}

func codesOf[S ~string](list []string) []S {
	var out []S
	for _, one := range list {
		out = append(out, S(one))
	}
	return out
}

func toRuleRecord(r coverage.Rule, preset bool) ruleRecord {
	out := ruleRecord{r.ID, r.NameZh, r.NameEn, r.Version, preset, string(r.ValidFrom), r.Clause, r.AtLeast, []needRecord{}}
	for _, n := range r.Needs {
		need := needRecord{n.Title, textsOf(n.Services), textsOf(n.Tiers), textsOf(n.HostKinds), string(n.MinLevel), textsOf(n.Modes), n.Profile, n.Limit.Minutes(), nil}
		if rural := n.RuralLimit.Minutes(); rural > 0 {
			need.RuralMinutes = &rural
		}
		out.Needs = append(out.Needs, need)
	}
	return out
}

const maxNeeds = 20

// rule checks the record and turns it into a rule.
func (r ruleRecord) rule(id string, version int) (coverage.Rule, error) {
	k := &checker{}
	out := coverage.Rule{ID: id, NameZh: r.NameZh, NameEn: r.NameEn, Version: version, ValidFrom: k.date("valid_from", r.ValidFrom), Clause: r.Clause, AtLeast: r.AtLeast}
	k.text("id", id, maxName, true)
	k.text("name_zh", r.NameZh, maxName, true)
	k.text("name_en", r.NameEn, maxName, false)
	k.text("clause", r.Clause, maxText, false)
	if len(r.Needs) == 0 || len(r.Needs) > maxNeeds {
		k.fault("needs", fmt.Sprintf("要有 1 到 %d 条", maxNeeds), fmt.Sprintf("1 to %d are wanted", maxNeeds))
	}
	for _, n := range r.Needs {
		k.text("needs.title", n.Title, maxName, true)
		for _, minutes := range []*float64{&n.Minutes, n.RuralMinutes} {
			if minutes != nil && !(*minutes > 0 && *minutes <= maxMinutes) {
				k.fault("needs.minutes", fmt.Sprintf("要在 0 到 %d 之间", maxMinutes), fmt.Sprintf("must be between 0 and %d", maxMinutes))
			}
		}
		out.Needs = append(out.Needs, coverage.Need{Title: n.Title, Services: codesOf[coverage.Service](n.Services), Tiers: codesOf[coverage.Tier](n.Tiers),
			HostKinds: codesOf[coverage.HostKind](n.HostKinds), MinLevel: coverage.ServiceLevel(n.MinLevel), Modes: codesOf[coverage.Mode](n.Modes), Profile: n.Profile,
			Limit: milliseconds(n.Minutes), RuralLimit: milliseconds(orZero(n.RuralMinutes))})
	}
	if err := k.err(); err != nil {
		return out, err
	}
	if err := out.Validate(); err != nil {
		return out, problem.Refused(http.StatusBadRequest, "bad_rule", err)
	}
	return out, nil
}

// ownRules reads the rules of the project's own.
func (s *Server) ownRules(ctx context.Context) ([]coverage.Rule, error) {
	if s.deps.Rules == nil {
		return nil, nil
	}
	own, err := s.deps.Rules.Rules(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the rules: %w", err)
	}
	return own, nil
}

func isOwn(own []coverage.Rule, id string) bool {
	return slices.ContainsFunc(own, func(r coverage.Rule) bool { return r.ID == id })
}

func (s *Server) listRules(c *call) error {
	own, err := s.ownRules(c.ctx())
	if err != nil {
		return err
	}
	out := []ruleRecord{}
	for _, r := range coverage.RulesOf(own) {
		out = append(out, toRuleRecord(r, !isOwn(own, r.ID)))
	}
	return c.ok(out)
}

// ruleNow returns the rule of the path as it is at this moment.
func (s *Server) ruleNow(c *call) (ruleRecord, error) {
	own, err := s.ownRules(c.ctx())
	if err != nil {
		return ruleRecord{}, err
	}
	rule, known := coverage.FindRule(own, c.recordID())
	if !known {
		return ruleRecord{}, problem.NotFound("规则", "rule", c.recordID())
	}
	return toRuleRecord(rule, !isOwn(own, rule.ID)), nil
}

func (s *Server) getRule(c *call) error {
	record, err := s.ruleNow(c)
	if err != nil {
		return err
	}
	return c.sendRecord(http.StatusOK, record)
}

func (s *Server) storeRule(c *call, rule coverage.Rule, what string, before any, status int) error {
	for _, n := range rule.Needs {
		if err := s.checkProfile(c.ctx(), n.Profile); err != nil {
			return err
		}
	}
	after := toRuleRecord(rule, false)
	err := s.apply(c, rowChange{what, rule.ID, before, after}, func(ctx context.Context, change Change) error {
		return s.deps.Rules.SaveRule(ctx, rule, change)
	})
	if err != nil {
		return err
	}
	return c.sendRecord(status, after)
}

func (s *Server) editRule(c *call, work func(record ruleRecord) error) error {
	if s.deps.Rules == nil {
		return unavailable()
	}
	var record ruleRecord
	if err := c.decode(&record); err != nil {
		return err
	}
	return s.edit(func() error { return work(record) })
}

func (s *Server) addRule(c *call) error {
	return s.editRule(c, func(record ruleRecord) error {
		id := record.ID
		if id == "" {
			id = randomID("rule-")
		}
		own, err := s.ownRules(c.ctx())
		if err != nil {
			return err
		}
		if _, there := coverage.FindRule(own, id); there {
			return problem.New(http.StatusConflict, "row_exists", "已有规则“"+id+"”，请修改它", "there is a rule "+id+" already; change it")
		}
		rule, err := record.rule(id, 1)
		if err != nil {
			return err
		}
		return s.storeRule(c, rule, "add_rule", nil, http.StatusCreated)
	})
}

func (s *Server) changeRule(c *call) error {
	return s.editRule(c, func(record ruleRecord) error {
		before, err := s.ruleNow(c)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		rule, err := record.rule(before.ID, before.Version+1)
		if err != nil {
			return err
		}
		return s.storeRule(c, rule, "change_rule", before, http.StatusOK)
	})
}

func (s *Server) deleteRule(c *call) error {
	if s.deps.Rules == nil {
		return unavailable()
	}
	return s.edit(func() error {
		before, err := s.ruleNow(c)
		if err != nil {
			return err
		}
		if err := c.mayChange(before); err != nil {
			return err
		}
		if before.Preset {
			return problem.New(http.StatusConflict, "preset_rule", "预设规则不能删除，可以修改", "a preset cannot be deleted; it can be changed")
		}
		return s.erase(c, rowChange{"delete_rule", before.ID, before, nil}, s.deps.Rules.DeleteRule)
	})
}
