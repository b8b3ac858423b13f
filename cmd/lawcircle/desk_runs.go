package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/server"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
)

// Runs implements server.RunStore.
func (d *desk) Runs(ctx context.Context) ([]coverage.Run, error) { return d.project.Runs(ctx) }

// Run implements server.RunStore.
func (d *desk) Run(ctx context.Context, id string) (coverage.Run, json.RawMessage, error) {
	kept, err := d.project.Run(ctx, id)
	if errors.Is(err, data.ErrNotFound) {
		return coverage.Run{}, nil, server.ErrNoRun
	}
	if err != nil {
		return coverage.Run{}, nil, err
	}
	return kept.Run, kept.Result, nil
}

// Rules implements server.RuleStore.
func (d *desk) Rules(ctx context.Context) ([]coverage.Rule, error) { return d.project.Rules(ctx) }

// SaveRule implements server.RuleStore.
func (d *desk) SaveRule(ctx context.Context, rule coverage.Rule, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error { return tx.PutRule(rule) })
}

// DeleteRule implements server.RuleStore.
func (d *desk) DeleteRule(ctx context.Context, id string, change server.Change) error {
	return d.project.Update(ctx, logged(change), func(tx *data.Tx) error { return tx.DeleteRules(id) })
}

// KeepRun implements server.RunStore: the same layers that lawcircle coverage --keep stores.
func (d *desk) KeepRun(ctx context.Context, run coverage.Run, study server.Study, result *coverage.Result) error {
	analyst := d.analyst(study)
	circles, err := analyst.Circles(ctx, result.Query, []time.Duration{result.Query.Limit})
	if err != nil {
		return err
	}
	gaps, err := analyst.Gaps(ctx, result)
	if err != nil {
		return err
	}
	totals, err := json.Marshal(coverageJSON(run, result))
	if err != nil {
		return fmt.Errorf("keeping run %s: %w", run.ID, err)
	}
	kept := data.KeptRun{Run: run, Result: totals, Layers: []data.RunLayer{accessLayer(study.County, result), circleLayer(circles), gapLayer(gaps)}}
	return d.project.Update(ctx, data.Change{What: "保存计算 " + run.ID}, func(tx *data.Tx) error { return tx.PutRun(kept) })
}

// Layers implements server.RunStore.
func (d *desk) Layers(ctx context.Context, runs int) ([]*layer.Layer, error) {
	kept, err := d.project.Runs(ctx)
	if err != nil {
		return nil, err
	}
	var out []*layer.Layer
	for _, run := range kept[:min(runs, len(kept))] {
		record, err := d.project.Run(ctx, run.ID)
		if err != nil {
			return nil, err
		}
		for _, named := range record.Layers {
			stored, err := d.project.RunLayer(ctx, run.ID, named.Name)
			if err != nil {
				return nil, err
			}
			if stored.GeometryType != "" {
				out = append(out, publishedLayer(run, stored))
			}
		}
	}
	return out, nil
}

// publishedLayer shows a kept result under the name of its table. Its rows have no key of their own: their order is one.
func publishedLayer(run coverage.Run, stored *data.RunLayer) *layer.Layer {
	l := &layer.Layer{
		ID:          "run_" + run.ID + "_" + stored.Name,
		Title:       locale.Text{Zh: "保存的" + stored.Title + "（" + run.ID + "）", En: "Kept " + strings.ReplaceAll(stored.Name, "_", " ") + " of run " + run.ID},
		Description: locale.Text{Zh: "计算于 " + run.At, En: "Computed at " + run.At},
	}
	for _, c := range stored.Columns {
		l.Fields = append(l.Fields, layer.Field{Name: c.Name, Type: publishedType(c.Type), Title: locale.Text{Zh: c.Title, En: strings.ReplaceAll(c.Name, "_", " ")}})
	}
	for i, row := range stored.Rows {
		l.Features = append(l.Features, layer.Feature{ID: strconv.Itoa(i + 1), Geometry: row.Geometry, Values: row.Values})
	}
	return l.Tidy()
}

func publishedType(column string) layer.Type {
	switch column {
	case "INTEGER":
		return layer.Integer
	case "REAL":
		return layer.Number
	case "BOOLEAN":
		return layer.Boolean
	}
	return layer.String // dates may be a year or a month
}
