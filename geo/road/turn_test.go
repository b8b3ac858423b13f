package road

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lawcircle/geo"
)

const turnsYAML = "snap_max_m: 1\none_way: {obey: true}\nturns: {restrictions: true, vehicles: [motorcar, motor_vehicle], turn_s: 0, bias: 1, u_turn_s: 7, signal_s: 0}\n"

// restrict adds a restriction to a drawing; via is a node ("b") or ways ("bc cd").
func (d *drawing) restrict(t testing.TB, kind, from, to string, via ...string) *Restriction {
	t.Helper()
	r := Restriction{ID: int64(len(d.network.Restrictions) + 1), Kind: kind, From: d.way(t, from).ID, To: d.way(t, to).ID}
	for _, name := range via {
		if len(name) == 1 {
			r.ViaNode = d.nodes[name[0]]
		} else {
			r.ViaWays = append(r.ViaWays, d.way(t, name).ID)
		}
	}
	d.network.Restrictions = append(d.network.Restrictions, r)
	return &d.network.Restrictions[len(d.network.Restrictions)-1]
}

func TestTurnsOnDrawnMaps(t *testing.T) {
	// 20 m a character at a metre a second; turning round costs 7 s.
	const cross = `
    a
    |
d---b---c---f
    |
    e
`
	const twoCrossings = `
    a       g
    |       |
d---b-------c---f
    |       |
    e       h
`
	for name, test := range map[string]struct {
		drawn    string
		tags     map[string]string
		prepare  func(d *drawing)
		more     string
		from, to byte
		want     int
	}{
		"free turn":                      {cross, nil, nil, "", 'd', 'a', 120},
		"no_left_turn: turns round at e": {cross, nil, func(d *drawing) { d.restrict(t, "no_left_turn", "db", "ab", "b") }, "", 'd', 'a', 80 + 40 + 7 + 40 + 40},
		"other ways are free":            {cross, nil, func(d *drawing) { d.restrict(t, "no_left_turn", "db", "ab", "b") }, "", 'c', 'a', 120},
		"and the other direction":        {cross, nil, func(d *drawing) { d.restrict(t, "no_left_turn", "db", "ab", "b") }, "", 'a', 'd', 120},
		"only_straight_on":               {cross, nil, func(d *drawing) { d.restrict(t, "only_straight_on", "db", "bc", "b") }, "", 'd', 'e', 80 + 160 + 7 + 160 + 40},
		"only_straight_on forbids turning round": {cross, nil, func(d *drawing) {
			d.restrict(t, "only_straight_on", "ab", "be", "b")
			d.restrict(t, "no_u_turn", "be", "be", "e")
		}, "", 'a', 'c', -1},
		"except for cars": {cross, nil, func(d *drawing) {
			d.restrict(t, "no_left_turn", "db", "ab", "b").Except = []string{"bus", "motorcar"}
		}, "", 'd', 'a', 120},
		"except for buses": {cross, nil, func(d *drawing) {
			d.restrict(t, "no_left_turn", "db", "ab", "b").Except = []string{"bus"}
		}, "", 'd', 'a', 80 + 40 + 7 + 40 + 40},
		"for lorries only": {cross, nil, func(d *drawing) {
			d.restrict(t, "no_left_turn", "db", "ab", "b").Vehicle = "hgv"
		}, "", 'd', 'a', 120},
		"for motor vehicles": {cross, nil, func(d *drawing) {
			d.restrict(t, "no_left_turn", "db", "ab", "b").Vehicle = "motor_vehicle"
		}, "", 'd', 'a', 80 + 40 + 7 + 40 + 40},
		"restrictions off": {cross, nil, func(d *drawing) { d.restrict(t, "no_left_turn", "db", "ab", "b") },
			"turns: {restrictions: false, vehicles: [motorcar], turn_s: 0, bias: 1, u_turn_s: 7, signal_s: 0}\n", 'd', 'a', 120},
		"over a via way: left after left": {twoCrossings, nil, func(d *drawing) {
			d.restrict(t, "no_u_turn", "ab", "gc", "bc")
		}, "", 'a', 'g', 40 + 40 + 7 + 40 + 160 + 40},
		"over a via way: from elsewhere it is free": {twoCrossings, nil, func(d *drawing) {
			d.restrict(t, "no_u_turn", "ab", "gc", "bc")
		}, "", 'd', 'g', 80 + 160 + 40},
		"over a via way: other ways on are free": {twoCrossings, nil, func(d *drawing) {
			d.restrict(t, "no_u_turn", "ab", "gc", "bc")
		}, "", 'a', 'h', 40 + 160 + 40},
		"over a via way: only": {twoCrossings, nil, func(d *drawing) {
			d.restrict(t, "only_straight_on", "ab", "cf", "bc")
		}, "", 'a', 'h', 40 + 40 + 7 + 40 + 160 + 40},
		"stopping on the via way is free": {twoCrossings, nil, func(d *drawing) {
			d.restrict(t, "only_straight_on", "ab", "cf", "bc")
		}, "", 'a', 'c', 40 + 160},
		"signal": {cross, map[string]string{"b": "highway=traffic_signals"}, nil,
			"turns: {restrictions: true, vehicles: [motorcar], turn_s: 0, bias: 1, u_turn_s: 7, signal_s: 3}\n", 'd', 'a', 123},
		"destination at the end":                 {cross, map[string]string{"ab": "access=destination"}, nil, "", 'd', 'a', 120},
		"destination at the beginning":           {cross, map[string]string{"ab": "access=destination"}, nil, "", 'a', 'd', 120},
		"destination is not for passing through": {"a---b---c\n|       |\nd-------f", map[string]string{"bc": "motor_vehicle=destination"}, nil, "", 'a', 'c', 40 + 160 + 40},
		"both ends in one destination zone":      {"a---b---c\n|       |\nd-------f", map[string]string{"ab": "motor_vehicle=destination", "bc": "motor_vehicle=destination"}, nil, "", 'a', 'c', 160},
	} {
		t.Run(name, func(t *testing.T) {
			d := draw(t, test.drawn, test.tags)
			if test.prepare != nil {
				test.prepare(d)
			}
			graph := buildWith(t, d.network, plainProfile(t, "car", turnsYAML, test.more))
			if got := graph.seconds(t, d.place(test.from), d.place(test.to)); got != test.want {
				t.Errorf("%c to %c takes %d s, want %d", test.from, test.to, got, test.want)
			}
		})
	}
}

