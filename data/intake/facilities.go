package intake

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
	"lawcircle/geo"
)

// Facilities reads hosts and the service points standing in them. A row makes a service point when it states tier, service level,
// status, dates or staff, when its kind is an institution, or when it has no kind at all; premises of the other kinds, and of kinds that
// are not in the vocabulary, are hosts without a point, that is, candidates, unless they state any of it. Time and memory are proportional to the rows.
func Facilities(ctx context.Context, src Source, options Options, existing *coverage.County, references CRSReference) (*Batch, error) {
	im, err := newImporter(ctx, verbFacilities, src, options, project{existing, references})
	if err != nil {
		return nil, err
	}
	defer im.table.release()
	defaults, err := parseKind(options.Kind)
	if err != nil {
		return nil, err
	}
	if err := im.eachLine(ctx, func(l *line) { im.facility(l, defaults) }); err != nil {
		return nil, err
	}
	return im.finish(existing)
}

func (im *importer) facility(l *line, defaults premises) {
	kind, hasKind := l.premises(defaults)
	strange := l.strangeKind()
	p, problem, placed := l.place()
	host, known := l.leansOn(kind, p, placed)
	if !placed && known {
		p, placed = host.Point, true
	}
	if !placed && kind.tier != coverage.TierMobile {
		l.refuse(fieldLon, problem[0], problem[1])
		return
	}
	if !known {
		im.describeHost(l, &host, p, placed)
	}
	point, stated := l.servicePoint(&host, kind.tier)
	l.remarkKind(strange, stated)
	id, fresh := im.claimPlace(l, l.facilityKey(&host), p, placed)
	if !fresh {
		return
	}
	if !known && l.text(fieldHost) == "" {
		host.ID = id
	}
	point.ID = id
	if point.Tier != coverage.TierMobile {
		point.HostID = host.ID
	}
	if name := l.public(fieldName); name != "" {
		point.Name = name
	}
	im.keepHost(&host)
	l.keepPoint(&point)
	l.restrict("hosts", host.ID)
	if _, met := im.hostsMet[host.ID]; !met && !known && point.Tier != coverage.TierMobile {
		im.hostsMet[host.ID] = host.Point
		im.batch.Hosts = append(im.batch.Hosts, host)
	}
	if stated || !hasKind || kind.host.IsInstitution() {
		im.batch.Points = append(im.batch.Points, point)
		im.batch.Offers = append(im.batch.Offers, l.offers(point.ID)...)
	}
}

// describeHost fills a host from the row.
func (im *importer) describeHost(l *line, host *coverage.Host, p orb.Point, placed bool) {
	host.Address, host.Ready, host.CoordSource = l.public(fieldAddress), l.yes(fieldReady), im.system.String()
	host.Point, host.Code = p, l.unit(p, placed)
	if placed {
		host.Quality = l.judgePlace(p, host.Code)
	}
	if cost, ok := l.amount(fieldSetUpCost); ok {
		host.SetUpCost = cost
	}
	if l.text(fieldHost) != "" {
		host.ID = im.hostKey(host)
	}
}

// hostKey is the stable key of premises that a row leans on. Premises of one name that lie apart are two.
func (im *importer) hostKey(host *coverage.Host) string {
	key := stableHostID(host)
	if first, met := im.hostsMet[key]; met && geo.Distance(first, host.Point) > sameHostMetres {
		return stableID("n", key, fmt.Sprintf("%.5f,%.5f", host.Point[0], host.Point[1]))
	}
	return key
}

// leansOn returns the host of a row. A row that names the premises its point leans on (依托) stands in them: known is true when the
// project has the premises already, by id or by a name that only one of them bears nearby. Otherwise the row describes its host itself.
func (l *line) leansOn(kind premises, p orb.Point, placed bool) (host coverage.Host, known bool) {
	name := l.public(fieldHost)
	if name == "" {
		host = coverage.Host{Kind: kind.host, Name: l.public(fieldName)}
	} else {
		if found, ok := l.existing.host(name, p, placed); ok {
			return *found, true
		}
		host = coverage.Host{Kind: kind.host, Name: name}
		if found, ok := premisesByWord(strings.ToLower(name)); ok && found.host != "" {
			host.Kind = found.host
		}
	}
	if host.Kind == "" {
		host.Kind = coverage.HostOther
	}
	return host, false
}

