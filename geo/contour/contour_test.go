package contour_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/geo/contour"
	"lawcircle/geo/shape"
)

// lattice makes one from rows of text, top row first; '#' is inside. Saddles with a cell in joined are connected.
func lattice(rows []string, joined bool) contour.Lattice {
	inside := func(n contour.Node) bool {
		row := len(rows) - 1 - n.J
		return row >= 0 && row < len(rows) && n.I >= 0 && n.I < len(rows[row]) && rows[row][n.I] == '#'
	}
	return contour.Lattice{
		LastRow: len(rows) - 1,
		Inside:  inside,
		Changes: func(j int, out []int) []int {
			for i := -1; i <= len(rows[0]); i++ {
				if inside(contour.Node{I: i, J: j}) != inside(contour.Node{I: i + 1, J: j}) {
					out = append(out, i)
				}
			}
			return out
		},
		Cross:  func(_, _ contour.Node) float64 { return 0.5 },
		Joined: func(contour.Node) bool { return joined },
	}
}

func TestDrawnMaps(t *testing.T) {
	for _, row := range []struct {
		name, drawn string
		joined      bool
		polygons    int
		rings       int
		area        float64
	}{
		{"nothing", "...|...", false, 0, 0, 0},
		{"one node", "#", false, 1, 1, 0.5},
		{"a row", "###", false, 1, 1, 2.5},
		{"ring with a hole", "###|#.#|###", false, 1, 2, 8.5 - 0.5},
		{"saddle apart", "#.|.#", false, 2, 2, 1},
		{"saddle joined", "#.|.#", true, 1, 1, 1.5},
		{"hole by diagonals, joined", ".#.|#.#|.#.", true, 1, 2, 4},
		{"hole by diagonals, apart", ".#.|#.#|.#.", false, 4, 4, 2},
		{"island in a hole", "#####|#...#|#.#.#|#...#|#####", false, 2, 3, 24.5 - 8.5 + 0.5},
	} {
		got, err := contour.Trace(lattice(strings.Split(row.drawn, "|"), row.joined))
		if err != nil {
			t.Fatal(err)
		}
		rings, area := 0, 0.0
		for _, p := range got {
			rings += len(p)
			for _, ring := range p {
				area += signedArea(ring)
			}
		}
		if err := shape.Validate(got); err != nil || len(got) != row.polygons || rings != row.rings || math.Abs(area-row.area) > 1e-9 {
			t.Errorf("%s: %d polygons, %d rings, area %g: %v (%v)", row.name, len(got), rings, area, got, err)
		}
	}
}

func signedArea(ring orb.Ring) float64 {
	sum := 0.0
	for i := 1; i < len(ring); i++ {
		sum += ring[i-1][0]*ring[i][1] - ring[i][0]*ring[i-1][1]
	}
	return sum / 2
}

func TestRandomMapsAreValidAndClassifyEveryNode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 12).Draw(t, "width")
		var rows []string
		for range rapid.IntRange(1, 12).Draw(t, "height") {
			rows = append(rows, string(rapid.SliceOfN(rapid.SampledFrom([]byte("#.")), width, width).Draw(t, "row")))
		}
		l := lattice(rows, rapid.Bool().Draw(t, "joined"))
		got, err := contour.Trace(l)
		if err != nil {
			t.Fatal(err)
		}
		if err := shape.Validate(got); err != nil {
			t.Fatalf("%v: %v", rows, err)
		}
		for _, p := range got {
			for i, ring := range p {
				if (ring.Orientation() == orb.CCW) != (i == 0) {
					t.Fatalf("%v: ring %d winds the wrong way", rows, i)
				}
			}
		}
		for j := range rows {
			for i := range width {
				n := contour.Node{I: i, J: j}
				if shape.Contains(got, orb.Point{float64(i), float64(j)}) != l.Inside(n) {
					t.Fatalf("node %v of %v is on the wrong side", n, rows)
				}
			}
		}
	})
}

func TestInconsistentLatticeIsAnError(t *testing.T) {
	l := lattice([]string{"##", "##"}, false)
	l.Changes = func(j int, out []int) []int { return append(out, 0) }
	if _, err := contour.Trace(l); err == nil {
		t.Error("a row that is entered and never left is no error")
	}
	l.Changes = func(j int, out []int) []int { return append(out, -1, 0) }
	if _, err := contour.Trace(l); err == nil {
		t.Error("changes that contradict Inside are no error")
	}
}
