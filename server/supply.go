package server

import (
	"net/http"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/query"
)

// supplyAnswer is supply per unit, floating catchment ratios and how evenly they are spread. Calls are demand, never presence.
type supplyAnswer struct {
	Run             runAnswer        `json:"run"`
	Of              string           `json:"of"`
	Supply          float64          `json:"supply"`
	Unstated        int              `json:"unstated"` // facilities or advisers that count for nothing because their staff or place is not stated
	PeopleUnreached int64            `json:"people_unreached"`
	Gini            *float64         `json:"gini"`          // 0 = even
	Concentration   *float64         `json:"concentration"` // by time to the nearest: negative when the near have more
	Units           []unitSupply     `json:"units"`
	Groups          []groupSupply    `json:"groups"`
	Settlements     settlementSupply `json:"settlements"`
}

type unitSupply struct {
	Code            string   `json:"code"`
	Name            string   `json:"name"`
	Level           int      `json:"level"`
	People          int64    `json:"people"`
	Supply          float64  `json:"supply"`
	PeoplePerSupply *float64 `json:"people_per_supply"`
	SupplyPer10k    *float64 `json:"supply_per_10k"`
	AccessPer10k    *float64 `json:"access_per_10k"`
	Calls12348      *int64   `json:"calls_12348"`
}

type groupSupply struct {
	Group        string  `json:"group"`
	People       int64   `json:"people"`
	AccessPer10k float64 `json:"access_per_10k"`
}

// settlementSupply has one entry per settlement in every list.
type settlementSupply struct {
	ID             []string  `json:"id"`
	AccessPer10k   []float64 `json:"access_per_10k"`
	EnhancedPer10k []float64 `json:"enhanced_per_10k"` // the nearer weigh more
}

// servicesAnswer is coverage by what points offer.
type servicesAnswer struct {
	Run    runAnswer     `json:"run"`
	Rows   []serviceRow  `json:"rows"`
	Groups []groupTotals `json:"groups"` // the question as asked, for every priority group that the data know
}

type groupTotals struct {
	Group  string `json:"group"`
	Totals sums   `json:"totals"`
}

// serviceRow is one kind of point; "" stands for any.
type serviceRow struct {
	Service string `json:"service"`
	Tier    string `json:"tier"`
	Level   string `json:"level"` // at least
	Points  int    `json:"points"`
	Totals  sums   `json:"totals"`
}

// mismatchAnswer lists where 建成率 and 覆盖率 disagree.
type mismatchAnswer struct {
	Run  runAnswer     `json:"run"`
	Rows []mismatchRow `json:"rows"`
}

type mismatchRow struct {
	Code               string `json:"code"`
	Name               string `json:"name"`
	Tier               string `json:"tier"`
	Built              bool   `json:"built"` // true: it has a point, yet people are outside; false: everyone judged is inside without one
	People             int64  `json:"people"`
	PeopleOutside      int64  `json:"people_outside"`
	Settlements        int    `json:"settlements"`
	SettlementsOutside int    `json:"settlements_outside"`
}

const tenThousand = 10_000

func (s *Server) supplyRoutes() []route {
	say := func(zh, en string) locale.Text { return locale.Text{Zh: zh, En: en} }
	of := query.Param{Name: "of", Default: string(coverage.SupplyStaff), Enum: []string{string(coverage.SupplyStaff), string(coverage.SupplyAdvisers)},
		Doc: say("分摊什么：服务点人员或法律顾问", "what is shared: staff of points, or advisers")}
	cross := query.Param{Name: "cross", Kind: query.Boolean, Default: "false", Doc: say("各种组合", "every combination for which a point counts")}
	return []route{
		{method: http.MethodGet, path: "/api/v1/supply", answer: supplyAnswer{}, params: questionParams().With(of), handle: s.supply,
			summary: say("供给与公平：人均人员、两步移动搜寻法、基尼系数", "Supply and equity: per unit, 2SFCA, Gini")},
		{method: http.MethodGet, path: "/api/v1/services", answer: servicesAnswer{}, params: questionParams().With(cross), handle: s.services,
			summary: say("分服务事项、层级、服务级别的覆盖", "Coverage per service, tier and level")},
	}
}

