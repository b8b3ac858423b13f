package coverage

import (
	"cmp"
	"maps"
	"slices"

	"github.com/paulmach/orb"
)

// HonourKind is the kind of a title; users may write others than those that the plan names.
type HonourKind string

// Titles that the plan names.
const (
	HonourVillage    HonourKind = "democratic_village"
	HonourSchool     HonourKind = "law_school"
	HonourEnterprise HonourKind = "honest_enterprise"
)

func honourKinds() vocabulary[HonourKind] {
	return vocabulary[HonourKind]{
		{HonourVillage, "民主法治示范村", "Model village of democracy and rule of law"},
		{HonourSchool, "依法治校示范校", "Model school of law-based management"},
		{HonourEnterprise, "诚信守法企业", "Honest and law-abiding enterprise"},
	}
}

// ParseHonourKind accepts a code, a Chinese or an English name, and keeps any other kind as it is written.
func ParseHonourKind(text string) HonourKind {
	if kind, err := honourKinds().parse("honour", text); err == nil {
		return kind
	}
	return HonourKind(text)
}

// Zh returns the Chinese name, or the kind as the user wrote it.
func (k HonourKind) Zh() string { return zhOr(honourKinds(), k) }

// En returns the English name, or the kind as the user wrote it.
func (k HonourKind) En() string {
	if t, ok := honourKinds().find(k); ok {
		return t.en
	}
	return string(k)
}

// Honour is a title that something in a unit bears: 民主法治示范村, 依法治校示范校, 诚信守法企业 and the like.
type Honour struct {
	Code                 string // unit
	Kind                 HonourKind
	Name                 string // of the village, school or enterprise
	AwardedOn, RevokedOn Date
	Note                 string
	Point                *orb.Point // nil when not stated
}

// borne reports whether the title is borne on a day; "" is any day. One without a date of award is.
func (h Honour) borne(day Date) bool {
	if day == "" {
		return h.RevokedOn == ""
	}
	awarded, dated := h.AwardedOn.OnOrBefore(day)
	revoked, _ := h.RevokedOn.OnOrBefore(day)
	return (awarded || !dated) && !revoked
}

// HonourCount is how many titles of a kind are borne in a unit and below it.
type HonourCount struct {
	Unit  Unit // the zero Unit for everything that was asked about
	Kind  HonourKind
	Count int
}

// honours counts titles of the scope, the whole first and then per unit.
func (l *Checklist) honours(b board, inside func(string) bool) {
	whole := map[HonourKind]int{}
	perUnit := map[int]map[HonourKind]int{}
	for _, h := range b.county.Honours {
		if !h.borne(l.AsOf) || !inside(h.Code) {
			continue
		}
		l.Titles = append(l.Titles, h)
		whole[h.Kind]++
		for _, i := range b.tree.chain(h.Code) {
			if perUnit[i] == nil {
				perUnit[i] = map[HonourKind]int{}
			}
			perUnit[i][h.Kind]++
		}
	}
	add := func(u Unit, counts map[HonourKind]int) {
		for _, kind := range slices.Sorted(maps.Keys(counts)) {
			l.Honours = append(l.Honours, HonourCount{u, kind, counts[kind]})
		}
	}
	add(Unit{}, whole)
	for i, u := range b.county.Units {
		if inside(u.Code) {
			add(u, perUnit[i])
		}
	}
}

// Of returns the counts of titles in one unit, or of the whole with "".
func (l *Checklist) Of(code string) []HonourCount {
	var out []HonourCount
	for _, h := range l.Honours {
		if h.Unit.Code == code {
			out = append(out, h)
		}
	}
	return out
}

// honourTally counts titles of a kind in a unit and below it. There is nothing to divide by.
func (b board) honourTally(unit int, kind HonourKind) (t tally, missing string) {
	if len(b.county.Honours) == 0 {
		return t, "示范称号（单位、称号、日期）"
	}
	for _, h := range b.county.Honours {
		if h.Kind == kind && h.borne(b.day()) && b.below(h.Code, unit) {
			t.met++
		}
	}
	return t, ""
}

// ChecklistPlace is something of 普法依法治理 that may be drawn: a done item or a title that is borne.
type ChecklistPlace struct {
	Type   string // mark or honour
	ID     string // of the item, or kind of the title
	Unit   Unit
	Zh, En string
	Name   string // of what bears the title
	Date   Date
	Note   string
	Icon   string // culture, village, school, enterprise or honour
	Point  *orb.Point
}

// Places lists what there is in the scope, marks before titles, with or without a position.
func (l *Checklist) Places() []ChecklistPlace {
	items := map[string]ChecklistItem{}
	for _, i := range l.Items {
		items[i.ID] = i
	}
	var out []ChecklistPlace
	for _, m := range l.Marks {
		if item, asked := items[m.ItemID]; asked {
			out = append(out, ChecklistPlace{"mark", m.ItemID, l.units[m.Code], item.Zh(), item.En(), "", m.DoneOn, m.Note, "culture", m.Point})
		}
	}
	icons := map[HonourKind]string{HonourVillage: "village", HonourSchool: "school", HonourEnterprise: "enterprise"}
	for _, h := range l.Titles {
		out = append(out, ChecklistPlace{"honour", string(h.Kind), l.units[h.Code], h.Kind.Zh(), h.Kind.En(), h.Name, h.AwardedOn, h.Note,
			cmp.Or(icons[h.Kind], "honour"), h.Point})
	}
	return out
}
