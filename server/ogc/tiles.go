package ogc

import (
	"math"
	"net/http"
	"strconv"

	"github.com/paulmach/orb/maptile"

	"lawcircle/server/tile"
)

// The only tiling scheme is the one of web maps.
const (
	matrixID  = "WebMercatorQuad"
	matrixURI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
	mercator  = epsgPrefix + "3857"
)

type tilesetInfo struct {
	Title            string       `json:"title"`
	DataType         string       `json:"dataType"`
	CRS              string       `json:"crs"`
	TileMatrixSetURI string       `json:"tileMatrixSetURI"`
	BoundingBox      *tilesExtent `json:"boundingBox,omitempty"`
	Links            []link       `json:"links"`
}

type tilesExtent struct {
	LowerLeft  []float64 `json:"lowerLeft"`
	UpperRight []float64 `json:"upperRight"`
	CRS        string    `json:"crs"`
}

func (r *request) tilesetInfo(c *Collection) tilesetInfo {
	at := r.base + "/collections/" + c.ID + "/tiles/" + matrixID
	out := tilesetInfo{
		Title: c.Title.In(r.lang), DataType: "vector", CRS: mercator, TileMatrixSetURI: matrixURI,
		Links: []link{
			{Href: at, Rel: "self", Type: mediaJSON},
			{Href: at + "?f=html", Rel: "alternate", Type: mediaHTML},
			{Href: r.base + "/tileMatrixSets/" + matrixID, Rel: "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", Type: mediaJSON},
			{Href: at + "/{tileMatrix}/{tileRow}/{tileCol}", Rel: "item", Type: mediaMVT, Templated: true},
			{Href: r.base + "/collections/" + c.ID, Rel: "http://www.opengis.net/def/rel/ogc/1.0/geodata", Type: mediaJSON},
		},
	}
	if c.located {
		box := c.publishedExtent()
		out.BoundingBox = &tilesExtent{box[:2], box[2:], crs84}
	}
	return out
}

func (r *request) tilesets() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	c, err := find(r.source.Collections, r.Param("id"))
	if err != nil {
		return err
	}
	answer := struct {
		Links    []link        `json:"links"`
		Tilesets []tilesetInfo `json:"tilesets"`
	}{r.selfLinks(mediaJSON), []tilesetInfo{r.tilesetInfo(c)}}
	return r.send(mediaJSON, answer, view{Title: c.Title.In(r.lang), Links: answer.Links,
		Rows: [][]cell{{{matrixID, r.base + "/collections/" + c.ID + "/tiles/" + matrixID + "?f=html"}}}})
}

func (r *request) matrix() error {
	if r.Param("matrix") != matrixID {
		return notFound("瓦片方案", "tile matrix set", r.Param("matrix"))
	}
	return nil
}

func (r *request) tileset() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	c, err := find(r.source.Collections, r.Param("id"))
	if err != nil {
		return err
	}
	if err := r.matrix(); err != nil {
		return err
	}
	info := r.tilesetInfo(c)
	return r.send(mediaJSON, info, view{Title: info.Title, Links: info.Links})
}

// tile answers one tile; the path names the row before the column.
func (r *request) tile() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	c, err := find(r.source.Collections, r.Param("id"))
	if err != nil {
		return err
	}
	if err := r.matrix(); err != nil {
		return err
	}
	z, errZ := strconv.ParseUint(r.Param("z"), 10, 8)
	row, errRow := strconv.ParseUint(r.Param("y"), 10, 32)
	column, errColumn := strconv.ParseUint(r.Param("x"), 10, 32)
	at := maptile.New(uint32(column), uint32(row), maptile.Zoom(z))
	if errZ != nil || errRow != nil || errColumn != nil || z > tile.MaxZoom || !at.Valid() {
		return notFound("瓦片", "tile", r.Param("z")+"/"+r.Param("y")+"/"+r.Param("x"))
	}
	data, err := c.index().Cut(at)
	if err != nil {
		return err
	}
	if len(data) == 0 {
		return r.NoContent(http.StatusNoContent)
	}
	return r.Blob(http.StatusOK, mediaMVT, data)
}

func (r *request) matrixSets() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	type entry struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URI   string `json:"uri"`
		Links []link `json:"links"`
	}
	answer := struct {
		Links          []link  `json:"links"`
		TileMatrixSets []entry `json:"tileMatrixSets"`
	}{r.selfLinks(mediaJSON), []entry{{matrixID, "Google Maps Compatible for the World", matrixURI,
		[]link{{Href: r.base + "/tileMatrixSets/" + matrixID, Rel: "self", Type: mediaJSON}}}}}
	return r.send(mediaJSON, answer, view{Title: r.say("瓦片方案", "Tiling schemes"), Links: answer.Links,
		Rows: [][]cell{{{matrixID, r.base + "/tileMatrixSets/" + matrixID + "?f=html"}}}})
}

// tileMatrix is one zoom of a tile matrix set (OGC 17-083r4).
type tileMatrix struct {
	ID               string     `json:"id"`
	ScaleDenominator float64    `json:"scaleDenominator"`
	CellSize         float64    `json:"cellSize"`
	PointOfOrigin    [2]float64 `json:"pointOfOrigin"`
	TileWidth        int        `json:"tileWidth"`
	TileHeight       int        `json:"tileHeight"`
	MatrixWidth      int        `json:"matrixWidth"`
	MatrixHeight     int        `json:"matrixHeight"`
}

func (r *request) matrixSet() error {
	if _, err := r.check(pageParams()); err != nil {
		return err
	}
	if err := r.matrix(); err != nil {
		return err
	}
	answer := struct {
		ID           string       `json:"id"`
		Title        string       `json:"title"`
		URI          string       `json:"uri"`
		CRS          string       `json:"crs"`
		OrderedAxes  []string     `json:"orderedAxes"`
		TileMatrices []tileMatrix `json:"tileMatrices"`
		Links        []link       `json:"links"`
	}{matrixID, "Google Maps Compatible for the World", matrixURI, mercator, []string{"X", "Y"}, tileMatrices(), r.selfLinks(mediaJSON)}
	return r.send(mediaJSON, answer, view{Title: matrixID, Links: answer.Links})
}

// tileMatrices derives the zooms from the half circumference of the sphere of EPSG:3857; a cell of 0.28 mm is the standard's pixel.
func tileMatrices() []tileMatrix {
	const (
		half  = math.Pi * 6378137.0
		pixel = 0.00028
	)
	out := make([]tileMatrix, 0, tile.MaxZoom+1)
	for z := range tile.MaxZoom + 1 {
		n := 1 << z
		size := 2 * half / float64(256*n)
		out = append(out, tileMatrix{strconv.Itoa(z), size / pixel, size, [2]float64{-half, half}, 256, 256, n, n})
	}
	return out
}
