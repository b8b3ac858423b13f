package intake_test

import (
	"context"
	"testing"

	"lawcircle/data/intake"
)

// small are limits under which a hostile file is done with quickly.
var small = intake.Limits{Bytes: 1 << 20, Unpacked: 8 << 20, Rows: 10_000, Columns: 200, CellBytes: 1 << 20, Problems: 1000}

// importAll reads a file in every way. Whatever it is, it must neither panic nor lose a row.
func importAll(t *testing.T, name string, content []byte) {
	ctx := context.Background()
	src := intake.BytesSource(name, content)
	county := threeUnits()
	for _, told := range []string{"", "wgs84", "bd09", "EPSG:4539"} {
		options := intake.Options{CRS: told, Limits: small, Place: intake.PlaceUnitCentre}
		for _, read := range []func(context.Context, intake.Source) (*intake.Batch, error){
			func(ctx context.Context, src intake.Source) (*intake.Batch, error) {
				return intake.Areas(ctx, src, options, county, intake.CRSReference{})
			},
			func(ctx context.Context, src intake.Source) (*intake.Batch, error) {
				return intake.Settlements(ctx, src, options, county, intake.CRSReference{})
			},
			func(ctx context.Context, src intake.Source) (*intake.Batch, error) {
				return intake.Facilities(ctx, src, options, county, intake.CRSReference{})
			},
		} {
			if b, err := read(ctx, src); err == nil {
				accounted(t, &b.Quality)
			}
		}
	}
	_, _ = intake.Preview(ctx, "facilities", src, intake.Options{Limits: small}, county, intake.CRSReference{})
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("名称,经度,纬度,类型,人口,建成时间\n甲,89°11′24″,42.95,司法所,约1200人,18年底\n合计,,,,3\n"))
	f.Add([]byte("\ufeffid;lon;lat;population\n1;-51.1;-30.0;12\n"))
	f.Add([]byte("5,650402001000,650402001001,\\N\n5,650402001000,650402001002,\\N\n"))
	f.Add([]byte("g,老城,89.1896568,42.9513894,35\n"))
	f.Add([]byte("city_name,city_code,town_name,town_code\n吐鲁番市,650400000000,高昌区,650402000000\n"))
	f.Add([]byte("name,geometry\n\"a\",\"POLYGON ((89 42, 90 42, 90 43, 89 42))\"\n"))
	f.Add([]byte("\xff\xfen\x00a\x00m\x00e\x00"))
	f.Fuzz(func(t *testing.T, content []byte) { importAll(t, "a.csv", content) })
}

func FuzzGeoJSON(f *testing.F) {
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"properties":{"name":"甲","adcode":650402,"parent":{"adcode":650400}},"geometry":{"type":"MultiPolygon","coordinates":[[[[89,42],[90,42],[90,43],[89,42]]]]}}],"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}}}`))
	f.Add([]byte(`[{"name":"吐鲁番市","code":"650400000000","counties":[{"name":"高昌区","code":"650402000000"}]}]`))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[89,42]}]}`))
	f.Fuzz(func(t *testing.T, content []byte) { importAll(t, "a.geojson", content) })
}

func FuzzKML(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name><Folder><name>f</name><Placemark><name>甲</name><ExtendedData><Data name="人口"><value>12</value></Data></ExtendedData><MultiGeometry><Point><coordinates>89,42,0</coordinates></Point><Polygon><outerBoundaryIs><LinearRing><coordinates>89,42 90,42 90,43 89,42</coordinates></LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder></Document></kml>`))
	f.Fuzz(func(t *testing.T, content []byte) { importAll(t, "a.kml", content) })
}

func FuzzXLSX(f *testing.F) {
	f.Add(contentOf(f, workbook(f, [][]any{{"统计表"}, {"名称", "经度", "纬度"}, {"甲", 89.123456, 42.123456}}, nil)))
	f.Fuzz(func(t *testing.T, content []byte) { importAll(t, "a.xlsx", content) })
}

func FuzzShapefile(f *testing.F) {
	shp, dbf := shapefileOf()
	f.Add(shp, dbf, []byte("UTF-8"))
	f.Fuzz(func(t *testing.T, shp, dbf, cpg []byte) {
		importAll(t, "a.zip", zipOf(t, map[string][]byte{"a.shp": shp, "a.dbf": dbf, "a.cpg": cpg}))
	})
}

func FuzzGeoPackage(f *testing.F) {
	f.Add(geoPackageOf(f))
	f.Fuzz(func(t *testing.T, content []byte) { importAll(t, "a.gpkg", content) })
}

func FuzzArchive(f *testing.F) {
	f.Add(zipOf(f, map[string][]byte{"doc.kml": []byte("<kml></kml>")}))
	f.Fuzz(func(t *testing.T, content []byte) { importAll(t, "a.zip", content) })
}
