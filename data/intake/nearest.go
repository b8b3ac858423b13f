package intake

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"

	"lawcircle/geo/crs"
	"lawcircle/geo/raster"
)

// nearest finds the settlement of a zone that is nearest to a place, in the coordinates of a raster. Degrees of longitude are shortened
// to the latitude of the first settlement. Of several as near it is the one with the lower id.
type nearest struct {
	tree  rtree.RTreeG[int]
	scale float64
}

func (n *nearest) find(p orb.Point) (settlement int, ok bool) {
	at := [2]float64{p[0] * n.scale, p[1]}
	best := math.Inf(1)
	n.tree.Nearby(
		func(low, high [2]float64, _ int, _ bool) float64 {
			dx, dy := max(low[0]-at[0], 0, at[0]-high[0]), max(low[1]-at[1], 0, at[1]-high[1])
			return dx*dx + dy*dy
		},
		func(_, _ [2]float64, candidate int, distance float64) bool {
			if distance > best {
				return false
			}
			if !ok || distance < best || candidate < settlement {
				settlement, best, ok = candidate, distance, true
			}
			return true
		})
	return settlement, ok
}

// indexSettlements sorts the settlements of the project into the zones they lie in; zone Outside is first.
func (p *population) indexSettlements(fromWGS84 crs.Transform) error {
	p.near = make([]nearest, len(p.areas)+1)
	zoneOf := map[string]int32{}
	for zone, unit := range p.units {
		zoneOf[p.existing.Units[unit].Code] = int32(zone)
	}
	places := newGazetteer(p.existing)
	for i := range p.existing.Settlements {
		s := &p.existing.Settlements[i]
		if strings.HasPrefix(s.ID, cellPrefix) {
			continue
		}
		zone := int32(raster.Outside)
		if code, ok := places.containing(s.Point); ok {
			zone = zoneOf[code]
		}
		place, err := fromWGS84(s.Point)
		if err != nil {
			return err
		}
		n := &p.near[zone+1]
		if n.scale == 0 {
			n.scale = 1
			if math.Abs(place[0]) <= 180 && math.Abs(place[1]) <= 90 {
				n.scale = math.Cos(place[1] * math.Pi / 180)
			}
		}
		at := [2]float64{place[0] * n.scale, place[1]}
		n.tree.Insert(at, at, i)
		column, row := p.raster.PixelOf(place)
		if onRaster := column >= 0 && row >= 0 && column < float64(p.raster.Width) && row < float64(p.raster.Height); onRaster && (zone != raster.Outside || len(p.areas) == 0) {
			p.indexed = append(p.indexed, i)
		}
	}
	return nil
}