// premises finds what kind of place a row is: its own column, else the flag, else its name. A kind that is not in the vocabulary is
// another kind of premises, whatever the flag says. known is false for a plain list.
func (l *line) premises(defaults premises) (found premises, known bool) {
	if text := l.text(fieldKind); text != "" {
		if found := l.kindOf(text); found.known {
			return found.premises, true
		}
		return premises{host: coverage.HostOther}, true
	}
	if defaults != (premises{}) {
		return defaults, true
	}
	if found, ok := premisesByWord(l.cell(fieldName)); ok && hasHan(l.cell(fieldName)) {
		l.repair(fieldKind, pair("没有写明类型", "no kind is stated"), pair("由名称判断", "told by the name"))
		return found, true
	}
	return premises{}, false
}

// strangeKind returns the kind that a row states when it is not in the vocabulary, else "".
func (l *line) strangeKind() string {
	if text := l.text(fieldKind); text != "" && !l.kindOf(text).known {
		return text
	}
	return ""
}

// remarkKind says what became of a row whose kind is not in the vocabulary.
func (l *line) remarkKind(strange string, stated bool) {
	if strange == "" {
		return
	}
	done := pair("作为候选场所，不计为服务点", "taken as a candidate, not as a service point")
	if stated {
		done = pair("按“其他”场所中的服务点处理", "taken as a service point in premises of another kind")
	}
	l.repair(fieldKind, pair("类型“%s”不在词表中", "kind %q is not in the vocabulary", strange), done)
	l.kindsUnknown++
}

// servicePoint reads what a row says about the point. stated is false when it says nothing of it.
func (l *line) servicePoint(host *coverage.Host, tier coverage.Tier) (point coverage.ServicePoint, stated bool) {
	point = coverage.ServicePoint{
		ID: host.ID, HostID: host.ID, Name: host.Name, Tier: tier, Point: host.Point, Code: host.Code,
		PlannedOn: l.date(fieldPlannedOn), OpenedOn: l.date(fieldOpenedOn), AcceptedOn: l.date(fieldAcceptedOn), ClosedOn: l.date(fieldClosedOn),
		StaffFull: l.count(fieldStaffFull), StaffPart: l.count(fieldStaffPart),
		Bilingual: l.yes(fieldBilingual), Board: l.yes(fieldBoard), BookCorner: l.yes(fieldBookCorner), StreetFront: l.yes(fieldStreetFront),
		GroundFloor: l.yes(fieldGroundFloor), Accessible: l.yes(fieldAccessible), Dedicated: l.yes(fieldDedicated), OpeningHours: l.openingHours(),
	}
	stated = tier != ""
	if text := l.text(fieldTier); text != "" {
		if tier, ok := l.tier(text); ok {
			point.Tier, stated = tier, true
		}
	}
	if point.Tier == "" {
		point.Tier = coverage.TierOther
	}
	if point.Tier == coverage.TierMobile {
		point.HostID = ""
	}
	l.staff(&point)
	if area, ok := l.amount(fieldArea); ok {
		point.AreaM2 = area
	}
	if text := l.text(fieldServiceLevel); text != "" {
		point.Level = l.serviceLevel(text)
		stated = stated || point.Level != ""
	}
	var hasStatus bool
	point.Status, hasStatus = l.status(&point)
	return point, stated || hasStatus || isDated(&point) || point.StaffFull != nil || point.StaffPart != nil
}

func isDated(point *coverage.ServicePoint) bool {
	return point.PlannedOn != "" || point.OpenedOn != "" || point.AcceptedOn != "" || point.ClosedOn != ""
}

// staff splits a single column such as "3(专职2,兼职1)" only when it is a plain number: that is the full-time staff.
func (l *line) staff(point *coverage.ServicePoint) {
	if total := l.count(fieldStaff); total != nil && point.StaffFull == nil {
		full := *total
		if point.StaffPart != nil {
			full = max(0, full-*point.StaffPart)
		}
		point.StaffFull = &full
	}
}

func (l *line) count(field Field) *int {
	value, ok := l.amount(field)
	if !ok || value > 1e6 {
		return nil
	}
	whole := int(math.Round(value))
	return &whole
}

// leaveOut remarks a text that is not in its vocabulary: the value is not taken.
func (l *line) leaveOut(field Field, problem [2]string) {
	l.repair(field, problem, pair("按未填处理", "taken as not stated"))
	l.untaken = append(l.untaken, field)
}

