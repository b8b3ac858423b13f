package coverage

// Sums counts settlements and people by verdict. Covered + uncovered + unknown = total in both.
type Sums struct {
	Settlements, SettlementsCovered, SettlementsUncovered, SettlementsUnknown int
	People, PeopleCovered, PeopleUncovered, PeopleUnknown                     int64
	PeopleMissing                                                             int // settlements whose people are not known
}

func (s *Sums) add(v Verdict) {
	s.Settlements++
	s.People += v.People.Count
	s.PeopleMissing += count(!v.People.Known)
	switch v.Status {
	case Covered:
		s.SettlementsCovered++
		s.PeopleCovered += v.People.Count
	case Uncovered:
		s.SettlementsUncovered++
		s.PeopleUncovered += v.People.Count
	default:
		s.SettlementsUnknown++
		s.PeopleUnknown += v.People.Count
	}
}

// PeopleShare is people covered ÷ all people (unknown included); ok is false where nobody lives.
func (s Sums) PeopleShare() (share float64, ok bool) {
	return ratio(s.PeopleCovered, s.People)
}

// SettlementsShare is settlements covered ÷ all settlements (unknown included); ok is false where there are none.
func (s Sums) SettlementsShare() (share float64, ok bool) {
	return ratio(int64(s.SettlementsCovered), int64(s.Settlements))
}

func ratio(num, den int64) (float64, bool) {
	if den == 0 {
		return 0, false
	}
	return float64(num) / float64(den), true
}

// Built counts the units that should have a point of their own tier, and those that have one that is built (建成率).
type Built struct{ Built, Should int }

// Share is built ÷ should exist; ok is false where none should.
func (b Built) Share() (share float64, ok bool) { return ratio(int64(b.Built), int64(b.Should)) }

// AreaSum is the sum over one administrative unit and all below it.
type AreaSum struct {
	Unit Unit
	Sums
	Built  Built          // all tiers together: the unit itself and every unit below it
	ByTier map[Tier]Built // centre, station and studio apart
}

// TierOfLevel is the tier of the point that the plan wants in each unit of a level: a centre in a prefecture and a county, a station in a
// township, a studio in a village.
func TierOfLevel(level UnitLevel) (Tier, bool) {
	switch level {
	case LevelPrefecture, LevelCounty:
		return TierCentre, true
	case LevelTownship:
		return TierStation, true
	case LevelVillage:
		return TierStudio, true
	default:
		return "", false
	}
}

func (c *County) sumAreas(r *Result) {
	tree := newUnitTree(c.Units)
	areas := make([]AreaSum, len(c.Units))
	for i, u := range c.Units {
		areas[i] = AreaSum{Unit: u, ByTier: map[Tier]Built{}}
	}
	for i, v := range r.Verdicts {
		chain := tree.chain(c.Settlements[i].Code)
		for _, j := range chain {
			areas[j].add(v)
		}
		if len(chain) == 0 {
			if r.Unassigned == nil {
				r.Unassigned = &Sums{}
			}
			r.Unassigned.add(v)
		}
	}
	c.sumBuilt(r.Query, tree, areas)
	r.Areas = areas
}

func (c *County) sumBuilt(q Query, tree unitTree, areas []AreaSum) {
	has := c.unitsWithOwnPoint(q, tree)
	for i, u := range c.Units {
		tier, wanted := TierOfLevel(u.Level)
		if !wanted || (q.StatutoryOnly && !u.Statutory) || !u.existsAt(q.AsOf) {
			continue
		}
		for _, j := range tree.chain(u.Code) {
			areas[j].Built.add(has[i])
			b := areas[j].ByTier[tier]
			b.add(has[i])
			areas[j].ByTier[tier] = b
		}
	}
}

func (b *Built) add(built bool) {
	b.Should++
	b.Built += count(built)
}

func (u Unit) existsAt(asOf Date) bool {
	if asOf == "" {
		return u.ValidTo == ""
	}
	gone, ok := u.ValidTo.OnOrBefore(asOf)
	late := u.ValidFrom != "" && u.ValidFrom > asOf.LastDay()
	return (!ok || !gone) && !late
}

// unitsWithOwnPoint marks the units that have a built point of their own tier. A station counts for the township above the place where it
// stands, a centre for the county above it (or for the prefecture when it carries the prefecture's own code), a studio for its village.
func (c *County) unitsWithOwnPoint(q Query, tree unitTree) []bool {
	has := make([]bool, len(c.Units))
	hosts := c.hostsByID()
	for _, p := range c.Points {
		if built, _ := p.BuiltAt(q.AsOf, q.ByOpening); !built {
			continue
		}
		code := p.Code
		if code == "" {
			code = hosts[p.HostID].Code
		}
		if i, ok := tree.ownerOf(code, p.Tier); ok {
			has[i] = true
		}
	}
	return has
}

func (t unitTree) ownerOf(code string, tier Tier) (int, bool) {
	chain := t.chain(code)
	for _, i := range chain {
		level := t.units[i].Level
		wanted, ok := TierOfLevel(level)
		if !ok || wanted != tier {
			continue
		}
		if level == LevelPrefecture && i != chain[0] {
			continue
		}
		return i, true
	}
	return 0, false
}
