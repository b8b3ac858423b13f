package intake

import (
	"math"
	"reflect"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo"
)

// existing finds what the project already has by stable key.
type existing struct {
	county      *coverage.County
	units       map[string]int
	settlements map[string]int
	hosts       map[string]int
	points      map[string]int
	hostNames   map[string][]int // made when first asked for
}

func indexExisting(county *coverage.County) *existing {
	e := &existing{county: county, units: map[string]int{}, settlements: map[string]int{}, hosts: map[string]int{}, points: map[string]int{}}
	for i := range county.Units {
		e.units[county.Units[i].Code] = i
	}
	for i := range county.Settlements {
		e.settlements[county.Settlements[i].ID] = i
	}
	for i := range county.Hosts {
		e.hosts[county.Hosts[i].ID] = i
	}
	for i := range county.Points {
		e.points[county.Points[i].ID] = i
	}
	return e
}

func (e *existing) unit(code string) (*coverage.Unit, bool) {
	i, ok := e.units[code]
	if !ok {
		return nil, false
	}
	return &e.county.Units[i], true
}

// has reports whether a settlement, a host or a point of the project has an id.
func (e *existing) has(id string) bool {
	for _, ids := range []map[string]int{e.settlements, e.hosts, e.points} {
		if _, ok := ids[id]; ok {
			return true
		}
	}
	return false
}

// sameHostMetres is how far a file may have premises from where the project has them.
const sameHostMetres = 1000

// host finds premises by id, or by a name that only one of them bears, near the place of the row if it has one.
func (e *existing) host(name string, p orb.Point, placed bool) (*coverage.Host, bool) {
	if i, ok := e.hosts[name]; ok {
		return &e.county.Hosts[i], true
	}
	if e.hostNames == nil {
		e.hostNames = map[string][]int{}
		for i := range e.county.Hosts {
			key := normalUnitName(e.county.Hosts[i].Name)
			e.hostNames[key] = append(e.hostNames[key], i)
		}
	}
	var found *coverage.Host
	for _, i := range e.hostNames[normalUnitName(name)] {
		host := &e.county.Hosts[i]
		if placed && geo.Distance(p, host.Point) > sameHostMetres {
			continue
		}
		if found != nil {
			return nil, false
		}
		found = host
	}
	return found, found != nil
}

// A keep says which fields of a struct come from which columns: a field none of whose columns is in the file keeps what the project
// has. A list of people by village must not erase where the villages are.
type keep map[string][]Field

// keepUnit fills what the file does not speak of from the project. A boundary is only ever replaced by a boundary.
func (im *importer) keepUnit(unit *coverage.Unit) {
	known, ok := im.existing.unit(unit.Code)
	if !ok {
		return
	}
	keepFields(unit, known, im.columns, keep{
		"NameUg": {fieldNameUg}, "NameEn": {fieldNameEn}, "UrbanRural": {fieldUrbanRural}, "ValidFrom": {fieldValidFrom, fieldYear}, "ValidTo": {fieldValidTo, fieldYear},
	})
	if unit.Geometry == nil {
		unit.Geometry = known.Geometry
	}
	if unit.UrbanRural == "" {
		unit.UrbanRural = known.UrbanRural
	}
}

func (im *importer) keepSettlement(s *coverage.Settlement) {
	i, ok := im.existing.settlements[s.ID]
	if !ok {
		return
	}
	known := &im.existing.county.Settlements[i]
	if s.Quality == "" && isSamePlace(s.Point, known.Point) {
		s.Point, s.Quality = known.Point, known.Quality
	}
	keepFields(s, known, im.columns, keep{
		"People": {fieldPeople}, "PeopleSource": {fieldPeopleSource, fieldPeople}, "PeopleYear": {fieldPeopleYear, fieldPeople}, "UrbanRural": {fieldUrbanRural}, "Name": {fieldName, fieldVillage},
	})
	for group, people := range known.Groups {
		if _, has := im.columns[Field(group)]; !has {
			if s.Groups == nil {
				s.Groups = map[coverage.Group]int64{}
			}
			s.Groups[group] = people
		}
	}
}

// isSamePlace reports places that differ by no more than what writing seven decimals takes away.
func isSamePlace(a, b orb.Point) bool {
	return math.Abs(a[0]-b[0]) <= 1e-7 && math.Abs(a[1]-b[1]) <= 1e-7
}

func (im *importer) keepHost(h *coverage.Host) {
	if i, ok := im.existing.hosts[h.ID]; ok {
		keepFields(h, &im.existing.county.Hosts[i], im.columns, keep{"Address": {fieldAddress}, "SetUpCost": {fieldSetUpCost}, "Ready": {fieldReady}, "Name": {fieldName}})
	}
}

// keepPoint fills what the row does not speak of, or not in words that are known.
func (l *line) keepPoint(p *coverage.ServicePoint) {
	if i, ok := l.existing.points[p.ID]; ok {
		known := &l.existing.county.Points[i]
		if slices.Contains(l.untaken, fieldTier) {
			if p.Tier = known.Tier; p.Tier == coverage.TierMobile {
				p.HostID = ""
			}
		}
		if slices.Contains(l.untaken, fieldServiceLevel) {
			p.Level = known.Level
		}
		if slices.Contains(l.untaken, fieldStatus) && !isDated(p) {
			p.Status = known.Status
		}
		keepFields(p, known, l.columns, keep{
			"Name": {fieldName}, "Tier": {fieldTier, fieldKind}, "Level": {fieldServiceLevel}, "Status": {fieldStatus, fieldOpenedOn, fieldAcceptedOn, fieldClosedOn, fieldPlannedOn},
			"PlannedOn": {fieldPlannedOn}, "OpenedOn": {fieldOpenedOn}, "AcceptedOn": {fieldAcceptedOn}, "ClosedOn": {fieldClosedOn}, "AreaM2": {fieldArea},
			"StaffFull": {fieldStaffFull, fieldStaff}, "StaffPart": {fieldStaffPart}, "Bilingual": {fieldBilingual}, "Board": {fieldBoard}, "BookCorner": {fieldBookCorner},
			"StreetFront": {fieldStreetFront}, "GroundFloor": {fieldGroundFloor}, "Accessible": {fieldAccessible}, "Dedicated": {fieldDedicated}, "OpeningHours": {fieldHours},
		})
	}
}

// keepFields copies the fields of known whose columns are all absent.
func keepFields[T any](into, known *T, columns mapping, rules keep) {
	to, from := reflect.ValueOf(into).Elem(), reflect.ValueOf(known).Elem()
	for name, sources := range rules {
		present := false
		for _, field := range sources {
			if _, ok := columns[field]; ok {
				present = true
			}
		}
		if !present {
			to.FieldByName(name).Set(from.FieldByName(name))
		}
	}
}

// knownPlace is where the project already has the settlement of a row without coordinates.
func (e *existing) knownPlace(id string) (p orb.Point, quality string, ok bool) {
	i, ok := e.settlements[id]
	if !ok {
		return p, "", false
	}
	return e.county.Settlements[i].Point, e.county.Settlements[i].Quality, true
}
