package export

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// ShapeEncoding is how the texts of a shapefile are written.
type ShapeEncoding string

// Encodings of shapefiles. GB18030 is what Chinese offices' programs expect.
const (
	GB18030 ShapeEncoding = "gb18030"
	UTF8    ShapeEncoding = "utf8"
)

func (e ShapeEncoding) parts() (encoder *encoding.Encoder, codePage string, language byte, err error) {
	switch e {
	case GB18030, "":
		return simplifiedchinese.GB18030.NewEncoder(), "GB18030", dbfLanguageGBK, nil
	case UTF8:
		return unicode.UTF8.NewEncoder(), "UTF-8", 0, nil
	}
	return nil, "", 0, fmt.Errorf("encoding %q is unknown: gb18030 or utf8", e)
}

const (
	shpCode        = 9994
	shpVersion     = 1000
	shpHeaderBytes = 100
	maxShpBytes    = 1 << 31 // lengths are signed 32-bit; programs refuse more than 2 GB
)

// ShapefileZip writes a layer as a zip of .shp, .shx, .dbf, .prj, .cpg and 字段说明.txt, which tells what the ten-letter field names mean and
// whether texts were cut at 254 bytes. Two passes over the rows; the parts wait in the folder of temporary files.
func ShapefileZip(w io.Writer, layer *Layer, encoding ShapeEncoding) (err error) {
	folder, err := os.MkdirTemp("", "lawcircle-export-*")
	if err != nil {
		return fmt.Errorf("writing shapefile: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	names, err := Shapefile(folder, layer, encoding)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	for _, name := range names {
		if err := addFile(archive, folder, name); err != nil {
			return fmt.Errorf("writing shapefile: %w", err)
		}
	}
	return archive.Close()
}

func addFile(archive *zip.Writer, folder, name string) error {
	file, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	defer file.Close()
	part, err := entryOf(archive, name)
	if err != nil {
		return err
	}
	_, err = io.Copy(part, file)
	return err
}

// Shapefile writes the parts of a shapefile into a folder, named after the layer, and returns their names.
func Shapefile(folder string, layer *Layer, encoding ShapeEncoding) ([]string, error) {
	encoder, codePage, language, err := encoding.parts()
	if err != nil {
		return nil, err
	}
	kind, err := shpKind(layer.GeometryType)
	if err != nil {
		return nil, err
	}
	survey, err := surveyTexts(layer, encoder)
	if err != nil {
		return nil, err
	}
	fields := dbfFields(layer.Columns, survey.widths)
	s := &shpWriter{kind: kind, bound: orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}, offset: shpHeaderBytes}
	base := filepath.Join(folder, layer.Name)
	err = inFiles(func(files []*os.File) error {
		table, err := newDBF(files[2], fields, survey.rows, language, encoder)
		if err == nil {
			err = s.begin(files[0], files[1])
		}
		if err != nil {
			return err
		}
		err = layer.each(func(number int, row Row) error {
			if err := s.write(number, row.Geometry); err != nil {
				return err
			}
			return table.write(row.Values)
		})
		if err != nil {
			return err
		}
		return errors.Join(table.close(), s.close(files[0], files[1], survey.rows))
	}, base+".shp", base+".shx", base+".dbf")
	if err != nil {
		return nil, fmt.Errorf("writing shapefile: %w", err)
	}
	return writeSideFiles(folder, layer, fields, survey, codePage)
}

