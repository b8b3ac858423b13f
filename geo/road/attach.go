package road

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// attached is a place put on the road.
type attached struct {
	position Position
	report   SnapReport
	legMs    int64 // of the straight walk between the place and the road
}

// attach puts places on the road, on all processors.
func (g *Graph) attach(ctx context.Context, places []Place) ([]attached, error) {
	list := make([]attached, len(places))
	err := inParallel(ctx, len(places), func(from, to int) error {
		for i := from; i < to; i++ {
			list[i] = g.attachOne(places[i])
		}
		return nil
	})
	return list, err
}

func (g *Graph) attachOne(place Place) attached {
	position, report, ok := g.Snap(place.Point)
	if !ok {
		return attached{report: report}
	}
	return attached{position, report, g.legMs(report.DistanceM)}
}

// onEdges finds places by the edge they are on.
type onEdges struct {
	edges  []int32
	places []int32
}

func indexByEdge(list []attached) onEdges {
	var x onEdges
	for i, a := range list {
		if a.report.OK {
			x.places = append(x.places, int32(i))
		}
	}
	slices.SortStableFunc(x.places, func(a, b int32) int {
		return cmp.Compare(list[a].position.Edge, list[b].position.Edge)
	})
	for _, i := range x.places {
		x.edges = append(x.edges, list[i].position.Edge)
	}
	return x
}

func (x onEdges) on(edge int32) []int32 {
	first, _ := slices.BinarySearch(x.edges, edge)
	last := first
	for last < len(x.edges) && x.edges[last] == edge {
		last++
	}
	return x.places[first:last]
}

// checkPlaces refuses points that are not on Earth, naming the first.
func checkPlaces(kind string, places []Place) error {
	for i, place := range places {
		lon, lat := place.Point[0], place.Point[1]
		if !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) {
			return fmt.Errorf("%s %d (%q) is at longitude %g, latitude %g: not on Earth; are they swapped?", kind, i, place.ID, lon, lat)
		}
	}
	return nil
}
