package coverage

import (
	"cmp"
	"fmt"
	"slices"

	"lawcircle/coverage/locate"
)

// readCounty fills what needs no search.
func (r *Report) readCounty() {
	local := r.local()
	r.Points = local.Points
	r.countStaff(local)
	r.ownPoints()
	r.indicators(local)
	q := r.Question.Query
	r.Checklist = r.Whole.ChecklistOf(q.AsOf, r.Unit.Code, q.StatutoryOnly)
	r.Reported = slices.DeleteFunc(r.Whole.Board(q.AsOf, r.Unit.Code, q.StatutoryOnly), func(b BoardRow) bool { return b.Judged != nil })
	r.sources()
	r.doubts()
}

func (r *Report) countStaff(local *County) {
	tree := newUnitTree(r.County.Units)
	board := newBoard(local, r.Question.Query.AsOf, false)
	board.hosts = r.Whole.hostsByID()
	sums := make([]StaffSum, len(r.County.Units))
	for _, p := range local.Points {
		least, has := StaffMinimum(p.Tier)
		built, _ := p.BuiltAt(r.Question.Query.AsOf, r.Question.Query.ByOpening)
		if !has || !built {
			continue
		}
		staff, known := p.Staff()
		for _, i := range tree.chain(board.codeOf(p)) {
			sums[i].Should++
			sums[i].Met += count(known && staff >= least)
			sums[i].Unstated += count(!known)
		}
	}
	for _, row := range r.Rows {
		r.Staff = append(r.Staff, sums[tree.byCode[row.Unit.Code]])
	}
}

func (r *Report) ownPoints() {
	holds := r.holds()
	has := r.Whole.unitsWithOwnPoint(r.Question.Query, newUnitTree(r.Whole.Units))
	own := map[string]bool{}
	for i, u := range r.Whole.Units {
		own[u.Code] = has[i]
	}
	for _, a := range r.Result.Areas {
		if a.Unit.Level != LevelVillage || !holds(a.Unit.Code) || a.Settlements == 0 || !a.Unit.existsAt(r.Question.Query.AsOf) {
			continue
		}
		switch {
		case own[a.Unit.Code] && a.SettlementsUncovered > 0:
			r.Own.BuiltButOutside = append(r.Own.BuiltButOutside, a.Unit)
			r.Own.PeopleOutside += a.PeopleUncovered
		case !own[a.Unit.Code] && a.SettlementsCovered == a.Settlements:
			r.Own.InsideWithout = append(r.Own.InsideWithout, a.Unit)
		}
	}
}

// indicators judges the targets of the scope. Targets are set for counties: a smaller scope shows those of its county.
func (r *Report) indicators(local *County) {
	asOf, statutory := r.Question.Query.AsOf, r.Question.Query.StatutoryOnly
	if r.Unit.Level > LevelCounty {
		if county, ok := r.Whole.UnitAbove(r.Unit.Code, LevelCounty); ok {
			r.Indicators = r.Whole.Indicators(asOf, county.Code, statutory)
		}
		return
	}
	holds := r.holds()
	for _, in := range local.Indicators(asOf, "", statutory) {
		if holds(in.Unit.Code) {
			r.Indicators = append(r.Indicators, in)
		}
	}
}

func (r *Report) sources() {
	at := map[PeopleSource]int{}
	for _, s := range r.County.Settlements {
		key := PeopleSource{Name: s.PeopleSource, Year: s.PeopleYear}
		if !s.People.Known {
			key = PeopleSource{Missing: true}
		}
		i, seen := at[key]
		if !seen {
			i = len(r.Sources)
			at[key] = i
			r.Sources = append(r.Sources, key)
		}
		r.Sources[i].Settlements++
		r.Sources[i].People += s.People.Count
	}
	slices.SortStableFunc(r.Sources, func(a, b PeopleSource) int { return cmp.Compare(b.People, a.People) })
}

func (r *Report) doubts() {
	holds := r.holds()
	inside := map[string]bool{}
	for _, h := range r.Whole.Hosts {
		inside[h.ID] = holds(h.Code)
	}
	for _, s := range r.County.Settlements {
		inside[s.ID] = true
	}
	for _, d := range r.Whole.DoubtfulPlaces() {
		if inside[d.ID] {
			r.Doubts = append(r.Doubts, d)
		}
	}
}

