package export

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"
	"github.com/paulmach/orb/simplify"
)

// Bounds of tile archives: what is held in memory, and how large tiles may get.
const (
	tilesMaxRows     = 500_000
	tilesMaxVertices = 5_000_000
	tilesMaxCount    = 1 << 14 // of the highest zoom
	tilesMaxBytes    = 1 << 29 // of all tiles, compressed
	tileMaxBytes     = 500_000 // of one tile, compressed
	tileMaxFeatures  = 4000    // of one tile below the highest zoom
	tileBuffer       = 64      // around a tile, of its 4096 units
	tilesMinZoom     = 4
	tilesMaxZoom     = 12
)

// PMTiles writes a layer of WGS-84 as an archive of vector tiles. The zooms, within 4 to 12, follow from the extent. Every row with a shape
// is in the tiles of the highest zoom; at lower zooms shapes are simplified, and full tiles keep a share of their rows, in even steps, which
// the metadata tell (complete_from_zoom). The number of a row, from 1, is the id of its features. Rows are held in memory: more than
// 500 000 rows or 5 000 000 vertices, or a tile of more than 500 kB at the highest zoom, is an error.
func PMTiles(ctx context.Context, w io.Writer, layer *Layer) error {
	if code, ok := layer.system().EPSG(); !ok || code != 4326 {
		return fmt.Errorf("PMTiles 只有 WGS-84（--crs wgs84），不能是 %s / PMTiles are in WGS-84 only, not %[1]s", layer.system())
	}
	c := cutter{layer: layer}
	features, bound, err := c.collect()
	if err != nil {
		return err
	}
	if len(features) == 0 {
		return fmt.Errorf("%s 没有带几何的行，PMTiles 不能为空 / no row has a shape: PMTiles cannot be empty", layer.Name)
	}
	c.choose(extentOf(features))
	if err := c.cut(ctx, maptile.New(0, 0, 0), features); err != nil {
		return err
	}
	cover := pmtilesCover{c.low, c.high, bound.Left(), bound.Bottom(), bound.Right(), bound.Top()}
	return writePMTiles(w, c.tiles, cover, c.metadata())
}

// A piece is a row, or what of it is near a tile, in the Mercator square from 0,0 (north-west) to 1,1.
type piece struct {
	id       uint64
	values   []any
	geometry orb.Geometry
	bound    orb.Bound
	centre   orb.Point // of the whole row
}

type cutter struct {
	layer     *Layer
	low, high uint32 // zooms
	shapeless int    // rows without a shape
	complete  uint32 // from this zoom on tiles hold all their rows
	gzip      gzipper
	bytes     int
	tiles     []pmtile
}

// collect reads the rows into the Mercator square and tells their bound in degrees.
func (c *cutter) collect() (pieces []piece, bound orb.Bound, err error) {
	vertices := 0
	err = c.layer.each(func(number int, row Row) error {
		if row.Geometry == nil {
			c.shapeless++
			return nil
		}
		if err := checkShape(row.Geometry, &vertices); err != nil {
			return err
		}
		if len(pieces) == tilesMaxRows || vertices > tilesMaxVertices {
			return fmt.Errorf("超过 PMTiles 的上限（%d 行、%d 个顶点），请用 gpkg 或 fgb / more than PMTiles are made for: use gpkg or fgb", tilesMaxRows, tilesMaxVertices)
		}
		if len(pieces) == 0 {
			bound = row.Geometry.Bound()
		}
		bound = bound.Union(row.Geometry.Bound())
		shape := project.Geometry(orb.Clone(row.Geometry), func(p orb.Point) orb.Point {
			q := maptile.Fraction(p, 0)
			return orb.Point{min(q[0], math.Nextafter(1, 0)), min(q[1], math.Nextafter(1, 0))}
		})
		pieces = append(pieces, piece{uint64(number), row.Values, shape, shape.Bound(), shape.Bound().Center()})
		return nil
	})
	return pieces, bound, err
}

// checkShape refuses what is not on the Mercator square and adds up vertices.
func checkShape(geometry orb.Geometry, vertices *int) error {
	switch geometry.(type) {
	case orb.Point, orb.LineString, orb.MultiLineString, orb.Polygon, orb.MultiPolygon:
	default:
		return fmt.Errorf("PMTiles 不支持几何 %s / PMTiles do not hold this shape", geometry.GeoJSONType())
	}
	var bad error
	count := 0
	project.Geometry(orb.Clone(geometry), func(p orb.Point) orb.Point {
		count++
		if !(math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 85.05) {
			bad = fmt.Errorf("坐标 %v 不在经度 ±180°、纬度 ±85.05° 之内 / the place is outside of the map", p)
		}
		return p
	})
	*vertices += count
	if count == 0 {
		return fmt.Errorf("几何为空 / an empty %s", geometry.GeoJSONType())
	}
	return bad
}

