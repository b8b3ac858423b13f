package road

import (
	"math"
	"slices"

	"lawcircle/geo"
)

// turnBuilder lays out states for profiles with turns: the end of every directed edge is one.
//
// Two rules need to know more than the edge one is on, and get copies of its state. On roads for the ends of a trip only
// (access=destination) the plain state means that the trip began there, and a copy ("ending") that it will end there: ordinary roads
// lead to the copy, and the copy not back to them. On the via ways of a turn restriction a copy means that one came by its from way.
type turnBuilder struct {
	*builder
	rules turnRules

	arms    []int32    // per junction: how many edge ends meet there
	leaving [][]uint32 // per junction: directed edges that begin there
	base    []uint32   // per directed edge
	ending  []uint32   // per directed edge, for edges of the ends only
	states  []turnState
	list    []transition
}

type turnState struct {
	edge   uint32
	ending bool
	via    *viaNode // nil for plain states
}

func (b *builder) turnStatesAndTransitions() (states int, list []transition) {
	t := &turnBuilder{builder: b}
	t.gather()
	t.rules = b.resolveRestrictions(t.leaving)
	t.number()
	for s := range t.states {
		t.leave(uint32(s))
	}
	for d, head := range b.graph.heads {
		if head != none {
			b.graph.heads[d] = t.base[d]
		}
	}
	b.graph.stateEdge = make([]uint32, len(t.states))
	for s := range t.states {
		b.graph.stateEdge[s] = t.states[s].edge
	}
	return len(t.states), t.list
}

// gather lists the directed edges that leave each junction.
func (t *turnBuilder) gather() {
	t.arms = make([]int32, t.junctions)
	t.leaving = make([][]uint32, t.junctions)
	for d, head := range t.graph.heads {
		if d&1 == 0 {
			t.arms[t.tails[d]]++
			t.arms[t.tails[d+1]]++
		}
		if head != none {
			t.leaving[t.tails[d]] = append(t.leaving[t.tails[d]], uint32(d))
		}
	}
}

func (t *turnBuilder) number() {
	add := func(s turnState) uint32 {
		t.states = append(t.states, s)
		return uint32(len(t.states) - 1)
	}
	t.base = make([]uint32, len(t.graph.heads))
	t.ending = make([]uint32, len(t.graph.heads))
	for d, head := range t.graph.heads {
		t.base[d], t.ending[d] = none, none
		if head == none {
			continue
		}
		t.base[d] = add(turnState{edge: uint32(d)})
		if t.isEnds(uint32(d)) {
			t.ending[d] = add(turnState{edge: uint32(d), ending: true})
		}
	}
	for _, via := range t.rules.viaNodes {
		via.state = add(turnState{edge: via.edge, via: via})
	}
}

func (t *turnBuilder) isEnds(d uint32) bool { return t.graph.edgeFlags[d>>1]&edgeEnds != 0 }

// leave adds the transitions out of a state.
func (t *turnBuilder) leave(s uint32) {
	from := t.states[s]
	junction := t.tails[from.edge^1] // where the edge ends is where its reverse begins
	for _, next := range t.leaving[junction] {
		if !t.uTurnFits(from.edge, next, junction) || t.rules.forbids(from.edge, next) {
			continue
		}
		if to, ok := t.target(from, next); ok {
			t.list = append(t.list, transition{s, to, next, t.turnMs(from.edge, next, junction)})
		}
	}
}

// uTurnFits allows turning round at junctions of three roads or more and where nothing else is open, so that a mere change of the road's
// character is no place to turn.
func (t *turnBuilder) uTurnFits(edge, next, junction uint32) bool {
	return next != edge^1 || t.arms[junction] > 2 || len(t.leaving[junction]) == 1
}

// target is the state that a directed edge leads to, coming from a state.
func (t *turnBuilder) target(from turnState, next uint32) (state uint32, ok bool) {
	if from.via != nil {
		if child := from.via.children[next]; child != nil {
			return child.state, true
		}
		if !from.via.allows(next) {
			return 0, false
		}
	}
	fromEnds := t.isEnds(from.edge)
	switch {
	case t.isEnds(next) && (from.ending || !fromEnds):
		return t.ending[next], true
	case t.isEnds(next):
		return t.base[next], true
	case from.ending:
		return 0, false
	}
	if via := t.rules.start(from.edge, next); via != nil {
		return via.state, true
	}
	return t.base[next], true
}

// turnMs is what it costs to pass a junction from one directed edge to another.
func (t *turnBuilder) turnMs(from, to, junction uint32) uint32 {
	turns := t.profile.Turns
	seconds := 0.0
	if t.signals[junction] {
		seconds += turns.SignalS
	}
	switch {
	case to == from^1:
		seconds += turns.UTurnS
	case t.arms[junction] > 2:
		seconds += turns.angleS(t.angle(from, to))
	}
	return uint32(math.Round(seconds * 1000))
}

// angleS is the cost of a turn in seconds by its angle in degrees, positive to the right: the sigmoid of the Open Source Routing Machine's
// car profile (Project OSRM, profiles/car.lua, process_turn). Turns across the oncoming traffic cost a little more.
func (t *Turns) angleS(degrees float64) float64 {
	bias := t.Bias
	if t.LeftHand {
		bias = 1 / bias
	}
	if degrees >= 0 {
		return t.TurnS / (1 + math.Exp(-((13/bias)*degrees/180 - 6.5*bias)))
	}
	return t.TurnS / (1 + math.Exp(-((13*bias)*-degrees/180 - 6.5/bias)))
}

// angle is by how much one turns, in degrees from -180 (left) to 180 (right); 0 is straight on.
func (b *builder) angle(from, to uint32) float64 {
	turn := b.heading(to) - (b.heading(from^1) + 180)
	return math.Mod(math.Mod(turn+180, 360)+360, 360) - 180
}

// heading is the direction in which a directed edge begins, in degrees from north clockwise, over its first headingM metres or so.
func (b *builder) heading(d uint32) float64 {
	const headingM = 10
	line := b.graph.EdgeLine(int32(d >> 1))
	if d&1 != 0 {
		slices.Reverse(line)
	}
	plane := geo.NewPlane(line[0])
	var v geo.XY
	for _, p := range line[1:] {
		if v = plane.To(p); v.Length() >= headingM {
			break
		}
	}
	return math.Atan2(v.X, v.Y) * 180 / math.Pi
}