// The turn costs are those of the published formula: 7.5 s for turning right round, near nothing straight on, right cheaper than left.
func TestTurnCostByAngle(t *testing.T) {
	turns := &Turns{TurnS: 7.5, Bias: 1.075}
	for _, test := range []struct{ degrees, want float64 }{
		{0, 7.5 / (1 + math.Exp(6.5*1.075))},
		{90, 7.5 / (1 + math.Exp(-(13/1.075*0.5 - 6.5*1.075)))},
		{-90, 7.5 / (1 + math.Exp(-(13*1.075*0.5 - 6.5/1.075)))},
	} {
		if got := turns.angleS(test.degrees); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%g degrees cost %g s, want %g", test.degrees, got, test.want)
		}
	}
	if turns.angleS(90) >= turns.angleS(-90) {
		t.Error("right is not cheaper than left where one drives on the right")
	}
	turns.LeftHand = true
	if turns.angleS(90) <= turns.angleS(-90) {
		t.Error("left is not cheaper than right where one drives on the left")
	}
}

// turnOracle searches over pairs of nodes (where one was, where one is) with the turn rules looked up one by one.
type turnOracle struct {
	next  map[int64][]int64
	cost  map[[2]int64]float64
	way   map[[2]int64]int64
	rules []Restriction
	uTurn float64
}

