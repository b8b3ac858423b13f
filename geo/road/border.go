package road

import "lawcircle/geo/contour"

// borderProbes is how often the stretch between an inside and an outside node is halved: to 1/32 of a step.
const borderProbes = 5

// border asks places between an inside and an outside node until it knows within 1/32 of a step where the limit is met, or one of the places
// where it is met when there are several. It asks the same places for every limit, so that the border of a longer one lies nowhere before
// that of a shorter one.
func (f *field) border(limit int64) func(in, out contour.Node) float64 {
	return func(in, out contour.Node) float64 {
		hintM := 0.0
		if at, number := tileOf(in.I, in.J); f.tile(at) != nil {
			if slot := f.tile(at).places.slot[number]; slot != noSlot {
				hintM = f.a.hint(f.tile(at).places.spots[slot])
			}
		}
		inside, outside := 0.0, 1.0
		for range borderProbes {
			middle := (inside + outside) / 2
			x := float64(in.I) + middle*float64(out.I-in.I)
			y := float64(in.J) + middle*float64(out.J-in.J)
			if f.meets(x, y, hintM, limit) {
				inside = middle
			} else {
				outside = middle
			}
		}
		return (inside + outside) / 2
	}
}

// meets tells whether a place, in steps of the grid, meets a limit. Its way onto the road is probably within hintM metres, 0 for no hint.
func (f *field) meets(x, y, hintM float64, limit int64) bool {
	p := f.a.place(x, y)
	if s := f.a.wayOnto(p, hintM); s.edge >= 0 && f.byRoad(&s) <= limit {
		return true
	}
	n, walks := f.n, false
	n.direct.near(p, func(i int, metres float64) {
		walks = walks || n.g.legMs(metres) <= limit && !n.g.walls.crossed(p, n.direct.points[i])
	})
	return walks
}
