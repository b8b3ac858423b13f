package intake

import (
	"regexp"
	"strconv"
	"strings"

	"lawcircle/geo/crs"
)

var (
	authorityPattern = regexp.MustCompile(`(?i)(?:AUTHORITY|ID)\s*\[\s*"EPSG"\s*,\s*"?(\d+)"?\s*\]\s*\]\s*$`)
	crsNamePattern   = regexp.MustCompile(`(?i)^\s*(PROJCS|GEOGCS|PROJCRS|GEOGCRS|PROJECTEDCRS|GEODCRS|BOUNDCRS|COMPD_CS)\s*\[\s*"([^"]*)"`)
	parameterPattern = regexp.MustCompile(`(?i)PARAMETER\s*\[\s*"([^"]*)"\s*,\s*([-0-9.eE]+)`)
	utmPattern       = regexp.MustCompile(`(?i)WGS[_ ]*(?:19)?84[_ /]*UTM[_ ]*zone[_ ]*(\d+)([NS])`)
)

// unknownCRS marks, in front of its name, a system that a file states and that is not supported.
const unknownCRS = "unknown:"

// crsOfWKT names the coordinate system of a well-known text, as a .prj or a GeoPackage has it: by its EPSG code, else by the names and
// parameters that ESRI and SuperMap write. What is not supported comes back behind [unknownCRS].
func crsOfWKT(text string) string {
	text = strings.TrimSpace(strings.Trim(text, "\x00\ufeff"))
	if match := authorityPattern.FindStringSubmatch(text); match != nil {
		if code, err := strconv.Atoi(match[1]); err == nil {
			if _, err := crs.EPSG(code); err == nil {
				return "EPSG:" + match[1]
			}
		}
	}
	match := crsNamePattern.FindStringSubmatch(text)
	if match == nil {
		return unknownCRS + "?"
	}
	kind, name := strings.ToUpper(match[1]), match[2]
	plain := strings.ToLower(strings.NewReplacer("_", "", " ", "", "-", "").Replace(text))
	switch {
	case strings.Contains(plain, "xian1980"), strings.Contains(plain, "xian80"), strings.Contains(plain, "beijing1954"), strings.Contains(plain, "beijing54"):
		return unknownCRS + name
	case strings.HasPrefix(kind, "GEOG"), strings.HasPrefix(kind, "GEOD"):
		return geographicByName(name, plain)
	}
	if utm := utmPattern.FindStringSubmatch(name); utm != nil {
		zone, _ := strconv.Atoi(utm[1])
		base := 32600
		if strings.EqualFold(utm[2], "S") {
			base = 32700
		}
		return "EPSG:" + strconv.Itoa(base+zone)
	}
	if strings.Contains(plain, "webmercator") || strings.Contains(plain, "pseudomercator") {
		return "EPSG:3857"
	}
	if strings.Contains(plain, "cgcs2000") || strings.Contains(plain, "chinageodeticcoordinatesystem2000") || strings.Contains(plain, "china2000") {
		if system, ok := gaussKrugerOf(text); ok {
			return system
		}
	}
	return unknownCRS + name
}

func geographicByName(name, plain string) string {
	switch {
	case strings.Contains(plain, "wgs1984"), strings.Contains(plain, "wgs84"):
		return "wgs84"
	case strings.Contains(plain, "chinageodeticcoordinatesystem2000"), strings.Contains(plain, "cgcs2000"), strings.Contains(plain, "china2000"):
		return "cgcs2000"
	}
	return unknownCRS + name
}

// gaussKrugerOf finds the CGCS2000 Gauss–Krüger system of a projection's parameters: its central meridian, and whether the false
// easting carries the number of the zone.
func gaussKrugerOf(text string) (string, bool) {
	meridian, easting := 0.0, 0.0
	for _, match := range parameterPattern.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(match[2], 64)
		if err != nil {
			return "", false
		}
		switch strings.ToLower(strings.ReplaceAll(match[1], "_", " ")) {
		case "central meridian", "longitude of natural origin", "longitude of center":
			meridian = value
		case "false easting":
			easting = value
		}
	}
	zone := int(easting / 1e6)
	if easting-1e6*float64(zone) != 500000 {
		return "", false
	}
	for _, width := range []int{3, 6} {
		system, err := crs.GaussKruger(meridian, width, zone > 0)
		if err != nil {
			continue
		}
		// A zone of that number must be the one of this central meridian.
		if number := int((meridian + 3) / 6); width == 3 && (zone == 0 || zone == int(meridian/3)) || width == 6 && zone == number {
			return system.String(), true
		}
	}
	return "", false
}
