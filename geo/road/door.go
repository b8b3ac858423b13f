package road

import (
	"math"
	"math/bits"
	"slices"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// door is a facility's place on the ground's plane, as seen from one tile.
type door struct {
	geo.XY
	facility int
	walls    []chunk // that may stand between the tile and the door; mostWalls and more are looked up anew for each walk
}

// mostWalls is how many pieces of wall it pays to go through one after the other.
const mostWalls = 8

// doorsAround lists the facilities to which people may walk straight from a tile.
func (f *field) doorsAround(at tileAt) []door {
	direct := &f.n.direct
	if direct.index == nil {
		return nil
	}
	low := f.a.place(float64(at.i)*groundNodes, float64(at.j)*groundNodes)
	high := f.a.place(float64(at.i+1)*groundNodes-1, float64(at.j+1)*groundNodes-1)
	tile := orb.Bound{Min: low, Max: high}
	var doors []door
	direct.index.Search(boundAround(tile, direct.maxM), func(i int) bool {
		d := door{XY: f.a.plane.To(direct.points[i]), facility: i}
		f.n.g.walls.tree.within(boxOf(tile.Extend(direct.points[i])), func(c chunk) bool {
			d.walls = append(d.walls, c)
			return len(d.walls) < mostWalls
		})
		doors = append(doors, d)
		return true
	})
	return doors
}

// boundAround is a box with everything within some metres of a box.
func boundAround(b orb.Bound, metres float64) orb.Bound {
	const metresPerDegree = math.Pi / 180 * geo.EarthRadiusM
	dLat := metres / metresPerDegree * 1.001
	lat := math.Max(math.Abs(b.Min[1]), math.Abs(b.Max[1])) + dLat
	dLon := dLat / max(math.Cos(lat*math.Pi/180), 0.01)
	return orb.Bound{Min: orb.Point{b.Min[0] - dLon, b.Min[1] - dLat}, Max: orb.Point{b.Max[0] + dLon, b.Max[1] + dLat}}
}

// walkReach is how far a straight walk within a time may lead, in metres and at least.
func (f *field) walkReach(ms int64) float64 {
	profile := f.n.g.profile
	metres := min(profile.DirectWalkMaxM, profile.OffRoad.Mps()/1000*float64(ms+1))
	return metres * (1 + planeError(metres))
}

// fillWalks marks the places from which one walks straight to a door within a limit.
func (f *field) fillWalks(t *fieldTile, limit int64, within *placeSet) {
	profile := f.n.g.profile
	surely := min(profile.DirectWalkMaxM, profile.OffRoad.Mps()/1000*float64(limit))
	for i := range t.doors {
		d := &t.doors[i]
		sure, possible := f.disc(t.at, d, surely*(1-planeError(surely)), t.widths.most), f.disc(t.at, d, f.walkReach(limit), t.widths.least)
		if len(d.walls) > 0 {
			sure.radius = -1
		}
		for row := range groundNodes {
			within[row] |= sure.columns(row)
			for rest := possible.columns(row) &^ within[row]; rest != 0; rest &= rest - 1 {
				column := bits.TrailingZeros32(rest)
				p := f.a.place(float64(int(t.at.i)*groundNodes+column), float64(int(t.at.j)*groundNodes+row))
				if f.n.walkMs(p, d, limit+1) <= limit {
					within[row] |= rest & -rest
				}
			}
		}
	}
}

// disc is what is within a radius of a place, in nodes of a tile, where a step to the east is so many to the north.
type disc struct{ x, y, radius, width float64 }

func (f *field) disc(at tileAt, d *door, radiusM, width float64) disc {
	step := f.a.stepM
	return disc{d.X/step - float64(at.i)*groundNodes, d.Y/step - float64(at.j)*groundNodes, radiusM / step, width}
}

// columns is the part of a row that is in the disc.
func (d disc) columns(row int) uint32 {
	dy := float64(row) - d.y
	if d.radius < math.Abs(dy) {
		return 0
	}
	half := math.Sqrt(d.radius*d.radius-dy*dy) / d.width
	first, beyond := max(0, math.Ceil(d.x-half)), min(groundNodes, math.Floor(d.x+half)+1)
	if first >= beyond {
		return 0
	}
	return ^uint32(0) << int(first) & (^uint32(0) >> (groundNodes - int(beyond)))
}

// walkMs is the time of a straight walk to a door, if it is allowed and less than best, and best otherwise.
func (n *nearest) walkMs(p orb.Point, d *door, best int64) int64 {
	to := n.direct.points[d.facility]
	metres := geo.Distance(p, to)
	ms := n.g.legMs(metres)
	if ms >= best || metres > n.g.profile.DirectWalkMaxM {
		return best
	}
	if len(d.walls) < mostWalls && slices.ContainsFunc(d.walls, func(c chunk) bool { return n.g.walls.crossedIn(c, p, to) }) ||
		len(d.walls) == mostWalls && n.g.walls.crossed(p, to) {
		return best
	}
	return ms
}

// widths bound how many metres a metre of the plane to the east is on the ground.
type widths struct{ least, most float64 }

// planeError is more than what so many metres on the plane are wrong by, of themselves, once their width is right.
func planeError(metres float64) float64 {
	angle := metres / geo.EarthRadiusM
	return 1e-6 + 4*angle*angle
}

// widths are those of a tile and what is within some metres of it.
func (a *ground) widths(at tileAt, metres float64) widths {
	low, high := a.place(0, float64(at.j)*groundNodes), a.place(0, float64(at.j+1)*groundNodes)
	b := boundAround(orb.Bound{Min: low, Max: high}, metres)
	nearest, farthest := math.Min(math.Abs(b.Min[1]), math.Abs(b.Max[1])), math.Max(math.Abs(b.Min[1]), math.Abs(b.Max[1]))
	if b.Min[1] < 0 && b.Max[1] > 0 {
		nearest = 0
	}
	width := func(lat float64) float64 {
		return math.Cos(lat*math.Pi/180) / math.Cos(a.plane.Reference()[1]*math.Pi/180)
	}
	return widths{width(math.Min(farthest, 89.9)), width(nearest)}
}
