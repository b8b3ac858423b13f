package layer

import (
	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/server/locale"
)

// Ids of the layers that a county has.
const (
	AdminUnits    = "admin_units"
	Settlements   = "settlements"
	HostSites     = "host_sites"
	ServicePoints = "service_points"
)

// Of builds the layers of a county: administrative units, settlements, hosts and service points, in this order.
func Of(county *coverage.County) []*Layer {
	return []*Layer{unitsOf(county).Tidy(), settlementsOf(county).Tidy(), hostsOf(county).Tidy(), pointsOf(county).Tidy()}
}

func field(name string, kind Type, zh, en string) Field {
	return Field{Name: name, Type: kind, Title: locale.Text{Zh: zh, En: en}}
}

func coded(name, vocabulary, zh, en string) Field {
	f := field(name, String, zh, en)
	for _, term := range coverage.Vocabularies()[vocabulary] {
		f.Enum = append(f.Enum, term.Code)
	}
	return f
}

// text is nil for an empty string: nothing stated is null, not "".
func text[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

func count(p coverage.People) any {
	if !p.Known {
		return nil
	}
	return p.Count
}

func optional[V int | bool](value *V) any {
	if value == nil {
		return nil
	}
	switch v := any(*value).(type) {
	case int:
		return int64(v)
	default:
		return v
	}
}

func positive(x float64) any {
	if x == 0 {
		return nil
	}
	return x
}

func unitsOf(county *coverage.County) *Layer {
	l := &Layer{
		ID:    AdminUnits,
		Title: locale.Text{Zh: "行政区划", En: "Administrative units"},
		From:  "valid_from", Until: "valid_to",
		Description: locale.Text{Zh: "省、地、县、乡、村各级行政单位及其界线", En: "Units of every level with their boundaries"},
		Fields: []Field{
			field("code", String, "区划代码", "Code (12 digits)"), field("name", String, "名称", "Name"),
			field("name_en", String, "英文名称", "English name"), field("name_ug", String, "维吾尔文名称", "Uyghur name"),
			field("level", Integer, "级别（1 省 – 5 村）", "Level (1 province – 5 village)"),
			coded("kind", "unit_kind", "类别", "Kind"), field("parent", String, "上级代码", "Code of the unit above"),
			field("statutory", Boolean, "法定行政单位", "Statutory unit"), field("urban_rural", String, "城乡分类", "Urban–rural class"),
			field("valid_from", Date, "启用日期", "Valid from"), field("valid_to", Date, "停用日期", "Valid to"),
		},
	}
	for _, u := range county.Units {
		var shape orb.Geometry
		if len(u.Geometry) > 0 {
			shape = u.Geometry
		}
		l.Features = append(l.Features, Feature{ID: u.Code, Geometry: shape, Values: []any{
			u.Code, u.Name, text(u.NameEn), text(u.NameUg), int64(u.Level), text(u.Kind), text(u.Parent), u.Statutory,
			text(u.UrbanRural), text(u.ValidFrom), text(u.ValidTo),
		}, MinZoom: unitZoom(u.Level)})
	}
	return l
}

// unitZoom keeps small units out of tiles in which they would be specks.
func unitZoom(level coverage.UnitLevel) int {
	switch level {
	case coverage.LevelTownship:
		return 7
	case coverage.LevelVillage:
		return 10
	default:
		return 0
	}
}

func settlementsOf(county *coverage.County) *Layer {
	groups := coverage.Vocabularies()["group"]
	l := &Layer{
		ID:          Settlements,
		Title:       locale.Text{Zh: "居民点", En: "Settlements"},
		Description: locale.Text{Zh: "村、社区等有人居住的地方及其人口", En: "Places where people live, with their population"},
		Fields: []Field{
			field("name", String, "名称", "Name"), field("code", String, "所在单位代码", "Code of its unit"),
			field("people", Integer, "人口", "People"), field("people_source", String, "人口来源", "Source of the population"),
			field("people_year", Integer, "人口年份", "Year of the population"),
			field("urban_rural", String, "城乡分类", "Urban–rural class"), field("coord_quality", String, "坐标质量", "Quality of the coordinates"),
		},
	}
	for _, g := range groups {
		l.Fields = append(l.Fields, field("people_"+g.Code, Integer, g.Zh, g.En))
	}
	for _, s := range county.Settlements {
		var year any
		if s.PeopleYear != 0 {
			year = int64(s.PeopleYear)
		}
		values := []any{text(s.Name), text(s.Code), count(s.People), text(s.PeopleSource), year, text(s.UrbanRural), text(s.Quality)}
		for _, g := range groups {
			if n, known := s.Groups[coverage.Group(g.Code)]; known {
				values = append(values, n)
			} else {
				values = append(values, nil)
			}
		}
		l.Features = append(l.Features, Feature{ID: s.ID, Geometry: s.Point, Values: values})
	}
	return l
}

func hostsOf(county *coverage.County) *Layer {
	candidates := map[string]bool{}
	for _, h := range county.CandidateHosts() {
		candidates[h.ID] = true
	}
	l := &Layer{
		ID:          HostSites,
		Title:       locale.Text{Zh: "依托场所", En: "Host sites"},
		Description: locale.Text{Zh: "警务站、司法所、村委会等可以设点的场所和法律服务机构", En: "Premises where a service point stands or could stand"},
		Fields: []Field{
			field("name", String, "名称", "Name"), coded("kind", "host_kind", "类别", "Kind"),
			field("code", String, "所在单位代码", "Code of its unit"), field("address", String, "地址", "Address"),
			field("candidate", Boolean, "可以新设服务点", "No service point yet"), field("ready", Boolean, "条件成熟", "Ready"),
			{Name: "set_up_cost", Type: Number, Title: locale.Text{Zh: "设点费用", En: "Cost of setting up"}, Unit: "CNY"},
			field("coord_quality", String, "坐标质量", "Quality of the coordinates"),
		},
	}
	for _, h := range county.Hosts {
		candidate := candidates[h.ID] && !h.Kind.IsInstitution()
		l.Features = append(l.Features, Feature{ID: h.ID, Geometry: h.Point, Values: []any{
			h.Name, text(h.Kind), text(h.Code), text(h.Address), candidate, optional(h.Ready), positive(h.SetUpCost), text(h.Quality),
		}})
	}
	return l
}

func pointsOf(county *coverage.County) *Layer {
	kinds := map[string]coverage.HostKind{}
	for _, h := range county.Hosts {
		kinds[h.ID] = h.Kind
	}
	l := &Layer{
		ID:    ServicePoints,
		Title: locale.Text{Zh: "法律服务点", En: "Service points"},
		From:  "opened_on", Until: "closed_on",
		Description: locale.Text{Zh: "中心、工作站、工作室、警务站服务点和流动点", En: "Centres, stations, studios, police-post desks and mobile points"},
		Fields: []Field{
			field("name", String, "名称", "Name"), coded("tier", "tier", "层级", "Tier"), coded("level", "service_level", "服务级别", "Service level"),
			coded("status", "status", "状态", "Status"), field("host", String, "依托场所编号", "Id of its host"),
			coded("host_kind", "host_kind", "依托场所类别", "Kind of its host"), field("code", String, "所在单位代码", "Code of its unit"),
			field("planned_on", Date, "规划日期", "Planned on"), field("opened_on", Date, "挂牌日期", "Opened on"),
			field("accepted_on", Date, "验收日期", "Accepted on"), field("closed_on", Date, "停用日期", "Closed on"),
			{Name: "area", Type: Number, Title: locale.Text{Zh: "面积", En: "Floor area"}, Unit: "m2"},
			field("staff_full", Integer, "专职人数", "Full-time staff"), field("staff_part", Integer, "兼职人数", "Part-time staff"),
			field("bilingual", Boolean, "双语服务", "Bilingual"), field("board", Boolean, "公示牌", "Notice board"),
			field("book_corner", Boolean, "法律图书角", "Law book corner"), field("street_front", Boolean, "临街", "Street front"),
			field("ground_floor", Boolean, "一层", "Ground floor"), field("accessible", Boolean, "无障碍", "Step-free"), field("dedicated", Boolean, "专门接待场所", "Premises of its own"),
			field("opening_hours", String, "开放时间", "Opening hours"),
		},
	}
	for _, p := range county.Points {
		l.Features = append(l.Features, Feature{ID: p.ID, Geometry: p.Point, Values: []any{
			p.Name, text(p.Tier), text(p.Level), text(p.Status), text(p.HostID), text(kinds[p.HostID]), text(p.Code),
			text(p.PlannedOn), text(p.OpenedOn), text(p.AcceptedOn), text(p.ClosedOn), positive(p.AreaM2),
			optional(p.StaffFull), optional(p.StaffPart), optional(p.Bilingual), optional(p.Board), optional(p.BookCorner),
			optional(p.StreetFront), optional(p.GroundFloor), optional(p.Accessible), optional(p.Dedicated), text(p.OpeningHours),
		}})
	}
	return l
}
