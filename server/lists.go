package server

import (
	"fmt"
	"net/http"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo/shape"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
	"lawcircle/server/query"
)

// unitAnswer is one unit of /api/v1/units; people and settlements are summed over the unit and everything below it.
type unitAnswer struct {
	Code        string      `json:"code"`
	Name        string      `json:"name"`
	NameEn      string      `json:"name_en"`
	NameUg      string      `json:"name_ug"`
	Level       int         `json:"level"`
	Kind        string      `json:"kind"`
	Parent      string      `json:"parent"`
	Statutory   bool        `json:"statutory"`
	People      *int64      `json:"people"` // null when not known for any of its settlements
	Settlements int         `json:"settlements"`
	Label       *[2]float64 `json:"label"` // lon, lat of a place inside the unit, for its name; null without a boundary
}

// settlementColumns is the answer of /api/v1/settlements: one entry per settlement in every list.
type settlementColumns struct {
	ID     []string            `json:"id"`
	Name   []string            `json:"name"`
	Code   []string            `json:"code"`
	Lon    []float64           `json:"lon"`
	Lat    []float64           `json:"lat"`
	People []*int64            `json:"people"`
	Groups map[string][]*int64 `json:"groups"` // by priority group, only groups known for some settlement
}

func (s *Server) layerRoutes() []route {
	routes := []route{
		{method: http.MethodGet, path: "/api/v1/units", answer: []unitAnswer{}, versioned: true, handle: s.units,
			summary: locale.Text{Zh: "行政单位列表", En: "Administrative units"}},
		{method: http.MethodGet, path: "/api/v1/settlements", answer: settlementColumns{}, versioned: true, handle: s.settlements,
			summary: locale.Text{Zh: "居民点（按列）", En: "Settlements, by column"}},
	}
	for _, file := range []struct{ name, id string }{
		{"units", layer.AdminUnits}, {"settlements", layer.Settlements}, {"hosts", layer.HostSites}, {"points", layer.ServicePoints},
	} {
		r := route{method: http.MethodGet, path: "/api/v1/" + file.name + ".geojson", media: "application/geo+json", versioned: true,
			summary: locale.Text{Zh: "图层 GeoJSON：" + file.name, En: "GeoJSON of " + file.name}}
		if file.id == layer.AdminUnits {
			r.params = query.Set{{Name: "level", Kind: query.Integer, Min: 1, Max: 5, Doc: locale.Text{Zh: "只要这一级", En: "this level only"}}}
		}
		r.handle = func(c *call) error { return s.layerFile(c, file.id) }
		routes = append(routes, r)
	}
	return append(routes, route{method: http.MethodGet, path: "/api/v1/roads.geojson", media: "application/geo+json", versioned: true, handle: s.roadsFile,
		params:  query.Set{{Name: "bbox", Kind: query.NumberList, MinItems: 4, MaxItems: 4, Doc: locale.Text{Zh: "只要此范围：西,南,东,北（度）", En: "this box only: west,south,east,north in degrees"}}},
		summary: locale.Text{Zh: "图层 GeoJSON：roads", En: "GeoJSON of roads"}})
}

// maxRoads bounds one answer with roads; a box asks for fewer.
const maxRoads = 200_000

// roadsFile streams the roads that touch a box, or all of them.
func (s *Server) roadsFile(c *call) error {
	if s.deps.Roads == nil {
		return problem.NotFound("图层", "layer", layer.Roads)
	}
	data, err := s.deps.Roads(c.ctx())
	if err != nil {
		return fmt.Errorf("loading the roads: %w", err)
	}
	roads := data.Roads
	if box := c.values.Numbers("bbox"); len(box) == 4 {
		if box[0] > box[2] || box[1] > box[3] {
			return problem.BadField("bbox", "西须小于东，南须小于北", "west must be less than east and south less than north")
		}
		bound := orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}
		roads = nil
		for _, r := range data.Roads {
			if r.Line.Bound().Intersects(bound) {
				roads = append(roads, r)
			}
		}
	}
	if len(roads) > maxRoads {
		return problem.BadField("bbox", fmt.Sprintf("范围内有 %d 条道路，最多 %d 条，请缩小", len(roads), maxRoads),
			fmt.Sprintf("%d roads are asked for, at most %d: give a smaller box", len(roads), maxRoads))
	}
	return sendFeatures(c, layer.OfRoads(roads))
}

