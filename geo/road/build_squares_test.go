package road

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"lawcircle/geo"
)

// square makes one closed way of the ways drawn between some letters.
func (d *drawing) square(t *testing.T, letters, tags string) *Way {
	t.Helper()
	way := &Way{ID: int64(5000 + len(d.ways)), Tags: Tags{}}
	for i := range len(letters) {
		next := letters[(i+1)%len(letters)]
		side := d.way(t, string([]byte{letters[i], next}))
		for name, drawn := range d.ways {
			if drawn == side {
				delete(d.ways, name)
			}
		}
		way.NodeIDs, way.Line = append(way.NodeIDs, d.nodes[letters[i]]), append(way.Line, d.at[letters[i]])
	}
	way.NodeIDs, way.Line = append(way.NodeIDs, way.NodeIDs[0]), append(way.Line, way.Line[0])
	for _, pair := range strings.Fields(tags) {
		key, value, _ := strings.Cut(pair, "=")
		way.Tags[key] = value
	}
	d.ways[letters] = way
	d.network.Ways = valuesOf(d)
	return way
}

func TestSquaresAreCrossed(t *testing.T) {
	const plain = `
e-a---b-f
  |   |
  |   |
h-d---c-g
`
	const corner = `
m-a---b
  |   |
  |   c---d
  |       |
  f-------e-n
`
	const square = "highway=pedestrian area=yes"
	for name, test := range map[string]struct {
		text, ring, tags, yaml string
		from, to               byte
		want                   int
	}{
		"across":               {plain, "abcd", square, "areas: true\ncross_areas: true\n", 'e', 'g', 40 + 100 + 40},
		"drawn the other way":  {plain, "dcba", square, "areas: true\ncross_areas: true\n", 'g', 'e', 40 + 100 + 40},
		"along the rim":        {plain, "abcd", square, "areas: true\n", 'e', 'g', 40 + 140 + 40},
		"a street, no square":  {plain, "abcd", "highway=pedestrian", "areas: true\ncross_areas: true\n", 'e', 'g', 40 + 140 + 40},
		"a private square":     {plain, "abcd", square + " access=private", "areas: true\ncross_areas: true\n", 'e', 'g', -1},
		"no areas at all":      {plain, "abcd", square, "cross_areas: true\n", 'e', 'g', -1},
		"round the one corner": {corner, "abcdef", square, "areas: true\ncross_areas: true\n", 'm', 'n', 40 + 179 + 40},
		"from inside the rim":  {corner, "abcdef", square, "areas: true\ncross_areas: true\n", 'a', 'e', 179},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, test.text, nil)
			d.square(t, test.ring, test.tags)
			if got := buildWith(t, d.network, plainProfile(t, "foot", test.yaml)).seconds(t, d.place(test.from), d.place(test.to)); got != test.want {
				t.Errorf("%c to %c takes %d s, want %d", test.from, test.to, got, test.want)
			}
		})
	}
}

// A square drawn as a relation, with a pond left out in its middle: people go round the pond, and nothing is lost for want of tags on its
// ways.
func TestSquareWithAHole(t *testing.T) {
	const text = `
e-a-------b-f
  |       |
  | p---q |
  | |   | |
  | s---r |
  |       |
h-d-------c-g
`
	for name, test := range map[string]struct {
		tags Tags
		yaml string
		want int
	}{
		"round the pond": {Tags{"type": "multipolygon", "highway": "pedestrian"}, "areas: true\ncross_areas: true\n", 40 + 216 + 40},
		"not crossed":    {Tags{"type": "multipolygon", "highway": "pedestrian"}, "areas: true\n", -1},
		"a wood":         {Tags{"type": "multipolygon", "natural": "wood"}, "areas: true\ncross_areas: true\n", -1},
		"for cars":       {Tags{"type": "multipolygon", "highway": "pedestrian"}, "", -1},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, text, nil)
			rims := []*Way{d.square(t, "abcd", ""), d.square(t, "pqrs", "")}
			file := slices.Concat(pbfOf(t, d.network), relationBlob(test.tags, rims...))
			network, report, err := ReadPBF(context.Background(), bytes.NewReader(file), ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got := buildWith(t, network, plainProfile(t, "foot", test.yaml)).seconds(t, d.place('e'), d.place('g')); got != test.want {
				t.Errorf("e to g takes %d s, want %d; %+v", got, test.want, report)
			}
		})
	}
}

