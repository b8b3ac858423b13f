package intake

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// Names of the imports.
const (
	verbAreas       = "areas"
	verbSettlements = "settlements"
	verbFacilities  = "facilities"
)

// Settlements reads places where people live, points or areas, with people. A missing number of people is unknown, not zero. Rows
// without coordinates are refused unless [Options.Place] puts them at the centre of their unit. Time and memory are proportional to
// the rows. An [UnsureError] asks for a coordinate system.
func Settlements(ctx context.Context, src Source, options Options, existing *coverage.County, references CRSReference) (*Batch, error) {
	im, err := newImporter(ctx, verbSettlements, src, options, project{existing, references})
	if err != nil {
		return nil, err
	}
	defer im.table.release()
	if err := im.eachLine(ctx, im.settlement); err != nil {
		return nil, err
	}
	return im.finish(existing)
}

func (im *importer) settlement(l *line) {
	s := coverage.Settlement{Name: l.placeName(), UrbanRural: l.urbanRural(), PeopleSource: l.text(fieldPeopleSource)}
	p, problem, placed := l.place()
	s.Code = l.unit(p, placed)
	switch {
	case placed:
		s.Point, s.Quality = p, l.judgePlace(p, s.Code)
	case im.knownPlace(&s, l):
	case im.options.Place == PlaceUnitCentre:
		p, ok := l.unitCentre(s.Code, problem)
		if !ok {
			return
		}
		s.Point, s.Quality = p, qualityUnitCentre
	default:
		l.refuse(fieldLon, problem[0]+"；可选“没有坐标的放在所属区划的中心”后再导入", problem[1]+"; choose to put those without coordinates at the centre of their unit and import again")
		return
	}
	s.People, s.PeopleYear = l.people(), l.peopleYear()
	s.Groups = l.groups(s.People)
	key := l.settlementKey(&s)
	if l.refusal != nil {
		return
	}
	var fresh bool
	if s.ID, fresh = im.claimPlace(l, key, s.Point, true); !fresh {
		return
	}
	im.keepSettlement(&s)
	if s.Name == "" {
		l.flag(fieldName, "没有名称", "no name")
	}
	l.restrict("settlements", s.ID)
	im.batch.Settlements = append(im.batch.Settlements, s)
}

// knownPlace leaves a settlement without coordinates where the project has it.
func (im *importer) knownPlace(s *coverage.Settlement, l *line) bool {
	p, quality, ok := im.existing.knownPlace(l.settlementKey(s))
	if ok {
		s.Point, s.Quality = p, quality
	}
	return ok
}

// placeName returns the name of a settlement: its own column, else the deepest unit named.
func (l *line) placeName() string {
	if own, ok := l.deepest(); ok {
		return own.name
	}
	for _, field := range []Field{fieldName, fieldVillage, fieldTownship} {
		if name := l.public(field); name != "" {
			return name
		}
	}
	return ""
}

// unitCentre places a settlement without coordinates at its unit, visibly.
func (l *line) unitCentre(code string, problem [2]string) (orb.Point, bool) {
	centre, used, ok := l.units.centreOf(code)
	if !ok {
		l.refuse(fieldLon, problem[0]+"，所属区划也没有中心可用", problem[1]+", and no centre of its unit is known")
		return orb.Point{}, false
	}
	l.repair(fieldLon, problem, pair("放在 %s 的中心", "placed at the centre of %s", used))
	return centre, true
}

// people reads the number of people. Fractions are rounded to whole people.
func (l *line) people() coverage.People {
	value, ok := l.amount(fieldPeople)
	if !ok {
		return coverage.People{}
	}
	if value > 1e9 {
		l.repair(fieldPeople, pair("人口 %v 过大", "%v people is too many", value), pair("按未知处理", "taken as unknown"))
		return coverage.People{}
	}
	whole := math.Round(value)
	if whole != value {
		l.repair(fieldPeople, pair("人口 %v 不是整数", "%v people is not a whole number", value), pair("取整为 %v", "rounded to %v", whole))
	}
	return coverage.KnownPeople(int64(whole))
}

func (l *line) peopleYear() int {
	if date := l.date(fieldPeopleYear); date != "" {
		year, _ := date.Year()
		return year
	}
	return l.options.Year
}

// groups reads the people of the priority groups; nil when the file has none of them.
func (l *line) groups(people coverage.People) map[coverage.Group]int64 {
	var groups map[coverage.Group]int64
	for _, term := range l.groupTerms {
		value, ok := l.amount(Field(term.Code))
		if !ok {
			continue
		}
		if people.Known && int64(value) > people.Count {
			l.flag(Field(term.Code), term.Zh+"多于总人口", "more "+term.En+" than people")
		}
		if groups == nil {
			groups = map[coverage.Group]int64{}
		}
		groups[coverage.Group(term.Code)] = int64(math.Round(value))
	}
	return groups
}

// mappedGroups are the groups that the file has columns for.
func mappedGroups(columns mapping) []coverage.Term {
	return slices.DeleteFunc(coverage.Vocabularies()["group"], func(term coverage.Term) bool {
		_, has := columns[Field(term.Code)]
		return !has
	})
}

// settlementKey is the stable key: the file's own, else the code of a unit that is the settlement itself, else one made of unit and
// name, else one made of the place.
func (l *line) settlementKey(s *coverage.Settlement) string {
	if id := l.text(fieldID); id != "" {
		return id
	}
	stated := l.value(fieldCode) != "" || len(l.pairs) > 0
	switch level := coverage.LevelOfCode(s.Code); {
	case stated && s.Name == "" || stated && level == coverage.LevelVillage || stated && l.units.isNamed(s.Code, s.Name):
		return s.Code
	case s.Name != "":
		return stableID("s", s.Code, normalUnitName(s.Name))
	case level != coverage.LevelUnknown && s.Quality == qualityUnitCentre:
		return s.Code
	}
	return stableID("s", fmt.Sprintf("%.6f,%.6f", s.Point[0], s.Point[1]))
}

func (g *gazetteer) isNamed(code, name string) bool {
	i, ok := g.byCode[code]
	return ok && normalUnitName(g.units[i].Name) == normalUnitName(name) || !ok && coverage.LevelOfCode(code) == coverage.LevelTownship
}
