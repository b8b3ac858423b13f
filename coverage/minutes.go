package coverage

import "time"

// ReadMinutes gives a travel time as people read it: minutes in tenths, rounded up, so that a time above a limit never reads as the limit.
// Every table, sentence and page shows times by this rule; files for machines carry seconds or milliseconds.
func ReadMinutes(d time.Duration) float64 {
	const tenth = 6 * time.Second
	tenths := d / tenth
	if d > tenths*tenth {
		tenths++
	}
	return float64(tenths) / 10
}
