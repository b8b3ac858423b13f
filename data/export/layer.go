package export

import (
	"io"
	"math"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// runMembers are the members that every collection of results carries.
func runMembers(county *coverage.County, run coverage.Run) []Value {
	return []Value{{"run", run}, {"synthetic", county.Synthetic}}
}

// ProposalGeoJSON writes the proposed sites as points.
func ProposalGeoJSON(w io.Writer, county *coverage.County, run coverage.Run, p *coverage.Proposal) error {
	g := NewGeoJSON(w, "proposals", runMembers(county, run)...)
	for i, s := range p.Sites {
		err := g.Write(Feature{ID: s.ID, Geometry: s.Point, Values: []Value{
			{"rank", i + 1}, {"host_id", s.ID}, {"name", s.Name}, {"kind", s.HostKind}, {"admin_code", s.Code},
			{"people_gained", s.Gain.People}, {"settlements_gained", s.Gain.Demands},
			{"people_cumulative", s.Cumulative.People}, {"settlements_cumulative", s.Cumulative.Demands}}})
		if err != nil {
			return err
		}
	}
	return g.Close()
}

// CirclesGeoJSON writes covered areas, the shortest limit first.
func CirclesGeoJSON(w io.Writer, county *coverage.County, run coverage.Run, profile string, circles []coverage.Circle) error {
	g := NewGeoJSON(w, "circles", runMembers(county, run)...)
	for _, c := range circles {
		err := g.Write(Feature{Geometry: geometryOf(c.Area), Values: []Value{
			{"profile", profile}, {"minutes", c.Limit.Minutes()}, {"area_m2", math.Round(c.AreaM2)},
			{"area_certain_m2", math.Round(c.CertainM2)}, {"area_possible_m2", math.Round(c.PossibleM2)}}})
		if err != nil {
			return err
		}
	}
	return g.Close()
}

// GapsGeoJSON writes the parts of units outside the circle with the people who are not covered.
func GapsGeoJSON(w io.Writer, county *coverage.County, run coverage.Run, q coverage.Query, gaps []coverage.Gap) error {
	g := NewGeoJSON(w, "gaps", runMembers(county, run)...)
	for _, gap := range gaps {
		err := g.Write(Feature{ID: gap.Unit.Code, Geometry: geometryOf(gap.Area), Values: []Value{
			{"admin_code", gap.Unit.Code}, {"name", gap.Unit.Name}, {"level", int(gap.Unit.Level)}, {"profile", q.Profile},
			{"minutes", q.Limit.Minutes()}, {"people_uncovered", gap.People}, {"settlements_uncovered", gap.Settlements},
			{"people_unknown", gap.PeopleBlank}, {"area_m2", math.Round(gap.AreaM2)}}})
		if err != nil {
			return err
		}
	}
	return g.Close()
}

// geometryOf is nil, not an empty shape, where there is nothing.
func geometryOf(area orb.MultiPolygon) orb.Geometry {
	if len(area) == 0 {
		return nil
	}
	return area
}
