package coverage

import (
	"fmt"
	"slices"
	"strings"
)

// CandidateSet names where new points may stand.
type CandidateSet string

// Candidate sets. Hosts in which a point stands or is planned are never candidates.
const (
	CandidatePosts       CandidateSet = "posts"       // convenience police stations
	CandidateVillages    CandidateSet = "villages"    // village committees and community centres
	CandidateOffices     CandidateSet = "offices"     // judicial offices and governance centres
	CandidateHosts       CandidateSet = "hosts"       // every host
	CandidateSettlements CandidateSet = "settlements" // the settlements themselves, host or not
	CandidateAll         CandidateSet = "all"         // hosts and settlements
)

// ParseCandidateSet accepts a set by name, or any host kind for the hosts of that kind.
func ParseCandidateSet(text string) (CandidateSet, error) {
	known := []CandidateSet{CandidatePosts, CandidateVillages, CandidateOffices, CandidateHosts, CandidateSettlements, CandidateAll}
	if slices.Contains(known, CandidateSet(text)) {
		return CandidateSet(text), nil
	}
	if kind, err := ParseHostKind(text); err == nil {
		return CandidateSet(kind), nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return "", fmt.Errorf("candidate set %q is unknown: use one of %s, or a host kind", text, strings.Join(names, ", "))
}

// Title names the places of a set, for the sentences that speak of them.
func (s CandidateSet) Title() Sentence {
	hosts := func(zh, en string) Sentence {
		return Sentence{"尚无服务点的" + zh, en + " without a point"}
	}
	switch s {
	case CandidatePosts:
		return hosts("便民警务站", "police posts")
	case CandidateVillages:
		return hosts("村（社区）场所", "premises of villages and communities")
	case CandidateOffices:
		return hosts("司法所和综治中心", "judicial offices and governance centres")
	case CandidateHosts, "":
		return hosts("现有场所", "existing hosts")
	case CandidateSettlements:
		return Sentence{"居民点本身", "the settlements themselves"}
	case CandidateAll:
		return Sentence{"尚无服务点的现有场所和居民点", "existing hosts without a point, and settlements"}
	default:
		term, _ := hostKinds().find(HostKind(s)) // a set is one of those above or a host kind
		return hosts(term.zh, "hosts of the kind "+term.en)
	}
}

func (s CandidateSet) holds(kind HostKind) bool {
	switch s {
	case CandidatePosts:
		return kind == HostPolicePost
	case CandidateVillages:
		return kind == HostVillageCommittee || kind == HostCommunityCentre
	case CandidateOffices:
		return kind == HostJudicialOffice || kind == HostGovernanceCentre
	case CandidateHosts, CandidateAll:
		return true
	case CandidateSettlements:
		return false
	default:
		return string(s) == string(kind)
	}
}

// Candidate is a place where a new point may stand.
type Candidate struct {
	Place
	HostKind  HostKind // "" for a settlement
	SetUpCost float64  // yuan, 0 = not stated
	Ready     *bool
}

// Candidates lists the candidates of a set in id order.
func (c *County) Candidates(set CandidateSet) []Candidate {
	var out []Candidate
	for _, h := range c.CandidateHosts() {
		if set.holds(h.Kind) {
			out = append(out, Candidate{Place{h.ID, h.Name, h.Code, h.Point}, h.Kind, h.SetUpCost, h.Ready})
		}
	}
	if set == CandidateSettlements || set == CandidateAll {
		for _, s := range c.Settlements {
			out = append(out, Candidate{Place: Place{s.ID, s.Name, s.Code, s.Point}})
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return compareIDs(a.ID, b.ID) })
	return out
}