func (s *Server) layerFile(c *call, id string) error {
	l, err := s.layerOf(c.snapshot, id)
	if err != nil {
		return err
	}
	if id == layer.AdminUnits {
		if level, ok := c.values.Integer("level"); ok {
			l = onlyLevel(l, int64(level))
		}
	}
	return sendFeatures(c, l)
}

func onlyLevel(l *layer.Layer, level int64) *layer.Layer {
	at, kept := l.Index("level"), *l
	kept.Features = nil
	for _, f := range l.Features {
		if f.Values[at] == level {
			kept.Features = append(kept.Features, f)
		}
	}
	return &kept
}

// sendFeatures streams a layer as GeoJSON.
func sendFeatures(c *call, l *layer.Layer) error {
	c.Response().Header().Set("Content-Type", "application/geo+json")
	return l.WriteFeatures(c.Response())
}

func (s *Server) units(c *call) error {
	county := c.snapshot.County
	sums, err := county.Judge(coverage.DefaultQuery(), coverage.Selection{}, make([]coverage.Time, len(county.Settlements)))
	if err != nil {
		return err
	}
	labels, err := s.labels.get(c.snapshot.Revision, func() ([]orb.Point, error) { return labelsOf(county), nil })
	if err != nil {
		return err
	}
	out := make([]unitAnswer, 0, len(county.Units))
	for i, area := range sums.Areas {
		u := area.Unit
		answer := unitAnswer{Code: u.Code, Name: u.Name, NameEn: u.NameEn, NameUg: u.NameUg, Level: int(u.Level), Kind: string(u.Kind),
			Parent: u.Parent, Statutory: u.Statutory, Settlements: area.Settlements}
		if len(u.Geometry) > 0 {
			answer.Label = (*[2]float64)(&labels[i])
		}
		if area.PeopleMissing < area.Settlements {
			people := area.People
			answer.People = &people
		}
		out = append(out, answer)
	}
	return c.ok(out)
}

// labelsOf finds a place inside every unit that has a boundary.
func labelsOf(county *coverage.County) []orb.Point {
	out := make([]orb.Point, len(county.Units))
	for i, u := range county.Units {
		if len(u.Geometry) == 0 {
			continue
		}
		point, err := shape.PointOnSurface(u.Geometry)
		if err != nil {
			point = u.Geometry.Bound().Center() // of a boundary that is no proper area
		}
		out[i] = point
	}
	return out
}

func (s *Server) settlements(c *call) error {
	list := c.snapshot.County.Settlements
	columns := settlementColumns{
		ID: []string{}, Name: []string{}, Code: []string{}, Lon: []float64{}, Lat: []float64{}, People: []*int64{}, Groups: map[string][]*int64{},
	}
	for i, place := range list {
		columns.ID = append(columns.ID, place.ID)
		columns.Name = append(columns.Name, place.Name)
		columns.Code = append(columns.Code, place.Code)
		columns.Lon = append(columns.Lon, place.Point.Lon())
		columns.Lat = append(columns.Lat, place.Point.Lat())
		columns.People = append(columns.People, knownCount(place.People))
		for group, n := range place.Groups {
			if columns.Groups[string(group)] == nil {
				columns.Groups[string(group)] = make([]*int64, len(list))
			}
			columns.Groups[string(group)][i] = &n
		}
	}
	return c.ok(columns)
}

func knownCount(p coverage.People) *int64 {
	if !p.Known {
		return nil
	}
	return &p.Count
}
