package coverage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"lawcircle/coverage/locate"
	"lawcircle/geo/road"
)

// ReportQuestion asks for a report about one unit or about the whole project.
type ReportQuestion struct {
	Query      Query
	Unit       string       // code of a village, township, county or prefecture; "" = the whole project
	Candidates CandidateSet // where proposed points may stand; "" = police posts with the plan's years, else every host
	Sites      int          // how many to propose; 0 without stages = by the plan's years where it has some left, else 10
	Stages     []locate.Stage
	Drive      string         // travel profile of advisers; "" = car
	Options    locate.Options `json:"-"`
}

// Report is the content of a report: every figure that its pages, its workbook and its layers show, computed once.
type Report struct {
	Question    ReportQuestion
	Unit        Unit      // the zero Unit for the whole project
	Whole       *County   // the county as it stands
	County      *County   // the same with the settlements and units of the scope only: what Result speaks of
	Result      *Result   // coverage of the scope; Areas holds units of the scope and those above it
	Rows        []AreaSum // units of the scope, in code order: down to townships, or to villages for a township or village
	Staff       []StaffSum
	Uncovered   []Verdict // uncovered settlements, most people first, ties by id
	Unknown     []Verdict
	Points      []ServicePoint // of the scope, in id order
	Own         OwnPoints
	Circle      *Circle
	Plan        ReportPlan
	Checklist   *Checklist  // of the scope
	Reported    []BoardRow  // values reported in the scope that no target speaks of
	Indicators  []Indicator // of the scope; of the county above when the scope is smaller than a county
	Advice      ReportAdvice
	Services    []ServiceCoverage
	Groups      []GroupCoverage
	Years       []YearCoverage
	Sensitivity []WayCoverage
	Sources     []PeopleSource
	Doubts      []Doubt // of the scope
	Profile     *road.Profile
	Findings    []Sentence
}

// StaffSum counts built points that have a staff minimum in one unit, in the order of Report.Rows.
type StaffSum struct{ Met, Should, Unstated int }

// OwnPoints sets 建成 beside 覆盖 for villages: units with a built point of their own that leave people outside the limit, and units
// without one whose people are all inside.
type OwnPoints struct {
	BuiltButOutside []Unit // a point of its own, yet a settlement is not covered
	PeopleOutside   int64  // people of those units who are not covered
	InsideWithout   []Unit // no point of its own, yet every settlement is covered
}

// GroupCoverage is coverage of one priority group.
type GroupCoverage struct {
	Group Group
	Sums  Sums
}

// ServiceCoverage is coverage by one service in person.
type ServiceCoverage struct {
	Service Service
	Points  int
	Sums    Sums
	Status  []VerdictStatus // per settlement of the report's county
}

// YearCoverage is coverage at the end of a day, people and roads as the data stand. Planned years lie after the data: points that are planned
// or being built count as built from their planned date on; without such a date they do not count.
type YearCoverage struct {
	AsOf    Date
	Planned bool
	Points  []Facility
	Sums    Sums
	Built   map[Tier]Built
	Status  []VerdictStatus
}

// WayCoverage is coverage by another way of travel; Straight is the straight line at 4 km/h, for comparison only.
type WayCoverage struct {
	Profile  string
	Straight bool
	Sums     Sums
}

// PeopleSource is a source of population figures; the zero Name with Missing set are the settlements without any.
type PeopleSource struct {
	Name        string
	Year        int // 0 = not stated
	Missing     bool
	Settlements int
	People      int64
}

// Report compiles a report. Cost: some tens of searches of the size of [Engine.Assess] and one site question.
func (e Engine) Report(ctx context.Context, q ReportQuestion) (*Report, error) {
	if err := q.Query.Validate(); err != nil {
		return nil, err
	}
	scope, unit, err := e.County.Within(q.Unit)
	if err != nil {
		return nil, err
	}
	if len(scope.Settlements) == 0 {
		return nil, fmt.Errorf("no settlement lies in %s: import settlements first", cmp.Or(unit.Name, "the project"))
	}
	r := &Report{Question: q, Unit: unit, Whole: e.County, County: scope}
	inner := Engine{County: scope, Graph: e.Graph}
	for _, step := range []func(context.Context, Engine) error{r.assess, r.draw, r.plan, r.advise, r.byService, r.byYear, r.byWay} {
		if err := step(ctx, inner); err != nil {
			return nil, err
		}
	}
	r.readCounty()
	r.Findings = r.findings()
	return r, nil
}

