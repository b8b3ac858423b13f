package crs

import "math"

// ellipsoid is an ellipsoid of revolution: equatorial radius in metres and flattening.
type ellipsoid struct{ a, f float64 }

func wgs84Ellipsoid() ellipsoid    { return ellipsoid{6378137, 1 / 298.257223563} }
func cgcs2000Ellipsoid() ellipsoid { return ellipsoid{6378137, 1 / 298.257222101} }

// transverseMercator is the Krüger series of order 6 in the third flattening, as given by Karney, "Transverse Mercator with an
// accuracy of a few nanometers", Journal of Geodesy 85 (2011), equations 7-11, 14, 15, 35, 36. Its error is below a micrometre
// within 3000 km of the central meridian.
type transverseMercator struct {
	e, radius           float64 // eccentricity; rectifying radius times scale, metres
	alpha, beta         [6]float64
	centralLon          float64 // degrees
	eastFalse, norFalse float64 // metres
}

func newTransverseMercator(shape ellipsoid, centralLon, scale, eastFalse, norFalse float64) transverseMercator {
	n := shape.f / (2 - shape.f)
	n2, n3 := n*n, n*n*n
	n4, n5, n6 := n2*n2, n2*n3, n3*n3
	return transverseMercator{
		e:          math.Sqrt(shape.f * (2 - shape.f)),
		radius:     scale * shape.a / (1 + n) * (1 + n2/4 + n4/64 + n6/256),
		centralLon: centralLon, eastFalse: eastFalse, norFalse: norFalse,
		alpha: [6]float64{
			n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180 - 127*n5/288 + 7891*n6/37800,
			13*n2/48 - 3*n3/5 + 557*n4/1440 + 281*n5/630 - 1983433*n6/1935360,
			61*n3/240 - 103*n4/140 + 15061*n5/26880 + 167603*n6/181440,
			49561*n4/161280 - 179*n5/168 + 6601661*n6/7257600,
			34729*n5/80640 - 3418889*n6/1995840,
			212378941 * n6 / 319334400,
		},
		beta: [6]float64{
			n/2 - 2*n2/3 + 37*n3/96 - n4/360 - 81*n5/512 + 96199*n6/604800,
			n2/48 + n3/15 - 437*n4/1440 + 46*n5/105 - 1118711*n6/3870720,
			17*n3/480 - 37*n4/840 - 209*n5/4480 + 5569*n6/90720,
			4397*n4/161280 - 11*n5/504 - 830251*n6/7257600,
			4583*n5/161280 - 108847*n6/3991680,
			20648693 * n6 / 638668800,
		},
	}
}

// project turns degrees into easting and northing in metres.
func (t *transverseMercator) project(lon, lat float64) (east, north float64) {
	lambda := radians(lon - t.centralLon)
	tau := t.conformal(math.Tan(radians(lat)))
	sin, cos := math.Sincos(lambda)
	xi0, eta0 := math.Atan2(tau, cos), math.Asinh(sin/math.Hypot(tau, cos))
	xi, eta := xi0, eta0
	for j, a := range t.alpha {
		k := 2 * float64(j+1)
		xi += a * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta += a * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	return t.eastFalse + t.radius*eta, t.norFalse + t.radius*xi
}

// unproject turns easting and northing in metres into degrees.
func (t *transverseMercator) unproject(east, north float64) (lon, lat float64) {
	xi, eta := (north-t.norFalse)/t.radius, (east-t.eastFalse)/t.radius
	xi0, eta0 := xi, eta
	for j, b := range t.beta {
		k := 2 * float64(j+1)
		xi0 -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		eta0 -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	sin, cos := math.Sincos(xi0)
	sinh := math.Sinh(eta0)
	tau := t.geodetic(sin / math.Hypot(sinh, cos))
	return t.centralLon + degrees(math.Atan2(sinh, cos)), degrees(math.Atan(tau))
}

// conformal maps the tangent of the geodetic latitude to that of the conformal latitude (Karney 2011, equations 7-9).
func (t *transverseMercator) conformal(tau float64) float64 {
	sec := math.Hypot(1, tau)
	sigma := math.Sinh(t.e * math.Atanh(t.e*tau/sec))
	return tau*math.Hypot(1, sigma) - sigma*sec
}

// geodetic inverts conformal by Newton's method (Karney 2011, equations 19-21); three steps reach the last bit of float64.
func (t *transverseMercator) geodetic(target float64) float64 {
	tau := target / (1 - t.e*t.e)
	for range 5 {
		now := t.conformal(tau)
		step := (target - now) / math.Hypot(1, now) *
			(1 + (1-t.e*t.e)*tau*tau) / ((1 - t.e*t.e) * math.Hypot(1, tau))
		tau += step
		if math.Abs(step) < 1e-14*math.Max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }
func degrees(radians float64) float64 { return radians * 180 / math.Pi }
