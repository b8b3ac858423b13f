package coverage

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// EditsOf lists the edits of a scenario after those of the scenarios it is derived from, oldest first. It refuses unknown ids and circles.
func EditsOf(scenarios []Scenario, id string) ([]Edit, error) {
	byID := make(map[string]Scenario, len(scenarios))
	for _, s := range scenarios {
		byID[s.ID] = s
	}
	var chain []Scenario
	for at := id; at != ""; {
		s, known := byID[at]
		if !known {
			return nil, fmt.Errorf("scenario %q does not exist", at)
		}
		if len(chain) > len(scenarios) {
			return nil, fmt.Errorf("scenario %q is derived from itself", id)
		}
		chain = append(chain, s)
		at = s.Base
	}
	var edits []Edit
	for _, s := range slices.Backward(chain) {
		edits = append(edits, s.Edits...)
	}
	return edits, nil
}

// LimitOf is the limit that edits set, the last of them counting, or the one given when they set none.
func LimitOf(edits []Edit, limit time.Duration) time.Duration {
	for _, e := range edits {
		if e.Op == EditChangeLimit && e.Minutes > 0 {
			limit = time.Duration(math.Round(e.Minutes*60_000)) * time.Millisecond
		}
	}
	return limit
}

// With returns a county in which the edits of points are done, leaving the receiver as it is; edits of roads and of the limit are not its
// business and are passed over. Unchanged slices are shared. An error names the edit (from 1) that cannot be done.
func (c *County) With(edits []Edit) (*County, error) {
	next := *c
	next.Points = slices.Clone(c.Points)
	for i, e := range edits {
		if err := next.apply(e); err != nil {
			return nil, fmt.Errorf("edit %d (%s): %w", i+1, e.Op, err)
		}
	}
	slices.SortFunc(next.Points, func(a, b ServicePoint) int { return compareIDs(a.ID, b.ID) })
	return &next, nil
}

func (c *County) apply(e Edit) error {
	switch e.Op {
	case EditAddPoint:
		return c.addPoint(e)
	case EditMovePoint, EditClosePoint, EditSetLevel:
		i := slices.IndexFunc(c.Points, func(p ServicePoint) bool { return p.ID == e.PointID })
		if i < 0 {
			return fmt.Errorf("service point %q does not exist", e.PointID)
		}
		return c.editPoint(&c.Points[i], e)
	case EditCloseRoad, EditAddRoad, EditAddBarrier, EditRoadSpeed, EditChangeLimit:
		return nil
	default:
		return fmt.Errorf("this kind of edit is unknown")
	}
}

func (c *County) editPoint(p *ServicePoint, e Edit) error {
	switch e.Op {
	case EditMovePoint:
		if err := checkLonLat(e.Lon, e.Lat); err != nil {
			return err
		}
		p.Point = orb.Point{e.Lon, e.Lat}
	case EditClosePoint:
		if p.Status == StatusBuilt { // it served until then; one still to be built never does
			p.ClosedOn = c.dateOf(e)
		}
		p.Status = StatusClosed
	default:
		if rankOfLevel(e.Level) == 0 {
			return fmt.Errorf("level %q is unknown", e.Level)
		}
		p.Level = e.Level
	}
	return nil
}

// dateOf is the date from which an edit holds: the year that it names, else the data date, so that what a scenario changes does not change
// the past. It is "" where neither is known.
func (c *County) dateOf(e Edit) Date {
	if e.Year != 0 {
		return Date(fmt.Sprintf("%04d", e.Year))
	}
	return c.DataDate
}

// addPoint opens a point in a host, or anywhere when no host is named. It counts as built, from the end of the year that the edit names or
// from the data date, and, unless told otherwise, as held on duty days.
func (c *County) addPoint(e Edit) error {
	if e.Year != 0 && (e.Year < 1900 || e.Year > 2100) {
		return fmt.Errorf("year %d is not between 1900 and 2100", e.Year)
	}
	p := ServicePoint{ID: e.AddedID(), HostID: e.HostID, Name: e.Name, Tier: e.Tier, Level: e.Level, Status: StatusBuilt,
		Point: orb.Point{e.Lon, e.Lat}}
	if p.Level == "" {
		p.Level = LevelDuty
	}
	p.OpenedOn = c.dateOf(e)
	p.AcceptedOn = p.OpenedOn
	if e.HostID != "" {
		i := slices.IndexFunc(c.Hosts, func(h Host) bool { return h.ID == e.HostID })
		if i < 0 {
			return fmt.Errorf("host %q does not exist", e.HostID)
		}
		host := c.Hosts[i]
		p.Point, p.Code = host.Point, host.Code
		if p.Name == "" {
			p.Name = host.Name
		}
		if p.Tier == "" {
			p.Tier = TierInHost(host.Kind)
		}
	} else if err := checkLonLat(e.Lon, e.Lat); err != nil {
		return err
	}
	if p.Tier == "" {
		p.Tier = TierOther
	}
	if slices.ContainsFunc(c.Points, func(o ServicePoint) bool { return o.ID == p.ID }) {
		return fmt.Errorf("service point %q exists already", p.ID)
	}
	c.Points = append(c.Points, p)
	return nil
}

// AddedID is the id of the point that an edit adds: its own, or one made of its host or place.
func (e Edit) AddedID() string {
	switch {
	case e.PointID != "":
		return e.PointID
	case e.HostID != "":
		return "new-" + e.HostID
	default:
		return fmt.Sprintf("new-%.6f-%.6f", e.Lon, e.Lat)
	}
}

// TierInHost is the tier of the point that usually stands in a kind of host.
func TierInHost(kind HostKind) Tier {
	switch kind {
	case HostPolicePost:
		return TierPost
	case HostVillageCommittee, HostCommunityCentre:
		return TierStudio
	case HostJudicialOffice, HostGovernanceCentre:
		return TierStation
	case HostLegalAidCentre:
		return TierCentre
	default:
		return TierOther
	}
}

func checkLonLat(lon, lat float64) error {
	if !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) { // written so that NaN fails
		return fmt.Errorf("position %v, %v is not a longitude and latitude", lon, lat)
	}
	return nil
}

// Comparison is the difference between two results on the same settlements.
type Comparison struct {
	Gained, Lost []int // settlements covered only in the second, only in the first
	GainedPeople int64
	LostPeople   int64
	Before       Sums
	After        Sums
	Units        []UnitChange // units whose sums differ, in code order
}

// UnitChange is the change in one unit.
type UnitChange struct {
	Unit          Unit
	Before, After Sums
}

// Compare tells who gains and who loses between two results of the same county.
func Compare(before, after *Result) (Comparison, error) {
	if len(before.Verdicts) != len(after.Verdicts) || len(before.Areas) != len(after.Areas) {
		return Comparison{}, fmt.Errorf("comparing results on %d and %d settlements: they are not of the same county",
			len(before.Verdicts), len(after.Verdicts))
	}
	out := Comparison{Before: before.Totals, After: after.Totals}
	for i, b := range before.Verdicts {
		a := after.Verdicts[i]
		switch {
		case b.Status != Covered && a.Status == Covered:
			out.Gained = append(out.Gained, i)
			out.GainedPeople += a.People.Count
		case b.Status == Covered && a.Status != Covered:
			out.Lost = append(out.Lost, i)
			out.LostPeople += b.People.Count
		}
	}
	for i, b := range before.Areas {
		if a := after.Areas[i]; a.Sums != b.Sums {
			out.Units = append(out.Units, UnitChange{a.Unit, b.Sums, a.Sums})
		}
	}
	return out, nil
}
