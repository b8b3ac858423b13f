package locate

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"lawcircle/internal/testdata"
)

// numbers reads all white-space separated numbers of a file.
func numbers(tb testing.TB, path string) []float64 {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var values []float64
	sc := bufio.NewScanner(f)
	sc.Split(bufio.ScanWords)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		v, err := strconv.ParseFloat(sc.Text(), 64)
		if err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		values = append(values, v)
	}
	return values
}

// setCovering reads an OR-Library set covering file: rows, columns, costs, then per row its columns.
func setCovering(tb testing.TB, name string, costs bool) *Problem {
	v := numbers(tb, testdata.Shared(tb, "locate/"+name))
	rows, cols := int(v[0]), int(v[1])
	v = v[2:]
	p := &Problem{Kind: SetCover, NoLimit: true}
	if costs {
		p.SiteCosts = make([]int64, cols)
		for i := range p.SiteCosts {
			p.SiteCosts[i] = int64(v[i])
		}
		v = v[cols:]
	}
	var entries []Entry
	for j := range rows {
		n := int(v[0])
		for _, i := range v[1 : n+1] {
			entries = append(entries, Entry{int32(j), int32(i) - 1, 0})
		}
		v = v[n+1:]
	}
	m, err := NewMatrix(rows, cols, entries)
	if err != nil {
		tb.Fatal(err)
	}
	p.Matrix = m
	return p
}

func computed(tb testing.TB) [][]string {
	f, err := os.Open(testdata.Shared(tb, "locate/computed/optima_computed.csv"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil && err != io.EOF {
		tb.Fatal(err)
	}
	return rows[1:]
}

func TestScratchSCP(t *testing.T) {
	for _, row := range computed(t) {
		if os.Getenv("SCP") == "" || row[0] != "scp" || !strings.HasPrefix(row[1], os.Getenv("SCP")) {
			continue
		}
		p := setCovering(t, "orlib_scp/"+row[1], true)
		start := time.Now()
		s, err := Solve(context.Background(), p, Options{TimeLimit: 20 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(row[1], s.Status, s.Objective, s.Bound, row[6], s.Nodes, s.Iterations, time.Since(start).Round(time.Millisecond))
	}
}

var _ = fmt.Sprint
var _ = math.Pi

func pmed(tb testing.TB, name string) *Problem {
	f, err := os.Open(testdata.Shared(tb, "locate/orlib_pmed/"+name+".txt"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	m, p, err := ReadPMed(f)
	if err != nil {
		tb.Fatal(err)
	}
	return &Problem{Kind: PMedian, Matrix: m, Sites: p}
}

func pmedOptima(tb testing.TB) [][]string {
	f, err := os.Open(testdata.Shared(tb, "locate/orlib_pmed/optima.csv"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows[1:]
}

func TestScratchPMed(t *testing.T) {
	if os.Getenv("PMED") == "" {
		t.Skip()
	}
	for _, row := range pmedOptima(t) {
		p := pmed(t, row[0])
		start := time.Now()
		s, err := Solve(context.Background(), p, Options{TimeLimit: 20 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(row[0], row[1], row[3], s.Status, s.Objective, s.Bound, row[4], s.Nodes, s.Iterations, time.Since(start).Round(time.Millisecond))
	}
}

func TestScratchCenter(t *testing.T) {
	if os.Getenv("PCEN") == "" {
		t.Skip()
	}
	for _, row := range pmedOptima(t) {
		p := pmed(t, row[0])
		p.Kind = PCenter
		start := time.Now()
		s, err := Solve(context.Background(), p, Options{TimeLimit: 40 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(row[0], row[1], row[3], s.Status, s.Objective, s.Bound, row[5], s.Nodes, s.Iterations, time.Since(start).Round(time.Millisecond))
	}
}
