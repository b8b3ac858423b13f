package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/data/export"
)

func newCoverageCommand(term *terminal) *cobra.Command {
	var project string
	var query queryFlags
	out := coverageOutputs{}
	command := &cobra.Command{
		Use:   "coverage",
		Short: "谁在服务圈内、谁不在 / who is inside the circle and who is not",
		Example: `  lawcircle coverage -p demo.gpkg --profile walk --minutes 10
  lawcircle coverage -p demo.gpkg --service notary --profile car --minutes 30 --areas-out areas.csv --gaps-out gaps.geojson`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out.ruleID != "" {
				if err := withoutRule(cmd); err != nil {
					return err
				}
			}
			return runCoverage(cmd.Context(), term, project, &query, out)
		},
	}
	projectFlag(command, &project)
	query.register(command)
	flags := command.Flags()
	flags.StringVar(&out.access, "access-out", "", "各居民点结果 CSV / one row per settlement")
	flags.StringVar(&out.areas, "areas-out", "", "各级区划汇总 CSV / sums per administrative unit")
	flags.StringVar(&out.circles, "circles-out", "", "服务圈 GeoJSON / covered area")
	flags.StringVar(&out.gaps, "gaps-out", "", "缺口 GeoJSON / gaps: units minus the covered area")
	flags.StringVar(&out.mismatch, "mismatch-out", "", "名实不符 CSV：有点而不在时限内、在时限内而无点 / units where 建成率 and 覆盖率 disagree")
	flags.BoolVar(&out.json, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	flags.BoolVar(&out.keep, "keep", false, "把本次计算及图层存入项目 / keep the run and its layers in the project file")
	flags.StringVar(&out.ruleID, "rule", "", "组合服务圈规则 / composite circle rule id, e.g. plan10, bundle")
	return command
}

type coverageOutputs struct {
	access, areas, circles, gaps, mismatch string
	json, keep                             bool
	ruleID                                 string
}

func runCoverage(ctx context.Context, term *terminal, path string, flags *queryFlags, out coverageOutputs) error {
	q, err := flags.query()
	if err != nil {
		return err
	}
	s, err := openStudy(ctx, term, path, flags.scenario)
	if err != nil {
		return err
	}
	defer s.close()
	answer, err := s.answer(ctx, q, out.ruleID)
	if err != nil {
		return err
	}
	if err := writeCoverage(ctx, s, answer.run, answer.result, out); err != nil {
		return err
	}
	if out.keep {
		if err := s.keep(ctx, answer.run, answer.result); err != nil {
			return err
		}
	}
	s.warnAboutSelection(answer.result)
	if out.json {
		return term.writeJSON(coverageJSON(answer.run, answer.result))
	}
	answer.print()
	return nil
}

// coverageAnswer is the answer to a coverage question, with its run and the way in which people read it.
type coverageAnswer struct {
	run    coverage.Run
	result *coverage.Result
	print  func()
}

// answer assesses a query, or judges a composite rule when one is named.
func (s *study) answer(ctx context.Context, q coverage.Query, ruleID string) (out coverageAnswer, err error) {
	if ruleID == "" {
		if out.result, err = s.assess(ctx, &q); err != nil {
			return out, err
		}
		out.run, err = s.identify(ctx, "coverage", q)
		out.print = func() { printCoverage(s.term, s.county, out.run, out.result) }
		return out, err
	}
	asked, judged, err := s.judge(ctx, q, ruleID)
	if err != nil {
		return out, err
	}
	out.result = judged.Result
	out.run, err = s.identify(ctx, "coverage", asked)
	out.print = func() { printRule(s.term, s.county, out.run, judged) }
	return out, err
}

// withoutRule refuses what a rule says itself, which would have no influence, and what draws one profile and limit.
func withoutRule(cmd *cobra.Command) error {
	for _, name := range []string{"profile", "minutes", "rural-minutes", "service", "kind", "mode", "level", "same-county"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s 与 --rule 不能同用：规则自己规定出行方式、时限、服务与服务点 / --%s does not go with --rule, which has its own needs", name, name)
		}
	}
	for _, name := range []string{"circles-out", "gaps-out", "keep"} {
		if cmd.Flags().Changed(name) {
			return usagef("--circles-out, --gaps-out and --keep draw one profile and limit: they do not go with --rule")
		}
	}
	return nil
}

func writeCoverage(ctx context.Context, s *study, run coverage.Run, result *coverage.Result, out coverageOutputs) error {
	tables := []struct {
		path  string
		write func(io.Writer) error
	}{
		{out.access, func(w io.Writer) error { return export.Access(w, s.county, result) }},
		{out.areas, func(w io.Writer) error { return export.Areas(w, result) }},
		{out.mismatch, func(w io.Writer) error { return export.Mismatches(w, s.county.Mismatches(result)) }},
		{out.circles, func(w io.Writer) error { return s.writeCircles(ctx, w, run, result) }},
		{out.gaps, func(w io.Writer) error { return s.writeGaps(ctx, w, run, result) }},
	}
	for _, t := range tables {
		if err := writeFile(t.path, t.write); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a file as a whole or not at all: into a temporary neighbour that takes its place at the end. An empty path is no file.
func writeFile(path string, write func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer os.Remove(file.Name())
	if err := write(file); err != nil {
		file.Close()
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := file.Chmod(0o644); err != nil {
		file.Close()
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
