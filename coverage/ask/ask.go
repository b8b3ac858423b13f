// Package ask answers the questions that planners ask, by number or name, with tables and sentences: the thirty-six of the policy notes.
// A question that the data cannot answer says which column is missing.
package ask

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"lawcircle/coverage"
)

// Question is one saved question with its parameters.
type Question struct {
	ID     string // number in the policy notes, "1" to "36"
	Zh, En string
	Params []Param
	answer func(context.Context, *inquiry) (*Answer, error)
}

// Param is a parameter of a question.
type Param struct {
	Name, Zh, En string
	Default      string // "" = must be given
}

// Answer is a table with sentences.
type Answer struct {
	Question Question
	Zh, En   []string // the answer in sentences, most important first
	Columns  []Column
	Rows     [][]any // string, int, int64, float64 or nil for "not known"
	Missing  string  // the column that the data lack, "" when the question is answered
}

// Column is one column of the table.
type Column struct{ Key, Zh, En string }

// Inquiry is what is asked, of whom.
type Inquiry struct {
	Engine coverage.Engine
	Query  coverage.Query    // profile, limit, level, date; a question may override parts of it
	Params map[string]string // by parameter name
}

// inquiry is an Inquiry with parameters filled in.
type inquiry struct {
	Inquiry
	county *coverage.County
	answer *Answer
}

// Questions lists all questions in order.
func Questions() []Question {
	return slices.Concat(stateQuestions(), targetQuestions(), siteQuestions(), peopleQuestions(), trustQuestions())
}

// Find returns a question by its id.
func Find(id string) (Question, error) {
	for _, q := range Questions() {
		if q.ID == id {
			return q, nil
		}
	}
	return Question{}, fmt.Errorf("question %q does not exist: they are numbered 1 to %d", id, len(Questions()))
}

// Ask answers one question. Unknown and missing parameters are refused.
func (q Question) Ask(ctx context.Context, in Inquiry) (*Answer, error) {
	if err := in.Query.Validate(); err != nil {
		return nil, err
	}
	filled := map[string]string{}
	for _, p := range q.Params {
		value, given := in.Params[p.Name]
		if !given || value == "" {
			value = p.Default
		}
		if value == "" {
			return nil, fmt.Errorf("question %s needs the parameter %s (%s)", q.ID, p.Name, p.En)
		}
		filled[p.Name] = value
	}
	for name := range in.Params {
		if _, known := filled[name]; !known {
			return nil, fmt.Errorf("question %s has no parameter %q", q.ID, name)
		}
	}
	in.Params = filled
	answer, err := q.answer(ctx, &inquiry{in, in.Engine.County, &Answer{Question: q, Rows: [][]any{}}})
	if err != nil {
		return nil, fmt.Errorf("question %s: %w", q.ID, err)
	}
	return answer, nil
}

// say adds a sentence in both languages.
func (a *Answer) say(zh, en string) { a.Zh, a.En = append(a.Zh, zh), append(a.En, en) }

// lacks says that the data cannot answer.
func (a *Answer) lacks(column string) *Answer {
	a.Missing = column
	a.say("数据中缺少："+column, "The data lack: "+column)
	return a
}

func (a *Answer) columns(columns ...Column) { a.Columns = columns }

func (a *Answer) row(cells ...any) { a.Rows = append(a.Rows, cells) }

func (q *inquiry) number(name string) (float64, error) {
	value, err := strconv.ParseFloat(q.Params[name], 64)
	if err != nil {
		return 0, fmt.Errorf("parameter %s: %q is not a number", name, q.Params[name])
	}
	return value, nil
}

func (q *inquiry) whole(name string) (int, error) {
	value, err := strconv.Atoi(q.Params[name])
	if err != nil || value < 0 || value > 100_000 {
		return 0, fmt.Errorf("parameter %s: %q is not a whole number from 0 to 100000", name, q.Params[name])
	}
	return value, nil
}

// Columns that many answers share.
var (
	columnSettlement = Column{"settlement_id", "居民点", "Settlement"}
	columnName       = Column{"name", "名称", "Name"}
	columnCode       = Column{"admin_code", "区划代码", "Code"}
	columnPeople     = Column{"people", "人口", "People"}
	columnMinutes    = Column{"minutes", "分钟", "Minutes"}
)

func people(p coverage.People) any {
	if !p.Known {
		return nil
	}
	return p.Count
}

func minutes(t coverage.Time) any {
	if !t.OK {
		return nil
	}
	return t.Duration.Minutes()
}

func share(value float64, ok bool) any {
	if !ok {
		return nil
	}
	return value
}

func percent(value float64, ok bool) string {
	if !ok {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", value*100)
}

// settlements makes a table of the settlements whose verdict is wanted, most people first.
func (q *inquiry) settlements(r *coverage.Result, wanted func(coverage.Verdict) bool) (count int, total int64) {
	q.answer.columns(columnSettlement, columnName, columnCode, columnPeople, columnMinutes, Column{"reason", "原因", "Reason"})
	var list []coverage.Verdict
	for _, v := range r.Verdicts {
		if wanted(v) {
			list = append(list, v)
			total += v.People.Count
		}
	}
	slices.SortStableFunc(list, func(a, b coverage.Verdict) int { return int(b.People.Count - a.People.Count) })
	for _, v := range list {
		s := q.county.Settlements[v.Settlement]
		q.answer.row(s.ID, s.Name, s.Code, people(v.People), minutes(v.Time), v.Reason.Zh())
	}
	return len(list), total
}
