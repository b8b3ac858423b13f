package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

var (
	dmsPattern  = regexp.MustCompile(`^([0-9]{1,3})\s*(?:°|º|度|[\s:.])\s*([0-9]{1,2})\s*(?:'|′|’|分|[\s:.])\s*([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:"|″|”|''|′′|秒)?$`)
	dmPattern   = regexp.MustCompile(`^([0-9]{1,3})\s*(?:°|º|度)\s*([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:'|′|’|分)?$`)
	degPattern  = regexp.MustCompile(`^([0-9]{1,3}(?:\.[0-9]+)?)\s*(?:°|º|度)$`)
	pairPattern = regexp.MustCompile(`^(.*?\S)\s*[,;、|]\s*(\S.*)$`)
)

// parseAngle reads degrees: decimal, or degrees, minutes and seconds with any of the usual marks, with 东经, E and the like before or
// behind. axis is 'E' or 'N' when the text names it, else 0.
func parseAngle(text string) (degrees float64, axis byte, repaired, ok bool) {
	if value, err := strconv.ParseFloat(text, 64); err == nil {
		return value, 0, false, !math.IsNaN(value) && !math.IsInf(value, 0)
	}
	text, axis, sign := trimHemisphere(text)
	if value, err := strconv.ParseFloat(text, 64); err == nil {
		return sign * value, axis, true, value >= 0 && !math.IsInf(value, 0)
	}
	var parts []string
	for _, pattern := range []*regexp.Regexp{dmsPattern, dmPattern, degPattern} {
		if match := pattern.FindStringSubmatch(text); match != nil {
			parts = match[1:]
			break
		}
	}
	if parts == nil {
		return 0, axis, false, false
	}
	for i, part := range parts {
		value, err := strconv.ParseFloat(part, 64)
		if err != nil || i > 0 && value >= 60 {
			return 0, axis, false, false
		}
		degrees += value / math.Pow(60, float64(i))
	}
	return sign * degrees, axis, true, true
}

// trimHemisphere takes the name of the axis off an angle.
func trimHemisphere(text string) (rest string, axis byte, sign float64) {
	marks := []struct {
		mark string
		axis byte
		sign float64
	}{
		{"东经", 'E', 1}, {"西经", 'E', -1}, {"北纬", 'N', 1}, {"南纬", 'N', -1}, {"经度", 'E', 1}, {"纬度", 'N', 1},
		{"E", 'E', 1}, {"W", 'E', -1}, {"N", 'N', 1}, {"S", 'N', -1}, {"e", 'E', 1}, {"w", 'E', -1}, {"n", 'N', 1}, {"s", 'N', -1},
	}
	for _, m := range marks {
		if rest, ok := strings.CutPrefix(text, m.mark); ok {
			return strings.TrimLeft(rest, " :"), m.axis, m.sign
		}
		if rest, ok := strings.CutSuffix(text, m.mark); ok {
			return strings.TrimSpace(rest), m.axis, m.sign
		}
	}
	return text, 0, 1
}

// parsePair reads longitude and latitude out of one cell: "89.18,42.95", "东经89°11′北纬42°57′", "POINT (89.18 42.95)". Named axes
// decide the order, else longitude is first.
func parsePair(text string) (point orb.Point, ok bool) {
	if strings.HasPrefix(strings.ToUpper(text), "POINT") {
		geometry, _, err := parseWKT(text)
		if err != nil {
			return orb.Point{}, false
		}
		return pointOf(geometry)
	}
	text = strings.Trim(text, "()[]{}")
	first, second, ok := splitPair(text)
	if !ok {
		return orb.Point{}, false
	}
	a, axisA, _, okA := parseAngle(strings.TrimSpace(first))
	b, axisB, _, okB := parseAngle(strings.TrimSpace(second))
	if !okA || !okB || axisA != 0 && axisA == axisB {
		return orb.Point{}, false
	}
	if axisA == 'N' || axisB == 'E' {
		a, b = b, a
	}
	return orb.Point{a, b}, true
}

func splitPair(text string) (first, second string, ok bool) {
	if match := pairPattern.FindStringSubmatch(text); match != nil {
		return match[1], match[2], true
	}
	for _, mark := range []string{"北纬", "南纬", "东经", "西经", "纬度", "经度"} {
		if i := strings.LastIndex(text, mark); i > 0 {
			return text[:i], text[i:], true
		}
	}
	fields := strings.Fields(text)
	if len(fields)%2 == 0 && len(fields) > 0 {
		half := len(fields) / 2
		return strings.Join(fields[:half], " "), strings.Join(fields[half:], " "), true
	}
	return "", "", false
}

// decimals counts the digits behind the point of a number as it is written.
func decimals(text string) int {
	_, fraction, ok := strings.Cut(text, ".")
	if !ok {
		return 0
	}
	return len(fraction)
}

// gridOrder brings a projected pair into easting, northing: spreadsheets name X the northing as often as the easting. The easting of a
// Gauss–Krüger or UTM grid is 100–900 km, or carries a zone number in front; the northing of China is 1,800–6,000 km.
func gridOrder(p orb.Point) (ordered orb.Point, swapped bool) {
	easting := func(v float64) bool { return v >= 1e5 && v <= 9e5 || v >= 13e6 && v <= 46e6 }
	northing := func(v float64) bool { return v >= 1.5e6 && v <= 6.5e6 }
	if easting(p[1]) && northing(p[0]) {
		return orb.Point{p[1], p[0]}, true
	}
	return p, false
}