// writeSideFiles writes what stands beside the three main parts.
func writeSideFiles(folder string, layer *Layer, fields []dbfField, survey textSurvey, codePage string) ([]string, error) {
	var help strings.Builder
	help.WriteString(BOM + layer.TitleZh + " / " + layer.TitleEn + "\r\n坐标系 / CRS: " + layer.system().String() + "\r\n")
	if layer.Note != "" {
		help.WriteString("注意 / note: " + layer.Note + "\r\n")
	}
	for i, c := range layer.Columns {
		fmt.Fprintf(&help, "%-10s\t%s\t%s\t%s\r\n", fields[i].name, c.Name, c.TitleZh, c.TitleEn)
	}
	if survey.cut > 0 {
		fmt.Fprintf(&help, "有 %d 个文本超过 254 字节，已截断；完整内容请用 gpkg / %d texts were cut at 254 bytes; gpkg has all of them\r\n", survey.cut, survey.cut)
	}
	names := []string{layer.Name + ".shp", layer.Name + ".shx", layer.Name + ".dbf"}
	side := []struct{ name, content string }{{layer.Name + ".cpg", codePage}, {"字段说明.txt", help.String()}}
	if text, ok := wktOf(layer.system()); ok {
		side = append(side, struct{ name, content string }{layer.Name + ".prj", text})
	}
	for _, s := range side {
		if err := os.WriteFile(filepath.Join(folder, s.name), []byte(s.content), 0o644); err != nil {
			return nil, fmt.Errorf("writing shapefile: %w", err)
		}
		names = append(names, s.name)
	}
	return names, nil
}

