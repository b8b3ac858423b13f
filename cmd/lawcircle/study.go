package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
	"lawcircle/data"
	"lawcircle/geo/road"
)

// projectFlag adds -p to a verb.
func projectFlag(command *cobra.Command, project *string) {
	command.Flags().StringVarP(project, "project", "p", "", "项目文件 / project file, e.g. turpan.gpkg")
	_ = command.MarkFlagRequired("project") // fails only for a flag that does not exist
}

// study is an open project with its county as of one scenario, ready to be asked.
type study struct {
	term     *terminal
	project  *data.Project
	county   *coverage.County
	engine   coverage.Engine
	scenario string
	edits    []coverage.Edit
	profiles map[string]*road.Profile // by name; built in or read from a file
	graphs   map[string]*road.Graph
}

// openStudy opens an existing project for reading and applies a scenario ("" = the present state).
func openStudy(ctx context.Context, term *terminal, path, scenario string) (*study, error) {
	project, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return nil, err
	}
	s := &study{term: term, project: project, scenario: scenario, profiles: map[string]*road.Profile{}, graphs: map[string]*road.Graph{}}
	if err := s.load(ctx); err != nil {
		project.Close()
		return nil, err
	}
	return s, nil
}

// openAsked opens the project for the question of the flags and makes its travel profile known.
func openAsked(ctx context.Context, term *terminal, path string, flags *queryFlags) (*study, coverage.Query, error) {
	q, err := flags.query()
	if err != nil {
		return nil, q, err
	}
	s, err := openStudy(ctx, term, path, flags.scenario)
	if err != nil {
		return nil, q, err
	}
	if err := s.loadProfile(&q); err != nil {
		s.close()
		return nil, q, err
	}
	return s, q, nil
}

func (s *study) load(ctx context.Context) (err error) {
	if s.county, err = s.project.County(ctx); err != nil {
		return err
	}
	var edits []coverage.Edit
	if s.scenario != "" {
		scenarios, err := s.project.Scenarios(ctx)
		if err != nil {
			return err
		}
		if edits, err = coverage.EditsOf(scenarios, s.scenario); err != nil {
			return err
		}
	}
	return s.suppose(s.scenario, edits)
}

// suppose makes the edits of a scenario, by its name and as they are now or were when a run was written down.
func (s *study) suppose(scenario string, edits []coverage.Edit) (err error) {
	s.scenario, s.edits = scenario, edits
	if s.county, err = s.county.With(edits); err != nil {
		return err
	}
	s.engine = coverage.Engine{County: s.county, Graph: s.graph}
	return nil
}

func (s *study) close() { s.project.Close() }

// loadProfile makes the query's profile known: a built-in name, or the path of a YAML file, which then gives the name. The query takes the
// limit that the scenario sets, if it sets one.
func (s *study) loadProfile(q *coverage.Query) (err error) {
	q.Limit = coverage.LimitOf(s.edits, q.Limit)
	q.Profile, err = s.loadProfileName(q.Profile)
	return err
}

func (s *study) loadProfileName(text string) (string, error) {
	profile, err := readProfile(text)
	if err != nil {
		return "", err
	}
	s.profiles[profile.Name] = profile
	return profile.Name, nil
}

func readProfile(text string) (*road.Profile, error) {
	if ext := strings.ToLower(filepath.Ext(text)); ext != ".yaml" && ext != ".yml" {
		profile, err := road.BuiltinProfile(text)
		if err != nil {
			return nil, usagef("--profile: %w", err)
		}
		return profile, nil
	}
	profile, _, err := readProfileFile(text)
	return profile, err
}

// readProfileFile reads a travel profile and returns its text too.
func readProfileFile(path string) (*road.Profile, []byte, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the travel profile: %w", err)
	}
	profile, err := road.ParseProfile(content)
	if err != nil {
		return nil, nil, fmt.Errorf("travel profile %s: %w", path, err)
	}
	return profile, content, nil
}

// graph compiles or opens the roads for a profile, once.
func (s *study) graph(ctx context.Context, name string) (*road.Graph, error) {
	if g, ok := s.graphs[name]; ok {
		return g, nil
	}
	profile, ok := s.profiles[name]
	if !ok {
		var err error
		if profile, err = road.BuiltinProfile(name); err != nil {
			return nil, err
		}
	}
	g, err := s.compile(ctx, profile)
	if err != nil {
		return nil, err
	}
	s.graphs[name] = g
	return g, nil
}

// compile opens the kept roads, or builds them anew when the scenario edits roads.
func (s *study) compile(ctx context.Context, profile *road.Profile) (*road.Graph, error) {
	if edits, any := roadEdits(s.edits); any {
		return buildEdited(ctx, s.project, profile, edits)
	}
	ground, err := groundFor(ctx, s.project, profile)
	if err != nil {
		return nil, err
	}
	return s.project.GraphOn(ctx, profile, ground, s.term.progress("编译路网 / compiling roads"))
}

