package data_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lawcircle/coverage"
	"lawcircle/data"
)

const victimPath = "LAWCIRCLE_TEST_VICTIM"

// TestMain lets the test binary be the program that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(victimPath); path != "" {
		importForever(path)
	}
	os.Exit(m.Run())
}

// round is the n-th import: every record says which one it belongs to.
func round(n int, tx *data.Tx) error {
	villages := manySettlements(400 + 100*(n%3))
	for i := range villages {
		villages[i].PeopleYear = n
	}
	if err := tx.PutSettlements(villages); err != nil {
		return err
	}
	if err := tx.PutNetwork(network(rand.New(rand.NewPCG(uint64(n), 0)), 300)); err != nil {
		return err
	}
	return tx.PutTargets([]coverage.Target{{ID: "round", Indicator: "round", UnitLevel: coverage.LevelCounty, Year: 2018, Op: ">=", Value: float64(n)}})
}

func importForever(path string) {
	p, err := data.Open(context.Background(), path, data.Options{Create: true})
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	for n := 1; ; n++ {
		if c, err := p.County(context.Background()); err == nil && len(c.Targets) > 0 {
			n = int(c.Targets[0].Value) + 1
		}
		if err := p.Update(context.Background(), data.Change{What: strconv.Itoa(n), Kind: data.KindImport}, func(tx *data.Tx) error { return round(n, tx) }); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		fmt.Println("committed", n)
	}
}

// A program that is killed at any moment of an import, the first opening included, leaves the last state that it had committed: whole,
// readable and without a finding.
func TestKilledImportsLoseNothing(t *testing.T) {
	kills := 20
	if text := os.Getenv("LAWCIRCLE_TEST_KILLS"); text != "" {
		kills = must(strconv.Atoi(text))
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	for kill := range kills / 2 { // while the file is being made
		path := filepath.Join(dir, fmt.Sprintf("new-%d.gpkg", kill))
		wantCommitted(t, path, runAndKill(t, path, time.Duration(random.IntN(80))*time.Millisecond))
	}
	path := filepath.Join(dir, "victim.gpkg")
	committed := 0
	for range kills - kills/2 {
		committed = max(committed, runAndKill(t, path, time.Duration(random.IntN(400))*time.Millisecond))
		wantCommitted(t, path, committed)
	}
	if committed == 0 {
		t.Error("no import was ever committed: the test has tested nothing")
	}
}

// wantCommitted opens the file that a killed program has left.
func wantCommitted(t *testing.T, path string, committed int) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		return // killed before there was a file
	}
	p, err := data.Open(t.Context(), path, data.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got := roundOf(t, p, county(t, p)); got < committed {
		t.Fatalf("round %d is there, round %d was committed", got, committed)
	}
	wantClean(t, p)
	if t.Failed() {
		t.FailNow()
	}
}

// runAndKill runs the victim for a while and returns the last round that it said was committed.
func runAndKill(t *testing.T, path string, after time.Duration) (committed int) {
	t.Helper()
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), victimPath+"="+path)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { victim.Process.Kill() })
	defer timer.Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if text, failed := strings.CutPrefix(lines.Text(), "failed:"); failed {
			t.Fatal("the victim:", text)
		}
		fmt.Sscanf(lines.Text(), "committed %d", &committed)
	}
	victim.Wait()
	return committed
}

// roundOf makes sure that everything in the project is of one round and returns it.
func roundOf(t *testing.T, p *data.Project, c *coverage.County) int {
	t.Helper()
	if len(c.Targets) == 0 {
		if len(c.Settlements) > 0 {
			t.Fatal("half of the first import is there")
		}
		return 0
	}
	n := int(c.Targets[0].Value)
	current := len(manySettlements(400 + 100*(n%3)))
	for i, s := range c.Settlements {
		if s.PeopleYear != n && i < current {
			t.Fatalf("settlement %s is of round %d, not %d", s.ID, s.PeopleYear, n)
		}
	}
	want := network(rand.New(rand.NewPCG(uint64(n), 0)), 300).Digest()
	if got := must(p.RoadsDigest(context.Background())); got != want {
		t.Fatalf("the roads are not those of round %d", n)
	}
	return n
}
