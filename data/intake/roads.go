package intake

import (
	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// How far roads are looked for around a place, in degrees: a first box, and the last before there is none.
const (
	firstReachDeg = 0.004
	lastReachDeg  = 0.07
)

// RoadReference measures places against roads, to tell in which coordinate system they are. Building it takes O(n log n) in the number
// of lines.
func RoadReference(lines []orb.LineString) CRSReference {
	if len(lines) == 0 {
		return CRSReference{}
	}
	index := &geo.Index[int]{}
	for i, line := range lines {
		if len(line) > 0 {
			index.Insert(line.Bound(), i)
		}
	}
	return CRSReference{RoadDistance: func(p orb.Point) (metres float64, ok bool) {
		for reach := firstReachDeg; reach <= lastReachDeg; reach *= 4 {
			index.Search(p.Bound().Pad(reach), func(i int) bool {
				if foot, has := geo.FootOnLine(p, lines[i]); has && (!ok || foot.DistanceM < metres) {
					metres, ok = foot.DistanceM, true
				}
				return true
			})
			if ok {
				return metres, true
			}
		}
		return 0, false
	}}
}
