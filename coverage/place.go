package coverage

import "github.com/paulmach/orb"

// People is a number of people, or no number at all. Zero people and an unknown number are different things.
type People struct {
	Count int64
	Known bool
}

// KnownPeople returns a known count.
func KnownPeople(count int64) People { return People{count, true} }

// Settlement is a place where people live: a village, a residential community, a grid cell.
type Settlement struct {
	ID           string    // stable key, unique
	Code         string    // code of the administrative unit it lies in, "" when unknown
	Name         string    // may be empty for grid cells
	Point        orb.Point // WGS-84
	People       People
	PeopleSource string
	PeopleYear   int             // 0 when unknown
	Groups       map[Group]int64 // people of each priority group; a missing key is unknown, not zero
	UrbanRural   string          // 城乡分类, may be empty
	Quality      string          // how the coordinates were had: "" surveyed, "converted", "unit_centre", …
}

// Host is a place where a service point stands or could stand: nearly everything in the plan leans on an existing host.
type Host struct {
	ID          string
	Kind        HostKind
	Name        string
	Code        string // administrative unit, "" when unknown
	Point       orb.Point
	Address     string
	CoordSource string  // coordinate system of the source, as imported
	Quality     string  // "", "converted", "doubtful", …
	SetUpCost   float64 // yuan for setting up a point here; 0 = not stated
	Ready       *bool   // readiness flag (条件成熟), nil when not stated
}

// ServicePoint is a presence of public legal services standing in a host.
type ServicePoint struct {
	ID           string
	HostID       string // "" only for a mobile point
	Name         string
	Tier         Tier
	Level        ServiceLevel // "" when not stated
	Status       Status
	Point        orb.Point // where it stands; the host's point unless it is mobile
	Code         string    // administrative unit, "" when unknown
	PlannedOn    Date
	OpenedOn     Date // 挂牌
	AcceptedOn   Date // 验收
	ClosedOn     Date
	AreaM2       float64 // 0 = not stated
	StaffFull    *int    // 专职, nil when not stated
	StaffPart    *int    // 兼职, nil when not stated
	Bilingual    *bool
	Board        *bool  // 公示牌
	BookCorner   *bool  // 法律图书角
	StreetFront  *bool  // 临街
	GroundFloor  *bool  // 一层
	Accessible   *bool  // step-free
	Dedicated    *bool  // premises of its own for visitors (专门接待场所)
	OpeningHours string // OpenStreetMap opening_hours syntax (subset), "" when not stated
}

// Offer says that a point offers a service in a mode, and when.
type Offer struct {
	PointID      string
	Service      Service
	Mode         Mode
	OpeningHours string // "" = the point's own
	NextVisit    Date
}

// Adviser is a lawyer or grassroots legal worker. Names and phones are optional and never leave the restricted table.
type Adviser struct {
	ID        string
	Name      string
	Kind      string // lawyer | grassroots_worker
	Firm      string // host id of the firm, "" when unknown
	BaseHost  string // host id where the adviser works from
	Languages []string
	Capacity  int // villages or posts at most; 0 = not stated
}

// Assignment is an adviser's duty in a village (一村一法律顾问).
type Assignment struct {
	Village       string // unit code
	AdviserID     string
	From, To      Date
	VisitsPlanned int
	VisitsDone    int
}

// Pairing is a 结对子 between a police post (host id) and an adviser or a firm (id).
type Pairing struct {
	PostID, PartnerID string
	From, To          Date
	Visits            int
}

// Circuit is a mobile service's round: stops (settlement, host or point ids) visited every IntervalDays from FirstDate.
type Circuit struct {
	ID, Name, Owner string
	Service         Service
	Stops           []string
	IntervalDays    int
	FirstDate       Date
}

// Call is the demand seen by the 12348 hotline: calls from a unit in a month. It is never counted as presence.
type Call struct {
	Code  string // unit
	Month Date   // YYYY-MM
	Calls int64
}