// findings says in three sentences what the figures mean: where people are missed, how built and covered differ, what helps most.
func (r *Report) findings() []Sentence {
	return []Sentence{r.whereMissed(), r.builtAgainstCovered(), r.whatHelps()}
}

func (r *Report) whereMissed() Sentence {
	t := r.Result.Totals
	if t.SettlementsUncovered == 0 {
		return Sentence{"有结论的居民点全部在圈内。", "Every settlement with an answer is inside the circle."}
	}
	worst := AreaSum{}
	for _, a := range r.Rows {
		lowest := a.Unit.Level == LevelTownship || a.Unit.Level == LevelVillage
		if lowest && a.Unit.Code != r.Unit.Code && a.PeopleUncovered > worst.PeopleUncovered {
			worst = a
		}
	}
	zh := fmt.Sprintf("圈外 %d 人、%d 个居民点", t.PeopleUncovered, t.SettlementsUncovered)
	en := fmt.Sprintf("%d people in %d settlements are outside", t.PeopleUncovered, t.SettlementsUncovered)
	if worst.PeopleUncovered > 0 {
		share := 100 * float64(worst.PeopleUncovered) / float64(t.PeopleUncovered)
		zh += fmt.Sprintf("，其中%s最多：%d 人，占圈外人口的 %.1f%%", worst.Unit.Name, worst.PeopleUncovered, share)
		en += fmt.Sprintf("; most of them in %s: %d people, %.1f %% of those outside", cmp.Or(worst.Unit.NameEn, worst.Unit.Name), worst.PeopleUncovered, share)
	}
	return Sentence{zh + "。", en + "."}
}

func (r *Report) builtAgainstCovered() Sentence {
	studios := r.Built()[TierStudio]
	share, ok := studios.Share()
	if !ok {
		return Sentence{"范围内没有应建工作室的村（社区）。", "There is no village in this area that should have a studio."}
	}
	return Sentence{
		fmt.Sprintf("建成不等于覆盖：村（社区）工作室建成 %d/%d（%.1f%%）；%d 个已建工作室的村仍有居民点在圈外（%d 人），另有 %d 个村没有工作室而居民点全部在圈内。",
			studios.Built, studios.Should, 100*share, len(r.Own.BuiltButOutside), r.Own.PeopleOutside, len(r.Own.InsideWithout)),
		fmt.Sprintf("Built is not covered: %d of %d villages have a studio (%.1f %%); %d of them still leave settlements outside (%d people), "+
			"while %d villages without a studio are wholly inside.", studios.Built, studios.Should, 100*share, len(r.Own.BuiltButOutside),
			r.Own.PeopleOutside, len(r.Own.InsideWithout)),
	}
}

func (r *Report) whatHelps() Sentence {
	if r.Plan.Missing != nil {
		return *r.Plan.Missing
	}
	set := r.Plan.Candidates.Title()
	gained := r.Plan.After.PeopleCovered - r.Plan.Before.PeopleCovered
	share, ok := r.Plan.After.PeopleShare()
	if len(r.Plan.Sites) == 0 || !ok {
		return Sentence{fmt.Sprintf("候选（%s）中没有一处能使圈外人口进入圈内。", set.Zh), fmt.Sprintf("No candidate (%s) would bring anyone inside.", set.En)}
	}
	zh := fmt.Sprintf("按建议清单新增 %d 个服务点，可新增覆盖 %d 人，人口覆盖率升至 %.1f%%；仍有 %d 人在圈外",
		len(r.Plan.Sites), gained, 100*share, r.Plan.After.PeopleUncovered)
	en := fmt.Sprintf("The %d proposed points bring %d more people inside and raise the share of people covered to %.1f %%; %d people stay outside",
		len(r.Plan.Sites), gained, 100*share, r.Plan.After.PeopleUncovered)
	if len(r.Plan.Sites) < r.Plan.Asked && r.Plan.Solution.Status == locate.Optimal {
		zh += fmt.Sprintf("，本次候选（%s）中其余各处不能再增加覆盖，须另选其他类型的场所或新址、巡回服务、改善道路", set.Zh)
		en += fmt.Sprintf(", whom no other of the candidates (%s) can bring inside: they need other hosts, new premises, circuits or roads", set.En)
	}
	return Sentence{zh + "。", en + "."}
}
