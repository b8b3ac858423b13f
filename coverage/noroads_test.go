package coverage

import (
	"testing"
	"time"
)

// Without roads a straight walk within the limit is an answer; everything else is unknown, not outside.
func TestWithoutRoadsOnlyStraightWalksAreKnown(t *testing.T) {
	c := toyCounty()
	near := Time{OK: true, Duration: 5 * time.Minute, Reason: ReasonNoRoads}
	far := Time{OK: true, Duration: 11 * time.Minute, Reason: ReasonNoRoads}
	none := Time{Reason: ReasonNoRoads}
	r, err := c.Judge(DefaultQuery(), Selection{}, []Time{near, far, none, none, within(60)})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []VerdictStatus{Covered, Unknown, Unknown, Unknown, Covered} {
		if got := r.Verdicts[i]; got.Status != want || (want == Unknown && got.Reason != ReasonNoRoads) {
			t.Errorf("settlement %d is %s (%s), want %s", i, got.Status, got.Reason, want)
		}
	}
	if !r.NoRoads() {
		t.Error("the result does not say that there are no roads")
	}
}