// tier reads a tier; ok is false when the text is none.
func (l *line) tier(text string) (tier coverage.Tier, ok bool) {
	if tier, err := coverage.ParseTier(text); err == nil {
		return tier, true
	}
	if found, ok := premisesByWord(text); ok && found.tier != "" {
		return found.tier, true
	}
	for _, term := range coverage.Vocabularies()["tier"] {
		if strings.Contains(text, term.Zh) {
			return coverage.Tier(term.Code), true
		}
	}
	l.leaveOut(fieldTier, pair("层级“%s”不在词表中", "tier %q is not in the vocabulary", text))
	return "", false
}

func (l *line) serviceLevel(text string) coverage.ServiceLevel {
	if level, err := coverage.ParseServiceLevel(text); err == nil {
		return level
	}
	for _, known := range []struct {
		word  string
		level coverage.ServiceLevel
	}{{"常驻", coverage.LevelResident}, {"值守", coverage.LevelDuty}, {"公示", coverage.LevelBoard}} {
		if strings.Contains(text, known.word) {
			return known.level
		}
	}
	l.leaveOut(fieldServiceLevel, pair("“%s”不在词表中", "%q is not in the vocabulary", text))
	return ""
}

// status reads the state of a point; stated is false when the row says nothing, in which case the dates speak, and a point of a plain
// list is built.
func (l *line) status(point *coverage.ServicePoint) (status coverage.Status, stated bool) {
	text := fold(l.cell(fieldStatus))
	if status, ok := parseStatus(text); ok {
		return status, true
	}
	if !isMissing(text) {
		l.leaveOut(fieldStatus, pair("状态“%s”不在词表中", "status %q is not in the vocabulary", text))
	}
	switch {
	case point.ClosedOn != "":
		return coverage.StatusClosed, false
	case point.OpenedOn != "" || point.AcceptedOn != "":
		return coverage.StatusBuilt, false
	case point.PlannedOn != "":
		return coverage.StatusPlanned, false
	}
	return coverage.StatusBuilt, false
}

func parseStatus(text string) (coverage.Status, bool) {
	if status, err := coverage.ParseStatus(text); err == nil {
		return status, true
	}
	switch text {
	case "在建中", "建设中", "正在建设", "施工中":
		return coverage.StatusBuilding, true
	case "拟建", "计划", "计划建设", "待建", "规划中", "未建成", "未建", "筹建":
		return coverage.StatusPlanned, true
	case "已建成", "已建", "运行", "运行中", "正常", "已挂牌", "已验收", "启用", "在用":
		return coverage.StatusBuilt, true
	case "暂停服务", "停业":
		return coverage.StatusSuspended, true
	case "撤销", "已撤销", "关闭", "已关闭", "已停用":
		return coverage.StatusClosed, true
	}
	if built, ok := parseFlag(text); ok {
		if built {
			return coverage.StatusBuilt, true
		}
		return coverage.StatusPlanned, true
	}
	return "", false
}

// facilityKey is the stable key: the file's own, else one made of kind, unit and name, else of kind and place. A point that leans on
// other premises has a key of its own.
func (l *line) facilityKey(host *coverage.Host) string {
	if id := l.text(fieldID); id != "" {
		return id
	}
	if l.text(fieldHost) != "" {
		return stableID("p", host.ID, normalUnitName(l.text(fieldName)))
	}
	return stableHostID(host)
}

func stableHostID(host *coverage.Host) string {
	if host.Name == "" {
		return stableID("h", string(host.Kind), fmt.Sprintf("%.6f,%.6f", host.Point[0], host.Point[1]))
	}
	within := host.Code
	if coverage.LevelOfCode(within) > coverage.LevelTownship {
		within = coverage.ParentCode(within)
	}
	return stableID("h", string(host.Kind), within, normalUnitName(host.Name))
}

// offers reads the services a point offers, separated by any of the usual marks.
func (l *line) offers(pointID string) []coverage.Offer {
	text := l.value(fieldServices)
	if text == "" {
		return nil
	}
	mode := coverage.ModeOnSite
	if m, err := coverage.ParseMode(l.value(fieldMode)); err == nil {
		mode = m
	}
	var offers []coverage.Offer
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、,;|/ ", r) }) {
		service, err := coverage.ParseService(part)
		if err != nil {
			l.flag(fieldServices, "服务“"+part+"”不在词表中，未导入", "service "+part+" is not in the vocabulary and was left out")
			continue
		}
		offer := coverage.Offer{PointID: pointID, Service: service, Mode: mode}
		if !slices.Contains(offers, offer) {
			offers = append(offers, offer)
		}
	}
	return offers
}
