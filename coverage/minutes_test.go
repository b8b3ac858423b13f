package coverage_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"lawcircle/coverage"
)

func TestReadMinutes(t *testing.T) {
	for ms, want := range map[int64]float64{0: 0, 1: 0.1, 6_000: 0.1, 6_001: 0.2, 600_000: 10, 600_001: 10.1, 1_341_300: 22.4, 1_340_001: 22.4, 1_338_000: 22.3} {
		if got := coverage.ReadMinutes(time.Duration(ms) * time.Millisecond); got != want {
			t.Errorf("%d ms read as %v minutes, want %v", ms, got, want)
		}
	}
}

// What is read keeps the order, is never less than the time, and never a tenth more.
func TestReadMinutesIsTheNextTenth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, 4*3600*1000).Draw(t, "ms")) * time.Millisecond
		read := time.Duration(coverage.ReadMinutes(d)*600+0.5) * 100 * time.Millisecond
		if read < d || read-d >= 6*time.Second {
			t.Fatalf("%v reads as %v", d, read)
		}
	})
}
