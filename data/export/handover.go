package export

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Handover writes the zip that is handed to another office: layers.gpkg, geojson/, shp_gbk/, styles (.qml) of each layer for QGIS, run.json
// and 读我.txt, which explains all of it.
func Handover(ctx context.Context, w io.Writer, title string, run any, layers []*Layer) error {
	archive := zip.NewWriter(w)
	add := func(name string, write func(io.Writer) error) error {
		part, err := entryOf(archive, name)
		if err == nil {
			err = write(part)
		}
		if err != nil {
			return fmt.Errorf("adding %s to the handover: %w", name, err)
		}
		return nil
	}
	text := func(content string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, content); return err }
	}
	record, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return fmt.Errorf("writing run.json: %w", err)
	}
	steps := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"读我.txt", text(readMe(title, layers))}, {"run.json", text(string(record) + "\n")},
		{"layers.gpkg", func(w io.Writer) error { return GeoPackage(ctx, w, layers...) }},
	}
	for _, s := range steps {
		if err := add(s.name, s.write); err != nil {
			return err
		}
	}
	for _, l := range layers {
		if l.GeometryType == "" {
			continue
		}
		if err := add("geojson/"+l.Name+".geojson", func(w io.Writer) error { return layerGeoJSON(w, l) }); err != nil {
			return err
		}
		if err := add("styles/"+l.Name+".qml", text(style(l.GeometryType))); err != nil {
			return err
		}
		if err := addShapefile(archive, l); err != nil {
			return err
		}
	}
	return archive.Close()
}

// entryOf begins a file of an archive, with a date that is valid and always the same: without one, programs show 1980-00-00.
func entryOf(archive *zip.Writer, name string) (io.Writer, error) {
	return archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
}

func addShapefile(archive *zip.Writer, l *Layer) error {
	folder, err := os.MkdirTemp("", "lawcircle-export-*")
	if err != nil {
		return fmt.Errorf("adding the shapefile of %s: %w", l.Name, err)
	}
	defer os.RemoveAll(folder)
	inner := filepath.Join(folder, "shp_gbk", l.Name)
	if err := os.MkdirAll(inner, 0o755); err != nil {
		return fmt.Errorf("adding the shapefile of %s: %w", l.Name, err)
	}
	names, err := Shapefile(inner, l, GB18030)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := addFile(archive, folder, "shp_gbk/"+l.Name+"/"+name); err != nil {
			return fmt.Errorf("adding the shapefile of %s: %w", l.Name, err)
		}
	}
	return nil
}

func readMe(title string, layers []*Layer) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\r\n", args...) }
	out.WriteString(BOM)
	line("%s 移交数据", title)
	line("")
	line("layers.gpkg   全部图层（推荐；QGIS、ArcGIS、SuperMap 可直接打开）")
	line("geojson\\      每个图层一个 GeoJSON 文件")
	line("shp_gbk\\      每个图层一个 shapefile，文字编码 GB18030，字段名的含义见各自的 字段说明.txt")
	line("styles\\       QGIS 样式：图层属性 → 符号化 → 样式 → 加载样式")
	line("run.json      本次计算的参数、数据摘要与程序版本，可据此重算")
	line("")
	for i, l := range layers {
		if i == 0 {
			line("坐标系：%s", l.system())
			if l.Note != "" {
				line("注意：%s", l.Note)
			}
		}
		line("")
		line("%s（%s）", l.TitleZh, l.Name)
		for _, c := range l.Columns {
			line("    %-24s %s", c.Name, c.TitleZh)
		}
	}
	line("")
	line("在 QGIS 中直接连接正在运行的 lawcircle：图层 → 添加图层 → 添加 WFS / OGC API 要素图层 → 新建，")
	line("网址填 http://127.0.0.1:8080/ogc/ ，版本选 OGC API - Features。")
	return out.String()
}

// style is a plain QGIS 3 style, readable in black and white too.
func style(geometryType string) string {
	symbol := `<symbol type="marker" name="0" alpha="1"><layer class="SimpleMarker"><Option type="Map"><Option type="QString" name="name" value="circle"/><Option type="QString" name="color" value="31,95,168,255"/><Option type="QString" name="outline_color" value="255,255,255,255"/><Option type="QString" name="size" value="2.4"/></Option></layer></symbol>`
	switch {
	case strings.HasSuffix(geometryType, "LINESTRING"):
		symbol = `<symbol type="line" name="0" alpha="1"><layer class="SimpleLine"><Option type="Map"><Option type="QString" name="line_color" value="120,120,120,255"/><Option type="QString" name="line_width" value="0.3"/></Option></layer></symbol>`
	case strings.HasSuffix(geometryType, "POLYGON"):
		symbol = `<symbol type="fill" name="0" alpha="0.5"><layer class="SimpleFill"><Option type="Map"><Option type="QString" name="color" value="198,219,239,255"/><Option type="QString" name="outline_color" value="8,48,107,255"/><Option type="QString" name="outline_width" value="0.3"/></Option></layer></symbol>`
	}
	return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + `<qgis version="3.28.0" styleCategories="Symbology"><renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0"><symbols>` +
		symbol + "</symbols></renderer-v2></qgis>\n"
}
