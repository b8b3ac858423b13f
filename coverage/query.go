package coverage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// StatusFilter says which service points count by their status.
type StatusFilter string

// Status filters: points that stand and serve; points that are planned or being built; both. Closed and suspended points never count.
const (
	CountBuilt   StatusFilter = "built"
	CountPlanned StatusFilter = "planned"
	CountAny     StatusFilter = "any"
)

// Query is a coverage question: who can reach which points, how, within what time. [DefaultQuery] gives the plan's own question.
type Query struct {
	Profile       string        // travel profile
	Limit         time.Duration // inclusive: a trip of exactly this length is inside
	RuralLimit    time.Duration // limit for rural settlements (城乡分类 2xx) instead; 0 = the same
	Service       Service       // "" = any
	HostKinds     []HostKind    // nil = any; together with Tiers: either matches
	Tiers         []Tier        // nil = any
	MinLevel      ServiceLevel  // weakest presence that counts; "" = any
	Modes         []Mode        // modes of offer that count when Service is given; nil = any in-person mode
	Status        StatusFilter
	AsOf          Date // "" = as the data stand
	Group         Group
	SameCounty    bool      // count only points of the settlement's own county
	StatutoryOnly bool      // 建成率: only statutory units should have a point
	ByOpening     bool      // 建成率: "built" from the opening (挂牌) instead of the acceptance (验收) date
	HostsCount    bool      // count hosts without a point as well: what the network could be
	When          *WeekTime // only points open then; points without known hours count and are reported
}

// limitFor is the limit that holds for a settlement.
func (q Query) limitFor(s Settlement) time.Duration {
	if q.RuralLimit > 0 && strings.HasPrefix(s.UrbanRural, "2") {
		return q.RuralLimit
	}
	return q.Limit
}

// WeekTime is a moment of the week.
type WeekTime struct {
	Weekday time.Weekday
	Minute  int // minutes after midnight, 0–1439
}

// DefaultQuery is the plan's question: on foot, 10 minutes, built points with at least duty days.
func DefaultQuery() Query {
	return Query{Profile: "walk", Limit: 10 * time.Minute, MinLevel: LevelDuty, Status: CountBuilt}
}

// Tidy sorts the lists of a query and drops what they name twice, so that the same question is the same run however it was put.
func (q Query) Tidy() Query {
	q.HostKinds, q.Tiers, q.Modes = tidyList(q.HostKinds), tidyList(q.Tiers), tidyList(q.Modes)
	return q
}

