package coverage

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Dossier tells what a new point in one host would bring.
type Dossier struct {
	Host     Host
	Query    Query
	Gained   []Reached // settlements that the point would bring into the circle, most people first
	Doubled  []Reached // settlements inside the circle already that would get a second point within the limit
	Before   Sums
	After    Sums
	Rank     int // by people gained among all candidate hosts, 1 = best
	Of       int // candidate hosts compared
	RunnerUp *RunnerUp
	Slower   Sums // after, when every trip takes a quarter longer (speeds −20 %)
	Faster   Sums // after, when every trip is a sixth shorter (speeds +20 %)
}

// Reached is a settlement in reach of a site.
type Reached struct {
	Settlement int
	Duration   time.Duration
	People     People
}

// RunnerUp is the next best candidate, and how many people fewer it would gain.
type RunnerUp struct {
	Host   Host
	People int64 // gained by it
	Fewer  int64 // than by the host of the dossier; negative when it would gain more
}

// Dossier compiles the dossier of a host without a point, against the present state and all other candidates.
func (e Engine) Dossier(ctx context.Context, q Query, hostID string) (*Dossier, error) {
	candidates := e.County.Candidates(CandidateHosts)
	at := slices.IndexFunc(candidates, func(c Candidate) bool { return c.ID == hostID })
	if at < 0 {
		return nil, fmt.Errorf("host %q is not a candidate: it does not exist, or a point stands or is planned in it", hostID)
	}
	m, err := e.siteModel(ctx, SiteQuestion{Query: q, Sites: 1, Candidates: CandidateHosts})
	if err != nil {
		return nil, err
	}
	d := &Dossier{Query: q, Of: len(candidates), Host: e.County.hostsByID()[hostID]}
	gains := m.gains()
	d.rank(e.County, gains, at)
	site := Facility{Place: candidates[at].Place, HostKind: candidates[at].HostKind, Tier: TierInHost(candidates[at].HostKind), Level: LevelDuty}
	return d, e.fillDossier(ctx, d, m, site)
}

// gains gives, for each candidate, the people and settlements within its limit that no existing point serves.
func (m *siteModel) gains() []SiteGain {
	served := make([]bool, len(m.people))
	for i := range m.existing {
		for _, j := range m.within[i] {
			served[j] = true
		}
	}
	gains := make([]SiteGain, len(m.candidates))
	for i, candidate := range m.candidates {
		gains[i].Candidate = candidate
		for _, j := range m.within[len(m.existing)+i] {
			if !served[j] {
				gains[i].People += m.people[j].Count
				gains[i].Settlements++
			}
		}
	}
	return gains
}

func (d *Dossier) rank(c *County, gains []SiteGain, at int) {
	d.Rank = 1
	best := -1
	for i, gain := range gains {
		if i == at {
			continue
		}
		if gain.People > gains[at].People || (gain.People == gains[at].People && i < at) {
			d.Rank++
		}
		if best < 0 || gain.People > gains[best].People {
			best = i
		}
	}
	if best >= 0 {
		d.RunnerUp = &RunnerUp{c.hostsByID()[gains[best].Candidate.ID], gains[best].People, gains[at].People - gains[best].People}
	}
}

func (e Engine) fillDossier(ctx context.Context, d *Dossier, m *siteModel, site Facility) error {
	before, err := e.times(ctx, d.Query, m.existing)
	if err != nil {
		return err
	}
	all := append(slices.Clone(m.existing), site)
	after, err := e.times(ctx, d.Query, all)
	if err != nil {
		return err
	}
	alone, err := e.times(ctx, d.Query, []Facility{site})
	if err != nil {
		return err
	}
	selection := Selection{Facilities: all}
	for _, variant := range []struct {
		times []Time
		share float64 // of the travel time
		into  *Sums
	}{{before, 1, &d.Before}, {after, 1, &d.After}, {after, 1 / 0.8, &d.Slower}, {after, 1 / 1.2, &d.Faster}} {
		result, err := e.County.Judge(d.Query, selection, scaled(variant.times, variant.share))
		if err != nil {
			return err
		}
		*variant.into = result.Totals
	}
	d.reach(e.County, before, alone)
	return nil
}

// scaled stretches travel times; whole milliseconds, rounded up so that a slower trip is never counted too early.
func scaled(times []Time, factor float64) []Time {
	if factor == 1 {
		return times
	}
	out := slices.Clone(times)
	for i := range out {
		ms := float64(out[i].Duration.Milliseconds()) * factor
		out[i].Duration = time.Duration(ceil(ms)) * time.Millisecond
	}
	return out
}

func ceil(x float64) int64 {
	whole := int64(x)
	if float64(whole) < x {
		whole++
	}
	return whole
}

func (d *Dossier) reach(c *County, before, alone []Time) {
	for i, t := range alone {
		limit := d.Query.limitFor(c.Settlements[i])
		if !t.OK || t.Duration > limit {
			continue
		}
		r := Reached{i, t.Duration, c.Settlements[i].peopleOf(d.Query.Group)}
		if before[i].OK && before[i].Duration <= limit {
			d.Doubled = append(d.Doubled, r)
		} else {
			d.Gained = append(d.Gained, r)
		}
	}
	byPeople := func(a, b Reached) int {
		if a.People.Count != b.People.Count {
			return int(b.People.Count - a.People.Count)
		}
		return a.Settlement - b.Settlement
	}
	slices.SortFunc(d.Gained, byPeople)
	slices.SortFunc(d.Doubled, byPeople)
}
