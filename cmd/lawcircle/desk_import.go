package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/geo/road"
	"lawcircle/server"
)

// intakeDesk reads uploaded files into the project; it implements server.Importer.
type intakeDesk struct{ project *data.Project }

func intakeOptions(u server.Upload, progress func(done, total int64)) intake.Options {
	o := u.Options
	return intake.Options{CRS: o.CRS, Columns: o.Columns, People: o.People, Kind: o.Kind, Layer: o.Layer, Sheet: o.Sheet, Place: o.Place, Year: o.Year,
		As: o.As, Replace: o.Replace, Progress: progress}
}

// readerOf returns intake's reader of a kind of table; ok is false for roads and elevation, which are no tables.
func readerOf(kind string) (read readFunc, ok bool) {
	read, ok = map[string]readFunc{"areas": intake.Areas, "settlements": intake.Settlements, "facilities": intake.Facilities, "population": intake.Population}[kind]
	if !ok && slices.Contains(intake.Tables(), kind) {
		read, ok = intake.Records(kind), true
	}
	return read, ok
}

// batch reads an uploaded table completely, storing nothing.
func (d intakeDesk) batch(ctx context.Context, u server.Upload, options intake.Options) (*intake.Batch, error) {
	read, ok := readerOf(u.Kind)
	if !ok {
		return nil, fmt.Errorf("%s is not a table", u.Kind)
	}
	source, closer, err := intake.OpenFile(u.Path)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	county, err := d.project.County(ctx)
	if err != nil {
		return nil, err
	}
	references, err := roadReference(ctx, d.project)
	if err != nil {
		return nil, err
	}
	return read(ctx, source, options, county, references)
}

// Preview implements server.Importer.
func (d intakeDesk) Preview(ctx context.Context, u server.Upload) (server.ImportPreview, error) {
	out := server.ImportPreview{Columns: []string{}, Mapping: map[string]string{}, Fields: []server.ImportField{}, Samples: map[string]json.RawMessage{},
		Layers: []string{}, Personal: []string{}, CRSScores: json.RawMessage("[]")}
	if u.Kind == "roads" || u.Kind == "elevation" {
		return out, nil // nothing to choose
	}
	options := intakeOptions(u, nil)
	if u.Kind != "population" {
		seen, err := d.seen(ctx, u, options)
		if err != nil {
			return out, err
		}
		if err := fillPreview(&out, u.Kind, seen); err != nil {
			return out, err
		}
		if out.CRS == "" && seen.Proposal == "" && (options.CRS == "" || options.CRS == "auto") {
			return out, nil // the user must choose first
		}
		if out.CRS == "" {
			options.CRS = seen.Proposal
		}
	}
	batch, err := d.batch(ctx, u, options)
	if err != nil {
		return out, err
	}
	out.Quality, out.Difference, err = qualityOf(batch)
	return out, err
}

func (d intakeDesk) seen(ctx context.Context, u server.Upload, options intake.Options) (*intake.Seen, error) {
	source, closer, err := intake.OpenFile(u.Path)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	county, err := d.project.County(ctx)
	if err != nil {
		return nil, err
	}
	references, err := roadReference(ctx, d.project)
	if err != nil {
		return nil, err
	}
	return intake.Preview(ctx, u.Kind, source, options, county, references)
}

func fillPreview(out *server.ImportPreview, kind string, seen *intake.Seen) (err error) {
	out.CRS, out.Proposal = seen.CRS.CRS, seen.Proposal
	out.Layers, out.Personal = append(out.Layers, seen.Layers...), append(out.Personal, seen.Personal...)
	for _, column := range seen.Columns {
		out.Columns = append(out.Columns, column.Header)
		if column.Field != "" {
			out.Mapping[column.Header] = column.Field
		}
	}
	for _, f := range intake.Fields(kind) {
		out.Fields = append(out.Fields, server.ImportField(f))
	}
	if len(seen.CRS.Scores) > 0 {
		if out.CRSScores, err = json.Marshal(seen.CRS.Scores); err != nil {
			return err
		}
	}
	samples := map[string]*geojson.FeatureCollection{}
	for _, row := range seen.Rows {
		for _, place := range row.Places {
			if samples[place.CRS] == nil {
				samples[place.CRS] = geojson.NewFeatureCollection()
			}
			f := geojson.NewFeature(place.Point)
			f.Properties["row"] = row.Row
			f.Properties["cells"] = strings.Join(row.Cells, " | ")
			samples[place.CRS].Append(f)
		}
	}
	for system, collection := range samples {
		if out.Samples[system], err = collection.MarshalJSON(); err != nil {
			return err
		}
	}
	return nil
}

func qualityOf(batch *intake.Batch) (json.RawMessage, *server.ImportDifference, error) {
	quality, err := json.Marshal(&batch.Quality)
	if err != nil {
		return nil, nil, err
	}
	d := batch.Difference
	detail, err := json.Marshal(d)
	if err != nil {
		return nil, nil, err
	}
	return quality, &server.ImportDifference{Added: len(d.Added), Changed: len(d.Changed), Absent: len(d.Absent), Removed: len(d.Removed), Unchanged: d.Unchanged, Detail: detail}, nil
}

