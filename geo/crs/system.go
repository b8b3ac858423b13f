package crs

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// System is a coordinate system; equal systems compare equal. The zero System is none: get one from Parse, WGS84 and the like.
type System struct {
	kind       kind
	epsg       int
	centralLon int
	zone       int // prefix of the easting in millions of metres, 0 = none
	south      bool
}

type kind uint8

const (
	none kind = iota
	geographic
	gcj02
	bd09
	webMercator
	gaussKruger
	utm
)

// ErrNeedsLocalParameters marks Xi'an 80 and Beijing 54, which cannot be converted without parameters that are not public.
var ErrNeedsLocalParameters = errors.New("needs local transformation parameters which are not public; " +
	"ask the surveying authority for the data in CGCS2000 (该坐标系的转换参数不公开，请向测绘主管部门索取 CGCS2000 数据)")

// WGS84 is longitude and latitude on WGS-84, EPSG:4326: what the program computes in.
func WGS84() System { return System{kind: geographic, epsg: 4326} }

// CGCS2000 is longitude and latitude in the China Geodetic Coordinate System 2000, EPSG:4490.
func CGCS2000() System { return System{kind: geographic, epsg: 4490} }

// GCJ02 is the shifted longitude and latitude of Amap and Tencent.
func GCJ02() System { return System{kind: gcj02} }

// BD09 is the doubly shifted longitude and latitude of Baidu.
func BD09() System { return System{kind: bd09} }

// WebMercator is EPSG:3857.
func WebMercator() System { return System{kind: webMercator, epsg: 3857} }

// Parse reads wgs84, cgcs2000, gcj02, bd09 or EPSG:n, in any case, with or without hyphens. It knows EPSG 4326, 4490, 4491–4554
// (CGCS2000 Gauss–Krüger), 3857, 32601–32660 and 32701–32760 (UTM). Xi'an 80 and Beijing 54 give ErrNeedsLocalParameters.
func Parse(name string) (System, error) {
	plain := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name))
	switch plain {
	case "wgs84", "crs84", "ogc:crs84":
		return WGS84(), nil
	case "cgcs2000":
		return CGCS2000(), nil
	case "gcj02":
		return GCJ02(), nil
	case "bd09", "bd09ll":
		return BD09(), nil
	case "xian80", "xian1980", "beijing54", "beijing1954", "西安80", "北京54":
		return System{}, fmt.Errorf("coordinate system %q %w", name, ErrNeedsLocalParameters)
	}
	digits, ok := strings.CutPrefix(plain, "epsg:")
	code, err := strconv.Atoi(digits)
	if !ok || err != nil {
		return System{}, fmt.Errorf("coordinate system %q is not known: use wgs84, cgcs2000, gcj02, bd09 or EPSG:n", name)
	}
	return EPSG(code)
}

// EPSG returns the system of a code; see Parse for those it knows.
func EPSG(code int) (System, error) {
	within := func(low, high int) bool { return low <= code && code <= high }
	switch {
	case code == 4326:
		return WGS84(), nil
	case code == 4490:
		return CGCS2000(), nil
	case code == 3857:
		return WebMercator(), nil
	case within(4491, 4501):
		zone := code - 4491 + 13
		return System{kind: gaussKruger, epsg: code, centralLon: 6*zone - 3, zone: zone}, nil
	case within(4502, 4512):
		return System{kind: gaussKruger, epsg: code, centralLon: 75 + 6*(code-4502)}, nil
	case within(4513, 4533):
		zone := code - 4513 + 25
		return System{kind: gaussKruger, epsg: code, centralLon: 3 * zone, zone: zone}, nil
	case within(4534, 4554):
		return System{kind: gaussKruger, epsg: code, centralLon: 75 + 3*(code-4534)}, nil
	case within(32601, 32660):
		return System{kind: utm, epsg: code, centralLon: 6*(code-32600) - 183}, nil
	case within(32701, 32760):
		return System{kind: utm, epsg: code, centralLon: 6*(code-32700) - 183, south: true}, nil
	case oldChinese(code):
		return System{}, fmt.Errorf("EPSG:%d (Xi'an 80 or Beijing 54) %w", code, ErrNeedsLocalParameters)
	}
	return System{}, fmt.Errorf("EPSG:%d is not supported: use 4326, 4490, 4491–4554, 3857, 326xx or 327xx", code)
}

// oldChinese reports the codes the EPSG register gives to Xi'an 80, Beijing 54 and New Beijing.
func oldChinese(code int) bool {
	for _, r := range [...][2]int{
		{2327, 2390}, {4610, 4610},
		{2401, 2442}, {4214, 4214}, {21413, 21423}, {21453, 21463}, {21473, 21483},
		{4555, 4555}, {4568, 4589}, {4652, 4656}, {4766, 4800}, {4812, 4812}, {4822, 4822},
	} {
		if r[0] <= code && code <= r[1] {
			return true
		}
	}
	return false
}

// String returns the name Parse reads: wgs84, cgcs2000, gcj02, bd09 or EPSG:n.
func (s System) String() string {
	switch {
	case s.kind == none:
		return "none"
	case s.kind == gcj02:
		return "gcj02"
	case s.kind == bd09:
		return "bd09"
	case s.epsg == 4326:
		return "wgs84"
	case s.epsg == 4490:
		return "cgcs2000"
	}
	return "EPSG:" + strconv.Itoa(s.epsg)
}

// EPSG returns the code in the EPSG register; GCJ-02 and BD-09 have none.
func (s System) EPSG() (code int, ok bool) { return s.epsg, s.epsg != 0 }

// Projected reports whether coordinates are metres rather than degrees.
func (s System) Projected() bool { return s.kind >= webMercator }

// Shifted reports whether the system is GCJ-02 or BD-09, whose way back to WGS-84 has no official definition.
func (s System) Shifted() bool { return s.kind == gcj02 || s.kind == bd09 }

// NorthFirst reports whether the register defines the axes latitude or northing first. UTM, 3857, GCJ-02 and BD-09 are east first.
func (s System) NorthFirst() bool { return s.kind == geographic || s.kind == gaussKruger }

// GaussKruger returns the CGCS2000 Gauss–Krüger system for a longitude: zones of 3° or 6°, with or without the zone number before
// the easting. Longitudes outside the registered zones (73.5–136.5° E for 3°, 72–138° E for 6°) are an error.
func GaussKruger(lon float64, zoneDegrees int, prefixed bool) (System, error) {
	var index, first, prefixedFirst int
	switch {
	case zoneDegrees == 3 && lon >= 73.5 && lon < 136.5:
		index, first, prefixedFirst = int((lon-73.5)/3), 4534, 4513
	case zoneDegrees == 6 && lon >= 72 && lon < 138:
		index, first, prefixedFirst = int((lon-72)/6), 4502, 4491
	default:
		return System{}, fmt.Errorf("no CGCS2000 Gauss–Krüger zone of %d° at longitude %g", zoneDegrees, lon)
	}
	if prefixed {
		first = prefixedFirst
	}
	return EPSG(first + index)
}
