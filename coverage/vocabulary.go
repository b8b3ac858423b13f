package coverage

import "fmt"

// A vocabulary lists the codes of one kind of thing, in the order in which people are shown them, with their names.
type vocabulary[C ~string] []term[C]

type term[C ~string] struct {
	code   C
	zh, en string
}

// Term is one code of a vocabulary with its Chinese and English name.
type Term struct{ Code, Zh, En string }

func (v vocabulary[C]) find(code C) (term[C], bool) {
	for _, t := range v {
		if t.code == code {
			return t, true
		}
	}
	return term[C]{}, false
}

// parse accepts the code, the Chinese name or the English name.
func (v vocabulary[C]) parse(what, text string) (C, error) {
	for _, t := range v {
		if text == string(t.code) || text == t.zh || text == t.en {
			return t.code, nil
		}
	}
	return "", fmt.Errorf("%s %q is unknown: use one of %s", what, text, v.list())
}

// check refuses the first code that is not in the vocabulary.
func (v vocabulary[C]) check(what string, codes []C) error {
	for _, code := range codes {
		if _, known := v.find(code); !known {
			return fmt.Errorf("%s %q is unknown: use one of %s", what, code, v.list())
		}
	}
	return nil
}

func (v vocabulary[C]) list() string {
	out := ""
	for i, t := range v {
		if i > 0 {
			out += ", "
		}
		out += string(t.code) + " (" + t.zh + ")"
	}
	return out
}

func (v vocabulary[C]) terms() []Term {
	out := make([]Term, len(v))
	for i, t := range v {
		out[i] = Term{string(t.code), t.zh, t.en}
	}
	return out
}

// UnitKind is what sort of unit it is.
type UnitKind string

// HostKind is what sort of premises a host is.
type HostKind string

// Tier is the rank of a service point in the plan's network.
type Tier string

// ServiceLevel is how much of a presence a service point is; see [ServiceLevel.AtLeast].
type ServiceLevel string

// Status is the state of a service point.
type Status string

// Service is a kind of public legal service.
type Service string

// Mode is how a service is offered.
type Mode string

// Group is a priority group of people.
type Group string

// Codes of unit kinds.
const (
	UnitStreet        UnitKind = "street"
	UnitTown          UnitKind = "town"
	UnitTownship      UnitKind = "township"
	UnitTownshipLike  UnitKind = "township_like"
	UnitResidents     UnitKind = "residents_committee"
	UnitVillagers     UnitKind = "village_committee"
	UnitVillageLike   UnitKind = "village_like"
	UnitFunctional    UnitKind = "functional_zone"
	UnitCounty        UnitKind = "county"
	UnitPrefecture    UnitKind = "prefecture"
	UnitProvince      UnitKind = "province"
	UnitKindUndefined UnitKind = ""
)

// Codes of host kinds.
const (
	HostPolicePost       HostKind = "police_post"
	HostJudicialOffice   HostKind = "judicial_office"
	HostVillageCommittee HostKind = "village_committee"
	HostCommunityCentre  HostKind = "community_centre"
	HostGovernanceCentre HostKind = "governance_centre"
	HostLegalAidCentre   HostKind = "legal_aid_centre"
	HostLawFirm          HostKind = "law_firm"
	HostNotary           HostKind = "notary"
	HostGrassrootsOffice HostKind = "grassroots_legal_office"
	HostCorrectionCentre HostKind = "correction_centre"
	HostMediationCentre  HostKind = "mediation_centre"
	HostOther            HostKind = "other"
)

// Codes of tiers.
const (
	TierCentre  Tier = "centre"
	TierStation Tier = "station"
	TierStudio  Tier = "studio"
	TierPost    Tier = "post_desk"
	TierMobile  Tier = "mobile"
	TierOther   Tier = "other"
)

// Codes of service levels, weakest first. The zero value "" is "not stated".
const (
	LevelBoard    ServiceLevel = "board"
	LevelDuty     ServiceLevel = "duty"
	LevelResident ServiceLevel = "resident"
)

// Codes of statuses.
const (
	StatusPlanned   Status = "planned"
	StatusBuilding  Status = "building"
	StatusBuilt     Status = "built"
	StatusSuspended Status = "suspended"
	StatusClosed    Status = "closed"
)

// Codes of services.
const (
	ServiceConsult     Service = "consult"
	ServiceAidAccept   Service = "aid_accept"
	ServiceAidAssign   Service = "aid_assign"
	ServiceMediation   Service = "mediation"
	ServiceNotary      Service = "notary"
	ServicePublicity   Service = "publicity"
	ServiceLawyer      Service = "lawyer"
	ServiceGrassroots  Service = "grassroots"
	ServiceCorrection  Service = "correction"
	ServiceResettle    Service = "resettlement"
	ServiceAdviser     Service = "adviser"
	ServiceAppraisal   Service = "appraisal"
	ServiceAnyOrNoName Service = ""
)

