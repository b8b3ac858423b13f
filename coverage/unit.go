package coverage

import "github.com/paulmach/orb"

// UnitLevel is the depth of an administrative unit: province 1, prefecture 2, county 3, township 4, village 5.
type UnitLevel int

// Levels of administrative units. LevelUnknown is the zero value.
const (
	LevelUnknown    UnitLevel = 0
	LevelProvince   UnitLevel = 1
	LevelPrefecture UnitLevel = 2
	LevelCounty     UnitLevel = 3
	LevelTownship   UnitLevel = 4
	LevelVillage    UnitLevel = 5
)

// CodeLength is the number of digits of a full statistical division code: 2 province, 2 prefecture, 2 county, 3 township, 3 village.
const CodeLength = 12

// Unit is an administrative unit or a reporting unit that stands beside them (a demonstration zone, say).
type Unit struct {
	Code       string    // 12 digits, unique
	Name       string    // Chinese name
	NameUg     string    // Uyghur name, may be empty
	NameEn     string    // English name, may be empty
	Level      UnitLevel // 1 to 5
	Kind       UnitKind  // street, town, village committee, …
	UrbanRural string    // 城乡分类 111–220, may be empty
	Parent     string    // code of the unit above, "" at the top
	ValidFrom  Date
	ValidTo    Date             // "" while it exists
	Statutory  bool             // false for mines, farms, zones (township codes 400–599 and the like)
	Geometry   orb.MultiPolygon // nil when no boundary is known; WGS-84
}

// CodeChange says that a unit's code changed, in which year, from what to what.
type CodeChange struct {
	Old, New string // 12 digits
	Year     int
}

// LevelOfCode derives the level of a 12-digit code from its trailing zeros; LevelUnknown when it is not 12 digits.
func LevelOfCode(code string) UnitLevel {
	if len(code) != CodeLength || !isDigits(code) {
		return LevelUnknown
	}
	switch {
	case code[9:] != "000":
		return LevelVillage
	case code[6:9] != "000":
		return LevelTownship
	case code[4:6] != "00":
		return LevelCounty
	case code[2:4] != "00":
		return LevelPrefecture
	default:
		return LevelProvince
	}
}

// ParentCode derives the code of the unit above from the digits alone; "" for a province or a code that is not 12 digits.
func ParentCode(code string) string {
	keep := map[UnitLevel]int{LevelPrefecture: 2, LevelCounty: 4, LevelTownship: 6, LevelVillage: 9}[LevelOfCode(code)]
	if keep == 0 {
		return ""
	}
	return code[:keep] + "000000000000"[keep:]
}

// StatutoryCode reports whether a code belongs to a statutory unit: township parts 400–599 (zones, mines, farms) and village parts
// 400–599 (village-like units) do not.
func StatutoryCode(code string) bool {
	switch LevelOfCode(code) {
	case LevelTownship:
		return code[6] != '4' && code[6] != '5'
	case LevelVillage:
		return code[6] != '4' && code[6] != '5' && code[9] != '4' && code[9] != '5'
	default:
		return true
	}
}

func isDigits(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
