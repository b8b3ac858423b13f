package ogc

import (
	"fmt"
	"math"
	"sync"

	"github.com/paulmach/orb"

	"lawcircle/server/layer"
	"lawcircle/server/tile"
)

// Collection is a layer made ready for being asked: boxes, extent, coordinate systems and a tile index. It is immutable.
type Collection struct {
	*layer.Layer
	boxes   []orb.Bound
	extent  orb.Bound
	located bool // at least one feature has a geometry
	systems []system
	byID    map[string]int
	index   func() *tile.Index
}

// Prepare makes layers ready for publication.
func Prepare(layers []*layer.Layer) []*Collection {
	out := make([]*Collection, 0, len(layers))
	for _, l := range layers {
		out = append(out, prepare(l))
	}
	return out
}

func prepare(l *layer.Layer) *Collection {
	c := &Collection{Layer: l, boxes: make([]orb.Bound, len(l.Features)), byID: make(map[string]int, len(l.Features))}
	for i, f := range l.Features {
		c.byID[f.ID] = i
		if f.Geometry != nil {
			c.boxes[i] = f.Geometry.Bound()
		}
	}
	c.extent, c.located = l.Bound()
	c.systems = systemsFor(c.extent, c.located)
	c.index = sync.OnceValue(func() *tile.Index {
		names := make([]string, len(l.Fields))
		for i, f := range l.Fields {
			names[i] = f.Name
		}
		return tile.NewIndex(l, l.ID, names...)
	})
	return c
}

// publishedExtent is the extent rounded outward to six decimals, so that a client that rounds it still asks for everything inside.
func (c *Collection) publishedExtent() []float64 {
	const factor = 1e6
	return []float64{
		math.Floor(c.extent.Min[0]*factor) / factor, math.Floor(c.extent.Min[1]*factor) / factor,
		math.Ceil(c.extent.Max[0]*factor) / factor, math.Ceil(c.extent.Max[1]*factor) / factor,
	}
}

// find returns a collection by its id.
func find(all []*Collection, id string) (*Collection, error) {
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return nil, notFound("数据集", "collection", id)
}

// temporal reports the positions of the fields that bound a feature's validity, -1 where there is none.
func (c *Collection) temporal() (from, until int) {
	return c.Index(c.From), c.Index(c.Until)
}

func (c *Collection) hasTime() bool {
	from, until := c.temporal()
	return from >= 0 || until >= 0
}

// timeExtent returns the first and last date found, nil for an open end.
func (c *Collection) timeExtent() [2]*string {
	from, until := c.temporal()
	var first, last string
	for _, f := range c.Features {
		for _, at := range []int{from, until} {
			if at < 0 {
				continue
			}
			date, ok := f.Values[at].(string)
			if !ok {
				continue
			}
			if first == "" || firstDay(date) < first {
				first = firstDay(date)
			}
			last = max(last, lastDay(date))
		}
	}
	if first == "" {
		return [2]*string{}
	}
	start, end := first+"T00:00:00Z", last+"T23:59:59Z"
	return [2]*string{&start, &end}
}

func (c *Collection) feature(id string) (*layer.Feature, error) {
	i, ok := c.byID[id]
	if !ok {
		return nil, notFound("要素", "feature", id)
	}
	return &c.Features[i], nil
}

// inSystem returns the features' geometry in a coordinate system.
func inSystem(f *layer.Feature, to system) (orb.Geometry, error) {
	g, err := to.fromWGS84(f.Geometry)
	if err != nil {
		return nil, fmt.Errorf("converting %q to %s: %w", f.ID, to.uri, err)
	}
	return g, nil
}
