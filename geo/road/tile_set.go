package road

import (
	"math"

	"github.com/paulmach/orb"
)

// tileSet gathers tiles of a ground in ranges.
type tileSet struct {
	a         *ground
	middle    [2]float64 // of the plane, in the units of the tree, 1e-7 degrees
	perUnit   [2]float64 // tiles
	ranges    [][2]tileAt
	low, high tileAt
	recent    [64]int32 // places in ranges, and one more, of ranges added before: the next is often one of them
}

func newTileSet(a *ground) *tileSet {
	middle := a.plane.Reference()
	metres := a.plane.To(orb.Point{middle[0] + 1, middle[1] + 1}) // of a degree
	perMetre := 1 / (a.stepM * groundNodes * 1e7)
	return &tileSet{a: a, middle: [2]float64{middle[0] * 1e7, middle[1] * 1e7}, perUnit: [2]float64{metres.X * perMetre, metres.Y * perMetre}}
}

// addEdge adds the tiles of places that go to an edge and are at most some metres from it.
func (s *tileSet) addEdge(edge int32, radiusM float64) {
	g := s.a.g
	if g.edgeFlags[edge]&edgeMayStop == 0 {
		return
	}
	if g.profile.SnapMaxM > 0 {
		radiusM = min(radiusM, g.profile.SnapMaxM)
	}
	last := g.edgeStart[edge+1] - 1
	for first := g.edgeStart[edge]; first < last; first += chunkSegments {
		box := emptyBox()
		for k := first; k <= min(first+chunkSegments, last); k++ {
			lon, lat := g.lonLat[2*k], g.lonLat[2*k+1]
			box = [4]int32{min(box[0], lon), min(box[1], lat), max(box[2], lon), max(box[3], lat)}
		}
		s.addAround(box, radiusM, s.a.most)
	}
}

// addAround adds the tiles that places within radius metres of a box, of the tree's units, lie in; stretch is that of the box's latitudes.
func (s *tileSet) addAround(box [4]int32, radiusM, stretch float64) {
	const rounding = 1 // metre
	high := (radiusM + rounding) / (s.a.stepM * groundNodes)
	wide := high * stretch
	x := func(lon int32) float64 { return (float64(lon) - s.middle[0]) * s.perUnit[0] }
	y := func(lat int32) float64 { return (float64(lat) - s.middle[1]) * s.perUnit[1] }
	at := func(x, y float64) tileAt { return tileAt{int32(math.Floor(x)), int32(math.Floor(y))} }
	s.add(at(x(box[0])-wide, y(box[1])-high), at(x(box[2])+wide, y(box[3])+high))
}

func (s *tileSet) add(from, to tileAt) {
	r := [2]tileAt{from, to}
	recent := &s.recent[uint32(from.i*7+from.j*29+to.i*3+to.j)%uint32(len(s.recent))]
	if *recent > 0 && s.ranges[*recent-1] == r {
		return
	}
	if len(s.ranges) == 0 {
		s.low, s.high = from, to
	}
	s.low = tileAt{min(s.low.i, from.i), min(s.low.j, from.j)}
	s.high = tileAt{max(s.high.i, to.i), max(s.high.j, to.j)}
	s.ranges = append(s.ranges, r)
	*recent = int32(len(s.ranges))
}

// tiles lists the tiles once each, by rows.
func (s *tileSet) tiles() []tileAt {
	if len(s.ranges) == 0 {
		return nil
	}
	columns := int(s.high.i-s.low.i) + 1
	marked := make([]bool, columns*(int(s.high.j-s.low.j)+1))
	for _, r := range s.ranges {
		for j := r[0].j; j <= r[1].j; j++ {
			for i := r[0].i; i <= r[1].i; i++ {
				marked[int(j-s.low.j)*columns+int(i-s.low.i)] = true
			}
		}
	}
	var out []tileAt
	for k, yes := range marked {
		if yes {
			out = append(out, tileAt{s.low.i + int32(k%columns), s.low.j + int32(k/columns)})
		}
	}
	return out
}
