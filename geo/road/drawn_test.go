package road

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// drawing is a map drawn in characters, 20 m each: letters are nodes, - and | are roads between them, with > < ^ v one way, + two roads
// that cross without meeting. Every road between two letters is a way of its own, named by its letters from left to right or top to
// bottom ("ab").
type drawing struct {
	network *Network
	nodes   map[byte]int64
	at      map[byte]orb.Point
	ways    map[string]*Way
}

const drawnM = 20.0 // metres per character

var drawnOrigin = orb.Point{89.2, 42.95}

// draw reads a map; tags are added to ways ("ab": "highway=footway oneway=yes") and nodes ("c": "barrier=gate"). Ways are
// highway=residential unless tagged otherwise; two-letter names may be given either way round.
func draw(t testing.TB, text string, tags map[string]string) *drawing {
	t.Helper()
	d := &drawing{network: &Network{}, nodes: map[byte]int64{}, at: map[byte]orb.Point{}, ways: map[string]*Way{}}
	rows := strings.Split(strings.Trim(text, "\n"), "\n")
	cell := func(x, y int) byte {
		if y < 0 || y >= len(rows) || x < 0 || x >= len(rows[y]) {
			return ' '
		}
		return rows[y][x]
	}
	plane := geo.NewPlane(drawnOrigin)
	for y, row := range rows {
		for x := range row {
			if c := row[x]; isLetter(c) {
				d.nodes[c] = int64(c)
				d.at[c] = snapTo7(plane.From(geo.XY{X: float64(x) * drawnM, Y: -float64(y) * drawnM}))
			}
		}
	}
	for y, row := range rows {
		for x := range row {
			if isLetter(row[x]) {
				d.road(cell, x, y, 1, 0, "-+", '>', '<')
				d.road(cell, x, y, 0, 1, "|+", 'v', '^')
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		d.tag(t, name, tags[name])
	}
	for _, name := range slices.Sorted(maps.Keys(d.ways)) {
		d.network.Ways = append(d.network.Ways, *d.ways[name])
	}
	return d
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' && c != 'v' }

// road follows the characters from a letter to the next letter.
func (d *drawing) road(cell func(x, y int) byte, x, y, dx, dy int, plain string, ahead, back byte) {
	from, oneway := cell(x, y), ""
	for x, y = x+dx, y+dy; ; x, y = x+dx, y+dy {
		switch c := cell(x, y); {
		case isLetter(c):
			name := string([]byte{from, c})
			tags := Tags{"highway": "residential"}
			if oneway != "" {
				tags["oneway"] = oneway
			}
			id := int64(1000 + len(d.ways))
			d.ways[name] = &Way{ID: id, NodeIDs: []int64{int64(from), int64(c)}, Line: orb.LineString{d.at[from], d.at[c]}, Tags: tags}
			return
		case strings.IndexByte(plain, c) >= 0:
		case c == ahead:
			oneway = "yes"
		case c == back:
			oneway = "-1"
		default:
			return
		}
	}
}

func (d *drawing) tag(t testing.TB, name, text string) {
	t.Helper()
	tags := Tags{}
	for _, pair := range strings.Fields(text) {
		key, value, _ := strings.Cut(pair, "=")
		tags[key] = value
	}
	if len(name) == 1 {
		d.network.Nodes = append(d.network.Nodes, Node{d.nodes[name[0]], tags})
		return
	}
	maps.Copy(d.way(t, name).Tags, tags)
}

// way is the way between two letters.
func (d *drawing) way(t testing.TB, name string) *Way {
	t.Helper()
	way := cmp.Or(d.ways[name], d.ways[name[1:]+name[:1]])
	if way == nil {
		t.Fatalf("no way %s in the drawing", name)
	}
	return way
}

func (d *drawing) place(letter byte) Place { return Place{string(letter), d.at[letter]} }

// plainProfile travels at 3.6 km/h, so that a metre takes a second; more is YAML that changes it.
func plainProfile(t testing.TB, mode string, more ...string) *Profile {
	t.Helper()
	keys := map[string]string{
		"foot": "[foot, access]", "bicycle": "[bicycle, vehicle, access]", "car": "[motorcar, motor_vehicle, vehicle, access]",
	}[mode]
	text := fmt.Sprintf(`
name: plain
mode: %s
off_road: {kmh: 3.6}
snap_max_m: 10
main_network_km: 0.001
speeds: {residential: 3.6, footway: 3.6, pedestrian: 3.6, primary: 36, motorway: 72, steps: 1.8, track: 3.6}
access: {keys: %s, mode_keys: %s, closed: ["no", private], ends: [destination]}
`, mode, keys, keys)
	profile, err := ParseProfile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range more {
		if change == "" {
			continue // would empty the profile
		}
		if err := yaml.Unmarshal([]byte(change), profile); err != nil {
			t.Fatal(err)
		}
	}
	return profile
}

// seconds is the time from one letter to another, rounded, or -1.
func (g *Graph) seconds(t testing.TB, from, to Place) int {
	t.Helper()
	answers, err := g.NearestFacilities(context.Background(), []Place{to}, []Place{from}, NearestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(answers[0].Nearest) == 0 {
		return -1
	}
	return int((answers[0].Nearest[0].Ms + 500) / 1000)
}

// valuesOf are the drawing's ways as they are tagged now.
func valuesOf(d *drawing) []Way {
	var ways []Way
	for _, name := range slices.Sorted(maps.Keys(d.ways)) {
		ways = append(ways, *d.ways[name])
	}
	return ways
}