// inFiles makes files, hands them to use and closes them.
func inFiles(use func(files []*os.File) error, paths ...string) (err error) {
	files := make([]*os.File, 0, len(paths))
	defer func() {
		for _, f := range files {
			err = errors.Join(err, f.Close())
		}
	}()
	for _, path := range paths {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	return use(files)
}

// A textSurvey is what must be known before the header of a .dbf can be written.
type textSurvey struct {
	rows, cut int
	widths    []int
}

func surveyTexts(layer *Layer, encoder *encoding.Encoder) (textSurvey, error) {
	s := textSurvey{widths: make([]int, len(layer.Columns))}
	err := layer.each(func(_ int, row Row) error {
		s.rows++
		for i, v := range row.Values {
			text, ok := v.(string)
			if !ok || 4*len(text) <= min(s.widths[i], dbfMaxText) {
				continue
			}
			encoded, err := encoder.String(text)
			if err != nil {
				return fmt.Errorf("column %s: %w", layer.Columns[i].Name, err)
			}
			s.widths[i] = max(s.widths[i], len(encoded))
			if len(encoded) > dbfMaxText {
				s.cut++
			}
		}
		return nil
	})
	return s, err
}

func shpKind(geometryType string) (uint32, error) {
	switch geometryType {
	case "POINT":
		return 1, nil
	case "LINESTRING", "MULTILINESTRING":
		return 3, nil
	case "POLYGON", "MULTIPOLYGON":
		return 5, nil
	case "":
		return 0, errors.New("没有几何的表请用 csv 或 xlsx / a table without geometry goes to csv or xlsx")
	}
	return 0, fmt.Errorf("shapefiles cannot hold a layer of %s", geometryType)
}

// shpWriter writes shapes and their index; the headers are filled in at the end.
type shpWriter struct {
	shapes, index *bufio.Writer
	kind          uint32
	bound         orb.Bound
	offset        int64 // bytes written to the .shp
	content       []byte
}

func (s *shpWriter) begin(shapes, index io.Writer) error {
	s.shapes, s.index = bufio.NewWriterSize(shapes, 1<<16), bufio.NewWriterSize(index, 1<<16)
	_, err := s.shapes.Write(make([]byte, shpHeaderBytes))
	if err == nil {
		_, err = s.index.Write(make([]byte, shpHeaderBytes))
	}
	return err
}

func (s *shpWriter) write(number int, geometry orb.Geometry) error {
	if err := s.encode(geometry); err != nil {
		return err
	}
	var head [8]byte
	words := uint32(len(s.content) / 2)
	binary.BigEndian.PutUint32(head[:], uint32(s.offset/2))
	binary.BigEndian.PutUint32(head[4:], words)
	if _, err := s.index.Write(head[:]); err != nil {
		return err
	}
	binary.BigEndian.PutUint32(head[:], uint32(number))
	if _, err := s.shapes.Write(head[:]); err != nil {
		return err
	}
	s.offset += int64(8 + len(s.content))
	if s.offset >= maxShpBytes {
		return errors.New("shapefile 最大 2 GB，请用 gpkg / a shapefile holds 2 GB at most, use gpkg")
	}
	_, err := s.shapes.Write(s.content)
	return err
}

func (s *shpWriter) encode(geometry orb.Geometry) error {
	s.content = s.content[:0]
	var parts [][]orb.Point
	switch g := geometry.(type) {
	case nil:
		s.content = binary.LittleEndian.AppendUint32(s.content, 0)
		return nil
	case orb.Point:
		s.content = appendPoint(binary.LittleEndian.AppendUint32(s.content, 1), g)
		s.bound = s.bound.Extend(g)
		return nil
	case orb.LineString:
		parts = [][]orb.Point{g}
	case orb.MultiLineString:
		for _, line := range g {
			parts = append(parts, line)
		}
	case orb.Polygon:
		parts = ringsOf(g)
	case orb.MultiPolygon:
		for _, polygon := range g {
			parts = append(parts, ringsOf(polygon)...)
		}
	default:
		return fmt.Errorf("geometry type %T is not exported", geometry)
	}
	s.encodeParts(geometry.Bound(), parts)
	return nil
}

func (s *shpWriter) encodeParts(bound orb.Bound, parts [][]orb.Point) {
	points := 0
	for _, part := range parts {
		points += len(part)
	}
	if points == 0 {
		s.content = binary.LittleEndian.AppendUint32(s.content, 0)
		return
	}
	s.bound = s.bound.Union(bound)
	s.content = binary.LittleEndian.AppendUint32(s.content, s.kind)
	s.content = appendPoint(appendPoint(s.content, bound.Min), bound.Max)
	s.content = binary.LittleEndian.AppendUint32(s.content, uint32(len(parts)))
	s.content = binary.LittleEndian.AppendUint32(s.content, uint32(points))
	first := 0
	for _, part := range parts {
		s.content = binary.LittleEndian.AppendUint32(s.content, uint32(first))
		first += len(part)
	}
	for _, part := range parts {
		for _, p := range part {
			s.content = appendPoint(s.content, p)
		}
	}
}

// ringsOf winds outer rings clockwise and holes anticlockwise, as shapefiles want it.
func ringsOf(polygon orb.Polygon) [][]orb.Point {
	out := make([][]orb.Point, len(polygon))
	for i, ring := range polygon {
		wanted := orb.CW
		if i > 0 {
			wanted = orb.CCW
		}
		if ring.Orientation() != wanted {
			ring = ring.Clone()
			ring.Reverse()
		}
		out[i] = ring
	}
	return out
}

func appendPoint(b []byte, p orb.Point) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p[0]))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(p[1]))
}

func (s *shpWriter) close(shapes, index *os.File, rows int) error {
	if err := errors.Join(s.shapes.Flush(), s.index.Flush()); err != nil {
		return err
	}
	_, err := shapes.WriteAt(s.header(s.offset), 0)
	if err == nil {
		_, err = index.WriteAt(s.header(int64(shpHeaderBytes+8*rows)), 0)
	}
	return err
}

func (s *shpWriter) header(length int64) []byte {
	out := make([]byte, 36, shpHeaderBytes)
	binary.BigEndian.PutUint32(out, shpCode)
	binary.BigEndian.PutUint32(out[24:], uint32(length/2))
	binary.LittleEndian.PutUint32(out[28:], shpVersion)
	binary.LittleEndian.PutUint32(out[32:], s.kind)
	if s.bound.Min[0] <= s.bound.Max[0] {
		out = appendPoint(appendPoint(out, s.bound.Min), s.bound.Max)
	}
	return append(out, make([]byte, shpHeaderBytes-len(out))...)
}
