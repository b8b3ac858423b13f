package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

func newReplayCommand(term *terminal) *cobra.Command {
	var project, profile string
	var asJSON bool
	command := &cobra.Command{
		Use:   "replay RUN.json",
		Short: "按 run.json 重算，并核对是否与当时一致 / compute a run again and say whether it is the same",
		Long: `读入移交包或证据包中的 run.json，用项目现在的数据回答同一个覆盖问题。数据、道路、高程、出行方式或程序与当时不同的，逐项指出；
编号一致时，数字必与当时相同。`,
		Example: `  lawcircle replay run.json -p demo.gpkg`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			run, err := readRun(args[0])
			if err != nil {
				return err
			}
			return runReplay(cmd.Context(), term, project, profile, run, asJSON)
		},
	}
	projectFlag(command, &project)
	command.Flags().StringVar(&profile, "profile", "", "当时用的自备出行方式 / the file of the run's own travel profile")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

// writtenRun is a run as it was written down, with its question yet to be read.
type writtenRun struct {
	coverage.Run
	Question json.RawMessage `json:"question"`
}

// readRun reads a run.json.
func readRun(path string) (*writtenRun, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the run: %w", err)
	}
	var run writtenRun
	if err := json.Unmarshal(text, &run); err != nil {
		return nil, fmt.Errorf("%s is not a run.json: %w", path, err)
	}
	if run.Kind != "coverage" || run.ID == "" {
		return nil, fmt.Errorf("%s holds a run of kind %q: only coverage questions are replayed, others are asked again with their own verb", path, run.Kind)
	}
	return &run, nil
}

func runReplay(ctx context.Context, term *terminal, path, profile string, old *writtenRun, asJSON bool) error {
	var asked coverage.RuleQuestion
	if err := json.Unmarshal(old.Question, &asked); err != nil {
		return fmt.Errorf("reading the question of run %s: %w", old.ID, err)
	}
	s, err := openStudy(ctx, term, path, "")
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.suppose(old.Scenario, old.Edits); err != nil {
		return err
	}
	if profile != "" {
		asked.Profile = profile
	}
	now, err := s.answer(ctx, asked.Query, asked.Rule)
	if err != nil {
		return err
	}
	s.warnAboutSelection(now.result)
	if asJSON {
		err = term.writeJSON(coverageJSON(now.run, now.result))
	} else {
		now.print()
	}
	return errors.Join(err, old.compare(now.run))
}

// compare tells what is not as it was; nil when the run is the same.
func (r *writtenRun) compare(now coverage.Run) error {
	if now.ID == r.ID {
		return nil
	}
	differs := fmt.Errorf("运行 %s 不能重现，现在是 %s / the run cannot be repeated, it is another one now", r.ID, now.ID)
	for _, part := range []struct{ zh, en, was, is string }{
		{"数据", "data", r.DataDigest, now.DataDigest}, {"道路", "roads", r.RoadsDigest, now.RoadsDigest}, {"高程", "elevation", r.Elevation, now.Elevation},
		{"出行方式", "travel profile", r.ProfileSum, now.ProfileSum}, {"程序", "program", r.Program, now.Program},
	} {
		if part.was != part.is {
			differs = errors.Join(differs, fmt.Errorf("  %s已变 / the %s changed: %s → %s", part.zh, part.en, part.was, part.is))
		}
	}
	return differs
}
