package coverage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
	"lawcircle/geo/road"
)

// Explanation says why a settlement is or is not in the circle.
type Explanation struct {
	Settlement Settlement
	Query      Query
	Verdict    Verdict
	Nearest    []Approach // the nearest counted points, nearest first, at most three, however far
	ByService  []ServiceApproach
	NotCounted []NotCounted // nearby points that do not count for the query, and why
	Zh, En     []string     // the verdict in sentences
}

// Approach is the way to one point.
type Approach struct {
	Facility Facility
	Duration time.Duration
	Path     orb.LineString // from the settlement to the point, straight legs included
	Direct   bool           // straight, without a road
}

// ServiceApproach is the way to the nearest points that offer one service in person.
type ServiceApproach struct {
	Service Service
	Nearest []Approach // at most three; paths are left out
}

// NotCounted is a point that is near but does not count, with the rule it fails.
type NotCounted struct {
	PointID, Name string
	StraightM     float64
	Zh, En        string // why it does not count
}

// nearestShown is how many approaches are shown.
const nearestShown = 3

// Explain answers for one settlement: the three nearest points with their paths, the nearest per service, and the verdict in sentences.
func (e Engine) Explain(ctx context.Context, q Query, settlementID string) (*Explanation, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	i, known := e.County.settlementIndex(settlementID)
	if !known {
		return nil, fmt.Errorf("settlement %q does not exist", settlementID)
	}
	x := &Explanation{Settlement: e.County.Settlements[i], Query: q}
	graph, err := e.Graph(ctx, q.Profile)
	if err != nil {
		return nil, fmt.Errorf("opening the roads for %s: %w", q.Profile, err)
	}
	selection := e.County.Select(q)
	answer, err := e.approach(ctx, graph, x.Settlement, e.reachable(q, x.Settlement, selection.Facilities), true)
	if err != nil {
		return nil, err
	}
	x.Nearest = answer.approaches
	people := x.Settlement.peopleOf(q.Group)
	status, reason := judge(answer.time, people, q.limitFor(x.Settlement))
	x.Verdict = Verdict{i, status, reason, answer.time, people}
	if x.ByService, err = e.byService(ctx, graph, q, x.Settlement); err != nil {
		return nil, err
	}
	x.NotCounted = e.County.notCounted(q, x.Settlement)
	x.Zh, x.En = x.sentences()
	return x, nil
}

func (c *County) settlementIndex(id string) (int, bool) {
	for i, s := range c.Settlements {
		if s.ID == id {
			return i, true
		}
	}
	return 0, false
}

// reachable keeps the facilities that may serve the settlement.
func (e Engine) reachable(q Query, s Settlement, all []Facility) []Facility {
	if !q.SameCounty {
		return all
	}
	county := e.County.countyOf()
	var own []Facility
	for _, f := range all {
		if county(f.Code) == county(s.Code) {
			own = append(own, f)
		}
	}
	return own
}

type approachAnswer struct {
	time       Time
	approaches []Approach
}

func (e Engine) approach(ctx context.Context, graph *road.Graph, s Settlement, facilities []Facility, paths bool) (approachAnswer, error) {
	from := road.Place{ID: s.ID, Point: s.Point}
	answers, err := graph.NearestFacilities(ctx, facilityPlaces(facilities), []road.Place{from}, road.NearestOptions{K: nearestShown})
	if err != nil {
		return approachAnswer{}, fmt.Errorf("finding the points nearest to %s: %w", s.ID, err)
	}
	out := approachAnswer{time: timeOf(answers[0], graph)}
	for _, reach := range answers[0].Nearest {
		f := facilities[reach.Facility]
		a := Approach{Facility: f, Duration: time.Duration(reach.Ms) * time.Millisecond, Direct: reach.Direct}
		if paths {
			route, ok, err := graph.Path(ctx, from, road.Place{ID: f.ID, Point: f.Point})
			if err != nil {
				return approachAnswer{}, fmt.Errorf("tracing the way from %s to %s: %w", s.ID, f.ID, err)
			}
			if ok {
				a.Path = route.Line
			}
		}
		out.approaches = append(out.approaches, a)
	}
	return out, nil
}

func (e Engine) byService(ctx context.Context, graph *road.Graph, q Query, s Settlement) ([]ServiceApproach, error) {
	var out []ServiceApproach
	for _, term := range services() {
		q.Service, q.HostKinds, q.Tiers = term.code, nil, nil
		facilities := e.reachable(q, s, e.County.Select(q).Facilities)
		if len(facilities) == 0 {
			out = append(out, ServiceApproach{Service: term.code})
			continue
		}
		answer, err := e.approach(ctx, graph, s, facilities, false)
		if err != nil {
			return nil, err
		}
		out = append(out, ServiceApproach{term.code, answer.approaches})
	}
	return out, nil
}

