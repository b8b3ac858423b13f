package intake

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// openKML opens the placemarks of a KML text. Rows are numbered in the order of the placemarks. KML is WGS-84 by its standard.
func (o opening) openKML(open func() (io.ReadCloser, error), format string) (*table, error) {
	t := &table{format: format, layer: baseName(o.src.Name), geometries: true, crs: "default:wgs84"}
	t.layers = []string{t.layer}
	columns := map[string]int{}
	learn := func(_ int, f feature) error {
		for _, p := range f.properties {
			if _, has := columns[p.key]; !has {
				if len(columns) >= o.options.Limits.Columns {
					return faultf("属性超过 %d 个", "more than %d properties", o.options.Limits.Columns)
				}
				columns[p.key] = len(columns)
				t.header = append(t.header, p.key)
			}
		}
		return nil
	}
	if err := o.readKML(o.ctx, open, learn); err != nil {
		return nil, err
	}
	t.each = func(ctx context.Context, yield func(record) error) error {
		return o.readKML(ctx, open, func(number int, f feature) error {
			cells := make([]string, len(t.header))
			for _, p := range f.properties {
				cells[columns[p.key]] = p.value
			}
			return yield(record{number: number, cells: cells, geometry: f.geometry, fault: f.fault, notes: f.notes})
		})
	}
	return t, nil
}

// openKMZ opens the first KML of an archive.
func (o opening) openKMZ() (*table, error) {
	archive, err := zip.NewReader(o.src.Data, o.src.Size)
	if err != nil {
		return nil, faultf("%s 不是完整的压缩包", "%s is not a complete archive", o.src.Name, err)
	}
	if err := checkArchive(archive, o.options.Limits); err != nil {
		return nil, err
	}
	for _, file := range archive.File {
		if !isJunk(file.Name) && strings.EqualFold(path.Ext(file.Name), ".kml") {
			return o.openKML(file.Open, "kmz")
		}
	}
	return nil, faultf("%s 里没有 kml", "%s holds no kml", o.src.Name)
}

func (o opening) readKML(ctx context.Context, open func() (io.ReadCloser, error), yield func(int, feature) error) error {
	text, err := open()
	if err != nil {
		return err
	}
	defer text.Close()
	limited := &io.LimitedReader{R: text, N: o.options.Limits.Unpacked}
	reader := kmlReader{decoder: xml.NewDecoder(limited), limits: o.options.Limits}
	reader.decoder.CharsetReader = func(charset string, input io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(charset), "gb") {
			return decoded(input, encodingGB18030), nil
		}
		return input, nil
	}
	return reader.read(ctx, yield)
}

// A kmlReader streams placemarks.
type kmlReader struct {
	decoder *xml.Decoder
	limits  Limits
}

func (k *kmlReader) read(ctx context.Context, yield func(int, feature) error) error {
	var folders []string
	depth, count := 0, 0
	for {
		token, err := k.decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return faultf("KML 在第 %d 字节处不完整", "the KML is broken at byte %d", k.decoder.InputOffset(), err)
		}
		switch element := token.(type) {
		case xml.StartElement:
			if depth++; depth > 64 {
				return faultf("KML 嵌套过深", "the KML is nested too deeply")
			}
			switch element.Name.Local {
			case "Folder", "Document":
				folders = append(folders, "")
			case "name":
				if len(folders) > 0 && folders[len(folders)-1] == "" {
					folders[len(folders)-1] = k.text(element)
					depth--
				}
			case "Placemark":
				if count++; count > k.limits.Rows {
					return faultf("超过 %d 个地标", "more than %d placemarks", k.limits.Rows)
				}
				if ctx.Err() != nil {
					return ctx.Err()
				}
				f, err := k.placemark(element, folders)
				depth--
				if err != nil {
					return faultf("第 %d 个地标读不出", "placemark %d cannot be read", count, err)
				}
				if err := yield(count, f); err != nil {
					return err
				}
			}
		case xml.EndElement:
			depth--
			if (element.Name.Local == "Folder" || element.Name.Local == "Document") && len(folders) > 0 {
				folders = folders[:len(folders)-1]
			}
		}
	}
}

// text reads the content of a simple element.
func (k *kmlReader) text(start xml.StartElement) string {
	var text string
	if k.decoder.DecodeElement(&text, &start) != nil {
		return ""
	}
	return strings.TrimSpace(text)
}

