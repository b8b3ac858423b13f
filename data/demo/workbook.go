package demo

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
	"github.com/xuri/excelize/v2"

	"lawcircle/coverage"
	"lawcircle/geo/crs"
)

// facilityRow is one row of the table of facilities: a host, and the point that stands in it, if any.
type facilityRow struct {
	host              coverage.Host
	point             *coverage.ServicePoint // nil for a candidate
	services          []coverage.Service
	township, village string
	place             orb.Point // GCJ-02, as mobile maps give it
}

// column is a column of the table of facilities. An empty cell is nil.
type column struct {
	header string
	cell   func(facilityRow) any
}

// ofPoint makes a column that is empty for candidates.
func ofPoint(header string, cell func(*coverage.ServicePoint) any) column {
	return column{header, func(r facilityRow) any {
		if r.point == nil {
			return nil
		}
		return cell(r.point)
	}}
}

func facilityColumns() []column {
	return append([]column{
		{"编号", func(r facilityRow) any { return r.host.ID }},
		{"名称", func(r facilityRow) any { return r.host.Name }},
		{"类型", func(r facilityRow) any { return kindCell(r) }},
		{"乡镇", func(r facilityRow) any { return text(r.township) }},
		{"村", func(r facilityRow) any { return text(r.village) }},
		{"统计用区划代码", func(r facilityRow) any { return r.host.Code }},
		{"经度", func(r facilityRow) any { return round(r.place.Lon(), 7) }},
		{"纬度", func(r facilityRow) any { return round(r.place.Lat(), 7) }},
		{"地址", func(r facilityRow) any { return text(r.host.Address) }},
		{"条件成熟", func(r facilityRow) any { return yesNo(r.host.Ready) }},
		{"建设费用", func(r facilityRow) any { return number(r.host.SetUpCost) }},
		{"服务事项", func(r facilityRow) any { return servicesCell(r.services) }},
	}, pointColumns()...)
}

func pointColumns() []column {
	return []column{
		ofPoint("层级", func(p *coverage.ServicePoint) any { return p.Tier.Zh() }),
		ofPoint("服务方式", func(p *coverage.ServicePoint) any { return text(p.Level.Zh()) }),
		ofPoint("状态", func(p *coverage.ServicePoint) any { return p.Status.Zh() }),
		ofPoint("计划时间", func(p *coverage.ServicePoint) any { return text(string(p.PlannedOn)) }),
		ofPoint("挂牌时间", func(p *coverage.ServicePoint) any { return text(string(p.OpenedOn)) }),
		ofPoint("验收时间", func(p *coverage.ServicePoint) any { return text(string(p.AcceptedOn)) }),
		ofPoint("停用时间", func(p *coverage.ServicePoint) any { return text(string(p.ClosedOn)) }),
		ofPoint("面积", func(p *coverage.ServicePoint) any { return number(p.AreaM2) }),
		ofPoint("专职人员", func(p *coverage.ServicePoint) any { return count(p.StaffFull) }),
		ofPoint("兼职人员", func(p *coverage.ServicePoint) any { return count(p.StaffPart) }),
		ofPoint("双语服务", func(p *coverage.ServicePoint) any { return yesNo(p.Bilingual) }),
		ofPoint("公示牌", func(p *coverage.ServicePoint) any { return yesNo(p.Board) }),
		ofPoint("法律图书角", func(p *coverage.ServicePoint) any { return yesNo(p.BookCorner) }),
		ofPoint("临街", func(p *coverage.ServicePoint) any { return yesNo(p.StreetFront) }),
		ofPoint("一层", func(p *coverage.ServicePoint) any { return yesNo(p.GroundFloor) }),
		ofPoint("无障碍", func(p *coverage.ServicePoint) any { return yesNo(p.Accessible) }),
		ofPoint("专门接待场所", func(p *coverage.ServicePoint) any { return yesNo(p.Dedicated) }),
		ofPoint("开放时间", func(p *coverage.ServicePoint) any { return text(p.OpeningHours) }),
	}
}

// kindCell names the premises; a mobile point has none and is named by its tier.
func kindCell(r facilityRow) any {
	if r.host.Kind == "" {
		return r.point.Tier.Zh()
	}
	return r.host.Kind.Zh()
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func number(value float64) any {
	if value == 0 {
		return nil
	}
	return value
}

func count(value *int) any {
	if value == nil {
		return nil
	}
	return *value
}

func yesNo(value *bool) any {
	switch {
	case value == nil:
		return nil
	case *value:
		return "是"
	default:
		return "否"
	}
}

func servicesCell(services []coverage.Service) any {
	names := make([]string, len(services))
	for i, s := range services {
		names[i] = s.Zh()
	}
	return text(strings.Join(names, "、"))
}

// facilityRows lists the hosts with their points, then the mobile points.
func (d *Demo) facilityRows() ([]facilityRow, error) {
	shift, err := crs.NewTransform(crs.WGS84(), crs.GCJ02())
	if err != nil {
		return nil, fmt.Errorf("preparing GCJ-02 coordinates: %w", err)
	}
	names := d.unitNames()
	standing, mobile := d.pointsByHost()
	rows := make([]facilityRow, 0, len(d.County.Hosts)+len(mobile))
	for _, h := range d.County.Hosts {
		r := facilityRow{host: h}
		if p, ok := standing[h.ID]; ok {
			r.point = &p
		}
		rows = append(rows, r)
	}
	for _, p := range mobile {
		rows = append(rows, facilityRow{host: coverage.Host{ID: p.ID, Name: p.Name, Code: p.Code, Point: p.Point}, point: &p})
	}
	for i := range rows {
		r := &rows[i]
		r.services = d.onSite(r.host.ID)
		if coverage.LevelOfCode(r.host.Code) == coverage.LevelVillage {
			r.township, r.village = names[coverage.ParentCode(r.host.Code)], names[r.host.Code]
		}
		if r.place, err = shift(r.host.Point); err != nil {
			return nil, fmt.Errorf("shifting %s to GCJ-02: %w", r.host.ID, err)
		}
	}
	return rows, nil
}

const facilitySheet = "服务设施一览表"

// facilitiesFile makes the workbook: a title over the headers, as offices write them, then one row per host.
func (d *Demo) facilitiesFile() ([]byte, error) {
	rows, err := d.facilityRows()
	if err != nil {
		return nil, err
	}
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // a book in memory has nothing left to lose
	if err := book.SetSheetName("Sheet1", facilitySheet); err != nil {
		return nil, fmt.Errorf("naming the sheet: %w", err)
	}
	sheet, err := book.NewStreamWriter(facilitySheet)
	if err != nil {
		return nil, fmt.Errorf("starting the sheet: %w", err)
	}
	columns := facilityColumns()
	headers := make([]any, len(columns))
	for i, c := range columns {
		headers[i] = c.header
	}
	lines := [][]any{{"示范县公共法律服务设施一览表" + label + " 坐标系：GCJ-02"}, headers}
	for _, r := range rows {
		cells := make([]any, len(columns))
		for i, c := range columns {
			cells[i] = c.cell(r)
		}
		lines = append(lines, cells)
	}
	for i, cells := range lines {
		if err := sheet.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return nil, fmt.Errorf("writing row %d: %w", i+1, err)
		}
	}
	if err := sheet.Flush(); err != nil {
		return nil, fmt.Errorf("finishing the sheet: %w", err)
	}
	file, err := book.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("packing the workbook: %w", err)
	}
	return file.Bytes(), nil
}
