package road

import (
	"context"
	"os"
	"testing"

	"lawcircle/internal/testdata"
)

func readShared(tb testing.TB, name string) (*Network, ReadReport) {
	tb.Helper()
	file, err := os.Open(testdata.Shared(tb, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	network, report, err := ReadPBF(context.Background(), file, ReadOptions{})
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return network, report
}

func BenchmarkReadPBF(b *testing.B) {
	for _, name := range []string{"porto_alegre_r5r", "merged_dev"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readShared(b, "osm/"+name+".osm.pbf")
			}
		})
	}
}
