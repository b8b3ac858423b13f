package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// oasisID says which oasis; it is the index in the land's list.
type oasisID int

const (
	upper oasisID = iota
	central
	lower
	west
	east
	farm
	mine
	zone
	pasture
	sandSea
	oasisCount
)

// spacing is the finest distance of roads, in metres: streets. Fields have a road every second step.
const spacing = 100.0

// oasis is irrigated land, roughly an ellipse, laid out along two axes u and v counted in steps of spacing from its centre.
type oasis struct {
	centre        orb.Point
	along, across float64 // half axes, metres
	angle         float64 // of the u axis from east, degrees
	trunkRow      int     // row of the national highway, when hasTrunk
	hasTrunk      bool
	bridgeRows    []int // rows whose road crosses the river on a bridge
	ferryRows     []int
}

// step is a place of an oasis in steps along its axes.
type step struct{ u, v int }

// core is a built-up square of an oasis, with streets at every step.
type core struct {
	centre step
	half   int
	town   bool // avenues, one-way streets and compounds
}

func (c core) has(s step) bool {
	return max(abs(s.u-c.centre.u), abs(s.v-c.centre.v)) <= c.half
}

func abs(n int) int { return max(n, -n) }

// land is the lie of the land.
type land struct {
	outline  orb.Ring
	oases    [oasisCount]oasis
	river    orb.LineString // from north to south
	rail     orb.LineString // from west to east
	motorway orb.LineString // centre line, from west to east
}

// countyTown is the county town in the central oasis, on both banks of the river.
func countyTown() core { return core{centre: step{0, 8}, half: 23, town: true} }

func newLand() *land {
	r := stream("land")
	return &land{
		outline: orb.Ring{km(-50, -14), km(-40, -33), km(-12, -37), km(20, -36), km(42, -28), km(52, -6), km(50, 20), km(44, 34),
			km(14, 38), km(-14, 37), km(-40, 27), km(-52, 6)},
		oases: [oasisCount]oasis{
			upper:   {centre: km(-5, 24), along: 3000, across: 5000, angle: 15, bridgeRows: []int{0}},
			central: {centre: km(0, 3), along: 11000, across: 8000, angle: 3, trunkRow: -16, hasTrunk: true, bridgeRows: []int{-48, -16, 0, 16, 32, 64}},
			lower:   {centre: km(8, -21.5), along: 7500, across: 5000, angle: 20, bridgeRows: []int{16}, ferryRows: []int{-16}},
			west:    {centre: km(-30, 1), along: 6500, across: 4000, angle: 8, hasTrunk: true},
			east:    {centre: km(31, 5), along: 7000, across: 4500, angle: -6, hasTrunk: true},
			farm:    {centre: km(31, -20), along: 4000, across: 3000, angle: 0},
			mine:    {centre: km(40, 28), along: 1300, across: 900, angle: 25},
			zone:    {centre: km(17, 4), along: 1900, across: 1400, angle: 0, hasTrunk: true},
			pasture: {centre: km(-28, -17), along: 1200, across: 900, angle: 15},
			sandSea: {centre: km(-39, -25), along: 600, across: 450, angle: 40},
		},
		river: winding{rough: 0.06, step: 400, most: 300}.through(r, km(-8, 37), km(-6, 30), km(-5, 24), km(-2, 14), km(-0.2, 7), km(0.3, 1), km(1.5, -7), km(5, -14),
			km(8, -22), km(11, -30), km(12, -34)),
		rail: winding{rough: 0.01, step: 2000, most: 100}.through(r, km(-51, -4.5), km(-30, -5.6), km(-12, -2.3), km(0, -2.4), km(11, -3), km(21, -1.5), km(31, -2),
			km(51.5, -4)),
		motorway: winding{rough: 0.015, step: 1500, most: 200}.through(r, km(-50.5, -7.5), km(-30, -8.5), km(-14, -10), km(1, -9.6), km(13, -7), km(19.8, 0.5),
			km(21.2, 6), km(26, 13), km(40, 15), km(50.5, 14)),
	}
}

// fill tells how deep a step lies inside the oasis: 0 in the middle, 1 at its irregular edge, more outside.
func (o *oasis) fill(s step) float64 {
	x, y := float64(s.u)*spacing/o.along, float64(s.v)*spacing/o.across
	direction := math.Atan2(y, x)
	edge := 1 + 0.07*math.Sin(3*direction+o.centre[0]) + 0.05*math.Sin(5*direction+o.centre[1]) + 0.03*math.Sin(11*direction)
	return math.Hypot(x, y) / edge
}

func (o *oasis) has(s step) bool { return o.fill(s) <= 1 }

// reach is the number of steps to the farthest row or column that the oasis may have.
func (o *oasis) reach() (u, v int) {
	const bulge = 1.16
	return int(o.along * bulge / spacing), int(o.across * bulge / spacing)
}

// place puts a step on the plane: bent a little, as canals bend, but never so much that rows cross.
func (o *oasis) place(s step) orb.Point {
	x, y := float64(s.u)*spacing, float64(s.v)*spacing
	bent := orb.Point{x + 110*math.Sin(y/1700), y + 90*math.Sin(x/2300+1)}
	return add(o.centre, rotate(bent, o.angle))
}

// eastOfRiver tells on which side of the river p lies; the river runs from north to south through the whole county.
func (l *land) eastOfRiver(p orb.Point) bool {
	for i := 1; i < len(l.river); i++ {
		north, south := l.river[i-1], l.river[i]
		if p[1] <= north[1] && p[1] > south[1] {
			return cross(north, south, p) > 0
		}
	}
	return p[0] > l.river[len(l.river)-1][0]
}
