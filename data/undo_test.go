package data_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/coverage"
	"lawcircle/data"
)

// change applies fn and returns the number of the change.
func change(t testing.TB, p *data.Project, fn func(tx *data.Tx) error) (id int64) {
	t.Helper()
	update(t, p, func(tx *data.Tx) error { id = tx.ID(); return fn(tx) })
	return id
}

func undo(t testing.TB, p *data.Project, id int64) int64 {
	t.Helper()
	by, err := p.Undo(context.Background(), id, "li")
	if err != nil {
		t.Fatal(err)
	}
	return by
}

func TestUndoAndRedo(t *testing.T) {
	p := newProject(t)
	empty := county(t, p)
	first := change(t, p, fill(small()))
	before := county(t, p)
	second := change(t, p, func(tx *data.Tx) error {
		host := small().Hosts[0]
		host.SetUpCost, host.Point = 1.0/3, orb.Point{89.1, 42.1}
		return errors.Join(tx.PutHosts([]coverage.Host{host}), tx.DeletePoints("p1"), tx.DeleteUnits("650421100000"),
			tx.PutSettlements([]coverage.Settlement{{ID: "v3", Point: orb.Point{89, 42}}}), tx.DeleteAdvisers("a2"))
	})
	after := county(t, p)
	if reflect.DeepEqual(before, after) {
		t.Fatal("the change changed nothing")
	}
	if _, err := p.Undo(t.Context(), first, "li"); !errors.Is(err, data.ErrChangedSince) {
		t.Errorf("undoing a change that another builds on: %v", err)
	}
	back := undo(t, p, second)
	if got := county(t, p); !reflect.DeepEqual(got, before) {
		t.Errorf("after undo:\ngot  %+v\nwant %+v", got, before)
	}
	if _, err := p.Undo(t.Context(), second, "li"); !errors.Is(err, data.ErrUndone) {
		t.Errorf("undoing twice: %v", err)
	}
	again := undo(t, p, back)
	if got := county(t, p); !reflect.DeepEqual(got, after) {
		t.Errorf("after redo:\ngot  %+v\nwant %+v", got, after)
	}
	undo(t, p, again)
	undo(t, p, first)
	got := county(t, p)
	got.Name, got.Synthetic, got.DataDate = "", false, ""
	if !reflect.DeepEqual(got, empty) {
		t.Errorf("after undoing everything: %+v", got)
	}
	if _, err := p.Undo(t.Context(), 999, "li"); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("undoing what never was: %v", err)
	}
}

