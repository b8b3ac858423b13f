package intake

import (
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo"
	"lawcircle/geo/shape"
)

// Values of the Quality field of settlements and hosts.
const (
	qualityConverted  = "converted"   // from a system whose way back is not official
	qualityUnitCentre = "unit_centre" // placed at the centre of its unit
	qualityDoubtful   = "doubtful"    // rounded, outside its unit, or like another row
)

// sourcePoint reads the place of a row in the coordinates of the file. problem says why there is none, in both languages.
func (l *line) sourcePoint() (p orb.Point, problem [2]string, ok bool) {
	if l.geometry != nil {
		if p, ok = pointOf(l.geometry); !ok {
			return p, [2]string{"几何不是点或面", "the geometry is neither a point nor an area"}, false
		}
		return p, problem, true
	}
	lonText, latText := angleText(l.cell(fieldLon)), angleText(l.cell(fieldLat))
	if isMissing(lonText) && isMissing(latText) {
		return l.pointOfOneCell()
	}
	if latText == "" {
		if p, ok := parsePair(lonText); ok { // both in the first column
			return p, problem, true
		}
	}
	lon, axisLon, _, okLon := parseAngle(lonText)
	lat, axisLat, _, okLat := parseAngle(latText)
	if !okLon || !okLat {
		return p, pair("坐标读不出：“%s”“%s”", "the coordinates cannot be read: %q %q", lonText, latText), false
	}
	if axisLon == 'N' && axisLat == 'E' {
		lon, lat = lat, lon
	}
	return orb.Point{lon, lat}, problem, true
}

func (l *line) pointOfOneCell() (p orb.Point, problem [2]string, ok bool) {
	if text := l.text(fieldWKT); text != "" {
		geometry, notes, err := parseWKT(text)
		if err == nil {
			if p, ok = pointOf(geometry); ok {
				l.geometry, l.notes = geometry, append(l.notes, notes...)
				return p, problem, true
			}
		}
	}
	text := angleText(l.cell(fieldLonLat))
	if isMissing(text) {
		return p, [2]string{"没有坐标", "no coordinates"}, false
	}
	if p, ok = parsePair(text); !ok {
		return p, pair("坐标读不出：“%s”", "the coordinates cannot be read: %q", text), false
	}
	return p, problem, true
}

// angleText folds a coordinate for parsing, without turning the degree sign º into a letter.
func angleText(cell string) string { return fold(strings.ReplaceAll(cell, "º", "°")) }

// place returns the WGS-84 place of a row. Swapped and projected pairs are put in order; a row without a usable place gets ok false and
// the reason in both languages.
func (l *line) place() (p orb.Point, problem [2]string, ok bool) {
	raw, problem, ok := l.sourcePoint()
	if !ok {
		return raw, problem, false
	}
	if raw[0] == 0 && raw[1] == 0 {
		return raw, [2]string{"坐标是 (0, 0)", "the coordinates are (0, 0)"}, false
	}
	if l.system.Projected() {
		if ordered, swapped := gridOrder(raw); swapped {
			raw = ordered
			l.repair(fieldLon, pair("X、Y 颠倒（X 为北坐标）", "X and Y are swapped (X is the northing)"), pair("已对调", "swapped"))
		}
	} else if l.looksSwapped(raw) {
		raw = orb.Point{raw[1], raw[0]}
		l.repair(fieldLon, pair("经纬度颠倒", "longitude and latitude are swapped"), pair("已对调为 %v, %v", "swapped to %v, %v", raw[0], raw[1]))
	}
	p, err := l.toWGS84(raw)
	if err != nil {
		return p, [2]string{"坐标无效：" + err.Error(), "invalid coordinates: " + err.Error()}, false
	}
	return p, problem, true
}

// looksSwapped reports a pair that is right the other way round only: a latitude beyond 90, or a place of China that would otherwise
// lie in the Arctic, or one that falls into the project only when swapped.
func (l *line) looksSwapped(p orb.Point) bool {
	if math.Abs(p[1]) > 90 {
		return math.Abs(p[0]) <= 90 && math.Abs(p[1]) <= 180
	}
	if p[1] > 72 && p[1] < 138 && p[0] > 3 && p[0] < 55 {
		return true
	}
	if !l.bounded {
		return false
	}
	near := l.bound.Pad(0.5)
	return !near.Contains(p) && near.Contains(orb.Point{p[1], p[0]})
}

