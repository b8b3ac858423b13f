package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/data/report"
)

type reportFlags struct {
	query                              queryFlags
	runID, unit, output                string
	candidates, years, drive, mapUsage string
	sites                              int
	timeLimit                          float64
}

func newReportCommand(term *terminal) *cobra.Command {
	var project string
	var f reportFlags
	command := &cobra.Command{
		Use:   "report",
		Short: "报告：可打印网页、工作簿、证据包 / report: printable page, workbook, evidence bundle",
		Long: `为一个村、乡镇、区县或地州市写出报告：.html（A4 可打印，自带地图）、.xlsx（可再导入的工作簿）、
.zip（网页、工作簿、图层、参数与说明），或写入一个目录。所有数字出自同一次运行。`,
		Example: `  lawcircle report -p demo.gpkg -o 报告.html
  lawcircle report -p demo.gpkg --unit 659901100000 --lang en -o report.zip`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runReport(cmd.Context(), term, project, &f) },
	}
	projectFlag(command, &project)
	f.query.register(command)
	flags := command.Flags()
	flags.StringVar(&f.runID, "run", "", "重现保存过的一次计算 / replay a run that was kept")
	flags.StringVar(&f.unit, "unit", "", "单位的区划代码，空 = 全部 / code of a unit, empty = all")
	flags.IntVar(&f.sites, "sites", 0, "建议几个新点；0 = 按规划分年 / how many new points; 0 = by the plan's years")
	flags.StringVar(&f.years, "years", "", "分年：2019=5,2020=10 / stages by year")
	flags.StringVar(&f.candidates, "candidates", "", "候选 / posts | villages | offices | hosts, or a host kind")
	flags.StringVar(&f.drive, "drive", "car", "法律顾问的出行方式 / travel profile of advisers")
	flags.StringVar(&f.mapUsage, "map", "", "internal | public，空 = 按项目设置 / empty = as the project says")
	flags.Float64Var(&f.timeLimit, "time-limit", 30, "选址求解时限（秒）/ seconds for the solver")
	flags.StringVarP(&f.output, "output", "o", "", "目录，或 .html、.xlsx、.zip 文件 / directory or file")
	_ = command.MarkFlagRequired("output") // fails only for a flag that does not exist
	return command
}

func runReport(ctx context.Context, term *terminal, path string, f *reportFlags) error {
	if ext := strings.ToLower(filepath.Ext(f.output)); !slices.Contains([]string{"", ".html", ".htm", ".xlsx", ".zip"}, ext) {
		return usagef("-o %s: use .html, .xlsx, .zip or a directory", f.output)
	}
	q, err := f.question()
	if err != nil {
		return err
	}
	s, err := openStudy(ctx, term, path, f.query.scenario)
	if err != nil {
		return err
	}
	defer s.close()
	var kept *coverage.Run
	if f.runID != "" {
		if kept, err = s.replay(ctx, f.runID, &q.Query); err != nil {
			return err
		}
	}
	if err := s.loadProfile(&q.Query); err != nil {
		return err
	}
	content, err := s.engine.Report(ctx, q)
	if err != nil {
		return err
	}
	in := report.Input{Report: content, English: s.term.lang == "en"}
	if in.Run, err = s.identify(ctx, "coverage", q.Query); err != nil {
		return err
	}
	if kept != nil {
		if kept.ID != in.Run.ID {
			return fmt.Errorf("run %s cannot be replayed: data, roads, profile or program have changed since (the same question is run %s now)", kept.ID, in.Run.ID)
		}
		in.Run.At = kept.At
	}
	if err := surround(ctx, s.project, &in); err != nil {
		return err
	}
	if f.mapUsage != "" {
		in.Map.Public = f.mapUsage == "public"
	}
	s.warnAboutSelection(content.Result)
	layers, err := reportLayers(ctx, s.engine, in)
	if err != nil {
		return err
	}
	return writeReport(f.output, in, layers)
}

func (f *reportFlags) question() (coverage.ReportQuestion, error) {
	query, err := f.query.query()
	if err != nil {
		return coverage.ReportQuestion{}, err
	}
	q := coverage.ReportQuestion{Query: query, Unit: f.unit, Sites: f.sites, Drive: f.drive}
	q.Options.TimeLimit = minutesOf(f.timeLimit / 60)
	if f.candidates != "" {
		if q.Candidates, err = coverage.ParseCandidateSet(f.candidates); err != nil {
			return q, usageError{err}
		}
	}
	if f.years != "" {
		q.Stages, err = parseYears(f.years)
	}
	if f.mapUsage != "" && f.mapUsage != "internal" && f.mapUsage != "public" {
		return q, usagef("--map %q: use internal or public", f.mapUsage)
	}
	return q, err
}

