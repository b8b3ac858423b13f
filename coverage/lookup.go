package coverage

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
)

// Place is a named point of a unit: what a search starts from or leads to.
type Place struct {
	ID    string
	Name  string
	Code  string // administrative unit, "" when unknown
	Point orb.Point
}

func compareIDs(a, b string) int { return strings.Compare(a, b) }

func (c *County) hostsByID() map[string]Host {
	hosts := make(map[string]Host, len(c.Hosts))
	for _, h := range c.Hosts {
		hosts[h.ID] = h
	}
	return hosts
}

func (c *County) offersByPoint() map[string][]Offer {
	offers := make(map[string][]Offer)
	for _, o := range c.Offers {
		offers[o.PointID] = append(offers[o.PointID], o)
	}
	return offers
}

// CandidateHosts lists, in id order, the hosts in which no service point stands or is being built or planned: the sites that the plan can
// lean on next. A closed or suspended point leaves its host a candidate.
func (c *County) CandidateHosts() []Host {
	taken := make(map[string]bool, len(c.Points))
	for _, p := range c.Points {
		if p.Status != StatusClosed && p.Status != StatusSuspended {
			taken[p.HostID] = true
		}
	}
	var out []Host
	for _, h := range c.Hosts {
		if !taken[h.ID] {
			out = append(out, h)
		}
	}
	return out
}

// unitTree answers questions of descent among units.
type unitTree struct {
	units  []Unit
	byCode map[string]int
}

func newUnitTree(units []Unit) unitTree {
	t := unitTree{units, make(map[string]int, len(units))}
	for i, u := range units {
		t.byCode[u.Code] = i
	}
	return t
}

// chain lists the indexes of the unit with this code and of all units above it, lowest first. A code that is not among the units climbs
// by its digits until one is found.
func (t unitTree) chain(code string) []int {
	var out []int
	for depth := 0; code != "" && depth < 16; depth++ { // parents of broken data may form a circle
		i, known := t.byCode[code]
		if !known {
			code = ParentCode(code)
			continue
		}
		out = append(out, i)
		code = t.units[i].Parent
	}
	return out
}

// at returns the unit of the given level on the chain above code.
func (t unitTree) at(code string, level UnitLevel) (Unit, bool) {
	for _, i := range t.chain(code) {
		if t.units[i].Level == level {
			return t.units[i], true
		}
	}
	return Unit{}, false
}

// FindSettlement resolves what a person typed: the id of a settlement, or its name when only one settlement bears it. The error of an
// ambiguous name lists the ids to choose from.
func (c *County) FindSettlement(text string) (string, error) {
	places := make([]Place, len(c.Settlements))
	for i, s := range c.Settlements {
		places[i] = Place{ID: s.ID, Name: s.Name, Code: s.Code}
	}
	return find("settlement", places, text)
}

// FindHost resolves the id of a host, or its name when only one host bears it.
func (c *County) FindHost(text string) (string, error) {
	places := make([]Place, len(c.Hosts))
	for i, h := range c.Hosts {
		places[i] = Place{ID: h.ID, Name: h.Name, Code: h.Code}
	}
	return find("host", places, text)
}

func find(what string, places []Place, text string) (string, error) {
	var named []string
	for _, p := range places {
		if p.ID == text {
			return p.ID, nil
		}
		if p.Name == text {
			named = append(named, p.ID)
		}
	}
	switch len(named) {
	case 0:
		return "", fmt.Errorf("%s %q does not exist", what, text)
	case 1:
		return named[0], nil
	}
	const shown = 10
	return "", fmt.Errorf("%d %ss are named %q; say which by its id: %s", len(named), what, text, strings.Join(named[:min(shown, len(named))], ", "))
}