// Within narrows a county to one unit: its settlements, the unit with all below it, and the units above. Points and hosts stay, because
// people may use those of their neighbours. Code "" gives the county itself and the zero Unit.
func (c *County) Within(code string) (*County, Unit, error) {
	if code == "" {
		return c, Unit{}, nil
	}
	tree := newUnitTree(c.Units)
	at, known := tree.byCode[code]
	if !known {
		return nil, Unit{}, fmt.Errorf("there is no unit with code %q", code)
	}
	above := tree.chain(code)
	scope := *c
	scope.Units, scope.Settlements = nil, nil
	for i, u := range c.Units {
		if slices.Contains(above, i) || tree.within(u.Code, at) {
			scope.Units = append(scope.Units, u)
		}
	}
	for _, s := range c.Settlements {
		if tree.within(s.Code, at) {
			scope.Settlements = append(scope.Settlements, s)
		}
	}
	return &scope, c.Units[at], nil
}

// within reports whether a code lies in a unit.
func (t unitTree) within(code string, unit int) bool { return slices.Contains(t.chain(code), unit) }

// holds reports whether a code lies in the report's scope.
func (r *Report) holds() func(code string) bool {
	if r.Unit.Code == "" {
		return func(string) bool { return true }
	}
	tree := newUnitTree(r.Whole.Units)
	at := tree.byCode[r.Unit.Code]
	return func(code string) bool { return tree.within(code, at) }
}

func (r *Report) assess(ctx context.Context, e Engine) (err error) {
	if r.Result, err = e.Assess(ctx, r.Question.Query); err != nil {
		return err
	}
	for _, v := range r.Result.Verdicts {
		switch v.Status {
		case Uncovered:
			r.Uncovered = append(r.Uncovered, v)
		case Unknown:
			r.Unknown = append(r.Unknown, v)
		}
	}
	slices.SortStableFunc(r.Uncovered, func(a, b Verdict) int { return cmp.Compare(b.People.Count, a.People.Count) })
	deepest := LevelTownship
	if r.Unit.Level >= LevelTownship {
		deepest = LevelVillage
	}
	holds := r.holds()
	for _, a := range r.Result.Areas {
		if a.Unit.Level <= deepest && holds(a.Unit.Code) {
			r.Rows = append(r.Rows, a)
		}
	}
	return r.byGroup(ctx, e)
}

func (r *Report) byGroup(_ context.Context, e Engine) (err error) {
	r.Groups, err = e.County.ByGroup(r.Result)
	return err
}

// ByGroup judges each priority group that the data know anything of, from the travel times of a result.
func (c *County) ByGroup(r *Result) ([]GroupCoverage, error) {
	times := make([]Time, len(r.Verdicts))
	for i, v := range r.Verdicts {
		times[i] = v.Time
	}
	var out []GroupCoverage
	for _, term := range groups() {
		q := r.Query
		q.Group = term.code
		result, err := c.Judge(q, r.Selection, times)
		if err != nil {
			return nil, err
		}
		if result.Totals.PeopleMissing < result.Totals.Settlements {
			out = append(out, GroupCoverage{term.code, result.Totals})
		}
	}
	return out, nil
}

func (r *Report) draw(ctx context.Context, e Engine) error {
	circles, err := e.Circles(ctx, r.Question.Query, []time.Duration{r.Question.Query.Limit})
	if err != nil {
		return fmt.Errorf("drawing the circle: %w", err)
	}
	if len(circles) > 0 {
		r.Circle = &circles[0]
	}
	graph, err := e.Graph(ctx, r.Question.Query.Profile)
	if err != nil {
		return err
	}
	r.Profile = graph.Profile()
	return nil
}

func (r *Report) byService(ctx context.Context, e Engine) error {
	for _, term := range services() {
		q := r.Question.Query
		q.Service, q.HostsCount = term.code, false
		result, err := e.Assess(ctx, q)
		if err != nil {
			return fmt.Errorf("coverage by %s: %w", term.code, err)
		}
		r.Services = append(r.Services, ServiceCoverage{term.code, len(result.Selection.Facilities), result.Totals, statusOf(result)})
	}
	return nil
}

