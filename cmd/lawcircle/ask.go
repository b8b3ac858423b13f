package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
	"lawcircle/coverage/ask"
)

func newAskCommand(term *terminal) *cobra.Command {
	var project string
	var query queryFlags
	var params []string
	var asJSON bool
	command := &cobra.Command{
		Use:   "ask [N]",
		Short: "规划人员常问的 36 个问题 / the thirty-six questions of planners",
		Long:  "不带编号时列出所有问题及其参数。",
		Example: `  lawcircle ask
  lawcircle ask 7 -p demo.gpkg --set group=disabled
  lawcircle ask 20 -p demo.gpkg --set hosts=P0101,P0102,P0103`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				listQuestions(term)
				return nil
			}
			question, err := ask.Find(args[0])
			if err != nil {
				return usageError{err}
			}
			values, err := parseParams(params)
			if err != nil {
				return err
			}
			if project == "" {
				return usagef("say which project: -p FILE.gpkg")
			}
			return runAsk(cmd.Context(), term, project, &query, askAsk{question, values, asJSON})
		},
	}
	command.Flags().StringVarP(&project, "project", "p", "", "项目文件 / project file")
	query.register(command)
	command.Flags().StringArrayVar(&params, "set", nil, "参数 / parameter, NAME=VALUE, may be repeated")
	command.Flags().BoolVar(&asJSON, "json", false, "标准输出为一个 JSON 对象 / one JSON object on standard output")
	return command
}

type askAsk struct {
	question ask.Question
	params   map[string]string
	json     bool
}

func parseParams(params []string) (map[string]string, error) {
	values := map[string]string{}
	for _, p := range params {
		name, value, found := strings.Cut(p, "=")
		if !found {
			return nil, usagef("--set %q is not NAME=VALUE", p)
		}
		values[name] = value
	}
	return values, nil
}

func listQuestions(term *terminal) {
	for _, q := range ask.Questions() {
		var params []string
		for _, p := range q.Params {
			params = append(params, p.Name+"="+p.Default)
		}
		term.printf("%2s  %s\n    %s  %s", q.ID, q.Zh, q.En, strings.Join(params, " "))
	}
}

type answerOutput struct {
	Run      coverage.Run `json:"run"`
	Question string       `json:"question"`
	TitleZh  string       `json:"title_zh"`
	TitleEn  string       `json:"title_en"`
	Zh       []string     `json:"answer_zh"`
	En       []string     `json:"answer_en"`
	Columns  []string     `json:"columns"`
	Rows     [][]any      `json:"rows"`
	Missing  string       `json:"missing,omitempty"`
}

func runAsk(ctx context.Context, term *terminal, path string, flags *queryFlags, what askAsk) error {
	s, q, err := openAsked(ctx, term, path, flags)
	if err != nil {
		return err
	}
	defer s.close()
	answer, err := what.question.Ask(ctx, ask.Inquiry{Engine: s.engine, Query: q, Params: what.params})
	if err != nil {
		return err
	}
	run, err := s.identify(ctx, "ask", struct {
		coverage.Query
		Question string
		Params   map[string]string
	}{q, what.question.ID, what.params})
	if err != nil {
		return err
	}
	if what.json {
		out := answerOutput{Run: run, Question: what.question.ID, TitleZh: what.question.Zh, TitleEn: what.question.En, Zh: answer.Zh, En: answer.En,
			Columns: []string{}, Rows: answer.Rows, Missing: answer.Missing}
		for _, c := range answer.Columns {
			out.Columns = append(out.Columns, c.Key)
		}
		return term.writeJSON(out)
	}
	printAnswer(term, answer)
	return nil
}

func printAnswer(term *terminal, a *ask.Answer) {
	term.printf("%s　%s", a.Question.ID, a.Question.Zh)
	for _, sentence := range a.Zh {
		term.printf("%s", sentence)
	}
	var rows [][]string
	for _, c := range a.Columns {
		if rows == nil {
			rows = [][]string{{}}
		}
		rows[0] = append(rows[0], c.Zh)
	}
	for _, row := range a.Rows {
		var cells []string
		for _, value := range row {
			cells = append(cells, cellText(value))
		}
		rows = append(rows, cells)
	}
	term.table(rows)
}

func cellText(value any) string {
	switch v := value.(type) {
	case nil:
		return "—"
	case float64:
		return strconv.FormatFloat(v, 'f', 3, 64)
	default:
		return fmt.Sprint(v)
	}
}
