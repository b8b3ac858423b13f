package export

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// Format is a file format of exports, named by its ending without the dot.
type Format string

// Formats lists what [Write] can write, with the media types.
func Formats() map[Format]string {
	return map[Format]string{
		"geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3", "shp.zip": "application/zip",
		"kml": "application/vnd.google-earth.kml+xml", "kmz": "application/vnd.google-earth.kmz", "csv": "text/csv; charset=utf-8",
		"fgb": "application/vnd.flatgeobuf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"pmtiles": "application/vnd.pmtiles",
	}
}

// FormatOf tells the format of a file by its name; a plain .zip is a zipped shapefile.
func FormatOf(name string) (Format, error) {
	lower := strings.ToLower(name)
	for _, format := range []Format{"shp.zip", "geojson", "gpkg", "kml", "kmz", "csv", "xlsx", "fgb", "pmtiles"} {
		if strings.HasSuffix(lower, "."+string(format)) {
			return format, nil
		}
	}
	switch {
	case strings.HasSuffix(lower, ".json"):
		return "geojson", nil
	case strings.HasSuffix(lower, ".zip"):
		return "shp.zip", nil
	}
	return "", fmt.Errorf("%s: 不认识的格式，可用 geojson gpkg shp shp.zip kml kmz csv xlsx fgb pmtiles / unknown format", name)
}

// Write writes a layer in a format. A layer without geometry goes to csv, xlsx and gpkg only. The same layer gives the same bytes.
func Write(ctx context.Context, w io.Writer, layer *Layer, format Format, encoding ShapeEncoding) error {
	if layer.GeometryType == "" && format != "csv" && format != "xlsx" && format != "gpkg" {
		return fmt.Errorf("%s 没有几何，请用 csv、xlsx 或 gpkg / it has no geometry: use csv, xlsx or gpkg", layer.Name)
	}
	switch format {
	case "geojson":
		return layerGeoJSON(w, layer)
	case "gpkg":
		return GeoPackage(ctx, w, layer)
	case "shp.zip":
		return ShapefileZip(w, layer, encoding)
	case "kml":
		return KML(w, layer)
	case "kmz":
		return KMZ(w, layer)
	case "fgb":
		return FlatGeobuf(w, layer)
	case "pmtiles":
		return PMTiles(ctx, w, layer)
	case "csv":
		return CSV(w, layer)
	case "xlsx":
		return XLSX(w, layer)
	}
	return fmt.Errorf("format %q is unknown", format)
}

// layerGeoJSON writes RFC 7946. Other systems than WGS-84 are marked with the crs member of the 2008 draft, which GIS programs read.
func layerGeoJSON(w io.Writer, layer *Layer) error {
	members := layer.Members
	if layer.TitleZh != "" {
		members = append([]Value{{"title", layer.TitleZh}}, members...)
	}
	if layer.Note != "" {
		members = append(members, Value{"note", layer.Note})
	}
	if code, ok := layer.system().EPSG(); ok && code != 4326 {
		name := fmt.Sprintf("urn:ogc:def:crs:EPSG::%d", code)
		members = append(members, Value{"crs", map[string]any{"type": "name", "properties": map[string]string{"name": name}}})
	}
	g := NewGeoJSON(w, layer.Name, members...)
	values := make([]Value, len(layer.Columns))
	for i, c := range layer.Columns {
		values[i].Name = c.Name
	}
	err := layer.each(func(_ int, row Row) error {
		for i, v := range row.Values {
			values[i].Value = v
		}
		return g.Write(Feature{Geometry: row.Geometry, Values: values})
	})
	if err != nil {
		return err
	}
	return g.Close()
}
