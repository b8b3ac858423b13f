package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/paulmach/orb/maptile"

	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
	"lawcircle/server/tile"
)

// tileLayer says under which name a layer is cut into tiles and which attributes they carry.
type tileLayer struct {
	name, id   string
	attributes []string
}

func tileLayers() []tileLayer {
	return []tileLayer{
		{"roads", layer.Roads, []string{"highway", "wall", "name"}},
		{"units", layer.AdminUnits, []string{"code", "name", "level", "kind"}},
		{"settlements", layer.Settlements, []string{"name", "people", "code"}},
		{"hosts", layer.HostSites, []string{"name", "kind", "candidate"}},
		{"points", layer.ServicePoints, []string{"name", "tier", "level", "status", "host_kind"}},
	}
}

const mvtMedia = "application/vnd.mapbox-vector-tile"

// tileJSON is the TileJSON 3.0 description of one layer's tiles.
type tileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       []float64     `json:"bounds,omitempty"`
	VectorLayers []vectorLayer `json:"vector_layers"`
}

type vectorLayer struct {
	ID     string            `json:"id"`
	Fields map[string]string `json:"fields"`
}

func (s *Server) tileRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/tiles/:file", docPath: "/tiles/{layer}.json", answer: tileJSON{}, versioned: true, handle: s.tileJSON,
			summary: locale.Text{Zh: "矢量瓦片说明（TileJSON）", En: "TileJSON of a layer"}},
		{method: http.MethodGet, path: "/tiles/:layer/:z/:x/:file", docPath: "/tiles/{layer}/{z}/{x}/{y}.mvt", media: mvtMedia, versioned: true,
			params: query.Set{{Name: "v", Doc: locale.Text{Zh: "TileJSON 给出的版本", En: "revision as given by the TileJSON"}}},
			handle: s.tile, summary: locale.Text{Zh: "矢量瓦片", En: "A vector tile"}},
	}
}

func (s *Server) tileJSON(c *call) error {
	name, ok := strings.CutSuffix(c.Param("file"), ".json")
	if !ok {
		return problem.NotFound("瓦片图层", "tile layer", c.Param("file"))
	}
	index, revision, err := s.tileIndex(c, name)
	if err != nil {
		return err
	}
	answer := tileJSON{
		TileJSON: "3.0.0", Name: name, MinZoom: 0, MaxZoom: tile.MaxZoom,
		Tiles: []string{baseOf(c.Request()) + "/tiles/" + name + "/{z}/{x}/{y}.mvt?v=" + url.QueryEscape(revision)},
	}
	if box, ok := index.Bounds(); ok {
		answer.Bounds = []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	}
	fields := map[string]string{"id": "String"}
	for _, f := range index.Attributes() {
		fields[f.Name] = tileType(f.Type)
	}
	answer.VectorLayers = []vectorLayer{{name, fields}}
	return c.ok(answer)
}

func tileType(t layer.Type) string {
	switch t {
	case layer.Integer, layer.Number:
		return "Number"
	case layer.Boolean:
		return "Boolean"
	default:
		return "String"
	}
}

func (s *Server) tile(c *call) error {
	at, err := tileAddress(c.Param("z"), c.Param("x"), c.Param("file"))
	if err != nil {
		return err
	}
	data, revision, err := s.cutTile(c, c.Param("layer"), at)
	if err != nil {
		return err
	}
	if c.values.Text("v") == revision {
		c.Response().Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	if len(data) == 0 {
		return c.NoContent(http.StatusNoContent)
	}
	return c.Blob(http.StatusOK, mvtMedia, data)
}

func (s *Server) cutTile(c *call, name string, at maptile.Tile) ([]byte, string, error) {
	index, revision, err := s.tileIndex(c, name)
	if err != nil {
		return nil, "", err
	}
	key := fmt.Sprintf("%s/%s/%d/%d/%d", revision, name, at.Z, at.X, at.Y)
	if data, ok := s.cut.GetIfPresent(key); ok {
		return data, revision, nil
	}
	data, err := index.Cut(at)
	if err == nil {
		s.cut.Set(key, data)
	}
	return data, revision, err
}

func tileAddress(z, x, file string) (maptile.Tile, error) {
	name, ok := strings.CutSuffix(file, ".mvt")
	zoom, errZ := strconv.ParseUint(z, 10, 8)
	column, errX := strconv.ParseUint(x, 10, 32)
	row, errY := strconv.ParseUint(name, 10, 32)
	at := maptile.New(uint32(column), uint32(row), maptile.Zoom(zoom))
	if !ok || errZ != nil || errX != nil || errY != nil || zoom > tile.MaxZoom || !at.Valid() {
		return at, problem.NotFound("瓦片", "tile", z+"/"+x+"/"+file)
	}
	return at, nil
}

// tileIndex returns the index of a layer and the revision that it was built from.
func (s *Server) tileIndex(c *call, name string) (*tile.Index, string, error) {
	for _, l := range tileLayers() {
		if l.name != name {
			continue
		}
		if l.id == layer.Roads {
			return s.roadIndex(c, l)
		}
		index, err := s.tiles[name].get(c.snapshot.Revision, func() (*tile.Index, error) {
			from, err := s.layerOf(c.snapshot, l.id)
			if err != nil {
				return nil, err
			}
			return tile.NewIndex(from, l.name, l.attributes...), nil
		})
		return index, c.snapshot.Revision, err
	}
	return nil, "", problem.NotFound("瓦片图层", "tile layer", name)
}

func (s *Server) roadIndex(c *call, l tileLayer) (*tile.Index, string, error) {
	data := RoadData{Revision: "none"}
	if s.deps.Roads != nil {
		var err error
		if data, err = s.deps.Roads(c.ctx()); err != nil {
			return nil, "", fmt.Errorf("loading the roads: %w", err)
		}
	}
	index, err := s.tiles[l.name].get(data.Revision, func() (*tile.Index, error) {
		return tile.NewIndex(layer.OfRoads(data.Roads), l.name, l.attributes...), nil
	})
	return index, data.Revision, err
}
