package coverage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Rule is a composite circle: a named, versioned statement of what a settlement must be able to reach to be "in the circle". Rules are
// data: they carry the clause they come from and the date from which they hold.
type Rule struct {
	ID        string `json:"id"`
	NameZh    string `json:"name_zh"`
	NameEn    string `json:"name_en"`
	Version   int    `json:"version"`
	ValidFrom Date   `json:"valid_from"`
	Clause    string `json:"clause"`
	Needs     []Need `json:"needs"`
	AtLeast   int    `json:"at_least"` // how many of the needs must be met; 0 = all
}

// Need is one thing that a rule asks for: any of the services, from points of a kind, within a time. Listing several services, tiers or
// modes is substitution: one of them is enough. Its JSON has the limits in minutes.
type Need struct {
	Title      string        `json:"title"`
	Services   []Service     `json:"services,omitempty"` // any one of them; empty = any point
	Tiers      []Tier        `json:"tiers,omitempty"`
	HostKinds  []HostKind    `json:"host_kinds,omitempty"`
	MinLevel   ServiceLevel  `json:"min_level,omitempty"`
	Modes      []Mode        `json:"modes,omitempty"`
	Profile    string        `json:"profile"`
	Limit      time.Duration `json:"-"`
	RuralLimit time.Duration `json:"-"` // for 城乡分类 2xx; 0 = Limit
}

// plainNeed keeps the methods of Need from calling themselves.
type plainNeed Need

type needJSON struct {
	plainNeed
	Minutes      float64       `json:"minutes,omitempty"`
	RuralMinutes float64       `json:"rural_minutes,omitempty"`
	LimitNs      time.Duration `json:"limit_ns,omitempty"` // as projects of earlier versions have it
	RuralLimitNs time.Duration `json:"rural_limit_ns,omitempty"`
}

// MarshalJSON writes the limits in minutes.
func (n Need) MarshalJSON() ([]byte, error) {
	return json.Marshal(needJSON{plainNeed: plainNeed(n), Minutes: n.Limit.Minutes(), RuralMinutes: n.RuralLimit.Minutes()})
}

// UnmarshalJSON reads the limits in minutes, to the millisecond. It refuses members that it does not know, so that a misspelt one is not
// taken for one that is not asked for.
func (n *Need) UnmarshalJSON(text []byte) error {
	var in needJSON
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return err
	}
	*n = Need(in.plainNeed)
	n.Limit, n.RuralLimit = in.LimitNs+minutesToLimit(in.Minutes), in.RuralLimitNs+minutesToLimit(in.RuralMinutes)
	return nil
}

// minutesToLimit rounds to whole milliseconds, the unit of travel times. Minutes that no limit can have come out beyond every limit.
func minutesToLimit(minutes float64) time.Duration {
	if !(math.Abs(minutes) <= MaxLimit.Minutes()) {
		return 2 * MaxLimit
	}
	return time.Duration(math.Round(minutes*60_000)) * time.Millisecond
}

// RulesOf lists the rules of a project: the presets, each replaced by the project's own rule of the same id, then the project's other rules.
func RulesOf(own []Rule) []Rule {
	rules := PresetRules()
	for _, r := range own {
		if i := slices.IndexFunc(rules, func(p Rule) bool { return p.ID == r.ID }); i >= 0 {
			rules[i] = r
		} else {
			rules = append(rules, r)
		}
	}
	return rules
}

// FindRule returns the rule of an id among the project's own and the presets.
func FindRule(own []Rule, id string) (Rule, bool) {
	rules := RulesOf(own)
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}

