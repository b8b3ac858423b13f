package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/coverage"
)

// queryFlags are the flags of every verb that asks a coverage question.
type queryFlags struct {
	profile, service, kinds, modes, level, status, asOf, group, when string
	minutes, ruralMinutes                                            float64
	sameCounty, statutory, byOpening, hosts                          bool
	scenario                                                         string
}

func (f *queryFlags) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.profile, "profile", "walk", "出行方式 / travel profile: walk, walk_fast, elderly, ebike, bike, car, or FILE.yaml")
	flags.Float64Var(&f.minutes, "minutes", 10, "时限（分钟，含）/ limit in minutes, inclusive")
	flags.Float64Var(&f.ruralMinutes, "rural-minutes", 0, "乡村（城乡分类 2xx）另用此时限 / limit for rural settlements instead; 0 = the same")
	flags.StringVar(&f.service, "service", "", "只看提供此服务的点 / only points that offer this service, e.g. consult 咨询")
	flags.StringVar(&f.kinds, "kind", "", "只看这些依托场所或层级（逗号分隔）/ host kinds or tiers, comma separated, e.g. police_post,studio")
	flags.StringVar(&f.modes, "mode", "", "提供方式 / modes of offer that count: on_site,appointment,circuit,phone,video")
	flags.StringVar(&f.level, "level", "duty", "最低服务级别 / weakest presence that counts: board, duty, resident")
	flags.StringVar(&f.status, "status", "built", "built | planned | any")
	flags.StringVar(&f.asOf, "as-of", "", "截至日期 / as of a date, YYYY-MM-DD")
	flags.StringVar(&f.group, "group", "", "只看此类人群 / a priority group: elderly, disabled, minor, low_income, unemployed, migrant, women")
	flags.StringVar(&f.when, "when", "", "只看此时开放的点 / only points open then, e.g. Mo-10:30")
	flags.BoolVar(&f.sameCounty, "same-county", false, "只计本县的点 / count only points of the settlement's own county")
	flags.BoolVar(&f.statutory, "statutory", false, "建成率只计法定区划 / 建成率 over statutory units only")
	flags.BoolVar(&f.byOpening, "by-opening", false, "以挂牌日期为建成 / built from the opening date instead of acceptance")
	flags.BoolVar(&f.hosts, "hosts", false, "把没有服务点的场所也计入（潜力）/ count hosts without a point as well: what could be")
	flags.StringVar(&f.scenario, "scenario", "", "方案 ID / scenario id")
}

// query turns the flags into a checked query.
func (f *queryFlags) query() (coverage.Query, error) {
	q := coverage.Query{
		Profile: f.profile, Limit: minutesOf(f.minutes), RuralLimit: minutesOf(f.ruralMinutes), Status: coverage.StatusFilter(f.status), SameCounty: f.sameCounty,
		StatutoryOnly: f.statutory, ByOpening: f.byOpening, HostsCount: f.hosts,
	}
	if !(f.minutes > 0) || f.ruralMinutes < 0 || f.minutes > coverage.MaxLimit.Minutes() || f.ruralMinutes > coverage.MaxLimit.Minutes() {
		return q, usagef("--minutes %g, --rural-minutes %g: the limit must be above 0 and at most %g minutes", f.minutes, f.ruralMinutes, coverage.MaxLimit.Minutes())
	}
	for _, parse := range []func(*coverage.Query) error{f.parseService, f.parseKinds, f.parseModes, f.parseRest} {
		if err := parse(&q); err != nil {
			return q, usageError{err}
		}
	}
	if err := q.Validate(); err != nil {
		return q, usageError{err}
	}
	return q.Tidy(), nil
}

// minutesOf rounds to whole milliseconds, the unit of all travel times.
func minutesOf(minutes float64) time.Duration {
	return (time.Duration(minutes*60_000+0.5) * time.Millisecond)
}

func (f *queryFlags) parseService(q *coverage.Query) (err error) {
	if f.service != "" {
		q.Service, err = coverage.ParseService(f.service)
	}
	return err
}

func (f *queryFlags) parseKinds(q *coverage.Query) error {
	for _, text := range splitList(f.kinds) {
		if kind, err := coverage.ParseHostKind(text); err == nil {
			q.HostKinds = append(q.HostKinds, kind)
			continue
		}
		tier, err := coverage.ParseTier(text)
		if err != nil {
			return fmt.Errorf("%q is neither a host kind nor a tier: %w", text, err)
		}
		q.Tiers = append(q.Tiers, tier)
	}
	return nil
}

func (f *queryFlags) parseModes(q *coverage.Query) error {
	for _, text := range splitList(f.modes) {
		mode, err := coverage.ParseMode(text)
		if err != nil {
			return err
		}
		q.Modes = append(q.Modes, mode)
	}
	return nil
}

func (f *queryFlags) parseRest(q *coverage.Query) (err error) {
	if f.level != "" && f.level != "any" {
		if q.MinLevel, err = coverage.ParseServiceLevel(f.level); err != nil {
			return err
		}
	}
	if f.group != "" {
		if q.Group, err = coverage.ParseGroup(f.group); err != nil {
			return err
		}
	}
	if q.AsOf, err = coverage.ParseDate(f.asOf); err != nil {
		return err
	}
	if f.when != "" {
		q.When, err = parseWhen(f.when)
	}
	return err
}

// parseWhen reads a day and time such as Mo-10:30.
func parseWhen(text string) (*coverage.WeekTime, error) {
	day, clock, _ := strings.Cut(text, "-")
	at, err := time.Parse("15:04", clock)
	for i, name := range []string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"} {
		if name == day && err == nil {
			return &coverage.WeekTime{Weekday: time.Weekday(i), Minute: at.Hour()*60 + at.Minute()}, nil
		}
	}
	return nil, fmt.Errorf("--when %q is not a day and time such as Mo-10:30", text)
}

func splitList(text string) []string {
	var out []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
