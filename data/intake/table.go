package intake

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
)

// A record is one row of a file.
type record struct {
	number   int      // row number as the user's program shows it, the first row is 1
	cells    []string // in the order of table.header; may be shorter; valid only during the call it is given to
	geometry orb.Geometry
	fault    string // why the geometry of this row cannot be used, "" when it can or when there is none
	notes    []note // what reading the row had to repair
}

// A note is a remark of a reader about a row, in both languages.
type note struct{ field, zh, en, repairZh, repairEn string }

// A table is one layer of a file, understood but not yet read.
type table struct {
	format   string   // csv, tsv, xlsx, geojson, gpkg, shp, kml, kmz, json
	encoding string   // of text formats
	layer    string   // the layer or sheet that is read
	layers   []string // all that could be read
	header   []string
	// headerRows are the row numbers the header was taken from; none when the format has field names of its own.
	headerRows []int
	crs        string // coordinate system stated by the file, "" when it states none
	date1904   bool   // day numbers count from 1904, as old Excel for Mac has them
	// isNumber tells of the row just read whether a cell is stored as a number, which has no trailing zeros; nil where all is text.
	isNumber   func(column int) bool
	geometries bool   // rows carry geometry of their own
	notes      []note // remarks about the file as a whole
	// each calls a function for every row in order and stops at its first error.
	each func(ctx context.Context, yield func(record) error) error
	// close releases temporary files; may be nil.
	close func()
}

func (t *table) release() {
	if t.close != nil {
		t.close()
	}
}

// openTable recognises the format and finds layer and header, with the fields that the caller looks for.
func openTable(ctx context.Context, src Source, options Options, schema schema) (*table, error) {
	limits := options.Limits
	if src.Size > limits.Bytes {
		return nil, faultf("文件 %s 有 %d 字节，超过 %d 字节的上限", "file %s has %d bytes, more than the limit of %d", src.Name, src.Size, limits.Bytes)
	}
	if src.Size == 0 {
		return nil, faultf("文件 %s 是空的", "file %s is empty", src.Name)
	}
	format, err := detectFormat(src)
	if err != nil {
		return nil, err
	}
	if err := options.checkLayers(src.Name, format); err != nil {
		return nil, err
	}
	opening := opening{ctx: ctx, src: src, options: options, schema: schema}
	switch format {
	case "xlsx":
		return opening.openXLSX()
	case "geojson":
		return opening.openGeoJSON()
	case "csv", "tsv":
		return opening.openCSV(format)
	case "gpkg":
		return opening.openGeoPackage()
	case "shp":
		return opening.openShapefile()
	case "shp.zip":
		return opening.openZippedShapefile()
	case "kml":
		return opening.openKML(func() (io.ReadCloser, error) { return io.NopCloser(src.reader()), nil }, "kml")
	case "kmz":
		return opening.openKMZ()
	}
	if format == "tif" {
		return nil, faultf("%s 是栅格：请用 import population 或 import elevation 导入", "%s is a raster: use import population or import elevation", src.Name)
	}
	return nil, faultf("不认识文件 %s 的格式：可以导入 csv、tsv、xlsx、geojson、gpkg、shp（或其 zip）、kml、kmz",
		"the format of %s is not known: csv, tsv, xlsx, geojson, gpkg, shp (or its zip), kml and kmz can be imported", src.Name)
}

// checkLayers refuses a layer or a sheet asked of a format that has none.
func (o Options) checkLayers(name, format string) error {
	if o.Sheet != "" && format != "xlsx" {
		return faultf("%s 不是工作簿，没有工作表“%s”：请去掉 --sheet", "%s is not a workbook and has no sheet %q: leave --sheet out", name, o.Sheet)
	}
	if o.Layer == "" {
		return nil
	}
	switch format {
	case "gpkg", "shp", "shp.zip":
		return nil
	case "xlsx":
		return faultf("%s 是工作簿，没有图层“%s”：工作表请用 --sheet 指明", "%s is a workbook and has no layer %q: name a sheet with --sheet", name, o.Layer)
	}
	return faultf("%s 的格式没有图层（指定的是“%s”）：请去掉 --layer", "the format of %s has no layers (%q was asked for): leave --layer out", name, o.Layer)
}

// An opening is what every reader needs to open a file.
type opening struct {
	ctx     context.Context
	src     Source
	options Options
	schema  schema
}

// detectFormat looks at the content first: a wrong extension is common, a wrong signature is not.
func detectFormat(src Source) (string, error) {
	head, err := src.head(4096)
	if err != nil {
		return "", err
	}
	start := string(head)
	trimmed := strings.TrimLeft(strings.TrimPrefix(start, "\xef\xbb\xbf"), " \t\r\n")
	switch {
	case strings.HasPrefix(start, "PK\x03\x04"):
		return detectZip(src)
	case strings.HasPrefix(start, "SQLite format 3\x00"):
		return "gpkg", nil
	case strings.HasPrefix(start, "\x00\x00\x27\x0a"):
		return "shp", nil
	case strings.HasPrefix(start, "\xd0\xcf\x11\xe0"):
		return "", faultf("%s 是旧版 Excel（.xls）或 WPS（.et）文件，请另存为 .xlsx 后导入",
			"%s is an old Excel (.xls) or WPS (.et) file: save it as .xlsx and import that", src.Name)
	case strings.HasPrefix(start, "II*\x00"), strings.HasPrefix(start, "MM\x00*"), strings.HasPrefix(start, "II+\x00"), strings.HasPrefix(start, "MM\x00+"):
		return "tif", nil
	case strings.HasPrefix(trimmed, "<") && strings.Contains(strings.ToLower(start), "<kml"):
		return "kml", nil
	case strings.HasPrefix(trimmed, "<"):
		return "", faultf("%s 是网页或 XML 文件，不是表格", "%s is a web page or XML, not a table", src.Name)
	case strings.HasPrefix(trimmed, "{"), strings.HasPrefix(trimmed, "[") && src.extension() != ".csv":
		return "geojson", nil
	}
	if src.extension() == ".tsv" || src.extension() == ".tab" {
		return "tsv", nil
	}
	return "csv", nil
}

// baseName is the name of a source without folder and extension.
func baseName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, "\\", "/"))
	return strings.TrimSuffix(name, filepath.Ext(name))
}