// replay reads the question of a kept run, and its scenario into the study.
func (s *study) replay(ctx context.Context, runID string, q *coverage.Query) (*coverage.Run, error) {
	kept, err := s.project.Run(ctx, runID)
	if err != nil {
		return nil, fmt.Errorf("reading run %s: %w", runID, err)
	}
	if kept.Run.Kind != "coverage" {
		return nil, fmt.Errorf("run %s is of kind %q: a report replays runs of coverage", runID, kept.Run.Kind)
	}
	text, err := json.Marshal(kept.Run.Question)
	if err != nil {
		return nil, fmt.Errorf("reading the question of run %s: %w", runID, err)
	}
	*q = coverage.Query{}
	if err := json.Unmarshal(text, q); err != nil {
		return nil, fmt.Errorf("reading the question of run %s: %w", runID, err)
	}
	if s.scenario != kept.Run.Scenario {
		s.scenario, s.edits = kept.Run.Scenario, nil
		if err := s.load(ctx); err != nil {
			return nil, err
		}
	}
	return &kept.Run, nil
}

// surround adds what stands around the figures: map rules, main roads, the record of imports, the name of the scenario.
func surround(ctx context.Context, project *data.Project, in *report.Input) error {
	meta, err := project.Meta(ctx)
	if err != nil {
		return err
	}
	use := mapUse(meta)
	in.Map = report.MapUse{Public: use.Use == "public", ApprovalNo: use.ApprovalNo, Source: use.Source}
	if in.Roads, err = mainRoads(ctx, project); err != nil {
		return err
	}
	if in.Imports, err = importsOf(ctx, project); err != nil {
		return err
	}
	in.ScenarioName, err = nameOfScenario(ctx, project, in.Run.Scenario)
	return err
}

// nameOfScenario is "" for the present state and for a scenario that is no longer kept.
func nameOfScenario(ctx context.Context, project *data.Project, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	scenarios, err := project.Scenarios(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range scenarios {
		if s.ID == id {
			return s.Name, nil
		}
	}
	return "", nil
}

func mainRoads(ctx context.Context, project *data.Project) ([]orb.LineString, error) {
	network, err := project.Network(ctx)
	if errors.Is(err, data.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []orb.LineString
	for _, way := range network.Ways {
		if slices.Contains([]string{"motorway", "trunk", "primary", "secondary"}, way.Tags["highway"]) {
			out = append(out, way.Line)
		}
	}
	return out, nil
}

// importsShown bounds the imports listed in a report.
const importsShown = 50

func importsOf(ctx context.Context, project *data.Project) ([]report.Import, error) {
	entries, err := project.Changes(ctx, "import", importsShown)
	if err != nil {
		return nil, err
	}
	var out []report.Import
	for _, e := range entries {
		one := report.Import{At: e.At, What: e.What}
		var sheet intake.Quality
		if len(e.Sheet) > 0 {
			if err := json.Unmarshal(e.Sheet, &sheet); err != nil {
				return nil, fmt.Errorf("reading the quality sheet of change %d: %w", e.ID, err)
			}
		}
		one.Read, one.Accepted, one.Repaired, one.Refused, one.CRS = sheet.Read, sheet.Accepted, sheet.Repaired, sheet.Refused, sheet.CRS.CRS
		out = append(out, one)
	}
	return out, nil
}

// writeReport writes one file, or into a directory what a bundle holds.
func writeReport(path string, in report.Input, layers []report.File) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".html", ".htm":
		return writeFile(path, func(w io.Writer) error { return report.HTML(w, in) })
	case ".xlsx":
		return writeFile(path, func(w io.Writer) error { return report.XLSX(w, in) })
	case ".zip":
		return writeFile(path, func(w io.Writer) error { return report.Zip(w, in, layers) })
	}
	for _, f := range report.Bundle(in, layers) {
		target := filepath.Join(path, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return fmt.Errorf("making the directory of the report: %w", err)
		}
		if err := writeFile(target, f.Write); err != nil {
			return err
		}
	}
	return nil
}
