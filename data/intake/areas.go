package intake

import (
	"context"
	"strconv"
	"strings"

	"lawcircle/coverage"
)

// Areas reads administrative units: boundaries with codes and names, or lists of codes without boundaries. Codes are padded to 12
// digits; level and parent follow from the digits.
func Areas(ctx context.Context, src Source, options Options, existing *coverage.County, references CRSReference) (*Batch, error) {
	im, err := newImporter(ctx, verbAreas, src, options, project{existing, references})
	if err != nil {
		return nil, err
	}
	defer im.table.release()
	if err := im.eachLine(ctx, im.area); err != nil {
		return nil, err
	}
	im.batch.Units, im.batch.CodeChanges = im.history.settle()
	for i := range im.batch.Units {
		im.keepUnit(&im.batch.Units[i])
	}
	return im.finish(existing)
}

func (im *importer) area(l *line) {
	if len(im.pairs) > 0 {
		im.wideArea(l)
		return
	}
	code, ok := l.code(fieldCode)
	if !ok {
		l.refuse(fieldCode, "没有可用的区划代码", "no usable division code")
		return
	}
	unit := coverage.Unit{
		Code: code, Name: l.unitName(), NameUg: l.text(fieldNameUg), NameEn: l.text(fieldNameEn),
		Level: coverage.LevelOfCode(code), Parent: l.parent(code), Statutory: coverage.StatutoryCode(code),
		UrbanRural: l.urbanRural(), ValidFrom: l.date(fieldValidFrom), ValidTo: l.date(fieldValidTo),
	}
	if known, has := l.existing.unit(code); has && unit.Name == "" {
		unit.Name = known.Name
	}
	if unit.Name == "" {
		l.refuse(fieldName, "没有名称", "no name")
		return
	}
	l.checkLevel(&unit)
	unit.Kind = l.unitKind(&unit)
	year := l.year()
	if !l.boundary(&unit) || !im.claimYear(l, code, year) {
		return
	}
	l.remarkRename(&unit)
	im.history.add(year, unit)
}

// year is the year a row speaks of, 0 when it does not say.
func (l *line) year() int {
	if text := l.value(fieldYear); len(text) == 4 {
		if year, err := strconv.Atoi(text); err == nil {
			return year
		}
	}
	return l.options.Year
}

// claimYear books a code for a year: a list of several years names the same unit once a year.
func (im *importer) claimYear(l *line, code string, year int) bool {
	key := code
	if year != 0 {
		key += " " + strconv.Itoa(year)
	}
	return im.claim(l, key)
}

// remarkRename says when the project knows the unit by another name.
func (l *line) remarkRename(unit *coverage.Unit) {
	known, has := l.existing.unit(unit.Code)
	if has && normalUnitName(known.Name) != normalUnitName(unit.Name) {
		l.flag(fieldName, "名称与项目中的“"+known.Name+"”不同", "the project knows the unit as "+known.Name)
	}
}

// unitName returns the name of the unit: its own column, else the deepest of the columns of county, township and village.
func (l *line) unitName() string {
	for _, field := range []Field{fieldName, fieldVillage, fieldTownship, fieldCounty, fieldPrefecture} {
		if name := l.text(field); name != "" {
			return name
		}
	}
	return ""
}

// parent returns the code of the unit above. The digits decide; a file that says otherwise is remarked.
func (l *line) parent(code string) string {
	derived := coverage.ParentCode(code)
	if text := l.value(fieldParent); text != "" {
		stated, _, ok := parseCode(text)
		if ok && stated != derived && coverage.LevelOfCode(stated) < coverage.LevelOfCode(code) && strings.HasPrefix(code, significant(stated)) {
			return stated // a unit directly below a higher one, such as a town directly under a prefecture
		}
		if ok && stated != derived {
			l.flag(fieldParent, "上级代码 "+stated+" 与代码 "+code+" 不符", "parent "+stated+" does not fit code "+code)
		}
	}
	return derived
}

func (l *line) urbanRural() string {
	class := l.value(fieldUrbanRural)
	if len(class) != 3 || strings.Trim(class, "0123456789") != "" {
		return ""
	}
	return class
}

// checkLevel compares the level that the file states with that of the code.
func (l *line) checkLevel(unit *coverage.Unit) {
	stated := map[string]coverage.UnitLevel{
		"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "province": 1, "city": 2, "prefecture": 2, "district": 3, "county": 3, "street": 4, "town": 4, "township": 4, "village": 5,
		"省": 1, "地": 2, "县": 3, "乡": 4, "村": 5, "省级": 1, "地级": 2, "县级": 3, "乡级": 4, "村级": 5,
	}[strings.ToLower(l.value(fieldLevel))]
	if stated == coverage.LevelUnknown || stated == unit.Level {
		return
	}
	if column, ok := l.columns[fieldLevel]; ok && normalHeader(l.table.header[column]) == "deep" && stated+1 == unit.Level {
		return // counted from 0
	}
	l.flag(fieldLevel, "级别与代码不符，以代码为准", "the level does not fit the code, which is believed")
}

// unitKind derives the kind of a unit as stated, else from its code.
func (l *line) unitKind(unit *coverage.Unit) coverage.UnitKind {
	if text := l.text(fieldUnitKind); text != "" {
		if kind, err := coverage.ParseUnitKind(text); err == nil {
			return kind
		}
	}
	return kindOfUnit(unit.Code)
}

func kindOfUnit(code string) coverage.UnitKind {
	switch coverage.LevelOfCode(code) {
	case coverage.LevelProvince:
		return coverage.UnitProvince
	case coverage.LevelPrefecture:
		return coverage.UnitPrefecture
	case coverage.LevelCounty:
		return coverage.UnitCounty
	case coverage.LevelTownship:
		switch code[6] {
		case '0':
			return coverage.UnitStreet
		case '1':
			return coverage.UnitTown
		case '2', '3':
			return coverage.UnitTownship
		}
		return coverage.UnitTownshipLike
	case coverage.LevelVillage:
		switch code[9] {
		case '0', '1':
			return coverage.UnitResidents
		case '2', '3':
			return coverage.UnitVillagers
		}
		return coverage.UnitVillageLike
	}
	return coverage.UnitKindUndefined
}

// boundary takes the areas of the row's geometry, converted to WGS-84. A row may have none, or a point, which is no boundary.
func (l *line) boundary(unit *coverage.Unit) bool {
	geometry := l.geometry
	if geometry == nil {
		if text := l.text(fieldWKT); text != "" {
			parsed, notes, err := parseWKT(text)
			if err != nil {
				l.refuse(fieldWKT, err.Error(), err.Error())
				return false
			}
			geometry, l.notes = parsed, append(l.notes, notes...)
		}
	}
	polygons := polygonsOf(geometry)
	if len(polygons) == 0 {
		return true
	}
	converted, err := l.toWGS84.Geometry(polygons)
	if err != nil {
		l.refuse(fieldWKT, "边界坐标无效："+err.Error(), "invalid boundary: "+err.Error())
		return false
	}
	unit.Geometry = polygonsOf(converted)
	return true
}
