package coverage

import (
	"cmp"
	"slices"
)

// BoardRow is one indicator in one unit on the board of 考核: what it should be, what it is, and what was reported over time.
type BoardRow struct {
	Indicator string
	Unit      Unit
	Judged    *Indicator // by a target; nil for a measure that no target speaks of
	Series    []Measure  // reported up to the day, the oldest first
}

// Board puts targets and measures side by side as of a day ("" = the data date), in one unit and below it, or everywhere (unit ""): every
// target with what was reported for it, then what was reported without a target.
func (c *County) Board(asOf Date, unit string, statutoryOnly bool) []BoardRow {
	b := newBoard(c, asOf, statutoryOnly)
	inside := b.scope(unit)
	series := b.series(inside)
	var out []BoardRow
	judged := map[[2]string]bool{}
	for _, in := range c.Indicators(asOf, "", statutoryOnly) {
		if !inside(in.Unit.Code) {
			continue
		}
		key := [2]string{in.Target.Indicator, in.Unit.Code}
		judged[key] = true
		out = append(out, BoardRow{in.Target.Indicator, in.Unit, &in, series[key]})
	}
	var rest [][2]string
	for key := range series {
		if !judged[key] {
			rest = append(rest, key)
		}
	}
	slices.SortFunc(rest, func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	for _, key := range rest {
		u := Unit{Code: key[1]}
		if i, known := b.tree.byCode[key[1]]; known {
			u = c.Units[i]
		}
		out = append(out, BoardRow{key[0], u, nil, series[key]})
	}
	return out
}

// series gathers the measures of a scope up to the board's day by indicator and unit, the oldest first.
func (b board) series(inside func(string) bool) map[[2]string][]Measure {
	out := map[[2]string][]Measure{}
	for _, m := range b.county.Measures {
		if early, dated := m.Date.OnOrBefore(b.day()); inside(m.Unit) && (early || !dated) {
			key := [2]string{m.Indicator, m.Unit}
			out[key] = append(out[key], m)
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(x, y Measure) int { return cmp.Compare(x.Date.LastDay(), y.Date.LastDay()) })
	}
	return out
}

// VillagesWithoutAdviser lists the villages that no assignment covers at the end of a day ("" = the data date), in code order.
func (c *County) VillagesWithoutAdviser(asOf Date) []Unit {
	b := newBoard(c, asOf, false)
	advised := b.advisedVillages()
	var out []Unit
	for _, u := range c.Units {
		if u.Level == LevelVillage && b.counts(u) && !advised[u.Code] {
			out = append(out, u)
		}
	}
	return out
}
