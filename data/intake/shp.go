package intake

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/data/intake/shapefile"
)

// A shapeSet opens the parts of one shapefile. Each part may be opened as often as needed; what is absent is fs.ErrNotExist.
type shapeSet struct {
	name string
	open func(extension string) (io.ReadCloser, error)
}

// openShapefile opens a .shp with the files beside it.
func (o opening) openShapefile() (*table, error) {
	if o.src.Sibling == nil {
		return nil, faultf("只有 .shp 不够，请把 .shp、.dbf、.prj、.cpg 压缩成一个 zip", "a .shp alone is not enough: zip it with its .dbf, .prj and .cpg")
	}
	set := shapeSet{name: baseName(o.src.Name), open: func(extension string) (io.ReadCloser, error) {
		if extension == ".shp" {
			return io.NopCloser(o.src.reader()), nil
		}
		return o.src.Sibling(extension)
	}}
	layers := []string{set.name}
	if _, err := o.chooseLayer(layers); err != nil {
		return nil, err
	}
	return o.openShapes(set, layers)
}

// openZippedShapefile opens a shapefile out of an archive: the layer asked for, or the only one.
func (o opening) openZippedShapefile() (*table, error) {
	archive, err := zip.NewReader(o.src.Data, o.src.Size)
	if err != nil {
		return nil, faultf("%s 不是完整的压缩包", "%s is not a complete archive", o.src.Name, err)
	}
	if err := checkArchive(archive, o.options.Limits); err != nil {
		return nil, err
	}
	sets := map[string]shapeSet{}
	for _, file := range archive.File {
		if !isJunk(file.Name) && strings.EqualFold(path.Ext(file.Name), ".shp") {
			stem := strings.TrimSuffix(file.Name, path.Ext(file.Name))
			sets[baseName(file.Name)] = shapeSet{baseName(file.Name), func(extension string) (io.ReadCloser, error) { return openPart(archive, stem+extension) }}
		}
	}
	layers := sortedKeys(sets)
	chosen, err := o.chooseLayer(layers)
	if err != nil {
		return nil, err
	}
	return o.openShapes(sets[chosen], layers)
}

// openPart opens a file of an archive whatever the case of its name.
func openPart(archive *zip.Reader, name string) (io.ReadCloser, error) {
	for _, file := range archive.File {
		if strings.EqualFold(file.Name, name) {
			return file.Open()
		}
	}
	return nil, errAbsent
}

// errAbsent marks a part of a file set that is not there.
var errAbsent = errors.New("not there")

// chooseLayer returns the layer asked for, or the only one.
func (o opening) chooseLayer(layers []string) (string, error) {
	asked := o.options.Layer
	switch {
	case asked != "" && slices.Contains(layers, asked):
		return asked, nil
	case asked != "":
		return "", faultf("没有图层“%s”，有：%s", "there is no layer %q; there are: %s", asked, strings.Join(layers, "、"))
	case len(layers) == 0:
		return "", faultf("%s 里没有图层", "%s has no layer", o.src.Name)
	case len(layers) > 1:
		return "", faultf("%s 有多个图层，请用 --layer 指明：%s", "%s has several layers; name one with --layer: %s", o.src.Name, strings.Join(layers, "、"))
	}
	return layers[0], nil
}

func (o opening) openShapes(set shapeSet, layers []string) (*table, error) {
	encoding, err := set.encoding()
	if err != nil {
		return nil, faultf("图层 %s 的属性表（.dbf）缺失或损坏", "the attribute table (.dbf) of layer %s is missing or damaged", set.name, err)
	}
	header, err := set.header(encoding)
	if err != nil {
		return nil, err
	}
	t := &table{format: "shp", encoding: encoding, layer: set.name, layers: layers, header: header, geometries: true, crs: set.crs()}
	t.each = func(ctx context.Context, yield func(record) error) error {
		return set.each(ctx, o.options.Limits, encoding, yield)
	}
	return t, nil
}

func (s shapeSet) text(extension string) string {
	part, err := s.open(extension)
	if err != nil {
		return ""
	}
	defer part.Close()
	content, err := io.ReadAll(io.LimitReader(part, 64<<10))
	if err != nil {
		return ""
	}
	return string(content)
}

func (s shapeSet) crs() string {
	definition := s.text(".prj")
	if definition == "" {
		return ""
	}
	return crsOfWKT(definition)
}

func (s shapeSet) encoding() (string, error) {
	part, err := s.open(".dbf")
	if err != nil {
		return "", err
	}
	defer part.Close()
	return shapefile.DetectEncoding(bufio.NewReaderSize(part, 256<<10), s.text(".cpg"))
}

func (s shapeSet) header(encoding string) ([]string, error) {
	part, err := s.open(".dbf")
	if err != nil {
		return nil, err
	}
	defer part.Close()
	attributes, err := shapefile.NewAttributes(bufio.NewReader(part), encoding)
	if err != nil {
		return nil, err
	}
	return attributes.Names(), nil
}

// each reads shapes and attributes side by side. A shape that cannot be read ends the file: what follows cannot be found.
func (s shapeSet) each(ctx context.Context, limits Limits, encoding string, yield func(record) error) error {
	shapePart, err := s.open(".shp")
	if err != nil {
		return err
	}
	defer shapePart.Close()
	tablePart, err := s.open(".dbf")
	if err != nil {
		return err
	}
	defer tablePart.Close()
	shapes, err := shapefile.NewShapes(bufio.NewReaderSize(shapePart, 256<<10), limits.CellBytes)
	if err != nil {
		return err
	}
	attributes, err := shapefile.NewAttributes(bufio.NewReaderSize(tablePart, 256<<10), encoding)
	if err != nil {
		return err
	}
	for number := 1; ; number++ {
		geometry, shapeErr := shapes.Next()
		values, deleted, tableErr := attributes.Next()
		shapesEnd, tableEnds := errors.Is(shapeErr, io.EOF), errors.Is(tableErr, io.EOF)
		switch {
		case shapesEnd && tableEnds:
			return nil
		case shapesEnd || tableEnds:
			return faultf(".shp 与 .dbf 的记录数不同（第 %d 条起）", ".shp and .dbf have different numbers of records (from %d on)", number)
		case shapeErr != nil:
			return faultf("几何读不出", "a shape cannot be read", shapeErr)
		case tableErr != nil:
			return faultf("属性读不出", "the attributes cannot be read", tableErr)
		}
		if err := checkRow(ctx, number, number, values, limits); err != nil {
			return err
		}
		if deleted {
			continue
		}
		if err := yield(shapeRecord(number, values, geometry)); err != nil {
			return err
		}
	}
}

func shapeRecord(number int, values []string, geometry orb.Geometry) record {
	r := record{number: number, cells: values}
	if geometry == nil {
		return r
	}
	repaired, notes, err := repairGeometry(geometry)
	if err != nil {
		r.fault = err.Error()
		return r
	}
	r.geometry, r.notes = repaired, notes
	return r
}
