package server

import (
	"fmt"
	"net/http"

	questions "lawcircle/coverage/ask"
	"lawcircle/server/account"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// askedQuestion is one saved question of planners.
type askedQuestion struct {
	ID     string       `json:"id"`
	TitleZ string       `json:"title_zh"`
	TitleE string       `json:"title_en"`
	Params []askedParam `json:"params"`
}

type askedParam struct {
	Name    string `json:"name"`
	TitleZ  string `json:"title_zh"`
	TitleE  string `json:"title_en"`
	Default string `json:"default"` // "" = must be given
}

// askBody asks a saved question: its parameters beside the members of a coverage question.
type askBody struct {
	questionBody
	Params map[string]string `json:"params,omitempty"`
}

// askAnswer is a table with sentences.
type askAnswer struct {
	Run       runAnswer   `json:"run"`
	Question  string      `json:"question"`
	Sentences []string    `json:"sentences"` // in the language of the answer, most important first
	Columns   []askColumn `json:"columns"`
	Rows      [][]any     `json:"rows"`    // strings, numbers, or null for "not known", in the order of columns
	Missing   string      `json:"missing"` // the column that the data lack, "" when the question is answered
}

type askColumn struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

func (s *Server) askRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/api/v1/questions", answer: []askedQuestion{}, versioned: true, handle: s.listQuestions,
			summary: locale.Text{Zh: "规划人员常问的 36 个问题", En: "The thirty-six questions of planners"}},
		{method: http.MethodPost, path: "/api/v1/questions/:id", role: account.Viewer, body: askBody{}, answer: askAnswer{}, handle: s.askQuestion,
			summary: locale.Text{Zh: "回答一个问题：表格与结论", En: "Answer one of them with a table and sentences"}},
	}
}

func (s *Server) listQuestions(c *call) error {
	out := []askedQuestion{}
	for _, q := range questions.Questions() {
		one := askedQuestion{q.ID, q.Zh, q.En, []askedParam{}}
		for _, p := range q.Params {
			one.Params = append(one.Params, askedParam{p.Name, p.Zh, p.En, p.Default})
		}
		out = append(out, one)
	}
	return c.ok(out)
}

func (s *Server) askQuestion(c *call) error {
	asked, err := questions.Find(c.Param("id"))
	if err != nil {
		return problem.NotFound("问题", "question", c.Param("id"))
	}
	var body askBody
	if err := c.decode(&body); err != nil {
		return err
	}
	q, err := body.parse()
	if err != nil {
		return err
	}
	if q.Rule != "" {
		return problem.BadField("rule", "这里只回答单一条件，请去掉 rule", "only a plain question is answered here; leave rule out")
	}
	if c.snapshot, err = s.deps.Snapshot(c.ctx()); err != nil {
		return fmt.Errorf("loading the project: %w", err)
	}
	if err := s.checkProfile(c.ctx(), q.Profile); err != nil {
		return err
	}
	study, err := s.study(c.ctx(), c.snapshot, q.Scenario)
	if err != nil {
		return err
	}
	answer, err := s.deps.Analyst(study).Ask(c.ctx(), asked, questions.Inquiry{Query: q.Query, Params: body.Params})
	if err != nil {
		return problem.Refused(http.StatusUnprocessableEntity, "bad_question", err)
	}
	run, err := s.runOf(c.ctx(), c.snapshot, "ask "+asked.ID, q, study)
	if err != nil {
		return err
	}
	return c.ok(toAskAnswer(toRun(run, ""), answer, c.lang))
}

func toAskAnswer(run runAnswer, a *questions.Answer, lang locale.Language) askAnswer {
	out := askAnswer{Run: run, Question: a.Question.ID, Sentences: append([]string{}, a.Zh...), Columns: []askColumn{}, Rows: a.Rows, Missing: a.Missing}
	if lang == locale.English {
		out.Sentences = append([]string{}, a.En...)
	}
	for _, column := range a.Columns {
		out.Columns = append(out.Columns, askColumn{column.Key, locale.Text{Zh: column.Zh, En: column.En}.In(lang)})
	}
	return out
}
