package export

import (
	"io"

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