func tidyList[C ~string](list []C) []C {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// OfRule keeps of a query what it gives to a composite rule: status, date, group, hour and denominators. All else is the needs' own and is
// set to what [DefaultQuery] has, so that it cannot tell two runs of one question apart.
func (q Query) OfRule() Query {
	plain := DefaultQuery()
	plain.Status, plain.AsOf, plain.Group, plain.When = q.Status, q.AsOf, q.Group, q.When
	plain.StatutoryOnly, plain.ByOpening, plain.HostsCount = q.StatutoryOnly, q.ByOpening, q.HostsCount
	return plain
}

// MaxLimit bounds the travel-time limit of a query.
const MaxLimit = 24 * time.Hour

// Validate refuses a query that cannot be answered.
func (q Query) Validate() error {
	switch {
	case q.Profile == "":
		return errors.New("the travel profile is missing: give one, e.g. walk or car")
	case q.Limit <= 0 || q.Limit > MaxLimit:
		return fmt.Errorf("the time limit %v is outside 0 to %v", q.Limit, MaxLimit)
	case q.RuralLimit < 0 || q.RuralLimit > MaxLimit:
		return fmt.Errorf("the rural time limit %v is outside 0 to %v", q.RuralLimit, MaxLimit)
	case !slices.Contains([]StatusFilter{CountBuilt, CountPlanned, CountAny}, q.Status):
		return fmt.Errorf("status %q is unknown: use built, planned or any", q.Status)
	case q.When != nil && (q.When.Minute < 0 || q.When.Minute >= 24*60):
		return fmt.Errorf("time of day %d min is outside 0 to 1439", q.When.Minute)
	}
	return nil
}

// Facility is a place that counts as a service point in one query.
type Facility struct {
	Place
	HostKind HostKind
	Tier     Tier
	Level    ServiceLevel
}

// Selection is what a query counts, with the doubts that the reader of its figures should know.
type Selection struct {
	Facilities   []Facility // sorted by id
	LevelUnknown int        // counted although their level is not stated
	DateUnknown  int        // counted although no date says when they were built
	HoursUnknown int        // counted although their opening hours are not stated
}

// Select picks the points that count for the query. Cost: linear in points and offers.
func (c *County) Select(q Query) Selection {
	hosts := c.hostsByID()
	offers := c.offersByPoint()
	var s Selection
	for _, p := range c.Points {
		host := hosts[p.HostID]
		if !q.kindMatches(host.Kind, p.Tier) || !p.Level.AtLeast(q.MinLevel) || !q.serves(offers[p.ID], p) {
			continue
		}
		counts, dated := p.countsAt(q)
		if !counts {
			continue
		}
		open, known := q.openThen(p, offers[p.ID])
		if known && !open {
			continue
		}
		s.Facilities = append(s.Facilities, Facility{Place{p.ID, p.Name, cmp.Or(p.Code, host.Code), p.Point}, host.Kind, p.Tier, p.Level})
		s.LevelUnknown += count(p.Level == "")
		s.DateUnknown += count(!dated)
		s.HoursUnknown += count(!known)
	}
	if q.HostsCount {
		s.Facilities = append(s.Facilities, c.bareHosts(q)...)
	}
	slices.SortFunc(s.Facilities, func(a, b Facility) int { return compareIDs(a.ID, b.ID) })
	return s
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (q Query) kindMatches(kind HostKind, tier Tier) bool {
	if len(q.HostKinds) == 0 && len(q.Tiers) == 0 {
		return true
	}
	return slices.Contains(q.HostKinds, kind) || slices.Contains(q.Tiers, tier)
}

// serves reports whether a point offers the service asked for in a mode that counts. Phone and video never count as presence unless they
// are asked for by name.
func (q Query) serves(offers []Offer, _ ServicePoint) bool {
	if q.Service == ServiceAnyOrNoName {
		return true
	}
	return slices.ContainsFunc(offers, func(o Offer) bool { return o.Service == q.Service && q.modeCounts(o.Mode) })
}

func (q Query) modeCounts(mode Mode) bool {
	if len(q.Modes) > 0 {
		return slices.Contains(q.Modes, mode)
	}
	return mode == ModeOnSite || mode == ModeAppointment || mode == ""
}

// countsAt reports whether the point's status counts, and whether a date stands behind that answer when one was asked for.
func (p ServicePoint) countsAt(q Query) (counts, dated bool) {
	built, dated := p.BuiltAt(q.AsOf, q.ByOpening)
	switch q.Status {
	case CountBuilt:
		return built, dated
	case CountPlanned:
		return !built && p.plannedAt(q.AsOf), true
	default:
		return built || p.plannedAt(q.AsOf), dated || !built
	}
}

// BuiltAt reports whether the point stood and served at the end of day asOf ("" = as the data stand). Built is reckoned from acceptance
// (验收), or from opening (挂牌) when byOpening is set or no acceptance date is known. A built point without any date counts at every
// date, with dated false.
func (p ServicePoint) BuiltAt(asOf Date, byOpening bool) (built, dated bool) {
	if asOf == "" {
		return p.Status == StatusBuilt, true
	}
	if p.Status == StatusPlanned || p.Status == StatusBuilding {
		return false, true
	}
	if closed, ok := p.ClosedOn.OnOrBefore(asOf); ok && closed {
		return false, true
	}
	if p.Status != StatusBuilt && p.ClosedOn == "" {
		return false, true
	}
	since := p.AcceptedOn
	if byOpening || since == "" {
		since = p.OpenedOn
	}
	if since == "" {
		return true, false
	}
	built, _ = since.OnOrBefore(asOf)
	return built, true
}

func (p ServicePoint) plannedAt(asOf Date) bool {
	if asOf == "" {
		return p.Status == StatusPlanned || p.Status == StatusBuilding
	}
	if p.Status == StatusClosed || p.Status == StatusSuspended {
		return false
	}
	planned, ok := p.PlannedOn.OnOrBefore(asOf)
	return planned || (!ok && p.Status != StatusBuilt)
}

func (q Query) openThen(p ServicePoint, offers []Offer) (open, known bool) {
	if q.When == nil {
		return true, true
	}
	hours := p.OpeningHours
	for _, o := range offers {
		if q.Service != "" && o.Service == q.Service && o.OpeningHours != "" {
			hours = o.OpeningHours
		}
	}
	return OpenAt(hours, *q.When)
}

func (c *County) bareHosts(q Query) []Facility {
	var out []Facility
	for _, h := range c.CandidateHosts() {
		if q.kindMatches(h.Kind, "") {
			out = append(out, Facility{Place{h.ID, h.Name, h.Code, h.Point}, h.Kind, "", ""})
		}
	}
	return out
}
