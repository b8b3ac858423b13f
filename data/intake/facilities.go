package intake

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"lawcircle/coverage"
)

// Facilities reads hosts and the service points standing in them. A row makes a service point when it states tier, service level,
// status, dates or staff, when its kind is an institution, or when it has no kind at all; premises of the other kinds without any such
// statement are hosts without a point, that is, candidates. Time and memory are proportional to the rows.
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

// A premises is what a text says about host and point.
type premises struct {
	host coverage.HostKind
	tier coverage.Tier
}

// parseKind reads a host kind or a tier; "" is neither.
func parseKind(text string) (premises, error) {
	if text == "" {
		return premises{}, nil
	}
	if found, ok := premisesOf(text); ok {
		return found, nil
	}
	_, hostErr := coverage.ParseHostKind(text)
	_, tierErr := coverage.ParseTier(text)
	return premises{}, faultf("没有类型“%s”：%s；%s", "there is no kind %q: %s; %s", text, hostErr.Error(), tierErr.Error())
}

// premisesOf recognises a kind by its code, its name or the words offices use for it.
func premisesOf(text string) (premises, bool) {
	if kind, err := coverage.ParseHostKind(text); err == nil {
		return premises{host: kind}, true
	}
	if tier, err := coverage.ParseTier(text); err == nil {
		return premises{tier: tier, host: hostOfTier(tier)}, true
	}
	return premisesByWord(strings.ToLower(text))
}

// hostOfTier is the kind of premises a tier implies, "" when it implies none.
func hostOfTier(tier coverage.Tier) coverage.HostKind {
	if tier == coverage.TierPost {
		return coverage.HostPolicePost
	}
	return ""
}

// premisesByWord looks for the words in a kind or in a name. Longer, more special words come first.
func premisesByWord(text string) (premises, bool) {
	words := []struct {
		word string
		premises
	}{
		{"警务站服务点", premises{coverage.HostPolicePost, coverage.TierPost}},
		{"警务站法律服务", premises{coverage.HostPolicePost, coverage.TierPost}},
		{"公共法律服务中心", premises{tier: coverage.TierCentre}}, {"公共法律服务工作站", premises{tier: coverage.TierStation}},
		{"公共法律服务站", premises{tier: coverage.TierStation}}, {"公共法律服务工作室", premises{tier: coverage.TierStudio}},
		{"公共法律服务室", premises{tier: coverage.TierStudio}}, {"法律服务工作站", premises{tier: coverage.TierStation}},
		{"法律服务工作室", premises{tier: coverage.TierStudio}}, {"流动法律服务", premises{tier: coverage.TierMobile}},
		{"便民警务站", premises{host: coverage.HostPolicePost}}, {"警务站", premises{host: coverage.HostPolicePost}}, {"警务室", premises{host: coverage.HostPolicePost}},
		{"基层法律服务所", premises{host: coverage.HostGrassrootsOffice}}, {"法律服务所", premises{host: coverage.HostGrassrootsOffice}},
		{"法律援助", premises{host: coverage.HostLegalAidCentre}}, {"社区矫正", premises{host: coverage.HostCorrectionCentre}},
		{"调解", premises{host: coverage.HostMediationCentre}}, {"律师事务所", premises{host: coverage.HostLawFirm}}, {"律所", premises{host: coverage.HostLawFirm}},
		{"公证", premises{host: coverage.HostNotary}}, {"司法所", premises{host: coverage.HostJudicialOffice}}, {"综治中心", premises{host: coverage.HostGovernanceCentre}},
		{"社区服务中心", premises{host: coverage.HostCommunityCentre}}, {"党群服务中心", premises{host: coverage.HostCommunityCentre}},
		{"社区居委会", premises{host: coverage.HostCommunityCentre}}, {"社区居民委员会", premises{host: coverage.HostCommunityCentre}},
		{"村民委员会", premises{host: coverage.HostVillageCommittee}}, {"村委会", premises{host: coverage.HostVillageCommittee}},
		{"lawyer", premises{host: coverage.HostLawFirm}}, {"law firm", premises{host: coverage.HostLawFirm}}, {"notary", premises{host: coverage.HostNotary}},
		{"police", premises{host: coverage.HostPolicePost}},
	}
	for _, w := range words {
		if strings.Contains(text, w.word) {
			return w.premises, true
		}
	}
	return premises{}, false
}