func (o *turnOracle) allowed(a, b, c int64) bool {
	from, to := o.way[[2]int64{a, b}], o.way[[2]int64{b, c}]
	if a == c && len(o.next[b]) == 2 {
		return false
	}
	onlyFound, onlyOK := false, false
	for _, r := range o.rules {
		if r.From != from || r.ViaNode != b {
			continue
		}
		if r.Kind == "only_straight_on" {
			onlyFound, onlyOK = true, onlyOK || r.To == to
		} else if r.To == to {
			return false
		}
	}
	return !onlyFound || onlyOK
}

// seconds is the time from the middle of one way to the middle of another.
func (o *turnOracle) seconds(from, to *Way) float64 {
	best := map[[2]int64]float64{}
	var queue [][2]int64
	push := func(state [2]int64, t float64) {
		if old, ok := best[state]; !ok || t < old-1e-12 {
			best[state] = t
			queue = append(queue, state)
		}
	}
	a, b := from.NodeIDs[0], from.NodeIDs[1]
	push([2]int64{a, b}, o.cost[[2]int64{a, b}]/2)
	push([2]int64{b, a}, o.cost[[2]int64{b, a}]/2)
	least := math.Inf(1)
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		a, b := state[0], state[1]
		for _, c := range o.next[b] {
			if !o.allowed(a, b, c) {
				continue
			}
			t := best[state]
			if a == c {
				t += o.uTurn
			}
			if o.way[[2]int64{b, c}] == to.ID {
				least = min(least, t+o.cost[[2]int64{b, c}]/2)
			}
			push([2]int64{b, c}, t+o.cost[[2]int64{b, c}])
		}
	}
	return least
}

func TestTurnsEqualPlainSearchOnRandomMaps(t *testing.T) {
	const grid = `
a--b--c--d--e
|  |  |  |  |
f--g--h--i--j
|  |  |  |  |
k--l--m--n--o
|  |  |  |  |
p--q--r--s--t
`
	for seed := range uint64(10) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 9))
			d := draw(t, grid, nil)
			ways := d.network.Ways
			o := &turnOracle{next: map[int64][]int64{}, cost: map[[2]int64]float64{}, way: map[[2]int64]int64{}, uTurn: 7}
			for _, way := range ways {
				a, b := way.NodeIDs[0], way.NodeIDs[1]
				o.next[a], o.next[b] = append(o.next[a], b), append(o.next[b], a)
				for _, pair := range [][2]int64{{a, b}, {b, a}} {
					o.cost[pair], o.way[pair] = geo.Length(way.Line), way.ID
				}
			}
			for i := range 25 {
				from := ways[random.IntN(len(ways))]
				via := from.NodeIDs[random.IntN(2)]
				to := o.way[[2]int64{via, o.next[via][random.IntN(len(o.next[via]))]}]
				kind := []string{"no_left_turn", "no_entry", "only_straight_on"}[random.IntN(3)]
				if to == from.ID {
					kind = "no_u_turn"
				}
				o.rules = append(o.rules, Restriction{ID: int64(i), Kind: kind, From: from.ID, ViaNode: via, To: to})
			}
			d.network.Restrictions = slices.Clone(o.rules)
			graph := buildWith(t, d.network, plainProfile(t, "car", turnsYAML))
			for range 200 {
				from, to := &ways[random.IntN(len(ways))], &ways[random.IntN(len(ways))]
				a, b := middle(from), middle(to)
				if snapA, _, _ := graph.Snap(a.Point); from == to || snapA.Edge == snapOf(graph, b).Edge {
					continue // one need not leave the edge
				}
				cells := matrixOf(t, graph, []Place{a}, []Place{b}, 0)
				got, ok := cells[[2]int{0, 0}]
				if want := o.seconds(from, to); ok == math.IsInf(want, 1) || ok && math.Abs(float64(got)/1000-want) > 0.05 {
					t.Errorf("way %d to way %d takes %d ms (%v), want %.3f s", from.ID, to.ID, got, ok, want)
				}
			}
		})
	}
}

func middle(way *Way) Place { return Place{Point: between(way.Line[0], way.Line[1], 0.5)} }

func snapOf(g *Graph, p Place) Position {
	position, _, _ := g.Snap(p.Point)
	return position
}