// notCountedWithinM is how near a point must be to be worth a word about why it does not count.
const notCountedWithinM = 3000

// notCounted lists, nearest first, the points close by that the query passes over.
func (c *County) notCounted(q Query, s Settlement) []NotCounted {
	counted := map[string]bool{}
	for _, f := range c.Select(q).Facilities {
		counted[f.ID] = true
	}
	var out []NotCounted
	for _, p := range c.Points {
		metres := geo.Distance(s.Point, p.Point)
		if counted[p.ID] || metres > notCountedWithinM {
			continue
		}
		zh, en := c.whyNot(q, p)
		out = append(out, NotCounted{p.ID, p.Name, metres, zh, en})
	}
	slices.SortStableFunc(out, func(a, b NotCounted) int { return cmp.Compare(a.StraightM, b.StraightM) })
	return out[:min(len(out), nearestShown)]
}

// whyNot names the first rule that a point fails.
func (c *County) whyNot(q Query, p ServicePoint) (zh, en string) {
	if counts, _ := p.countsAt(q); !counts {
		return "状态为“" + p.Status.Zh() + "”，在所选日期不计入", "its status does not count at the date asked for"
	}
	if !p.Level.AtLeast(q.MinLevel) {
		return "服务级别仅为“" + p.Level.Zh() + "”，低于“" + q.MinLevel.Zh() + "”", "its level of presence is too weak"
	}
	if !q.serves(c.offersByPoint()[p.ID], p) {
		return "不以所选方式提供“" + q.Service.Zh() + "”", "it does not offer the service in a way that counts"
	}
	if open, known := q.openThen(p, c.offersByPoint()[p.ID]); known && !open {
		return "所选时间不开放", "it is closed at the time asked for"
	}
	return "类型不在所选范围", "its kind is not among those asked for"
}

func (x *Explanation) sentences() (zh, en []string) {
	add := func(z, e string) { zh, en = append(zh, z), append(en, e) }
	limit := x.Query.limitFor(x.Settlement)
	name := cmp.Or(x.Settlement.Name, x.Settlement.ID)
	if len(x.Nearest) > 0 {
		x.Nearest[0].Facility.Name = cmp.Or(x.Nearest[0].Facility.Name, x.Nearest[0].Facility.ID)
	}
	switch x.Verdict.Status {
	case Covered:
		add(fmt.Sprintf("%s在 %s 服务圈内：到“%s”需 %s。", name, minutesZh(limit), x.Nearest[0].Facility.Name, minutesZh(x.Nearest[0].Duration)),
			fmt.Sprintf("%s is inside the %s circle: %s to %s.", name, minutesEn(limit), minutesEn(x.Nearest[0].Duration), x.Nearest[0].Facility.Name))
	case Uncovered:
		add(fmt.Sprintf("%s不在 %s 服务圈内：%s。", name, minutesZh(limit), x.Verdict.Reason.Zh()),
			fmt.Sprintf("%s is outside the %s circle: %s.", name, minutesEn(limit), x.Verdict.Reason.En()))
		if len(x.Nearest) > 0 {
			add(fmt.Sprintf("最近的是“%s”，需 %s，超出 %s。", x.Nearest[0].Facility.Name, minutesZh(x.Nearest[0].Duration), minutesZh(x.Nearest[0].Duration-limit)),
				fmt.Sprintf("The nearest is %s at %s, %s over the limit.", x.Nearest[0].Facility.Name, minutesEn(x.Nearest[0].Duration), minutesEn(x.Nearest[0].Duration-limit)))
		}
	default:
		add(fmt.Sprintf("%s无法判定：%s。", name, x.Verdict.Reason.Zh()), fmt.Sprintf("%s cannot be judged: %s.", name, x.Verdict.Reason.En()))
	}
	for _, n := range x.NotCounted {
		add(fmt.Sprintf("直线 %.0f 米处的“%s”未计入：%s。", n.StraightM, n.Name, n.Zh), fmt.Sprintf("%s, %.0f m away in a straight line, does not count: %s.", n.Name, n.StraightM, n.En))
	}
	return zh, en
}

func minutesZh(d time.Duration) string { return fmt.Sprintf("%.1f 分钟", ReadMinutes(d)) }

func minutesEn(d time.Duration) string { return fmt.Sprintf("%.1f min", ReadMinutes(d)) }
