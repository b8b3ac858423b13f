package export

import (
	"fmt"

	"lawcircle/geo/crs"
)

const (
	wgs84WKT = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	chinaWKT = `GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
)

// wktOf describes a system as ESRI's well-known text, which a .prj holds and every GIS program reads; ok is false for GCJ-02 and BD-09, which
// no register knows. Zones of CGCS2000 are those of EPSG 4491–4554, in metres, easting first.
func wktOf(system crs.System) (text string, ok bool) {
	code, known := system.EPSG()
	if !known {
		return "", false
	}
	kruger := func(name string, meridian, falseEasting int) (string, bool) {
		return transverse("CGCS2000_"+name, chinaWKT, falseEasting, 0, meridian, "1.0"), true
	}
	switch {
	case code == 4326:
		return wgs84WKT, true
	case code == 4490:
		return chinaWKT, true
	case code == 3857:
		return `PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",` + wgs84WKT + `,PROJECTION["Mercator_Auxiliary_Sphere"],PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",0.0],PARAMETER["Standard_Parallel_1",0.0],PARAMETER["Auxiliary_Sphere_Type",0.0],UNIT["Meter",1.0]]`, true
	case code >= 4491 && code <= 4501:
		zone := code - 4491 + 13
		return kruger(fmt.Sprintf("GK_Zone_%d", zone), 6*zone-3, zone*1_000_000+500_000)
	case code >= 4502 && code <= 4512:
		meridian := 75 + 6*(code-4502)
		return kruger(fmt.Sprintf("GK_CM_%dE", meridian), meridian, 500_000)
	case code >= 4513 && code <= 4533:
		zone := code - 4513 + 25
		return kruger(fmt.Sprintf("3_Degree_GK_Zone_%d", zone), 3*zone, zone*1_000_000+500_000)
	case code >= 4534 && code <= 4554:
		meridian := 75 + 3*(code-4534)
		return kruger(fmt.Sprintf("3_Degree_GK_CM_%dE", meridian), meridian, 500_000)
	case code > 32600 && code <= 32660:
		return transverse(fmt.Sprintf("WGS_1984_UTM_Zone_%dN", code-32600), wgs84WKT, 500_000, 0, 6*(code-32600)-183, "0.9996"), true
	case code > 32700 && code <= 32760:
		return transverse(fmt.Sprintf("WGS_1984_UTM_Zone_%dS", code-32700), wgs84WKT, 500_000, 10_000_000, 6*(code-32700)-183, "0.9996"), true
	}
	return "", false
}

func transverse(name, geographic string, falseEasting, falseNorthing, meridian int, scale string) string {
	projection := "Gauss_Kruger"
	if scale != "1.0" {
		projection = "Transverse_Mercator"
	}
	return fmt.Sprintf(`PROJCS["%s",%s,PROJECTION["%s"],PARAMETER["False_Easting",%d.0],PARAMETER["False_Northing",%d.0],PARAMETER["Central_Meridian",%d.0],PARAMETER["Scale_Factor",%s],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]`,
		name, geographic, projection, falseEasting, falseNorthing, meridian, scale)
}
