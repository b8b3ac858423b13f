package coverage

// Mismatch is a unit where nominal and effective coverage part: it has a point of its own tier but people outside the limit, or its people are
// inside the limit without such a point.
type Mismatch struct {
	Unit          Unit
	Tier          Tier
	Built         bool // true: built, yet not everyone is inside; false: everyone judged is inside, yet nothing is built
	People        int64
	PeopleOutside int64
	Settlements   int
	Outside       int // settlements not covered
}

// Mismatches lists, in code order, the units of every tier where 建成率 and 覆盖率 disagree. Units without settlements are left out.
func (c *County) Mismatches(r *Result) []Mismatch {
	tree := newUnitTree(c.Units)
	has := c.unitsWithOwnPoint(r.Query, tree)
	var out []Mismatch
	for i, a := range r.Areas {
		tier, wanted := TierOfLevel(a.Unit.Level)
		if !wanted || a.Settlements == 0 || !a.Unit.existsAt(r.Query.AsOf) {
			continue
		}
		inside := a.SettlementsUncovered == 0 && a.SettlementsCovered > 0
		if has[i] != inside {
			out = append(out, Mismatch{a.Unit, tier, has[i], a.People, a.PeopleUncovered, a.Settlements, a.SettlementsUncovered})
		}
	}
	return out
}
