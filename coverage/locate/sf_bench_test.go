package locate

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"lawcircle/internal/testdata"
)

// sanFrancisco reads spopt's case: 205 census tracts, 16 stores, network distances in 1/10,000 of a metre.
func sanFrancisco(tb testing.TB) *Problem {
	read := func(name string) [][]string {
		f, err := os.Open(testdata.Shared(tb, "locate/spopt_sf/"+name))
		if err != nil {
			tb.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			tb.Fatal(err)
		}
		return rows
	}
	column := func(row []string, name string) int {
		for n, v := range row {
			if v == name {
				return n
			}
		}
		tb.Fatalf("no column %s in %v", name, row)
		return 0
	}
	demand := read("SF_demand_205_centroid_uniform_weight.csv")
	id, people := column(demand[0], "NAME"), column(demand[0], "POP2000")
	p := &Problem{NoLimit: true, Sites: 4}
	at := map[string]int32{}
	for _, row := range demand[1:] {
		at[row[id]] = int32(len(p.Weights))
		p.Weights = append(p.Weights, whole64(tb, row[people]))
	}
	matrix := read("SF_network_distance_candidateStore_16_censusTract_205_new.csv")
	to, name, distance := column(matrix[0], "DestinationName"), column(matrix[0], "name"), column(matrix[0], "distance")
	stores := map[string]int32{}
	var entries []Entry
	for _, row := range matrix[1:] {
		if _, ok := stores[row[name]]; !ok {
			stores[row[name]] = int32(len(stores))
		}
		metres, err := strconv.ParseFloat(row[distance], 64)
		if err != nil {
			tb.Fatal(err)
		}
		entries = append(entries, Entry{at[row[to]], stores[row[name]], int64(math.Round(1e4 * metres))})
	}
	m, err := NewMatrix(len(p.Weights), len(stores), entries)
	if err != nil {
		tb.Fatal(err)
	}
	p.Matrix = m
	return p
}

// BenchmarkSanFrancisco measures the solver itself on the cases that spopt solves.
func BenchmarkSanFrancisco(b *testing.B) {
	for _, c := range []struct {
		kind  Kind
		limit int64
		want  float64
	}{{MaxCoverage, 5000, 875247}, {SetCover, 5000, 8}, {PCenter, 0, 7403.0638}, {PMedian, 0, 2848268129.7145}} {
		b.Run(c.kind.String(), func(b *testing.B) {
			p := sanFrancisco(b)
			p.Kind = c.kind
			if c.limit > 0 {
				p.NoLimit, p.Limit = false, c.limit*10_000
			}
			if c.kind == SetCover {
				p.Sites = 0
			}
			start := cpuTime()
			for b.Loop() {
				s, err := Solve(b.Context(), p, Options{})
				if err != nil {
					b.Fatal(err)
				}
				value := float64(s.Objective)
				if c.kind == PCenter || c.kind == PMedian {
					value /= 1e4
				}
				if s.Status != Optimal || math.Abs(value-c.want) > 1e-6*c.want {
					b.Fatalf("%v %v, want %v", s.Status, value, c.want)
				}
			}
			b.ReportMetric(float64((cpuTime()-start).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}