// Import implements server.Importer.
func (d intakeDesk) Import(ctx context.Context, u server.Upload, progress func(done, total int64)) (server.ImportResult, error) {
	switch u.Kind {
	case "roads":
		return d.roads(ctx, u, progress)
	case "elevation":
		return d.elevation(ctx, u, progress)
	}
	batch, err := d.batch(ctx, u, intakeOptions(u, progress))
	if err != nil {
		return server.ImportResult{}, err
	}
	var out server.ImportResult
	if out.Quality, out.Difference, err = qualityOf(batch); err != nil {
		return out, err
	}
	out.ID, err = intake.Apply(ctx, d.project, batch, u.Name, u.User)
	return out, err
}

func (d intakeDesk) roads(ctx context.Context, u server.Upload, progress func(done, total int64)) (server.ImportResult, error) {
	var box *orb.Bound
	if b := u.Options.BBox; b != nil {
		text := make([]string, len(b))
		for i, x := range b {
			text[i] = strconv.FormatFloat(x, 'g', -1, 64)
		}
		var err error
		if box, err = parseBBox(strings.Join(text, ",")); err != nil {
			return server.ImportResult{}, err
		}
	}
	file, err := os.Open(u.Path)
	if err != nil {
		return server.ImportResult{}, err
	}
	defer file.Close()
	network, report, err := road.ReadPBF(ctx, file, road.ReadOptions{BBox: box, Progress: progress})
	if err != nil {
		return server.ImportResult{}, fmt.Errorf("reading roads from %s: %w", u.Name, err)
	}
	quality := roadQuality(report)
	if err := storeRoads(ctx, d.project, u.Name, network, quality); err != nil {
		return server.ImportResult{}, err
	}
	return d.stored(ctx, quality)
}

func (d intakeDesk) elevation(ctx context.Context, u server.Upload, progress func(done, total int64)) (server.ImportResult, error) {
	source, closer, err := intake.OpenFile(u.Path)
	if err != nil {
		return server.ImportResult{}, err
	}
	defer closer.Close()
	area, err := areaOf(ctx, d.project)
	if err != nil {
		return server.ImportResult{}, err
	}
	content, quality, err := intake.Elevation(ctx, source, intakeOptions(u, progress), area.Pad(elevationMarginDeg))
	if err != nil {
		return server.ImportResult{}, err
	}
	change := data.Change{User: u.User, What: "导入高程 " + u.Name, Kind: data.KindImport}
	err = d.project.Update(ctx, change, func(tx *data.Tx) error {
		if err := tx.PutFile(intake.ElevationFile, content); err != nil {
			return err
		}
		return tx.SetSheet(quality)
	})
	if err != nil {
		return server.ImportResult{}, err
	}
	return d.stored(ctx, quality)
}

// stored names the import that was just stored.
func (d intakeDesk) stored(ctx context.Context, quality *intake.Quality) (server.ImportResult, error) {
	text, err := json.Marshal(quality)
	if err != nil {
		return server.ImportResult{}, err
	}
	last, err := d.project.Changes(ctx, data.KindImport, 1)
	if err != nil || len(last) == 0 {
		return server.ImportResult{Quality: text}, err
	}
	return server.ImportResult{ID: last[0].ID, Quality: text}, nil
}

// Imports implements server.Importer.
func (d intakeDesk) Imports(ctx context.Context, limit int) ([]server.ImportEntry, error) {
	entries, err := d.project.Changes(ctx, data.KindImport, limit)
	if err != nil {
		return nil, err
	}
	var out []server.ImportEntry
	for _, e := range entries {
		entry := server.ImportEntry{ID: e.ID, At: e.At, User: e.User, What: e.What, Undone: e.UndoneBy != 0}
		_, entry.File, _ = strings.Cut(e.What, " ")
		var sums struct{ Read, Accepted, Repaired, Refused int }
		if len(e.Sheet) > 0 {
			if err := json.Unmarshal(e.Sheet, &sums); err != nil {
				return nil, fmt.Errorf("reading the quality sheet of import %d: %w", e.ID, err)
			}
		}
		entry.Read, entry.Accepted, entry.Repaired, entry.Refused = sums.Read, sums.Accepted, sums.Repaired, sums.Refused
		out = append(out, entry)
	}
	return out, nil
}

// Undo implements server.Importer.
func (d intakeDesk) Undo(ctx context.Context, id int64, user string) error {
	if _, err := d.change(ctx, id); err != nil {
		return err
	}
	_, err := d.project.Undo(ctx, id, user)
	return err
}

func (d intakeDesk) change(ctx context.Context, id int64) (data.Logged, error) {
	entry, err := d.project.Change(ctx, id)
	if errors.Is(err, data.ErrNotFound) || err == nil && entry.Kind != data.KindImport {
		return entry, server.ErrNoImport
	}
	return entry, err
}

// Quality implements server.Importer.
func (d intakeDesk) Quality(ctx context.Context, id int64) (json.RawMessage, error) {
	entry, err := d.change(ctx, id)
	if err == nil && len(entry.Sheet) == 0 {
		return nil, server.ErrNoImport
	}
	return entry.Sheet, err
}

// WriteQuality implements server.Importer.
func (d intakeDesk) WriteQuality(ctx context.Context, id int64, w io.Writer) error {
	sheet, err := d.Quality(ctx, id)
	if err != nil {
		return err
	}
	var quality intake.Quality
	if err := json.Unmarshal(sheet, &quality); err != nil {
		return fmt.Errorf("reading the quality sheet of import %d: %w", id, err)
	}
	return quality.WriteXLSX(w)
}
