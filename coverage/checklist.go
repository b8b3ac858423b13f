package coverage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// ChecklistItem is one thing of 普法依法治理 that every unit of a level should have: the plan asks counties for 五个一, townships for 四个一 and
// villages for 三个一, and does not say which things these are.
type ChecklistItem struct {
	ID        string
	Group     string    // 五个一, 四个一, 三个一, or a list of the user's own
	UnitLevel UnitLevel // level of the units that should have it
	Title     string    // "" = still to be defined by the user
	TitleEn   string
	Clause    string // clause that it comes from
	From, To  Date   // when it is asked for; "" = always
}

// Zh returns the Chinese title, which says so when the user has not defined the item yet.
func (i ChecklistItem) Zh() string {
	return cmp.Or(i.Title, fmt.Sprintf("“%s”第 %s 项（待定义）", i.Group, i.number()))
}

// En returns the English title, or the Chinese one where there is none.
func (i ChecklistItem) En() string {
	if i.Title == "" {
		return fmt.Sprintf("item %s of %s (to be defined)", i.number(), ChecklistGroupEn(i.Group))
	}
	return cmp.Or(i.TitleEn, i.Title)
}

// ChecklistGroupEn translates the lists that the plan names; others stay as the user wrote them.
func ChecklistGroupEn(group string) string {
	english := map[string]string{"五个一": "Five Ones", "四个一": "Four Ones", "三个一": "Three Ones"}
	return cmp.Or(english[group], group)
}

func (i ChecklistItem) number() string { return i.ID[strings.LastIndex(i.ID, "-")+1:] }

// asked reports whether the item is asked for on a day; "" is any day.
func (i ChecklistItem) asked(day Date) bool {
	if day == "" {
		return true
	}
	started, dated := i.From.OnOrBefore(day)
	over, _ := i.To.OnOrBefore(day)
	return (started || !dated) && !over
}

// PlanChecklist returns the starting rows of the checklist: as many items as the plan counts, without titles, which users fill in.
func PlanChecklist() []ChecklistItem {
	var out []ChecklistItem
	for _, g := range []struct {
		prefix, group string
		level         UnitLevel
		items         int
	}{{"county", "五个一", LevelCounty, 5}, {"township", "四个一", LevelTownship, 4}, {"village", "三个一", LevelVillage, 3}} {
		for n := range g.items {
			out = append(out, ChecklistItem{ID: fmt.Sprintf("%s-%d", g.prefix, n+1), Group: g.group, UnitLevel: g.level,
				Clause: "四（一）普法依法治理：区县“五个一”、乡镇“四个一”、村“三个一”"})
		}
	}
	return out
}

// ChecklistMark says that a unit has an item, or, with Done false, that it has not.
type ChecklistMark struct {
	Code   string // unit
	ItemID string
	Done   *bool // nil counts as done: a row in a list of what there is
	DoneOn Date
	Note   string
	Point  *orb.Point // where it is, of a 法治文化阵地, say; nil when not stated
}

// ChecklistStatus is how far a unit is.
type ChecklistStatus string

// A unit of which no mark says anything is not stated, which is another thing than having nothing.
const (
	ChecklistComplete   ChecklistStatus = "complete"
	ChecklistIncomplete ChecklistStatus = "incomplete"
	ChecklistNotStated  ChecklistStatus = "not_stated"
)

// Zh returns the Chinese name.
func (s ChecklistStatus) Zh() string {
	return map[ChecklistStatus]string{ChecklistComplete: "齐全", ChecklistIncomplete: "不齐", ChecklistNotStated: "未填报"}[s]
}

// En returns the English name.
func (s ChecklistStatus) En() string {
	return map[ChecklistStatus]string{ChecklistComplete: "complete", ChecklistIncomplete: "incomplete", ChecklistNotStated: "not stated"}[s]
}

// UnitChecklist is one list of items in one unit.
type UnitChecklist struct {
	Unit    Unit
	Group   string
	Done    []ChecklistItem
	Missing []ChecklistItem
	Undated int // of the done, those whose date nobody stated
	Status  ChecklistStatus
}

// Needed is the number of items that the unit should have.
func (u UnitChecklist) Needed() int { return len(u.Done) + len(u.Missing) }

// Checklist is the state of 普法依法治理 as of a day.
type Checklist struct {
	AsOf    Date
	Items   []ChecklistItem // those asked for
	Units   []UnitChecklist // in unit order, then by group
	Honours []HonourCount   // the whole first, then in unit order; kinds in order of their codes
	Marks   []ChecklistMark // done on that day, in the scope
	Titles  []Honour        // borne on that day, in the scope
	units   map[string]Unit // by code
}

// ChecklistSum counts the units of a group by status.
type ChecklistSum struct {
	UnitLevel                              UnitLevel
	Group                                  string
	Units, Complete, Incomplete, NotStated int
}