// A square with more ways in than the bound is walked along its rim: the graph does not grow with the square of them.
func TestSquareWithManyWaysInKeepsToItsRim(t *testing.T) {
	for _, doors := range []int{maxSquareNodes, maxSquareNodes + 1} {
		plane := geo.NewPlane(drawnOrigin)
		network := &Network{}
		square := Way{ID: 1, Tags: Tags{"highway": "pedestrian", "area": "yes"}}
		for i := range doors {
			angle := 2 * math.Pi * float64(i) / float64(doors)
			rim := snapTo7(plane.From(geo.XY{X: 100 * math.Cos(angle), Y: 100 * math.Sin(angle)}))
			out := snapTo7(plane.From(geo.XY{X: 150 * math.Cos(angle), Y: 150 * math.Sin(angle)}))
			square.NodeIDs, square.Line = append(square.NodeIDs, int64(100+i)), append(square.Line, rim)
			network.Ways = append(network.Ways, Way{
				ID: int64(10 + i), NodeIDs: []int64{int64(100 + i), int64(1000 + i)}, Line: orb.LineString{rim, out}, Tags: Tags{"highway": "footway"},
			})
		}
		square.NodeIDs, square.Line = append(square.NodeIDs, square.NodeIDs[0]), append(square.Line, square.Line[0])
		network.Ways = append(network.Ways, square)
		graph := buildWith(t, network, plainProfile(t, "foot", "areas: true\ncross_areas: true\n"))
		want := 2 * doors // the rim and the ways in
		if doors <= maxSquareNodes {
			want += doors * (doors - 3) / 2 // diagonals
		}
		if graph.Edges() != want {
			t.Errorf("%d ways in: %d edges, want %d", doors, graph.Edges(), want)
		}
	}
}

// What one sees across a square is inside it all along; what one does not see is not.
func TestSightLinesStayInside(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 14))
		var line orb.LineString
		plane, corners := geo.NewPlane(drawnOrigin), 5+random.IntN(15)
		for i := range corners {
			angle, radius := 2*math.Pi*(float64(i)+random.Float64()*0.8)/float64(corners), 20+80*random.Float64()
			line = append(line, plane.From(geo.XY{X: radius * math.Cos(angle), Y: radius * math.Sin(angle)}))
		}
		line = append(line, line[0])
		way := usedWay{Way: &Way{NodeIDs: make([]int64, len(line)), Line: line}, nodes: make([]int32, len(line))}
		var r outline
		r.add(way, make([]uint8, 1), false)
		ring := orb.Ring(line)
		for i := range r {
			for k := range r {
				if i == k || r[i].next == k || r[k].next == i {
					continue
				}
				inside := true
				for step := 1; step < 400; step++ {
					inside = inside && planar.RingContains(ring, between(line[i], line[k], float64(step)/400))
				}
				if r.sees(i, k) != inside && (!inside || !nearMiss(r, i, k)) {
					t.Errorf("%s: from %d to %d sees %v, inside %v", fmt.Sprint("seed ", seed), i, k, r.sees(i, k), inside)
				}
			}
		}
	}
}

// nearMiss tells whether a corner is so near the line between two others that the samples may miss it.
func nearMiss(r outline, i, k int) bool {
	for s := range r {
		if share, distance := geo.Foot(r[s].at, r[i].at, r[k].at); s != i && s != k && share > 0 && share < 1 && distance < 1 {
			return true
		}
	}
	return false
}
