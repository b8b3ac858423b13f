package intake

import "slices"

// Quality is the account of an import: every row of the file is accepted or refused, and accepted rows may have been repaired.
type Quality struct {
	Read     int       `json:"read"`
	Accepted int       `json:"accepted"`
	Repaired int       `json:"repaired"` // rows among the accepted that were changed on the way
	Refused  int       `json:"refused"`
	Problems []Problem `json:"problems"` // in row order; row 0 is the file as a whole
	// Omitted counts problems beyond [Limits.Problems], which are in the sums but not in the list.
	Omitted int     `json:"problems_omitted,omitempty"`
	Counts  []Count `json:"counts,omitempty"`
	CRS     CRSUsed `json:"crs,omitzero"`
	// Columns says which column was read as which field, in the order of the file.
	Columns []ColumnUse `json:"columns,omitempty"`

	// header and rows are the original cells of the rows with problems, for the sheet that is corrected and imported again.
	header []string
	rows   map[int][]string
}

// Problem is one remark about one row.
type Problem struct {
	Row     int    `json:"row"`   // as the user's program shows it; 0 = the file as a whole
	Field   string `json:"field"` // code of the field, "" for the row as a whole
	Problem string `json:"problem"`
	Repair  string `json:"repair"`            // what was done about it, "" when nothing was
	Refused bool   `json:"refused,omitempty"` // this is why the row was refused
}

// Count is a number of things that the import brings.
type Count struct {
	What  string `json:"what"` // units, settlements, hosts, points, candidates, added, changed, unchanged, absent (from the file, kept in the project), people, …
	Count int64  `json:"count"`
}

// Title is the Chinese name of a count, or its code where there is none.
func (c Count) Title() string {
	names := map[string]string{
		"absent": "文件中没有、项目中保留", "kinds_unknown": "类型不在词表中", "units": "行政区划", "code_changes": "代码变更", "settlements": "居民点",
		"people": "人口", "people_unknown": "没有人口数据的居民点", "hosts": "场所", "points": "服务点", "candidates": "候选场所（没有服务点）",
		"restricted": "受限个人信息（不导出）", "added": "新增", "changed": "更新", "unchanged": "未变", "removed": "替换掉", "ways": "道路",
		"nodes": "道路节点", "turn_restrictions": "转向限制",
	}
	if name, ok := names[c.What]; ok {
		return name
	}
	if table, ok := tableNamed(c.What); ok {
		return table.Title
	}
	return c.What
}

// Count returns the number of things of a kind.
func (q *Quality) Count(what string) (int64, bool) {
	i := slices.IndexFunc(q.Counts, func(c Count) bool { return c.What == what })
	if i < 0 {
		return 0, false
	}
	return q.Counts[i].Count, true
}

// ColumnUse says what a column was read as.
type ColumnUse struct {
	Header string `json:"header"`
	Field  string `json:"field"` // "" = not used
	Title  string `json:"title"` // Chinese name of the field
}

// CRSUsed says in which coordinate system the file was read, and why.
type CRSUsed struct {
	CRS    string     `json:"crs"`
	Reason string     `json:"reason"` // told, file, header, format, scored, outside_china
	Scores []CRSScore `json:"scores,omitempty"`
}
