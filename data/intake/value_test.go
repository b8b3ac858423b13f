package intake

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"lawcircle/coverage"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]coverage.Date{
		"2018-12-31": "2018-12-31", "2018.12": "2018-12", "2018年12月": "2018-12", "2018年12月31日": "2018-12-31", "201812": "2018-12", "20181231": "2018-12-31",
		"2018/1/5": "2018-01-05", "2018-12-31 00:00:00": "2018-12-31", "2018年": "2018", "2018": "2018", "18年底": "2018-12", "2018年底": "2018-12", "18年6月": "2018-06", "2018年6月底": "2018-06",
		"2018-13-01": "", "2018-02-30": "", "明年": "", "31.12.2018": "", "1": "", "9999": "",
	} {
		if got, _, ok := parseDate(text); got != want && ok || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{"1200": 1200, "1,200": 1200, "约1200人": 1200, "1.2万": 12000, "1200余人": 1200, "120平方米": 120, "3 000": 3000, "5万元": 50000} {
		if got, _, ok := parseNumber(text); !ok || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "很多", "12a", "NaN", "Inf", "1-2", "12人3"} {
		if got, _, ok := parseNumber(text); ok {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestParseCode(t *testing.T) {
	for text, want := range map[string]string{
		"650402": "650402000000", "650402001": "650402001000", "650402001001": "650402001001", "6504": "650400000000", "65": "650000000000", "650402001001.0": "650402001001",
		"6.50402001001E+11": "650402001001", "6.50402E+11": "", "6.50402E11": "", "6504020": "", "010402": "", "abc": "", "65040200100111100": "650402001001",
	} {
		if got, _, ok := parseCode(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestParsePair(t *testing.T) {
	want := orb.Point{89.19, 42.95}
	for _, text := range []string{
		"89.19,42.95", "89.19、42.95", "89.19 42.95", "89.19;42.95", "(89.19, 42.95)", "89°11′24″,42°57′00″", "89度11分24秒,42度57分0秒", "89°11'24\",42°57'0\"", "东经89°11′24″北纬42°57′00″",
		"北纬42°57′00″东经89°11′24″", "E89.19 N42.95", "42.95N,89.19E", "89 11 24, 42 57 0", "89.11.24、42.57.0", "POINT (89.19 42.95)", "89 11 24 42 57 0", "经度:89.19,纬度:42.95",
	} {
		p, ok := parsePair(angleText(text))
		if !ok || math.Abs(p[0]-want[0]) > 1e-9 || math.Abs(p[1]-want[1]) > 1e-9 {
			t.Errorf("%q is %v, %v; want %v", text, p, ok, want)
		}
	}
	for _, text := range []string{"", "89.19", "新疆,吐鲁番", "89.19,x", "89°75′00″,42°00′00″", "N42.9,N43.1"} {
		if p, ok := parsePair(angleText(text)); ok {
			t.Errorf("%q is taken for %v", text, p)
		}
	}
}

// Whatever degrees, minutes and seconds are written with, the same angle comes back.
func TestDMSProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		degrees, minutes := rapid.IntRange(0, 179).Draw(t, "degrees"), rapid.IntRange(0, 59).Draw(t, "minutes")
		seconds := float64(rapid.IntRange(0, 5999).Draw(t, "hundredths")) / 100
		format := rapid.SampledFrom([]string{"%d°%d′%v″", "%d度%d分%v秒", "%d %d %v", "%d°%d'%v\"", "东经%d°%d′%v″", "%d°%d′%v″E", "%dº%d'%v''"}).Draw(t, "format")
		text := fmt.Sprintf(format, degrees, minutes, seconds)
		want := float64(degrees) + float64(minutes)/60 + seconds/3600
		if got, _, _, ok := parseAngle(angleText(text)); !ok || math.Abs(got-want) > 1e-9 {
			t.Fatalf("%q is %v, %v; want %v", text, got, ok, want)
		}
	})
}

func TestPersonalData(t *testing.T) {
	for text, want := range map[string]int{
		"13812345678": 1, "电话13812345678/13912345678": 2, "12345678901": 0, "138123456789": 0, "0.13812345678": 0, "11010519491231002X": 1, "110105194912310021": 0, "650402001001": 0, "0995-8521234": 0,
	} {
		if got := personalData(text); len(got) != want {
			t.Errorf("%q holds %v, want %d", text, got, want)
		}
	}
}

func TestCRSOfWKT(t *testing.T) {
	for text, want := range map[string]string{
		`GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`:                                                                                                                 "wgs84",
		`GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`:                                                                                  "cgcs2000",
		`PROJCS["CGCS2000_3_Degree_GK_CM_90E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["Central_Meridian",90.0]]`:    "EPSG:4539",
		`PROJCS["CGCS2000_3_Degree_GK_Zone_30",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",30500000.0],PARAMETER["Central_Meridian",90.0]]`: "EPSG:4518",
		`PROJCS["CGCS2000_GK_CM_87E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]],PARAMETER["False_Easting",500000.0],PARAMETER["Central_Meridian",87.0]]`:                                        "EPSG:4538",
		`PROJCS["WGS_1984_UTM_Zone_45N",GEOGCS["GCS_WGS_1984"]]`:                  "EPSG:32645",
		`PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984"]]`: "EPSG:3857",
		`PROJCS["Xian_1980_3_Degree_GK_CM_90E",GEOGCS["GCS_Xian_1980"]]`:          "unknown:Xian_1980_3_Degree_GK_CM_90E",
		`GEOGCS["GCS_Beijing_1954"]`:                                              "unknown:GCS_Beijing_1954",
		`PROJCS["SIRGAS 2000",GEOGCS["SIRGAS 2000"],AUTHORITY["EPSG","31982"]]`:   "unknown:SIRGAS 2000",
		"nonsense": "unknown:?",
	} {
		if got := crsOfWKT(text); got != want {
			t.Errorf("%.60s… is %s, want %s", text, got, want)
		}
	}
}
