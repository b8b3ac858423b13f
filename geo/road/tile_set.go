package road

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// tileSpan is a rectangle of tiles, both corners included.
type tileSpan struct{ from, to tileAt }

// tileSpans finds the tiles of places near something.
type tileSpans struct {
	a       *ground
	middle  [2]float64 // of the plane, in the units of the segment tree, 1e-7 degrees
	perUnit [2]float64 // tiles
}

func newTileSpans(a *ground) tileSpans {
	middle := a.plane.Reference()
	metres := a.plane.To(orb.Point{middle[0] + 1, middle[1] + 1}) // of a degree
	perMetre := 1 / (a.stepM * groundNodes * 1e7)
	return tileSpans{a, [2]float64{middle[0] * 1e7, middle[1] * 1e7}, [2]float64{metres.X * perMetre, metres.Y * perMetre}}
}

// ofEdge calls yield for the tiles of the places that go to an edge and are at most some milliseconds of walking from it.
func (s *tileSpans) ofEdge(edge int32, ms int64, yield func(tileSpan)) {
	g := s.a.g
	if g.edgeFlags[edge]&edgeMayStop == 0 {
		return
	}
	radiusM := min(g.snapLimit(), g.profile.OffRoad.Mps()/1000*float64(ms))
	last := g.edgeStart[edge+1] - 1
	for first := g.edgeStart[edge]; first < last; first += chunkSegments {
		box := emptyBox()
		for k := first; k <= min(first+chunkSegments, last); k++ {
			lon, lat := g.lonLat[2*k], g.lonLat[2*k+1]
			box = [4]int32{min(box[0], lon), min(box[1], lat), max(box[2], lon), max(box[3], lat)}
		}
		yield(s.around(box, radiusM, s.a.most))
	}
}

// ofDoor are the tiles of the places within a straight walk of some milliseconds of a point.
func (s *tileSpans) ofDoor(p orb.Point, ms int64) tileSpan {
	profile := s.a.g.profile
	return s.around(boxOf(orb.Bound{Min: p, Max: p}), min(profile.DirectWalkMaxM, profile.OffRoad.Mps()/1000*float64(ms)), s.a.stretch(p[1]))
}

// around are the tiles of the places within radius metres of a box, of the tree's units; stretch is that of the box's latitudes.
func (s *tileSpans) around(box [4]int32, radiusM, stretch float64) tileSpan {
	const rounding = 1 // metre
	high := (radiusM + rounding) / (s.a.stepM * groundNodes)
	wide := high * stretch
	x := func(lon int32) float64 { return (float64(lon) - s.middle[0]) * s.perUnit[0] }
	y := func(lat int32) float64 { return (float64(lat) - s.middle[1]) * s.perUnit[1] }
	at := func(x, y float64) tileAt { return tileAt{int32(math.Floor(x)), int32(math.Floor(y))} }
	return tileSpan{at(x(box[0])-wide, y(box[1])-high), at(x(box[2])+wide, y(box[3])+high)}
}

// tileSet gathers tiles in spans; the zero value is empty.
type tileSet struct {
	spans     []tileSpan
	low, high tileAt
	recent    [64]int32 // places in spans, and one more, of spans added before: the next is often one of them
}

func (s *tileSet) add(r tileSpan) {
	from, to := r.from, r.to
	recent := &s.recent[uint32(from.i*7+from.j*29+to.i*3+to.j)%uint32(len(s.recent))]
	if *recent > 0 && s.spans[*recent-1] == r {
		return
	}
	if len(s.spans) == 0 {
		s.low, s.high = from, to
	}
	s.low = tileAt{min(s.low.i, from.i), min(s.low.j, from.j)}
	s.high = tileAt{max(s.high.i, to.i), max(s.high.j, to.j)}
	s.spans = append(s.spans, r)
	*recent = int32(len(s.spans))
}

// mostMarks bounds the table in which tiles are marked; where spans lie farther apart they are gathered in a map.
const mostMarks = 1 << 22

// tiles lists the tiles once each, by rows.
func (s *tileSet) tiles() []tileAt {
	columns, rows := int(s.high.i-s.low.i)+1, int(s.high.j-s.low.j)+1
	if len(s.spans) == 0 {
		return nil
	}
	if columns*rows > mostMarks {
		return s.gathered()
	}
	marked := make([]bool, columns*rows)
	for _, r := range s.spans {
		for j := r.from.j; j <= r.to.j; j++ {
			for i := r.from.i; i <= r.to.i; i++ {
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

// gathered is tiles for spans far apart.
func (s *tileSet) gathered() []tileAt {
	known := map[tileAt]bool{}
	for _, r := range s.spans {
		for j := r.from.j; j <= r.to.j; j++ {
			for i := r.from.i; i <= r.to.i; i++ {
				known[tileAt{i, j}] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(known), byRows)
}

func byRows(x, y tileAt) int { return cmp.Or(cmp.Compare(x.j, y.j), cmp.Compare(x.i, y.i)) }