func extentOf(pieces []piece) orb.Bound {
	extent := pieces[0].bound
	for _, p := range pieces {
		extent = extent.Union(p.bound)
	}
	return extent
}

// choose takes the highest zoom at which the extent is not too many tiles, and the lowest as that of a quarter of a tile.
func (c *cutter) choose(extent orb.Bound) {
	width, height := extent.Max[0]-extent.Min[0], extent.Max[1]-extent.Min[1]
	across := func(size float64, zoom uint32) float64 { return math.Ceil(size*float64(uint32(1)<<zoom)) + 1 }
	for c.high = tilesMaxZoom; across(width, c.high)*across(height, c.high) > tilesMaxCount; {
		c.high--
	}
	for c.low = tilesMinZoom; c.low+2 < c.high && max(width, height)*float64(uint32(1)<<(c.low+1)) <= 0.25; {
		c.low++
	}
	c.complete = c.low
}

// cut writes a tile and those below it. Each is cut from the pieces of the tile above, so that a long border is not walked for every tile.
func (c *cutter) cut(ctx context.Context, tile maptile.Tile, pieces []piece) error {
	if len(pieces) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if uint32(tile.Z) >= c.low {
		if err := c.draw(tile, pieces); err != nil {
			return err
		}
	}
	if uint32(tile.Z) == c.high {
		return nil
	}
	for _, child := range tile.Children() {
		if err := c.cut(ctx, child, piecesIn(child, pieces)); err != nil {
			return err
		}
	}
	return nil
}

// piecesIn are the pieces in a tile: points in exactly one, other shapes also in the buffers of neighbours.
func piecesIn(tile maptile.Tile, pieces []piece) []piece {
	size := 1 / float64(uint32(1)<<tile.Z)
	corner := orb.Point{float64(tile.X) * size, float64(tile.Y) * size}
	buffer := size * tileBuffer / mvt.DefaultExtent
	box := orb.Bound{Min: corner, Max: orb.Point{corner[0] + size, corner[1] + size}}.Pad(buffer)
	var out []piece
	for _, p := range pieces {
		_, isPoint := p.geometry.(orb.Point)
		switch {
		case isPoint:
			if inTile(tile, p.centre) {
				out = append(out, p)
			}
		case !box.Intersects(p.bound):
		case box.Contains(p.bound.Min) && box.Contains(p.bound.Max):
			out = append(out, p)
		default: // clipping works in place, and the other children need the shape too
			if p.geometry = clip.Geometry(box, orb.Clone(p.geometry)); p.geometry != nil {
				p.bound = p.geometry.Bound()
				out = append(out, p)
			}
		}
	}
	return out
}

func inTile(tile maptile.Tile, p orb.Point) bool {
	n := float64(uint32(1) << tile.Z)
	return math.Floor(p[0]*n) == float64(tile.X) && math.Floor(p[1]*n) == float64(tile.Y)
}

// draw keeps the tile, at lower zooms with every second, fourth, … row where it would be too full.
func (c *cutter) draw(tile maptile.Tile, pieces []piece) error {
	top := uint32(tile.Z) == c.high
	features := c.features(tile, pieces)
	for step := 1; len(features) > 0; step *= 2 {
		var kept []*geojson.Feature
		for i := 0; i < len(features); i += step {
			kept = append(kept, features[i])
		}
		if len(kept) > 1 && len(kept) > tileMaxFeatures && !top {
			continue
		}
		data, err := mvt.Marshal(mvt.Layers{{Name: c.layer.Name, Version: 2, Extent: mvt.DefaultExtent, Features: kept}})
		if err != nil {
			return fmt.Errorf("drawing tile %d/%d/%d: %w", tile.Z, tile.X, tile.Y, err)
		}
		data = c.gzip.compress(data)
		if len(data) > tileMaxBytes && top {
			return fmt.Errorf("瓦片 %d/%d/%d 有 %d 个要素、%d 字节，超过 %d 字节，请用 gpkg 或 fgb / this tile is too full: use gpkg or fgb",
				tile.Z, tile.X, tile.Y, len(kept), len(data), tileMaxBytes)
		}
		if step > 1 || len(data) > tileMaxBytes {
			c.complete = max(c.complete, uint32(tile.Z)+1)
		}
		if len(data) <= tileMaxBytes {
			return c.keep(pmtile{pmtilesID(uint32(tile.Z), tile.X, tile.Y), data})
		}
		if len(kept) == 1 {
			return nil
		}
	}
	return nil
}

