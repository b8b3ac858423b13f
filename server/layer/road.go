package layer

import (
	"strconv"

	"github.com/paulmach/orb"

	"lawcircle/server/locale"
)

// Road is one way of the road data as a map shows it.
type Road struct {
	WayID   int64
	Highway string // value of the OpenStreetMap tag highway, or "ferry", "platform"; "" = no road
	Wall    string // of what is no road but stops who walks: "water", "rail" or "barrier"
	Name    string
	Line    orb.LineString // WGS-84
}

// Roads is the id of the layer of roads.
const Roads = "roads"

// OfRoads builds the layer of roads in the order given, small classes only in large-scale tiles.
func OfRoads(roads []Road) *Layer {
	l := &Layer{
		ID:          Roads,
		Title:       locale.Text{Zh: "道路与阻隔", En: "Roads and walls"},
		Description: locale.Text{Zh: "导入的道路；等级为空的是步行不能穿越的河流、铁路等", En: "Roads as imported; those without a class are rivers, railways and other walls to who walks"},
		Fields:      []Field{field("highway", String, "等级", "Class"), field("wall", String, "阻隔", "Wall"), field("name", String, "名称", "Name")},
		Features:    make([]Feature, 0, len(roads)),
	}
	for _, r := range roads {
		l.Features = append(l.Features, Feature{
			ID: strconv.FormatInt(r.WayID, 10), Geometry: r.Line, Values: []any{text(r.Highway), text(r.Wall), text(r.Name)}, MinZoom: roadZoom(r),
		})
	}
	return l
}

// roadZoom is the smallest zoom at which a class of road, a river or a railway is drawn.
func roadZoom(r Road) int {
	if r.Wall != "" {
		return 8
	}
	switch r.Highway {
	case "motorway", "trunk":
		return 4
	case "primary":
		return 6
	case "secondary", "motorway_link", "trunk_link":
		return 8
	case "tertiary", "primary_link", "secondary_link":
		return 9
	case "unclassified", "residential", "tertiary_link", "road":
		return 11
	case "living_street", "service", "track", "pedestrian":
		return 12
	default:
		return 13
	}
}
