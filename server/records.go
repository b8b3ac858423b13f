package server

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/server/locale"
	"lawcircle/server/problem"
)

// pointRecord is a service point as it is listed and edited; "" or null = not stated.
type pointRecord struct {
	ID           string   `json:"id,omitempty"`        // chosen by the server
	HostKind     string   `json:"host_kind,omitempty"` // follows from the host
	HostID       string   `json:"host_id"`
	Name         string   `json:"name"`
	Tier         string   `json:"tier"`
	Level        string   `json:"level"`
	Status       string   `json:"status"`
	Lon          *float64 `json:"lon"` // of the host when null
	Lat          *float64 `json:"lat"`
	Code         string   `json:"code"`
	PlannedOn    string   `json:"planned_on"`
	OpenedOn     string   `json:"opened_on"`
	AcceptedOn   string   `json:"accepted_on"`
	ClosedOn     string   `json:"closed_on"`
	AreaM2       *float64 `json:"area_m2"`
	StaffFull    *int     `json:"staff_full"`
	StaffPart    *int     `json:"staff_part"`
	Bilingual    *bool    `json:"bilingual"`
	Board        *bool    `json:"board"`
	BookCorner   *bool    `json:"book_corner"`
	StreetFront  *bool    `json:"street_front"`
	GroundFloor  *bool    `json:"ground_floor"`
	Accessible   *bool    `json:"accessible"`
	Dedicated    *bool    `json:"dedicated,omitempty"` // premises of its own for visitors
	OpeningHours string   `json:"opening_hours"`
}

// hostRecord is a host as it is listed and edited.
type hostRecord struct {
	ID        string   `json:"id,omitempty"`        // chosen by the server
	Candidate *bool    `json:"candidate,omitempty"` // no point stands or is planned in it; follows from the points
	Kind      string   `json:"kind"`
	Name      string   `json:"name"`
	Code      string   `json:"code"`
	Lon       float64  `json:"lon"`
	Lat       float64  `json:"lat"`
	Address   string   `json:"address"`
	Quality   string   `json:"quality"`
	Ready     *bool    `json:"ready"`
	SetUpCost *float64 `json:"set_up_cost"` // yuan
}

func toPointRecord(p coverage.ServicePoint, kind coverage.HostKind) pointRecord {
	return pointRecord{
		ID: p.ID, HostKind: string(kind), HostID: p.HostID, Name: p.Name, Tier: string(p.Tier), Level: string(p.Level), Status: string(p.Status),
		Lon: &p.Point[0], Lat: &p.Point[1], Code: p.Code, PlannedOn: string(p.PlannedOn), OpenedOn: string(p.OpenedOn),
		AcceptedOn: string(p.AcceptedOn), ClosedOn: string(p.ClosedOn), AreaM2: stated(p.AreaM2), StaffFull: p.StaffFull, StaffPart: p.StaffPart,
		Bilingual: p.Bilingual, Board: p.Board, BookCorner: p.BookCorner, StreetFront: p.StreetFront, GroundFloor: p.GroundFloor,
		Accessible: p.Accessible, Dedicated: p.Dedicated, OpeningHours: p.OpeningHours,
	}
}

func toHostRecord(h coverage.Host, candidate bool) hostRecord {
	return hostRecord{h.ID, &candidate, string(h.Kind), h.Name, h.Code, h.Point.Lon(), h.Point.Lat(), h.Address, h.Quality, h.Ready, stated(h.SetUpCost)}
}

func stated(x float64) *float64 {
	if x == 0 {
		return nil
	}
	return &x
}

func orZero(x *float64) float64 {
	if x == nil {
		return 0
	}
	return *x
}

// checker collects what is wrong with a record.
type checker struct{ faults []problem.Field }

func (k *checker) fault(field, zh, en string) {
	k.faults = append(k.faults, problem.Field{Name: field, Problem: locale.Text{Zh: zh, En: en}})
}

func (k *checker) err() error {
	if len(k.faults) == 0 {
		return nil
	}
	return problem.BadFields(k.faults)
}

const (
	maxName = 200
	maxText = 500
)

func (k *checker) text(field, value string, most int, required bool) {
	switch {
	case required && value == "":
		k.fault(field, "不能为空", "is required")
	case !utf8.ValidString(value) || utf8.RuneCountInString(value) > most:
		k.fault(field, fmt.Sprintf("最长 %d 个字", most), fmt.Sprintf("is longer than %d characters", most))
	}
}

func (k *checker) date(field, value string) coverage.Date {
	date, err := coverage.ParseDate(value)
	if err != nil {
		k.fault(field, "不是 2018、2018-12 或 2018-12-31 这样的日期", "is not a date like 2018, 2018-12 or 2018-12-31")
	}
	return date
}

func (k *checker) code(field, value string) {
	if value != "" && coverage.LevelOfCode(value) == coverage.LevelUnknown {
		k.fault(field, "区划代码要 12 位数字", "a code has 12 digits")
	}
}

