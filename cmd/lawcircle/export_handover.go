package main

import (
	"context"
	"io"
	"strings"

	"lawcircle/data/export"
)

// handoverLayers are what another office needs: the places, the verdicts and the areas.
func handoverLayers() []string {
	return []string{"admin_units", "settlements", "host_sites", "service_points", "access", "areas", "circles", "gaps"}
}

// writeHandover computes the results once and writes them with the project's layers as one zip.
func (s *study) writeHandover(ctx context.Context, f *exportFlags, options export.Options, path string) error {
	if !strings.HasSuffix(strings.ToLower(path), ".zip") {
		return usagef("-o %s: 移交包是 .zip / a handover is a .zip", path)
	}
	q, err := f.query.query()
	if err != nil {
		return err
	}
	result, err := s.assess(ctx, &q)
	if err != nil {
		return err
	}
	s.warnAboutSelection(result)
	run, err := s.identify(ctx, "coverage", q)
	if err != nil {
		return err
	}
	var layers []*export.Layer
	for _, name := range handoverLayers() {
		var layer *export.Layer
		if isResult(name) {
			layer, err = resultLayerOf(ctx, s.engine, s.county, result, name)
		} else {
			layer, err = storedLayer(ctx, s.project, name)
		}
		if err == nil {
			layer, err = export.Prepare(ctx, layer, options)
		}
		if err != nil {
			return err
		}
		layers = append(layers, layer)
	}
	return writeFile(path, func(w io.Writer) error { return export.Handover(ctx, w, s.county.Name, run, layers) })
}

func isResult(name string) bool {
	switch name {
	case "access", "areas", "circles", "gaps":
		return true
	}
	return false
}