// Codes of modes.
const (
	ModeOnSite      Mode = "on_site"
	ModeAppointment Mode = "appointment"
	ModeCircuit     Mode = "circuit"
	ModePhone       Mode = "phone"
	ModeVideo       Mode = "video"
)

// Codes of priority groups.
const (
	GroupElderly    Group = "elderly"
	GroupDisabled   Group = "disabled"
	GroupMinor      Group = "minor"
	GroupLowIncome  Group = "low_income"
	GroupUnemployed Group = "unemployed"
	GroupMigrant    Group = "migrant"
	GroupWomen      Group = "women"
)

func unitKinds() vocabulary[UnitKind] {
	return vocabulary[UnitKind]{
		{UnitProvince, "省级", "Province"}, {UnitPrefecture, "地级", "Prefecture"}, {UnitCounty, "县级", "County"},
		{UnitStreet, "街道", "Subdistrict"}, {UnitTown, "镇", "Town"}, {UnitTownship, "乡", "Township"},
		{UnitTownshipLike, "类似乡级", "Township-like unit"}, {UnitResidents, "居委", "Residents' committee"},
		{UnitVillagers, "村委", "Villagers' committee"}, {UnitVillageLike, "类似村级", "Village-like unit"},
		{UnitFunctional, "功能区", "Functional zone"},
	}
}

func hostKinds() vocabulary[HostKind] {
	return vocabulary[HostKind]{
		{HostPolicePost, "便民警务站", "Convenience police station"}, {HostJudicialOffice, "司法所", "Judicial office"},
		{HostVillageCommittee, "村委会", "Village committee"}, {HostCommunityCentre, "社区服务中心", "Community service centre"},
		{HostGovernanceCentre, "综治中心", "Governance centre"}, {HostLegalAidCentre, "法律援助中心", "Legal aid centre"},
		{HostLawFirm, "律师事务所", "Law firm"}, {HostNotary, "公证处", "Notary office"},
		{HostGrassrootsOffice, "基层法律服务所", "Grassroots legal service office"},
		{HostCorrectionCentre, "社区矫正中心", "Community correction centre"},
		{HostMediationCentre, "调解中心", "Mediation centre"}, {HostOther, "其他", "Other"},
	}
}

func tiers() vocabulary[Tier] {
	return vocabulary[Tier]{
		{TierCentre, "中心", "Centre"}, {TierStation, "工作站", "Station"}, {TierStudio, "工作室", "Studio"},
		{TierPost, "警务站服务点", "Police-post desk"}, {TierMobile, "流动点", "Mobile point"}, {TierOther, "其他服务点", "Other point"},
	}
}

func serviceLevels() vocabulary[ServiceLevel] {
	return vocabulary[ServiceLevel]{
		{LevelBoard, "公示电话", "Phone board"}, {LevelDuty, "定期值守", "Duty days"}, {LevelResident, "常驻", "Resident"},
	}
}

func statuses() vocabulary[Status] {
	return vocabulary[Status]{
		{StatusPlanned, "规划", "Planned"}, {StatusBuilding, "在建", "Being built"}, {StatusBuilt, "建成", "Built"},
		{StatusSuspended, "暂停", "Suspended"}, {StatusClosed, "停用", "Closed"},
	}
}

func services() vocabulary[Service] {
	return vocabulary[Service]{
		{ServiceConsult, "咨询", "Legal advice"}, {ServiceAidAccept, "法援受理", "Legal aid intake"},
		{ServiceAidAssign, "法援指派", "Legal aid assignment"}, {ServiceMediation, "调解", "Mediation"},
		{ServiceNotary, "公证", "Notary"}, {ServicePublicity, "法宣", "Legal publicity"}, {ServiceLawyer, "律师", "Lawyer"},
		{ServiceGrassroots, "基层法律服务", "Grassroots legal service"}, {ServiceCorrection, "矫正", "Community correction"},
		{ServiceResettle, "安置帮教", "Resettlement support"}, {ServiceAdviser, "法律顾问", "Village legal adviser"},
		{ServiceAppraisal, "司法鉴定", "Forensic appraisal"},
	}
}

func modes() vocabulary[Mode] {
	return vocabulary[Mode]{
		{ModeOnSite, "到场", "On site"}, {ModeAppointment, "预约", "By appointment"}, {ModeCircuit, "巡回", "Circuit"},
		{ModePhone, "电话", "Phone"}, {ModeVideo, "视频", "Video"},
	}
}

func groups() vocabulary[Group] {
	return vocabulary[Group]{
		{GroupElderly, "老年人", "Older people"}, {GroupDisabled, "残疾人", "Disabled people"}, {GroupMinor, "未成年人", "Minors"},
		{GroupLowIncome, "低收入家庭", "Low-income households"}, {GroupUnemployed, "下岗失业", "Unemployed"},
		{GroupMigrant, "农民工", "Migrant workers"}, {GroupWomen, "妇女", "Women"},
	}
}

