package coverage

import "slices"

// Light is a judgement at a glance: green, yellow (something is not stated) or red.
type Light string

// Lights, from good to bad.
const (
	Green  Light = "green"
	Yellow Light = "yellow"
	Red    Light = "red"
)

// Window is a built point held against what the plan asks of it: 临街一层, 专门接待场所, staff, and the services of one stop.
type Window struct {
	Point    ServicePoint
	Unit     Unit // that it belongs to, the zero Unit when unknown
	Staff    int
	StaffMin int      // 0 = the plan sets none for the tier
	Stated   bool     // staff is stated
	Fails    []string // street_front, ground_floor, dedicated, accessible, staff
	Unstated []string // likewise
	Offered  []Service
	Lacking  []Service // of the services of one stop; centres and stations only
	Light    Light
}

// oneStop lists the services that a centre should have under one roof (一站式): those that residents come for in person. Assignment of legal
// aid is an office's own work, and correction and resettlement have premises of their own.
func oneStop() []Service {
	return []Service{ServiceConsult, ServiceAidAccept, ServiceMediation, ServiceNotary, ServicePublicity, ServiceLawyer}
}

// Windows holds the points that are built on a day ("" = as the data stand) against the plan, in id order; tiers narrows them down. A point
// is red when something stated fails, yellow when nothing fails and something is not stated.
func (c *County) Windows(asOf Date, tiers []Tier) []Window {
	b := newBoard(c, asOf, false)
	offers := c.offersByPoint()
	var out []Window
	for _, p := range c.Points {
		if built, _ := p.BuiltAt(asOf, false); !built || len(tiers) > 0 && !slices.Contains(tiers, p.Tier) {
			continue
		}
		w := Window{Point: p}
		if chain := b.tree.chain(b.codeOf(p)); len(chain) > 0 {
			w.Unit = c.Units[chain[0]]
		}
		w.judge(offers[p.ID])
		out = append(out, w)
	}
	return out
}

func (w *Window) judge(offers []Offer) {
	p := w.Point
	for _, flag := range []struct {
		name string
		is   *bool
	}{{"street_front", p.StreetFront}, {"ground_floor", p.GroundFloor}, {"dedicated", p.Dedicated}, {"accessible", p.Accessible}} {
		switch {
		case flag.is == nil:
			w.Unstated = append(w.Unstated, flag.name)
		case !*flag.is:
			w.Fails = append(w.Fails, flag.name)
		}
	}
	w.StaffMin, _ = StaffMinimum(p.Tier)
	w.Staff, w.Stated = p.Staff()
	switch {
	case w.StaffMin == 0:
	case !w.Stated:
		w.Unstated = append(w.Unstated, "staff")
	case w.Staff < w.StaffMin:
		w.Fails = append(w.Fails, "staff")
	}
	for _, o := range offers {
		if !slices.Contains(w.Offered, o.Service) {
			w.Offered = append(w.Offered, o.Service)
		}
	}
	slices.Sort(w.Offered)
	if p.Tier == TierCentre || p.Tier == TierStation {
		for _, s := range oneStop() {
			if len(offers) > 0 && !slices.Contains(w.Offered, s) {
				w.Lacking = append(w.Lacking, s)
			}
		}
		if len(offers) == 0 {
			w.Unstated = append(w.Unstated, "services")
		}
	}
	switch {
	case len(w.Fails) > 0 || len(w.Lacking) > 0 && p.Tier == TierCentre:
		w.Light = Red
	case len(w.Unstated) > 0:
		w.Light = Yellow
	default:
		w.Light = Green
	}
}