func (k *checker) position(lon, lat float64) orb.Point {
	if !(math.Abs(lon) <= 180) || !(math.Abs(lat) <= 90) {
		k.fault("lon", "不是经度、纬度", "is not a longitude and latitude")
	}
	return orb.Point{lon, lat}
}

func (k *checker) number(field string, value *float64, most float64) float64 {
	if value != nil && !(*value >= 0 && *value <= most) {
		k.fault(field, fmt.Sprintf("要在 0 到 %g 之间", most), fmt.Sprintf("must be between 0 and %g", most))
	}
	return orZero(value)
}

func (k *checker) staff(field string, value *int) *int {
	if value != nil && (*value < 0 || *value > 10_000) {
		k.fault(field, "人数不合理", "is not a sensible number of staff")
	}
	return value
}

// coded checks a value of a vocabulary, "" being allowed where nothing needs to be stated.
func coded[C ~string](k *checker, field, value string, parse func(string) (C, error), required bool) C {
	if value == "" && !required {
		return ""
	}
	code, err := parse(value)
	if err != nil {
		k.fault(field, "没有这个代码", err.Error())
	}
	return code
}

// point checks the record and turns it into a service point of the county.
func (r pointRecord) point(county *coverage.County, id string) (coverage.ServicePoint, error) {
	k := &checker{}
	p := coverage.ServicePoint{
		ID: id, HostID: r.HostID, Name: r.Name, Code: r.Code, OpeningHours: r.OpeningHours, AreaM2: k.number("area_m2", r.AreaM2, 100_000),
		StaffFull: k.staff("staff_full", r.StaffFull), StaffPart: k.staff("staff_part", r.StaffPart), Bilingual: r.Bilingual, Board: r.Board,
		BookCorner: r.BookCorner, StreetFront: r.StreetFront, GroundFloor: r.GroundFloor, Accessible: r.Accessible, Dedicated: r.Dedicated,
		PlannedOn: k.date("planned_on", r.PlannedOn), OpenedOn: k.date("opened_on", r.OpenedOn), AcceptedOn: k.date("accepted_on", r.AcceptedOn),
		ClosedOn: k.date("closed_on", r.ClosedOn), Tier: coded(k, "tier", r.Tier, coverage.ParseTier, true),
		Level: coded(k, "level", r.Level, coverage.ParseServiceLevel, false), Status: coded(k, "status", r.Status, coverage.ParseStatus, true),
	}
	k.text("name", r.Name, maxName, true)
	k.code("code", r.Code)
	if err := coverage.CheckHours(r.OpeningHours); err != nil {
		k.fault("opening_hours", "开放时间要写成 Mo-Fr 10:00-18:00 这样", err.Error())
	}
	r.place(k, county, &p)
	return p, k.err()
}

// place finds where the point stands: where the record says, else in its host.
func (r pointRecord) place(k *checker, county *coverage.County, p *coverage.ServicePoint) {
	host, found := findHost(county, r.HostID)
	switch {
	case r.HostID != "" && !found:
		k.fault("host_id", "没有这个场所", "there is no such host")
	case r.HostID == "" && p.Tier != coverage.TierMobile:
		k.fault("host_id", "只有流动点可以没有依托场所", "only a mobile point may have no host")
	}
	switch {
	case r.Lon != nil && r.Lat != nil:
		p.Point = k.position(*r.Lon, *r.Lat)
	case (r.Lon == nil) != (r.Lat == nil) || !found:
		k.fault("lon", "经度和纬度要一起给", "longitude and latitude go together")
	default:
		p.Point = host.Point
	}
	if found && p.Code == "" {
		p.Code = host.Code
	}
}

func findHost(county *coverage.County, id string) (coverage.Host, bool) {
	for _, h := range county.Hosts {
		if h.ID == id {
			return h, true
		}
	}
	return coverage.Host{}, false
}

func findPoint(county *coverage.County, id string) (coverage.ServicePoint, bool) {
	for _, p := range county.Points {
		if p.ID == id {
			return p, true
		}
	}
	return coverage.ServicePoint{}, false
}

// host checks the record and turns it into a host; what the record does not carry is kept from the host before.
func (r hostRecord) host(before coverage.Host, id string) (coverage.Host, error) {
	k := &checker{}
	h := coverage.Host{
		ID: id, Kind: coded(k, "kind", r.Kind, coverage.ParseHostKind, true), Name: r.Name, Code: r.Code, Address: r.Address,
		Point: k.position(r.Lon, r.Lat), Quality: r.Quality, CoordSource: before.CoordSource, Ready: r.Ready,
		SetUpCost: k.number("set_up_cost", r.SetUpCost, 1e9),
	}
	k.text("name", r.Name, maxName, true)
	k.text("address", r.Address, maxText, false)
	k.text("quality", r.Quality, maxName, false)
	k.code("code", r.Code)
	return h, k.err()
}
