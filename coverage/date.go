package coverage

import (
	"fmt"
	"regexp"
	"time"
)

// Date is a calendar date with the precision that the source had: "2018", "2018-12" or "2018-12-31". The zero value "" means unknown.
// Dates of equal precision sort as strings.
type Date string

var datePattern = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

// ParseDate checks an ISO date of year, month or day precision.
func ParseDate(text string) (Date, error) {
	if text == "" {
		return "", nil
	}
	if !datePattern.MatchString(text) {
		return "", fmt.Errorf("date %q is not YYYY, YYYY-MM or YYYY-MM-DD", text)
	}
	layout := "2006-01-02"[:len(text)]
	if _, err := time.Parse(layout, text); err != nil {
		return "", fmt.Errorf("date %q does not exist in the calendar", text)
	}
	return Date(text), nil
}

// DateOf returns the day of t in t's own location.
func DateOf(t time.Time) Date { return Date(t.Format("2006-01-02")) }

// LastDay returns the last day that the date may mean: the day itself, the end of its month, or 31 December. It is "" for an unknown
// date. Something dated "2018-12" is certain to have happened only by its last day, so comparisons against a day use it.
func (d Date) LastDay() Date {
	switch len(d) {
	case len("2006"):
		return d + "-12-31"
	case len("2006-01"):
		first, err := time.Parse("2006-01", string(d))
		if err != nil {
			return ""
		}
		return DateOf(first.AddDate(0, 1, -1))
	default:
		return d
	}
}

// OnOrBefore reports whether d had surely come by the end of other. An unknown date has no answer (ok false).
func (d Date) OnOrBefore(other Date) (before, ok bool) {
	if d == "" || other == "" {
		return false, false
	}
	return d.LastDay() <= other.LastDay(), true
}

// Year returns the calendar year, or ok false for an unknown date.
func (d Date) Year() (year int, ok bool) {
	if len(d) < 4 {
		return 0, false
	}
	if _, err := fmt.Sscanf(string(d[:4]), "%d", &year); err != nil {
		return 0, false
	}
	return year, true
}

// DaysBetween counts the days from one day to another; ok is false when either is not a day.
func DaysBetween(from, to Date) (days int, ok bool) {
	start, err1 := time.Parse("2006-01-02", string(from))
	end, err2 := time.Parse("2006-01-02", string(to))
	if err1 != nil || err2 != nil {
		return 0, false
	}
	return int(end.Sub(start).Hours() / 24), true
}
