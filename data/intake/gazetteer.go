package intake

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo"
	"lawcircle/geo/shape"
)

// A gazetteer finds administrative units by code, by name and by place.
type gazetteer struct {
	units   []coverage.Unit
	byCode  map[string]int
	byName  map[string][]int // normal name → units, in code order
	renamed map[string]string
	areas   geo.Index[int]
	asked   map[string]string    // answers of similar
	centres map[string]orb.Point // of units without a boundary: the settlement or host that stands for them
}

func newGazetteer(county *coverage.County) *gazetteer {
	g := &gazetteer{
		units: county.Units, byCode: map[string]int{}, byName: map[string][]int{}, renamed: map[string]string{}, centres: map[string]orb.Point{}, asked: map[string]string{},
	}
	for i := range county.Units {
		unit := &county.Units[i]
		g.byCode[unit.Code] = i
		name := normalUnitName(unit.Name)
		g.byName[name] = append(g.byName[name], i)
		if len(unit.Geometry) > 0 {
			bound := unit.Geometry.Bound()
			g.areas.Insert(bound, i)
		}
	}
	for _, change := range county.CodeChanges {
		g.renamed[change.Old] = change.New
	}
	for i := range county.Settlements {
		s := &county.Settlements[i]
		if _, has := g.centres[s.Code]; !has && s.Code != "" && s.Quality != qualityUnitCentre {
			g.centres[s.Code] = s.Point
		}
	}
	return g
}

func (g *gazetteer) empty() bool { return len(g.units) == 0 }

// current follows changes of code to the one in force.
func (g *gazetteer) current(code string) string {
	for range 8 {
		next, ok := g.renamed[code]
		if !ok || next == code {
			break
		}
		code = next
	}
	return code
}

func (g *gazetteer) has(code string) bool {
	_, ok := g.byCode[code]
	return ok
}

// named finds the unit of a name, inside another unit when its code is given. Several units of one name are none.
func (g *gazetteer) named(name string, level coverage.UnitLevel, within string) (code string, ok bool) {
	var found []string
	for _, i := range g.byName[normalUnitName(name)] {
		unit := &g.units[i]
		if level != coverage.LevelUnknown && unit.Level != level || within != "" && !strings.HasPrefix(unit.Code, significant(within)) {
			continue
		}
		found = append(found, unit.Code)
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// similar finds the only unit of a level whose name differs from a name by one character: 都善县 for 鄯善县.
func (g *gazetteer) similar(name string, level coverage.UnitLevel, within string) (found string, ok bool) {
	key := within + "|" + name
	if found, asked := g.asked[key]; asked {
		return found, found != ""
	}
	defer func() {
		if len(g.asked) < 10_000 {
			g.asked[key] = found
		}
	}()
	wanted := []rune(normalUnitName(name))
	for i := range g.units {
		unit := &g.units[i]
		if unit.Level != level || within != "" && !strings.HasPrefix(unit.Code, significant(within)) || !differByOne(wanted, []rune(normalUnitName(unit.Name))) {
			continue
		}
		if ok {
			return "", false
		}
		found, ok = unit.Name, true
	}
	return found, ok
}

// differByOne reports two names of at least two characters that one change, one more or one less character makes equal.
func differByOne(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || len(a) < 2 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && slices.Equal(a[i+1:], b[i+1:])
	}
	return slices.Equal(a[i:], b[i+1:])
}

// containing returns the deepest unit whose boundary contains a place.
func (g *gazetteer) containing(p orb.Point) (code string, ok bool) {
	var hits []int
	g.areas.Search(p.Bound(), func(i int) bool {
		if shape.Contains(g.units[i].Geometry, p) {
			hits = append(hits, i)
		}
		return true
	})
	if len(hits) == 0 {
		return "", false
	}
	slices.SortFunc(hits, func(a, b int) int {
		if g.units[a].Level != g.units[b].Level {
			return int(g.units[b].Level - g.units[a].Level)
		}
		return strings.Compare(g.units[a].Code, g.units[b].Code)
	})
	return g.units[hits[0]].Code, true
}

// boundaryOf returns the boundary of a unit or of the nearest one above that has one.
func (g *gazetteer) boundaryOf(code string) (orb.MultiPolygon, string, bool) {
	for ; code != ""; code = coverage.ParentCode(code) {
		if i, ok := g.byCode[code]; ok && len(g.units[i].Geometry) > 0 {
			return g.units[i].Geometry, code, true
		}
	}
	return nil, "", false
}

// centreOf returns a place for a unit, or for the township above a village: a point on its surface, or the settlement that bears its
// code. used is the unit that the place belongs to.
func (g *gazetteer) centreOf(code string) (centre orb.Point, used string, ok bool) {
	for ; coverage.LevelOfCode(code) >= coverage.LevelTownship; code = coverage.ParentCode(code) {
		if i, has := g.byCode[code]; has && len(g.units[i].Geometry) > 0 {
			centre, ok = pointOf(g.units[i].Geometry)
			return centre, code, ok
		}
		if centre, ok = g.centres[code]; ok {
			return centre, code, true
		}
	}
	return orb.Point{}, "", false
}

// significant is the part of a code that its lower units share.
func significant(code string) string {
	switch coverage.LevelOfCode(code) {
	case coverage.LevelProvince:
		return code[:2]
	case coverage.LevelPrefecture:
		return code[:4]
	case coverage.LevelCounty:
		return code[:6]
	case coverage.LevelTownship:
		return code[:9]
	}
	return code
}

// unitSuffixes are the endings in which the names of one unit differ between lists, longest first.
func unitSuffixes() []string {
	return []string{
		"社区居民委员会", "村民委员会", "居民委员会", "社区居委会", "街道办事处", "片区管委会", "村委会", "居委会", "管委会", "管理委员会",
		"民族乡", "社区", "街道", "镇", "乡", "村",
	}
}

// normalUnitName brings the name of a unit to the form in which names are compared: folded, without blanks and without its ending.
// Names of two characters keep their ending.
func normalUnitName(name string) string {
	name = strings.ReplaceAll(strings.ToLower(fold(name)), " ", "")
	for _, suffix := range unitSuffixes() {
		if rest, ok := strings.CutSuffix(name, suffix); ok && len([]rune(rest)) >= 2 {
			return rest
		}
	}
	return name
}
