package main

import (
	"context"
	"strconv"

	"lawcircle/coverage"
	"lawcircle/data"
)

// keepScenario makes a scenario of a proposal, derived from the one that the question was put to. An id of "" makes none.
func (s *study) keepScenario(ctx context.Context, id string, q coverage.Query, years []coverage.PlanYear) error {
	if id == "" {
		return nil
	}
	scenario := coverage.Scenario{ID: id, Name: "建议选址 " + id, Base: s.scenario}
	for _, year := range years {
		number, _ := strconv.Atoi(year.Stage.Name) // 0 where the proposal names no year
		for _, site := range year.Sites {
			scenario.Edits = append(scenario.Edits, openingOf(site, q, number))
		}
	}
	if _, err := s.county.With(scenario.Edits); err != nil {
		return err
	}
	err := s.project.Update(ctx, data.Change{What: "scenario " + id}, func(tx *data.Tx) error { return tx.PutScenario(scenario) })
	if err == nil {
		s.term.errorf("已存为方案 %s（%d 处修改）/ kept as scenario %s", id, len(scenario.Edits), id)
	}
	return err
}

// openingOf is the edit that opens a proposed site, held at least as strongly as the question wants it.
func openingOf(site coverage.ProposedSite, q coverage.Query, year int) coverage.Edit {
	e := coverage.Edit{Op: coverage.EditAddPoint, Name: site.Name, Tier: coverage.TierInHost(site.HostKind), Level: coverage.LevelDuty,
		Lon: site.Point.Lon(), Lat: site.Point.Lat(), Year: year}
	if q.MinLevel == coverage.LevelResident {
		e.Level = coverage.LevelResident
	}
	if site.HostKind != "" {
		e.HostID = site.ID
	}
	return e
}
