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

// title is the Chinese name of a count that its code would leave in doubt, else the code.
func (c Count) title() string {
	switch c.What {
	case "absent":
		return "文件中没有、项目中保留"
	case "kinds_unknown":
		return "类型不在词表中"
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
