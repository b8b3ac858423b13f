package coverage

import (
	"fmt"

	"lawcircle/coverage/locate"
)

// Sentence is the same statement in both languages.
type Sentence struct{ Zh, En string }

// conflicts says why a site question has no answer, in words that name what was asked and the most that is possible.
func (m *siteModel) conflicts(s SiteQuestion, solution *locate.Solution) []Sentence {
	var out []Sentence
	if solution.Status == locate.Infeasible && m.problem.Target > 0 {
		if most := m.reachable(solution); most < m.problem.Target {
			return []Sentence{{
				fmt.Sprintf("要求覆盖 %d 人（%.1f%%），但全部候选都建成也只能覆盖 %d 人：请扩大候选、放宽时限或降低比例", m.problem.Target, s.Cover*100, most),
				fmt.Sprintf("%d people (%.1f %%) are to be covered, but all candidates together cover %d: widen the candidates or the limit, or ask for less", m.problem.Target, s.Cover*100, most)}}
		}
	}
	for _, c := range solution.Conflicts {
		out = append(out, Sentence{conflictZh(c), c.Text})
	}
	return out
}

// reachable counts the people whom existing points and all candidates that may be opened could serve together.
func (m *siteModel) reachable(solution *locate.Solution) int64 {
	total := int64(0)
	for _, w := range m.problem.Weights {
		total += w
	}
	for _, j := range solution.Unreachable {
		total -= m.problem.Weights[j]
	}
	return total
}

func conflictZh(c locate.Conflict) string {
	rule := map[string]string{"budget": "预算不足", "sites": "数量不足", "floor": "底线无法满足", "locked": "必选场所相互冲突", "spacing": "间距要求冲突",
		"capacity": "容量不足", "reach": "有居民点无法到达任何候选"}[c.Rule]
	if rule == "" {
		rule = "规则冲突"
	}
	if c.Name != "" {
		rule += "（" + c.Name + "）"
	}
	return rule + "：" + c.Text
}