func TestUndoOfRoads(t *testing.T) {
	p := newProject(t)
	random := rand.New(rand.NewPCG(3, 4))
	old, fresh := network(random, 30), network(random, 40)
	put := func(n int) int64 {
		return change(t, p, func(tx *data.Tx) error {
			if n == 0 {
				return tx.PutNetwork(old)
			}
			return tx.PutNetwork(fresh)
		})
	}
	roads := func() any {
		got, err := p.Network(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first, second := put(0), put(1)
	if _, err := p.Undo(t.Context(), first, "li"); !errors.Is(err, data.ErrRoadsGone) {
		t.Errorf("undoing roads of the change before the last: %v", err)
	}
	back := undo(t, p, second)
	if !reflect.DeepEqual(roads(), any(old)) {
		t.Error("the earlier roads are not back")
	}
	if digest, err := p.RoadsDigest(t.Context()); err != nil || digest != old.Digest() {
		t.Errorf("digest %s, error %v, want %s", digest, err, old.Digest())
	}
	undo(t, p, back)
	if !reflect.DeepEqual(roads(), any(fresh)) {
		t.Error("the later roads are not back after redo")
	}
}

func TestUndoOfLargeImport(t *testing.T) {
	p := newProject(t)
	update(t, p, func(tx *data.Tx) error { return tx.PutSettlements(small().Settlements) })
	want := county(t, p)
	villages := manySettlements(12_000)
	imported := change(t, p, func(tx *data.Tx) error {
		return errors.Join(tx.PutSettlements(villages), tx.PutSettlements([]coverage.Settlement{{ID: "v1", Point: orb.Point{1, 2}}}))
	})
	edit := change(t, p, func(tx *data.Tx) error {
		return tx.PutSettlements([]coverage.Settlement{{ID: villages[7].ID, Point: orb.Point{3, 4}}})
	})
	if _, err := p.Undo(t.Context(), imported, "li"); !errors.Is(err, data.ErrChangedSince) {
		t.Errorf("a later edit of an imported row would be lost: %v", err)
	}
	undo(t, p, edit)
	back := undo(t, p, imported)
	if got := county(t, p); !reflect.DeepEqual(got, want) {
		t.Error("the import has left traces")
	}
	undo(t, p, back)
	if got := len(county(t, p).Settlements); got != 12_002 {
		t.Errorf("%d settlements after redo", got)
	}
}

func manySettlementsIn(code string, n int) []coverage.Settlement {
	out := manySettlements(n)
	for i := range out {
		out[i].Code = code
	}
	return out
}

func manySettlements(n int) []coverage.Settlement {
	random := rand.New(rand.NewPCG(5, 6))
	out := make([]coverage.Settlement, n)
	for i := range out {
		out[i] = coverage.Settlement{ID: fmt.Sprintf("c%07d", i), Code: "650421100201", Name: "格网", People: coverage.KnownPeople(random.Int64N(900)),
			PeopleSource: "worldpop", PeopleYear: 2020, Point: orb.Point{88 + 4*random.Float64(), 42 + 2*random.Float64()},
			Groups: map[coverage.Group]int64{coverage.GroupElderly: random.Int64N(90)}}
	}
	return out
}

// Any sequence of changes, taken back from the last to the first, leaves the project as it was at every step.
func TestUndoIsExactProperty(t *testing.T) {
	p := newProject(t) // every round leaves it as it found it
	rapid.Check(t, func(r *rapid.T) {
		ids := rapid.SampledFrom([]string{"a", "b", "c", "d"})
		var states []*coverage.County
		var changes []int64
		for range rapid.IntRange(1, 6).Draw(r, "changes") {
			states = append(states, county(t, p))
			changes = append(changes, change(t, p, func(tx *data.Tx) error {
				for range rapid.IntRange(1, 5).Draw(r, "steps") {
					id := ids.Draw(r, "id")
					if rapid.Bool().Draw(r, "put") {
						s := coverage.Settlement{ID: id, Point: orb.Point{rapid.Float64Range(-180, 180).Draw(r, "lon"), 42}, Name: rapid.String().Draw(r, "name")}
						if err := tx.PutSettlements([]coverage.Settlement{s}); err != nil {
							return err
						}
					} else if err := tx.DeleteSettlements(id); err != nil && !errors.Is(err, data.ErrNotFound) {
						return err
					}
				}
				return nil
			}))
		}
		for i := len(changes) - 1; i >= 0; i-- {
			if _, err := p.Undo(t.Context(), changes[i], "test"); err != nil && !errors.Is(err, data.ErrNothingToUndo) {
				r.Fatalf("undoing change %d: %v", i, err)
			}
			if got := county(t, p); !reflect.DeepEqual(got, states[i]) {
				r.Fatalf("after undoing change %d:\ngot  %+v\nwant %+v", i, got, states[i])
			}
		}
	})
}

func TestUndoOfWhatTheLogDoesNotKeepIsRefused(t *testing.T) {
	p := newProject(t)
	for name, work := range map[string]func(tx *data.Tx) error{
		"attachment": func(tx *data.Tx) error { return tx.PutFile("elevation.tif", []byte("raster")) },
		"words":      func(tx *data.Tx) error { return tx.SetMeta(data.MetaTitle, "某县") },
	} {
		if _, err := p.Undo(t.Context(), change(t, p, work), "test"); !errors.Is(err, data.ErrNothingToUndo) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLogTellsWhoDidWhat(t *testing.T) {
	p := newProject(t)
	type sheet struct{ Read, Accepted int }
	err := p.Update(t.Context(), data.Change{User: "wang", What: "导入 村.xlsx", Kind: data.KindImport}, func(tx *data.Tx) error {
		return errors.Join(tx.PutSettlements(small().Settlements), tx.PutAdvisers([]coverage.Adviser{{ID: "a1", Name: "张三"}}), tx.SetSheet(sheet{2, 2}))
	})
	if err != nil {
		t.Fatal(err)
	}
	edit := change(t, p, func(tx *data.Tx) error {
		return errors.Join(tx.DeleteSettlements("v2"), tx.PutSettlements([]coverage.Settlement{{ID: "v1", Name: "新名", Point: orb.Point{1, 2}}}))
	})
	imports, err := p.Changes(t.Context(), data.KindImport, 10)
	if err != nil || len(imports) != 1 || imports[0].User != "wang" || imports[0].Rows != 4 || string(imports[0].Sheet) != `{"Read":2,"Accepted":2}` {
		t.Errorf("imports %+v, error %v", imports, err)
	}
	rows, err := p.ChangedRows(t.Context(), edit, 10)
	if err != nil || len(rows) != 2 {
		t.Fatalf("rows %+v, error %v", rows, err)
	}
	if rows[0].Key != "v1" || rows[0].Before["name"] != "一村" || rows[0].After["name"] != "新名" || rows[1].Key != "v2" || rows[1].After != nil {
		t.Errorf("rows %+v", rows)
	}
	text, err := json.Marshal(must(p.ChangedRows(t.Context(), imports[0].ID, 10)))
	if err != nil || !json.Valid(text) || contains(text, "张三") || !contains(text, "lawcircle_restricted") {
		t.Errorf("the log names no person: %s", text)
	}
}

func TestCompactKeepsTheNewestChanges(t *testing.T) {
	p := newProject(t)
	first := change(t, p, func(tx *data.Tx) error { return tx.PutSettlements(manySettlements(3000)) })
	second := change(t, p, func(tx *data.Tx) error { return tx.PutHosts(small().Hosts) })
	before := county(t, p)
	if err := p.Compact(t.Context(), "li", 1); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(county(t, p), before) || len(must(p.Changes(t.Context(), "", 10))) != 3 {
		t.Error("compacting loses records or entries of the log")
	}
	wantClean(t, p)
	if _, err := p.Undo(t.Context(), first, "li"); !errors.Is(err, data.ErrForgotten) {
		t.Errorf("undoing a change whose rows are gone: %v", err)
	}
	undo(t, p, second)
	if got := county(t, p); len(got.Hosts) != 0 || len(got.Settlements) != 3000 {
		t.Errorf("%d hosts, %d settlements", len(got.Hosts), len(got.Settlements))
	}
}
