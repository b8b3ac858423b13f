package intake

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"lawcircle/coverage"
)

// A parsed value is usable (ok) or not; repaired says that it was not written as it should be.

var numberPattern = regexp.MustCompile(`^[约近共计大概合]*\s*([-+]?[0-9][0-9,\s]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)\s*(万|千)?\s*(多|余)?\s*(人|户|名|个|平方米|平米|平方|㎡|m2|m²|元|万元|年)?(左右|以上)?$`)

// parseNumber reads "1,200", "约1200人", "1.2万"; full-width digits have been folded before.
func parseNumber(text string) (value float64, repaired, ok bool) {
	if value, err := strconv.ParseFloat(text, 64); err == nil {
		return value, false, !math.IsNaN(value) && !math.IsInf(value, 0)
	}
	match := numberPattern.FindStringSubmatch(text)
	if match == nil {
		return 0, false, false
	}
	value, err := strconv.ParseFloat(strings.NewReplacer(",", "", " ", "").Replace(match[1]), 64)
	if err != nil {
		return 0, false, false
	}
	switch match[2] {
	case "万":
		value *= 1e4
	case "千":
		value *= 1e3
	}
	if match[4] == "万元" {
		value *= 1e4
	}
	return value, true, true
}

// parseFlag reads 是/否, √/×, 有/无, 1/0, yes/no.
func parseFlag(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "是", "√", "✓", "✔", "有", "1", "1.0", "y", "yes", "true", "t", "对", "已", "具备", "已建成", "建成", "已建", "设有":
		return true, true
	case "否", "×", "✗", "✘", "x", "无", "0", "0.0", "n", "no", "false", "f", "没有", "未", "不具备", "未建成", "未建", "未设":
		return false, true
	}
	return false, false
}

var (
	dayPattern     = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?$`)
	monthPattern   = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份|底|初|中旬|上旬|下旬)?$`)
	yearPattern    = regexp.MustCompile(`^(\d{4})\s*年?$`)
	shortPattern   = regexp.MustCompile(`^(\d{2})\s*年\s*(?:(\d{1,2})\s*月)?(?:\s*(\d{1,2})\s*日)?(年?底|年?末|底|末)?$`)
	yearEndPattern = regexp.MustCompile(`^(\d{4})\s*年?\s*(?:年?底|年?末)(?:前)?$`)
	digitsPattern  = regexp.MustCompile(`^\d{6}(\d{2})?$`)
)

// excelEpoch is day 0 of the 1900 date system as Excel counts it from March 1900 on.
func excelEpoch() time.Time { return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC) }

// parseDate reads the habits of offices: 2018-12-31, 2018.12, 2018年12月, 201812, 20181231, 18年底, 2018. The precision
// of the source is kept; repaired says that it was not written in ISO form.
func parseDate(text string) (date coverage.Date, repaired, ok bool) {
	if date, err := coverage.ParseDate(text); err == nil && text != "" {
		return plausible(date, false)
	}
	if match := dayPattern.FindStringSubmatch(text); match != nil {
		return isoDate(match[1], match[2], match[3])
	}
	if match := monthPattern.FindStringSubmatch(text); match != nil {
		return isoDate(match[1], match[2], "")
	}
	if match := yearEndPattern.FindStringSubmatch(text); match != nil {
		return isoDate(match[1], "12", "")
	}
	if match := yearPattern.FindStringSubmatch(text); match != nil {
		return isoDate(match[1], "", "")
	}
	if match := shortPattern.FindStringSubmatch(text); match != nil {
		if match[4] != "" && match[2] == "" {
			match[2] = "12"
		}
		return isoDate("20"+match[1], match[2], match[3])
	}
	if digitsPattern.MatchString(text) {
		day := ""
		if len(text) == 8 {
			day = text[6:]
		}
		return isoDate(text[:4], text[4:6], day)
	}
	return "", false, false
}

// parseSerial recognises a day number of Excel, 1954 to 2119 in the usual system.
func parseSerial(text string) (day int, ok bool) {
	serial, err := strconv.ParseFloat(text, 64)
	return int(serial), err == nil && serial >= 20000 && serial < 80000
}

// serialDate is the date of a day number in the 1900 or the 1904 system of Excel.
func serialDate(day int, from1904 bool) coverage.Date {
	if from1904 {
		day += 1462
	}
	return coverage.DateOf(excelEpoch().AddDate(0, 0, day))
}

func isoDate(year, month, day string) (coverage.Date, bool, bool) {
	text := year
	for _, part := range []string{month, day} {
		if part == "" {
			break
		}
		text += fmt.Sprintf("-%02s", part)
	}
	date, err := coverage.ParseDate(text)
	if err != nil {
		return "", false, false
	}
	return plausible(date, true)
}

// plausible refuses years no service point or unit can have.
func plausible(date coverage.Date, repaired bool) (coverage.Date, bool, bool) {
	year, ok := date.Year()
	return date, repaired, ok && year >= 1900 && year <= 2100
}

var exponentPattern = regexp.MustCompile(`^\d(?:\.(\d+))?[eE]\+?(\d+)$`)

// parseCode reads a division code of 2, 4, 6, 9 or 12 digits and pads it to 12. ok is false for anything else, also for a code that a
// spreadsheet shortened to 6.50402E+11: its last digits are lost.
func parseCode(text string) (code string, repaired, ok bool) {
	digits := strings.TrimSuffix(text, ".0")
	if exponentPattern.MatchString(digits) {
		match := exponentPattern.FindStringSubmatch(digits)
		exponent, err := strconv.Atoi(match[2])
		if err != nil || len(match[1]) < exponent || exponent > 17 {
			return "", false, false
		}
		value, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return "", false, false
		}
		digits = strconv.FormatFloat(value, 'f', 0, 64)
	}
	for _, r := range digits {
		if r < '0' || r > '9' {
			return "", false, false
		}
	}
	switch len(digits) {
	case 12:
	case 2, 4, 6, 9:
		digits += strings.Repeat("0", 12-len(digits))
	case 17: // with 城乡属性 and 城乡分类 behind the unit
		digits = digits[:12]
	default:
		return "", false, false
	}
	if digits[:2] < "10" {
		return "", false, false
	}
	return digits, digits != text, true
}