func (s *Server) mismatchRoutes() []route {
	return []route{{method: http.MethodGet, path: "/api/v1/mismatch", answer: mismatchAnswer{}, params: questionParams(), handle: s.mismatch,
		summary: locale.Text{Zh: "建成率与覆盖率不一致的单位", En: "Units where built and covered disagree"}}}
}

func (s *Server) supply(c *call) error {
	q, _, _, err := s.askedStudy(c)
	if err != nil {
		return err
	}
	asked := coverage.EquityQuestion{Query: q.Query, Of: coverage.SupplyKind(c.values.Text("of"))}
	p, err := s.plan(c, "supply", q, asked)
	if err != nil {
		return err
	}
	e, err := s.deps.Analyst(p.study).Equity(c.ctx(), asked)
	if err != nil {
		return explainFailure(err)
	}
	out := supplyAnswer{Run: p.run, Of: string(e.Question.Of), Unstated: e.Unstated, PeopleUnreached: e.Unreached, Gini: known(e.Gini, e.Known),
		Concentration: known(e.Concentration, e.Known), Units: []unitSupply{}, Groups: []groupSupply{}, Settlements: settlementSupply{[]string{}, []float64{}, []float64{}}}
	for _, supply := range e.Supply {
		out.Supply += supply
	}
	for _, u := range e.Units {
		row := unitSupply{Code: u.Unit.Code, Name: u.Unit.Name, Level: int(u.Unit.Level), People: u.People, Supply: u.Supply,
			PeoplePerSupply: known(u.PeoplePer1, u.Supply > 0), SupplyPer10k: known(u.PerTenK, u.Defined), AccessPer10k: known(u.Mean*tenThousand, u.Defined)}
		if u.CallsKnown {
			row.Calls12348 = &u.Calls
		}
		out.Units = append(out.Units, row)
	}
	for _, g := range e.Groups {
		out.Groups = append(out.Groups, groupSupply{string(g.Group), g.People, g.Mean * tenThousand})
	}
	for i, place := range p.study.County.Settlements {
		out.Settlements.ID = append(out.Settlements.ID, place.ID)
		out.Settlements.AccessPer10k = append(out.Settlements.AccessPer10k, e.Access[i]*tenThousand)
		out.Settlements.EnhancedPer10k = append(out.Settlements.EnhancedPer10k, e.Enhanced[i]*tenThousand)
	}
	return c.ok(out)
}

func (s *Server) services(c *call) error {
	q, _, _, err := s.askedStudy(c)
	if err != nil {
		return err
	}
	cross := c.values.True("cross")
	p, err := s.plan(c, "services", q, struct {
		coverage.Query
		Cross bool
	}{q.Query, cross})
	if err != nil {
		return err
	}
	list, err := s.deps.Analyst(p.study).OfferTable(c.ctx(), q.Query, cross)
	if err != nil {
		return explainFailure(err)
	}
	result, err := s.deps.Analyst(p.study).Assess(c.ctx(), q.Query)
	if err != nil {
		return explainFailure(err)
	}
	groups, err := p.study.County.ByGroup(result)
	if err != nil {
		return explainFailure(err)
	}
	out := servicesAnswer{p.run, []serviceRow{}, []groupTotals{}}
	for _, g := range groups {
		out.Groups = append(out.Groups, groupTotals{string(g.Group), toSums(g.Sums)})
	}
	for _, o := range list {
		out.Rows = append(out.Rows, serviceRow{string(o.Service), string(o.Tier), string(o.Level), o.Points, toSums(o.Sums)})
	}
	return c.ok(out)
}

func (s *Server) mismatch(c *call) error {
	q, answer, err := s.asked(c)
	if err != nil {
		return err
	}
	out := mismatchAnswer{toRun(answer.run, q.Rule), []mismatchRow{}}
	for _, m := range answer.study.County.Mismatches(answer.result) {
		out.Rows = append(out.Rows, mismatchRow{m.Unit.Code, m.Unit.Name, string(m.Tier), m.Built, m.People, m.PeopleOutside, m.Settlements, m.Outside})
	}
	return c.ok(out)
}
