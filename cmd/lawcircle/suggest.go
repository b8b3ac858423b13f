package main

import (
	"context"
	"fmt"
	"io"
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
	timeLimit                                  float64
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
  lawcircle suggest -p demo.gpkg --cover 80% --candidates posts -o proposal.geojson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSuggest(cmd.Context(), term, project, &f) },
	}
	projectFlag(command, &project)
	f.query.register(command)
	flags := command.Flags()
	flags.IntVar(&f.sites, "sites", 0, "新增几个点 / how many new points")
	flags.StringVar(&f.cover, "cover", "", "用最少的点覆盖此比例的人口 / fewest points that cover this share of the people, e.g. 80%")
	flags.Int64Var(&f.budget, "budget", 0, "预算（元）/ budget in yuan")
	flags.StringVar(&f.objective, "objective", "people", "people | settlements | mean | worst | ladder | backup")
	flags.StringVar(&f.candidates, "candidates", "hosts", "候选 / posts | villages | offices | hosts | settlements | all, or a host kind")
	flags.StringVar(&f.only, "only", "", "只在这些场所中选 / only these host ids")
	flags.StringVar(&f.locked, "locked", "", "必选的场所 / candidate ids that must be chosen")
	flags.StringVar(&f.forbidden, "forbidden", "", "不可选的场所 / candidate ids that must not be chosen")
	flags.StringVar(&f.preferred, "preferred", "", "同等条件下优先的场所 / candidate ids preferred among equals")
	flags.StringVar(&f.floors, "floor", "", "底线 / floors: CODE:sites=2,CODE:people=60%")
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
	set, err := coverage.ParseCandidateSet(f.candidates)
	if err != nil {
		return coverage.SiteQuestion{}, usageError{err}
	}
	s := coverage.SiteQuestion{Query: q, Objective: coverage.Objective(f.objective), Sites: f.sites, Budget: f.budget, Candidates: set,
		Hosts: splitList(f.only), Locked: splitList(f.locked), Forbidden: splitList(f.forbidden), Preferred: splitList(f.preferred),
		Options: locate.Options{TimeLimit: time.Duration(f.timeLimit * float64(time.Second))}}
	if f.cover != "" {
		if s.Cover, err = parseShare(f.cover); err != nil {
			return s, usagef("--cover: %w", err)
		}
	}
	if s.Floors, err = parseFloors(f.floors); err != nil {
		return s, usageError{err}
	}
	if err := s.Validate(); err != nil {
		return s, usageError{err}
	}
	return s, nil
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
	s, err := openStudy(ctx, term, path, f.query.scenario)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.loadProfile(&question.Query); err != nil {
		return err
	}
	question.Options.Progress = s.solverProgress()
	proposal, err := s.engine.Suggest(ctx, question)
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
	if f.json {
		return term.writeJSON(proposalJSON(run, s.county, proposal))
	}
	printProposal(term, s.county, run, proposal)
	return nil
}

func writeProposal(path string, county *coverage.County, run coverage.Run, p *coverage.Proposal) error {
	if strings.HasSuffix(path, ".csv") {
		return writeFile(path, func(w io.Writer) error { return export.ProposalTable(w, p) })
	}
	return writeFile(path, func(w io.Writer) error { return export.ProposalGeoJSON(w, county, run, p) })
}