// assess answers a coverage query.
func (s *study) assess(ctx context.Context, q *coverage.Query) (*coverage.Result, error) {
	if err := s.loadProfile(q); err != nil {
		return nil, err
	}
	return s.engine.Assess(ctx, *q)
}

// judge judges a composite rule, and gives the question as the run keeps it.
func (s *study) judge(ctx context.Context, q coverage.Query, ruleID string) (coverage.RuleQuestion, *coverage.RuleResult, error) {
	asked := coverage.RuleQuestion{Query: q.OfRule(), Rule: ruleID}
	if err := s.loadProfile(&asked.Query); err != nil {
		return asked, nil, err
	}
	rule, isOwn, err := s.rule(ctx, ruleID)
	if err != nil {
		return asked, nil, err
	}
	if isOwn {
		asked.RuleBody = &rule
	}
	judged, err := s.engine.JudgeRule(ctx, rule, asked.Query)
	return asked, judged, err
}

// rule finds a composite rule, one of the project's own or a preset.
func (s *study) rule(ctx context.Context, id string) (rule coverage.Rule, isOwn bool, err error) {
	own, err := s.project.Rules(ctx)
	if err != nil {
		return rule, false, err
	}
	rule, known := coverage.FindRule(own, id)
	if !known {
		return rule, false, usagef("rule %q is unknown: lawcircle rule list shows them", id)
	}
	return rule, slices.ContainsFunc(own, func(r coverage.Rule) bool { return r.ID == id }), nil
}

// travel names the profiles of the question with their digests; a circuit has two.
func (s *study) travel() (names, digests string) {
	for i, name := range slices.Sorted(maps.Keys(s.profiles)) {
		if i > 0 {
			names, digests = names+"+", digests+"+"
		}
		names, digests = names+name, digests+s.profiles[name].Digest()
	}
	return names, digests
}

// identify makes the run record of a question put to this study.
func (s *study) identify(ctx context.Context, kind string, question any) (coverage.Run, error) {
	run := coverage.Run{At: time.Now().UTC().Format(time.RFC3339), Kind: kind, Question: question, Scenario: s.scenario, Edits: s.edits, DataDate: s.county.DataDate,
		Program: "lawcircle " + version, Synthetic: s.county.Synthetic}
	switch q := question.(type) {
	case coverage.Query:
		run.LimitMs = q.Limit.Milliseconds()
	case coverage.RuleQuestion:
		run.LimitMs = q.Limit.Milliseconds() // that of the plan's own question, as over the API: the needs have the limits of the rule
	}
	var err error
	run.Profile, run.ProfileSum = s.travel()
	if run.DataDigest, err = s.project.Digest(ctx); err != nil {
		return run, err
	}
	if run.RoadsDigest, err = s.project.RoadsDigest(ctx); err != nil {
		return run, err
	}
	if run.Elevation, err = elevationDigest(ctx, s.project); err != nil {
		return run, err
	}
	return run.Identify()
}

// warnAboutSelection tells on standard error what the reader of the figures should doubt.
func (s *study) warnAboutSelection(r *coverage.Result) {
	sel := r.Selection
	if r.NoRoads() {
		s.term.errorf("注意：尚未导入道路，只按直线步行计算，其余居民点无法判定；先用 lawcircle import roads 导入道路 / " +
			"no roads imported: figures are straight walks only, all other settlements are unknown; import roads first")
	}
	if len(sel.Facilities) == 0 && len(r.Verdicts) > 0 {
		s.term.errorf("注意：没有计入任何服务点；%d 个场所没有服务点，是候选（用 --hosts 可把它们计入）/ no service point counts; %d hosts are candidates",
			len(s.county.CandidateHosts()), len(s.county.CandidateHosts()))
	}
	for _, doubt := range []struct {
		n    int
		text string
	}{
		{sel.LevelUnknown, "个计入的服务点没有写明服务级别 / counted points do not state their level"},
		{sel.DateUnknown, "个计入的服务点没有建成日期 / counted points have no date"},
		{sel.HoursUnknown, "个计入的服务点没有开放时间 / counted points have no opening hours"},
		{r.Totals.PeopleMissing, "个居民点没有人口数据 / settlements have no population figure"},
	} {
		if doubt.n > 0 {
			s.term.errorf("注意：%d %s", doubt.n, doubt.text)
		}
	}
}

// solverProgress shows the solver's best answer and bound.
func (s *study) solverProgress() func(locate.Progress) {
	var last time.Duration
	return func(p locate.Progress) {
		if p.Elapsed-last > 2*time.Second {
			last = p.Elapsed
			s.term.errorf("求解 %s：目标 %d，上界 %d（%.0f 秒）", p.Phase, p.Objective, p.Bound, p.Elapsed.Seconds())
		}
	}
}