type kmlPlacemark struct {
	Name        string `xml:"name"`
	Description string `xml:"description"`
	Address     string `xml:"address"`
	Phone       string `xml:"phoneNumber"`
	Data        []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value"`
	} `xml:"ExtendedData>Data"`
	Simple []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	} `xml:"ExtendedData>SchemaData>SimpleData"`
	kmlGeometry
}

type kmlGeometry struct {
	Points   []kmlCoordinates `xml:"Point"`
	Lines    []kmlCoordinates `xml:"LineString"`
	Polygons []struct {
		Outer string   `xml:"outerBoundaryIs>LinearRing>coordinates"`
		Inner []string `xml:"innerBoundaryIs>LinearRing>coordinates"`
	} `xml:"Polygon"`
	Multi []kmlGeometry `xml:"MultiGeometry"`
}

type kmlCoordinates struct {
	Text string `xml:"coordinates"`
}

func (k *kmlReader) placemark(start xml.StartElement, folders []string) (feature, error) {
	var p kmlPlacemark
	if err := k.decoder.DecodeElement(&p, &start); err != nil {
		return feature{}, err
	}
	f := feature{}
	add := func(key, value string) {
		if value = strings.TrimSpace(value); value != "" {
			f.properties = append(f.properties, property{key, value})
		}
	}
	add("name", p.Name)
	for _, d := range p.Data {
		add(d.Name, d.Value)
	}
	for _, d := range p.Simple {
		add(d.Name, d.Value)
	}
	add("address", p.Address)
	add("phone", p.Phone)
	add("description", p.Description)
	if len(folders) > 0 {
		add("folder", folders[len(folders)-1])
	}
	geometry, err := p.geometry(0)
	if err == nil && geometry != nil {
		f.geometry, f.notes, err = repairGeometry(geometry)
	}
	if err != nil {
		f.fault = err.Error()
	}
	return f, nil
}

// geometry returns the point, line or areas of a placemark; mixtures become a collection, none is nil.
func (g *kmlGeometry) geometry(depth int) (orb.Geometry, error) {
	if depth > maxCollectionDepth {
		return nil, faultf("几何集合嵌套过深", "geometry collections are nested too deeply")
	}
	var all orb.Collection
	var areas orb.MultiPolygon
	for _, p := range g.Points {
		points, err := kmlPoints(p.Text)
		if err != nil || len(points) != 1 {
			return nil, faultf("点的坐标“%s”有误", "the coordinates of a point are wrong: %s", p.Text)
		}
		all = append(all, points[0])
	}
	for _, l := range g.Lines {
		points, err := kmlPoints(l.Text)
		if err != nil {
			return nil, err
		}
		all = append(all, orb.LineString(points))
	}
	for _, p := range g.Polygons {
		polygon := orb.Polygon{}
		for _, text := range append([]string{p.Outer}, p.Inner...) {
			points, err := kmlPoints(text)
			if err != nil {
				return nil, err
			}
			polygon = append(polygon, points)
		}
		areas = append(areas, polygon)
	}
	for i := range g.Multi {
		inner, err := g.Multi[i].geometry(depth + 1)
		if err != nil {
			return nil, err
		}
		if more := polygonsOf(inner); more != nil {
			areas = append(areas, more...)
		} else if inner != nil {
			all = append(all, inner)
		}
	}
	switch {
	case len(all) == 0 && len(areas) == 0:
		return nil, nil
	case len(all) == 0:
		return areas, nil
	case len(all) == 1 && len(areas) == 0:
		return all[0], nil
	case len(areas) > 0:
		all = append(all, areas)
	}
	return all, nil
}

// kmlPoints reads "lon,lat[,height]" triples separated by blanks.
func kmlPoints(text string) ([]orb.Point, error) {
	fields := strings.Fields(strings.ReplaceAll(text, ", ", ","))
	points := make([]orb.Point, 0, len(fields))
	for _, field := range fields {
		parts := strings.Split(field, ",")
		if len(parts) < 2 || len(parts) > 3 {
			return nil, faultf("坐标“%s”有误", "wrong coordinates %q", field)
		}
		lon, err1 := strconv.ParseFloat(parts[0], 64)
		lat, err2 := strconv.ParseFloat(parts[1], 64)
		if err1 != nil || err2 != nil {
			return nil, faultf("坐标“%s”有误", "wrong coordinates %q", field)
		}
		points = append(points, orb.Point{lon, lat})
	}
	return points, nil
}
