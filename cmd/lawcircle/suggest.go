package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/coverage/locate"
	"lawcircle/data/export"
)

type suggestFlags struct {
	query                                      queryFlags
	sites                                      int
	cover, objective, candidates, output       string
	budget                                     int64
	locked, forbidden, preferred, only, floors string
	timeLimit, spacing, nodeSpacing            float64
	capacity                                   int64
	whole, runnersUp, sensitivity              bool
	curve                                      int
	years, file, ruleID, bundles, scenarioOut  string
	json                                       bool
}

func newSuggestCommand(term *terminal) *cobra.Command {
	var project string
	var f suggestFlags
	command := &cobra.Command{
		Use:   "suggest",
		Short: "下一批服务点建在哪里 / where the next service points should stand",
		Long: `在候选场所中选址：已有服务点保持不变，给出每个新点新增的人口与居民点、累计数、上界与差距，
因此可知离“最优”最多还差多少。`,
		Example: `  lawcircle suggest -p demo.gpkg --sites 10
  lawcircle suggest -p demo.gpkg --cover 80% --candidates posts -o proposal.geojson
  lawcircle suggest -p demo.gpkg --sites 5 --rule bundle --bundle consult,mediation,village_committee:adviser+mediation`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSuggest(cmd.Context(), term, project, &f) },
	}
	projectFlag(command, &project)
	f.query.register(command)
	flags := command.Flags()
	flags.IntVar(&f.sites, "sites", 0, "新增几个点 / how many new points")
	flags.StringVar(&f.cover, "cover", "", "用最少的点覆盖此比例的人口 / fewest points that cover this share of the people, e.g. 80%")
	flags.Int64Var(&f.budget, "budget", 0, "预算（元）/ budget in yuan")
	flags.StringVar(&f.objective, "objective", "people", "people | settlements | mean | worst | ladder | backup | gradual | attendance | spread")
	flags.StringVar(&f.candidates, "candidates", "hosts", "候选 / posts | villages | offices | hosts | settlements | all, or a host kind")
	flags.StringVar(&f.only, "only", "", "只在这些场所中选 / only these host ids")
	flags.StringVar(&f.locked, "locked", "", "必选的场所 / candidate ids that must be chosen")
	flags.StringVar(&f.forbidden, "forbidden", "", "不可选的场所 / candidate ids that must not be chosen")
	flags.StringVar(&f.preferred, "preferred", "", "同等条件下优先的场所 / candidate ids preferred among equals")
	flags.StringVar(&f.floors, "floor", "", "底线 / floors: CODE:sites=2,CODE:people=60%")
	flags.StringVar(&f.scenarioOut, "scenario-out", "", "把建议存为此编号的方案，可用于比较与报告 / keep the proposal as a scenario of this id")
	flags.StringVar(&f.file, "candidates-file", "", "自备候选 CSV（id,lon,lat）/ candidates of one's own")
	flags.Float64Var(&f.nodeSpacing, "nodes", 0, "以路网上相距此米数的地点为候选 / places on the roads at this spacing in metres as candidates")
	flags.Float64Var(&f.spacing, "spacing", 0, "新点之间至少相距（米）/ least spacing of points in metres")
	flags.Int64Var(&f.capacity, "capacity", 0, "每点最多服务多少人 / people that one point can take")
	flags.BoolVar(&f.whole, "whole", false, "有容量时每个居民点只归一个点 / with a capacity: settlements are not split")
	flags.StringVar(&f.ruleID, "rule", "", "按组合规则计：满足规则才算覆盖 / count a settlement when it meets this composite rule, e.g. bundle")
	flags.StringVar(&f.bundles, "bundle", "", "新点提供的服务：consult,mediation 或按场所类型 police_post:consult+mediation / services of the new points")
	flags.StringVar(&f.years, "years", "", "分年：2018=5,2019=10 或 plan（按规划目标）；金额写 2018=50000元 / stages by year, or plan")
	flags.BoolVar(&f.runnersUp, "runners-up", false, "给出每个点的次优替代 / the best replacement of each site")
	flags.IntVar(&f.curve, "curve", 0, "给出 1…N 个点的最优曲线 / the best of 1…N sites")
	flags.BoolVar(&f.sensitivity, "sensitivity", true, "给出速度 ±20% 的结果 / result at speeds ±20 %")
	flags.Float64Var(&f.timeLimit, "time-limit", 60, "求解时限（秒）/ seconds for the solver")
	flags.StringVarP(&f.output, "output", "o", "", "写出 .geojson 或 .csv / write the proposal")
	flags.BoolVar(&f.json, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

func (f *suggestFlags) question() (coverage.SiteQuestion, error) {
	q, err := f.query.query()
	if err != nil {
		return coverage.SiteQuestion{}, err
	}
	set := coverage.CandidateSet("")
	if f.candidates != "" {
		if set, err = coverage.ParseCandidateSet(f.candidates); err != nil {
			return coverage.SiteQuestion{}, usageError{err}
		}
	}
	s := coverage.SiteQuestion{Query: q, Objective: coverage.Objective(f.objective), Sites: f.sites, Budget: f.budget, Candidates: set,
		SpacingM: f.spacing, Capacity: f.capacity, Whole: f.whole, Hosts: splitList(f.only), Locked: splitList(f.locked), Forbidden: splitList(f.forbidden), Preferred: splitList(f.preferred),
		Options: locate.Options{TimeLimit: time.Duration(f.timeLimit * float64(time.Second))}}
	if f.cover != "" {
		if s.Cover, err = parseShare(f.cover); err != nil {
			return s, usagef("--cover: %w", err)
		}
	}
	if s.Floors, err = parseFloors(f.floors); err != nil {
		return s, usageError{err}
	}
	if s.Bundles, err = parseBundles(f.bundles); err != nil {
		return s, usageError{err}
	}
	if f.bundles != "" && f.ruleID == "" {
		return s, usagef("--bundle 要与 --rule 同用 / goes with --rule")
	}
	if f.years != "" {
		return s, nil // the stages say how many
	}
	plain := s
	plain.Bundles = nil // judged once the rule is known
	if err := plain.Validate(); err != nil {
		return s, usageError{err}
	}
	return s, nil
}

// parseBundles reads services for all new points, and kind:service+service for those in hosts of a kind.
func parseBundles(text string) ([]coverage.Bundle, error) {
	var bundles []coverage.Bundle
	for _, part := range splitList(text) {
		kindName, list, hasKind := strings.Cut(part, ":")
		if !hasKind {
			kindName, list = "", part
		}
		var kind coverage.HostKind
		if hasKind {
			var err error
			if kind, err = coverage.ParseHostKind(kindName); err != nil {
				return nil, fmt.Errorf("--bundle %q: %w", part, err)
			}
		}
		at := slices.IndexFunc(bundles, func(b coverage.Bundle) bool { return b.HostKind == kind })
		if at < 0 {
			at = len(bundles)
			bundles = append(bundles, coverage.Bundle{HostKind: kind})
		}
		for _, name := range strings.Split(list, "+") {
			service, err := coverage.ParseService(strings.TrimSpace(name))
			if err != nil {
				return nil, fmt.Errorf("--bundle %q: %w", part, err)
			}
			bundles[at].Services = append(bundles[at].Services, service)
		}
	}
	return bundles, nil
}

// parseShare reads 80% or 0.8.
func parseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	value, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a share such as 80%% or 0.8", text)
	}
	if percent {
		value /= 100
	}
	if !(value > 0 && value <= 1) {
		return 0, fmt.Errorf("share %q is outside 0 %% to 100 %%", text)
	}
	return value, nil
}