func (im *importer) facility(l *line, defaults premises) {
	kind, hasKind := l.premises(defaults)
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
	id := l.facilityID(&host)
	if !known && l.text(fieldHost) == "" {
		host.ID = id
	}
	point, stated := l.servicePoint(&host, kind.tier)
	point.ID = id
	if name := l.public(fieldName); name != "" {
		point.Name = name
	}
	if !im.claim(l, id) {
		return
	}
	im.keepHost(&host)
	im.keepPoint(&point)
	l.restrict("hosts", host.ID)
	if _, met := im.hostsMet[host.ID]; !met && !known && point.Tier != coverage.TierMobile {
		im.hostsMet[host.ID] = true
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
		host.ID = stableHostID(host)
	}
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

// premises finds what kind of place a row is: its own column, else the flag, else its name. known is false for a plain list.
func (l *line) premises(defaults premises) (found premises, known bool) {
	if text := l.text(fieldKind); text != "" {
		if found := l.kindOf(text); found.known {
			return found.premises, true
		}
		if defaults == (premises{}) {
			l.repair(fieldKind, pair("类型“%s”不在词表中", "kind %q is not in the vocabulary", text), pair("按“其他”处理", "taken as other"))
		}
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

// A knownKind is the answer of premisesOf for a text.
type knownKind struct {
	premises
	known bool
}

// kindOf remembers the kinds of a file: there are few, and asking the vocabularies takes long.
func (im *importer) kindOf(text string) knownKind {
	kind, asked := im.kinds[text]
	if asked {
		return kind
	}
	kind.premises, kind.known = premisesOf(text)
	if len(im.kinds) < 1000 {
		im.kinds[text] = kind
	}
	return kind
}

func hasHan(text string) bool {
	for _, r := range text {
		if r >= 0x4e00 && r <= 0x9fff {
			return true
		}
	}
	return false
}

// servicePoint reads what a row says about the point. stated is false when it says nothing of it.
func (l *line) servicePoint(host *coverage.Host, tier coverage.Tier) (point coverage.ServicePoint, stated bool) {
	point = coverage.ServicePoint{
		ID: host.ID, HostID: host.ID, Name: host.Name, Tier: tier, Point: host.Point, Code: host.Code,
		PlannedOn: l.date(fieldPlannedOn), OpenedOn: l.date(fieldOpenedOn), AcceptedOn: l.date(fieldAcceptedOn), ClosedOn: l.date(fieldClosedOn),
		StaffFull: l.count(fieldStaffFull), StaffPart: l.count(fieldStaffPart),
		Bilingual: l.yes(fieldBilingual), Board: l.yes(fieldBoard), BookCorner: l.yes(fieldBookCorner), StreetFront: l.yes(fieldStreetFront),
		GroundFloor: l.yes(fieldGroundFloor), Accessible: l.yes(fieldAccessible), OpeningHours: l.openingHours(),
	}
	stated = tier != ""
	if text := l.text(fieldTier); text != "" {
		point.Tier, stated = l.tier(text), true
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
	dated := point.PlannedOn != "" || point.OpenedOn != "" || point.AcceptedOn != "" || point.ClosedOn != ""
	return point, stated || hasStatus || dated || point.StaffFull != nil || point.StaffPart != nil
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

func (l *line) tier(text string) coverage.Tier {
	if tier, err := coverage.ParseTier(text); err == nil {
		return tier
	}
	if found, ok := premisesByWord(text); ok && found.tier != "" {
		return found.tier
	}
	for _, term := range coverage.Vocabularies()["tier"] {
		if strings.Contains(text, term.Zh) {
			return coverage.Tier(term.Code)
		}
	}
	l.repair(fieldTier, pair("层级“%s”不在词表中", "tier %q is not in the vocabulary", text), pair("按“其他服务点”处理", "taken as other"))
	return coverage.TierOther
}

func (l *line) serviceLevel(text string) coverage.ServiceLevel {
	if level, err := coverage.ParseServiceLevel(text); err == nil {
		return level
	}
	for word, level := range map[string]coverage.ServiceLevel{"常驻": coverage.LevelResident, "值守": coverage.LevelDuty, "公示": coverage.LevelBoard} {
		if strings.Contains(text, word) {
			return level
		}
	}
	l.repair(fieldServiceLevel, pair("“%s”不在词表中", "%q is not in the vocabulary", text), pair("按未填处理", "taken as not stated"))
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
		l.repair(fieldStatus, pair("状态“%s”不在词表中", "status %q is not in the vocabulary", text), pair("按日期判断", "told by the dates"))
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

// facilityID is the stable key: the file's own, else one made of kind, unit and name, else of kind and place. A point that leans on
// other premises has a key of its own.
func (l *line) facilityID(host *coverage.Host) string {
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