func adviserKinds() vocabulary[string] {
	return vocabulary[string]{{"lawyer", "律师", "Lawyer"}, {"grassroots_worker", "基层法律服务工作者", "Grassroots legal worker"}}
}

// languages are codes of ISO 639-1.
func languages() vocabulary[string] {
	return vocabulary[string]{{"zh", "汉语", "Chinese"}, {"ug", "维吾尔语", "Uyghur"}, {"kk", "哈萨克语", "Kazakh"}, {"ky", "柯尔克孜语", "Kyrgyz"},
		{"mn", "蒙古语", "Mongolian"}, {"en", "英语", "English"}}
}

// ParseUnitKind accepts a code, a Chinese or an English name; the error lists what is known. The other Parse functions do the same.
func ParseUnitKind(text string) (UnitKind, error) { return unitKinds().parse("unit kind", text) }

// ParseHostKind accepts a code, a Chinese or an English name.
func ParseHostKind(text string) (HostKind, error) { return hostKinds().parse("host kind", text) }

// ParseTier accepts a code, a Chinese or an English name.
func ParseTier(text string) (Tier, error) { return tiers().parse("tier", text) }

// ParseServiceLevel accepts a code, a Chinese or an English name.
func ParseServiceLevel(text string) (ServiceLevel, error) {
	return serviceLevels().parse("service level", text)
}

// ParseStatus accepts a code, a Chinese or an English name.
func ParseStatus(text string) (Status, error) { return statuses().parse("status", text) }

// ParseService accepts a code, a Chinese or an English name.
func ParseService(text string) (Service, error) { return services().parse("service", text) }

// ParseMode accepts a code, a Chinese or an English name.
func ParseMode(text string) (Mode, error) { return modes().parse("mode", text) }

// ParseGroup accepts a code, a Chinese or an English name.
func ParseGroup(text string) (Group, error) { return groups().parse("group", text) }

// Vocabularies returns every list of codes with its names, by list name (unit_kind, host_kind, tier, service_level, status, service,
// mode, group, indicator, honour, adviser_kind, language), each in display order.
func Vocabularies() map[string][]Term {
	return map[string][]Term{
		"unit_kind": unitKinds().terms(), "host_kind": hostKinds().terms(), "tier": tiers().terms(),
		"service_level": serviceLevels().terms(), "status": statuses().terms(), "service": services().terms(),
		"mode": modes().terms(), "group": groups().terms(), "indicator": indicatorTitles().terms(), "honour": honourKinds().terms(),
		"adviser_kind": adviserKinds().terms(), "language": languages().terms(),
	}
}

// Zh returns the Chinese name, or the code itself when it is unknown.
func (k UnitKind) Zh() string { return zhOr(unitKinds(), k) }

// Zh returns the Chinese name, or the code itself when it is unknown.
func (k HostKind) Zh() string { return zhOr(hostKinds(), k) }

// Zh returns the Chinese name, or the code itself when it is unknown.
func (t Tier) Zh() string { return zhOr(tiers(), t) }

// Zh returns the Chinese name, or the code itself when it is unknown.
func (l ServiceLevel) Zh() string { return zhOr(serviceLevels(), l) }

// Zh returns the Chinese name, or the code itself when it is unknown.
func (s Status) Zh() string { return zhOr(statuses(), s) }

// Zh returns the Chinese name, or the code itself when it is unknown.
func (s Service) Zh() string { return zhOr(services(), s) }

// Zh returns the Chinese name, or the code itself when it is unknown.
func (m Mode) Zh() string { return zhOr(modes(), m) }

// Zh returns the Chinese name, or the code itself when it is unknown.
func (g Group) Zh() string { return zhOr(groups(), g) }

func zhOr[C ~string](v vocabulary[C], code C) string {
	if t, ok := v.find(code); ok {
		return t.zh
	}
	return string(code)
}

// AtLeast reports whether l is as strong a presence as floor. A level that is not stated ("") satisfies any floor: missing is not zero,
// and callers report how many such points were counted.
func (l ServiceLevel) AtLeast(floor ServiceLevel) bool {
	if l == "" {
		return true
	}
	return rankOfLevel(l) >= rankOfLevel(floor)
}

func rankOfLevel(l ServiceLevel) int {
	for i, t := range serviceLevels() {
		if t.code == l {
			return i + 1
		}
	}
	return 0
}

// IsInstitution reports whether premises of this kind are themselves a legal service (a law firm, a notary), as opposed to premises
// that a service point may lean on (a police post, a village committee), which are only candidates until a point stands in them.
func (k HostKind) IsInstitution() bool {
	switch k {
	case HostLegalAidCentre, HostLawFirm, HostNotary, HostGrassrootsOffice, HostCorrectionCentre, HostMediationCentre:
		return true
	default:
		return false
	}
}