func parseFloors(text string) ([]coverage.Floor, error) {
	var floors []coverage.Floor
	for _, part := range splitList(text) {
		code, rule, _ := strings.Cut(part, ":")
		what, value, _ := strings.Cut(rule, "=")
		floor := coverage.Floor{Unit: code}
		var err error
		switch what {
		case "sites":
			floor.Sites, err = strconv.Atoi(value)
		case "people":
			floor.People, err = parseShare(value)
		default:
			err = fmt.Errorf("say sites=N or people=P%%")
		}
		if err != nil {
			return nil, fmt.Errorf("--floor %q: %w", part, err)
		}
		floors = append(floors, floor)
	}
	return floors, nil
}

func runSuggest(ctx context.Context, term *terminal, path string, f *suggestFlags) error {
	question, err := f.question()
	if err != nil {
		return err
	}
	if f.scenarioOut != "" && f.ruleID != "" {
		return usagef("--scenario-out does not go with --rule: a scenario's points carry no bundle of services")
	}
	endings := []string{".geojson", ".json", ".csv"}
	if f.years != "" {
		endings = []string{".csv"}
	}
	if err := checkOutput(f.output, endings...); err != nil {
		return err
	}
	s, err := openStudy(ctx, term, path, f.query.scenario)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.loadProfile(&question.Query); err != nil {
		return err
	}
	if err := f.ownCandidates(ctx, s, &question); err != nil {
		return err
	}
	if f.ruleID != "" {
		rule, _, err := s.rule(ctx, f.ruleID)
		if err != nil {
			return err
		}
		question.Rule = &rule
	}
	question.Options.Progress = s.solverProgress()
	question.Unserved = func(settlements []int) {
		people := int64(0)
		for _, j := range settlements {
			people += s.county.Settlements[j].People.Count
		}
		if len(settlements) > 0 {
			term.errorf("求解前已知：%d 个居民点、%d 人任何候选与现有点都到不了 / out of reach of every candidate and point, known before solving", len(settlements), people)
		}
	}
	if f.years != "" {
		return runStages(ctx, s, f, question)
	}
	extras := coverage.Extras{RunnersUp: f.runnersUp, Curve: f.curve, Sensitivity: f.sensitivity}
	proposal, beside, err := s.engine.SuggestWith(ctx, question, extras)
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "suggest", question)
	if err != nil {
		return err
	}
	if err := writeProposal(f.output, s.county, run, proposal); err != nil {
		return err
	}
	if err := s.keepScenario(ctx, f.scenarioOut, question.Query, []coverage.PlanYear{{Sites: proposal.Sites}}); err != nil {
		return err
	}
	if f.json {
		return term.writeJSON(proposalJSON(run, s.county, proposal, beside))
	}
	printProposal(term, s.county, run, proposal)
	printExtras(term, beside)
	return nil
}

