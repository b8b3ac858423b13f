package ogc

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"lawcircle/geo/crs"
)

// crs84 is the system of everything by default: WGS-84, longitude first.
const crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

const epsgPrefix = "http://www.opengis.net/def/crs/EPSG/0/"

// system is a coordinate system under its URI, with the order of axes that the URI stands for.
type system struct {
	uri        string
	crs        crs.System
	northFirst bool
}

func wgs84() system { return system{crs84, crs.WGS84(), false} }

// systemsFor lists the systems in which a collection is offered; the first is the one it is stored in. Gauss–Krüger is offered where the
// collection lies in one of its 3° zones.
func systemsFor(extent orb.Bound, located bool) []system {
	out := []system{wgs84()}
	systems := []crs.System{crs.WGS84(), crs.CGCS2000(), crs.WebMercator()}
	if located {
		if zone, err := crs.GaussKruger(extent.Center().Lon(), 3, false); err == nil {
			systems = append(systems, zone)
		}
	}
	for _, s := range systems {
		code, _ := s.EPSG() // all of these have one
		offered := system{epsgPrefix + strconv.Itoa(code), s, s.NorthFirst()}
		if _, err := offered.fromWGS84(extent.ToPolygon()); located && err != nil {
			continue // the collection reaches beyond the domain of this system
		}
		out = append(out, offered)
	}
	return out
}

// uris lists the URIs of systems.
func uris(systems []system) []string {
	out := make([]string, len(systems))
	for i, s := range systems {
		out[i] = s.uri
	}
	return out
}

// system finds one of the collection's systems by URI; the safe CURIE form [EPSG:4326] is understood too.
func (c *Collection) system(uri string) (system, bool) {
	if curie, ok := strings.CutPrefix(strings.TrimSuffix(uri, "]"), "[EPSG:"); ok {
		uri = epsgPrefix + curie
	}
	uri = strings.Replace(uri, "https://", "http://", 1)
	for _, s := range c.systems {
		if s.uri == uri {
			return s, true
		}
	}
	return system{}, false
}

// fromWGS84 converts longitude, latitude to the system in its own order of axes, rounded to 0.1 m in degrees and 0.01 m in metres.
func (s system) fromWGS84(g orb.Geometry) (orb.Geometry, error) {
	if g == nil || s.uri == crs84 {
		return g, nil
	}
	transform, err := crs.NewTransform(crs.WGS84(), s.crs)
	if err != nil {
		return nil, err
	}
	out, err := transform.Geometry(g)
	if err != nil {
		return nil, err
	}
	if s.crs.Projected() {
		out = orb.Round(out, 100)
	}
	if s.northFirst {
		out = project.Geometry(out, swap) // out is a copy already
	}
	return out, nil
}

// toWGS84 converts a geometry given in the system's own order of axes to longitude, latitude.
func (s system) toWGS84(g orb.Geometry) (orb.Geometry, error) {
	if s.uri == crs84 {
		return g, nil
	}
	if s.northFirst {
		g = project.Geometry(orb.Clone(g), swap)
	}
	transform, err := crs.NewTransform(s.crs, crs.WGS84())
	if err != nil {
		return nil, err
	}
	out, err := transform.Geometry(g)
	if err != nil {
		return nil, fmt.Errorf("in %s: %w", s.uri, err)
	}
	return out, nil
}

func swap(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }
