// Package tile cuts vector tiles (Mapbox Vector Tile 2.1) out of layers held in memory.
package tile

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/simplify"
	"github.com/tidwall/rtree"

	"lawcircle/server/layer"
)

const (
	// MaxZoom is the deepest zoom that tiles are cut for; maps enlarge them beyond.
	MaxZoom = 16
	// MaxBytes is the size that a tile stays below, before compression: old office computers draw no more in reasonable time.
	MaxBytes = 500_000

	bufferUnits   = 64 // of 4096: drawn beyond the edge so that lines and symbols meet
	toleranceUnit = 1.0
)

// Index finds the features of one layer by place. It is immutable and safe for concurrent use.
type Index struct {
	layer  *layer.Layer
	name   string
	fields []int
	tree   rtree.RTreeG[int]
	bounds orb.Bound
	filled bool
}

// NewIndex prepares a layer for cutting under the name that tiles call it by; only the named attributes (and the id) go into tiles.
func NewIndex(l *layer.Layer, name string, attributes ...string) *Index {
	index := &Index{layer: l, name: name}
	for _, attribute := range attributes {
		if at := l.Index(attribute); at >= 0 {
			index.fields = append(index.fields, at)
		}
	}
	for i, f := range l.Features {
		if f.Geometry != nil {
			box := f.Geometry.Bound()
			index.tree.Insert(box.Min, box.Max, i)
		}
	}
	index.bounds, index.filled = l.Bound()
	return index
}

// Bounds returns the box around everything in the index; ok is false when it is empty.
func (x *Index) Bounds() (box orb.Bound, ok bool) { return x.bounds, x.filled }

// Attributes returns the fields that go into tiles.
func (x *Index) Attributes() []layer.Field {
	out := make([]layer.Field, 0, len(x.fields))
	for _, at := range x.fields {
		out = append(out, x.layer.Fields[at])
	}
	return out
}

// Cut returns the encoded tile, empty when nothing is there. When a tile would be too large, the features that matter least (largest
// MinZoom) are left out first, then every second one of the rest, until it fits.
func (x *Index) Cut(at maptile.Tile) ([]byte, error) {
	found := x.search(at)
	for {
		data, err := x.encode(at, found)
		if err != nil {
			return nil, fmt.Errorf("cutting tile %d/%d/%d of %s: %w", at.Z, at.X, at.Y, x.name, err)
		}
		if len(data) <= MaxBytes {
			return data, nil
		}
		found = x.thin(found)
	}
}

// search returns the positions of the features in a tile, ascending.
func (x *Index) search(at maptile.Tile) []int {
	box := at.Bound(float64(bufferUnits) / mvt.DefaultExtent)
	var found []int
	x.tree.Search(box.Min, box.Max, func(_, _ [2]float64, i int) bool {
		if x.layer.Features[i].MinZoom <= int(at.Z) {
			found = append(found, i)
		}
		return true
	})
	slices.Sort(found)
	return found
}

func (x *Index) thin(found []int) []int {
	least, most := MaxZoom+1, -1
	for _, i := range found {
		zoom := x.layer.Features[i].MinZoom
		least, most = min(least, zoom), max(most, zoom)
	}
	kept := make([]int, 0, len(found))
	for n, i := range found {
		if least < most && x.layer.Features[i].MinZoom < most || least == most && n%2 == 0 && len(found) > 1 {
			kept = append(kept, i)
		}
	}
	return kept
}

func (x *Index) encode(at maptile.Tile, found []int) ([]byte, error) {
	if len(found) == 0 {
		return nil, nil
	}
	features := make([]*geojson.Feature, 0, len(found))
	for _, i := range found {
		features = append(features, x.feature(i))
	}
	cut := &mvt.Layer{Name: x.name, Version: 2, Extent: mvt.DefaultExtent, Features: features}
	cut.ProjectToTile(at)
	cut.Clip(orb.Bound{
		Min: orb.Point{-bufferUnits, -bufferUnits}, Max: orb.Point{mvt.DefaultExtent + bufferUnits, mvt.DefaultExtent + bufferUnits},
	})
	cut.Simplify(simplify.DouglasPeucker(toleranceUnit))
	cut.RemoveEmpty(1, 1)
	if len(cut.Features) == 0 {
		return nil, nil
	}
	return mvt.Marshal(mvt.Layers{cut})
}

// feature returns a copy that projecting and clipping may change.
func (x *Index) feature(i int) *geojson.Feature {
	from := x.layer.Features[i]
	out := geojson.NewFeature(orb.Clone(from.Geometry))
	out.Properties["id"] = from.ID
	for _, at := range x.fields {
		if value := from.Values[at]; value != nil {
			out.Properties[x.layer.Fields[at].Name] = value
		}
	}
	return out
}
