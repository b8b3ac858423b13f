package data_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/data"
	"lawcircle/data/gpkg"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func contains(text []byte, part string) bool { return bytes.Contains(text, []byte(part)) }

// raw opens the file as another program would, with the functions of the R-tree triggers.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db := gpkg.Open(must(gpkg.DSN(path, map[string]string{"_busy_timeout": "10000"})))
	t.Cleanup(func() { db.Close() })
	return db
}

func run(t testing.TB, path string, statements ...string) {
	t.Helper()
	db := raw(t, path)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	db.Close()
}

func TestRecordsThatAreRefused(t *testing.T) {
	at := orb.Point{89, 42}
	tests := map[string]struct {
		put  func(tx *data.Tx) error
		says string
	}{
		"empty key": {func(tx *data.Tx) error { return tx.PutSettlements([]coverage.Settlement{{Point: at}}) }, "settlement_id"},
		"not a position": {func(tx *data.Tx) error {
			return tx.PutSettlements([]coverage.Settlement{{ID: "a", Point: orb.Point{math.NaN(), 0}}})
		}, `"a"`},
		"off the globe": {func(tx *data.Tx) error { return tx.PutHosts([]coverage.Host{{ID: "a", Point: orb.Point{42, 91}}}) }, "longitude"},
		"same key twice": {func(tx *data.Tx) error {
			return tx.PutHosts([]coverage.Host{{ID: "a", Point: at}, {ID: "b", Point: at}, {ID: "a", Point: at}})
		}, "records 1 and 3"},
		"unknown code": {func(tx *data.Tx) error { return tx.PutHosts([]coverage.Host{{ID: "a", Point: at, Kind: "castle"}}) }, `"castle"`},
		"unknown group": {func(tx *data.Tx) error {
			return tx.PutSettlements([]coverage.Settlement{{ID: "a", Point: at, Groups: map[coverage.Group]int64{"giants": 1}}})
		}, "giants"},
		"negative people": {func(tx *data.Tx) error {
			return tx.PutSettlements([]coverage.Settlement{{ID: "a", Point: at, People: coverage.KnownPeople(-1)}})
		}, "-1"},
		"no such day": {func(tx *data.Tx) error {
			return tx.PutPoints([]coverage.ServicePoint{{ID: "a", Point: at, OpenedOn: "2018-02-30"}})
		}, "opened_on"},
		"no such host": {func(tx *data.Tx) error {
			return tx.PutPoints([]coverage.ServicePoint{{ID: "a", Point: at, HostID: "nowhere"}})
		}, "host_sites"},
		"host in use": {func(tx *data.Tx) error {
			return errors.Join(tx.PutHosts([]coverage.Host{{ID: "h", Point: at}}), tx.PutPoints([]coverage.ServicePoint{{ID: "a", Point: at, HostID: "h"}}), tx.DeleteHosts("h"))
		}, "service_points"},
		"infinite value": {func(tx *data.Tx) error {
			return tx.PutMeasures([]coverage.Measure{{Indicator: "a", Unit: "b", Value: math.Inf(1)}})
		}, "value"},
		"delete of nothing": {func(tx *data.Tx) error { return tx.DeleteHosts("a") }, "not found"},
		"broken geometry": {func(tx *data.Tx) error {
			return tx.PutUnits([]coverage.Unit{{Code: "1", Geometry: orb.MultiPolygon{{{{0, 0}, {math.Inf(1), 0}}}}}})
		}, "geom"},
		"target beyond": {func(tx *data.Tx) error {
			return tx.PutTargets([]coverage.Target{{ID: "a", Indicator: "studio_rate", UnitLevel: 3, Year: 2019, Op: ">=", Value: 80}})
		}, "not between 0 and 1"},
		"target without op": {func(tx *data.Tx) error {
			return tx.PutTargets([]coverage.Target{{ID: "a", Indicator: "studio_rate", UnitLevel: 3, Year: 2019, Value: 0.8}})
		}, "op"},
		"item of no level": {func(tx *data.Tx) error { return tx.PutChecklistItems([]coverage.ChecklistItem{{ID: "a", Group: "b"}}) }, "level"},
		"mark of no unit":  {func(tx *data.Tx) error { return tx.PutChecklistMarks([]coverage.ChecklistMark{{ItemID: "a"}}) }, "code"},
		"bad rule":         {func(tx *data.Tx) error { return tx.PutRule(coverage.Rule{ID: "x"}) }, "need"},
	}
	p := newProject(t)
	before := must(p.Revision(t.Context()))
	for name, test := range tests {
		err := p.Update(t.Context(), data.Change{What: "try"}, test.put)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, test.says)
		}
	}
	if got := county(t, p); !reflect.DeepEqual(got, &coverage.County{}) {
		t.Errorf("something stayed: %+v", got)
	}
	if after := must(p.Revision(t.Context())); after != before {
		t.Errorf("revision %d after refused changes, was %d", after, before)
	}
}