func statusOf(r *Result) []VerdictStatus {
	out := make([]VerdictStatus, len(r.Verdicts))
	for i, v := range r.Verdicts {
		out[i] = v.Status
	}
	return out
}

// byYear looks at the ends of the plan's years: up to the day of the report as built, and from there to the last year that a target or a
// planned point names as planned.
func (r *Report) byYear(ctx context.Context, e Engine) error {
	last := cmp.Or(r.Question.Query.AsOf, r.Whole.DataDate).LastDay()
	year, ok := last.Year()
	if !ok {
		return nil
	}
	var days []Date
	for y := max(2017, year-5); y < year; y++ {
		days = append(days, endOfYear(y))
	}
	days = append(days, last)
	for y := year; y <= min(r.lastPlanned(year), year+5); y++ {
		if day := endOfYear(y); day > last {
			days = append(days, day)
		}
	}
	for _, day := range days {
		q := r.Question.Query
		q.AsOf = day
		on := e
		if day > last {
			on = Engine{County: e.County.asPlanned(), Graph: e.Graph}
		}
		result, err := on.Assess(ctx, q)
		if err != nil {
			return fmt.Errorf("coverage as of %s: %w", day, err)
		}
		y := YearCoverage{AsOf: day, Planned: day > last, Points: result.Selection.Facilities, Sums: result.Totals, Status: statusOf(result)}
		y.Built = r.builtOf(result)
		r.Years = append(r.Years, y)
	}
	return nil
}

// asPlanned is the county with its planned points built when they are planned to be.
func (c *County) asPlanned() *County {
	out := *c
	out.Points = slices.Clone(c.Points)
	for i := range out.Points {
		p := &out.Points[i]
		if (p.Status == StatusPlanned || p.Status == StatusBuilding) && p.PlannedOn != "" {
			p.Status, p.OpenedOn, p.AcceptedOn = StatusBuilt, p.PlannedOn, p.PlannedOn
		}
	}
	return &out
}

func endOfYear(year int) Date { return Date(fmt.Sprintf("%04d-12-31", year)) }

// lastPlanned is the last year that a target or a point still to be built names.
func (r *Report) lastPlanned(year int) int {
	for _, t := range r.Whole.Targets {
		year = max(year, t.Year)
	}
	for _, p := range r.Whole.Points {
		if planned, ok := p.PlannedOn.Year(); ok && (p.Status == StatusPlanned || p.Status == StatusBuilding) {
			year = max(year, planned)
		}
	}
	return year
}

// builtOf reads 建成率 by tier of the scope: of the unit, or of the units at the top of the project together.
func (r *Report) builtOf(result *Result) map[Tier]Built {
	sum := map[Tier]Built{}
	for _, a := range result.Areas {
		top := a.Unit.Code == r.Unit.Code
		if r.Unit.Code == "" {
			top = !slices.ContainsFunc(result.Areas, func(b AreaSum) bool { return b.Unit.Code == a.Unit.Parent })
		}
		if !top {
			continue
		}
		for _, tier := range []Tier{TierCentre, TierStation, TierStudio} {
			b := sum[tier]
			b.Built, b.Should = b.Built+a.ByTier[tier].Built, b.Should+a.ByTier[tier].Should
			sum[tier] = b
		}
	}
	return sum
}

// Built is 建成率 of the scope by tier.
func (r *Report) Built() map[Tier]Built { return r.builtOf(r.Result) }

func (r *Report) byWay(ctx context.Context, e Engine) error {
	seen := map[string]bool{}
	for _, profile := range []string{r.Question.Query.Profile, "walk", "walk_fast", "elderly", "ebike", "car"} {
		if seen[profile] {
			continue
		}
		seen[profile] = true
		q := r.Question.Query
		q.Profile = profile
		result, err := e.Assess(ctx, q)
		if err != nil {
			return fmt.Errorf("coverage by %s: %w", profile, err)
		}
		r.Sensitivity = append(r.Sensitivity, WayCoverage{Profile: profile, Sums: result.Totals})
	}
	straight, err := e.Straight(r.Question.Query)
	if err != nil {
		return err
	}
	r.Sensitivity = append(r.Sensitivity, WayCoverage{Straight: true, Sums: straight.Totals})
	return nil
}
