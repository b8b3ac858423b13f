package locate

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"lawcircle/internal/testdata"
)

// numbers reads all white-space separated numbers of a file.
func numbers(tb testing.TB, path string) []float64 {
	tb.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return parseNumbers(tb, path, string(text))
}

func parseNumbers(tb testing.TB, path, text string) []float64 {
	tb.Helper()
	var values []float64
	sc := bufio.NewScanner(strings.NewReader(text))
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
	if err != nil && !errors.Is(err, io.EOF) {
		tb.Fatal(err)
	}
	return rows[1:]
}

// quick tells the instances that the default test run solves from those that need LOCATE_ALL=1 in the environment.
func skipUnlessAll(t *testing.T, quick bool) {
	t.Helper()
	if !quick && os.Getenv("LOCATE_ALL") == "" {
		t.Skip("slow: set LOCATE_ALL=1")
	}
}

// proved solves p and fails unless the published value is reached and proved.
func proved(t *testing.T, p *Problem, want int64) *Solution {
	t.Helper()
	s, err := Solve(t.Context(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Status != Optimal || s.Objective != want || s.Bound != want {
		t.Fatalf("%v: objective %d, bound %d, published %d", s.Status, s.Objective, s.Bound, want)
	}
	return s
}

func TestORLibrarySetCovering(t *testing.T) {
	for _, row := range computed(t) {
		if row[0] != "scp" || row[7] != "True" {
			continue
		}
		t.Run(row[1], func(t *testing.T) {
			skipUnlessAll(t, strings.HasPrefix(row[1], "scp4") || strings.HasPrefix(row[1], "scp5") || strings.HasPrefix(row[1], "scp6") || row[1] == "scpe1.txt")
			proved(t, setCovering(t, "orlib_scp/"+row[1], true), whole64(t, row[6]))
		})
	}
}

func TestSteinerTriples(t *testing.T) {
	for _, c := range []struct {
		name string
		want int64
	}{{"data.9", 5}, {"data.15", 9}, {"data.27", 18}} {
		t.Run(c.name, func(t *testing.T) { proved(t, steiner(t, c.name), c.want) })
	}
}

// steiner reads a triple system: points, triples, then three points per triple.
func steiner(tb testing.TB, name string) *Problem {
	v := numbers(tb, testdata.Shared(tb, "locate/steiner_triple/"+name))
	var entries []Entry
	for n, i := range v[2:] {
		entries = append(entries, Entry{int32(n / 3), int32(i) - 1, 0})
	}
	m, err := NewMatrix(int(v[1]), int(v[0]), entries)
	if err != nil {
		tb.Fatal(err)
	}
	return &Problem{Kind: SetCover, NoLimit: true, Matrix: m}
}

func whole64(tb testing.TB, text string) int64 {
	tb.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return int64(math.Round(v))
}

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

func TestORLibraryPMedian(t *testing.T) {
	for _, row := range pmedOptima(t) {
		t.Run(row[0], func(t *testing.T) {
			skipUnlessAll(t, len(row[1]) == 3 && row[1] <= "500")
			p := pmed(t, row[0])
			s := proved(t, p, whole64(t, row[4]))
			if len(s.Sites) > p.Sites || len(s.Assignment) != p.Matrix.Demands() {
				t.Fatalf("%d sites, %d points allotted", len(s.Sites), len(s.Assignment))
			}
		})
	}
}

func TestORLibraryPCenter(t *testing.T) {
	for _, row := range pmedOptima(t) {
		t.Run(row[0], func(t *testing.T) {
			skipUnlessAll(t, len(row[1]) == 3 && row[1] <= "500")
			p := pmed(t, row[0])
			p.Kind = PCenter
			proved(t, p, whole64(t, row[5]))
		})
	}
}

// planar reads a file with one "x y demand" line per point after its first line, every point demand and candidate, and
// joins points within radius.
func planar(tb testing.TB, name string, radius float64) *Problem {
	path := testdata.Shared(tb, "locate/mclp/"+name)
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	_, body, _ := strings.Cut(string(text), "\n")
	v := parseNumbers(tb, path, body)
	n := len(v) / 3
	p := &Problem{Kind: MaxCoverage, NoLimit: true}
	b := NewBuilder(n)
	for j := range n {
		p.Weights = append(p.Weights, int64(v[3*j+2]))
	}
	for i := range n {
		var js []int32
		for j := range n {
			if math.Hypot(v[3*i]-v[3*j], v[3*i+1]-v[3*j+1]) <= radius {
				js = append(js, int32(j))
			}
		}
		if err := b.Add(js, make([]int64, len(js))); err != nil {
			tb.Fatal(err)
		}
	}
	p.Matrix = b.Matrix()
	return p
}

// generated reads a file of the generator of Cordeau, Furini, Ljubic: lines "F id x y cost" and "C id x y demand".
func generated(tb testing.TB, name string, radius float64) *Problem {
	f, err := os.Open(testdata.Shared(tb, "locate/mclp/"+name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	type point struct{ x, y, value float64 }
	var sites, points []point
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var letter string
		var id int
		var q point
		if n, _ := fmt.Sscan(sc.Text(), &letter, &id, &q.x, &q.y, &q.value); n != 5 {
			continue
		}
		if letter == "F" {
			sites = append(sites, q)
		} else {
			points = append(points, q)
		}
	}
	p := &Problem{Kind: MaxCoverage, NoLimit: true}
	for _, q := range points {
		p.Weights = append(p.Weights, int64(q.value))
	}
	b := NewBuilder(len(points))
	for _, s := range sites {
		var js []int32
		for j, q := range points {
			if math.Hypot(s.x-q.x, s.y-q.y) <= radius {
				js = append(js, int32(j))
			}
		}
		if err := b.Add(js, make([]int64, len(js))); err != nil {
			tb.Fatal(err)
		}
	}
	p.Matrix = b.Matrix()
	return p
}

func TestMaxCoverageBenchmarks(t *testing.T) {
	for _, row := range computed(t) {
		if row[0] != "mclp" {
			continue
		}
		t.Run(row[1]+" p="+row[3]+" r="+row[4], func(t *testing.T) {
			radius, err := strconv.ParseFloat(row[4], 64)
			if err != nil {
				t.Fatal(err)
			}
			var p *Problem
			if strings.HasPrefix(row[1], "BDS") {
				p = generated(t, row[1], radius)
			} else {
				p = planar(t, row[1], radius)
			}
			p.Sites = int(whole64(t, row[3]))
			s := proved(t, p, whole64(t, row[6]))
			if s.Total.People != whole64(t, row[5]) {
				t.Fatalf("%d people, the catalogue says %s", s.Total.People, row[5])
			}
		})
	}
}

// TestTSPLibraryCenter solves vertex p-center problems whose published radii are rounded Euclidean distances.
func TestTSPLibraryCenter(t *testing.T) {
	for _, c := range []struct {
		name  string
		sites int
		want  int64
	}{{"pr226", 40, 650}, {"pr226", 20, 1366}, {"pr226", 10, 2326}, {"pr226", 5, 3721},
		{"pr439", 40, 672}, {"pr439", 20, 1186}, {"pr439", 10, 1972}, {"pr439", 5, 3197}} {
		t.Run(fmt.Sprintf("%s_p%d", c.name, c.sites), func(t *testing.T) {
			p := tspCenter(t, c.name)
			p.Sites = c.sites
			proved(t, p, c.want)
		})
	}
}

func tspCenter(tb testing.TB, name string) *Problem {
	text, err := os.ReadFile(testdata.Shared(tb, "locate/tsplib_pcenter/"+name+".tsp"))
	if err != nil {
		tb.Fatal(err)
	}
	_, body, _ := strings.Cut(string(text), "NODE_COORD_SECTION")
	var xs, ys []float64
	for _, line := range strings.Split(body, "\n") {
		var id int
		var x, y float64
		if n, _ := fmt.Sscan(line, &id, &x, &y); n == 3 {
			xs, ys = append(xs, x), append(ys, y)
		}
	}
	b := NewBuilder(len(xs))
	for i := range xs {
		var js []int32
		var costs []int64
		for j := range xs {
			js, costs = append(js, int32(j)), append(costs, int64(math.Round(math.Hypot(xs[i]-xs[j], ys[i]-ys[j]))))
		}
		if err := b.Add(js, costs); err != nil {
			tb.Fatal(err)
		}
	}
	return &Problem{Kind: PCenter, Matrix: b.Matrix()}
}
