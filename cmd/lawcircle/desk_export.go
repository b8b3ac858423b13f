package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"lawcircle/data"
	"lawcircle/data/export"
	"lawcircle/geo/crs"
	"lawcircle/server"
)

// exportDesk hands exports and reports to the server; see [exportDesk.Report].
type exportDesk struct{ *desk }

// Layers implements server.Exporter. Proposals are a job of their own.
func (d exportDesk) Layers() []string {
	return slices.DeleteFunc(exportLayers(), func(name string) bool { return name == "proposals" })
}

// Formats implements server.Exporter.
func (d exportDesk) Formats() map[string]string {
	out := map[string]string{}
	for format, media := range export.Formats() {
		out[string(format)] = media
	}
	return out
}

// Export implements server.Exporter. Tables of the project are as they are stored, whatever the scenario.
func (d exportDesk) Export(ctx context.Context, w io.Writer, what server.Export) error {
	system := crs.WGS84()
	if what.CRS != "" {
		var err error
		if system, err = crs.Parse(what.CRS); err != nil {
			return err
		}
	}
	layer, err := d.layer(ctx, what)
	if err != nil {
		return err
	}
	layer, err = export.Prepare(ctx, layer, export.Options{System: system, Synthetic: what.Study.County.Synthetic})
	if err != nil {
		return err
	}
	return export.Write(ctx, w, layer, export.Format(what.Format), export.GB18030)
}

func (d exportDesk) layer(ctx context.Context, what server.Export) (*export.Layer, error) {
	switch {
	case slices.Contains(data.StoredLayers(), what.Layer):
		return storedLayer(ctx, d.project, what.Layer)
	case what.Layer == "candidates":
		return candidateLayer(what.Study.County), nil
	case what.Result == nil:
		return nil, fmt.Errorf("layer %s needs an answer to a coverage question", what.Layer)
	}
	analyst, ok := d.analyst(what.Study).(deskAnalyst)
	if !ok {
		return nil, errors.New("this analyst draws no layers")
	}
	layer, err := resultLayerOf(ctx, analyst.Engine, what.Study.County, what.Result, what.Layer)
	if err == nil {
		layer.Members = []export.Value{{Name: "run", Value: what.Run}}
	}
	return layer, err
}