// judgePlace remarks what is doubtful about a place and returns its quality.
func (l *line) judgePlace(p orb.Point, code string) string {
	quality := ""
	if l.system.Shifted() {
		quality = qualityConverted
	}
	doubt := func(zh, en string) {
		l.flag(fieldLon, zh, en)
		quality = qualityDoubtful
	}
	if l.geometry == nil && l.fewDecimals(fieldLon) && l.fewDecimals(fieldLat) && !l.system.Projected() && l.cell(fieldLonLat) == "" && isDecimal(l.cell(fieldLon)) {
		doubt("坐标不超过 3 位小数，误差可达约 100 米", "coordinates of at most 3 decimals: off by up to about 100 m")
	}
	if l.bounded && !l.bound.Pad(1).Contains(p) {
		doubt("位置远在本项目范围之外", "the place lies far outside the project")
		return quality
	}
	if l.roadDistance != nil {
		if metres, near := l.roadDistance(p); !near || metres > roadToleranceM {
			doubt(fmt.Sprintf("附近 %d 米内没有道路，可能无法到达", roadToleranceM), fmt.Sprintf("no road within %d m: it may not be reachable", roadToleranceM))
		}
	}
	if first, taken := l.places[p]; taken {
		l.flag(fieldLon, fmt.Sprintf("与第 %d 行的坐标完全相同", first), fmt.Sprintf("the very coordinates of row %d", first))
	} else {
		l.places[p] = l.number
	}
	if boundary, owner, ok := l.units.boundaryOf(code); ok && !containsPoint(boundary, p) {
		name := l.units.units[l.units.byCode[owner]].Name
		if metres := distanceToBoundary(boundary, p); metres > boundaryToleranceM {
			doubt(fmt.Sprintf("位置不在所填的 %s 内，相距约 %.0f 米", name, metres), fmt.Sprintf("the place lies outside the stated unit %s, about %.0f m away", name, metres))
		}
	}
	return quality
}

// fewDecimals reports a coordinate written with at most three decimals. A number of a workbook tells nothing: zeros at its end are lost.
func (l *line) fewDecimals(field Field) bool {
	if column, ok := l.columns[field]; ok && l.table.isNumber != nil && l.table.isNumber(column) {
		return false
	}
	return decimals(l.cell(field)) <= 3
}

func isDecimal(text string) bool {
	_, _, repaired, ok := parseAngle(text)
	return ok && !repaired
}

// roadToleranceM is how far from every road a place may lie without remark.
const roadToleranceM = 2000

// boundaryToleranceM is how far outside its unit a place may lie without remark: published boundaries are that coarse.
const boundaryToleranceM = 500

func containsPoint(area orb.MultiPolygon, p orb.Point) bool {
	return area.Bound().Contains(p) && shape.Contains(area, p)
}

// distanceToBoundary is the distance from a place to the border of an area in metres.
func distanceToBoundary(area orb.MultiPolygon, p orb.Point) float64 {
	best := math.Inf(1)
	for _, polygon := range area {
		for _, ring := range polygon {
			if foot, ok := geo.FootOnLine(p, orb.LineString(ring)); ok {
				best = min(best, foot.DistanceM)
			}
		}
	}
	return best
}

// statedUnit returns the unit that the row itself states: by code, else by its names as far as they are known.
func (l *line) statedUnit() (code string, ok bool) {
	if text := l.value(fieldCode); text != "" {
		if code, _, ok := parseCode(text); ok {
			return l.units.current(code), true
		}
	}
	if own, ok := l.deepest(); ok {
		return l.units.current(own.code), true
	}
	code, _ = l.namedUnit()
	return code, code != ""
}

// An unmatched name is one that a row states and the project does not know, with the unit it was looked for in.
type unmatched struct {
	field  Field
	name   string
	level  coverage.UnitLevel
	within string
}

// namedUnit follows the names of county, township and village down as far as they are known.
func (l *line) namedUnit() (code string, missing []unmatched) {
	if text := l.value(fieldCountyCode); text != "" {
		if county, _, ok := parseCode(text); ok {
			code = l.units.current(county)
		}
	}
	for _, step := range []struct {
		field Field
		level coverage.UnitLevel
	}{{fieldCounty, coverage.LevelCounty}, {fieldTownship, coverage.LevelTownship}, {fieldVillage, coverage.LevelVillage}} {
		name := l.value(step.field)
		if name == "" || step.field == fieldCounty && code != "" {
			continue
		}
		if found, ok := l.units.named(name, step.level, code); ok {
			code = found
		} else {
			missing = append(missing, unmatched{step.field, name, step.level, code})
		}
	}
	return code, missing
}

// unit returns the unit of a row: as stated, else the one that contains its place. It remarks stated codes and names that the project
// does not know.
func (l *line) unit(p orb.Point, placed bool) string {
	l.remarkCode()
	code, ok := l.statedUnit()
	if l.units.empty() {
		return code
	}
	if ok && !l.units.has(code) {
		l.flag(fieldCode, "代码 "+code+" 不在本项目的区划中", "code "+code+" is not among the units of the project")
	}
	if l.value(fieldCode) == "" {
		_, missing := l.namedUnit()
		for _, m := range missing {
			l.remarkUnmatched(m)
		}
	}
	if ok || !placed {
		return code
	}
	code, _ = l.units.containing(p)
	return code
}

// remarkUnmatched says that a name is not known, with the nearest name that is.
func (l *line) remarkUnmatched(m unmatched) {
	problem := pair("“%s”没有对上本项目的区划", "%s matches no unit of the project", m.name)
	if near, ok := l.units.similar(m.name, m.level, m.within); ok {
		problem[0] += "，是否为“" + near + "”？"
		problem[1] += ": is it " + near + "?"
	}
	l.flag(m.field, problem[0], problem[1])
}

// remarkCode says what was wrong with the code as written and whether it has been replaced since.
func (l *line) remarkCode() {
	code, ok := l.code(fieldCode)
	if !ok {
		return
	}
	if now := l.units.current(code); now != code {
		l.repair(fieldCode, pair("代码 %s 已变更", "code %s has been replaced", code), pair("改用 %s", "%s is used", now))
	}
}
