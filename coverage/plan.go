package coverage

import "math"

// Target is one dated goal of the plan, a row that users may edit.
type Target struct {
	ID        string
	Indicator string    // studio_rate, post_rate, station_rate, station_pilots, centre_rate, centre_staff, station_staff, adviser_rate, …
	UnitLevel UnitLevel // level at which it is judged
	Unit      string    // code of a single unit, "" = every unit of the level
	Year      int       // to be met by the end of this year
	Op        string    // ">=", "=" or "<="
	Value     float64   // share 0–1 for rates, a count otherwise
	Clause    string    // clause of the plan it comes from
}

// Measure is a value that was surveyed or reported rather than computed (满意度, 知晓率, 经费, …).
type Measure struct {
	Indicator, Unit string
	Date            Date
	Num, Den        float64 // Den 0 = only Value is stated
	Value           float64
	Source          string
}

// Level is what the measure says: numerator ÷ denominator where there are such, else the value as it was reported.
func (m Measure) Level() float64 {
	if m.Den > 0 {
		return m.Num / m.Den
	}
	return m.Value
}

// counts reports whether the measure is so many of so many, which whole sites can be told from.
func (m Measure) counts() bool {
	return m.Den > 0 && m.Num == math.Trunc(m.Num) && m.Den == math.Trunc(m.Den) && m.Den < 1<<31 && math.Abs(m.Num) < 1<<31
}

// Scenario is a named set of edits to the county, derived from another scenario or from the present state (Base "").
type Scenario struct {
	ID, Name, Base string
	Note           string
	Edits          []Edit
	CreatedAt      string // RFC 3339
}

// EditOp is what an edit does.
type EditOp string

// Edit operations.
const (
	EditAddPoint    EditOp = "add_point"
	EditMovePoint   EditOp = "move_point"
	EditClosePoint  EditOp = "close_point"
	EditSetLevel    EditOp = "set_level"
	EditCloseRoad   EditOp = "close_road"
	EditAddRoad     EditOp = "add_road"
	EditAddBarrier  EditOp = "add_barrier"
	EditRoadSpeed   EditOp = "road_speed"
	EditChangeLimit EditOp = "change_limit"
)

// Edit is one change of a scenario. Which fields matter depends on Op; geometry is GeoJSON-shaped WGS-84 coordinates.
type Edit struct {
	Op       EditOp       `json:"op"`
	PointID  string       `json:"point_id,omitempty"`
	HostID   string       `json:"host_id,omitempty"`
	Name     string       `json:"name,omitempty"`
	Tier     Tier         `json:"tier,omitempty"`
	Level    ServiceLevel `json:"level,omitempty"`
	Year     int          `json:"year,omitempty"`
	Lon      float64      `json:"lon,omitempty"`
	Lat      float64      `json:"lat,omitempty"`
	WayID    int64        `json:"way_id,omitempty"`
	Line     [][2]float64 `json:"line,omitempty"`
	SpeedKmh float64      `json:"speed_kmh,omitempty"`
	Class    string       `json:"class,omitempty"`
	Minutes  float64      `json:"minutes,omitempty"`
}
