package intake

import (
	"slices"
	"strconv"
	"strings"

	"lawcircle/coverage"
)

// A history collects units with the year they are listed in. Lists of one year, or of none, give their units as they are; from lists of
// several years follow when a unit began and ended and which code replaced which.
type history struct {
	byYear map[int]map[string]coverage.Unit
}

func newHistory() *history { return &history{byYear: map[int]map[string]coverage.Unit{}} }

func (h *history) add(year int, unit coverage.Unit) {
	if h.byYear[year] == nil {
		h.byYear[year] = map[string]coverage.Unit{}
	}
	h.byYear[year][unit.Code] = unit
}

// settle returns the latest form of every unit, with the years of its existence where the lists tell them, and the changes of code.
func (h *history) settle() ([]coverage.Unit, []coverage.CodeChange) {
	years := make([]int, 0, len(h.byYear))
	for year := range h.byYear {
		years = append(years, year)
	}
	slices.Sort(years)
	latest := map[string]coverage.Unit{}
	first, last := map[string]int{}, map[string]int{}
	for _, year := range years {
		for code, unit := range h.byYear[year] {
			if _, met := first[code]; !met {
				first[code] = year
			}
			last[code], latest[code] = year, unit
		}
	}
	units := make([]coverage.Unit, 0, len(latest))
	for _, code := range sortedKeys(latest) {
		unit := latest[code]
		if first[code] > years[0] && unit.ValidFrom == "" {
			unit.ValidFrom = yearDate(first[code])
		}
		if last[code] < years[len(years)-1] && unit.ValidTo == "" {
			unit.ValidTo = yearDate(last[code])
		}
		units = append(units, unit)
	}
	var changes []coverage.CodeChange
	for i := 1; i < len(years); i++ {
		if years[i-1] != 0 {
			changes = append(changes, codeChanges(h.byYear[years[i-1]], h.byYear[years[i]], years[i])...)
		}
	}
	return units, changes
}

func yearDate(year int) coverage.Date { return coverage.Date(strconv.Itoa(year)) }

// A succession matches the units that a list no longer has with those that the next list has anew.
type succession struct {
	before, after map[string]coverage.Unit
	gone, come    []string          // codes in order
	heir          map[string]string // old code → new code
	taken         map[string]bool
}

// codeChanges finds which code replaced which from one year to the next. Above the village two units are the same when most of the
// units below them bear the same names, which holds through renaming; villages when they bear the same name below the same township.
// What is not certain stays unmatched.
func codeChanges(before, after map[string]coverage.Unit, year int) []coverage.CodeChange {
	s := succession{before: before, after: after, heir: map[string]string{}, taken: map[string]bool{}}
	for _, code := range sortedKeys(before) {
		if _, stays := after[code]; !stays {
			s.gone = append(s.gone, code)
		}
	}
	for _, code := range sortedKeys(after) {
		if _, was := before[code]; !was {
			s.come = append(s.come, code)
		}
	}
	if len(s.gone) == 0 || len(s.come) == 0 {
		return nil
	}
	for level := coverage.LevelTownship; level >= coverage.LevelPrefecture; level-- {
		s.matchByChildren(level)
	}
	for level := coverage.LevelPrefecture; level <= coverage.LevelVillage; level++ {
		s.matchByName(level)
	}
	changes := make([]coverage.CodeChange, 0, len(s.heir))
	for _, old := range sortedKeys(s.heir) {
		changes = append(changes, coverage.CodeChange{Old: old, New: s.heir[old], Year: year})
	}
	return changes
}

// childNames are the names of the units directly below each unit.
func childNames(units map[string]coverage.Unit) map[string]map[string]bool {
	names := map[string]map[string]bool{}
	for _, unit := range units {
		if names[unit.Parent] == nil {
			names[unit.Parent] = map[string]bool{}
		}
		names[unit.Parent][normalUnitName(unit.Name)] = true
	}
	return names
}

// matchByChildren pairs units of a level that share more than half of the names below them, each with its best partner.
func (s *succession) matchByChildren(level coverage.UnitLevel) {
	below, belowNew := childNames(s.before), childNames(s.after)
	for _, old := range s.gone {
		if coverage.LevelOfCode(old) != level {
			continue
		}
		best, bestShare := "", 0.5
		for _, code := range s.come {
			if coverage.LevelOfCode(code) != level || s.taken[code] {
				continue
			}
			if share := sharedNames(below[old], belowNew[code]); share > bestShare {
				best, bestShare = code, share
			}
		}
		if best != "" {
			s.heir[old], s.taken[best] = best, true
		}
	}
}

func sharedNames(a, b map[string]bool) float64 {
	common := 0
	for name := range a {
		if b[name] {
			common++
		}
	}
	if common == 0 {
		return 0
	}
	return float64(common) / float64(max(len(a), len(b)))
}

// matchByName pairs what is left by name below the same, possibly renumbered, parent. A name that stands twice pairs nothing.
func (s *succession) matchByName(level coverage.UnitLevel) {
	key := func(parent string, unit coverage.Unit) string { return parent + "|" + normalUnitName(unit.Name) }
	byName := map[string][]string{}
	for _, code := range s.come {
		if unit := s.after[code]; unit.Level == level && !s.taken[code] {
			byName[key(unit.Parent, unit)] = append(byName[key(unit.Parent, unit)], code)
		}
	}
	rivals := map[string]int{}
	parentNow := func(code string) string {
		if heir, ok := s.heir[code]; ok {
			return heir
		}
		return code
	}
	for _, old := range s.gone {
		if unit := s.before[old]; unit.Level == level && s.heir[old] == "" {
			rivals[key(parentNow(unit.Parent), unit)]++
		}
	}
	for _, old := range s.gone {
		unit := s.before[old]
		name := key(parentNow(unit.Parent), unit)
		if unit.Level == level && s.heir[old] == "" && rivals[name] == 1 && len(byName[name]) == 1 && !strings.HasSuffix(name, "|") {
			s.heir[old], s.taken[byName[name][0]] = byName[name][0], true
		}
	}
}