func TestFilesThatAreNotOpened(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(path("text.gpkg"), bytes.Repeat([]byte("not a database\n"), 100), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("empty.gpkg"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path("folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, path("other.gpkg"), "CREATE TABLE parcels (fid INTEGER PRIMARY KEY)")
	p := open(t, path("newer.gpkg"), data.Options{Create: true})
	p.Close()
	run(t, path("newer.gpkg"), "INSERT INTO lawcircle_migrations VALUES (999, '0999_future', '2030-01-01T00:00:00.000Z')")
	tests := []struct {
		name string
		opts data.Options
		want error
	}{
		{"absent.gpkg", data.Options{}, fs.ErrNotExist},
		{"absent.gpkg", data.Options{Create: true, ReadOnly: true}, fs.ErrNotExist},
		{"nowhere/new.gpkg", data.Options{Create: true}, nil},
		{"text.gpkg", data.Options{Create: true}, data.ErrNotProject},
		{"empty.gpkg", data.Options{}, data.ErrNotProject},
		{"other.gpkg", data.Options{Create: true}, data.ErrNotProject},
		{"newer.gpkg", data.Options{}, data.ErrNewer},
		{"folder", data.Options{Create: true}, data.ErrNotProject},
	}
	for _, test := range tests {
		before, _ := os.ReadFile(path(test.name))
		p, err := data.Open(t.Context(), path(test.name), test.opts)
		if err == nil {
			p.Close()
		}
		if err == nil || test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.name) {
			t.Errorf("%s %+v: error %v, want %v with the path", test.name, test.opts, err, test.want)
		}
		if after, _ := os.ReadFile(path(test.name)); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", test.name)
		}
	}
	if p := open(t, path("empty.gpkg"), data.Options{Create: true}); county(t, p) == nil {
		t.Error("an empty file does not become a project")
	}
}

func TestReadOnly(t *testing.T) {
	p := newProject(t)
	update(t, p, fill(small()))
	p.Close()
	if os.Geteuid() != 0 {
		if err := os.Chmod(filepath.Dir(p.Path()), 0o555); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(filepath.Dir(p.Path()), 0o755)
	}
	again := open(t, p.Path(), data.Options{ReadOnly: true})
	if got := county(t, again); !reflect.DeepEqual(got, small()) {
		t.Error("read differently")
	}
	if err := again.Update(t.Context(), data.Change{}, func(*data.Tx) error { return nil }); !errors.Is(err, data.ErrReadOnly) {
		t.Errorf("writing: %v", err)
	}
	if _, err := again.Restricted(t.Context(), "li", "test"); !errors.Is(err, data.ErrReadOnly) {
		t.Errorf("reading personal details without a log: %v", err)
	}
	if _, err := again.Digest(t.Context()); err != nil {
		t.Errorf("digest: %v", err)
	}
}

// Readers in this and another process go on reading whole states while a writer writes: either the old one or the new one.
func TestReadersSeeWholeStates(t *testing.T) {
	p := newProject(t)
	other := open(t, p.Path(), data.Options{ReadOnly: true})
	batch := func(n int) []coverage.Settlement {
		out := manySettlements(600)
		for i := range out {
			out[i].PeopleYear = n
		}
		return out
	}
	update(t, p, func(tx *data.Tx) error { return tx.PutSettlements(batch(1)) })
	done := make(chan struct{})
	var readers sync.WaitGroup
	for _, project := range []*data.Project{p, other, other} {
		readers.Go(func() {
			last := 0
			for {
				c, err := project.County(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				year := c.Settlements[0].PeopleYear
				for _, s := range c.Settlements {
					if s.PeopleYear != year {
						t.Errorf("a state of years %d and %d", year, s.PeopleYear)
						return
					}
				}
				if year < last {
					t.Errorf("year %d after %d", year, last)
				}
				last = year
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for n := 2; n < 12; n++ {
		update(t, p, func(tx *data.Tx) error {
			if err := tx.PutSettlements(batch(n)[:300]); err != nil {
				return err
			}
			return tx.PutSettlements(batch(n)[300:])
		})
	}
	close(done)
	readers.Wait()
	if got := county(t, other).Settlements[0].PeopleYear; got != 11 {
		t.Errorf("the other process sees year %d", got)
	}
}

func TestRevisionMovesWithEveryProgram(t *testing.T) {
	p := newProject(t)
	last := must(p.Revision(t.Context()))
	moved := func(what string) {
		t.Helper()
		now := must(p.Revision(t.Context()))
		if now <= last {
			t.Errorf("%s: revision %d after %d", what, now, last)
		}
		last = now
	}
	update(t, p, fill(small()))
	moved("our change")
	digest := must(p.Digest(t.Context()))
	run(t, p.Path(), "UPDATE settlements SET people = 7 WHERE settlement_id = 'v1'")
	moved("an update by another program")
	if must(p.Digest(t.Context())) == digest {
		t.Error("the digest stays the same after an update by another program")
	}
	run(t, p.Path(), "UPDATE settlements SET people = 0 WHERE settlement_id = 'v1'")
	if must(p.Digest(t.Context())) != digest {
		t.Error("the same content has another digest")
	}
	run(t, p.Path(), "DELETE FROM roads", "INSERT INTO roads (way_id) VALUES (1)")
	moved("a road drawn by another program")
}

func TestCancelledChangeLeavesNothing(t *testing.T) {
	p := newProject(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := p.Update(ctx, data.Change{}, func(tx *data.Tx) error {
		if err := tx.PutSettlements(small().Settlements); err != nil {
			return err
		}
		cancel()
		return tx.PutHosts(small().Hosts)
	})
	if !errors.Is(err, context.Canceled) || len(county(t, p).Settlements) != 0 {
		t.Errorf("error %v, county %+v", err, county(t, p))
	}
	update(t, p, fill(small())) // and the writer is free again
}

func TestPersonalDetailsStayApart(t *testing.T) {
	p := newProject(t)
	update(t, p, func(tx *data.Tx) error {
		return errors.Join(tx.PutAdvisers([]coverage.Adviser{{ID: "a1", Name: "张三"}}), tx.PutRestricted([]data.Restricted{{"host_sites", "h1", "phone", "13812345678"}}))
	})
	update(t, p, func(tx *data.Tx) error { return tx.PutAdvisers([]coverage.Adviser{{ID: "a1", Capacity: 3}}) })
	if a := county(t, p).Advisers[0]; a.Name != "" || a.Capacity != 3 {
		t.Errorf("adviser %+v", a)
	}
	if _, err := p.Restricted(t.Context(), "li", ""); err == nil {
		t.Error("read without a purpose")
	}
	got := must(p.Restricted(t.Context(), "li", "结对"))
	want := []data.Restricted{{"advisers", "a1", "name", "张三"}, {"host_sites", "h1", "phone", "13812345678"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	var logged int
	if err := raw(t, p.Path()).QueryRow(`SELECT count(*) FROM lawcircle_access_log WHERE user = 'li' AND purpose = '结对' AND rows = 2`).Scan(&logged); err != nil || logged != 1 {
		t.Errorf("%d entries in the access log, error %v", logged, err)
	}
}