// PresetRules returns the rules that every project starts with.
func PresetRules() []Rule {
	simple := func(id, zh, en, profile, clause string, limit time.Duration) Rule {
		need := Need{Title: zh, MinLevel: LevelDuty, Profile: profile, Limit: limit}
		return Rule{id, zh, en, 1, "2017-12-04", clause, []Need{need}, 0}
	}
	urbanRural := Need{Title: "城 15 分钟 / 乡 30 分钟", MinLevel: LevelDuty, Profile: "walk", Limit: 15 * time.Minute, RuralLimit: 30 * time.Minute}
	return []Rule{
		simple("plan10", "10 分钟法律服务圈", "10-minute legal service circle", "walk", "五（四）10分钟法律服务圈", 10*time.Minute),
		simple("walk15", "15 分钟步行圈", "15-minute walking circle", "walk", "可选阈值", 15*time.Minute),
		simple("drive30", "半小时驾车圈", "Half-hour driving circle", "car", "可选阈值", 30*time.Minute),
		simple("drive60", "1 小时驾车圈", "One-hour driving circle", "car", "可选阈值", 60*time.Minute),
		{"urban-rural", "城乡分类圈", "Urban and rural circle", 1, "2017-12-04", "可选阈值：城乡分类", []Need{urbanRural}, 0},
		{"bundle", "服务组合圈", "Service bundle circle", 1, "2017-12-04", "五（一）一站式服务 / 五（四）", []Need{
			{Title: "咨询", Services: []Service{ServiceConsult, ServiceAdviser}, MinLevel: LevelDuty, Profile: "walk", Limit: 10 * time.Minute},
			{Title: "调解", Services: []Service{ServiceMediation}, Profile: "walk", Limit: 30 * time.Minute},
			{Title: "法援受理", Services: []Service{ServiceAidAccept}, Modes: []Mode{ModeOnSite, ModeAppointment, ModeVideo}, Profile: "car", Limit: 30 * time.Minute},
			{Title: "公证", Services: []Service{ServiceNotary}, Modes: []Mode{ModeOnSite, ModeAppointment, ModeCircuit, ModeVideo}, Profile: "car", Limit: 60 * time.Minute},
		}, 3},
	}
}

// Validate refuses a rule that cannot be judged.
func (r Rule) Validate() error {
	if r.ID == "" || len(r.Needs) == 0 {
		return errors.New("a rule needs an id and at least one need")
	}
	if r.AtLeast < 0 || r.AtLeast > len(r.Needs) {
		return fmt.Errorf("rule %s: at least %d of %d needs cannot hold", r.ID, r.AtLeast, len(r.Needs))
	}
	for i, n := range r.Needs {
		if n.Profile == "" || n.Limit <= 0 || n.Limit > MaxLimit || n.RuralLimit < 0 || n.RuralLimit > MaxLimit {
			return fmt.Errorf("rule %s, need %d (%s): profile or limit is missing or out of range", r.ID, i+1, n.Title)
		}
		if err := n.checkCodes(); err != nil {
			return fmt.Errorf("rule %s, need %d (%s): %w", r.ID, i+1, n.Title, err)
		}
	}
	return nil
}

// checkCodes refuses codes that no point can have: such a need could never be met.
func (n Need) checkCodes() error {
	levels := []ServiceLevel{n.MinLevel}
	if n.MinLevel == "" {
		levels = nil
	}
	return errors.Join(services().check("service", n.Services), tiers().check("tier", n.Tiers), hostKinds().check("host kind", n.HostKinds),
		modes().check("mode", n.Modes), serviceLevels().check("service level", levels))
}

// RuleQuestion is a coverage question as a run keeps it. Without a rule it reads as the query alone.
type RuleQuestion struct {
	Query
	Rule     string `json:",omitempty"` // id
	RuleBody *Rule  `json:",omitempty"` // the rule itself when it is the project's own: its id alone would not say what was asked
}

// Search finds the travel time from every settlement of a county to its nearest of some facilities, by one profile.
type Search func(ctx context.Context, profile string, facilities []Facility) ([]Time, error)

// RuleVerdict is the judgement of a rule on one settlement.
type RuleVerdict struct {
	Settlement int
	Status     VerdictStatus
	Reason     Reason
	Met        []VerdictStatus // one per need
	Times      []Time          // one per need
	Missing    []string        // titles of needs that are not met, when uncovered
}

// RuleResult is a rule judged on a county.
type RuleResult struct {
	Rule       Rule
	Selections []Selection // one per need; the result's own is all of them, one after the other
	Verdicts   []RuleVerdict
	Result     *Result // the same as a coverage result, for sums and tables
}