func (c *cutter) keep(tile pmtile) error {
	if c.bytes += len(tile.data); c.bytes > tilesMaxBytes {
		return fmt.Errorf("PMTiles 超过 %d MiB，请用 gpkg 或 fgb / too large for PMTiles: use gpkg or fgb", tilesMaxBytes>>20)
	}
	c.tiles = append(c.tiles, tile)
	return nil
}

// features puts the pieces on the grid of the tile. What is too small for it is left out, but never at the highest zoom.
func (c *cutter) features(tile maptile.Tile, pieces []piece) []*geojson.Feature {
	n, tolerance := float64(uint32(1)<<tile.Z), 4.0 // half a pixel of a screen
	top := uint32(tile.Z) == c.high
	if top {
		tolerance = 1
	}
	onGrid := func(p orb.Point) orb.Point {
		return orb.Point{math.Floor((p[0]*n - float64(tile.X)) * mvt.DefaultExtent), math.Floor((p[1]*n - float64(tile.Y)) * mvt.DefaultExtent)}
	}
	var out []*geojson.Feature
	for _, p := range pieces {
		shape := solid(simplify.DouglasPeucker(tolerance).Simplify(project.Geometry(orb.Clone(p.geometry), onGrid)))
		if shape == nil && top && inTile(tile, p.centre) {
			shape = speck(p.geometry, onGrid(p.centre))
		}
		if shape == nil {
			continue
		}
		f := &geojson.Feature{ID: p.id, Geometry: shape, Properties: geojson.Properties{}}
		for i, value := range p.values {
			if value != nil {
				f.Properties[c.layer.Columns[i].Name] = value
			}
		}
		out = append(out, f)
	}
	return out
}

// solid drops the parts of a shape that have no length or area and turns rings as vector tiles want them; nil when nothing is left.
func solid(geometry orb.Geometry) orb.Geometry {
	switch g := geometry.(type) {
	case orb.Point:
		return g
	case orb.LineString:
		return solid(orb.MultiLineString{g})
	case orb.MultiLineString:
		for i := range g {
			g[i] = slices.Compact(g[i])
		}
		if g = slices.DeleteFunc(g, func(line orb.LineString) bool { return len(line) < 2 }); len(g) > 0 {
			return g
		}
	case orb.Polygon:
		return solid(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		g = slices.DeleteFunc(g, func(p orb.Polygon) bool { return len(p) == 0 || flat(p[0]) })
		for i, polygon := range g {
			g[i] = slices.DeleteFunc(polygon, flat)
			for k, ring := range g[i] {
				if (ring.Orientation() == orb.CCW) != (k == 0) {
					ring.Reverse()
				}
			}
		}
		if len(g) > 0 {
			return g
		}
	}
	return nil
}

func flat(ring orb.Ring) bool { return len(ring) < 4 || planar.Area(ring) == 0 }

// speck stands for a shape too small for the grid: one unit wide.
func speck(geometry orb.Geometry, at orb.Point) orb.Geometry {
	if geometry.Dimensions() == 1 {
		return orb.LineString{at, {at[0] + 1, at[1]}}
	}
	return solid(orb.Bound{Min: at, Max: orb.Point{at[0] + 1, at[1] + 1}}.ToPolygon())
}

// metadata describes the archive as TileJSON does, with what every reader must know.
func (c *cutter) metadata() map[string]any {
	l := c.layer
	fields := map[string]string{}
	for _, column := range l.Columns {
		fields[column.Name] = map[Type]string{Text: "String", Integer: "Number", Real: "Number", Boolean: "Boolean"}[column.Type]
	}
	out := map[string]any{"name": l.Name, "description": l.TitleZh + " / " + l.TitleEn, "type": "overlay", "format": "pbf",
		"complete_from_zoom": c.complete, "rows_without_shape": c.shapeless,
		"vector_layers": []any{map[string]any{"id": l.Name, "description": l.TitleZh, "minzoom": c.low, "maxzoom": c.high, "fields": fields}}}
	for _, member := range l.Members {
		if _, taken := out[member.Name]; !taken {
			out[member.Name] = member.Value
		}
	}
	if l.Note != "" {
		out["note"], out["attribution"] = l.Note, l.Note
	}
	return out
}
