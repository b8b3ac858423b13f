package tile

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"lawcircle/server/layer"
)

func scattered(n int, seed uint64) *layer.Layer {
	random := rand.New(rand.NewPCG(seed, 1))
	l := &layer.Layer{ID: "settlements", Fields: []layer.Field{{Name: "name", Type: layer.String}, {Name: "people", Type: layer.Integer}}}
	for i := range n {
		l.Features = append(l.Features, layer.Feature{
			ID: fmt.Sprintf("s%06d", i), Geometry: orb.Point{89 + random.Float64(), 42 + random.Float64()},
			Values: []any{fmt.Sprintf("第%d村", i), int64(i)},
		})
	}
	return l
}

func decode(t *testing.T, data []byte) *mvt.Layer {
	t.Helper()
	layers, err := mvt.Unmarshal(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != 1 {
		t.Fatalf("tile has %d layers, want 1", len(layers))
	}
	return layers[0]
}

func TestEveryPointIsInTheTilesOfItsZoom(t *testing.T) {
	l := scattered(500, 7)
	index := NewIndex(l, "settlements", "name", "people")
	seen := map[any]bool{}
	const zoom = 9
	low, high := maptile.At(orb.Point{89, 43}, zoom), maptile.At(orb.Point{90, 42}, zoom)
	for x := low.X; x <= high.X; x++ {
		for y := low.Y; y <= high.Y; y++ {
			data, err := index.Cut(maptile.New(x, y, zoom))
			if err != nil {
				t.Fatal(err)
			}
			if len(data) == 0 {
				continue
			}
			for _, f := range decode(t, data).Features {
				seen[f.Properties["id"]] = true
			}
		}
	}
	if len(seen) != len(l.Features) {
		t.Errorf("tiles show %d of %d points", len(seen), len(l.Features))
	}
}

func TestTileIsTheSameEveryTime(t *testing.T) {
	at := maptile.At(orb.Point{89.5, 42.5}, 8)
	first, err := NewIndex(scattered(2000, 3), "settlements", "name").Cut(at)
	if err != nil {
		t.Fatal(err)
	}
	second, err := NewIndex(scattered(2000, 3), "settlements", "name").Cut(at)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two indexes of the same layer cut different tiles")
	}
}

func TestTileStaysBelowItsLimit(t *testing.T) {
	l := scattered(60_000, 5)
	for i := range l.Features {
		if i%10 == 0 {
			l.Features[i].MinZoom = 2
		} else {
			l.Features[i].MinZoom = 5
		}
	}
	data, err := NewIndex(l, "settlements", "name", "people").Cut(maptile.At(orb.Point{89.5, 42.5}, 6))
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > MaxBytes || len(data) == 0 {
		t.Fatalf("tile of %d bytes, limit %d", len(data), MaxBytes)
	}
	for _, f := range decode(t, data).Features {
		if n := f.Properties["people"].(float64); int(n)%10 != 0 {
			t.Fatalf("an unimportant feature (%v) was kept", n)
		}
	}
}

func TestEmptyTileIsEmpty(t *testing.T) {
	index := NewIndex(scattered(10, 1), "settlements")
	if data, err := index.Cut(maptile.New(0, 0, 9)); err != nil || len(data) != 0 {
		t.Errorf("tile far away: %d bytes, %v", len(data), err)
	}
}

func TestRoadsAppearByClass(t *testing.T) {
	roads := layer.OfRoads([]layer.Road{
		{WayID: 1, Highway: "trunk", Name: "国道", Line: orb.LineString{{89, 42}, {89.5, 42.2}}},
		{WayID: 2, Highway: "footway", Line: orb.LineString{{89.1, 42.1}, {89.2, 42.1}}},
	})
	index := NewIndex(roads, "roads", "highway", "name")
	for zoom, want := range map[maptile.Zoom]int{8: 1, 13: 1} {
		data, err := index.Cut(maptile.At(orb.Point{89.15, 42.1}, zoom))
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, data).Features
		if len(got) != want {
			t.Errorf("zoom %d shows %d roads, want %d", zoom, len(got), want)
		}
	}
}
