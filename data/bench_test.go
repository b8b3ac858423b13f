package data_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"lawcircle/data"
)

const benchRows = 200_000

func BenchmarkPutSettlements(b *testing.B) {
	villages := manySettlements(benchRows)
	for b.Loop() {
		p := open(b, filepath.Join(b.TempDir(), "a.gpkg"), data.Options{Create: true})
		update(b, p, func(tx *data.Tx) error { return tx.PutSettlements(villages) })
		p.Close()
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkPutSettlementsAgain(b *testing.B) {
	villages := manySettlements(benchRows)
	p := open(b, filepath.Join(b.TempDir(), "a.gpkg"), data.Options{Create: true})
	update(b, p, func(tx *data.Tx) error { return tx.PutSettlements(villages) })
	for b.Loop() {
		update(b, p, func(tx *data.Tx) error { return tx.PutSettlements(villages) })
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCounty(b *testing.B) {
	p := open(b, filepath.Join(b.TempDir(), "a.gpkg"), data.Options{Create: true})
	update(b, p, func(tx *data.Tx) error { return tx.PutSettlements(manySettlements(benchRows)) })
	for b.Loop() {
		county(b, p)
	}
	b.ReportMetric(float64(benchRows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkPutNetwork(b *testing.B) {
	roads := network(rand.New(rand.NewPCG(1, 2)), 100_000)
	for b.Loop() {
		p := open(b, filepath.Join(b.TempDir(), "a.gpkg"), data.Options{Create: true})
		update(b, p, func(tx *data.Tx) error { return tx.PutNetwork(roads) })
		p.Close()
	}
	b.ReportMetric(float64(len(roads.Ways)*b.N)/b.Elapsed().Seconds(), "ways/s")
}

func BenchmarkNetwork(b *testing.B) {
	roads := network(rand.New(rand.NewPCG(1, 2)), 100_000)
	p := open(b, filepath.Join(b.TempDir(), "a.gpkg"), data.Options{Create: true})
	update(b, p, func(tx *data.Tx) error { return tx.PutNetwork(roads) })
	for b.Loop() {
		if _, err := p.Network(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(roads.Ways)*b.N)/b.Elapsed().Seconds(), "ways/s")
}

func BenchmarkOneEdit(b *testing.B) {
	p := open(b, filepath.Join(b.TempDir(), "a.gpkg"), data.Options{Create: true})
	villages := manySettlements(benchRows)
	update(b, p, func(tx *data.Tx) error { return tx.PutSettlements(villages) })
	for b.Loop() {
		villages[7].PeopleYear++
		update(b, p, func(tx *data.Tx) error { return tx.PutSettlements(villages[7:8]) })
	}
}
