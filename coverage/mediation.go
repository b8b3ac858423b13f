package coverage

// Mediation is what a unit reports on the settlement of disputes (矛盾纠纷化解) for one domain: "" is the unit's own people's mediation
// committee, others are 征地拆迁, 医疗, 劳资, 物业, 环保, 食药 and the like.
type Mediation struct {
	Code          string // unit
	Domain        string
	Date          Date
	Committee     *bool // there is a committee; nil when not stated
	Mediators     *int
	MediatorsFull *int // of them, full-time (专职)
	Cases         *int // since the report before, or in the period that the date names
}

// MediationState is the state of one unit and what is below it as of a day.
type MediationState struct {
	Unit      Unit
	Should    int    // villages and townships at or below the unit: each should have a committee
	With      int    // that say they have
	Without   []Unit // that say they have none
	Unstated  []Unit // that say nothing
	Mediators int    // in the latest report of every unit and domain
	FullTime  int
	Cases     int
	Silent    int // latest reports that do not state the mediators
}

// CasesPerMediator is the load; ok is false where no mediator is reported.
func (s MediationState) CasesPerMediator() (load float64, ok bool) {
	return ratio(int64(s.Cases), int64(s.Mediators))
}

// MediationOf sums the latest reports up to a day ("" = the data date) for every unit from township upwards in a unit and below it, or
// everywhere (unit ""). A unit is its own row only down to townships; villages are named in the lists.
func (c *County) MediationOf(asOf Date, unit string, statutoryOnly bool) []MediationState {
	b := newBoard(c, asOf, statutoryOnly)
	inside := b.scope(unit)
	states := make([]MediationState, len(c.Units))
	latest := b.latestMediation()
	committee := map[string]*bool{}
	for _, m := range latest {
		if m.Domain == "" && m.Committee != nil {
			committee[m.Code] = m.Committee
		}
		for _, i := range b.tree.chain(m.Code) {
			states[i].add(m)
		}
	}
	for _, u := range c.Units {
		if u.Level != LevelVillage && u.Level != LevelTownship || !b.counts(u) {
			continue
		}
		has := committee[u.Code]
		for _, i := range b.tree.chain(u.Code) {
			s := &states[i]
			s.Should++
			switch {
			case has == nil:
				s.Unstated = append(s.Unstated, u)
			case *has:
				s.With++
			default:
				s.Without = append(s.Without, u)
			}
		}
	}
	var out []MediationState
	for i, u := range c.Units {
		if inside(u.Code) && b.counts(u) && (u.Level <= LevelTownship || u.Code == unit) {
			states[i].Unit = u
			out = append(out, states[i])
		}
	}
	return out
}

func (s *MediationState) add(m Mediation) {
	if m.Mediators == nil {
		s.Silent++
	} else {
		s.Mediators += *m.Mediators
	}
	if m.MediatorsFull != nil {
		s.FullTime += *m.MediatorsFull
	}
	if m.Cases != nil {
		s.Cases += *m.Cases
	}
}

// latestMediation keeps the newest report of every unit and domain up to the board's day, in the county's order.
func (b board) latestMediation() []Mediation {
	at := map[[2]string]int{}
	var out []Mediation
	for _, m := range b.county.Mediation {
		if early, dated := m.Date.OnOrBefore(b.day()); dated && !early {
			continue
		}
		key := [2]string{m.Code, m.Domain}
		i, twice := at[key]
		switch {
		case !twice:
			at[key] = len(out)
			out = append(out, m)
		case m.Date.LastDay() >= out[i].Date.LastDay():
			out[i] = m
		}
	}
	return out
}

// mediationTally counts the villages and townships below a unit that have a committee.
func (b board) mediationTally(unit int) (t tally, missing string) {
	if len(b.county.Mediation) == 0 {
		return t, "人民调解委员会（单位、调委会、调解员数、案件数）"
	}
	for _, s := range b.county.MediationOf(b.asOf, b.county.Units[unit].Code, b.statutoryOnly) {
		if s.Unit.Code == b.county.Units[unit].Code {
			t = tally{met: s.With, should: s.Should, unstated: len(s.Unstated)}
		}
	}
	return t, ""
}
