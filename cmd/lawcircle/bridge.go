package main

import (
	"context"
	"errors"
	"io"

	"lawcircle/coverage"
	"lawcircle/geo/road"
)

func (s *study) buildGraph(ctx context.Context, profile *road.Profile) (*road.Graph, error) {
	network, err := s.project.Network(ctx)
	if err != nil {
		return nil, err
	}
	return road.Build(ctx, network, profile, road.BuildOptions{})
}
func (s *study) keep(context.Context, coverage.Run, *coverage.Result) error {
	return errors.New("keeping runs is not built yet")
}
func (s *study) writeCircles(context.Context, io.Writer, *coverage.Result) error {
	return errors.New("areas are not built yet")
}
func (s *study) writeGaps(context.Context, io.Writer, *coverage.Result) error {
	return errors.New("areas are not built yet")
}