// Sums counts units by level and group, the higher level first.
func (l *Checklist) Sums() []ChecklistSum {
	var out []ChecklistSum
	for _, u := range l.Units {
		i := slices.IndexFunc(out, func(s ChecklistSum) bool { return s.UnitLevel == u.Unit.Level && s.Group == u.Group })
		if i < 0 {
			i = len(out)
			out = append(out, ChecklistSum{UnitLevel: u.Unit.Level, Group: u.Group})
		}
		out[i].Units++
		out[i].Complete += count(u.Status == ChecklistComplete)
		out[i].Incomplete += count(u.Status == ChecklistIncomplete)
		out[i].NotStated += count(u.Status == ChecklistNotStated)
	}
	slices.SortStableFunc(out, func(a, b ChecklistSum) int {
		return cmp.Or(cmp.Compare(a.UnitLevel, b.UnitLevel), cmp.Compare(a.Group, b.Group))
	})
	return out
}

// ChecklistOf tells, as of a day ("" = the data date), which items every unit has and lacks, in one unit and below it, or everywhere (unit
// ""). Cost: linear in units × items.
func (c *County) ChecklistOf(asOf Date, unit string, statutoryOnly bool) *Checklist {
	b := newBoard(c, asOf, statutoryOnly)
	out := &Checklist{AsOf: b.day(), units: map[string]Unit{}}
	for _, item := range c.ChecklistItems {
		if item.asked(out.AsOf) {
			out.Items = append(out.Items, item)
		}
	}
	inside := b.scope(unit)
	marks := b.marks(out.AsOf)
	for i, u := range c.Units {
		out.units[u.Code] = u
		if inside(u.Code) && b.counts(u) {
			out.Units = append(out.Units, listsOf(u, out.Items, marks[i])...)
		}
	}
	out.honours(b, inside)
	for _, m := range c.ChecklistMarks {
		if m.doneBy(out.AsOf) && inside(m.Code) {
			out.Marks = append(out.Marks, m)
		}
	}
	return out
}

// scope tells which codes lie in a unit or below it; everything lies in "".
func (b board) scope(unit string) func(code string) bool {
	if unit == "" {
		return func(string) bool { return true }
	}
	at, known := b.tree.byCode[unit]
	return func(code string) bool { return known && b.below(code, at) }
}

// doneBy reports whether the item was there by a day; without a date it was, as far as anybody says.
func (m ChecklistMark) doneBy(day Date) bool {
	done, dated := m.DoneOn.OnOrBefore(day)
	return (m.Done == nil || *m.Done) && (done || !dated)
}

// marksOfUnit is what the marks of one unit say, by item.
type marksOfUnit map[string]ChecklistMark

// marks gathers the marks of every unit by its index. Of several marks on one item one that is done wins.
func (b board) marks(day Date) map[int]marksOfUnit {
	out := map[int]marksOfUnit{}
	for _, m := range b.county.ChecklistMarks {
		i, known := b.tree.byCode[m.Code]
		if !known {
			continue
		}
		if out[i] == nil {
			out[i] = marksOfUnit{}
		}
		if before, twice := out[i][m.ItemID]; !twice || !before.doneBy(day) {
			out[i][m.ItemID] = m
		}
	}
	for _, of := range out {
		for id, m := range of {
			if done := m.doneBy(day); m.Done == nil || *m.Done != done {
				m.Done = &done
				of[id] = m
			}
		}
	}
	return out
}

// listsOf makes one list for every group of the unit's level.
func listsOf(u Unit, items []ChecklistItem, marks marksOfUnit) []UnitChecklist {
	groups := map[string]*UnitChecklist{}
	for _, item := range items {
		if item.UnitLevel != u.Level {
			continue
		}
		list := groups[item.Group]
		if list == nil {
			list = &UnitChecklist{Unit: u, Group: item.Group, Status: ChecklistNotStated}
			groups[item.Group] = list
		}
		m, stated := marks[item.ID]
		switch {
		case stated && *m.Done:
			list.Done = append(list.Done, item)
			list.Undated += count(m.DoneOn == "")
		default:
			list.Missing = append(list.Missing, item)
		}
		if stated {
			list.Status = ChecklistIncomplete
		}
	}
	var out []UnitChecklist
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		list := groups[group]
		if len(list.Missing) == 0 {
			list.Status = ChecklistComplete
		}
		out = append(out, *list)
	}
	return out
}

// checklistTally counts the units of a level below a unit whose lists are complete.
func (b board) checklistTally(unit int, level UnitLevel) (t tally, missing string) {
	if len(b.county.ChecklistMarks) == 0 {
		return t, "普法依法治理清单（单位、项目、日期）"
	}
	for _, list := range b.county.ChecklistOf(b.asOf, b.county.Units[unit].Code, b.statutoryOnly).perUnit(level) {
		t.add(list == ChecklistComplete)
		t.unstated += count(list == ChecklistNotStated)
	}
	return t, ""
}

// perUnit joins the lists of each unit of a level: complete when all are, not stated when none says anything.
func (l *Checklist) perUnit(level UnitLevel) []ChecklistStatus {
	var out []ChecklistStatus
	last := ""
	for _, u := range l.Units {
		switch {
		case u.Unit.Level != level:
		case u.Unit.Code != last:
			out, last = append(out, u.Status), u.Unit.Code
		case out[len(out)-1] != u.Status:
			out[len(out)-1] = ChecklistIncomplete
		}
	}
	return out
}
