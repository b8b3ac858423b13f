package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Exit statuses that scripts may rely on.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError marks an error as the caller's wrong usage (exit status 2).
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run executes one command line and returns the exit status.
func run(ctx context.Context, args []string, term *terminal) int {
	root := newRootCommand(term)
	root.SetArgs(args)
	command, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitDone
	case isUsage(err):
		term.errorf("lawcircle: %v\n%s --help 有用法与示例 / shows usage and an example", err, command.CommandPath())
		return exitUsage
	case errors.Is(err, context.Canceled):
		term.errorf("lawcircle: 已取消，已提交的内容保持不变 / cancelled; what was committed before stays")
		return exitFailed
	default:
		term.errorf("lawcircle: %v", err)
		return exitFailed
	}
}

func isUsage(err error) bool {
	var usage usageError
	if errors.As(err, &usage) {
		return true
	}
	// cobra reports these two without a type of their own.
	return strings.HasPrefix(err.Error(), "unknown command") || strings.HasPrefix(err.Error(), "required flag")
}

func newRootCommand(term *terminal) *cobra.Command {
	root := &cobra.Command{
		Use:   "lawcircle",
		Short: "公共法律服务 10 分钟服务圈：覆盖分析、选址与导出 / legal service circle: coverage, siting, export",
		Long: `lawcircle 读入服务点、人口、行政区划和道路，按真实出行时间计算谁在“10 分钟法律服务圈”内、谁不在，
指出缺口，提出下一批服务点的选址并证明其优劣，并以 GeoJSON、GeoPackage、瓦片、OGC API、表格和报告交付。`,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(term.out)
	root.SetErr(term.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().StringVar(&term.lang, "lang", "zh-CN", "表格与结论的语言 / language of tables and sentences: zh-CN | en")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if term.lang == "zh" {
			term.lang = "zh-CN"
		}
		if term.lang != "zh-CN" && term.lang != "en" {
			return usagef("--lang %q: zh-CN | en", term.lang)
		}
		return nil
	}
	root.AddCommand(commands(term)...)
	for _, command := range root.Commands() {
		wrapArgs(command)
	}
	return root
}

// wrapArgs turns complaints about positional arguments into usage errors, throughout the tree.
func wrapArgs(command *cobra.Command) {
	if check := command.Args; check != nil {
		command.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usageError{err}
			}
			return nil
		}
	}
	for _, child := range command.Commands() {
		wrapArgs(child)
	}
}