// JudgeRule judges a composite rule on every settlement. base gives status, date, group and denominators; the needs give the rest. A
// settlement is unknown when the needs that have an answer do not decide. Cost: one search per need.
func (c *County) JudgeRule(ctx context.Context, rule Rule, base Query, search Search) (*RuleResult, error) {
	if err := rule.Validate(); err != nil {
		return nil, err
	}
	out := &RuleResult{Rule: rule, Verdicts: make([]RuleVerdict, len(c.Settlements))}
	times := make([][]Time, len(rule.Needs))
	for k, need := range rule.Needs {
		selection := c.selectNeed(need, base)
		found, err := search(ctx, need.Profile, selection.Facilities)
		if err != nil {
			return nil, fmt.Errorf("rule %s, need %s: %w", rule.ID, need.Title, err)
		}
		times[k] = found
		out.Selections = append(out.Selections, selection)
	}
	for i := range c.Settlements {
		out.Verdicts[i] = c.ruleVerdict(rule, base.Group, i, times)
	}
	out.Result = c.resultOfRule(out, base)
	return out, nil
}

// selectNeed picks points for each service that may substitute for another, once each.
func (c *County) selectNeed(need Need, base Query) Selection {
	q := base
	q.HostKinds, q.Tiers, q.MinLevel, q.Modes, q.Service = need.HostKinds, need.Tiers, need.MinLevel, need.Modes, ""
	if len(need.Services) == 0 {
		return c.Select(q)
	}
	merged := Selection{}
	seen := map[string]bool{}
	for _, service := range need.Services {
		q.Service = service
		s := c.Select(q)
		merged.LevelUnknown = max(merged.LevelUnknown, s.LevelUnknown)
		merged.DateUnknown = max(merged.DateUnknown, s.DateUnknown)
		merged.HoursUnknown = max(merged.HoursUnknown, s.HoursUnknown)
		for _, f := range s.Facilities {
			if !seen[f.ID] {
				seen[f.ID] = true
				merged.Facilities = append(merged.Facilities, f)
			}
		}
	}
	return merged
}

func (c *County) ruleVerdict(rule Rule, group Group, i int, times [][]Time) RuleVerdict {
	settlement := c.Settlements[i]
	v := RuleVerdict{Settlement: i}
	met, open := 0, 0
	for k, need := range rule.Needs {
		status, reason := judge(times[k][i], settlement.peopleOf(group), need.limitFor(settlement))
		v.Met, v.Times = append(v.Met, status), append(v.Times, times[k][i])
		switch status {
		case Covered:
			met++
		case Unknown:
			open++
			v.Reason = reason
		default:
			v.Missing = append(v.Missing, need.Title)
		}
	}
	wanted := rule.AtLeast
	if wanted == 0 {
		wanted = len(rule.Needs)
	}
	switch {
	case met >= wanted:
		v.Status, v.Reason, v.Missing = Covered, ReasonNone, nil
	case met+open >= wanted:
		v.Status = Unknown
	default:
		v.Status, v.Reason = Uncovered, ReasonNeedsMissing
	}
	return v
}

// ReasonNeedsMissing says that a composite rule is not met; the verdict lists which needs are missing.
const ReasonNeedsMissing Reason = "needs_missing"

func (n Need) limitFor(s Settlement) time.Duration {
	return Query{Limit: n.Limit, RuralLimit: n.RuralLimit}.limitFor(s)
}

func (c *County) resultOfRule(rr *RuleResult, base Query) *Result {
	r := &Result{Query: base, Verdicts: make([]Verdict, len(rr.Verdicts))}
	offsets := make([]int, len(rr.Selections))
	for k, s := range rr.Selections {
		offsets[k] = len(r.Selection.Facilities)
		r.Selection.Facilities = append(r.Selection.Facilities, s.Facilities...)
		r.Selection.LevelUnknown = max(r.Selection.LevelUnknown, s.LevelUnknown)
		r.Selection.DateUnknown = max(r.Selection.DateUnknown, s.DateUnknown)
		r.Selection.HoursUnknown = max(r.Selection.HoursUnknown, s.HoursUnknown)
	}
	for i, v := range rr.Verdicts {
		r.Verdicts[i] = Verdict{i, v.Status, v.Reason, slowest(v.Times, offsets), c.Settlements[i].peopleOf(base.Group)}
		r.Totals.add(r.Verdicts[i])
	}
	c.sumAreas(r)
	return r
}

// slowest is the longest of the answered times, or an unanswered one when there is none. Facilities are counted on from each need's offset.
func slowest(times []Time, offsets []int) Time {
	var worst Time
	for k, t := range times {
		t.Facility += offsets[k]
		if k == 0 || t.OK && (!worst.OK || t.Duration > worst.Duration) {
			worst = t
		}
	}
	return worst
}
