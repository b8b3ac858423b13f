package coverage

import (
	"fmt"
	"strings"
	"time"
)

// OpenAt reports whether opening hours in the office subset of OpenStreetMap's opening_hours syntax ("24/7", "Mo-Fr 10:00-18:00",
// "Mo,We 09:30-12:30,15:30-19:00; Su off") include a moment of the week. known is false for empty hours and for hours outside the subset.
func OpenAt(hours string, when WeekTime) (open, known bool) {
	rules, err := parseHours(hours)
	if err != nil || len(rules) == 0 {
		return false, false
	}
	for _, r := range rules { // a later rule for the same day replaces an earlier one
		if r.days[when.Weekday] {
			open = r.includes(when.Minute)
		}
	}
	return open, true
}

// OpenMinutesPerWeek sums the opening time of a week; known as in [OpenAt].
func OpenMinutesPerWeek(hours string) (minutes int, known bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		for minute := range 24 * 60 {
			open, ok := OpenAt(hours, WeekTime{day, minute})
			if !ok {
				return 0, false
			}
			minutes += count(open)
		}
	}
	return minutes, true
}

type hoursRule struct {
	days  [7]bool
	spans [][2]int // minutes after midnight, end exclusive
}

func (r hoursRule) includes(minute int) bool {
	for _, s := range r.spans {
		if minute >= s[0] && minute < s[1] {
			return true
		}
	}
	return false
}

func parseHours(text string) ([]hoursRule, error) {
	var rules []hoursRule
	for _, part := range strings.Split(text, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		rule, err := parseHoursRule(part)
		if err != nil {
			return nil, fmt.Errorf("opening hours %q: %w", text, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// CheckHours says why opening hours are outside the subset that [OpenAt] reads; nil when they are inside or empty.
func CheckHours(hours string) error {
	_, err := parseHours(hours)
	return err
}

func parseHoursRule(text string) (hoursRule, error) {
	everyDay := [7]bool{true, true, true, true, true, true, true}
	if text == "24/7" {
		return hoursRule{everyDay, [][2]int{{0, 24 * 60}}}, nil
	}
	days, times, found := strings.Cut(text, " ")
	if !found {
		days, times = "Mo-Su", text
	}
	rule := hoursRule{}
	var err error
	if rule.days, err = parseDays(days); err != nil {
		return rule, err
	}
	if times == "off" || times == "closed" {
		return rule, nil
	}
	for _, span := range strings.Split(times, ",") {
		minutes, err := parseSpan(strings.TrimSpace(span))
		if err != nil {
			return rule, err
		}
		rule.spans = append(rule.spans, minutes)
	}
	return rule, nil
}

func parseDays(text string) (days [7]bool, err error) {
	for _, part := range strings.Split(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		from, okFrom := weekdayOf(first)
		to, okTo := weekdayOf(last)
		if !okFrom || !okTo {
			return days, fmt.Errorf("day %q is not Mo, Tu, We, Th, Fr, Sa, Su or a range of them", part)
		}
		for d := from; ; d = (d + 1) % 7 {
			days[d] = true
			if d == to {
				break
			}
		}
	}
	return days, nil
}

func weekdayOf(text string) (time.Weekday, bool) {
	for i, name := range []string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"} {
		if text == name {
			return time.Weekday(i), true
		}
	}
	return 0, false
}

func parseSpan(text string) (span [2]int, err error) {
	var h1, m1, h2, m2 int
	if n, err := fmt.Sscanf(text, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil || n != 4 {
		return span, fmt.Errorf("time span %q is not HH:MM-HH:MM", text)
	}
	span = [2]int{h1*60 + m1, h2*60 + m2}
	if span[0] < 0 || span[1] > 24*60 || span[0] >= span[1] || m1 > 59 || m2 > 59 {
		return span, fmt.Errorf("time span %q does not run forward within one day", text)
	}
	return span, nil
}