// ownCandidates adds the candidates of a file or of the roads to the question.
func (f *suggestFlags) ownCandidates(ctx context.Context, s *study, question *coverage.SiteQuestion) error {
	if f.file != "" {
		places, err := readPlaces(f.file)
		if err != nil {
			return err
		}
		for _, p := range places {
			question.Places = append(question.Places, coverage.Candidate{Place: coverage.Place{ID: p.ID, Name: p.ID, Point: p.Point}})
		}
	}
	if f.nodeSpacing > 0 {
		nodes, err := s.engine.NodeCandidates(ctx, question.Query.Profile, f.nodeSpacing)
		if err != nil {
			return err
		}
		question.Places = append(question.Places, nodes...)
	}
	return nil
}

// checkOutput refuses a file name whose ending names another format.
func checkOutput(path string, endings ...string) error {
	for _, ending := range endings {
		if path == "" || strings.HasSuffix(strings.ToLower(path), ending) {
			return nil
		}
	}
	return usagef("-o %s: the name must end in %s", path, strings.Join(endings, " or "))
}

func writeProposal(path string, county *coverage.County, run coverage.Run, p *coverage.Proposal) error {
	if strings.HasSuffix(path, ".csv") {
		return writeFile(path, func(w io.Writer) error { return export.ProposalTable(w, p) })
	}
	return writeFile(path, func(w io.Writer) error { return export.ProposalGeoJSON(w, county, run, p) })
}
