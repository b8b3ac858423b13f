package demo

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/intake"
	"lawcircle/geo/road"
)

// Build makes the project file of the demonstration county at path, by handing the invented files to the importers that real files go
// through. The file appears at path only when it is complete; a file that is already there is refused ([fs.ErrExist]). progress is told
// how many steps are done of how many; it may be nil. Cost: a few seconds.
func Build(ctx context.Context, path string, progress func(done, total int64)) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("building the demonstration county: %s: %w", path, fs.ErrExist)
	}
	part := path + ".part"
	remove(part)
	defer remove(part)
	if err := build(ctx, part, progress); err != nil {
		return fmt.Errorf("building the demonstration county: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("putting the demonstration county in place: %w", err)
	}
	return nil
}

// remove deletes a half-made project file with what its database left beside it.
func remove(path string) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(path + suffix)
	}
}

// clock stamps the log with the day of the data, so that the same program makes the same project file.
func clock() time.Time { return time.Date(2019, 12, 31, 12, 0, 0, 0, time.UTC) }

func build(ctx context.Context, path string, progress func(done, total int64)) error {
	project, err := data.Open(ctx, path, data.Options{Create: true, Now: clock})
	if err != nil {
		return err
	}
	defer project.Close()
	b := &bureau{project: project, county: &coverage.County{}, files: map[string]File{}}
	steps := []func(context.Context) error{b.invent, b.importRoads, b.importAreas, b.importSettlements, b.importFacilities, b.putRecords}
	for i, step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(ctx); err != nil {
			return err
		}
		if progress != nil {
			progress(int64(i+1), int64(len(steps)))
		}
	}
	return nil
}

// bureau hands the files in, one after the other.
type bureau struct {
	project *data.Project
	demo    *Demo
	files   map[string]File
	county  *coverage.County // what the project holds so far
}

func (b *bureau) invent(context.Context) error {
	b.demo = Invent()
	files, err := b.demo.Files()
	for _, f := range files {
		b.files[f.Name] = f
	}
	return err
}

// update changes the project in one step of the log.
func (b *bureau) update(ctx context.Context, what string, fn func(tx *data.Tx) error) error {
	return b.project.Update(ctx, data.Change{User: "demo", What: what, Kind: data.KindImport}, fn)
}

func (b *bureau) importRoads(ctx context.Context) error {
	network, _, err := road.ReadPBF(ctx, bytes.NewReader(b.files[RoadsFile].Content), road.ReadOptions{})
	if err != nil {
		return fmt.Errorf("reading %s: %w", RoadsFile, err)
	}
	return b.update(ctx, "导入 "+RoadsFile, func(tx *data.Tx) error {
		for _, meta := range [][2]string{{data.MetaTitle, countyName}, {data.MetaSynthetic, "true"}, {data.MetaDataDate, string(dataDate)},
			{data.MetaCRSNote, "设施坐标由 GCJ-02 转换；全部为虚构演示数据"}} {
			if err := tx.SetMeta(meta[0], meta[1]); err != nil {
				return err
			}
		}
		return tx.PutNetwork(network)
	})
}

// reader is one of the importers of tables.
type reader func(context.Context, intake.Source, intake.Options, *coverage.County, intake.CRSReference) (*intake.Batch, error)

// importTable reads a file in a coordinate system and stores what is in it. Nothing of an invented file may be refused.
func (b *bureau) importTable(ctx context.Context, name, crs string, read reader) (*intake.Batch, error) {
	source := intake.BytesSource(name, b.files[name].Content)
	batch, err := read(ctx, source, intake.Options{CRS: crs}, b.county, intake.CRSReference{})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if batch.Quality.Refused > 0 || len(batch.Restricted) > 0 {
		return nil, fmt.Errorf("reading %s: %d rows refused, %d with personal data: %+v", name, batch.Quality.Refused, len(batch.Restricted), batch.Quality.Problems)
	}
	return batch, b.update(ctx, "导入 "+name, func(tx *data.Tx) error {
		puts := []func() error{
			func() error { return tx.PutUnits(batch.Units) },
			func() error { return tx.PutSettlements(batch.Settlements) },
			func() error { return tx.PutHosts(batch.Hosts) },
			func() error { return tx.PutPoints(batch.Points) },
			func() error { return tx.PutOffers(batch.Offers) },
			func() error { return tx.SetSheet(batch.Quality) },
		}
		return inOrder(puts)
	})
}

func inOrder(steps []func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (b *bureau) importAreas(ctx context.Context) error {
	batch, err := b.importTable(ctx, AreasFile, "wgs84", intake.Areas)
	if err == nil {
		b.county.Units = batch.Units
	}
	return err
}

func (b *bureau) importSettlements(ctx context.Context) error {
	batch, err := b.importTable(ctx, SettlementsFile, "wgs84", intake.Settlements)
	if err == nil {
		b.county.Settlements = batch.Settlements
	}
	return err
}

func (b *bureau) importFacilities(ctx context.Context) error {
	_, err := b.importTable(ctx, FacilitiesFile, "gcj02", intake.Facilities)
	return err
}

// putRecords stores what no file carries: how and when services are offered beyond presence, advisers with their duties, the hotline's
// calls, the plan's targets and what was reported on them, the checklist of legal education, titles, scenarios.
func (b *bureau) putRecords(ctx context.Context) error {
	c := b.demo.County
	return b.update(ctx, "录入法律顾问、结对、巡回、热线、目标、填报值、普法清单、示范称号与方案（虚构）", func(tx *data.Tx) error {
		return inOrder([]func() error{
			func() error { return tx.PutOffers(c.Offers) },
			func() error { return tx.PutAdvisers(c.Advisers) },
			func() error { return tx.PutAssignments(c.Assignments) },
			func() error { return tx.PutPairings(c.Pairings) },
			func() error { return tx.PutCircuits(c.Circuits) },
			func() error { return tx.PutCalls(c.Calls) },
			func() error { return tx.PutTargets(c.Targets) },
			func() error { return tx.PutMeasures(c.Measures) },
			func() error { return tx.PutChecklistItems(c.ChecklistItems) },
			func() error { return tx.PutChecklistMarks(c.ChecklistMarks) },
			func() error { return tx.PutHonours(c.Honours) },
			func() error { return tx.PutMediation(c.Mediation) },
			func() error { return putScenarios(tx, b.demo.Scenarios) },
		})
	})
}

func putScenarios(tx *data.Tx, scenarios []coverage.Scenario) error {
	for _, s := range scenarios {
		if err := tx.PutScenario(s); err != nil {
			return err
		}
	}
	return nil
}
