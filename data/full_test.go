package data

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/mattn/go-sqlite3"
	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

func openNew(t *testing.T, path string) *Project {
	t.Helper()
	p, err := Open(t.Context(), path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func villages(from, n int) []coverage.Settlement {
	out := make([]coverage.Settlement, n)
	for i := range out {
		out[i] = coverage.Settlement{ID: fmt.Sprintf("s%06d", from+i), Name: strings.Repeat("村", 20), Point: orb.Point{89, 42}}
	}
	return out
}

// A disk that is full in the middle of an import leaves the state before, and writing goes on when there is room again.
func TestFullDisk(t *testing.T) {
	p := openNew(t, filepath.Join(t.TempDir(), "a.gpkg"))
	put := func(n int) error {
		return p.Update(t.Context(), Change{What: "import"}, func(tx *Tx) error { return tx.PutSettlements(villages(0, n)) })
	}
	if err := put(100); err != nil {
		t.Fatal(err)
	}
	before, err := p.County(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	limit := func(pages string) {
		if _, err := p.write.Exec("PRAGMA max_page_count = " + pages); err != nil {
			t.Fatal(err)
		}
	}
	var pages string
	if err := p.write.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit(pages)
	err = put(5000)
	var full sqlite3.Error
	if !errors.As(err, &full) || full.Code != sqlite3.ErrFull {
		t.Fatalf("error %v, want that of a full disk", err)
	}
	after, err := p.County(t.Context())
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("the state before is gone (%v)", err)
	}
	wantSound(t, p)
	limit("1000000")
	if err := put(5000); err != nil {
		t.Errorf("with room again: %v", err)
	}
	wantSound(t, p)
}

// Two programs that open a new file and write at once take turns.
func TestTwoWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	var group sync.WaitGroup
	for w := range 3 {
		group.Go(func() {
			p, err := Open(context.Background(), path, Options{Create: true})
			if err != nil {
				t.Error(err)
				return
			}
			defer p.Close()
			for n := range 5 {
				err := p.Update(context.Background(), Change{What: "import"}, func(tx *Tx) error { return tx.PutSettlements(villages(1000*w+100*n, 100)) })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	p := openNew(t, path)
	if c, err := p.County(t.Context()); err != nil || len(c.Settlements) != 1500 {
		t.Errorf("%d settlements, error %v", len(c.Settlements), err)
	}
	wantSound(t, p)
}

// What another version of the program made of the same tables is made anew when the project is opened.
func TestFurnishedByAnotherVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gpkg")
	p := openNew(t, path)
	for _, statement := range []string{
		"DROP TRIGGER lawcircle_history_offers_update", "CREATE TRIGGER lawcircle_history_offers_insert AFTER INSERT ON offers BEGIN SELECT 1; END",
		"DELETE FROM gpkg_data_column_constraints WHERE constraint_name = 'tier' AND value = 'centre'",
		"UPDATE lawcircle_digests SET digest = 'old' WHERE content = 'furnishing'",
	} {
		if _, err := p.write.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	p.Close()
	again := openNew(t, path)
	if findings, err := again.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Errorf("check: %+v, %v", findings, err)
	}
	var left int
	err := again.read.QueryRow(`SELECT (SELECT count(*) FROM sqlite_schema WHERE name = 'lawcircle_history_offers_insert') +
		(SELECT count(*) = 0 FROM gpkg_data_column_constraints WHERE value = 'centre')`).Scan(&left)
	if err != nil || left != 0 {
		t.Errorf("something of the other version is left (%v)", err)
	}
}

// wantSound wants a file without faults; that roads are yet to be imported is none.
func wantSound(t *testing.T, p *Project) {
	t.Helper()
	findings, err := p.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Code != "no_roads" {
			t.Errorf("check: %+v", f)
		}
	}
}
