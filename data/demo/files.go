package demo

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/paulmach/orb/geojson"

	"lawcircle/coverage"
	"lawcircle/data/demo/pbf"
)

// File is one file of those that a bureau would hand in.
type File struct {
	Name    string
	Content []byte
}

// Names of the files.
const (
	RoadsFile       = "roads.osm.pbf"   // OpenStreetMap roads, WGS-84
	AreasFile       = "areas.geojson"   // units with boundaries, WGS-84
	SettlementsFile = "settlements.csv" // people, WGS-84, UTF-8 with byte order mark
	FacilitiesFile  = "facilities.xlsx" // hosts and points, GCJ-02
)

// Files returns the county as files, in the order in which they are to be imported. They hold what offices keep in tables; advisers,
// pairings, circuits, calls, targets and measures are in the County only.
func (d *Demo) Files() ([]File, error) {
	var files []File
	for _, f := range []struct {
		name string
		make func() ([]byte, error)
	}{
		{RoadsFile, d.roadsFile}, {AreasFile, d.areasFile}, {SettlementsFile, d.settlementsFile}, {FacilitiesFile, d.facilitiesFile},
	} {
		content, err := f.make()
		if err != nil {
			return nil, fmt.Errorf("making %s: %w", f.name, err)
		}
		files = append(files, File{f.name, content})
	}
	return files, nil
}

// guide explains the files to whoever finds them.
const guide = `本文件夹全部为虚构的演示数据，不对应任何真实地方。可以用来练习导入：
Everything in this folder is invented. To try the imports by hand:

  lawcircle import roads       roads.osm.pbf   -p mine.gpkg
  lawcircle import areas       areas.geojson   -p mine.gpkg --crs wgs84
  lawcircle import settlements settlements.csv -p mine.gpkg --crs wgs84
  lawcircle import facilities  facilities.xlsx -p mine.gpkg --crs gcj02
  lawcircle coverage -p mine.gpkg
`

// Save writes the files into a directory, which it makes when needed, with a README that says how to import them.
func Save(files []File, directory string) error {
	files = append(slices.Clone(files), File{"README.txt", []byte(guide)})
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return fmt.Errorf("making directory %s for the demonstration files: %w", directory, err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(directory, f.Name), f.Content, 0o644); err != nil {
			return fmt.Errorf("saving %s: %w", f.Name, err)
		}
	}
	return nil
}

func (d *Demo) roadsFile() ([]byte, error) {
	var file bytes.Buffer
	err := pbf.Write(&file, d.Roads, pbf.Header{Program: "lawcircle demo", Source: "synthetic, no real place / 虚构演示数据"})
	return file.Bytes(), err
}

func (d *Demo) areasFile() ([]byte, error) {
	collection := geojson.NewFeatureCollection()
	collection.ExtraMembers = map[string]any{"name": "areas", "description": "虚构演示数据 synthetic"}
	for _, u := range d.County.Units {
		f := geojson.NewFeature(u.Geometry)
		f.Properties = geojson.Properties{"代码": u.Code, "名称": u.Name, "英文名称": u.NameEn, "上级代码": u.Parent, "单位类型": u.Kind.Zh(),
			"级别": int(u.Level), "城乡分类": u.UrbanRural, "启用日期": string(u.ValidFrom), "数据说明": peopleSource}
		if len(u.Geometry) == 1 {
			f.Geometry = u.Geometry[0]
		}
		collection.Append(f)
	}
	return json.Marshal(collection)
}

// byteOrderMark lets spreadsheet programs see that a CSV file is UTF-8.
const byteOrderMark = "\ufeff"

func (d *Demo) settlementsFile() ([]byte, error) {
	var file bytes.Buffer
	file.WriteString(byteOrderMark)
	names := d.unitNames()
	w := csv.NewWriter(&file)
	header := []string{"编号", "名称", "统计用区划代码", "乡镇", "村", "经度", "纬度", "常住人口", "人口年份", "人口来源", "城乡分类"}
	groups := coverage.Vocabularies()["group"]
	for _, g := range groups {
		header = append(header, g.Zh)
	}
	_ = w.Write(header) // a buffer takes everything; Flush would tell otherwise
	for _, s := range d.County.Settlements {
		row := []string{s.ID, s.Name, s.Code, names[coverage.ParentCode(s.Code)], names[s.Code], degrees(s.Point.Lon()), degrees(s.Point.Lat()),
			"", "", s.PeopleSource, s.UrbanRural}
		if s.People.Known {
			row[7] = strconv.FormatInt(s.People.Count, 10)
		}
		if s.PeopleYear > 0 {
			row[8] = strconv.Itoa(s.PeopleYear)
		}
		for _, g := range groups {
			cell := ""
			if count, ok := s.Groups[coverage.Group(g.Code)]; ok {
				cell = strconv.FormatInt(count, 10)
			}
			row = append(row, cell)
		}
		_ = w.Write(row)
	}
	w.Flush()
	return file.Bytes(), w.Error()
}

// degrees prints a coordinate with the seven decimals that it has.
func degrees(value float64) string { return strconv.FormatFloat(value, 'f', 7, 64) }

func (d *Demo) unitNames() map[string]string {
	names := map[string]string{}
	for _, u := range d.County.Units {
		names[u.Code] = u.Name
	}
	return names
}

// pointsByHost indexes the points that stand in a host; the mobile ones are returned apart.
func (d *Demo) pointsByHost() (standing map[string]coverage.ServicePoint, mobile []coverage.ServicePoint) {
	standing = map[string]coverage.ServicePoint{}
	for _, p := range d.County.Points {
		if p.HostID == "" {
			mobile = append(mobile, p)
			continue
		}
		standing[p.HostID] = p
	}
	return standing, mobile
}

// onSite lists the services that a point offers in person, as the table of facilities states them.
func (d *Demo) onSite(point string) (services []coverage.Service) {
	for _, o := range d.County.Offers {
		if o.PointID == point && o.Mode == coverage.ModeOnSite {
			services = append(services, o.Service)
		}
	}
	return services
}
